//! What shows of a spoken sentence who may be speaking, and who may speak next.

use std::ops::Range;

use language::parse::{Relation, Tag};

use super::people::Mention;
use super::reported::{Saying, Scene};
use super::verbs;
use super::who::Who;

/// What one sentence of a broadcast shows.
#[derive(Clone, Debug, Default)]
pub(super) struct Traits {
    pub(super) words: usize,
    /// "I", "my".
    pub(super) is_mine: bool,
    /// "We", "our".
    pub(super) is_ours: bool,
    /// "You", "your".
    pub(super) is_yours: bool,
    pub(super) is_question: bool,
    pub(super) has_verb: bool,
    /// Whether it is what hosts say: "joins us now", "thank you very much".
    pub(super) is_hosting: bool,
    /// Whether somebody is named as saying something.
    pub(super) reports: bool,
    /// Persons named in it, or meant by a pronoun that is its subject.
    pub(super) persons: Vec<Who>,
    /// Who may be heard after it.
    pub(super) lead: Option<Lead>,
    /// Whom it brings in for a talk.
    pub(super) guest: Option<Voice>,
    /// A given name that it thanks, at a talk's end.
    pub(super) thanked: Option<String>,
    /// Whether it begins where a line of the transcript does.
    pub(super) begins_line: bool,
}

/// Somebody who may be heard.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Voice {
    pub(super) who: Who,
    pub(super) as_written: Option<String>,
    /// Whether the words are read out by somebody else.
    pub(super) is_read: bool,
    /// From what it is known, for people who ask why.
    pub(super) from: From,
}

/// From what a voice is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum From {
    /// "Here is what she said".
    Announced,
    /// A report of what somebody said right before.
    Reported,
    /// Somebody is mentioned right before.
    Mentioned,
    /// Whoever was heard before.
    Continued,
    /// Somebody is brought in for a talk.
    Guest,
    /// The title tells.
    Title,
    /// Nothing.
    #[default]
    Unknown,
}

/// Who may be heard next, and how strongly the sentence says so.
#[derive(Clone, Debug)]
pub(super) struct Lead {
    pub(super) voice: Voice,
    /// In the units of [`super::voices`]: what a sentence in the first person weighs is 1.
    pub(super) weight: f32,
}

/// Phrases that announce a voice where they begin a sentence: "Listen to what she said." They are matched in lower case
/// between blanks.
const CALLING: &[&str] = &[
    "listen",
    "take a listen",
    "take a look",
    "let's take a",
    "let's listen",
    "let's hear",
    "let's watch",
    "watch",
    "here he is",
    "here she is",
    "here they are",
    "have a listen",
    "have a look",
    "play",
];

/// Phrases that announce a voice where a sentence ends with them: "She was asked about it, and said this."
const ANNOUNCING: &[&str] = &[
    "listen",
    "listen in",
    "listen to this",
    "listen to that",
    "take a look",
    "a look at this",
    "watch",
    "watch this",
    "here's what he said",
    "here's what she said",
    "here's what they said",
    "what he had to say",
    "what she had to say",
    "what they had to say",
    "is what he said",
    "is what she said",
    "is what they said",
    "of what he said",
    "of what she said",
    "of what they said",
    "what he told us",
    "what she told us",
    "what he told me",
    "what she told me",
    "had this to say",
    "said this",
    "say this",
    "saying this",
    "play that",
    "play it",
    "play the clip",
    "play this",
    "play this clip",
    "play that clip",
    "this clip",
    "the clip",
    "this moment",
    "here he is",
    "here she is",
    "here they are",
    "told reporters",
    "spoke to reporters",
    "speaking to reporters",
    "spoke with reporters",
    "had this response",
    "this exchange",
    "following remarks",
    "these remarks",
    "this comment",
    "spoke to us",
    "spoke to me",
    "told me this",
    "told us this",
    "told me",
    "told us",
    "told the bbc",
    "spoke earlier",
    "was speaking",
    "in his own words",
    "in her own words",
    "as follows",
    "the following",
    "asked about that",
    "asked about it",
    "asked about this",
];

/// The same where only place and time stand behind them: "She spoke to reporters in the town hall on Friday."
const SPEAKING: &[&str] = &[
    "told reporters",
    "spoke to reporters",
    "speaking to reporters",
    "spoke with reporters",
    "spoke earlier",
    "speaking earlier",
    "was speaking",
];

