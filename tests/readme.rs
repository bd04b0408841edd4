//! What the READMEs show is what the library accepts, in both languages.

use guanxi::lang::{Scope, check_condition};
use guanxi::units::Instant;
use guanxi::{Playbook, Store};

const ENGLISH: &str = include_str!("../README.md");
const CHINESE: &str = include_str!("../README.zh-CN.md");

/// The blocks of code written in this language.
fn blocks<'a>(page: &'a str, language: &str) -> Vec<&'a str> {
    let opening = format!("\n```{language}\n");
    let blocks = page.split(&opening).skip(1);
    blocks.map(|rest| rest.split("\n```").next().expect("a split has a first part")).collect()
}

fn playbook(page: &str) -> Playbook {
    let [document] = blocks(page, "json")[..] else { panic!("one playbook is shown") };
    Playbook::from_json(document).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn the_playbook_is_one_and_reviews() {
    for page in [ENGLISH, CHINESE] {
        let playbook = playbook(page);
        assert!(playbook.hints().is_empty(), "{:?}", playbook.hints());
        let store = Store::in_memory(playbook.schema());
        let review = store.review(&playbook, Instant::MIN).expect("memory can be read");
        assert_eq!(review.segments.len(), 2);
    }
}

#[test]
fn the_conditions_are_conditions() {
    for page in [ENGLISH, CHINESE] {
        let text = playbook(page);
        let names = ["lapsed".into()];
        let scope = Scope { segments: &names, ..text.scope() };
        let [conditions] = blocks(page, "text")[..] else { panic!("one block of conditions") };
        assert!(conditions.lines().count() >= 4);
        for condition in conditions.lines() {
            check_condition(condition, &scope)
                .unwrap_or_else(|error| panic!("{condition}: {error}"));
        }
    }
}

#[test]
fn both_languages_are_in_step() {
    for language in ["text", "json"] {
        assert_eq!(blocks(ENGLISH, language), blocks(CHINESE, language));
    }
    for language in ["rust", "python", "console"] {
        assert_eq!(blocks(ENGLISH, language).len(), blocks(CHINESE, language).len());
    }
    let headings = |page: &str| page.lines().filter(|line| line.starts_with("## ")).count();
    assert_eq!(headings(ENGLISH), headings(CHINESE));
}
