//! Questions and answers as JSON documents: segments, value, KPIs, conditions.

use std::ffi::c_char;

use guanxi_core::engine::Options;
use guanxi_core::engine::ask::{self, About};
use guanxi_core::json::{self, Json};
use guanxi_core::{Error, playbook};

use crate::bytes::GxBytes;
use crate::convert::Call;
use crate::error::GxError;
use crate::guard::guard;
use crate::handle::Handle;
use crate::playbook::GxPlaybook;
use crate::review::{asked, same_schema};
use crate::store::GxStore;

/// What a question is asked about.
struct Facts {
    store: *mut GxStore,
    playbook: *const GxPlaybook,
    as_of: i64,
    known_at: i64,
    language: u32,
}

impl Facts {
    /// Asks, once all that the question is about is there.
    fn answer(
        &self,
        call: &Call,
        question: &Json,
        ask: impl FnOnce(&About<'_>, &Json) -> Result<String, Error>,
    ) -> Result<<GxBytes as Handle>::Body, Error> {
        let opened = call.claim(self.store)?;
        let playbook = &call.borrow(self.playbook)?.playbook;
        let language = call.language(self.language)?;
        let (as_of, known_at) = (asked(call, self.as_of)?, asked(call, self.known_at)?);
        same_schema(opened.store.schema(), playbook.schema())?;
        let (store, options) = (&opened.store, Options::default());
        let about = About { store, playbook, as_of, known_at, language, options };
        Ok(GxBytes::body(ask(&about, question)?.into_bytes()))
    }
}

/// Answers a question that is asked of facts alone.
///
/// # Safety
///
/// The pointers are those of the function that is `name`d.
unsafe fn answered(
    name: &'static str,
    ask: fn(&About<'_>, &Json) -> Result<String, Error>,
    facts: Facts,
    (question, len): (*const c_char, u64),
    json: *mut *mut GxBytes,
    error: *mut *mut GxError,
) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe {
        guard(name, error, |call| {
            let out = call.out("json", json)?;
            let question = json::parse(call.bytes("question", question, len)?)?;
            let body = facts.answer(call, &question, ask)?;
            Ok(move || out.give(body))
        })
    }
}

/// Answers a question about segments, as JSON: who is in one, why, since when, who
/// will leave, how segments overlap and differ, what is wrong with them, who may be
/// contacted. The answer is what the command line prints with `--json`.
///
/// The question is an object; keys in brackets may be left out:
///
///     {"ask": "list"}
///     {"ask": "members", "segment": "vip"}
///     {"ask": "explain", "segment": "vip", "customer": "C-1"}
///     {"ask": "history", "segment": "vip", "customer": "C-1"}
///     {"ask": "leaving", "segment": "vip", ["within": "days(7)"]}
///     {"ask": "overlap", ["segments": ["vip", "silent"]]}
///     {"ask": "diff"}
///     {"ask": "diff_review"}
///     {"ask": "review", ["measured_from": "2026-03-01"]}
///     {"ask": "audience", "segment": "vip", "purpose": "marketing", "channels": ["sms"],
///      ["exclude": ["silent"], "holdout": {"percent": "10", "salt": "spring"},
///       "caps": [{"list": "contacts", "most": 2, "within": "days(30)"}],
///       "quiet": {"from": "21:00", "until": "09:00"}]}
///
/// Example:
///
///     gx_bytes *json = NULL;
///     if (gx_segment_answer(store, playbook, NULL, GX_TIME_NONE, GX_TIME_NONE,
///                           "{\"ask\": \"members\", \"segment\": \"vip\"}", GX_NUL, GX_EN,
///                           &json, NULL) == GX_OK) {
///         puts(gx_bytes_data(json));
///         gx_bytes_free(json);
///     }
///
/// @param store    in, borrowed
/// @param playbook in, borrowed: with the schema that the store was opened with
/// @param other    in, borrowed, optional: the playbook that `diff` (of segments) and `diff_review` (of everything) compare with, of the same schema
/// @param as_of    the instant of the answer, in microseconds since 1970; GX_TIME_NONE: the midnight after the last fact
/// @param known_at facts learnt later are left out; GX_TIME_NONE: none is
/// @param question in, borrowed: a JSON document
/// @param len      its bytes, or GX_NUL
/// @param language of reasons: GX_EN or GX_ZH
/// @param json     out, owned: free with gx_bytes_free
/// @param error    out, owned, optional: all faults of the question, with places
/// @return         GX_OK, or a code
/// @errors         2001 to 2014 of the question; GX_E_UNKNOWN_SEGMENT, GX_E_UNKNOWN_CUSTOMER, GX_E_UNFORESEEN, GX_E_SCHEMA_MISMATCH, GX_E_IO, GX_E_BUSY
/// @threads        one call at a time for each store
/// @since          0.1
/// @see            gx_segment_ids
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_segment_answer(
    store: *mut GxStore,
    playbook: *const GxPlaybook,
    other: *const GxPlaybook,
    as_of: i64,
    known_at: i64,
    question: *const c_char,
    len: u64,
    language: u32,
    json: *mut *mut GxBytes,
    error: *mut *mut GxError,
) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe {
        guard("gx_segment_answer", error, |call| {
            let out = call.out("json", json)?;
            let question = json::parse(call.bytes("question", question, len)?)?;
            let other = match other.is_null() {
                true => None,
                false => Some(&call.borrow(other)?.playbook),
            };
            let facts = Facts { store, playbook, as_of, known_at, language };
            let body = facts.answer(call, &question, |about, question| {
                if let Some(other) = other {
                    same_schema(about.store.schema(), other.schema())?;
                }
                ask::segment(about, other, question)
            })?;
            Ok(move || out.give(body))
        })
    }
}

