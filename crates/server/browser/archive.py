#!/usr/bin/env python3
"""Makes a small invented archive for the browser tests: a harbour town, its ferry, its council.

usage: archive.py FOLDER

Nothing in it is real. The format is the archive's own: a transcript is a Markdown file, what it has no room for stands
in a JSON file beside it, an article is a text. The tests name these documents by their titles: change both together.
"""

import json
import math
import struct
import sys
import wave
from pathlib import Path

MORNING, EVENING, LATE = "Ansel Radio - Morning Tide", "Coast TV - Evening News", "Dockside - Late Watch"
MONTHS = ["January", "February", "March"]

HOSTILE_TITLE = "<script>alert(1)</script>"
HOSTILE_ABOUT = '"><img src=x onerror=alert(1)>'
HOSTILE_NAME = "it's \"odd\" & <b>loud"

# The morning's report has its recording beside it: every start is inside of its 60 seconds. The name is misheard in
# what is said, and right in the title.
TALKS = [
    (0.0, "Good morning from the pier, this is Morning Tide.", "Nora Finch"),
    (3.5, "The mayor of Port Ansel, Ingrid Valkvist, has agreed to start talks about the Marrow Island ferry at once.", "Nora Finch"),
    (11.25, "Her phone call with the harbour master, Tomas Rell, lasted for over an hour on Wednesday.", "Nora Finch"),
    (18.0, "This is some of what Ingrid Valkvist said.", "Nora Finch"),
    (21.75, "We had a very good call and I think we will have the ferry running again by Easter.", "Ingrid Valkwist"),
    (29.0, "We're going to meet also, probably in Stone Quay.", "Ingrid Valkwist"),
    (34.5, "That was the mayor, Ingrid Valkvist, speaking there.", "Nora Finch"),
    (39.0, "The islanders of Marrow have been without a ferry for three weeks.", "Nora Finch"),
    (45.0, "Thanks for watching.", None),
    (49.5, "The tide turns at noon, and the lighthouse lamp is lit again.", "Nora Finch"),
    (55.0, "More after the bells.", "Nora Finch"),
]

# Long enough to scroll, and with more passages about one thing than a page of hits shows.
WATCH = [
    (
        at * 8.0,
        [
            "The ferry calls at berth {n} with {m} crates of herring.",
            "The harbour master writes the number {n} on the slate.",
            "A gull sits on bollard {n} and will not be moved.",
            "The council counts {m} lamps along the quay tonight.",
        ][at % 4].format(n=at + 1, m=(at * 7) % 90 + 10),
        None,
    )
    for at in range(160)
]

