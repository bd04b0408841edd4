//! The boundary: what no panic crosses, and where errors become a status.

use std::any::Any;
use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe, Location};
use std::sync::{Mutex, Once, PoisonError};
use std::{ptr, thread};

use guanxi_core::stats::THREAD;
use guanxi_core::{Code, Error, Fault};

use crate::convert::Call;
use crate::error::GxError;
use crate::handle::{self, Handle};
use crate::status::GX_OK;

thread_local! {
    /// Guarded calls that this thread is in.
    static DEPTH: Cell<u32> = const { Cell::new(0) };
    /// Where the last panic inside a guarded call came from.
    static PLACE: Cell<Place> = const { Cell::new(Place { file: [0; FILE], length: 0, line: 0 }) };
}

/// Bytes of a file's name that are kept, from its end.
const FILE: usize = 96;

/// A line of our source, kept without a destructor, so that the library leaves
/// nothing to run when a thread of the host ends.
#[derive(Clone, Copy)]
struct Place {
    file: [u8; FILE],
    length: usize,
    line: u32,
}

/// Runs an entry that returns a status.
///
/// `body` gives back what is to be done once nothing can fail any more: the
/// writing of outputs. A failed call has therefore written nothing but `error`.
///
/// # Safety
///
/// The caller of the entry keeps the conventions of the header: every pointer
/// that `body` hands to the [`Call`], and `error`, is null or as its function
/// demands, for the whole call.
#[inline(always)]
pub unsafe fn guard<C: FnOnce()>(
    name: &'static str,
    error: *mut *mut GxError,
    body: impl FnOnce(&Call) -> Result<C, Error>,
) -> i32 {
    let call = Call::new();
    let outcome = caught(|| {
        let commit = body(&call)?;
        inject(name);
        commit();
        Ok(())
    });
    let failure = match outcome {
        Ok(Ok(())) => return GX_OK,
        Ok(Err(failure)) => failure,
        Err(payload) => {
            call.poison();
            defect(payload)
        }
    };
    let code = failure.code().number();
    // Telling what went wrong must not go wrong; without it there is the code.
    let told = caught(|| GxError::body(failure));
    if let (false, Ok(told)) = (error.is_null(), told) {
        // SAFETY: `error` is null or can be written, by contract.
        unsafe { error.write(handle::give::<GxError>(told)) };
    }
    code
}

/// Runs an entry that looks at a handle and cannot fail: where the handle is
/// none, or on a panic, the answer is `neutral`.
///
/// # Safety
///
/// As [`guard`], for `handle`.
pub unsafe fn look<H: Handle, T>(
    name: &'static str,
    handle: *const H,
    neutral: T,
    read: impl FnOnce(&H::Body) -> T,
) -> T {
    // SAFETY: passed on.
    let Ok(head) = (unsafe { handle::head(handle) }) else { return neutral };
    let outcome = caught(|| {
        inject(name);
        // SAFETY: the head is live, and handles that are looked at never change.
        read(unsafe { head.body::<H>() })
    });
    outcome.unwrap_or_else(|payload| {
        discard(payload);
        head.poison();
        neutral
    })
}

/// Runs an entry that frees a handle. Null is fine.
///
/// # Safety
///
/// As [`guard`], and no other thread uses the handle.
pub unsafe fn free<H: Handle>(name: &'static str, handle: *mut H) -> i32 {
    if handle.is_null() {
        return GX_OK;
    }
    // SAFETY: passed on.
    let body = match unsafe { handle::retire(handle) } {
        Ok(body) => body,
        Err(error) => return error.code().number(),
    };
    let outcome = caught(|| {
        inject(name);
        drop(body);
    });
    match outcome {
        Ok(()) => GX_OK,
        Err(payload) => {
            discard(payload);
            Code::Internal.number()
        }
    }
}

// A call of a function for each thing to do would be half of what it costs.
#[inline(always)]
fn caught<T>(run: impl FnOnce() -> T) -> Result<T, Box<dyn Any + Send>> {
    silence();
    // Looked up once: finding what is a thread's own is half of what a call costs.
    let depth = DEPTH.with(ptr::from_ref);
    // SAFETY: this thread's, which is alive, and without a destructor.
    let depth = unsafe { &*depth };
    depth.set(depth.get() + 1);
    let outcome = panic::catch_unwind(AssertUnwindSafe(run));
    depth.set(depth.get() - 1);
    outcome
}

