//! How a written name may sound, and how far two names are apart to the ear.
//!
//! ```text
//! letters --spelling rules--> sounds --weighted edits--> likeness (0..1)
//! ```
//!
//! A recogniser confuses what sounds alike: it swaps neighbouring vowels, voiced and voiceless consonants, drops a
//! stop between two others and moves the boundary between words. The costs below follow that; spelling is read as
//! English speakers would read a foreign name, so a rule may be wrong for its language and still right for them.

use std::sync::LazyLock;

/// A sound: a consonant, or a run of vowels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Sound {
    B,
    P,
    D,
    T,
    G,
    K,
    V,
    F,
    Dh,
    Z,
    S,
    Zh,
    Sh,
    J,
    Ch,
    M,
    N,
    L,
    R,
    W,
    Y,
    H,
    /// As in "father".
    A,
    /// As in "bed".
    E,
    /// As in "see".
    I,
    /// As in "go".
    O,
    /// As in "rule".
    U,
    /// A final `e`, which English drops and most languages speak.
    Weak,
}

/// Longest name that is compared; the rest of a longer one is not heard.
const LONGEST_SOUNDS: usize = 40;

impl Sound {
    fn is_vowel(self) -> bool {
        matches!(self, Self::A | Self::E | Self::I | Self::O | Self::U | Self::Weak)
    }

    /// The class in which a hasty ear puts a consonant; `None` for what it may not hear at all.
    fn class(self) -> Option<u8> {
        Some(match self {
            Self::B | Self::P | Self::V | Self::F => b'P',
            Self::D | Self::T | Self::Dh => b'T',
            Self::G | Self::K => b'K',
            Self::Z | Self::S | Self::Zh | Self::Sh | Self::J | Self::Ch => b'S',
            Self::M | Self::N => b'N',
            Self::L => b'L',
            Self::R => b'R',
            _ => return None,
        })
    }

    /// What it costs to hear this sound where there is none, or not to hear it; more where it carries the word.
    fn weight(self) -> f32 {
        match self {
            Self::Weak => 0.15,
            Self::A | Self::E | Self::I | Self::O | Self::U => 0.45,
            Self::H => 0.4,
            Self::W | Self::Y | Self::R => 0.5,
            Self::T | Self::D | Self::N | Self::L => 0.7,
            _ => 0.8,
        }
    }
}

/// The letter without its accent, as English prints it; two letters where the convention is so.
fn plain(letter: char) -> &'static str {
    match letter {
        'à'..='å' | 'ā' | 'ă' | 'ą' | 'ǎ' => "a",
        'æ' => "ae",
        'ç' | 'č' | 'ć' => "ch",
        'ď' | 'đ' | 'ð' => "d",
        'è'..='ë' | 'ē' | 'ė' | 'ę' | 'ě' => "e",
        'ģ' | 'ġ' => "g",
        'ì'..='ï' | 'ī' | 'į' | 'ı' => "i",
        'ķ' => "k",
        'ľ' | 'ļ' | 'ł' => "l",
        'ñ' | 'ń' | 'ň' | 'ņ' => "n",
        'ò'..='ö' | 'ø' | 'ō' | 'ő' => "o",
        'œ' => "oe",
        'ř' => "rz",
        'ś' | 'š' | 'ş' | 'ș' => "sh",
        'ß' => "ss",
        'ť' | 'ț' | 'ţ' => "t",
        'þ' => "th",
        'ù'..='ü' | 'ū' | 'ů' | 'ű' | 'ų' => "u",
        'ý' | 'ÿ' => "y",
        'ž' | 'ż' | 'ź' => "zh",
        _ => "",
    }
}

/// A word in lower case without accents, as it is compared: "Ostergard" is "Østergård" typed in haste.
pub(super) fn folded(word: &str) -> String {
    let mut folded = String::with_capacity(word.len());
    for char in word.chars().flat_map(char::to_lowercase) {
        match char {
            '\u{2019}' => folded.push('\''),
            'ğ' => folded.push('g'),
            'ç' | 'č' | 'ć' => folded.push('c'),
            'ś' | 'š' | 'ş' | 'ș' => folded.push('s'),
            'ž' | 'ż' | 'ź' => folded.push('z'),
            'ř' => folded.push('r'),
            // "İ" in lower case is "i" and a dot above.
            '\u{300}'..='\u{36f}' => {}
            _ if plain(char).is_empty() => folded.push(char),
            _ => folded.push_str(plain(char)),
        }
    }
    folded
}

/// The letters `a` to `z` of a word, accents resolved; other characters are silent.
fn letters(word: &str) -> Vec<u8> {
    let mut letters = Vec::with_capacity(word.len());
    for char in word.chars().flat_map(char::to_lowercase) {
        match char {
            // A Turkish soft g only lengthens the vowel before it.
            'ğ' => {}
            'a'..='z' => letters.push(char as u8),
            _ => letters.extend_from_slice(plain(char).as_bytes()),
        }
    }
    letters
}

