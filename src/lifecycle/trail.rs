//! One life, asked about any instant of it.

use super::course::{Life, Step};
use super::machine::Machine;
use super::replay::{Replay, Scratch};
use super::then::{Order, Then, Until};
use crate::lang::States;
use crate::units::Instant;

/// How one customer went through all machines, for conditions that are asked
/// as of one instant after the other.
#[derive(Debug)]
pub struct Trail<'a> {
    machines: &'a [Machine],
    life: Life,
    order: Order,
    /// When a step was taken, each instant once, ascending.
    turns: Vec<Instant>,
}

impl<'a> Trail<'a> {
    /// The life of a customer up to an instant, itself included.
    ///
    /// # Cost
    ///
    /// One replay of this customer.
    pub fn new(
        replay: &Replay<'_>,
        machines: &'a [Machine],
        customer: usize,
        until: Instant,
        scratch: &mut Scratch,
    ) -> Trail<'a> {
        let life = match machines {
            [] => Life::default(),
            _ => replay.life(customer, until, scratch),
        };
        let steps = life.courses.iter().flatten().flat_map(|course| &course.steps);
        let mut turns: Vec<Instant> = steps.filter_map(|step| step.at).collect();
        turns.sort_unstable();
        turns.dedup();
        Trail { machines, order: Order::new(replay.world(), customer), life, turns }
    }

    /// The first instant after another at which a step was taken.
    pub fn turns_after(&self, after: Instant) -> Option<Instant> {
        self.turns.get(self.turns.partition_point(|at| *at <= after)).copied()
    }

    /// The next instant after all of this at which something can change although
    /// nothing happens.
    pub fn wakes(&self) -> Option<Instant> {
        self.life.wakes
    }

    /// What the machines answered at the end of an instant.
    pub fn at(&self, at: Instant) -> impl States + '_ {
        let until = Until::With((Some(at), u8::MAX, usize::MAX));
        Then { machines: self.machines, life: &self.life, order: &self.order, until }
    }

    /// The steps of an instant, each with the position of its machine, in the
    /// order in which they were taken.
    pub fn steps_at(&self, at: Instant) -> Vec<(usize, &Step)> {
        let mut placed = Vec::new();
        for (machine, courses) in self.life.courses.iter().enumerate() {
            for course in courses {
                let mut before = None;
                for step in course.steps.iter().filter(|step| step.at == Some(at)) {
                    // What a decision brings about at its instant comes after it.
                    let place = Some(self.order.place(step)).max(before);
                    before = place;
                    placed.push((place, (machine, step)));
                }
            }
        }
        placed.sort_by_key(|(place, _)| *place);
        placed.into_iter().map(|(_, step)| step).collect()
    }
}
