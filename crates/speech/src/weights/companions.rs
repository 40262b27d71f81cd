//! The files beside the weights: the vocabulary in its spellings, and the configuration.
//!
//! ```text
//! vocabulary.json | vocabulary.txt | tokenizer.json | vocab.json + added_tokens.json -> Spelled -> Vocabulary
//! ```

use std::collections::{BTreeMap, HashMap};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::Head;
use super::error::{WeightsError, WeightsErrorKind, shown};
use crate::vocabulary::{SPECIAL_TOKENS, Token, Vocabulary, byte_characters};

/// The largest of Whisper's JSON files has 4 MB.
const MAX_FILE_BYTES: u64 = 16 * 1024 * 1024;

/// The heads for word times that a file names, and its path.
pub(super) type NamedHeads = (PathBuf, Vec<Head>);

/// How the vocabulary files write the first special token; all text comes before it.
const END_OF_TEXT: &str = "<|endoftext|>";

/// A vocabulary as a file spells it: text tokens in the order of their ids, and whatever it says of special ones.
pub(super) struct Spelled {
    pub(super) path: PathBuf,
    pub(super) text_tokens: Vec<Vec<u8>>,
    pub(super) special: BTreeMap<String, Token>,
}

/// Reads the file `name` in a folder; `None` if there is none.
fn read(folder: &Path, name: &str) -> Result<Option<(PathBuf, Vec<u8>)>, WeightsError> {
    let path = folder.join(name);
    match std::fs::metadata(&path) {
        Ok(metadata) if metadata.is_file() => {}
        Ok(_) => return Err(WeightsError::new(&path, WeightsErrorKind::NotAFile)),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(WeightsError::unreadable(&path, &error)),
    }
    let mut bytes = Vec::new();
    let file = std::fs::File::open(&path).map_err(|error| WeightsError::unreadable(&path, &error))?;
    file.take(MAX_FILE_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| WeightsError::unreadable(&path, &error))?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(WeightsError::malformed(
            &path,
            "its size",
            format!("at most {MAX_FILE_BYTES} bytes"),
            "more",
        ));
    }
    Ok(Some((path, bytes)))
}

/// Reads a JSON file of a folder; `None` if there is none.
pub(super) fn read_json<T: DeserializeOwned>(
    folder: &Path,
    name: &str,
) -> Result<Option<(PathBuf, T)>, WeightsError> {
    let Some((path, bytes)) = read(folder, name)? else { return Ok(None) };
    match serde_json::from_slice(&bytes) {
        Ok(value) => Ok(Some((path, value))),
        Err(error) => {
            let place = format!("{}:{}", error.line(), error.column());
            Err(WeightsError::malformed(
                &path,
                place,
                "JSON as Whisper's files have it",
                shown(&error.to_string()),
            ))
        }
    }
}

/// The heads for word times that a configuration names.
pub(super) fn alignment_heads(folder: &Path, name: &str) -> Result<Option<NamedHeads>, WeightsError> {
    #[derive(Deserialize)]
    struct Configuration {
        alignment_heads: Option<Vec<Head>>,
    }
    let configuration: Option<(PathBuf, Configuration)> = read_json(folder, name)?;
    Ok(configuration.and_then(|(path, found)| Some((path, found.alignment_heads?))))
}

/// The vocabulary beside a CTranslate2 model, held against `tokenizer.json` where that is there too.
pub(super) fn beside_ctranslate2(weights: &Path, rows: usize) -> Result<Vocabulary, WeightsError> {
    let folder = folder_of(weights);
    let listed = match list_json(folder)? {
        Some(listed) => Some(listed),
        None => list_text(folder)?,
    };
    let tokenizer = tokenizer_json(folder)?;
    if let (Some(listed), Some(tokenizer)) = (&listed, &tokenizer) {
        check_equal(listed, tokenizer)?;
    }
    let spelled = listed.or(tokenizer).ok_or_else(|| {
        let expected = "`vocabulary.json`, `vocabulary.txt` or `tokenizer.json`";
        WeightsError::new(weights, WeightsErrorKind::MissingCompanion { expected })
    })?;
    spelled.vocabulary(rows)
}

