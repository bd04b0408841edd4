//! When the answer of a condition can change although nothing happens.
//!
//! ```text
//! purchases.within(days(90)).size() >= 3      when the oldest of the counted
//!                                             purchases turns 90 days old
//! birth + years(18) ...  age(birth) >= 18     on the next birthday
//! now >= contract_end                         at contract_end
//! ```
//!
//! Nothing is polled: an instant comes from the facts that are counted, and
//! between two such instants the condition is the same. An instant may be named
//! at which nothing changes after all; none at which something does is left
//! out.
//!
//! # Not here
//!
//! Facts that are still to come: they are steps of their own.

use super::among::{is_among, nobody};
use super::checked::Checked;
use super::environment::Environment;
use super::evaluate::Evaluator;
use super::moment::Moment;
use super::passage::{before, begin_of_work, beyond, ends_of_work};
use super::scope::Meaning;
use super::time::Timestamp;
use super::tree::{BinaryOp, Node, NodeId};
use super::value::Value;
use crate::error::{Code, Fault, Text};
use crate::units::{Calendar, Day, Instant, Period, PeriodUnit, Unit};

/// The faults of an expression whose changes with time cannot be foreseen: it
/// takes `now` for something else than a comparison with a time or a length.
pub fn unforeseen(checked: &Checked) -> Vec<Fault> {
    let nodes = &checked.tree.nodes;
    let mut moving: Vec<bool> = Vec::with_capacity(nodes.len());
    let mut faults = Vec::new();
    // Children come before their parents, so one pass is enough.
    for position in 0..nodes.len() {
        let id = NodeId(position as u32);
        let is = |id: NodeId| moving.get(id.0 as usize).copied().unwrap_or(false);
        let (moves, misused) = judge(checked, id, &is);
        faults.extend(misused.map(|at| misuse(checked, at)));
        moving.push(moves);
    }
    faults.sort_by_key(|fault| fault.span);
    faults
}

/// The faults of an expression that asks where a customer stands among
/// everybody, or reads a segment that does, where one customer is asked alone.
pub fn about_everybody<'c>(
    checked: &Checked,
    segments: impl IntoIterator<Item = &'c Checked>,
) -> Vec<Fault> {
    let mut faults = Vec::new();
    if checked.uses.everybody {
        for (position, node) in checked.tree.nodes.iter().enumerate() {
            if let Node::Call { function, .. } = node
                && is_among(function)
            {
                faults.push(misuse(checked, NodeId(position as u32)));
            }
        }
    }
    if segments.into_iter().any(|segment| segment.uses.everybody) {
        let span = checked.tree.span(checked.tree.root);
        let fault = nobody("segment").span(span.start as usize, span.end as usize);
        faults.push(fault);
    }
    faults
}

/// Whether a node changes at every instant, and a child that does so where it
/// must not.
fn judge(checked: &Checked, id: NodeId, is: &dyn Fn(NodeId) -> bool) -> (bool, Option<NodeId>) {
    let node = checked.tree.node(id);
    let child = || node.children().into_iter().find(|child| is(*child));
    match node {
        Node::Name { .. } => (checked.meaning(id) == Some(Meaning::Now), None),
        Node::Call { function, .. } if &**function == "ago" => (true, child()),
        Node::Call { function, .. } if &**function == "state_age" => (true, None),
        Node::Call { function, .. } if is_fading(function) || is_among(function) => {
            (false, Some(id))
        }
        Node::Call { function, args, .. } if &**function == "between" => (
            false,
            args.split_first().and_then(|(value, bounds)| {
                bounds.iter().find_map(|bound| both(is, *value, *bound))
            }),
        ),
        Node::Call { function, args, .. } if is_about_work(function) => {
            let plain = |id: &NodeId| checked.meaning(*id) == Some(Meaning::Now);
            let misused = args.iter().find(|arg| is(**arg) && !plain(arg));
            // Between two instants it must be the later one that moves.
            let turned = args.first().filter(|first| is_worktime(checked, id) && is(**first));
            (is_worktime(checked, id) && child().is_some(), misused.or(turned).copied())
        }
        // Working time stands still at night: only a comparison can follow it.
        Node::Binary { op: BinaryOp::Add | BinaryOp::Subtract, left, right }
            if [left, right].iter().any(|side| is(**side) && is_worktime(checked, **side)) =>
        {
            (false, child())
        }
        Node::Binary { op: BinaryOp::Add, left, right } => {
            (is(*left) || is(*right), both(is, *left, *right))
        }
        Node::Binary { op: BinaryOp::Subtract, left, right } => {
            let turned = is(*right).then_some(*right);
            (is(*left) && turned.is_none(), turned)
        }
        Node::Binary { op, left, right } if is_comparison(*op) => (false, both(is, *left, *right)),
        _ => (false, child()),
    }
}