# Show, file, day, title, address, lines (start, text, speaker); a start of None is a transcript without times.
TRANSCRIPTS = [
    (
        MORNING, "talks", (3, 12),
        "Mayor Ingrid Valkwist and Tomas Rell agree to talks on the Marrow Island ferry",
        "https://radio.example.org/listen?id=talks", TALKS,
    ),
    (
        EVENING, "talks", (3, 12),
        "Ingrid Valkwist calls Tomas Rell: talks on the Marrow Island ferry to start",
        "https://www.youtube.com/watch?v=Ta1ks_Marr0",
        [
            (0.0, "Talks about the Marrow Island ferry are to start at once.", None),
            (6.0, "The phone call between Ingrid Valkwist and the harbour master, Tomas Rell, lasted nearly an hour and a half.", None),
            (15.5, "Her deputy, Pavel Orme, told a shipping meeting earlier on Thursday that it was unrealistic to expect the old ferry to sail before Easter.", None),
            (24.0, "The islanders of Marrow have been without a ferry for three weeks.", None),
            (30.0, "The council will vote on the money next Tuesday.", None),
        ],
    ),
    (
        LATE, "talks", (3, 13),
        "Marrow Island ferry: Ingrid Valkwist and Tomas Rell begin to talk",
        "https://pod.example.net/play?id=talks",
        [
            (0.0, "So the mayor, Ingrid Valkwist, picked up the telephone at last.", None),
            (5.0, "She and the harbour master, Tomas Rell, agreed to start talks about the Marrow Island ferry.", None),
            (12.0, "Her deputy, Pavel Orme, told a shipping meeting earlier on Wednesday that it was unrealistic to expect the old ferry to sail before Easter.", None),
            (21.0, "Three weeks without a ferry, and the islanders are out of coffee.", None),
        ],
    ),
    (
        MORNING, "storm", (1, 14), "A storm closes the harbour", "https://radio.example.org/listen?id=storm",
        [
            (0.0, "A storm from the west has closed the harbour.", None),
            (4.0, "The ferry stays at its berth, said the harbour master, Tomas Rell.", None),
            (3700.5, "The storm may last until Sunday.", None),
        ],
    ),
    (
        MORNING, "timetable", (2, 3), "The ferry has a new timetable", "https://radio.example.org/listen?id=timetable",
        [
            (0.0, "From Monday the ferry sails at seven, at noon and at five.", None),
            (5.0, "The council says that the noon ferry is for the school.", None),
            (10.0, "Bring a coat.", None),
        ],
    ),
    (
        EVENING, "market", (1, 20), "Herring is dear at the fish market", "https://tv.example.org/watch?id=market",
        [
            (0.0, "A crate of herring costs forty crowns at the fish market.", None),
            (5.5, "The storm kept the boats in, and the ferry too.", None),
            (9.0, "Buyers went home with empty baskets.", None),
        ],
    ),
    (
        EVENING, "budget", (2, 17), "The council passes its budget", "https://tv.example.org/watch?id=budget",
        [
            (0.0, "The council has passed a budget of nine million crowns.", None),
            (6.0, "A third of it goes to the quay, and a tenth to the ferry.", None),
            (12.0, "The mayor, Ingrid Valkwist, called it a careful budget.", None),
        ],
    ),
    (
        EVENING, "untimed", (2, 24), "A walk along the quay", "https://tv.example.org/watch?id=walk",
        [
            (None, "We walked along the quay with the keeper of the lighthouse.", None),
            (None, "He lit the lamp by hand when the power was out.", None),
            (None, "The ferry was a light on the water.", None),
        ],
    ),
    (
        LATE, "lighthouse", (1, 29), "The lighthouse keeper retires", "https://pod.example.net/play?id=lighthouse",
        [
            (0.0, "After forty years the lighthouse keeper hands over his keys.", None),
            (6.0, "He counted every ferry, he says, and every storm.", None),
            (11.0, "The council will name a bench after him.", None),
        ],
    ),
    (LATE, "watch", (2, 10), "A night on the quay, from dusk to dawn", "https://pod.example.net/play?id=watch", WATCH),
    (
        LATE, "right to left", (3, 5), "العبّارة تعود إلى الميناء", "https://pod.example.net/play?id=rtl",
        [
            (0.0, "العبّارة تعود إلى الميناء بعد العاصفة.", None),
            (5.0, "המעבורת חוזרת לנמל, and the ferry is back.", None),
            (9.0, "A line that turns \u202egnihton \u202c round, and an endless word: " + "lighthouse" * 40, None),
        ],
    ),
    (
        MORNING, HOSTILE_NAME, (3, 6), HOSTILE_TITLE, "https://radio.example.org/listen?id=hostile",
        [
            (0.0, "The ferry is <b>hostile</b> today & so is the sea.", "<i>Captain</i>"),
            (5.0, '"><script>alert(2)</script><img src=x onerror=alert(3)>', "<i>Captain</i>"),
            (9.0, "javascript:alert(4) is no place to sail to.", None),
        ],
    ),
]

# One name, and the later version has another day: both can't be so.
ARTICLE = """date 2026-03-13 Marrow Island ferry talks begin, Valkwist says after call with Rell

(Ansel Post) Mayor Ingrid Valkwist has said she had a “long and very good” phone call with the harbour master, Tomas Rell, on Wednesday in which they agreed to begin talks about the Marrow Island ferry.

She did not set a day for a meeting with Rell, but later told reporters at the town hall: “We'll meet in Stone Quay.”

“It is time to bring the islanders their ferry back,” Valkwist said. “They have waited for three weeks.”

The call came as her deputy, Pavel Orme, told a shipping meeting earlier on Wednesday that it was “unrealistic” to expect the old ferry to sail again before Easter.
"""

