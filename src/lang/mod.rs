//! The one small language.

mod aggregate;
pub mod bounds;
pub mod catalogue;
mod check;
pub mod cost;
mod evaluate;
mod functions;
pub mod kernel;
mod lexer;
mod lint;
mod literal;
mod operate;
mod parse;
mod print;
pub mod scope;
mod subject;
mod time;
pub mod tree;
mod typed;
pub mod types;
mod value;

pub use check::{Checked, Uses, check, check_condition};
pub use cost::Cost;
pub use evaluate::{Environment, evaluate, evaluate_typed, holds};
pub use functions::compile;
pub use lexer::is_identifier;
pub use parse::{element_spans, parse, parse_bytes};
pub use print::{print, print_node, quoted};
pub use scope::{Meaning, Parameter, Scope};
pub use subject::Subject;
pub use time::{Duration, Timestamp};
pub use tree::Tree;
pub use typed::{Bindings, from_typed, to_typed};
pub use types::{Kinds, Type};
pub use value::{List, Record, Value};
