//! How what happened gets into the records: with delay, sometimes twice,
//! sometimes wrong at first.

use super::event::{Cell, Column, Event, Kind, Relation, Source};
use super::firm::Firm;
use super::random::Random;
use super::rhythm::{DAY, END, Seconds};

/// Purpose of the stream that draws how a story is recorded.
const RECORDING: u64 = 3;

/// Writes one customer's story into the records.
pub struct Clerk<'a> {
    firm: &'a Firm,
    random: Random,
    teller: u32,
    next: u32,
    out: &'a mut dyn FnMut(&Event),
}

impl<'a> Clerk<'a> {
    /// The clerk of one customer's story.
    pub fn new(firm: &'a Firm, seed: u64, teller: u32, out: &'a mut dyn FnMut(&Event)) -> Self {
        let random = Random::stream(seed, RECORDING, u64::from(teller));
        Clerk { firm, random, teller, next: 1, out }
    }

    /// Records an event; what the export cannot hold yet is dropped.
    ///
    /// Returns its number, for corrections, unless it was dropped.
    pub fn record(&mut self, event: Event) -> Option<u32> {
        let seen = event.at + self.delay(&event);
        if event.kind == Kind::Purchase && self.random.chance(0.003) {
            return self.mistype(event, seen);
        }
        let number = self.file(event.clone(), seen, Relation::None);
        if event.kind == Kind::Purchase && self.random.chance(0.0015) {
            self.enter_twice(event, seen);
        }
        number
    }

    /// Replaces an event by what is known of it now.
    pub fn correct(&mut self, event: Event, number: u32, seen: Seconds) {
        self.file(event, seen, Relation::Supersedes(number));
    }

    fn file(&mut self, mut event: Event, seen: Seconds, relation: Relation) -> Option<u32> {
        if event.at >= END || seen >= END {
            return None;
        }
        event.teller = self.teller;
        event.number = self.next;
        event.relation = relation;
        event.seen = seen;
        self.next += 1;
        let number = event.number;
        (self.out)(&event);
        // A system that is not sure whether a message arrived sends it again.
        if self.random.chance(0.004) {
            event.seen = seen + 60 + (self.random.exponential() * 2.0 * DAY as f64) as Seconds;
            if event.seen < END {
                (self.out)(&event);
            }
        }
        Some(number)
    }

    /// Ten times the amount at first, put right some days later.
    fn mistype(&mut self, right: Event, seen: Seconds) -> Option<u32> {
        let mut wrong = right.clone();
        if let Cell::Fen(fen) = right.cell(Column::Amount) {
            wrong = wrong.with(Column::Amount, Cell::Fen(fen * 10));
        }
        let number = self.file(wrong, seen, Relation::None)?;
        let noticed = self.firm.office.after(seen, 1.0 + 3.0 * self.random.exponential());
        self.correct(right, number, noticed);
        Some(number)
    }

    /// The same purchase under a second number, taken back later.
    fn enter_twice(&mut self, event: Event, seen: Seconds) {
        let Some(again) = self.file(event.clone(), seen + 30, Relation::None) else { return };
        let noticed = self.firm.office.after(seen, 1.0 + 5.0 * self.random.exponential());
        self.file(event, noticed, Relation::Retracts(again));
    }

    /// How long it takes until one of the firm's systems has an event.
    fn delay(&mut self, event: &Event) -> Seconds {
        let random = &mut self.random;
        let usual = match event.kind.source() {
            Source::Web => random.between(0, 90),
            Source::Service => random.between(30, 1_800),
            Source::Erp => 5 * 60,
            Source::Crm => {
                let days = 0.3 * random.exponential();
                self.firm.office.after(event.at, days) - event.at
            }
        };
        let is_late = random.chance(0.015);
        usual
            + if is_late {
                ((3.0 + 18.0 * random.exponential()) * DAY as f64) as Seconds
            } else {
                0
            }
    }
}