/// Answers a question about value and tiers, as JSON: what everybody is worth, in
/// which tier one customer is and why, who moved. The answer is what the command
/// line prints with `--json`.
///
/// The question is an object; keys in brackets may be left out:
///
///     {"ask": "value", ["top": 10]}          everybody, the whale curve, key accounts
///     {"ask": "tier", "customer": "C-1"}     why, and what would change it
///     {"ask": "tiers", "from": "2026-01-01"} who moved since, by causes
///
/// @param store    in, borrowed
/// @param playbook in, borrowed: with the schema that the store was opened with
/// @param as_of    the instant of the answer, in microseconds since 1970; GX_TIME_NONE: the midnight after the last fact
/// @param known_at facts learnt later are left out; GX_TIME_NONE: none is
/// @param question in, borrowed: a JSON document
/// @param len      its bytes, or GX_NUL
/// @param language of reasons: GX_EN or GX_ZH
/// @param json     out, owned: free with gx_bytes_free
/// @param error    out, owned, optional: all faults of the question, with places
/// @return         GX_OK, or a code
/// @errors         2001 to 2014 of the question; GX_E_UNKNOWN_REFERENCE where the playbook values nobody, GX_E_UNKNOWN_CUSTOMER, GX_E_SCHEMA_MISMATCH, GX_E_IO, GX_E_BUSY
/// @threads        one call at a time for each store
/// @since          0.1
/// @see            gx_segment_answer
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_value_answer(
    store: *mut GxStore,
    playbook: *const GxPlaybook,
    as_of: i64,
    known_at: i64,
    question: *const c_char,
    len: u64,
    language: u32,
    json: *mut *mut GxBytes,
    error: *mut *mut GxError,
) -> i32 {
    let facts = Facts { store, playbook, as_of, known_at, language };
    // SAFETY: the caller keeps the conventions.
    unsafe { answered("gx_value_answer", ask::value, facts, (question, len), json, error) }
}

/// Answers a question about KPIs and scorecards, as JSON: what was achieved period
/// by period and group by group, with intervals and reasons for what is missing;
/// scores beside targets; which groups did how much of a change. The answer is what
/// the command line prints with `--json`.
///
/// The question is an object; keys in brackets may be left out:
///
///     {"ask": "list"}                        every KPI, its last period and the one before
///     {"ask": "value", ["kpis": ["revenue"], "to": "2026-05", "from": "2026-01",
///      "count": 5, "every": "month", "by": "region"]}
///     {"ask": "scorecard", ["scorecards": ["firm"], "period": "2026-05"]}
///     {"ask": "why", "kpi": "revenue", "from": "2026-04", "to": "2026-05", "by": ["region"]}
///
/// @param store    in, borrowed
/// @param playbook in, borrowed: with the schema that the store was opened with
/// @param as_of    the instant of the answer, in microseconds since 1970; GX_TIME_NONE: the midnight after the last fact
/// @param known_at facts learnt later are left out; GX_TIME_NONE: none is
/// @param question in, borrowed: a JSON document
/// @param len      its bytes, or GX_NUL
/// @param language of reasons: GX_EN or GX_ZH
/// @param json     out, owned: free with gx_bytes_free
/// @param error    out, owned, optional: all faults of the question, with places
/// @return         GX_OK, or a code
/// @errors         2001 to 2014 of the question; 3001 to 3040 of an expression; GX_E_UNKNOWN_KPI, GX_E_UNKNOWN_REFERENCE, GX_E_MALFORMED_VALUE, GX_E_INVALID_ARGUMENT, GX_E_SCHEMA_MISMATCH, GX_E_IO, GX_E_BUSY
/// @threads        one call at a time for each store
/// @since          0.1
/// @see            gx_value_answer
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_kpi_answer(
    store: *mut GxStore,
    playbook: *const GxPlaybook,
    as_of: i64,
    known_at: i64,
    question: *const c_char,
    len: u64,
    language: u32,
    json: *mut *mut GxBytes,
    error: *mut *mut GxError,
) -> i32 {
    let facts = Facts { store, playbook, as_of, known_at, language };
    // SAFETY: the caller keeps the conventions.
    unsafe { answered("gx_kpi_answer", ask::kpi, facts, (question, len), json, error) }
}

