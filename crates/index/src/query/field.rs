//! Fields of the record that a query asks for: `show:"Harbour Radio"`, `after:2025-02`.

use record::Kind;

use super::{Condition, Node, QueryError, QueryErrorKind, dates, folded, pointer, word};

/// What stands before a colon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Show,
    Outlet,
    Kind,
    Speaker,
    Title,
    Language,
    After,
    Before,
    On,
    Date,
    Sounds,
}

impl Field {
    pub(super) const ALL: [Self; 11] = [
        Self::Show,
        Self::Outlet,
        Self::Kind,
        Self::Speaker,
        Self::Title,
        Self::Language,
        Self::After,
        Self::Before,
        Self::On,
        Self::Date,
        Self::Sounds,
    ];

    /// As it is typed, in ASCII.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Show => "show",
            Self::Outlet => "outlet",
            Self::Kind => "kind",
            Self::Speaker => "speaker",
            Self::Title => "title",
            Self::Language => "lang",
            Self::After => "after",
            Self::Before => "before",
            Self::On => "on",
            Self::Date => "date",
            Self::Sounds => "sounds",
        }
    }

    /// With a value, for hints.
    pub(super) fn example(self) -> &'static str {
        match self {
            Self::Show => "show:\"Harbour Radio\"",
            Self::Outlet => "outlet:example.org",
            Self::Kind => "kind:article",
            Self::Speaker => "speaker:\"Ada Morrow\"",
            Self::Title => "title:ferry",
            Self::Language => "lang:en",
            Self::After => "after:2025-02-10",
            Self::Before => "before:2025-03",
            Self::On => "on:2025-02-12",
            Self::Date => "date:2025-02..2025-03",
            Self::Sounds => "sounds:waltz",
        }
    }

    /// Whether its values are words and names, which might begin or be spelled like others.
    fn is_text(self) -> bool {
        matches!(self, Self::Show | Self::Outlet | Self::Speaker | Self::Title | Self::Sounds)
    }
}

/// What others call our fields.
const FOREIGN: [(&str, Field); 11] = [
    ("by", Field::Speaker),
    ("channel", Field::Show),
    ("from", Field::After),
    ("headline", Field::Title),
    ("language", Field::Language),
    ("program", Field::Show),
    ("programme", Field::Show),
    ("since", Field::After),
    ("site", Field::Outlet),
    ("type", Field::Kind),
    ("until", Field::Before),
];

/// Names of fields in the language to come: silently taken as words they would find the wrong things.
const TO_COME: [&str; 5] = ["in", "meaning", "quote", "sort", "story"];

/// The field that `text` begins with, and its value if that is not in quotation marks or brackets. `next` is what
/// stands behind `text`.
///
/// `None` for words with a colon, such as `12:30` and `http://example.org`.
pub(super) fn split(text: &str, next: Option<char>) -> Result<Option<(Field, &str)>, QueryErrorKind> {
    let Some((name, value)) = text.split_once(':') else { return Ok(None) };
    let name = name.to_ascii_lowercase();
    if let Some(field) = Field::ALL.into_iter().find(|field| field.name() == name) {
        return Ok(Some((field, value)));
    }
    // A colon before a space ends what somebody said: `late: the ferry`.
    if value.is_empty() && next.is_none_or(char::is_whitespace) {
        return Ok(None);
    }
    if let Some(field) = TO_COME.into_iter().find(|field| *field == name) {
        return Err(QueryErrorKind::NotYet { field });
    }
    match meant(&name) {
        Some(meant) => Err(QueryErrorKind::UnknownField { found: name, meant: meant.name() }),
        None => Ok(None),
    }
}

/// The field that somebody means who types `name`.
fn meant(name: &str) -> Option<Field> {
    if !name.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return None;
    }
    let foreign = FOREIGN.into_iter().find(|(foreign, _)| *foreign == name).map(|(_, field)| field);
    foreign.or_else(|| {
        let near = |field: &Field| Some((edits(name, field.name())?, *field));
        let (_, field) = Field::ALL.iter().filter_map(near).min_by_key(|(edits, _)| *edits)?;
        Some(field)
    })
}

