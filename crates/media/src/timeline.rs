//! Decoded packets -> places on the recording's clock.
//!
//! The promise: a word stays at its second, whatever is missing before it. Where a file numbers its packets in time,
//! a hole becomes silence and an overlap is cut; where it does not, the frames are counted.

/// How far the timestamps of a container can be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trust {
    /// They are counted by the demuxer itself (MP3, AAC, WAV): only the first says something.
    Count,
    /// They are written in the file, and a deviation beyond this number of frames means something.
    Stamps {
        /// In frames.
        tolerance: u64,
    },
}

/// What becomes of the frames of a packet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Placement {
    /// Frames of silence before them, for what is missing.
    pub(crate) silence: u64,
    /// Of that silence, the frames that are to be heard: less where it begins before the part that is wanted.
    pub(crate) audible_silence: u64,
    /// Frames of the packet that are not to be heard: before the beginning, or heard already.
    pub(crate) drop: u64,
    /// The timestamps jumped by more than can be believed.
    pub(crate) jump: bool,
}

/// Follows a track through its packets. All times are in frames of its sample rate.
#[derive(Debug)]
pub(crate) struct Timeline {
    trust: Trust,
    limits: Limits,
    /// Taken from each timestamp.
    origin: i64,
    /// Where the next frame belongs; `None` before the first packet.
    next: Option<i64>,
    /// The first frame that is to be heard.
    floor: i64,
    /// The next timestamp belongs to another stream, which begins here.
    joining: bool,
    /// An overlap is being cut: to its end, not to the tolerance.
    cutting: bool,
}

/// How much silence is put in at most, in frames.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Before the first packet. A recording that begins later than this has been cut from a longer one.
    pub(crate) leading: u64,
    /// Between packets.
    pub(crate) gap: u64,
    /// An overlap longer than this is a clock that was set back.
    pub(crate) overlap: u64,
}

impl Limits {
    /// Ten seconds, an hour, two seconds.
    pub(crate) fn at_rate(rate_hz: u32) -> Self {
        let rate = u64::from(rate_hz);
        Self { leading: 10 * rate, gap: 3600 * rate, overlap: 2 * rate }
    }
}

impl Timeline {
    /// A timeline from which frames are heard from `floor` on.
    pub(crate) fn new(trust: Trust, limits: Limits, floor: u64) -> Self {
        Self { trust, limits, origin: 0, next: None, floor: floor as i64, joining: false, cutting: false }
    }

    /// Where the next frame belongs; negative for frames before the beginning.
    pub(crate) fn next(&self) -> i64 {
        self.next.unwrap_or(0)
    }

    /// A timeline that goes on at `frame` and counts from there.
    pub(crate) fn counting_from(frame: u64, limits: Limits) -> Self {
        Self { next: Some(frame as i64), ..Self::new(Trust::Count, limits, 0) }
    }

    /// Goes on where it is, whatever the next timestamp says: another stream follows in the same file.
    pub(crate) fn begin_anew(&mut self) {
        self.joining = true;
    }

    /// Places a packet of `frames` frames that is stamped `stamp`.
    pub(crate) fn place(&mut self, stamp: i64, frames: u64) -> Placement {
        let begun = self.next.is_some();
        if std::mem::take(&mut self.joining) {
            // What a stream has in front of its beginning is dropped, so it begins at its time 0 or later.
            self.origin = stamp.max(0).saturating_sub(self.next());
            self.cutting = true;
        }
        let deviation = self.deviation(stamp);
        let (silence, overlap, rebase) = self.judge(deviation);
        if rebase {
            self.origin = self.origin.saturating_add(deviation);
        }
        let gap_start = self.next();
        let start = gap_start.saturating_add_unsigned(silence);
        self.cutting = overlap > 0;
        let overlap = overlap.min(frames);
        self.next = Some(start.saturating_add_unsigned(frames - overlap));
        let unheard = |from: i64, count: u64| self.floor.saturating_sub(from).clamp(0, count as i64) as u64;
        Placement {
            silence,
            audible_silence: silence - unheard(gap_start, silence),
            drop: overlap + unheard(start, frames - overlap),
            // A recording cut from a longer one begins late, which is no defect.
            jump: rebase && begun,
        }
    }

    /// How much later than expected a packet is.
    fn deviation(&mut self, stamp: i64) -> i64 {
        let place = stamp.saturating_sub(self.origin);
        match (self.next, self.trust) {
            (None, _) if place < 0 => {
                self.next = Some(place);
                0
            }
            (None, _) => place,
            (Some(_), Trust::Count) => 0,
            (Some(next), Trust::Stamps { .. }) => place.saturating_sub(next),
        }
    }

    /// The silence and the overlap that a deviation means, and whether it is past belief: then the clock is set anew.
    fn judge(&self, deviation: i64) -> (u64, u64, bool) {
        let tolerance = match self.trust {
            Trust::Count => 0,
            Trust::Stamps { tolerance } => tolerance,
        };
        let size = deviation.unsigned_abs();
        let limit = match (deviation < 0, self.next.is_none()) {
            (true, _) => self.limits.overlap,
            (false, true) => self.limits.leading,
            (false, false) => self.limits.gap,
        };
        if size > limit {
            return (0, 0, true);
        }
        match deviation {
            ..0 if self.cutting => (0, size, false),
            _ if size <= tolerance && self.next.is_some() => (0, 0, false),
            0.. => (size, 0, false),
            _ => (0, size, false),
        }
    }
}

