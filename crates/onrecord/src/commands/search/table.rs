//! Hits as rows of comma-separated values (RFC 4180), for spreadsheets.

use index::Hit;
use record::rows::kind_name;
use record::{MediaTime, Place};
use std::borrow::Cow;

/// The columns of a hit. Times are in seconds; characters are counted from 0, the end is not part of it.
pub(in crate::commands) const CSV_COLUMNS: [&str; 15] = [
    "path",
    "id",
    "kind",
    "document_outlet",
    "document_show",
    "title",
    "date",
    "start_seconds",
    "end_seconds",
    "segment",
    "first_character",
    "end_character",
    "speaker",
    "text",
    "link",
];

/// The cells of a hit; what is not known is empty.
pub(in crate::commands) fn csv_cells(hit: &Hit) -> Vec<Cow<'_, str>> {
    let document = &hit.document;
    let text = |text: &'_ Option<String>| text.clone().unwrap_or_default().into();
    let mut cells = vec![
        document.path.as_str().into(),
        document.id.to_string().into(),
        kind_name(document.kind).into(),
        text(&document.outlet),
        text(&document.show),
        text(&document.title),
        document.date.map(|date| date.to_string()).unwrap_or_default().into(),
    ];
    cells.extend(place_cells(&hit.place).map(Cow::from));
    cells.extend([text(&hit.speaker), hit.text.as_str().into(), text(&hit.link)]);
    cells
}

/// Start, end, segment, first and last character.
fn place_cells(place: &Place) -> [String; 5] {
    let seconds =
        |time: &Option<MediaTime>| time.map(|time| time.as_seconds_f64().to_string()).unwrap_or_default();
    let none = String::new;
    match place {
        Place::Spoken { segment, start, end } => {
            [seconds(start), seconds(end), segment.to_string(), none(), none()]
        }
        Place::Written { chars } | Place::Front { chars, .. } => {
            [none(), none(), none(), chars.start.to_string(), chars.end.to_string()]
        }
    }
}
