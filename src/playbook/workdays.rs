//! The working days of a playbook's calendar.
//!
//! ```json
//! "workdays": "cn"
//! "workdays": {"base": "cn", "hours": ["09:00-12:00", "13:30-18:00"],
//!              "week": {"saturday": "09:00-12:00"}, "until": "2027-12-31",
//!              "exceptions": {"spring_2027": {"off": "2027-02-05..2027-02-11", "on": "2027-02-14"}}}
//! ```
//!
//! Weekdays that `week` leaves out are worked from Monday to Friday. An
//! exception overrules both the week and the base.

use std::collections::BTreeMap;

use crate::error::{Code, Fault};
use crate::json::{Json, Object, Place, Reader};
use crate::units::{Day, Hours, Weekday, WorkPlan, shown};

/// Days that one range of an exception may have.
const RANGE: i32 = 366;

/// Reads working days; what is faulty is noted.
pub(super) fn read(place: &Place, reader: &mut Reader) -> Option<WorkPlan> {
    if let Json::Text(_) = place.json {
        return base(place, &Hours::default(), reader);
    }
    let mut object = place.object(reader)?;
    let hours = object.get("hours").and_then(|place| hours(&place, reader)).unwrap_or_default();
    let plan = object.get("base").and_then(|place| base(&place, &hours, reader));
    let mut plan = plan.unwrap_or_else(|| WorkPlan::weekdays(&hours));
    if let Some(week) = object.get("week") {
        read_week(&week, &hours, &mut plan, reader);
    }
    read_known(&mut object, &mut plan, reader);
    let exceptions = object.get("exceptions").and_then(|place| place.entries(reader));
    let mut taken = BTreeMap::new();
    for (name, place) in exceptions.unwrap_or_default() {
        if reader.check_name(name, &place.pointer) {
            read_exception(&place, &hours, &mut plan, &mut taken, reader);
        }
    }
    object.close(reader);
    Some(plan)
}

/// Working days by name.
fn base(place: &Place, hours: &Hours, reader: &mut Reader) -> Option<WorkPlan> {
    let name = place.text(reader)?;
    if name == "cn" {
        return Some(WorkPlan::china(hours));
    }
    let given = shown(name);
    let fault = place.fault(
        Code::UnknownReference,
        format!("there are no working days `{given}`, expected `cn`, or days of your own"),
        format!("没有名为 `{given}` 的工作日，应为 `cn`，或自行列出"),
    );
    let hint = (
        "for example `{\"hours\": \"09:00-18:00\", \"exceptions\": {\"new_year\": {\"off\": \"2026-01-01\"}}}`",
        "例如 `{\"hours\": \"09:00-18:00\", \"exceptions\": {\"new_year\": {\"off\": \"2026-01-01\"}}}`",
    );
    reader.fault(fault.hint(hint.0, hint.1));
    None
}

/// One text, or several in an array.
fn texts<'a>(place: &Place<'a>, reader: &mut Reader) -> Vec<(&'a str, String)> {
    let places = match place.json {
        Json::Text(_) => vec![place.clone()],
        _ => place.items(reader).unwrap_or_default(),
    };
    let text = |place: Place<'a>| Some((place.text(reader)?, place.pointer));
    places.into_iter().filter_map(text).collect()
}

fn hours(place: &Place, reader: &mut Reader) -> Option<Hours> {
    let spans = texts(place, reader);
    if spans.is_empty() {
        return None;
    }
    let hours = Hours::parse(spans.iter().map(|(text, _)| *text));
    hours.map_err(|error| reader.error(error, &place.pointer)).ok()
}

fn read_week(place: &Place, usual: &Hours, plan: &mut WorkPlan, reader: &mut Reader) {
    let Some(mut object) = place.object(reader) else { return };
    for (weekday, own) in Weekday::ALL.into_iter().zip(&mut plan.week) {
        let Some(place) = object.get(weekday.name()) else { continue };
        *own = match place.json {
            Json::Text(text) if &**text == "off" => None,
            Json::Text(text) if &**text == "on" => Some(usual.clone()),
            _ => hours(&place, reader).or_else(|| own.clone()),
        };
    }
    object.close(reader);
}