/// Phrases of a report that leads on to the words themselves, wherever they stand.
const LEADING: &[&str] = &[
    "was asked",
    "were asked",
    "told reporters",
    "spoke to reporters",
    "sat down with",
    "spoke to us",
    "we heard from",
];

/// Phrases before the name of somebody who is heard next.
const NAMING: &[&str] = &["this is", "here's", "here is", "listen to", "hear from", "once again"];

/// So many words may stand before a phrase that calls on people to listen.
const WORDS_BEFORE: usize = 3;
/// So many words may stand behind a phrase that announces: what follows more is told, and not heard.
const WORDS_BEHIND: usize = 2;
/// The same behind a name, and behind a verb.
const WORDS_BEHIND_NAME: usize = 5;
/// The same where place and time are told.
const WORDS_OF_PLACE: usize = 7;
/// Words of a sentence that calls on people to listen.
const LONGEST_CALL: usize = 16;

/// Phrases that bring somebody in for a talk.
const BRINGING: &[&str] = &[
    "joins us",
    "joins me",
    "join us",
    "join me",
    "joining us",
    "joining me",
    "joined by",
    "joined now by",
    "i'm joined",
    "we're joined",
    "let's speak",
    "let's now speak",
    "let's talk to",
    "let's talk with",
    "let's talk now to",
    "let me speak",
    "we can speak",
    "we'll speak",
    "let's bring",
    "let's get more from",
    "let me bring",
    "i want to bring in",
    "we bring in",
    "welcome",
    "my guest",
    "our guest",
    "here with us",
    "here with me",
    "is with us",
    "is with me",
    "with me is",
    "with us is",
    "let's go to",
    "let's go live",
    "let's cross",
    "let's head",
    "let's now head",
    "let's turn to",
    "for being here",
    "for joining",
    "for being with us",
    "for coming on",
    "thanks for coming",
];

/// Phrases that hosts and reporters say of their programme.
const HOSTING: &[&str] = &[
    "joins us",
    "joins me",
    "joined by",
    "joining us",
    "joining me",
    "for more on",
    "thanks very much",
    "thank you very much for joining",
    "thank you for joining",
    "thanks for joining",
    "thank you so much for joining",
    "stay with us",
    "right back",
    "coming up",
    "bring in",
    "welcome back",
    "welcome to",
    "good evening",
    "breaking news",
    "bbc news",
    "cbs news",
    "npr news",
    "nbc news",
    "abc news",
    "fox news",
    "sky news",
    "reports",
    "reporting",
    "has more",
    "has the latest",
    "our correspondent",
    "our reporter",
    "our top story",
    "i'm joined",
    "in other news",
    "meanwhile",
    "this report",
    "after the break",
    "let's go to",
    "let's cross",
    "let's head",
];

/// Reads off the traits of all sentences.
pub(super) fn traits(scene: &Scene, sayings: &[Saying], begins_line: &dyn Fn(usize) -> bool) -> Vec<Traits> {
    let killed = killed(scene);
    let reporters = reporters(scene);
    let mut sayings = sayings.iter().peekable();
    let mut mentions = scene.mentions.iter().peekable();
    (0..scene.reading.sentences())
        .map(|sentence| {
            let tokens = scene.reading.sentence(sentence);
            let mut own_sayings = Vec::new();
            while let Some(saying) = sayings.next_if(|saying| saying.verb < tokens.end) {
                own_sayings.push(saying);
            }
            let mut own_mentions = Vec::new();
            while let Some(mention) = mentions.next_if(|mention| mention.tokens.start < tokens.end) {
                own_mentions.push(mention);
            }
            let begins_line = begins_line(scene.reading.bytes(&tokens).start);
            let mut traits = of_sentence(scene, sentence, &own_sayings, &own_mentions, begins_line);
            let is_heard = |who: &Who| !killed.contains(&who) && !reporters.contains(&who);
            traits.lead = traits.lead.filter(|lead| is_heard(&lead.voice.who));
            traits
        })
        .collect()
}

