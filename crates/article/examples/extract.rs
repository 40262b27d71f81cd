//! Reads pages and prints what was found, for `eval/articles`: `extract FOLDER` prints a JSON object a line for each
//! `*.html` in the folder, in the order of their names.
//!
//! An `addresses.json` in the folder, an object of file names without their endings, tells where the pages are from.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::{env, fs, io};

use article::{PageContext, read_page};
use record::Role;
use serde_json::json;

fn main() -> io::Result<()> {
    let folder = env::args_os().nth(1).ok_or_else(|| io::Error::other("expected a folder of pages"))?;
    let folder = Path::new(&folder);
    let addresses: BTreeMap<String, String> = match fs::read(folder.join("addresses.json")) {
        Ok(bytes) => serde_json::from_slice(&bytes)?,
        Err(_) => BTreeMap::new(),
    };
    let mut pages: Vec<_> =
        fs::read_dir(folder)?.map(|found| found.map(|found| found.path())).collect::<Result<_, _>>()?;
    pages.retain(|path| path.extension().is_some_and(|ending| ending == "html"));
    pages.sort();
    let mut out = io::stdout().lock();
    for path in pages {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let context = PageContext { address: addresses.get(&name).map(String::as_str), content_type: None };
        let article = read_page(&fs::read(&path)?, context);
        let body: Vec<&str> = article.texts_of(Role::Body).collect();
        let paragraphs: Vec<_> =
            article.texts().map(|(paragraph, text)| json!([paragraph.role, text])).collect();
        let object = json!({
            "name": name, "articleBody": body.join("\n\n"), "headline": article.headline, "byline": article.byline,
            "outlet": article.outlet, "published": article.published, "modified": article.modified, "url": article.url,
            "language": article.language, "paragraphs": paragraphs,
        });
        writeln!(out, "{object}")?;
    }
    Ok(())
}
