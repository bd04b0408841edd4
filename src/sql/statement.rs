//! A statement as it is handed to an engine.

use serde::Serialize;

use super::parameter::Parameter;

/// The text of a query, and the values of its parameters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Statement {
    /// One `SELECT` that gives the ids of the members, each once. No value of
    /// an expression is part of it.
    #[serde(rename = "sql")]
    pub text: String,
    /// The parameters, in the order of their numbers or marks.
    pub parameters: Vec<Parameter>,
}
