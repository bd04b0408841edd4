//! Purchases in few numbers, as a page, as CSV and as JSON.

use std::io;

use guanxi::error::Language;
use guanxi::facts::Columns;
use guanxi::units::{Day, Decimal, Zone};
use guanxi::value::cbs::{Audit, Cbs, Definition, Summary};
use guanxi::value::rfm::{AXES, Scheme, Score, Scores};
use serde::Serialize;
use serde_json::{Value, json};

use super::{Stand, percent, printable, table};
use crate::lines::{Lines, cell};
use crate::speech::{either, grouped};

/// What is told.
pub struct Told<'a> {
    /// The statistics.
    pub cbs: &'a Cbs,
    /// Whose they are.
    pub columns: &'a Columns,
    /// What was counted.
    pub definition: &'a Definition,
    /// The zone of days.
    pub zone: &'a Zone,
    /// The scores, where they were asked for.
    pub scores: Option<(&'a Scheme, &'a Scores)>,
    /// Whether first purchases count.
    pub include_first: bool,
}

/// One customer, with the names that files carry.
#[derive(Serialize)]
struct Line<'a> {
    id: &'a str,
    frequency: u32,
    recency: f64,
    #[serde(rename = "T")]
    age: f64,
    monetary: Option<f64>,
    log_gaps: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    holdout_frequency: Option<u32>,
    #[serde(flatten)]
    scores: Option<Scored<'a>>,
}

#[derive(Serialize)]
struct Scored<'a> {
    r: u8,
    f: u8,
    m: u8,
    rfm: String,
    name: Option<&'a str>,
}

impl<'a> Told<'a> {
    fn lines(&self) -> impl Iterator<Item = Line<'a>> {
        let scores = self.scores;
        self.cbs.summaries().iter().enumerate().map(move |(position, summary)| {
            let scored = scores.and_then(|(scheme, scores)| {
                let score = scores.customers.get(position).copied().flatten()?;
                Some(scored(scheme, score))
            });
            self.line(summary, scored)
        })
    }

    fn line(&self, summary: &Summary, scores: Option<Scored<'a>>) -> Line<'a> {
        let row = self.cbs.row(summary);
        let (frequency, monetary) = match self.include_first {
            true => (summary.history.purchases(), self.cbs.mean_of_all(summary)),
            false => (row.frequency, row.monetary),
        };
        Line {
            id: self.columns.customers.get(summary.customer as usize).map_or("", |id| id),
            frequency,
            recency: row.recency,
            age: row.age,
            monetary,
            log_gaps: row.log_gaps.unwrap_or_default(),
            holdout_frequency: self.definition.holdout_end.map(|_| summary.holdout_frequency),
            scores,
        }
    }

    /// Money in units of the amounts' scale.
    fn money(&self, units: i128) -> String {
        let scale = self.cbs.scale().unwrap_or(0);
        let exact = Decimal::new(units, scale);
        // Files are read with more places than most prices have.
        let short = exact.clone().and_then(|exact| exact.rescale_exact(2).or(Ok(exact)));
        short.map_or_else(|_| units.to_string(), |exact| exact.to_string())
    }
}

fn scored(scheme: &Scheme, score: Score) -> Scored<'_> {
    let [r, f, m] = score.axes;
    let name = score.name.and_then(|name| scheme.names.get(usize::from(name)));
    let rfm = hundredths(score.total);
    Scored { r, f, m, rfm, name: name.map(|name| &*name.name) }
}

fn hundredths(total: u16) -> String {
    format!("{}.{:02}", total / 100, total % 100)
}

/// One line a customer.
pub fn csv(told: &Told<'_>, out: &mut Lines) -> io::Result<()> {
    let mut header = "id,frequency,recency,T,monetary,log_gaps".to_owned();
    if told.definition.holdout_end.is_some() {
        header.push_str(",holdout_frequency");
    }
    if told.scores.is_some() {
        header.push_str(",r,f,m,rfm,name");
    }
    out.line(&header)?;
    let option = |number: Option<f64>| number.map(|number| number.to_string()).unwrap_or_default();
    for line in told.lines() {
        let Line { id, frequency, recency, age, log_gaps, .. } = &line;
        let monetary = option(line.monetary);
        let mut text = format!("{},{frequency},{recency},{age},{monetary},{log_gaps}", cell(id));
        if let Some(holdout) = line.holdout_frequency {
            text.push_str(&format!(",{holdout}"));
        }
        match &line.scores {
            Some(Scored { r, f, m, rfm, name }) => {
                text.push_str(&format!(",{r},{f},{m},{rfm},{}", name.unwrap_or_default()));
            }
            None if told.scores.is_some() => text.push_str(",,,,,"),
            None => {}
        }
        out.line(&text)?;
    }
    Ok(())
}

