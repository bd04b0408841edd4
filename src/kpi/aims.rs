//! Targets and score curves as they are written.
//!
//! ```text
//! "target": "0.32"
//! "target": {"growth": {"by": "0.10"}}
//! "target": [{"from": "2026-01-01", "aim": "0.30"},
//!            {"from": "2026-07-01", "aim": {"band": {"low": "0.28", "high": "0.36"}},
//!             "author": "Wei", "reason": "the branch moved"}]
//! "curve": [["0.20", 0], ["0.28", 60], ["0.32", 100]]
//! ```

use super::score::{Better, Knot, ScoreCurve};
use super::target::{Aim, Dated, Targets};
use crate::error::{Code, Error, Fault};
use crate::json::{Json, Limits, Object, Place, Reader, number};
use crate::units::Day;

/// Where a target comes from, by the key it is written with.
const AIMS: [&str; 7] = ["fixed", "growth", "seasonal", "peers", "history", "band", "maintain"];

/// `target`: an aim, or several, each from a day on. `adds_up`: whether the
/// periods of a year add up to that of the year.
pub(super) fn targets(object: &mut Object<'_>, adds_up: bool, reader: &mut Reader) -> Targets {
    let Some(place) = object.get("target") else { return Targets::default() };
    let dated = match place.json {
        Json::Array(_) => {
            let items = place.items(reader).unwrap_or_default();
            items.iter().map(|place| dated(place, adds_up, reader)).collect()
        }
        _ => {
            let always = Day::clamped(i64::from(i32::MIN));
            let whole =
                |aim| Dated { from: always, aim, author: String::new(), reason: String::new() };
            aim(&place, adds_up, reader).map(|aim| vec![whole(aim)])
        }
    };
    let Some(dated) = dated else { return Targets::default() };
    noted(Targets::new(dated), &place, reader).unwrap_or_default()
}

/// `curve`: values and their scores.
pub(super) fn curve(
    object: &mut Object<'_>,
    better: Option<Better>,
    reader: &mut Reader,
) -> Option<ScoreCurve> {
    let place = object.get("curve")?;
    let items = place.items(reader)?;
    let knots: Option<Vec<Knot>> = items.iter().map(|place| knot(place, reader)).collect();
    noted(ScoreCurve::new(better?, knots?), &place, reader)
}

/// Refuses a target or a curve where nobody says which way is better.
pub(super) fn refuse_no_way(
    object: &Object<'_>,
    better: Option<Better>,
    (targets, has_curve): (&Targets, bool),
    reader: &mut Reader,
) {
    if better.is_some() || (targets.all().is_empty() && !has_curve) {
        return;
    }
    let fault = Fault::new(
        Code::MissingKey,
        "what is asked is given, and not which way is better",
        "已有目标，却未说明何者为优",
    );
    let fault = fault.hint(
        "add `\"better\": \"up\"`, `\"down\"` or `\"band\"`",
        "请加上 `\"better\": \"up\"`、`\"down\"` 或 `\"band\"`",
    );
    reader.fault(fault.at(object.pointer()));
}

/// Faults of a whole whose parts have places of their own.
fn noted<T>(found: Result<T, Error>, place: &Place, reader: &mut Reader) -> Option<T> {
    match found {
        Ok(found) => Some(found),
        Err(error) => {
            for fault in error.into_faults() {
                let inside = fault.pointer.clone().unwrap_or_default();
                reader.fault(fault.at(format!("{}{inside}", place.pointer)));
            }
            None
        }
    }
}

fn knot(place: &Place, reader: &mut Reader) -> Option<Knot> {
    let items = place.items(reader)?;
    let [value, score] = items.as_slice() else {
        reader.fault(place.fault(
            Code::BadValue,
            format!("a knot is a value and its score, found {} of them", items.len()),
            format!("曲线的节点应为数值与分数两项，却有 {} 项", items.len()),
        ));
        return None;
    };
    let read = |place, reader: &mut Reader| number(place, Limits::ANY, reader);
    Some(Knot::new(read(value, reader)?, read(score, reader)?))
}

fn dated(place: &Place, adds_up: bool, reader: &mut Reader) -> Option<Dated> {
    let mut object = place.object(reader)?;
    let from = object.need(reader, "from").and_then(|place| {
        let day = Day::parse(place.word(reader)?);
        day.map_err(|error| reader.error(error, &place.pointer)).ok()
    });
    let aim = object.need(reader, "aim").and_then(|place| aim(&place, adds_up, reader));
    let mut said = |key| {
        let text = object.get(key).and_then(|place| place.word(reader));
        text.unwrap_or_default().to_owned()
    };
    let (author, reason) = (said("author"), said("reason"));
    object.close(reader);
    Some(Dated { from: from?, aim: aim?, author, reason })
}

/// A number, or where one comes from.
fn aim(place: &Place, adds_up: bool, reader: &mut Reader) -> Option<Aim> {
    if !matches!(place.json, Json::Object(_)) {
        return Some(Aim::Fixed { value: number(place, Limits::ANY, reader)? });
    }
    let mut object = place.object(reader)?;
    let found: Vec<(&str, Place)> =
        AIMS.into_iter().filter_map(|key| Some((key, object.get(key)?))).collect();
    let pointer = object.pointer().to_owned();
    object.close(reader);
    let [(key, place)] = found.as_slice() else {
        let listed = AIMS.join("`, `");
        let fault = Fault::new(
            Code::BadValue,
            format!("expected one of `{listed}`"),
            format!("应为 `{listed}` 之一"),
        );
        reader.fault(fault.at(pointer));
        return None;
    };
    if *key == "fixed" {
        return Some(Aim::Fixed { value: number(place, Limits::ANY, reader)? });
    }
    let mut inner = place.object(reader)?;
    let mut part = |key, limits| {
        let place = inner.need(reader, key)?;
        number(&place, limits, reader)
    };
    let aim = match *key {
        "growth" => part("by", Limits::ANY).map(|by| Aim::Growth { by }),
        "peers" => part("share", Limits::SHARE).map(|share| Aim::Peers { share }),
        "history" => {
            let deviations = part("deviations", Limits::NOT_NEGATIVE);
            deviations.map(|deviations| Aim::OwnHistory { deviations })
        }
        "maintain" => part("margin", Limits::ANY).map(|margin| Aim::Maintain { margin }),
        "band" => match (part("low", Limits::ANY), part("high", Limits::ANY)) {
            (Some(low), Some(high)) => Some(Aim::Band { low, high }),
            _ => None,
        },
        _ => part("year", Limits::ANY).map(|year| Aim::Seasonal { year, adds_up }),
    };
    inner.close(reader);
    aim
}