/// The vocabulary beside safetensors.
pub(super) fn beside_safetensors(weights: &Path, rows: usize) -> Result<Vocabulary, WeightsError> {
    let folder = folder_of(weights);
    let spelled = match tokenizer_json(folder)? {
        Some(spelled) => Some(spelled),
        None => vocab_json(folder)?,
    };
    let spelled = spelled.ok_or_else(|| {
        let expected = "`tokenizer.json` or `vocab.json`";
        WeightsError::new(weights, WeightsErrorKind::MissingCompanion { expected })
    })?;
    spelled.vocabulary(rows)
}

/// The folder a file is in.
pub(super) fn folder_of(file: &Path) -> &Path {
    match file.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

/// `vocabulary.json` of CTranslate2: all tokens, special ones included, in order.
fn list_json(folder: &Path) -> Result<Option<Spelled>, WeightsError> {
    let Some((path, tokens)) = read_json::<Vec<String>>(folder, "vocabulary.json")? else { return Ok(None) };
    spell_list(path, tokens.iter().map(String::as_str)).map(Some)
}

/// `vocabulary.txt` of CTranslate2: the same, a token a line. The multilingual one has an empty token, so an empty line.
fn list_text(folder: &Path) -> Result<Option<Spelled>, WeightsError> {
    let Some((path, bytes)) = read(folder, "vocabulary.txt")? else { return Ok(None) };
    let text = std::str::from_utf8(&bytes).map_err(|error| {
        let place = format!("byte {}", error.valid_up_to());
        WeightsError::malformed(&path, place, "UTF-8", "other bytes")
    })?;
    let lines = text.strip_suffix('\n').unwrap_or(text).split('\n');
    spell_list(path, lines.map(|line| line.strip_suffix('\r').unwrap_or(line))).map(Some)
}

/// `tokenizer.json` of the hub.
fn tokenizer_json(folder: &Path) -> Result<Option<Spelled>, WeightsError> {
    #[derive(Deserialize)]
    struct Tokenizer {
        model: Model,
        #[serde(default)]
        added_tokens: Vec<Added>,
    }
    #[derive(Deserialize)]
    struct Model {
        vocab: HashMap<String, Token>,
    }
    #[derive(Deserialize)]
    struct Added {
        id: Token,
        content: String,
    }
    let Some((path, tokenizer)) = read_json::<Tokenizer>(folder, "tokenizer.json")? else { return Ok(None) };
    let added = tokenizer.added_tokens.into_iter().map(|added| (added.content, added.id));
    spell_map(path, tokenizer.model.vocab.into_iter().chain(added)).map(Some)
}

/// `vocab.json` of the hub, and `added_tokens.json` if it is there.
fn vocab_json(folder: &Path) -> Result<Option<Spelled>, WeightsError> {
    type Ids = HashMap<String, Token>;
    let Some((path, tokens)) = read_json::<Ids>(folder, "vocab.json")? else { return Ok(None) };
    let added = read_json::<Ids>(folder, "added_tokens.json")?.map(|(_, added)| added).unwrap_or_default();
    spell_map(path, tokens.into_iter().chain(added)).map(Some)
}

fn spell_list<'a>(path: PathBuf, tokens: impl Iterator<Item = &'a str>) -> Result<Spelled, WeightsError> {
    let mut spelled = Spelled { path, text_tokens: Vec::new(), special: BTreeMap::new() };
    for (id, token) in (0..).zip(tokens) {
        if token == END_OF_TEXT || !spelled.special.is_empty() {
            spelled.special.insert(token.to_owned(), id);
        } else {
            spelled.text_tokens.push(token_bytes(&spelled.path, id, token)?);
        }
    }
    spelled.check_end()
}

fn spell_map(path: PathBuf, tokens: impl Iterator<Item = (String, Token)>) -> Result<Spelled, WeightsError> {
    let by_id: BTreeMap<Token, String> = tokens.map(|(token, id)| (id, token)).collect();
    let mut spelled = Spelled { path, text_tokens: Vec::new(), special: BTreeMap::new() };
    for (id, token) in by_id {
        if token == END_OF_TEXT || !spelled.special.is_empty() {
            spelled.special.insert(token, id);
        } else if id as usize == spelled.text_tokens.len() {
            spelled.text_tokens.push(token_bytes(&spelled.path, id, &token)?);
        } else {
            let place = format!("token {}", spelled.text_tokens.len());
            return Err(WeightsError::malformed(
                &spelled.path,
                place,
                "every id to have a token",
                format!("{id} next"),
            ));
        }
    }
    spelled.check_end()
}

