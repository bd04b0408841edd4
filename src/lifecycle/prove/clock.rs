//! Timers that are always late, and limits in the wrong order.

use std::cmp::Ordering;

use super::Found;
use super::guard::Guards;
use super::term::{compare_lengths, constant, key};
use super::view::{View, timer};
use crate::error::{Code, Fault};
use crate::json::pointer_push;
use crate::lang::tree::{BinaryOp, Node, NodeId};
use crate::lang::{Checked, Duration, Value};
use crate::lifecycle::{Due, Transition};
use crate::units::{Period, PeriodUnit};

pub(super) fn check<'a>(view: &View<'a>, guards: &mut Guards<'a>, found: &mut Found) {
    dominated(view, guards, found);
    ladders(view, found);
    caps(view, found);
}

/// S07, and reminders after their limit (S08).
fn dominated<'a>(view: &View<'a>, guards: &mut Guards<'a>, found: &mut Found) {
    for state in &view.machine.states {
        let timed = |way: &&usize| view.transition(**way).and_then(timer).is_some();
        let timers: Vec<usize> = state.on.iter().filter(timed).copied().collect();
        for (place, late) in timers.iter().enumerate() {
            let winner = timers.iter().enumerate().find(|(other, early)| {
                *other != place && beats(view, **early, *other < place, *late, guards)
            });
            let pair =
                winner.and_then(|(_, early)| view.transition(*early)).zip(view.transition(*late));
            if let Some((early, late)) = pair {
                found.faults.push(dominated_fault(early, late));
            }
        }
    }
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

/// Whether one timer always leads away before another has its turn.
fn beats<'a>(
    view: &View<'a>,
    early: usize,
    listed_first: bool,
    late: usize,
    guards: &mut Guards<'a>,
) -> bool {
    let (Some(a), Some(b)) = (view.transition(early), view.transition(late)) else { return false };
    let away = a.target.is_some_and(|target| {
        // A way that stays inside leaves the state's clock as it is.
        !view.machine.is_in(target, a.from) || a.restart && target == a.from
    });
    let order = order(view, a, b);
    let sooner = match order {
        Some(Ordering::Less) => listed_first || certain(view, a, b) && a.when.is_none(),
        Some(Ordering::Equal) => listed_first,
        _ => false,
    };
    if !away || !sooner || !view.is_open(late) {
        return false;
    }
    let regions = (view.region(late, None, guards), view.regions.get(early).cloned().flatten());
    let (Some(late), Some(early)) = regions else { return false };
    guards.facts.minus(&late, &early).is_some_and(|left| left.is_empty())
}

/// Which of two timers that count from the same is due first.
fn order(view: &View<'_>, a: &Transition, b: &Transition) -> Option<Ordering> {
    match (timer(a)?, timer(b)?) {
        (Due::After(x), Due::After(y)) => lengths(view, x, y),
        (Due::Silent(x, k), Due::Silent(y, l)) if k == l => lengths(view, x, y),
        (Due::At(x), Due::At(y)) => same(view, x, y).then_some(Ordering::Equal),
        _ => None,
    }
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

/// S08: `min(x + cap, max(x + base, ...))` with a base beyond the cap.
fn caps(view: &View<'_>, found: &mut Found) {
    for transition in &view.machine.transitions {
        let Some(Due::At(time)) = timer(transition) else { continue };
        if is_capped_below_base(view, time) {
            let fault = Fault::new(
                Code::InvertedLadder,
                "the base is not shorter than the cap, so nothing ever prolongs it",
                "基础期限不短于上限，延长永不起作用",
            );
            let fault = fault.hint("let the cap be longer", "请延长上限");
            found.faults.push(fault.at(pointer_push(&transition.pointer, "at")));
        }
    }
}

fn is_capped_below_base(view: &View<'_>, time: &Checked) -> bool {
    let sums = |id: NodeId, function: &str| -> Vec<NodeId> {
        match time.tree.node(id) {
            Node::Call { function: called, receiver: None, args } if **called == *function => {
                args.clone()
            }
            _ => Vec::new(),
        }
    };
    let outer = sums(time.tree.root, "min");
    let caps = outer.iter().filter_map(|id| sum(view, time, *id));
    let inner = outer.iter().flat_map(|id| sums(*id, "max"));
    let bases: Vec<(String, Value)> = inner.filter_map(|id| sum(view, time, id)).collect();
    caps.into_iter().any(|(anchor, cap)| {
        bases.iter().any(|(from, base)| {
            *from == anchor && compare_lengths(&cap, base).is_some_and(|order| order.is_le())
        })
    })
}

/// `x + length` as the key of `x`, and the length.
fn sum(view: &View<'_>, time: &Checked, id: NodeId) -> Option<(String, Value)> {
    let Node::Binary { op: BinaryOp::Add, left, right } = time.tree.node(id) else { return None };
    let parameters = view.ground.parameters;
    let length = constant(time, parameters, *right)?;
    Some((key(time, parameters, *left)?, length))
}
