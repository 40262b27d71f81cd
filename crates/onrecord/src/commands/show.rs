//! `onrecord show`: one document, segment by segment, with its doubts.

use crate::Global;
use crate::console::{Console, Outcome};
use crate::library::{self, Placed, clock};
use crate::listening::parse_time;
use record::{MediaTime, Place};
use serde::Serialize;

/// Show a document segment by segment, with doubts and their reasons
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
}

/// The fields of a segment beside its document and place.
#[derive(Serialize)]
struct Fields<'a> {
    text: &'a str,
    speaker: Option<&'a str>,
    /// Names of the reasons, and what was seen; `null` for a segment without doubt.
    suspect: Option<String>,
    link: Option<String>,
    repairs: [(); 0],
}

impl Show {
    /// Prints the segments.
    pub(crate) fn run(self, global: &Global, console: &Console) -> anyhow::Result<Outcome> {
        let archive = library::archive(global)?;
        let index = library::open_index(&archive, console)?;
        let known = library::find_document(&archive, &index, &self.document)?;
        let stored = library::read_document(&archive, &known)?;
        for issue in &stored.issues {
            let place = issue.place.as_ref().map_or(String::new(), |place| format!("{place}: "));
            console.warning(format_args!("`{}`: {place}{}", known.document.path, issue.message));
        }
        let document = &known.document;
        if !console.is_json() {
            let date = document.date.map_or(String::new(), |date| format!(", {date}"));
            console.line(document.title.as_deref().unwrap_or(&document.path))?;
            console.line(format!(
                "{}{date}  {}",
                document.show.as_deref().unwrap_or(""),
                document.url.as_deref().unwrap_or("")
            ))?;
            console.line("")?;
        }
        let segments = stored.file.segments();
        let mut shown = 0;
        for (at, segment) in segments.iter().enumerate() {
            let Some(place) = stored.file.place_of(at, stored.sidecar.as_ref()) else { continue };
            if !self.wants(&place) {
                continue;
            }
            shown += 1;
            let detail = stored.sidecar.as_ref().and_then(|sidecar| sidecar.detail_of(segments, at));
            let speaker = detail.and_then(|detail| detail.speaker.as_deref());
            let reasons: Vec<String> = detail
                .iter()
                .flat_map(|detail| &detail.suspects)
                .map(|suspect| format!("{}: {}", suspect.reason, suspect.detail))
                .collect();
            let suspect = (!reasons.is_empty()).then(|| reasons.join("; "));
            if console.is_json() {
                let link = document.url.as_deref().and_then(|url| place.link(url));
                let fields = Fields { text: &segment.text, speaker, suspect, link, repairs: [] };
                console.object(&Placed { document, place: &place, fields })?;
            } else {
                let speaker = speaker.map_or(String::new(), |speaker| format!("{speaker}: "));
                let doubt = suspect.map_or(String::new(), |suspect| format!("  [doubtful: {suspect}]"));
                console.line(format!("{}  {speaker}{}{doubt}", clock(&place), segment.text.trim()))?;
            }
        }
        if shown == 0 && segments.is_empty() && !known.is_opaque {
            console.remark("nobody speaks in this recording");
        }
        if known.is_opaque {
            console.remark(
                "this file does not follow the archive's grammar; `onrecord export` gives it as it is",
            );
        }
        Ok(if shown == 0 { Outcome::NothingFound } else { Outcome::Done })
    }

    fn wants(&self, place: &Place) -> bool {
        match place {
            Place::Spoken { start: Some(start), .. } => {
                self.from.is_none_or(|from| *start >= from) && self.to.is_none_or(|to| *start < to)
            }
            _ => self.from.is_none() && self.to.is_none(),
        }
    }
}
