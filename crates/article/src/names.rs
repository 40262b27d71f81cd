//! Bylines to people.

/// A byline that names more is a list of something else.
const MOST_PEOPLE: usize = 20;

/// A name has at most so many words: "Maria de la Cruz y Ortega Jr".
const MOST_NAME_WORDS: usize = 6;

/// Longer lines are no bylines.
const LONGEST_CHARACTERS: usize = 300;

/// What stands before names.
const LEADS: [&str; 16] = [
    "by",
    "von",
    "par",
    "por",
    "di",
    "door",
    "text by",
    "written by",
    "words by",
    "story by",
    "reporting by",
    "posted by",
    "analysis by",
    "author",
    "authors",
    "from",
];

/// Words that stand in the names of papers and offices and not in those of people.
const OFFICE_WORDS: [&str; 44] = [
    "news",
    "press",
    "times",
    "staff",
    "writer",
    "writers",
    "reporter",
    "correspondent",
    "editor",
    "editorial",
    "desk",
    "bureau",
    "media",
    "agency",
    "agencies",
    "post",
    "magazine",
    "online",
    "team",
    "newsroom",
    "broadcasting",
    "radio",
    "tv",
    "network",
    "contributor",
    "columnist",
    "chief",
    "director",
    "producer",
    "analyst",
    "journalist",
    "wire",
    "service",
    "daily",
    "herald",
    "tribune",
    "gazette",
    "guest",
    "special",
    "admin",
    "reuters",
    "afp",
    "group",
    "company",
];

/// What follows a name behind a comma and belongs to it.
const SUFFIXES: [&str; 10] = ["jr", "sr", "ii", "iii", "iv", "phd", "md", "mp", "esq", "dr"];

/// The people whom a byline names, in order, each once: "By Ada Morrow and Ben Quill, Harbour Post".
pub(crate) fn people(byline: &str) -> Vec<String> {
    let mut people: Vec<String> = Vec::new();
    if byline.chars().nth(LONGEST_CHARACTERS).is_some() {
        return people;
    }
    for piece in pieces(without_lead(byline)) {
        if SUFFIXES.contains(&bare(piece).as_str()) {
            if let Some(last) = people.last_mut() {
                *last = format!("{last}, {piece}");
            }
        } else if is_name(piece) && !people.iter().any(|known| known == piece) {
            people.push(piece.to_owned());
        }
        if people.len() == MOST_PEOPLE {
            break;
        }
    }
    people
}

/// Whether a line says who wrote something: "By ..." with at least one name.
pub(crate) fn is_byline(line: &str) -> bool {
    line.chars().nth(LONGEST_CHARACTERS).is_none() && without_lead(line).len() < line.trim().len() && {
        let rest = without_lead(line);
        // "By noon the ferry was full."
        rest.starts_with(char::is_uppercase) && !people(line).is_empty() && !rest.ends_with(['.', '?', '!'])
    }
}

/// The byline without the words before its first name.
fn without_lead(byline: &str) -> &str {
    let byline = byline.trim();
    let behind = LEADS.iter().filter_map(|lead| {
        let (beginning, rest) = byline.split_at_checked(lead.len())?;
        let rest = rest.strip_prefix(':').unwrap_or(rest);
        (beginning.eq_ignore_ascii_case(lead) && rest.starts_with(char::is_whitespace)).then(|| rest.trim())
    });
    behind.min_by_key(|rest| rest.len()).unwrap_or(byline)
}

/// The parts between commas, "and" and the like.
fn pieces(byline: &str) -> impl Iterator<Item = &str> {
    let parts = byline.split([',', ';', '|', '/', '\n', '·', '•', '(', ')', '&', '–', '—']);
    parts.flat_map(|part| {
        between_words(part, &["and", "und", "et", "y", "e", "with", "for", "in", "of", "at"])
    })
}

/// The parts of a text between these words, whatever the case of their letters.
fn between_words<'a>(text: &'a str, words: &'a [&str]) -> impl Iterator<Item = &'a str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let is_between = |word: &str| words.iter().any(|known| known.eq_ignore_ascii_case(word));
        let offset = |word: &str| word.as_ptr() as usize - text.as_ptr() as usize;
        match text.split_whitespace().find(|word| is_between(word)) {
            Some(word) => {
                rest = Some(&text[offset(word) + word.len()..]);
                Some(text[..offset(word)].trim())
            }
            None => {
                rest = None;
                Some(text.trim())
            }
        }
    })
}

