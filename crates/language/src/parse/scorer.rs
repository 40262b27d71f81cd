//! Scores of what may be done next, from a few words of the state.
//!
//! ```text
//! rows of words --narrowed, times each place of the state--> one row a word and place
//! words of a state -> the sum of their rows --maxout--> hidden row --> a score for each move
//! ```
//!
//! spaCy's `TransitionBasedParser` (`spacy/ml/parser_model.pyx`): what a word gives at each place of a state is computed
//! once for all states.

use pulp::Arch;

use super::ParserError;
use super::product::Matrix;
use super::weights::{Layer, ModelFile};

/// The layers that score moves.
pub(super) struct Scorer {
    arch: Arch,
    narrow: Matrix,
    /// For each place of a state two rows, of whose numbers the greater counts.
    places: Matrix,
    place_count: usize,
    /// What stands for a word that is not there, for each place as above.
    absent: Vec<f32>,
    bias: Vec<f32>,
    moves: Matrix,
    move_count: usize,
}

/// Pieces of the maxout.
const PIECES: usize = 2;

/// The words of a text, ready to be asked for scores.
pub(super) struct Scores<'a> {
    scorer: &'a Scorer,
    rows: Vec<f32>,
    sum: Vec<f32>,
    scores: Vec<f32>,
}

impl Scorer {
    /// Of a network whose states have `places` places and whose moves are `moves`.
    pub(super) fn new(
        file: &ModelFile,
        layers: &[Layer],
        places: usize,
        moves: usize,
        arch: Arch,
    ) -> Result<Self, ParserError> {
        let named = |name: &'static str| layers.iter().filter(move |layer| layer.name == name);
        // In the order of a walk through the network, the layer that scores moves comes first.
        let (upper, narrow, lower) =
            (named("linear").next(), named("linear").nth(1), named("precomputable_affine").next());
        let numbers = |layer, name| file.take(layer, name);
        let (scores, scores_bias) = (numbers(upper, "W")?, numbers(upper, "b")?);
        let (narrowing, narrowing_bias) = (numbers(narrow, "W")?, numbers(narrow, "b")?);
        let (table, absent, bias) = (numbers(lower, "W")?, numbers(lower, "pad")?, numbers(lower, "b")?);
        let [_, hidden, _, narrowed] = table.shape[..] else { return Err(file.lacks("a layer of states")) };
        let [_, width] = narrowing.shape[..] else { return Err(file.lacks("a layer that narrows")) };
        let fits = table.shape == [places, hidden, PIECES, narrowed]
            && absent.shape == [1, places, hidden, PIECES]
            && bias.shape == [hidden, PIECES]
            && narrowing.shape == [narrowed, width]
            && narrowing_bias.shape == [narrowed]
            && scores.shape == [moves, hidden]
            && scores_bias.shape == [moves];
        if !fits {
            return Err(file.lacks("layers that fit each other"));
        }
        let apart = |places: usize| {
            let one = move |place| {
                (0..PIECES)
                    .flat_map(move |piece| (0..hidden).map(move |at| (place * hidden + at) * PIECES + piece))
            };
            (0..places).flat_map(one)
        };
        let rows = apart(places).map(|row| &table.values[row * narrowed..][..narrowed]);
        Ok(Self {
            arch,
            narrow: Matrix::new(width, narrowing.values.chunks_exact(width), &narrowing_bias.values),
            places: Matrix::new(narrowed, rows, &[]),
            place_count: places,
            absent: apart(places).map(|row| absent.values[row]).collect(),
            bias: apart(1).map(|row| bias.values[row]).collect(),
            moves: Matrix::new(hidden, scores.values.chunks_exact(hidden), &scores_bias.values),
            move_count: moves,
        })
    }

    /// Prepares the words of a text, whose rows lie one behind the other.
    pub(super) fn of(&self, words: &[f32]) -> Scores<'_> {
        let width = self.narrow.inputs();
        let count = words.len() / width;
        let (mut narrowed, mut rows) = (Vec::new(), Vec::new());
        self.narrow.apply(self.arch, words, width, count, &mut narrowed);
        self.places.apply(self.arch, &narrowed, self.narrow.width(), count, &mut rows);
        Scores { scorer: self, rows, sum: Vec::new(), scores: Vec::new() }
    }
}

impl Scores<'_> {
    /// The scores of all moves in a state, given as the word at each place.
    pub(super) fn of(&mut self, state: &[Option<u32>]) -> &[f32] {
        let scorer = self.scorer;
        let size = scorer.bias.len();
        self.sum.clear();
        self.sum.extend_from_slice(&scorer.bias);
        for (place, word) in state.iter().enumerate().take(scorer.place_count) {
            let row = match word {
                Some(word) => &self.rows[*word as usize * scorer.places.width()..],
                None => &scorer.absent[..],
            };
            self.sum.iter_mut().zip(&row[place * size..][..size]).for_each(|(sum, number)| *sum += number);
        }
        let (first, second) = self.sum.split_at_mut(size / PIECES);
        first
            .iter_mut()
            .zip(second)
            .for_each(|(most, number)| *most = if *number > *most { *number } else { *most });
        scorer.moves.apply(scorer.arch, first, size / PIECES, 1, &mut self.scores);
        &self.scores[..scorer.move_count]
    }
}

/// The first of the moves that scores most, of those that are allowed.
pub(super) fn best(scores: &[f32], allowed: impl IntoIterator<Item = usize>) -> Option<usize> {
    let mut best: Option<usize> = None;
    for at in allowed {
        if best.is_none_or(|best| scores[at] > scores[best]) {
            best = Some(at);
        }
    }
    best
}
