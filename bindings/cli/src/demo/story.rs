//! One customer's story: heard of the firm, looked around, perhaps bought,
//! came back, and one day did not.

use super::clerk::Clerk;
use super::customer::Customer;
use super::event::{Cell, Column, Event, Kind};
use super::firm::{self, Firm};
use super::random::Random;
use super::rhythm::{DAY, END, Seconds};

/// Purpose of the stream that draws what happens to a customer.
const LIFE: u64 = 4;

/// How much happens, so that a wanted number of events comes out.
#[derive(Debug, Clone, Copy)]
pub struct Scale {
    /// Factor of the pace of buying.
    pub buying: f64,
    /// Factor of browsing, reading and writing.
    pub touching: f64,
    /// Factor of the chance of everything that may follow from something else.
    pub following: f64,
}

impl Scale {
    /// The scale at which about `level` times the natural number happens.
    pub fn of(level: f64) -> Scale {
        let (small, large) = (level.min(1.0), level.max(1.0));
        // Beyond the natural number mostly visits are added: nobody buys
        // coffee ten times a day.
        Scale { buying: small * libm::sqrt(large), touching: level, following: small }
    }
}

/// A customer's story while it is told.
pub struct Story<'a> {
    pub(super) firm: &'a Firm,
    pub(super) customer: &'a Customer,
    pub(super) scale: Scale,
    pub(super) random: Random,
    pub(super) clerk: Clerk<'a>,
    /// How content the customer is now, 0 to 1.
    pub(super) content: f64,
    /// Orders so far.
    pub(super) orders: u32,
}

/// Tells the story of a customer to `out`, in no particular order.
///
/// `referrer` is who may have brought them.
pub fn tell(
    firm: &Firm,
    seed: u64,
    scale: Scale,
    customer: &Customer,
    referrer: Option<u32>,
    out: &mut dyn FnMut(&Event),
) {
    let mut story = Story {
        firm,
        customer,
        scale,
        random: Random::stream(seed, LIFE, u64::from(customer.number)),
        clerk: Clerk::new(firm, seed, customer.number, out),
        content: customer.content,
        orders: 0,
    };
    let intent = story.hears_of_us(referrer);
    let (interest_ends, buys_at) = story.decides(intent);
    story.looks_around(customer.arrived, interest_ends, 0.11);
    let left = match buys_at {
        Some(first) => story.buys_and_comes_back(first),
        None => interest_ends,
    };
    story.reads_mail(left);
    if customer.in_community {
        story.writes_in_community(left);
    }
}

