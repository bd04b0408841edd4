//! Timers that are always late, and limits in the wrong order.

use std::cmp::Ordering;

use super::Found;
use super::guard::Guards;
use super::term::{compare_lengths, constant, key};
use super::view::{View, timer};
use crate::error::{Code, Fault};
use crate::lang::tree::{BinaryOp, Node};
use crate::lang::{Checked, Duration, Value};
use crate::lifecycle::{Due, Kinds, Transition, Trigger};
use crate::units::{Period, PeriodUnit};

pub(super) fn check<'a>(view: &View<'a>, guards: &mut Guards<'a>, found: &mut Found) {
    dominated(view, guards, found);
    ladders(view, found);
}

/// Whether another timer leads away before one has its turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Late {
    /// Always.
    Never,
    /// Unless both are due when the state is entered, or nobody knows since when
    /// the outer state is.
    Hardly,
}

/// S07, and reminders after their limit (S08).
fn dominated<'a>(view: &View<'a>, guards: &mut Guards<'a>, found: &mut Found) {
    for (own, state) in view.machine.states.iter().enumerate() {
        let timed = |way: &&usize| view.transition(**way).and_then(timer).is_some();
        let timers: Vec<usize> = state.on.iter().filter(timed).copied().collect();
        let outer = view.machine.path(own).skip(1).filter_map(|outer| view.state(outer));
        let outer: Vec<usize> = outer.flat_map(|it| it.on.iter().filter(timed).copied()).collect();
        for (place, late) in timers.iter().enumerate() {
            let beside = timers.iter().enumerate().filter(|(other, _)| *other != place);
            let rivals = beside.map(|(other, early)| (*early, other < place));
            let rivals: Vec<(usize, bool)> =
                rivals.chain(outer.iter().map(|early| (*early, false))).collect();
            let verdicts: Vec<(usize, Late)> = rivals
                .into_iter()
                .filter_map(|(early, first)| {
                    Some((early, beats(view, early, first, *late, guards)?))
                })
                .collect();
            let always = verdicts.iter().find(|(_, late)| *late == Late::Never);
            let winner = always.or(verdicts.first());
            let pair = winner.and_then(|(early, how)| Some((view.transition(*early)?, *how)));
            match (pair, view.transition(*late)) {
                (Some((early, Late::Never)), Some(late)) => {
                    found.faults.push(dominated_fault(early, late));
                }
                (Some((early, Late::Hardly)), Some(late)) => {
                    found.hints.push(late_hint(early, late));
                }
                _ => {}
            }
        }
    }
}

fn late_hint(early: &Transition, late: &Transition) -> Fault {
    let first = &early.pointer;
    let (en, zh) =
        if late.target.is_none() { ("reminder", "提醒") } else { ("timer", "定时器") };
    Fault::new(
        Code::LateTimer,
        format!("the {en} comes too late: {first} leads away before it in nearly all cases"),
        format!("该{zh}来得太晚：几乎总是 {first} 先使客户离开该状态"),
    )
    .hint("give it a shorter length, or leave it out", "请缩短其时长，或去掉它")
    .at(late.pointer.as_str())
}

fn dominated_fault(early: &Transition, late: &Transition) -> Fault {
    let first = &early.pointer;
    let fault = if late.target.is_none() {
        Fault::new(
            Code::InvertedLadder,
            format!("the reminder comes too late: {first} has led away by then"),
            format!("提醒来得太晚：此前 {first} 已使客户离开该状态"),
        )
        .hint("give the reminder a shorter length", "请缩短提醒的时长")
    } else {
        Fault::new(
            Code::DominatedTimer,
            format!("the timer is never first: {first} has led away by then"),
            format!("该定时器永不会先到期：此前 {first} 已使客户离开该状态"),
        )
        .hint("give it a shorter length, or leave it out", "请缩短其时长，或去掉它")
    };
    fault.at(late.pointer.as_str())
}

