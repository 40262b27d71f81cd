//! What is doubted and what is not, on invented lines; `eval/suspects` measures real ones.

use super::*;
use crate::{FileHint, SegmentView, suspects};
use proptest::prelude::*;

/// Lines that start after each other, each with the milliseconds it has for itself.
fn timed<'a>(lines: &[(&'a str, u64)]) -> Vec<SegmentView<'a>> {
    let mut start = 0;
    let view = |(text, milliseconds): &(&'a str, u64)| {
        let view = SegmentView { text, start: Some(MediaTime::from_millis(start)), end: None };
        start += milliseconds;
        view
    };
    lines.iter().map(view).collect()
}

fn untimed<'a>(lines: &[&'a str]) -> Vec<SegmentView<'a>> {
    lines.iter().map(|text| SegmentView { text, start: None, end: None }).collect()
}

/// The reasons for each line, as `-` for none.
fn reasons(segments: &[SegmentView<'_>], hint: &FileHint<'_>) -> Vec<String> {
    let names = |marks: Vec<Suspect>| {
        let names: Vec<&str> = marks.iter().map(|mark| mark.reason.name()).collect();
        if names.is_empty() { "-".to_owned() } else { names.join("+") }
    };
    suspects(segments, hint).into_iter().map(names).collect()
}

const NEWS: [&str; 8] = [
    " The ferry to Skerry Island did not leave the harbour this morning.",
    " Its captain says that a rope had caught in the screw during the night.",
    " Divers are expected at noon, and the mayor hopes for an evening crossing.",
    " Meanwhile forty people wait in the old customs house beside the pier.",
    " They have been given soup, blankets and a pack of rather sticky cards.",
    " We asked a teacher among them what her pupils would be doing today.",
    " She laughed and told us that they had surely found something by now.",
    " The school itself could not be reached, which may be an answer as well.",
];

const ENGLISH: FileHint<'static> = FileHint { language: Some("en"), length: None };

#[track_caller]
fn check_run(line: &str, times: usize, milliseconds: u64, expected_doubts: usize) {
    let mut lines = vec![(NEWS[0], 4000)];
    lines.extend(vec![(line, milliseconds); times]);
    lines.push((NEWS[1], 4000));
    let found = reasons(&timed(&lines), &ENGLISH);
    let doubted = found.iter().filter(|reasons| *reasons == "loop").count();
    assert_eq!(doubted, expected_doubts, "for {times} x {line:?} every {milliseconds} ms: {found:?}");
    assert_eq!(found[1], "-", "the first is never doubted");
}

#[test]
fn a_loop_is_long_and_mechanical() {
    check_run(" I think that is a very good point.", 3, 2000, 2);
    check_run(" I think that is a very good point.", 2, 2000, 0);
    check_run(" We want boats!", 5, 1000, 0); // A crowd does.
    check_run(" We want boats!", 9, 1000, 8);
    check_run(" Thank you.", 7, 1000, 0);
    check_run(" Thank you.", 12, 1000, 11);
    check_run("…", 30, 1000, 0);
    check_run(" 港は月末まで閉鎖されています。", 3, 2000, 2);
}

#[test]
fn at_unequal_distances_more_is_believed() {
    let refrain = " Who will row us home";
    let lines = [
        (NEWS[0], 4000),
        (refrain, 4000),
        (refrain, 3200),
        (refrain, 5100),
        (refrain, 3800),
        (NEWS[1], 4000),
    ];
    assert_eq!(reasons(&timed(&lines), &ENGLISH), ["-"; 6]);
    let untold = untimed(&[refrain, refrain, refrain, refrain, NEWS[0]]);
    assert_eq!(reasons(&untold, &ENGLISH), ["-"; 5], "without times");
}

#[test]
fn cycles_of_lines_are_loops() {
    let mut lines = vec![(NEWS[0], 4000)];
    for _ in 0..4 {
        lines.extend([(" We will see what the morning brings.", 2000), (" And then we will go.", 2000)]);
    }
    assert_eq!(reasons(&timed(&lines), &ENGLISH)[..4], ["-", "-", "-", "loop"]);
    let answers = [" Were you there?", " No."].repeat(4);
    assert_eq!(reasons(&untimed(&answers), &ENGLISH), ["-"; 8], "a hearing");
}

#[test]
fn words_return_however_lines_are_cut() {
    let lines = [
        " and the harbour of the island has many friends and the harbour of",
        " the island has many friends and the harbour of the island has many friends",
        " and the harbour of the island has many friends and the harbour of the island",
        " has many friends, said the mayor.",
        " Everybody laughed.",
    ];
    assert_eq!(reasons(&untimed(&lines), &ENGLISH), ["-", "loop", "loop", "-", "-"]);
}

#[test]
fn a_line_may_loop_within_itself() {
    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(reasons(&untimed(&[text]), &ENGLISH), [expected], "for {text:?}");
    }
    check(&" He was heard.".repeat(5), "loop");
    check(&" He was heard.".repeat(4), "-");
    check(&" No,".repeat(16), "-"); // In conversations of friends.
    check(&" tick,".repeat(60), "loop");
    check(&" It is what it is and what it will be,".repeat(3), "loop");
}

