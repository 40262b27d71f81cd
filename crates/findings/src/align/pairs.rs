//! The best correspondence of a sequence with a part of another.

/// What an alignment gains and loses.
pub trait Costs {
    /// What it gains that these two correspond; negative if they shouldn't.
    fn pair(&self, left: usize, right: usize) -> f32;

    /// What it loses that this one has no counterpart on the right.
    fn left_alone(&self, left: usize) -> f32;

    /// What it loses that this one has no counterpart on the left, where `next` comes next. It is more for the first
    /// of a run: one long omission is likelier than several short ones.
    fn right_alone(&self, right: usize, next: usize, is_first: bool) -> f32;
}

/// A step of an alignment, by indices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// These correspond, equal or not.
    Pair(usize, usize),
    /// On the left alone.
    Left(usize),
    /// On the right alone.
    Right(usize),
}

/// Most cells of the table, a byte each: a thousand words in a window of four thousand.
const MOST_CELLS: usize = 4 << 20;

const PAIR: u8 = 0;
const LEFT: u8 = 1;
const RIGHT: u8 = 2;
const OF_BEST: u8 = 3;
/// Whether a run on the right alone goes on here, beside the best step.
const RIGHT_GOES_ON: u8 = 4;

/// Aligns the whole left sequence with the part of the right one that fits best, the first of equals.
///
/// What stands on the right before and after that part is no step. Time and space are the product of the lengths;
/// `None` if that is too much, or if one of them is 0.
pub fn align(left: usize, right: usize, costs: &impl Costs) -> Option<Vec<Step>> {
    let width = right.checked_add(1)?;
    let cells = left.checked_add(1)?.checked_mul(width)?;
    if left == 0 || right == 0 || cells > MOST_CELLS {
        return None;
    }
    let mut steps = vec![LEFT; cells];
    let mut above = vec![0.0_f32; width];
    let mut row = vec![0.0_f32; width];
    for i in 1..=left {
        row[0] = above[0] - costs.left_alone(i - 1);
        let mut run = f32::NEG_INFINITY;
        for j in 1..=right {
            let mut best = above[j - 1] + costs.pair(i - 1, j - 1);
            let mut step = PAIR;
            let without = above[j] - costs.left_alone(i - 1);
            if without > best {
                (best, step) = (without, LEFT);
            }
            // After the last of the left nothing on the right counts.
            if i < left {
                let opened = row[j - 1] - costs.right_alone(j - 1, i, true);
                let extended = run - costs.right_alone(j - 1, i, false);
                run = opened.max(extended);
                if extended > opened {
                    step |= RIGHT_GOES_ON;
                }
                if run > best {
                    best = run;
                    step = RIGHT | (step & RIGHT_GOES_ON);
                }
            }
            row[j] = best;
            steps[i * width + j] = step;
        }
        std::mem::swap(&mut above, &mut row);
    }
    let end = (0..width).fold(0, |end, j| if above[j] > above[end] { j } else { end });
    Some(trace(&steps, width, left, end))
}

fn trace(steps: &[u8], width: usize, left: usize, end: usize) -> Vec<Step> {
    let (mut i, mut j) = (left, end);
    let mut path = Vec::with_capacity(left);
    let mut is_in_run = false;
    while i > 0 {
        let cell = steps[i * width + j];
        if is_in_run || cell & OF_BEST == RIGHT {
            is_in_run = cell & RIGHT_GOES_ON != 0;
            j -= 1;
            path.push(Step::Right(j));
        } else if cell & OF_BEST == PAIR {
            (i, j) = (i - 1, j - 1);
            path.push(Step::Pair(i, j));
        } else {
            i -= 1;
            path.push(Step::Left(i));
        }
    }
    path.reverse();
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Letters<'a>(&'a [u8], &'a [u8]);

    impl Costs for Letters<'_> {
        fn pair(&self, left: usize, right: usize) -> f32 {
            if self.0[left] == self.1[right] { 1.0 } else { -0.75 }
        }

        fn left_alone(&self, _left: usize) -> f32 {
            0.5
        }

        fn right_alone(&self, _right: usize, _next: usize, is_first: bool) -> f32 {
            if is_first { 0.5 } else { 0.125 }
        }
    }

    fn steps(left: &str, right: &str) -> Option<Vec<Step>> {
        align(left.len(), right.len(), &Letters(left.as_bytes(), right.as_bytes()))
    }

    #[test]
    fn the_best_part_is_taken() {
        #[track_caller]
        fn check(left: &str, right: &str, expected: &str) {
            let shown: String = steps(left, right)
                .unwrap()
                .iter()
                .map(|step| match *step {
                    Step::Pair(i, j) if left.as_bytes()[i] == right.as_bytes()[j] => '=',
                    Step::Pair(..) => '~',
                    Step::Left(_) => '-',
                    Step::Right(_) => '+',
                })
                .collect();
            assert_eq!(shown, expected, "{left} in {right}");
        }
        check("ferry", "the ferry is late", "=====");
        check("ferry", "fery", "==-==");
        check("abcdef", "xxabc123defxx", "===+++===");
        check("abc", "abd", "==-");
        check("abcd", "abxd", "==~=");
        check("abcd", "abxxxxxxxxxxcd", "==++++++++++==");
    }

    #[test]
    fn nothing_and_too_much_are_not_aligned() {
        assert_eq!(steps("", "a"), None);
        assert_eq!(steps("a", ""), None);
        let long = "a".repeat(3000);
        assert_eq!(steps(&long, &long), None);
    }

    proptest::proptest! {
        #[test]
        fn steps_go_through_the_whole_left(left in "[ab]{1,12}", right in "[abc]{1,20}") {
            let steps = steps(&left, &right).unwrap();
            let lefts: Vec<usize> = steps.iter().filter_map(|step| match *step {
                Step::Pair(i, _) | Step::Left(i) => Some(i),
                Step::Right(_) => None,
            }).collect();
            proptest::prop_assert_eq!(lefts, (0..left.len()).collect::<Vec<_>>());
            let rights: Vec<usize> = steps.iter().filter_map(|step| match *step {
                Step::Pair(_, j) | Step::Right(j) => Some(j),
                Step::Left(_) => None,
            }).collect();
            proptest::prop_assert!(rights.windows(2).all(|pair| pair[0] + 1 == pair[1]));
        }
    }
}
