//! Who is meant: a name, a role ("the defence secretary"), or a body that speaks ("the Kremlin").

use serde::{Deserialize, Serialize};

/// Whoever is said to have said something, as far as one document tells.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Who {
    /// Nobody that the document names: a voice we heard, "critics", "people close to the talks".
    #[default]
    Unnamed,
    /// A person, by full name if the document has it, else by surname.
    Person(String),
    /// A holder of a role that the document names nobody for.
    Holder(Role),
    /// A body, a place that stands for its government, a paper.
    Body(String),
    /// Several together.
    Several(Vec<Who>),
}

impl Who {
    /// Whether a name or a role tells who it is.
    pub fn is_known(&self) -> bool {
        *self != Self::Unnamed
    }
}

/// What somebody is, such as `defense secretary` of `us`: words in alphabetical order.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Role {
    /// The words of the role itself.
    pub office: Vec<String>,
    /// The countries named with it, as the adjective or short name listed in the table of countries.
    pub countries: Vec<String>,
}

/// Words that head a role. General English titles and offices.
const HEADS: &[&str] = &[
    "adviser",
    "advisor",
    "ambassador",
    "analyst",
    "attorney",
    "author",
    "billionaire",
    "bishop",
    "boss",
    "cardinal",
    "ceo",
    "chair",
    "chairman",
    "chairwoman",
    "chancellor",
    "chief",
    "coach",
    "colonel",
    "commander",
    "commissioner",
    "congressman",
    "congressmember",
    "congresswoman",
    "correspondent",
    "czar",
    "deputy",
    "director",
    "editor",
    "envoy",
    "executive",
    "expert",
    "founder",
    "general",
    "governor",
    "head",
    "historian",
    "host",
    "journalist",
    "judge",
    "justice",
    "king",
    "lawmaker",
    "lawyer",
    "leader",
    "lieutenant",
    "mayor",
    "minister",
    "negotiator",
    "nominee",
    "officer",
    "official",
    "officials",
    "owner",
    "pilot",
    "pope",
    "premier",
    "president",
    "prince",
    "princess",
    "professor",
    "prosecutor",
    "queen",
    "rep",
    "reporter",
    "representative",
    "sec",
    "secretary",
    "sen",
    "senator",
    "sheriff",
    "speaker",
    "spokesman",
    "spokesperson",
    "spokeswoman",
    "strategist",
    "superintendent",
    "trustee",
    "whip",
];

/// Words before a role's head that belong to it.
const PARTS: &[&str] = &[
    "acting",
    "agriculture",
    "army",
    "assistant",
    "associate",
    "attorney",
    "border",
    "business",
    "campaign",
    "chief",
    "co",
    "commerce",
    "communications",
    "congressional",
    "correspondent",
    "defense",
    "democratic",
    "deputy",
    "education",
    "emergency",
    "energy",
    "european",
    "executive",
    "finance",
    "fire",
    "foreign",
    "government",
    "health",
    "home",
    "homeland",
    "house",
    "intelligence",
    "interior",
    "international",
    "justice",
    "labor",
    "labour",
    "lieutenant",
    "majority",
    "managing",
    "military",
    "minority",
    "national",
    "opposition",
    "party",
    "police",
    "political",
    "press",
    "prime",
    "republican",
    "security",
    "senate",
    "senior",
    "special",
    "staff",
    "state",
    "trade",
    "transportation",
    "treasury",
    "union",
    "vice",
    "vice-president",
    "vice-chancellor",
    "white",
    "kremlin",
    "pentagon",
    "nato",
    "air",
    "force",
    "general",
    "policy",
    "science",
    "social",
    "budget",
    "veterans",
    "affairs",
    "housing",
    "council",
    "governing",
    "interim",
    "climate",
    "election",
];

/// Forms of address, which say nothing of an office.
const ADDRESSES: &[&str] = &[
    "mr", "mrs", "ms", "miss", "dr", "sir", "dame", "lord", "lady", "mr.", "mrs.", "ms.", "dr.", "sen.",
    "rep.", "gov.", "gen.", "col.", "sgt.", "prof.", "st.", "rev.",
];

