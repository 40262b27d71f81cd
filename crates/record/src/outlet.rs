//! Outlets, and how shows and recordings are called on disk.
//!
//! A show's name comes from a feed, a page or a command line and ends up in a path, so a folder's name
//! keeps nothing that a file system, a shell or a directory listing could take for something else.

use jiff::civil::Date;

/// Longest folder name, in bytes: with the date and the length around it, a file name stays below the
/// 255 bytes that common file systems allow.
const FOLDER_BYTES: usize = 200;

/// What the public archive's folders leave out of a show's name.
const DROPPED: [char; 4] = ['\'', '"', '.', '!'];

/// What a path, a shell pattern or Windows gives a meaning; each becomes a hyphen.
const REPLACED: [char; 9] = ['/', '\\', ':', '*', '?', '<', '>', '|', '\u{fffd}'];

/// The folder of a show of whose name nothing can be kept.
const NAMELESS: &str = "untitled";

/// Who publishes a show: the part of its name before ` - ` ("BBC - World News" gives "BBC"), else the
/// whole name. An archive's configuration may say otherwise.
pub fn outlet_of(show: &str) -> &str {
    match show.split_once(" - ") {
        Some((outlet, _)) if !outlet.trim().is_empty() => outlet.trim(),
        _ => show.trim(),
    }
}

/// The folder of a show: its name without `' " . !`, as in the public archive, and safe as one component
/// of a path on every common system.
///
/// Separators and characters with a meaning in paths become hyphens, control and invisible formatting
/// characters vanish, runs of white space become one space; leading hyphens and spaces (a command would
/// take them for an option) and trailing spaces go; a device name of Windows gets a `_`; what is too long
/// is cut. The folder of a folder's name is itself.
pub fn folder_of(show: &str) -> String {
    let kept: String = show.chars().filter(|c| !is_dropped(*c)).map(replaced).collect();
    let words: Vec<&str> = kept.split_whitespace().collect();
    let joined = words.join(" ");
    let folder = cut(joined.trim_start_matches(['-', ' ', '~']), FOLDER_BYTES).trim_end();
    match folder {
        "" => NAMELESS.to_owned(),
        device if is_windows_device(device) => format!("{device}_"),
        folder => folder.to_owned(),
    }
}

/// The name of a transcript's file, `YYYYMMDD_<folder>_<Length>s.md`.
pub fn file_name(date: Date, show: &str, length_seconds: u64) -> String {
    format!("{}_{}_{length_seconds}s.md", date.strftime("%Y%m%d"), folder_of(show))
}

fn is_dropped(c: char) -> bool {
    DROPPED.contains(&c) || (c.is_control() && !c.is_whitespace()) || is_invisible(c)
}

fn replaced(c: char) -> char {
    if REPLACED.contains(&c) { '-' } else { c }
}

/// Characters that change how a name looks without being seen, such as the marks that reverse its direction.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// The beginning of `text`, at most `bytes` long, cut between characters.
fn cut(text: &str, bytes: usize) -> &str {
    let end = (0..=bytes.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    &text[..end.unwrap_or(0)]
}

/// The names that Windows keeps for devices, in every folder.
fn is_windows_device(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    if ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"].contains(&name.as_str()) {
        return true;
    }
    let port = name.strip_prefix("COM").or_else(|| name.strip_prefix("LPT"));
    port.is_some_and(|number| {
        ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "¹", "²", "³"].contains(&number)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_outlet_stands_before_the_hyphen() {
        #[track_caller]
        fn check(show: &str, outlet: &str) {
            assert_eq!(outlet_of(show), outlet, "for {show}");
        }
        check("Harbour Radio - Morning Desk", "Harbour Radio");
        check("Tidewater - Politics - Late", "Tidewater");
        check("The Lantern Hour", "The Lantern Hour");
        check("Low-Water Weekly", "Low-Water Weekly");
        check(" - Untitled", "- Untitled");
        check("", "");
    }

    #[test]
    fn folders_are_safe_components_of_paths() {
        #[track_caller]
        fn check(show: &str, folder: &str) {
            assert_eq!(folder_of(show), folder, "for {show:?}");
            assert_eq!(folder_of(folder), folder, "the folder of a folder is itself");
        }
        check("Harbour Radio - Morning Desk", "Harbour Radio - Morning Desk");
        check("The Harbour's \"Late\" Desk: No. 5!", "The Harbours Late Desk- No 5");
        check("Café Ωmega 海", "Café Ωmega 海");
        check("../../etc/passwd", "etc-passwd");
        check("..", "untitled");
        check("", "untitled");
        check("a/b\\c|d*e?f<g>h", "a-b-c-d-e-f-g-h");
        check("-rf ~", "rf ~");
        check("--", "untitled");
        check("~root", "root");
        check(".hidden", "hidden");
        check("  two\u{a0} spaces \n and a break ", "two spaces and a break");
        check("null\0byte \u{1b}[31m", "nullbyte [31m");
        check("turned \u{202e}dm.exe", "turned dmexe");
        check("con", "con_");
        check("LPT1", "LPT1_");
        check("COM.1", "COM1_");
        check("com10", "com10");
        check(&"é".repeat(300), &"é".repeat(100));
        check(&format!("a{}", "é".repeat(300)), &format!("a{}", "é".repeat(99)));
        check(&format!("{} b", "x".repeat(199)), &"x".repeat(199));
    }

    #[test]
    fn file_names_carry_day_folder_and_length() {
        let date = jiff::civil::date(2026, 3, 2);
        assert_eq!(file_name(date, "The Harbour's Desk", 95), "20260302_The Harbours Desk_95s.md");
        assert!(file_name(date, &"x".repeat(500), u64::MAX).len() <= 255);
        assert_eq!(file_name(jiff::civil::date(33, 1, 1), "A", 0), "00330101_A_0s.md");
    }
}
