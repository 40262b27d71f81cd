//! Addresses of recordings and articles: what they identify, and how one points into the recording.
//!
//! Addresses come out of archives and feeds, so they are hostile until parsed. Only `http` and `https` ever
//! become an identity; only they and files of this machine become links; everything else is `None`, and
//! nothing here panics.

use std::path::Path;

use url::Url;

use crate::time::MediaTime;

/// Length of a YouTube video id, in characters of `A-Za-z0-9_-`.
const YOUTUBE_ID_CHARACTERS: usize = 11;

/// How long the television archive plays from the start we give it, in seconds; its own clips are a minute long.
const ARCHIVE_TV_CLIP_SECONDS: u64 = 60;

/// Query parameters that tell who passed an address on and never what it shows.
///
/// Sources: the parameter documentation of the analytics and mail services (`utm_*`, `mc_*`, `*clid`),
/// the share buttons of YouTube and Spotify (`si`), and what the BBC (`at_*`), the New York Times (`smid`)
/// and the Guardian (`CMP`) append to their own links. A name ending in `*` stands for every name that begins so.
const TRACKING_PARAMETERS: [&str; 23] = [
    "utm_*", "at_*", "ns_*", "mc_*", "pk_*", "mtm_*", "fbclid", "gclid", "dclid", "msclkid", "yclid",
    "twclid", "ttclid", "igshid", "igsh", "_ga", "_gl", "si", "smid", "smtyp", "cmp", "ocid", "ref_src",
];

/// Query parameters by which the addresses of a YouTube video say where to start.
const YOUTUBE_START_PARAMETERS: [&str; 3] = ["t", "start", "time_continue"];

/// Parses an address that a person may safely open: `http` or `https`, with a host.
fn parse_web(address: &str) -> Option<Url> {
    let url = Url::parse(address.trim()).ok()?;
    (matches!(url.scheme(), "http" | "https") && url.has_host()).then_some(url)
}

/// The address as it should be opened; `None` if it is no web address, so that a `javascript:` or `data:`
/// address out of an archive never becomes a link.
pub fn openable(address: &str) -> Option<String> {
    parse_web(address).map(Url::into)
}

/// The id of the YouTube video that `address` shows, in any of the forms that YouTube hands out:
/// `watch?v=`, `shorts/`, `live/`, `embed/`, `v/` and `youtu.be/`.
pub fn youtube_id(address: &str) -> Option<String> {
    youtube_id_of(&parse_web(address)?)
}

fn youtube_id_of(url: &Url) -> Option<String> {
    let host = url.host_str()?;
    let host = host.strip_prefix("www.").or_else(|| host.strip_prefix("m.")).unwrap_or(host);
    let mut path = url.path_segments()?;
    let id = match (host, path.next()?) {
        ("youtu.be", id) => id.to_owned(),
        ("youtube.com" | "music.youtube.com", "watch") => {
            url.query_pairs().find(|(name, _)| name == "v")?.1.into_owned()
        }
        ("youtube.com" | "youtube-nocookie.com", "shorts" | "live" | "embed" | "v") => {
            path.next()?.to_owned()
        }
        _ => return None,
    };
    is_youtube_id(&id).then_some(id)
}