/// Everything, with what became of the rows of a file.
pub fn json(told: &Told<'_>, import: Option<Value>) -> Value {
    let Definition { grain, unit, calibration_end, holdout_end, .. } = told.definition;
    let audit = told.cbs.audit();
    let excluded = told.cbs.excluded().iter().map(|(customer, reason)| {
        let id = told.columns.customers.get(*customer as usize).map_or("", |id| id);
        json!({ "id": id, "reason": reason.name() })
    });
    let mut said = json!({
        "unit": unit.name(),
        "grain": grain.name(),
        "zone": told.zone.name(),
        "calibration_end": calibration_end.to_string(),
        "holdout_end": holdout_end.as_ref().map(Day::to_string),
        "include_first": told.include_first,
        "totals": totals(told),
        "audit": audited(told, audit),
        "excluded": excluded.collect::<Vec<_>>(),
        "customers": told.lines().collect::<Vec<_>>(),
    });
    if let Some((scheme, scores)) = told.scores {
        said["scores"] = scores_json(scheme, scores);
    }
    if let Some(import) = import {
        said["import"] = import;
    }
    said
}

fn totals(told: &Told<'_>) -> Value {
    let summaries = told.cbs.summaries();
    let spend: i128 = summaries.iter().map(|it| it.history.spend().units).sum();
    json!({
        "customers": summaries.len(),
        "repeaters": summaries.iter().filter(|it| 0 < it.frequency()).count(),
        "frequency": told.cbs.audit().repeats,
        "holdout_frequency": told.definition.holdout_end.map(|_| told.cbs.audit().holdout),
        "rows": told.cbs.groups().len(),
        "spend": told.cbs.scale().map(|_| told.money(spend)),
    })
}

fn audited(told: &Told<'_>, audit: &Audit) -> Value {
    json!({
        "customers": audit.customers,
        "included": audit.included,
        "purchases": audit.purchases,
        "repeats": audit.repeats,
        "merged": audit.merged,
        "without_amount": audit.without_amount,
        "free": audit.free,
        "refunds": audit.refunds,
        "given_back": told.money(audit.given_back),
        "given_back_early": told.money(audit.given_back_early),
        "in_holdout": audit.in_holdout,
        "after": audit.after,
    })
}

fn scores_json(scheme: &Scheme, scores: &Scores) -> Value {
    let axes = AXES.iter().enumerate().map(|(axis, name)| {
        // A customer is told how long ago, which counts backwards.
        let sign = if axis == 0 { -1.0 } else { 1.0 };
        let cuts: Vec<f64> = scores.cuts[axis].iter().map(|cut| cut * sign + 0.0).collect();
        ((*name).to_owned(), json!({ "cuts": cuts, "customers": scores.counts[axis] }))
    });
    let names = scheme.names.iter().enumerate().map(|(position, name)| {
        let customers = named(scores, position);
        let labels = json!({ "zh-Hans": name.text.zh, "en": name.text.en });
        json!({ "name": &*name.name, "labels": labels, "customers": customers })
    });
    let axes: serde_json::Map<String, Value> = axes.collect();
    json!({ "bins": scheme.bins, "axes": axes, "names": names.collect::<Vec<_>>() })
}

fn named(scores: &Scores, position: usize) -> u64 {
    let is_it = |score: &&Score| score.name.map(usize::from) == Some(position);
    scores.customers.iter().flatten().filter(is_it).count() as u64
}

/// Repeats by time: units from the end of the calibration.
pub fn repeats(repeats: &[(i64, u64)], cbs: &Cbs, out: &mut Lines) -> io::Result<()> {
    out.line("time,repeats")?;
    for (grain, count) in repeats {
        out.line(&format!("{},{count}", cbs.in_units(*grain as f64)))?;
    }
    Ok(())
}

