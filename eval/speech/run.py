#!/usr/bin/env python3
"""Compares onrecord's recognition with its peers: words, speed, memory, on the same audio in one run.

    recordings -> each engine in its own process, round by round -> words wrong, words differing, speed -> tables, JSON

    python3 eval/speech/run.py                     everything, on ../shared/audio, else on the demo broadcast
    python3 eval/speech/run.py --only int8         only the engines with `int8` in their name
    python3 eval/speech/run.py --only beam openai  openai-whisper, too, for which PyTorch is installed
    python3 eval/speech/run.py --joined            the recordings one behind the other, as one long one
    python3 eval/speech/run.py --check             exit 1 if a floor of floors.toml is broken

Needs Python 3.11 and `cargo build --release`; the peers and the model are installed on the first run
(`environment.py`). Exit status: 0 all well, 1 a floor is broken, 2 an engine failed.

How speed is counted. Every engine gets the same files in a process of its own, and what the kernel
says of that process counts: processor seconds (user and system) and peak memory. Loading a model is
paid once however long the audio, so it is measured apart: a second process of the same engine
transcribes two seconds of speech, and

    speed = audio seconds / (processor seconds for all recordings - processor seconds for those two seconds)

The whole process is in the table too, as `with start`. Rounds are interleaved, so that a busy machine
is busy for everybody, and ratios are taken within a round; the tables show medians.

How words are counted. `wrong` compares with what people say was said, `differ` with faster-whisper on
float32 weights and the same search. Where faster-whisper itself loops or retries at a higher
temperature, its words are chance: its own int8 run then differs from its float32 run by hundreds. Such
recordings count in `wrong` but not in `differ`; they are named below the table, and `all differ` has them.
"""

import argparse
import csv
import datetime
import json
import os
import pathlib
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib
import wave

import environment
from engines import ENGINES

HERE = pathlib.Path(__file__).resolve().parent
CLONE = HERE.parent.parent
SHARED_AUDIO = CLONE.parent / "shared" / "audio"
START_CLIP_SECONDS = 2.0
JOINED_PAUSE_SECONDS = 0.7
RATE_HZ = 16_000
# What engines try in turn until a window's words are trusted; `--retries off` takes the first alone.
TEMPERATURES = "0,0.2,0.4,0.6,0.8,1"
LOOP_COMPRESSION_RATIO = 2.4  # Whisper's own limit.
# By our names, what the libraries call the same; whisper.cpp, as it is packaged, has AVX2 always.
INSTRUCTIONS = {
    "avx2": {"CT2_FORCE_CPU_ISA": "AVX2", "ONEDNN_MAX_CPU_ISA": "AVX2", "MKL_ENABLE_INSTRUCTIONS": "AVX2"},
    "avx512": {
        "CT2_FORCE_CPU_ISA": "AVX512",
        "ONEDNN_MAX_CPU_ISA": "AVX512_CORE",
        "MKL_ENABLE_INSTRUCTIONS": "AVX512",
    },
    # `E1` is AVX-512 with VNNI.
    "avx512-vnni": {
        "CT2_FORCE_CPU_ISA": "AVX512",
        "ONEDNN_MAX_CPU_ISA": "AVX512_CORE_VNNI",
        "MKL_ENABLE_INSTRUCTIONS": "AVX512_E1",
    },
}
BYTES_PER_MAXRSS = 1024  # Linux counts `ru_maxrss` in KiB.


class EngineFailed(Exception):
    """An engine that did not start, did not end well, or left a recording out."""


# --- The recordings -----------------------------------------------------------------------------


