//! English words that are spelt in two ways.

/// The American spelling of words that follow no rule.
fn american(british: &str) -> Option<&'static str> {
    Some(match british {
        "aeroplane" => "airplane",
        "aluminium" => "aluminum",
        "archaeology" => "archeology",
        "cosy" => "cozy",
        "draught" => "draft",
        "enrol" => "enroll",
        "fulfil" => "fulfill",
        "gaol" => "jail",
        "grey" => "gray",
        "judgement" => "judgment",
        "kerb" => "curb",
        "litre" => "liter",
        "litres" => "liters",
        "manoeuvre" => "maneuver",
        "metre" => "meter",
        "metres" => "meters",
        "moustache" => "mustache",
        "ok" => "okay",
        "plough" => "plow",
        "programme" => "program",
        "programmes" => "programs",
        "sceptical" => "skeptical",
        _ => return None,
    })
}

/// Letters of the shortest word that one of [`ENDINGS`] changes.
const SHORTEST_WITH_ENDING: usize = 6;

/// Endings, the British one first. A stem of three letters or more stands before them, so that `our`, `four` and
/// `wise` stay what they are.
const ENDINGS: [(&str, &str); 24] = [
    ("isation", "ization"),
    ("isations", "izations"),
    ("ising", "izing"),
    ("ised", "ized"),
    ("ises", "izes"),
    ("ise", "ize"),
    ("yse", "yze"),
    ("ysed", "yzed"),
    ("ysing", "yzing"),
    ("our", "or"),
    ("ours", "ors"),
    ("oured", "ored"),
    ("ouring", "oring"),
    ("ourable", "orable"),
    ("tre", "ter"),
    ("tres", "ters"),
    ("ence", "ense"),
    ("ences", "enses"),
    ("ogue", "og"),
    ("ogues", "ogs"),
    ("lling", "ling"),
    ("lled", "led"),
    ("ller", "ler"),
    ("llers", "lers"),
];

/// One spelling for all that are usual: `defence` and `defense` give the same. It is for comparing, not for printing.
pub(crate) fn usual_spelling(word: &str) -> Option<String> {
    if let Some(american) = american(word) {
        return Some(american.to_owned());
    }
    if word.len() < SHORTEST_WITH_ENDING {
        return None;
    }
    let (stem, ending) = ENDINGS
        .iter()
        .filter_map(|(british, american)| Some((word.strip_suffix(british)?, american)))
        .find(|(stem, _)| stem.chars().count() >= 3)?;
    Some(format!("{stem}{ending}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variants_of_a_word_become_one() {
        #[track_caller]
        fn check(one: &str, other: &str, are_one: bool) {
            let usual = |word: &str| usual_spelling(word).unwrap_or_else(|| word.to_owned());
            assert_eq!(usual(one) == usual(other), are_one, "{one} {other}");
        }
        check("defence", "defense", true);
        check("recognise", "recognize", true);
        check("harbour", "harbor", true);
        check("centre", "center", true);
        check("travelled", "traveled", true);
        check("programme", "program", true);
        check("analyse", "analyze", true);
        check("our", "or", false);
        check("four", "for", false);
        check("ferry", "fairy", false);
    }
}
