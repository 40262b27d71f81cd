//! One model for several recordings at once: what they want decoded is decoded together.
//!
//! ```text
//! recording A --encode--> waits --+
//! recording B --encode--> waits --+--> one batch, computed by the last to come --> each goes on with its rows
//! recording C --encode--> waits --+
//! ```
//!
//! A decoder reads all its weights for each step, however many rows it has: eight short recordings cost little
//! more than one. Each recording is transcribed by a thread of its own through a [`Seat`], which is a [`Model`];
//! since what a row gets does not depend on the others, its words are those it would have alone.

use crate::features::LogMel;
use crate::model::{Alignment, Logits, Model, ModelError, Row};
use crate::vocabulary::Vocabulary;
use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// A model that several threads share.
pub struct Together<'m, M: Model> {
    model: &'m M,
    table: Mutex<Table<M>>,
    changed: Condvar,
}

/// Who sits there and what they wait for.
struct Table<M: Model> {
    /// Windows that may still join.
    free: usize,
    /// The number that the next to arrive draws, and the one whose turn it is to sit down.
    drawn: u64,
    called: u64,
    /// Seats that are taken.
    seated: usize,
    requests: Vec<Request<M>>,
    answers: HashMap<u64, Result<Answer<M>, ModelError>>,
    next_request: u64,
    /// Whether somebody computes.
    busy: bool,
}

/// Rows that one recording wants decoded.
struct Request<M: Model> {
    number: u64,
    rows: Vec<OwnedRow<M>>,
}

struct OwnedRow<M: Model> {
    audio: Arc<M::Audio>,
    history: M::History,
    tokens: Vec<u32>,
}

/// The histories of a request's rows, grown, and their logits.
struct Answer<M: Model> {
    histories: Vec<M::History>,
    logits: Logits,
}

impl<'m, M: Model> Together<'m, M> {
    /// Lets up to `windows` windows be decoded together by `model`.
    pub fn new(model: &'m M, windows: usize) -> Together<'m, M> {
        let table = Table {
            free: windows.max(1),
            drawn: 0,
            called: 0,
            seated: 0,
            requests: Vec::new(),
            answers: HashMap::new(),
            next_request: 0,
            busy: false,
        };
        Together { model, table: Mutex::new(table), changed: Condvar::new() }
    }

    /// A place for one recording. It is taken when the recording's first windows are encoded, in order of arrival.
    pub fn seat(&self) -> Seat<'_, 'm, M> {
        Seat { together: self, windows: Mutex::new(0) }
    }

    /// A thread that panics computes without the lock, so that what stands in the table is whole.
    fn table(&self) -> MutexGuard<'_, Table<M>> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, table: MutexGuard<'a, Table<M>>) -> MutexGuard<'a, Table<M>> {
        self.changed.wait(table).unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for room for `windows` windows, or for all there is.
    fn join(&self, windows: usize) -> usize {
        let mut table = self.table();
        let number = table.drawn;
        table.drawn += 1;
        loop {
            // Whoever wants more than there is in all comes when nobody else is there.
            if table.called == number && (windows <= table.free || table.seated == 0) {
                break;
            }
            table = self.wait(table);
        }
        let taken = windows.min(table.free);
        table.free -= taken;
        table.called += 1;
        table.seated += 1;
        self.changed.notify_all();
        taken
    }

    fn leave(&self, windows: usize) {
        let mut table = self.table();
        table.free += windows;
        table.seated -= 1;
        self.changed.notify_all();
    }

    /// Waits until all who sit here want something, and decodes it together.
    fn decode(&self, rows: Vec<OwnedRow<M>>) -> Result<Answer<M>, ModelError> {
        let mut table = self.table();
        let number = table.next_request;
        table.next_request += 1;
        table.requests.push(Request { number, rows });
        loop {
            if let Some(answer) = table.answers.remove(&number) {
                return answer;
            }
            if !table.busy && table.requests.len() == table.seated {
                table.busy = true;
                let requests = std::mem::take(&mut table.requests);
                drop(table);
                self.answer(requests);
                table = self.table();
            } else {
                table = self.wait(table);
            }
        }
    }

    /// Computes what was asked for; whoever waits gets an answer even if that panics.
    fn answer(&self, requests: Vec<Request<M>>) {
        let numbers: Vec<u64> = requests.iter().map(|request| request.number).collect();
        let mut round = Round { together: self, numbers, answers: None };
        round.answers = Some(self.compute(requests));
    }

