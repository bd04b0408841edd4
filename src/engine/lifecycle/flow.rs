//! Stage flow and time in stage of a playbook's machines.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use super::super::answers::{Failure, Options};
use crate::engine::value::Past;
use crate::error::{Error, Fault, Text};
use crate::facts::Columns;
use crate::lang::{Checked, World};
use crate::lifecycle::{self, Asking, By, Counts, Machine, Move, Stays, flows, periods, stays};
use crate::playbook::Playbook;
use crate::units::{Calendar, Instant, Unit, Window};

/// Which flow is wanted.
#[derive(Debug, Clone, Copy, Default)]
pub struct FlowAsked<'a> {
    /// Only this machine.
    pub machine: Option<&'a str>,
    /// Calendar periods of this unit. Without it and with both ends there is
    /// one period between them; otherwise it is the month.
    pub every: Option<Unit>,
    /// The first period is that of this instant; by default there are three.
    pub from: Option<Instant>,
    /// The last period is that just before this instant; by default before the
    /// instant of the answers.
    pub until: Option<Instant>,
    /// An expression that groups customers: a text, a number or yes and no.
    pub by: Option<&'a str>,
    /// Whether to say how long states last, over all that is known.
    pub stays: bool,
}

/// Periods where nobody says how many.
const DEFAULT_PERIODS: i64 = 3;

/// Days after which the share that is still there is told.
const AFTER: [i64; 6] = [30, 60, 90, 180, 365, 730];

/// The flow of one machine.
#[derive(Debug, Clone, Serialize)]
pub struct MachineFlow {
    /// The machine.
    pub machine: Arc<str>,
    /// As shown to people.
    pub label: Text,
    /// Whether it runs once for each key, so that runs are counted instead of
    /// customers.
    pub keyed: bool,
    /// Each period, ascending.
    pub periods: Vec<PeriodFlow>,
    /// How long each state lasts, over all that is known, where that is asked
    /// for.
    pub stays: Vec<StayView>,
    /// The first customers whose group is an error, with the reason; they are
    /// in the group without a name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub failures: Vec<Failure>,
}

/// One period.
#[derive(Debug, Clone, Serialize)]
pub struct PeriodFlow {
    /// Its first instant.
    pub from: Instant,
    /// The first instant after it.
    pub until: Instant,
    /// It is not over at the instant of the answers.
    pub so_far: bool,
    /// Each group; one without a name where nothing groups.
    pub groups: Vec<GroupFlow>,
}

/// One group in one period.
#[derive(Debug, Clone, Serialize)]
pub struct GroupFlow {
    /// What the expression gives; `None` where nothing groups, or for whom
    /// nothing is known.
    pub group: Option<Box<str>>,
    /// Each state, after the one it is inside.
    pub states: Vec<StateFlow>,
    /// Each move, by transition and cause.
    pub moves: Vec<MoveView>,
}

/// One state: `opening + began + in - out - erased = closing`.
#[derive(Debug, Clone, Serialize)]
pub struct StateFlow {
    /// The state.
    pub state: Arc<str>,
    /// As shown to people.
    pub label: Text,
    /// The state that it is inside.
    pub inside: Option<Arc<str>>,
    /// There before the period.
    pub opening: u64,
    /// Began there: first facts, or first facts with a key.
    pub began: u64,
    /// Came from elsewhere.
    #[serde(rename = "in")]
    pub entered: u64,
    /// Went elsewhere.
    #[serde(rename = "out")]
    pub left: u64,
    /// Were erased while there; left out of JSON where nobody was.
    #[serde(skip_serializing_if = "is_zero")]
    pub erased: u64,
    /// There at the end.
    pub closing: u64,
}

/// One move from one innermost state to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MoveView {
    /// From; `None`: began.
    pub from: Option<Arc<str>>,
    /// To.
    pub to: Arc<str>,
    /// Where the transition stands in the playbook; `None` at the beginning and
    /// at a take-over.
    pub transition: Option<String>,
    /// `beginning`, `event`, `change`, `timer`, `passing` or `decision`.
    pub cause: &'static str,
    /// The kind of the event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<Arc<str>>,
    /// What it waited for, in words.
    pub because: Text,
    /// How often.
    pub count: u64,
}