/// How a word may sound. Empty for a word without Latin letters.
pub(super) fn sounds(word: &str) -> Vec<Sound> {
    let letters = letters(word);
    let mut sounds = Vec::new();
    let mut at = 0;
    while at < letters.len() && sounds.len() < LONGEST_SOUNDS {
        at += read(&letters, at, &mut sounds).max(1);
    }
    sounds.dedup();
    sounds
}

fn is_vowel(letter: u8) -> bool {
    matches!(letter, b'a' | b'e' | b'i' | b'o' | b'u' | b'y')
}

/// Reads the spelling at a letter and returns how many letters it took.
fn read(letters: &[u8], at: usize, sounds: &mut Vec<Sound>) -> usize {
    let rest = &letters[at..];
    let is_first = at == 0;
    let next = rest.get(1).copied().unwrap_or_default();
    if is_vowel(rest[0]) && !(is_first && rest[0] == b'y' && is_vowel(next)) {
        return read_vowels(letters, at, sounds);
    }
    for (spelling, heard) in CLUSTERS {
        if rest.starts_with(spelling) {
            sounds.extend_from_slice(heard);
            return spelling.len();
        }
    }
    let initial: &[u8] = if is_first { rest } else { &[] };
    if [&b"kn"[..], b"gn", b"wr", b"ps", b"pn"].iter().any(|silent| initial.starts_with(silent)) {
        return 1;
    }
    let is_soft = matches!(next, b'e' | b'i' | b'y');
    let sound = match rest[0] {
        b'b' => Sound::B,
        b'c' if is_soft => Sound::S,
        b'c' | b'k' | b'q' => Sound::K,
        b'd' => Sound::D,
        b'f' => Sound::F,
        // "Gerald" and "Gertrude": which of them is not written.
        b'g' if is_soft && is_first => Sound::J,
        b'g' => Sound::G,
        b'h' => Sound::H,
        b'j' => Sound::J,
        b'l' => Sound::L,
        b'm' => Sound::M,
        b'n' => Sound::N,
        b'p' => Sound::P,
        b'r' => Sound::R,
        b's' => Sound::S,
        b't' => Sound::T,
        b'v' => Sound::V,
        b'w' => Sound::W,
        b'x' if is_first => Sound::Z,
        b'x' => {
            sounds.push(Sound::K);
            Sound::S
        }
        b'y' => Sound::Y,
        _ => Sound::Z,
    };
    sounds.push(sound);
    1
}

/// Spellings of several letters, longer ones first where one begins another.
const CLUSTERS: &[(&[u8], &[Sound])] = &[
    (b"tsch", &[Sound::Ch]),
    (b"tsh", &[Sound::Ch]),
    (b"tch", &[Sound::Ch]),
    (b"sch", &[Sound::Sh]),
    (b"shch", &[Sound::Sh]),
    (b"chs", &[Sound::K, Sound::S]),
    (b"dge", &[Sound::J]),
    (b"dj", &[Sound::J]),
    (b"dzh", &[Sound::J]),
    (b"ght", &[Sound::T]),
    (b"ch", &[Sound::Ch]),
    (b"ck", &[Sound::K]),
    (b"cz", &[Sound::Ch]),
    (b"gh", &[Sound::G]),
    (b"kh", &[Sound::K]),
    (b"ph", &[Sound::F]),
    (b"qu", &[Sound::K, Sound::W]),
    (b"rh", &[Sound::R]),
    (b"sh", &[Sound::Sh]),
    (b"sz", &[Sound::S]),
    (b"th", &[Sound::Dh]),
    (b"tz", &[Sound::T, Sound::S]),
    (b"wh", &[Sound::W]),
    (b"zh", &[Sound::Zh]),
];

/// Reads a run of vowels as one sound.
fn read_vowels(letters: &[u8], at: usize, sounds: &mut Vec<Sound>) -> usize {
    let length = letters[at..].iter().take_while(|letter| is_vowel(**letter)).count();
    let run = &letters[at..at + length];
    let is_last = at + length == letters.len();
    if run == b"e" && is_last && sounds.iter().any(|sound| sound.is_vowel()) {
        sounds.push(Sound::Weak);
        return length;
    }
    let sound = match run {
        [b'e', b'a' | b'e', ..] | [b'i' | b'y', b'e' | b'i' | b'y', ..] | [b'y'] | [b'i'] => Sound::I,
        [b'a', b'i' | b'y' | b'e', ..] | [b'e', ..] => Sound::E,
        [b'o', b'o' | b'u', ..] | [b'u', ..] => Sound::U,
        [b'a', b'u' | b'o', ..] | [b'o', ..] => Sound::O,
        [b'i' | b'y', b'a', ..] | [b'a', ..] => Sound::A,
        [b'i' | b'y', b'o', ..] => Sound::O,
        _ => Sound::U,
    };
    // "Maria": a vowel follows on another with a glide between.
    if let [b'i' | b'y', b'a' | b'o' | b'u', ..] = run {
        sounds.push(if at == 0 { Sound::Y } else { Sound::I });
    }
    sounds.push(sound);
    length
}

