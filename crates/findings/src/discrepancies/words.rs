//! Words as claims compare them: their stems, what they have in common, and names by their consonants.

use std::collections::HashMap;
use std::sync::LazyLock;

/// Words of news that say the same of a number, under a common name each. General English; a word may stand once.
const CONCEPTS: [(&str, &str); 26] = [
    (
        "=kill",
        "kill kills killed killing dead death deaths die dies died dying fatality fatalities perished perish slain",
    ),
    (
        "=injure",
        "injure injures injured injuring injury injuries hurt wounded wounding wounds casualties casualty",
    ),
    ("=miss", "missing unaccounted"),
    ("=displace", "displaced displace displacing evacuated evacuate fled flee homeless"),
    (
        "=detain",
        "detain detained detains detaining detention arrest arrested arrests arresting custody jail jailed prison \
         imprisoned imprisonment captivity captive incarcerated incarceration bars",
    ),
    ("=free", "free freed frees release released releases releasing"),
    ("=swap", "swap swapped exchange exchanged exchanging"),
    ("=call", "call calls called phone telephone conversation conversations spoke speak spoken speaking"),
    ("=meet", "meet met meets meeting meetings talks negotiations summit discussions"),
    ("=dismiss", "firings laid layoff layoffs dismissed dismissal sacked terminated jobs job"),
    ("=launch", "launch launched launching launches"),
    ("=strike", "strike strikes struck hit hits hitting attack attacks attacked attacking bombed bombing"),
    ("=pay", "pay paid pays paying damages award awarded settlement compensation fine fined"),
    ("=buy", "buy bought buys buying purchase purchased purchasing contract"),
    ("=cost", "cost costs costing price priced worth"),
    ("=convict", "sentence sentenced sentences serving convicted"),
    ("=vote", "vote votes voted voting ballot ballots"),
    ("=stay", "stay stayed stays stuck stranded remain remained remains"),
    ("=delay", "delay delayed delays postponed postponement"),
    ("=infect", "case cases infected infection infections"),
    ("=carry", "aboard board carrying carried"),
    ("=raise", "raise raised raises raising increase increased increases rise rises rose risen"),
    ("=fall", "fall falls fell fallen drop drops dropped dropping decline declined decrease decreased"),
    ("=war", "war conflict fighting"),
    ("=truce", "ceasefire truce"),
    ("=damage", "damaged destroyed destroy damage destroying destruction"),
];

/// Nouns for people of no particular kind.
const PEOPLE: &str = "people person persons others individuals lives victims civilians passengers residents men members \
     citizens nationals adults bodies inmates detainees prisoners hostages migrants immigrants demonstrators protesters \
     suspects patients survivors";

/// Nouns for people of one kind: of 20 hurt 5 may be children. They are compared only with each other.
const WORKERS: &str = "workers worker employees employee staff staffers hires jobs positions personnel";

/// Nouns for where people live, of which fires and floods are told.
const HOMES: &str = "home homes household households house houses property properties residence residences dwelling dwellings";

/// What the age of somebody begins with, as what is counted.
pub(super) const AGE: &str = "age of ";

/// Forms of verbs that send weapons on their way, and do something else where no weapon is spoken of.
const SENDING: &str = "fire fires fired firing drop drops dropped dropping";
const WEAPONS: &str = "missile missiles rocket rockets drone drones shot shots bullet bullets round rounds shell shells gun guns \
     bomb bombs tomahawk tomahawks salvo salvos barrage barrages munition munitions projectile projectiles weapon weapons \
     torpedo torpedoes buster busters";

/// Words that tell nothing about which fact is meant.
const STOP_WORDS: &str = "a an the and or but if so as than that which who whom whose what when where why how while because \
     is are was were be been being am has have had having do does did done doing will would can could may might must \
     should shall he she it they we you i him her them us me his its their our your my mine this these those there here \
     not no nor of in on at to for from by with about into over under after before between during through against out \
     up down off again then once all any both each few more most other some such only own same too very just also now \
     say says said saying tell tells told telling report reported reporting reports according reportedly ask asked \
     think thinks thought know knows knew look looks see saw seen go goes going went gone come comes came coming get gets \
     got getting make makes made making take takes took taken taking give gave given want wants wanted need needs let \
     lot lots thing things way back well yes yeah okay oh uh um really actually even still yet much many one two three \
     four five six seven eight nine ten hundred thousand million billion dozen dozens first second last next new old \
     today yesterday tomorrow tonight morning afternoon evening night day days week weeks month months year years hour \
     hours minute minutes time times ago earlier later monday tuesday wednesday thursday friday saturday sunday news \
     people person persons like good great big long don doesn didn isn wasn aren won ve re ll don't doesn't didn't isn't it's that's i'm we're \
     they're you're he's she's there's mr mrs ms dr least nearly almost around roughly approximately estimated amid \
     respondents respondent voters voter points point \
     per via among within without lasted lasting number total spent spend";

static CONCEPT_OF: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| {
    let words =
        CONCEPTS.iter().flat_map(|(concept, words)| words.split_whitespace().map(|word| (word, *concept)));
    words.collect()
});
static STOPPED: LazyLock<HashMap<&str, ()>> =
    LazyLock::new(|| STOP_WORDS.split_whitespace().map(|word| (word, ())).collect());

