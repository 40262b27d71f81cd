//! Fetching from hosts that are slow, forgetful, wrong or hostile.

use std::fs;
use std::io::Write as _;
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use super::server::{Request, Server, cut, head, serve, whole};
use super::toys::{Impatient, Sandbox, weights};
use crate::fetch::Scheme;
use crate::{FetchError, ModelFiles, Silent, SourceError, State, Step};

/// More than one block, and no multiple of one.
const SIZE_BYTES: usize = 700_001;

/// Fetches `toy` from a server that answers by `answer`.
fn fetch(
    answer: impl Fn(&[u8], &Request, usize, &mut TcpStream) + Send + Sync + 'static,
) -> (Sandbox, Server, Result<ModelFiles, FetchError>) {
    let bytes = weights(SIZE_BYTES);
    let served = bytes.clone();
    let server = Server::start(move |request, number, stream| answer(&served, request, number, stream));
    let sandbox = Sandbox::public(&server.url("/toy.bin?signature=secret"), &bytes);
    let outcome = sandbox.cache.fetch("toy", &mut Silent);
    (sandbox, server, outcome)
}

#[track_caller]
fn assert_fetched(sandbox: &Sandbox, outcome: Result<ModelFiles, FetchError>) {
    let files = outcome.unwrap();
    assert_eq!(fs::read(&files.weights).unwrap(), weights(SIZE_BYTES));
    assert_eq!(sandbox.names(), ["toy.bin", "toy.bin.verified"]);
    assert_eq!(sandbox.cache.locate("toy").unwrap(), files);
}

/// The message of a fetch that leaves nothing behind in the model's folder.
#[track_caller]
fn refused(sandbox: &Sandbox, outcome: Result<ModelFiles, FetchError>) -> String {
    let message = sandbox.steady(&outcome.unwrap_err().to_string());
    assert_eq!(sandbox.names(), Vec::<String>::new(), "after: {message}");
    message
}

