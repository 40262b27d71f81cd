//! Where a segment ends: what the sidecar says, or what follows from the segments around it.

use super::Segment;
use crate::format::sidecar::Sidecar;
use crate::place::Place;
use crate::time::MediaTime;

/// A segment is never longer than the window that Whisper hears at once (`CHUNK_LENGTH` in openai/whisper,
/// `audio.py`). What is longer until the next start is silence, music, or speech that was missed.
const LONGEST_SEGMENT: MediaTime = MediaTime::from_millis(30_000);

/// A longer silence between two segments breaks a text: what follows is another piece of news, or the programme after the
/// advertisements.
const LONGEST_PAUSE: MediaTime = MediaTime::from_millis(10_000);

/// The end of a segment, and how sure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SegmentEnd {
    /// The end, half-open.
    pub time: MediaTime,
    /// What tells.
    pub source: EndSource,
}

impl SegmentEnd {
    /// Whether nobody was heard for long until a later segment starts. Without a sidecar only starts are known, and a
    /// segment is taken to last until the next one; then a silence shows where that is longer than any segment.
    pub fn is_before_silence(self, start: MediaTime) -> bool {
        let silence = start.saturating_sub(self.time);
        silence > LONGEST_PAUSE || (self.source == EndSource::LongestSegment && silence > MediaTime::ZERO)
    }
}

/// What tells where a segment ends, from the surest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndSource {
    /// The recogniser said so, and the sidecar recorded it.
    Sidecar,
    /// A later segment starts there.
    NextStart,
    /// The recording ends there.
    Length,
    /// The next start or the recording's end is further away than a segment can be long.
    LongestSegment,
}

/// The place of one segment; the sidecar also gives a start where the archive has none.
pub(crate) fn place_of(
    segments: &[Segment],
    length: Option<MediaTime>,
    sidecar: Option<&Sidecar>,
    index: usize,
) -> Option<Place> {
    segments.get(index)?;
    Some(placed(segments, sidecar, index, end_of(segments, length, sidecar, index)))
}

/// The places of all segments.
pub(crate) fn places_of(
    segments: &[Segment],
    length: Option<MediaTime>,
    sidecar: Option<&Sidecar>,
) -> Vec<Place> {
    let ends = ends_of(segments, length, sidecar);
    ends.into_iter().enumerate().map(|(index, end)| placed(segments, sidecar, index, end)).collect()
}

fn placed(segments: &[Segment], sidecar: Option<&Sidecar>, index: usize, end: Option<SegmentEnd>) -> Place {
    let recorded = || Some(sidecar?.detail_of(segments, index)?.start);
    let start = segments[index].start_time().or_else(recorded);
    Place::Spoken { segment: index, start, end: end.map(|end| end.time) }
}

/// The end of one segment. See [`super::Transcript::end_of`].
pub(crate) fn end_of(
    segments: &[Segment],
    length: Option<MediaTime>,
    sidecar: Option<&Sidecar>,
    index: usize,
) -> Option<SegmentEnd> {
    let segment = segments.get(index)?;
    if let Some(end) = recorded_end(segments, sidecar, index) {
        return Some(end);
    }
    let start = segment.start_time()?;
    let later = segments[index + 1..].iter().filter_map(Segment::start_time).find(|later| *later > start);
    inferred_end(start, later, length)
}

/// The ends of all segments: a walk from the last to the first that keeps the starts which can still be
/// somebody's next, so that hostile orders of starts cost no more than sorted ones.
pub(crate) fn ends_of(
    segments: &[Segment],
    length: Option<MediaTime>,
    sidecar: Option<&Sidecar>,
) -> Vec<Option<SegmentEnd>> {
    let mut ends = vec![None; segments.len()];
    let mut later_starts: Vec<MediaTime> = Vec::new();
    for (index, segment) in segments.iter().enumerate().rev() {
        let inferred = segment.start_time().and_then(|start| {
            while later_starts.last().is_some_and(|later| *later <= start) {
                later_starts.pop();
            }
            let end = inferred_end(start, later_starts.last().copied(), length);
            later_starts.push(start);
            end
        });
        ends[index] = recorded_end(segments, sidecar, index).or(inferred);
    }
    ends
}

fn recorded_end(segments: &[Segment], sidecar: Option<&Sidecar>, index: usize) -> Option<SegmentEnd> {
    // An end before its start is damage, not knowledge; a segment without length is what Whisper emits.
    let detail = sidecar?.detail_of(segments, index)?;
    let time = detail.end.filter(|end| *end >= detail.start)?;
    Some(SegmentEnd { time, source: EndSource::Sidecar })
}