/// How long one state lasts.
#[derive(Debug, Clone, Serialize)]
pub struct StayView {
    /// The state.
    pub state: Arc<str>,
    /// As shown to people.
    pub label: Text,
    /// Stays whose beginning is known.
    pub stays: u64,
    /// Those of them that have ended.
    pub ended: u64,
    /// Those that go on.
    pub ongoing: u64,
    /// Stays of which nobody knows when they began; nothing else counts them.
    pub undated: u64,
    /// Days after which a quarter, half and three quarters have ended; `None`
    /// where too many go on.
    pub quartiles_days: [Option<f64>; 3],
    /// The share that lasts longer, after 30 days and so on, as far as any was
    /// seen.
    pub staying: Vec<Staying>,
    /// Where those who left went.
    pub next: Vec<NextState>,
}

/// The share of stays that last longer than so many days.
#[derive(Debug, Clone, Serialize)]
pub struct Staying {
    /// Days.
    pub days: i64,
    /// The share (Kaplan-Meier).
    pub share: f64,
    /// Its standard error (Greenwood).
    pub error: f64,
}

/// A state that came next.
#[derive(Debug, Clone, Serialize)]
pub struct NextState {
    /// The state.
    pub state: Arc<str>,
    /// As shown to people.
    pub label: Text,
    /// How often.
    pub count: u64,
    /// The share of all stays that come to it (Aalen-Johansen), as far as any
    /// was seen.
    pub share: f64,
    /// How often in thirty days of being there.
    pub per_30_days: Option<f64>,
}

/// The flows of a playbook's machines.
///
/// # Errors
///
/// An unknown machine, periods that are none or too many, a faulty expression
/// or one of another type.
pub fn flow(
    columns: &Columns,
    playbook: &Playbook,
    as_of: Instant,
    asked: FlowAsked<'_>,
    options: Options,
) -> Result<Vec<MachineFlow>, Error> {
    let wanted = asked.machine.map(|name| playbook.machine_named(name)).transpose()?;
    let windows = windows(playbook.calendar(), as_of, asked)?;
    let by = asked.by.map(|source| grouping(source, playbook)).transpose()?;
    let asking = Asking { periods: &windows, as_of, by: by.as_ref() };
    let grouped: Vec<&Checked> = by.iter().collect();
    let past = Past::new(columns, playbook, &grouped, as_of, options.threads);
    let (world, machines) = (past.world(playbook, columns), playbook.machines());
    let counted = flows(world, machines, asking, options.threads);
    let lasting = if asked.stays {
        stays(world, machines, as_of, options.threads)
    } else {
        machines.iter().map(|_| Vec::new()).collect()
    };
    let all = machines.iter().zip(counted.into_iter().zip(lasting));
    let mut out: Vec<MachineFlow> = all
        .filter(|(machine, _)| wanted.is_none_or(|wanted| wanted.name == machine.name))
        .map(|(machine, (flow, lasting))| {
            let view = View { machine, world };
            let pairs = windows.iter().zip(&flow.periods);
            MachineFlow {
                machine: machine.name.clone(),
                label: machine.text.or_name(&machine.name),
                keyed: machine.key.is_some(),
                periods: pairs
                    .map(|(window, groups)| view.period(*window, groups, as_of))
                    .collect(),
                stays: lasting.iter().filter_map(|stays| view.stay(stays)).collect(),
                failures: failures(columns, flow.failures),
            }
        })
        .collect();
    out.sort_by(|a, b| a.machine.cmp(&b.machine));
    Ok(out)
}

fn failures(columns: &Columns, found: Vec<(usize, Fault)>) -> Vec<Failure> {
    let told = found.into_iter().take(super::super::answers::FAILURES_TOLD);
    told.filter_map(|(customer, fault)| {
        Some(Failure { customer: columns.customers.get(customer)?.clone(), fault })
    })
    .collect()
}

/// The periods that are asked for.
pub(super) fn windows(
    calendar: &Calendar,
    as_of: Instant,
    asked: FlowAsked<'_>,
) -> Result<Vec<Window>, Error> {
    let until = asked.until.unwrap_or(as_of);
    let unit = match (asked.every, asked.from, asked.until) {
        (None, Some(_), Some(_)) => None,
        (unit, _, _) => Some(unit.unwrap_or(Unit::Month)),
    };
    let last = Instant::clamped(until.micros().saturating_sub(1));
    let from = match (asked.from, unit) {
        (Some(from), _) => from,
        (None, unit) => {
            calendar.start_of(last, unit.unwrap_or(Unit::Month), 1 - DEFAULT_PERIODS)?
        }
    };
    periods(calendar, unit, from, until)
}

fn grouping(source: &str, playbook: &Playbook) -> Result<Checked, Error> {
    let checked = crate::engine::grouping::grouping(source, &playbook.scope())?;
    playbook.refuse_far(&checked)?;
    Ok(checked)
}

