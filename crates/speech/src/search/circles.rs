//! Hypotheses that go round in circles.
//!
//! A model that has said the same a dozen times says it until there is no room left. Since the outcome is known, and will be
//! tried again at another temperature, nobody needs to wait for it; WhisperKit's own app, too, looks at the last 60 tokens.

/// Tokens, the last of a hypothesis, that have to be all of one circle.
const CAUGHT_AFTER: usize = 60;

/// Times that a circle has to have been gone round.
const ROUNDS: usize = 4;

/// What `tokens` become if they go on as they have for long, up to `most` tokens; nothing if they are in no circle.
///
/// Times never repeat, so that a circle has none of them.
pub(super) fn gone_on(tokens: &[u32], most: usize) -> Option<Vec<u32>> {
    let length = (1..=tokens.len() / ROUNDS).find(|length| {
        let caught = CAUGHT_AFTER.max(ROUNDS * length);
        tokens.len() >= caught && {
            let last = &tokens[tokens.len() - caught..];
            last[*length..] == last[..caught - length]
        }
    })?;
    let circle = &tokens[tokens.len() - length..];
    let rest = circle.iter().cycle().take(most.saturating_sub(tokens.len()));
    Some(tokens.iter().chain(rest).copied().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_circle_is_caught_after_sixty_tokens_and_four_rounds() {
        let said = |length: usize, count: usize| -> Vec<u32> {
            let circle = (0..length as u32).cycle().take(count);
            (1000..1010).chain(circle).collect()
        };
        assert_eq!(gone_on(&said(3, 59), 100), None);
        assert_eq!(gone_on(&said(3, 60), 100), Some(said(3, 90)), "it goes on where it is");
        assert_eq!(gone_on(&said(20, 79), 224), None, "not gone round four times");
        assert_eq!(gone_on(&said(20, 81), 224), Some(said(20, 214)));
        assert_eq!(gone_on(&said(3, 90), 80), Some(said(3, 90)), "nothing is taken back");
        assert_eq!(gone_on(&[], 224), None);
    }

    #[test]
    fn words_that_differ_once_are_no_circle() {
        let mut tokens = [7, 8].repeat(60);
        assert!(gone_on(&tokens, 224).is_some());
        let place = tokens.len() - 50;
        tokens[place] = 9;
        assert_eq!(gone_on(&tokens, 224), None);
    }
}
