//! Answers that an assistant can read whole: lists lose their last entries, texts their ends, and the answer says so.

use serde_json::{Map, Value};

use crate::operations::Window;

/// Bytes of one answer. An assistant reads some 25,000 tokens of one tool at most.
const MOST_BYTES: usize = 60_000;

/// What is left of that for saying what was left out.
const BYTES_OF_NOTES: usize = 2_000;

/// Lists that are given in parts, wherever an operation has them; all others are whole or lost.
const IN_PARTS: [&str; 7] = ["found", "hits", "people", "rows", "timeline", "discrepancies", "story.members"];

/// Lists that are named as cut; of more only the number is told.
const MOST_NOTES: usize = 8;

/// An answer that is not too long, to a question that went on at `cursor`.
pub(super) fn bounded(answer: String, cursor: Option<&str>) -> String {
    if answer.len() <= MOST_BYTES {
        return answer;
    }
    let Ok(Value::Object(whole)) = serde_json::from_str::<Value>(&answer) else { return answer };
    let mut cut = Cut::default();
    let mut value = Value::Object(whole);
    cut.fit(&mut value, MOST_BYTES - BYTES_OF_NOTES, "");
    let Value::Object(mut kept) = value else { return answer };
    let next = cut.goes_on_behind().filter(|_| kept.contains_key("next"));
    let window = next.and_then(|kept| Window::of(cursor, Some(kept), kept, usize::MAX).ok());
    if let Some(window) = window {
        kept.insert("next".to_owned(), window.next().into());
    }
    kept.insert("left_out".to_owned(), cut.told(window.is_some()).into());
    Value::Object(kept).to_string()
}

/// What was cut.
#[derive(Default)]
struct Cut {
    lists: Vec<CutList>,
    texts: usize,
}

/// A list that lost entries.
struct CutList {
    place: String,
    kept: usize,
    all: usize,
}

impl Cut {
    /// Behind how many entries an answer goes on that is given in parts: no list may lose any.
    fn goes_on_behind(&self) -> Option<usize> {
        let in_parts = self.lists.iter().filter(|list| IN_PARTS.contains(&list.place.as_str()));
        in_parts.map(|list| list.kept).min()
    }

    /// Cuts a value, which stands at a place in the answer, to so many bytes of JSON.
    fn fit(&mut self, value: &mut Value, bytes: usize, place: &str) {
        if length(value) <= bytes {
            return;
        }
        match value {
            Value::Object(fields) => self.fit_fields(fields, bytes, place),
            Value::Array(entries) => self.fit_entries(entries, bytes, place),
            Value::String(text) => {
                cut_text(text, bytes);
                self.texts += 1;
            }
            _ => {}
        }
    }

    /// The short fields stay whole; the long ones share what they leave.
    fn fit_fields(&mut self, fields: &mut Map<String, Value>, bytes: usize, place: &str) {
        let mut by_length: Vec<(usize, &String, &mut Value)> =
            fields.iter_mut().map(|(name, value)| (length(value) + name.len() + 4, name, value)).collect();
        by_length.sort_by_key(|(length, ..)| *length);
        let mut left = bytes;
        let fields = by_length.len();
        for (done, (before, name, value)) in by_length.into_iter().enumerate() {
            let share = left / (fields - done);
            let taken = before.min(share);
            self.fit(value, share.saturating_sub(name.len() + 4), &format!("{place}{name}."));
            left = left.saturating_sub(taken);
        }
    }

    /// The first entries stay, one of them at least.
    fn fit_entries(&mut self, entries: &mut Vec<Value>, bytes: usize, place: &str) {
        let all = entries.len();
        let mut left = bytes;
        let fits = |entry: &&Value| {
            let length = length(entry) + 1;
            let fits = length <= left;
            left = left.saturating_sub(length);
            fits
        };
        let kept = entries.iter().take_while(fits).count().max(1);
        entries.truncate(kept);
        if kept < all {
            self.lists.push(CutList { place: place.trim_end_matches('.').to_owned(), kept, all });
        }
        if let [one] = entries.as_mut_slice() {
            self.fit(one, bytes, &format!("{}[0].", place.trim_end_matches('.')));
        }
    }

