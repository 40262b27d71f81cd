//! `transcribe`: formats, remarks, bad input. Real recognition of the bundled broadcast with `tiny.en`.

use crate::program::{Run, broadcast, has_model, run};
use std::path::Path;

fn transcribe(folder: &Path, arguments: &[&str]) -> Run {
    let fast = ["transcribe", "--model", "tiny.en", "--beam-size", "1", "--temperature", "0"];
    run(folder, fast.iter().chain(arguments))
}

#[test]
fn a_recording_becomes_files_in_every_format() {
    if !has_model("tiny.en") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    broadcast(folder.path(), "talk.flac");
    let done =
        transcribe(folder.path(), &["talk.flac", "--format", "archive,srt,vtt,txt,tsv,json", "--json"])
            .expect(0);
    let object = &done.objects()[0];
    assert_eq!((&object["path"], &object["model"]), (&"talk.flac".into(), &"tiny.en".into()));
    assert_eq!(object["language"], "en");
    assert!((object["audio_seconds"].as_f64().unwrap() - 100.418).abs() < 0.01);
    let written: Vec<&str> =
        object["output"].as_array().unwrap().iter().map(|path| path.as_str().unwrap()).collect();
    let expected =
        ["talk.md", "talk.json", "talk.srt", "talk.vtt", "talk.txt", "talk.tsv", "talk.whisper.json"];
    assert_eq!(written, expected);
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
    let transcript = read("talk.md");
    // Metadata from `talk.info.json`, which yt-dlp would have written.
    assert!(transcript.contains("# Tideway News Hour: flood barrier at Port Callow delayed\n"));
    assert!(transcript.contains("](https://example.org/tideway/20261112&t=0.0s)]"));
    assert!(read("talk.srt").starts_with("1\n00:00:00,000 --> "));
    assert!(read("talk.vtt").starts_with("WEBVTT\n"));
    let whisper: serde_json::Value = serde_json::from_str(&read("talk.whisper.json")).unwrap();
    assert!(whisper["segments"][0]["words"][0]["probability"].is_number());
    let sidecar: serde_json::Value = serde_json::from_str(&read("talk.json")).unwrap();
    assert_eq!(sidecar["media"]["codec"], "flac");
    let settings = &sidecar["settings"];
    assert_eq!((&settings["beam_size"], &settings["language"]), (&1.into(), &"auto".into()));
    assert_eq!(settings["compression_ratio_threshold"].to_string(), "2.4", "as people write it");
    assert_eq!(sidecar["unread"], serde_json::Value::Null, "all of it was listened to");
    assert_eq!(sidecar["segments"].as_array().unwrap().len(), object["segments"].as_u64().unwrap() as usize);
}

#[test]
fn a_part_has_the_times_of_the_whole() {
    if !has_model("tiny.en") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    broadcast(folder.path(), "talk.flac");
    transcribe(folder.path(), &["talk.flac", "--format", "tsv", "--start", "0:30", "--end", "50"]).expect(0);
    let lines = std::fs::read_to_string(folder.path().join("talk.tsv")).unwrap();
    let starts: Vec<u64> =
        lines.lines().skip(1).map(|line| line.split('\t').next().unwrap().parse().unwrap()).collect();
    assert!(!starts.is_empty() && starts.iter().all(|start| (30_000..50_000).contains(start)), "{lines}");
}

#[test]
fn a_pipe_goes_in_and_text_comes_out() {
    if !has_model("tiny.en") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    broadcast(folder.path(), "talk.flac");
    let mut command = crate::program::command(
        folder.path(),
        ["transcribe", "-", "--model", "tiny.en", "--beam-size", "1", "--format", "txt", "--end", "20"],
    );
    let sound = std::fs::File::open(folder.path().join("talk.flac")).unwrap();
    let done = crate::program::finished(command.stdin(sound).output().unwrap()).expect(0);
    assert!(done.stdout.contains("flood barrier"), "{}", done.stdout);
}

