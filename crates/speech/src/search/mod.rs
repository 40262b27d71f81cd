//! Windows -> the likeliest tokens: greedy, beam search or draws, many windows in one batch.
//!
//! ```text
//! windows on their way -> what each is fed next, each hypothesis a row -> one batch -> each goes on by its rows --+
//!          ^                                                                                                      |
//!          +--- another in the place of one that is done <--------------------------------------------------------+
//! ```
//!
//! A window's outcome does not depend on the windows beside it. The search follows CTranslate2 4.8
//! (`decoding.cc`), so that greedy words are those of faster-whisper.

mod beam;
mod circles;
mod decoding;
mod rules;

pub(crate) use decoding::Decoding;
pub(crate) use rules::Rules;

use crate::kernels::InstructionSet;
use crate::model::{Logits, Model, ModelError, Row};
use crate::settings::Settings;
use crate::vocabulary::Vocabulary;
use beam::Search;
use rayon::prelude::*;

/// The tokens that come before those of a window.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Prompt {
    /// Up to the one that says that a transcript starts.
    pub(crate) before: Vec<u32>,
    /// Language and task; none for English-only models.
    pub(crate) task: Vec<u32>,
}

/// What a search found in one window.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Found {
    pub(crate) tokens: Vec<u32>,
    pub(crate) temperature: f32,
    pub(crate) average_log_probability: f32,
    pub(crate) no_speech_probability: f32,
    pub(crate) compression_ratio: f32,
}

/// How words are looked for, the same for all windows of a recording.
pub(crate) struct Method<'a, M: Model> {
    pub(crate) model: &'a M,
    pub(crate) rules: &'a Rules,
    pub(crate) settings: &'a Settings,
}

/// Feeds each of some windows what comes next, all in one batch; says of each what was found in it once it is done.
///
/// A window takes part until it is done, whatever the others do: another may begin in its place at any time.
pub(crate) fn step<M: Model>(
    method: &Method<'_, M>,
    windows: &mut [&mut Decoding<M>],
) -> Result<Vec<Option<Found>>, ModelError> {
    let rows: Vec<Vec<Row<'_, M>>> = windows.iter_mut().map(|window| window.rows()).collect();
    let widths: Vec<usize> = rows.iter().map(Vec::len).collect();
    let mut rows: Vec<Row<'_, M>> = rows.into_iter().flatten().collect();
    let Logits { mut values, vocabulary_size } = method.model.decode(&mut rows)?;
    let mut rest = &mut values[..];
    let own = widths.into_iter().map(|width| {
        let (own, others) = std::mem::take(&mut rest).split_at_mut(width * vocabulary_size);
        rest = others;
        own
    });
    let own: Vec<&mut [f32]> = own.collect();
    let taken = windows.par_iter_mut().zip(own).map(|(window, logits)| window.take(method, logits));
    Ok(taken.collect())
}

impl<M: Model> Method<'_, M> {
    /// The temperature of the try that `before` others came before.
    fn temperature(&self, before: usize) -> f32 {
        self.settings.temperatures.get(before).copied().unwrap_or_default()
    }

    /// Whether nothing comes after the try that `before` others came before.
    fn is_last(&self, before: usize) -> bool {
        before + 1 >= self.settings.temperatures.len()
    }

    /// The probability that nobody speaks, by what follows the start of a transcript.
    fn no_speech(&self, logits: &[f32]) -> f32 {
        let mut probabilities = logits.to_vec();
        InstructionSet::detect().softmax(&mut probabilities);
        probabilities[self.model.vocabulary().no_speech() as usize]
    }

    /// Lets a search choose by its rows of logits. Unless no try comes after this one, what goes round in circles isn't waited for.
    fn advance<H: Clone>(&self, search: &mut Search<H>, logits: &mut [f32], tries_before: usize) {
        let (set, vocabulary) = (InstructionSet::detect(), self.model.vocabulary());
        let mut candidates = Vec::new();
        let rows = logits.chunks_exact_mut(logits.len() / search.width());
        for (hypothesis, row) in rows.enumerate() {
            self.rules.apply(search.tokens(hypothesis), row);
            set.log_softmax(row);
            candidates.extend(search.candidates(hypothesis, row));
        }
        search.choose(candidates, vocabulary.end_of_text());
        if !self.is_last(tries_before) {
            search.leave_circles(|tokens| is_loop_of(compression_of(vocabulary, tokens), self.settings));
        }
    }
}

