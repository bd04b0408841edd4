//! What the facts say about who holds whom.

use std::ops::ControlFlow;
use std::sync::Arc;

use crate::account::{Claims, Part, Pool, Standing};
use crate::engine::answers::{Options, answers_for, context};
use crate::engine::value::Past;
use crate::error::{Code, Error, Fault};
use crate::facts::{Act, Columns, Evidence, Snapshot, Value};
use crate::lang::{Checked, Value as Found};
use crate::lifecycle::{Choice, Course, Machine, ahead, fold, horizon, watch};
use crate::playbook::Playbook;
use crate::units::{Calendar, Instant, Unit};
use crate::value::Round;

/// Some customers at an instant, as far as it matters who holds them.
pub(super) struct Book<'a> {
    playbook: &'a Playbook,
    claims: &'a Claims,
    columns: &'a Columns,
    at: Instant,
    machine: &'a Machine,
    /// Its position.
    place: usize,
    /// Positions of the two states.
    free: usize,
    held: usize,
    /// What was found over everybody, where machines ask for it.
    rounds: Option<Arc<[Round]>>,
}

/// A stretch of time in which a customer was in somebody's hands.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Hold {
    owner: Option<Box<str>>,
    from: i64,
    /// `None`: it goes on.
    until: Option<i64>,
}

impl<'a> Book<'a> {
    /// What these columns say at an instant.
    pub(super) fn new(
        playbook: &'a Playbook,
        claims: &'a Claims,
        columns: &'a Columns,
        at: Instant,
        rounds: Option<Arc<[Round]>>,
    ) -> Result<Self, Error> {
        let machine = playbook.machine_named(&claims.machine)?;
        let same = |it: &Machine| it.name == machine.name;
        let place = playbook.machines().iter().position(same).unwrap_or_default();
        let state = |name: &str| machine.state(name).ok_or_else(internal);
        let (free, held) = (state(&claims.free)?, state(&claims.held)?);
        Ok(Book { playbook, claims, columns, at, machine, place, free, held, rounds })
    }

