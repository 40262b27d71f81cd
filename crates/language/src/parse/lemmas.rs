//! Words -> the forms under which a dictionary has them.
//!
//! ```text
//! "says" as VBZ -> "say"; "wolves" as NNS -> "wolf"; "better" as JJR -> "good"; "Northport" as NNP -> "Northport"
//! ```
//!
//! Rules, exceptions and the words that exist are the model's own tables; how they are used follows spaCy's
//! `spacy/pipeline/lemmatizer.py` (`rule_lemmatize`) and the lemmas that its English attribute ruler fixes. spaCy also looks
//! at a word's relation and at its neighbours, for instance to leave "getting" as it is where it is an auxiliary; here a
//! word and its tag decide.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::path::Path;

use rmpv::Value;

use super::symbols::number;
use super::weights::{ModelFile, field};
use super::{ParserError, Tag};

/// The tables that make lemmas.
pub struct Lemmas {
    verbs: Table,
    nouns: Table,
    adjectives: Table,
    adverbs: Table,
}

/// The tables of a part of speech.
struct Table {
    /// Endings and what takes their place, in the order in which they are tried.
    rules: Vec<(String, String)>,
    exceptions: HashMap<String, Vec<String>>,
    known: HashSet<String>,
}

impl Lemmas {
    /// Loads the tables from a parser's folder.
    ///
    /// # Errors
    ///
    /// If the file is missing or damaged.
    pub fn load(folder: &Path) -> Result<Self, ParserError> {
        let file = ModelFile::read(folder, "lemmas.msgpack")?;
        let value = file.value()?;
        let table = |part| Table::of(&value, part).ok_or_else(|| file.lacks("tables of lemmas"));
        Ok(Self {
            verbs: table("verb")?,
            nouns: table("noun")?,
            adjectives: table("adj")?,
            adverbs: table("adv")?,
        })
    }

    /// The lemma of a word that has a tag.
    pub fn lemma<'a>(&self, word: &'a str, tag: Tag) -> Cow<'a, str> {
        let lower = lower(word);
        if let Some(lemma) = fixed(&lower, tag) {
            return Cow::Borrowed(lemma);
        }
        let table = match tag {
            Tag::Nnp | Tag::Nnps => return Cow::Borrowed(word),
            Tag::Vbd | Tag::Vbg | Tag::Vbn | Tag::Vbz => &self.verbs,
            Tag::Nns => &self.nouns,
            Tag::Jjr | Tag::Jjs => &self.adjectives,
            Tag::Rb | Tag::Rbr | Tag::Rbs | Tag::Wrb => &self.adverbs,
            _ => return lower,
        };
        match table.lemma(&lower) {
            Some(lemma) => Cow::Owned(lemma),
            None => Cow::Borrowed(word),
        }
    }
}

impl std::fmt::Debug for Lemmas {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lemmas").finish_non_exhaustive()
    }
}

impl Table {
    fn of(tables: &Value, part: &str) -> Option<Self> {
        let part = number(part);
        let of_part = |table: &str| {
            let (_, value) =
                field(tables, table)?.as_map()?.iter().find(|(key, _)| key.as_u64() == Some(part))?;
            Some(value)
        };
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let texts = |value: &Value| value.as_array()?.iter().map(text).collect::<Option<Vec<_>>>();
        let rules = of_part("lemma_rules")?.as_array()?.iter().map(|rule| match &rule.as_array()?[..] {
            [old, new] => Some((text(old)?, text(new)?)),
            _ => None,
        });
        let exceptions =
            of_part("lemma_exc")?.as_map()?.iter().map(|(word, lemmas)| Some((text(word)?, texts(lemmas)?)));
        Some(Self {
            rules: rules.collect::<Option<_>>()?,
            exceptions: exceptions.collect::<Option<_>>()?,
            known: texts(of_part("lemma_index")?)?.into_iter().collect(),
        })
    }

    /// The lemma of a word in small letters: that of an exception before one that exists before one that does not.
    fn lemma(&self, word: &str) -> Option<String> {
        let made = self
            .rules
            .iter()
            .filter_map(|(old, new)| Some(format!("{}{new}", word.strip_suffix(old.as_str())?)));
        let made = made.filter(|form| !form.is_empty());
        let (mut forms, mut unknown) = (Vec::new(), Vec::new());
        for form in made {
            match () {
                () if self.known.contains(&form) => forms.insert(0, form),
                () if !form.chars().all(char::is_alphabetic) => forms.push(form),
                () => unknown.push(form),
            }
        }
        // An exception that the rules gave as well stays where it is, so that better analyses keep the first place.
        for form in self.exceptions.get(word).into_iter().flatten() {
            if !forms.contains(form) {
                forms.insert(0, form.clone());
            }
        }
        forms.into_iter().chain(unknown).next()
    }
}

fn lower(word: &str) -> Cow<'_, str> {
    if word.chars().any(char::is_uppercase) { Cow::Owned(word.to_lowercase()) } else { Cow::Borrowed(word) }
}

/// Lemmas that no rule gives. From the English attribute ruler of the model (MIT licence).
fn fixed(lower: &str, tag: Tag) -> Option<&'static str> {
    Some(match (tag, lower) {
        (Tag::Md, "'d") => "would",
        (Tag::Md, "ca") => "can",
        (Tag::Md, "sha") => "shall",
        (Tag::Md, "wo") => "will",
        (Tag::Prp, "i" | "me") => "I",
        (Tag::Prp, "him") => "he",
        (Tag::Prp, "her") => "she",
        (Tag::Prp, "us") => "we",
        // "Let's".
        (Tag::Prp, "'s") => "us",
        (Tag::Prp, "them") => "they",
        (Tag::Rb, "not" | "n't" | "nt" | "n’t") => "not",
        (Tag::Vbn, "been") | (Tag::Vbg, "being") | (Tag::Vbz, "is" | "'s") | (Tag::Vbd, "was" | "were") => {
            "be"
        }
        (Tag::Vbp, "are" | "'re" | "am" | "'m") => "be",
        (Tag::Vbz, "has") | (Tag::Vbp, "'ve") | (Tag::Vbd, "had" | "'d") | (Tag::Vbn, "had") => "have",
        (Tag::Vbz, "does") | (Tag::Vbd, "did") => "do",
        (Tag::Vbz, "gets") | (Tag::Vbd, "got") => "get",
        (_, "doin'") => "do",
        (_, "goin'" | "gon") => "go",
        (_, "nothin'" | "nuthin'") => "nothing",
        (_, "ol'") => "old",
        (_, "somethin'") => "something",
        (_, "'em") => "them",
        (_, "'ll") => "will",
        (_, "'nuff") => "enough",
        (Tag::OpenQuote | Tag::CloseQuote, "“" | "”") => "\"",
        (Tag::OpenQuote | Tag::CloseQuote, "‘" | "’") => "'",
        _ => return None,
    })
}
