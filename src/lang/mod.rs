//! The one small language.

pub mod bounds;
mod lexer;
mod literal;
mod parse;
pub mod tree;

pub use lexer::is_identifier;
pub use parse::{element_spans, parse, parse_bytes};
pub use tree::Tree;
