#!/usr/bin/env python3
"""Measures what findings cost in archives of growing size: every fourth document of an archive, every second, all.

    cost.py ARCHIVE [--onrecord PROGRAM] [--parts 4 2 1]

Each part is a folder of links of its own, indexed first; then `analyse --rebuild` is timed: processor seconds, wall seconds, the most
memory, and how many words were read. A second `analyse` after one document was added tells what a new document costs.
Standard library only.
"""
import argparse
import os
import pathlib
import resource
import shutil
import subprocess
import tempfile
import time

SUFFIXES = (".md", ".txt")


def documents(archive):
    found = (path for path in archive.rglob("*") if path.suffix in SUFFIXES and ".onrecord" not in path.parts)
    return sorted(path.relative_to(archive) for path in found)


def run(command):
    """Processor seconds and wall seconds of a command."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, time.monotonic() - begun


def measure(onrecord, archive, part):
    files = documents(archive)
    chosen, last = files[::part][:-1], files[::part][-1]
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)

        def put(path):
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(archive / path, root / path)

        for path in chosen:
            put(path)
        run([onrecord, "init", folder, "--quiet"])
        processor, wall = run([onrecord, "analyse", "--rebuild", "--quiet", "--archive", folder])
        words = sum(len((root / path).read_text(encoding="utf-8", errors="replace").split()) for path in chosen)
        size = os.path.getsize(root / ".onrecord/findings.sqlite")
        put(last)
        run([onrecord, "index", "--quiet", "--archive", folder])
        one, _ = run([onrecord, "analyse", "--quiet", "--archive", folder])
    millions = words / 1e6
    print(f"{len(chosen):9} {millions:9.2f} {processor:9.1f} {wall:7.1f} {processor / millions:13.1f} {size / 1e6:7.0f} {one:12.1f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("archive", type=pathlib.Path)
    parser.add_argument("--onrecord", default="onrecord")
    parser.add_argument("--parts", type=int, nargs="+", default=[4, 2, 1])
    arguments = parser.parse_args()
    print("documents  M words  processor    wall  per M words  MB kept  one more (processor seconds)")
    for part in arguments.parts:
        measure(arguments.onrecord, arguments.archive, part)
    print(f"most memory of any command: {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
