//! Names of folders and files that we make.

/// Why a name cannot be given to a folder or a file of an archive.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}, found `{found}`")]
pub struct NameError {
    expected: &'static str,
    found: String,
}

/// What file systems commonly allow, in bytes.
const LONGEST_BYTES: usize = 255;

/// The endings of the two files of a document.
pub(crate) const TRANSCRIPT_ENDING: &str = ".md";
pub(crate) const SIDECAR_ENDING: &str = ".json";

/// Checks that `name` is one component of a path, which is neither hidden nor leads anywhere else.
pub(crate) fn check_folder(name: &str) -> Result<(), NameError> {
    let separates = |c: char| matches!(c, '/' | '\\' | ':') || c.is_control();
    if name.is_empty() || name.len() > LONGEST_BYTES || name.starts_with('.') || name.contains(separates) {
        let expected = "the name of one folder, at most 255 bytes, not hidden, without separators";
        return Err(NameError { expected, found: name.to_owned() });
    }
    Ok(())
}

/// The part of a transcript's name before its ending, if the name is one component and has the ending.
pub(crate) fn stem(name: &str) -> Result<&str, NameError> {
    let stem = name.strip_suffix(TRANSCRIPT_ENDING).filter(|stem| check_folder(stem).is_ok());
    let expected =
        "the name of one file that ends in `.md`, at most 255 bytes, not hidden, without separators";
    stem.ok_or_else(|| NameError { expected, found: name.to_owned() })
}

/// The stem for the `attempt`th recording that wants this name, from 1: ` (2)` and so on stand behind it. What would
/// be too long for its sidecar's name is cut.
pub(crate) fn numbered(stem: &str, attempt: u32) -> String {
    let suffix = if attempt == 1 { String::new() } else { format!(" ({attempt})") };
    let room = LONGEST_BYTES - SIDECAR_ENDING.len() - suffix.len();
    let end = (0..=room.min(stem.len())).rev().find(|end| stem.is_char_boundary(*end)).unwrap_or(0);
    format!("{}{suffix}", &stem[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_visible_component_is_a_name() {
        #[track_caller]
        fn check(name: &str, accepted: bool) {
            assert_eq!(stem(&format!("{name}.md")).is_ok(), accepted, "for {name:?}");
            assert_eq!(check_folder(name).is_ok(), accepted, "for {name:?}");
        }
        check("20260302_Harbour Radio_95s", true);
        check("Café 海", true);
        check("", false);
        check("..", false);
        check(".hidden", false);
        check("a/b", false);
        check("/a", false);
        check("a\\b", false);
        check("C:a", false);
        check("a\nb", false);
        check("a\0b", false);
        check(&"x".repeat(256), false);
        insta::assert_snapshot!(stem("a.txt").unwrap_err(), @"expected the name of one file that ends in `.md`, at most 255 bytes, not hidden, without separators, found `a.txt`");
        insta::assert_snapshot!(check_folder("../a").unwrap_err(), @"expected the name of one folder, at most 255 bytes, not hidden, without separators, found `../a`");
    }

    #[test]
    fn numbers_stand_behind_the_name() {
        assert_eq!(numbered("a", 1), "a");
        assert_eq!(numbered("a", 2), "a (2)");
        let long = "é".repeat(127);
        assert_eq!(numbered(&long, 1).len(), 250);
        assert_eq!(numbered(&long, 10), format!("{} (10)", "é".repeat(122)));
    }
}