/// The first that is trusted; else the likeliest, of those that do not loop if there are any.
fn best_of_tries(mut tries: Vec<Found>, settings: &Settings) -> Option<Found> {
    let last_temperature = tries.last()?.temperature;
    if tries.last().is_some_and(|found| is_trusted(found, settings)) {
        return tries.pop();
    }
    if tries.iter().any(|found| !is_loop(found, settings)) {
        tries.retain(|found| !is_loop(found, settings));
    }
    // `max_by` keeps the last of equals and the reference the first.
    tries.reverse();
    let best =
        tries.into_iter().max_by(|a, b| a.average_log_probability.total_cmp(&b.average_log_probability));
    // The temperature reached says that the words are not to be conditioned on, whichever won.
    best.map(|found| Found { temperature: last_temperature, ..found })
}

fn is_trusted(found: &Found, settings: &Settings) -> bool {
    let improbable =
        settings.log_probability_limit.is_some_and(|limit| found.average_log_probability < limit);
    let silent =
        improbable && settings.no_speech_limit.is_some_and(|limit| found.no_speech_probability > limit);
    silent || !(improbable || is_loop(found, settings))
}

fn is_loop(found: &Found, settings: &Settings) -> bool {
    is_loop_of(found.compression_ratio, settings)
}

fn is_loop_of(compression_ratio: f32, settings: &Settings) -> bool {
    settings.compression_ratio_limit.is_some_and(|limit| compression_ratio > limit)
}

/// Probabilities of the languages spoken in each window, likeliest first.
pub(crate) fn detect_languages<M: Model>(
    model: &M,
    windows: &[&M::Audio],
) -> Result<Vec<Vec<(&'static str, f32)>>, ModelError> {
    let vocabulary = model.vocabulary();
    let start = [vocabulary.start_of_transcript()];
    let mut histories = vec![M::History::default(); windows.len()];
    let rows = windows.iter().zip(histories.iter_mut());
    let mut rows: Vec<Row<'_, M>> =
        rows.map(|(&audio, history)| Row { audio, history, tokens: &start }).collect();
    let logits = model.decode(&mut rows)?;
    Ok((0..windows.len()).map(|row| language_probabilities(vocabulary, logits.row(row))).collect())
}

fn language_probabilities(vocabulary: &Vocabulary, logits: &[f32]) -> Vec<(&'static str, f32)> {
    let tokens: Vec<(&'static str, u32)> = vocabulary.language_tokens().collect();
    let mut scores: Vec<f32> = tokens.iter().map(|(_, token)| logits[*token as usize]).collect();
    InstructionSet::detect().softmax(&mut scores);
    let mut languages: Vec<_> = tokens.iter().map(|(code, _)| *code).zip(scores).collect();
    languages.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    languages
}

fn compression_of(vocabulary: &Vocabulary, tokens: &[u32]) -> f32 {
    compression_ratio(vocabulary.decode(tokens).trim())
}

/// How many times smaller a text becomes when compressed: about 1.5 for speech, above 2.4 for a loop.
pub(crate) fn compression_ratio(text: &str) -> f32 {
    // Level 6 is zlib's default, which the reference's limit was chosen with.
    let compressed = miniz_oxide::deflate::compress_to_vec_zlib(text.as_bytes(), 6);
    text.len() as f32 / compressed.len() as f32
}

#[cfg(test)]
mod tests;
