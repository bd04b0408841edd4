//! Conditions as business people write them.
//!
//! ```text
//! purchases.within(days(90)).size() >= 3 && region in ['华东', '华南']
//!
//! 近 90 天购买不少于 3 次，且大区是华东或华南
//! at least 3 purchases in the last 90 days, and region is 华东 or 华南
//! ```
//!
//! A sentence says what the condition says: labels stand for names, a parameter
//! for its value, and brackets wherever a reader could group otherwise. Each
//! phrase links to the bytes of the clause that it says, so that a screen can
//! show one beside the other.
//!
//! # Promised
//!
//! * Every expression has a sentence; what has no wording of its own is said by
//!   the name of its function.
//! * The same condition gives the same bytes, in time linear in its text.
//!
//! # Not here
//!
//! Whether the condition is a good one: see the hints of the check.

mod comparison;
mod list;
mod operand;
mod phrase;
mod value;
mod words;

pub use words::{Names, Words};

use super::checked::Checked;
use super::scope::Scope;
use super::types::Kinds;
use crate::error::Language;

/// What a condition says, in one language.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sentence {
    /// The sentence, without a full stop.
    pub text: String,
    /// Which phrase says which clause, the outer before the inner.
    pub links: Vec<Link>,
}

/// A phrase and the clause that it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// Bytes of the sentence, half-open.
    pub phrase: (usize, usize),
    /// Bytes of the expression, half-open.
    pub span: (usize, usize),
}

/// Says a checked expression.
///
/// # Inputs
///
/// `scope`: what it was checked against, for labels of attributes, events and
/// parameters. `names`: labels of what has none there (segments, machines).
///
/// # Cost
///
/// Linear in the expression.
///
/// # Example
///
/// ```
/// use guanxi::error::Language;
/// use guanxi::facts::Schema;
/// use guanxi::lang::{Scope, check_condition, sentence};
///
/// let schema = Schema::from_json(r#"{
///     "attributes": {"age": {"type": "int", "labels": {"zh-Hans": "年龄", "en": "age"}}},
///     "events": {"purchase": {"list": "purchases", "labels": {"zh-Hans": "购买"}}}}"#)?;
/// let scope = Scope::of(&schema);
/// let checked = check_condition("purchases.within(days(90)).size() >= 3 && age < 40", &scope)?;
/// let zh = sentence::say(&checked, &scope, &sentence::Names, Language::Zh);
/// assert_eq!(zh.text, "近 90 天购买不少于 3 次，且年龄小于 40");
/// let en = sentence::say(&checked, &scope, &sentence::Names, Language::En);
/// assert_eq!(en.text, "at least 3 purchases in the last 90 days, and age is below 40");
/// let last = en.links.iter().find(|link| link.span == (42, 50)).unwrap();
/// assert_eq!(&en.text[last.phrase.0..last.phrase.1], "age is below 40");
/// # Ok::<(), guanxi::Error>(())
/// ```
pub fn say(
    checked: &Checked,
    scope: &Scope<'_>,
    names: &dyn Words,
    language: Language,
) -> Sentence {
    let mut phrase = phrase::Phrase::new(checked, scope, names, language);
    // A condition, or the value of a time that is waited for.
    match checked.ty(checked.tree.root).is(Kinds::BOOL) {
        true => phrase.condition(checked.tree.root),
        false => phrase.operand(checked.tree.root),
    }
    phrase.finish()
}