#[test]
fn silence_has_no_words() {
    if !has_model("tiny.en") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("silence.wav"), silence(20)).unwrap();
    let done = transcribe(folder.path(), &["silence.wav", "--json"]).expect(0);
    assert_eq!(done.objects()[0]["segments"], 0);
}

/// Seconds of silence, 8 kHz mono.
fn silence(seconds: u32) -> Vec<u8> {
    let data = seconds * 16_000;
    let mut file = b"RIFF".to_vec();
    file.extend((36 + data).to_le_bytes());
    file.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    file.extend(8_000u32.to_le_bytes());
    file.extend(16_000u32.to_le_bytes());
    file.extend(b"\x02\0\x10\0data");
    file.extend(data.to_le_bytes());
    file.resize(44 + data as usize, 0);
    file
}

#[test]
fn one_bad_file_costs_only_itself() {
    if !has_model("tiny.en") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("text.mp3"), "Dear listeners, this is no sound.\n").unwrap();
    std::fs::write(folder.path().join("empty.wav"), "").unwrap();
    std::fs::write(folder.path().join("-odd 'name'\n.wav"), silence(1)).unwrap();
    let done = transcribe(
        folder.path(),
        &["text.mp3", "empty.wav", "missing.ogg", "--format", "txt", "--", "./-odd 'name'\n.wav"],
    )
    .expect(2);
    assert!(folder.path().join("-odd 'name'\n.txt").exists(), "the good one is done");
    for sentence in [
        "error: `text.mp3`: expected a recording, found text",
        "error: `empty.wav`: the file is empty",
        "error: `missing.ogg`: there is no such file",
        "3 failed:",
    ] {
        assert!(done.stderr.contains(sentence), "{sentence} is not in:\n{}", done.stderr);
    }
    let left: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert_eq!(left.len(), 4, "nothing half-written: {left:?}");
}

#[test]
fn a_file_that_is_cut_short_is_heard_as_far_as_it_goes() {
    if !has_model("tiny.en") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    broadcast(folder.path(), "talk.flac");
    let path = folder.path().join("talk.flac");
    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, &whole[..whole.len() / 5]).unwrap();
    let done = transcribe(folder.path(), &["talk.flac", "--json"]).expect(0);
    assert!(done.stderr.contains("the file ends in the middle"), "{}", done.stderr);
    let heard = done.objects()[0]["audio_seconds"].as_f64().unwrap();
    assert!((5.0..50.0).contains(&heard), "a fifth of 100 s, found {heard}");
    let sidecar = std::fs::read_to_string(folder.path().join("talk.json")).unwrap();
    let sidecar: serde_json::Value = serde_json::from_str(&sidecar).unwrap();
    let unread = sidecar["unread"].as_array().unwrap().last().unwrap();
    assert_eq!(unread["why"], "undecodable", "{unread}");
    assert!((unread["end_seconds"].as_f64().unwrap() - 100.418).abs() < 0.01, "{unread}");
}

#[test]
fn of_a_ruined_file_only_the_first_defects_are_told() {
    if !has_model("tiny.en") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    broadcast(folder.path(), "talk.flac");
    let path = folder.path().join("talk.flac");
    let mut bytes = std::fs::read(&path).unwrap();
    (20_000..bytes.len()).step_by(50_000).for_each(|at| bytes[at] ^= 0x5a);
    std::fs::write(&path, bytes).unwrap();
    let done = transcribe(folder.path(), &["talk.flac", "--format", "txt"]).expect(0);
    let warnings: Vec<&str> = done.stderr.lines().filter(|line| line.starts_with("warning: ")).collect();
    assert_eq!(warnings.len(), 6, "{}", done.stderr);
    assert!(warnings[5].ends_with(" more defects"), "{}", warnings[5]);
}

