//! What serving a customer costs, by what was done.

use std::sync::Arc;

use super::definition::Paid;
use super::read;
use crate::error::Code;
use crate::facts::{EventKind, Type};
use crate::json::{Json, Object, Place, Reader};
use crate::units::Decimal;

/// Something that is done for customers, and what it costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity {
    /// What it is called.
    pub name: Arc<str>,
    /// The event kind, by its position in the schema.
    pub kind: usize,
    /// What one event costs.
    pub cost: Cost,
}

/// What one event costs, in units of the amount's smallest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cost {
    /// Always as much.
    Each(i64),
    /// The time it takes, at an hourly rate.
    Time {
        /// How long it takes.
        minutes: Minutes,
        /// What an hour costs.
        per_hour: i64,
    },
    /// What a field of the event says; by its position in the kind.
    Field(usize),
    /// Interest on an amount that is paid late: for each day after the free
    /// ones that it was not paid, the annual rate over 365.
    ///
    /// Days are those of the calendar. What has no date of payment, or a later
    /// one than today, is not paid, and costs more every day.
    Late {
        /// The field with the amount.
        amount: usize,
        /// The field with the day or instant of payment.
        paid: usize,
        /// Days after the event that cost nothing.
        free_days: u32,
        /// The annual rate, from 0 to 1.
        per_year: Decimal,
    },
}

/// How long one event takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Minutes {
    /// Always as long.
    Each(Decimal),
    /// What a field says: its position in the kind, and its decimal places.
    Field(usize, u8),
}

/// How an activity says what it costs: the key that only this way has.
const WAYS: [&str; 4] = ["each", "minutes", "field", "late"];

/// Keys that go with one of the ways only: the key, the way.
const BESIDE: [(&str, &str); 4] =
    [("per_hour", "minutes"), ("amount", "late"), ("free_days", "late"), ("per_year", "late")];

impl Activity {
    /// The activities of a map, by name; `None` where one has a fault.
    pub(super) fn read_all(
        place: &Place,
        reader: &mut Reader,
        paid: &Paid<'_>,
    ) -> Option<Vec<Activity>> {
        let entries = place.entries(reader)?;
        let read = |(name, place): &(&str, Place)| {
            let is_name = reader.check_name(name, &place.pointer);
            Activity::read(name, place, reader, paid).filter(|_| is_name)
        };
        let all: Vec<Option<Activity>> = entries.iter().map(read).collect();
        all.into_iter().collect()
    }

    fn read(name: &str, place: &Place, reader: &mut Reader, paid: &Paid<'_>) -> Option<Activity> {
        let mut object = place.object(reader)?;
        let event = object.need(reader, "event");
        let position = event.and_then(|place| read::kind(&place, paid.schema, reader));
        let ways: Vec<&str> = WAYS.into_iter().filter(|way| has(place, way)).collect();
        let kind = position.and_then(|position| paid.schema.kinds.get(position));
        let mut cost = None;
        match (ways.as_slice(), kind) {
            ([way], Some(kind)) => {
                cost = read_way(way, &mut object, reader, (kind, paid));
                for (key, goes_with) in BESIDE.into_iter().filter(|(_, with)| with != way) {
                    let with = format!("`{goes_with}`");
                    object.misplaced(reader, key, &with, &format!(" {with}"));
                }
            }
            // What the others would have to be is not known, only that they exist.
            (ways, _) => {
                let keys = WAYS.into_iter().chain(BESIDE.map(|(key, _)| key));
                keys.for_each(|key| drop(object.get(key)));
                if ways.len() != 1 {
                    reader.fault(which_way(place, ways));
                }
            }
        }
        object.close(reader);
        Some(Activity { name: name.into(), kind: position?, cost: cost? })
    }
}

fn has(place: &Place, key: &str) -> bool {
    place.json.get(key).is_some()
}