impl Story<'_> {
    /// An event of this customer.
    pub(super) fn event(&self, kind: Kind, at: Seconds) -> Event {
        Event::new(kind, self.customer.number, at)
    }

    /// Whether something that may follow does follow.
    pub(super) fn follows(&mut self, chance: f64) -> bool {
        self.random.chance(chance * self.scale.following)
    }

    /// Who looks after this customer at a time.
    pub(super) fn owner(&self, at: Seconds) -> usize {
        if self.customer.owner == firm::ACE && at >= firm::ACE_LEFT {
            return 1 + self.customer.number as usize % 6;
        }
        self.customer.owner
    }

    /// The staff member as a cell.
    pub(super) fn by(position: usize) -> Cell {
        Cell::Word(firm::STAFF[position].id)
    }

    /// The first contact. Returns how much it adds to the wish to buy.
    fn hears_of_us(&mut self, referrer: Option<u32>) -> f64 {
        let Customer { arrived, heard, number, .. } = *self.customer;
        match heard {
            firm::BY_REFERRAL => {
                if let Some(referrer) = referrer {
                    let brought = Event::new(Kind::Referral, referrer, arrived)
                        .with(Column::Of, Cell::Customer(number));
                    self.clerk.record(brought);
                }
                self.visit(arrived + 600);
                0.9
            }
            firm::BY_ADVERTISEMENT => {
                self.visit(arrived);
                let paid = self
                    .event(Kind::Cost, arrived)
                    .with(Column::Amount, Cell::Fen(self.random.between(3_500, 9_000)))
                    .with(Column::Topic, Cell::Word("获客"));
                if self.follows(1.0) {
                    self.clerk.record(paid);
                }
                -0.2
            }
            _ if heard == firm::MET_IN_PERSON[0] => {
                let by = self.owner(arrived);
                let met = self
                    .event(Kind::Contact, self.firm.office.after(arrived, 0.01))
                    .with(Column::Channel, Cell::Word("门店"))
                    .with(Column::By, Self::by(by))
                    .with(Column::Topic, Cell::Word("到店咨询"));
                self.clerk.record(met);
                0.6
            }
            _ if heard == firm::MET_IN_PERSON[1] => {
                self.attends_seminar(arrived);
                0.5
            }
            _ => {
                self.visit(arrived);
                if heard == 5 { 0.5 } else { 0.0 }
            }
        }
    }

    /// Seminars, calls and quotes before the first purchase. Returns when the
    /// interest ends, and when the first purchase is, if there is one.
    fn decides(&mut self, intent: f64) -> (Seconds, Option<Seconds>) {
        let arrived = self.customer.arrived;
        let mut wish = -0.45 + intent + 0.25 * libm::log(self.customer.income as f64 / 8_000.0);
        if self.follows(0.1) {
            let days = self.random.between(4, 25);
            let at = self.firm.buying.moment(&mut self.random, arrived, days);
            self.attends_seminar(at);
            wish += 0.8;
        }
        if self.follows(0.22) {
            let at = self.firm.office.after(arrived, 1.0 + 4.0 * self.random.exponential());
            self.is_called(at, "跟进");
            wish += 0.3;
        }
        if self.follows(0.16) {
            let at = self.firm.office.after(arrived, 2.0 + 6.0 * self.random.exponential());
            self.is_quoted(at);
            wish += 0.5;
        }
        let interest = 0.5 + 26.0 * self.random.exponential();
        let ends = self.firm.buying.after(arrived, interest);
        if !self.random.chance(1.0 / (1.0 + libm::exp(-wish))) {
            if self.follows(0.06) {
                self.cancels_order(ends);
            }
            return (ends, None);
        }
        let waits = 0.05 + 16.0 * self.random.gamma(0.8);
        let first = self.firm.buying.after(arrived, waits);
        (first, (first < END).then_some(first))
    }

    /// Purchases until the customer leaves for good or the export is made.
    /// Returns when they left.
    fn buys_and_comes_back(&mut self, first: Seconds) -> Seconds {
        let mut at = first;
        let mut came_back = false;
        loop {
            self.purchases(at);
            let next = self.firm.buying.after(at, self.random.exponential() / self.pace(at));
            let gone = at
                + (self.random.exponential() / self.chance_of_leaving(at) * DAY as f64)
                    .min(END as f64) as Seconds;
            if next <= gone {
                self.looks_around(at, next, 0.024);
                if next >= END {
                    return END;
                }
                at = next;
                continue;
            }
            self.looks_around(at, gone, 0.024);
            if came_back || !self.follows(0.1) {
                return gone;
            }
            came_back = true;
            let away = self.random.between(70, 260);
            at = self.firm.buying.moment(&mut self.random, gone, away);
            self.content = 0.65;
            if at >= END {
                return gone;
            }
            let by = self.owner(at);
            let call = self
                .event(Kind::Contact, self.firm.office.after(at - 4 * DAY, 0.2))
                .with(Column::Channel, Cell::Word("企业微信"))
                .with(Column::By, Self::by(by))
                .with(Column::Topic, Cell::Word("挽回"));
            self.clerk.record(call);
        }
    }

    /// Purchases a busy day, from now on: the content buy more often, and
    /// since prices went up those who have little buy less.
    fn pace(&self, at: Seconds) -> f64 {
        let mood = libm::exp(0.9 * (self.content - 0.65));
        let price =
            if at >= firm::PRICES_RAISED && self.customer.income < 7_000 { 0.7 } else { 1.0 };
        (self.customer.pace * mood * price * self.scale.buying).max(1e-9)
    }

    /// Chance a day of leaving, from now on: the discontent leave, and so do
    /// some whom the best salesman looked after.
    fn chance_of_leaving(&self, at: Seconds) -> f64 {
        let mood = libm::exp(2.4 * (0.65 - self.content));
        let orphaned = self.customer.owner == firm::ACE && at >= firm::ACE_LEFT;
        (self.customer.leaving * mood * if orphaned { 1.8 } else { 1.0 }).max(1e-9)
    }

    /// Makes the customer more or less content.
    pub(super) fn feel(&mut self, change: f64) {
        self.content = (self.content + change).clamp(0.02, 0.99);
    }
}
