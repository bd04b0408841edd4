//! The purchases of customers, followed from one instant to the next.

use super::build::{Source, amount_type, places, refund};
use super::ruler::Ruler;
use super::{Cbs, Definition, History, Purchase, Summary};
use crate::error::Error;
use crate::facts::Columns;
use crate::units::{Calendar, Day, Instant, Zone};
use crate::value::Row;

/// The purchases of everybody, to be looked at as of any instant up to some
/// last one.
#[derive(Debug)]
pub(in crate::value) struct Watch<'a> {
    source: Source<'a>,
    ruler: Ruler,
    /// Without anybody in it: it knows units and places.
    empty: Cbs,
    zone: &'a Zone,
    day_starts: i64,
}

/// How far one customer's purchases were followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::value) struct Followed {
    /// What they come to so far.
    pub history: History,
    /// The first rows that are still to come.
    purchase: usize,
    refund: usize,
}

/// How far time has come for the models: the last whole day before an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::value) struct Today {
    /// That day.
    pub day: Day,
    /// The grain it lies in.
    grain: u32,
}

impl<'a> Watch<'a> {
    /// Ready to be asked about instants up to `until`.
    ///
    /// # Errors
    ///
    /// As [`Cbs::new`]; the end of the calibration plays no part.
    pub fn new(
        columns: &'a Columns,
        definition: &Definition,
        calendar: &'a Calendar,
        until: Instant,
    ) -> Result<Watch<'a>, Error> {
        let source = Source::of(columns, definition)?;
        let scale = amount_type(columns, definition.purchases, definition.amount)?;
        let Definition { grain, day_starts, .. } = *definition;
        let from = source.purchases.at.earliest().map_or(until, Instant::clamped).min(until);
        let last = calendar.zone().day_of(until);
        let ruler = Ruler::new(grain, calendar, day_starts, from, last)?;
        let empty = Cbs::empty(definition, scale.as_ref().map(places));
        Ok(Watch { source, ruler, empty, zone: calendar.zone(), day_starts })
    }

    /// A customer of whom nothing was followed yet.
    pub fn start(&self, customer: usize) -> Followed {
        Followed {
            history: History::default(),
            purchase: self.source.purchases.range(customer).0,
            refund: self.source.refunds.map_or(0, |(refunds, _)| refunds.range(customer).0),
        }
    }

    /// Takes what happened up to `at`, itself included.
    ///
    /// # Cost
    ///
    /// A constant for each purchase that is new.
    pub fn follow(&self, customer: usize, followed: &mut Followed, at: Instant) {
        let (_, until) = self.source.purchases.range(customer);
        let back_until = self.source.refunds.map_or(0, |(refunds, _)| refunds.range(customer).1);
        self.take(followed, (until, back_until), at.micros());
    }

    /// What purchases and refunds come to up to certain rows: the first ones of
    /// each that are left out.
    pub fn history_to(&self, customer: usize, ends: (usize, usize)) -> History {
        let mut followed = self.start(customer);
        self.take(&mut followed, ends, i64::MAX);
        followed.history
    }

    fn take(&self, followed: &mut Followed, (until, back_until): (usize, usize), cut: i64) {
        loop {
            let (row, back) = (followed.purchase, followed.refund);
            let bought = (row < until).then(|| self.source.purchases.at.micros(row));
            let given = self.source.refunds.filter(|_| back < back_until);
            let given = given.map(|refunds| (refunds.0.at.micros(back), refunds));
            match (bought.filter(|at| *at <= cut), given.filter(|(at, _)| *at <= cut)) {
                // A purchase comes before money given back at the same instant.
                (bought, Some((at, refunds))) if bought.is_none_or(|bought| at < bought) => {
                    refund(refunds, back, &mut |at, amount| {
                        self.push(&mut followed.history, at, amount)
                    });
                    followed.refund += 1;
                }
                (Some(at), _) => {
                    self.push(&mut followed.history, at, self.source.paid(row));
                    followed.purchase += 1;
                }
                _ => return,
            }
        }
    }

    /// The same from the beginning, plainly.
    pub fn history(&self, customer: usize, at: Instant) -> History {
        let mut history = History::default();
        self.source.each(customer, |when, amount| {
            if when <= at.micros() {
                self.push(&mut history, when, amount);
            }
        });
        history
    }

    fn push(&self, history: &mut History, at: i64, amount: Option<i64>) {
        history.push(Purchase { grain: self.ruler.grain(at), amount });
    }

    /// How far time has come at an instant.
    pub fn today(&self, at: Instant) -> Today {
        let (day, time) = self.zone.local(at);
        let back = if time < self.day_starts { 1 } else { 0 };
        let day = i64::from(day.days()) - back;
        let begin = self.zone.instant(Day::clamped(day), self.day_starts).micros();
        Today { day: Day::clamped(day - 1), grain: self.ruler.grain(begin.saturating_sub(1)) }
    }

    /// What the models read of a customer; `None` for who has not bought.
    ///
    /// Whole days are counted; who bought today was seen today.
    pub fn row(&self, history: &History, today: Today) -> Option<Row> {
        let (first, last) = history.span()?;
        Some(self.empty.row(&Summary {
            customer: 0,
            first,
            recency: last - first,
            age: today.grain.max(last) - first,
            history: *history,
            holdout_frequency: 0,
            holdout_spend: super::Spend::default(),
        }))
    }

    /// When the models begin to count so many grains since a first purchase:
    /// when the first day of the last of them is over. `None` past the
    /// calendar.
    pub fn counts_from(&self, first: u32, age: u32) -> Option<Instant> {
        let begin = Instant::clamped(self.ruler.begin(0)?);
        let (mut day, time) = self.zone.local(begin);
        if time < self.day_starts {
            day = day.add_days(-1).ok()?;
        }
        let grains = i64::from(first) + i64::from(age);
        let day = day.add_days(grains * i64::from(self.empty.grain.days()) + 1).ok()?;
        Some(self.zone.instant(day, self.day_starts))
    }
}
