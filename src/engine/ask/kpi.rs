//! Questions about KPIs and scorecards.

use super::{About, Question, written};
use crate::engine::kpi::{
    KpiAsked, KpiPeriods, OrdersAsked, grouping, kpis, order_value, scorecard, why,
};
use crate::error::{Code, Error, Fault};
use crate::json::Json;
use crate::playbook::Playbook;
use crate::units::Unit;

const QUESTIONS: [&str; 5] = ["list", "value", "scorecard", "why", "order_value"];

/// Periods that a list tells: the last that is over, and the one before.
const LISTED: u32 = 2;

/// Answers a question about KPIs, as JSON.
///
/// # Inputs
///
/// The question is an object whose `ask` is one of
///
/// | `ask` | other keys; those in brackets may be left out | answer |
/// |---|---|---|
/// | `list` | | every KPI in the last period that is over, and the one before |
/// | `value` | (`kpis`: names, `every`: `"month"`, `from`, `to`: periods such as `"2026-05"`, `count`: so many, `by`: an expression that groups customers) | KPIs period by period, group by group |
/// | `scorecard` | (`scorecards`: names, `period`) | what was asked and achieved, scores, what changed them |
/// | `why` | `kpi`, `from`, `to`: periods, `by`: expressions | which groups did how much of a change |
/// | `order_value` | `from`, `to`, (`of`: an event kind, `"purchase"`; its fields `amount`, `quantity`, `line`: what was sold, `order`: the number of the order) | what prices, pieces and mix did to the value of an order, and which suspects it was |
///
/// # Output
///
/// What `guanxi kpi` prints with `--json`.
///
/// # Errors
///
/// 2001 to 2014 for the question; [`Code::UnknownKpi`] and [`Code::UnknownReference`];
/// [`Code::MalformedValue`] for what is no period; [`Code::InvalidArgument`] for one
/// that is not over, or is no period of the other's unit; every fault of an expression.
///
/// # Cost
///
/// That of the function asked, after loading everybody's facts.
///
/// # Example
///
/// ```
/// use guanxi::engine::{Options, ask};
/// use guanxi::error::Language;
/// use guanxi::units::Instant;
/// use guanxi::{Playbook, Store, json};
///
/// let playbook = Playbook::from_json(r#"{"guanxi": 1, "id": "shop", "version": "1",
///     "calendar": {"zone": "UTC"}, "kpis": {"customers": {"kind": "stock", "sum": "true"}}}"#)?;
/// let store = Store::in_memory(playbook.schema());
/// let about = ask::About {
///     store: &store, playbook: &playbook, as_of: Some(Instant::parse("2026-03-01T00:00:00Z")?),
///     known_at: None, language: Language::En, options: Options::default(),
/// };
/// let question = json::parse(br#"{"ask": "value", "to": "2026-01"}"#)?;
/// assert!(ask::kpi(&about, &question)?.contains(r#""period":"2026-01""#));
/// # Ok::<(), guanxi::Error>(())
/// ```
pub fn kpi(about: &About<'_>, question: &Json) -> Result<String, Error> {
    let (ask, mut asked) = Question::of(question, &QUESTIONS)?;
    let About { playbook, language, options, .. } = *about;
    match ask {
        "list" => {
            asked.close()?;
            let (columns, as_of) = about.columns()?;
            let periods = KpiPeriods { count: Some(LISTED), ..KpiPeriods::default() };
            let wanted = KpiAsked { periods, ..KpiAsked::default() };
            written(&kpis(&columns, playbook, &wanted, as_of, options)?.in_language(language))
        }
        "value" => {
            let names = asked.texts("kpis");
            let (every, by) = (asked.get("every"), asked.get("by"));
            let (from, to, count) = (asked.get("from"), asked.get("to"), asked.whole("count", 1));
            asked.close()?;
            let every = every.map(Unit::parse).transpose();
            let every = every.map_err(|error| error.below("/every"))?;
            let periods = KpiPeriods { every, from, to, count: Some(counted(count)?) };
            let wanted = KpiAsked { names: &names, periods, by };
            by.map_or(Ok(()), |by| groups(by, playbook).map_err(|error| error.below("/by")))?;
            let (columns, as_of) = about.columns()?;
            written(&kpis(&columns, playbook, &wanted, as_of, options)?.in_language(language))
        }
        "scorecard" => {
            let (names, period) = (asked.texts("scorecards"), asked.get("period"));
            asked.close()?;
            let (columns, as_of) = about.columns()?;
            let card = |name: &&str| scorecard(&columns, playbook, (*name, period), as_of, options);
            let cards: Result<Vec<_>, Error> = cards(&names, playbook)?.iter().map(card).collect();
            written(&cards?)
        }
        "order_value" => {
            let (from, to) = (asked.need("from"), asked.need("to"));
            let usual = OrdersAsked::default();
            let orders = OrdersAsked {
                of: asked.get("of").unwrap_or(usual.of),
                amount: asked.get("amount").unwrap_or(usual.amount),
                quantity: asked.get("quantity").unwrap_or(usual.quantity),
                line: asked.get("line"),
                order: asked.get("order"),
            };
            asked.close()?;
            let (columns, as_of) = about.columns()?;
            written(&order_value(&columns, playbook, orders, (from, to), as_of)?)
        }
        _ => {
            let (name, from, to) = (asked.need("kpi"), asked.need("from"), asked.need("to"));
            let by = asked.need_texts("by");
            asked.close()?;
            for (at, by) in by.iter().enumerate() {
                groups(by, playbook).map_err(|error| error.below(&format!("/by/{at}")))?;
            }
            let (columns, as_of) = about.columns()?;
            written(&why(&columns, playbook, (name, from, to), &by, (as_of, options))?)
        }
    }
}

/// Whether an expression groups customers, told before any fact is loaded.
fn groups(by: &str, playbook: &Playbook) -> Result<(), Error> {
    grouping(by, playbook).map(drop)
}

fn counted(count: i64) -> Result<u32, Error> {
    u32::try_from(count).ok().filter(|count| *count > 0).ok_or_else(|| {
        let (en, zh) = (
            format!("`{count}` is not a number of periods from 1 on"),
            format!("`{count}` 不是从 1 起的期数"),
        );
        Fault::new(Code::BadValue, en, zh).at("/count").into()
    })
}

/// The scorecards that are named, else all.
fn cards<'a>(names: &[&'a str], playbook: &'a Playbook) -> Result<Vec<&'a str>, Error> {
    if !names.is_empty() {
        return Ok(names.to_vec());
    }
    let all: Vec<&str> = playbook.scorecards().iter().map(|card| &*card.name).collect();
    match all.is_empty() {
        false => Ok(all),
        true => {
            let (en, zh) = ("the playbook has no `scorecards`", "规则集没有 `scorecards` 部分");
            Err(Fault::new(Code::UnknownReference, en, zh).into())
        }
    }
}
