//! Purchases of customers in the few numbers that models of value read.

use std::ffi::c_char;

use guanxi_core::error::Code;
use guanxi_core::facts::{Columns, Schema, Snapshot};
use guanxi_core::json::{self, Json, Object, Place, Reader};
use guanxi_core::units::{Day, Decimal, Instant};
use guanxi_core::value::cbs::{Audit, Cbs, Definition, Step, Summary};
use guanxi_core::value::rfm::{AXES, Scheme, Scores};
use guanxi_core::{Error, Fault};
use serde_json::{Value, json};

use crate::arrow::export::Array;
use crate::arrow::{ArrowArray, ArrowSchema};
use crate::bytes::GxBytes;
use crate::error::GxError;
use crate::guard::guard;
use crate::json::bytes;
use crate::review::GxReview;

/// Gives how often, how recently and for how much each customer bought, as an
/// array of the Arrow C Data Interface: a struct with a row for each customer who
/// bought to the end of the calibration, in the order of their ids.
///
/// The definition is an object; all but `calibration_end` may be left out:
///
///     {"purchases": "purchase", "amount": "amount", "refunds": "return.amount",
///      "grain": "day", "unit": "week", "day_starts": "4:00",
///      "calibration_end": "1997-09-30", "holdout_end": "1998-06-30", "scores": 5}
///
/// Purchases within one `grain` are one, times are told in the `unit`; without
/// `amount`, it is the field of this name, where there is one. Counted are all
/// facts that the review was made from, up to the days that are named.
///
/// Columns: `id` (large_utf8); `frequency` (int64, purchases after the first);
/// `recency` and `T` (float64, from the first purchase to the last and to the
/// end); `monetary` (float64, what a purchase after the first brought on average;
/// missing without one, or where an amount is not known); `log_gaps` (float64, the
/// sum of the logarithms of the times between); with `holdout_end`
/// `holdout_frequency` (int64); with `scores` `r`, `f` and `m` (int64 from 1 on,
/// missing where money is not known).
///
/// @param review   in, borrowed
/// @param definition in, borrowed: a JSON document
/// @param len      its bytes, or GX_NUL
/// @param array    out, owned: released by its own callback; outlives `review`
/// @param schema   out, owned: released by its own callback
/// @param report   out, owned, optional: JSON with `audit` (what became of every purchase), `excluded` (who has no row, and why) and `scores` (where they are cut); free with gx_bytes_free
/// @param error    out, owned, optional: all faults of the definition, with places
/// @return         GX_OK, or a code
/// @errors         GX_E_INVALID_ARGUMENT, GX_E_UNKNOWN_NAME; 2001 to 2014 of the definition; GX_E_NULL_POINTER
/// @threads        any, any number at once
/// @since          0.1
/// @see            gx_review_arrow
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_review_cbs(
    review: *const GxReview,
    definition: *const c_char,
    len: u64,
    array: *mut ArrowArray,
    schema: *mut ArrowSchema,
    report: *mut *mut GxBytes,
    error: *mut *mut GxError,
) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe {
        guard("gx_review_cbs", error, |call| {
            let out = (call.out("array", array)?, call.out("schema", schema)?);
            let out_report = call.out_if(report);
            let reviewed = call.borrow(review)?;
            let text = call.bytes("definition", definition, len)?;
            let columns = reviewed.review.columns();
            let wanted = Wanted::read(&json::parse(text)?, &columns.schema)?;
            let calendar = reviewed.playbook.calendar();
            let snapshot = Snapshot::new(columns, Instant::MAX);
            let cbs = Cbs::new(&snapshot, &wanted.definition, calendar)?;
            let scheme = wanted.scores.map(Scheme::quantiles);
            let scores = scheme.as_ref().map(|scheme| Scores::new(&cbs, scheme)).transpose()?;
            let table = table(&cbs, columns, &wanted.definition, scores.as_ref());
            let report = told(&cbs, columns, &wanted, calendar.zone().name(), scores.as_ref());
            let report = bytes(&report)?;
            Ok(move || {
                table.write(out);
                if let Some(out) = out_report {
                    out.give(GxBytes::body(report));
                }
            })
        })
    }
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

fn table(cbs: &Cbs, columns: &Columns, definition: &Definition, scores: Option<&Scores>) -> Array {
    let summaries = cbs.summaries();
    let rows: Vec<_> = cbs.rows().collect();
    let floats = |value: &dyn Fn(usize) -> f64| {
        Array::values("g", (0..rows.len()).map(value).collect::<Vec<f64>>())
    };
    let whole = |value: &dyn Fn(&Summary) -> u32| {
        Array::values("l", summaries.iter().map(|it| i64::from(value(it))).collect())
    };
    let money = |at: usize| rows.get(at).and_then(|row| row.monetary);
    let has_money: Vec<bool> = (0..rows.len()).map(|at| money(at).is_some()).collect();
    let mut arrays = vec![
        Array::texts(summaries.iter().map(|it| id(columns, it.customer))).named("id"),
        whole(&Summary::frequency).named("frequency"),
        floats(&|at| rows[at].recency).named("recency"),
        floats(&|at| rows[at].age).named("T"),
        floats(&|at| money(at).unwrap_or(0.0)).known(&has_money).named("monetary"),
        floats(&|at| rows[at].log_gaps.unwrap_or(0.0)).named("log_gaps"),
    ];
    if definition.holdout_end.is_some() {
        arrays.push(whole(&|it| it.holdout_frequency).named("holdout_frequency"));
    }
    for (axis, name) in ["r", "f", "m"].into_iter().enumerate() {
        let Some(scores) = scores else { break };
        let score = |score: &Option<_>| {
            score.as_ref().map(|it: &guanxi_core::value::rfm::Score| it.axes[axis])
        };
        let known: Vec<bool> = scores.customers.iter().map(Option::is_some).collect();
        let values = scores.customers.iter().map(|it| i64::from(score(it).unwrap_or(0)));
        arrays.push(Array::values("l", values.collect()).known(&known).named(name));
    }
    Array::rows(rows.len(), arrays)
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