/// Persons of whom it is told that they were killed: of them is spoken, and they are not heard.
fn killed<'a>(scene: &'a Scene) -> Vec<&'a Who> {
    const KILLING: [&str; 8] =
        ["killed", "kill", "kills", "killing", "assassinated", "murdered", "slain", "executed"];
    let reading = scene.reading;
    let is_killed = |mention: &&Mention| {
        mention.tokens.clone().any(|token| {
            matches!(reading.relation(token), Relation::Nsubjpass | Relation::Dobj)
                && KILLING.contains(&reading.lower(reading.head(token)))
        })
    };
    scene.mentions.iter().filter(is_killed).map(|mention| &mention.who).filter(|who| who.is_known()).collect()
}

/// Reporters who are named with their reports: what follows is what they tell.
fn reporters<'a>(scene: &'a Scene) -> Vec<&'a Who> {
    const REPORTS: [&[&str]; 9] = [
        &["reports"],
        &["reporting"],
        &["has", "more", "on"],
        &["has", "more", "from"],
        &["has", "more", "."],
        &["has", "the", "latest"],
        &["has", "the", "story"],
        &["has", "the", "details"],
        &["has", "this", "report"],
    ];
    const TRADES: [&str; 2] = ["correspondent", "reporter"];
    let reading = scene.reading;
    let is_reporter = |mention: &&Mention| {
        let Range { start, end } = mention.tokens;
        let sentence = reading.sentence(reading.sentence_of(start));
        let follows = |phrase: &&[&str]| {
            let words = (end..sentence.end).map(|token| reading.lower(token));
            words.take(phrase.len()).eq(phrase.iter().copied())
        };
        let is_called = start > sentence.start && TRADES.contains(&reading.lower(start - 1));
        is_called || REPORTS.iter().any(follows)
    };
    let is_named = |mention: &&Mention| matches!(mention.who, Who::Person(_)) && !is_pronoun(scene, mention);
    scene.mentions.iter().filter(is_named).filter(is_reporter).map(|mention| &mention.who).collect()
}

fn of_sentence(
    scene: &Scene,
    sentence: usize,
    sayings: &[&Saying],
    mentions: &[&Mention],
    begins_line: bool,
) -> Traits {
    let reading = scene.reading;
    let tokens = reading.sentence(sentence);
    let mut traits = Traits { begins_line, ..Traits::default() };
    let mut flat = String::from(" ");
    for token in tokens.clone() {
        let word = reading.lower(token);
        if !word.starts_with('\'') && !flat.ends_with(' ') {
            flat.push(' ');
        }
        flat.push_str(word);
        match word {
            "i" | "me" | "my" | "mine" | "myself" => traits.is_mine = true,
            "we" | "our" | "ours" => traits.is_ours = true,
            "us" if reading.written(token) == "us" => traits.is_ours = true,
            "you" | "your" => traits.is_yours = true,
            _ => {}
        }
        traits.words += usize::from(!reading.is_mark(token));
        traits.has_verb |= reading.is_verb(token);
    }
    flat.push(' ');
    traits.is_question = tokens.end > tokens.start && reading.lower(tokens.end - 1) == "?";
    let says = |phrases: &[&str]| phrases.iter().any(|phrase| contains(&flat, phrase));
    traits.is_hosting = says(HOSTING) || introduces_itself(scene, &tokens);
    traits.reports = sayings.iter().any(|saying| saying.who.is_known());
    traits.persons = mentions
        .iter()
        .filter(|mention| mention.is_main || !is_pronoun(scene, mention))
        .map(|mention| mention.who.clone())
        .filter(Who::is_known)
        .collect();
    if says(BRINGING) && !traits.is_question {
        traits.guest = named(mentions, scene).map(|mention| voice(scene, mention, From::Guest));
    }
    if (flat.contains(" thank") || flat.contains(" thanks")) && traits.words < 14 {
        traits.thanked = mentions
            .first()
            .filter(|mention| !is_pronoun(scene, mention))
            .map(|mention| reading.words(&mention.tokens));
    }
    if !introduces_itself(scene, &tokens) {
        traits.lead = lead(scene, &flat, sayings, mentions, &tokens);
    }
    traits
}

/// Where a phrase stands in a sentence, its words between blanks.
fn places<'a>(flat: &'a str, phrase: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
    flat.match_indices(phrase).map(|(at, _)| at..at + phrase.len()).filter(|place| {
        let after = flat[place.end..].chars().next();
        flat[..place.start].ends_with(' ') && after.is_none_or(|char| !char.is_alphanumeric())
    })
}

