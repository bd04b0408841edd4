//! Why one customer is in a segment or not, what would change it, and when it
//! changes by itself.

use std::sync::Arc;

use serde::Serialize;

use super::super::answers::{Options, answers, context};
use super::super::customer::number;
use super::super::explain::explain as whole;
use super::super::summary::PlaybookSummary;
use super::history::ends;
use super::named;
use super::one::{Asking, ask};
use super::reads::{reads, refuse_unforeseen};
use crate::error::{Error, Text};
use crate::facts::{Columns, Snapshot};
use crate::lang::explain::{Joint, Outcome};
use crate::lang::tree::{BinaryOp, Node};
use crate::lang::{
    Checked, Explanation, Moment, Type, Value, check, check_condition, explain_through,
    next_change, worded,
};
use crate::lifecycle::horizon;
use crate::playbook::Playbook;
use crate::segment::{Segment, Turn};
use crate::store::Store;
use crate::units::Instant;

/// Why a customer is in a segment, or is not.
#[derive(Debug, Clone)]
pub struct SegmentExplained {
    /// The customer's id.
    pub customer: Box<str>,
    /// The segment.
    pub segment: Arc<str>,
    /// As shown to people.
    pub label: Text,
    /// By which playbook.
    pub playbook: PlaybookSummary,
    /// The instant of the answer.
    pub as_of: Instant,
    /// In, or not; `None` when the condition is an error.
    pub member: Option<bool>,
    /// Since when the customer is a member; `None` where not, or always as far
    /// as anybody knows, or where no history can be told.
    pub since: Option<Instant>,
    /// The condition, clause by clause, down through the segments it names.
    pub explanation: Explanation,
    /// What would have to come out otherwise to change the answer: each end that
    /// alone would, or where none does, the fewest together.
    pub needs: Vec<Atom>,
    /// Ends of the condition that time alone will turn, the soonest first.
    pub turning: Vec<Atom>,
    /// Whether it could be told what comes if nothing happens: not where the
    /// condition cannot be foreseen, or depends on assessments of everybody to
    /// come.
    pub foretold: bool,
    /// When the answer changes if nothing happens; `None`: not within ten years,
    /// or not foretold.
    pub changes: Option<Instant>,
}

/// One end of a condition.
#[derive(Debug, Clone)]
pub struct Atom {
    /// The end, with its values.
    pub clause: Explanation,
    /// When it comes out otherwise if nothing happens.
    pub turns: Option<Instant>,
    /// By how much it is missed, where it compares numbers and does not hold.
    pub gap: Option<Gap>,
}

/// By how much a comparison is missed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Gap {
    /// How much more is needed, or with `less`, how much less.
    pub amount: Text,
    /// Whether there is too much of it.
    pub less: bool,
    /// Of what: the list of events that is counted, as it is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// Until when this stays enough, if nothing else happens; `None`: for good.
    pub until: Option<Instant>,
}

/// Why a customer is in a segment at `as_of` or not, by what was known at
/// `known_at` (`None`: by all that is known).
///
/// # Errors
///
/// [`UnknownSegment`](crate::Code::UnknownSegment),
/// [`UnknownCustomer`](crate::Code::UnknownCustomer), and what can keep the facts
/// from being read.
///
/// # Cost
///
/// A walk through the history of this customer and through ten years to come.
pub fn explain(
    store: &Store,
    playbook: &Playbook,
    name: &str,
    id: &str,
    as_of: Instant,
    known_at: Option<Instant>,
) -> Result<SegmentExplained, Error> {
    let segment = named(playbook, name)?;
    let condition = &**segment.condition();
    if refuse_unforeseen(condition, playbook).is_err() {
        return among(&store.columns(known_at)?, playbook, segment, id, as_of);
    }
    let journey = store.journey_for(playbook, &[condition], (as_of, known_at), id)?;
    let needs_everybody = playbook.value().is_some_and(|value| value.needs_everybody());
    let foretold = !(needs_everybody && asks_scores(condition, playbook));
    let (explanation, since) = ask(&journey, &journey.columns, condition, as_of, |mut asking| {
        let told = asking
            .walk
            .at(as_of, |moment| explain_through(condition, moment, &|name| moment.condition(name)));
        let from = asking.walk.begins().unwrap_or(as_of).min(as_of);
        let turns = asking.walk.turns(condition, from, as_of);
        (told, since(&turns))
    });
    let now = journey.columns.until(as_of);
    let until = if foretold { horizon(playbook.calendar(), as_of) } else { as_of };
    let mut needs = Vec::new();
    let (mut turning, mut changes) = (Vec::new(), None);
    ask(&journey, &now, condition, until, |mut asking| {
        let mut atom = |end: &Explanation| atom(end, playbook, (as_of, until), &mut asking);
        needs = smallest(&explanation).into_iter().map(&mut atom).collect();
        if foretold {
            turning = ends(&explanation).into_iter().map(&mut atom).collect();
            turning.retain(|atom| atom.turns.is_some());
            turning.sort_by_key(|atom| atom.turns);
            changes = asking.walk.first_turn(condition, as_of, until).map(|turn| turn.at);
        }
    });
    Ok(SegmentExplained {
        customer: journey.id.clone(),
        segment: segment.name().clone(),
        label: segment.text().or_name(segment.name()),
        playbook: PlaybookSummary::of(playbook),
        as_of,
        member: is_member(&explanation),
        since,
        explanation,
        needs,
        turning,
        foretold,
        changes,
    })
}

