//! What a machine owes: hand-offs that end, an owner for everybody, consent
//! before a contact, a way to take an effect back, an answer in time.

use std::sync::Arc;

use super::Found;
use super::guard::{Guards, Sort};
use super::range::Point;
use super::view::{View, timer};
use crate::error::{Code, Fault};
use crate::lang::bounds;
use crate::lifecycle::{Effect, Transition};

pub(super) fn check<'a>(view: &View<'a>, guards: &mut Guards<'a>, found: &mut Found) {
    handoffs(view, found);
    owners(view, found);
    for (way, transition) in view.machine.transitions.iter().enumerate() {
        for effect in &transition.effects {
            undo(effect, found);
            if let Some((purpose, channel)) = &effect.contact
                && leaks(view, way, transition, (purpose, channel), guards)
            {
                found.faults.push(leak_fault(effect, purpose, channel));
            }
        }
    }
    cost(view, found);
}

/// S13: who was offered must be accepted, rejected, or time must decide.
fn handoffs(view: &View<'_>, found: &mut Found) {
    for (leaf, state) in view.leaves().filter(|(leaf, _)| view.has_tag(*leaf, "offered")) {
        let open = view.ways(leaf).filter(|way| view.is_open(*way));
        let ways: Vec<&Transition> = open.filter_map(|way| view.transition(way)).collect();
        let leads_to = |tag: &str| {
            ways.iter().any(|way| view.ends(way).iter().any(|end| view.has_tag(*end, tag)))
        };
        let expires = ways.iter().any(|way| timer(way).is_some() && view.leaves_state(way, leaf));
        let missing: Vec<(&str, &str)> = [
            (
                leads_to("accepted"),
                "a way to a state tagged `accepted`",
                "通往 `accepted` 状态的转换",
            ),
            (
                leads_to("rejected"),
                "a way to a state tagged `rejected`",
                "通往 `rejected` 状态的转换",
            ),
            (expires, "a timer that ends the offer", "使移交到期的定时器"),
        ]
        .into_iter()
        .filter(|(given, _, _)| !given)
        .map(|(_, en, zh)| (en, zh))
        .collect();
        if missing.is_empty() {
            continue;
        }
        let (en, zh): (Vec<&str>, Vec<&str>) = missing.into_iter().unzip();
        let (name, en, zh) = (&state.name, en.join(", "), zh.join("、"));
        let fault = Fault::new(
            Code::OpenHandoff,
            format!("who is handed over in `{name}` may wait for ever; missing: {en}"),
            format!("在状态 `{name}` 中移交的客户可能永远无人处理，缺少：{zh}"),
        );
        let fault = fault.hint(
            "add what is missing, or take the tag `offered` away",
            "请补上缺少的部分，或去掉标签 `offered`",
        );
        found.faults.push(fault.at(state.pointer.as_str()));
    }
}

/// S14: where a machine says who is owned, it says so of everybody.
fn owners(view: &View<'_>, found: &mut Found) {
    let used =
        view.machine.states.iter().any(|state| state.tags.iter().any(|tag| &**tag == "owned"));
    if !used {
        return;
    }
    for (leaf, state) in view.leaves() {
        let (owned, pool) = (view.has_tag(leaf, "owned"), view.has_tag(leaf, "pool"));
        let (en, zh) = match (owned, pool) {
            (true, true) => ("is owned and in the pool at once", "既有归属又在公海"),
            (false, false) if !view.has_tag(leaf, "final") => {
                ("belongs to nobody, and not to the pool", "既无归属，也不在公海")
            }
            _ => continue,
        };
        let name = &state.name;
        let fault = Fault::new(
            Code::OwnershipHole,
            format!("a customer in `{name}` {en}"),
            format!("处于状态 `{name}` 的客户{zh}"),
        );
        let fault = fault.hint(
            "tag it, or a state that it is inside, either `owned` or `pool`",
            "请给该状态或其外层状态加上 `owned` 或 `pool` 之一",
        );
        found.faults.push(fault.at(state.pointer.as_str()));
    }
}