fn which_way(place: &Place, ways: &[&str]) -> crate::error::Fault {
    let fault = if ways.is_empty() {
        place.fault(Code::MissingKey, "nothing says what this costs", "没有说明这项活动的成本")
    } else {
        let both = ways.join("`, `");
        place.fault(
            Code::BadValue,
            format!("`{both}` each say what this costs, expected one of them"),
            format!("`{both}` 都在说明成本，只能用其中一个"),
        )
    };
    fault.hint(
        "`each` (an amount), `minutes` with `per_hour`, `field`, or `late` with `amount` and `per_year`",
        "可用 `each`（金额）、`minutes` 加 `per_hour`、`field`，或 `late` 加 `amount` 与 `per_year`",
    )
}

fn read_way(
    way: &str,
    object: &mut Object,
    reader: &mut Reader,
    (kind, paid): (&EventKind, &Paid<'_>),
) -> Option<Cost> {
    let ty = paid.ty()?;
    let same = |found: &Type| found == ty;
    let wanted = ("of the type of the amount of purchases", "与购买金额相同的类型");
    match way {
        "each" => {
            let each = object.need(reader, "each")?;
            read::amount(&each, ty, reader).map(Cost::Each)
        }
        "minutes" => {
            let minutes = object.need(reader, "minutes");
            let minutes = minutes.and_then(|place| minutes_of(&place, kind, reader));
            let rate = object.need(reader, "per_hour");
            let rate = rate.and_then(|place| read::amount(&place, ty, reader));
            Some(Cost::Time { minutes: minutes?, per_hour: rate? })
        }
        "field" => {
            let field = object.need(reader, "field")?;
            read::field(&field, kind, same, wanted, reader).map(Cost::Field)
        }
        _ => {
            let late = object.need(reader, "late");
            let is_day = |ty: &Type| matches!(ty, Type::Date | Type::Instant);
            let days = ("a `date` or an `instant`", " `date` 或 `instant`");
            let late = late.and_then(|place| read::field(&place, kind, is_day, days, reader));
            let amount = object.need(reader, "amount");
            let amount = amount.and_then(|place| read::field(&place, kind, same, wanted, reader));
            let free = match object.get("free_days") {
                Some(place) => days_of(&place, reader),
                None => Some(0),
            };
            let rate = object.need(reader, "per_year");
            let rate = rate.and_then(|place| rate_of(&place, reader));
            Some(Cost::Late { amount: amount?, paid: late?, free_days: free?, per_year: rate? })
        }
    }
}

/// Places of an annual rate: a hundredth of a basis point.
const RATE_PLACES: u8 = 6;

fn rate_of(place: &Place, reader: &mut Reader) -> Option<Decimal> {
    let rate = read::share(place, 1, reader)?;
    match rate.rescale_exact(RATE_PLACES) {
        Ok(rate) => Some(rate),
        Err(error) => {
            reader.error(error, &place.pointer);
            None
        }
    }
}

/// A number of minutes, or the name of a field: names do not begin with digits.
fn minutes_of(place: &Place, kind: &EventKind, reader: &mut Reader) -> Option<Minutes> {
    let is_name = match place.json {
        Json::Text(text) => !text.starts_with(|first: char| first.is_ascii_digit() || first == '-'),
        _ => false,
    };
    if !is_name {
        // A day at most: more is an hour's rate that was meant for something else.
        return read::share(place, 1_440, reader).map(Minutes::Each);
    }
    let is_number = |ty: &Type| matches!(ty, Type::Int | Type::Decimal(_));
    let wanted = ("an `int` or a `decimal`", " `int` 或 `decimal`");
    let field = read::field(place, kind, is_number, wanted, reader)?;
    Some(Minutes::Field(field, read::scale(&kind.fields.get(field)?.ty)))
}

/// The most days that cost nothing: ten years.
const MOST_FREE: u32 = 3_650;

fn days_of(place: &Place, reader: &mut Reader) -> Option<u32> {
    let days = place.whole(reader)?;
    let fitting = u32::try_from(days).ok().filter(|days| *days <= MOST_FREE);
    if fitting.is_none() {
        reader.fault(place.fault(
            Code::BadValue,
            format!("`{days}` is outside 0 to {MOST_FREE} days"),
            format!("`{days}` 不在 0 到 {MOST_FREE} 天之间"),
        ));
    }
    fitting
}