/// How many letters differ, a swap of neighbours counted as one; `None` if too many to be a slip.
///
/// Two in a name of five letters or more, one in a shorter one: `site` and `hand` are no slips of `date` and
/// `kind`. None in `on`, which is half of the short words.
fn edits(name: &str, field: &str) -> Option<usize> {
    let most = match field.len() {
        ..=2 => 0,
        3..=4 => 1,
        _ => 2,
    };
    if name.len().abs_diff(field.len()) > most {
        return None;
    }
    let (a, b) = (name.as_bytes(), field.as_bytes());
    let mut rows = vec![(0..=b.len()).collect::<Vec<usize>>()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let replaced = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = replaced.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows.last().and_then(|row| row.last()).copied().filter(|edits| *edits <= most)
}

/// Whether it may stand in the brackets of a field.
pub(super) fn is_value(text: &str) -> bool {
    !text.is_empty() && !text.starts_with('-') && !matches!(text, "AND" | "NOT")
}

/// What `field` asks for with a value that stands at `column` without quotation marks.
pub(super) fn bare(field: Field, text: &str, column: usize) -> Result<Node, QueryError> {
    match sign_behind(text).filter(|_| field.is_text()) {
        Some(sign) => {
            Err(QueryError { column, kind: QueryErrorKind::SignInField { sign, field: field.name() } })
        }
        None if field == Field::Title => {
            word::plain(text).map(titled).ok_or_else(|| no_value(field, text, column))
        }
        None => quoted(field, text, column),
    }
}

/// The `*` of `ferr*`, the `~` of `Morow~` and `Morow~1`.
fn sign_behind(text: &str) -> Option<char> {
    let spelling = text.trim_end_matches(|c: char| c.is_ascii_digit());
    match spelling.chars().last()? {
        '~' => Some('~'),
        '*' => text.ends_with('*').then_some('*'),
        _ => None,
    }
}

/// What `field` asks for with a value that stands at `column` in quotation marks.
pub(super) fn quoted(field: Field, text: &str, column: usize) -> Result<Node, QueryError> {
    let error = |kind| QueryError { column, kind };
    let found = || pointer::quoted(text);
    let condition = match field {
        Field::Title => return words(field, text, column).map(|words| titled(Node::Phrase(words))),
        Field::Sounds => return words(field, text, column).map(Node::Sounds),
        Field::Speaker => Condition::Speaker(words(field, text, column)?),
        Field::Show => Condition::Show(name(field, text, column)?),
        Field::Outlet => Condition::Outlet(name(field, text, column)?),
        Field::Kind => {
            let kind = kind(text).ok_or_else(|| error(QueryErrorKind::NotKind { found: found() }))?;
            Condition::Kind(kind)
        }
        Field::Language => {
            let code = language(text).ok_or_else(|| error(QueryErrorKind::NotLanguage { found: found() }))?;
            Condition::Language(code)
        }
        Field::After | Field::Before | Field::On | Field::Date => dates::read(field, text, column)?,
    };
    Ok(Node::Condition(condition))
}

fn titled(node: Node) -> Node {
    Node::Condition(Condition::Title(Box::new(node)))
}

/// A name in one line: each stretch of spaces and control characters as one space, none around it.
fn name(field: Field, text: &str, column: usize) -> Result<String, QueryError> {
    let is_space = |c: char| c.is_whitespace() || c.is_control();
    let words: Vec<&str> = text.split(is_space).filter(|word| !word.is_empty()).collect();
    if words.is_empty() { Err(no_value(field, text, column)) } else { Ok(words.join(" ")) }
}

fn words(field: Field, text: &str, column: usize) -> Result<Vec<String>, QueryError> {
    let words = folded(text);
    if words.is_empty() { Err(no_value(field, text, column)) } else { Ok(words) }
}

fn no_value(field: Field, text: &str, column: usize) -> QueryError {
    let found = pointer::quoted(text);
    let kind = QueryErrorKind::NoValue { field: field.name(), example: field.example(), found };
    QueryError { column, kind }
}

fn kind(text: &str) -> Option<Kind> {
    match text.to_ascii_lowercase().as_str() {
        "article" => Some(Kind::Article),
        "broadcast" => Some(Kind::Broadcast),
        _ => None,
    }
}

fn language(text: &str) -> Option<String> {
    let is_code = (2..=3).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphabetic());
    is_code.then(|| text.to_ascii_lowercase())
}
