//! Models of customer value, over columns of the host.

use std::ffi::c_char;

use guanxi_core::engine::ask::{self, Predicted};
use guanxi_core::facts::intake::Frame;
use guanxi_core::json;
use guanxi_core::{Code, Error, Fault};

use crate::arrow::export::Array;
use crate::arrow::{ArrowArray, ArrowSchema, import};
use crate::bytes::GxBytes;
use crate::column::frame;
use crate::convert::Call;
use crate::error::GxError;
use crate::guard::guard;
use crate::review::MOST_THREADS;
use crate::table::{GxTable, Taken};

/// Fits a model of customer value to customers in few numbers.
///
/// The columns are those of gx_review_cbs: `frequency`, `recency` and `T`; where a
/// model reads them, `monetary` and `log_gaps`; where there are some, `id` and
/// `weight` (how many customers a row stands for). The question is an object:
///
///     {"ask": "fit", "model": "bg-nbd"}
///
/// with `nbd`, `bg-nbd`, `mbg-nbd`, `pareto-nbd`, `bg-cnbd`, `mbg-cnbd`, `gamma-gamma`,
/// and `k`, a number of stages, for the two with a `c`; without it they try some.
/// The answer is what `guanxi fit MODEL CBS.csv --json` prints: `params`,
/// `standard_errors`, `intervals_95`, `covariance_log`, `log_likelihood`, `aic`, `bic`,
/// and in `limit` the simpler model that this one has become, if it has.
///
/// The model `lead` learns who of those who have not bought yet will. Its columns are
/// `id`, `outcome` (1 for who bought, 0 for who did not, missing where that is open),
/// `weight` where there is one, and numbers for each factor, missing where one is not
/// known. Instead of `k` the question has `outcome` (that column's name), `l2` (how
/// much weights are drawn to zero: 0) and `holdout` (the share that is held out to be
/// judged by: 0.3). The answer is what `guanxi fit lead --json` prints, with the `axis`
/// of a playbook that scores leads so.
///
/// @param question in, borrowed: a JSON document
/// @param len      its bytes, or GX_NUL
/// @param rows     in, borrowed: columns, or a stream or an array, which are moved; its `table` and `mapping` are not read
/// @param language of reasons: GX_EN or GX_ZH
/// @param json     out, owned: free with gx_bytes_free
/// @param error    out, owned, optional: all faults, with places as `rows:3/recency`
/// @return         GX_OK, or a code
/// @errors         2001 to 2014 of the question; GX_E_BAD_PARAMETERS, GX_E_MISSING_COLUMN, GX_E_BAD_CELL, GX_E_IMPOSSIBLE_HISTORY, GX_E_MALFORMED_COLUMN
/// @threads        any, any number at once
/// @since          0.1
/// @see            gx_model_predict, gx_review_cbs
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_model_fit(
    question: *const c_char,
    len: u64,
    rows: *const GxTable,
    language: u32,
    json: *mut *mut GxBytes,
    error: *mut *mut GxError,
) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe {
        guard("gx_model_fit", error, |call| {
            let language = call.language(language);
            let fitted = asked(call, rows, |frames| {
                let question = json::parse(call.bytes("question", question, len)?)?;
                ask::fit(frames, &question, language?)
            });
            let out = call.out("json", json)?;
            let fitted = fitted?;
            Ok(move || out.give(GxBytes::body(fitted.into_bytes())))
        })
    }
}

