//! What counts as a purchase, and how its times are counted.

use crate::error::{Code, Fault};
use crate::facts::{Schema, Type};
use crate::json::Written;
use crate::json::{Place, Reader};
use crate::lang;
use crate::units::{Day, shown};
use crate::value::cbs::{self, Step};

/// What a purchase is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purchases {
    /// The event kind, by its position in the schema.
    pub kind: usize,
    /// The field with what was paid, by its position in the kind.
    pub amount: Option<usize>,
    /// Events that give money back and their field.
    pub refunds: Option<(usize, usize)>,
    /// Purchases within one of these are one.
    pub grain: Step,
    /// What times are told in.
    pub unit: Step,
    /// When a day begins, in microseconds after midnight.
    pub day_starts: i64,
    /// The type of an amount in expressions.
    pub money: Option<lang::Type>,
}

impl Purchases {
    pub(super) fn read(place: &Place, schema: &Schema, reader: &mut Reader) -> Option<Purchases> {
        let mut object = place.object(reader)?;
        let kind = Written::need(&mut object, "event", reader);
        let kind = kind.and_then(|event| find_kind(&event, schema, reader));
        let amount = Written::get(&mut object, "amount", reader);
        let amount = amount.and_then(|field| {
            let found = kind.and_then(|kind| find_amount(&field, kind, schema, reader));
            if found.is_none() {
                // It is named, only wrongly: money need not ask for it again.
                reader.spoil(&field.pointer);
            }
            found
        });
        let refunds = object.get("refunds");
        let wants_refunds = refunds.is_some();
        let refunds = refunds.and_then(|place| {
            let refunds = read_refunds(&place, schema, reader)?;
            refuse_unlike(&place, kind.zip(amount), refunds, schema, reader).then_some(refunds)
        });
        let step =
            |object: &mut crate::json::Object<'_>, key, usual, reader: &mut Reader| match object
                .get(key)
            {
                Some(place) => read_step(&place, reader),
                None => Some(usual),
            };
        let grain = step(&mut object, "grain", Step::Day, reader);
        let unit = step(&mut object, "unit", Step::Week, reader);
        let day_starts = match object.get("day_starts") {
            Some(place) => read_time(&place, reader),
            None => Some(0),
        };
        object.close(reader);
        if wants_refunds && refunds.is_none() {
            return None;
        }
        let kind = kind?;
        let money = amount.and_then(|field| declared(schema, kind, field).map(lang::Type::of));
        Some(Purchases {
            kind,
            amount,
            refunds,
            grain: grain?,
            unit: unit?,
            day_starts: day_starts?,
            money,
        })
    }

    /// The same for the statistics of customers.
    pub fn statistics(&self, calibration_end: Day) -> cbs::Definition {
        cbs::Definition {
            purchases: self.kind,
            amount: self.amount,
            refunds: self.refunds,
            grain: self.grain,
            unit: self.unit,
            day_starts: self.day_starts,
            calibration_end,
            holdout_end: None,
        }
    }

    /// Decimal places of an amount.
    pub fn scale(&self) -> Option<u8> {
        match self.money.as_ref()? {
            lang::Type::Money(_, scale) | lang::Type::Decimal(scale) => Some(*scale),
            _ => Some(0),
        }
    }
}

fn declared(schema: &Schema, kind: usize, field: usize) -> Option<&Type> {
    Some(&schema.kinds.get(kind)?.fields.get(field)?.ty)
}

pub(super) fn find_kind(event: &Written, schema: &Schema, reader: &mut Reader) -> Option<usize> {
    let kind = schema.kind(&event.text);
    if kind.is_none() && !reader.is_spoilt(&event.text) {
        let names = schema.kinds.iter().map(|kind| &*kind.name);
        event.unknown(("event kind", "事件类型"), names, reader);
    }
    kind
}

fn find_amount(
    field: &Written,
    kind: usize,
    schema: &Schema,
    reader: &mut Reader,
) -> Option<usize> {
    let fields = &schema.kinds.get(kind)?.fields;
    let Some(position) = fields.iter().position(|it| it.name == field.text) else {
        let names = fields.iter().map(|field| &*field.name);
        field.unknown(("field", "字段"), names, reader);
        return None;
    };
    if let Some(Type::Int | Type::Decimal(_) | Type::Money(_)) = declared(schema, kind, position) {
        return Some(position);
    }
    let name = &field.text;
    let fault = Fault::new(
        Code::TypeMismatch,
        format!("`{name}` is no amount, expected an `int`, a `decimal` or `money`"),
        format!("`{name}` 不是金额，应为 `int`、`decimal` 或 `money`"),
    );
    reader.fault(fault.at(field.pointer.as_str()));
    None
}

fn read_refunds(place: &Place, schema: &Schema, reader: &mut Reader) -> Option<(usize, usize)> {
    let mut object = place.object(reader)?;
    let kind = Written::need(&mut object, "event", reader);
    let kind = kind.and_then(|event| find_kind(&event, schema, reader));
    let amount = Written::need(&mut object, "amount", reader);
    let amount = amount.and_then(|field| find_amount(&field, kind?, schema, reader));
    object.close(reader);
    kind.zip(amount)
}

/// Refunds are taken off what was paid, so both are of one type.
fn refuse_unlike(
    place: &Place,
    paid: Option<(usize, usize)>,
    (kind, field): (usize, usize),
    schema: &Schema,
    reader: &mut Reader,
) -> bool {
    let ours = paid.and_then(|(kind, field)| declared(schema, kind, field));
    if ours.is_some() && ours == declared(schema, kind, field) {
        return true;
    }
    reader.fault(
        place
            .fault(
                Code::TypeMismatch,
                "refunds cannot be taken off amounts of another type",
                "退款与购买的金额类型不同，不能相减",
            )
            .hint(
                "give purchases an `amount`, and declare both fields with one type and currency",
                "请为购买指定 `amount`，并将两个字段声明为同一类型、同一币种",
            ),
    );
    false
}

fn read_step(place: &Place, reader: &mut Reader) -> Option<Step> {
    let word = place.word(reader)?;
    let step = Step::parse(word);
    if step.is_none() {
        let given = shown(word);
        let fault = place.fault(
            Code::BadValue,
            format!("`{given}` is not a grain, expected `day` or `week`"),
            format!("`{given}` 不是时间粒度，应为 `day` 或 `week`"),
        );
        reader.fault_near(fault, word, [Step::Day.name(), Step::Week.name()]);
    }
    step
}

/// A time of day, `4:00`, in microseconds after midnight.
fn read_time(place: &Place, reader: &mut Reader) -> Option<i64> {
    let word = place.word(reader)?;
    let part = |text: &str, below: i64| {
        let digits =
            !text.is_empty() && text.len() <= 2 && text.bytes().all(|b| b.is_ascii_digit());
        text.parse::<i64>().ok().filter(|number| digits && *number < below)
    };
    let time = word.split_once(':').and_then(|(hours, minutes)| {
        let minutes = part(minutes, 60).filter(|_| minutes.len() == 2)?;
        Some((part(hours, 24)? * 60 + minutes) * 60_000_000)
    });
    if time.is_none() {
        let given = shown(word);
        reader.fault(place.fault(
            Code::BadValue,
            format!("`{given}` is not a time of day, expected one from `0:00` to `23:59`"),
            format!("`{given}` 不是一天中的时刻，应为 `0:00` 到 `23:59`"),
        ));
    }
    time
}
