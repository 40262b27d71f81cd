//! Our own way from packets to samples: demuxer, decoder, mix, clock, resampler.

use symphonia::core::packet::Packet;

use crate::codec::{Decoder, Shape};
use crate::demux::{Demuxer, Next};
use crate::error::MediaErrorKind;
use crate::issue::{IssueKind, Issues};
use crate::mix::Downmix;
use crate::opus;
use crate::probe::{OwnSound, Plan, shift_of_ogg};
use crate::recognise::{Container, mpeg_packet_frames};
use crate::resample::{RATES_HZ, Resampler, scaled};
use crate::time::{SAMPLE_RATE_HZ, time_of_frames};
use crate::timeline::{Placement, Tail, Timeline, Trust};

/// Decoders need some packets to get going: the overlap of AAC, the bits that MP3 keeps in earlier packets, the
/// filters of Opus (80 ms by its standard). Two seconds are ample and cost milliseconds.
const PREPARATION_SECONDS: u64 = 2;

/// Packets in a row that can't be decoded, before the first that can, after which none is expected any more.
const LOSSES_AT_START: u32 = 200;

/// Decodes one sound track.
pub(crate) struct OwnDecoder {
    demuxer: Demuxer,
    decoder: Decoder,
    plan: Plan,
    timeline: Timeline,
    tail: Tail,
    resampler: Resampler,
    /// The layout of the last packet, and its mix.
    mix: Option<(Shape, Downmix)>,
    first_sample: u64,
    /// Frames before this one are not decoded where that can be helped.
    floor: u64,
    begun: bool,
    /// Frames of silence that come before `pending`.
    silence_left: u64,
    planes: Vec<Vec<f32>>,
    mono: Vec<f32>,
    /// Frames that wait for the silence before them.
    pending: Vec<f32>,
    heard: Vec<f32>,
    /// What the last packet that could not be decoded lacked, until one is decoded.
    nothing_yet: Option<String>,
    losses_at_start: u32,
}

impl OwnDecoder {
    /// A decoder that gives samples from `first_wanted` or a little before it on.
    pub(crate) fn new(sound: OwnSound, first_wanted: u64) -> Result<Self, MediaErrorKind> {
        let OwnSound { demuxer, decoder, plan, .. } = sound;
        let container = demuxer.container().name();
        let resampler = Resampler::new(plan.rate_hz).ok_or_else(|| rate_refused(container, plan.rate_hz))?;
        let floor = floor_before(first_wanted, plan.rate_hz);
        Ok(Self {
            timeline: Timeline::new(plan.trust, plan.limits, floor),
            tail: Tail::after(plan.end.map(|end| end.saturating_sub(floor))),
            first_sample: scaled(floor, plan.rate_hz),
            nothing_yet: Some("it holds no sound".to_owned()),
            losses_at_start: 0,
            mix: None,
            begun: false,
            silence_left: 0,
            planes: Vec::new(),
            mono: Vec::new(),
            pending: Vec::new(),
            heard: Vec::new(),
            floor,
            demuxer,
            decoder,
            plan,
            resampler,
        })
    }

    /// The number of the first sample that it gives.
    pub(crate) fn first_sample(&self) -> u64 {
        self.first_sample
    }

    /// Decodes a packet, or gives a second of silence; `false` at the end.
    pub(crate) fn decode_more(
        &mut self,
        out: &mut Vec<f32>,
        issues: &mut Issues,
    ) -> Result<bool, MediaErrorKind> {
        // Until something could be decoded, it is open whether this is a recording with a damaged beginning.
        if self.silence_left > 0 && self.nothing_yet.is_none() {
            self.give_silence(out);
            return Ok(true);
        }
        match self.demuxer.next() {
            Next::Packet(packet) => {
                self.take(&packet, out, issues);
                if self.losses_at_start > LOSSES_AT_START {
                    return self.finish(None, out, issues);
                }
            }
            Next::NewTrack => return self.change_track(out, issues),
            Next::End => return self.finish(None, out, issues),
            // A WAV file of unknown length ends where it ends; whether that is too early is known from its header.
            Next::Truncated if self.demuxer.container() == Container::Wav => {
                return self.finish(None, out, issues);
            }
            Next::Truncated => return self.finish(Some(IssueKind::Truncated), out, issues),
            Next::Stopped(reason) => return self.finish(Some(IssueKind::Stopped { reason }), out, issues),
        }
        Ok(true)
    }

    fn take(&mut self, packet: &Packet, out: &mut Vec<f32>, issues: &mut Issues) {
        let known = self.frames_without_decoding(packet);
        if let Some(frames) = known
            && self.lies_before_floor(frames)
        {
            self.nothing_yet = None;
            self.place(packet, frames);
            return;
        }
        match self.decoder.decode(packet, &mut self.planes) {
            Ok(shape) => self.take_planes(packet, shape, out, issues),
            Err(reason) => self.take_loss(packet, known, reason, issues),
        }
    }

