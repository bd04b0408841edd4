//! KPIs (考核指标) on the facts: what was achieved, period by period and group by
//! group.
//!
//! ```text
//! Columns ──at the end of each period──> one number a customer ──> cells
//!                                          (the language)          sums over
//!                                                                  customers
//! cells ──> KpiTable: values, sums, what is missing and why
//! ```
//!
//! # What is promised
//!
//! * A period is from its first instant to just before the next one begins; the
//!   answer about it is what would have been answered when it ended, by all that
//!   is known now.
//! * Groups add up: whoever has no group is in the one without a name, and the
//!   whole is counted by itself.
//! * Sums are whole numbers, whatever the number of threads.
//! * A value that cannot be told has a reason, and is never a zero.
//!
//! # What is not here
//!
//! Targets and scores: see the room `kpi`. Nothing is stored.

mod asked;
mod card_view;
mod cells;
mod column;
mod dated;
mod groups;
mod order_value;
mod period;
mod scorecard;
mod table;
mod told;
mod why;

pub(super) use asked::grouping;
pub use asked::{KpiAsked, KpiPeriods, kpis};
pub use card_view::{CardNodeView, ScorecardView};
pub use order_value::{OrderValueView, OrdersAsked, order_value};
pub use scorecard::scorecard;
pub use table::{KpiCell, KpiPeriod, KpiReport, KpiTable};
pub use why::{KpiWhy, WhyGrouping, WhyPart, why};
