//! Names of folders and files that we make.

use record::format::article::ArticleSidecar;

/// Why a name cannot be given to a folder or a file of an archive.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}, found `{found}`")]
pub struct NameError {
    expected: &'static str,
    found: String,
}

/// What file systems commonly allow, in bytes.
const LONGEST_BYTES: usize = 255;

/// The endings of a document's files.
pub(crate) const TRANSCRIPT_ENDING: &str = ".md";
pub(crate) const TEXT_ENDING: &str = ".txt";
pub(crate) const PAGE_ENDING: &str = ".html";
pub(crate) const SIDECAR_ENDING: &str = ".json";

/// Of a headline, so much goes into a name.
const LONGEST_SLUG_BYTES: usize = 80;

/// Of a host or an outlet, so much.
const LONGEST_SOURCE_BYTES: usize = 60;

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

/// The stem of an article's files: `2026-03-02 post.example.org ferry-stops-for-a-week`, as far as that is known. It has
/// nothing that a file system, a shell or a listing could take for something else.
pub(crate) fn of_article(sidecar: &ArticleSidecar) -> String {
    let day = sidecar.published.map(|published| published.date().to_string());
    let host = sidecar.url.as_deref().and_then(host);
    let source = host.or_else(|| sidecar.outlet.as_deref().map(|outlet| slug(outlet, LONGEST_SOURCE_BYTES)));
    let headline = slug(sidecar.headline.as_deref().unwrap_or_default(), LONGEST_SLUG_BYTES);
    let headline = if headline.is_empty() { "untitled".to_owned() } else { headline };
    let parts: Vec<String> =
        day.into_iter().chain(source).chain([headline]).filter(|part| !part.is_empty()).collect();
    folder_of_parts(&parts)
}

/// The parts with spaces between them. A part that stands alone may be a device of Windows; the day and the host are not.
fn folder_of_parts(parts: &[String]) -> String {
    match parts {
        [only] => record::outlet::folder_of(only),
        parts => parts.join(" "),
    }
}

/// The host of an address without `www.`: letters, digits, points and hyphens.
fn host(address: &str) -> Option<String> {
    let (_, rest) = address.split_once("://")?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let authority = rest[..end].rsplit('@').next()?;
    let host = authority.split(':').next()?.to_lowercase();
    let host: String = host
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'))
        .take(LONGEST_SOURCE_BYTES)
        .collect();
    let host = host.trim_start_matches("www.").trim_matches(['.', '-']);
    (!host.is_empty()).then(|| host.to_owned())
}

/// Letters and digits in lower case, one hyphen between words, at most so many bytes.
fn slug(text: &str, most_bytes: usize) -> String {
    let mut slug = String::new();
    for word in
        text.split(|c: char| !c.is_alphanumeric() && !matches!(c, '\'' | '’')).filter(|word| !word.is_empty())
    {
        let word: String =
            word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        if !slug.is_empty() && slug.len() + 1 + word.len() > most_bytes {
            break;
        }
        if !slug.is_empty() && !word.is_empty() {
            slug.push('-');
        }
        slug.push_str(&word);
    }
    let end = (0..=most_bytes.min(slug.len())).rev().find(|end| slug.is_char_boundary(*end)).unwrap_or(0);
    slug.truncate(end);
    slug
}

/// The stem without the number that [`numbered`] puts behind it.
pub(crate) fn without_number(stem: &str) -> &str {
    let number = stem.strip_suffix(')').and_then(|stem| stem.rsplit_once(" ("));
    match number {
        Some((before, digits)) if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) => before,
        _ => stem,
    }
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
    fn articles_are_named_by_day_host_and_headline() {
        #[track_caller]
        fn check(day: &str, url: &str, outlet: &str, headline: &str, expected: &str) {
            let known = |text: &str| (!text.is_empty()).then(|| text.to_owned());
            let article = record::Article {
                published: day.parse().ok(),
                url: known(url),
                outlet: known(outlet),
                headline: known(headline),
                ..record::Article::default()
            };
            let stem = of_article(&ArticleSidecar::of(&article));
            assert_eq!(stem, expected);
            assert!(check_folder(&stem).is_ok() && stem.len() < 200);
        }
        check(
            "2026-03-02T10:00:00Z",
            "https://www.Post.example.org:8080/a",
            "P",
            "Ferry's off: “no boat” – at all!",
            "2026-03-02 post.example.org ferrys-off-no-boat-at-all",
        );
        check("", "", "Harbour Post", "Fähre fällt aus", "harbour-post fähre-fällt-aus");
        check("2026-03-02", "", "", "../../etc/passwd", "2026-03-02 etc-passwd");
        check("", "", "", "con", "con_");
        check("", "https:///", "", "", "untitled");
        check("", "https://../a", "", "?", "untitled");
        check("", "", "", &"é".repeat(200), &"é".repeat(40));
        check("", "", "", &"ferry ".repeat(40), &["ferry"; 13].join("-"));
    }

    #[test]
    fn numbers_are_taken_off_names() {
        for (stem, expected) in
            [("a (2)", "a"), ("a (22)", "a"), ("a", "a"), ("a (x)", "a (x)"), ("a ()", "a ()"), (" (2)", "")]
        {
            assert_eq!(without_number(stem), expected, "for {stem}");
        }
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
