//! Which stretches of a recording are listened to, and how they are shared out to lanes.
//!
//! ```text
//! runs of voice -> clips (long silences left out) -> lanes of neighbouring clips, cut at pauses
//! ```
//!
//! A lane is worked through from its start to its end, each window told what the one before it heard. The
//! lanes of a recording are decoded side by side in one batch, so what a window leaves undecoded is heard
//! again by the next window of its lane: no word is lost between the windows of a batch.

use crate::features::FRAMES_PER_SECOND;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// A silence at least this long is not listened to: models invent words there.
const SKIPPED_SILENCE: usize = 5 * FRAMES_PER_SECOND;

/// What is kept of a silence on either side, since voice detection comes late and leaves early.
const KEPT_SILENCE: usize = FRAMES_PER_SECOND;

/// The shortest lane. Shorter ones would cost more in repeated starts than the batch brings.
const SHORTEST_LANE: usize = 80 * FRAMES_PER_SECOND;

/// The longest lane: a model caught in a loop is freed at its end, and a killed run loses little.
const LONGEST_LANE: usize = 300 * FRAMES_PER_SECOND;

/// How far from the wished-for place a lane may be cut to find a longer pause.
const CUT_SEARCH: usize = 20 * FRAMES_PER_SECOND;

/// A part of a recording that is worked through in order: stretches of frames, 10 ms each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LanePlan {
    /// Clips in rising order, none empty.
    pub clips: Vec<Range<usize>>,
}

/// Plans the lanes of a recording of `frames` frames.
///
/// `voice` holds the runs of frames where somebody speaks, in rising order, or `None` if everything is to be
/// listened to. `batch` is the number of windows to decode at a time; 1 gives one lane.
pub fn plan(frames: usize, voice: Option<&[Range<usize>]>, batch: usize) -> Vec<LanePlan> {
    let whole = vec![0..frames; 1];
    let voice = voice.unwrap_or(&whole);
    let clips = clips(frames, voice);
    let listened: usize = clips.iter().map(Range::len).sum();
    if batch <= 1 || listened < 2 * SHORTEST_LANE {
        return if clips.is_empty() { Vec::new() } else { vec![LanePlan { clips }] };
    }
    let wished = (listened / batch).clamp(SHORTEST_LANE, LONGEST_LANE);
    let count = (listened as f64 / wished as f64).round().max(1.0) as usize;
    share_out(&clips, voice, listened, count)
}

/// Everything but the long silences.
fn clips(frames: usize, voice: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut clips: Vec<Range<usize>> = Vec::new();
    for run in voice {
        let run = run.start.min(frames)..run.end.min(frames);
        match clips.last_mut() {
            _ if run.is_empty() => {}
            Some(clip) if run.start < clip.end + SKIPPED_SILENCE => clip.end = clip.end.max(run.end),
            None if run.start < SKIPPED_SILENCE => clips.push(0..run.end),
            _ => clips.push(run.start - KEPT_SILENCE.min(run.start)..run.end),
        }
    }
    let count = clips.len();
    for (index, clip) in clips.iter_mut().enumerate() {
        let last = index + 1 == count;
        clip.end = if last && frames - clip.end < SKIPPED_SILENCE { frames } else { clip.end + KEPT_SILENCE };
        clip.end = clip.end.min(frames);
    }
    clips
}

/// Cuts clips into `count` lanes of about the same length.
fn share_out(clips: &[Range<usize>], voice: &[Range<usize>], listened: usize, count: usize) -> Vec<LanePlan> {
    let mut lanes = vec![LanePlan { clips: Vec::new() }];
    let mut passed = 0;
    for clip in clips {
        let mut rest = clip.clone();
        while lanes.len() < count {
            let wished = listened * lanes.len() / count;
            if wished >= passed + rest.len() {
                break;
            }
            let cut = longest_pause(voice, rest.start + wished.saturating_sub(passed), &rest);
            passed += cut - rest.start;
            add_clip(&mut lanes, rest.start..cut);
            lanes.push(LanePlan { clips: Vec::new() });
            rest.start = cut;
        }
        passed += rest.len();
        add_clip(&mut lanes, rest);
    }
    lanes.retain(|lane| !lane.clips.is_empty());
    lanes
}

