"""What every peer is told on its command line, and the file that it leaves."""

import argparse
import json
import pathlib


def numbers(text):
    return [float(number) for number in text.split(",")]


def peer_parser(description):
    """The options that `engines.py` gives to all peers; the first positional arguments are theirs to add."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--model", type=pathlib.Path, required=True)
    parser.add_argument("--beam-size", type=int, default=1)
    parser.add_argument("--temperatures", type=numbers, default=[0.0], metavar="0,0.2,...")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--language", default="en")
    parser.add_argument("--output-dir", type=pathlib.Path, required=True)
    return parser


def write_transcript(folder, recording, text, segments):
    """openai-whisper's JSON, as far as the comparison reads it."""
    described = json.dumps({"text": text, "segments": segments}, ensure_ascii=False)
    (folder / f"{recording.stem}.json").write_text(described, encoding="utf-8")
