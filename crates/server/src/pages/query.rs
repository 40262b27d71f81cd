//! The fields of addresses and forms.

/// Names and values, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads a query; what can't be read is no field.
    pub(crate) fn of(query: Option<&str>) -> Self {
        let fields: Vec<(String, String)> =
            query.and_then(|query| serde_html_form::from_str(query).ok()).unwrap_or_default();
        Self(fields)
    }

    /// The last value of a field that is not empty: boxes that are not ticked come as a `0` before.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        let last = self.0.iter().rev().find(|(own, _)| own == name)?;
        Some(last.1.trim()).filter(|text| !text.is_empty())
    }

    /// All values of a field that are not empty.
    pub(crate) fn all(&self, name: &str) -> Vec<String> {
        let own = self.0.iter().filter(|(own, value)| own == name && !value.trim().is_empty());
        own.map(|(_, value)| value.trim().to_owned()).collect()
    }

    /// A value that is read; `None` if it is not there or is none.
    pub(crate) fn read<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.text(name)?.parse().ok()
    }

    /// These with others in place of those of the same name, without `page`: `None` takes one away.
    pub(crate) fn with(&self, changes: &[(&str, Option<&str>)]) -> String {
        let is_kept = |name: &str| name != "page" && changes.iter().all(|(changed, _)| *changed != name);
        let kept = self.0.iter().filter(|(name, value)| is_kept(name) && !value.trim().is_empty());
        let kept = kept.map(|(name, value)| (name.as_str(), value.as_str()));
        let new = changes.iter().filter_map(|(name, value)| Some((*name, (*value)?)));
        encoded(&kept.chain(new).collect::<Vec<_>>())
    }
}

/// Names and values as the query of an address.
pub(crate) fn encoded(fields: &[(&str, &str)]) -> String {
    serde_html_form::to_string(fields).unwrap_or_default()
}

/// A text as one part of a path.
pub(crate) fn segment(text: &str) -> String {
    text.bytes().fold(String::new(), |mut path, byte| {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b':' => {
                path.push(byte.into())
            }
            _ => path.push_str(&format!("%{byte:02X}")),
        }
        path
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_replace_each_other_and_begin_at_the_first_page() {
        let fields = Fields::of(Some("q=ferry+storm&outlet=A&page=3&empty="));
        assert_eq!(fields.with(&[("outlet", Some("B & C"))]), "q=ferry+storm&outlet=B+%26+C");
        assert_eq!(fields.with(&[("outlet", None)]), "q=ferry+storm");
        assert_eq!(Fields::of(Some("group=0&group=1")).text("group"), Some("1"));
    }

    #[test]
    fn names_are_one_part_of_a_path() {
        assert_eq!(segment("url:https://a.example/b?c"), "url:https:%2F%2Fa.example%2Fb%3Fc");
    }
}