#[test]
fn wrong_arguments_are_refused_before_any_work() {
    let folder = tempfile::tempdir().unwrap();
    #[track_caller]
    fn check(folder: &Path, arguments: &[&str], sentence: &str) {
        let done = run(folder, ["transcribe", "a.wav"].iter().chain(arguments)).expect(2);
        assert!(done.stderr.contains(sentence), "{sentence} is not in:\n{}", done.stderr);
    }
    check(folder.path(), &["--language", "klingon"], "expected a language such as `en` or `english`");
    check(
        folder.path(),
        &["--start", "90", "--end", "1:00"],
        "`--start 00:01:30` lies behind `--end 00:01:00`",
    );
    check(folder.path(), &["--start", "soon"], "expected seconds or `[HH:]MM:SS`, found `soon`");
    check(folder.path(), &["--format", "doc"], "expected one of `archive`, `srt`");
    check(folder.path(), &["--url", "javascript:alert(1)"], "expected an address that begins with `http://`");
    check(folder.path(), &["--model", "enormous"], "no model is called `enormous`");
    check(folder.path(), &["--beam-size", "0"], "0 is not in 1..=32");
    check(folder.path(), &["--device", "tpu"], "[possible values: cpu, gpu, whisper-cpp]");
    #[cfg(not(feature = "whisper-cpp"))]
    check(
        folder.path(),
        &["--device", "gpu"],
        "`--device gpu` needs whisper.cpp for a graphics processor, which this build lacks\nhint: `cargo install ",
    );
}

#[test]
fn a_model_of_another_kind_is_told() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("model.bin"), "this is a text").unwrap();
    std::fs::write(folder.path().join("a.wav"), silence(1)).unwrap();
    let done = run(folder.path(), ["transcribe", "a.wav", "--model", "./model.bin"]).expect(2);
    assert!(done.stderr.contains("model.bin") && done.stderr.contains("hint: "), "{}", done.stderr);
}

/// whisper.cpp hears the same recording, names itself beside it and gives no times of words.
#[cfg(feature = "whisper-cpp")]
#[test]
fn whisper_cpp_listens_and_says_so() {
    let Some(ggml) = std::env::var_os("ONRECORD_TEST_GGML") else {
        eprintln!("skipped: `ONRECORD_TEST_GGML` names no GGML file of Whisper");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    broadcast(folder.path(), "talk.flac");
    let listen = |more: &[&str]| {
        let fast = ["transcribe", "talk.flac", "--beam-size", "1", "--end", "20", "--device", "whisper-cpp"];
        let model = [std::ffi::OsStr::new("--model"), &ggml];
        run(folder.path(), fast.iter().chain(more).map(std::ffi::OsStr::new).chain(model))
    };
    let done = listen(&[]).expect(0);
    let sentence = "whisper.cpp gives each line its time, but single words none";
    assert!(done.stderr.contains(sentence), "{}", done.stderr);
    let transcript = std::fs::read_to_string(folder.path().join("talk.md")).unwrap();
    assert!(transcript.contains("flood barrier"), "{transcript}");
    let sidecar = std::fs::read(folder.path().join("talk.json")).unwrap();
    let sidecar: serde_json::Value = serde_json::from_slice(&sidecar).unwrap();
    let back_end = sidecar["settings"]["back_end"].as_str().unwrap();
    assert!(back_end.starts_with("whisper.cpp ") && back_end.ends_with(" on the processor"), "{back_end}");
    assert_eq!(sidecar["settings"]["word_timestamps"], false);
    assert!(sidecar["segments"][0].get("words").is_none_or(|words| words == &serde_json::json!([])));

    let refused = listen(&["--word-timestamps", "true"]).expect(2);
    assert!(refused.stderr.contains("whisper.cpp can't say when each word was said"), "{}", refused.stderr);
}

#[test]
fn forms_that_are_no_file_beside_a_recording_are_refused_before_the_work() {
    let folder = tempfile::tempdir().unwrap();
    for form in ["parquet", "md"] {
        let refused = run(folder.path(), ["transcribe", "talk.mp3", "--format", form]).expect(2);
        let expected =
            format!("`transcribe` does not write `{form}`\nhint: `onrecord export TALK.md --format {form}");
        assert!(refused.stderr.contains(&expected), "{}", refused.stderr);
    }
}
