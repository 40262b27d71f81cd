//! Which verbs report what somebody said, and how.

/// How a verb takes what was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Takes {
    /// A clause: "said that the ferry was late". Whoever says has said so.
    Clause,
    /// A clause, or an infinitive that is a word given: "promised to repair the pier".
    ClauseOrDeed,
    /// A thing as something: "described the talks as useful", "called it a mistake".
    Likeness,
    /// A deed or a thing: "rejected the plan", "ruled out an election".
    Thing,
}

/// Verbs by the way they take what was said: the base form, and irregular pasts. Regular forms are derived.
///
/// After the list of the SFU Gender Gap Tracker in kind (verbs that introduce reported speech), without verbs of
/// thinking and feeling: a thought that nobody told is no statement.
const CLAUSE: &[&str] = &[
    "acknowledge",
    "add",
    "admit",
    "affirm",
    "allege",
    "announce",
    "answer",
    "argue",
    "assert",
    "assure",
    "boast",
    "caution",
    "claim",
    "clarify",
    "comment",
    "complain",
    "concede",
    "conclude",
    "confess",
    "confirm",
    "contend",
    "counter",
    "declare",
    "deny",
    "disclose",
    "emphasise",
    "emphasize",
    "estimate",
    "exclaim",
    "explain",
    "hint",
    "imply",
    "indicate",
    "inform",
    "insist",
    "joke",
    "lament",
    "maintain",
    "mention",
    "note",
    "object",
    "observe",
    "point",
    "post",
    "predict",
    "proclaim",
    "protest",
    "quip",
    "reaffirm",
    "reassure",
    "recall",
    "reiterate",
    "remark",
    "repeat",
    "reply",
    "report",
    "respond",
    "retort",
    "reveal",
    "signal",
    "state",
    "stress",
    "suggest",
    "testify",
    "tweet",
    "underline",
    "underscore",
    "warn",
];
const CLAUSE_IRREGULAR: &[(&str, &[&str])] = &[
    ("say", &["say", "says", "said", "saying"]),
    ("tell", &["tell", "tells", "told", "telling"]),
    ("write", &["write", "writes", "wrote", "written", "writing"]),
];
const DEED: &[&str] = &[
    "agree", "demand", "decline", "offer", "pledge", "promise", "propose", "refuse", "request", "threaten",
    "urge", "vow",
];
const DEED_IRREGULAR: &[(&str, &[&str])] = &[("swear", &["swear", "swears", "swore", "sworn", "swearing"])];
const LIKENESS: &[&str] = &[
    "call",
    "describe",
    "denounce",
    "dismiss",
    "label",
    "brand",
    "accuse",
    "praise",
    "characterize",
    "characterise",
];
const THING: &[&str] = &["reject", "rule", "condemn", "criticize", "criticise", "endorse", "defend"];

/// What a verb form is a form of, and how it takes what was said. `None` for verbs that report no saying.
pub(super) fn saying(form: &str) -> Option<(&'static str, Takes)> {
    let irregular = |list: &'static [(&'static str, &'static [&'static str])]| {
        list.iter().find(|(_, forms)| forms.contains(&form)).map(|(base, _)| *base)
    };
    let regular = |list: &'static [&'static str]| list.iter().copied().find(|base| is_form_of(form, base));
    if let Some(base) = irregular(CLAUSE_IRREGULAR).or_else(|| regular(CLAUSE)) {
        return Some((base, Takes::Clause));
    }
    if let Some(base) = irregular(DEED_IRREGULAR).or_else(|| regular(DEED)) {
        return Some((base, Takes::ClauseOrDeed));
    }
    regular(LIKENESS)
        .map(|base| (base, Takes::Likeness))
        .or_else(|| regular(THING).map(|base| (base, Takes::Thing)))
}

/// Whether the words that follow such a verb were written, and are read out.
pub(super) fn is_writing(base: &str) -> bool {
    matches!(base, "write" | "post" | "tweet")
}

/// Whether `form` is the base, or it with a regular ending.
fn is_form_of(form: &str, base: &str) -> bool {
    let Some(stem) = common_stem(base) else { return false };
    let Some(ending) = form.strip_prefix(stem) else { return false };
    if form == base {
        return true;
    }
    if let Some(stem) = base.strip_suffix('e') {
        return form.strip_prefix(stem).is_some_and(|ending| matches!(ending, "es" | "ed" | "ing"));
    }
    if base.ends_with('y') && !base.ends_with("ay") {
        return matches!(ending, "ies" | "ied" | "ying");
    }
    if base == "admit" {
        return matches!(form, "admits" | "admitted" | "admitting");
    }
    if base == "label" || base == "signal" {
        return form.strip_prefix(base).is_some_and(|end| matches!(end, "s" | "ed" | "led" | "ing" | "ling"));
    }
    form.strip_prefix(base).is_some_and(|ending| matches!(ending, "s" | "es" | "ed" | "ing" | "ped" | "ping"))
}

fn common_stem(base: &str) -> Option<&str> {
    base.strip_suffix(['e', 'y']).or(Some(base))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_lead_to_their_verb() {
        #[track_caller]
        fn check(form: &str, expected: Option<&str>) {
            assert_eq!(saying(form).map(|(base, _)| base), expected, "for {form}");
        }
        check("said", Some("say"));
        check("wrote", Some("write"));
        check("agreed", Some("agree"));
        check("denies", Some("deny"));
        check("conveyed", None);
        check("describing", Some("describe"));
        check("admitted", Some("admit"));
        check("quipped", Some("quip"));
        check("thought", None);
        check("add", Some("add"));
        check("address", None); // Begins as "add" does.
        check("reporter", None);
        check("statement", None);
    }
}
