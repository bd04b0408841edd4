//! What a way waits for, in a few words.

use super::text::width;
use crate::error::Language;
use crate::lang::World;
use crate::lifecycle::machine::{Transition, Trigger};

/// How wide what is shown of a condition may be, in Chinese letters; a longer one
/// is cut.
const WIDEST: f64 = 20.0;

/// What a transition waits for: `purchase`, `no purchase for 120 days`.
pub(super) fn awaited(way: &Transition, world: World<'_>, language: Language) -> String {
    let text = way.waits_for(world);
    let words = text.say(language);
    if matches!(way.trigger, Trigger::Condition) {
        return cut(words);
    }
    match (&way.when, language) {
        (None, _) => words.to_owned(),
        (Some(_), Language::En) => format!("{words} (if)"),
        (Some(_), Language::Zh) => format!("{words}（有条件）"),
    }
}

/// The beginning of a sentence.
fn cut(sentence: &str) -> String {
    if width(sentence, 1.0) <= WIDEST {
        return sentence.to_owned();
    }
    let mut wide = 0.0;
    let fits = |letter: &char| {
        wide += width(letter.encode_utf8(&mut [0; 4]), 1.0);
        wide < WIDEST
    };
    let shown: String = sentence.chars().take_while(fits).collect();
    format!("{}…", shown.trim_end())
}

/// The condition of a way, as it is written.
pub(super) fn condition(way: &Transition) -> Option<&str> {
    way.when.as_deref().map(|when| &*when.source)
}
