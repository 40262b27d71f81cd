//! `onrecord show`: one document, segment by segment with its doubts, or paragraph by paragraph.

use super::layout::{Layout, heading, one_line};
use crate::Global;
use crate::console::{Console, Outcome};
use crate::listening::parse_time;
use crate::opened::{self, clock};
use archive::StoredDocument;
use index::Known;
use library::cited::{Repair, repairs};
use library::documents::{find_document, read_document};
use library::lines::{Line, lines};
use record::{Article, MediaTime, Place, Role};

/// Show a document: a transcript segment by segment, with doubts and their reasons; an article paragraph by paragraph
#[derive(clap::Args)]
pub(crate) struct Show {
    /// Path, id or a part of the title
    document: String,
    /// Only what is said from here on: seconds, or `[HH:]MM:SS`
    #[arg(long, value_parser = parse_time, value_name = "TIME")]
    from: Option<MediaTime>,
    /// Only what is said before this
    #[arg(long, value_parser = parse_time, value_name = "TIME")]
    to: Option<MediaTime>,
    /// Show names as they are spelt, not as they were heard, where `onrecord names` proposes a repair
    #[arg(long, conflicts_with = "json")]
    repaired: bool,
}

impl Show {
    /// Prints the segments.
    pub(crate) fn run(self, global: &Global, console: &Console) -> anyhow::Result<Outcome> {
        let archive = opened::archive(global)?;
        let index = opened::open_index(&archive, console)?;
        let known = find_document(&archive, &index, &self.document)?;
        let stored = read_document(&archive, &known)?;
        warn_of_issues(&known, &stored, console);
        let mut lines: Vec<Line> =
            lines(&stored).into_iter().filter(|line| self.wants(&line.place)).collect();
        let findings = opened::findings::as_left(&archive, console);
        let repairs = repairs(findings.as_ref(), &known.document.id)?;
        for line in &mut lines {
            line.take_repairs(&repairs);
            if self.repaired {
                line.text = line.repaired();
            }
        }
        if console.is_json() {
            lines.iter().try_for_each(|line| console.object(&line.shown(&known.document)))?;
        } else {
            console.raw(for_people(&known, &stored, &lines).as_bytes())?;
        }
        if lines.is_empty() {
            console.remark("there is nothing in this document, or nothing between these times");
            return Ok(Outcome::NothingFound);
        }
        Ok(Outcome::Done)
    }

    /// Whether a place lies, at least in part, between the times.
    fn wants(&self, place: &Place) -> bool {
        let Place::Spoken { start: Some(start), end, .. } = place else {
            return self.from.is_none() && self.to.is_none();
        };
        let is_over = |from: MediaTime| *start < from && end.is_none_or(|end| end <= from);
        !self.from.is_some_and(is_over) && self.to.is_none_or(|to| *start < to)
    }
}

fn warn_of_issues(known: &Known, stored: &StoredDocument, console: &Console) {
    for issue in stored.issues() {
        let place = issue.place.as_ref().map_or(String::new(), |place| format!("{place}: "));
        console.warning(format_args!("`{}`: {place}{}", known.document.path, issue.message));
    }
    if known.is_opaque {
        console
            .remark("this file does not follow the archive's grammar; `onrecord export` gives it as it is");
    }
}

fn for_people(known: &Known, stored: &StoredDocument, lines: &[Line]) -> String {
    let layout = Layout::of_stdout();
    let facts = match stored {
        StoredDocument::Transcript(transcript) => {
            vec![transcript.file.length().map(|length| length.clock().to_string())]
        }
        StoredDocument::Article(article) => article_facts(&article.article),
    };
    let facts =
        [Some(known.document.id.to_string())].into_iter().chain(facts).chain([known.document.url.clone()]);
    let mut text = layout.paragraph("", &heading(&known.document), &[]);
    for fact in facts.flatten() {
        text += &format!("{}\n", one_line(&fact));
    }
    text.push('\n');
    let mut speaker_before = None;
    for line in lines {
        let speaker = line.speaker.as_deref();
        text += &line_for_people(&layout, line, speaker.filter(|_| speaker != speaker_before));
        speaker_before = speaker;
    }
    text
}

/// Who wrote it, and when it was published and changed.
fn article_facts(article: &Article) -> Vec<Option<String>> {
    let byline = (!article.byline.is_empty()).then(|| format!("by {}", article.byline.join(", ")));
    let published = article.published.map(|published| format!("published {published}"));
    vec![byline, published, article.modified.map(|modified| format!("changed {modified}"))]
}

/// The line behind its time and a `?` if it is doubted; before it who begins to speak, below it the doubts.
fn line_for_people(layout: &Layout, line: &Line, new_speaker: Option<&str>) -> String {
    let mark = if line.suspects.is_empty() { "  " } else { "? " };
    let speaker = new_speaker.map_or(String::new(), |speaker| format!("{speaker}: "));
    let role = line
        .role
        .filter(|role| *role != Role::Body)
        .map_or(String::new(), |role| format!("[{}] ", role.name()));
    let speaker = role + &speaker;
    let mut text = layout.paragraph(&format!("{}{mark}{speaker}", clock(&line.place)), &line.text, &[]);
    for repair in line.repairs.iter().filter(|repair| line.text.contains(&repair.heard)) {
        let Repair { heard, canonical, confidence, .. } = repair;
        let proposed = format!("`{heard}` is probably {canonical} ({confidence:.2})");
        text += &layout.paragraph("          ", &proposed, &[]);
    }
    for suspect in &line.suspects {
        let seen = if suspect.detail.is_empty() { String::new() } else { format!(" ({})", suspect.detail) };
        let doubt = format!("doubtful: {}{seen}", suspect.reason.sentence());
        text += &layout.paragraph("          ", &doubt, &[]);
    }
    text
}
