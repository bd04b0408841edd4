//! Purchases of customers in the few numbers that models of value read.

use std::ffi::c_char;

use guanxi_core::engine::ask::{Purchases, purchases};
use guanxi_core::facts::Columns;
use guanxi_core::json;
use guanxi_core::value::cbs::Summary;

use crate::arrow::export::Array;
use crate::arrow::{ArrowArray, ArrowSchema};
use crate::bytes::GxBytes;
use crate::error::GxError;
use crate::guard::guard;
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
            let found = purchases(columns, reviewed.playbook.calendar(), &json::parse(text)?)?;
            let table = table(&found, columns);
            Ok(move || {
                table.write(out);
                if let Some(out) = out_report {
                    out.give(GxBytes::body(found.report.into_bytes()));
                }
            })
        })
    }
}

fn table(found: &Purchases, columns: &Columns) -> Array {
    let (cbs, scores) = (&found.cbs, &found.scores);
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
    if found.definition.holdout_end.is_some() {
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
