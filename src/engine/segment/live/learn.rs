//! What becomes of one customer of whom something was learnt.

use super::ground::has;
use super::look::Around;
use super::turn::{SegmentTurn, TurnedBy};
use super::{Fresh, SegmentsLive, replay, since_when, told, words_of};
use crate::facts::{Body, Columns, ColumnsBuilder, Correction, Fact, Touched};
use crate::segment::NEVER;
use crate::units::Instant;
use std::collections::BTreeSet;
use std::sync::Arc;

impl<'a> SegmentsLive<'a> {
    /// What becomes of one customer now that all of these facts are known about
    /// it: who came in, who went out.
    ///
    /// # Inputs
    ///
    /// `columns`: everything that is known about this customer, early and late,
    /// old and new, by the same schema. `learnt`: the facts that are new, so that
    /// turns name them. Facts after [`now`](SegmentsLive::now) wait for their
    /// instant.
    ///
    /// # Output
    ///
    /// `None` where the facts of one customer do not say all: the columns do not
    /// hold the customer, it was merged with others, or a segment asks for
    /// assessments that depend on everybody. Then nothing was taken in, and
    /// [`renew`](SegmentsLive::renew) knows.
    ///
    /// # Cost
    ///
    /// A look at each value of this customer to see what is new, and the clauses of
    /// the segments that read it, each once; a replay where segments read
    /// lifecycles.
    pub fn apply(
        &mut self,
        id: &str,
        columns: Columns,
        learnt: &[&Fact],
    ) -> Option<Vec<SegmentTurn>> {
        let own = columns.customer(id).filter(|_| columns.spans.is_empty())?;
        let known = self.number(id);
        if self.ground.ranked || known.is_some_and(|number| self.columns.is_merged(number)) {
            return None;
        }
        let was_known = known.is_some_and(|number| self.is_known(number));
        let number = known.unwrap_or_else(|| self.welcome(id));
        let mut fresh = Fresh { id: id.into(), columns, own, waiting: Vec::new() };
        let touched = match self.fresh.remove(&number) {
            Some(old) => {
                fresh.waiting = old.waiting;
                fresh.columns.touched(own, &old.columns, old.own)
            }
            None => fresh.columns.touched(own, self.columns, number),
        };
        let touched = was_known.then_some(&touched);
        Some(self.take_in((number, fresh), touched, learnt))
    }

    /// What becomes of a customer by one event that nobody knew of.
    ///
    /// # Inputs
    ///
    /// `fact`: an event that is new, as the log says, that corrects nothing and that
    /// nothing corrects; it may be late, or lie in the future. `sequence`: its place in the log.
    ///
    /// # Output
    ///
    /// As of [`apply`](SegmentsLive::apply) with everything that is known; and
    /// `None`, with nothing taken in, where that gives none, for any other fact, at
    /// an instant at which something else happened to the customer (which was first
    /// is told by ids, which columns do not hold), and for a customer who was erased or
    /// restricted, or about whose states somebody decided: then `apply` knows.
    ///
    /// # Cost
    ///
    /// The clauses of the segments that read events of its kind, each once; a replay
    /// where segments read lifecycles. The first time a copy of the customer's facts.
    pub fn hear(&mut self, fact: &Fact, sequence: u64) -> Option<Vec<SegmentTurn>> {
        let (Body::Event { kind, fields }, Some(at)) = (&fact.body, fact.at) else { return None };
        let restricted = self.columns.is_restricted(&fact.customer);
        if fact.correction != Correction::None || self.ground.ranked || restricted {
            return None;
        }
        let Some(number) = self.number(&fact.customer) else {
            let mut alone = ColumnsBuilder::new(&self.columns.schema);
            alone.push(sequence, Instant::MIN, fact);
            return self.apply(&fact.customer, alone.finish(), &[fact]);
        };
        if !self.fresh.contains_key(&number) {
            let columns = self.columns.alone_if_plain(number)?;
            let id = fact.customer.clone();
            self.fresh.insert(number, Fresh { id, columns, own: 0, waiting: Vec::new() });
        }
        let was_known = self.is_known(number);
        let fresh = self.fresh.get(&number)?;
        if !fresh.columns.is_plain() || fresh.columns.happened_at(at) {
            return None;
        }
        let mut fresh = self.fresh.remove(&number)?;
        fresh.columns.insert(*kind, at, fields, u32::try_from(sequence).unwrap_or(u32::MAX));
        let touched = Touched { kinds: vec![*kind], ..Touched::default() };
        Some(self.take_in((number, fresh), was_known.then_some(&touched), &[fact]))
    }

