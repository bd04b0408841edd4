//! One question, asked of a review.

use std::ffi::c_char;

use guanxi_core::engine::{self, Options, Query};
use guanxi_core::facts::Snapshot;
use guanxi_core::{Code, Error, Fault};

use crate::arrow::{ArrowArray, ArrowSchema};
use crate::bytes::GxBytes;
use crate::error::GxError;
use crate::guard::guard;
use crate::ids::{GxIds, Ids};
use crate::json;
use crate::people::table;
use crate::review::{GxReview, Reviewed};

/// Counts the customers who satisfy a condition, as JSON: `members`,
/// `population`, `errors`, `as_of`, and `failures` and `notes` where there are some.
///
/// @param review     in, borrowed
/// @param expression in, borrowed: a condition in the words of the playbook
/// @param len        its bytes, or GX_NUL
/// @param language   of reasons: GX_EN or GX_ZH
/// @param json       out, owned: free with gx_bytes_free
/// @param error      out, owned, optional: all faults of the expression, with bytes
/// @return           GX_OK, or a code
/// @errors           3001 to 3019; GX_E_NULL_POINTER, GX_E_NOT_UTF8, GX_E_INVALID_ARGUMENT
/// @threads          any, any number at once
/// @since            0.1
/// @see              gx_query_ids
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_query_json(
    review: *const GxReview,
    expression: *const c_char,
    len: u64,
    language: u32,
    json: *mut *mut GxBytes,
    error: *mut *mut GxError,
) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe {
        guard("gx_query_json", error, |call| {
            let out = call.out("json", json)?;
            let language = call.language(language)?;
            let reviewed = call.borrow(review)?;
            let expression = call.text("expression", expression, len)?;
            let json = asked(reviewed, expression, |query| {
                let answer = query.answer(Options::default());
                json::bytes(&query.found(&answer).in_language(language))
            })?;
            Ok(move || out.give(GxBytes::body(json)))
        })
    }
}

/// Gives the customers who satisfy a condition.
///
/// @param review     in, borrowed
/// @param expression in, borrowed: a condition in the words of the playbook
/// @param len        its bytes, or GX_NUL
/// @param ids        out, owned: free with gx_ids_free
/// @param error      out, owned, optional: all faults of the expression, with bytes
/// @return           GX_OK, or a code
/// @errors           3001 to 3019; GX_E_NULL_POINTER, GX_E_NOT_UTF8
/// @threads          any, any number at once
/// @since            0.1
/// @see              gx_query_json
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_query_ids(
    review: *const GxReview,
    expression: *const c_char,
    len: u64,
    ids: *mut *mut GxIds,
    error: *mut *mut GxError,
) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe {
        guard("gx_query_ids", error, |call| {
            let out = call.out("ids", ids)?;
            let reviewed = call.borrow(review)?;
            let expression = call.text("expression", expression, len)?;
            let ids = asked(reviewed, expression, |query| {
                let answer = query.answer(Options::default());
                Ok(Ids::of(engine::ids(reviewed.review.columns(), &answer)))
            })?;
            Ok(move || out.give(ids))
        })
    }
}

/// Gives the customers who satisfy a condition as an array of the Arrow C Data
/// Interface, with the columns of gx_review_arrow.
///
/// @param review     in, borrowed
/// @param expression in, borrowed: a condition in the words of the playbook
/// @param len        its bytes, or GX_NUL
/// @param array      out, owned: released by its own callback; outlives `review`
/// @param schema     out, owned: released by its own callback
/// @param error      out, owned, optional: all faults of the expression, with bytes
/// @return           GX_OK, or a code
/// @errors           3001 to 3019; GX_E_NULL_POINTER, GX_E_NOT_UTF8
/// @threads          any, any number at once
/// @since            0.1
/// @see              gx_review_arrow, gx_query_ids
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_query_arrow(
    review: *const GxReview,
    expression: *const c_char,
    len: u64,
    array: *mut ArrowArray,
    schema: *mut ArrowSchema,
    error: *mut *mut GxError,
) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe {
        guard("gx_query_arrow", error, |call| {
            let out = (call.out("array", array)?, call.out("schema", schema)?);
            let reviewed = call.borrow(review)?;
            let expression = call.text("expression", expression, len)?;
            let table = asked(reviewed, expression, |query| {
                table(&reviewed.review, &query.answer(Options::default()).members)
            })?;
            Ok(move || table.write(out))
        })
    }
}

/// Says why a customer satisfies a condition, or does not, as a tree in JSON.
///
/// @param review     in, borrowed
/// @param expression in, borrowed: a condition in the words of the playbook
/// @param len        its bytes, or GX_NUL
/// @param customer   in, borrowed: the customer's id
/// @param customer_len its bytes, or GX_NUL
/// @param language   GX_EN or GX_ZH
/// @param json       out, owned: free with gx_bytes_free
/// @param error      out, owned, optional: all faults of the expression, with bytes
/// @return           GX_OK, or a code
/// @errors           GX_E_UNKNOWN_CUSTOMER; 3001 to 3019; GX_E_NULL_POINTER, GX_E_NOT_UTF8, GX_E_INVALID_ARGUMENT
/// @threads          any, any number at once
/// @since            0.1
/// @see              gx_customer_json
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_query_explain(
    review: *const GxReview,
    expression: *const c_char,
    len: u64,
    customer: *const c_char,
    customer_len: u64,
    language: u32,
    json: *mut *mut GxBytes,
    error: *mut *mut GxError,
) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe {
        guard("gx_query_explain", error, |call| {
            let out = call.out("json", json)?;
            let language = call.language(language)?;
            let reviewed = call.borrow(review)?;
            let expression = call.text("expression", expression, len)?;
            let customer = call.text("customer", customer, customer_len)?;
            let json = asked(reviewed, expression, |query| {
                let why = query.explain(customer).ok_or_else(|| nobody(customer))?;
                json::bytes(&why.in_language(language))
            })?;
            Ok(move || out.give(GxBytes::body(json)))
        })
    }
}

/// Asks a condition of the facts of a review.
fn asked<T>(
    reviewed: &Reviewed,
    expression: &str,
    answer: impl FnOnce(&Query<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    let review = &reviewed.review;
    let snapshot = Snapshot::new(review.columns(), review.as_of);
    let query = engine::query(&snapshot, &reviewed.playbook, expression, Options::default())?;
    answer(&query)
}

fn nobody(id: &str) -> Error {
    let id = guanxi_core::units::shown(id);
    Fault::new(
        Code::UnknownCustomer,
        format!("no customer `{id}` was there"),
        format!("当时没有客户 `{id}`"),
    )
    .into()
}
