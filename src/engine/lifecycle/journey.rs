//! One customer's way through all machines, ready to be asked about.

use std::sync::Arc;

use super::history::{self, StepExplained, StepView, Teller};
use super::standing::{CustomerMachine, customer_machines};
use crate::engine::value::{Past, rounds};
use crate::error::Error;
use crate::facts::{Columns, ColumnsBuilder, Recorded};
use crate::lang::Checked;
use crate::playbook::Playbook;
use crate::store::Store;
use crate::units::Instant;
use crate::value::Round;

/// One customer at an instant: where they are in each machine (客户历程), how
/// they came there, and what comes next.
#[derive(Debug)]
pub struct Journey<'p> {
    pub(in crate::engine) playbook: &'p Playbook,
    /// The facts that count, by sequence.
    pub(in crate::engine) facts: Vec<Recorded>,
    pub(in crate::engine) columns: Columns,
    pub(in crate::engine) customer: usize,
    pub(in crate::engine) id: Box<str>,
    pub(in crate::engine) as_of: Instant,
    /// What was found over everybody, where machines ask for it.
    pub(in crate::engine) rounds: Option<Arc<[Round]>>,
}

impl Store {
    /// One customer's way through all machines, as of `as_of`, by what was
    /// known at `known_at` (`None`: by all that is known). Loads the facts of
    /// this customer alone, and once everybody's where machines ask for tiers
    /// that depend on all.
    ///
    /// # Errors
    ///
    /// [`UnknownCustomer`](crate::Code::UnknownCustomer) when nobody has this id or no fact had
    /// happened, and what can keep the facts from being read.
    pub fn journey<'p>(
        &self,
        playbook: &'p Playbook,
        as_of: Instant,
        known_at: Option<Instant>,
        id: &str,
    ) -> Result<Journey<'p>, Error> {
        self.journey_for(playbook, &[], (as_of, known_at), id)
    }

    /// The same for the sake of further conditions.
    pub(in crate::engine) fn journey_for<'p>(
        &self,
        playbook: &'p Playbook,
        also: &[&Checked],
        (as_of, known_at): (Instant, Option<Instant>),
        id: &str,
    ) -> Result<Journey<'p>, Error> {
        self.check_unrestricted(id)?;
        let (facts, erased) = (self.customer_facts(id, known_at)?, self.erased_from(id)?);
        let rounds = rounds(self, playbook, also, as_of, known_at)?;
        Ok(Journey { rounds, ..Journey::until(playbook, facts, as_of, id, erased)? })
    }
}

impl<'p> Journey<'p> {
    /// The journey that facts tell. All are about this customer, and by the
    /// schema of the playbook. Where machines ask for tiers that depend on
    /// everybody, everybody is this one: [`Store::journey`] knows the others.
    ///
    /// # Errors
    ///
    /// [`UnknownCustomer`](crate::Code::UnknownCustomer) when none had happened by `as_of`.
    pub fn of(
        playbook: &'p Playbook,
        facts: Vec<Recorded>,
        as_of: Instant,
        id: &str,
    ) -> Result<Journey<'p>, Error> {
        Journey::until(playbook, facts, as_of, id, None)
    }

    /// The same for what is left of somebody who is gone from an instant on.
    fn until(
        playbook: &'p Playbook,
        facts: Vec<Recorded>,
        as_of: Instant,
        id: &str,
        erased: Option<Instant>,
    ) -> Result<Journey<'p>, Error> {
        let mut columns = ColumnsBuilder::new(playbook.schema());
        for Recorded { sequence, seen, fact } in &facts {
            columns.push(*sequence, *seen, fact);
        }
        if let Some(erased) = erased {
            columns.erase(id, erased);
        }
        let columns = columns.finish();
        let customer = columns.customer_at(id, as_of);
        match customer.filter(|customer| columns.is_known(*customer, as_of)) {
            Some(customer) => {
                // The id that stays, where this one was merged away.
                let id = columns.customers.get(customer).cloned().unwrap_or_default();
                Ok(Journey { playbook, facts, columns, customer, id, as_of, rounds: None })
            }
            None => Err(super::super::customer::unknown(&columns, id, as_of)),
        }
    }

    /// What was decided.
    pub fn playbook(&self) -> &'p Playbook {
        self.playbook
    }

    /// The customer's id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The instant of the answers.
    pub fn as_of(&self) -> Instant {
        self.as_of
    }

    /// Where the customer is in each machine, since when, and what is due next.
    pub fn states(&self) -> Vec<CustomerMachine> {
        let past = Past::by(&self.columns, self.playbook, &[], self.as_of, self.rounds.as_ref());
        let world = past.world(self.playbook, &self.columns);
        customer_machines(world, self.playbook, self.as_of, self.customer)
    }

    /// Every step so far, in the order in which they were taken.
    pub fn history(&self) -> Vec<StepView> {
        self.explain().into_iter().map(|explained| explained.step).collect()
    }

    /// The same, each with its reasons: the condition clause by clause, and what
    /// kept the other ways out of the state.
    pub fn explain(&self) -> Vec<StepExplained> {
        history::explained(self, self.as_of, self.as_of)
    }

    /// Whose steps are told, and by which facts.
    pub(super) fn teller(&self) -> Teller<'_> {
        Teller { columns: &self.columns, customer: self.customer, facts: &self.facts }
    }
}
