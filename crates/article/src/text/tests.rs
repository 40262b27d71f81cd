use super::*;

/// Each paragraph behind the first letters of its role, and what is known of the article.
fn shown(text: &str) -> String {
    let article = read_text(text);
    assert_eq!(article.text, text);
    assert!(Article::are_sound(&article.paragraphs, text.chars().count()));
    let mut shown: Vec<String> = article
        .texts()
        .map(|(paragraph, text)| format!("{}: {}", paragraph.role.name(), text.replace('\n', "/")))
        .collect();
    let Article { headline, byline, outlet, published, url, .. } = &article;
    let published = published.map(|published| published.to_string());
    shown.push(format!("{headline:?} by {byline:?}, {outlet:?}, {published:?}, {url:?}"));
    shown.join("\n")
}

#[test]
fn a_pasted_page_has_a_head() {
    let text = "Ferry to Skerry Island stops for a week\n\nAda Morrow\nHarbour News\nBen Quill\nHarbour News\nReporting from Port Callow\n\
        Getty Images A ferry lies at the quay in a stormGetty Images\nA ferry lies at the quay in a storm\n\n\
        The ferry to Skerry Island will not sail until Monday, the harbour master said.\n\n\
        'We wait' - how the islanders live with the storm\n\n\"Nobody sails,\" he said.\n\nA map showing the way of the ferry\n\n\
        Food for a week\n\nThe shop is well stocked, its owner said.\n\nShare\n";
    insta::assert_snapshot!(shown(text), @r#"
    headline: Ferry to Skerry Island stops for a week
    byline: Ada Morrow
    byline: Harbour News
    byline: Ben Quill
    byline: Harbour News
    byline: Reporting from Port Callow
    caption: Getty Images A ferry lies at the quay in a stormGetty Images
    caption: A ferry lies at the quay in a storm
    body: The ferry to Skerry Island will not sail until Monday, the harbour master said.
    furniture: 'We wait' - how the islanders live with the storm
    body: "Nobody sails," he said.
    caption: A map showing the way of the ferry
    body: Food for a week
    body: The shop is well stocked, its owner said.
    furniture: Share
    Some("Ferry to Skerry Island stops for a week") by ["Ada Morrow", "Ben Quill"], Some("Harbour News"), None, None
    "#);
}

#[test]
fn a_date_and_a_headline_may_stand_on_one_line() {
    let text = " date 2026-03-02 Ferry stops, islanders wait\n\n\n\n(HBR) The ferry to Skerry Island will not sail until Monday.\n\n\n\nNobody sails.";
    insta::assert_snapshot!(shown(text), @r#"
    dateline: date 2026-03-02
    headline: Ferry stops, islanders wait
    body: (HBR) The ferry to Skerry Island will not sail until Monday.
    body: Nobody sails.
    Some("Ferry stops, islanders wait") by [], Some("HBR"), Some("2026-03-02"), None
    "#);
}

#[test]
fn wire_copy_is_broken_at_a_width() {
    let text = "BC-Ferry-Storm\n\nFerry to Skerry Island stops for a week\nBy ADA MORROW\nHarbour Press\nMarch 2, 2026 6:02 PM GMT\n\n\
        PORT CALLOW (HP) — The ferry to Skerry Island will not sail until Monday,\nthe harbour master said, because the storm that came in the\n\
        night has not gone, and nobody knows when it will be gone at last.\n\n\"Nobody sails,\" he told the islanders who had come to the quay with\ntheir bags.\n";
    insta::assert_snapshot!(shown(text), @r#"
    furniture: BC-Ferry-Storm
    headline: Ferry to Skerry Island stops for a week
    byline: By ADA MORROW
    byline: Harbour Press
    dateline: March 2, 2026 6:02 PM GMT
    body: PORT CALLOW (HP) — The ferry to Skerry Island will not sail until Monday,/the harbour master said, because the storm that came in the/night has not gone, and nobody knows when it will be gone at last.
    body: "Nobody sails," he told the islanders who had come to the quay with/their bags.
    Some("Ferry to Skerry Island stops for a week") by ["ADA MORROW"], Some("Harbour Press"), Some("2026-03-02T18:02:00Z"), None
    "#);
}

#[test]
fn fields_tell_what_they_name() {
    let text = "Title: Ferry stops\nAuthor: Ada Morrow and Ben Quill\nDate: 2 March 2026, 18:02 GMT\nSource: Harbour Post\nURL: https://post.example.org/ferry\n\nThe ferry to Skerry Island will not sail until Monday.\n";
    insta::assert_snapshot!(shown(text), @r#"
    headline: Title: Ferry stops
    byline: Author: Ada Morrow and Ben Quill
    dateline: Date: 2 March 2026, 18:02 GMT
    byline: Source: Harbour Post
    furniture: URL: https://post.example.org/ferry
    body: The ferry to Skerry Island will not sail until Monday.
    Some("Ferry stops") by ["Ada Morrow", "Ben Quill"], Some("Harbour Post"), Some("2026-03-02T18:02:00Z"), Some("https://post.example.org/ferry")
    "#);
}

#[test]
fn a_text_without_a_head_is_body() {
    insta::assert_snapshot!(shown("The ferry to Skerry Island will not sail until Monday.\r\nNobody knows why."), @r#"
    body: The ferry to Skerry Island will not sail until Monday.
    body: Nobody knows why.
    None by [], None, None, None
    "#);
    insta::assert_snapshot!(shown("Will the ferry to Skerry Island ever sail again?\n\nThe ferry will not sail until Monday, and perhaps never."), @r#"
    headline: Will the ferry to Skerry Island ever sail again?
    body: The ferry will not sail until Monday, and perhaps never.
    Some("Will the ferry to Skerry Island ever sail again?") by [], None, None, None
    "#);
    insta::assert_snapshot!(shown("milk\nbread\n"), @r#"
    body: milk
    body: bread
    None by [], None, None, None
    "#);
    insta::assert_snapshot!(shown(" \n\n"), @"None by [], None, None, None");
}

proptest::proptest! {
    #[test]
    fn any_text_comes_back_with_sound_paragraphs(text in "(\\PC{0,12}|[\r\n ]|By |Ferry stops\\.|2 March 2026|Ada Morrow|\n\n|Getty Images){0,40}") {
        let article = read_text(&text);
        proptest::prop_assert_eq!(&article.text, &text);
        proptest::prop_assert!(Article::are_sound(&article.paragraphs, text.chars().count()));
        for (_, paragraph) in article.texts() {
            proptest::prop_assert_eq!(paragraph, paragraph.trim());
        }
    }
}
