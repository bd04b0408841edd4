//! Conditions of react-querybuilder, in and out.
//!
//! ```text
//! {"combinator": "and", "rules": [          region in ['east', 'west']
//!   {"field": "region", "operator": "in",     && purchases.exists(p, p.amount > 100)
//!    "value": "east,west"},
//!   {"field": "purchases", "operator": "=",          import
//!    "match": {"mode": "some"},              ───────────────────>
//!    "value": {"combinator": "and",          <───────────────────
//!     "rules": [...]}}]}                             export
//! ```
//!
//! The builder's JSON is a face of the language: what it says becomes the one
//! tree that everything else reads, typed by the columns it names, and a tree
//! goes back where the builder can show it.
//!
//! # Promised
//!
//! * Nothing is dropped and nothing is guessed: what cannot be carried is
//!   refused, all of it at once, each fault with its JSON pointer on the way in
//!   and its bytes on the way out.
//! * What the text cannot hold (ids, paths, `disabled`, `muted`, `meta`, the
//!   spelling of lists) stays in the document it came from. [`export`] takes
//!   that document beside the text: every rule and every group that still says
//!   the same comes back as it was, to the last key.
//! * Text never reads as code: a backslash, a quote, a wild card or a NUL is a
//!   character of a value.
//!
//! # Decided
//!
//! | in the builder | here |
//! |---|---|
//! | a group without rules | refused: it would be everybody |
//! | `muted` | left out, and said so in a hint; refused where nothing is left, or between `and` and `or` |
//! | `disabled` | kept: it locks the editor, not the condition |
//! | `~`, a choice not yet made | refused |
//! | bounds in the wrong order | turned, with a hint, as the builder does; kept with [`Bounds::AsWritten`] |
//! | `in` with an empty list | refused: nobody, and `notIn` everybody |
//! | `=` `true` about a yes or no | the yes or no by itself |
//! | a share of a list (`threshold` below 1) | two whole numbers, in hundredths: no binary fraction decides |
//! | `match` without rules | the number of elements, where that is what the mode counts |
//! | the end of a day, week, month or year | the instant at which the next begins, which `<=` does not include |
//! | `xor` | [`exactlyOne`](super::catalogue), of however many |
//! | a key that is not known | kept in the document, with a hint |
//!
//! # Not here
//!
//! Custom combinators and operators; local times without an offset; the names
//! of variables, which the builder does not have.

mod build;
mod column;
mod export;
mod expression;
mod group;
mod keep;
mod matching;
mod operators;
mod origin;
mod records;
mod relative;
mod rule;
mod values;

pub use export::{Exported, export};
pub use operators::{Meaning as OperatorMeaning, OPERATORS, Operator};
pub use records::{Matches, Records};

use super::checked::Checked;
use super::scope::Scope;
use super::tree::Tree;
use crate::error::{Error, Fault};
use crate::json::Json;

use column::Columns;

/// What becomes of `between` with the larger bound first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Bounds {
    /// The bounds change places, as the builder's own exports do.
    #[default]
    Turned,
    /// They stay, and nothing lies between them.
    AsWritten,
}

/// A condition that came from a builder.
#[derive(Debug, Clone)]
pub struct Imported {
    /// The condition in the language.
    pub text: String,
    /// Its tree, as written.
    pub tree: Tree,
    /// What the check found out, where there was a scope to check against.
    pub checked: Option<Checked>,
    /// What is right, but perhaps not meant; each at its JSON pointer.
    pub hints: Vec<Fault>,
}

/// Reads a builder's query against the names of a playbook.
///
/// # Inputs
///
/// `query`: a group of react-querybuilder 8, with common or with independent
/// combinators. `scope`: what its fields may name. A number may stand as a
/// text where its column holds numbers; a list as an array or with commas.
///
/// # Errors
///
/// All faults at once, each at its JSON pointer: those of the query's shape
/// (2000s), and those of the check (3000s) at the rule they are about.
///
/// # Cost
///
/// Linear in the query.
///
/// # Source
///
/// react-querybuilder, `packages/core/src/types/ruleGroups.ts` and
/// `expression.ts`.
///
/// # Example
///
/// ```
/// use guanxi::facts::Schema;
/// use guanxi::json;
/// use guanxi::lang::{Scope, rqb};
///
/// let schema = Schema::from_json(r#"{"attributes": {"age": {"type": "int"}}}"#)?;
/// let query = json::parse(br#"{"combinator": "and", "rules": [
///     {"field": "age", "operator": "between", "value": "18, 60"}]}"#)?;
/// let imported = rqb::import(&query, &Scope::of(&schema), rqb::Bounds::Turned)?;
/// assert_eq!(imported.text, "between(age, 18, 60)");
///
/// let empty = json::parse(br#"{"combinator": "and", "rules": []}"#)?;
/// let error = rqb::import(&empty, &Scope::of(&schema), rqb::Bounds::Turned).unwrap_err();
/// assert_eq!(error.faults()[0].pointer.as_deref(), Some("/rules"));
/// # Ok::<(), guanxi::Error>(())
/// ```
pub fn import(query: &Json, scope: &Scope<'_>, bounds: Bounds) -> Result<Imported, Error> {
    let drafted = group::drafted(query, Columns::Scope(scope), bounds);
    drafted.finish(Some(scope))
}

/// Reads a builder's query with no names to hold it to: values are what they
/// look like in JSON, and only the shape is checked.
///
/// # Errors
///
/// Those of [`import`] about the query's shape.
///
/// ```
/// use guanxi::json;
/// use guanxi::lang::rqb;
///
/// let query = json::parse(br#"{"combinator": "xor", "rules": [
///     {"field": "a", "operator": "=", "value": 1},
///     {"field": "b", "operator": "contains", "value": "50%\\"}]}"#)?;
/// let imported = rqb::import_untyped(&query, rqb::Bounds::Turned)?;
/// assert_eq!(imported.text, r"exactlyOne(a == 1, b.contains('50%\\'))");
/// # Ok::<(), guanxi::Error>(())
/// ```
pub fn import_untyped(query: &Json, bounds: Bounds) -> Result<Imported, Error> {
    group::drafted(query, Columns::Anything, bounds).finish(None)
}
