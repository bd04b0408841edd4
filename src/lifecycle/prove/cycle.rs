//! States that follow each other without end while no time passes (S06).
//!
//! A condition that is watched is a way out at any instant. So is a timer that
//! is still due when its state is entered again: one that counts from an event
//! or an attribute, or from the entry into an outer state that is not left.
//!
//! A circle that somebody can be in is a fault. One of which that is not known,
//! because a condition or a time of it asks for what the proofs do not
//! understand, is told as a hint.

use super::guard::{Guards, Sort};
use super::order::forget;
use super::range::{Point, Range};
use super::region::{Cell, Region, everything};
use super::term::{constant, key};
use super::view::{View, timer};
use super::{Found, Verdict};
use crate::error::{Code, Fault};
use crate::lang::tree::{BinaryOp, Node, NodeId};
use crate::lang::{Checked, Meaning, Parameter, Value};
use crate::lifecycle::{Due, Transition, Trigger};

/// Ways followed in search of circles of one machine, at most.
const STEPS: usize = 20_000;

/// States of one circle, at most; a longer way is more than happens at one
/// instant, and is told of when it does.
const LENGTH: usize = 16;

pub(super) fn check<'a>(view: &View<'a>, guards: &mut Guards<'a>, found: &mut Found) {
    let mut search = Search { view, guards, steps: 0, path: Vec::new(), told: Vec::new() };
    let leaves: Vec<usize> = view.leaves().map(|(leaf, _)| leaf).collect();
    for leaf in leaves {
        search.follow(leaf, leaf, everything());
    }
    for (ways, verdict) in search.told {
        let Some(first) = ways.first().and_then(|way| view.transition(*way)) else { continue };
        let name = |way: &usize| {
            let state = view.transition(*way)?.to.and_then(|to| view.state(to))?;
            Some(state.name.to_string())
        };
        let names: Vec<String> = ways.iter().filter_map(name).collect();
        let fault = circle(verdict, &names.join(" -> ")).hint(
            "let the conditions exclude each other, or wait for an event or some time in between",
            "请让条件互斥，或在其间等待事件或时间",
        );
        let fault = fault.at(first.pointer.as_str());
        let list = if verdict == Verdict::Proven { &mut found.faults } else { &mut found.hints };
        list.push(fault);
    }
}

fn circle(verdict: Verdict, names: &str) -> Fault {
    match verdict {
        Verdict::Proven => Fault::new(
            Code::Endless,
            format!("states follow each other without end while no time passes: {names}"),
            format!("状态在同一时刻无休止地循环：{names}"),
        ),
        _ => Fault::new(
            Code::Unproven,
            format!(
                "perhaps states follow each other without end while no time passes, which could \
                 not be proven: {names}"
            ),
            format!("状态可能在同一时刻无休止地循环，未能证明：{names}"),
        ),
    }
}

struct Search<'v, 'g, 'a> {
    view: &'v View<'a>,
    guards: &'g mut Guards<'a>,
    steps: usize,
    path: Vec<Step>,
    told: Vec<(Vec<usize>, Verdict)>,
}

#[derive(Clone, Copy)]
struct Step {
    way: usize,
    end: usize,
}