    fn lies_before_floor(&self, frames: u64) -> bool {
        let end = self.timeline.next().saturating_add_unsigned(frames);
        self.begun && end < i64::try_from(self.floor).unwrap_or(i64::MAX)
    }

    /// The frames of a packet, where its first bytes or the container tell them exactly.
    fn frames_without_decoding(&self, packet: &Packet) -> Option<u64> {
        match self.demuxer.container() {
            Container::Mpeg => mpeg_packet_frames(&packet.data),
            // Its durations are rounded to milliseconds.
            Container::Matroska if self.decoder.is_opus() => opus::packet_frames(&packet.data),
            Container::Matroska => None,
            _ => self.frames_of_duration(packet.block_dur().get()),
        }
    }

    /// A duration in frames, if it is a whole number of them.
    fn frames_of_duration(&self, ticks: u64) -> Option<u64> {
        let base = self.demuxer.track().time_base?;
        let scaled = u128::from(ticks) * u128::from(base.numer.get()) * u128::from(self.plan.rate_hz);
        let denominator = u128::from(base.denom.get());
        let is_whole = scaled > 0 && scaled.is_multiple_of(denominator);
        is_whole.then(|| u64::try_from(scaled / denominator).ok()).flatten()
    }

    /// The place of a packet on the recording's clock, in frames.
    fn stamp(&self, packet: &Packet) -> i64 {
        let Some(base) = self.demuxer.track().time_base else { return 0 };
        let ticks = i128::from(packet.pts.get()) * i128::from(base.numer.get());
        let frames = ticks * i128::from(self.plan.rate_hz);
        let denominator = i128::from(base.denom.get());
        let rounded = (frames + denominator / 2).div_euclid(denominator);
        i64::try_from(rounded).unwrap_or(i64::MAX).saturating_add(self.plan.shift)
    }

    fn place(&mut self, packet: &Packet, frames: u64) -> Placement {
        let mut stamp = self.stamp(packet);
        if !self.begun {
            // Within two milliseconds the exact number is meant.
            let rounding = u64::from(self.plan.rate_hz) / 500;
            let exact = self.plan.first_stamp.filter(|exact| exact.abs_diff(stamp) <= rounding);
            stamp = exact.unwrap_or(stamp);
            if self.plan.first_prepares {
                stamp = stamp.saturating_sub_unsigned(frames);
            }
            self.begun = true;
        }
        self.timeline.place(stamp, frames)
    }

    fn take_planes(&mut self, packet: &Packet, shape: Shape, out: &mut Vec<f32>, issues: &mut Issues) {
        let frames = self.planes.first().map_or(0, Vec::len);
        if frames == 0 {
            return;
        }
        self.nothing_yet = None;
        self.report_upper_band(issues);
        if shape.rate_hz != self.plan.rate_hz && !self.change_rate(shape.rate_hz, out) {
            return;
        }
        self.mix_down(shape);
        let here = self.timeline.next();
        let audible = frames - self.trimmed_end(packet, frames);
        let placed = self.place(packet, audible as u64);
        self.report_placement(&placed, here, issues);
        self.pending.extend_from_slice(&self.mono[placed.drop as usize..audible]);
        self.silence_left += placed.audible_silence;
        if self.silence_left == 0 {
            self.give_pending(out);
        }
    }

    /// Frames at the end of a packet that an Ogg page says are not to be heard.
    fn trimmed_end(&self, packet: &Packet, frames: usize) -> usize {
        if self.demuxer.container() != Container::Ogg {
            return 0;
        }
        usize::try_from(packet.trim_end.get()).unwrap_or(usize::MAX).min(frames)
    }

    fn mix_down(&mut self, shape: Shape) {
        let changed = self.mix.as_ref().is_none_or(|(last, _)| *last != shape);
        if changed {
            let downmix = Downmix::for_channels(&shape.channels);
            self.mix = Some((shape, downmix));
        }
        if let Some((_, downmix)) = &self.mix {
            downmix.mix(&self.planes, &mut self.mono);
        }
    }

    /// Puts silence in the place of a packet that could not be decoded.
    fn take_loss(&mut self, packet: &Packet, known: Option<u64>, reason: String, issues: &mut Issues) {
        if let Some(nothing) = &mut self.nothing_yet {
            *nothing = reason;
            self.losses_at_start += 1;
        }
        let here = self.timeline.next();
        // Of unknown length, it is found out by the timestamp of the next.
        let frames = known.unwrap_or(0);
        let placed = if frames > 0 { self.place(packet, frames) } else { Placement::default() };
        self.silence_left += placed.audible_silence + frames.saturating_sub(placed.drop);
        let silence = time_of_frames(frames, self.plan.rate_hz);
        issues.report(self.time_at(here), IssueKind::Corrupt { packets: 1, silence });
    }

