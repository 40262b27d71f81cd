#!/usr/bin/env python3
"""Scores `onrecord search` against judged passages, beside BM25 in SQLite FTS5 on the same archive, in one run.

    run.py ARCHIVE GOLD [--onrecord PROGRAM] [--split dev] [--check] [--show N]

ARCHIVE  an archive that has been indexed, with its transcripts below `_Transcripts/`
GOLD     a folder with queries.SPLIT.tsv (qid, query, alternative), qrels.SPLIT.txt (TREC), passages.SPLIT.tsv
         (pid, doc, start, end, words)
--check  ends with 1 if a figure is below its floor in floors.toml

A hit answers a judged passage if it begins between 15 s before the passage and 45 s behind it, in the same document or in
another one of the same address; each passage counts once. Standard library only.
"""
import argparse
import collections
import json
import math
import pathlib
import re
import sqlite3
import subprocess
import sys
import tomllib

HERE = pathlib.Path(__file__).resolve().parent
WORD = re.compile(r"[^\W_]+")
SEGMENT = re.compile(r"^\*  ?(.*?)(?: ?\[\[[0-9:]+\]\((\S+?)[&?]t=([0-9.]+)s\)\])?\r?$")
ADDRESS = re.compile(r"^\*\*.*:\*\* \[[^\]]*\]\((\S+?)\)\r?$", re.M)
DEPTH = 50


def rows(path):
    lines = path.read_text(encoding="utf-8").rstrip("\n").split("\n")
    names = lines[0].split("\t")
    return [dict(zip(names, line.split("\t"))) for line in lines[1:]]


def number(text):
    try:
        return float(text)
    except (TypeError, ValueError):
        return None


class Gold:
    """What is asked, and which passages answer it."""

    def __init__(self, folder, split, archive):
        self.queries = rows(folder / f"queries.{split}.tsv")
        self.passages = {row["pid"]: row for row in rows(folder / f"passages.{split}.tsv")}
        self.grades = collections.defaultdict(dict)
        for line in (folder / f"qrels.{split}.txt").read_text().splitlines():
            qid, _, pid, grade = line.split()
            self.grades[qid][pid] = int(grade)
        self.first_of_address, self.same = {}, {}
        for file in sorted((archive / "_Transcripts").rglob("*.md")):
            found = ADDRESS.search(file.read_text(encoding="utf-8", errors="replace")[:20000])
            path = file.relative_to(archive / "_Transcripts").as_posix()
            self.same[path] = self.first_of_address.setdefault(found[1] if found else path, path)

    def document(self, path):
        path = path.removeprefix("_Transcripts/")
        return self.same.get(path, path)

    def score(self, qid, hits):
        """nDCG@10, recall@50 and success@5 of hits (path, start, end, text)."""
        grades, judged, gains = self.grades[qid], set(), []
        for path, start, end, text in hits[:DEPTH]:
            answered = [pid for pid in grades if pid not in judged and self.answers(pid, path, start, end, text)]
            best = max(answered, key=lambda pid: grades[pid], default=None)
            judged.add(best)
            gains.append(grades.get(best, 0))
        ideal = sorted((grade for grade in grades.values() if grade > 0), reverse=True)
        gain = lambda grades: sum((2**grade - 1) / math.log2(rank + 2) for rank, grade in enumerate(grades[:10]))
        return gain(gains) / (gain(ideal) or 1), sum(map(bool, gains)) / max(1, len(ideal)), float(2 in gains[:5])

    def answers(self, pid, path, start, end, text):
        passage = self.passages[pid]
        if self.document(path) != self.document(passage["doc"]):
            return False
        first, last = number(passage["start"]), number(passage["end"])
        if first is None or start is None:
            wanted, found = (collections.Counter(WORD.findall(words.lower())) for words in (passage["words"], text))
            return sum((wanted & found).values()) > 0.7 * sum(wanted.values())
        return first - 15 <= (end or start) and start <= (last if last is not None else first) + 45


def search(program, archive, mode, query):
    command = [program, "search", query, "--json", "--quiet", "--limit", str(DEPTH), "--mode", mode, "--archive", archive]
    printed = subprocess.run(command, capture_output=True, text=True, check=False)
    if printed.returncode == 2:
        sys.exit(f"{query}: {printed.stderr}")
    hits = map(json.loads, printed.stdout.splitlines())
    return [(hit["document"]["path"], hit.get("start_seconds"), hit.get("end_seconds"), hit["text"]) for hit in hits]


def peer(archive):
    """SQLite FTS5 over passages of about fifty words; how it answers a query: any of its words, by BM25."""
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE passage USING fts5(text, path UNINDEXED, start UNINDEXED, tokenize='porter unicode61')")
    for file in sorted((archive / "_Transcripts").rglob("*.md")):
        path, words, start = file.relative_to(archive / "_Transcripts").as_posix(), [], None
        for line in file.read_text(encoding="utf-8", errors="replace").split("\n"):
            found = SEGMENT.match(line)
            if not found:
                continue
            start = number(found[3]) if not words else start
            words += found[1].split()
            if len(words) >= 50:
                database.execute("INSERT INTO passage VALUES (?, ?, ?)", (" ".join(words), path, start))
                words = []
        if words:
            database.execute("INSERT INTO passage VALUES (?, ?, ?)", (" ".join(words), path, start))

    def answer(query):
        any_word = " OR ".join(f'"{word}"' for word in WORD.findall(query))
        found = database.execute(
            "SELECT path, start, text FROM passage WHERE passage MATCH ? ORDER BY rank LIMIT ?", (any_word, DEPTH)
        )
        return [(path, start, start + 20 if start is not None else None, text) for path, start, text in found]

    return answer


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("archive", type=pathlib.Path)
    parser.add_argument("gold", type=pathlib.Path)
    parser.add_argument("--onrecord", default="onrecord")
    parser.add_argument("--split", default="dev")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--show", action="store_true", help="each query with its figures")
    arguments = parser.parse_args()
    gold = Gold(arguments.gold, arguments.split, arguments.archive)
    engines = {"FTS5": peer(arguments.archive)}
    for mode in ("words", "hybrid"):
        engines[mode] = lambda query, mode=mode: search(arguments.onrecord, arguments.archive, mode, query)
    floors = tomllib.loads((HERE / "floors.toml").read_text())
    broken = []
    print(f"{'':10} {'':14} nDCG@10  recall@50  success@5")
    for name, answer in engines.items():
        scores = collections.defaultdict(list)
        for place, query in enumerate(gold.queries):
            for wording in ("query", "alternative"):
                score = gold.score(query["qid"], answer(query[wording]))
                half = "even" if place % 2 == 0 else "odd"
                for group in (wording, f"{wording}, {half}"):
                    scores[group].append(score)
                if arguments.show:
                    print(f"  {name} {query['qid']} {score[0]:.3f} {score[1]:.3f} {score[2]:.0f} {query[wording]}")
        for group, all_scores in sorted(scores.items(), key=lambda item: (item[0].split(",")[0] != "query", item[0])):
            means = [sum(column) / len(all_scores) for column in zip(*all_scores)]
            print(f"{name:10} {group:18} {means[0]:.3f}      {means[1]:.3f}      {means[2]:.3f}")
            for figure, floor, mean in zip(("ndcg10", "recall50", "success5"), floors.get(name, {}).get(group, []), means):
                if mean < floor:
                    broken.append(f"{name}, {group}: {figure} is {mean:.3f}, expected at least {floor}")
    if arguments.check and broken:
        sys.exit("\n".join(broken))


if __name__ == "__main__":
    main()