fn inferred_end(start: MediaTime, next: Option<MediaTime>, length: Option<MediaTime>) -> Option<SegmentEnd> {
    let recording_end = length.filter(|length| *length > start);
    let end = match (next, recording_end) {
        (Some(time), _) => SegmentEnd { time, source: EndSource::NextStart },
        (None, Some(time)) => SegmentEnd { time, source: EndSource::Length },
        (None, None) => return None,
    };
    let latest = start.saturating_add(LONGEST_SEGMENT);
    if end.time > latest {
        return Some(SegmentEnd { time: latest, source: EndSource::LongestSegment });
    }
    Some(end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::sidecar::{Program, SegmentDetail};
    use crate::time::SourceSeconds;

    fn segments(starts: &[f64]) -> Vec<Segment> {
        starts
            .iter()
            .map(|start| Segment { text: String::new(), start: SourceSeconds::new(*start) })
            .collect()
    }

    fn sidecar(times: &[(u64, u64)]) -> Sidecar {
        let mut sidecar = Sidecar::new(Program::new("test", "1"), jiff::Timestamp::UNIX_EPOCH);
        sidecar.segments = times
            .iter()
            .map(|(start, end)| SegmentDetail {
                start: MediaTime::from_millis(*start),
                end: Some(MediaTime::from_millis(*end)),
                ..SegmentDetail::default()
            })
            .collect();
        sidecar
    }

    #[track_caller]
    fn check(
        starts: &[f64],
        length_seconds: Option<u64>,
        sidecar: Option<&Sidecar>,
        ends: &[Option<(u64, EndSource)>],
    ) {
        let segments = segments(starts);
        let length = length_seconds.map(MediaTime::from_whole_seconds);
        let expected: Vec<_> = ends
            .iter()
            .map(|end| {
                end.map(|(millis, source)| SegmentEnd { time: MediaTime::from_millis(millis), source })
            })
            .collect();
        assert_eq!(ends_of(&segments, length, sidecar), expected);
        let one_by_one: Vec<_> =
            (0..starts.len()).map(|index| end_of(&segments, length, sidecar, index)).collect();
        assert_eq!(one_by_one, expected, "one at a time");
    }

    #[test]
    fn a_segment_lasts_until_a_later_one_starts() {
        use EndSource::{Length, LongestSegment, NextStart};
        check(&[0.0, 5.22], Some(10), None, &[Some((5_220, NextStart)), Some((10_000, Length))]);
        // The model may open two segments at one time: both last until the third.
        check(&[1.0, 1.0, 2.0], None, None, &[Some((2_000, NextStart)), Some((2_000, NextStart)), None]);
        check(
            &[30.0, 12.5, 14.0],
            Some(31),
            None,
            &[Some((31_000, Length)), Some((14_000, NextStart)), Some((31_000, Length))],
        );
        check(
            &[0.0, 600.0],
            Some(900),
            None,
            &[Some((30_000, LongestSegment)), Some((630_000, LongestSegment))],
        );
        check(&[10.0], Some(10), None, &[None]);
        check(&[], Some(10), None, &[]);
    }

    #[test]
    fn the_sidecar_knows_better_if_it_describes_the_same_segments() {
        use EndSource::{Length, NextStart};
        let starts = [0.0, 5.220000000000001];
        let inferred = [Some((5_220, NextStart)), Some((10_000, Length))];
        let recorded = sidecar(&[(0, 4_000), (5_220, 5_220)]);
        check(
            &starts,
            Some(10),
            Some(&recorded),
            &[Some((4_000, EndSource::Sidecar)), Some((5_220, EndSource::Sidecar))],
        );
        check(&starts, Some(10), Some(&sidecar(&[(0, 4_000)])), &inferred);
        let parted = sidecar(&[(0, 4_000), (6_000, 7_000)]);
        check(&starts, Some(10), Some(&parted), &[Some((4_000, EndSource::Sidecar)), inferred[1]]);
        let reversed = sidecar(&[(0, 4_000), (5_220, 1_000)]);
        check(&starts, Some(10), Some(&reversed), &[Some((4_000, EndSource::Sidecar)), inferred[1]]);
    }

    #[test]
    fn the_sidecar_also_gives_times_where_the_archive_has_none() {
        let untimed = [Segment { text: String::new(), start: None }];
        let recorded = sidecar(&[(500, 4_000)]);
        let place = place_of(&untimed, None, Some(&recorded), 0);
        let time = |millis| Some(MediaTime::from_millis(millis));
        assert_eq!(place, Some(Place::Spoken { segment: 0, start: time(500), end: time(4_000) }));
        assert_eq!(places_of(&untimed, None, Some(&recorded)), [place.unwrap()]);
        assert_eq!(
            place_of(&untimed, None, None, 0),
            Some(Place::Spoken { segment: 0, start: None, end: None })
        );
        assert_eq!(place_of(&untimed, None, None, 1), None);
    }
}
