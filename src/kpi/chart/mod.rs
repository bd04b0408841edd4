//! Whether there is anything to explain: a KPI beside what it usually does.
//!
//! ```text
//! history ──> what is usual: trend and season, or a level   (expected)
//!         ──> what is left of the last period's news taken off (AR 1)
//!         ──> small shifts add up until they are too many     (CUSUM) ──> alarm
//! ```
//!
//! # What is promised
//!
//! * The answer says how often it cries wolf: one false alarm in so many periods,
//!   counted for limits that were themselves estimated from a short history.
//! * Of many charts one alarms by chance: [`among_charts`] keeps the share of
//!   false ones below a level.
//!
//! # Sources
//!
//! * Page (1954), "Continuous inspection schemes", Biometrika 41 (CUSUM), with
//!   k = 0.5 and h = 5; Siegmund (1985), "Sequential analysis", section 2.6 (its
//!   run length); Alwan and Roberts (1988), "Time-series modeling for statistical
//!   process control", JBES 6 (charts of what is new); Sen (1968), JASA 63 (the
//!   trend, by seasons: Hirsch, Slack and Smith 1982); Wheeler (1993),
//!   "Understanding variation" (limits of individual values).
//! * Benjamini and Hochberg (1995), JRSS B 57.

mod say;
mod usual;

use serde::Serialize;

use crate::error::{Code, Error, Fault, Text};
use usual::Usual;

/// What a shift must be over to add up, and the sum at which it is an alarm, in
/// standard deviations.
const SLACK: f64 = 0.5;
const LIMIT: f64 = 5.0;

/// Siegmund's correction for sums that jump over their limit.
const JUMP: f64 = 1.166;

/// Periods from which anything usual can be told.
const BASELINE: usize = 8;

/// What limits lose by being estimated, by the length of the history: how much
/// more often alarms are false, and by what sums are to be shortened before their
/// chance is told. Simulated, of series that keep nothing and half of their last
/// value, the worse of the two; a test holds it.
const ESTIMATED: [[f64; 3]; 7] = [
    [8.0, 10.5, 0.30],
    [12.0, 6.2, 0.42],
    [18.0, 4.2, 0.56],
    [24.0, 3.3, 0.66],
    [36.0, 2.4, 0.76],
    [60.0, 1.6, 0.90],
    [120.0, 1.05, 1.00],
];

/// The same of a trend and a season, by years.
const SEASONAL: [[f64; 3]; 4] =
    [[2.0, 11.5, 0.30], [3.0, 6.2, 0.47], [5.0, 3.7, 0.67], [8.0, 3.5, 0.72]];

/// A history to be looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct ChartSeries {
    /// What it is called.
    pub name: String,
    /// By period, the oldest first; `None` where it was not measured.
    pub values: Vec<Option<f64>>,
    /// Periods of a year: 12 for months, 4 for quarters; 1 where there is no
    /// season.
    pub season: usize,
    /// How many of the last periods are judged by those before; where there is a
    /// season, a year at most.
    pub watched: usize,
}

/// A KPI beside what it usually does.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Chart {
    /// The KPI.
    pub name: String,
    /// What it comes to.
    pub verdict: ChartVerdict,
    /// How what is usual was found: `season`, `level`, or `none`.
    pub method: &'static str,
    /// What a value keeps of the one before, beyond what is usual.
    pub kept: f64,
    /// Each period.
    pub points: Vec<ChartPoint>,
    /// The first watched period at which small shifts were too many.
    pub alarm: Option<usize>,
    /// How often as much adds up by chance over the watched periods.
    pub p: Option<f64>,
    /// What that comes to when all charts are looked at.
    pub p_among_all: Option<f64>,
    /// One false alarm in so many periods.
    pub false_alarm_every: Option<f64>,
    /// In one sentence.
    pub sentence: Text,
}

/// One period of a chart.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct ChartPoint {
    /// What was measured.
    pub value: Option<f64>,
    /// What is usual.
    pub expected: Option<f64>,
    /// The least that single values usually are.
    pub low: Option<f64>,
    /// The most.
    pub high: Option<f64>,
    /// What is new, in standard deviations; of watched periods and those before.
    pub news: Option<f64>,
    /// What of it has added up, above and below; 0 before the watched periods.
    pub up: f64,
    /// As `up`.
    pub down: f64,
    /// Whether it is one of those that are judged.
    pub is_watched: bool,
}

/// Whether there is anything to explain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ChartVerdict {
    /// It is higher than usual.
    Higher,
    /// It is lower.
    Lower,
    /// It is as usual.
    Usual,
    /// The history is too short or never moves.
    CannotTell,
}

