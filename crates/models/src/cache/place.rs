//! Where the cache is, by the environment alone.

use std::ffi::OsString;
use std::path::PathBuf;

/// Why the user's cache cannot be set up.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CacheError {
    /// No variable says where.
    #[error(
        "cannot tell where models are kept: neither `ONRECORD_MODELS` nor `{variable}` is set\n\
         hint: set `ONRECORD_MODELS` to a folder with a few hundred megabytes of room"
    )]
    NoFolder {
        /// The platform's variable.
        variable: &'static str,
    },
    /// `ONRECORD_MODEL_SOURCE` says something else than where models can come from.
    #[error("`ONRECORD_MODEL_SOURCE` is `{found}`, expected `auto`, `public` or `packages`")]
    UnknownSource {
        /// What it says.
        found: String,
    },
}

/// The folder of the user's models, from the variables that `variable` reads.
pub(super) fn folder(variable: impl Fn(&str) -> Option<OsString>) -> Result<PathBuf, CacheError> {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(folder) = set("ONRECORD_MODELS") {
        return Ok(folder);
    }
    Ok(user_caches(set)?.join("onrecord").join("models"))
}

#[cfg(windows)]
fn user_caches(set: impl Fn(&str) -> Option<PathBuf>) -> Result<PathBuf, CacheError> {
    set("LOCALAPPDATA").ok_or(CacheError::NoFolder { variable: "LOCALAPPDATA" })
}

#[cfg(target_os = "macos")]
fn user_caches(set: impl Fn(&str) -> Option<PathBuf>) -> Result<PathBuf, CacheError> {
    let home = set("HOME").ok_or(CacheError::NoFolder { variable: "HOME" })?;
    Ok(home.join("Library").join("Caches"))
}

/// The XDG Base Directory Specification 0.8: a relative `XDG_CACHE_HOME` is to be ignored.
#[cfg(not(any(windows, target_os = "macos")))]
fn user_caches(set: impl Fn(&str) -> Option<PathBuf>) -> Result<PathBuf, CacheError> {
    if let Some(folder) = set("XDG_CACHE_HOME").filter(|folder| folder.is_absolute()) {
        return Ok(folder);
    }
    set("HOME").map(|home| home.join(".cache")).ok_or(CacheError::NoFolder { variable: "HOME" })
}

#[cfg(all(test, not(any(windows, target_os = "macos"))))]
mod tests {
    use super::*;

    #[test]
    fn the_environment_decides_where_models_are() {
        #[track_caller]
        fn check(variables: &[(&str, &str)], expected: &str) {
            let read = |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, v)| v.into());
            let found =
                folder(read).map_or_else(|error| error.to_string(), |path| path.display().to_string());
            assert_eq!(found, expected, "for {variables:?}");
        }
        check(&[("HOME", "/home/ann")], "/home/ann/.cache/onrecord/models");
        check(&[("HOME", "/home/ann"), ("XDG_CACHE_HOME", "/fast")], "/fast/onrecord/models");
        check(&[("HOME", "/home/ann"), ("XDG_CACHE_HOME", "fast")], "/home/ann/.cache/onrecord/models");
        check(&[("HOME", "/home/ann"), ("ONRECORD_MODELS", "/models")], "/models");
        check(&[("HOME", "/home/ann"), ("ONRECORD_MODELS", "")], "/home/ann/.cache/onrecord/models");
    }

    #[test]
    fn without_a_home_the_error_says_what_to_set() {
        let error = folder(|_| None).unwrap_err();
        insta::assert_snapshot!(error, @r"
        cannot tell where models are kept: neither `ONRECORD_MODELS` nor `HOME` is set
        hint: set `ONRECORD_MODELS` to a folder with a few hundred megabytes of room
        ");
    }
}