/// Answers a question about who is there already, as JSON: whether somebody with these
/// values is a customer, by what, held by whom and reported first when; who is there
/// twice. The answer is what `guanxi collide` prints with `--json`.
///
/// The question is an object:
///
///     {"ask": "collide", "row": {"mobile": "139 1234 0001", "name": ["..."]}}
///     {"ask": "same", "customer": "C-1"}     under another id too?
///     {"ask": "scan"}                        everybody who is there twice
///
/// @param store    in, borrowed
/// @param playbook in, borrowed: with the schema that the store was opened with
/// @param as_of    the instant of the answer, in microseconds since 1970; GX_TIME_NONE: the midnight after the last fact
/// @param known_at facts learnt later are left out; GX_TIME_NONE: none is
/// @param question in, borrowed: a JSON document
/// @param len      its bytes, or GX_NUL
/// @param language of reasons: GX_EN or GX_ZH
/// @param json     out, owned: free with gx_bytes_free
/// @param error    out, owned, optional: all faults of the question, with places
/// @return         GX_OK, or a code
/// @errors         2001 to 2014 of the question; GX_E_UNKNOWN_REFERENCE for attributes that are no match key; GX_E_INVALID_ARGUMENT where the playbook has no section `identity`; GX_E_UNKNOWN_CUSTOMER, GX_E_SCHEMA_MISMATCH, GX_E_IO, GX_E_BUSY
/// @threads        one call at a time for each store
/// @since          0.1
/// @see            gx_segment_answer
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_collision_answer(
    store: *mut GxStore,
    playbook: *const GxPlaybook,
    as_of: i64,
    known_at: i64,
    question: *const c_char,
    len: u64,
    language: u32,
    json: *mut *mut GxBytes,
    error: *mut *mut GxError,
) -> i32 {
    let facts = Facts { store, playbook, as_of, known_at, language };
    // SAFETY: the caller keeps the conventions.
    unsafe { answered("gx_collision_answer", ask::collision, facts, (question, len), json, error) }
}

/// Answers a question of an editor of conditions, as JSON: what it can offer, what
/// may stand at a place, what a condition says in plain words; queries of
/// react-querybuilder in, out, and asked of plain records.
///
/// The question is an object; keys in brackets may be left out:
///
///     {"ask": "authoring"}                             fields, operators, functions, names
///     {"ask": "say", "segment": "vip"}                 or "expression": a sentence, with links
///     {"ask": "complete", "expression": "ag", ["at": 2]}
///     {"ask": "import", "query": {...}, ["as_written": true]}
///     {"ask": "export", "segment": "vip", ["like": {...}]}     or "expression"
///     {"ask": "match", "query": {...}, "records": [...], ["as_written": true]}
///
/// `as_written`: a range whose bounds stand the wrong way round is not turned. `like`
/// is the query that a condition came from, whose ids and layout come back.
///
/// @param playbook in, borrowed
/// @param question in, borrowed: a JSON document
/// @param len      its bytes, or GX_NUL
/// @param language of labels and sentences: GX_EN or GX_ZH
/// @param json     out, owned: free with gx_bytes_free
/// @param error    out, owned, optional: all faults of the question, the query or the expression
/// @return         GX_OK, or a code
/// @errors         2001 to 2014 of the question and of a query; 3001 to 3040 of an expression; GX_E_UNKNOWN_SEGMENT
/// @threads        any, any number at once
/// @since          0.1
/// @see            gx_playbook_schema
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_condition_answer(
    playbook: *const GxPlaybook,
    question: *const c_char,
    len: u64,
    language: u32,
    json: *mut *mut GxBytes,
    error: *mut *mut GxError,
) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe {
        guard("gx_condition_answer", error, |call| {
            let out = call.out("json", json)?;
            let playbook = &call.borrow(playbook)?.playbook;
            let question = json::parse(call.bytes("question", question, len)?)?;
            let language = call.language(language)?;
            let json = ask::condition(playbook, &question, language)?;
            Ok(move || out.give(GxBytes::body(json.into_bytes())))
        })
    }
}

/// Gives the JSON Schema (draft 2020-12) of playbooks, for editors, with a
/// description of every key in English and Chinese.
///
/// @param json     out, owned: free with gx_bytes_free
/// @param error    out, owned, optional: free with gx_error_free
/// @return         GX_OK, or a code
/// @errors         GX_E_NULL_POINTER
/// @threads        any, any number at once
/// @since          0.1
/// @see            gx_playbook_check
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_playbook_schema(
    json: *mut *mut GxBytes,
    error: *mut *mut GxError,
) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe {
        guard("gx_playbook_schema", error, |call| {
            let out = call.out("json", json)?;
            let json = playbook::schema().into_bytes();
            Ok(move || out.give(GxBytes::body(json)))
        })
    }
}
