//! How names were misheard, for searches that find a person under every spelling.

use analysis::{Area, Store};
use index::{Index, Query, SearchOptions, Spellings};
use serde_json::Value;

use crate::LibraryError;

/// Words of a question that is answered by words and meaning together; names in it stay as they are.
const WORDS_OF_A_QUESTION: usize = 3;

/// What was heard is looked for only if at least one in so many of its places was repaired to the name: `Walsh` is a name
/// of its own, too.
const PLACES_PER_REPAIR: u64 = 2;

/// The query with the names in it under all spellings that were repaired in some findings.
///
/// # Errors
///
/// If the findings or the index can't be read.
pub fn with_spellings(findings: Option<&Store>, index: &Index, query: Query) -> Result<Query, LibraryError> {
    let asked = query.words().to_lowercase();
    if query.is_plain() && asked.split(' ').count() >= WORDS_OF_A_QUESTION {
        return Ok(query);
    }
    let Some(store) = findings else { return Ok(query) };
    let mut spellings = Spellings::default();
    let mut failed = Ok(());
    store.each(Area::Spellings, |line| {
        failed = serde_json::from_str(line)
            .map_err(LibraryError::from)
            .and_then(|name| add(&mut spellings, index, &asked, &name));
        failed.is_ok()
    })?;
    failed?;
    Ok(if spellings.is_empty() { query } else { query.with_spellings(&spellings) })
}

/// Adds what was heard for a name that is asked for.
fn add(spellings: &mut Spellings, index: &Index, asked: &str, name: &Value) -> Result<(), LibraryError> {
    let names = [name["canonical"].as_str(), name["short"].as_str()];
    let wanted: Vec<&str> =
        names.into_iter().flatten().filter(|name| holds(asked, &name.to_lowercase())).collect();
    if wanted.is_empty() {
        return Ok(());
    }
    for heard in name["heard"].as_array().into_iter().flatten() {
        let (Some(text), Some(count)) = (heard["text"].as_str(), heard["count"].as_u64()) else { continue };
        let Ok(phrase) = Query::parse(&format!("\"{}\"", text.replace('"', " "))) else { continue };
        let places = index.count_passages(&phrase, &SearchOptions::default())?;
        if places <= count.saturating_mul(PLACES_PER_REPAIR) {
            wanted.iter().for_each(|name| spellings.add(name, text));
        }
    }
    Ok(())
}

/// Whether a text holds some words whole.
fn holds(text: &str, words: &str) -> bool {
    format!(" {text} ").contains(&format!(" {words} "))
}
