//! States that nothing tells apart (S23): the same tags, and at every step the
//! same ways to states that nothing tells apart either.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write;

use super::Found;
use super::term::key;
use super::view::View;
use crate::error::{Code, Fault};
use crate::lang::Checked;
use crate::lang::tree::{Literal, Node};
use crate::lifecycle::{Due, Machine, Transition, Trigger};

pub(super) fn check(view: &View<'_>, machines: &[Machine], found: &mut Found) {
    // One way in a state with thousands of ways is no slip of the pen.
    if view.machine.transitions.len() > 1_000 {
        return;
    }
    let asked = asked_for(view, machines);
    let leaves: Vec<usize> = view.leaves().map(|(leaf, _)| leaf).collect();
    let ways: BTreeMap<usize, Vec<usize>> =
        leaves.iter().map(|leaf| (*leaf, view.ways(*leaf).collect())).collect();
    let bare: Vec<String> = view.machine.transitions.iter().map(|it| bare(view, it)).collect();
    let mut class: BTreeMap<usize, usize> = BTreeMap::new();
    let mut n_classes = 0;
    loop {
        let mut numbers: HashMap<String, usize> = HashMap::new();
        let mut next = BTreeMap::new();
        for leaf in &leaves {
            let mut signature = first(view, *leaf, &asked);
            for way in ways.get(leaf).into_iter().flatten() {
                signature.push_str(bare.get(*way).map_or("", String::as_str));
                let ends = view.transition(*way).map(|it| view.ends(it)).unwrap_or_default();
                let classes: Vec<Option<&usize>> = ends.iter().map(|end| class.get(end)).collect();
                // Within a formatted text nothing can fail.
                let _ = write!(signature, "{classes:?};");
            }
            let number = numbers.len();
            next.insert(*leaf, *numbers.entry(signature).or_insert(number));
        }
        let settled = numbers.len() == n_classes;
        (class, n_classes) = (next, numbers.len());
        if settled {
            break;
        }
    }
    let mut kept: HashMap<usize, usize> = HashMap::new();
    for leaf in leaves {
        let Some(number) = class.get(&leaf) else { continue };
        let twin = kept.get(number).copied();
        match twin {
            Some(twin) => found.hints.extend(hint(view, twin, leaf)),
            None if ways.get(&leaf).is_some_and(|ways| !ways.is_empty()) => {
                kept.insert(*number, leaf);
            }
            None => {}
        }
    }
}

fn hint(view: &View<'_>, twin: usize, leaf: usize) -> Option<Fault> {
    let (twin, state) = (view.state(twin)?, view.state(leaf)?);
    let (one, other) = (&twin.name, &state.name);
    let hint = Fault::new(
        Code::SameStates,
        format!("nothing tells `{other}` from `{one}`: same tags, same ways out"),
        format!("状态 `{other}` 与 `{one}` 无从区分：标签与出路都相同"),
    );
    let hint = hint.hint("make one of them, or tag them apart", "请合并，或用标签加以区分");
    Some(hint.at(state.pointer.as_str()))
}

/// What tells a state apart before its ways are looked at.
fn first(view: &View<'_>, leaf: usize, asked: &BTreeSet<&str>) -> String {
    let path = view.machine.path(leaf).filter_map(|state| view.state(state));
    let mut tags: Vec<&str> = Vec::new();
    let mut names: Vec<&str> = Vec::new();
    for state in path {
        tags.extend(state.tags.iter().map(|tag| &**tag));
        // A name that is asked for, or that an event gives, tells it apart.
        let by_event = view.machine.opening.is_some();
        names.extend(Some(&*state.name).filter(|name| by_event || asked.contains(name)));
    }
    tags.sort_unstable();
    format!("{tags:?}{names:?}")
}

/// Texts in conditions that ask this machine: names of states among them.
fn asked_for<'m>(view: &View<'m>, machines: &'m [Machine]) -> BTreeSet<&'m str> {
    let ways = machines.iter().flat_map(|machine| &machine.transitions);
    let guards = ways.flat_map(|it| {
        let values =
            it.effects.iter().flat_map(|effect| effect.with.iter().map(|(_, value)| value));
        it.when.iter().chain(values)
    });
    let conditions = guards.chain(view.ground.segments.values()).map(|it| &**it);
    let asking = conditions.filter(|it| it.uses.machines.contains(&view.machine.name));
    let mut out = BTreeSet::new();
    for condition in asking {
        for node in &condition.tree.nodes {
            match node {
                Node::Literal(Literal::Text(text)) => {
                    out.insert(&**text);
                }
                Node::Literals(literals) => {
                    out.extend(literals.iter().filter_map(|literal| match literal {
                        Literal::Text(text) => Some(&**text),
                        _ => None,
                    }));
                }
                _ => {}
            }
        }
    }
    out
}

/// A way out, but for where it leads.
fn bare(view: &View<'_>, transition: &Transition) -> String {
    let text = |checked: &Checked| {
        let key = key(checked, view.ground.parameters, checked.tree.root);
        key.unwrap_or_else(|| checked.source.to_string())
    };
    let trigger = match &transition.trigger {
        Trigger::Event(kinds) => format!("event {kinds:?}"),
        Trigger::Change(attributes) => format!("changes {attributes:?}"),
        Trigger::Due(Due::After(length)) => {
            // An outer state's clock is not that of the inner one.
            let leaf = view.state(transition.from).is_some_and(|it| it.is_leaf(transition.from));
            let outer = (!leaf).then_some(transition.from);
            format!("after {} {outer:?}", text(length))
        }
        Trigger::Due(Due::Silent(length, kinds)) => format!("silent {} {kinds:?}", text(length)),
        Trigger::Due(Due::At(time)) => format!("at {}", text(time)),
        Trigger::Due(Due::Every(unit, offset)) => {
            // What fires at a boundary depends on when its state was entered.
            format!("every {} {} {}", unit.name(), text(offset), transition.from)
        }
        Trigger::Condition => "condition".into(),
    };
    let when = transition.when.as_ref().map(|when| text(when));
    let effects: Vec<String> = transition
        .effects
        .iter()
        .map(|it| {
            let with: Vec<String> =
                it.with.iter().map(|(name, value)| format!("{name}={}", text(value))).collect();
            format!("{} {:?} {:?} {with:?}", it.action, it.undo, it.contact)
        })
        .collect();
    let (restart, stays) = (transition.restart, transition.target.is_none());
    format!("[{trigger} {when:?} {effects:?} {restart} {stays}]")
}