/// A page for people.
pub fn page(told: &Told<'_>, language: Language) -> String {
    let Definition { grain, unit, calibration_end, holdout_end, .. } = told.definition;
    let say = |en: &'static str, zh: &'static str| either(language, en, zh);
    let length = |step: guanxi::value::cbs::Step| match step {
        guanxi::value::cbs::Step::Day => say("day", "天"),
        guanxi::value::cbs::Step::Week => say("week", "周"),
    };
    let mut page = match language {
        Language::En => format!(
            "Purchases to {calibration_end} ({}), one a {}, times in {}s\n\n",
            told.zone.name(),
            length(*grain),
            length(*unit)
        ),
        Language::Zh => format!(
            "截至 {calibration_end}（{}）的购买，每{}至多计一次，时间单位为{}\n\n",
            told.zone.name(),
            length(*grain),
            length(*unit)
        ),
    };
    page.push_str(&table(
        &[(say("what became of them", "去向"), Stand::Left), (say("count", "数量"), Stand::Right)],
        &audit_rows(told, language),
    ));
    if let Some(end) = holdout_end {
        let repeats = grouped(told.cbs.audit().holdout);
        page.push_str(&match language {
            Language::En => {
                format!("\nThen to {end}: {repeats} more purchases by these customers\n")
            }
            Language::Zh => format!("\n其后至 {end}：这些客户又购买 {repeats} 次\n"),
        });
    }
    if let Some((scheme, scores)) = told.scores {
        page.push('\n');
        page.push_str(&score_tables(scheme, scores, language));
    }
    page.push_str(say(
        "\n`--csv` prints a line for each customer, `--json` everything.\n",
        "\n`--csv` 逐个客户输出一行，`--json` 输出全部内容。\n",
    ));
    page
}

fn audit_rows(told: &Told<'_>, language: Language) -> Vec<Vec<String>> {
    let audit = told.cbs.audit();
    let mut rows = Vec::new();
    let mut row = |en: &'static str, zh: &'static str, count: u64, always: bool| {
        if always || 0 < count {
            rows.push(vec![either(language, en, zh).to_owned(), grouped(count)]);
        }
    };
    let repeaters = told.cbs.summaries().iter().filter(|it| 0 < it.frequency()).count() as u64;
    row("purchases", "购买", audit.purchases, true);
    row("  first ones", "  首次", audit.included, true);
    row("  repeats", "  复购", audit.repeats, true);
    row("  in the same grain as one before", "  与前一次同期，并为一次", audit.merged, true);
    row("  without an amount", "  金额未知", audit.without_amount, false);
    row("  for nothing", "  金额为零", audit.free, false);
    row("refunds taken off", "已冲抵的退款", audit.refunds, false);
    row("later, in the holdout", "之后、检验期内", audit.in_holdout, false);
    row("later still, left out", "更晚，未计", audit.after, false);
    row("customers", "客户", audit.customers, true);
    row("  who bought", "  有购买", audit.included, true);
    row("  who came back", "  有复购", repeaters, true);
    row(
        "  left out: no purchase in time",
        "  未计：期内无购买",
        audit.customers - audit.included,
        true,
    );
    row("different rows to a model", "模型所见的不同行", told.cbs.groups().len() as u64, true);
    rows
}

fn score_tables(scheme: &Scheme, scores: &Scores, language: Language) -> String {
    let say = |en: &'static str, zh: &'static str| either(language, en, zh);
    let mut header = vec![(say("score", "分值"), Stand::Right)];
    let axes = [say("recency", "最近"), say("frequency", "频次"), say("money", "金额")];
    header.extend(axes.map(|axis| (axis, Stand::Right)));
    let rows: Vec<Vec<String>> = (0..usize::from(scheme.bins))
        .rev()
        .map(|score| {
            let counts = scores
                .counts
                .iter()
                .map(|counts| counts.get(score).copied().map(grouped).unwrap_or_default());
            std::iter::once((score + 1).to_string()).chain(counts).collect()
        })
        .collect();
    let all = scores.customers.iter().flatten().count() as u64;
    let names: Vec<Vec<String>> = scheme
        .names
        .iter()
        .enumerate()
        .map(|(position, name)| {
            let customers = named(scores, position);
            let said = printable(name.text.say(language)).into_owned();
            vec![said, grouped(customers), percent(customers, all)]
        })
        .collect();
    let header_of_names = [
        (say("customers", "客户"), Stand::Left),
        (say("count", "数量"), Stand::Right),
        (say("share", "占比"), Stand::Right),
    ];
    format!("{}\n{}", table(&header, &rows), table(&header_of_names, &names))
}
