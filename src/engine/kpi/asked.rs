//! Which KPIs are asked about, for which periods, and the way to the answer.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::cells::{Cells, cells};
use super::dated::Lives;
use super::groups::Groups;
use super::period::{Ground, just_before};
use super::table::{KpiPeriod, KpiReport, KpiTable};
use super::told::told;
use crate::SEMANTICS;
use crate::engine::Options;
use crate::engine::summary::PlaybookSummary;
use crate::error::{Code, Error, Fault};
use crate::facts::Columns;
use crate::kpi::{Better, Kpi};
use crate::lang::{Checked, Scope};
use crate::lifecycle::first_instant;
use crate::playbook::Playbook;
use crate::units::{Calendar, Instant, Span, Unit, Window};

/// Which KPIs are wanted, and for which periods.
#[derive(Debug, Clone, Copy, Default)]
pub struct KpiAsked<'a> {
    /// Only these; all where there is none.
    pub names: &'a [&'a str],
    /// For which periods.
    pub periods: KpiPeriods<'a>,
    /// An expression that groups customers: a text, a whole number, or yes and
    /// no. It is read when a period ends.
    pub by: Option<&'a str>,
}

/// Periods of the calendar.
#[derive(Debug, Clone, Copy, Default)]
pub struct KpiPeriods<'a> {
    /// Of which unit; by default the one that the KPI is usually told for.
    pub every: Option<Unit>,
    /// The first: `2026-05`.
    pub from: Option<&'a str>,
    /// The last; by default the last that is over.
    pub to: Option<&'a str>,
    /// How many, where the first is not said; by default one.
    pub count: Option<u32>,
}

/// Periods in one answer, at most: ten years of days.
const MOST: usize = 3_660;

/// KPIs of a playbook over these facts.
///
/// # Inputs
///
/// `as_of`: what comes after it is not counted; a period that is not over by
/// then is told so far.
///
/// # Errors
///
/// [`Code::UnknownKpi`]; [`Code::MalformedValue`] for what is no period;
/// [`Code::InvalidArgument`] where the first comes after the last; every fault
/// of the grouping, with its place.
///
/// # Cost
///
/// For each period one pass over the columns that each KPI reads, and one replay
/// where it asks about states.
pub fn kpis(
    columns: &Columns,
    playbook: &Playbook,
    asked: &KpiAsked<'_>,
    as_of: Instant,
    options: Options,
) -> Result<KpiReport, Error> {
    let chosen: Vec<&Kpi> = match asked.names {
        [] => playbook.kpis().iter().collect(),
        names => names.iter().map(|name| playbook.kpi(name)).collect::<Result<_, _>>()?,
    };
    let by = asked.by.map(|source| grouping(source, playbook)).transpose()?;
    let mut wanted = Vec::with_capacity(chosen.len());
    for kpi in chosen {
        let unit = asked.periods.every.unwrap_or(kpi.every);
        wanted.push((kpi, asked.periods.spans(unit, as_of, playbook.calendar())?));
    }
    let kpis = Asking::new(columns, playbook, by.as_ref(), (as_of, options)).tables(&wanted)?;
    let playbook = PlaybookSummary::of(playbook);
    Ok(KpiReport { semantics: SEMANTICS, playbook, as_of, kpis })
}

impl KpiPeriods<'_> {
    /// The periods of a unit, unless what is named is of another.
    fn spans(&self, unit: Unit, as_of: Instant, calendar: &Calendar) -> Result<Vec<Span>, Error> {
        let read = |text: &str| Span::parse(text, calendar);
        let (from, to) = (self.from.map(read).transpose()?, self.to.map(read).transpose()?);
        let unit = to.or(from).map_or(unit, Span::unit);
        let last = match to {
            Some(to) => to,
            None => last_over(unit, as_of, calendar)?,
        };
        let count = self.count.unwrap_or(1).max(1) as usize;
        let mut out = vec![last];
        let mut first = last;
        loop {
            let is_first = match from {
                Some(from) => first == from,
                None => out.len() == count,
            };
            if is_first {
                break;
            }
            if from.is_some_and(|from| from.unit() != unit || first < from) {
                return Err(turned());
            }
            if out.len() == MOST {
                return Err(too_many());
            }
            first = first.before(calendar)?;
            out.push(first);
        }
        out.reverse();
        Ok(out)
    }
}

