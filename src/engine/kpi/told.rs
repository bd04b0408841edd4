//! From sums to values, and from there to what people read.

use super::cells::{Cell, Cells};
use super::period::just_before;
use super::table::{KpiCell, KpiPeriod};
use crate::engine::Shown;
use crate::engine::value::shown as shown_units;
use crate::kpi::{
    Formula, Kind, Kpi, Measured, Missing, Moments, Reading, measured_duration, measured_quantile,
    measured_rate_of, measured_ratio, measured_share, measured_sum,
};
use crate::lang::Type;
use crate::stats::curve;
use crate::units::{Decimal, Instant, Span, Window};

const SECONDS_A_DAY: f64 = 86_400.0;
const MICROS_A_DAY: f64 = SECONDS_A_DAY * 1e6;

/// One KPI in one period.
pub(super) fn told(
    kpi: &Kpi,
    cells: Cells,
    names: &[Box<str>],
    (span, window, as_of, first): (Span, Window, Instant, Option<Instant>),
) -> KpiPeriod {
    let untold = if as_of < window.from {
        Some(Missing::NotYet)
    } else {
        first.filter(|first| window.until <= *first).map(|_| Missing::BeforeFacts)
    };
    let open = matches!(kpi.formula, Formula::Cohort { .. }).then_some(cells.whole.open);
    let mut groups: Vec<KpiCell> = names
        .iter()
        .zip(cells.groups)
        .filter(|(_, cell)| cell.customers > 0)
        .map(|(name, cell)| cell_of(kpi, Some(name.clone()), cell, untold))
        .collect();
    groups.sort_by(|a, b| a.group.cmp(&b.group));
    if cells.rest.customers > 0 {
        groups.push(cell_of(kpi, None, cells.rest, untold));
    }
    KpiPeriod {
        period: span.to_string(),
        from: window.from,
        until: window.until,
        so_far: as_of < just_before(window.until),
        open,
        whole: cell_of(kpi, None, cells.whole, untold),
        groups,
        errors: cells.errors,
        failures: cells.failures,
    }
}

/// How often an interval may miss.
const LEVEL: f64 = 0.05;

/// Places of a ratio that is no whole number.
const PLACES: u8 = 12;

fn cell_of(kpi: &Kpi, group: Option<Box<str>>, cell: Cell, untold: Option<Missing>) -> KpiCell {
    let customers = cell.customers;
    let (sum, per) = (cell.moments.sum(), cell.moments.sum_before());
    let above = kpi.formula.expressions().first().map_or(&Type::Int, |(_, it)| it.result());
    let (found, exact, below) = match &kpi.formula {
        Formula::Flow(_) | Formula::Stock(_) => {
            (measured_sum_of(above, &cell), decimal(above, sum), None)
        }
        Formula::Rate { per: below, times, .. } => {
            let below = below.result();
            let found = rate(&cell.moments, (above, below)).map(|it| scaled(it, times.to_f64()));
            (found, ratio((above, sum), (below, per), *times), Some(below))
        }
        Formula::Cohort { .. } => {
            let found = share(&cell.moments);
            (
                found,
                ratio((&Type::Int, sum), (&Type::Int, per), Decimal::from_int(1)),
                Some(&Type::Int),
            )
        }
        Formula::Quantile { at, .. } => {
            let (found, exact) = quantile(above, cell.values, *at);
            (found, exact, None)
        }
        Formula::Duration { at, .. } => {
            let of = curve(cell.stays);
            let found = measured_duration(&of, at.to_f64(), LEVEL);
            (found.map(|it| scaled(it, 1.0 / MICROS_A_DAY)), None, None)
        }
    };
    let found = untold.map_or(found, Err);
    let is_count = matches!(kpi.formula, Formula::Cohort { .. });
    let told =
        |ty: Option<&Type>, units| ty.filter(|_| untold.is_none()).map(|ty| shown(ty, units));
    let exact = exact.filter(|_| found.is_ok()).or_else(|| rounded(found.as_ref().ok()?.value));
    let parts = below.map(|_| if is_count { &Type::Int } else { above });
    let missing = found.as_ref().err().copied();
    let it = found.ok();
    KpiCell {
        group,
        customers,
        value: it.as_ref().map(|it| it.value),
        shown: exact.filter(|_| it.is_some()).and_then(|exact| as_read(kpi, above, exact)),
        low: it.as_ref().and_then(|it| it.low),
        high: it.as_ref().and_then(|it| it.high),
        method: it.as_ref().map(|it| it.method),
        without_top: it.as_ref().and_then(|it| it.without_top),
        cautions: it.map(|it| it.cautions).unwrap_or_default(),
        missing,
        sum: told(parts, sum),
        per: told(below, per),
        exact,
        above: whole(if is_count { &Type::Int } else { above }, sum),
        below: below.and_then(|below| whole(below, per)),
    }
}

