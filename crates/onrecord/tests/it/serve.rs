//! The archive over the network: the same answers as the command line's, and nothing for strangers.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use crate::harbour::{Broadcast, archive, put};
use crate::program::{command_without_models, run_without_models as run};
use crate::skerry;

/// A server that is stopped when the test ends.
struct Served {
    child: Child,
    authority: String,
}

impl Served {
    fn begin(root: &Path, arguments: &[&str]) -> Self {
        let all = ["serve", "--port", "0", "--quiet"].iter().chain(arguments);
        let mut child = command_without_models(root, all).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let authority = line.trim().trim_start_matches("http://").trim_end_matches('/').to_owned();
        Self { child, authority }
    }

    /// Asks with headers of our own; gives the status, the head and the body.
    fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> (u16, String, String) {
        let mut stream = TcpStream::connect(&self.authority).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        let host = headers
            .iter()
            .find(|(name, _)| *name == "host")
            .map_or(self.authority.as_str(), |(_, host)| host);
        let mut request = format!(
            "{method} {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-length: {}\r\n",
            body.len()
        );
        for (name, value) in headers.iter().filter(|(name, _)| *name != "host") {
            request += &format!("{name}: {value}\r\n");
        }
        write!(stream, "{request}\r\n{body}").unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, head.to_owned(), body.to_owned())
    }

    fn get(&self, path: &str) -> (u16, String) {
        let (status, _, body) = self.ask("GET", path, &[], "");
        (status, body)
    }

    fn json(&self, path: &str) -> Value {
        let (status, body) = self.get(path);
        assert_eq!(status, 200, "{path}: {body}");
        serde_json::from_str(&body).unwrap()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a page must never let through: it is in a title, in what is said, in a file's name and in a query.
const HOSTILE: &str = "\"><script>alert(1)</script><img src=x onerror=alert(2)>'";

fn begun() -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let root = archive(folder.path());
    let lines = [(0.0, "The ferry is hostile today."), (5.0, HOSTILE)];
    let url = "https://radio.example.org/listen?id=hostile";
    let broadcast = Broadcast { show: HOSTILE, title: HOSTILE, day: 3, url, lines: &lines };
    put(&root, "Hostile/it's & <odd>.md", &broadcast.text());
    run(&root, ["index", "--quiet"]).expect(0);
    (folder, root)
}

#[test]
fn the_api_answers_as_the_command_line_does() {
    let (_folder, root) = begun();
    let served = Served::begin(&root, &[]);
    let printed = run(&root, ["search", "ferry", "--json", "--limit", "5"]).expect(0).objects();
    let answered = served.json("/api/v1/search?q=ferry&limit=5");
    assert_eq!(answered["hits"].as_array().unwrap(), &printed);
    let hit = &printed[0];
    let path = hit["document"]["path"].as_str().unwrap();
    let id = hit["document"]["id"].as_str().unwrap().replace('/', "%2F").replace('?', "%3F");
    let shown = run(&root, ["show", path, "--json"]).expect(0).objects();
    assert_eq!(served.json(&format!("/api/v1/documents/{id}/lines"))["found"].as_array().unwrap(), &shown);
    let counted = run(&root, ["search", "ferry", "--count", "--json"]).expect(0).objects();
    assert_eq!(served.json("/api/v1/count?q=ferry")["hits"], counted[0]["hits"]);
    let trends = run(&root, ["trends", "ferry", "--by", "month", "--json"]).expect(0).objects();
    assert_eq!(served.json("/api/v1/trends?term=ferry&by=month")["rows"].as_array().unwrap(), &trends);
    let vtt = run(&root, ["export", path, "--format", "vtt"]).expect(0).stdout;
    assert_eq!(served.get(&format!("/api/v1/documents/{id}/export/vtt")), (200, vtt));
}

#[test]
fn pages_of_a_search_follow_on_each_other() {
    let (_folder, root) = begun();
    let served = Served::begin(&root, &[]);
    let all = served.json("/api/v1/search?q=ferry&limit=100&mode=words&sort=oldest");
    let all = all["hits"].as_array().unwrap();
    let mut paged = Vec::new();
    let mut address = "/api/v1/search?q=ferry&limit=1&mode=words&sort=oldest".to_owned();
    loop {
        let answer = served.json(&address);
        paged.extend(answer["hits"].as_array().unwrap().clone());
        let Some(next) = answer["next"].as_str() else { break };
        address = format!("/api/v1/search?q=ferry&limit=1&mode=words&sort=oldest&cursor={next}");
    }
    assert!(all.len() > 1);
    assert_eq!(&paged, all);
}

