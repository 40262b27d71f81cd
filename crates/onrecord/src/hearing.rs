//! Several recordings are heard at once, what they say is decoded together, and outcomes come in the order given.
//!
//! ```text
//! recordings -> threads, each with a seat at the model -> outcomes, put in order -> the caller, on its own thread
//! ```

use crate::console::Console;
use crate::listening::Meter;
use indicatif::ProgressBar;
use ingest::recording::Step;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError, mpsc};

/// Runs `hear` for each of `count` things, up to `at_once` at a time, and hands each outcome to `each`, first to last.
///
/// `each` runs on the calling thread, while others go on being heard.
///
/// # Errors
///
/// The first of `each`; things that are being heard then are heard to their end, others not begun.
pub(crate) fn in_order<T: Send>(
    count: usize,
    at_once: usize,
    hear: impl Fn(usize) -> T + Sync,
    mut each: impl FnMut(usize, T) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let next = AtomicUsize::new(0);
    let (sender, receiver) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..at_once.min(count) {
            let (sender, next, hear) = (sender.clone(), &next, &hear);
            scope.spawn(move || {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    if index >= count || sender.send((index, hear(index))).is_err() {
                        break;
                    }
                }
            });
        }
        // Else nobody would notice that all have ended.
        drop(sender);
        let mut early = BTreeMap::new();
        let mut due = 0;
        for (index, outcome) in receiver {
            early.insert(index, outcome);
            while let Some(outcome) = early.remove(&due) {
                if let Err(error) = each(due, outcome) {
                    next.store(count, Ordering::Relaxed);
                    return Err(error);
                }
                due += 1;
            }
        }
        Ok(())
    })
}

/// Shows how far recordings have got: one by its steps, several as a whole.
pub(crate) enum Meters<'a> {
    One(&'a Console),
    Several { bar: ProgressBar, count: usize, state: Mutex<Heard> },
}

/// What is known of several recordings.
#[derive(Default)]
pub(crate) struct Heard {
    finished: usize,
    /// Seconds that were listened to, and those to listen to in all, by recording.
    seconds: BTreeMap<usize, (f64, f64)>,
}

impl Meters<'_> {
    /// Meters for `count` recordings.
    pub(crate) fn new(console: &Console, count: usize) -> Meters<'_> {
        match count {
            0 | 1 => Meters::One(console),
            count => Meters::Several {
                bar: console.progress(0, &format!("0 of {count} recordings"), "s"),
                count,
                state: Mutex::default(),
            },
        }
    }

    /// Does `hear` for one of them, and shows its steps.
    pub(crate) fn watch<T>(
        &self,
        index: usize,
        name: &str,
        hear: impl FnOnce(&mut dyn FnMut(Step)) -> T,
    ) -> T {
        match self {
            Meters::One(console) => {
                let meter = Meter::new(console, name);
                let outcome = hear(&mut |step| meter.step(step));
                meter.finish();
                outcome
            }
            Meters::Several { bar, count, state } => {
                let state = || state.lock().unwrap_or_else(PoisonError::into_inner);
                let outcome = hear(&mut |step| {
                    if let Step::Listening { done_seconds, all_seconds } = step {
                        let mut heard = state();
                        heard.seconds.insert(index, (done_seconds, all_seconds));
                        heard.draw(bar);
                    }
                });
                let mut heard = state();
                heard.finished += 1;
                if let Some((done, all)) = heard.seconds.get_mut(&index) {
                    *done = *all;
                }
                heard.draw(bar);
                bar.set_message(format!("{} of {count} recordings", heard.finished));
                outcome
            }
        }
    }

    /// Does what may write to the terminal, the meter being out of the way.
    pub(crate) fn aside<T>(&self, act: impl FnOnce() -> T) -> T {
        match self {
            Meters::One(_) => act(),
            Meters::Several { bar, .. } => bar.suspend(act),
        }
    }
}

impl Heard {
    fn draw(&self, bar: &ProgressBar) {
        let (done, all) =
            self.seconds.values().fold((0.0, 0.0), |sum, (done, all)| (sum.0 + done, sum.1 + all));
        bar.set_length(all.round() as u64);
        bar.set_position(done.round() as u64);
    }
}

impl Drop for Meters<'_> {
    fn drop(&mut self) {
        if let Meters::Several { bar, .. } = self {
            bar.finish_and_clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn outcomes_come_in_order_whoever_is_first() {
        let hear = |index: usize| {
            std::thread::sleep(Duration::from_millis(if index.is_multiple_of(3) { 20 } else { 0 }));
            index * index
        };
        let mut found = Vec::new();
        in_order(17, 4, hear, |index, outcome| {
            found.push((index, outcome));
            Ok(())
        })
        .unwrap();
        assert_eq!(found, (0..17).map(|index| (index, index * index)).collect::<Vec<_>>());
    }

    #[test]
    fn nothing_new_is_begun_after_an_error() {
        let begun = AtomicUsize::new(0);
        let hear = |index: usize| {
            begun.fetch_add(1, Ordering::Relaxed);
            std::thread::sleep(Duration::from_millis(5));
            index
        };
        let outcome = in_order(1000, 2, hear, |index, _| match index {
            3 => anyhow::bail!("the disk is full"),
            _ => Ok(()),
        });
        assert_eq!(outcome.unwrap_err().to_string(), "the disk is full");
        assert!(begun.into_inner() < 20, "most are left out");
    }
}
