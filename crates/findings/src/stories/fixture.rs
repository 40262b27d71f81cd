//! Invented recordings for the tests of stories and timelines.

use record::format::archive;
use record::{Document, DocumentId};

use super::{Held, Story, Taken, extract, stories, together};
use crate::Period;
use crate::material::{Analysis, Material};

/// A recording: `about` is its show, day of March 2026, title and description; a line is a segment of five seconds.
pub(crate) fn recording(about: (&str, u32, &str, &str), lines: &[&str]) -> Material {
    let (show, day, title, description) = about;
    let name: String = format!("{show}-{day}-{title}").chars().filter(char::is_ascii_alphanumeric).collect();
    let address = format!("https://video.example.org/{}", name.to_lowercase());
    let mut text = format!(
        "---\nDate Generated: March 20, 2026\nTranscription Model: whisper base\nLength: {}s\nVideo Keywords: []\n\
         Video Views: 1\nVideo Rating: None\nVideo Description: {description}\n---\n\n# {title}\n\
         **{show}:** [March {day:02}, 2026]({address})\n",
        lines.len() * 5,
    );
    for (index, line) in lines.iter().enumerate() {
        let seconds = index * 5;
        let clock = format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
        text.push_str(&format!("*  {line} [[{clock}]({address}&t={seconds}.0s)]\n"));
    }
    let file = archive::parse(text.as_bytes()).file;
    let id = DocumentId::from_address(&address).expect("an address");
    let document = Document::of_file(id, format!("{name}.md"), &file);
    Material::of_transcript(document, &file, None, &vec![false; lines.len()])
}

/// What the recordings hold, and the stories that they tell.
pub(crate) fn told(recordings: &[Material]) -> (Vec<Held>, Vec<Story>) {
    let held: Vec<Held> = recordings.iter().map(|material| extract(material, &Analysis::default())).collect();
    let all: Vec<(&Document, &Held)> =
        recordings.iter().map(|material| &material.document).zip(&held).collect();
    let (events, _) = together(&all, &Period::ALL, Taken::default());
    (held, stories(events))
}

/// A week of two outlets: a ferry that runs aground, an election, and a round-up of both and of whales.
pub(crate) fn week() -> Vec<Material> {
    vec![
        recording(
            (
                "Harbour Radio - Morning Desk",
                2,
                "Ferry runs aground off Skerry Island | Harbour Radio",
                "The ferry Osprey ran aground on Sunday.",
            ),
            &[
                "The ferry Osprey ran aground off Skerry Island on Sunday night.",
                "Captain Orla Venn says a storm pushed the ferry onto the rocks.",
                "All forty passengers of the Osprey were taken off by lifeboat.",
            ],
        ),
        recording(
            (
                "Coast News",
                3,
                "Osprey ferry: captain Orla Venn blames the storm",
                "Investigators boarded the ferry off Skerry Island.",
            ),
            &[
                "Investigators have boarded the ferry Osprey off Skerry Island.",
                "Captain Orla Venn told them that the storm broke the rudder of the ferry.",
            ],
        ),
        recording(
            (
                "Harbour Radio - Morning Desk",
                3,
                "Mara Lindqvist wins Port Ellery election",
                "Mara Lindqvist is the new mayor of Port Ellery.",
            ),
            &[
                "Mara Lindqvist has won the election for mayor of Port Ellery.",
                "Her rival Tomas Brandt conceded the election before midnight.",
            ],
        ),
        recording(
            (
                "Coast News - Top Stories",
                3,
                "Top stories of Tuesday",
                "A roundup of the day.\n\n0:00 Ferry Osprey off Skerry Island\n1:00 Lindqvist elected mayor of Port Ellery\n2:00 Whales at Fulmar Bay",
            ),
            &roundup(),
        ),
    ]
}

fn roundup() -> Vec<&'static str> {
    let mut lines = Vec::new();
    for _ in 0..4 {
        lines.extend([
            "The ferry Osprey lies on the rocks off Skerry Island.",
            "Captain Orla Venn blames the storm and the rudder.",
            "Lifeboat crews saved every passenger of the ferry.",
        ]);
    }
    for _ in 0..4 {
        lines.extend([
            "Mara Lindqvist is the new mayor of Port Ellery after the election.",
            "Voters in Port Ellery rejected Tomas Brandt by a wide margin.",
            "Lindqvist promises a harbour tax cut to voters.",
        ]);
    }
    for _ in 0..4 {
        lines.extend([
            "Nine whales stranded on the sand of Fulmar Bay.",
            "Biologists poured water over the whales until the tide rose.",
            "Seven whales swam out of Fulmar Bay alive.",
        ]);
    }
    lines
}