/// Whether a phrase stands in a sentence.
fn contains(flat: &str, phrase: &str) -> bool {
    places(flat, phrase).next().is_some()
}

/// "I'm Jonas Ek": a host or a reporter.
fn introduces_itself(scene: &Scene, tokens: &Range<usize>) -> bool {
    let reading = scene.reading;
    tokens.clone().any(|token| {
        reading.lower(token) == "i"
            && matches!(reading.lower(token + 1), "'m" | "am")
            && scene.mentions.iter().any(|mention| mention.tokens.start == token + 2)
    })
}

fn is_pronoun(scene: &Scene, mention: &Mention) -> bool {
    matches!(scene.reading.tag(mention.tokens.start), Tag::Prp | Tag::PrpPossessive)
}

/// The last person that is named, not meant by a pronoun.
fn named<'a>(mentions: &[&'a Mention], scene: &Scene) -> Option<&'a Mention> {
    let is_named = |mention: &&Mention| {
        matches!(mention.who, Who::Person(_)) && scene.reading.is_capital(mention.tokens.start)
    };
    mentions.iter().rev().copied().find(|mention| !is_pronoun(scene, mention) && is_named(mention))
}

fn voice(scene: &Scene, mention: &Mention, from: From) -> Voice {
    let as_written = Some(scene.reading.words(&mention.tokens));
    Voice { who: mention.who.clone(), as_written, is_read: false, from }
}

/// Who may be heard after a sentence.
fn lead(
    scene: &Scene,
    flat: &str,
    sayings: &[&Saying],
    mentions: &[&Mention],
    tokens: &Range<usize>,
) -> Option<Lead> {
    let reading = scene.reading;
    let announces = announces(flat);
    // The last saying of a sentence whose verb hangs highest leads on.
    let saying = sayings.iter().rev().find(|saying| is_high(scene, saying.verb)).or(sayings.last());
    let ends_with =
        tokens.end.checked_sub(1).filter(|last| *last >= tokens.start).map(|last| reading.lower(last));
    // "She said," leads on; "Good evening," does not.
    let says_at_end = saying.is_some_and(|saying| saying.verb + WORDS_BEHIND_NAME > tokens.end);
    let is_open = matches!(ends_with, Some(":" | "quote")) || (ends_with == Some(",") && says_at_end);
    let of_saying = |from: From| {
        let is_person = |saying: &&&&Saying| matches!(saying.who, Who::Person(_) | Who::Holder(_));
        saying.as_ref().filter(is_person).map(|saying| Voice {
            who: saying.who.clone(),
            as_written: Some(saying.as_written.clone()),
            is_read: false,
            from,
        })
    };
    let by_name = NAMING.iter().find_map(|phrase| {
        let at = flat.find(&format!(" {phrase} "))?;
        let before = flat[..at].split_whitespace().count();
        let near = tokens.start + before..tokens.start + before + 9;
        // "This is what the mayor thinks" and "Here's the mayor's plan for the next two years" name nobody who is heard;
        // "this is the mayor's engineer, Jonas Ek" names the engineer.
        mentions.iter().filter(|mention| near.contains(&mention.tokens.start)).find(|mention| {
            let is_owner = matches!(reading.lower(mention.tokens.end), "'s" | "'");
            let rest = mention.tokens.end..tokens.end;
            let behind = rest.filter(|token| !reading.is_mark(*token)).count();
            behind <= WORDS_BEHIND_NAME && !is_owner && !mention.is_subject && !is_pronoun(scene, mention)
        })
    });
    if let Some(mention) = by_name.filter(|_| tokens.len() < 30) {
        return Some(Lead { voice: voice(scene, mention, From::Announced), weight: 3.5 });
    }
    let is_written = saying.is_some_and(|saying| {
        verbs::is_writing(saying.base) || flat.contains(" post ") || flat.contains(" letter ")
    }) || flat.contains(" quote");
    // Whoever owns the subject leads on before whoever is the subject of a clause within.
    let is_owner = |mention: &&&Mention| {
        tokens.clone().any(|token| {
            reading.relation(token) == Relation::Nsubj
                && reading.relation(reading.head(token)) == Relation::Root
                && reading.under(token).contains(&mention.tokens.start)
        })
    };
    let main = || {
        let main = mentions.iter().rev().find(|mention| mention.is_main);
        main.or_else(|| mentions.iter().find(is_owner))
            .or_else(|| mentions.iter().rev().find(|mention| mention.is_subject))
    };
    if announces || is_open {
        let found = of_saying(From::Announced).or_else(|| {
            main().or_else(|| mentions.last()).map(|mention| voice(scene, mention, From::Announced))
        });
        let voice = found.unwrap_or(Voice { from: From::Announced, ..Voice::default() });
        return Some(Lead {
            voice: Voice { is_read: is_written, ..voice },
            weight: if is_open && !is_written && !announces { 2.0 } else { 3.5 },
        });
    }
    let leads_on = LEADING.iter().any(|phrase| contains(flat, phrase)) || speaks_out(scene, tokens);
    if let Some(voice) = of_saying(From::Reported) {
        return Some(Lead {
            voice: Voice { is_read: is_written, ..voice },
            weight: if leads_on { 2.8 } else { 2.2 },
        });
    }
    // Who is spoken of and does nothing in the sentence is seldom heard after it.
    let mention = main()?;
    Some(Lead { voice: voice(scene, mention, From::Mentioned), weight: if leads_on { 2.8 } else { 1.7 } })
}

