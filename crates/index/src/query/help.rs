//! The query language on a screen of a terminal; `docs/query.md` is the whole of it.

/// The query language for `--help`: one line a construct, at most 78 columns.
pub const QUERY_HELP: &str = r#"Words are found with any ending, and all of them have to be there:
  ferry delayed              both words, close together
  "harbour master"           these words, one after another
  storm OR gale              one or the other; (brackets) group
  ferry -drill               without drill; also NOT drill
  ferry near/8 storm         at most 8 words apart, in either order
  ferry within/30s storm     at most 30 seconds apart; also 2m, 1m30s
  navig*                     words that begin so
  Morow~                     spelled like this; ~1 or ~2 letters differ
  sounds:waltz               words that sound like this
Fields choose documents, alone or beside words; -field:value leaves out:
  show:"Harbour Radio"  outlet:example.org  title:ferry  speaker:"Ada Morrow"
  kind:article  kind:broadcast  lang:en  show:(Harbour OR Skerry)
  after:2025-02-10 (that day or later)  before:2025-03  on:2025-02-12
  date:2025-02..2025-03"#;
