"""Measures the doubts about existing transcripts: recall per kind of failure, share marked, lines to read.

    cargo build --release -p onrecord-language --example suspects
    python3 eval/suspects/run.py --corpus FOLDER --gold whisper_failures.dev.tsv --sample 200

Needs nothing but Python 3.11 and the example.
"""

import argparse
import collections
import csv
import os
import pathlib
import random
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
# A file of which more than this share is marked as foreign failed as a whole; its lines are not ordinary ones.
WHOLE_SHARE = 0.5
# Gold starts are rounded to a hundredth of a second.
SAME_START_SECONDS = 0.02


def main():
    arguments = parse_arguments()
    lines_of, marks = run(arguments.example, arguments.corpus)
    whole = print_shares(lines_of, marks)
    if arguments.gold:
        print_recall(arguments.gold, lines_of, marks)
    if arguments.sample:
        print_sample(marks, whole, arguments.sample, arguments.seed)


def parse_arguments():
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", required=True, type=pathlib.Path, help="folder of transcripts, searched to any depth")
    parser.add_argument("--gold", type=pathlib.Path, help="known failures: columns kind, doc, start, n, text")
    parser.add_argument("--sample", type=int, default=0, help="how many marked lines to print for reading")
    parser.add_argument("--seed", type=int, default=1, help="which lines are drawn")
    parser.add_argument("--example", type=pathlib.Path, default=target / "release/examples/suspects")
    return parser.parse_args()


def run(example, corpus):
    """The number of lines of each file, and all marks as (file, line, start, reason, detail, text)."""
    if not example.exists():
        sys.exit(f"there is no `{example}`\nhint: cargo build --release -p onrecord-language --example suspects")
    output = subprocess.run([example, corpus], check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout
    lines_of, marks = {}, []
    for line in output.splitlines():
        fields = line.split("\t")
        if line.startswith("# "):
            lines_of[fields[0][2:]] = int(fields[1])
        else:
            name, at, start, reason, detail, text = fields
            marks.append((name, int(at), float(start), reason, detail, text))
    return lines_of, marks


def print_shares(lines_of, marks):
    """Prints how many lines each reason marks; gives the files that failed as a whole."""
    foreign = collections.Counter(mark[0] for mark in marks if mark[3] in ("wrong_script", "wrong_language"))
    whole = {name for name, count in foreign.items() if count > WHOLE_SHARE * lines_of[name]}
    ordinary = sum(count for name, count in lines_of.items() if name not in whole)
    print(f"{len(lines_of)} files, {sum(lines_of.values())} lines; {len(whole)} files failed as a whole:")
    for name in sorted(whole):
        print(f"  {foreign[name]} of {lines_of[name]} lines foreign: {name}")
    print(f"\n{'reason':<18}{'all':>8}{'ordinary':>10}{'% of ordinary':>15}")
    reasons = sorted({mark[3] for mark in marks})
    for reason in [*reasons, "any"]:
        lines = {mark[:2] for mark in marks if reason in (mark[3], "any")}
        outside = sum(name not in whole for name, _ in lines)
        print(f"{reason:<18}{len(lines):>8}{outside:>10}{100 * outside / max(ordinary, 1):>15.3f}")
    return whole


def print_recall(gold, lines_of, marks):
    starts = collections.defaultdict(list)
    files = collections.Counter()
    for name, at in {mark[:2] for mark in marks}:
        files[name] += 1
    for name, at, start, *_ in marks:
        starts[name].append((start, at))
    with open(gold, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    print(f"\n{'kind':<14}{'rows':>6}{'found':>7}{'recall':>8}")
    missed = []
    by_kind = collections.defaultdict(list)
    for row in rows:
        if row["kind"] == "gap":
            continue  # Nothing was made up there; something is missing.
        found = is_found(row, lines_of, starts, files)
        kinds = [row["kind"]]
        if row["kind"] == "loop":
            kinds.append("loop, 6+" if int(row["n"]) >= 6 else "loop, 3-5")
        for kind in kinds:
            by_kind[kind].append(found)
        if not found:
            missed.append(row)
    for kind, found in sorted(by_kind.items()):
        print(f"{kind:<14}{len(found):>6}{sum(found):>7}{sum(found) / len(found):>8.3f}")
    print("\nmissed:")
    for row in missed:
        print(f"  {row['kind']} x{row['n']} {row['start']} {row['doc'].split('/')[-1]}: {row['text']}")


def is_found(row, lines_of, starts, files):
    name = row["doc"]
    if not row["start"]:  # a whole file
        return files[name] > WHOLE_SHARE * lines_of.get(name, 1)
    start, lines = float(row["start"]), int(row["n"])
    if row["kind"] == "inline_loop":
        return any(abs(found - start) < SAME_START_SECONDS for found, _ in starts[name])
    # The first line of a loop is never marked; it is found if a later one is, before the loop can have ended.
    after = sorted(found for found, _ in starts[name] if found > start + SAME_START_SECONDS)
    return bool(after) and after[0] <= start + 31 * (lines - 1)


def print_sample(marks, whole, wanted, seed):
    """One line of each of `wanted` runs of marks, the reasons in turn: the longest loop counts as one."""
    groups = collections.defaultdict(lambda: collections.defaultdict(list))
    for mark in marks:
        place = mark[1] // 100 if mark[0] in whole else mark[4]
        groups[mark[3]][mark[0], place].append(mark)
    generator = random.Random(seed)
    drawn = {}
    for reason in sorted(groups):
        runs = [groups[reason][key] for key in sorted(groups[reason], key=str)]
        generator.shuffle(runs)
        drawn[reason] = [generator.choice(run) for run in runs]
    picked = []
    while len(picked) < wanted and any(drawn.values()):
        for reason in sorted(drawn):
            if drawn[reason] and len(picked) < wanted:
                picked.append(drawn[reason].pop())
    print(f"\n{len(picked)} lines, one a run, to be read:")
    for name, at, start, reason, detail, text in sorted(picked, key=lambda mark: (mark[3], mark[0], mark[1])):
        print(f"{reason}\t{name.split('/')[-1]}\t{at}\t{start}\t{detail}\t{text.strip()[:160]}")


if __name__ == "__main__":
    main()