#[test]
fn a_file_is_fetched_once() {
    let (sandbox, server, outcome) = fetch(|bytes, request, _, stream| serve(stream, bytes, request));
    assert_fetched(&sandbox, outcome);
    sandbox.cache.fetch("toy", &mut Silent).unwrap();
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_cut_transfer_goes_on_where_it_broke() {
    let (sandbox, server, outcome) = fetch(|bytes, request, _, stream| {
        cut(stream, bytes, request.offset_bytes, 300_000);
    });
    assert_fetched(&sandbox, outcome);
    assert_eq!(server.offsets(), [None, Some(300_000), Some(600_000)]);
    let tags: Vec<_> = server.requests().into_iter().map(|request| request.if_range).collect();
    assert_eq!(tags, [None, Some("\"v1\"".to_owned()), Some("\"v1\"".to_owned())]);
}

#[test]
fn a_later_run_goes_on_where_an_earlier_one_stopped() {
    let bytes = weights(SIZE_BYTES);
    let served = bytes.clone();
    let server = Server::start(move |request, _, stream| serve(stream, &served, request));
    let sandbox = Sandbox::public(&server.url("/toy.bin"), &bytes);
    let error = sandbox.cache.fetch("toy", &mut Impatient { left: 1 }).unwrap_err();
    insta::assert_snapshot!(error, @r"
    fetching the model `toy` was stopped
    hint: `onrecord models fetch toy` goes on from there
    ");

    let part = fs::read(sandbox.folder(0).join("toy.bin.partial")).unwrap();
    assert!(!part.is_empty() && bytes.starts_with(&part), "{} bytes", part.len());
    let (received_bytes, total_bytes) = (part.len() as u64, SIZE_BYTES as u64);
    assert_eq!(sandbox.cache.list()[0].state, State::Partial { received_bytes, total_bytes });
    let error = sandbox.cache.locate("toy").unwrap_err().to_string();
    assert_eq!(
        error,
        format!(
            "only {received_bytes} of 700001 bytes of the model `toy` are here\nhint: `onrecord models fetch toy` goes on from there"
        )
    );

    let outcome = sandbox.cache.fetch("toy", &mut Silent);
    assert_fetched(&sandbox, outcome);
    assert_eq!(server.offsets(), [None, Some(part.len())]);
}

#[test]
fn a_server_that_knows_no_ranges_starts_over() {
    let (sandbox, server, outcome) = fetch(|bytes, _, number, stream| match number {
        0 => cut(stream, bytes, None, 300_000),
        _ => whole(stream, bytes, &[]),
    });
    assert_fetched(&sandbox, outcome);
    assert_eq!(server.offsets(), [None, Some(300_000)]);
}

#[test]
fn a_file_that_changed_meanwhile_is_fetched_anew() {
    let (sandbox, server, outcome) = fetch(|bytes, request, number, stream| match number {
        0 => {
            let old = vec![0; bytes.len()];
            cut(stream, &old, None, 300_000);
        }
        // RFC 9110, section 13.1.5: another tag than that of `If-Range` means the whole new file.
        _ => {
            assert_eq!(request.if_range.as_deref(), Some("\"v1\""));
            whole(stream, bytes, &["ETag: \"v2\""]);
        }
    });
    assert_fetched(&sandbox, outcome);
    assert_eq!(server.offsets(), [None, Some(300_000)]);
}

#[test]
fn a_worthless_beginning_costs_one_fetch_more() {
    let bytes = weights(SIZE_BYTES);
    let served = bytes.clone();
    let server = Server::start(move |request, _, stream| serve(stream, &served, request));
    let sandbox = Sandbox::public(&server.url("/toy.bin"), &bytes);
    fs::create_dir_all(sandbox.folder(0)).unwrap();
    fs::write(sandbox.folder(0).join("toy.bin.partial"), [0; 1000]).unwrap();
    let outcome = sandbox.cache.fetch("toy", &mut Silent);
    assert_fetched(&sandbox, outcome);
    assert_eq!(server.offsets(), [Some(1000), None]);
}

#[test]
fn a_complete_or_overlong_beginning_is_judged_by_its_hash() {
    #[track_caller]
    fn check(partial: &[u8], expected: &[Option<usize>]) {
        let bytes = weights(SIZE_BYTES);
        let served = bytes.clone();
        let server = Server::start(move |request, _, stream| serve(stream, &served, request));
        let sandbox = Sandbox::public(&server.url("/toy.bin"), &bytes);
        fs::create_dir_all(sandbox.folder(0)).unwrap();
        fs::write(sandbox.folder(0).join("toy.bin.partial"), partial).unwrap();
        let outcome = sandbox.cache.fetch("toy", &mut Silent);
        assert_fetched(&sandbox, outcome);
        assert_eq!(server.offsets(), expected);
    }
    check(&weights(SIZE_BYTES), &[]);
    check(&vec![0; SIZE_BYTES], &[None]);
    check(&vec![0; SIZE_BYTES + 1], &[None]);
}

#[test]
fn an_unfit_answer_to_a_range_starts_over() {
    #[track_caller]
    fn check(unfit: fn(&[u8], &mut TcpStream)) {
        let (sandbox, server, outcome) = fetch(move |bytes, _, number, stream| match number {
            0 => cut(stream, bytes, None, 300_000),
            1 => unfit(bytes, stream),
            _ => whole(stream, bytes, &[]),
        });
        assert_fetched(&sandbox, outcome);
        assert_eq!(server.offsets(), [None, Some(300_000), None]);
    }
    check(|_, stream| head(stream, "416 Range Not Satisfiable", &["Content-Range: bytes */5"]));
    check(|bytes, stream| cut(stream, bytes, Some(299_999), usize::MAX));
    check(|_, stream| head(stream, "206 Partial Content", &["Content-Length: 0"]));
}

#[test]
fn other_bytes_are_refused_and_removed() {
    let (sandbox, server, outcome) = fetch(|bytes, _, _, stream| {
        let mut other = bytes.to_vec();
        other[123_456] ^= 1;
        whole(stream, &other, &[]);
    });
    insta::assert_snapshot!(refused(&sandbox, outcome), @r"
    cannot fetch the model `toy`
      from the public model host: `toy.bin` from `http://127.0.0.1:PORT/toy.bin` is not the file it should be and was removed: expected SHA-256 ef68f222d600e03cad45f3433de6bb1f1e536225215f63c9952e084938a9f5f5, found 3e529bc833b48b527c0fda348fe08dc224d20af329491b7171cbbb27086db606
    hint: something between here and the host changes files, or the file there was replaced; a newer version of this program may know the new one
    hint: or fetch the file on another machine and name it with `--model PATH`
    ");
    assert_eq!(server.requests().len(), 1, "a fresh download with the wrong hash is not tried again");
    insta::assert_snapshot!(sandbox.cache.locate("toy").unwrap_err(), @r"
    the model `toy` is not on this machine
    hint: fetch it with `onrecord models fetch toy`
    ");
}

#[test]
fn another_length_is_refused_before_it_is_received() {
    let (sandbox, _, outcome) = fetch(|bytes, _, _, stream| whole(stream, &bytes[..1000], &[]));
    let reason = only_reason(outcome);
    assert!(
        matches!(reason, SourceError::WrongLength { found_bytes: 1000, expected_bytes: 700_001, .. }),
        "{reason}"
    );
    insta::assert_snapshot!(sandbox.steady(&reason.to_string()), @"`http://127.0.0.1:PORT/toy.bin` offers 1000 bytes, expected 700001");

    let (_, _, outcome) = fetch(|bytes, _, _, stream| whole(stream, &[bytes, b"more"].concat(), &[]));
    let reason = only_reason(outcome);
    assert!(matches!(reason, SourceError::WrongLength { found_bytes: 700_005, .. }), "{reason}");

    let (_, _, outcome) = fetch(|bytes, _, number, stream| match number {
        0 => cut(stream, bytes, None, 300_000),
        _ => cut(stream, &[bytes, b"more"].concat(), Some(300_000), usize::MAX),
    });
    let reason = only_reason(outcome);
    assert!(matches!(reason, SourceError::WrongLength { found_bytes: 700_005, .. }), "{reason}");
}

#[track_caller]
fn only_reason(outcome: Result<ModelFiles, FetchError>) -> SourceError {
    match outcome.unwrap_err() {
        FetchError::AllFailed { mut failed, .. } if failed.len() == 1 => failed.remove(0).reason,
        other => panic!("{other}"),
    }
}

#[test]
fn an_endless_body_stops_at_the_pinned_size() {
    let (sandbox, _, outcome) = fetch(|bytes, _, _, stream| {
        head(stream, "200 OK", &[]);
        // The right bytes first: only that more follow gives it away. Ends when the client hangs up.
        let _ = stream.write_all(bytes);
        while stream.write_all(bytes).is_ok() {}
    });
    let error = outcome.unwrap_err().to_string();
    insta::assert_snapshot!(sandbox.steady(&error), @r"
    cannot fetch the model `toy`
      from the public model host: `http://127.0.0.1:PORT/toy.bin` sends more than the expected 700001 bytes
    hint: something between here and the host changes files, or the file there was replaced; a newer version of this program may know the new one
    hint: or fetch the file on another machine and name it with `--model PATH`
    ");
    let left: u64 =
        sandbox.names().iter().map(|name| fs::metadata(sandbox.folder(0).join(name)).unwrap().len()).sum();
    assert_eq!(left, 0);
}

#[test]
fn a_body_without_a_length_may_be_right() {
    let (sandbox, _, outcome) = fetch(|bytes, _, _, stream| {
        head(stream, "200 OK", &[]);
        let _ = stream.write_all(bytes);
    });
    assert_fetched(&sandbox, outcome);
}

#[test]
fn redirects_are_followed() {
    let (sandbox, server, outcome) = fetch(|bytes, request, _, stream| match request.path.as_str() {
        "/toy.bin?signature=secret" => head(stream, "302 Found", &["Location: /storage/toy"]),
        "/storage/toy" => head(stream, "307 Temporary Redirect", &["Location: nearest?token=secret"]),
        _ => serve(stream, bytes, request),
    });
    assert_fetched(&sandbox, outcome);
    assert_eq!(server.requests()[2].path, "/storage/nearest?token=secret");
}

#[test]
fn a_circle_of_redirects_ends() {
    let (sandbox, server, outcome) =
        fetch(|_, _, _, stream| head(stream, "302 Found", &["Location: /toy.bin"]));
    insta::assert_snapshot!(sandbox.steady(&only_reason(outcome).to_string()), @"`http://127.0.0.1:PORT/toy.bin` redirects more than 5 times");
    assert_eq!(server.requests().len(), 6);
}

#[test]
fn a_redirect_to_an_unencrypted_address_is_not_followed() {
    let (sandbox, _, outcome) = fetch(|_, _, _, stream| {
        head(stream, "302 Found", &["Location: http://storage.example/toy?token=secret"]);
    });
    insta::assert_snapshot!(sandbox.steady(&only_reason(outcome).to_string()), @"`http://127.0.0.1:PORT/toy.bin` leads to `http://storage.example/toy`, expected an `https` address");
}

#[test]
fn an_unencrypted_address_is_not_even_asked() {
    let bytes = weights(10);
    let server = Server::start(|_, _, stream| whole(stream, &weights(10), &[]));
    let sandbox = Sandbox::public(&server.url("/toy.bin"), &bytes);
    let sandbox = sandbox.with_options(|options| options.scheme = Scheme::Https);
    insta::assert_snapshot!(sandbox.error(), @r"
    cannot fetch the model `toy`
      from the public model host: `http://127.0.0.1:PORT/toy.bin` is not encrypted, expected an `https` address
    hint: try again later, or look for a newer version of this program
    hint: or fetch the file on another machine and name it with `--model PATH`
    ");
    assert_eq!(server.requests(), []);
}

#[test]
fn a_missing_file_is_named() {
    let (sandbox, server, outcome) =
        fetch(|_, _, _, stream| head(stream, "404 Not Found", &["Content-Length: 0"]));
    insta::assert_snapshot!(refused(&sandbox, outcome), @r"
    cannot fetch the model `toy`
      from the public model host: `http://127.0.0.1:PORT/toy.bin` answered 404 Not Found
    hint: try again later, or look for a newer version of this program
    hint: or fetch the file on another machine and name it with `--model PATH`
    ");
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_busy_server_is_asked_again() {
    let (sandbox, server, outcome) = fetch(|bytes, request, number, stream| match number {
        0 => head(stream, "503 Service Unavailable", &["Content-Length: 0"]),
        _ => serve(stream, bytes, request),
    });
    assert_fetched(&sandbox, outcome);
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn a_server_that_stays_busy_is_given_up() {
    let (sandbox, server, outcome) =
        fetch(|_, _, _, stream| head(stream, "503 Service Unavailable", &["Content-Length: 0"]));
    assert_eq!(
        sandbox.steady(&only_reason(outcome).to_string()),
        "`http://127.0.0.1:PORT/toy.bin` answered 503 Service Unavailable"
    );
    assert_eq!(server.requests().len(), 4);
}

#[test]
fn slow_is_not_stalled() {
    let bytes = weights(SIZE_BYTES);
    let served = bytes.clone();
    let server = Server::start(move |_, _, stream| {
        head(stream, "200 OK", &[&format!("Content-Length: {}", served.len())]);
        for piece in served.chunks(SIZE_BYTES / 9) {
            let _ = stream.write_all(piece);
            thread::sleep(Duration::from_millis(250));
        }
    });
    let limit = Duration::from_secs(2);
    let sandbox =
        Sandbox::public(&server.url("/toy.bin"), &bytes).with_options(|options| options.stall_limit = limit);
    let start = Instant::now();
    let outcome = sandbox.cache.fetch("toy", &mut Silent);
    assert_fetched(&sandbox, outcome);
    assert!(start.elapsed() > limit, "the test shows nothing if it takes less than {limit:?}");
}

#[test]
fn a_stalled_transfer_ends_and_keeps_what_came() {
    let bytes = weights(SIZE_BYTES);
    let served = bytes.clone();
    let server = Server::start(move |request, number, stream| match number {
        0 => {
            cut(stream, &served, request.offset_bytes, 300_000);
            thread::sleep(Duration::from_secs(4)); // Longer than the client waits.
        }
        _ => head(stream, "404 Not Found", &["Content-Length: 0"]),
    });
    let sandbox = Sandbox::public(&server.url("/toy.bin"), &bytes);
    let sandbox = sandbox.with_options(|options| options.stall_limit = Duration::from_secs(2));
    let mut broken = Vec::new();
    let outcome = sandbox.cache.fetch("toy", &mut |step: &Step<'_>| {
        if let Step::Retrying { reason, .. } = step {
            broken.push(reason.to_string());
        }
    });
    outcome.unwrap_err();
    assert_eq!(broken.len(), 1);
    insta::assert_snapshot!(sandbox.steady(&broken[0]), @"`http://127.0.0.1:PORT/toy.bin` broke off after 300000 of 700001 bytes: nothing came for 2s");
    assert_eq!(server.offsets(), [None, Some(300_000)]);
    assert_eq!(fs::metadata(sandbox.folder(0).join("toy.bin.partial")).unwrap().len(), 300_000);
}

#[test]
fn progress_says_what_happens() {
    let bytes = weights(SIZE_BYTES);
    let served = bytes.clone();
    let server = Server::start(move |request, number, stream| match number {
        0 => cut(stream, &served, None, 300_000),
        _ => serve(stream, &served, request),
    });
    let sandbox = Sandbox::public(&server.url("/toy.bin"), &bytes);
    let mut said = Vec::new();
    let mut last_bytes = 0;
    let mut progress = |step: &Step<'_>| match step {
        Step::Receiving { received_bytes, total_bytes, .. } => {
            assert!(*received_bytes > last_bytes && *received_bytes <= *total_bytes);
            last_bytes = *received_bytes;
        }
        Step::Asking { source } => said.push(format!("asking {source}")),
        Step::Retrying { .. } => said.push("retrying".to_owned()),
        Step::Hashing { hashed_bytes, .. } => said.push(format!("hashed {hashed_bytes}")),
        other => said.push(format!("{other:?}")),
    };
    sandbox.cache.fetch("toy", &mut progress).unwrap();
    let asking = format!("asking {}", server.url("/toy.bin"));
    assert_eq!(said, [&asking, "retrying", &asking, "hashed 700001"]);
    assert_eq!(last_bytes, SIZE_BYTES as u64);
}

#[test]
fn of_two_that_fetch_at_once_one_waits() {
    let bytes = weights(SIZE_BYTES);
    let served = bytes.clone();
    let server = Server::start(move |request, _, stream| {
        thread::sleep(Duration::from_millis(300));
        serve(stream, &served, request);
    });
    let sandbox = Sandbox::public(&server.url("/toy.bin"), &bytes);
    let outcomes: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> =
            (0..3).map(|_| scope.spawn(|| sandbox.cache.fetch("toy", &mut Silent))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    outcomes.into_iter().for_each(|outcome| assert_fetched(&sandbox, outcome));
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn waiting_for_another_has_an_end() {
    let bytes = weights(10);
    let server = Server::start(|_, _, _| thread::sleep(Duration::from_millis(300)));
    let sandbox = Sandbox::public(&server.url("/toy.bin"), &bytes);
    let sandbox = sandbox.with_options(|options| options.lock_limit = Duration::ZERO);
    thread::scope(|scope| {
        scope.spawn(|| sandbox.cache.fetch("toy", &mut Silent));
        while server.requests().is_empty() {
            thread::yield_now();
        }
        insta::assert_snapshot!(sandbox.error(), @r"
        another process is fetching the model `toy` (for more than 0 s)
        hint: wait for it or end it, then try again; it holds `FOLDER/cache/locks/toy.lock`
        ");
    });
}

#[test]
fn a_host_that_cannot_be_reached_is_named() {
    let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
    let sandbox = Sandbox::public(&format!("http://127.0.0.1:{port}/toy.bin"), b"bytes");
    insta::assert_snapshot!(sandbox.error(), @r"
    cannot fetch the model `toy`
      from the public model host: cannot reach `127.0.0.1:PORT`: Connection refused
    hint: check the network and `HTTPS_PROXY` (and `SSL_CERT_FILE`, if a proxy signs for other hosts)
    hint: or fetch the file on another machine and name it with `--model PATH`
    ");

    // `.invalid` never resolves (RFC 6761); without any name server it does not either.
    let sandbox = Sandbox::public("https://models.invalid/toy.bin", b"bytes");
    let message = sandbox.error();
    assert!(message.contains("from the public model host: cannot reach `models.invalid`: "), "{message}");
    assert!(message.contains("\nhint: check the network and `HTTPS_PROXY`"), "{message}");
}