impl Search<'_, '_, '_> {
    /// Follows every way that is open at once, from a state that is the first
    /// of the circle.
    fn follow(&mut self, first: usize, leaf: usize, so_far: Region) {
        let view = self.view;
        let mut before: Option<Region> = Some(Region::new());
        for way in view.ways(leaf) {
            self.steps += 1;
            if STEPS < self.steps {
                return;
            }
            let Some(transition) = view.transition(way) else { continue };
            let Some(own) = self.instant(way, transition) else { continue };
            let open = match &before {
                Some(before) => self.guards.facts.minus(&own, before),
                None => None,
            };
            before = match before {
                // Just after the entry its own clock has not run out.
                Some(before) if transition.from == leaf && self.runs(transition) => Some(before),
                Some(before) => self.guards.facts.or(before, own),
                None => None,
            };
            let (Some(open), Some(end)) = (open, transition.to) else { continue };
            // A circle is found from its first state; the others are passed. A
            // clock that begins anew in it ends it.
            let inside = |state: usize| view.machine.is_in(state, transition.from);
            let anew = self.runs(transition) && !(inside(end) && inside(first));
            if end < first || anew || self.path.len() + 1 > LENGTH {
                continue;
            }
            let Some(all) = self.guards.facts.and(&so_far, &open) else { continue };
            if all.is_empty() {
                continue;
            }
            self.path.push(Step { way, end });
            if end == first {
                self.close(first, &all);
            } else if self.path.iter().filter(|step| step.end == end).count() == 1 {
                self.follow(first, end, all);
            }
            self.path.pop();
        }
    }

    fn close(&mut self, first: usize, all: &Region) {
        let lasting = self.path.iter().all(|step| self.lasts(step.way, first));
        let verdict = self.view.is_real(all, self.guards);
        if lasting && verdict != Verdict::Refuted {
            self.told.push((self.path.iter().map(|step| step.way).collect(), verdict));
        }
    }

    /// Whether a way stays open all through the circle: a timer that counts
    /// from an entry must not have its state entered anew.
    fn lasts(&self, way: usize, first: usize) -> bool {
        let view = self.view;
        let Some(transition) = view.transition(way) else { return false };
        let Some(Due::After(length)) = timer(transition) else { return true };
        let length = constant(length, view.ground.parameters, length.tree.root);
        if length.is_some_and(|length| !length.is_positive()) {
            return true;
        }
        let from = transition.from;
        let kept = |step: &Step| {
            let target = view.transition(step.way).and_then(|it| it.target);
            let anew = view.transition(step.way).is_some_and(|it| it.restart)
                && target.is_some_and(|target| view.machine.is_in(from, target));
            view.machine.is_in(step.end, from) && !anew
        };
        view.machine.is_in(first, from) && self.path.iter().all(kept)
    }

    /// Whether a way waits for some time after the entry into its state.
    fn runs(&self, transition: &Transition) -> bool {
        let Some(Due::After(length)) = timer(transition) else { return false };
        let length = constant(length, self.view.ground.parameters, length.tree.root);
        length.is_some_and(|length| length.is_positive())
    }

    /// Where a way is open although nothing happens; `None` for one that waits
    /// for something to happen, or of which nothing is known.
    fn instant(&mut self, way: usize, transition: &Transition) -> Option<Region> {
        let due = match &transition.trigger {
            // A boundary is passed once, however often the state is entered.
            Trigger::Event(_) | Trigger::Change(_) | Trigger::Due(Due::Every(..)) => return None,
            Trigger::Condition => None,
            Trigger::Due(due) => Some(self.due(way, due)),
        };
        // Without a target it has its effects once, and the search goes on.
        transition.target?;
        let region = self.view.region(way, None, self.guards)?;
        let region = forget(region, self.view, self.guards);
        match due {
            None => Some(region),
            Some(due) => self.guards.facts.and(&vec![due], &region),
        }
    }

    /// The box in which a timer is due.
    fn due(&mut self, way: usize, due: &Due) -> Cell {
        let (expression, parameters) = (due.expression(), self.view.ground.parameters);
        let root = expression.tree.root;
        let asked = key(expression, parameters, root);
        let dates = dated(expression, parameters, root);
        let key = match (due, asked) {
            (Due::Silent(_, kinds), Some(asked)) => format!("silent {kinds:?} {asked}"),
            (Due::At(_), Some(asked)) => format!("at {asked}"),
            _ => format!("due {} {way}", self.view.machine.name),
        };
        let sort = match due {
            Due::At(_) if dates.is_none() => Sort::Other(false),
            _ => Sort::Due,
        };
        let whole = Range::points([Point::Bool(false), Point::Bool(true)]);
        let quantity = self.guards.quantity(key, sort, whole, false);
        let mut cell = Cell::of(quantity, Range::point(Point::Bool(true)));
        // Any date is past some day; an unknown one never is.
        if let (Due::At(_), Some(Some(attribute))) = (due, dates) {
            let (key, sort) = (format!("attribute {attribute}"), Sort::Attribute(attribute));
            let known = self.guards.quantity(key, sort, Range::all(), false);
            cell.0.insert(known, Range::missing().not());
        }
        cell
    }
}

/// The attribute that a time counts from, or that it counts from a day written
/// out: times that are past some day for whoever has the date, whatever else is
/// so. `None`: it asks for something else.
fn dated(checked: &Checked, parameters: &[Parameter], id: NodeId) -> Option<Option<usize>> {
    if let Some(Meaning::Attribute(position)) = checked.meaning(id) {
        return Some(Some(position));
    }
    if let Some(Value::Date(_) | Value::Timestamp(_)) = constant(checked, parameters, id) {
        return Some(None);
    }
    match checked.tree.node(id) {
        Node::Binary { op: BinaryOp::Add | BinaryOp::Subtract, left, right } => {
            constant(checked, parameters, *right)?;
            dated(checked, parameters, *left)
        }
        _ => None,
    }
}
