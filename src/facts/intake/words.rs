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
        Some(near) => fault.hint(format!("did you mean `{near}`?"), format!("是否指 `{near}`？")),
        None => fault,
    }
}

/// What is expected where one of these names is, also where there are none.
pub(super) fn expected<'a>(names: impl Iterator<Item = &'a str> + Clone) -> Text {
    if names.clone().next().is_none() {
        return Text::new("; none is declared", "；未声明任何一个");
    }
    let Text { en, zh } = listed(names);
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
