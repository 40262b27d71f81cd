//! Windows -> the likeliest tokens: greedy, beam search or draws, many windows in one batch.
//!
//! ```text
//! prompt -> "no speech?", language -> token by token, each hypothesis a row of the batch -> best hypothesis
//! not trusted (a loop, improbable)? the same again at the next temperature
//! ```
//!
//! A window's outcome does not depend on the windows beside it. The search follows CTranslate2 4.8
//! (`decoding.cc`), so that greedy words are those of faster-whisper.

mod beam;
mod circles;
mod rules;

pub(crate) use rules::Rules;

use crate::kernels::InstructionSet;
use crate::model::{Logits, Model, ModelError, Row};
use crate::settings::Settings;
use crate::vocabulary::Vocabulary;
use beam::Search;

/// A window and what is said to the decoder before its words.
pub(crate) struct Window<'a, M: Model> {
    pub(crate) audio: &'a M::Audio,
    pub(crate) prompt: Prompt,
    /// Makes the draws of this window its own.
    pub(crate) seed: u64,
}

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

/// Decodes windows, trying temperature after temperature for those whose words are not trusted.
pub(crate) fn decode_windows<M: Model>(
    model: &M,
    rules: &Rules,
    windows: &[Window<'_, M>],
    settings: &Settings,
) -> Result<Vec<Found>, ModelError> {
    let mut tries: Vec<Vec<Found>> = windows.iter().map(|_| Vec::new()).collect();
    for temperature in &settings.temperatures {
        let open: Vec<usize> = (0..windows.len())
            .filter(|window| tries[*window].last().is_none_or(|found| !is_trusted(found, settings)))
            .collect();
        let batch: Vec<&Window<'_, M>> = open.iter().map(|window| &windows[*window]).collect();
        let is_last = settings.temperatures.last() == Some(temperature);
        let decoded = decode_once(model, rules, &batch, settings, *temperature, is_last)?;
        for (window, found) in open.iter().zip(decoded) {
            tries[*window].push(found);
        }
    }
    Ok(tries.into_iter().filter_map(|tries| best_of_tries(tries, settings)).collect())
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

/// Decodes windows at one temperature. Unless it is the last, what goes round in circles isn't waited for.
fn decode_once<M: Model>(
    model: &M,
    rules: &Rules,
    windows: &[&Window<'_, M>],
    settings: &Settings,
    temperature: f32,
    is_last: bool,
) -> Result<Vec<Found>, ModelError> {
    if windows.is_empty() {
        return Ok(Vec::new());
    }
    let vocabulary = model.vocabulary();
    let Fed { logits: first_logits, no_speech, histories } = feed_prompts(model, windows)?;
    let mut searches: Vec<Search<M::History>> = windows
        .iter()
        .zip(histories)
        .map(|(window, history)| {
            let fed = window.prompt.before.len() + window.prompt.task.len();
            let most = (model.text_positions() / 2).min(model.text_positions().saturating_sub(fed - 1));
            Search::new(history, settings, temperature, window.seed, most)
        })
        .collect();
    let mut logits = first_logits;
    loop {
        advance(rules, vocabulary.end_of_text(), &mut logits, &mut searches);
        if !is_last {
            let is_loop = |tokens: &[u32]| is_loop_of(compression_of(vocabulary, tokens), settings);
            searches.iter_mut().for_each(|search| search.leave_circles(is_loop));
        }
        let mut rows = Vec::new();
        for (search, window) in searches.iter_mut().zip(windows).filter(|(search, _)| !search.is_over()) {
            rows.extend(search.rows(window.audio));
        }
        if rows.is_empty() {
            break;
        }
        logits = model.decode(&mut rows)?;
    }
    let found = searches.into_iter().zip(no_speech).map(|(search, no_speech_probability)| {
        let (tokens, score) = search.best();
        Found {
            temperature,
            average_log_probability: score / (tokens.len() + 1) as f32,
            no_speech_probability,
            compression_ratio: compression_of(vocabulary, &tokens),
            tokens,
        }
    });
    Ok(found.collect())
}

/// Lets each search choose from its rows of logits; all rows of one search stand together.
fn advance<H: Clone>(rules: &Rules, end: u32, logits: &mut Logits, searches: &mut [Search<H>]) {
    let set = InstructionSet::detect();
    let size = logits.vocabulary_size;
    let mut rows = logits.values.chunks_exact_mut(size);
    for search in searches.iter_mut().filter(|search| !search.is_over()) {
        let mut candidates = Vec::new();
        for hypothesis in 0..search.width() {
            let Some(row) = rows.next() else { return };
            rules.apply(search.tokens(hypothesis), row);
            set.log_softmax(row);
            candidates.extend(search.candidates(hypothesis, row));
        }
        search.choose(candidates, end);
    }
}

/// What there is after the prompts.
struct Fed<H> {
    logits: Logits,
    /// The model's own probability that nobody speaks, a window each.
    no_speech: Vec<f32>,
    histories: Vec<H>,
}

/// Feeds all prompts.
fn feed_prompts<M: Model>(model: &M, windows: &[&Window<'_, M>]) -> Result<Fed<M::History>, ModelError> {
    let mut histories = vec![M::History::default(); windows.len()];
    let mut feed = |part: fn(&Prompt) -> &[u32]| {
        let rows = windows.iter().zip(histories.iter_mut()).map(|(window, history)| Row {
            audio: window.audio,
            history,
            tokens: part(&window.prompt),
        });
        model.decode(&mut rows.collect::<Vec<_>>())
    };
    let mut logits = feed(|prompt| &prompt.before)?;
    let no_speech = model.vocabulary().no_speech() as usize;
    let probability = |row: usize| {
        let mut row = logits.row(row).to_vec();
        InstructionSet::detect().softmax(&mut row);
        row[no_speech]
    };
    let no_speech = (0..windows.len()).map(probability).collect();
    if windows.iter().all(|window| !window.prompt.task.is_empty()) {
        logits = feed(|prompt| &prompt.task)?;
    }
    Ok(Fed { logits, no_speech, histories })
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
