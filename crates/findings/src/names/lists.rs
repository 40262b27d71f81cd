//! Words of English that are no names, or stand beside names.

/// Words that are never part of a name though a sentence may begin with them, and days and months. Sorted.
const FUNCTION_WORDS: &[&str] = &[
    "a", "about", "above", "according", "across", "actually", "after", "again", "against", "ago", "all",
    "almost", "alone", "along", "already", "also", "although", "always", "am", "amid", "among", "an", "and",
    "another", "any", "anybody", "anyone", "anything", "anyway", "apparently", "april", "are", "aren't",
    "around", "as", "at", "august", "away", "back", "be", "because", "been", "before", "behind", "being",
    "believe", "below", "beside", "besides", "between", "beyond", "both", "but", "by", "bye", "can", "can't",
    "cannot", "coming", "could", "couldn't", "december", "did", "didn't", "do", "does", "doesn't", "doing",
    "don't", "done", "down", "during", "each", "either", "else", "even", "ever", "every", "everybody",
    "everyone", "everything", "exactly", "except", "february", "few", "finally", "first", "five", "for",
    "former", "four", "friday", "from", "get", "give", "go", "god", "going", "gonna", "good", "got", "great",
    "had", "hadn't", "has", "hasn't", "have", "haven't", "having", "he", "he'd", "he'll", "he's", "hello",
    "hence", "her", "here", "here's", "hers", "herself", "hey", "hi", "him", "himself", "his", "how",
    "however", "huh", "i", "i'd", "i'll", "i'm", "i've", "if", "in", "indeed", "inside", "instead", "into",
    "is", "isn't", "it", "it'd", "it'll", "it's", "its", "itself", "january", "july", "june", "just", "kind",
    "last", "later", "least", "less", "let", "let's", "like", "literally", "look", "make", "many", "march",
    "may", "maybe", "me", "mean", "meanwhile", "might", "mine", "monday", "more", "most", "much", "must",
    "my", "myself", "near", "nearly", "neither", "never", "next", "no", "nobody", "none", "nor", "not",
    "nothing", "november", "now", "obviously", "october", "of", "off", "often", "oh", "ok", "okay", "on",
    "once", "one", "only", "onto", "or", "other", "others", "our", "ours", "ourselves", "out", "outside",
    "over", "own", "perhaps", "please", "plus", "probably", "quite", "rather", "really", "right", "said",
    "same", "saturday", "say", "says", "second", "see", "september", "seven", "several", "shall", "she",
    "she'd", "she'll", "she's", "should", "shouldn't", "similarly", "since", "six", "so", "some", "somebody",
    "someone", "something", "sometimes", "soon", "sorry", "still", "such", "sunday", "sure", "take", "tell",
    "ten", "than", "thank", "thanks", "that", "that's", "the", "their", "theirs", "them", "themselves",
    "then", "there", "there's", "therefore", "these", "they", "they'd", "they'll", "they're", "they've",
    "thing", "things", "think", "this", "those", "though", "three", "through", "throughout", "thursday",
    "thus", "to", "today", "together", "tomorrow", "tonight", "too", "toward", "towards", "tuesday", "two",
    "uh", "um", "under", "unless", "until", "up", "upon", "us", "very", "wait", "was", "wasn't", "watch",
    "we", "we'd", "we'll", "we're", "we've", "wednesday", "welcome", "well", "were", "weren't", "what",
    "what's", "whatever", "when", "whenever", "where", "where's", "whereas", "wherever", "whether", "which",
    "while", "who", "who's", "whoever", "whom", "whose", "why", "will", "with", "within", "without", "won't",
    "would", "wouldn't", "wow", "yeah", "yep", "yes", "yesterday", "yet", "you", "you'd", "you'll", "you're",
    "you've", "your", "yours", "yourself",
];

/// Words that stand before a person's name and say what the person is.
pub(super) const TITLES: &[&str] = &[
    "adviser", "advisor", "admiral", "ambassador", "analyst", "anchor", "archbishop", "assemblyman", "attorney",
    "baroness", "baron", "bishop", "brigadier", "candidate", "captain", "cardinal", "chairman", "chairwoman", "chair",
    "chancellor", "chief", "colonel", "commander", "commissioner", "congressman", "congresswoman", "co-host",
    "correspondent", "councilman", "councillor", "count", "countess", "czar", "dame", "dean", "deputy", "detective",
    "director", "doctor", "dr", "duchess", "duke", "economist", "editor", "emperor", "envoy", "father", "gen",
    "general", "gov", "governor", "head", "host", "imam", "inspector", "journalist", "judge", "justice", "king",
    "lady", "lawyer", "leader", "lieutenant", "lord", "lt", "madam", "magistrate", "major", "manager", "marshal",
    "mayor", "miss", "minister", "mr", "mrs", "ms", "nominee", "officer", "pastor", "pope", "premier", "president",
    "prime", "prince", "princess", "professor", "prof", "prosecutor", "queen", "rabbi", "rep", "reporter",
    "representative", "reverend", "rev", "secretary", "sen", "senator", "sergeant", "sheriff", "sheikh", "sir",
    "sister", "speaker", "special", "spokesman", "spokesperson", "spokeswoman", "sultan", "treasurer", "vice",
];

