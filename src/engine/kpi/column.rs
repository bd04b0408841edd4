//! What an expression comes to for each customer.

use crate::error::Error;
use crate::lang::kernel::{Context, Numbers, numbers};
use crate::lang::{Checked, Type, Value};

/// One expression for everybody: by a kernel where one knows how, otherwise by
/// the reference.
pub(super) struct Column<'a> {
    pub checked: &'a Checked,
    context: &'a Context<'a>,
    numbers: Option<Numbers>,
}

impl<'a> Column<'a> {
    pub fn new(checked: &'a Checked, context: &'a Context<'a>, threads: usize) -> Column<'a> {
        Column { checked, context, numbers: numbers(checked, context, threads) }
    }

    /// The number of a customer: units of its type, 1 for yes, microseconds;
    /// `None` where it is missing.
    pub fn number(&self, customer: usize) -> Result<Option<i128>, Error> {
        match self.numbers.as_ref().and_then(|numbers| numbers.get(customer)) {
            Some(known) => Ok(known),
            None => units(self.checked.result(), &self.value(customer)?),
        }
    }

    /// The value of a customer, by the reference.
    pub fn value(&self, customer: usize) -> Result<Value, Error> {
        self.checked.evaluate(&self.context.subject(Some(customer)))
    }
}

/// A value in units of its type; `None` where it is missing.
pub(super) fn units(ty: &Type, value: &Value) -> Result<Option<i128>, Error> {
    Ok(Some(match value {
        Value::Bool(yes) => i128::from(*yes),
        Value::Int(number) => i128::from(*number),
        Value::Decimal(number) | Value::Money(number, _) => {
            let scale = match ty {
                Type::Decimal(scale) | Type::Money(_, scale) => *scale,
                _ => number.scale(),
            };
            number.rescale_exact(scale)?.units()
        }
        Value::Duration(length) => i128::from(length.nanos() / 1_000),
        Value::Timestamp(at) => i128::from(at.split().0.micros()),
        _ => return Ok(None),
    }))
}
