//! A document: what is known of it, its text line by line, its citation, its other forms.

use archive::{DocumentPath, StoredDocument};
use index::Known;
use jiff::Zoned;
use library::LibraryError;
use library::citations::{CitationForm, CitedLines};
use library::cited::repairs;
use library::documents::{find_document, read_document};
use library::lines::{Line, lines};
use record::format::{ExportFormat, export};
use record::{Described, Document, MediaTime, Place};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Ask, Listed, Object, Window, shown};
use crate::refusal::{Code, Refusal};
use crate::shelf::Opened;

/// Which document.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DocumentOf {
    /// Its id, its path, or a part of its title that no other has.
    pub(crate) id: String,
}

/// What is known of a document.
#[derive(Serialize, JsonSchema)]
pub(crate) struct DocumentFacts {
    /// The document.
    pub(crate) document: Object,
    /// Seconds of the recording.
    pub(crate) length_seconds: Option<f64>,
    /// Segments of a transcript.
    pub(crate) segments: u64,
    /// Those that the recogniser probably made up.
    pub(crate) suspect_segments: u64,
    /// The language that is spoken or written.
    pub(crate) language: Option<String>,
    /// What its publisher says it is about.
    pub(crate) about: Option<String>,
    /// Documents that have the same content.
    pub(crate) copies: Vec<Object>,
    /// What could not be understood of its files.
    pub(crate) issues: Vec<String>,
}

impl Ask for DocumentOf {
    type Answer = DocumentFacts;
    const NAME: &'static str = "document";
    const PATH: &'static str = "/documents/{id}";
    const SUMMARY: &'static str = "What is known of a document: outlet, show, day, length, doubts, copies";

    fn answer(self, opened: &Opened) -> Result<DocumentFacts, Refusal> {
        let known = find_document(&opened.archive, &opened.index, &self.id)?;
        let catalogue = opened.index.catalogue();
        let copies = catalogue.copies_of(&known.document.path)?;
        let issues = catalogue.issues(&known.document.path)?;
        Ok(DocumentFacts {
            document: shown(&known.document)?,
            length_seconds: known.length.map(MediaTime::as_seconds_f64),
            segments: known.segments,
            suspect_segments: known.suspect_segments,
            language: known.language,
            about: known.about,
            copies: copies.iter().map(|copy| shown(&copy.document)).collect::<Result<_, _>>()?,
            issues: issues.into_iter().map(|issue| issue.message).collect(),
        })
    }
}

/// A stretch of a document.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Read {
    /// Its id, its path, or a part of its title that no other has.
    pub(crate) id: String,
    /// Only what is said from this second on.
    pub(crate) from: Option<f64>,
    /// Only what is said before this second.
    pub(crate) to: Option<f64>,
    /// Most lines.
    #[schemars(range(min = 1, max = 1000))]
    pub(crate) limit: Option<usize>,
    /// Where to go on: `next` of the answer before.
    pub(crate) cursor: Option<String>,
}

/// A document, read.
pub(crate) struct ReadDocument {
    pub(crate) known: Known,
    pub(crate) stored: StoredDocument,
    pub(crate) lines: Vec<Line>,
}

impl ReadDocument {
    /// Reads a document with the repairs that are proposed for it.
    pub(crate) fn of(opened: &Opened, named: &str) -> Result<Self, Refusal> {
        let known = find_document(&opened.archive, &opened.index, named)?;
        let stored = read_document(&opened.archive, &known)?;
        let repairs = repairs(opened.findings()?, &known.document.id)?;
        let mut lines = lines(&stored);
        lines.iter_mut().for_each(|line| line.take_repairs(&repairs));
        Ok(Self { known, stored, lines })
    }
}

impl Ask for Read {
    type Answer = Listed;
    const NAME: &'static str = "read";
    const PATH: &'static str = "/documents/{id}/lines";
    const SUMMARY: &'static str = "Read a document or a stretch of it: segments with their seconds, doubts and repairs, or paragraphs of an article";

