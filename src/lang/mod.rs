//! The one small language.

pub mod bounds;
pub mod catalogue;
mod check;
pub mod cost;
mod lexer;
mod literal;
mod parse;
mod print;
pub mod scope;
pub mod tree;
pub mod types;

pub use check::{Checked, Uses, check, check_condition};
pub use cost::Cost;
pub use lexer::is_identifier;
pub use parse::{element_spans, parse, parse_bytes};
pub use print::{print, print_node, quoted};
pub use scope::{Meaning, Parameter, Scope};
pub use tree::Tree;
pub use types::{Kinds, Type};
