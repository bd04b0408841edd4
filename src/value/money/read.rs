//! Numbers, kinds and fields off a definition, each with what is wrong with it.

use crate::error::Code;
use crate::facts::{EventKind, Schema, Type};
use crate::json::{Json, Place, Reader};
use crate::units::{Decimal, shown};

/// An exact number, written as a number or as a text.
pub(super) fn decimal(place: &Place, reader: &mut Reader) -> Option<Decimal> {
    let text = match place.json {
        Json::Number(text) | Json::Text(text) => text,
        other => {
            let found = other.kind_name();
            reader.fault(place.fault(
                Code::WrongJsonType,
                format!("found {}, expected a number like `\"0.35\"`", found.en),
                format!("此处是{}，应为数，例如 `\"0.35\"`", found.zh),
            ));
            return None;
        }
    };
    match Decimal::parse(text) {
        Ok(number) => Some(number),
        Err(error) => {
            reader.error(error, &place.pointer);
            None
        }
    }
}

/// A number from 0 to `most`.
pub(super) fn share(place: &Place, most: i64, reader: &mut Reader) -> Option<Decimal> {
    let number = decimal(place, reader)?;
    let most = Decimal::from_int(most);
    if number.units() >= 0 && number.compare(most).is_le() {
        return Some(number);
    }
    reader.fault(place.fault(
        Code::BadValue,
        format!("`{number}` is outside 0 to {most}"),
        format!("`{number}` 不在 0 到 {most} 之间"),
    ));
    None
}

/// An amount that is not negative, in units of the type's smallest.
pub(super) fn amount(place: &Place, ty: &Type, reader: &mut Reader) -> Option<i64> {
    let number = decimal(place, reader)?;
    if number.units() < 0 {
        reader.fault(place.fault(
            Code::BadValue,
            format!("`{number}` is negative, and a cost is not"),
            format!("`{number}` 为负数，成本不能为负"),
        ));
        return None;
    }
    match number.rescale_exact(scale(ty)) {
        Ok(exact) => i64::try_from(exact.units()).ok().or_else(|| {
            reader.fault(place.fault(Code::Overflow, "the amount is too large", "金额过大"));
            None
        }),
        Err(error) => {
            reader.error(error, &place.pointer);
            None
        }
    }
}

/// How many decimal places a type of amounts has.
pub(super) fn scale(ty: &Type) -> u8 {
    match ty {
        Type::Decimal(scale) => *scale,
        Type::Money(currency) => currency.minor_digits(),
        _ => 0,
    }
}

/// The event kind of this name.
pub(super) fn kind(place: &Place, schema: &Schema, reader: &mut Reader) -> Option<usize> {
    let name = place.word(reader)?;
    let found = schema.kind(name);
    if found.is_none() && !reader.is_spoilt(name) {
        let fault = place.fault(
            Code::UnknownReference,
            format!("no event kind `{}`", shown(name)),
            format!("没有事件类型 `{}`", shown(name)),
        );
        reader.fault_near(fault, name, schema.kinds.iter().map(|kind| &*kind.name));
    }
    found
}

/// The field of this name whose type is one of those that can be.
pub(super) fn field(
    place: &Place,
    kind: &EventKind,
    fits: impl Fn(&Type) -> bool,
    wanted: (&str, &str),
    reader: &mut Reader,
) -> Option<usize> {
    let name = place.word(reader)?;
    let Some(position) = kind.fields.iter().position(|field| &*field.name == name) else {
        if !reader.is_spoilt(name) {
            let (name, owner) = (shown(name), &kind.name);
            let fault = place.fault(
                Code::UnknownReference,
                format!("`{owner}` has no field `{name}`"),
                format!("`{owner}` 没有字段 `{name}`"),
            );
            reader.fault_near(fault, &name, kind.fields.iter().map(|field| &*field.name));
        }
        return None;
    };
    if kind.fields.get(position).is_some_and(|field| fits(&field.ty)) {
        return Some(position);
    }
    let (en, zh) = wanted;
    reader.fault(place.fault(
        Code::BadValue,
        format!("`{}` is not {en}", shown(name)),
        format!("`{}` 不是{zh}", shown(name)),
    ));
    None
}
