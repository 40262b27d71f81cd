#!/usr/bin/env python3
"""Score `onrecord reuse` by pairs of documents.  Standard library only.

    reuse.py --onrecord BINARY --archive DIR --gold DIR --split dev [--json] [--show N]

Recall is by class of the gold set (reuse.SPLIT.tsv: same-video, near-duplicate, contained, shared-clip), which lists pairs
with 60 or more common shingles of eight words. A pair of two files of one recording (same address) is no pair here, since
an archive holds it as one document.

The gold set does not say which pairs share nothing, so precision is measured against the files themselves: a reported
pair is right if the two files have so many shingles of eight words in common as a passage of 20 words has (13). Shingles
that one show has in many of its files are left out. This counts as wrong what recognisers heard in too different words.
"""
import argparse, collections, glob, json, os, re, subprocess, sys

SHINGLE, PASSAGE_SHINGLES = 8, 13
LINE = re.compile(r"^\*  (.*?) ?\[\[[0-9:]+\]\(.*\)\]\s*$")
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")


def name(path):
    path = path.replace(os.sep, "/")
    return path[len("_Transcripts/"):] if path.startswith("_Transcripts/") else path


def read(root):
    """Words and recording of every file, by its name."""
    words, recording = {}, {}
    for path in glob.glob(os.path.join(glob.escape(root), "**", "*"), recursive=True):
        if os.sep + ".onrecord" + os.sep in path or not path.endswith((".md", ".txt")):
            continue
        with open(path, encoding="utf-8", errors="replace") as file:
            text = file.read()
        spoken = [m.group(1) for m in map(LINE.match, text.split("\n")) if m]
        body = " ".join(spoken) if spoken else text
        words[name(os.path.relpath(path, root))] = [w.lower().replace("’", "'") for w in WORD.findall(body)]
        address = re.search(r"^\*\*.*:\*\* \[[^\]]*\]\((\S+?)\)\r?$", text, re.M)
        if address:
            recording[name(os.path.relpath(path, root))] = address.group(1)
    return words, recording


def shingles(words):
    return {hash(tuple(words[i:i + SHINGLE])) for i in range(len(words) - SHINGLE + 1)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for option in ("--onrecord", "--archive", "--gold"):
        parser.add_argument(option, required=True)
    parser.add_argument("--split", default="dev")
    parser.add_argument("--show", type=int, default=0, help="print so many misses and false alarms")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()

    done = subprocess.run([args.onrecord, "--archive", args.archive, "reuse", "--json"], stdout=subprocess.PIPE, text=True)
    if done.returncode not in (0, 1):
        sys.exit(f"reuse ended with {done.returncode}")
    words, recording = read(args.archive)
    first = {}
    one_of = {n: first.setdefault(recording.get(n, n), n) for n in sorted(words)}
    found, relation = collections.Counter(), {}
    for line in done.stdout.splitlines():
        reuse = json.loads(line)
        pair = frozenset(one_of[name(reuse[side]["document"]["path"])] for side in ("left", "right"))
        found[pair] += reuse.get("common_words", 0)
        relation[pair] = reuse.get("relation")

    with open(os.path.join(args.gold, f"reuse.{args.split}.tsv"), encoding="utf-8") as file:
        head, *rows = [line.split("\t") for line in file.read().rstrip("\n").split("\n")]
    total, hit, merged, misses = collections.Counter(), collections.Counter(), 0, []
    relations = collections.Counter()
    for row in (dict(zip(head, row)) for row in rows):
        pair = frozenset(one_of.get(row[side], row[side]) for side in ("doc_a", "doc_b"))
        if len(pair) == 1:
            merged += 1
            continue
        total[row["class"]] += 1
        hit[row["class"]] += pair in found
        if pair in found:
            relations[(row["class"], relation[pair])] += 1
        else:
            misses.append(f"{row['class']} {row['doc_a']} | {row['doc_b']} ({row['shared_shingles']} shingles)")

    sets = {n: shingles(words[n]) for pair in found for n in pair}
    by_show = collections.defaultdict(collections.Counter)
    for n, own in sets.items():
        by_show[n.rsplit("/", 1)[0]].update(own)
    right, false = 0, []
    for pair in found:
        one, other = sorted(pair)
        common = sets[one] & sets[other]
        if one.rsplit("/", 1)[0] == other.rsplit("/", 1)[0]:
            usual = by_show[one.rsplit("/", 1)[0]]
            common = {shingle for shingle in common if usual[shingle] < 8}
        if len(common) >= PASSAGE_SHINGLES:
            right += 1
        else:
            false.append(f"{one} | {other} ({found[pair]} words reported, {len(common)} common shingles)")

    figures = {"pairs_found": len(found), "pairs_right": round(right / max(1, len(found)), 4), "files_of_one_recording": merged}
    for kind in sorted(total):
        figures[f"{kind}_found"] = round(hit[kind] / total[kind], 4)
    figures["gold_found"] = round(sum(hit.values()) / max(1, sum(total.values())), 4)
    for line in misses[:args.show]:
        print("  missed:", line)
    for line in sorted(false)[:args.show]:
        print("  unsupported:", line)
    if args.show:
        for (kind, said), count in sorted(relations.items(), key=str):
            print(f"  {kind} reported as {said}: {count}")
    print(json.dumps({"area": "reuse", "split": args.split} | figures) if args.json else
          f"reuse ({args.split}): " + ", ".join(f"{k} {v}" for k, v in figures.items()))


if __name__ == "__main__":
    main()
