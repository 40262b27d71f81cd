#!/usr/bin/env python3
"""Writes down what faster-whisper computes, step by step, for our engine to be compared with.

    audio -> log-mel -> encoder -> language -> tokens -> segments -> words

Two commands. `values` writes every step of one recording; `texts` writes only the words of many:

    reference.py values demo/broadcast.flac --model MODELS/base --output crates/speech/tests/reference/base.json
    reference.py texts ../shared/audio --model MODELS/base --mode greedy-float32 --output greedy.json

MODELS/base is a folder in CTranslate2's form (`model.bin`, `config.json`, `tokenizer.json`).

Everything runs on one thread and at temperature 0 without fallback: a retry at a higher temperature
draws random numbers, so its words differ from run to run and cannot be a reference.
"""

import argparse
import hashlib
import json
import pathlib
import sys
from importlib.metadata import version

import numpy
from faster_whisper import WhisperModel
from faster_whisper.audio import decode_audio, pad_or_trim
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import get_suppressed_tokens

AUDIO_SUFFIXES = {".flac", ".mp3", ".ogg", ".opus", ".wav"}

# What each run is called, and how it differs from the common settings.
RUNS = {
    "greedy": {"beam_size": 1, "condition_on_previous_text": True},
    "greedy_unconditioned": {"beam_size": 1, "condition_on_previous_text": False},
    "beam5": {"beam_size": 5, "condition_on_previous_text": True},
    # A run of its own: with word times the next window begins at the last word's end, so segments shift.
    "greedy_words": {"beam_size": 1, "condition_on_previous_text": True, "word_timestamps": True},
}
TEXT_MODES = {
    "greedy-float32": ("float32", 1),
    "beam5-float32": ("float32", 5),
    "greedy-int8": ("int8", 1),
    "beam5-int8": ("int8", 5),
}


def significant(number, digits):
    """The number cut to so many significant digits; 6 are more than any tolerance of ours asks for."""
    return float(f"{float(number):.{digits}g}")


