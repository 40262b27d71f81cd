//! An invented story in four documents that differ: two broadcasts, an article and its later version.

use std::path::{Path, PathBuf};

use crate::harbour::{Broadcast, put};
use crate::program::run;

/// The name is misheard in it, and right in its title.
const MORNING: Broadcast = Broadcast {
    show: "Harbour Radio - Morning Desk",
    title: "Transport Minister Mara Lindqvist and Oskar Brandt agree to talks on the Skerry ferry",
    day: 12,
    url: "https://radio.example.org/listen?id=talks",
    lines: &[
        (0.0, "Good morning, this is the Morning Desk."),
        (
            4.0,
            "The transport minister, Mara Lindquist, has agreed to start talks about the Skerry ferry immediately.",
        ),
        (12.0, "Her phone call with the harbour master, Oskar Brandt, lasted for over an hour on Wednesday."),
        (20.0, "This is some of what Mara Lindquist said."),
        (24.0, "We had a great call and I think we will have the ferry running again by Easter."),
        (31.0, "We're going to meet also probably in Port Callow."),
        (36.0, "That was the transport minister, Mara Lindquist, speaking there."),
    ],
};

const EVENING: Broadcast = Broadcast {
    show: "Skerry TV - Evening News",
    title: "Mara Lindqvist calls Oskar Brandt: talks on the Skerry ferry to start",
    day: 12,
    url: "https://tv.example.org/watch?id=talks",
    lines: &[
        (0.0, "Talks about the Skerry ferry are to start at once."),
        (
            5.0,
            "The phone call between Mara Lindqvist and the harbour master, Oskar Brandt, lasted nearly an hour and a half.",
        ),
        (14.0, "Islanders have been without a ferry for three weeks."),
    ],
};

/// The first version; the later one has another day.
const ARTICLE: &str = "date 2026-03-13 Skerry ferry talks start now, Lindqvist says after Brandt call

(Harbour Post) Transport Minister Mara Lindqvist has said she had a “lengthy and highly productive” phone call with the harbour master, Oskar Brandt, on Wednesday in which they agreed to begin negotiations about the Skerry ferry.

She did not set a date for a meeting with Brandt, but later told reporters at the ministry: “We’ll meet in Port Callow.”

“It is time to bring the islanders their ferry back,” Lindqvist said. “They have waited for three weeks.”

The call came as her deputy, Jonas Varg, told a shipping summit earlier on Wednesday that it was “unrealistic” to expect the old ferry to sail again before Easter.
";

/// The documents, indexed, in an archive below `folder`.
pub(crate) fn archive(folder: &Path) -> PathBuf {
    let root = folder.join("news");
    put(&root, "Harbour Radio - Morning Desk/talks.md", &MORNING.text());
    put(&root, "Skerry TV - Evening News/talks.md", &EVENING.text());
    put(&root, "Articles/first.txt", ARTICLE);
    put(&root, "Articles/second.txt", &ARTICLE.replace("earlier on Wednesday", "earlier on Thursday"));
    run(folder, ["init", "news", "--quiet"]).expect(0);
    root
}