#[test]
fn evidence_is_told() {
    let segments = timed(&[(" We shall see about that in the spring.", 2000); 3]);
    let found = suspects(&segments, &ENGLISH);
    insta::assert_snapshot!(found[2][0].detail, @"one of 3 equal lines");
    let untold = " He was heard.".repeat(6);
    insta::assert_snapshot!(suspects(&untimed(&[&untold]), &ENGLISH)[0][0].detail, @"the same 3 words 6 times running");
    let alone = timed(&[(" Thanks for watching!", 26_000), (NEWS[0], 1)]);
    insta::assert_snapshot!(suspects(&alone, &ENGLISH)[0][0].detail, @"alone in 26 s");
    let mixed = untimed(&[" the harbоurд is shut"]);
    insta::assert_snapshot!(suspects(&mixed, &ENGLISH)[0][0].detail, @"`harbоurд` is of two scripts");
}

/// Words as a recogniser writes them when it takes English for Welsh: few, and always the same.
const WELSH_LOOPS: [&str; 4] = [
    " Mae'r cwch yn y cwch yn yr harbwr hwn.",
    " Mae'r harbwr yn y cwch yn y cwch hwn,",
    " ac mae'r cwch yn yr harbwr yn y cwch.",
    " Mae'r cwch hwn yn y cwch yn yr harbwr,",
];

#[test]
fn a_made_up_language_is_doubted_where_the_file_is_known_to_be_in_another() {
    let lines = WELSH_LOOPS.repeat(6);
    let found = reasons(&untimed(&lines), &ENGLISH);
    assert!(found.iter().all(|reasons| reasons.contains("wrong_language")), "{found:?}");
    let unknown = reasons(&untimed(&lines), &FileHint::default());
    assert!(unknown.iter().all(|reasons| !reasons.contains("wrong_language")), "{unknown:?}");
    let welsh = reasons(&untimed(&lines), &FileHint { language: Some("cy"), length: None });
    assert!(welsh.iter().all(|reasons| !reasons.contains("wrong_language")), "{welsh:?}");
}

#[test]
fn a_made_up_passage_ends_where_the_file_goes_on() {
    let mut lines = NEWS.to_vec();
    lines.extend(WELSH_LOOPS.repeat(3));
    lines.extend(NEWS);
    let found = reasons(&untimed(&lines), &FileHint::default());
    assert_eq!(found[..8], ["-"; 8]);
    assert!(found[8..20].iter().all(|reasons| reasons.contains("wrong_language")), "{found:?}");
    assert_eq!(found[20..], ["-"; 8]);
}

#[test]
fn a_guest_who_speaks_another_language_is_believed() {
    let guest = [
        " El capitán no pudo salir esta mañana porque una cuerda se enredó en la hélice.",
        " Los buzos llegan al mediodía y la alcaldesa espera cruzar antes de la noche.",
        " Mientras tanto cuarenta personas esperan en la vieja aduana junto al muelle.",
        " Les dieron sopa, mantas y una baraja de cartas bastante pegajosas.",
        " Una maestra nos contó que sus alumnos seguramente habrán encontrado algo que hacer.",
        " La escuela no contesta, lo cual también puede ser una respuesta, dijo riendo.",
        " Nadie recuerda un invierno con tantos retrasos desde que existe el barco.",
    ];
    let lines: Vec<&str> = NEWS.into_iter().chain(guest).chain(NEWS).collect();
    assert_eq!(reasons(&untimed(&lines), &ENGLISH), ["-"; 23]);
}

#[test]
fn stray_letters_of_another_script_are_doubted_and_passages_are_not() {
    let stray: Vec<&str> = NEWS.into_iter().chain([" Спасибо за внимание."]).chain(NEWS).collect();
    assert_eq!(reasons(&untimed(&stray), &ENGLISH)[8], "wrong_script");
    let speech = [
        " Капитан не смог выйти утром, потому что трос попал в винт.",
        " Водолазы будут в полдень, и мэр надеется на вечерний рейс.",
        " Тем временем сорок человек ждут в старой таможне у причала.",
        " Им дали суп, одеяла и колоду довольно липких карт.",
    ];
    let passage: Vec<&str> = NEWS.into_iter().chain(speech).chain(NEWS).collect();
    assert_eq!(reasons(&untimed(&passage), &ENGLISH), ["-"; 20]);
}