/// What it costs to hear one sound for another, 0 to 1.
fn confusion(one: Sound, other: Sound) -> f32 {
    use Sound::*;
    if one == other {
        return 0.0;
    }
    let (one, other) = (one.min(other), one.max(other));
    if one.is_vowel() && other.is_vowel() {
        return match (one, other) {
            (A, I) | (I, O) | (A, U) | (I, U) => 0.3,
            _ => 0.2,
        };
    }
    match (one, other) {
        (Z, S) => 0.1,
        (B, P) | (D, T) | (G, K) | (V, F) | (Zh, Sh) | (J, Ch) | (Zh, J) => 0.25,
        (T, Dh)
        | (Dh, Z)
        | (Dh, S)
        | (F, Dh)
        | (M, N)
        | (Sh, Ch)
        | (Sh, J)
        | (J, Y)
        | (S, Sh)
        | (Z, Zh)
        | (K, Ch) => 0.35,
        (V, W) | (B, V) | (D, Dh) | (S, Ch) | (Z, Sh) | (S, Zh) | (G, J) | (J, H) | (P, F) => 0.45,
        (L, R) | (T, Ch) | (D, J) | (K, H) | (G, H) | (Z, J) | (V, Dh) => 0.55,
        (P, T) | (P, K) | (T, K) | (B, D) | (B, G) | (D, G) | (L, W) | (R, W) | (N, L) => 0.75,
        _ => 1.0,
    }
}

/// How many sounds there are.
const SOUNDS: usize = Sound::Weak as usize + 1;

/// [`confusion`] of any two.
static CONFUSIONS: LazyLock<[[f32; SOUNDS]; SOUNDS]> =
    LazyLock::new(|| ALL_SOUNDS.map(|one| ALL_SOUNDS.map(|other| confusion(one, other))));

/// All sounds in their order.
const ALL_SOUNDS: [Sound; SOUNDS] = {
    use Sound::*;
    [B, P, D, T, G, K, V, F, Dh, Z, S, Zh, Sh, J, Ch, M, N, L, R, W, Y, H, A, E, I, O, U, Weak]
};

/// How alike two names sound, 0 to 1: what has to be changed to make one of the other, beside what there is to hear.
pub(super) fn likeness(one: &[Sound], other: &[Sound]) -> f32 {
    likeness_from(0.0, one, other)
}

/// The same; 0 where it is clearly less than `least`, which is seen sooner.
pub(super) fn likeness_from(least: f32, one: &[Sound], other: &[Sound]) -> f32 {
    let (one, other) = (&one[..one.len().min(LONGEST_SOUNDS)], &other[..other.len().min(LONGEST_SOUNDS)]);
    let weight = |sounds: &[Sound]| sounds.iter().map(|sound| sound.weight()).sum::<f32>();
    let heard = (weight(one) + weight(other)) / 2.0;
    if heard == 0.0 {
        return 0.0;
    }
    // A name is known by how it begins: "Tosk" is not taken for "Mosk".
    let beginning = match (one.first(), other.first()) {
        (Some(one), Some(other)) if CONFUSIONS[*one as usize][*other as usize] > 0.5 => 0.3,
        _ => 0.0,
    };
    let most = (1.0 - least) * heard - beginning + ROUNDING;
    edits(one, other, most).map_or(0.0, |edits| (1.0 - (edits + beginning) / heard).max(0.0))
}

/// More than sums of costs lose by being rounded.
const ROUNDING: f32 = 1e-3;

/// The cheapest way from one run of sounds to another, neither of them longer than [`LONGEST_SOUNDS`]; `None` if it costs
/// more than `most`.
fn edits(one: &[Sound], other: &[Sound], most: f32) -> Option<f32> {
    // One row of the table at a time; `above` holds what stood in the row before where this one is not written yet.
    let mut above = [0.0_f32; LONGEST_SOUNDS + 1];
    let mut weights = [0.0_f32; LONGEST_SOUNDS];
    let row = &mut above[..=other.len()];
    for (at, right) in other.iter().enumerate() {
        weights[at] = right.weight();
        row[at + 1] = row[at] + weights[at];
    }
    for left in one {
        let (confusions, weight) = (&CONFUSIONS[*left as usize], left.weight());
        let mut corner = row[0];
        row[0] = corner + weight;
        let mut least = row[0];
        for (at, right) in other.iter().enumerate() {
            let swapped = corner + confusions[*right as usize];
            let dropped = row[at + 1] + weight;
            let added = row[at] + weights[at];
            corner = row[at + 1];
            row[at + 1] = swapped.min(dropped).min(added);
            least = least.min(row[at + 1]);
        }
        // No way becomes cheaper by going on.
        if least > most {
            return None;
        }
    }
    Some(row[other.len()])
}

