//! Whether a passage advertises, by the words that advertisements and requests to subscribe have.

/// What listeners are asked to do, and what for: a passage with several of these kinds advertises. A report about an
/// offer has one of them.
const CUES: [&[&str]; 11] = [
    &[".com", ".org", " dot com", " slash "],
    &["promo", " code "],
    &["% off", "percent off", "discount", "free shipping", "free trial", "risk-free", "money back"],
    &["subscribe"],
    &["sponsor", "brought to you by"],
    &["sign up", "signing up"],
    &["click ", "download"],
    &["visit ", "check out", "head to", "head over to", "go to "],
    &["podcast"],
    &["youtube"],
    &["order ", "purchase"],
];

const FEWEST_CUES: usize = 2;

/// A cue in so much text is one by chance, in bytes.
const BYTES_OF_A_CUE: usize = 500;

/// Whether a text has the words of an advertisement or of a request to subscribe.
pub(crate) fn advertises(text: &str) -> bool {
    let text = text.to_lowercase();
    let cues = CUES.iter().filter(|cues| cues.iter().any(|cue| text.contains(cue))).count();
    cues >= FEWEST_CUES && text.len() < cues * BYTES_OF_A_CUE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advertisements_have_their_words() {
        #[track_caller]
        fn check(text: &str, expected: bool) {
            assert_eq!(advertises(text), expected, "for {text:?}");
        }
        check("Visit skerryboats.com and get 10% off your first order with the code HARBOUR.", true);
        check("Click here to subscribe to Harbour Radio on YouTube.", true);
        check("This podcast is sponsored by Callow Boats.", true);
        check("The council ordered a new ferry and asked islanders to visit the harbour office.", false);
        check("She will visit Port Callow on Friday.", false);
        check("", false);
    }
}
