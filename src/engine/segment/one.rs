//! One customer and one segment, ready to be asked as of any instant.

use crate::engine::lifecycle::Journey;
use crate::engine::value::Past;
use crate::facts::Columns;
use crate::lang::{Checked, States, World};
use crate::lifecycle::{Replay, Trail};
use crate::playbook::Playbook;
use crate::segment::{Backdrop, Walk};
use crate::units::Instant;

impl Backdrop for Trail<'_> {
    fn turns_after(&self, after: Instant) -> Option<Instant> {
        Trail::turns_after(self, after)
    }

    fn at(&self, at: Instant) -> Box<dyn States + '_> {
        Box::new(Trail::at(self, at))
    }
}

/// What somebody asks who walks through the history of one customer.
pub(super) struct Asking<'a, 'w> {
    pub walk: Walk<'w>,
    pub trail: &'a Trail<'w>,
    pub world: World<'w>,
}

/// Asks about the customer of a journey, as far as `until`, by these of its
/// facts.
pub(super) fn ask<T>(
    journey: &Journey<'_>,
    columns: &Columns,
    condition: &Checked,
    until: Instant,
    question: impl FnOnce(Asking<'_, '_>) -> T,
) -> T {
    let playbook: &Playbook = journey.playbook;
    let past = Past::by(columns, playbook, &[condition], until, journey.rounds.as_ref());
    let world = past.world(playbook, columns);
    let replay = Replay::new(world, playbook.machines());
    let mut scratch = replay.scratch();
    let machines = playbook.machines();
    let trail = Trail::new(&replay, machines, journey.customer, until, &mut scratch);
    let walk = Walk::new(world, journey.customer, &trail);
    question(Asking { walk, trail: &trail, world })
}
