//! Wordings that several faults of the room share.

use std::fmt::Write;

use crate::error::{Fault, Text};
use crate::units::nearest;

/// So many candidates are compared with a misspelt word: a file in which every
/// row is wrong must not take minutes to refuse.
const COMPARED: usize = 256;

/// The candidate that was probably meant, if there are not too many.
pub(super) fn near<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    nearest(word, candidates.into_iter().take(COMPARED))
}

/// The fault with the word somebody may have meant.
pub(super) fn did_you_mean(fault: Fault, near: Option<&str>) -> Fault {
    match near {
        Some(near) => fault.meant(near),
        None => fault,
    }
}

/// What is expected where one of these names is, also where there are none.
pub(super) fn expected<'a>(names: impl Iterator<Item = &'a str> + Clone) -> Text {
    if names.clone().next().is_none() {
        return Text::new("; none is declared", "；未声明任何一个");
    }
    let Text { en, zh } = listed(names.clone());
    if names.count() == 1 {
        return Text::new(format!(", expected {en}"), format!("，应为 {zh}"));
    }
    Text::new(format!(", expected one of {en}"), format!("，应为 {zh} 之一"))
}

/// So many names are listed in a message before it says "and others".
const LISTED: usize = 8;

/// Names in backticks: `` `a`, `b` ``, and in the end how many more there are.
pub(super) fn listed<'a>(names: impl Iterator<Item = &'a str> + Clone) -> Text {
    let count = names.clone().count();
    let mut en = String::new();
    for (position, name) in names.take(LISTED).enumerate() {
        let lead = if position > 0 { ", " } else { "" };
        // Writing to a String cannot fail.
        let _ = write!(en, "{lead}`{name}`");
    }
    let mut zh = en.replace("`, `", "`、`");
    if count > LISTED {
        let _ = write!(en, " and {} more", count - LISTED);
        let _ = write!(zh, " 等 {count} 个");
    }
    Text::new(en, zh)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_expected_is_said_of_no_name_one_and_many() {
        let said = |n: usize| {
            let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
            let Text { en, zh } = expected(names.into_iter().take(n));
            (en, zh)
        };
        let text = |en: &str, zh: &str| (en.to_owned(), zh.to_owned());
        assert_eq!(said(0), text("; none is declared", "；未声明任何一个"));
        assert_eq!(said(1), text(", expected `a`", "，应为 `a`"));
        assert_eq!(said(2), text(", expected one of `a`, `b`", "，应为 `a`、`b` 之一"));
        let eight = "`a`, `b`, `c`, `d`, `e`, `f`, `g`, `h`";
        let zh = eight.replace(", ", "、");
        assert_eq!(said(8), (format!(", expected one of {eight}"), format!("，应为 {zh} 之一")));
        let en = format!(", expected one of {eight} and 2 more");
        assert_eq!(said(10), (en, format!("，应为 {zh} 等 10 个 之一")));
    }
}