/// The last period that is over at an instant.
pub(super) fn last_over(unit: Unit, as_of: Instant, calendar: &Calendar) -> Result<Span, Error> {
    // What ends at the next microsecond is over.
    let next = as_of.checked_add_micros(1).unwrap_or(as_of);
    Span::of(calendar.zone().day_of(next), unit, calendar)?.before(calendar)
}

fn turned() -> Error {
    let (en, zh) =
        ("the first period is not one of those before the last", "起始期间不在末尾期间之前");
    let hint =
        ("name both alike: `2026-01` and `2026-05`", "两者写法须一致：`2026-01` 与 `2026-05`");
    Fault::new(Code::InvalidArgument, en, zh).hint(hint.0, hint.1).into()
}

fn too_many() -> Error {
    let fault = Fault::new(
        Code::InvalidArgument,
        format!("more than {MOST} periods"),
        format!("期间超过 {MOST} 个"),
    );
    fault.hint("take a longer unit, or less time", "请用更长的单位或更短的时间").into()
}

/// What groups customers.
pub(in crate::engine) fn grouping(source: &str, playbook: &Playbook) -> Result<Checked, Error> {
    crate::engine::grouping::grouping(source, &Scope { period: true, ..playbook.scope() })
}

/// All KPIs of one question.
pub(super) struct Asking<'a> {
    columns: &'a Columns,
    playbook: &'a Playbook,
    by: Option<&'a Checked>,
    as_of: Instant,
    options: Options,
    /// Where the facts begin.
    first: Option<Instant>,
}

