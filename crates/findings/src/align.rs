//! Texts compared word by word.
//!
//! ```text
//! text --words--> words as they are written --atoms--> what they say: `we'll` is `we` and `will`, `a thousand` is 1000
//! two sequences --align--> pairs of what corresponds, and what stands on one side alone
//! ```
//!
//! Nothing here knows what a difference means; see [`crate::check`] for that.

mod atoms;
mod numbers;
mod pairs;
mod spelling;
mod words;

pub use atoms::{Atom, Saying, atoms};
pub use pairs::{Costs, Step, align};
use spelling::usual_spelling;
pub use words::{Word, fold, words};
