//! The future of customers: a table for programs, totals for people.

use std::io;

use guanxi::engine::ask::CONVENTION;
use guanxi::error::Language;
use guanxi::value::{Limit, Outlook, Question};
use serde_json::{Map, Value, json};

use super::fit::number;
use super::{Stand, heading, printable, table};
use crate::commands::cbs::Customers;
use crate::lines::{Lines, cell};
use crate::speech::{either, grouped};

/// Customers on the page of people, the best ones.
const BEST: usize = 10;

/// What there is to say.
pub struct Said<'a> {
    /// The model.
    pub model: &'a str,
    /// Its stages, where they were given.
    pub k: Option<u32>,
    /// Its parameters by name.
    pub parameters: Vec<(&'a str, f64)>,
    /// What was asked.
    pub question: Question,
    /// Whether there is money in it.
    pub has_spend: bool,
    /// What the model has become at its parameters.
    pub limit: Option<&'a Limit>,
    /// Who was asked about.
    pub customers: &'a Customers,
    /// The answers.
    pub outlooks: &'a [Outlook],
    /// The answer about somebody new.
    pub newcomer: &'a Outlook,
}

impl Said<'_> {
    /// The names of the columns after `id`.
    fn columns(&self) -> Vec<String> {
        Outlook::columns(self.has_spend, self.question.counts)
    }

    /// Sums over all customers, each as often as its weight says.
    fn total(&self, of: impl Fn(&Outlook) -> Option<f64>) -> Option<f64> {
        let mut sum = 0.0;
        for (row, outlook) in self.customers.rows.iter().zip(self.outlooks) {
            sum += row.weight as f64 * of(outlook)?;
        }
        Some(sum)
    }

    fn weights(&self) -> u64 {
        self.customers.rows.iter().map(|row| row.weight).fold(0, u64::saturating_add)
    }
}

/// A line for each customer; a cell is empty where a value has no bound or is
/// not known.
pub fn csv(said: &Said, out: &mut Lines) -> io::Result<()> {
    out.line(&format!("id,{}", said.columns().join(",")))?;
    for (id, outlook) in said.customers.ids.iter().zip(said.outlooks) {
        let mut line = cell(id).into_owned();
        for value in outlook.values(said.has_spend) {
            line.push(',');
            if let Some(value) = value.filter(|value| value.is_finite()) {
                line.push_str(&value.to_string());
            }
        }
        out.line(&line)?;
    }
    Ok(())
}

/// As `--json` prints it; long lists are written as they come.
pub fn json(said: &Said, language: Language, out: &mut Lines) -> io::Result<()> {
    let parameters: Map<String, Value> =
        said.parameters.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    let limit = said
        .limit
        .map(|limit| json!({ "model": limit.model, "reason": limit.reason.say(language) }));
    let head = json!({
        "model": said.model,
        "k": said.k,
        "params": parameters,
        "horizon": said.question.horizon,
        "discount": said.question.discount,
        "convention": CONVENTION,
        "limit": limit,
        "n": said.weights(),
        "totals": {
            "expected": said.total(|outlook| Some(outlook.expected)),
            "alive": said.total(|outlook| Some(outlook.alive)),
            "clv": said.total(Outlook::value),
        },
        "newcomer": said.newcomer.as_json(said.has_spend),
    });
    let head = head.to_string();
    out.text(head.strip_suffix('}').unwrap_or(&head))?;
    out.text(",\"customers\":[")?;
    for (place, (id, outlook)) in said.customers.ids.iter().zip(said.outlooks).enumerate() {
        out.text(if place == 0 { "" } else { "," })?;
        out.text(&object(said, outlook, id).to_string())?;
    }
    out.line("]}")
}

fn object(said: &Said, outlook: &Outlook, id: &str) -> Value {
    let mut out = Map::from_iter([("id".to_owned(), json!(id))]);
    if let Value::Object(rest) = outlook.as_json(said.has_spend) {
        out.extend(rest);
    }
    Value::Object(out)
}

/// As people read it: totals, and the best customers.
pub fn page(said: &Said, language: Language) -> String {
    let k = said.k.map(|k| format!(" k={k}")).unwrap_or_default();
    let mut out = heading(&format!("{}{k}", said.model));
    let customers = grouped(said.weights());
    let horizon = said.question.horizon;
    let shown = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), number);
    let expected = shown(said.total(|outlook| Some(outlook.expected)));
    let alive = shown(said.total(|outlook| Some(outlook.alive)));
    let new = number(said.newcomer.expected);
    out.push_str(&match language {
        Language::En => format!(
            "{customers} customers, {alive} of them expected to be alive\n\
             {expected} purchases expected within {horizon}; of a newcomer {new}\n"
        ),
        Language::Zh => format!(
            "{customers} 名客户，预计其中 {alive} 名仍活跃\n\
             {horizon} 个单位时间内预计购买 {expected} 次；每名新客户 {new} 次\n"
        ),
    });
    if said.has_spend {
        let value = shown(said.total(Outlook::value));
        let rate = said.question.discount;
        out.push_str(&match language {
            Language::En => format!("worth {value} by then, at a continuous rate of {rate}\n"),
            Language::Zh => format!("届时价值 {value}，连续贴现率 {rate}\n"),
        });
    }
    if let Some(limit) = said.limit {
        let (word, colon) = (either(language, "limit", "极限"), either(language, ": ", "："));
        out.push_str(&format!("* {word} `{}`{colon}{}\n", limit.model, limit.reason.say(language)));
    }
    out.push('\n');
    out.push_str(&best(said, language));
    out
}

fn best(said: &Said, language: Language) -> String {
    let mut order: Vec<usize> = (0..said.outlooks.len()).collect();
    let worth = |place: &usize| {
        let outlook = said.outlooks.get(*place);
        outlook.and_then(|it| if said.has_spend { it.value() } else { Some(it.expected) })
    };
    order.sort_by(|a, b| worth(b).unwrap_or(0.0).total_cmp(&worth(a).unwrap_or(0.0)));
    let mut header = match language {
        Language::En => {
            vec![("best", Stand::Left), ("alive", Stand::Right), ("expected", Stand::Right)]
        }
        Language::Zh => {
            vec![("最佳客户", Stand::Left), ("活跃概率", Stand::Right), ("预计次数", Stand::Right)]
        }
    };
    if said.has_spend {
        header.push((either(language, "worth", "价值"), Stand::Right));
    }
    let rows = order.iter().take(BEST).filter_map(|&place| {
        let (id, outlook) = (said.customers.ids.get(place)?, said.outlooks.get(place)?);
        let mut row = vec![
            printable(id).into_owned(),
            format!("{:.1}%", 100.0 * outlook.alive),
            number(outlook.expected),
        ];
        if said.has_spend {
            row.push(outlook.value().map_or_else(|| "-".to_owned(), number));
        }
        Some(row)
    });
    table(&header, &rows.collect::<Vec<_>>())
}
