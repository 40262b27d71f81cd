#!/usr/bin/env python3
"""Scores the findings of an archive against gold sets, area by area, and compares them with their floors.

    run.py ARCHIVE GOLD --score SCORE [--onrecord PROGRAM] [--split dev] [--area AREA ...] [--check] [--show N]

ARCHIVE  an archive whose root holds `_Transcripts/` and `seeds/`, indexed; findings are made if they are not there
GOLD     a folder with names.SPLIT.tsv, quotes.SPLIT.tsv, stories.SPLIT.tsv, discrepancies.SPLIT.tsv
SCORE    the scorer of the gold sets, a program that prints a line of JSON for an area
--check  ends with 1 if a figure is beyond its floor (or ceiling) in floors.toml

Standard library only.
"""
import argparse
import collections
import json
import pathlib
import subprocess
import sys
import time
import tomllib

HERE = pathlib.Path(__file__).resolve().parent
AREAS = ["names", "quotes", "check-quote", "stories", "discrepancies"]


def figures(arguments, area):
    """What the scorer prints about an area."""
    command = [sys.executable, arguments.score, area, "--onrecord", arguments.onrecord, "--archive", arguments.archive]
    command += ["--gold", arguments.gold, "--split", arguments.split, "--json", "--show", str(arguments.show)]
    printed = subprocess.run(command, capture_output=True, text=True, check=False)
    if printed.returncode != 0:
        sys.exit(f"{area}: {printed.stdout}{printed.stderr}")
    *remarks, line = printed.stdout.strip().splitlines()
    print("\n".join(remarks), end="\n" if remarks else "")
    return json.loads(line)


def linked_of_all(arguments, found):
    """The share of all labelled pairs of one statement that are linked, whether both sides are found or not: finding more must not cost."""
    rows = pathlib.Path(arguments.gold, f"quotes.{arguments.split}.tsv").read_text(encoding="utf-8").splitlines()
    labels = collections.Counter(row.split("\t")[0] for row in rows[1:])
    pairs = sum(count * (count - 1) // 2 for count in labels.values())
    return round(found["pairs"] * found["pairs_linked"] / max(1, pairs), 4)


def beyond(area, found, bounds):
    """The figures that are below their least or above their most value."""
    for figure, (kind, bound) in ((name, next(iter(limit.items()))) for name, limit in bounds.items()):
        value = found[figure]
        if (kind == "least" and value < bound) or (kind == "most" and value > bound):
            yield f"{area}: {figure} is {value}, expected at {kind} {bound}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("archive")
    parser.add_argument("gold")
    parser.add_argument("--score", required=True)
    parser.add_argument("--onrecord", default="onrecord")
    parser.add_argument("--split", default="dev")
    parser.add_argument("--area", nargs="*", choices=AREAS, default=AREAS)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--show", type=int, default=0)
    arguments = parser.parse_args()
    begun = time.monotonic()
    subprocess.run([arguments.onrecord, "analyse", "--quiet", "--archive", arguments.archive], check=True)
    print(f"findings were up to date after {time.monotonic() - begun:.0f} s")
    floors = tomllib.loads((HERE / "floors.toml").read_text())
    broken = []
    for area in arguments.area:
        found = figures(arguments, area)
        if area == "quotes":
            found["linked_of_all"] = linked_of_all(arguments, found)
        print(area + ": " + ", ".join(f"{name} {value}" for name, value in found.items() if name not in ("area", "split")))
        broken += beyond(area, found, floors.get(area, {}))
    if arguments.check and broken:
        sys.exit("\n".join(broken))


if __name__ == "__main__":
    main()