#[test]
fn stock_phrases_need_silence() {
    #[track_caller]
    fn check(lines: &[(&str, u64)], at: usize, expected: &str) {
        let length = lines.iter().map(|(_, milliseconds)| milliseconds).sum();
        let hint = FileHint { length: Some(MediaTime::from_millis(length)), ..ENGLISH };
        assert_eq!(reasons(&timed(lines), &hint)[at], expected, "for {lines:?}");
    }
    check(&[(" Thanks for watching!", 3000), (NEWS[0], 4000)], 0, "-");
    check(&[(" Thanks for watching!", 20_000), (NEWS[0], 4000)], 0, "stock_phrase");
    check(&[(NEWS[0], 4000), (" Thank you.", 25_000), (NEWS[1], 4000)], 1, "-"); // applause
    check(&[(NEWS[0], 4000), (" Thank you.", 30_000), (NEWS[1], 4000)], 1, "stock_phrase");
    check(&[(NEWS[0], 4000), (" Thank you.", 25_000)], 1, "stock_phrase");
    check(&[(" Thank you for having us.", 4000), (" Thank you.", 25_000)], 1, "-"); // the answer
    check(&[(NEWS[0], 4000), (" you", 5000)], 1, "stock_phrase");
    check(&[(" you", 5000), (NEWS[0], 4000)], 0, "-");
    check(&[(" Subtitles by the Amara.org community", 1000), (NEWS[0], 4000)], 0, "stock_phrase");
    check(&[(NEWS[0], 4000), (" Bye.", 40_000)], 1, "-");
}

#[test]
fn rates_beyond_rounding_are_doubted() {
    #[track_caller]
    fn check(text: &str, milliseconds: u64, expected: &str) {
        assert_eq!(
            reasons(&timed(&[(text, milliseconds), (NEWS[1], 4000)]), &ENGLISH)[0],
            expected,
            "{text:?}"
        );
    }
    check(NEWS[0], 4000, "-");
    check(NEWS[0], 1000, "-"); // Rounded to a whole second.
    check(NEWS[0], 480, "impossible_rate");
    check(" Yes.", 0, "-");
    check(" Yes.", 90_000, "-"); // A gap after the line.
    let end = Some(MediaTime::from_millis(90_000));
    let long = SegmentView { text: " Yes.", start: Some(MediaTime::from_millis(0)), end };
    assert_eq!(reasons(&[long], &ENGLISH), ["impossible_rate"]);
    let backwards = [
        SegmentView { text: NEWS[0], start: Some(MediaTime::from_millis(9000)), end: None },
        SegmentView { text: NEWS[1], start: Some(MediaTime::from_millis(1000)), end: None },
    ];
    assert_eq!(reasons(&backwards, &ENGLISH), ["-"; 2]);
}

#[test]
fn nothing_is_no_reason() {
    assert_eq!(suspects(&[], &FileHint::default()), Vec::<Vec<Suspect>>::new());
    assert_eq!(reasons(&untimed(&["", " ", "♪"]), &FileHint::default()), ["-"; 3]);
    assert_eq!(reasons(&untimed(&NEWS), &FileHint { language: Some("tlh"), length: None }), ["-"; 8]);
}

proptest! {
    #[test]
    fn any_lines_are_judged_alike_and_without_panic(
        lines in prop::collection::vec(("[a-c\\PCяक港 .!']{0,40}", prop::option::of(0_u64..100_000), prop::option::of(0_u64..100_000)), 0..60),
        repeats in 1_usize..6,
        language in prop::option::of("en|cy|ar|zz|"),
    ) {
        let mut segments = Vec::new();
        for (text, start, end) in &lines {
            let view = SegmentView { text, start: start.map(MediaTime::from_millis), end: end.map(MediaTime::from_millis) };
            segments.extend(vec![view; repeats]);
        }
        let hint = FileHint { language: language.as_deref(), length: Some(MediaTime::from_millis(50_000)) };
        let found = suspects(&segments, &hint);
        prop_assert_eq!(found.len(), segments.len());
        prop_assert_eq!(&found, &suspects(&segments, &hint));
        for marks in &found {
            prop_assert!(marks.windows(2).all(|pair| pair[0].reason < pair[1].reason), "one a reason, in order");
        }
    }

    #[test]
    fn texts_of_one_word_take_no_time(word in "\\PC{1,3}", times in 20_000_usize..30_000) {
        let text = format!("{word} ").repeat(times);
        prop_assert_eq!(suspects(&untimed(&[&text]), &FileHint::default()).len(), 1);
    }
}
