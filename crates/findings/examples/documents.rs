//! Reads and parses the documents of an archive: what every finding begins with.

mod support;

fn main() {
    let (folder, _) = support::arguments();
    let library = support::Library::open(&folder);
    let tokens: usize = library.documents.iter().map(|(_, analysis)| analysis.text.tokens.len()).sum();
    println!("{} documents, {tokens} tokens", library.documents.len());
    for (material, _) in library.documents.iter().take(3) {
        library.print(&material.cite(&(0..20)));
    }
}
