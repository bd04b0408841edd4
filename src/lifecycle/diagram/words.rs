//! What a way waits for, in a few words.

use crate::error::Language;
use crate::lang::World;
use crate::lifecycle::machine::{Transition, Trigger};

/// Letters of an expression that are shown; a longer one is cut.
const LETTERS: usize = 28;

/// What a transition waits for: `purchase`, `no purchase for 120 days`.
pub(super) fn awaited(way: &Transition, world: World<'_>, language: Language) -> String {
    if let (Trigger::Condition, Some(when)) = (&way.trigger, way.when.as_deref()) {
        return cut(&when.source);
    }
    let text = way.waits_for(world);
    let words = text.say(language);
    match (&way.when, language) {
        (None, _) => words.to_owned(),
        (Some(_), Language::En) => format!("{words} (if)"),
        (Some(_), Language::Zh) => format!("{words}（有条件）"),
    }
}

/// The beginning of an expression.
fn cut(source: &str) -> String {
    let mut letters = source.chars();
    let shown: String = letters.by_ref().take(LETTERS).collect();
    if letters.next().is_some() { format!("{shown}…") } else { shown }
}

/// The condition of a way, as it is written.
pub(super) fn condition(way: &Transition) -> Option<&str> {
    way.when.as_deref().map(|when| &*when.source)
}
