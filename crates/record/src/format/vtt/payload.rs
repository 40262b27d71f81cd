//! What stands in a cue: text, voices, times of words.

use super::super::clock::clock;
use super::super::markup::{leading_entity, unescaped};
use crate::imported::{Shown, ShownLine};
use crate::time::MediaTime;

/// The tags that are taken off; a voice is kept as speaker.
const TAGS: [&str; 8] = ["c", "i", "b", "u", "ruby", "rt", "lang", "font"];

/// What stands in angle brackets.
enum Tag {
    /// `<v Ann>`; nobody for `</v>`.
    Voice(Option<String>),
    /// `<00:00:05.220>`.
    Time(MediaTime),
    /// Anything that only changes how the text looks.
    Look,
}

/// Puts the lines of a payload into its cue, none of them empty; a line on which the voice changes becomes two.
pub(super) fn read(payload: &str, cue: &mut Shown) {
    let mut lines = Lines { cue, open: ShownLine::default() };
    let mut rest = payload;
    while let Some(at) = rest.find(['<', '&', '\n']) {
        lines.open.text.push_str(&rest[..at]);
        rest = &rest[at..];
        let bytes = match rest.as_bytes()[0] {
            b'\n' => lines.end_line(),
            b'&' => lines.escape(rest),
            _ => lines.tag(rest),
        };
        rest = &rest[bytes..];
    }
    lines.open.text.push_str(rest);
    lines.end_line();
}

struct Lines<'a> {
    cue: &'a mut Shown,
    open: ShownLine,
}

impl Lines<'_> {
    /// Ends the line; the voice goes on.
    fn end_line(&mut self) -> usize {
        let speaker = self.open.speaker.clone();
        let line = std::mem::replace(&mut self.open, ShownLine { speaker, ..ShownLine::default() });
        trimmed(line).into_iter().for_each(|line| self.cue.push(line));
        1
    }

    /// Takes the escape at the beginning of `rest`, or the `&` alone; its length in bytes.
    fn escape(&mut self, rest: &str) -> usize {
        let (character, bytes) = leading_entity(rest).unwrap_or(('&', 1));
        // No escape makes a second line.
        self.open.text.push(if matches!(character, '\n' | '\r') { ' ' } else { character });
        bytes
    }

    /// Takes the tag at the beginning of `rest`, or the `<` alone; its length in bytes.
    fn tag(&mut self, rest: &str) -> usize {
        let end = rest[1..].find(['<', '>']).map(|at| at + 1).filter(|end| rest[*end..].starts_with('>'));
        match end.and_then(|end| Some((tag(&rest[1..end])?, end))) {
            Some((Tag::Voice(speaker), end)) => {
                self.end_line();
                self.open.speaker = speaker;
                end + 1
            }
            Some((Tag::Time(time), end)) => {
                self.open.marks.push((self.open.text.len(), time));
                end + 1
            }
            Some((Tag::Look, end)) => end + 1,
            None => {
                self.open.text.push('<');
                1
            }
        }
    }
}

fn tag(inside: &str) -> Option<Tag> {
    if let Some(time) = clock(inside) {
        return Some(Tag::Time(time));
    }
    let (is_end, inside) = match inside.strip_prefix('/') {
        Some(inside) => (true, inside),
        None => (false, inside),
    };
    let (name, annotation) = inside.split_once([' ', '\t', '\n']).unwrap_or((inside, ""));
    let name = name.split('.').next().unwrap_or_default();
    match name {
        "v" if is_end => Some(Tag::Voice(None)),
        "v" => {
            let words: Vec<&str> = annotation.split_whitespace().collect();
            let speaker = unescaped(&words.join(" ")).trim().replace(['\n', '\r'], " ");
            Some(Tag::Voice(Some(speaker).filter(|speaker| !speaker.is_empty())))
        }
        name => TAGS.contains(&name).then_some(Tag::Look),
    }
}

/// The line without spaces around it, its marks where they were; `None` if nothing is left.
fn trimmed(mut line: ShownLine) -> Option<ShownLine> {
    let before = line.text.len() - line.text.trim_start().len();
    line.text = line.text.trim().to_owned();
    for (at, _) in &mut line.marks {
        *at = at.saturating_sub(before).min(line.text.len());
    }
    (!line.text.is_empty()).then_some(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(payload: &str, expected: &str) {
        let shown = |line: &ShownLine| {
            let marks: Vec<String> =
                line.marks.iter().map(|(at, time)| format!("{at}@{}", time.as_millis())).collect();
            format!("{}|{}|{}", line.speaker.as_deref().unwrap_or("-"), line.text, marks.join(","))
        };
        let mut cue = Shown::new(MediaTime::ZERO, None, 1);
        read(payload, &mut cue);
        let read: Vec<String> = cue.lines.iter().map(shown).collect();
        assert_eq!(read.join("\n"), expected, "for {payload:?}");
    }

    #[test]
    fn voices_tags_and_escapes() {
        check("<v Ann>Good morning.", "Ann|Good morning.|");
        check("<v.loud Ann  Lee>Good\nmorning.</v> All.", "Ann Lee|Good|\nAnn Lee|morning.|\n-|All.|");
        check("<v Ann>No.<v Ben>Yes.</v>", "Ann|No.|\nBen|Yes.|");
        check("<v Ann &amp; &lt;Ben&gt; >No.", "Ann & <Ben>|No.|");
        check("<v >No.", "-|No.|");
        check("<c.yellow>a</c> <i>b</i> <lang en>c</lang>", "-|a b c|");
        check("Tide &amp; Tow &lt;b&gt; &#10; x", "-|Tide & Tow <b>   x|");
        check(" \n<i> </i>\n", "");
    }

    #[test]
    fn what_is_no_tag_is_text() {
        check("5 < 6 & 7 > 6 <unk> a <b", "-|5 < 6 & 7 > 6 <unk> a <b|");
        check("AT&T &bogus; <>", "-|AT&T &bogus; <>|");
        check("<<i>i>", "-|<i>|");
    }

    #[test]
    fn times_in_a_line_are_kept_at_their_place() {
        check(
            " hello<00:00:00.480><c> and</c><00:00:00.640><c> welcome</c> ",
            "-|hello and welcome|5@480,9@640",
        );
        check("<00:01.000>all", "-|all|0@1000");
    }
}