fn token_bytes(path: &Path, id: Token, token: &str) -> Result<Vec<u8>, WeightsError> {
    byte_characters::bytes_of(token).map_err(|character| {
        let found = format!("`{}` in `{}`", character.escape_debug(), shown(token));
        WeightsError::malformed(path, format!("token {id}"), "GPT-2's characters for bytes", found)
    })
}

fn check_equal(listed: &Spelled, tokenizer: &Spelled) -> Result<(), WeightsError> {
    let foreign = |place: String, expected: String, found: String| {
        Err(WeightsError::new(
            &tokenizer.path,
            WeightsErrorKind::ForeignVocabulary { place, expected, found },
        ))
    };
    let (left, right) = (&listed.text_tokens, &tokenizer.text_tokens);
    if let Some(id) = left.iter().zip(right).position(|(left, right)| left != right) {
        let text = |token: &[u8]| format!("`{}`", shown(&String::from_utf8_lossy(token)));
        return foreign(format!("token {id}"), text(&left[id]), text(&right[id]));
    }
    if left.len() != right.len() {
        return foreign("text tokens".to_owned(), left.len().to_string(), right.len().to_string());
    }
    Ok(())
}

impl Spelled {
    fn check_end(self) -> Result<Spelled, WeightsError> {
        if self.special.is_empty() {
            let found = format!("{} tokens without it", self.text_tokens.len());
            return Err(WeightsError::malformed(
                &self.path,
                "tokens",
                format!("`{END_OF_TEXT}` among them"),
                found,
            ));
        }
        Ok(self)
    }

    /// The vocabulary of a network whose embedding has `rows` rows, which tell the number of languages.
    pub(super) fn vocabulary(self, rows: usize) -> Result<Vocabulary, WeightsError> {
        let Spelled { path, text_tokens, special } = self;
        let (texts, languages) = (text_tokens.len(), rows.checked_sub(text_tokens.len() + SPECIAL_TOKENS));
        let Some(languages @ 1..=100) = languages else {
            let kind = WeightsErrorKind::ForeignVocabulary {
                place: "text tokens".to_owned(),
                expected: format!(
                    "{rows} rows of the embedding to be text, {SPECIAL_TOKENS} special tokens and 1 to 100 languages"
                ),
                found: format!("{texts} text tokens"),
            };
            return Err(WeightsError::new(&path, kind));
        };
        let vocabulary = Vocabulary::from_byte_tokens(text_tokens, languages)
            .map_err(|error| WeightsError::new(&path, WeightsErrorKind::Vocabulary(error)))?;
        check_special(&path, &special, &vocabulary)?;
        Ok(vocabulary)
    }
}

/// Where a file says which numbers special tokens have, they must be those of the reference.
fn check_special(
    path: &Path,
    special: &BTreeMap<String, Token>,
    vocabulary: &Vocabulary,
) -> Result<(), WeightsError> {
    let tasks = [
        (END_OF_TEXT, vocabulary.end_of_text()),
        ("<|startoftranscript|>", vocabulary.start_of_transcript()),
        ("<|translate|>", vocabulary.translate()),
        ("<|transcribe|>", vocabulary.transcribe()),
        ("<|startoflm|>", vocabulary.start_of_lm()),
        ("<|startofprev|>", vocabulary.start_of_previous()),
        ("<|nospeech|>", vocabulary.no_speech()),
        ("<|nocaptions|>", vocabulary.no_speech()), // its older name
        ("<|notimestamps|>", vocabulary.no_timestamps()),
        ("<|0.00|>", vocabulary.timestamp_begin()),
    ];
    let tasks = tasks.map(|(name, id)| (name.to_owned(), id));
    let languages = vocabulary.language_tokens().map(|(code, id)| (format!("<|{code}|>"), id));
    for (name, expected) in tasks.into_iter().chain(languages) {
        if let Some(found) = special.get(&name).filter(|found| **found != expected) {
            let (place, expected, found) = (format!("`{name}`"), expected.to_string(), found.to_string());
            return Err(WeightsError::new(
                path,
                WeightsErrorKind::ForeignVocabulary { place, expected, found },
            ));
        }
    }
    Ok(())
}
