//! Assessments, made where a playbook decides about them.

use crate::error::Error;
use crate::facts::Columns;
use crate::lang::{Checked, ScoreName, World};
use crate::lifecycle::Trigger;
use crate::playbook::Playbook;
use crate::units::Instant;
use crate::value::{Assessments, Assessor};

/// All assessments up to `until`, itself included, ready for the conditions of
/// the playbook and for those in `also`; `None` where it has no such section.
///
/// # Errors
///
/// Facts that do not have what the section reads.
pub(in crate::engine) fn assessments(
    columns: &Columns,
    playbook: &Playbook,
    also: &[&Checked],
    until: Instant,
    threads: usize,
) -> Option<Result<Assessments, Error>> {
    let value = playbook.value()?;
    let make = || {
        let inside = of_machines(playbook);
        let world = playbook.world(columns);
        let mut assessor = Assessor::new(value, world, &inside, until, threads)?;
        assessor.advance(until)?;
        let segments = playbook.segments().iter().map(|segment| &**segment.condition());
        let asked = scores(segments.chain(also.iter().copied()));
        let mut made = assessor.finish(&asked);
        made.prepare(&asked);
        Ok(made)
    };
    Some(make())
}

/// Assessments as machines ask them inside histories; nothing where no machine
/// does.
#[derive(Debug, Default)]
pub(in crate::engine) struct Past(Option<Assessments>);

impl Past {
    /// Those up to `until`, itself included.
    ///
    /// Where facts do not have what the section reads, machines that ask it say
    /// so, each for its customers.
    pub fn new(columns: &Columns, playbook: &Playbook, until: Instant, threads: usize) -> Past {
        if !playbook.machines().iter().any(|machine| machine.assessed) {
            return Past(None);
        }
        Past(assessments(columns, playbook, &[], until, threads).and_then(Result::ok))
    }

    /// The world of a playbook, with them in it.
    pub fn world<'a>(&'a self, playbook: &'a Playbook, columns: &'a Columns) -> World<'a> {
        with(playbook.world(columns), self.0.as_ref())
    }
}

/// A world with the assessments that machines ask.
pub(in crate::engine) fn with<'a>(world: World<'a>, made: Option<&'a Assessments>) -> World<'a> {
    match made.and_then(Assessments::history) {
        Some(kept) => World { scores: Some(kept), ..world },
        None => world,
    }
}

/// What machines ask, themselves and in segments.
fn of_machines(playbook: &Playbook) -> Vec<ScoreName> {
    let machines = playbook.machines();
    if !machines.iter().any(|machine| machine.assessed) {
        return Vec::new();
    }
    let transitions = machines.iter().flat_map(|machine| &machine.transitions);
    let own = transitions.flat_map(|transition| {
        let due = match &transition.trigger {
            Trigger::Due(due) => Some(due.expression()),
            _ => None,
        };
        let with = transition.effects.iter().flat_map(|effect| &effect.with);
        let with = with.map(|(_, value)| &**value);
        transition.when.as_deref().into_iter().chain(due).chain(with)
    });
    // Whichever of the segments they read.
    let segments = playbook.segments().iter().map(|segment| &**segment.condition());
    scores(own.chain(segments))
}

fn scores<'c>(conditions: impl Iterator<Item = &'c Checked>) -> Vec<ScoreName> {
    let mut asked: Vec<ScoreName> =
        conditions.flat_map(|condition| condition.uses.scores.iter().cloned()).collect();
    asked.sort();
    asked.dedup();
    asked
}
