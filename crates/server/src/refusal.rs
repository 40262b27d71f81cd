//! Why something that was asked over the network is not answered, in words for people and a code for programs.

use std::path::Path;

use index::SearchError;
use library::LibraryError;
use schemars::JsonSchema;
use serde::Serialize;

/// Why something is not answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) code: Code,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
}

/// The kinds of refusals, each with its status of HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Code {
    /// What was asked can't be understood.
    BadRequest,
    /// Who asks has not said the password.
    Unauthorized,
    /// Who asks may not, or comes from a page of somebody else.
    Forbidden,
    /// There is no such thing in this archive.
    NotFound,
    /// This address is not asked like that.
    MethodNotAllowed,
    /// More was sent than is read.
    TooLarge,
    /// Too many attempts.
    TooManyRequests,
    /// The archive's files or index can't be read.
    Internal,
    /// Too much is asked at a time.
    Busy,
}

impl Code {
    pub(crate) const fn status(self) -> u16 {
        match self {
            Self::BadRequest => 400,
            Self::Unauthorized => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::TooLarge => 413,
            Self::TooManyRequests => 429,
            Self::Internal => 500,
            Self::Busy => 503,
        }
    }
}

/// A refusal as the API has it.
#[derive(Serialize, JsonSchema)]
pub(crate) struct ShownRefusal<'a> {
    /// What went wrong.
    error: ShownError<'a>,
}

#[derive(Serialize, JsonSchema)]
struct ShownError<'a> {
    /// For programs.
    code: Code,
    /// For people: what was expected, what was found.
    message: &'a str,
    /// What to do.
    hint: Option<&'a str>,
}

impl Refusal {
    /// With the hint that stands in a line of its own behind the message.
    pub(crate) fn new(code: Code, text: impl ToString) -> Self {
        let text = text.to_string();
        let (message, hint) = match text.split_once("\nhint: ") {
            Some((message, hint)) => (message.to_owned(), Some(hint.to_owned())),
            None => (text, None),
        };
        Self { code, message, hint }
    }

    /// Without the folder in which the archive lies, which is nobody else's business.
    pub(crate) fn without(self, folder: &Path) -> Self {
        let folder = folder.display().to_string();
        let strip = |text: String| text.replace(&folder, "(archive)");
        Self { message: strip(self.message), hint: self.hint.map(strip), ..self }
    }

    pub(crate) fn shown(&self) -> ShownRefusal<'_> {
        let error = ShownError { code: self.code, message: &self.message, hint: self.hint.as_deref() };
        ShownRefusal { error }
    }
}

impl From<LibraryError> for Refusal {
    fn from(error: LibraryError) -> Self {
        let code = match &error {
            LibraryError::NoDocument { .. } | LibraryError::NoSearch { .. } => Code::NotFound,
            LibraryError::SeveralDocuments { .. } | LibraryError::Query(_) | LibraryError::Saved { .. } => {
                Code::BadRequest
            }
            LibraryError::Search(error) => return Self::from_search(error),
            LibraryError::Read(error) if error.is_not_found() => Code::NotFound,
            _ => Code::Internal,
        };
        Self::new(code, error)
    }
}

impl Refusal {
    fn from_search(error: &SearchError) -> Self {
        let code = if error.is_of_asker() { Code::BadRequest } else { Code::Internal };
        Self::new(code, error)
    }
}

impl From<SearchError> for Refusal {
    fn from(error: SearchError) -> Self {
        Self::from_search(&error)
    }
}

impl From<index::QueryError> for Refusal {
    fn from(error: index::QueryError) -> Self {
        Self::new(Code::BadRequest, error)
    }
}

impl From<index::CatalogueError> for Refusal {
    fn from(error: index::CatalogueError) -> Self {
        LibraryError::from(error).into()
    }
}

impl From<analysis::StoreError> for Refusal {
    fn from(error: analysis::StoreError) -> Self {
        LibraryError::from(error).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_the_archive_lies_is_not_told() {
        let refusal =
            Refusal::new(Code::Internal, "cannot read `/home/ada/news/a.md`\nhint: look at `/home/ada/news`");
        let refusal = refusal.without(Path::new("/home/ada/news"));
        assert_eq!(refusal.message, "cannot read `(archive)/a.md`");
        assert_eq!(refusal.hint.unwrap(), "look at `(archive)`");
    }

    #[test]
    fn hints_stand_apart() {
        let refusal = Refusal::new(Code::NotFound, "no story has the id `7`\nhint: `/stories` lists them");
        assert_eq!(refusal.message, "no story has the id `7`");
        let shown = serde_json::to_string(&refusal.shown()).unwrap();
        assert_eq!(
            shown,
            r#"{"error":{"code":"not_found","message":"no story has the id `7`","hint":"`/stories` lists them"}}"#
        );
    }
}
