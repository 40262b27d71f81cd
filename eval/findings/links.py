#!/usr/bin/env python3
"""Tells why pairs of one statement are not linked: which kinds they are of, and how many would be if labels were cut as we cut.

    links.py ARCHIVE GOLD --score SCORE [--onrecord PROGRAM] [--split dev] [--show N]

A label may hold several sentences; `onrecord quotes` gives each as a statement of its own, and the scorer compares the one that
fits best on either side. "Any part" counts a pair as linked if any of the sentences inside of the one label is linked with
any inside of the other, which says how much of what is missing is only cut otherwise. SCORE is the scorer of the gold sets as a
file of Python, whose ways of reading labels and places are used. Standard library only.
"""
import argparse
import collections
import importlib.util
import itertools

# A sentence lies in a label if so much of it does; a shorter one tells nothing.
INSIDE, FEWEST_WORDS = 0.7, 4
# As the scorer matches: the least likeness, and the slack of times in seconds.
LEAST, SLACK = 0.3, 3


def load(path):
    spec = importlib.util.spec_from_file_location("score", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def groups(statements):
    """The statements that are the same by their links: a root for each id."""
    parent = {}

    def root(one):
        while parent.setdefault(one, one) != one:
            one = parent[one]
        return one

    for statement in statements:
        for other in statement.get("same_as") or []:
            parent[root(other)] = root(statement["id"])
    return root


def labelled(score, archive, statements, root):
    """For each label that is found: itself, the group of what fits best, the groups of all that lies in it."""
    by_document = collections.defaultdict(list)
    for statement in statements:
        by_document[archive.doc(statement["document"]["path"])].append(statement)
    for label in archive.rows("quotes"):
        best, inside = (LEAST, None), set()
        for statement in by_document[archive.doc(label["doc"])]:
            _, start, end, text = score.place(archive, statement)
            if score.near(label["start"], label["end"], start, end, SLACK) is False:
                continue
            likeness = max(score.overlap_f1(label["words"], text), score.covered(label["words"], text) * 0.9)
            if likeness > best[0] or (best[1] is None and likeness >= LEAST):
                best = (likeness, root(statement["id"]))
            if len(score.tokens(text)) >= FEWEST_WORDS and score.covered(text, label["words"]) >= INSIDE:
                inside.add(root(statement["id"]))
        if best[1] is not None:
            yield label, best[1], inside | {best[1]}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("archive")
    parser.add_argument("gold")
    parser.add_argument("--score", required=True)
    parser.add_argument("--onrecord", default="onrecord")
    parser.add_argument("--split", default="dev")
    parser.add_argument("--show", type=int, default=0)
    arguments = parser.parse_args()
    score = load(arguments.score)
    archive = score.Archive(arguments.onrecord, arguments.archive, arguments.gold, arguments.split)
    statements = archive.all("quotes")
    found = list(labelled(score, archive, statements, groups(statements)))
    pairs, linked, any_part, shown = collections.Counter(), collections.Counter(), 0, 0
    for (one, group, inside), (other, other_group, other_inside) in itertools.combinations(found, 2):
        if one["statement"] != other["statement"]:
            continue
        kind = " and ".join(sorted((one["kind"], other["kind"])))
        pairs[kind] += 1
        linked[kind] += group == other_group
        any_part += bool(inside & other_inside)
        if group != other_group and shown < arguments.show:
            shown += 1
            print(f"  not linked: {one['words'][:100]} | {other['words'][:100]}")
    total = sum(pairs.values())
    for kind, count in pairs.most_common():
        print(f"{kind:24}{linked[kind]:4} of {count:4} linked")
    print(f"{'all':24}{sum(linked.values()):4} of {total:4} linked, {sum(linked.values()) / total:.3f}; any part {any_part / total:.3f}")


if __name__ == "__main__":
    main()
