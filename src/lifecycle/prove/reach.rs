//! States that nobody comes to, that nobody leaves, and from which nobody
//! comes back.

use super::Found;
use super::view::{MANUAL, View};
use crate::error::{Code, Fault};

/// A state that ends a life, so that nothing need lead out of it.
const FINAL: &str = "final";

/// A state from which customers should come to a goal.
const RECOVERABLE: &str = "recoverable";

/// Where customers should come to.
const GOAL: &str = "goal";

pub(super) fn check(view: &View<'_>, found: &mut Found) {
    unreachable(view, found);
    dead_ends(view, found);
    traps(view, found);
}

/// S01
fn unreachable(view: &View<'_>, found: &mut Found) {
    for (own, state) in view.machine.states.iter().enumerate() {
        let is_reached = |state: usize| view.reached.get(state) == Some(&true);
        if is_reached(own) || state.parent.is_some_and(|outer| !is_reached(outer)) {
            continue;
        }
        let name = &state.name;
        let ways = view.machine.transitions.iter().filter(|it| it.to == Some(state.entry)).count();
        let fault = Fault::new(
            Code::UnreachableState,
            format!("nobody can come to `{name}`"),
            format!("任何客户都无法进入状态 `{name}`"),
        );
        let fault = if ways == 0 {
            fault.hint(
                format!("add a transition with `\"to\": \"{name}\"`, or tag it `{MANUAL}` if people set it"),
                format!("请添加 `\"to\": \"{name}\"` 的转换；若由人工设置，请加标签 `{MANUAL}`"),
            )
        } else {
            fault.hint(
                "every transition to it has a condition that never holds, or starts in a state \
                 that nobody comes to",
                "通往它的转换要么条件永不成立，要么起点状态本身无法进入",
            )
        };
        found.faults.push(fault.at(state.pointer.as_str()));
    }
}

/// S02
fn dead_ends(view: &View<'_>, found: &mut Found) {
    for (leaf, state) in view.leaves() {
        if view.has_tag(leaf, FINAL) {
            continue;
        }
        let leads_out = |way: usize| {
            let transition = view.transition(way);
            view.is_open(way) && transition.is_some_and(|it| view.leaves_state(it, leaf))
        };
        if !view.ways(leaf).any(leads_out) {
            let name = &state.name;
            let fault = Fault::new(
                Code::DeadEnd,
                format!("nothing leads out of `{name}`"),
                format!("状态 `{name}` 没有出路"),
            );
            let fault = fault.hint(
                "add a transition, or tag it `final` if a life ends here",
                "请添加转换；若生命周期在此结束，请加标签 `final`",
            );
            found.faults.push(fault.at(state.pointer.as_str()));
        }
    }
}

/// S03
fn traps(view: &View<'_>, found: &mut Found) {
    let n_states = view.machine.states.len();
    let mut before: Vec<Vec<usize>> = vec![Vec::new(); n_states];
    for (leaf, _) in view.leaves() {
        for way in view.ways(leaf).filter(|way| view.is_open(*way)) {
            for end in view.transition(way).map(|it| view.ends(it)).unwrap_or_default() {
                if let Some(before) = before.get_mut(end) {
                    before.push(leaf);
                }
            }
        }
    }
    let mut saved = vec![false; n_states];
    let mut open: Vec<usize> =
        view.leaves().map(|(leaf, _)| leaf).filter(|leaf| view.has_tag(*leaf, GOAL)).collect();
    while let Some(leaf) = open.pop() {
        let Some(seen) = saved.get_mut(leaf) else { continue };
        if !std::mem::replace(seen, true) {
            open.extend(before.get(leaf).into_iter().flatten());
        }
    }
    for (leaf, state) in view.leaves() {
        if view.has_tag(leaf, RECOVERABLE) && saved.get(leaf) != Some(&true) {
            let name = &state.name;
            let fault = Fault::new(
                Code::Trap,
                format!("from `{name}` nobody can come to a state tagged `{GOAL}`"),
                format!("从状态 `{name}` 无法到达任何带 `{GOAL}` 标签的状态"),
            );
            let fault = fault.hint(
                format!("add a way back, or take the tag `{RECOVERABLE}` away"),
                format!("请添加返回的转换，或去掉标签 `{RECOVERABLE}`"),
            );
            found.faults.push(fault.at(state.pointer.as_str()));
        }
    }
}