def recordings_in(folder):
    """Paths and reference texts: of a folder with `references.tsv`, or of the demo broadcast."""
    table = folder / "references.tsv"
    if not table.exists():
        return {folder / "broadcast.flac": (folder / "reference.txt").read_text(encoding="utf-8")}
    with open(table, encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {folder / row["file"]: row["reference"] for row in rows}


def default_audio():
    return SHARED_AUDIO if SHARED_AUDIO.exists() else CLONE / "demo"


def decoded(path):
    from faster_whisper.audio import decode_audio

    return decode_audio(str(path), sampling_rate=RATE_HZ)


def write_wave(samples, path):
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes((samples * 32767).astype("<i2").tobytes())


def write_start_clip(samples, path):
    """The first two seconds of a recording, as a WAV file."""
    write_wave(samples[: int(START_CLIP_SECONDS * RATE_HZ)], path)


def joined(references, samples, folder, order):
    """All recordings one behind the other with a pause between: a long one, for what batches do with those.

    Where windows and lanes are cut depends on their order, and single words on that: another `order`, counted from 1, tells
    how much.
    """
    import numpy

    clips = list(samples)
    if order:
        random.Random(order).shuffle(clips)
    references, samples = ({clip: values[clip] for clip in clips} for values in (references, samples))
    pause = numpy.zeros(int(JOINED_PAUSE_SECONDS * RATE_HZ), dtype=numpy.float32)
    path = folder / "joined.wav"
    whole = numpy.concatenate([part for clip in samples.values() for part in (clip, pause)])
    write_wave(whole, path)
    return {path: " ".join(" ".join(text.split()) for text in references.values())}, {path: whole}


# --- One process --------------------------------------------------------------------------------


def limits_of(settings):
    """Variables that keep a process to so many threads and to so few instructions."""
    # Libraries that would start a thread for each core are told how many they may have.
    threads = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    limits = {name: str(settings["threads"]) for name in threads}
    if settings["instructions"]:
        limits |= {"ONRECORD_INSTRUCTIONS": settings["instructions"]} | INSTRUCTIONS[settings["instructions"]]
    return limits


def measured(command, folder, limits):
    """Runs a command to its end; what the kernel says it cost."""
    with open(folder / "stdout", "wb") as stdout, open(folder / "stderr", "wb") as stderr:
        began = time.monotonic()
        try:
            process = subprocess.Popen(command, stdout=stdout, stderr=stderr, env=os.environ | limits)
        except OSError as error:
            raise EngineFailed(f"cannot start `{command[0]}`: {error.strerror}") from None
        _, status, usage = os.wait4(process.pid, 0)
        wall_seconds = time.monotonic() - began
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        complaint = (folder / "stderr").read_text(encoding="utf-8", errors="replace").strip()[-2000:]
        raise EngineFailed(f"`{' '.join(command[:3])} ...` ended with {process.returncode}:\n{complaint}")
    return {
        "processor_seconds": usage.ru_utime + usage.ru_stime,
        "wall_seconds": wall_seconds,
        "peak_bytes": usage.ru_maxrss * BYTES_PER_MAXRSS,
    }


def transcripts_in(folder, recordings):
    """What was heard, by file name, as each engine wrote it."""
    transcripts = {}
    for recording in recordings:
        path = folder / f"{recording.stem}.json"
        if not path.exists():
            raise EngineFailed(f"no transcript `{path.name}` among {sorted(found.name for found in folder.iterdir())}")
        transcripts[recording.name] = json.loads(path.read_text(encoding="utf-8"))
    return transcripts


def is_chance(transcript):
    """Whether a segment loops, or was drawn at a temperature above 0."""
    return any(
        segment.get("temperature", 0.0) > 0.0 or segment.get("compression_ratio", 0.0) > LOOP_COMPRESSION_RATIO
        for segment in transcript["segments"]
    )


def transcribed(engine, settings, recordings):
    """One process over the recordings: its cost and its transcripts."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        output = folder / "transcripts"
        output.mkdir()
        command = engine.words(settings | {"output": output}, recordings)
        cost = measured(command, folder, limits_of(settings))
        return cost, transcripts_in(output, recordings)


# --- All of them, round by round ----------------------------------------------------------------


def compared(engines, settings, recordings, start_clip, rounds):
    """Costs and texts by engine; an engine that fails once is left out from then on."""
    results = {engine.name: {"rounds": [], "texts": {}, "chance": [], "failure": None} for engine in engines}
    for number in range(1, rounds + 1):
        for engine in engines:
            result = results[engine.name]
            if result["failure"]:
                continue
            try:
                start, _ = transcribed(engine, settings, [start_clip])
                cost, transcripts = transcribed(engine, settings, recordings)
            except EngineFailed as failure:
                result["failure"] = str(failure)
                print(f"{engine.name}: {failure}", file=sys.stderr)
                continue
            result["rounds"].append({"start": start, "all": cost})
            result["texts"] = {name: transcript["text"].strip() for name, transcript in transcripts.items()}
            result["chance"] = [name for name, transcript in transcripts.items() if is_chance(transcript)]
            print(f"round {number}/{rounds}  {engine.name}: {cost['processor_seconds']:.1f} s", file=sys.stderr)
    return results


def work_seconds(measured_round):
    """Processor seconds without the start."""
    return measured_round["all"]["processor_seconds"] - measured_round["start"]["processor_seconds"]


def median_of(result, value):
    return statistics.median(value(measured_round) for measured_round in result["rounds"])


def summarised(engine, results, references, audio_seconds):
    from words import disagreement

    result = results[engine.name]
    wrong = disagreement(references, result["texts"])
    same = results.get(engine.same_words_as, {"rounds": []})
    differing = all_differing = None
    if same["rounds"]:
        certain = {name: text for name, text in same["texts"].items() if name not in same["chance"]}
        differing = disagreement(certain, result["texts"])
        all_differing = disagreement(same["texts"], result["texts"])
    return {
        "words_wrong": wrong.disagreeing,
        "words": wrong.expected,
        "word_errors_percent": wrong.percent,
        "words_differing": differing and differing.disagreeing,
        "words_differing_percent": differing and differing.percent,
        "all_words_differing": all_differing and all_differing.disagreeing,
        "compared_with": engine.same_words_as,
        "speed": audio_seconds / median_of(result, work_seconds),
        "speed_with_start": audio_seconds / median_of(result, lambda once: once["all"]["processor_seconds"]),
        "start_processor_seconds": median_of(result, lambda once: once["start"]["processor_seconds"]),
        "wall_seconds": median_of(result, lambda once: once["all"]["wall_seconds"]),
        "peak_bytes": median_of(result, lambda once: once["all"]["peak_bytes"]),
        "speed_ratio_to": {
            name: ratio(result, other)
            for name, other in results.items()
            if name != engine.name and other["rounds"]
        },
    }


def ratio(ours, theirs):
    """How many times as fast, pair by pair: a round's two figures come from the same minutes."""
    pairs = zip(ours["rounds"], theirs["rounds"])
    return statistics.median(work_seconds(other) / work_seconds(own) for own, other in pairs)


# --- What is printed ----------------------------------------------------------------------------


def table(head, rows):
    """Plain columns: the first to the left, numbers to the right."""
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    lines = []
    for row in [head, *rows]:
        cells = [text.rjust(width) for text, width in zip(row, widths)]
        cells[0] = row[0].ljust(widths[0])
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def main_table(summaries):
    columns = {
        "wrong": lambda summary: str(summary["words_wrong"]),
        "WER %": lambda summary: f"{summary['word_errors_percent']:.2f}",
        "differ": lambda summary: number_or_dash(summary["words_differing"], "d"),
        "differ %": lambda summary: number_or_dash(summary["words_differing_percent"], ".2f"),
        "all differ": lambda summary: number_or_dash(summary["all_words_differing"], "d"),
        "speed": lambda summary: f"{summary['speed']:.1f}",
        "with start": lambda summary: f"{summary['speed_with_start']:.1f}",
        "start s": lambda summary: f"{summary['start_processor_seconds']:.1f}",
        "wall s": lambda summary: f"{summary['wall_seconds']:.1f}",
        "peak MB": lambda summary: f"{summary['peak_bytes'] / 1e6:,.0f}",
    }
    rows = [[name, *(text_of(summary) for text_of in columns.values())] for name, summary in summaries.items()]
    return table(["engine", *columns], rows)


def number_or_dash(number, layout):
    return "-" if number is None else format(number, layout)


def ratio_table(summaries, columns):
    head = ["times as fast as", *columns]
    rows = []
    for name in summaries:
        ratios = [summaries[column]["speed_ratio_to"].get(name) for column in columns]
        rows.append([name, *(number_or_dash(value, ".2f") for value in ratios)])
    return table(head, rows)


def processor_name():
    try:
        lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "unknown")