fn add_clip(lanes: &mut [LanePlan], clip: Range<usize>) {
    if let (Some(lane), false) = (lanes.last_mut(), clip.is_empty()) {
        lane.clips.push(clip);
    }
}

/// The middle of the longest pause near `wished`; of equals the nearest, `wished` itself if there is none.
pub(crate) fn longest_pause(voice: &[Range<usize>], wished: usize, inside: &Range<usize>) -> usize {
    let near = wished.saturating_sub(CUT_SEARCH).max(inside.start)..(wished + CUT_SEARCH).min(inside.end);
    let pauses = voice.windows(2).map(|runs| runs[0].end..runs[1].start);
    let middle = |pause: &Range<usize>| pause.start.midpoint(pause.end);
    let best = pauses
        .filter(|pause| !pause.is_empty() && near.contains(&middle(pause)))
        .max_by_key(|pause| (pause.len(), std::cmp::Reverse(middle(pause).abs_diff(wished))));
    best.map_or(wished.clamp(inside.start, inside.end), |pause| middle(&pause))
}

#[cfg(test)]
#[allow(clippy::single_range_in_vec_init)] // lists of ranges, some of one
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MINUTE: usize = 60 * FRAMES_PER_SECOND;

    fn spans(plan: &[LanePlan]) -> Vec<Vec<Range<usize>>> {
        plan.iter().map(|lane| lane.clips.clone()).collect()
    }

    #[test]
    fn short_recordings_are_one_lane_with_their_short_silences() {
        let voice = [120..900, 1200..1500];
        assert_eq!(spans(&plan(1700, Some(&voice), 8)), [[0..1700]]);
        assert_eq!(spans(&plan(1700, None, 8)), [[0..1700]]);
    }

    #[test]
    fn long_silences_are_left_out() {
        let voice = [1000..2000, 5000..6000];
        assert_eq!(spans(&plan(9000, Some(&voice), 8)), [[900..2100, 4900..6100]]);
        assert_eq!(plan(9000, Some(&[]), 8), [], "nobody speaks");
        assert_eq!(plan(0, None, 8), []);
    }

    #[test]
    fn lanes_are_cut_at_the_longest_pause_near_the_wished_place() {
        let voice = [0..5 * MINUTE - 300, 5 * MINUTE - 280..5 * MINUTE + 10, 5 * MINUTE + 20..10 * MINUTE];
        let lanes = spans(&plan(10 * MINUTE, Some(&voice), 2));
        assert_eq!(lanes, [[0..5 * MINUTE - 290], [5 * MINUTE - 290..10 * MINUTE]]);
        assert_eq!(plan(10 * MINUTE, Some(&voice), 1).len(), 1, "one at a time: as the reference does");
        assert_eq!(plan(180 * MINUTE, None, 8).len(), 36, "no lane is longer than five minutes");
    }

    proptest! {
        #[test]
        fn lanes_cover_all_voice_once_and_in_order(
            gaps in prop::collection::vec((0usize..4000, 1usize..40_000), 0..12),
            batch in 1usize..12,
            tail in 0usize..2000,
        ) {
            let mut voice = Vec::new();
            let mut at = 0;
            for (gap, run) in gaps {
                voice.push(at + gap..at + gap + run);
                at += gap + run;
            }
            let lanes = plan(at + tail, Some(&voice), batch);
            let clips: Vec<Range<usize>> = lanes.iter().flat_map(|lane| lane.clips.clone()).collect();
            prop_assert!(clips.windows(2).all(|pair| pair[0].end <= pair[1].start));
            prop_assert!(clips.iter().all(|clip| !clip.is_empty() && clip.end <= at + tail));
            for run in voice {
                let heard: usize =
                    clips.iter().map(|clip| clip.end.min(run.end).saturating_sub(clip.start.max(run.start))).sum();
                prop_assert_eq!(heard, run.len());
            }
        }
    }
}