    /// A number for somebody who was not there.
    fn welcome(&mut self, id: &str) -> usize {
        let number = self.due.len();
        self.newcomers.insert(id.into(), number);
        self.due.push(NEVER);
        self.held.resize(self.held.len() + self.ground.n_words(), 0);
        number
    }

    /// Looks at a customer of whom something was learnt. `touched`: what is
    /// otherwise than it was; `None` for who was not known.
    fn take_in(
        &mut self,
        (number, mut fresh): (usize, Fresh),
        touched: Option<&Touched>,
        learnt: &[&Fact],
    ) -> Vec<SegmentTurn> {
        let own = fresh.own;
        fresh.waiting.retain(|fact| fact.at.is_some_and(|at| self.now < at));
        let later = learnt.iter().filter(|fact| fact.at.is_some_and(|at| self.now < at));
        fresh.waiting.extend(later.map(|fact| (*fact).clone()));
        match touched.filter(|_| fresh.columns.is_known(own, self.now)) {
            Some(touched) => self.ground.touch.of(touched, &mut self.looker.which),
            None => self.looker.which.clone_from(&self.ground.touch.all),
        }
        let is_part = self.looker.which != self.ground.touch.all;
        let past = self.past_of(Some(&fresh));
        let turns = {
            let past = past.as_ref().unwrap_or(&self.past);
            let world = past.world(self.ground.playbook, &fresh.columns);
            let replay = replay(&self.ground, world);
            let around =
                Around::new(world, own, replay.as_ref(), (&self.ground, self.now), &mut None);
            let change = self.looker.look(&self.ground, &around, self.now);
            let next = change.min(around.next(self.now)).min(around.wakes());
            let before = self.due_or(number);
            let next = if is_part { next.min(before) } else { next };
            let mut turned = Vec::new();
            let words = words_of(&mut self.held, number, self.ground.n_words());
            self.looker.settle(words, |place, entered| turned.push((place, entered)));
            if next != before {
                self.due[number] = next;
                self.dues.put(number as u32, next);
            }
            let turns = turned.into_iter().map(|(place, entered)| {
                let since = || match learnt.iter().all(|fact| fact.at == Some(self.now)) {
                    true if !learnt.is_empty() => Some(self.now),
                    _ => since_when(&self.ground, world, own, place, self.now),
                };
                SegmentTurn {
                    at: self.now,
                    customer: fresh.id.clone(),
                    segment: self.ground.name(place),
                    entered,
                    since: if entered { since() } else { None },
                    by: TurnedBy::Learnt,
                    facts: told(&self.ground, place, learnt.iter().copied()),
                }
            });
            turns.collect()
        };
        if !self.ground.machines.is_empty() && !fresh.columns.overrides.of(own).is_empty() {
            self.restless.insert(number);
        }
        self.fresh.insert(number, fresh);
        self.tidy();
        turns
    }

    /// Everybody anew, by all facts: after a merge, an erasure, or many facts at
    /// once. What is told is who came in and who went out in comparison with
    /// before.
    ///
    /// # Cost
    ///
    /// That of [`new`](SegmentsLive::new).
    pub fn renew(&mut self, columns: &'a Columns) -> Vec<SegmentTurn> {
        let names: Vec<Arc<str>> = self.segments().cloned().collect();
        let memberships = |live: &SegmentsLive<'a>| -> BTreeSet<(Box<str>, usize)> {
            let places = 0..live.ground.segments.len();
            let numbers = 0..live.due.len();
            let all = numbers.flat_map(|number| {
                let words = live.words(number);
                let within = places.clone().filter(move |place| has(words, *place));
                within.map(move |place| (Box::from(live.id(number)), place))
            });
            all.collect()
        };
        let before = memberships(self);
        self.columns = columns;
        self.newcomers.clear();
        self.fresh.clear();
        self.begin();
        let after = memberships(self);
        let turn = |(customer, place): &(Box<str>, usize), entered: bool| SegmentTurn {
            at: self.now,
            customer: customer.clone(),
            segment: names.get(*place).cloned().unwrap_or_default(),
            entered,
            since: match entered {
                true => self.since(&self.ground.name(*place), customer).ok().flatten(),
                false => None,
            },
            by: TurnedBy::Learnt,
            facts: Vec::new(),
        };
        let left = before.difference(&after).map(|it| turn(it, false));
        let mut out: Vec<SegmentTurn> =
            left.chain(after.difference(&before).map(|it| turn(it, true))).collect();
        out.sort_by(|a, b| (&a.customer, &a.segment).cmp(&(&b.customer, &b.segment)));
        out
    }
}