/// One machine in words.
struct View<'a> {
    machine: &'a Machine,
    world: World<'a>,
}

impl View<'_> {
    fn name(&self, state: usize) -> Arc<str> {
        self.machine.states.get(state).map(|state| state.name.clone()).unwrap_or_default()
    }

    fn label(&self, state: usize) -> Text {
        let state = self.machine.states.get(state);
        state.map(|state| state.text.or_name(&state.name)).unwrap_or_default()
    }

    fn period(
        &self,
        window: Window,
        groups: &BTreeMap<Option<Box<str>>, Counts>,
        as_of: Instant,
    ) -> PeriodFlow {
        let nobody = BTreeMap::from([(None, Counts::default())]);
        let groups = if groups.is_empty() { &nobody } else { groups };
        let group = |(group, counts): (&Option<Box<str>>, &Counts)| GroupFlow {
            group: group.clone(),
            states: (0..self.machine.states.len()).map(|state| self.state(counts, state)).collect(),
            moves: counts.moves.iter().map(|(made, count)| self.made(made, *count)).collect(),
        };
        PeriodFlow {
            from: window.from,
            until: window.until,
            so_far: as_of < window.until,
            groups: groups.iter().map(group).collect(),
        }
    }

    fn state(&self, counts: &Counts, state: usize) -> StateFlow {
        let lifecycle::Balance { opening, began, entered, left, erased, closing } =
            counts.balance(self.machine, state);
        let outer = self.machine.states.get(state).and_then(|state| state.parent);
        StateFlow {
            state: self.name(state),
            label: self.label(state),
            inside: outer.map(|outer| self.name(outer)),
            opening,
            began,
            entered,
            left,
            erased,
            closing,
        }
    }

    fn made(&self, made: &Move, count: u64) -> MoveView {
        let kinds = &self.world.columns.schema.kinds;
        let (cause, kind) = match made.by {
            By::Beginning => ("beginning", None),
            By::Event(kind) => ("event", kinds.get(kind)),
            By::Change => ("change", None),
            By::Timer => ("timer", None),
            By::Passing => ("passing", None),
            By::Decision => ("decision", None),
        };
        let way = made.transition.and_then(|way| self.machine.transitions.get(way));
        MoveView {
            from: made.from.map(|from| self.name(from)),
            to: self.name(made.to),
            transition: way.map(|way| way.pointer.clone()),
            cause,
            kind: kind.map(|kind| kind.name.clone()),
            because: match (way, kind) {
                (Some(way), _) => way.waits_for(self.world),
                (None, Some(kind)) => kind.text.or_name(&kind.name),
                (None, None) if made.by == By::Decision => Text::new("decided by hand", "人工改定"),
                (None, None) => Text::new("first known", "首次出现"),
            },
            count,
        }
    }

    fn stay(&self, stays: &Stays) -> Option<StayView> {
        let curve = &stays.curve;
        if curve.stays == 0 && stays.undated == 0 {
            return None;
        }
        let quartile = |share: f64| curve.quantile(share).map(days);
        let longest = curve.points.last().map_or(0, |point| point.time);
        let after = AFTER.into_iter().filter(|days| days * DAY <= longest);
        let next = curve.ends.iter().map(|end| NextState {
            state: self.name(end.way),
            label: self.label(end.way),
            count: end.ended,
            share: end.incidence.last().copied().unwrap_or(0.0),
            per_30_days: end.rate.map(|rate| rate * (30 * DAY) as f64),
        });
        Some(StayView {
            state: self.name(stays.state),
            label: self.label(stays.state),
            stays: curve.stays,
            ended: curve.stays - curve.censored,
            ongoing: curve.censored,
            undated: stays.undated,
            quartiles_days: [quartile(0.25), quartile(0.5), quartile(0.75)],
            staying: after
                .map(|days| {
                    let past = curve.points.partition_point(|point| point.time <= days * DAY);
                    let point = past.checked_sub(1).and_then(|last| curve.points.get(last));
                    let (share, error) =
                        point.map_or((1.0, 0.0), |point| (point.survival, point.error));
                    Staying { days, share, error }
                })
                .collect(),
            next: next.collect(),
        })
    }
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// Microseconds of a day of twenty-four hours.
const DAY: i64 = 86_400_000_000;

/// Days of twenty-four hours, to a hundredth.
fn days(micros: i64) -> f64 {
    (micros as f64 / DAY as f64 * 100.0).round() / 100.0
}