/// Holds back what lies past the stated end of a recording until it is clear whether the statement is true.
///
/// Encoders fill the last packet with silence and state where the sound ends. But files that were joined from several
/// still state the length of the first: then there is more than one packet past that end, and all of it is heard.
#[derive(Debug, Default)]
pub(crate) struct Tail {
    /// Frames until the stated end; `None` where no end is stated or the statement proved false.
    left: Option<u64>,
    held: Vec<f32>,
}

/// Frames past the stated end that a last packet may hold: two packets of HE-AAC and the delay of its encoder.
const TAIL_FRAMES: usize = 8_192;

impl Tail {
    /// A tail after `left` frames, if an end is stated.
    pub(crate) fn after(left: Option<u64>) -> Self {
        Self { left, held: Vec::new() }
    }

    /// Returns the part of `frames` that is heard now.
    pub(crate) fn pass<'a>(&'a mut self, frames: &'a [f32], out: &mut Vec<f32>) {
        let Some(left) = &mut self.left else { return out.extend_from_slice(frames) };
        let before = frames.len().min(usize::try_from(*left).unwrap_or(usize::MAX));
        *left -= before as u64;
        out.extend_from_slice(&frames[..before]);
        self.held.extend_from_slice(&frames[before..]);
        if self.held.len() > TAIL_FRAMES {
            self.left = None;
            out.append(&mut self.held);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { leading: 1_000, gap: 10_000, overlap: 500 };

    fn stamped() -> Timeline {
        Timeline::new(Trust::Stamps { tolerance: 10 }, LIMITS, 0)
    }

    #[track_caller]
    fn check(timeline: &mut Timeline, stamp: i64, silence: u64, drop: u64, jump: bool) {
        let placed = timeline.place(stamp, 100);
        assert_eq!((placed.silence, placed.drop, placed.jump), (silence, drop, jump), "for stamp {stamp}");
    }

    #[test]
    fn holes_become_silence_and_overlaps_are_cut() {
        let mut timeline = stamped();
        check(&mut timeline, 0, 0, 0, false);
        check(&mut timeline, 104, 0, 0, false); // Within the tolerance: the frames are counted.
        check(&mut timeline, 500, 300, 0, false);
        check(&mut timeline, 560, 0, 40, false);
        assert_eq!(timeline.next(), 660);
        check(&mut timeline, 400, 0, 100, false); // Heard already.
        assert_eq!(timeline.next(), 660);
    }

    #[test]
    fn a_clock_that_jumps_is_followed_from_its_new_time() {
        let mut timeline = stamped();
        check(&mut timeline, 0, 0, 0, false);
        check(&mut timeline, 1_000_000_000, 0, 0, true);
        check(&mut timeline, 1_000_000_100, 0, 0, false);
        check(&mut timeline, 0, 0, 0, true);
        check(&mut timeline, 150, 50, 0, false);
        assert_eq!(timeline.next(), 550);
    }

    #[test]
    fn the_start_is_late_early_or_cut_from_a_longer_recording() {
        check(&mut stamped(), 700, 700, 0, false);
        check(&mut stamped(), -30, 0, 30, false);
        check(&mut stamped(), -300, 0, 100, false);
        let mut cut = stamped();
        check(&mut cut, 5_000_000, 0, 0, false);
        check(&mut cut, 5_000_100, 0, 0, false);
        assert_eq!(cut.next(), 200);
    }

    #[test]
    fn counted_packets_follow_each_other_whatever_their_stamps() {
        let mut timeline = Timeline::new(Trust::Count, LIMITS, 0);
        check(&mut timeline, -50, 0, 50, false);
        check(&mut timeline, 7_000, 0, 0, false);
        assert_eq!(timeline.next(), 150);
    }

    #[test]
    fn what_lies_before_the_wanted_part_is_not_heard() {
        let mut timeline = Timeline::new(Trust::Stamps { tolerance: 10 }, LIMITS, 250);
        check(&mut timeline, 0, 0, 100, false);
        let placed = timeline.place(300, 100);
        assert_eq!((placed.silence, placed.audible_silence, placed.drop), (200, 50, 0));
    }

    #[test]
    fn a_stream_that_follows_begins_where_the_last_one_ended() {
        let mut timeline = stamped();
        check(&mut timeline, 0, 0, 0, false);
        timeline.begin_anew();
        // Its first 130 frames belong before its beginning: not heard, though the rest is within the tolerance.
        check(&mut timeline, -130, 0, 100, false);
        check(&mut timeline, -30, 0, 30, false);
        check(&mut timeline, 70, 0, 0, false);
        assert_eq!(timeline.next(), 270);
        timeline.begin_anew();
        check(&mut timeline, 9_000_000, 0, 0, false);
        assert_eq!(timeline.next(), 370);
    }

    #[test]
    fn hostile_stamps_do_no_harm() {
        let mut timeline = stamped();
        for stamp in [i64::MIN, i64::MAX, 0, i64::MIN, -1, i64::MAX] {
            let placed = timeline.place(stamp, u64::from(u32::MAX));
            assert!(placed.silence <= LIMITS.gap);
        }
    }

    #[test]
    fn the_tail_is_cut_only_where_the_stated_end_is_true() {
        let (mut tail, mut out) = (Tail::after(Some(150)), Vec::new());
        tail.pass(&[0.1; 100], &mut out);
        tail.pass(&[0.1; 100], &mut out);
        assert_eq!(out.len(), 150);
        tail.pass(&[0.1; TAIL_FRAMES], &mut out);
        assert_eq!(out.len(), 200 + TAIL_FRAMES);
    }
}