    fn report_placement(&self, placed: &Placement, here: i64, issues: &mut Issues) {
        if placed.jump {
            issues.report(self.time_at(here), IssueKind::ClockJump);
        } else if placed.silence > 0 && here > 0 {
            let silence = time_of_frames(placed.silence, self.plan.rate_hz);
            issues.report(self.time_at(here), IssueKind::Gap { silence });
        }
    }

    /// Says once that the upper frequencies are missing.
    fn report_upper_band(&mut self, issues: &mut Issues) {
        if let Some(certain) = self.plan.upper_band_missing.take() {
            issues.report(self.time_at(0), IssueKind::UpperBandMissing { certain });
        }
    }

    fn time_at(&self, frame: i64) -> record::MediaTime {
        time_of_frames(u64::try_from(frame).unwrap_or(0), self.plan.rate_hz)
    }

    fn give_silence(&mut self, out: &mut Vec<f32>) {
        let count = self.silence_left.min(u64::from(self.plan.rate_hz));
        self.silence_left -= count;
        self.heard.clear();
        self.tail.pass(&vec![0.0; count as usize], &mut self.heard);
        self.resampler.push(&self.heard, out);
        if self.silence_left == 0 {
            self.give_pending(out);
        }
    }

    fn give_pending(&mut self, out: &mut Vec<f32>) {
        self.heard.clear();
        self.tail.pass(&self.pending, &mut self.heard);
        self.pending.clear();
        self.resampler.push(&self.heard, out);
    }

    /// Goes on with another stream in the same file, which begins where this one ends.
    fn change_track(&mut self, out: &mut Vec<f32>, issues: &mut Issues) -> Result<bool, MediaErrorKind> {
        let sound = self.demuxer.sound();
        match Decoder::new(&sound, self.demuxer.container()) {
            Ok(decoder) => self.decoder = decoder,
            Err(what) => {
                let reason = format!("the next stream in the file is {what}");
                return self.finish(Some(IssueKind::Stopped { reason }), out, issues);
            }
        }
        self.plan.shift = shift_of_ogg(&sound);
        self.timeline.begin_anew();
        Ok(true)
    }

    /// Goes on at another sample rate. Frames are counted anew from here.
    fn change_rate(&mut self, rate_hz: u32, out: &mut Vec<f32>) -> bool {
        let Some(next) = Resampler::new(rate_hz) else { return false };
        let frames = u64::try_from(self.timeline.next()).unwrap_or(0);
        self.resampler.finish(out);
        self.resampler = next;
        let elapsed = u128::from(frames) * u128::from(rate_hz) / u128::from(self.plan.rate_hz.max(1));
        let elapsed = u64::try_from(elapsed).unwrap_or(u64::MAX);
        self.plan.rate_hz = rate_hz;
        self.plan.trust = Trust::Count;
        self.tail = Tail::default();
        self.timeline = Timeline::counting_from(elapsed, self.plan.limits);
        true
    }

    /// Ends the recording: gives what is still inside and reports how it ended.
    fn finish(
        &mut self,
        ending: Option<IssueKind>,
        out: &mut Vec<f32>,
        issues: &mut Issues,
    ) -> Result<bool, MediaErrorKind> {
        if let Some(detail) = self.nothing_yet.take() {
            let detail = match ending {
                Some(IssueKind::Stopped { reason }) => reason,
                Some(_) => "it ends before its sound begins".to_owned(),
                None => detail,
            };
            return Err(MediaErrorKind::Damaged { container: self.demuxer.container().name(), detail });
        }
        let here = self.time_at(self.timeline.next());
        if let Some(kind) = ending.or_else(|| self.cut_short().then_some(IssueKind::Truncated)) {
            issues.report(here, kind);
        }
        self.resampler.finish(out);
        Ok(false)
    }

    /// Whether the file ended more than a tenth of a second before its stated end.
    fn cut_short(&self) -> bool {
        let Some(expected) = self.plan.expected else { return self.plan.cut };
        let reached = u64::try_from(self.timeline.next()).unwrap_or(0);
        self.plan.cut || expected.saturating_sub(reached) > u64::from(self.plan.rate_hz) / 10
    }
}

fn rate_refused(container: &'static str, rate_hz: u32) -> MediaErrorKind {
    let detail = format!(
        "expected a sample rate from {} to {} Hz, found {rate_hz} Hz",
        RATES_HZ.start(),
        RATES_HZ.end()
    );
    MediaErrorKind::Damaged { container, detail }
}

/// The last frame, some seconds before a wanted sample, that begins at a whole sample.
fn floor_before(first_wanted: u64, rate_hz: u32) -> u64 {
    let preparation = PREPARATION_SECONDS * u64::from(SAMPLE_RATE_HZ);
    // Whole seconds of the output begin at whole frames of the input, whatever the rate.
    let second = first_wanted.saturating_sub(preparation) / u64::from(SAMPLE_RATE_HZ);
    second.saturating_mul(u64::from(rate_hz))
}