    fn answer(self, opened: &Opened) -> Result<Listed, Refusal> {
        let window = Window::of(self.cursor.as_deref(), self.limit, 200, 1000)?;
        let ReadDocument { known, lines, .. } = ReadDocument::of(opened, &self.id)?;
        let mut collected = window.collect();
        for line in lines.iter().filter(|line| self.wants(&line.place)) {
            let value = serde_json::to_value(line.shown(&known.document)).map_err(LibraryError::from)?;
            if !collected.take(value) {
                break;
            }
        }
        Ok(collected.finish())
    }
}

impl Read {
    fn wants(&self, place: &Place) -> bool {
        let Place::Spoken { start: Some(start), end, .. } = place else {
            return self.from.is_none() && self.to.is_none();
        };
        let start = start.as_seconds_f64();
        let is_over = |from: f64| start < from && end.is_none_or(|end| end.as_seconds_f64() <= from);
        !self.from.is_some_and(is_over) && self.to.is_none_or(|to| start < to)
    }
}

/// Lines that are cited.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CitationOf {
    /// Its id, its path, or a part of its title that no other has.
    id: String,
    /// The first line, counted from 0; if not given, the document as a whole is cited.
    from: Option<usize>,
    /// The last line; the first if not given.
    to: Option<usize>,
    /// `plain`, `markdown`, `chicago`, `bibtex` or `link`.
    #[serde(default)]
    format: CitationForm,
}

/// A citation.
#[derive(Serialize, JsonSchema)]
pub(crate) struct CitationText {
    /// The text to paste.
    citation: String,
}

/// Lines of one citation.
const MOST_CITED: usize = 100;

impl Ask for CitationOf {
    type Answer = CitationText;
    const NAME: &'static str = "cite";
    const PATH: &'static str = "/documents/{id}/citation";
    const SUMMARY: &'static str =
        "Cite lines of a document: plain, Markdown, Chicago, BibTeX or the link with its second";

    fn answer(self, opened: &Opened) -> Result<CitationText, Refusal> {
        let ReadDocument { known, lines, .. } = ReadDocument::of(opened, &self.id)?;
        let cited = match self.from {
            None => &[][..],
            Some(from) => {
                let to = self.to.unwrap_or(from);
                let wanted = (from <= to && to - from < MOST_CITED).then(|| lines.get(from..=to)).flatten();
                wanted.ok_or_else(|| {
                    let last = lines.len().saturating_sub(1);
                    Refusal::new(
                        Code::BadRequest,
                        format!("`from`, `to`: expected at most {MOST_CITED} lines from 0 to {last}, found {from} to {to}"),
                    )
                })?
            }
        };
        let cited = CitedLines { document: &known.document, lines: cited };
        Ok(CitationText { citation: cited.cite(self.format, Zoned::now().date()) })
    }
}

/// A document in another form, as bytes.
pub(crate) struct FormatOf {
    pub(crate) id: String,
    pub(crate) format: ExportFormat,
}

impl FormatOf {
    /// The document, and its bytes.
    pub(crate) fn bytes(&self, opened: &Opened) -> Result<(Document, Vec<u8>), Refusal> {
        let known = find_document(&opened.archive, &opened.index, &self.id)?;
        let path = DocumentPath::new(known.document.path.clone())
            .ok_or_else(|| LibraryError::Elsewhere { path: known.document.path.clone() })?;
        let raw = opened.archive.read_raw(&path).map_err(LibraryError::from)?;
        let bytes = match raw.parse() {
            StoredDocument::Transcript(stored) => {
                let described = Described {
                    document: &known.document,
                    content: &archive::sha256(&raw.bytes),
                    file: &stored.file,
                    sidecar: stored.sidecar.as_ref(),
                };
                export(&described, self.format).map_err(|error| Refusal::new(Code::NotFound, error))?
            }
            StoredDocument::Article(stored) if self.format == ExportFormat::Text => {
                stored.article.text.into_bytes()
            }
            StoredDocument::Article(_) => {
                return Err(Refusal::new(
                    Code::NotFound,
                    format!("an article has no form `{}`\nhint: `txt` gives its text", self.format),
                ));
            }
        };
        Ok((known.document, bytes))
    }
}
