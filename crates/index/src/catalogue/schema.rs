//! The tables.

use rusqlite::Connection;

/// The format of catalogue and words together. An index of another format is made anew; raise it whenever the
/// tables, the fields of the words, the rule for words or the rule for passages change.
pub(super) const FORMAT: i64 = 5;

const TABLES: &str = "
CREATE TABLE document (
    number INTEGER PRIMARY KEY,     -- DocumentNumber
    path TEXT NOT NULL UNIQUE,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,             -- as in JSON
    title TEXT,
    outlet TEXT,
    show TEXT,
    date TEXT,                      -- YYYY-MM-DD
    url TEXT,
    length_millis INTEGER,
    segments INTEGER NOT NULL,
    suspect_segments INTEGER NOT NULL,
    is_timed INTEGER NOT NULL,
    is_opaque INTEGER NOT NULL,
    content BLOB NOT NULL,          -- SHA-256 of the file
    sidecar_content BLOB,           -- SHA-256 of the sidecar
    media BLOB,                     -- SHA-256 of the recording, or of the file that the transcript was taken from
    language TEXT,                  -- such as en
    about TEXT,                     -- the beginning of the description
    leader INTEGER,                 -- DocumentNumber of the document that stands for it, if it is a copy
    reason TEXT,                    -- CopyReason as JSON; NULL if it is none
    tenths INTEGER NOT NULL,        -- how long the passages last that count, in tenths of a second
    sketch BLOB,                    -- Sketch of its words; NULL if they are too few
    passages INTEGER NOT NULL,
    words INTEGER NOT NULL,
    suspect_passages INTEGER NOT NULL,
    suspect_words INTEGER NOT NULL,
    copy_passages INTEGER NOT NULL,
    copy_words INTEGER NOT NULL,
    file_bytes INTEGER,             -- all NULL if the file was too young to trust its time of change
    file_modified INTEGER,
    sidecar_bytes INTEGER,          -- NULL also if there is no sidecar
    sidecar_modified INTEGER
) STRICT;
CREATE INDEX document_id ON document (id);
CREATE INDEX document_content ON document (content);
CREATE INDEX document_published ON document (date, show, outlet, passages, tenths); -- sums without the table
CREATE INDEX document_leader ON document (leader) WHERE leader IS NOT NULL;
CREATE INDEX document_media ON document (media) WHERE media IS NOT NULL;
CREATE TABLE issue (
    number INTEGER NOT NULL REFERENCES document ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    place TEXT,
    message TEXT NOT NULL,
    PRIMARY KEY (number, ordinal)
) STRICT, WITHOUT ROWID;
CREATE TABLE vectors (
    number INTEGER PRIMARY KEY REFERENCES document ON DELETE CASCADE,
    file INTEGER NOT NULL,          -- which file they are in
    first INTEGER NOT NULL,         -- the first of its rows
    count INTEGER NOT NULL          -- one row a passage; none for copies
) STRICT;
CREATE TABLE model (
    name TEXT NOT NULL              -- one row, if there are vectors: what made them
) STRICT;
CREATE TABLE skipped (
    path TEXT NOT NULL,
    message TEXT NOT NULL
) STRICT;
CREATE TABLE pending (
    path TEXT PRIMARY KEY           -- what the unfinished batch, if there is one, was about to change
) STRICT, WITHOUT ROWID;
CREATE TABLE batch (
    number INTEGER NOT NULL,        -- one row: the last batch that was entered, and the sums over all documents
    passages INTEGER NOT NULL,
    words INTEGER NOT NULL,
    suspect_passages INTEGER NOT NULL,
    suspect_words INTEGER NOT NULL,
    copy_passages INTEGER NOT NULL,
    copy_words INTEGER NOT NULL,
    grouped INTEGER NOT NULL        -- the batch after which copies were looked for
) STRICT;
INSERT INTO batch VALUES (0, 0, 0, 0, 0, 0, 0, 0);
INSERT INTO pending VALUES ('');   -- no document's path: until the first update has ended, nobody is told that all is found
";

/// Makes the tables in a new file.
pub(super) fn create(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(&format!("BEGIN; {TABLES} PRAGMA user_version = {FORMAT}; COMMIT;"))
}