#[test]
fn errors_have_a_code_and_say_what_to_do() {
    let (_folder, root) = begun();
    let served = Served::begin(&root, &[]);
    let check = |path: &str, expected: u16, code: &str| {
        let (status, body) = served.get(path);
        let error = serde_json::from_str::<Value>(&body).unwrap();
        assert_eq!((status, error["error"]["code"].as_str().unwrap()), (expected, code), "{path}: {body}");
        assert!(!error["error"]["message"].as_str().unwrap().is_empty());
    };
    check("/api/v1/search?q=%22open", 400, "bad_request");
    check("/api/v1/search", 400, "bad_request");
    check("/api/v1/search?q=a&limit=0", 400, "bad_request");
    check("/api/v1/documents/%FF/lines", 400, "bad_request");
    check("/api/v1/search?q=a&cursor=x", 400, "bad_request");
    check("/api/v1/search?q=a&fliter=b", 400, "bad_request");
    check("/api/v1/search?q=a&outlet=nobody", 400, "bad_request");
    check("/api/v1/documents/yt:aaaaaaaaaaa", 404, "not_found");
    check("/api/v1/documents/..%2F..%2Fetc%2Fpasswd/lines", 404, "not_found");
    check("/api/v1/nothing", 404, "not_found");
    check("/api/v1/stories", 404, "not_found");
    let (status, _, body) = served.ask("POST", "/api/v1/search?q=a", &[], "{}");
    assert_eq!(status, 405, "{body}");
    let (status, _, body) = served.ask("POST", "/api/v1/check-article", &[], "no JSON");
    assert_eq!(status, 400, "{body}");
}

#[test]
fn no_text_becomes_markup() {
    let (_folder, root) = begun();
    let served = Served::begin(&root, &[]);
    let hit = served.json("/api/v1/search?q=hostile&limit=1")["hits"][0].clone();
    let id = hit["document"]["id"].as_str().unwrap().replace('/', "%2F").replace('?', "%3F");
    let encoded: String = HOSTILE.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let addresses = [
        "/".to_owned(),
        "/?q=hostile".to_owned(),
        format!("/?q={encoded}&outlet={encoded}&show={encoded}&month={encoded}"),
        format!("/documents/{id}"),
        format!("/documents/{encoded}"),
        format!("/people/{encoded}"),
        format!("/shows/{encoded}"),
        format!("/outlets/{encoded}"),
        "/outlets".to_owned(),
        format!("/compare?term={encoded}"),
        format!("/check?text={encoded}"),
        format!("/stories?words={encoded}"),
        format!("/{encoded}"),
    ];
    for address in addresses {
        let (_, head, body) = served.ask("GET", &address, &[], "");
        assert!(!body.contains("<script>alert") && !body.contains("<img src=x"), "{address}: {body}");
        assert!(
            head.contains("content-security-policy: default-src 'none'; script-src 'self'"),
            "{address}: {head}"
        );
        assert!(head.contains("content-type: text/html"), "{address}: {head}");
    }
    let page = served.get(&format!("/documents/{id}")).1;
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "shown as it is: {page}");
}

