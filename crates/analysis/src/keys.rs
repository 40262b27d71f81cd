//! By what findings are looked up: a document, a speaker, a story, their own id.

use std::fmt;

use serde_json::Value;

/// What a finding names, by which it is looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key<'a> {
    /// A document by its id, wherever the finding has a place in it.
    Document(&'a str),
    /// The finding itself.
    Id(&'a str),
    /// Whoever makes a statement, by name.
    Speaker(&'a str),
    /// A story, or a running story, that it belongs to.
    Story(&'a str),
}

impl fmt::Display for Key<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Document(id) => write!(f, "document {id}"),
            Self::Id(id) => write!(f, "id {id}"),
            Self::Speaker(name) => write!(f, "speaker {name}"),
            Self::Story(id) => write!(f, "story {id}"),
        }
    }
}

/// The keys of a finding as it is kept, each once.
pub(crate) fn keys_of(line: &str) -> Vec<String> {
    let Ok(finding) = serde_json::from_str::<Value>(line) else { return Vec::new() };
    let text = |pointer: &str| finding.pointer(pointer).and_then(Value::as_str);
    let own = [
        text("/id").map(Key::Id),
        text("/speaker/name").map(Key::Speaker),
        text("/story").map(Key::Story),
        text("/of").map(Key::Story),
        text("/running").map(Key::Story),
    ];
    let mut keys: Vec<Key<'_>> = own.into_iter().flatten().collect();
    add_documents(&finding, &mut keys);
    keys.sort_unstable();
    keys.dedup();
    keys.iter().map(Key::to_string).collect()
}

fn add_documents<'a>(value: &'a Value, keys: &mut Vec<Key<'a>>) {
    match value {
        Value::Object(fields) => {
            keys.extend(fields.get("document").and_then(Value::as_str).map(Key::Document));
            fields.values().for_each(|field| add_documents(field, keys));
        }
        Value::Array(values) => values.iter().for_each(|value| add_documents(value, keys)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_are_found_by_all_that_they_name() {
        let line = r#"{"id": "7", "speaker": {"name": "Mara Lindqvist"}, "story": null, "document": "yt:a",
            "why": {"links": [{"document": "yt:b"}, {"document": "yt:a"}]}}"#;
        assert_eq!(keys_of(line), ["document yt:a", "document yt:b", "id 7", "speaker Mara Lindqvist"]);
        assert!(keys_of("no JSON").is_empty());
    }
}