/// The consonants of a name by class, as a key under which alike names meet.
pub(super) fn skeleton(sounds: &[Sound]) -> Vec<u8> {
    let mut classes: Vec<u8> = sounds.iter().filter_map(|sound| sound.class()).collect();
    classes.dedup();
    classes.truncate(LONGEST_SKELETON);
    classes
}

/// The same with every "ch" read as in "Bach"; `None` if there is none.
pub(super) fn hard_skeleton(sounds: &[Sound]) -> Option<Vec<u8>> {
    let hard = |sound: &Sound| if *sound == Sound::Ch { Sound::K } else { *sound };
    sounds.contains(&Sound::Ch).then(|| skeleton(&sounds.iter().map(hard).collect::<Vec<_>>()))
}

/// Longer skeletons are cut: their beginnings tell them apart well enough.
const LONGEST_SKELETON: usize = 12;

/// A skeleton, and what is left of it when one or two consonants are not heard: two names whose skeletons differ in up
/// to two places share one of these. Sorted, without repetition.
pub(super) fn meeting_keys(skeleton: &[u8]) -> Vec<Vec<u8>> {
    let without = |key: &[u8]| -> Vec<Vec<u8>> {
        (0..key.len()).map(|at| [&key[..at], &key[at + 1..]].concat()).collect()
    };
    let mut keys = vec![skeleton.to_vec()];
    // What is left of a short name would meet half of all names.
    if skeleton.len() >= 3 {
        keys.extend(without(skeleton));
    }
    if skeleton.len() >= 5 {
        let once = keys[1..].to_vec();
        keys.extend(once.iter().flat_map(|key| without(key)));
    }
    keys.sort();
    keys.dedup();
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alike(one: &str, other: &str) -> f32 {
        likeness(&sounds(one), &sounds(other))
    }

    #[test]
    fn alike_names_are_alike() {
        #[track_caller]
        fn check(one: &str, other: &str, least: f32, most: f32) {
            let found = alike(one, other);
            assert!((least..=most).contains(&found), "{one} {other}: {found}");
            assert_eq!(found, alike(other, one), "alike in both directions");
        }
        check("Lindqvist", "Lindkvist", 0.9, 1.0);
        check("Lindqvist", "Lindquist", 0.9, 1.0);
        check("Holtz", "Holsh", 0.6, 0.85);
        check("Marc", "Mark", 1.0, 1.0);
        check("Riev", "Ryiv", 0.95, 1.0);
        check("Mosk", "Tosk", 0.0, 0.65);
        check("Østergård", "Ostergaard", 0.9, 1.0);
        check("Mara", "Jonas", 0.0, 0.4);
        check("", "Mara", 0.0, 0.0);
        check("東京", "Mara", 0.0, 0.0);
    }

    #[test]
    fn keys_of_alike_names_meet() {
        #[track_caller]
        fn check(one: &str, other: &str, meet: bool) {
            let keys = |name: &str| meeting_keys(&skeleton(&sounds(name)));
            let others = keys(other);
            assert_eq!(keys(one).iter().any(|key| others.contains(key)), meet, "for {one} and {other}");
        }
        check("MaraLindqvist", "MaraLinkwist", true);
        check("TeirQuill", "SateirQuill", true);
        check("Riev", "Ryiv", true);
        check("Lindqvist", "Oslo", false);
    }

    #[test]
    fn sounds_stand_in_their_order() {
        assert!(ALL_SOUNDS.iter().enumerate().all(|(at, sound)| *sound as usize == at));
    }

    proptest::proptest! {
        #[test]
        fn what_is_clearly_less_is_nothing_and_the_rest_is_exact(one: String, other: String, least in 0.0_f32..1.0) {
            let (one, other) = (sounds(&one), sounds(&other));
            let (exact, found) = (likeness(&one, &other), likeness_from(least, &one, &other));
            if exact >= least {
                proptest::prop_assert_eq!(found, exact);
            } else {
                proptest::prop_assert!(found == exact || found == 0.0);
            }
        }

        #[test]
        fn any_words_have_a_likeness(one: String, other: String) {
            let found = alike(&one, &other);
            proptest::prop_assert!((0.0..=1.0).contains(&found));
            proptest::prop_assert!(meeting_keys(&skeleton(&sounds(&one))).len() <= 1 + 12 + 66);
        }
    }
}
