//! Why a KPI is another than it was: which groups did how much of the change.

use std::sync::Arc;

use serde::Serialize;

use super::asked::{self, Asking};
use super::table::{KpiCell, KpiPeriod};
use crate::SEMANTICS;
use crate::engine::Options;
use crate::engine::summary::PlaybookSummary;
use crate::error::{Code, Error, Fault, Text};
use crate::facts::Columns;
use crate::kpi::{Formula, Kind, Kpi, SegmentRatio, Total, decompose_ratio, decompose_total};
use crate::playbook::Playbook;
use crate::units::{Decimal, Instant, Span};

/// A change of a KPI, taken apart.
#[derive(Debug, Clone, Serialize)]
pub struct KpiWhy {
    /// Version of the meaning of the numbers.
    pub semantics: u32,
    /// By which playbook.
    pub playbook: PlaybookSummary,
    /// The instant of the answers.
    pub as_of: Instant,
    /// The KPI.
    pub kpi: Arc<str>,
    /// As shown to people.
    pub label: Text,
    /// What its values are counted in.
    pub unit: Option<String>,
    /// The first of both periods.
    pub from: String,
    /// The second.
    pub to: String,
    /// Everybody in the first.
    pub before: KpiCell,
    /// Everybody in the second.
    pub after: KpiCell,
    /// By how much it changed.
    pub change: Decimal,
    /// The change by each of the groupings.
    pub by: Vec<WhyGrouping>,
}

/// A change by the groups of one expression.
#[derive(Debug, Clone, Serialize)]
pub struct WhyGrouping {
    /// The expression.
    pub by: String,
    /// Each group, the largest part first.
    pub parts: Vec<WhyPart>,
    /// What the parts leave of the change: nothing.
    pub check: Option<Decimal>,
}

/// What one group did to the change.
#[derive(Debug, Clone, Serialize)]
pub struct WhyPart {
    /// What is said of the group; `None` for whoever has none.
    pub group: Option<Box<str>>,
    /// Its value before; `None` where there was none.
    pub before: Option<f64>,
    /// And after.
    pub after: Option<f64>,
    /// What came from its own value.
    pub within: Decimal,
    /// What came from its weight among the groups.
    pub mix: Decimal,
    /// Both.
    pub total: Decimal,
}

/// Why a KPI changed from one period to another.
///
/// # Inputs
///
/// `from` and `to`: periods of one unit, `2026-Q1`. `by`: expressions that group
/// customers, one at least; each is a view of its own of the same change.
///
/// # Output
///
/// For a flow or a stock what each group gained; for a rate or a cohort what
/// came from each group's own value and what from its weight. The parts add up
/// to the change, exactly.
///
/// # Errors
///
/// Those of [`kpis`](super::kpis); [`Code::InvalidArgument`] for quantiles and durations,
/// which do not come apart, and where a period has no value.
///
/// # Cost
///
/// As [`kpis`](super::kpis) over two periods, for each grouping.
pub fn why(
    columns: &Columns,
    playbook: &Playbook,
    (name, from, to): (&str, &str, &str),
    by: &[&str],
    (as_of, options): (Instant, Options),
) -> Result<KpiWhy, Error> {
    let kpi = playbook.kpi(name)?;
    if matches!(kpi.formula.kind(), Kind::Quantile | Kind::Duration) {
        let fault = Fault::new(
            Code::InvalidArgument,
            format!("`{name}` is a place among values, which does not come apart into groups"),
            format!("`{name}` 是分位值，无法分解到各组"),
        );
        let hint = ("ask for its value by group instead", "请改为按组查询它的数值");
        return Err(fault.hint(hint.0, hint.1).into());
    }
    if by.is_empty() {
        let (en, zh) = ("nothing says into which groups it comes apart", "未说明按什么分组");
        return Err(Fault::new(Code::InvalidArgument, en, zh)
            .hint(
                "name an attribute in `by`, such as `region`",
                "请在 `by` 中给出一个属性，如 `region`",
            )
            .into());
    }
    let (first, second) =
        (Span::parse(from, playbook.calendar())?, Span::parse(to, playbook.calendar())?);
    let mut found = Vec::with_capacity(by.len());
    for by in by {
        let checked = asked::grouping(by, playbook)?;
        let asking = Asking::new(columns, playbook, Some(&checked), (as_of, options));
        let table = asking.tables(&[(kpi, vec![first, second])])?.pop();
        let table = table.ok_or_else(|| no_value(to))?;
        let period = |span: Span| {
            let name = span.to_string();
            let period = table.periods.iter().find(|period| period.period == name);
            period.cloned().ok_or_else(|| no_value(&name))
        };
        let (before, after) = (period(first)?, period(second)?);
        found.push((table, before, after, *by));
    }
    let groupings: Result<Vec<WhyGrouping>, Error> =
        found.iter().map(|(_, before, after, by)| grouping(kpi, before, after, by)).collect();
    let Some((table, before, after, _)) = found.into_iter().next() else {
        return Err(no_value(to));
    };
    let change = exact(&after)?.checked_sub(exact(&before)?)?;
    Ok(KpiWhy {
        semantics: SEMANTICS,
        playbook: PlaybookSummary::of(playbook),
        as_of,
        kpi: table.kpi,
        label: table.label,
        unit: table.unit,
        from: before.period,
        to: after.period,
        before: before.whole,
        after: after.whole,
        change,
        by: groupings?,
    })
}

