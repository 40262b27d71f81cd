//! Which tokens may come next: the reference's rules of timestamps and of marks that are not speech.
//!
//! Follows `SuppressTokens` and `ApplyTimestampRules` of openai/whisper (`decoding.py`) as CTranslate2 4.8
//! (`whisper.cc`) carries them out.

use crate::kernels::InstructionSet;
use crate::vocabulary::Vocabulary;

/// The latest that the first words of a window may begin: 1 s, in steps of 20 ms.
const LATEST_BEGIN_STEPS: u32 = 50;

/// Rules of one vocabulary.
pub(crate) struct Rules {
    never: Vec<u32>,
    end_of_text: u32,
    timestamp_begin: u32,
}

impl Rules {
    pub(crate) fn new(vocabulary: &Vocabulary, suppress_marks: bool) -> Rules {
        let mut never = if suppress_marks { vocabulary.non_speech_tokens() } else { Vec::new() };
        never.extend([
            vocabulary.transcribe(),
            vocabulary.translate(),
            vocabulary.start_of_transcript(),
            vocabulary.start_of_previous(),
            vocabulary.start_of_lm(),
            vocabulary.no_speech(),
            vocabulary.no_timestamps(),
        ]);
        Rules { never, end_of_text: vocabulary.end_of_text(), timestamp_begin: vocabulary.timestamp_begin() }
    }

    /// Takes away what may not follow `tokens`, which a window's search has found so far.
    pub(crate) fn apply(&self, tokens: &[u32], logits: &mut [f32]) {
        forbid(logits, self.never.iter().map(|token| *token as usize));
        let begin = self.timestamp_begin as usize;
        let Some(&last) = tokens.last() else {
            forbid(logits, 0..begin);
            forbid(logits, begin + LATEST_BEGIN_STEPS as usize + 1..logits.len());
            return;
        };
        if last >= self.timestamp_begin {
            let before = tokens.len().checked_sub(2).map_or(last, |at| tokens[at]);
            if before >= self.timestamp_begin {
                // A segment has begun: words have to follow.
                forbid(logits, begin..logits.len());
                return;
            }
            // A segment has ended: another begins, not before that, or the window is over.
            forbid(logits, 0..self.end_of_text as usize);
            forbid(logits, begin..last as usize);
        } else if let Some(latest) = tokens.iter().rev().find(|token| **token >= self.timestamp_begin) {
            // A segment ends after it began.
            forbid(logits, begin..*latest as usize + 1);
        }
        if self.time_is_likelier_than_any_word(logits) {
            forbid(logits, 0..begin);
        }
    }

    /// All timestamps together are compared with each other token by itself.
    fn time_is_likelier_than_any_word(&self, logits: &[f32]) -> bool {
        let (set, begin) = (InstructionSet::detect(), self.timestamp_begin as usize);
        let (mut best_word, mut best_time) = (0.0, 0.0);
        set.largest(&logits[..begin], &mut best_word);
        set.largest(&logits[begin..], &mut best_time);
        if best_time == f32::NEG_INFINITY {
            return false;
        }
        let mut shares = logits[begin..].to_vec();
        set.softmax(&mut shares);
        let mut best_share = 0.0;
        set.largest(&shares, &mut best_share);
        // The best has its share of them all.
        best_time - best_share.ln() > best_word
    }
}

fn forbid(logits: &mut [f32], tokens: impl Iterator<Item = usize>) {
    for token in tokens {
        if let Some(logit) = logits.get_mut(token) {
            *logit = f32::NEG_INFINITY;
        }
    }
}
