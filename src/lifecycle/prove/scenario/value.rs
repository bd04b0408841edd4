//! Values and their places among those of their type.

use super::super::range::Point;
use crate::facts::{Type, Value};

/// A value that differs from another one.
pub(super) fn another(value: &Value, ty: &Type) -> Option<Value> {
    Some(match value {
        Value::Bool(yes) => Value::Bool(!yes),
        Value::Int(whole) => Value::Int(whole ^ 1),
        Value::Exact(units) => Value::Exact(units ^ 1),
        Value::Date(day) => Value::Date(day.add_days(-1).ok()?),
        Value::Instant(at) => Value::Instant(at.checked_add_micros(-1).ok()?),
        Value::Text(text) => match ty {
            Type::Enum(labels) => {
                let other = labels.iter().find(|label| label.name != (&**text).into())?;
                Value::Text((&*other.name).into())
            }
            _ => Value::Text(format!("{text}x").into()),
        },
        Value::Set(_) => Value::Set(Vec::new()),
    })
}

/// The place of a value among those of its type.
pub(super) fn point(value: &Value, ty: &Type) -> Option<Point> {
    let exact = |units: i64, scale: u8| {
        crate::units::Decimal::new(units.into(), scale).ok().map(Point::Number)
    };
    match (value, ty) {
        (Value::Bool(yes), _) => Some(Point::Bool(*yes)),
        (Value::Int(whole), _) => Some(Point::Int(*whole)),
        (Value::Exact(units), Type::Decimal(scale)) => exact(*units, *scale),
        (Value::Exact(units), Type::Money(currency)) => exact(*units, currency.minor_digits()),
        (Value::Date(day), _) => Some(Point::Day(*day)),
        (Value::Text(text), _) => Some(Point::Text((&**text).into())),
        _ => None,
    }
}

/// A point as a value of a type, exactly or not at all.
pub(super) fn written(point: &Point, ty: &Type) -> Option<Value> {
    let units = |number: &crate::units::Decimal, scale: u8| {
        i64::try_from(number.rescale_exact(scale).ok()?.units()).ok().map(Value::Exact)
    };
    match (point, ty) {
        (Point::Bool(yes), Type::Bool) => Some(Value::Bool(*yes)),
        (Point::Int(whole), Type::Int) => Some(Value::Int(*whole)),
        (Point::Number(number), Type::Decimal(scale)) => units(number, *scale),
        (Point::Number(number), Type::Money(currency)) => units(number, currency.minor_digits()),
        (Point::Text(text), Type::Text(_) | Type::Contact(_)) => {
            Some(Value::Text((&**text).into()))
        }
        (Point::Day(day), Type::Date) => Some(Value::Date(*day)),
        (Point::Time(at), Type::Instant) => Some(Value::Instant(at.split().0)),
        _ => None,
    }
}