HERRING = """date 2026-01-21 Herring at forty crowns a crate

(Ansel Post) A crate of herring costs forty crowns at the fish market, the dearest in nine years, after a storm kept the boats in the harbour.

“Nobody sails for pleasure in such a sea,” said the harbour master, Tomas Rell.

The ferry to Marrow Island stayed at its berth for two days. It is to sail again on Friday, the council said in a note on the door of the town hall.
"""

HOSTILE_ARTICLE = """date 2026-03-06 <b onmouseover=alert(5)>Loud</b> words at the town hall

(Ansel Post) The council spoke of <script>alert(6)</script> for an hour and agreed on nothing, which is what it agrees on most, according to the minutes of the meeting.

“Strike that from the record,” said the mayor, Ingrid Valkwist, "><img src=x onerror=alert(7)>, and it was not struck.
"""

ARTICLES = {
    "Articles/talks, first version.txt": ARTICLE,
    "Articles/talks, later version.txt": ARTICLE.replace("earlier on Wednesday", "earlier on Thursday"),
    "Articles/herring.txt": HERRING,
    "Articles/loud words.txt": HOSTILE_ARTICLE,
}

# Beside which transcripts a file with speakers and doubts stands; the others are as a stranger's archive has them.
WITH_SIDECAR = {(MORNING, "talks"), (MORNING, HOSTILE_NAME)}
SOUND_SECONDS = 60
SOUND_HZ = 8000


def transcript(show, day, title, address, lines):
    month, number = day
    length = int(max((start or 0.0) for start, _, _ in lines)) + 5
    rows = [
        "---",
        "Date Generated: March 20, 2026",
        "Transcription Model: whisper tiny",
        f"Length: {length}s",
        "Video Keywords: []",
        "Video Views: 0",
        "Video Rating: None",
    ]
    if title == HOSTILE_TITLE:
        rows.append(f"Video Description: {HOSTILE_ABOUT}")
    rows += ["---", "", f"# {title}", f"**{show}:** [{MONTHS[month - 1]} {number:02}, 2026]({address})"]
    for start, text, _ in lines:
        if start is None:
            rows.append(f"*  {text}")
            continue
        seconds = int(start)
        clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
        # Python writes a float as the format wants it: the shortest that reads back, with a point.
        rows.append(f"*  {text} [[{clock}]({address}&t={start!r}s)]")
    return "\n".join(rows) + "\n"


def sidecar(lines):
    segments = []
    for at, (start, text, speaker) in enumerate(lines):
        end = lines[at + 1][0] if at + 1 < len(lines) else start + 4.0
        segment = {"start_seconds": start, "end_seconds": end}
        if speaker:
            segment["speaker"] = speaker
        if text == "Thanks for watching.":
            segment["suspects"] = [{"reason": "stock_phrase", "detail": "<b>in 9 of 10 files</b>"}]
        segments.append(segment)
    head = {"version": 1, "program": {"name": "archive.py", "version": "1"}, "created": "2026-03-20T00:00:00Z"}
    return json.dumps({**head, "segments": segments}, indent=1) + "\n"


def tone(path):
    """A soft tone that swells once a second, so that a person who runs the tests by hand hears that it plays."""
    frames = bytearray()
    for at in range(SOUND_SECONDS * SOUND_HZ):
        loud = 2000 * (1 + math.sin(2 * math.pi * at / SOUND_HZ))
        frames += struct.pack("<h", int(loud * math.sin(2 * math.pi * 220 * at / SOUND_HZ)))
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(SOUND_HZ)
        sound.writeframes(bytes(frames))


def main(folder):
    for show, name, day, title, address, lines in TRANSCRIPTS:
        place = folder / show
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{name}.md").write_text(transcript(show, day, title, address, lines), encoding="utf-8")
        if (show, name) in WITH_SIDECAR:
            (place / f"{name}.json").write_text(sidecar(lines), encoding="utf-8")
    tone(folder / MORNING / "talks.wav")
    for path, text in ARTICLES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