/// Asks a fitted model about the future of each customer.
///
/// The columns are those of gx_model_fit. The question is an object; keys in
/// brackets may be left out:
///
///     {"ask": "predict", "model": "bg-nbd", "params": {"r": 0.24, "alpha": 4.41,
///      "a": 0.79, "b": 2.43}, "horizon": 39, ["k": 2, "spend": {"p": .., "q": ..,
///      "v": ..}, "discount": 0.001, "pmf": 5]}
///
/// `horizon` is in the unit of the rows, `discount` the continuous rate for a unit of
/// it, `spend` the parameters of gamma-gamma, and `pmf` the greatest number of
/// purchases whose probability is asked.
///
/// The columns that come out are `id` (large_utf8) and float64: `p_alive`, `expected`,
/// with `spend` also `spend` and `clv`, then `p_alive_later`, `discounted`, `residual`,
/// with `spend` also `lifetime_value`, and `p_0`, `p_1`, ...; missing where a value has
/// no bound or is not known.
///
/// @param question in, borrowed: a JSON document
/// @param len      its bytes, or GX_NUL
/// @param rows     in, borrowed: columns, or a stream or an array, which are moved; its `table` and `mapping` are not read
/// @param language of reasons: GX_EN or GX_ZH
/// @param threads  how many to use, up to 1024; 0 is 1; the number changes no answer
/// @param array    out, owned: released by its own callback
/// @param schema   out, owned: released by its own callback
/// @param report   out, owned, optional: JSON with totals, a newcomer's future, and by which convention money is counted; free with gx_bytes_free
/// @param error    out, owned, optional: all faults, with places as `rows:3/recency`
/// @return         GX_OK, or a code
/// @errors         as gx_model_fit; GX_E_INVALID_ARGUMENT
/// @threads        any, any number at once
/// @since          0.1
/// @see            gx_model_fit
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_model_predict(
    question: *const c_char,
    len: u64,
    rows: *const GxTable,
    language: u32,
    threads: u32,
    array: *mut ArrowArray,
    schema: *mut ArrowSchema,
    report: *mut *mut GxBytes,
    error: *mut *mut GxError,
) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe {
        guard("gx_model_predict", error, |call| {
            let language = call.language(language);
            let predicted = asked(call, rows, |frames| {
                let question = json::parse(call.bytes("question", question, len)?)?;
                ask::predict(frames, &question, language?, counted(threads)?)
            });
            let out = (call.out("array", array)?, call.out("schema", schema)?);
            let out_report = call.out_if(report);
            let predicted = predicted?;
            let table = table(&predicted);
            Ok(move || {
                table.write(out);
                if let Some(out) = out_report {
                    out.give(GxBytes::body(predicted.report.into_bytes()));
                }
            })
        })
    }
}

/// Asks about the frames of a table, whose stream is released whatever comes of it.
///
/// # Safety
///
/// Its arrays follow the interface.
unsafe fn asked<T>(
    call: &Call,
    rows: *const GxTable,
    ask: impl FnOnce(&[Frame<'_>]) -> Result<T, Error>,
) -> Result<T, Error> {
    let Some(table) = call.structs("rows", rows, 1)?.pop() else { return ask(&[]) };
    // SAFETY: passed on.
    match unsafe { Taken::of(call, &table).batches()? } {
        None => ask(&[frame(call, table.columns, table.n_columns, table.rows)?]),
        Some((schema, arrays)) => {
            let frames = arrays.iter().map(|array| {
                // SAFETY: passed on.
                unsafe { import::frame(array, &schema) }
            });
            ask(&frames.collect::<Result<Vec<_>, Error>>()?)
        }
    }
}

fn counted(threads: u32) -> Result<usize, Error> {
    match threads {
        0..=MOST_THREADS => Ok((threads as usize).max(1)),
        _ => Err(Fault::new(
            Code::InvalidArgument,
            format!("`threads` is {threads}, expected 0 to {MOST_THREADS}"),
            format!("`threads` 为 {threads}，应为 0 到 {MOST_THREADS}"),
        )
        .into()),
    }
}

fn table(predicted: &Predicted) -> Array {
    let mut arrays = vec![Array::texts(predicted.ids.iter().map(|id| &**id)).named("id")];
    arrays.extend(predicted.names.iter().zip(&predicted.columns).map(|(name, values)| {
        let known: Vec<bool> = values.iter().map(Option::is_some).collect();
        let values = values.iter().map(|value| value.unwrap_or(0.0)).collect();
        Array::values("g", values).known(&known).named(name)
    }));
    Array::rows(predicted.ids.len(), arrays)
}
