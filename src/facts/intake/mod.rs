//! Intake.
mod cell;
mod compile;
mod format;
mod identity;
mod layout;
mod line;
mod mapping;
mod mapping_read;
mod report;
mod row;
mod tally;
mod targets;
mod words;

pub use layout::Layout;
pub use line::Lines;
pub use mapping::{Mapping, TableKind, TableMapping};
pub use report::{ColumnReport, LISTED_ROWS, Report, TableReport, Verdicts};
pub use row::{DEFAULT_SOURCE, Taken};
pub use tally::{Filled, Tally};