# --- Floors -------------------------------------------------------------------------------------


def broken_floors(floors, summaries):
    """A sentence for each floor that does not hold. A floor on an engine that was not run is broken too."""
    for name, floor in floors.items():
        summary = summaries.get(name)
        if summary is None:
            yield f"{name}: it has floors, but did not run"
            continue
        for key in ("word_errors_percent", "words_differing_percent"):
            most = floor.get(f"{key}_at_most")
            if most is not None and (summary[key] is None or summary[key] > most):
                yield f"{name}: expected {key} of at most {most}, found {shown(summary[key])}"
        for peer, most in floor.get("word_errors_points_above_at_most", {}).items():
            theirs = summaries.get(peer)
            points = theirs and summary["word_errors_percent"] - theirs["word_errors_percent"]
            if points is None or points > most:
                yield f"{name}: expected at most {most} points of word errors above {peer}, found {shown(points)}"
        for peer, least in floor.get("speed_ratio_at_least", {}).items():
            found = summary["speed_ratio_to"].get(peer)
            if found is None or found < least:
                yield f"{name}: expected at least {least} times the speed of {peer}, found {shown(found)}"


def shown(number):
    return "nothing to compare with" if number is None else f"{number:.2f}"


def floors_for(path, audio_name, model):
    sections = tomllib.loads(path.read_text(encoding="utf-8"))
    floors = sections.get(audio_name, {}).get(model)
    if floors is None:
        raise SystemExit(f"{path}: no floors for audio `{audio_name}` and model `{model}`")
    return floors


# --- The command --------------------------------------------------------------------------------