/// Whether one timer leads away before another has its turn; `None`: not as far
/// as can be told.
fn beats<'a>(
    view: &View<'a>,
    early: usize,
    listed_first: bool,
    late: usize,
    guards: &mut Guards<'a>,
) -> Option<Late> {
    let (a, b) = (view.transition(early)?, view.transition(late)?);
    let away = a.target.is_some_and(|target| {
        // A way that stays inside leaves the state's clock as it is.
        !view.machine.is_in(target, a.from) || a.restart && target == a.from
    });
    // Nobody may know since when an outer state is entered, or this one, and
    // silence may begin all the same.
    let alike = std::mem::discriminant(timer(a)?) == std::mem::discriminant(timer(b)?);
    let proven = if alike && a.from == b.from { Late::Never } else { Late::Hardly };
    let how = match order(view, a, b)? {
        Ordering::Less if listed_first => proven,
        Ordering::Less if a.when.is_none() && (!alike || certain(view, a, b)) => proven,
        Ordering::Equal if listed_first => proven,
        // Who comes in late may be led on by the later limit, which is listed
        // first for that; but nobody is reminded of what is past.
        Ordering::Less if a.when.is_none() && b.target.is_none() => Late::Hardly,
        _ => return None,
    };
    if !away || !view.is_open(late) || !view.is_open(early) {
        return None;
    }
    let regions = (view.region(late, None, guards), view.regions.get(early).cloned().flatten());
    let (Some(late), Some(early)) = regions else { return None };
    guards.facts.minus(&late, &early).is_some_and(|left| left.is_empty()).then_some(how)
}

/// Which of two timers that count from the same is due first.
fn order(view: &View<'_>, a: &Transition, b: &Transition) -> Option<Ordering> {
    match (timer(a)?, timer(b)?) {
        (Due::After(x), Due::After(y)) => lengths(view, x, y),
        (Due::Silent(x, k), Due::Silent(y, l)) if k == l => lengths(view, x, y),
        (Due::At(x), Due::At(y)) if same(view, x, y) => Some(Ordering::Equal),
        // An assessment of before the state is passed over, and the later may not be.
        (Due::At(x), Due::At(y)) if !a.assessed => moments(view, x, y),
        (Due::After(x), Due::Silent(y, kinds)) if a.from == b.from => is_heard(view, a.from, kinds)
            .then(|| lengths(view, x, y))
            .flatten()
            .filter(|order| order.is_lt()),
        _ => None,
    }
}

/// Which is earlier of two times that count from the same.
fn moments(view: &View<'_>, a: &Checked, b: &Checked) -> Option<Ordering> {
    let ((from, a), (of, b)) = (moment(view, a)?, moment(view, b)?);
    let order = match (a, b) {
        (Offset::Before(a), Offset::Before(b)) => compare_lengths(&b, &a)?,
        (Offset::After(a), Offset::After(b)) => compare_lengths(&a, &b)?,
        (Offset::Before(_), _) | (Offset::None, Offset::After(_)) => Ordering::Less,
        (Offset::None, Offset::None) => Ordering::Equal,
        _ => Ordering::Greater,
    };
    (from == of).then_some(order)
}

/// How far a time is from what it counts from.
enum Offset {
    Before(Value),
    None,
    After(Value),
}

/// `x`, `x + length` or `x - length` as the key of `x`, and the length.
fn moment(view: &View<'_>, time: &Checked) -> Option<(String, Offset)> {
    let parameters = view.ground.parameters;
    let key = |id| key(time, parameters, id);
    let (op, left, right) = match time.tree.node(time.tree.root) {
        Node::Binary { op: op @ (BinaryOp::Add | BinaryOp::Subtract), left, right } => {
            (*op, *left, *right)
        }
        _ => return Some((key(time.tree.root)?, Offset::None)),
    };
    let length = constant(time, parameters, right).filter(Value::is_positive)?;
    let offset = if op == BinaryOp::Add { Offset::After(length) } else { Offset::Before(length) };
    Some((key(left)?, offset))
}