/// Countries and bodies by the words that name them; the first of a row is its key.
const COUNTRIES: &[&[&str]] = &[
    &["us", "u.s.", "usa", "u.s", "american", "america", "america's", "united", "states", "washington"],
    &["uk", "u.k.", "british", "britain", "britain's"],
    &["russian", "russia", "russia's", "kremlin", "moscow"],
    &["ukrainian", "ukraine", "ukraine's"],
    &["chinese", "china", "china's"],
    &["french", "france", "france's"],
    &["german", "germany", "germany's"],
    &["israeli", "israel", "israel's"],
    &["palestinian", "palestine"],
    &["canadian", "canada", "canada's"],
    &["mexican", "mexico", "mexico's"],
    &["indian", "india", "india's"],
    &["pakistani", "pakistan", "pakistan's"],
    &["iranian", "iran", "iran's"],
    &["iraqi", "iraq", "iraq's"],
    &["turkish", "turkey", "turkey's"],
    &["japanese", "japan", "japan's"],
    &["polish", "poland", "poland's"],
    &["italian", "italy", "italy's"],
    &["spanish", "spain", "spain's"],
    &["finnish", "finland", "finland's"],
    &["swedish", "sweden", "sweden's"],
    &["norwegian", "norway", "norway's"],
    &["danish", "denmark", "denmark's"],
    &["dutch", "netherlands"],
    &["belgian", "belgium", "belgium's"],
    &["hungarian", "hungary", "hungary's"],
    &["irish", "ireland", "ireland's"],
    &["scottish", "scotland", "scotland's"],
    &["australian", "australia", "australia's"],
    &["brazilian", "brazil", "brazil's"],
    &["argentine", "argentinian", "argentina", "argentina's"],
    &["colombian", "colombia", "colombia's"],
    &["venezuelan", "venezuela", "venezuela's"],
    &["egyptian", "egypt", "egypt's"],
    &["jordanian", "jordan", "jordan's"],
    &["saudi", "arabian"],
    &["syrian", "syria", "syria's"],
    &["lebanese", "lebanon", "lebanon's"],
    &["korean", "korea", "korea's"],
    &["south", "african", "africa"],
    &["romanian", "romania", "romania's"],
    &["lithuanian", "lithuania"],
    &["latvian", "latvia"],
    &["estonian", "estonia"],
    &["greek", "greece"],
    &["sudanese", "sudan"],
    &["nato", "nato's"],
    &["european", "eu", "european"],
];

/// The key of the country that a word names.
fn country(word: &str) -> Option<&'static str> {
    COUNTRIES.iter().find(|names| names.contains(&word)).map(|names| names[0])
}

/// The country of the government that a body is, or that a capital or a country stands for.
pub(super) fn government(body: &str) -> Option<&'static str> {
    let body = body.to_lowercase();
    match body.as_str() {
        "white house" | "pentagon" | "state department" => Some("us"),
        "downing street" | "foreign office" => Some("uk"),
        "kyiv" | "kiev" => Some("ukrainian"),
        "beijing" => Some("chinese"),
        "tehran" => Some("iranian"),
        "paris" | "elysee" => Some("french"),
        "berlin" => Some("german"),
        _ => country(&body),
    }
}

/// Whether a word (in lower case) heads a role.
pub(super) fn is_head(word: &str) -> bool {
    HEADS.contains(&plain(word))
}

/// Whether a word may stand in a role before its head.
pub(super) fn is_part(word: &str) -> bool {
    let word = plain(word);
    is_head(word) || PARTS.contains(&american(word)) || country(word).is_some()
}

/// Whether a title (in lower case) is a part of the names before which it stands.
pub(super) fn is_of_name(word: &str) -> bool {
    matches!(word, "pope" | "king" | "queen" | "prince" | "princess")
}

/// Whether a word (in lower case) is a form of address, such as `mr`.
pub(super) fn is_address(word: &str) -> bool {
    ADDRESSES.contains(&word)
}

fn plain(word: &str) -> &str {
    word.trim_end_matches('.')
}

fn american(word: &str) -> &str {
    if word == "defence" { "defense" } else { word }
}

