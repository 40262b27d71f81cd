//! Where a document's file lies in its archive.

use std::fmt;
use std::path::{Path, PathBuf};

/// The path of a document relative to the archive's root, with `/` on every system.
///
/// It has one or more components, none of them empty, `.`, `..` or hidden, so that joined to a folder it
/// stays below the folder. Paths order by their bytes, which is the order in which an archive lists them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocumentPath(String);

/// What a document's file holds, by the ending of its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// `.md`: a transcript, or what does not follow the transcripts' grammar.
    Transcript,
    /// `.txt`: an article's text.
    Text,
    /// `.html`, `.htm`: an article's page as it was fetched.
    Page,
}

impl Form {
    /// The form of a file of this name; `None` for what is no document.
    pub fn of_name(name: &str) -> Option<Self> {
        let (_, ending) = name.rsplit_once('.')?;
        match ending.to_ascii_lowercase().as_str() {
            "md" => Some(Self::Transcript),
            "txt" => Some(Self::Text),
            "html" | "htm" => Some(Self::Page),
            _ => None,
        }
    }
}

impl DocumentPath {
    /// `None` unless `path` is what the type promises.
    pub fn new(path: impl Into<String>) -> Option<Self> {
        let path = path.into();
        path.split('/').all(is_plain).then_some(Self(path))
    }

    /// The path as commands print it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the file holds; a transcript's grammar is asked of what has no known ending.
    pub fn form(&self) -> Form {
        Form::of_name(&self.0).unwrap_or(Form::Transcript)
    }

    /// The folder, with `/` behind it unless it is the archive's own, and the name without its ending.
    pub(crate) fn folder_and_stem(&self) -> (&str, &str) {
        let (folder, name) = self.0.split_at(self.0.rfind('/').map_or(0, |at| at + 1));
        (folder, name.rsplit_once('.').map_or(name, |(stem, _)| stem))
    }

    /// The file below `root`.
    pub(crate) fn below(&self, root: &Path) -> PathBuf {
        let mut path = root.to_owned();
        path.extend(self.0.split('/'));
        path
    }

    /// The sidecar below `root`: the same name with the ending `.json`.
    pub(crate) fn sidecar_below(&self, root: &Path) -> PathBuf {
        self.below(root).with_extension("json")
    }
}

impl fmt::Display for DocumentPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether a component leads down, to something that is not hidden, on every system.
fn is_plain(component: &str) -> bool {
    let climbs_on_windows = cfg!(windows) && component.contains(['\\', ':']);
    !component.is_empty() && !component.starts_with('.') && !component.contains('\0') && !climbs_on_windows
}

#[cfg(test)]
mod tests {
    use std::path::Component;

    use super::*;

    #[test]
    fn a_path_leads_down() {
        #[track_caller]
        fn check(path: &str, accepted: bool) {
            assert_eq!(DocumentPath::new(path).is_some(), accepted, "for {path:?}");
        }
        check("Harbour Radio/20260302_Harbour Radio_95s.md", true);
        check("a.md", true);
        check("a/b/c/d.md", true);
        check("-a.md", true);
        check("a\nb.md", true); // A file system takes it; a terminal never gets to see it.
        check("", false);
        check("/etc/a.md", false);
        check("a//b.md", false);
        check("a/", false);
        check("../a.md", false);
        check("a/../../b.md", false);
        check("./a.md", false);
        check(".git/a.md", false);
        check("a/.hidden.md", false);
        check("a\0.md", false);
    }

    #[test]
    fn the_sidecar_has_the_same_name() {
        let path = DocumentPath::new("a/b.c.md").unwrap();
        assert_eq!(path.sidecar_below(Path::new("root")), Path::new("root").join("a").join("b.c.json"));
    }

    #[test]
    fn the_ending_tells_the_form() {
        let form = |path: &str| DocumentPath::new(path).unwrap().form();
        assert_eq!(form("a/b.md"), Form::Transcript);
        assert_eq!(form("a/b.TXT"), Form::Text);
        assert_eq!(form("a.b.html"), Form::Page);
        assert_eq!(form("b.htm"), Form::Page);
        assert_eq!(Form::of_name("html"), None);
        assert_eq!(Form::of_name("a.json"), None);
        assert_eq!(DocumentPath::new("a/b.c.txt").unwrap().folder_and_stem(), ("a/", "b.c"));
        assert_eq!(DocumentPath::new("b").unwrap().folder_and_stem(), ("", "b"));
    }

    proptest::proptest! {
        #[test]
        fn an_accepted_path_stays_below_its_root(path in r"(\PC|[./\\:\x00\n]|\.\.){0,12}") {
            if let Some(path) = DocumentPath::new(path) {
                let below = path.below(Path::new("root"));
                let mut components = below.components();
                proptest::prop_assert_eq!(components.next(), Some(Component::Normal("root".as_ref())));
                proptest::prop_assert!(components.all(|part| matches!(part, Component::Normal(_))));
            }
        }
    }
}