/// Whether `id` has the form of a YouTube video id.
pub(crate) fn is_youtube_id(id: &str) -> bool {
    id.len() == YOUTUBE_ID_CHARACTERS
        && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// The address without what varies between two links to the same thing: host in lower case, no default
/// port, no user name or password, no fragment, no tracking parameters. `None` unless `http` or `https`.
pub fn normalize(address: &str) -> Option<String> {
    let mut url = parse_web(address)?;
    url.set_fragment(None);
    // These fail only for addresses without a host, which `parse_web` refused.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    retain_parameters(&mut url, |name| !is_tracking(name));
    Some(url.into())
}

fn is_tracking(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    TRACKING_PARAMETERS.iter().any(|known| match known.strip_suffix('*') {
        Some(beginning) => name.starts_with(beginning),
        None => name == *known,
    })
}

/// Drops the parameters whose names `keep` refuses, and leaves the bytes of the others as they are.
fn retain_parameters(url: &mut Url, keep: impl Fn(&str) -> bool) {
    let Some(query) = url.query() else { return };
    let name_of = |parameter: &str| parameter.split('=').next().unwrap_or_default().to_owned();
    let kept: Vec<&str> =
        query.split('&').filter(|parameter| !parameter.is_empty() && keep(&name_of(parameter))).collect();
    let kept = kept.join("&");
    url.set_query((!kept.is_empty()).then_some(&kept));
}

/// The address of a file on this machine, for a recording that was published nowhere: `file:///...#`.
///
/// The archive's links append `&t=14.14s` to it, which the `#` makes a part of the page that a player may
/// ignore. `None` unless the path is absolute.
pub fn of_file(path: &Path) -> Option<String> {
    let mut url = Url::from_file_path(path).ok()?;
    url.set_fragment(Some(""));
    Some(
        MARKS_OF_MARKDOWN
            .iter()
            .fold(url.into(), |address: String, (mark, code)| address.replace(*mark, code)),
    )
}

/// What an address may hold but would end or change a link in a Markdown file.
const MARKS_OF_MARKDOWN: [(char, &str); 5] =
    [('(', "%28"), (')', "%29"), ('*', "%2A"), ('[', "%5B"), (']', "%5D")];

/// Parses the address of a file on this machine: `file:` without a host, which would be another machine's.
/// The parser leaves one slash at the beginning of a path; Windows would take two for a host.
fn parse_file(address: &str) -> Option<Url> {
    let url = Url::parse(address.trim()).ok()?;
    (url.scheme() == "file" && !url.has_host()).then_some(url)
}

/// The address that opens the recording at `address` at `time`; `None` if it is neither a web address nor that
/// of a file on this machine.
///
/// YouTube takes whole seconds in the query (`&t=14s`; Shorts and embedded players, which ignore it,
/// become a `watch` address), the television part of archive.org a path (`/start/14/end/74`), every
/// other player the media fragment of the W3C (`#t=14.14`), which replaces a fragment that is there.
/// Whole seconds are rounded down, so that the first word is heard.
pub fn link(address: &str, time: MediaTime) -> Option<String> {
    if let Some(file) = parse_file(address) {
        return Some(fragment_link(file, time).into());
    }
    let url = parse_web(address)?;
    let linked = youtube_link(&url, time)
        .or_else(|| archive_tv_link(&url, time))
        .unwrap_or_else(|| fragment_link(url, time));
    Some(linked.into())
}

/// A text fragment names a longer text by its beginning and its end, so many words each.
const FRAGMENT_WORDS: usize = 5;

/// The address that opens the page at `address` where `text` stands in it, by a text fragment
/// (`#:~:text=`, WICG Scroll to Text Fragment); `None` unless it is a web address and there is text.
///
/// A fragment that is there stays before it. A text of more than ten words is named by its
/// first five and its last five, so that the link stays short.
pub fn link_to_text(address: &str, text: &str) -> Option<String> {
    let mut url = parse_web(address)?;
    let directive = text_directive(text)?;
    let before = url.fragment().map(|fragment| fragment.split(":~:").next().unwrap_or_default());
    let fragment = format!("{}:~:text={directive}", before.unwrap_or_default());
    url.set_fragment(Some(&fragment));
    Some(url.into())
}

fn text_directive(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let encoded = |words: &[&str]| encode_fragment_text(&words.join(" "));
    match words.len() {
        0 => None,
        few if few <= 2 * FRAGMENT_WORDS => Some(encoded(&words)),
        many => Some(format!(
            "{},{}",
            encoded(&words[..FRAGMENT_WORDS]),
            encoded(&words[many - FRAGMENT_WORDS..])
        )),
    }
}

/// Percent-encodes all but what can stand for nothing else: hyphens, commas and ampersands are signs there.
fn encode_fragment_text(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'.' | b'_' | b'~' => encoded.push(char::from(byte)),
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

fn youtube_link(url: &Url, time: MediaTime) -> Option<Url> {
    let id = youtube_id_of(url)?;
    let ignores_start = matches!(url.path_segments()?.next()?, "shorts" | "embed" | "v");
    let mut linked = if ignores_start {
        Url::parse("https://www.youtube.com/watch")
            .ok()?
            .query_pairs_mut()
            .append_pair("v", &id)
            .finish()
            .clone()
    } else {
        url.clone()
    };
    linked.set_fragment(None);
    retain_parameters(&mut linked, |name| !YOUTUBE_START_PARAMETERS.contains(&name));
    append_parameter(&mut linked, &format!("t={}s", time.whole_seconds()));
    Some(linked)
}

fn append_parameter(url: &mut Url, parameter: &str) {
    let query = match url.query() {
        Some(query) => format!("{query}&{parameter}"),
        None => parameter.to_owned(),
    };
    url.set_query(Some(&query));
}

fn archive_tv_link(url: &Url, time: MediaTime) -> Option<Url> {
    let host = url.host_str()?;
    if host.strip_prefix("www.").unwrap_or(host) != "archive.org" {
        return None;
    }
    let mut path = url.path_segments()?;
    let (Some("details"), Some(name)) = (path.next(), path.next()) else { return None };
    let names_start = path.next() == Some("start");
    if !names_start && !is_archive_tv_name(name) {
        return None;
    }
    let start = time.whole_seconds();
    let end = start.saturating_add(ARCHIVE_TV_CLIP_SECONDS);
    let mut linked = url.clone();
    linked.set_path(&format!("/details/{name}/start/{start}/end/{end}"));
    linked.set_fragment(None);
    Some(linked)
}

/// Television recordings are called `CHANNEL_YYYYMMDD_HHMMSS_Programme`.
fn is_archive_tv_name(name: &str) -> bool {
    let digits = |part: Option<&str>, count| {
        part.is_some_and(|part| part.len() == count && part.bytes().all(|b| b.is_ascii_digit()))
    };
    let mut parts = name.split('_');
    parts.next().is_some_and(|channel| !channel.is_empty())
        && digits(parts.next(), 8)
        && digits(parts.next(), 6)
}

fn fragment_link(mut url: Url, time: MediaTime) -> Url {
    url.set_fragment(Some(&format!("t={}", time.as_seconds_f64())));
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_this_machine_open_at_their_second_and_identify_nothing() {
        let address = of_file(Path::new("/news/harbour talks #1.mp3")).unwrap();
        assert_eq!(address, "file:///news/harbour%20talks%20%231.mp3#");
        let time = MediaTime::from_millis(14_140);
        assert_eq!(link(&address, time).as_deref(), Some("file:///news/harbour%20talks%20%231.mp3#t=14.14"));
        assert_eq!(normalize(&address), None, "the same path is another file on another machine");
        // Two slashes at the beginning of a path, however they come there, are a host to Windows.
        let elsewhere = [
            "file://other.example/share/a.mp3",
            "file:////other.example/share/a.mp3",
            r"file:\\\\other.example\share\a.mp3",
            "file:///.//other.example/share/a.mp3",
            "file:///x/..//other.example/share/a.mp3",
        ];
        for address in elsewhere {
            let linked = link(address, time).unwrap_or_default();
            assert!(
                !linked.starts_with("file://o") && !linked.starts_with("file:////"),
                "{address}: {linked}"
            );
        }
        assert_eq!(of_file(Path::new("talk.mp3")), None);
        let marked = of_file(Path::new("/a/[x](y) **b**.mp3")).unwrap();
        assert_eq!(marked, "file:///a/%5Bx%5D%28y%29%20%2A%2Ab%2A%2A.mp3#");
    }

    #[test]
    fn youtube_ids_are_found_in_every_form_of_address() {
        #[track_caller]
        fn check(address: &str, id: Option<&str>) {
            assert_eq!(youtube_id(address).as_deref(), id, "for {address}");
        }
        let id = Some("a1B2c3D4-_5");
        check("https://www.youtube.com/watch?v=a1B2c3D4-_5", id);
        check("http://YouTube.com/watch?app=desktop&v=a1B2c3D4-_5&list=PL1&t=7s", id);
        check("https://m.youtube.com/watch?v=a1B2c3D4-_5#t=10", id);
        check("https://music.youtube.com/watch?v=a1B2c3D4-_5", id);
        check("https://youtu.be/a1B2c3D4-_5?si=abcdef", id);
        check("https://www.youtube.com/shorts/a1B2c3D4-_5", id);
        check("https://www.youtube.com/live/a1B2c3D4-_5?feature=share", id);
        check("https://www.youtube-nocookie.com/embed/a1B2c3D4-_5", id);
        check(" https://www.youtube.com/v/a1B2c3D4-_5/ ", id);
        check("https://www.youtube.com/watch?v=short", None);
        check("https://www.youtube.com/watch?v=a1B2c3D4-_5x", None);
        check("https://www.youtube.com/@channel", None);
        check("https://youtube.com.example.org/watch?v=a1B2c3D4-_5", None);
        check("ftp://www.youtube.com/watch?v=a1B2c3D4-_5", None);
        check("www.youtube.com/watch?v=a1B2c3D4-_5", None);
        check("https://youtu.be/", None);
    }

    #[test]
    fn normal_addresses_lose_what_varies() {
        #[track_caller]
        fn check(address: &str, normal: Option<&str>) {
            assert_eq!(normalize(address).as_deref(), normal, "for {address}");
        }
        check("HTTPS://News.Example.ORG:443/A/b?id=7#top", Some("https://news.example.org/A/b?id=7"));
        check(
            "https://example.org/a?utm_source=x&id=7&utm_medium=y&fbclid=z",
            Some("https://example.org/a?id=7"),
        );
        check("https://example.org/a?UTM_Source=x", Some("https://example.org/a"));
        check("https://example.org/a?", Some("https://example.org/a"));
        check("https://example.org/a?b=%20c&d", Some("https://example.org/a?b=%20c&d"));
        check("https://user:secret@example.org/a", Some("https://example.org/a"));
        check("https://example.org", Some("https://example.org/"));
        check("https://exämple.org/ü", Some("https://xn--exmple-cua.org/%C3%BC"));
        check("javascript:alert(1)", None);
        check("data:text/html,x", None);
        check("file:///etc/hosts", None);
        check("no address", None);
        check("", None);
    }

    #[test]
    fn links_open_the_second() {
        #[track_caller]
        fn check(address: &str, linked: Option<&str>) {
            let link = link(address, MediaTime::from_millis(14_140));
            assert_eq!(link.as_deref(), linked, "for {address}");
        }
        let watch = Some("https://www.youtube.com/watch?v=a1B2c3D4-_5&t=14s");
        check("https://www.youtube.com/watch?v=a1B2c3D4-_5", watch);
        check("https://www.youtube.com/watch?v=a1B2c3D4-_5&t=99s#x", watch);
        check("https://www.youtube.com/shorts/a1B2c3D4-_5", watch);
        check("https://www.youtube.com/embed/a1B2c3D4-_5?start=3", watch);
        check("https://youtu.be/a1B2c3D4-_5", Some("https://youtu.be/a1B2c3D4-_5?t=14s"));
        check(
            "https://www.youtube.com/live/a1B2c3D4-_5",
            Some("https://www.youtube.com/live/a1B2c3D4-_5?t=14s"),
        );
        check(
            "https://archive.org/details/HBRTV_20260302_070000_Morning_Desk",
            Some("https://archive.org/details/HBRTV_20260302_070000_Morning_Desk/start/14/end/74"),
        );
        check(
            "https://archive.org/details/HBRTV_20260302_070000_Morning_Desk/start/600/end/660?q=ferry",
            Some("https://archive.org/details/HBRTV_20260302_070000_Morning_Desk/start/14/end/74?q=ferry"),
        );
        check(
            "https://archive.org/details/sea-shanties",
            Some("https://archive.org/details/sea-shanties#t=14.14"),
        );
        check("https://radio.example.org/a.mp3?x=1#t=3", Some("https://radio.example.org/a.mp3?x=1#t=14.14"));
        check("javascript:alert(1)//https://example.org", None);
        check("data:text/html,<script>", None);
        check("//example.org/a", None);
        check("https://", None);
        check("", None);
    }

    #[test]
    fn links_open_the_text() {
        #[track_caller]
        fn check(address: &str, text: &str, linked: Option<&str>) {
            assert_eq!(link_to_text(address, text).as_deref(), linked, "for {address} and {text}");
        }
        let page = "https://post.example.org/ferry?id=7";
        check(page, "No boat", Some("https://post.example.org/ferry?id=7#:~:text=No%20boat"));
        check(
            page,
            "5 % off-peak, \n\"R&D\"",
            Some("https://post.example.org/ferry?id=7#:~:text=5%20%25%20off%2Dpeak%2C%20%22R%26D%22"),
        );
        check(page, "Fähre", Some("https://post.example.org/ferry?id=7#:~:text=F%C3%A4hre"));
        check(
            page,
            "one two three four five six seven eight nine ten eleven",
            Some(
                "https://post.example.org/ferry?id=7#:~:text=one%20two%20three%20four%20five,seven%20eight%20nine%20ten%20eleven",
            ),
        );
        check("https://post.example.org/a#top", "No", Some("https://post.example.org/a#top:~:text=No"));
        check("https://post.example.org/a#:~:text=x", "No", Some("https://post.example.org/a#:~:text=No"));
        check(page, " \n", None);
        check("javascript:alert(1)", "No", None);
    }

    #[test]
    fn fragments_have_no_needless_zeros() {
        let link = |millis| link("https://example.org/a", MediaTime::from_millis(millis)).unwrap();
        assert_eq!(link(0), "https://example.org/a#t=0");
        assert_eq!(link(3_600_500), "https://example.org/a#t=3600.5");
    }
}