/// The name under which every kind of people is one.
pub(super) const ANYBODY: &str = "=people";
/// What happens to those who die by others.
pub(super) const KILL: &str = "=kill";
/// What happens to those who lose their work.
pub(super) const DISMISS: &str = "=dismiss";
/// The name under which every kind of home is one.
const HOME: &str = "home";
/// The name under which every kind of worker is one.
pub(super) const WORKER: &str = "=worker";

/// Whether a word is in a list of words with spaces between.
pub(super) fn is_in(list: &str, word: &str) -> bool {
    list.split_whitespace().any(|one| one == word)
}

/// What a word is compared as; `None` for words that tell nothing.
pub(super) fn term(lower: &str, is_name: bool) -> Option<String> {
    let lower = lower.strip_suffix("'s").unwrap_or(lower);
    if lower.chars().count() < 2 || !lower.chars().any(char::is_alphabetic) {
        return None;
    }
    if is_name {
        return (!STOPPED.contains_key(lower)).then(|| name(lower));
    }
    if let Some(concept) = CONCEPT_OF.get(lower) {
        return Some((*concept).to_owned());
    }
    (!STOPPED.contains_key(lower)).then(|| stem(lower))
}

/// What a noun counts: people of any kind, workers, homes, or its own kind.
pub(super) fn counted(lower: &str) -> Option<String> {
    if is_in(PEOPLE, lower) {
        return Some(ANYBODY.to_owned());
    }
    if is_in(WORKERS, lower) {
        return Some(WORKER.to_owned());
    }
    if is_in(HOMES, lower) {
        return Some(HOME.to_owned());
    }
    term(lower, false)
}

/// Whether a verb sends weapons on their way, if such are spoken of.
pub(super) fn sends(lower: &str) -> bool {
    is_in(SENDING, lower)
}

/// Whether a noun is a weapon that is sent.
pub(super) fn is_weapon(lower: &str) -> bool {
    is_in(WEAPONS, lower)
}

/// Whether a term is one of [`CONCEPTS`].
pub(super) fn is_concept(term: &str) -> bool {
    term.starts_with('=')
}

/// Whether a term stands for a name.
pub(super) fn is_name(term: &str) -> bool {
    term.starts_with('~')
}

/// A name without its vowels, so that spellings of one name agree: Zelensky, Zelenskyy and Zelenski.
///
/// Short names keep their letters: too many of them share their consonants.
fn name(lower: &str) -> String {
    const SHORTEST: usize = 5;
    if lower.chars().count() < SHORTEST {
        return format!("~{lower}");
    }
    let mut kept = String::from("~");
    let mut last = None;
    for (at, letter) in lower.chars().filter(|letter| letter.is_alphabetic()).enumerate() {
        let is_vowel = matches!(letter, 'a' | 'e' | 'i' | 'o' | 'u' | 'y');
        if (at == 0 || !is_vowel) && last != Some(letter) {
            kept.push(letter);
        }
        last = Some(letter);
    }
    kept
}

/// A word without its ending. Crude on purpose: it only has to give one form for the forms of one word.
pub(super) fn stem(lower: &str) -> String {
    const SHORTEST: usize = 3;
    let without = |suffix: &str| {
        lower.strip_suffix(suffix).filter(|rest| rest.chars().count() >= SHORTEST).map(str::to_owned)
    };
    if let Some(rest) = without("ies") {
        return rest + "i";
    }
    for suffix in ["ings", "ing", "ed", "es"] {
        if let Some(rest) = without(suffix) {
            return undoubled(rest);
        }
    }
    let is_plural = !lower.ends_with("ss") && !lower.ends_with("us");
    if let Some(rest) = without("s").filter(|_| is_plural) {
        return undoubled(rest.strip_suffix('e').map_or(rest.clone(), str::to_owned));
    }
    if let Some(rest) = without("y") {
        return rest + "i";
    }
    without("e").map_or_else(|| lower.to_owned(), undoubled)
}

/// `stopp` of `stopped` is `stop`.
fn undoubled(stem: String) -> String {
    let mut back = stem.chars().rev();
    match (back.next(), back.next()) {
        (Some(last), Some(before)) if last == before && !matches!(last, 'l' | 's' | 'e') => {
            stem[..stem.len() - last.len_utf8()].to_owned()
        }
        _ => stem,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_a_word_have_one_stem() {
        #[track_caller]
        fn check(words: &[&str]) {
            let stems: Vec<String> = words.iter().map(|word| stem(word)).collect();
            assert!(stems.iter().all(|other| *other == stems[0]), "for {words:?}: {stems:?}");
        }
        check(&["drone", "drones"]);
        check(&["stop", "stopped", "stopping", "stops"]);
        check(&["city", "cities"]);
        check(&["drive", "driving", "drives"]);
        check(&["house", "houses"]);
        check(&["strike", "strikes", "striking"]);
    }

    #[test]
    fn words_are_compared_by_what_they_say() {
        #[track_caller]
        fn check(word: &str, is_name: bool, expected: Option<&str>) {
            assert_eq!(term(word, is_name).as_deref(), expected, "for {word}");
        }
        check("killed", false, Some("=kill"));
        check("deaths", false, Some("=kill"));
        check("ferry", false, Some("ferri"));
        check("the", false, None);
        check("7", false, None);
        check("lindqvist", true, Some("~lndqvst"));
        check("lindqvyst's", true, Some("~lndqvst"));
        check("oslo", true, Some("~oslo"));
    }

    #[test]
    fn no_word_has_two_concepts() {
        let words: usize = CONCEPTS.iter().map(|(_, words)| words.split_whitespace().count()).sum();
        assert_eq!(CONCEPT_OF.len(), words);
    }
}