/// Short words inside names: "Tomas de Ruiter", "al-Tamimi".
pub(super) const PARTICLES: &[&str] = &[
    "al", "ben", "bin", "bint", "da", "de", "del", "della", "den", "der", "di", "do", "dos", "du", "el", "ibn", "la",
    "le", "ter", "van", "von", "zu",
];

/// Words that end with a stop in the middle of a name.
pub(super) const ABBREVIATIONS: &[&str] = &[
    "Capt", "Col", "Dr", "Gen", "Gov", "Jr", "Lt", "Maj", "Mr", "Mrs", "Ms", "Prof", "Rep", "Rev", "Sen", "Sgt", "St",
];

/// First names and their everyday forms: which of the two was said does not make it another person.
const EVERYDAY_FORMS: &[&[&str]] = &[
    &["alexander", "alex", "alec", "sasha"],
    &["alexandra", "alex", "sandra"],
    &["andrew", "andy", "drew"],
    &["anthony", "tony"],
    &["benjamin", "ben", "benny"],
    &["charles", "charlie", "chuck"],
    &["christopher", "chris"],
    &["daniel", "dan", "danny"],
    &["david", "dave"],
    &["deborah", "debbie"],
    &["donald", "don", "donnie"],
    &["edward", "ed", "eddie", "ted"],
    &["elizabeth", "liz", "beth", "betsy", "lizzie"],
    &["frederick", "fred", "freddie"],
    &["gregory", "greg"],
    &["james", "jim", "jimmy", "jamie"],
    &["jeffrey", "jeff", "geoffrey", "geoff"],
    &["john", "jack", "johnny"],
    &["jonathan", "jon"],
    &["joseph", "joe", "joey"],
    &["katherine", "catherine", "kate", "kathy", "cathy", "katie"],
    &["kenneth", "ken"],
    &["lawrence", "larry"],
    &["margaret", "maggie", "meg", "peggy"],
    &["matthew", "matt"],
    &["michael", "mike", "mick"],
    &["nicholas", "nick"],
    &["patrick", "pat"],
    &["peter", "pete"],
    &["philip", "phil"],
    &["raymond", "ray"],
    &["rebecca", "becky"],
    &["richard", "dick", "rick", "rich"],
    &["robert", "bob", "bobby", "rob", "robbie"],
    &["ronald", "ron"],
    &["samuel", "sam"],
    &["samantha", "sam"],
    &["stephen", "steven", "steve"],
    &["susan", "sue", "susie"],
    &["theodore", "ted", "teddy"],
    &["thomas", "tom", "tommy"],
    &["timothy", "tim"],
    &["victoria", "vicky"],
    &["vincent", "vince"],
    &["william", "bill", "billy", "will"],
    &["zachary", "zach", "zack"],
];

/// Whether a word in lower case is no part of a name.
pub(super) fn is_function_word(word: &str) -> bool {
    let word = word.replace('\u{2019}', "'");
    FUNCTION_WORDS.binary_search(&word.as_str()).is_ok()
}

/// How titles are abbreviated in print.
const SHORT_TITLES: &[(&str, &str)] = &[
    ("advisor", "adviser"), ("dr", "doctor"), ("gen", "general"), ("gov", "governor"), ("lt", "lieutenant"),
    ("prof", "professor"), ("rep", "representative"), ("rev", "reverend"), ("sen", "senator"),
];

/// The number of a title word in lower case; an abbreviation has that of what it stands for.
pub(super) fn title(word: &str) -> Option<u8> {
    let long = SHORT_TITLES.iter().find(|(short, _)| *short == word).map(|(_, long)| *long);
    let word = &long.unwrap_or(word);
    TITLES.iter().position(|title| title == word).and_then(|at| u8::try_from(at).ok())
}

/// Whether two first names in lower case are forms of one: the same, a short and a long form, or an everyday form.
pub(super) fn are_forms_of_one(one: &str, other: &str) -> bool {
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    one == other
        || (short.chars().count() >= 3 && long.starts_with(short))
        || EVERYDAY_FORMS.iter().any(|forms| forms.contains(&one) && forms.contains(&other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_forms_are_the_same_name() {
        #[track_caller]
        fn check(one: &str, other: &str, expected: bool) {
            assert_eq!(are_forms_of_one(one, other), expected, "for {one} and {other}");
            assert_eq!(are_forms_of_one(other, one), expected, "for {other} and {one}");
        }
        check("mike", "michael", true);
        check("jeff", "jeffrey", true);
        check("ed", "edgar", false);
        check("mara", "maria", false);
    }

    #[test]
    fn function_words_are_found() {
        assert!(FUNCTION_WORDS.is_sorted());
        assert!(is_function_word("didn\u{2019}t"));
        assert!(!is_function_word("mara"));
    }

    #[test]
    fn titles_fit_their_number() {
        assert!(TITLES.iter().all(|word| title(word).is_some()));
    }
}