/// Keeps our panics from being printed to the host's standard error, those of
/// threads that a call starts among them. Those of the host, where it is written
/// in Rust and shares its standard library with us, go where they went before.
fn silence() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let place = || info.location().map_or(NOWHERE, Place::of);
            if DEPTH.get() > 0 {
                PLACE.set(place());
            } else if thread::current().name() == Some(THREAD) {
                *ELSEWHERE.lock().unwrap_or_else(PoisonError::into_inner) = place();
            } else {
                before(info);
            }
        }));
    });
}

const NOWHERE: Place = Place { file: [0; FILE], length: 0, line: 0 };

/// Where the last panic of a thread that a call had started came from.
static ELSEWHERE: Mutex<Place> = Mutex::new(NOWHERE);

fn elsewhere() -> Place {
    let mut place = ELSEWHERE.lock().unwrap_or_else(PoisonError::into_inner);
    std::mem::replace(&mut *place, NOWHERE)
}

impl Place {
    fn of(location: &Location<'_>) -> Place {
        let name = location.file().as_bytes();
        let name = &name[name.len().saturating_sub(FILE)..];
        let mut file = [0; FILE];
        file[..name.len()].copy_from_slice(name);
        Place { file, length: name.len(), line: location.line() }
    }
}

/// The error that a panic becomes. Its place is told; its message is not, as it
/// may hold what is personal.
fn defect(payload: Box<dyn Any + Send>) -> Error {
    discard(payload);
    let own = PLACE.replace(NOWHERE);
    let place = if own.line == 0 { elsewhere() } else { own };
    let file = String::from_utf8_lossy(&place.file[..place.length]);
    let (file, line) = (file.trim_start_matches('\u{fffd}'), place.line);
    Fault::new(
        Code::Internal,
        format!("a defect in guanxi at {file}:{line}"),
        format!("guanxi 内部缺陷，位于 {file}:{line}"),
    )
    .hint(
        "free the handles of this call; please report the place",
        "请释放此次调用的句柄，并反馈该位置",
    )
    .into()
}

/// Lets go of what a panic carried, which may panic again when it is dropped.
fn discard(payload: Box<dyn Any + Send>) {
    if let Err(again) = caught(|| drop(payload)) {
        std::mem::forget(again);
    }
}

#[cfg(not(feature = "inject-panics"))]
fn inject(_name: &str) {}

#[cfg(feature = "inject-panics")]
use injected::inject;

/// Panics on demand, for tests.
#[cfg(feature = "inject-panics")]
mod injected {
    use std::cell::Cell;
    use std::ffi::{CStr, c_char};
    use std::{panic, thread};

    use guanxi_core::stats::THREAD;

    thread_local! {
        static NEXT: Cell<[u8; 64]> = const { Cell::new([0; 64]) };
    }

    /// Makes the next change of a store by this thread panic when all is written
    /// and nothing committed, or takes that back; 1 where it was still to come.
    #[unsafe(no_mangle)]
    pub extern "C" fn gx_inject_panic_in_commit(panics: i32) -> i32 {
        i32::from(guanxi_core::store::defect::at_next_commit(panics != 0))
    }

    pub fn inject(name: &str) {
        let next = NEXT.get();
        let length = next.iter().position(|byte| *byte == 0).unwrap_or(next.len());
        let elsewhere = next[..length].strip_prefix(b"@");
        if elsewhere.unwrap_or(&next[..length]) != name.as_bytes() {
            return;
        }
        NEXT.set([0; 64]);
        match elsewhere {
            None => panic!("injected"),
            Some(_) => in_a_thread_of_ours(),
        }
    }

    fn in_a_thread_of_ours() {
        let thread = thread::Builder::new().name(THREAD.into());
        let thread = thread.spawn(|| panic!("injected")).expect("a thread");
        let Err(defect) = thread.join();
        panic::resume_unwind(defect);
    }

    /// Makes the next call of the named function panic; after `@` in a thread that
    /// the call starts.
    #[unsafe(no_mangle)]
    pub unsafe extern "C" fn gx_inject_panic(name: *const c_char) {
        // SAFETY: a test passes a text with a NUL at its end.
        let name = unsafe { CStr::from_ptr(name) }.to_bytes();
        let mut next = [0; 64];
        next[..name.len()].copy_from_slice(name);
        NEXT.set(next);
    }
}