def sha256_of(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def every(array, stride, digits):
    """Shape, and each `stride`-th value in row-major order, beginning with the first."""
    chosen = numpy.asarray(array).reshape(-1)[::stride]
    return {
        "shape": list(array.shape),
        "stride": stride,
        "values": [significant(value, digits) for value in chosen],
    }


def described_segment(segment):
    described = {
        "seek_frames": segment.seek,
        "start_seconds": round(segment.start, 3),
        "end_seconds": round(segment.end, 3),
        "text": segment.text,
        "tokens": segment.tokens,
        "avg_logprob": significant(segment.avg_logprob, 6),
        "compression_ratio": significant(segment.compression_ratio, 6),
        "no_speech_prob": significant(segment.no_speech_prob, 6),
    }
    if segment.words is not None:
        # Rows of word, start in seconds, end in seconds, probability: as objects they would be most of the file.
        described["words"] = [
            [word.word, round(float(word.start), 2), round(float(word.end), 2), significant(word.probability, 4)]
            for word in segment.words
        ]
    return described


def transcribed(model, samples, **settings):
    segments, found = model.transcribe(samples, temperature=[0.0], **settings)
    return list(segments), found


def first_tokens(model, encoded, language, steps, best):
    """The `best` tokens after suppression at the first `steps` steps of the greedy run, with their logits."""
    tokenizer = tokenizer_of(model, language)
    result = model.model.generate(
        encoded,
        [model.get_prompt(tokenizer, [])],
        beam_size=1,
        suppress_blank=True,
        suppress_tokens=get_suppressed_tokens(tokenizer, [-1]),
        max_initial_timestamp_index=50,
        return_logits_vocab=True,
    )[0]
    described = []
    for logits in result.logits[0][:steps]:
        logits = numpy.array(logits).reshape(-1)
        order = numpy.argsort(-logits, kind="stable")[:best]
        described.append([[int(token), significant(logits[token], 6)] for token in order])
    return described


def tokenizer_of(model, language):
    return Tokenizer(model.hf_tokenizer, model.model.is_multilingual, task="transcribe", language=language)


def top_languages(model, encoded, count=5):
    """Language codes and probabilities, most probable first; empty for an English-only model."""
    if not model.model.is_multilingual:
        return []
    ranked = model.model.detect_language(encoded)[0][:count]
    return [[token[2:-2], significant(probability, 6)] for token, probability in ranked]


def reference_values(arguments):
    samples = decode_audio(str(arguments.audio), sampling_rate=16000)
    model = WhisperModel(str(arguments.model), device="cpu", compute_type="float32", cpu_threads=1)
    log_mel = model.feature_extractor(samples)
    # The last frame is the padding's; faster-whisper drops it before it cuts windows.
    window = pad_or_trim(log_mel[:, : min(3000, log_mel.shape[1] - 1)])
    encoded = model.encode(window)
    languages = top_languages(model, encoded)
    language = languages[0][0] if languages else "en"
    runs = {}
    for name in arguments.runs:
        segments, _ = transcribed(model, samples, **RUNS[name])
        runs[name] = {"settings": RUNS[name], "segments": [described_segment(segment) for segment in segments]}
    return {
        "made_by": made_by("float32"),
        "audio": {
            "file": arguments.audio.name,
            "sha256": sha256_of(arguments.audio),
            "samples": len(samples),
            "sample_rate_hz": 16000,
        },
        "model": {"name": arguments.model.name, "sha256": sha256_of(arguments.model / "model.bin")},
        "log_mel": every(log_mel, arguments.mel_stride, arguments.digits),
        "encoder_window_0": every(numpy.array(encoded)[0], arguments.encoder_stride, arguments.digits),
        "languages": languages,
        "prompt_tokens": model.get_prompt(tokenizer_of(model, language), []),
        "first_steps": first_tokens(model, encoded, language, arguments.steps, best=5),
        "runs": runs,
    }


def reference_texts(arguments):
    compute_type, beam_size = TEXT_MODES[arguments.mode]
    model = WhisperModel(str(arguments.model), device="cpu", compute_type=compute_type, cpu_threads=1)
    clips = {}
    for path in sorted(arguments.audio.iterdir()):
        if path.suffix not in AUDIO_SUFFIXES:
            continue
        samples = decode_audio(str(path), sampling_rate=16000)
        segments, found = transcribed(model, samples, beam_size=beam_size, language=arguments.language)
        text = "".join(segment.text for segment in segments).strip()
        clips[path.name] = {"language": found.language, "text": text}
        print(f"{path.name}: {len(text.split())} words", file=sys.stderr)
    return {"made_by": made_by(compute_type), "model": arguments.model.name, "beam_size": beam_size, "clips": clips}


def made_by(compute_type):
    return {
        "faster-whisper": version("faster-whisper"),
        "ctranslate2": version("ctranslate2"),
        "numpy": version("numpy"),
        "compute_type": compute_type,
        "threads": 1,
        "temperature": 0.0,
    }


def compact_json(value):
    """JSON with one line for a leaf object or list, so that a change shows as a readable difference."""

    def render(node, depth):
        pad, flat = "  " * (depth + 1), json.dumps(node, ensure_ascii=False)
        if not isinstance(node, (dict, list)) or len(flat) <= 140 or is_numbers(node):
            return flat
        opening, closing = ("{", "}") if isinstance(node, dict) else ("[", "]")
        if isinstance(node, dict):
            lines = [f"{pad}{json.dumps(key)}: {render(child, depth + 1)}" for key, child in node.items()]
        else:
            lines = [pad + render(child, depth + 1) for child in node]
        return opening + "\n" + ",\n".join(lines) + "\n" + "  " * depth + closing

    return render(value, 0) + "\n"


def is_numbers(node):
    return isinstance(node, list) and all(isinstance(child, (int, float)) for child in node)


def parsed_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    values = commands.add_parser("values", help="every step of one recording")
    values.add_argument("audio", type=pathlib.Path)
    values.add_argument("--mel-stride", type=int, default=37, help="write each such log-mel value")
    values.add_argument("--encoder-stride", type=int, default=101, help="write each such encoder value")
    values.add_argument("--digits", type=int, default=6, help="significant digits of those values")
    values.add_argument("--steps", type=int, default=24, help="decoder steps whose best logits are written")
    values.add_argument("--runs", nargs="+", choices=RUNS, default=list(RUNS))
    texts = commands.add_parser("texts", help="the words of every recording in a folder")
    texts.add_argument("audio", type=pathlib.Path)
    texts.add_argument("--mode", choices=TEXT_MODES, required=True)
    texts.add_argument("--language", help="language code; detected when absent")
    for command in (values, texts):
        command.add_argument("--model", type=pathlib.Path, required=True, help="folder in CTranslate2's form")
        command.add_argument("--output", type=pathlib.Path, required=True)
    return parser.parse_args()


def main():
    arguments = parsed_arguments()
    write = {"values": reference_values, "texts": reference_texts}[arguments.command]
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    arguments.output.write_text(compact_json(write(arguments)), encoding="utf-8")
    print(f"wrote {arguments.output}", file=sys.stderr)


if __name__ == "__main__":
    main()