/// Whether this may be a person's name: some capitalised words, none of an office, without digits and addresses.
pub(crate) fn is_name(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_capitalised =
        |word: &&&str| word.trim_start_matches(['"', '\'', '“', '‘']).starts_with(char::is_uppercase);
    let has_case = text.chars().any(|c| c.is_uppercase() || c.is_lowercase());
    let in_order = match has_case {
        true => words.iter().filter(is_capitalised).count() >= words.len().min(2),
        // Scripts without capitals: a name is short.
        false => text.chars().count() <= 12,
    };
    // "CNN", "RDN", "post.example.org"
    let is_short_form =
        words.len() == 1 && (text.chars().count() <= 4 && text.chars().all(|c| c.is_uppercase()));
    let is_host = words.iter().any(|word| {
        word.split('.').count() > 1 && word.rsplit('.').next().is_some_and(|last| last.len() > 1)
    });
    (1..=MOST_NAME_WORDS).contains(&words.len())
        && !is_short_form
        && !LEADS.contains(&text.to_lowercase().as_str())
        && !is_host
        && in_order
        && !text
            .contains(|c: char| c.is_ascii_digit() || matches!(c, '@' | ':' | '<' | '>' | '?' | '!' | '='))
        && !text.ends_with("...")
        && text.chars().filter(|c| c.is_alphabetic()).count() >= 2
        && !words.iter().any(|word| OFFICE_WORDS.contains(&bare(word).as_str()))
}

/// Whether a line names a paper or an office: "Harbour News", "Staff Writer".
pub(crate) fn is_office(line: &str) -> bool {
    let mut words = line.split_whitespace();
    words.clone().count() <= MOST_NAME_WORDS && words.any(|word| OFFICE_WORDS.contains(&bare(word).as_str()))
}

/// The word in lower case, without points.
fn bare(word: &str) -> String {
    word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bylines_name_people() {
        #[track_caller]
        fn check(byline: &str, expected: &[&str]) {
            assert_eq!(people(byline), expected, "for {byline}");
        }
        check("By Ada Morrow", &["Ada Morrow"]);
        check("Ada Morrow and Ben Quill", &["Ada Morrow", "Ben Quill"]);
        check("By ADA MORROW, BEN QUILL AND CLEO HART", &["ADA MORROW", "BEN QUILL", "CLEO HART"]);
        check("Ada Morrow, Harbour Post Staff Writer", &["Ada Morrow"]);
        check("By Ada Morrow, Jr., and Ben Quill, Ph.D.", &["Ada Morrow, Jr.", "Ben Quill, Ph.D."]);
        check("Von Ada Morrow und Ben Quill", &["Ada Morrow", "Ben Quill"]);
        check("By Ada Morrow for the Harbour Post", &["Ada Morrow"]);
        check("Written by: Ada de la Cruz | Harbour Radio News", &["Ada de la Cruz"]);
        check("By Sandy Anders", &["Sandy Anders"]);
        check("By Ada Morrow and Ada Morrow", &["Ada Morrow"]);
        check("Ada Morrow (ada@post.example.org)", &["Ada Morrow"]);
        check("森田 愛", &["森田 愛"]);
        check("Posted by Ada Morrow, CNN", &["Ada Morrow"]);
        check("Ada Morrow, J. R. Quill | post.example.org", &["Ada Morrow", "J. R. Quill"]);
        check("Harbour Post Staff", &[]);
        check("https://post.example.org/ada", &[]);
        check("", &[]);
        check("By", &[]);
        check(&"Ada Morrow, ".repeat(1000), &[]);
    }

    #[test]
    fn a_byline_begins_with_by() {
        #[track_caller]
        fn check(line: &str, expected: bool) {
            assert_eq!(is_byline(line), expected, "for {line}");
        }
        check("By Ada Morrow", true);
        check("BY ADA MORROW, HARBOUR POST", true);
        check("Ada Morrow", false);
        check("By noon the ferry was full", false);
        check("By Monday Harbour Post readers knew.", false);
        check("Byron Smith", false);
    }
}