impl Role {
    /// The role that some words (in lower case) name; `None` without a head, and for what somebody was and is no more.
    pub(super) fn of<'a>(words: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let mut role = Self::default();
        let mut has_head = false;
        for word in words {
            let word = plain(word);
            if matches!(word, "former" | "ex" | "late") || word.starts_with("ex-") {
                return None;
            }
            match country(word) {
                Some(key) => role.countries.push(key.to_owned()),
                None if is_part(word) => {
                    has_head |= is_head(word);
                    role.office.push(match american(word) {
                        "sen" => "senator".to_owned(),
                        "rep" | "congressman" | "congresswoman" | "congressmember" => {
                            "representative".to_owned()
                        }
                        "sec" => "secretary".to_owned(),
                        "advisor" => "adviser".to_owned(),
                        word => word.to_owned(),
                    });
                }
                None => {}
            }
        }
        role.office.sort();
        role.office.dedup();
        role.countries.sort();
        role.countries.dedup();
        has_head.then_some(role)
    }

    /// Whether somebody of this role may be called by `asked`, which often says less.
    pub(super) fn answers_to(&self, asked: &Self) -> bool {
        let all_in = |few: &[String], many: &[String]| few.iter().all(|word| many.contains(word));
        let offices = all_in(&asked.office, &self.office)
            || (asked.office == ["leader"] && self.leads() && !asked.countries.is_empty());
        let lacks = !asked.office.contains(&"vice".to_owned()) && self.office.contains(&"vice".to_owned());
        let clash = !self.countries.is_empty() && !self.is_of_country(asked);
        offices && !lacks && !clash
    }

    /// Whether somebody of this role is meant by `asked`, who says of which country he is if that is asked for: "Prime Minister
    /// Quill" may be of another.
    pub(super) fn is_meant_by(&self, asked: &Self) -> bool {
        self.answers_to(asked) && self.is_of_country(asked)
    }

    fn is_of_country(&self, asked: &Self) -> bool {
        asked.countries.is_empty() || asked.countries.iter().any(|country| self.countries.contains(country))
    }

    /// The country whose government somebody of this role leads or speaks for.
    pub(super) fn speaks_for(&self) -> Option<&str> {
        let has = |word: &str| self.office.iter().any(|own| own == word);
        let speaks = has("spokesman") || has("spokeswoman") || has("spokesperson") || self.leads();
        let of_house = has("white") && has("house");
        match self.countries.as_slice() {
            [country] if speaks => Some(country),
            [] if of_house && (speaks || has("press")) => Some("us"),
            _ => None,
        }
    }

    /// Whether it leads a country.
    fn leads(&self) -> bool {
        let has = |word: &str| self.office.iter().any(|own| own == word);
        has("president") || has("chancellor") || (has("prime") && has("minister")) || has("leader")
    }
}

