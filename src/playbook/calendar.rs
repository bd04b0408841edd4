//! The calendar of a playbook.

use super::workdays;
use crate::error::Code;
use crate::json::{Object, Place, Reader};
use crate::units::{Calendar, Weekday, Zone, shown};

/// Reads a calendar. Where a part is faulty, it is noted and the usual stands
/// in for it, so that the rest can be checked.
pub(super) fn read(place: &Place, reader: &mut Reader) -> Calendar {
    let Some(mut object) = place.object(reader) else { return Calendar::default() };
    let zone = zone(&mut object, reader).unwrap_or_else(Zone::utc);
    let week_starts = week_starts(&mut object, reader).unwrap_or(Weekday::Monday);
    let first = first_of_fiscal_year(&mut object, reader, &zone, week_starts).unwrap_or((1, 1));
    let workdays = object.get("workdays");
    object.close(reader);
    let calendar = Calendar::new(zone, week_starts, first).unwrap_or_default();
    let plan = workdays.as_ref().and_then(|place| workdays::read(place, reader));
    let (Some(plan), Some(place)) = (plan, workdays) else { return calendar };
    match calendar.clone().with_work(plan) {
        Ok(calendar) => calendar,
        Err(error) => {
            reader.error(error, &place.pointer);
            calendar
        }
    }
}

fn zone(object: &mut Object, reader: &mut Reader) -> Option<Zone> {
    let place = object.need(reader, "zone")?;
    let name = place.text(reader)?;
    Zone::named(name).map_err(|error| reader.error(error, &place.pointer)).ok()
}

fn week_starts(object: &mut Object, reader: &mut Reader) -> Option<Weekday> {
    let place = object.get("week_starts")?;
    let name = place.text(reader)?;
    Weekday::parse(name).map_err(|error| reader.error(error, &place.pointer)).ok()
}

/// `MM-DD`, a day that every year has.
fn first_of_fiscal_year(
    object: &mut Object,
    reader: &mut Reader,
    zone: &Zone,
    week_starts: Weekday,
) -> Option<(u32, u32)> {
    let place = object.get("fiscal_year_starts")?;
    let text = place.text(reader)?;
    let Some(first) = month_and_day(text) else {
        let given = shown(text);
        reader.fault(place.fault(
            Code::MalformedValue,
            format!("`{given}` is not a month and a day, expected them like `04-01`"),
            format!("`{given}` 不是月日，应写作 `04-01`"),
        ));
        return None;
    };
    match Calendar::new(zone.clone(), week_starts, first) {
        Ok(_) => Some(first),
        Err(error) => {
            reader.error(error, &place.pointer);
            None
        }
    }
}

fn month_and_day(text: &str) -> Option<(u32, u32)> {
    let (month, day) = text.split_once('-')?;
    let two_digits = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    if !two_digits(month) || !two_digits(day) {
        return None;
    }
    Some((month.parse().ok()?, day.parse().ok()?))
}
