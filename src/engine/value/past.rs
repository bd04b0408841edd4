//! Assessments, made where a playbook decides about them.

use std::sync::Arc;

use crate::error::Error;
use crate::facts::Columns;
use crate::lang::{Checked, ScoreName, World};
use crate::lifecycle::Trigger;
use crate::playbook::Playbook;
use crate::store::Store;
use crate::units::Instant;
use crate::value::{Assessments, Assessor, Round, Valuation};

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
        let inside = inside(playbook, &[]);
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

/// What was found over everybody at each assessment up to `until`; `None` where
/// machines and these expressions ask nothing that depends on it, so that the
/// facts of one customer say all about that one.
///
/// # Errors
///
/// What can keep the facts from being read.
pub(in crate::engine) fn rounds(
    store: &Store,
    playbook: &Playbook,
    also: &[&Checked],
    until: Instant,
    known_at: Option<Instant>,
) -> Result<Option<Arc<[Round]>>, Error> {
    let asks =
        |value: &&Arc<Valuation>| value.needs_everybody() && !inside(playbook, also).is_empty();
    let Some(value) = playbook.value().filter(asks) else { return Ok(None) };
    let columns = store.columns(known_at)?;
    let make = || {
        let mut assessor = Assessor::new(value, playbook.world(&columns), &[], until, 1)?;
        assessor.advance(until)?;
        Ok::<_, Error>(assessor.finish(&[]).rounds().into())
    };
    // As in a review, facts that lack what the section reads leave nothing known.
    Ok(make().ok())
}

/// Assessments as they are asked inside histories; nothing where nobody asks.
#[derive(Debug, Default)]
pub(in crate::engine) struct Past(Option<Assessments>);

impl Past {
    /// Those up to `until`, itself included, as machines ask them, and these
    /// expressions.
    ///
    /// Where facts do not have what the section reads, what asks them says so,
    /// each for its customers.
    pub fn new(
        columns: &Columns,
        playbook: &Playbook,
        also: &[&Checked],
        until: Instant,
        threads: usize,
    ) -> Past {
        let inside = inside(playbook, also);
        let Some(value) = playbook.value().filter(|_| !inside.is_empty()) else {
            return Past(None);
        };
        let make = || {
            let world = playbook.world(columns);
            let mut assessor = Assessor::new(value, world, &inside, until, threads)?;
            assessor.advance(until)?;
            Ok::<_, Error>(assessor.finish(&[]))
        };
        Past(make().ok())
    }

    /// The same of some customers alone, by what [`rounds`] found over all.
    pub fn by(
        columns: &Columns,
        playbook: &Playbook,
        also: &[&Checked],
        until: Instant,
        rounds: Option<&Arc<[Round]>>,
    ) -> Past {
        let Some(rounds) = rounds else { return Past::new(columns, playbook, also, until, 1) };
        let inside = inside(playbook, also);
        let make = || {
            let world = playbook.world(columns);
            let assessor = Assessor::new(playbook.value()?, world, &inside, until, 1).ok()?;
            let mut assessor = assessor.going_by(rounds.clone()).ok()?;
            assessor.advance(until).ok()?;
            Some(assessor.finish(&[]))
        };
        Past(make())
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

/// Whether definitions of the playbook or these expressions ask anything that
/// is fixed at assessments.
pub(in crate::engine) fn asks(playbook: &Playbook, also: &[&Checked]) -> bool {
    let segments = playbook.segments().iter().map(|segment| &**segment.condition());
    !scores(segments.chain(also.iter().copied())).is_empty() || !inside(playbook, also).is_empty()
}

/// What machines and these expressions ask, themselves and in segments.
fn inside(playbook: &Playbook, also: &[&Checked]) -> Vec<ScoreName> {
    let transitions = playbook.machines().iter().flat_map(|machine| &machine.transitions);
    let own = transitions.flat_map(|transition| {
        let due = match &transition.trigger {
            Trigger::Due(due) => Some(&**due.expression()),
            _ => None,
        };
        let with = transition.effects.iter().flat_map(|effect| &effect.with);
        let with = with.map(|(_, value)| &**value);
        transition.when.as_deref().into_iter().chain(due).chain(with)
    });
    let own: Vec<&Checked> = own.chain(also.iter().copied()).collect();
    let reads_segments = own.iter().any(|condition| !condition.uses.segments.is_empty());
    // Whichever of the segments they read.
    let segments = playbook.segments().iter().filter(|_| reads_segments);
    scores(own.into_iter().chain(segments.map(|segment| &**segment.condition())))
}

/// Everything that these ask, each once.
fn scores<'c>(conditions: impl Iterator<Item = &'c Checked>) -> Vec<ScoreName> {
    let mut asked: Vec<ScoreName> =
        conditions.flat_map(|condition| condition.uses.scores.iter().cloned()).collect();
    asked.sort();
    asked.dedup();
    asked
}