def parsed_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--audio", type=pathlib.Path, default=default_audio(), help="a folder with references.tsv")
    parser.add_argument("--without", nargs="+", default=[], metavar="FILE", help="recordings to leave out")
    parser.add_argument("--joined", action="store_true", help="one behind the other, as one long recording")
    parser.add_argument("--order", type=int, default=0, help="with --joined: another order, counted from 1")
    parser.add_argument("--model", default="base", choices=sorted(environment.MODELS))
    parser.add_argument("--onrecord", type=pathlib.Path, default=CLONE / "target" / "release" / "onrecord")
    parser.add_argument("--only", nargs="+", metavar="TEXT", help="engines whose name holds one of these")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--instructions", choices=INSTRUCTIONS, help="what processors with less would do")
    parser.add_argument("--language", default="en")
    parser.add_argument("--retries", choices=["on", "off"], default="on", help="at higher temperatures")
    parser.add_argument(
        "--check",
        type=pathlib.Path,
        nargs="?",
        const=HERE / "floors.toml",
        metavar="FLOORS",
        help="compare with the floors of this file; floors.toml if none is named",
    )
    return parser.parse_args()


def run_settings(arguments, engines):
    """What the commands of `engines.py` may name."""
    settings = {
        "python": sys.executable,
        "onrecord": arguments.onrecord,
        "model_folder": environment.model_folder(arguments.model),
        "language": arguments.language,
        "threads": arguments.threads,
        "instructions": arguments.instructions,
        "temperatures": TEMPERATURES if arguments.retries == "on" else "0",
    }
    if any("{ggml_file}" in engine.command for engine in engines):
        settings["ggml_file"] = environment.ggml_file(arguments.model)
    if any("{openai_python}" in engine.command for engine in engines):
        settings["openai_python"] = environment.openai_python()
    return settings


def chosen_engines(only):
    if not only:
        return [engine for engine in ENGINES if not engine.heavy]
    return [engine for engine in ENGINES if any(text in engine.name for text in only)]


def write_results(arguments, seconds, summaries, results):
    """Everything that was measured, for later; returns the file."""
    now = datetime.datetime.now(datetime.UTC)
    output = HERE / "output" / f"{now:%Y%m%dT%H%M%SZ}-{arguments.audio.name}-{arguments.model}.json"
    output.parent.mkdir(exist_ok=True)
    content = {
        "measured_at": now.isoformat(timespec="seconds"),
        "processor": processor_name(),
        "audio": {"folder": arguments.audio.name, "without": arguments.without, "joined": arguments.joined, "order": arguments.order, "seconds": seconds},
        "settings": {key: getattr(arguments, key) for key in ("model", "language", "threads", "instructions", "rounds", "retries")},
        "summaries": summaries,
        "results": results,
    }
    output.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return output


def main():
    environment.continue_among_peers()
    arguments = parsed_arguments()
    arguments.audio = arguments.audio.resolve()
    floors = arguments.check and floors_for(arguments.check, arguments.audio.name, arguments.model)
    engines = chosen_engines(arguments.only)
    settings = run_settings(arguments, engines)
    references = {
        path: text for path, text in recordings_in(arguments.audio).items() if path.name not in arguments.without
    }
    samples = {path: decoded(path) for path in references}
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        start_clip = folder / "start.wav"
        write_start_clip(min(samples.values(), key=len), start_clip)
        if arguments.joined:
            references, samples = joined(references, samples, folder, arguments.order)
        seconds = sum(len(clip) for clip in samples.values()) / RATE_HZ
        results = compared(engines, settings, list(references), start_clip, arguments.rounds)
    texts = {path.name: text for path, text in references.items()}
    finished = [engine for engine in engines if results[engine.name]["rounds"]]
    if not finished:
        return 2
    summaries = {engine.name: summarised(engine, results, texts, seconds) for engine in finished}
    print(f"{len(references)} recordings, {seconds:.1f} s, model {arguments.model}, {processor_name()}")
    instructions = arguments.instructions or "all instructions"
    print(f"{arguments.threads} thread(s), {instructions}, {arguments.rounds} round(s), retries {arguments.retries}\n")
    print(main_table(summaries), end="\n\n")
    for name in sorted({summary["compared_with"] for summary in summaries.values()} & summaries.keys()):
        print(f"left out of `differ`, as {name} is chance there: {', '.join(results[name]['chance']) or 'none'}")
    columns = [engine.name for engine in finished if engine.ours] or list(summaries)
    print()
    print(ratio_table(summaries, columns), end="\n\n")
    print(f"written to {write_results(arguments, seconds, summaries, results)}")
    broken = list(broken_floors(floors or {}, summaries))
    for sentence in broken:
        print(sentence, file=sys.stderr)
    failed = any(result["failure"] for result in results.values())
    return 1 if broken else 2 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
