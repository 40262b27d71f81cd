//! Recordings that lie beside their transcripts, a stretch at a time.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use archive::{Archive, DocumentPath};
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::Response;
use axum::routing::get;
use library::documents::find_document;
use tower::ServiceExt as _;
use tower_http::services::ServeFile;

use crate::answers::{Names, refused_at};
use crate::refusal::{Code, Refusal};
use crate::shelf::Shelf;

/// Endings of files that browsers play.
const SOUND: [&str; 8] = ["mp3", "m4a", "ogg", "opus", "wav", "flac", "aac", "oga"];
const PICTURES: [&str; 4] = ["mp4", "webm", "m4v", "ogv"];

/// The file with the recording of a document: beside it, with its name, and in the archive wherever links lead.
pub(crate) fn media_of(archive: &Archive, path: &str) -> Option<PathBuf> {
    let document = archive.file_path(&DocumentPath::new(path.to_owned())?);
    let root = archive.root().canonicalize().ok()?;
    PICTURES.iter().chain(&SOUND).find_map(|ending| {
        let file = document.with_extension(ending).canonicalize().ok()?;
        (file.starts_with(&root) && file.is_file()).then_some(file)
    })
}

/// Whether a recording has pictures.
pub(crate) fn is_video(file: &Path) -> bool {
    let ending = file.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| PICTURES.contains(&ending))
}

pub(crate) fn routes() -> Router<Arc<Shelf>> {
    Router::new().route("/media/{name}", get(media))
}

/// The recording of a document, or the stretch of it that a player asks for.
async fn media(State(shelf): State<Arc<Shelf>>, names: Names, request: Request) -> Response<Body> {
    let name = names.get("name");
    let found = shelf.ask(move |opened| {
        let known = find_document(&opened.archive, &opened.index, &name)?;
        media_of(&opened.archive, &known.document.path).ok_or_else(|| {
            Refusal::new(Code::NotFound, "the recording is not at hand\nhint: put it beside its transcript, with the same name and its own ending")
        })
    });
    match found.await {
        Ok(file) => match ServeFile::new(file).oneshot(request).await {
            Ok(response) => response.map(Body::new),
            Err(never) => match never {},
        },
        Err(refusal) => refused_at(request.uri().path(), &refusal),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_lies_beside_a_document_in_the_archive_is_played() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("archive");
        std::fs::create_dir_all(root.join("Show")).unwrap();
        let archive = Archive::init(&root).unwrap().archive;
        std::fs::write(root.join("Show/a.mp3"), "sound").unwrap();
        std::fs::write(folder.path().join("secret.mp3"), "secret").unwrap();
        assert!(media_of(&archive, "Show/a.md").is_some_and(|file| file.ends_with("Show/a.mp3")));
        assert_eq!(media_of(&archive, "Show/b.md"), None);
        assert_eq!(media_of(&archive, "../secret.md"), None);
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(folder.path().join("secret.mp3"), root.join("Show/c.mp3")).unwrap();
            assert_eq!(media_of(&archive, "Show/c.md"), None, "a link that leads out");
        }
    }
}
