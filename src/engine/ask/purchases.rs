//! Purchases of customers in the few numbers that models of value read, as a
//! definition in JSON asks for them.

use serde_json::{Value, json};

use crate::error::{Code, Error, Fault};
use crate::facts::{Columns, Schema, Snapshot};
use crate::json::{Json, Object, Place, Reader};
use crate::units::{Calendar, Day, Decimal, Instant};
use crate::value::cbs::{Audit, Cbs, Definition, Step};
use crate::value::rfm::{AXES, Scheme, Scores};

/// What a definition came to.
#[derive(Debug)]
pub struct Purchases {
    /// How purchases were counted.
    pub definition: Definition,
    /// A row for each customer who bought to the end of the calibration.
    pub cbs: Cbs,
    /// Their scores, where they were asked for.
    pub scores: Option<Scores>,
    /// What became of every purchase, who has no row and why, and where scores
    /// are cut: a JSON document.
    pub report: String,
}

/// How often, how recently and for how much each customer bought.
///
/// The definition is an object; all but `calibration_end` may be left out:
///
/// ```json
/// {"purchases": "purchase", "amount": "amount", "refunds": "return.amount",
///  "grain": "day", "unit": "week", "day_starts": "4:00",
///  "calibration_end": "1997-09-30", "holdout_end": "1998-06-30", "scores": 5}
/// ```
///
/// # Errors
///
/// All faults of the definition, with places;
/// [`invalid_argument`](Code::InvalidArgument) where the days are not in order.
///
/// # Cost
///
/// A pass over the purchases.
pub fn purchases(
    columns: &Columns,
    calendar: &Calendar,
    definition: &Json,
) -> Result<Purchases, Error> {
    let wanted = Wanted::read(definition, &columns.schema)?;
    let snapshot = Snapshot::new(columns, Instant::MAX);
    let cbs = Cbs::new(&snapshot, &wanted.definition, calendar)?;
    let scheme = wanted.scores.map(Scheme::quantiles);
    let scores = scheme.as_ref().map(|scheme| Scores::new(&cbs, scheme)).transpose()?;
    let report = told(&cbs, columns, &wanted, calendar.zone().name(), scores.as_ref());
    Ok(Purchases { definition: wanted.definition, cbs, scores, report: report.to_string() })
}

/// What is asked for.
struct Wanted {
    definition: Definition,
    scores: Option<u8>,
}

impl Wanted {
    fn read(json: &Json, schema: &Schema) -> Result<Wanted, Error> {
        let mut reader = Reader::new();
        let place = Place::root(json);
        let wanted = place.object(&mut reader).and_then(|mut object| {
            let wanted = Wanted::of(&mut object, &mut reader, schema);
            object.close(&mut reader);
            wanted
        });
        Error::check(reader.finish(json).0)?;
        wanted.ok_or_else(|| {
            Fault::new(Code::Internal, "no fault to tell", "没有可报告的错误").into()
        })
    }

    fn of(object: &mut Object<'_>, reader: &mut Reader, schema: &Schema) -> Option<Wanted> {
        let place = object.get("purchases");
        let purchases = match &place {
            Some(place) => kind(place, place.text(reader)?, reader, schema),
            None => schema.kind("purchase").or_else(|| {
                let _ = object.need(reader, "purchases");
                None
            }),
        };
        let amount = object.get("amount").map(|place| {
            let name = place.text(reader)?;
            field(&place, purchases?, name, reader, schema)
        });
        let refunds = object.get("refunds").map(|place| {
            let text = place.text(reader)?;
            let (of, name) = text.split_once('.').unwrap_or((text, "amount"));
            let kind = kind(&place, of, reader, schema)?;
            Some((kind, field(&place, kind, name, reader, schema)?))
        });
        let grain = step(object, reader, "grain", Step::Day);
        let unit = step(object, reader, "unit", Step::Week);
        let day_starts = object.get("day_starts").map_or(Some(0), |place| time(&place, reader));
        let end = object.need(reader, "calibration_end").and_then(|place| day(&place, reader));
        let holdout_end = object.get("holdout_end").map(|place| day(&place, reader));
        let scores = object.get("scores").map(|place| {
            let bins = u8::try_from(place.whole(reader)?).ok();
            bins.or_else(|| wrong(&place, reader, "2 to 100", "2 到 100"))
        });
        let purchases = purchases?;
        let amount = match amount {
            Some(named) => Some(named?),
            None => schema.kinds.get(purchases)?.fields.iter().position(|it| &*it.name == "amount"),
        };
        let definition = Definition {
            amount,
            refunds: refunds.map_or(Some(None), |named| named.map(Some))?,
            grain: grain?,
            unit: unit?,
            day_starts: day_starts?,
            holdout_end: holdout_end.map_or(Some(None), |named| named.map(Some))?,
            ..Definition::new(purchases, end?)
        };
        let scores = scores.map_or(Some(None), |bins| bins.map(Some))?;
        Some(Wanted { definition, scores })
    }
}