/// The second of two, where both move.
fn both(is: &dyn Fn(NodeId) -> bool, left: NodeId, right: NodeId) -> Option<NodeId> {
    (is(left) && is(right)).then_some(right)
}

/// Whether a function follows the working calendar.
fn is_about_work(function: &str) -> bool {
    matches!(function, "is_workday" | "workdays_between" | "worktime_between")
}

/// Whether a function gives another number at every instant.
fn is_fading(function: &str) -> bool {
    matches!(function, "faded" | "gap_ratio")
}

fn is_worktime(checked: &Checked, id: NodeId) -> bool {
    matches!(checked.tree.node(id), Node::Call { function, .. } if &**function == "worktime_between")
}

fn is_comparison(op: BinaryOp) -> bool {
    use BinaryOp::{Equal, Greater, GreaterEqual, Less, LessEqual, NotEqual};
    matches!(op, Equal | NotEqual | Less | LessEqual | Greater | GreaterEqual)
}

fn misuse(checked: &Checked, id: NodeId) -> Fault {
    let span = checked.tree.span(id);
    let text = crate::units::shown(checked.text(id)).into_owned();
    if let Node::Call { function, .. } = checked.tree.node(id)
        && is_among(function)
    {
        return nobody(function).span(span.start as usize, span.end as usize);
    }
    let fades = matches!(checked.tree.node(id), Node::Call { function, .. } if is_fading(function));
    let hint = if fades {
        Text::new(
            "ask it where everybody is asked at one instant: in a segment that no machine reads",
            "请在对所有客户取同一时点之处使用，如不被生命周期引用的细分",
        )
    } else {
        Text::new(
            "compare it with a time or a length: `x.at > ago(days(30))`, `now >= until`",
            "请把它与时间点或时长比较，如 `x.at > ago(days(30))`、`now >= until`",
        )
    };
    Fault::new(
        Code::Unforeseen,
        format!("nobody can tell when `{text}` will change what depends on it"),
        format!("无法预知 `{text}` 何时会改变依赖它的结果"),
    )
    .hint(hint.en, hint.zh)
    .span(span.start as usize, span.end as usize)
}

/// The next instant after the moment at which the condition can come out
/// otherwise while nothing happens.
///
/// # Cost
///
/// One evaluation, and for each counted event one addition to its time.
pub fn next_change(checked: &Checked, moment: &Moment<'_>) -> Option<Instant> {
    next_change_of(checked, checked.tree.root, moment)
}

/// The same of one node outside any fold.
pub(super) fn next_change_of(
    checked: &Checked,
    node: NodeId,
    moment: &Moment<'_>,
) -> Option<Instant> {
    let zeros = |id: NodeId| checked.ty(id).zero();
    let evaluator = Evaluator::new(&checked.tree, &zeros, moment);
    let mut search = Search { checked, moment, evaluator, after: moment.instant() };
    search.node(node)
}

struct Search<'e, 'm> {
    checked: &'e Checked,
    moment: &'e Moment<'m>,
    evaluator: Evaluator<'e>,
    after: Instant,
}

impl Search<'_, '_> {
    /// The next change of a node. Left chains are as deep as the expression is
    /// long, so they are walked in a loop.
    fn node(&mut self, id: NodeId) -> Option<Instant> {
        let checked = self.checked;
        match checked.tree.node(id) {
            Node::Binary { op: op @ (BinaryOp::And | BinaryOp::Or), .. } => self.chain(id, *op),
            Node::Binary { op, left, right } if is_comparison(*op) => {
                self.comparison(*left, *right)
            }
            Node::Name { .. } => match checked.meaning(id) {
                Some(Meaning::Events(kind)) => self.dawning(kind),
                _ => None,
            },
            Node::Call { function, args, .. } if &**function == "between" => self.between(args),
            Node::Call { function, receiver, args } => self.call(function, *receiver, args),
            Node::Fold { over, condition, body, variable, .. } => {
                let mut next = self.node(*over);
                if let Ok(Value::List(items)) = self.evaluator.value(*over) {
                    for item in items.iter() {
                        self.evaluator.bind(variable, item.clone());
                        for part in condition.iter().chain([body]) {
                            next = sooner(next, self.node(*part));
                        }
                        self.evaluator.unbind();
                    }
                }
                next
            }
            node => self.all(&node.children()),
        }
    }

