//! Questions about value.

use std::sync::Arc;

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::segment::instant;
use super::{About, Question, written};
use crate::engine::{
    KeyAccountView, KeyAccounts, PlaybookSummary, Shown, Valued, WhaleView, explain_tier,
    tier_moves, value as valued,
};
use crate::error::{Error, Language};
use crate::json::Json;
use crate::units::{Decimal, Instant};

const QUESTIONS: [&str; 3] = ["value", "tier", "tiers"];

/// Customers that are told as key accounts where nobody says how many.
const TOP: i64 = 10;

/// Answers a question about value and tiers, as JSON.
///
/// # Inputs
///
/// The question is an object whose `ask` is one of
///
/// | `ask` | other keys; those in brackets may be left out | answer |
/// |---|---|---|
/// | `value` | (`top`: so many key accounts) | what everybody is worth, the whale curve, key accounts, tiers |
/// | `tier` | `customer` | in which tier one customer is, why, and what would change it |
/// | `tiers` | `from`: a day or an instant | who moved between tiers since then, by causes |
///
/// # Output
///
/// What `guanxi value`, `guanxi tier` and `guanxi tiers` print with `--json`.
///
/// # Errors
///
/// 2001 to 2014 for the question; [`Code::UnknownReference`](crate::Code::UnknownReference)
/// where the playbook has no section `value`;
/// [`Code::UnknownCustomer`](crate::Code::UnknownCustomer).
///
/// # Cost
///
/// All assessments up to the instant.
///
/// # Example
///
/// ```
/// use guanxi::engine::{Options, ask};
/// use guanxi::error::Language;
/// use guanxi::units::Instant;
/// use guanxi::{Code, Playbook, Store, json};
///
/// let playbook = Playbook::from_json(r#"{"guanxi": 1, "id": "shop", "version": "1",
///     "calendar": {"zone": "UTC"}}"#)?;
/// let store = Store::in_memory(playbook.schema());
/// let about = ask::About {
///     store: &store, playbook: &playbook, as_of: Some(Instant::parse("2026-03-01T00:00:00Z")?),
///     known_at: None, language: Language::En, options: Options::default(),
/// };
/// let question = json::parse(br#"{"ask": "value"}"#)?;
/// assert_eq!(ask::value(&about, &question).unwrap_err().code(), Code::UnknownReference);
/// # Ok::<(), guanxi::Error>(())
/// ```
pub fn value(about: &About<'_>, question: &Json) -> Result<String, Error> {
    let (ask, mut asked) = Question::of(question, &QUESTIONS)?;
    let About { playbook, language, options, .. } = *about;
    let facts = || about.columns().map(|(columns, as_of)| (Arc::new(columns), as_of));
    match ask {
        "value" => {
            let top = usize::try_from(asked.whole("top", TOP)).unwrap_or(0);
            asked.close()?;
            let (columns, as_of) = facts()?;
            let valued = valued(&columns, playbook, as_of, options)?;
            let accounts = valued.key_accounts(playbook, top)?;
            written(&SaidValue::of(&valued, &accounts, language))
        }
        "tier" => {
            let id = asked.need("customer");
            asked.close()?;
            let (columns, as_of) = facts()?;
            let told = explain_tier(&columns, playbook, as_of, id, options)?;
            written(&told.in_language(language))
        }
        _ => {
            let from = asked.need("from");
            asked.close()?;
            let from = instant(from, playbook).map_err(|error| error.below("/from"))?;
            let (columns, as_of) = facts()?;
            written(&tier_moves(&columns, playbook, from, as_of, options)?)
        }
    }
}

/// What everybody is worth as JSON.
#[derive(Serialize)]
pub struct SaidValue<'a> {
    playbook: &'a PlaybookSummary,
    as_of: Instant,
    value: serde_json::Value,
    whale: &'a Option<WhaleView>,
    key_accounts: &'a [KeyAccountView],
    customers: Vec<SaidCustomer>,
}

impl<'a> SaidValue<'a> {
    /// The answer with its key accounts, reasons in one language.
    pub fn of(valued: &'a Valued, accounts: &'a KeyAccounts, language: Language) -> Self {
        let (axes, figures) = (valued.axes(), valued.figures());
        let customers = valued.customers().map(|it| SaidCustomer {
            customer: it.customer,
            assessed: it.assessed,
            tier: it.tier,
            since: it.since,
            axes: ByName(axes.iter().cloned().zip(it.axes).collect()),
            figures: ByName(figures.iter().cloned().zip(it.figures).collect()),
        });
        SaidValue {
            playbook: &valued.playbook,
            as_of: valued.as_of,
            value: serde_json::to_value(valued.summary.in_language(language)).unwrap_or_default(),
            whale: &accounts.whale,
            key_accounts: &accounts.accounts,
            customers: customers.collect(),
        }
    }
}

#[derive(Serialize)]
struct SaidCustomer {
    customer: Box<str>,
    assessed: Option<Instant>,
    tier: Option<Arc<str>>,
    since: Option<Instant>,
    axes: ByName<Option<Decimal>>,
    figures: ByName<Option<Shown>>,
}

/// Values by the names of what they are, in the order of the playbook.
struct ByName<T>(Vec<(Arc<str>, T)>);

impl<T: Serialize> Serialize for ByName<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(&**name, value)?;
        }
        map.end()
    }
}