    fn compute(&self, mut requests: Vec<Request<M>>) -> Result<Vec<Answer<M>>, ModelError> {
        // All of it there: each of many threads that allocate much keeps much.
        in_pool(|| {
            let all = requests.iter_mut().flat_map(|request| &mut request.rows);
            let mut rows: Vec<Row<'_, M>> = all
                .map(|row| Row { audio: &*row.audio, history: &mut row.history, tokens: &row.tokens })
                .collect();
            let logits = self.model.decode(&mut rows)?;
            let counts: Vec<usize> = requests.iter().map(|request| request.rows.len()).collect();
            let answers = requests.into_iter().zip(hand_out(logits, &counts)).map(|(request, logits)| {
                Answer { histories: request.rows.into_iter().map(|row| row.history).collect(), logits }
            });
            Ok(answers.collect())
        })
    }
}

/// Gives everybody so many rows; whoever is alone gets all without a copy.
fn hand_out(logits: Logits, counts: &[usize]) -> Vec<Logits> {
    if counts.len() == 1 {
        return vec![logits];
    }
    let mut values = &logits.values[..];
    let parts = counts.iter().map(|count| {
        let (own, others) = values.split_at(count * logits.vocabulary_size);
        values = others;
        Logits { values: own.to_vec(), vocabulary_size: logits.vocabulary_size }
    });
    parts.collect()
}

/// Computes inside of the threads that share the work, rather than handing them each part of it.
fn in_pool<T: Send>(compute: impl FnOnce() -> T + Send) -> T {
    rayon::scope(|_| compute())
}

/// A batch that is computed; puts its answers on the table when it ends.
struct Round<'a, 'm, M: Model> {
    together: &'a Together<'m, M>,
    numbers: Vec<u64>,
    /// Nothing if the computation panicked.
    answers: Option<Result<Vec<Answer<M>>, ModelError>>,
}

impl<M: Model> Drop for Round<'_, '_, M> {
    fn drop(&mut self) {
        let panicked = || Err(ModelError("another recording's words could not be computed".into()));
        let mut table = self.together.table();
        table.busy = false;
        match self.answers.take().unwrap_or_else(panicked) {
            Ok(answers) => table.answers.extend(self.numbers.drain(..).zip(answers.into_iter().map(Ok))),
            Err(error) => {
                let answers = self.numbers.drain(..).map(|number| (number, Err(ModelError(error.0.clone()))));
                table.answers.extend(answers);
            }
        }
        self.together.changed.notify_all();
    }
}

/// One recording's place at the shared model.
pub struct Seat<'a, 'm, M: Model> {
    together: &'a Together<'m, M>,
    /// Windows that it has room for; 0 until it has sat down.
    windows: Mutex<usize>,
}

impl<M: Model> Drop for Seat<'_, '_, M> {
    fn drop(&mut self) {
        let windows = *self.windows.get_mut().unwrap_or_else(PoisonError::into_inner);
        if windows > 0 {
            self.together.leave(windows);
        }
    }
}

impl<M: Model> Seat<'_, '_, M> {
    fn sit_down(&self, windows: usize) {
        let mut taken = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        if *taken == 0 {
            // Nobody sits down with nothing, whom `drop` would take for one who never came.
            *taken = self.together.join(windows.max(1));
        }
    }
}

impl<M: Model> Model for Seat<'_, '_, M> {
    type Audio = Arc<M::Audio>;
    type History = M::History;

    fn back_end(&self) -> String {
        self.together.model.back_end()
    }

    fn vocabulary(&self) -> &Vocabulary {
        self.together.model.vocabulary()
    }

    fn mel_channels(&self) -> usize {
        self.together.model.mel_channels()
    }

    fn text_positions(&self) -> usize {
        self.together.model.text_positions()
    }

    fn encode(&self, windows: Vec<LogMel>) -> Result<Vec<Self::Audio>, ModelError> {
        self.sit_down(windows.len());
        let encoded = in_pool(|| self.together.model.encode(windows))?;
        Ok(encoded.into_iter().map(Arc::new).collect())
    }

