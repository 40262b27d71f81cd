//! The tokens of one window -> pieces between timestamps, and where the next window begins.

use crate::features::WINDOW_FRAMES;
use crate::vocabulary::Vocabulary;

/// Frames of one step of a timestamp: 20 ms.
const FRAMES_PER_STEP: usize = 2;

/// Tokens between two timestamps of a window.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Piece {
    /// Begin and end in frames since the window's first.
    pub(crate) start_frame: usize,
    pub(crate) end_frame: usize,
    pub(crate) tokens: Vec<u32>,
}

/// Cuts a window's tokens at its timestamps; also says how many frames of it are done with.
///
/// Follows `_split_segments_by_timestamps` of faster-whisper: what stands behind the last pair of
/// timestamps is unfinished and heard again by the next window. Unlike there, a window without such a pair
/// begins at its own first timestamp, not at the window's start.
pub(crate) fn split(vocabulary: &Vocabulary, tokens: &[u32], window_frames: usize) -> (Vec<Piece>, usize) {
    let frame_of = |token: u32| (token - vocabulary.timestamp_begin()) as usize * FRAMES_PER_STEP;
    let is_time = |at: usize| vocabulary.is_timestamp(tokens[at]);
    let mut cuts: Vec<usize> = (1..tokens.len()).filter(|at| is_time(*at) && is_time(at - 1)).collect();
    let ends_whole = tokens.len() >= 2 && !is_time(tokens.len() - 2) && is_time(tokens.len() - 1);
    if cuts.is_empty() {
        return (vec![only_piece(vocabulary, tokens, window_frames)], window_frames);
    }
    if ends_whole {
        cuts.push(tokens.len());
    }
    let mut pieces = Vec::new();
    let mut first = 0;
    for cut in cuts {
        let tokens = tokens[first..cut].to_vec();
        pieces.push(Piece {
            start_frame: frame_of(tokens[0]),
            end_frame: frame_of(tokens[tokens.len() - 1]),
            tokens,
        });
        first = cut;
    }
    let heard = if ends_whole { window_frames } else { frame_of(tokens[first - 1]) };
    // A window that heard nothing to its end would be asked the same again for ever.
    (pieces, if heard == 0 { window_frames } else { heard.min(WINDOW_FRAMES) })
}

fn only_piece(vocabulary: &Vocabulary, tokens: &[u32], window_frames: usize) -> Piece {
    let frame_of = |token: u32| (token - vocabulary.timestamp_begin()) as usize * FRAMES_PER_STEP;
    let times: Vec<u32> = tokens.iter().copied().filter(|token| vocabulary.is_timestamp(*token)).collect();
    let start_frame = times.first().map_or(0, |token| frame_of(*token));
    let end_frame = match times.last() {
        Some(last) if times.len() > 1 && frame_of(*last) > start_frame => frame_of(*last),
        _ => window_frames.max(start_frame),
    };
    Piece { start_frame, end_frame, tokens: tokens.to_vec() }
}