/// The days of which it knows.
fn read_known(object: &mut Object, plan: &mut WorkPlan, reader: &mut Reader) {
    let until = object.get("until");
    let read = |place: &Option<Place>, reader: &mut Reader| {
        let place = place.as_ref()?;
        let day = Day::parse(place.text(reader)?);
        day.map_err(|error| reader.error(error, &place.pointer)).ok()
    };
    let last = read(&until, reader).unwrap_or(plan.known.1);
    let from = object.get("from");
    let first = read(&from, reader).unwrap_or(plan.known.0);
    if first <= last {
        plan.known = (first, last);
    } else if let Some(place) = until.or(from) {
        reader.fault(place.fault(
            Code::BadValue,
            format!("the working days would end on {last}, before they begin on {first}"),
            format!("工作日历在 {last} 结束，早于开始的 {first}"),
        ));
    }
}

fn read_exception(
    place: &Place,
    usual: &Hours,
    plan: &mut WorkPlan,
    taken: &mut BTreeMap<Day, String>,
    reader: &mut Reader,
) {
    let Some(mut object) = place.object(reader) else { return };
    object.wording(reader);
    let own = object.get("hours").and_then(|place| hours(&place, reader));
    let worked = own.as_ref().unwrap_or(usual);
    let mut given = false;
    for (key, how) in [("off", None), ("on", Some(worked))] {
        let Some(place) = object.get(key) else { continue };
        given = true;
        for (text, pointer) in texts(&place, reader) {
            for day in days(text, &pointer, reader) {
                let first = taken.entry(day).or_insert_with(|| pointer.clone());
                if *first != pointer {
                    let fault = twice(day, first);
                    reader.fault(fault.at(pointer.as_str()));
                } else if day < plan.known.0 || plan.known.1 < day {
                    reader.fault(outside(day, plan.known).at(pointer.as_str()));
                } else {
                    plan.days.insert(day, how.cloned());
                }
            }
        }
    }
    if !given {
        let fault =
            place.fault(Code::MissingKey, "the exception names no days", "该例外没有给出日期");
        reader.fault(fault.hint("add `off` or `on`", "请加上 `off` 或 `on`"));
    }
    object.close(reader);
}

/// `2027-02-05`, or `2027-02-05..2027-02-11` with both ends.
fn days(text: &str, pointer: &str, reader: &mut Reader) -> Vec<Day> {
    let (from, until) = text.split_once("..").unwrap_or((text, text));
    let (from, until) = match (Day::parse(from), Day::parse(until)) {
        (Ok(from), Ok(until)) => (from, until),
        (Err(error), _) | (_, Err(error)) => {
            reader.error(error, pointer);
            return Vec::new();
        }
    };
    let n = until.days() - from.days() + 1;
    if !(1..=RANGE).contains(&n) {
        let given = shown(text);
        let fault = Fault::new(
            Code::BadValue,
            format!("`{given}` has {n} days, expected 1 to {RANGE}"),
            format!("`{given}` 有 {n} 天，应为 1 至 {RANGE} 天"),
        );
        reader.fault(fault.at(pointer));
        return Vec::new();
    }
    (from.days()..=until.days()).map(|day| Day::clamped(day.into())).collect()
}

fn twice(day: Day, first: &str) -> Fault {
    Fault::new(
        Code::DuplicateName,
        format!("{day} is already an exception at `{first}`"),
        format!("{day} 已在 `{first}` 中列为例外"),
    )
}

fn outside(day: Day, (first, last): (Day, Day)) -> Fault {
    Fault::new(
        Code::BadValue,
        format!("{day} is outside the days from {first} to {last} that are known"),
        format!("{day} 不在工作日历覆盖的 {first} 至 {last} 之内"),
    )
    .hint("move `from` or `until`", "请调整 `from` 或 `until`")
}