fn no_value(period: &str) -> Error {
    Fault::new(
        Code::InvalidArgument,
        format!("there is no value in {period}"),
        format!("{period} 没有数值"),
    )
    .into()
}

fn exact(period: &KpiPeriod) -> Result<Decimal, Error> {
    period.whole.exact.ok_or_else(|| no_value(&period.period))
}

/// The groups of both periods, and what each did.
fn grouping(
    kpi: &Kpi,
    before: &KpiPeriod,
    after: &KpiPeriod,
    by: &str,
) -> Result<WhyGrouping, Error> {
    exact(before)?;
    exact(after)?;
    let mut names: Vec<&Option<Box<str>>> =
        before.groups.iter().chain(&after.groups).map(|cell| &cell.group).collect();
    names.sort();
    names.dedup();
    let cell = |period: &'_ KpiPeriod, name: &Option<Box<str>>| {
        period.groups.iter().find(|cell| cell.group == *name).cloned()
    };
    let cells: Vec<(Option<KpiCell>, Option<KpiCell>)> =
        names.iter().map(|name| (cell(before, name), cell(after, name))).collect();
    let nothing = Decimal::from_int(0);
    let of = |cell: &Option<KpiCell>, which: fn(&KpiCell) -> Option<Decimal>| {
        cell.as_ref().and_then(which).unwrap_or(nothing)
    };
    let times = match &kpi.formula {
        Formula::Rate { times, .. } => *times,
        _ => Decimal::from_int(1),
    };
    let change = match kpi.formula.kind() {
        Kind::Flow | Kind::Stock => {
            let total = |(before, after): &(Option<KpiCell>, Option<KpiCell>)| Total {
                before: of(before, |it| it.above),
                after: of(after, |it| it.above),
            };
            decompose_total(&cells.iter().map(total).collect::<Vec<_>>())?
        }
        _ => {
            let ratio = |(before, after): &(Option<KpiCell>, Option<KpiCell>)| {
                Ok(SegmentRatio {
                    before: of(before, |it| it.above).checked_mul(times)?,
                    out_of_before: of(before, |it| it.below),
                    after: of(after, |it| it.above).checked_mul(times)?,
                    out_of_after: of(after, |it| it.below),
                })
            };
            let ratios: Result<Vec<SegmentRatio>, Error> = cells.iter().map(ratio).collect();
            decompose_ratio(&ratios?)?
        }
    };
    let parts = names.iter().zip(&cells).zip(&change.contributions);
    let mut parts: Vec<WhyPart> = parts
        .map(|((name, (before, after)), part)| WhyPart {
            group: (*name).clone(),
            before: before.as_ref().and_then(|cell| cell.value),
            after: after.as_ref().and_then(|cell| cell.value),
            within: part.within,
            mix: part.mix,
            total: part.total,
        })
        .collect();
    parts.sort_by(|a, b| {
        let size = |part: &WhyPart| part.total.to_f64().abs();
        size(b).total_cmp(&size(a)).then_with(|| a.group.cmp(&b.group))
    });
    Ok(WhyGrouping { by: by.to_owned(), parts, check: change.check() })
}
