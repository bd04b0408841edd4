//! Conditions in plain sentences, in both languages.

use std::collections::BTreeSet;
use std::path::Path;

use guanxi::Playbook;
use guanxi::error::Language::{En, Zh};
use guanxi::json::{self, Json};
use guanxi::lang::sentence::{Names, say};
use guanxi::lang::{Checked, check_condition};

fn playbook(path: &str) -> Playbook {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let text = std::fs::read_to_string(&path).unwrap();
    Playbook::from_json(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn shop() -> Playbook {
    playbook("tests/data/retail.playbook.json")
}

fn checked(source: &str, playbook: &Playbook) -> Checked {
    check_condition(source, &playbook.scope()).unwrap_or_else(|error| panic!("{source}: {error}"))
}

/// Everything that must hold of any sentence.
fn holds(checked: &Checked, playbook: &Playbook) -> (String, String) {
    for language in [Zh, En] {
        let said = playbook.say(checked, language);
        assert!(!said.text.is_empty(), "{}", said.text);
        let whole = said.links.first().unwrap();
        assert_eq!(whole.phrase, (0, said.text.len()), "{}", checked.source);
        for link in &said.links {
            let phrase = said.text.get(link.phrase.0..link.phrase.1);
            let clause = checked.source.get(link.span.0..link.span.1);
            let (phrase, clause) = (phrase.unwrap(), clause.unwrap());
            assert_eq!(phrase.trim(), phrase, "{}", said.text);
            assert!(!phrase.is_empty() && !clause.is_empty(), "{}: {clause}", said.text);
        }
        assert_eq!(say(checked, &playbook.scope(), playbook, language), said);
    }
    (playbook.say(checked, Zh).text, playbook.say(checked, En).text)
}

#[test]
fn every_case_is_said_as_people_say_it() {
    let Json::Array(books) = json::parse(include_bytes!("cases/sentences.json")).unwrap() else {
        panic!("a list of playbooks")
    };
    let (mut failures, mut count) = (Vec::new(), 0);
    for book in &books {
        let playbook = playbook(book.get("playbook").and_then(Json::as_text).unwrap());
        let mut segments: BTreeSet<&str> =
            playbook.segments().iter().map(|segment| segment.source()).collect();
        for case in book.get("cases").and_then(Json::as_array).unwrap() {
            let [source, zh, en] = case.as_array().unwrap() else { panic!("{case:?}") };
            let source = source.as_text().unwrap();
            let (said_zh, said_en) = holds(&checked(source, &playbook), &playbook);
            for (said, wanted) in [(said_zh, zh), (said_en, en)] {
                assert!(!said.contains("  "), "{said}");
                if Some(said.as_str()) != wanted.as_text() {
                    failures.push(format!("{source}\n     got: {said}\n  wanted: {wanted:?}"));
                }
            }
            segments.remove(source);
            count += 1;
        }
        assert!(segments.is_empty(), "not said: {segments:?}");
    }
    assert!(failures.is_empty() && 60 < count, "{count}\n{}", failures.join("\n"));
}

#[test]
fn what_groups_otherwise_is_said_otherwise() {
    let playbook = shop();
    let (a, b, c) = ("children > 1", "segment('lapsed')", "age(birth) < 40");
    let conditions = [
        format!("{a} && {b} && {c}"),
        format!("{a} && ({b} || {c})"),
        format!("({a} && {b}) || {c}"),
        format!("{a} || {b} && {c}"),
        format!("({a} || {b}) && {c}"),
        format!("!({a} && {b}) && {c}"),
        format!("!({a} && {b} && {c})"),
        format!("!({a}) && {b} && {c}"),
        format!("{a} && !({b} || {c})"),
        format!("{a} && !{b} || {c}"),
        format!("{a} && !{b} && {c}"),
        format!("{a} ? {b} : {c}"),
        format!("!({a} ? {b} : {c})"),
        format!("exactlyOne({a}, {b}, {c})"),
        format!("exactlyOne({a}, {b} && {c})"),
        format!("exactlyOne({a}, {b}) && {c}"),
        format!("exactlyOne({a} && {b}, {c})"),
    ];
    for language in [Zh, En] {
        let said: BTreeSet<String> = conditions
            .iter()
            .map(|source| playbook.say(&checked(source, &playbook), language).text)
            .collect();
        assert_eq!(said.len(), conditions.len(), "{said:#?}");
    }
}

#[test]
fn a_phrase_links_to_its_clause() {
    let playbook = shop();
    let source = "segment('lapsed') && purchases.within(days(90)).size() >= 3";
    let checked = checked(source, &playbook);
    let said = playbook.say(&checked, Zh);
    let phrase = |clause: &str| {
        let start = source.find(clause).unwrap();
        let span = (start, start + clause.len());
        let link = said.links.iter().find(|link| link.span == span).unwrap();
        &said.text[link.phrase.0..link.phrase.1]
    };
    assert_eq!(phrase("purchases.within(days(90)).size() >= 3"), "近 90 天购买不少于 3 次");
    assert_eq!(phrase("days(90)"), "90 天");
    assert_eq!(phrase("purchases"), "购买");
    assert_eq!(phrase("segment('lapsed')"), "属于细分“流失客户”");
}

#[test]
fn any_shape_has_a_sentence() {
    let playbook = shop();
    for source in [
        vec!["children"; 20_000].join(" + ") + " > 1",
        "!".repeat(20_001) + "segment('lapsed')",
        vec!["children > 1"; 20_000].join(" && "),
        format!("children in [{}]", vec!["1"; 100_000].join(", ")),
        format!("{}children > 1{}", "!(segment('lapsed') && ".repeat(60), ")".repeat(60)),
        "name == '\\u0000\\n\"”' || name.matches('^a+$')".to_owned(),
    ] {
        let (zh, en) = holds(&checked(&source, &playbook), &playbook);
        assert!(zh != en && zh.len() < 4 * source.len() + 400, "{}", &source[..30]);
    }
    // Without labels everything has its name.
    let checked = checked("children > 1 && segment('lapsed')", &playbook);
    let bare = say(&checked, &playbook.scope(), &Names, En).text;
    assert!(bare.ends_with("in the segment \"lapsed\""), "{bare}");
}