impl<'a> Asking<'a> {
    pub fn new(
        columns: &'a Columns,
        playbook: &'a Playbook,
        by: Option<&'a Checked>,
        (as_of, options): (Instant, Options),
    ) -> Asking<'a> {
        let first = first_instant(columns);
        Asking { columns, playbook, by, as_of, options, first }
    }

    /// Each KPI in its periods, ascending.
    pub fn tables(&self, wanted: &[(&Kpi, Vec<Span>)]) -> Result<Vec<KpiTable>, Error> {
        let kpis: Vec<&Kpi> = wanted.iter().map(|(kpi, _)| *kpi).collect();
        let ground =
            Ground::new(self.columns, self.playbook, (&kpis, self.by), self.as_of, self.options);
        let mut tables: Vec<KpiTable> = kpis.iter().map(|kpi| table(kpi)).collect();
        if !kpis.iter().any(|kpi| Lives::follow(kpi)) {
            self.periods(&ground, wanted, &[], &mut tables)?;
            return Ok(tables);
        }
        let now = Window { from: self.as_of, until: Instant::clamped(self.as_of.micros() + 1) };
        ground.ask(now, self.as_of, self.as_of, |context| {
            let threads = self.options.threads;
            let lives: Vec<Option<Lives>> =
                kpis.iter().map(|kpi| Lives::new(kpi, context, threads)).collect();
            self.periods(&ground, wanted, &lives, &mut tables)
        })?;
        Ok(tables)
    }

    /// Each period is looked at once for all KPIs that are told for it.
    fn periods(
        &self,
        ground: &Ground<'_>,
        wanted: &[(&Kpi, Vec<Span>)],
        lives: &[Option<Lives<'_>>],
        tables: &mut [KpiTable],
    ) -> Result<(), Error> {
        let mut spans: BTreeMap<Span, Vec<Wanted>> = BTreeMap::new();
        for (at, (kpi, own)) in wanted.iter().enumerate() {
            let lives = lives.get(at).and_then(Option::as_ref);
            own.iter()
                .for_each(|span| spans.entry(*span).or_default().push(Wanted { at, kpi, lives }));
        }
        spans.iter().try_for_each(|(span, asked)| self.period(ground, *span, asked, tables))
    }

    fn period(
        &self,
        ground: &Ground<'_>,
        span: Span,
        asked: &[Wanted<'_>],
        tables: &mut [KpiTable],
    ) -> Result<(), Error> {
        let calendar = self.playbook.calendar();
        let window = span.window(calendar)?;
        let so_far = self.as_of < just_before(window.until);
        for (wanted, period) in asked.iter().zip(self.windowed(ground, span, window, asked)?) {
            if let Some(table) = tables.get_mut(wanted.at) {
                table.periods.push(period);
            }
        }
        if !so_far || self.as_of < window.from {
            return Ok(());
        }
        let before = span.before(calendar)?;
        let whole = before.window(calendar)?;
        let until = self.as_far_into(span, before).min(whole.until);
        let cut = Window { until, ..whole };
        for (wanted, period) in asked.iter().zip(self.windowed(ground, before, cut, asked)?) {
            if let Some(table) = tables.get_mut(wanted.at) {
                table.like_for_like = Some(period);
            }
        }
        Ok(())
    }

    /// The first instant that lies further into one period than the instant of
    /// the answers into another: as many days, and the same time of day.
    fn as_far_into(&self, span: Span, before: Span) -> Instant {
        let zone = self.playbook.calendar().zone();
        let next = self.as_of.checked_add_micros(1).unwrap_or(self.as_of);
        let (day, of_day) = zone.local(next);
        let days = day.days() - span.first().days();
        let same = crate::units::Day::clamped(i64::from(before.first().days() + days));
        zone.instant(same, of_day)
    }

    /// The KPIs that are told for one period, in their order.
    fn windowed(
        &self,
        ground: &Ground<'_>,
        span: Span,
        window: Window,
        asked: &[Wanted<'_>],
    ) -> Result<Vec<KpiPeriod>, Error> {
        let previous = span.before(self.playbook.calendar())?.window(self.playbook.calendar())?;
        let is_told =
            window.from <= self.as_of && self.first.is_none_or(|first| first < window.until);
        let threads = self.options.threads;
        let (found, names) = match is_told {
            false => (asked.iter().map(|_| Cells::default()).collect(), Vec::new()),
            true => ground.ask(window, previous.from, self.as_of, |context| {
                let groups = self.by.map(|by| Groups::of(by, context, threads));
                let found: Vec<Cells> = asked
                    .iter()
                    .map(|it| {
                        cells(it.kpi, (window, context), (groups.as_ref(), it.lives), threads)
                    })
                    .collect();
                (found, groups.map(|groups| groups.names).unwrap_or_default())
            }),
        };
        let when = (span, window, self.as_of, self.first);
        Ok(asked.iter().zip(found).map(|(it, cells)| told(it.kpi, cells, &names, when)).collect())
    }
}

/// One KPI in a period.
struct Wanted<'a> {
    at: usize,
    kpi: &'a Kpi,
    lives: Option<&'a Lives<'a>>,
}

/// A table without periods.
fn table(kpi: &Kpi) -> KpiTable {
    let own = kpi.formula.expressions().into_iter();
    let filter = kpi.filter.iter().map(|filter| ("where", filter));
    KpiTable {
        kpi: kpi.name.clone(),
        label: kpi.text.or_name(&kpi.name),
        help: kpi.help.clone(),
        kind: kpi.formula.kind().name(),
        better: kpi.better.map(Better::name),
        owner: kpi.owner.clone(),
        unit: kpi.unit(),
        formula: own.chain(filter).map(|(key, it)| (key, Arc::clone(&it.source))).collect(),
        periods: Vec::new(),
        like_for_like: None,
    }
}