/// A KPI's last periods beside what it usually does.
///
/// With two whole years or more before the watched periods, what is usual is a
/// trend and a season; otherwise a level.
///
/// # Errors
///
/// [`Code::InvalidArgument`]: nothing watched, more watched than there is, no
/// periods in a year, a value that is not finite.
///
/// ```
/// use guanxi::kpi::{ChartSeries, ChartVerdict, chart};
/// let values = (0..36).map(|at| {
///     let usual = 100.0 + f64::from(at * 7 % 5);
///     Some(if at < 30 { usual } else { usual - 4.0 })
/// });
/// let series = ChartSeries { name: "orders".into(), values: values.collect(), season: 1, watched: 6 };
/// let told = chart(&series)?;
/// assert_eq!(told.verdict, ChartVerdict::Lower);
/// assert!(told.alarm.is_some_and(|at| at >= 30) && told.false_alarm_every.unwrap() > 50.0);
/// # Ok::<(), guanxi::Error>(())
/// ```
pub fn chart(series: &ChartSeries) -> Result<Chart, Error> {
    check(series)?;
    let n = series.values.len();
    // A trend is not drawn out for more than a year.
    let longest = if series.season > 1 { series.season } else { n };
    let watched = series.watched.min(longest);
    let from = n - watched;
    let mut told = Chart {
        name: series.name.clone(),
        verdict: ChartVerdict::CannotTell,
        method: "none",
        kept: 0.0,
        points: series
            .values
            .iter()
            .map(|value| ChartPoint { value: *value, ..ChartPoint::default() })
            .collect(),
        alarm: None,
        p: None,
        p_among_all: None,
        false_alarm_every: None,
        sentence: Text::default(),
    };
    if let Some(usual) = Usual::of(&series.values, from, series.season) {
        told.method = if usual.is_seasonal { "season" } else { "level" };
        told.kept = usual.kept;
        let most = fill(&mut told, &usual, from);
        let (worse, scale) = (usual.estimated(1), usual.estimated(2));
        told.false_alarm_every = Some(run_length(LIMIT) / worse);
        told.p = Some(1.0 - libm::exp(-(watched as f64) / run_length(most.abs() * scale)));
        told.verdict = match told.alarm {
            None => ChartVerdict::Usual,
            Some(_) if most > 0.0 => ChartVerdict::Higher,
            Some(_) => ChartVerdict::Lower,
        };
    }
    told.sentence = say::sentence(&told);
    Ok(told)
}

fn check(series: &ChartSeries) -> Result<(), Error> {
    let good = (1..=series.values.len()).contains(&series.watched)
        && series.season >= 1
        && series.values.iter().flatten().all(|it| it.is_finite());
    if good {
        return Ok(());
    }
    Err(Fault::new(
        Code::InvalidArgument,
        "some of the periods are watched, a year has one or more, and values are finite",
        "须至少监测一期且不超过总期数，每年至少一期，数值须有限",
    )
    .into())
}

/// What adds up over the watched periods: the largest sum, below zero where it
/// went down.
fn fill(told: &mut Chart, usual: &Usual, from: usize) -> f64 {
    let (mut up, mut down, mut most, mut before) = (0.0_f64, 0.0_f64, 0.0_f64, None);
    for (at, point) in told.points.iter_mut().enumerate() {
        let expected = usual.at(at);
        let off = 3.0 * usual.spread;
        (point.expected, point.low, point.high) =
            (Some(expected), Some(expected - off), Some(expected + off));
        point.is_watched = at >= from;
        let away = point.value.map(|value| value - expected);
        point.news = away.map(|it| usual.score(it - usual.kept * before.unwrap_or(0.0)));
        before = away;
        let Some(news) = point.news.filter(|_| point.is_watched) else { continue };
        up = (up + news - SLACK).max(0.0);
        down = (down - news - SLACK).max(0.0);
        (point.up, point.down) = (up, down);
        if up.max(down) > most.abs() {
            most = if up > down { up } else { -down };
        }
        if up.max(down) > LIMIT {
            told.alarm = told.alarm.or(Some(at));
        }
    }
    most
}

/// Periods until two sums, up and down, pass a limit by chance.
fn run_length(limit: f64) -> f64 {
    let b = limit + JUMP;
    let one_sided = (libm::exp(2.0 * SLACK * b) - 2.0 * SLACK * b - 1.0) / (2.0 * SLACK * SLACK);
    one_sided / 2.0
}

/// Marks as unusual only those charts of many that chance does not explain: of
/// those that are left, `level` are false on average at most. An alarm that does
/// not stand becomes usual.
///
/// ```
/// use guanxi::kpi::{ChartSeries, ChartVerdict, among_charts, chart};
/// let series = |shift: f64| ChartSeries {
///     name: "x".into(), season: 1, watched: 6,
///     values: (0..36).map(|at| Some(f64::from(at * 7 % 5) - if at < 30 { 0.0 } else { shift })).collect(),
/// };
/// let mut charts = vec![chart(&series(4.0))?, chart(&series(0.0))?];
/// among_charts(&mut charts, 0.10);
/// assert_eq!(charts.iter().map(|it| it.verdict).collect::<Vec<_>>(), [ChartVerdict::Lower, ChartVerdict::Usual]);
/// # Ok::<(), guanxi::Error>(())
/// ```
pub fn among_charts(charts: &mut [Chart], level: f64) {
    let p = |charts: &[Chart], at: usize| charts.get(at).and_then(|it| it.p).unwrap_or(1.0);
    let mut order: Vec<usize> = (0..charts.len()).filter(|at| p(charts, *at) < 1.0).collect();
    order.sort_by(|a, b| p(charts, *a).total_cmp(&p(charts, *b)));
    let many = order.len() as f64;
    let mut least = 1.0_f64;
    for (rank, at) in order.iter().enumerate().rev() {
        least = least.min(p(charts, *at) * many / (rank + 1) as f64);
        if let Some(it) = charts.get_mut(*at) {
            it.p_among_all = Some(least);
            if least > level && it.alarm.is_some() {
                it.verdict = ChartVerdict::Usual;
                it.sentence = say::sentence(it);
            }
        }
    }
}

#[cfg(test)]
mod tests;