/// The same by the facts of everybody, for a condition that is asked of all at
/// one instant and has no history.
fn among(
    columns: &Columns,
    playbook: &Playbook,
    segment: &Segment,
    id: &str,
    as_of: Instant,
) -> Result<SegmentExplained, Error> {
    let snapshot = Snapshot::new(columns, as_of);
    let number = number(&snapshot, id)?;
    let answers = answers(&snapshot, playbook, Options::default());
    let context = context(&snapshot, playbook, &answers);
    let explanation = whole(segment.condition(), playbook, &context, number);
    let needs = smallest(&explanation).into_iter();
    let needs = needs.map(|end| Atom { clause: end.clone(), turns: None, gap: None }).collect();
    Ok(SegmentExplained {
        customer: columns.customers.get(number).cloned().unwrap_or_default(),
        segment: segment.name().clone(),
        label: segment.text().or_name(segment.name()),
        playbook: PlaybookSummary::of(playbook),
        as_of,
        member: is_member(&explanation),
        since: None,
        explanation,
        needs,
        turning: Vec::new(),
        foretold: false,
        changes: None,
    })
}

fn is_member(explanation: &Explanation) -> Option<bool> {
    match explanation.outcome {
        Outcome::Error(_) => None,
        _ => Some(explanation.holds()),
    }
}

/// Each end that alone would change the outcome, or where none does, the fewest
/// that would together.
fn smallest(explanation: &Explanation) -> Vec<&Explanation> {
    let alone: Vec<&Explanation> = ends(explanation)
        .into_iter()
        .filter(|end| comes_out(explanation, end) != explanation.holds())
        .collect();
    match (alone.is_empty(), explanation.holds()) {
        (false, _) => alone,
        (true, true) => explanation.upholding(),
        (true, false) => explanation.lacking(),
    }
}

/// Whether a condition would hold if one of its ends came out otherwise. As deep
/// as brackets and named segments go, which both are bounded.
fn comes_out(clause: &Explanation, turned: &Explanation) -> bool {
    if std::ptr::eq(clause, turned) {
        return !clause.holds();
    }
    let mut parts = clause.parts.iter().map(|part| comes_out(part, turned));
    match clause.joint {
        _ if clause.parts.is_empty() => clause.holds(),
        Joint::All => parts.all(|holds| holds),
        Joint::Any => parts.any(|holds| holds),
        Joint::One => parts.filter(|holds| *holds).count() == 1,
        Joint::Not => !parts.all(|holds| holds),
        // What a choice fell on comes last; with another choice nobody knows.
        Joint::Choice | Joint::Segment | Joint::Leaf => parts.next_back().unwrap_or(clause.holds()),
    }
}

/// Whether a condition, or a machine that it reads, asks what is fixed at
/// assessments.
fn asks_scores(condition: &Checked, playbook: &Playbook) -> bool {
    let reads = reads(condition, playbook);
    let machine = |name: &Arc<str>| playbook.machine(name).is_some_and(|it| it.assessed);
    !reads.scores.is_empty() || reads.machines.iter().any(machine)
}

/// When the last stay began; `None` where it is none, or has no beginning.
pub(in crate::engine) fn since(turns: &[Turn]) -> Option<Instant> {
    let last = turns.last().filter(|turn| turn.is.is_in())?;
    // What holds at the first fact holds since then.
    Some(last.at)
}

/// An end of a condition, with what becomes of it.
fn atom(
    end: &Explanation,
    playbook: &Playbook,
    (as_of, until): (Instant, Instant),
    asking: &mut Asking<'_, '_>,
) -> Atom {
    let checked = check_condition(&end.text, &playbook.scope()).ok();
    let (turns, gap) = match &checked {
        Some(checked) => {
            let turn = asking.walk.first_turn(checked, as_of, until);
            let gap = asking.walk.at(as_of, |moment| gap(end, checked, playbook, moment));
            (turn.map(|turn| turn.at), gap)
        }
        None => (None, None),
    };
    Atom { clause: end.clone(), turns, gap }
}

/// By how much a comparison of numbers is missed.
fn gap(
    end: &Explanation,
    checked: &Checked,
    playbook: &Playbook,
    moment: &Moment<'_>,
) -> Option<Gap> {
    let Node::Binary { op, left, right } = checked.tree.node(checked.tree.root) else {
        return None;
    };
    let (less, strict) = match op {
        BinaryOp::GreaterEqual => (false, false),
        BinaryOp::Greater => (false, true),
        BinaryOp::LessEqual => (true, false),
        BinaryOp::Less => (true, true),
        _ => return None,
    };
    if end.holds() || end.missing {
        return None;
    }
    let (more, have) = match less {
        false => (checked.text(*right), checked.text(*left)),
        true => (checked.text(*left), checked.text(*right)),
    };
    // The language knows how amounts, decimals and whole numbers are taken from
    // each other, and whether they can be.
    let whole = *checked.ty(*left) == Type::Int;
    let one = if strict && whole { " + 1" } else { "" };
    let difference = check(&format!("({more}) - ({have}){one}"), &playbook.scope()).ok()?;
    let value = difference.evaluate(moment).ok()?;
    let is_number = matches!(value, Value::Int(_) | Value::Decimal(_) | Value::Money(..));
    is_number.then_some(())?;
    let counted = end.leaf.as_ref().and_then(|leaf| leaf.counted.first());
    Some(Gap {
        amount: worded(&difference, moment)?,
        less,
        of: counted.map(|counted| counted.list.clone()),
        until: next_change(checked, moment),
    })
}