/// S15. A message that was sent cannot be taken back, so contacts are left
/// out.
fn undo(effect: &Effect, found: &mut Found) {
    if effect.undo.is_some() || effect.contact.is_some() {
        return;
    }
    let action = &effect.action;
    let hint = Fault::new(
        Code::NoUndo,
        format!(
            "nothing takes `{action}` back when a late fact shows that it should not have been"
        ),
        format!("若迟到的事实表明 `{action}` 不应发生，没有相应的撤销动作"),
    );
    let hint = hint.hint("name what takes it back in `undo`", "请在 `undo` 中写明撤销动作");
    found.hints.push(hint.at(effect.pointer.as_str()));
}

/// S16: somebody without consent can be in what the condition allows.
fn leaks<'a>(
    view: &View<'a>,
    way: usize,
    transition: &Transition,
    (purpose, channel): (&Arc<str>, &Arc<str>),
    guards: &mut Guards<'a>,
) -> bool {
    if !view.is_open(way) {
        return false;
    }
    let asked = |consents: &[(usize, usize)]| {
        let schema = view.ground.schema;
        consents.iter().any(|(a, b)| {
            schema.purposes.get(*a) == Some(purpose) && schema.channels.get(*b) == Some(channel)
        })
    };
    let Some(when) = &transition.when else { return true };
    if !asked(&when.uses.consents) && when.uses.segments.is_empty() {
        return true;
    }
    let consent = guards.consent(purpose, channel);
    for kind in view.kinds(way) {
        let Some(region) = view.region(way, kind, guards) else { continue };
        let leaky = region.iter().any(|cell| {
            let given = cell.0.get(&consent);
            let may_lack =
                given.is_none_or(|range| range.has_missing() || range.has(&Point::Bool(false)));
            // A question that is not understood might be the one for consent.
            let hidden = cell
                .0
                .keys()
                .any(|quantity| matches!(guards.sorts.get(*quantity), Some(Sort::Other(true))));
            may_lack && !hidden
        });
        if leaky {
            return true;
        }
    }
    false
}

fn leak_fault(effect: &Effect, purpose: &str, channel: &str) -> Fault {
    Fault::new(
        Code::ConsentLeak,
        format!("customers who did not consent to `{purpose}` by `{channel}` would be contacted"),
        format!("未同意经 `{channel}` 接收 `{purpose}` 的客户也会被联系"),
    )
    .hint(
        format!("add `&& consent('{purpose}', '{channel}')` to the condition"),
        format!("请在条件中加上 `&& consent('{purpose}', '{channel}')`"),
    )
    .at(effect.pointer.as_str())
}

/// S25
fn cost(view: &View<'_>, found: &mut Found) {
    let usual = vec![bounds::USUAL_EVENTS; view.ground.schema.kinds.len()];
    let steps = |way: usize| {
        let transition = view.transition(way);
        let when = transition.and_then(|it| it.when.as_ref());
        let time = transition.and_then(timer).map(|due| due.expression());
        let costs = when.into_iter().chain(time).map(|it| &it.cost);
        costs.map(|cost| cost.steps(&usual, bounds::USUAL_ELEMENTS)).fold(1, u64::saturating_add)
    };
    let steps: Vec<u64> = (0..view.machine.transitions.len()).map(steps).collect();
    for (leaf, state) in view.leaves() {
        let own = view.ways(leaf).filter_map(|way| steps.get(way).copied());
        let all = own.fold(0, u64::saturating_add);
        if bounds::STEPS < all {
            let name = &state.name;
            let hint = Fault::new(
                Code::Costly,
                format!("one event of a customer in `{name}` may take {all} steps to judge"),
                format!("处于状态 `{name}` 的客户每发生一次事件，判断最多需要 {all} 步"),
            );
            let hint = hint.hint(
                "narrow the lists with `within(...)`, or split the state",
                "用 `within(...)` 缩小范围，或拆分该状态",
            );
            found.hints.push(hint.at(state.pointer.as_str()));
        }
    }
}