/// Given names by the pronoun that commonly stands for their bearers, for "he" and "she". Unknown names fit both.
const HE: &[&str] = &[
    "adam",
    "alan",
    "albert",
    "alex",
    "alexander",
    "andrew",
    "anthony",
    "antony",
    "benjamin",
    "bill",
    "bob",
    "brandon",
    "brian",
    "bruce",
    "carl",
    "charles",
    "charlie",
    "chris",
    "christopher",
    "chuck",
    "daniel",
    "dan",
    "dave",
    "david",
    "dennis",
    "dmitry",
    "donald",
    "doug",
    "ed",
    "edward",
    "emmanuel",
    "eric",
    "francis",
    "frank",
    "fred",
    "gary",
    "george",
    "greg",
    "harry",
    "henry",
    "howard",
    "hugh",
    "ian",
    "jack",
    "jake",
    "james",
    "jamie",
    "jason",
    "jeff",
    "jeffrey",
    "jerome",
    "jim",
    "jimmy",
    "joe",
    "john",
    "johnny",
    "jonathan",
    "jordan",
    "jose",
    "joseph",
    "josh",
    "juan",
    "justin",
    "karl",
    "keith",
    "ken",
    "kenneth",
    "kevin",
    "larry",
    "leonard",
    "luis",
    "marc",
    "marco",
    "mark",
    "martin",
    "matt",
    "matthew",
    "max",
    "michael",
    "mike",
    "mitch",
    "mohammed",
    "nathan",
    "neil",
    "nicholas",
    "nick",
    "patrick",
    "paul",
    "pete",
    "peter",
    "phil",
    "philip",
    "ralph",
    "ray",
    "richard",
    "rick",
    "robert",
    "roger",
    "ron",
    "ronald",
    "russell",
    "ryan",
    "sam",
    "samuel",
    "scott",
    "sean",
    "sergei",
    "sergey",
    "simon",
    "stephen",
    "steve",
    "steven",
    "stuart",
    "ted",
    "terry",
    "thomas",
    "tim",
    "timothy",
    "tom",
    "tommy",
    "tony",
    "trevor",
    "victor",
    "viktor",
    "vladimir",
    "walter",
    "wayne",
    "will",
    "william",
];
const SHE: &[&str] = &[
    "alice",
    "alison",
    "amanda",
    "amy",
    "andrea",
    "angela",
    "ann",
    "anna",
    "anne",
    "annie",
    "barbara",
    "betty",
    "brooke",
    "carol",
    "caroline",
    "catherine",
    "charlotte",
    "chloe",
    "christine",
    "claire",
    "claudia",
    "cynthia",
    "danielle",
    "deborah",
    "diana",
    "diane",
    "donna",
    "dorothy",
    "elena",
    "elise",
    "elizabeth",
    "ella",
    "emily",
    "emma",
    "erin",
    "eva",
    "fiona",
    "frances",
    "grace",
    "hannah",
    "heather",
    "helen",
    "holly",
    "isabel",
    "jane",
    "janet",
    "jasmine",
    "jennifer",
    "jessica",
    "jill",
    "joan",
    "joy",
    "judith",
    "judy",
    "julia",
    "julie",
    "karen",
    "kate",
    "katherine",
    "kathryn",
    "kathy",
    "katie",
    "kelly",
    "kim",
    "kristen",
    "laura",
    "lauren",
    "leila",
    "linda",
    "lindsay",
    "lisa",
    "liz",
    "lucy",
    "margaret",
    "maria",
    "marie",
    "marjorie",
    "martha",
    "mary",
    "megan",
    "melissa",
    "meghan",
    "michelle",
    "monica",
    "nancy",
    "nancy",
    "natalie",
    "nicole",
    "olivia",
    "pamela",
    "patricia",
    "rachel",
    "rebecca",
    "rosa",
    "ruth",
    "samantha",
    "sandra",
    "sara",
    "sarah",
    "sharon",
    "sheila",
    "sophie",
    "stephanie",
    "susan",
    "tammy",
    "teresa",
    "theresa",
    "tracy",
    "valerie",
    "vanessa",
    "victoria",
    "virginia",
    "wendy",
    "whitney",
    "yulia",
    "zoe",
];

/// Words of names of bodies, laws and places that parsers take for persons.
const OF_BODIES: &[&str] = &[
    "act",
    "agency",
    "ai",
    "airlines",
    "airport",
    "airways",
    "america",
    "assembly",
    "association",
    "avenue",
    "bank",
    "beach",
    "board",
    "bridge",
    "bureau",
    "business",
    "center",
    "centre",
    "church",
    "city",
    "club",
    "college",
    "committee",
    "company",
    "conference",
    "congress",
    "council",
    "county",
    "court",
    "department",
    "essentials",
    "facebook",
    "forum",
    "foundation",
    "gpt",
    "group",
    "hospital",
    "hotel",
    "house",
    "inc",
    "institute",
    "international",
    "island",
    "lab",
    "labs",
    "league",
    "live",
    "national",
    "network",
    "news",
    "office",
    "park",
    "party",
    "podcast",
    "post",
    "project",
    "river",
    "road",
    "school",
    "service",
    "show",
    "society",
    "station",
    "street",
    "studio",
    "studios",
    "systems",
    "therapeutics",
    "times",
    "tower",
    "town",
    "trust",
    "tv",
    "university",
    "valley",
    "village",
    "youtube",
];

/// Whether a word (in lower case) is of the name of a body or a place rather than of a person.
pub(super) fn is_of_body(word: &str) -> bool {
    OF_BODIES.contains(&word)
}

/// Whether a word (in lower case) is a common given name.
pub(super) fn is_given(word: &str) -> bool {
    HE.contains(&word) || SHE.contains(&word)
}

/// Whether a person may be meant by a pronoun, by the given name.
pub(super) fn may_be(name: &str, pronoun: &str) -> bool {
    let given = name.split_whitespace().next().unwrap_or_default().to_lowercase().replace('.', "");
    let is_full = name.contains(' ');
    match pronoun {
        "he" => !(is_full && SHE.contains(&given.as_str())),
        "she" => !(is_full && HE.contains(&given.as_str())),
        _ => false,
    }
}
