//! A quotation held against the whole archive: the index names the documents, the words are compared one by one.

use std::collections::BTreeMap;

use archive::{Archive, DocumentPath};
use findings::Material;
use findings::check::{Match, Quote, rank};
use index::{Index, Mode, Query, SearchOptions};

use crate::LibraryError;

/// Hits of one search whose documents are compared with the quotation.
const HITS: usize = 40;

/// Documents that are compared with it in all.
const MOST_DOCUMENTS: usize = 60;

/// Documents that are kept in memory between the quotations of an article.
const MOST_KEPT: usize = 256;

/// Words of one phrase: few enough that a word that was misheard leaves others whole.
const PHRASE_WORDS: usize = 3;

/// Phrases and words of one search.
const MOST_PARTS: usize = 24;

/// Documents that were read, for several quotations of one article.
#[derive(Default)]
pub struct Read {
    materials: BTreeMap<String, Option<Material>>,
}

impl Read {
    /// Where the archive has the words, best first.
    ///
    /// # Errors
    ///
    /// If the archive can't be searched.
    pub fn matches(
        &mut self,
        archive: &Archive,
        index: &Index,
        quote: &Quote,
        text: &str,
    ) -> Result<Vec<Match>, LibraryError> {
        if self.materials.len() > MOST_KEPT {
            self.materials.clear();
        }
        let mut matches = Vec::new();
        for document in candidates(index, quote, text)? {
            let path = document.path.clone();
            let material = self.materials.entry(path.clone()).or_insert_with(|| {
                let stored = archive.read(&DocumentPath::new(path)?).ok()?;
                Some(analysis::material(document, &stored))
            });
            if let Some(material) = material {
                matches.extend(quote.matches_in(material));
            }
        }
        Ok(rank(matches))
    }
}

/// Documents that may have the words, each once: those with all of them in a row, those with some runs of three, those with
/// the words worth looking for.
fn candidates(index: &Index, quote: &Quote, text: &str) -> Result<Vec<record::Document>, LibraryError> {
    let words: Vec<&str> =
        text.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let every = words.len().saturating_sub(PHRASE_WORDS).div_ceil(MOST_PARTS).max(1);
    let runs: Vec<String> =
        words.windows(PHRASE_WORDS).step_by(every).map(|run| format!("\"{}\"", run.join(" "))).collect();
    let wanted: Vec<String> =
        quote.wanted().into_iter().take(MOST_PARTS).map(|word| format!("\"{word}\"")).collect();
    let queries = [format!("\"{}\"", words.join(" ")), runs.join(" OR "), wanted.join(" OR ")];
    let options =
        SearchOptions { limit: HITS, mode: Mode::Words, with_suspects: true, ..SearchOptions::default() };
    let mut found = Vec::new();
    let mut paths = std::collections::BTreeSet::new();
    for query in queries {
        // What is no query, such as a quotation of marks alone, finds nothing.
        let Ok(query) = Query::parse(&query) else { continue };
        for hit in index.search(&query, &options)?.hits {
            if found.len() < MOST_DOCUMENTS && paths.insert(hit.document.path.clone()) {
                found.push(hit.document);
            }
        }
    }
    Ok(found)
}