    fn all(&mut self, nodes: &[NodeId]) -> Option<Instant> {
        let mut next = None;
        for node in nodes {
            next = sooner(next, self.node(*node));
        }
        next
    }

    /// `a && b && c`: it stays false for as long as one of them does, so only
    /// the last of the false ones can open it.
    fn chain(&mut self, id: NodeId, op: BinaryOp) -> Option<Instant> {
        let mut operands = Vec::new();
        let mut next = id;
        while let Node::Binary { op: have, left, right } = self.checked.tree.node(next)
            && *have == op
        {
            operands.push(*right);
            next = *left;
        }
        operands.push(next);
        let decides = op == BinaryOp::Or;
        let (mut soonest, mut latest, mut deciding, mut never) = (None, None, false, false);
        for operand in operands {
            let value = self.evaluator.value(operand);
            let change = self.node(operand);
            match value {
                Ok(value) if matches!(value, Value::Bool(true)) == decides => {
                    deciding = true;
                    never |= change.is_none();
                    latest = latest.max(change);
                }
                // What is an error now decides nothing and may change.
                _ => soonest = sooner(soonest, change),
            }
        }
        match (deciding, never) {
            (true, true) => None,
            (true, false) => latest,
            (false, _) => soonest,
        }
    }

    /// A comparison of which at most one side moves.
    fn comparison(&mut self, left: NodeId, right: NodeId) -> Option<Instant> {
        let (moving, fixed) = match (self.moves(left), self.moves(right)) {
            (true, _) => (left, right),
            (_, true) => (right, left),
            _ => return self.days(left, right),
        };
        let next = self.node(fixed);
        let Ok(value) = self.evaluator.value(fixed) else { return next };
        sooner(next, self.meets(moving, &value))
    }

    /// `between(value, low, high)`, as the two comparisons that it stands for.
    fn between(&mut self, args: &[NodeId]) -> Option<Instant> {
        let (value, bounds) = args.split_first()?;
        bounds.iter().fold(None, |next, bound| sooner(next, self.comparison(*value, *bound)))
    }

    /// Whether a node changes at every instant.
    fn moves(&self, id: NodeId) -> bool {
        match self.checked.tree.node(id) {
            Node::Name { .. } => self.checked.meaning(id) == Some(Meaning::Now),
            Node::Call { function, args, .. } if &**function == "worktime_between" => {
                args.iter().any(|arg| self.moves(*arg))
            }
            Node::Call { function, .. } => matches!(&**function, "ago" | "state_age"),
            Node::Binary { op: BinaryOp::Add, left, right } => {
                self.moves(*left) || self.moves(*right)
            }
            Node::Binary { op: BinaryOp::Subtract, left, .. } => self.moves(*left),
            _ => false,
        }
    }

    /// When a side that moves passes a value.
    fn meets(&mut self, moving: NodeId, value: &Value) -> Option<Instant> {
        let next = match self.checked.tree.node(moving) {
            Node::Binary { left, right, .. } => {
                let fixed = if self.moves(*left) { *right } else { *left };
                self.node(fixed)
            }
            Node::Call { args, .. } => self.all(args),
            _ => None,
        };
        if is_worktime(self.checked, moving) {
            return sooner(next, self.worked(moving, value));
        }
        let now = Timestamp::from(self.after);
        let at = match (value, self.evaluator.value(moving)) {
            // Where there is none yet, the working calendar does not go back far
            // enough, and will.
            (Value::Timestamp(wanted), Ok(Value::Timestamp(_)) | Err(_)) => {
                return sooner(next, self.passes(moving, *wanted));
            }
            // A length grows by as much as time passes.
            (Value::Duration(wanted), Ok(Value::Duration(length))) => {
                wanted.minus(length).ok().and_then(|left| now.plus(left).ok())
            }
            _ => None,
        };
        sooner(next, at.and_then(|at| self.around(at)))
    }

