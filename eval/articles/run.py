#!/usr/bin/env python3
"""Measures what is read from pages against a benchmark of article extraction, and a peer in the same run.

    cargo build --release -p onrecord-article --example extract
    python3 eval/articles/run.py CHECKOUT [--peer trafilatura] [--check]

CHECKOUT is a checkout of scrapinghub/article-extraction-benchmark: its pages (`html/*.html.gz`), its ground truth and its
own `evaluate.py`, whose measure is used. Needs Python 3.11 or newer, and nothing else.
"""

import argparse
import gzip
import importlib.util
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import venv

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
# The choices (which extraction, which rules) were made on the first half; the second was only looked at for the figures.
HALVES = {"chosen on": 0, "held out": 1}
# Floors of `--check`: F1 of the body over all pages, and the share of dates that are right.
FLOORS = {"f1": 0.970, "dates": 0.95}
PEER_SCRIPT = """
import json, pathlib, sys
import trafilatura
folder = pathlib.Path(sys.argv[1])
addresses = json.loads((folder / "addresses.json").read_text(encoding="utf-8"))
for page in sorted(folder.glob("*.html")):
    url = addresses[page.stem]
    found = trafilatura.bare_extraction(page.read_bytes(), url=url, include_comments=False, with_metadata=True)
    found = found.as_dict() if found is not None and hasattr(found, "as_dict") else (found or {})
    print(json.dumps({"name": page.stem, "articleBody": found.get("text") or "", "published": found.get("date")}))
"""


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("checkout", type=pathlib.Path)
    arguments.add_argument("--peer", action="append", default=[], help="trafilatura, or trafilatura==VERSION")
    arguments.add_argument("--check", action="store_true", help="end with 1 if a floor is broken")
    arguments.add_argument("--worst", type=int, default=0, help="name so many pages of the first half that lose most")
    arguments = arguments.parse_args()
    measure = load_measure(arguments.checkout)
    truth = json.loads((arguments.checkout / "ground-truth.json").read_text(encoding="utf-8"))
    labels = load_labels()
    with tempfile.TemporaryDirectory() as folder:
        unpack(arguments.checkout, truth, pathlib.Path(folder))
        engines = {"onrecord": [str(extract_program()), folder]}
        for peer in arguments.peer:
            engines[peer] = [str(peer_python(peer)), "-c", PEER_SCRIPT, folder]
        results = {name: run(name, command) for name, command in engines.items()}
    print(f"{'':<16} {'pages':<10} {'F1':>6} {'P':>6} {'R':>6} {'dates':>10} {'seconds':>8}")
    for name, (found, seconds) in results.items():
        report(name, found, seconds, truth, labels, measure)
    ours, _ = results["onrecord"]
    for name, loss in worst(ours, truth, measure)[: arguments.worst]:
        print(f"{loss:.3f} {name[:12]} {truth[name]['url']}")
    if arguments.check:
        sys.exit(check(ours, truth, labels, measure))


def load_measure(checkout):
    spec = importlib.util.spec_from_file_location("evaluate", checkout / "evaluate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def load_labels():
    """Days of publication by the beginnings of pages' names; `-` where the page tells none."""
    lines = (HERE / "dates.tsv").read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines if line and not line.startswith("#"))


def unpack(checkout, truth, folder):
    for name in truth:
        page = gzip.decompress((checkout / "html" / f"{name}.html.gz").read_bytes())
        (folder / f"{name}.html").write_bytes(page)
    addresses = {name: page["url"] for name, page in truth.items()}
    (folder / "addresses.json").write_text(json.dumps(addresses), encoding="utf-8")


def extract_program():
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    for profile in ("release", "debug"):
        program = target / profile / "examples" / "extract"
        if program.exists():
            return program
    sys.exit("hint: cargo build --release -p onrecord-article --example extract")


def peer_python(peer):
    cache = pathlib.Path(os.environ.get("ONRECORD_EVAL_CACHE", pathlib.Path.home() / ".cache/onrecord/eval-articles"))
    folder = cache / peer
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", peer, "lxml_html_clean"], check=True)
    return python


def run(name, command):
    begun = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True, encoding="utf-8")
    seconds = time.perf_counter() - begun
    found = [json.loads(line) for line in done.stdout.splitlines()]
    return {page["name"]: page for page in found}, seconds


def score(found, names, truth, measure):
    matches = [measure.string_shingle_matching(truth[name].get("articleBody", ""), found[name]["articleBody"]) for name in names]
    return measure.metrics_from_tp_fp_fns(matches)


def right_dates(found, names, labels):
    labelled = [(name, labels[name[:8]]) for name in names if name[:8] in labels]
    right = sum((found[name]["published"] or "-")[:10] == day for name, day in labelled)
    return right, len(labelled)


def report(name, found, seconds, truth, labels, measure):
    names = sorted(truth)
    parts = {"all": names} | {half: names[first::2] for half, first in HALVES.items()}
    for part, names in parts.items():
        metrics = score(found, names, truth, measure)
        right, labelled = right_dates(found, names, labels)
        took = f"{seconds:8.1f}" if part == "all" else ""
        print(
            f"{name:<16} {part:<10} {metrics['f1']:6.3f} {metrics['precision']:6.3f} {metrics['recall']:6.3f} "
            f"{right:>4} of {labelled:<4} {took}"
        )


def worst(found, truth, measure):
    names = sorted(truth)[HALVES["chosen on"] :: 2]
    losses = {name: 1 - score(found, [name], truth, measure)["f1"] for name in names}
    return sorted(losses.items(), key=lambda loss: -loss[1])


def check(found, truth, labels, measure):
    names = sorted(truth)
    right, labelled = right_dates(found, names, labels)
    reached = {"f1": score(found, names, truth, measure)["f1"], "dates": right / labelled}
    broken = [name for name, floor in FLOORS.items() if reached[name] < floor]
    for name in broken:
        print(f"expected {name} of at least {FLOORS[name]}, found {reached[name]:.3f}", file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    main()
