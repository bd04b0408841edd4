//! Instants, which are microseconds since 1970 in UTC, and how people write them.

use std::ffi::c_char;

use guanxi_core::units::{Day, Instant, Zone};

use crate::bytes::GxBytes;
use crate::error::GxError;
use crate::guard::guard;
use crate::playbook::GxPlaybook;

/// Reads an instant: RFC 3339 (`2026-03-01T09:30:00+08:00`), local time of the
/// playbook's zone (`2026-03-01 09:30`), or a bare date for the end of that day.
///
/// @param playbook in, borrowed: whose zone local times are of
/// @param text     in, borrowed
/// @param len      its bytes, or GX_NUL
/// @param time     out: microseconds since 1970 in UTC
/// @param error    out, owned, optional: free with gx_error_free
/// @return         GX_OK, or a code
/// @errors         GX_E_MALFORMED_VALUE, GX_E_TIME_OUT_OF_RANGE, GX_E_TOO_FINE, GX_E_NULL_POINTER
/// @threads        any, any number at once
/// @since          0.1
/// @see            gx_time_show
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_time_parse(
    playbook: *const GxPlaybook,
    text: *const c_char,
    len: u64,
    time: *mut i64,
    error: *mut *mut GxError,
) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe {
        guard("gx_time_parse", error, |call| {
            let out = call.out("time", time)?;
            let zone = call.borrow(playbook)?.playbook.calendar().zone();
            let text = call.text("text", text, len)?;
            let at = match Day::parse(text) {
                Ok(day) => end_of(day, zone),
                Err(_) => Instant::parse_in(text, zone)?,
            };
            Ok(move || out.write(at.micros()))
        })
    }
}

/// Writes an instant for a person, in local time with the zone:
/// `1998-07-01 00:00 America/New_York`.
///
/// @param playbook in, borrowed: whose zone it is
/// @param time     microseconds since 1970 in UTC
/// @param text     out, owned: free with gx_bytes_free
/// @param error    out, owned, optional: free with gx_error_free
/// @return         GX_OK, or a code
/// @errors         GX_E_TIME_OUT_OF_RANGE, GX_E_NULL_POINTER
/// @threads        any, any number at once
/// @since          0.1
/// @see            gx_time_parse
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_time_show(
    playbook: *const GxPlaybook,
    time: i64,
    text: *mut *mut GxBytes,
    error: *mut *mut GxError,
) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe {
        guard("gx_time_show", error, |call| {
            let out = call.out("text", text)?;
            let zone = call.borrow(playbook)?.playbook.calendar().zone();
            let text = shown(call.instant(time)?, zone);
            Ok(move || out.give(GxBytes::body(text.into_bytes())))
        })
    }
}

/// The last microsecond of a day: what happens at midnight is tomorrow's.
fn end_of(day: Day, zone: &Zone) -> Instant {
    match day.add_days(1) {
        Ok(next) => Instant::clamped(zone.start_of(next).micros() - 1),
        Err(_) => Instant::MAX,
    }
}

/// To the second, or to the minute where that is all.
fn shown(at: Instant, zone: &Zone) -> String {
    let (day, micros) = zone.local(at);
    let name = zone.name();
    if zone.local(Instant::clamped(at.micros().saturating_add(1))).0 != day {
        return format!("{day} 24:00 {name}");
    }
    let seconds = micros / 1_000_000;
    let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if micros % 60_000_000 == 0 {
        return format!("{day} {hour:02}:{minute:02} {name}");
    }
    format!("{day} {hour:02}:{minute:02}:{second:02} {name}")
}