    /// When the working time until now passes a length.
    fn worked(&mut self, moving: NodeId, value: &Value) -> Option<Instant> {
        let calendar = self.moment.calendar();
        let begin = begin_of_work(calendar).filter(|begin| self.after < *begin);
        let Value::Duration(wanted) = value else { return begin };
        let wanted = wanted.nanos().div_euclid(1_000);
        let Ok(Value::Duration(length)) = self.evaluator.value(moving) else { return begin };
        let left = wanted.checked_sub(length.nanos() / 1_000)?;
        let passes = [left, left.checked_add(1)?].map(|left| {
            let at = calendar.after_worktime(self.after, left).ok()?;
            (self.after < at).then_some(at)
        });
        passes.into_iter().chain([begin]).flatten().min()
    }

    /// When an instant that moves passes another.
    fn passes(&mut self, moving: NodeId, wanted: Timestamp) -> Option<Instant> {
        let length = match self.checked.tree.node(moving) {
            Node::Name { .. } => return self.around(wanted),
            Node::Call { args, .. } => self.evaluator.value(*args.first()?).ok()?,
            Node::Binary { op, left, right } => {
                let (inner, fixed) =
                    if self.moves(*left) { (*left, *right) } else { (*right, *left) };
                let length = self.evaluator.value(fixed).ok()?;
                if *op == BinaryOp::Add {
                    let mut next = None;
                    for at in before(wanted, &length, self.moment.calendar()) {
                        next = sooner(next, self.passes(inner, at));
                    }
                    return next;
                }
                if !matches!(self.checked.tree.node(inner), Node::Name { .. }) {
                    let mut next = None;
                    for at in beyond(wanted, &length, self.moment.calendar()) {
                        next = sooner(next, self.passes(inner, at));
                    }
                    return next;
                }
                length
            }
            _ => return None,
        };
        let candidates = beyond(wanted, &length, self.moment.calendar());
        candidates.into_iter().filter_map(|at| self.around(at)).min()
    }

    /// The instant, or the first one after it, whichever is still to come.
    fn around(&self, at: Timestamp) -> Option<Instant> {
        let (instant, _) = at.split();
        let after = instant.checked_add_micros(1).ok();
        [Some(instant), after].into_iter().flatten().find(|at| self.after < *at)
    }

    /// A comparison with today: it can change on that day, or on the next.
    fn days(&mut self, left: NodeId, right: NodeId) -> Option<Instant> {
        let is_today = |search: &Self, id| matches!(search.checked.tree.node(id), Node::Call { function, .. } if &**function == "today");
        let fixed = match (is_today(self, left), is_today(self, right)) {
            (true, false) => right,
            (false, true) => left,
            _ => return self.workdays(left, right),
        };
        let next = self.node(fixed);
        let Ok(Value::Date(day)) = self.evaluator.value(fixed) else { return next };
        let zone = self.moment.calendar().zone();
        let starts = [day, Day::clamped(i64::from(day.days()) + 1)].map(|day| zone.start_of(day));
        sooner(next, starts.into_iter().find(|at| self.after < *at))
    }

    /// A comparison with the working days since a day: it can change on the day
    /// on which there are as many, or on the next working day.
    fn workdays(&mut self, left: NodeId, right: NodeId) -> Option<Instant> {
        let since = |search: &Self, id| match search.checked.tree.node(id) {
            Node::Call { function, args, .. } if &**function == "workdays_between" => {
                let [a, b] = args[..] else { return None };
                let is_today = matches!(search.checked.tree.node(b), Node::Call { function, .. } if &**function == "today");
                (is_today && !search.moves(a)).then_some(a)
            }
            _ => None,
        };
        let (since, fixed) = match (since(self, left), since(self, right)) {
            (Some(since), None) => (since, right),
            (None, Some(since)) => (since, left),
            _ => return self.all(&[left, right]),
        };
        let calendar = self.moment.calendar();
        let zone = calendar.zone();
        let (from, count) = (self.evaluator.value(since), self.evaluator.value(fixed));
        let day = match from {
            Ok(Value::Date(day)) => day,
            Ok(Value::Timestamp(at)) => zone.day_of(at.split().0),
            _ => return self.all(&[left, right]),
        };
        let (Ok(Value::Int(count @ 1..Period::MAX_N)), true) =
            (count, self.all(&[since, fixed]).is_none())
        else {
            return self.all(&[left, right]);
        };
        let starts = [count, count + 1].map(|n| {
            let period = Period::new(n, PeriodUnit::Workdays).ok()?;
            calendar.day_add(day, period).ok().map(|day| zone.start_of(day))
        });
        let edges = begin_of_work(calendar).into_iter();
        let edges = edges.chain(ends_of_work(calendar).into_iter().flatten());
        let starts = starts.into_iter().flatten().chain(edges);
        starts.filter(|at| self.after < *at).min()
    }

