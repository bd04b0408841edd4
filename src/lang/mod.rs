//! The one small language.
pub mod tree;
