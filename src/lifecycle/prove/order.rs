//! Ways out of one state that compete: one hides another, or both are open.

use std::collections::HashMap;

use super::guard::Guards;
use super::region::Region;
use super::view::View;
use super::{Found, Verdict};
use crate::error::{Code, Fault};
use crate::lifecycle::{Kinds, Transition, Trigger};

pub(super) fn check<'a>(view: &View<'a>, guards: &mut Guards<'a>, found: &mut Found) {
    let shadowed = shadowed(view, guards, found);
    ambiguous(view, &shadowed, guards, found);
    flapping(view, guards, found);
}

/// One occasion on which a way out is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Occasion {
    Event(usize),
    Change(usize),
    /// What does not read the clock, after anything that happened.
    AtOnce,
    /// What reads the clock as well.
    Time,
}

/// The occasions on which a transition is looked at, timers left out.
fn occasions(view: &View<'_>, transition: &Transition) -> Vec<Occasion> {
    match &transition.trigger {
        Trigger::Event(Kinds::Some(kinds)) => kinds.iter().copied().map(Occasion::Event).collect(),
        Trigger::Event(Kinds::All) => {
            (0..view.ground.schema.kinds.len()).map(Occasion::Event).collect()
        }
        Trigger::Change(attributes) => attributes.iter().copied().map(Occasion::Change).collect(),
        Trigger::Condition if transition.clocked => vec![Occasion::Time],
        Trigger::Condition => vec![Occasion::AtOnce, Occasion::Time],
        Trigger::Due(_) => Vec::new(),
    }
}

/// S05: for each innermost state inside, on each occasion, what is open before
/// covers it.
fn shadowed<'a>(view: &View<'a>, guards: &mut Guards<'a>, found: &mut Found) -> Vec<usize> {
    let mut hidden = vec![true; view.machine.transitions.len()];
    let mut looked = vec![false; view.machine.transitions.len()];
    for (leaf, _) in view.leaves() {
        let mut before: HashMap<Occasion, Vec<usize>> = HashMap::new();
        for way in view.ways(leaf) {
            let Some(transition) = view.transition(way) else { continue };
            let occasions = occasions(view, transition);
            if let Some(looked) = looked.get_mut(way) {
                *looked = !occasions.is_empty();
            }
            for occasion in &occasions {
                let earlier = before.get(occasion).map(Vec::as_slice).unwrap_or_default();
                let still = hidden.get(way) == Some(&true) && view.is_open(way);
                if still
                    && !is_covered(view, way, earlier, *occasion, guards)
                    && let Some(hidden) = hidden.get_mut(way)
                {
                    *hidden = false;
                }
            }
            for occasion in occasions {
                before.entry(occasion).or_default().push(way);
            }
        }
    }
    let mut told = Vec::new();
    for (way, transition) in view.machine.transitions.iter().enumerate() {
        let never = looked.get(way) == Some(&true) && hidden.get(way) == Some(&true);
        if never && view.is_open(way) {
            let fault = Fault::new(
                Code::Shadowed,
                "whenever this transition could be taken, one listed before it is",
                "凡是该转换可发生之时，总有排在前面的转换先发生",
            );
            let fault = fault.hint(
                "list it first, or narrow the condition of the earlier one",
                "请把它移到前面，或收窄前面转换的条件",
            );
            found.faults.push(fault.at(transition.pointer.as_str()));
            told.push(way);
        }
    }
    told
}

fn is_covered<'a>(
    view: &View<'a>,
    way: usize,
    earlier: &[usize],
    occasion: Occasion,
    guards: &mut Guards<'a>,
) -> bool {
    let kind = match occasion {
        Occasion::Event(kind) => Some(kind),
        _ => None,
    };
    if earlier.is_empty() {
        return false;
    }
    let Some(mut left) = view.region(way, kind, guards) else { return false };
    for earlier in earlier {
        if left.is_empty() {
            break;
        }
        let Some(region) = view.regions.get(*earlier).and_then(Option::as_ref) else { continue };
        match guards.facts.minus(&left, region) {
            Some(rest) => left = rest,
            None => return false,
        }
    }
    left.is_empty()
}

