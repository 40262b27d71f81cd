//! A sentence -> of which day it tells, seen from the day on which it was published.

use jiff::civil::Date;
use language::dates::weekday;

/// Words with which a sentence tells of what is to come; a weekday beside them may lie ahead.
const AHEAD: &[&str] =
    &["will", "next", "coming", "upcoming", "scheduled", "due", "expected", "set to", "until", "by"];

/// Days from the publication to the day that a sentence names, at most a week back; 0 if it names none.
///
/// The nearest such weekday before, for news tells what was.
pub(super) fn told_days(sentence: &str, published: Date) -> i8 {
    let lower = sentence.to_lowercase();
    let words: Vec<&str> =
        lower.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    if AHEAD.iter().any(|ahead| words.contains(ahead)) {
        return 0;
    }
    for (index, word) in words.iter().enumerate() {
        let before = index.checked_sub(1).map(|index| words[index]);
        match (*word, before) {
            ("yesterday", _) | ("night", Some("last")) => return -1,
            ("today" | "tonight", _) | ("morning", Some("this")) => return 0,
            (_, Some("last")) => {}
            (word, _) => {
                if let Some(weekday) = weekday(word) {
                    return -(published.weekday().since(weekday));
                }
            }
        }
    }
    0
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_weekday_is_the_nearest_before() {
        #[track_caller]
        fn check(sentence: &str, days: i8) {
            // A Thursday.
            assert_eq!(told_days(sentence, date(2026, 3, 5)), days, "for {sentence}");
        }
        check("The ferry stopped on Wednesday.", -1);
        check("On Thursday the ferry stopped.", 0);
        check("Friday's storm broke the pier", -6);
        check("The ferry stopped yesterday.", -1);
        check("Last night the pier broke.", -1);
        check("This morning, a day after Tuesday's storm, it stopped.", 0);
        check("The ferry will stop on Wednesday.", 0); // Ahead: which Wednesday is not known to us.
        check("It stopped last Monday.", 0); // Of this week or the one before.
        check("The ferry stopped.", 0);
        check("", 0);
    }
}