/// Whether everybody comes into a state by an event of these kinds, so that
/// their silence begins there at the earliest.
fn is_heard(view: &View<'_>, state: usize, kinds: &Kinds) -> bool {
    let inside = |other: usize| view.machine.is_in(other, state);
    let mut into = view.machine.transitions.iter().enumerate().filter(|(own, way)| {
        let comes = view.ends(way).into_iter().any(inside);
        let stays = inside(way.from) && way.target.is_some_and(inside) && !way.restart;
        view.is_open(*own) && comes && !stays
    });
    let hears = |way: &Transition| match (&way.trigger, kinds) {
        (Trigger::Event(_), Kinds::All) => true,
        (Trigger::Event(Kinds::Some(heard)), _) => heard.iter().all(|kind| kinds.has(*kind)),
        _ => false,
    };
    !view.beginnings().into_iter().any(inside) && into.all(|(_, way)| hears(way))
}

fn lengths(view: &View<'_>, a: &Checked, b: &Checked) -> Option<Ordering> {
    match (length(view, a), length(view, b)) {
        (Some(a), Some(b)) => compare_lengths(&a, &b),
        _ => same(view, a, b).then_some(Ordering::Equal),
    }
}

fn length(view: &View<'_>, checked: &Checked) -> Option<Value> {
    constant(checked, view.ground.parameters, checked.tree.root)
}

/// Whether two expressions ask the same.
fn same(view: &View<'_>, a: &Checked, b: &Checked) -> bool {
    let key = |checked: &Checked| key(checked, view.ground.parameters, checked.tree.root);
    key(a).is_some_and(|a| key(b) == Some(a))
}

/// Whether the first is due at an earlier instant and not merely at an earlier
/// date, and both count from the entry, which cannot be long ago.
fn certain(view: &View<'_>, a: &Transition, b: &Transition) -> bool {
    let (Some(Due::After(a)), Some(Due::After(b))) = (timer(a), timer(b)) else { return false };
    match (length(view, a), length(view, b)) {
        // A zone may have skipped a whole day once.
        (Some(Value::Period(a)), Some(Value::Period(b))) => {
            let longer = Period::new(a.n() + 2, a.unit()).map(Value::Period);
            a.unit() != PeriodUnit::Days
                || longer.is_ok_and(|a| {
                    compare_lengths(&a, &Value::Period(b)).is_some_and(|order| order.is_le())
                })
        }
        (Some(Value::Duration(a)), Some(Value::Duration(b))) => {
            a < b && Duration::from_nanos(0) <= a
        }
        _ => false,
    }
}

/// S08: a state that is entered after some silence, and left after a shorter
/// one of the same kind.
fn ladders(view: &View<'_>, found: &mut Found) {
    for (own, into) in view.machine.transitions.iter().enumerate() {
        let Some(Due::Silent(lower, kinds)) = timer(into) else { continue };
        let Some(end) = into.to.filter(|_| view.is_open(own)) else { continue };
        let next = view.ways(end).filter_map(|way| view.transition(way)).find(|out| {
            let Some(Due::Silent(upper, of)) = timer(out) else { return false };
            let short = lengths(view, upper, lower).is_some_and(|order| order.is_le());
            let away = out.target.is_some_and(|target| !view.machine.is_in(end, target));
            of == kinds && short && away && out.when.is_none()
        });
        // Where the state lies inside the one that is left, nothing is entered.
        if let Some(out) = next.filter(|out| out.from != into.from) {
            let name = view.state(end).map_or("", |state| &*state.name);
            let first = &into.pointer;
            let fault = Fault::new(
                Code::InvertedLadder,
                format!("`{name}` is left at the instant in which {first} leads to it"),
                format!("由 {first} 进入状态 `{name}` 的同一时刻即离开该状态"),
            );
            let fault = fault.hint(
                "let each limit be longer than the one before it, or count with `after`",
                "请让后一期限长于前一期限，或改用 `after` 计时",
            );
            found.faults.push(fault.at(out.pointer.as_str()));
        }
    }
}
