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
//! ```
//!
//! Promised: bad input is a fault with a code, never a panic; arithmetic is
//! checked; an answer depends on the arguments alone, not on a clock, a
//! locale or the machine's zone.
//!
//! Not here: working days and holidays, exchange rates, names of months, and
//! types of any date library.

mod calendar;
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
mod unit;
mod window;
mod zone;
mod zone_table;

pub use calendar::Calendar;
pub use currency::Currency;
pub use day::{Day, Weekday};
pub use decimal::Decimal;
pub use instant::Instant;
pub use money::{Money, MoneySum};
pub use nearest::nearest;
pub use period::{Period, PeriodUnit};
pub use shown::shown;
pub use unit::Unit;
pub use window::Window;
pub use zone::Zone;