fn kind(place: &Place<'_>, name: &str, reader: &mut Reader, schema: &Schema) -> Option<usize> {
    let found = schema.kind(name);
    if found.is_none() {
        let fault = place.fault(
            Code::UnknownName,
            format!("the playbook declares no event kind `{name}`"),
            format!("规则集没有声明事件类型 `{name}`"),
        );
        reader.fault_near(fault, name, schema.kinds.iter().map(|kind| &*kind.name));
    }
    found
}

fn field(
    place: &Place<'_>,
    kind: usize,
    name: &str,
    reader: &mut Reader,
    schema: &Schema,
) -> Option<usize> {
    let kind = schema.kinds.get(kind)?;
    let found = kind.fields.iter().position(|field| &*field.name == name);
    if found.is_none() {
        let fault = place.fault(
            Code::UnknownName,
            format!("events of kind `{}` have no field `{name}`", kind.name),
            format!("`{}` 类事件没有字段 `{name}`", kind.name),
        );
        reader.fault_near(fault, name, kind.fields.iter().map(|field| &*field.name));
    }
    found
}

fn step(
    object: &mut Object<'_>,
    reader: &mut Reader,
    key: &'static str,
    otherwise: Step,
) -> Option<Step> {
    let Some(place) = object.get(key) else { return Some(otherwise) };
    let named = Step::parse(place.text(reader)?);
    named.or_else(|| wrong(&place, reader, "`day` or `week`", " `day` 或 `week`"))
}

fn day(place: &Place<'_>, reader: &mut Reader) -> Option<Day> {
    let read = Day::parse(place.text(reader)?);
    read.map_err(|error| reader.error(error, &place.pointer)).ok()
}

/// The microseconds after midnight of `4:00`.
fn time(place: &Place<'_>, reader: &mut Reader) -> Option<i64> {
    let read = |text: &str| {
        let (hour, minute) = text.split_once(':')?;
        let plain = |part: &str| part.len() <= 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        if !plain(hour) || !plain(minute) || minute.len() < 2 {
            return None;
        }
        let (hour, minute): (i64, i64) = (hour.parse().ok()?, minute.parse().ok()?);
        (hour < 24 && minute < 60).then_some((hour * 60 + minute) * 60_000_000)
    };
    let text = place.text(reader)?;
    read(text)
        .or_else(|| wrong(place, reader, "a time of the day, as `4:00`", "一天中的时刻，如 `4:00`"))
}

fn wrong<T>(place: &Place<'_>, reader: &mut Reader, en: &str, zh: &str) -> Option<T> {
    let (en, zh) = (format!("expected {en}"), format!("应为{zh}"));
    reader.fault(place.fault(Code::BadValue, en, zh));
    None
}

fn id(columns: &Columns, customer: u32) -> &str {
    columns.customers.get(customer as usize).map_or("", |id| id)
}

/// What was counted, and who was not.
fn told(
    cbs: &Cbs,
    columns: &Columns,
    wanted: &Wanted,
    zone: &str,
    scores: Option<&Scores>,
) -> Value {
    let Definition { grain, unit, calibration_end, holdout_end, .. } = &wanted.definition;
    let excluded = cbs.excluded().iter();
    let excluded = excluded
        .map(|(customer, reason)| json!({"id": id(columns, *customer), "reason": reason.name()}));
    let mut said = json!({
        "unit": unit.name(),
        "grain": grain.name(),
        "zone": zone,
        "calibration_end": calibration_end.to_string(),
        "holdout_end": holdout_end.as_ref().map(Day::to_string),
        "audit": audited(cbs.audit(), cbs.scale()),
        "excluded": excluded.collect::<Vec<_>>(),
    });
    if let Some(scores) = scores {
        let axes = AXES.iter().zip(scores.cuts.iter().zip(&scores.counts)).enumerate();
        let axes = axes.map(|(axis, (name, (cuts, customers)))| {
            // A customer is told how long ago, which counts backwards.
            let sign = if axis == 0 { -1.0 } else { 1.0 };
            let cuts: Vec<f64> = cuts.iter().map(|cut| cut * sign + 0.0).collect();
            ((*name).to_owned(), json!({"cuts": cuts, "customers": customers}))
        });
        let axes: serde_json::Map<String, Value> = axes.collect();
        said["scores"] = json!({"bins": wanted.scores, "axes": axes});
    }
    said
}

fn audited(audit: &Audit, scale: Option<u8>) -> Value {
    // Amounts as texts, with the places that their field has.
    let money = |units: i128| {
        let exact = Decimal::new(units, scale.unwrap_or(0));
        exact.map_or_else(|_| units.to_string(), |exact| exact.to_string())
    };
    json!({
        "customers": audit.customers,
        "included": audit.included,
        "purchases": audit.purchases,
        "repeats": audit.repeats,
        "merged": audit.merged,
        "without_amount": audit.without_amount,
        "free": audit.free,
        "refunds": audit.refunds,
        "given_back": money(audit.given_back),
        "given_back_early": money(audit.given_back_early),
        "in_holdout": audit.in_holdout,
        "holdout": audit.holdout,
        "after": audit.after,
    })
}