    fn decode(&self, rows: &mut [Row<'_, Self>]) -> Result<Logits, ModelError> {
        let owned = rows.iter_mut().map(|row| OwnedRow {
            audio: Arc::clone(row.audio),
            history: std::mem::take(row.history),
            tokens: row.tokens.to_vec(),
        });
        let answer = self.together.decode(owned.collect())?;
        for (row, history) in rows.iter_mut().zip(answer.histories) {
            *row.history = history;
        }
        Ok(answer.logits)
    }

    fn aligns(&self) -> bool {
        self.together.model.aligns()
    }

    fn align(&self, audio: &Self::Audio, tokens: &[u32], among: u32) -> Result<Alignment, ModelError> {
        in_pool(|| self.together.model.align(audio, tokens, among))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::testing;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// Says the sum of all tokens it was fed, and counts its batches.
    struct Adder {
        vocabulary: Vocabulary,
        batches: Mutex<Vec<usize>>,
        encodings: AtomicUsize,
    }

    impl Adder {
        fn new() -> Adder {
            Adder {
                vocabulary: testing::mini(),
                batches: Mutex::new(Vec::new()),
                encodings: AtomicUsize::new(0),
            }
        }
    }

    impl Model for Adder {
        type Audio = usize;
        type History = Vec<u32>;

        fn vocabulary(&self) -> &Vocabulary {
            &self.vocabulary
        }

        fn mel_channels(&self) -> usize {
            80
        }

        fn text_positions(&self) -> usize {
            448
        }

        fn encode(&self, windows: Vec<LogMel>) -> Result<Vec<usize>, ModelError> {
            let first = self.encodings.fetch_add(windows.len(), Ordering::SeqCst);
            Ok((first..first + windows.len()).collect())
        }

        fn decode(&self, rows: &mut [Row<'_, Self>]) -> Result<Logits, ModelError> {
            self.batches.lock().unwrap().push(rows.len());
            let mut values = Vec::new();
            for row in rows {
                assert!(row.tokens != [666], "a token that no model knows");
                if row.tokens == [13] {
                    return Err(ModelError("unlucky".into()));
                }
                row.history.extend(row.tokens);
                values.extend([*row.audio as f32, row.history.iter().sum::<u32>() as f32]);
            }
            Ok(Logits { values, vocabulary_size: 2 })
        }

        fn align(&self, _: &usize, _: &[u32], _: u32) -> Result<Alignment, ModelError> {
            Err(ModelError("it can't".into()))
        }
    }

    fn silence() -> LogMel {
        LogMel { mel_channels: 80, values: Vec::new() }
    }

    /// Feeds `tokens` one by one; what the model said after the last.
    fn listen(seat: &Seat<'_, '_, Adder>, windows: usize, tokens: &[u32]) -> Result<Vec<f32>, ModelError> {
        let audio = seat.encode(vec![silence(); windows])?;
        let mut histories = vec![Vec::new(); windows];
        let mut last = Vec::new();
        for token in tokens {
            let rows = audio.iter().zip(&mut histories);
            let mut rows: Vec<Row<'_, Seat<'_, '_, Adder>>> = rows
                .map(|(audio, history)| Row { audio, history, tokens: std::slice::from_ref(token) })
                .collect();
            let logits = seat.decode(&mut rows)?;
            last = (0..windows).map(|row| logits.row(row)[1]).collect();
        }
        Ok(last)
    }

    #[test]
    fn recordings_share_batches_and_get_their_own_words() {
        let model = Adder::new();
        let together = Together::new(&model, 4);
        let heard: Vec<Vec<f32>> = std::thread::scope(|scope| {
            let listeners: Vec<_> = (1..=9u32)
                .map(|number| {
                    let together = &together;
                    scope.spawn(move || {
                        let tokens = vec![number; 10 + number as usize];
                        listen(&together.seat(), 1 + number as usize % 2, &tokens).unwrap()
                    })
                })
                .collect();
            listeners.into_iter().map(|listener| listener.join().unwrap()).collect()
        });
        for (heard, number) in heard.iter().zip(1..) {
            let expected = (number * (10 + number)) as f32;
            assert_eq!(*heard, vec![expected; 1 + number % 2]);
        }
        let batches = model.batches.into_inner().unwrap();
        assert!(batches.iter().all(|rows| *rows <= 4), "more than there is room for: {batches:?}");
        assert!(batches.iter().any(|rows| *rows > 2), "nobody shared: {batches:?}");
    }

    #[test]
    fn a_recording_larger_than_the_table_is_heard_alone() {
        let model = Adder::new();
        let together = Together::new(&model, 2);
        assert_eq!(listen(&together.seat(), 5, &[1, 2]).unwrap(), [3.0; 5]);
        assert_eq!(listen(&together.seat(), 1, &[4]).unwrap(), [4.0], "it has left");
    }

    #[test]
    fn nobody_waits_for_ever_when_a_batch_fails() {
        for (token, panics) in [(13, false), (666, true)] {
            let model = Adder::new();
            let together = Together::new(&model, 2);
            std::thread::scope(|scope| {
                let unlucky = scope.spawn(|| listen(&together.seat(), 1, &[1, 2, token]));
                // Whether it was in that batch, and computed it, depends on who came first; that it ends does not.
                let other = scope.spawn(|| listen(&together.seat(), 1, &[5, 5, 5]));
                assert!(other.join().is_ok() || panics, "an error is no panic");
                match unlucky.join() {
                    Ok(heard) => assert!(heard.is_err(), "the batch with {token} failed"),
                    Err(_) => assert!(panics, "an error is no panic"),
                }
            });
            assert_eq!(listen(&together.seat(), 1, &[7]).unwrap(), [7.0], "the table is free again");
        }
    }
}