/// Whether a sentence announces that somebody is heard next: by how it begins or by how it ends.
fn announces(flat: &str) -> bool {
    let words: Vec<&str> =
        flat.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).collect();
    let flat = format!(" {} ", words.join(" "));
    let count = |text: &str| text.split_whitespace().count();
    let begins = |phrase: &&str| {
        places(&flat, phrase).next().is_some_and(|place| count(&flat[..place.start]) <= WORDS_BEFORE)
    };
    let ends = |phrases: &[&str], behind: usize| {
        phrases.iter().any(|phrase| {
            // What hangs on its last word is no word of its own.
            let rest =
                |place: Range<usize>| flat[place.end..].split_once(' ').map_or(0, |(_, rest)| count(rest));
            places(&flat, phrase).last().is_some_and(|place| rest(place) <= behind)
        })
    };
    (words.len() <= LONGEST_CALL && CALLING.iter().any(begins))
        || ends(ANNOUNCING, WORDS_BEHIND)
        || ends(SPEAKING, WORDS_OF_PLACE)
}

/// Whether a sentence tells that somebody spoke, and not with whom: "The mayor addressed the crowd."
fn speaks_out(scene: &Scene, tokens: &Range<usize>) -> bool {
    const SPEAKING_OUT: [&str; 4] = ["spoke", "addressed", "condemned", "responded"];
    let reading = scene.reading;
    tokens.clone().any(|token| {
        SPEAKING_OUT.contains(&reading.lower(token))
            && is_high(scene, token)
            && reading.child(token, &[Relation::Nsubj]).is_some()
            && !matches!(reading.lower(token + 1), "with" | "by" | "about")
    })
}

/// Whether a verb is the root of its sentence, or joined to it.
fn is_high(scene: &Scene, verb: usize) -> bool {
    let reading = scene.reading;
    let relation = reading.relation(verb);
    relation == Relation::Root
        || (relation == Relation::Conj && reading.relation(reading.head(verb)) == Relation::Root)
}

#[cfg(test)]
mod tests {
    use super::announces;

    #[test]
    fn a_sentence_announces_by_how_it_begins_or_ends() {
        #[track_caller]
        fn check(sentence: &str, expected: bool) {
            assert_eq!(announces(&format!(" {sentence} ")), expected, "for {sentence:?}");
        }
        check("listen to what the mayor said .", true);
        check("and so let's listen to the mayor .", true);
        check("but here she is at the pier .", true);
        check("asked about the ferry , the mayor said this .", true);
        check("she spoke to reporters in the town hall on friday .", true);
        check("the mayor was at the pier , and this is what she told us .", true);
        check("i think this is what the mayor has in mind when she speaks of the ferry .", false);
        check(
            "listen to the harbour master and you learn that every ferry is late and has been for years .",
            false,
        );
        check("nobody in the town knows much about it .", false);
        check("the mayor was asked about it .", true);
        check("the clip was shown at the council on monday before the vote .", false);
        check("", false);
    }
}
