//! Times as TTML writes them.

use super::super::clock::digits;
use crate::time::MediaTime;

/// What the root element says of units that are no seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rates {
    /// Frames a second, with their multiplier.
    pub(super) frames: f64,
    /// Ticks a second.
    pub(super) ticks: f64,
}

impl Default for Rates {
    /// Those of the recommendation, section 7.2: 30 frames and 1 tick a second.
    fn default() -> Self {
        Self { frames: 30.0, ticks: 1.0 }
    }
}

impl Rates {
    /// From the attributes `frameRate`, `frameRateMultiplier` and `tickRate`; what is no rate counts as not there.
    pub(super) fn new(frames: Option<&str>, multiplier: Option<&str>, ticks: Option<&str>) -> Self {
        let rate = |text: Option<&str>| digits(text?.trim()).filter(|rate| *rate > 0).map(|rate| rate as f64);
        let multiplier = multiplier.and_then(|text| {
            let mut parts = text.split_whitespace().map(|part| rate(Some(part)));
            Some(parts.next()?? / parts.next()??)
        });
        let default = Self::default();
        let whole_frames = rate(frames);
        let frames = whole_frames.unwrap_or(default.frames) * multiplier.unwrap_or(1.0);
        // Without a tick rate there is a tick for each frame, if frames are spoken of at all.
        let ticks = rate(ticks).or(whole_frames.map(|_| frames)).unwrap_or(default.ticks);
        Self { frames, ticks }
    }

    /// Reads `00:01:05.22`, `00:01:05:12` (frames) or a number with one of the units `h`, `m`, `s`, `ms`, `f`, `t`.
    pub(super) fn time(&self, text: &str) -> Option<MediaTime> {
        let text = text.trim();
        if text.contains(':') { self.clock(text) } else { self.offset(text) }
    }

    fn clock(&self, text: &str) -> Option<MediaTime> {
        let parts: Vec<&str> = text.splitn(5, ':').collect();
        match parts[..] {
            [_, _] | [_, _, _] => super::super::clock::clock(text),
            [hours, minutes, seconds, frames] => {
                let whole = super::super::clock::clock(&format!("{hours}:{minutes}:{seconds}"))?;
                // Behind a point stand parts of a frame, which are shorter than a caption can be late.
                let frames = digits(frames.split('.').next()?)? as f64;
                Some(whole.saturating_add(MediaTime::from_seconds_f64(frames / self.frames)))
            }
            _ => None,
        }
    }

    fn offset(&self, text: &str) -> Option<MediaTime> {
        let unit = text.find(|c: char| c.is_ascii_alphabetic())?;
        let is_number = text[..unit].bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        let number: f64 = text[..unit].parse().ok().filter(|_| is_number)?;
        let seconds = match &text[unit..] {
            "h" => number * 3600.0,
            "m" => number * 60.0,
            "s" => number,
            "ms" => number / 1000.0,
            "f" => number / self.frames,
            "t" => number / self.ticks,
            _ => return None,
        };
        seconds.is_finite().then(|| MediaTime::from_seconds_f64(seconds))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_in_all_their_forms() {
        #[track_caller]
        fn check(text: &str, millis: Option<u64>) {
            let rates = Rates::new(Some("25"), None, Some("10000000"));
            assert_eq!(rates.time(text).map(MediaTime::as_millis), millis, "for {text:?}");
        }
        check("00:01:05.22", Some(65_220));
        check("00:01:05", Some(65_000));
        check("00:01:05:12", Some(65_480));
        check("00:01:05:12.5", Some(65_480));
        check("5.22s", Some(5_220));
        check("5220ms", Some(5_220));
        check("1.5m", Some(90_000));
        check("2h", Some(7_200_000));
        check("50f", Some(2_000));
        check("52200000t", Some(5_220));
        check("5", None);
        check("-5s", None);
        check("1e3s", None);
        check("5 s", None);
        check("NaNs", None);
        check("", None);
        check("::::", None);
    }

    #[test]
    fn rates_are_those_of_the_root() {
        #[track_caller]
        fn check(frames: Option<&str>, multiplier: Option<&str>, ticks: Option<&str>, expected: (f64, f64)) {
            let rates = Rates::new(frames, multiplier, ticks);
            assert_eq!((rates.frames, rates.ticks), expected);
        }
        check(None, None, None, (30.0, 1.0));
        check(Some("25"), None, None, (25.0, 25.0));
        check(Some("30"), Some("1000 1001"), Some("90000"), (30_000.0 / 1001.0, 90_000.0));
        check(Some("0"), Some("1 0"), Some("-1"), (30.0, 1.0));
    }
}
