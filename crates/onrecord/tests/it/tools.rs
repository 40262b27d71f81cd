//! `models`, `doctor`, `completions`, `man`, `--help`.

use crate::program::{command, finished, run};

#[test]
fn models_are_listed_and_absent_ones_told() {
    let folder = tempfile::tempdir().unwrap();
    let in_empty_cache = |arguments: &[&str]| {
        let mut command = command(folder.path(), arguments);
        finished(command.env("ONRECORD_MODELS", folder.path().join("models")).output().unwrap())
    };
    let listed = in_empty_cache(&["models", "--json"]).expect(0).objects();
    let base = listed.iter().find(|model| model["name"] == "base").unwrap();
    assert_eq!((&base["state"], &base["licence"]), (&"absent".into(), &"MIT".into()));
    let meaning = listed.iter().find(|model| model["name"] == "potion-base-8m").unwrap();
    assert_eq!((&meaning["kind"], &meaning["aliases"][0]), (&"static_embedding".into(), &"meaning".into()));
    std::fs::write(folder.path().join("a.wav"), "").unwrap();
    let done = in_empty_cache(&["transcribe", "a.wav", "--model", "base"]).expect(2);
    assert!(done.stderr.contains("hint: fetch it with `onrecord models fetch base`"), "{}", done.stderr);
    let done = in_empty_cache(&["transcribe", "a.wav", "--model", "meaning"]).expect(2);
    let sentence = "the model `potion-base-8m` is for quick vectors of meaning, not for speech recognition";
    assert!(done.stderr.contains(sentence), "{}", done.stderr);
    let doctor = in_empty_cache(&["doctor", "--json"]).expect(1).objects();
    let models = doctor.iter().find(|finding| finding["subject"] == "models").unwrap();
    assert_eq!(models["state"], "bad");
    assert!(doctor.iter().any(|finding| finding["subject"] == "processor"));
}

#[test]
fn completions_and_manual_pages_are_made() {
    let folder = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = run(folder.path(), ["completions", shell]).expect(0).stdout;
        assert!(script.contains("onrecord") && script.contains("transcribe"), "{shell}");
    }
    run(folder.path(), ["man", "pages"]).expect(0);
    let page = std::fs::read_to_string(folder.path().join("pages/onrecord-transcribe.1")).unwrap();
    assert!(page.contains("beam"));
}

#[test]
fn help_teaches_with_examples() {
    let folder = tempfile::tempdir().unwrap();
    let help = run(folder.path(), ["--help"]).expect(0).stdout;
    assert!(help.contains("onrecord transcribe talk.mp3"));
    run(folder.path(), [""; 0]).expect(2);
}
