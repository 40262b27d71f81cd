"""The peer: Datasette on an FTS5 table of the same passages."""

import csv
import hashlib
import json
import re
import socket
import sqlite3
import subprocess

import servers

WORDS = 50
# Ranked inside the index, so that only ten passages are looked up: the quickest form of this question.
QUERY = """
select documents.title, documents.show, documents.date, documents.url, passages.start_seconds, passages.text
from (select rowid, rank from passages_fts where passages_fts match :text order by rank limit 10) as best
join passages on passages.rowid = best.rowid join documents on documents.rowid = passages.document order by best.rank
"""
SCHEMA = """
create table documents (title, show, date, url);
create table passages (document integer, start_seconds real, text);
create virtual table passages_fts using fts5 (text, content = passages, tokenize = 'porter unicode61');
"""


def table(arguments):
    """The file of the table; made of the archive's export unless that export was made a table before."""
    folder = servers.environment.cache_folder() / "datasette"
    folder.mkdir(parents=True, exist_ok=True)
    export = folder / "export.csv"
    command = [arguments.onrecord, "export", "--all", "--format", "csv", "--quiet", "-o", export, "--archive", arguments.archive]
    subprocess.run(command, check=True)
    with open(export, "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()[:16]
    path = folder / digest / "passages.db"
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        unfinished = path.with_suffix(".part")
        unfinished.unlink(missing_ok=True)
        fill(unfinished, export)
        unfinished.rename(path)
    export.unlink()
    return path


def fill(path, export):
    csv.field_size_limit(1 << 30)
    base = sqlite3.connect(path)
    base.executescript(SCHEMA)
    with open(export, encoding="utf-8", newline="") as file:
        for number, title, show, date, url, passages in documents(csv.DictReader(file)):
            base.execute("insert into documents (rowid, title, show, date, url) values (?, ?, ?, ?, ?)", (number, title, show, date, url))
            base.executemany("insert into passages values (?, ?, ?)", ((number, start, text) for start, text in passages))
    base.execute("insert into passages_fts (passages_fts) values ('rebuild')")
    base.execute("insert into passages_fts (passages_fts) values ('optimize')")
    base.commit()
    base.execute("vacuum")
    base.close()


def documents(rows):
    """Documents with their passages; copies and doubted segments are left out, as onrecord leaves them out."""
    seen, number, current, passages = set(), 0, None, []
    for row in rows:
        if row["path"] != current:
            if passages:
                yield number, *about, passages
            current, passages, begun = row["path"], [], None
            is_copy = row["content_sha256"] in seen
            seen.add(row["content_sha256"])
            number += 1
            about = [row[name] for name in ("title", "show", "date", "url")]
        if is_copy or row["suspect"]:
            continue
        if begun is None or begun >= WORDS:
            passages.append((row["start_seconds"], row["text"]))
            begun = 0
        else:
            start, text = passages[-1]
            passages[-1] = (start, f"{text} {row['text']}")
        begun += len(row["text"].split())
    if passages:
        yield number, *about, passages


def expression(query, between):
    """A query in FTS5's language: words and phrases in quotation marks, all of them or any."""
    terms = re.findall(r'"[^"]+"|\S+', query)
    return between.join('"' + term.strip('"') + '"' for term in terms)


def serve(path):
    """Datasette on the table, set up as quick as it goes: nothing in it changes, and no query is broken off."""
    about = path.with_name("metadata.json")
    about.write_text(json.dumps({"databases": {"passages": {"queries": {"search": {"sql": QUERY}}}}}))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [servers.tools() / "datasette", "serve", "--immutable", path, "--metadata", about, "--port", port]
    command += ["--setting", "sql_time_limit_ms", "60000", "--setting", "suggest_facets", "off"]
    return servers.Server(command, address=f"http://127.0.0.1:{port}", answers="/-/versions.json")