    pub(super) fn calendar(&self) -> &'a Calendar {
        self.playbook.calendar()
    }

    /// Where a customer stands, and who holds it since when.
    pub(super) fn standing(&self, customer: usize) -> Result<(Standing, Evidence), Error> {
        let past = Past::by(self.columns, self.playbook, &[], self.at, self.rounds.as_ref());
        let world = past.world(self.playbook, self.columns);
        let (life, coming) = ahead(world, self.playbook.machines(), customer, self.at);
        let course = life.courses.get(self.place).and_then(|courses| courses.first());
        let course = course.ok_or_else(internal)?;
        let state = self.machine.states.get(course.state).ok_or_else(internal)?;
        let mut evidence = Evidence { state: Box::from(&*state.name), ..Evidence::default() };
        let later = self.acts(customer).filter(|at| self.at.micros() < *at).max();
        evidence.decided = later.map(Instant::clamped);
        let standing = if self.machine.is_in(course.state, self.held) {
            let hold = self.hold_spans(customer, course).pop();
            let hold = hold.filter(|hold| hold.until.is_none());
            evidence.holder = hold.as_ref().and_then(|hold| hold.owner.clone());
            let since = hold.map(|hold| hold.from).filter(|from| *from != i64::MIN);
            evidence.held_since = since.map(Instant::clamped);
            Standing::Held
        } else if self.machine.is_in(course.state, self.free) {
            Standing::Free
        } else {
            let next = coming.iter().find(|it| it.machine == self.place);
            let opens = next.filter(|it| self.machine.is_in(it.to, self.free));
            evidence.free_from = opens.map(|it| it.at);
            Standing::Neither
        };
        Ok((standing, evidence))
    }

    /// The first pool that a customer is in.
    pub(super) fn pool(&self, customer: usize) -> Result<Option<&'a Pool>, Error> {
        let snapshot = Snapshot::new(self.columns, self.at);
        let pools = self.claims.pools.iter();
        let whens: Vec<&Checked> = pools.filter_map(|pool| pool.when.as_deref()).collect();
        let answers = answers_for(&snapshot, self.playbook, &whens, Options::default());
        let context = context(&snapshot, self.playbook, &answers);
        for pool in &self.claims.pools {
            match &pool.when {
                Some(when) if !context.ask(when, when.tree.root, customer)? => {}
                _ => return Ok(Some(pool)),
            }
        }
        Ok(None)
    }

    /// What an expression comes to for a customer.
    pub(super) fn value(&self, expression: &Checked, customer: usize) -> Result<Found, Error> {
        let snapshot = Snapshot::new(self.columns, self.at);
        let answers = answers_for(&snapshot, self.playbook, &[expression], Options::default());
        let context = context(&snapshot, self.playbook, &answers);
        expression.evaluate(&context.subject(Some(customer)))
    }

    /// The same for a number; a missing one is no limit, one below zero is zero.
    pub(super) fn number(
        &self,
        expression: &Checked,
        customer: usize,
    ) -> Result<Option<u32>, Error> {
        Ok(match self.value(expression, customer)? {
            Found::Int(number) => Some(u32::try_from(number.max(0)).unwrap_or(u32::MAX)),
            _ => None,
        })
    }

    /// How many customers an owner holds, of those that count: at the instant,
    /// or when something was last given to the owner, if that is later.
    pub(super) fn holds(&self, owner: &str, pool: &Pool) -> Result<u32, Error> {
        let numbers = 0..self.columns.n_customers();
        let last = numbers.flat_map(|customer| self.owners(customer));
        let last = last.filter(|(_, name)| **name == *owner).map(|(at, _)| at).max();
        let when = self.at.max(last.map_or(self.at, Instant::clamped));
        let snapshot = Snapshot::new(self.columns, when);
        let counts: Vec<&Checked> = pool.counts.as_deref().into_iter().collect();
        let answers = answers_for(&snapshot, self.playbook, &counts, Options::default());
        let context = context(&snapshot, self.playbook, &answers);
        let standing = answers.states.machine(&self.machine.name);
        let members = standing.and_then(|it| it.members(&self.claims.held)).ok_or_else(internal)?;
        let mut holds = 0;
        for customer in snapshot.population().rows().filter(|it| members.has(*it)) {
            let owners = self.owners(customer);
            let holder = owners.iter().rfind(|(at, _)| *at <= when.micros());
            if holder.is_none_or(|(_, name)| **name != *owner) {
                continue;
            }
            let counts = match &pool.counts {
                Some(counts) => context.ask(counts, counts.tree.root, customer)?,
                None => true,
            };
            holds += u32::from(counts);
        }
        Ok(holds)
    }

    /// How many customers an owner has claimed in the stretch of the calendar
    /// around the instant, held still or not; and when the next one begins.
    pub(super) fn claimed(&self, owner: &str, unit: Unit) -> Result<(u32, Instant), Error> {
        let calendar = self.calendar();
        let from = calendar.start_of(self.at, unit, 0)?;
        let next = calendar.start_of(self.at, unit, 1)?;
        let within = |at: i64| from.micros() <= at && at < next.micros();
        let there = |customer: &usize| self.columns.is_there(*customer, self.at);
        let rule = self.claims.rule(Act::Claim).ok_or_else(internal)?;
        let field = rule.field(Part::Owner).ok_or_else(internal)?;
        let customers = (0..self.columns.n_customers()).filter(there);
        let rows = customers.flat_map(|customer| self.rows(rule.kind, customer));
        let ours = rows.filter(|row| {
            within(self.row_at(rule.kind, *row))
                && self.text(rule.kind, field, *row).as_deref() == Some(owner)
        });
        Ok((u32::try_from(ours.count()).unwrap_or(u32::MAX), next))
    }

    /// When an owner last ceased to hold a customer.
    pub(super) fn held_last(&self, customer: usize, owner: &str) -> Result<Option<Instant>, Error> {
        let past = Past::by(self.columns, self.playbook, &[], self.at, self.rounds.as_ref());
        let world = past.world(self.playbook, self.columns);
        let life = fold(world, self.playbook.machines(), customer, self.at);
        let course = life.courses.get(self.place).and_then(|courses| courses.first());
        let holds = self.hold_spans(customer, course.ok_or_else(internal)?);
        let ours = holds.iter().filter(|hold| hold.owner.as_deref() == Some(owner));
        Ok(ours.filter_map(|hold| hold.until).max().map(Instant::clamped))
    }

    /// When a hold ends if nothing happens from now on; `None` where no end is
    /// in sight.
    pub(super) fn held_until(&self, customer: usize) -> Result<Option<Instant>, Error> {
        let past = Past::by(self.columns, self.playbook, &[], self.at, self.rounds.as_ref());
        let world = past.world(self.playbook, self.columns);
        let until = horizon(self.calendar(), self.at);
        let go_on = &mut |_: &Choice<'_>| ControlFlow::Continue(());
        let life = watch(world, self.playbook.machines(), customer, self.at, until, go_on);
        let course = life.courses.get(self.place).and_then(|courses| courses.first());
        let steps = &course.ok_or_else(internal)?.steps;
        let coming = steps.iter().filter(|step| step.at.is_some_and(|at| self.at < at));
        let mut ends = coming.filter(|step| !self.machine.is_in(step.to, self.held));
        Ok(ends.next().and_then(|step| step.at))
    }

    /// How often a hold was extended that began then.
    pub(super) fn extended(&self, customer: usize, since: Option<Instant>) -> u32 {
        let Some(rule) = self.claims.rule(Act::Extend) else { return 0 };
        let since = since.map_or(i64::MIN, Instant::micros);
        let rows = self.rows(rule.kind, customer);
        let count = rows.filter(|row| {
            let at = self.row_at(rule.kind, *row);
            since <= at && at <= self.at.micros()
        });
        u32::try_from(count.count()).unwrap_or(u32::MAX)
    }

    /// When somebody held the customer, by the states it was in and the events
    /// that named owners, in order of time.
    fn hold_spans(&self, customer: usize, course: &Course) -> Vec<Hold> {
        let owners = self.owners(customer);
        let mut out: Vec<Hold> = Vec::new();
        let mut since: Option<i64> = None;
        for step in course.steps.iter().filter(|step| step.moved()) {
            let at = step.at.map_or(i64::MIN, Instant::micros);
            match (since, self.machine.is_in(step.to, self.held)) {
                (None, true) => since = Some(at),
                (Some(from), false) => {
                    out.extend(shared(&owners, from, Some(at)));
                    since = None;
                }
                _ => {}
            }
        }
        if let Some(from) = since {
            let known = owners.into_iter().filter(|(at, _)| *at <= self.at.micros());
            out.extend(shared(&known.collect::<Vec<_>>(), from, None));
        }
        out
    }

    /// Who was named as owner when, in the order of history.
    fn owners(&self, customer: usize) -> Vec<(i64, Box<str>)> {
        let rules = self.claims.rules.iter();
        let fields: Vec<(usize, usize)> =
            rules.filter_map(|rule| Some((rule.kind, rule.field(Part::Owner)?))).collect();
        let (from, until) = self.columns.timeline.range(customer);
        let mut next: Vec<usize> =
            self.columns.kinds.iter().map(|events| events.range(customer).0).collect();
        let mut out = Vec::new();
        for place in from..until {
            let kind = self.columns.timeline.kinds.get(place) as usize;
            let Some(row) = next.get_mut(kind) else { continue };
            let this = *row;
            *row += 1;
            let field = fields.iter().find(|(of, _)| *of == kind);
            let owner = field.and_then(|(_, field)| self.text(kind, *field, this));
            out.extend(owner.map(|owner| (self.row_at(kind, this), owner)));
        }
        out
    }

    /// When anything was done with the customer.
    fn acts(&self, customer: usize) -> impl Iterator<Item = i64> + '_ {
        let kinds = self.claims.rules.iter().map(|rule| rule.kind);
        kinds.flat_map(move |kind| self.rows(kind, customer).map(move |row| self.row_at(kind, row)))
    }

    fn rows(&self, kind: usize, customer: usize) -> std::ops::Range<usize> {
        let (from, until) = self.columns.kinds.get(kind).map_or((0, 0), |it| it.range(customer));
        from..until
    }

    fn row_at(&self, kind: usize, row: usize) -> i64 {
        self.columns.kinds.get(kind).map_or(0, |events| events.at.micros(row))
    }

    fn text(&self, kind: usize, field: usize, row: usize) -> Option<Box<str>> {
        let ty = &self.columns.schema.kinds.get(kind)?.fields.get(field)?.ty;
        match self.columns.kinds.get(kind)?.fields.get(field)?.value(row, ty)? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// The parts of a stretch of time, one for each owner that was named.
fn shared(owners: &[(i64, Box<str>)], from: i64, until: Option<i64>) -> Vec<Hold> {
    let end = until.unwrap_or(i64::MAX);
    let first = owners.iter().rfind(|(at, _)| *at <= from).map(|(_, owner)| owner.clone());
    let mut out = vec![Hold { owner: first, from, until }];
    for (at, owner) in owners.iter().filter(|(at, _)| from < *at && *at < end) {
        if let Some(open) = out.last_mut()
            && open.owner.as_ref() != Some(owner)
        {
            open.until = Some(*at);
            out.push(Hold { owner: Some(owner.clone()), from: *at, until });
        }
    }
    out
}

fn internal() -> Error {
    Fault::new(
        Code::Internal,
        "the machine of `claims` cannot be asked",
        "无法询问 `claims` 所用的生命周期",
    )
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretch_of_time_is_shared_among_those_who_were_named() {
        let owners: Vec<(i64, Box<str>)> =
            vec![(1, "li".into()), (5, "wang".into()), (7, "wang".into()), (9, "li".into())];
        let hold = |owner: &str, from, until| Hold { owner: Some(owner.into()), from, until };
        let found = shared(&owners, 1, Some(9));
        assert_eq!(found, [hold("li", 1, Some(5)), hold("wang", 5, Some(9))]);
        let open = shared(&owners, 5, None);
        assert_eq!(open, [hold("wang", 5, Some(9)), hold("li", 9, None)]);
        let nobody = shared(&[], 3, None);
        assert_eq!(nobody, [Hold { owner: None, from: 3, until: None }]);
    }
}
