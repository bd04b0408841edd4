//! Instants, days, windows, periods, money: the quantities everything else is
//! made of.
//!
//! CRM rules are full of time and money, and go wrong where a host's zone, a
//! clock change, a short month or a binary fraction slips in. Here each
//! quantity has one exact meaning:
//!
//! ```text
//!   Instant ──(Zone)── Day + clock time          Decimal   exact, scale 0..18
//!      │                 │                       Money     i64 minor units + Currency
//!      └── Calendar: add(Period), start_of(Unit) ┘
//!             └── WorkPlan: days worked, their hours
//! ```
//!
//! Promised: bad input is a fault with a code, never a panic; arithmetic is
//! checked; an answer depends on the arguments alone, not on a clock, a
//! locale or the machine's zone.
//!
//! Working time is exact too: a [`WorkPlan`] says which days are worked, holidays
//! and days made up for (调休) among them, and in which hours; a [`Calendar`]
//! that has one counts working days, hours and minutes however far it goes, by
//! one search. About a day that the plan does not know it says so, and never
//! guesses.
//!
//! Not here: exchange rates, names of months, and types of any date library.

mod bucket;
mod calendar;
mod china;
mod choice;
mod civil;
mod currency;
mod day;
mod decimal;
mod instant;
mod money;
mod nearest;
mod period;
mod scan;
mod shown;
mod span;
mod unit;
mod window;
mod work;
mod work_plan;
mod zone;
mod zone_table;

pub use bucket::bucket;
pub use calendar::Calendar;
pub(crate) use calendar::no_work;
pub(crate) use choice::choose;
pub use currency::Currency;
pub use day::{Day, Weekday};
pub use decimal::Decimal;
pub use instant::Instant;
pub use money::{Money, MoneySum};
pub use nearest::nearest;
pub use period::{Period, PeriodUnit, Work};
pub use shown::shown;
pub use span::Span;
pub use unit::Unit;
pub use window::Window;
pub use work_plan::{Hours, WorkPlan};
pub use zone::Zone;
