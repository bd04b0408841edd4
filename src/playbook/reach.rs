//! How far the conditions of machines reach through segments that name each other.
//!
//! A review answers every segment once, for everybody. A machine asks about
//! segments as of instants inside a history, each time anew: there a condition
//! is as long as it is with all that it names written out. That is bounded like
//! any other expression.

use std::sync::Arc;

use crate::error::{Code, Fault};
use crate::json::{Reader, pointer_push};
use crate::lang::tree::{Literal, Node};
use crate::lang::{Checked, bounds};
use crate::lifecycle::{Machine, Transition, Trigger};

/// Segments within segments that a machine may ask about: with brackets in each
/// of them, no more fits on a small stack.
const LEVELS: usize = 16;

/// An expression with the segments that it names written out.
#[derive(Debug, Clone, Copy, Default)]
struct Reach {
    nodes: usize,
    levels: usize,
}

impl Reach {
    /// Of an expression, where that of the segments it names is known.
    fn of(checked: &Checked, named: impl Fn(&str) -> Reach) -> Reach {
        let nodes = &checked.tree.nodes;
        let mut whole = Reach { nodes: nodes.len(), levels: 0 };
        for node in nodes {
            let Node::Call { function, args, .. } = node else { continue };
            let [name] = args.as_slice() else { continue };
            if let ("segment", Node::Literal(Literal::Text(name))) =
                (&**function, checked.tree.node(*name))
            {
                let inner = named(name);
                whole.nodes = whole.nodes.saturating_add(inner.nodes);
                whole.levels = whole.levels.max(inner.levels.saturating_add(1));
            }
        }
        whole
    }
}

/// How far each segment reaches.
#[derive(Debug, Clone)]
pub(super) struct Reaches {
    names: Vec<Arc<str>>,
    known: Vec<Reach>,
}

impl Reaches {
    /// Of segments by position among their sorted names, each after those that
    /// it reads.
    pub fn new<'c>(
        names: &[Arc<str>],
        in_order: impl Iterator<Item = (usize, &'c Checked)>,
    ) -> Self {
        let mut reaches =
            Reaches { names: names.to_vec(), known: vec![Reach::default(); names.len()] };
        for (position, condition) in in_order {
            let reach = reaches.of(condition);
            if let Some(slot) = reaches.known.get_mut(position) {
                *slot = reach;
            }
        }
        reaches
    }

    fn of(&self, checked: &Checked) -> Reach {
        Reach::of(checked, |name| {
            let position = self.names.binary_search_by(|have| (**have).cmp(name)).ok();
            position.and_then(|at| self.known.get(at)).copied().unwrap_or_default()
        })
    }

    /// What is wrong with an expression that is asked inside histories.
    pub fn too_far(&self, checked: &Checked) -> Option<Fault> {
        too_far(self.of(checked))
    }
}

/// Refuses what reaches too far in machines.
pub(super) fn refuse_far(machines: &[Machine], reaches: &Reaches, reader: &mut Reader) {
    for transition in machines.iter().flat_map(|machine| &machine.transitions) {
        for (checked, pointer) in expressions(transition) {
            if let Some(fault) = reaches.too_far(checked) {
                reader.fault(fault.at(pointer));
            }
        }
    }
}

/// Every expression of a transition, and where it stands.
pub(super) fn expressions(
    transition: &Transition,
) -> impl Iterator<Item = (&Arc<Checked>, String)> {
    let when = transition.when.iter();
    let when = when.map(|when| (when, pointer_push(&transition.pointer, "when")));
    let due = match &transition.trigger {
        Trigger::Due(due) => Some((due.expression(), transition.pointer.clone())),
        _ => None,
    };
    let effects = transition
        .effects
        .iter()
        .flat_map(|effect| effect.with.iter().map(|(_, value)| (value, effect.pointer.clone())));
    when.chain(due).chain(effects)
}

fn too_far(reach: Reach) -> Option<Fault> {
    let (en, zh) = if LEVELS < reach.levels {
        let levels = reach.levels;
        (
            format!(
                "it asks about segments within segments, {levels} deep, expected at most {LEVELS}"
            ),
            format!("所引用的细分层层嵌套 {levels} 层，最多 {LEVELS} 层"),
        )
    } else if bounds::NODES < reach.nodes {
        let (nodes, most) = (reach.nodes, bounds::NODES);
        (
            format!(
                "with the segments it asks about it has {nodes} parts, expected at most {most}"
            ),
            format!("连同所引用的细分共有 {nodes} 个部分，最多 {most} 个"),
        )
    } else {
        return None;
    };
    let fault = Fault::new(Code::CostTooHigh, en, zh);
    Some(fault.hint("name fewer segments that name others in turn", "请少用层层引用其他细分的细分"))
}
