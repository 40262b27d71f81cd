//! Names that can only ever be a file directly inside a folder.

use std::fmt;
use std::path::{Path, PathBuf};

/// The longest name accepted, in bytes; file systems allow 255, and `.partial.etag` is added.
const LONGEST_BYTES: usize = 200;

/// One plain path component: ASCII letters, digits, `.`, `_`, `-`; neither the first nor the last
/// character is a dot, nor is the first a hyphen.
///
/// Everything that becomes part of a path in the cache passes through this type, so no name can
/// leave the cache's folder, hide in it, or be taken for an option by a program that is given it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileName(String);

impl FileName {
    /// `None` if `name` is not of the form that the type promises.
    pub fn new(name: &str) -> Option<Self> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        let accepted = (1..=LONGEST_BYTES).contains(&name.len())
            && name.bytes().all(plain)
            && !name.starts_with(['.', '-'])
            && !name.ends_with('.');
        accepted.then(|| Self(name.to_owned()))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path of this name in `folder`, with `suffix` (such as `.partial`) added.
    pub(crate) fn in_folder(&self, folder: &Path, suffix: &str) -> PathBuf {
        folder.join(format!("{}{suffix}", self.0))
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Component;

    use super::*;

    #[test]
    fn only_plain_names_are_taken() {
        #[track_caller]
        fn check(name: &str, accepted: bool) {
            assert_eq!(FileName::new(name).is_some(), accepted, "for {name:?}");
        }
        check("model.bin", true);
        check("ggml-large-v3-turbo.bin", true);
        check("base.en", true);
        check("", false);
        check(".", false);
        check("..", false);
        check("../model.bin", false);
        check("a/b", false);
        check("a\\b", false);
        check("C:model.bin", false); // Another drive's current folder on Windows.
        check("/etc/passwd", false);
        check(".hidden", false);
        check("-r", false); // An option, were it ever passed to a program.
        check("model.bin.", false); // Windows drops the last dot.
        check("model bin", false);
        check("modèle.bin", false);
        check("a\0b", false);
        check("a\nb", false);
        check(&"a".repeat(LONGEST_BYTES + 1), false);
    }

    proptest::proptest! {
        #[test]
        fn an_accepted_name_stays_in_its_folder(name in r"(\PC|[./\\~:\-\x00\n]|\.\.){0,12}") {
            let folder = Path::new("cache").join("models");
            if let Some(name) = FileName::new(&name) {
                let path = name.in_folder(&folder, ".partial");
                proptest::prop_assert_eq!(path.parent(), Some(folder.as_path()));
                proptest::prop_assert!(path.components().all(|part| matches!(part, Component::Normal(_))));
                proptest::prop_assert_eq!(path.components().count(), 3);
            }
        }

        #[test]
        fn plain_names_are_not_refused(name in "[A-Za-z0-9][A-Za-z0-9._-]{0,40}[A-Za-z0-9]") {
            proptest::prop_assert!(FileName::new(&name).is_some());
        }
    }
}