#[test]
fn strangers_are_told_nothing() {
    let (_folder, root) = begun();
    let served = Served::begin(&root, &[]);
    for path in ["/", "/api/v1/search?q=ferry", "/mcp", "/static/room.css"] {
        let (status, _, body) = served.ask("GET", path, &[("host", "rebound.example")], "");
        assert_eq!(status, 403, "{path}");
        assert!(!body.contains("ferry"), "{path}: {body}");
    }
    let elsewhere = [("origin", "https://evil.example"), ("content-type", "application/json")];
    let (status, ..) = served.ask("POST", "/api/v1/check-article", &elsewhere, r#"{"text": "x"}"#);
    assert_eq!(status, 403);
    let (_, head, _) = served.ask("GET", "/api/v1/status", &[("origin", "https://evil.example")], "");
    assert!(!head.contains("access-control"), "{head}");
}

#[test]
fn a_password_is_asked_for_where_there_is_one() {
    let (_folder, root) = begun();
    let file = root.join("password");
    fs::write(&file, "correct horse battery\n").unwrap();
    let served = Served::begin(&root, &["--password-file", file.to_str().unwrap()]);
    let (status, head, _) = served.ask("GET", "/", &[], "");
    assert_eq!(status, 401);
    assert!(head.contains("www-authenticate: Basic"), "{head}");
    let right = [("authorization", "Bearer correct horse battery")];
    assert_eq!(served.ask("GET", "/api/v1/status", &right, "").0, 200);
    let wrong = [("authorization", "Bearer wrong horse battery")];
    let statuses: Vec<u16> = (0..12).map(|_| served.ask("GET", "/api/v1/status", &wrong, "").0).collect();
    assert_eq!(statuses[..10], [401; 10]);
    assert_eq!(statuses[10..], [429; 2]);
}

#[test]
fn searches_are_saved_by_who_may_write_and_read_as_feeds() {
    let (_folder, root) = begun();
    fs::write(root.join("password"), "correct horse battery").unwrap();
    let unwritable = Served::begin(&root, &[]);
    let new = r#"{"name": "ferries", "query": "hostile"}"#;
    assert_eq!(unwritable.ask("POST", "/api/v1/searches", &[], new).0, 403);
    let served = Served::begin(&root, &["--write-password-file", "password"]);
    assert_eq!(served.ask("POST", "/api/v1/searches", &[], new).0, 401);
    let right = [("authorization", "Bearer correct horse battery")];
    let (status, _, body) = served.ask("POST", "/api/v1/searches", &right, new);
    assert_eq!(status, 200, "{body}");
    assert_eq!(served.ask("POST", "/api/v1/searches", &right, new).0, 400, "there is one already");
    assert_eq!(served.json("/api/v1/searches")["searches"][0]["name"], "ferries");
    let traversal = r#"{"name": "../ferries", "query": "ferry"}"#;
    assert_eq!(served.ask("POST", "/api/v1/searches", &right, traversal).0, 400);
    let feed = served.json("/api/v1/searches/ferries/feed.json");
    assert!(!feed["items"].as_array().unwrap().is_empty(), "{feed}");
    for form in ["atom", "rss"] {
        let (status, text) = served.get(&format!("/api/v1/searches/ferries/feed.{form}"));
        assert_eq!(status, 200);
        assert!(text.starts_with("<?xml") && text.contains("&lt;script&gt;"), "{text}");
    }
    assert_eq!(served.ask("DELETE", "/api/v1/searches/ferries", &right, "").0, 200);
    assert_eq!(served.get("/api/v1/searches/ferries/feed.json").0, 404);
}

#[test]
fn who_keeps_silent_is_hung_up_on() {
    let (_folder, root) = begun();
    let served = Served::begin(&root, &[]);
    let begun = |said: &str| {
        let mut stream = TcpStream::connect(&served.authority).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        stream.write_all(said.as_bytes()).unwrap();
        stream
    };
    // One says nothing, one begins and goes no further; neither read may run into its time limit.
    let streams = [begun(""), begun("GET / HTTP/1.1\r\nhost: local")];
    for mut stream in streams {
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let answer = String::from_utf8_lossy(&answer).into_owned();
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408"), "{answer}");
    }
}

#[test]
fn who_sends_too_much_is_told_so() {
    let (_folder, root) = begun();
    let served = Served::begin(&root, &[]);
    let body = json!({"text": "x".repeat(3 << 20)}).to_string();
    let (status, _, answer) = served.ask("POST", "/api/v1/check-article", &[], &body);
    assert_eq!(status, 413, "{answer}");
    assert_eq!(serde_json::from_str::<Value>(&answer).unwrap()["error"]["code"], "too_large");
}

#[test]
fn new_findings_are_told_by_a_server_that_runs() {
    let folder = tempfile::tempdir().unwrap();
    let root = skerry::archive(folder.path());
    run(&root, ["index", "--quiet"]).expect(0);
    let served = Served::begin(&root, &[]);
    assert_eq!(served.get("/api/v1/reuse").0, 404);
    run(&root, ["analyse", "--quiet"]).expect(0);
    let shared = || served.json("/api/v1/reuse?limit=200")["found"].as_array().unwrap().len();
    let before = shared();
    let other = fs::read_to_string(root.join("Articles/first.txt")).unwrap();
    put(
        &root,
        "Articles/other.txt",
        &format!("{other}\n\nThe tide turns at noon, the harbour master added.\n"),
    );
    run(&root, ["index", "--quiet"]).expect(0);
    run(&root, ["analyse", "--quiet"]).expect(0);
    assert!(shared() > before, "{before}");
    // Made anew, in a file of its own.
    run(&root, ["analyse", "--rebuild", "--quiet"]).expect(0);
    assert!(shared() > before);
}

#[test]
fn an_index_that_is_made_anew_is_asked_by_a_server_that_runs() {
    let (_folder, root) = begun();
    let served = Served::begin(&root, &[]);
    let hits = |query: &str| served.json(&format!("/api/v1/count?q={query}"))["hits"].as_u64().unwrap();
    let ferries = hits("ferry");
    assert_eq!((ferries > 0, hits("walrus")), (true, 0));
    let url = "https://radio.example.org/listen?id=walrus";
    let lines = [(0.0, "A walrus sat on the ferry.")];
    put(
        &root,
        "Desk/walrus.md",
        &Broadcast { show: "Desk", title: "A walrus", day: 4, url, lines: &lines }.text(),
    );
    run(&root, ["index", "--rebuild", "--quiet"]).expect(0);
    let found = served.json("/api/v1/search?q=walrus&mode=words");
    assert_eq!(found["hits"][0]["document"]["path"], "Desk/walrus.md");
    assert_eq!((hits("ferry"), hits("walrus")), (ferries + 1, 1));
}

#[test]
fn a_network_needs_a_password() {
    let (_folder, root) = begun();
    let refused = run(&root, ["serve", "--address", "0.0.0.0", "--port", "0"]).expect(2);
    assert!(
        refused.stderr.contains("everybody who reaches it could read the archive\nhint: "),
        "{}",
        refused.stderr
    );
    fs::write(root.join("password"), "short").unwrap();
    let refused = run(&root, ["serve", "--port", "0", "--password-file", "password"]).expect(2);
    assert!(
        refused.stderr.contains("expected a password of at least 12 characters, found 5"),
        "{}",
        refused.stderr
    );
}

#[test]
fn who_has_an_answer_is_sent_nothing() {
    let (_folder, root) = begun();
    let served = Served::begin(&root, &[]);
    for path in ["/", "/api/v1/search?q=ferry", "/static/room.css"] {
        let (_, head, _) = served.ask("GET", path, &[], "");
        let tag = head.lines().find_map(|line| line.strip_prefix("etag: ")).unwrap().to_owned();
        let (status, _, body) = served.ask("GET", path, &[("if-none-match", &tag)], "");
        assert_eq!((status, body.as_str()), (304, ""), "{path}");
    }
}

#[test]
fn an_assistant_finds_reads_and_cites() {
    let (_folder, root) = begun();
    let mut child =
        command_without_models(&root, ["mcp"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut answers = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut ask = |id: u64, method: &str, parameters: Value| {
        writeln!(stdin, "{}", json!({"jsonrpc": "2.0", "id": id, "method": method, "params": parameters}))
            .unwrap();
        let answer: Value = serde_json::from_str(&answers.next().unwrap().unwrap()).unwrap();
        assert_eq!(answer["id"], id, "{answer}");
        answer["result"].clone()
    };
    let client = json!({"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}});
    let begun = ask(1, "initialize", client);
    assert_eq!(begun["serverInfo"]["name"], "onrecord");
    let tools = ask(2, "tools/list", json!({}));
    let names: Vec<&str> =
        tools["tools"].as_array().unwrap().iter().map(|tool| tool["name"].as_str().unwrap()).collect();
    for name in ["search", "read", "quotes", "check_quote", "stories", "discrepancies", "timeline", "trends"]
    {
        assert!(names.contains(&name), "{names:?}");
    }
    let found = ask(3, "tools/call", json!({"name": "search", "arguments": {"q": "ferry", "limit": 1}}));
    let found: Value = serde_json::from_str(found["content"][0]["text"].as_str().unwrap()).unwrap();
    let hit = &found["hits"][0];
    assert!(hit["link"].as_str().unwrap().starts_with("https://"), "{hit}");
    let arguments = json!({"id": hit["document"]["path"], "limit": 2});
    let lines = ask(4, "tools/call", json!({"name": "read", "arguments": arguments}));
    let lines: Value = serde_json::from_str(lines["content"][0]["text"].as_str().unwrap()).unwrap();
    assert_eq!(lines["found"].as_array().unwrap().len(), 2);
    let wrong = ask(5, "tools/call", json!({"name": "search", "arguments": {"q": "\"open"}}));
    assert_eq!(wrong["isError"], true, "{wrong}");
    drop(stdin);
    assert!(child.wait().unwrap().success());
}
