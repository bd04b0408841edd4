//! From the states of one machine to those of another (S21).

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Ground;
use super::guard::Guards;
use super::view::{View, timer};
use crate::error::{Code, Fault};
use crate::json::pointer_push;
use crate::lifecycle::Machine;

/// What is wrong with a map from the states of one machine to those of the one
/// that takes its place.
///
/// # Inputs
///
/// `old` and `new`: each with what its conditions are about. `map`: names of
/// old states and of the new ones that customers are put into; a state inside
/// another may be left out where the outer one is mapped. A name that both have
/// must be mapped as well: that it means the same is for people to say.
///
/// # Output
///
/// One fault (`bad_migration`) for each state that somebody can be in and that
/// is mapped to nothing, to no state of the new machine, or to one that nobody
/// could come to otherwise; and for each whose timers nothing in its new state
/// replaces. Pointers are into the map. Empty: customers can be moved.
///
/// # Cost
///
/// That of proving both machines.
///
/// # Example
///
/// ```
/// use std::collections::BTreeMap;
/// use guanxi::{Playbook, lifecycle};
/// let playbook = |to: &str| Playbook::from_json(&format!(r#"{{
///     "guanxi": 1, "id": "shop", "version": "1", "calendar": {{"zone": "UTC"}},
///     "schema": {{"events": {{"purchase": {{"list": "purchases"}}}}}},
///     "machines": {{"relationship": {{"initial": "stranger", "states": {{
///         "stranger": {{"on": [{{"event": "purchase", "to": "{to}"}}]}},
///         "{to}": {{"on": [{{"silent": "days(90)", "to": "stranger"}}]}}}}}}}}
/// }}"#));
/// let (old, new) = (playbook("buyer")?, playbook("customer")?);
/// let mut map = BTreeMap::from([("stranger".into(), "stranger".into())]);
/// let moved = |map: &BTreeMap<_, _>| {
///     let (a, b) = (&old.machines()[0], &new.machines()[0]);
///     lifecycle::migration((a, &old.ground()), (b, &new.ground()), map).len()
/// };
/// assert_eq!(moved(&map), 1);
/// map.insert("buyer".into(), "customer".into());
/// assert_eq!(moved(&map), 0);
/// # Ok::<(), guanxi::Error>(())
/// ```
pub fn migration(
    old: (&Machine, &Ground<'_>),
    new: (&Machine, &Ground<'_>),
    map: &BTreeMap<Arc<str>, Arc<str>>,
) -> Vec<Fault> {
    let (old_machines, new_machines) = ([old.0.clone()], [new.0.clone()]);
    let [old_machine] = &old_machines;
    let [new_machine] = &new_machines;
    let from = View::new(old.1, old_machine, &mut Guards::new(old.1, &old_machines));
    let into = View::new(new.1, new_machine, &mut Guards::new(new.1, &new_machines));
    let fault = |name: &str, en: String, zh: String, hint: (&str, &str)| {
        let fault = Fault::new(Code::BadMigration, en, zh).hint(hint.0, hint.1);
        fault.at(pointer_push("", name))
    };
    let mut faults = Vec::new();
    for name in map.keys().filter(|name| old_machine.state(name).is_none()) {
        faults.push(fault(
            name,
            format!("the machine has no state `{name}` to move customers from"),
            format!("原生命周期没有状态 `{name}`"),
            ("take it out of the map", "请从映射中去掉"),
        ));
    }
    for (leaf, state) in from.leaves() {
        let name = &state.name;
        let mut path = old_machine.path(leaf).filter_map(|it| from.state(it));
        let Some((key, target)) = path.find_map(|state| map.get_key_value(&state.name)) else {
            faults.push(fault(
                name,
                format!("customers in `{name}` would have no state"),
                format!("处于状态 `{name}` 的客户将没有去处"),
                ("map it to one of the new states", "请将其映射到一个新状态"),
            ));
            continue;
        };
        let Some(found) = new_machine.state(target) else {
            faults.push(fault(
                key,
                format!("the new machine has no state `{target}`"),
                format!("新生命周期没有状态 `{target}`"),
                ("map it to one of the new states", "请将其映射到一个新状态"),
            ));
            continue;
        };
        if into.reached.get(found) != Some(&true) {
            faults.push(fault(
                key,
                format!("nobody could come to `{target}` otherwise"),
                format!("客户在正常情况下无法进入状态 `{target}`"),
                ("map it to a state that a way leads to", "请映射到可以进入的状态"),
            ));
        }
        let entry = into.state(found).map_or(found, |state| state.entry);
        if has_timer(&from, leaf) && !has_timer(&into, entry) {
            faults.push(fault(
                key,
                format!("a timer runs in `{name}`, and none would in `{target}`"),
                format!("状态 `{name}` 有定时器，而 `{target}` 没有"),
                (
                    "map it to a state with a timer, or add one there",
                    "请映射到有定时器的状态，或在其中添加",
                ),
            ));
        }
    }
    faults
}

/// Whether time leads out of a state.
fn has_timer(view: &View<'_>, leaf: usize) -> bool {
    view.ways(leaf).any(|way| {
        let timed =
            view.transition(way).is_some_and(|it| timer(it).is_some() && it.target.is_some());
        timed && view.is_open(way)
    })
}
