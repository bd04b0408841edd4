//! The one small language: what a segment, a guard, a tier rule and a filter
//! of a KPI are written in.
//!
//! ```text
//! text --parse--> Tree --check--> Checked --kernel--> everybody at once
//!  ^               |                 |
//!  +---- print ----+                 +--evaluate--> one customer, plainly
//!                  |
//!                  +--evaluate--> a value, names bound by hand (CEL, unchecked)
//! ```
//!
//! The text is a profile of CEL, the Common Expression Language, with calendar
//! periods, exact numbers, aggregates over events and missing values:
//!
//! ```text
//! region in ['华东', '华南'] && age >= 30 && purchases.within(days(90)).size() >= 3
//! ```
//!
//! # What is promised
//!
//! * One meaning: the reference in [`evaluate()`] is the slow and obvious one,
//!   and every other way to answer gives the same bits.
//! * Two-valued: a comparison with a missing value is false, and `!` is the
//!   exact complement, so a condition and its negation are everybody.
//! * Exact: amounts and decimals never pass through a binary fraction, and the
//!   places of a result depend on its operands' types alone.
//! * Bounded: no text aborts, hangs or exhausts the stack; see [`bounds`].
//! * Every fault has its bytes, its reason and, where there is one, a way out.
//!
//! # What is not here
//!
//! A clock (`now` is given), randomness, user-defined functions, recursion,
//! SQL. Bytes, unsigned numbers, maps, messages and optionals of CEL are read
//! and refused by name.

mod access;
mod aggregate;
mod among;
pub mod bounds;
pub mod catalogue;
mod check;
mod checked;
pub mod complete;
mod constant;
pub mod cost;
mod environment;
mod evaluate;
pub mod explain;
mod fading;
mod foresee;
mod format;
mod functions;
pub mod kernel;
mod lengths;
mod lexer;
mod lint;
mod literal;
mod math;
mod moment;
mod noted;
mod operate;
mod panel;
mod parse;
mod passage;
mod past;
mod print;
mod quick;
mod regular;
pub mod rqb;
pub mod scope;
mod score;
mod search;
pub mod sentence;
mod sequence;
mod session;
mod stretch;
mod strings;
mod subject;
mod time;
pub mod tree;
mod typed;
pub mod types;
mod value;

pub use among::{Among, Standing};
pub use check::{check, check_condition};
pub use checked::{Checked, Uses};
pub use constant::Constants;
pub use cost::Cost;
pub(crate) use environment::Nobody;
pub use environment::{Asked, Environment};
pub use evaluate::{evaluate, evaluate_typed, holds};
pub use explain::{
    Explanation, Room, explain, explain_all, explain_through, origin, worded, worded_length,
};
pub use foresee::{about_everybody, next_change, unforeseen};
pub use functions::compile;
pub use lengths::Lengths;
pub use lexer::is_identifier;
pub use moment::{Moment, States, World};
pub use noted::noted;
pub use panel::{Answer as PanelAnswer, Found, Panel};
pub use parse::{element_spans, parse, parse_bytes};
pub use print::{print, print_node, quoted};
pub use quick::{Length, Quick};
pub use scope::{MachineNames, Meaning, Parameter, Scope, ValueNames};
pub use score::{Score, ScoreHistory, ScoreName, Scores};
pub use stretch::{Stretch, Travelled, Ways};
pub use subject::Subject;
pub use time::{Duration, Timestamp};
pub use tree::Tree;
pub use typed::{Bindings, from_typed, to_typed};
pub use types::{Kinds, Type};
pub use value::{List, Record, Value};