    fn call(
        &mut self,
        function: &str,
        receiver: Option<NodeId>,
        args: &[NodeId],
    ) -> Option<Instant> {
        let children: Vec<NodeId> = receiver.iter().chain(args).copied().collect();
        let inner = self.all(&children);
        let own = match (function, args) {
            ("within", [length]) => self.expiry(receiver?, *length),
            ("today", _) => self.midnight(),
            ("is_workday" | "workdays_between", args)
                if args.iter().any(|arg| self.moves(*arg)) =>
            {
                self.midnight()
            }
            ("age", [birth]) => self.birthday(*birth),
            ("startOf" | "endOf", [unit, ..]) | ("activePeriods", [_, unit, _]) => {
                self.boundary(*unit)
            }
            ("reachable", [channel]) => match self.evaluator.value(*channel) {
                Ok(Value::Text(channel)) => {
                    self.moment.past().stales_next(&channel, self.moment.calendar())
                }
                _ => None,
            },
            ("value" | "axis" | "tier" | "cut" | "alive_until", _) => self.moment.next_assessed(),
            ("segment", [name]) => match self.evaluator.value(*name) {
                Ok(Value::Text(name)) => next_change(self.moment.condition(&name)?, self.moment),
                _ => None,
            },
            _ => None,
        };
        sooner(inner, own)
    }

    /// When the first of the events leaves the window.
    fn expiry(&mut self, list: NodeId, length: NodeId) -> Option<Instant> {
        let Ok(Value::List(events)) = self.evaluator.value(list) else { return None };
        let length = self.evaluator.value(length).ok()?;
        let calendar = self.moment.calendar();
        let ends = events.iter().filter_map(|event| {
            let Value::Record(record) = event else { return None };
            let Some(Value::Timestamp(at)) = record.get("at") else { return None };
            let (end, _) = later(*at, &length, calendar)?.split();
            (self.after < end).then_some(end)
        });
        ends.min()
    }

    /// When a field that lies in the future comes to be known.
    fn dawning(&self, kind: usize) -> Option<Instant> {
        self.moment.past().dawns_next(kind)
    }

    fn midnight(&self) -> Option<Instant> {
        let zone = self.moment.calendar().zone();
        let today = i64::from(zone.day_of(self.after).days());
        Some(zone.start_of(Day::clamped(today + 1))).filter(|at| self.after < *at)
    }

    /// The next day on which somebody is a year older.
    fn birthday(&mut self, birth: NodeId) -> Option<Instant> {
        let Ok(Value::Date(birth)) = self.evaluator.value(birth) else { return None };
        let calendar = self.moment.calendar();
        let years = calendar.age(birth, calendar.zone().day_of(self.after)).checked_add(1)?;
        let day = birth.add_months(years.checked_mul(12)?).ok()?;
        // Who was born on 29 February is a year older on 1 March.
        let days = [day, Day::clamped(i64::from(day.days()) + 1)];
        let starts = days.map(|day| calendar.zone().start_of(day));
        starts.into_iter().find(|at| self.after < *at)
    }

    fn boundary(&mut self, unit: NodeId) -> Option<Instant> {
        let Ok(Value::Text(unit)) = self.evaluator.value(unit) else { return None };
        let unit = Unit::parse(&unit).ok()?;
        self.moment.calendar().start_of(self.after, unit, 1).ok()
    }
}

fn sooner(a: Option<Instant>, b: Option<Instant>) -> Option<Instant> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (one, None) | (None, one) => one,
    }
}

fn later(at: Timestamp, length: &Value, calendar: &Calendar) -> Option<Timestamp> {
    match length {
        Value::Period(period) => super::operate::later(at, *period, calendar).ok(),
        Value::Duration(length) => at.plus(*length).ok(),
        Value::Length(_) => match super::operate::add(&Value::Timestamp(at), length, calendar) {
            Ok(Value::Timestamp(at)) => Some(at),
            _ => None,
        },
        _ => None,
    }
}