    /// What was cut, and what to do.
    fn told(&self, is_paged: bool) -> String {
        let named = self.lists.iter().take(MOST_NOTES);
        let mut told: Vec<String> =
            named.map(|CutList { place, kept, all }| format!("{kept} of {all} in `{place}`")).collect();
        let more = self.lists.len().saturating_sub(MOST_NOTES);
        if more > 0 {
            told.push(format!("{more} other lists cut"));
        }
        if self.texts > 0 {
            told.push(format!("{} long texts cut at `…`", self.texts));
        }
        let advice = match is_paged {
            true => "`next` goes on behind them",
            false => "ask for less at a time, or more narrowly",
        };
        format!("the whole answer would be too long, the first are here: {}; {advice}", told.join(", "))
    }
}

/// Cuts a text to so many bytes of JSON, in which some characters take six.
fn cut_text(text: &mut String, bytes: usize) {
    let mut most = bytes;
    loop {
        let end = (0..=most.min(text.len())).rev().find(|at| text.is_char_boundary(*at));
        text.truncate(end.unwrap_or_default());
        if length(&Value::String(text.clone())) <= bytes || most == 0 {
            break;
        }
        most /= 2;
    }
    text.push('…');
}

/// Bytes of a value as JSON.
fn length(value: &Value) -> usize {
    value.to_string().len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn check(answer: Value, cursor: Option<&str>) -> Value {
        let bounded = bounded(answer.to_string(), cursor);
        assert!(bounded.len() <= MOST_BYTES, "{}", bounded.len());
        serde_json::from_str(&bounded).unwrap()
    }

    #[test]
    fn a_list_in_parts_goes_on_behind_what_was_kept() {
        let entries: Vec<Value> = (0..3_000).map(|at| json!({"text": "x".repeat(40), "at": at})).collect();
        let answer = check(json!({"found": entries, "stale": ["a"], "next": "c3010"}), Some("c10"));
        let kept = answer["found"].as_array().unwrap().len();
        assert!((500..3_000).contains(&kept), "{kept}");
        assert_eq!(answer["next"], format!("c{}", 10 + kept));
        assert_eq!(answer["stale"], json!(["a"]));
        let told = answer["left_out"].as_str().unwrap();
        assert!(told.contains(&format!("{kept} of 3000 in `found`")) && told.contains("`next`"), "{told}");
    }

    #[test]
    fn every_list_is_cut_wherever_it_stands() {
        let entries: Vec<Value> = (0..2_000).map(|at| json!({"text": "x".repeat(40), "at": at})).collect();
        let story = json!({"title": "A ferry", "members": entries});
        let answer = check(json!({"story": story, "timeline": entries, "next": null}), Some("c5"));
        assert_eq!(answer["story"]["title"], "A ferry");
        let told = answer["left_out"].as_str().unwrap();
        assert!(told.contains("in `story.members`") && told.contains("in `timeline`"), "{told}");
        let kept = |list: &Value| list.as_array().unwrap().len();
        let fewest = kept(&answer["timeline"]).min(kept(&answer["story"]["members"]));
        assert_eq!(answer["next"], format!("c{}", 5 + fewest));
    }

    #[test]
    fn one_entry_that_is_too_long_is_kept_with_its_end_cut() {
        let answer =
            check(json!({"found": [{"id": "7", "text": "\u{1}".repeat(90_000)}], "next": null}), None);
        assert_eq!(answer["found"][0]["id"], "7");
        assert!(answer["found"][0]["text"].as_str().unwrap().ends_with('…'));
        assert_eq!(answer["next"], Value::Null);
    }

    #[test]
    fn what_fits_stays_as_it_is() {
        assert_eq!(bounded("{}".to_owned(), None), "{}");
    }
}