/// A sum over customers, which was counted, and what another draw of as many
/// would have come to.
fn measured_sum_of(ty: &Type, cell: &Cell) -> Reading {
    if cell.customers == 0 {
        return Ok(Measured { low: Some(0.0), high: Some(0.0), ..nothing() });
    }
    measured_sum(&cell.moments, units_of(ty), LEVEL, i64::try_from(cell.largest).ok())
}

/// The sum of nobody.
fn nothing() -> Measured {
    Measured {
        value: 0.0,
        low: None,
        high: None,
        n: 0,
        method: "student",
        cautions: Vec::new(),
        without_top: None,
    }
}

/// One sum over another: a share, events for each day of exposure, or a ratio.
fn rate(moments: &Moments, (above, below): (&Type, &Type)) -> Reading {
    match (above, below) {
        (Type::Bool, Type::Bool) => share(moments),
        (Type::Bool | Type::Int, Type::Duration) => measured_rate_of(moments, SECONDS_A_DAY, LEVEL),
        _ => measured_ratio(moments, units_of(above), units_of(below), LEVEL),
    }
}

fn share(moments: &Moments) -> Reading {
    let whole = |sum: i128| u64::try_from(sum).map_err(|_| Missing::NotApplicable);
    measured_share(whole(moments.sum())?, whole(moments.sum_before())?, LEVEL, false)
}

fn scaled(it: Measured, times: f64) -> Measured {
    let by = |value: f64| value * times;
    Measured { value: by(it.value), low: it.low.map(by), high: it.high.map(by), ..it }
}

/// The smallest value that at least a share of all does not exceed.
fn quantile(ty: &Type, mut values: Vec<i64>, at: Decimal) -> (Reading, Option<Decimal>) {
    let ty = match ty {
        Type::List(element) => element,
        ty => ty,
    };
    values.sort_unstable();
    let one = units_of(ty);
    let sorted: Vec<f64> = values.iter().map(|value| *value as f64 / one).collect();
    let found = measured_quantile(&sorted, at.to_f64(), LEVEL);
    let position = |it: &Measured| sorted.iter().position(|value| *value == it.value);
    let exact = found.as_ref().ok().and_then(position).and_then(|place| values.get(place));
    let exact = exact.and_then(|value| decimal(ty, i128::from(*value)));
    (found, exact)
}

/// How many units of a sum make one: cents, seconds of a day.
fn units_of(ty: &Type) -> f64 {
    match ty {
        Type::Money(_, scale) | Type::Decimal(scale) => libm::pow(10.0, f64::from(*scale)),
        Type::Duration => SECONDS_A_DAY,
        _ => 1.0,
    }
}

/// A sum exactly; lengths of time are no exact number of days.
fn decimal(ty: &Type, units: i128) -> Option<Decimal> {
    let scale = match ty {
        Type::Money(_, scale) | Type::Decimal(scale) => *scale,
        Type::Duration => return None,
        _ => 0,
    };
    Decimal::new(units, scale).ok()
}

/// A sum exactly, lengths of time in seconds.
fn whole(ty: &Type, units: i128) -> Option<Decimal> {
    decimal(if *ty == Type::Duration { &Type::Int } else { ty }, units)
}

fn ratio(
    (above, sum): (&Type, i128),
    (below, per): (&Type, i128),
    times: Decimal,
) -> Option<Decimal> {
    let sum = decimal(above, sum)?.checked_mul(times).ok()?;
    sum.div_half_even(decimal(below, per)?, PLACES).ok()
}

fn rounded(value: f64) -> Option<Decimal> {
    Decimal::parse(&format!("{value:.9}")).ok()
}

/// A value as people read it: whole where it was counted, an amount with the
/// places of its currency.
fn as_read(kpi: &Kpi, above: &Type, exact: Decimal) -> Option<Shown> {
    let above = match above {
        Type::List(element) => element,
        ty => ty,
    };
    let is_sum = matches!(kpi.formula.kind(), Kind::Flow | Kind::Stock | Kind::Quantile);
    match (kpi.own_unit().as_deref(), above) {
        (Some(unit), Type::Money(currency, scale)) if *unit == *currency.to_string() => {
            let amount = exact.rescale_half_even(*scale).ok()?;
            Some(Shown::Text(format!("{amount} {currency}")))
        }
        (None, Type::Int | Type::Bool) if is_sum => {
            i64::try_from(exact.rescale_exact(0).ok()?.units()).ok().map(Shown::Int)
        }
        (None, Type::Decimal(_)) if is_sum => Some(Shown::Text(exact.to_string())),
        _ => None,
    }
}

/// A sum as people read it.
fn shown(ty: &Type, units: i128) -> Shown {
    match ty {
        Type::Money(..) | Type::Decimal(_) => shown_units(ty, units),
        Type::Duration => Shown::Text(format!("{units}s")),
        _ => i64::try_from(units).map_or_else(|_| Shown::Text(units.to_string()), Shown::Int),
    }
}
