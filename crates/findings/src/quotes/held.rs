//! What one document holds: its statements with their places, and whom it names.

use std::ops::Range;

use jiff::civil::Date;
use record::article::Role;
use record::{FrontPart, Kind, Place};
use serde::{Deserialize, Serialize};

use super::people::People;
use super::reading::Reading;
use super::reported::Scene;
use super::who::{self, Who};
use super::{Evidence, Manner, heard, told};
use crate::Spot;
use crate::material::{Analysis, Material, Piece, Text};

/// What a document holds of statements. It keeps apart from its document in any binary format.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Held {
    /// In the order of the document: what its publisher wrote, then what was said.
    pub statements: Vec<HeldStatement>,
    /// The full names of persons, in alphabetical order.
    pub names: Vec<Known>,
    /// What persons are, by full name.
    pub roles: Vec<(who::Role, String)>,
}

/// A full name of a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// As it stands there.
    pub name: String,
    /// Whether it was typed, and not only heard.
    pub is_typed: bool,
}

/// A statement as one document has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HeldStatement {
    /// Where it stands.
    pub spot: Spot,
    /// The words that tell it.
    pub words: String,
    /// Those of them that are the speaker's own, where others stand around.
    pub quoted: Vec<String>,
    /// Who said it.
    pub who: Who,
    /// The words that name the speaker.
    pub as_written: Option<String>,
    /// How the words reached us.
    pub manner: Manner,
    /// The verb that reports it.
    pub verb: Option<String>,
    /// Who passes it on.
    pub reported_by: Who,
    /// The day on which it was said.
    pub said_on: Option<Date>,
    /// What tells the speaker.
    pub from: Evidence,
    /// How sure the speaker is, 0 to 100; 0 for what counts as a statement only if it is found to be one elsewhere.
    pub certainty: u8,
}

/// A text that is the same for the same place, in this version and in later ones.
pub(super) fn key(spot: &Spot) -> String {
    match spot {
        Spot::Spoken { segment, .. } => format!("segment {segment}"),
        Spot::Written { chars } => format!("chars {} {}", chars.start, chars.end),
        Spot::Front { part, chars } => {
            let part = match part {
                FrontPart::Title => "title",
                FrontPart::Description => "description",
                FrontPart::Keywords => "keywords",
            };
            format!("{part} {} {}", chars.start, chars.end)
        }
    }
}

/// A statement before its place is looked up.
pub(super) struct Draft {
    pub(super) tokens: Range<usize>,
    pub(super) statement: HeldStatement,
}

/// A certainty for each kind of evidence: an order, set by hand, and no measured probability.
pub(super) fn certainty(from: Evidence) -> u8 {
    match from {
        Evidence::Labelled => 95,
        Evidence::Verb => 90,
        Evidence::Announced => 85,
        Evidence::Floating | Evidence::Guest => 70,
        Evidence::Report => 75,
        Evidence::Title => 60,
        Evidence::Mention => 55,
        Evidence::Continued => 50,
        Evidence::Elsewhere => 65,
        Evidence::Nothing => 0,
    }
}

pub(super) fn extract(material: &Material, analysis: &Analysis) -> Held {
    let text = Reading::of(&material.text.text, &analysis.text);
    let front = Reading::of(&material.front.text, &analysis.front);
    let is_article = material.document.kind == Kind::Article;
    let people = if is_article {
        People::of(&text, title_end(&material.text), &front)
    } else {
        People::of(&front, title_end(&material.front), &text)
    };
    let mut statements = Vec::new();
    let mut keep = |drafts: Vec<Draft>, reading: &Reading, source: &Text| {
        statements.extend(drafts.into_iter().filter_map(|draft| placed(draft, reading, source)));
    };
    let front_quotes = told::marks(&front, &material.front);
    let front_mentions =
        people.mentions(&front, &|token| front_quotes.get(token).copied().unwrap_or_default());
    let front_scene = Scene { reading: &front, people: &people, mentions: &front_mentions };
    let published = material.document.date;
    keep(told::statements(&front_scene, &material.front, published), &front, &material.front);
    let quotes = if is_article { told::marks(&text, &material.text) } else { Vec::new() };
    let mentions = people.mentions(&text, &|token| quotes.get(token).copied().unwrap_or_default());
    let scene = Scene { reading: &text, people: &people, mentions: &mentions };
    let drafts = if is_article {
        told::statements(&scene, &material.text, published)
    } else {
        heard::statements(&scene, &front_scene, material)
    };
    keep(drafts, &text, &material.text);
    let names = people.full().map(|(name, is_typed)| Known { name: name.to_owned(), is_typed }).collect();
    let mut roles = people.roles.clone();
    roles.sort();
    roles.dedup();
    Held { statements, names, roles }
}

/// Where a title or a headline ends, in bytes.
fn title_end(text: &Text) -> usize {
    let is_title = |piece: &&Piece| {
        matches!(piece.place, Place::Front { part: FrontPart::Title, .. })
            || piece.role == Some(Role::Headline)
    };
    text.pieces.iter().take_while(is_title).last().map_or(0, |piece| piece.bytes.end)
}

fn placed(draft: Draft, reading: &Reading, source: &Text) -> Option<HeldStatement> {
    let place = source.place_of(&reading.bytes(&draft.tokens))?;
    let words = reading.words(&draft.tokens);
    (!words.is_empty()).then(|| HeldStatement { spot: Spot::from(place), words, ..draft.statement })
}
