//! One window on its way through the decoder: its prompt, its words, and those again at the next temperature.
//!
//! ```text
//! opening --> "no speech?" --> task --> start, kept --> token by token --> trusted, or no temperature left: done
//!                                         ^                                        | not trusted
//!                                         +----- the next temperature -------------+
//! ```

use super::beam::Search;
use super::{Found, Method, Prompt, best_of_tries, compression_of, is_trusted};
use crate::model::{Model, Row};

/// A window that is being decoded.
pub(crate) struct Decoding<M: Model> {
    audio: M::Audio,
    prompt: Prompt,
    /// Makes the draws of this window its own.
    seed: u64,
    /// The model's own probability that nobody speaks, once the opening is fed.
    no_speech: f32,
    tries: Vec<Found>,
    stage: Stage<M::History>,
}

/// What is fed next.
enum Stage<H> {
    /// The prompt up to the token that says that a transcript starts.
    Opening(H),
    /// Language and task.
    Task(H),
    /// The last words that a search has found.
    Words { search: Search<H>, start: Start<H> },
    /// Nothing: it is done.
    Over,
}

/// Where the words begin, for every temperature.
struct Start<H> {
    history: H,
    /// What follows the prompt.
    logits: Vec<f32>,
}

impl<M: Model> Decoding<M> {
    pub(crate) fn new(audio: M::Audio, prompt: Prompt, seed: u64) -> Decoding<M> {
        let stage = Stage::Opening(M::History::default());
        Decoding { audio, prompt, seed, no_speech: 0.0, tries: Vec::new(), stage }
    }

    /// The window.
    pub(crate) fn audio(&self) -> &M::Audio {
        &self.audio
    }

    /// What is fed next: its rows of the batch.
    pub(super) fn rows(&mut self) -> Vec<Row<'_, M>> {
        let audio = &self.audio;
        match &mut self.stage {
            Stage::Opening(history) => vec![Row { audio, history, tokens: &self.prompt.before }],
            Stage::Task(history) => vec![Row { audio, history, tokens: &self.prompt.task }],
            Stage::Words { search, .. } => search.rows(audio),
            Stage::Over => Vec::new(),
        }
    }

    /// Goes on by what follows its rows; says what was found once it is done.
    pub(super) fn take(&mut self, method: &Method<'_, M>, logits: &mut [f32]) -> Option<Found> {
        match std::mem::replace(&mut self.stage, Stage::Over) {
            Stage::Opening(history) => {
                self.no_speech = method.no_speech(logits);
                if self.prompt.task.is_empty() {
                    return self.begin(method, Start { history, logits: logits.to_vec() });
                }
                self.stage = Stage::Task(history);
                None
            }
            Stage::Task(history) => self.begin(method, Start { history, logits: logits.to_vec() }),
            Stage::Words { mut search, start } => {
                method.advance(&mut search, logits, self.tries.len());
                self.go_on(method, search, start)
            }
            Stage::Over => None,
        }
    }

    /// Searches at the next temperature.
    fn begin(&mut self, method: &Method<'_, M>, start: Start<M::History>) -> Option<Found> {
        let fed = self.prompt.before.len() + self.prompt.task.len();
        let positions = method.model.text_positions();
        let most = (positions / 2).min(positions.saturating_sub(fed - 1));
        let temperature = method.temperature(self.tries.len());
        let mut search = Search::new(start.history.clone(), method.settings, temperature, self.seed, most);
        method.advance(&mut search, &mut start.logits.clone(), self.tries.len());
        self.go_on(method, search, start)
    }

    /// Waits for the next batch, or ends a try.
    fn go_on(
        &mut self,
        method: &Method<'_, M>,
        search: Search<M::History>,
        start: Start<M::History>,
    ) -> Option<Found> {
        if !search.is_over() {
            self.stage = Stage::Words { search, start };
            return None;
        }
        let (tokens, score) = search.best();
        let found = Found {
            temperature: method.temperature(self.tries.len()),
            average_log_probability: score / (tokens.len() + 1) as f32,
            no_speech_probability: self.no_speech,
            compression_ratio: compression_of(method.model.vocabulary(), &tokens),
            tokens,
        };
        let is_done = is_trusted(&found, method.settings) || method.is_last(self.tries.len());
        self.tries.push(found);
        if is_done {
            best_of_tries(std::mem::take(&mut self.tries), method.settings)
        } else {
            self.begin(method, start)
        }
    }
}
