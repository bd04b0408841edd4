//! Whole numbers of the value part, as people read them.

use std::sync::Arc;

use super::super::customer::Shown;
use crate::lang::Type;
use crate::units::Decimal;
use crate::value::Valuation;

/// A number in units of a type: an amount with its currency, a decimal with its
/// places.
pub(in crate::engine) fn shown(ty: &Type, units: i128) -> Shown {
    let exact =
        |scale: u8| Decimal::new(units, scale).map(|number| number.to_string()).unwrap_or_default();
    match ty {
        Type::Money(currency, scale) => Shown::Text(format!("{} {currency}", exact(*scale))),
        Type::Decimal(scale) => Shown::Text(exact(*scale)),
        _ => Shown::Text(units.to_string()),
    }
}

/// The type of a figure.
pub(super) fn type_of<'v>(valuation: &'v Valuation, figure: &str) -> Option<&'v Type> {
    let known = valuation.names.figures.iter().find(|(name, _)| **name == *figure);
    known.map(|(_, ty)| ty)
}

/// A figure as people read it.
pub(super) fn figure(valuation: &Valuation, name: &str, units: Option<i64>) -> Option<Shown> {
    Some(shown(type_of(valuation, name)?, units?.into()))
}

/// A score with its two places.
pub(super) fn score(hundredths: i64) -> Decimal {
    Decimal::new(hundredths.into(), 2).unwrap_or(Decimal::from_int(0))
}

/// The name of a tier.
pub(super) fn tier(valuation: &Valuation, position: Option<usize>) -> Option<Arc<str>> {
    position.and_then(|position| valuation.tiers.get(position)).map(|tier| tier.name.clone())
}