/// S04: neither is the special case of the other, and somebody can meet both.
fn ambiguous<'a>(view: &View<'a>, shadowed: &[usize], guards: &mut Guards<'a>, found: &mut Found) {
    for state in &view.machine.states {
        let mut before: HashMap<Occasion, Vec<usize>> = HashMap::new();
        for way in state.on.iter().filter(|way| shadowed.binary_search(way).is_err()) {
            let Some(transition) = view.transition(*way) else { continue };
            let occasions = occasions(view, transition);
            let clash = occasions.iter().find_map(|occasion| {
                let earlier = before.get(occasion)?.iter();
                let mut rivals = earlier.filter(|other| differ(view, **other, *way));
                rivals.find(|other| cross(view, **other, *way, *occasion, guards)).copied()
            });
            if let Some(first) = clash.and_then(|other| view.transition(other)) {
                let first = &first.pointer;
                let hint = Fault::new(
                    Code::Ambiguous,
                    format!("this and {first} can both hold; the one listed first is taken"),
                    format!("该转换与 {first} 可能同时成立，以排在前面的为准"),
                );
                let hint = hint.hint(
                    "if that is not meant, let one condition exclude the other",
                    "若非本意，请让两个条件互斥",
                );
                found.hints.push(hint.at(transition.pointer.as_str()));
            }
            for occasion in occasions {
                before.entry(occasion).or_default().push(*way);
            }
        }
    }
}

fn differ(view: &View<'_>, a: usize, b: usize) -> bool {
    match (view.transition(a), view.transition(b)) {
        (Some(a), Some(b)) => a.target != b.target && a.when.is_some() && b.when.is_some(),
        _ => false,
    }
}

/// Whether two conditions overlap for certain, and neither is within the
/// other.
fn cross<'a>(
    view: &View<'a>,
    a: usize,
    b: usize,
    occasion: Occasion,
    guards: &mut Guards<'a>,
) -> bool {
    let kind = match occasion {
        Occasion::Event(kind) => Some(kind),
        _ => None,
    };
    let regions = (view.region(a, kind, guards), view.region(b, kind, guards));
    let (Some(a), Some(b)) = regions else { return false };
    let real = |region: Option<Region>, guards: &Guards<'a>| {
        region.is_some_and(|region| view.is_real(&region, guards) == Verdict::Proven)
    };
    let both = guards.facts.and(&a, &b);
    real(both, guards) && {
        let only_a = guards.facts.minus(&a, &b);
        let only_b = guards.facts.minus(&b, &a);
        real(only_a, guards) && real(only_b, guards)
    }
}

/// S20: one event leads from here to there, and the same again back.
fn flapping<'a>(view: &View<'a>, guards: &mut Guards<'a>, found: &mut Found) {
    let mut there: HashMap<(usize, usize, usize), usize> = HashMap::new();
    for (leaf, _) in view.leaves() {
        let mut taken: Vec<usize> = Vec::new();
        for way in view.ways(leaf) {
            let Some(transition) = view.transition(way) else { continue };
            let Trigger::Event(Kinds::Some(kinds)) = &transition.trigger else { continue };
            let Some(end) = transition.to.filter(|end| *end != leaf) else { continue };
            for kind in kinds {
                if transition.when.is_none() && taken.contains(kind) {
                    continue;
                }
                there.entry((leaf, end, *kind)).or_insert(way);
                taken.push(*kind);
            }
        }
    }
    let mut pairs: Vec<(usize, usize, usize)> = there.keys().copied().collect();
    pairs.sort_unstable();
    for (from, to, kind) in pairs {
        let (way, back) = (there.get(&(from, to, kind)), there.get(&(to, from, kind)));
        let (Some(way), Some(back), true) = (way, back, from < to) else { continue };
        let regions =
            (view.region(*way, Some(kind), guards), view.region(*back, Some(kind), guards));
        let both = match regions {
            (Some(a), Some(b)) => {
                // The state is another one by then.
                let (a, b) = (forget(a, view, guards), forget(b, view, guards));
                guards.facts.and(&a, &b)
            }
            _ => None,
        };
        let real = both.is_some_and(|both| view.is_real(&both, guards) == Verdict::Proven);
        let (Some(first), Some(second), true) =
            (view.transition(*way), view.transition(*back), real)
        else {
            continue;
        };
        let name = |state: usize| view.state(state).map_or("", |state| &*state.name);
        let event = view.ground.schema.kinds.get(kind).map_or("", |kind| &*kind.name);
        let (from, to, second) = (name(from), name(to), &second.pointer);
        let hint = Fault::new(
            Code::Flapping,
            format!(
                "one `{event}` leads from `{from}` to `{to}`, and the next one back ({second})"
            ),
            format!("一次 `{event}` 由 `{from}` 到 `{to}`，下一次又返回（{second}）"),
        );
        let hint = hint.hint(
            "let the conditions of the two exclude each other, with some distance between them",
            "请让两条转换的条件互斥，并留出间隔",
        );
        found.hints.push(hint.at(first.pointer.as_str()));
    }
}

/// A region without what it says of the machine's own state.
pub(super) fn forget<'a>(mut region: Region, view: &View<'a>, guards: &Guards<'a>) -> Region {
    if let Some(state) = guards.asked_state(&view.machine.name) {
        for cell in &mut region {
            cell.0.remove(&state);
        }
    }
    region
}
