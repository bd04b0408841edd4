//! Expressions that group customers.

use crate::error::{Code, Error, Fault};
use crate::lang::types::Kinds;
use crate::lang::{Checked, Scope, check};

/// What groups customers: a text, a label, a whole number, or yes and no.
///
/// # Errors
///
/// Every fault of the expression, with its place.
pub(super) fn grouping(source: &str, scope: &Scope<'_>) -> Result<Checked, Error> {
    let checked = check(source, scope)?;
    let wanted = Kinds::TEXT.or(Kinds::ENUM).or(Kinds::INT).or(Kinds::BOOL);
    if checked.result().is(wanted) {
        return Ok(checked);
    }
    let (found, wanted) = (checked.result().words(), wanted.words());
    let fault = Fault::new(
        Code::TypeMismatch,
        format!("found {}, expected {}", found.en, wanted.en),
        format!("此处是{}，应为{}", found.zh, wanted.zh),
    );
    Err(fault.span(0, source.len()).into())
}
