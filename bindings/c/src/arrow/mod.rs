//! The Arrow C Data Interface, declared by hand: two frozen structs and a third
//! that gives them one after the other.
//!
//! ```text
//! ArrowArrayStream ── stream ──> ArrowArray + ArrowSchema
//! ArrowArray + ArrowSchema ── Moved ── import ──> Series of a Frame
//! Columns, answers ────────── export ──> ArrowArray + ArrowSchema
//! ```
//!
//! What comes in was made by a stranger: [`import`] looks at lengths, offsets
//! and buffers before anything is read, as far as they can be looked at: how
//! long a buffer is, the interface does not say. A struct that was handed over
//! is [`Moved`], and released once, whatever happens.

pub mod export;
pub mod import;
pub mod stream;

use std::ffi::{c_char, c_int, c_void};

use guanxi_core::Error;

use crate::handle::null;

/// What an array is made of.
#[repr(C)]
pub struct ArrowSchema {
    pub format: *const c_char,
    pub name: *const c_char,
    pub metadata: *const c_char,
    pub flags: i64,
    pub n_children: i64,
    pub children: *mut *mut ArrowSchema,
    pub dictionary: *mut ArrowSchema,
    pub release: Option<unsafe extern "C" fn(*mut ArrowSchema)>,
    pub private_data: *mut c_void,
}

/// Values.
#[repr(C)]
pub struct ArrowArray {
    pub length: i64,
    pub null_count: i64,
    pub offset: i64,
    pub n_buffers: i64,
    pub n_children: i64,
    pub buffers: *mut *const c_void,
    pub children: *mut *mut ArrowArray,
    pub dictionary: *mut ArrowArray,
    pub release: Option<unsafe extern "C" fn(*mut ArrowArray)>,
    pub private_data: *mut c_void,
}

/// Arrays of one schema, one after the other.
#[repr(C)]
pub struct ArrowArrayStream {
    pub get_schema: Option<unsafe extern "C" fn(*mut ArrowArrayStream, *mut ArrowSchema) -> c_int>,
    pub get_next: Option<unsafe extern "C" fn(*mut ArrowArrayStream, *mut ArrowArray) -> c_int>,
    pub get_last_error: Option<unsafe extern "C" fn(*mut ArrowArrayStream) -> *const c_char>,
    pub release: Option<unsafe extern "C" fn(*mut ArrowArrayStream)>,
    pub private_data: *mut c_void,
}

/// A callback that gives a struct back.
type Release<T> = Option<unsafe extern "C" fn(*mut T)>;

/// A struct of the interface, which its owner releases.
///
/// # Safety
///
/// `repr(C)`; all zeroes is a released one.
pub unsafe trait Released: Sized {
    /// Its callback; none where it was released, or moved away.
    fn release(&mut self) -> &mut Release<Self>;
}

// SAFETY: declared above; a null callback is the mark of a released one.
unsafe impl Released for ArrowSchema {
    fn release(&mut self) -> &mut Release<Self> {
        &mut self.release
    }
}

// SAFETY: as above.
unsafe impl Released for ArrowArray {
    fn release(&mut self) -> &mut Release<Self> {
        &mut self.release
    }
}

// SAFETY: as above.
unsafe impl Released for ArrowArrayStream {
    fn release(&mut self) -> &mut Release<Self> {
        &mut self.release
    }
}

/// A struct that is ours now, and is released when it goes.
pub struct Moved<T: Released>(T);

impl<T: Released> Moved<T> {
    /// Takes a struct from its owner, who is left with a released one.
    ///
    /// # Safety
    ///
    /// `from` is null, or points to a struct that follows the interface.
    pub unsafe fn take(what: &str, from: *mut T) -> Result<Moved<T>, Error> {
        if from.is_null() {
            return Err(null(what));
        }
        // SAFETY: not null, and by contract.
        let moved = unsafe { from.read() };
        // SAFETY: as above.
        *unsafe { &mut *from }.release() = None;
        Ok(Moved(moved))
    }

    /// A released struct, for a callback to fill.
    pub fn empty() -> Moved<T> {
        // SAFETY: all zeroes is a value, by the trait's contract.
        Moved(unsafe { std::mem::zeroed() })
    }

    /// Whether nothing is there.
    pub fn is_released(&mut self) -> bool {
        self.0.release().is_none()
    }

    /// For a callback of the interface.
    pub fn as_mut_ptr(&mut self) -> *mut T {
        &raw mut self.0
    }
}

impl<T: Released> std::ops::Deref for Moved<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Released> Drop for Moved<T> {
    fn drop(&mut self) {
        if let Some(release) = *self.0.release() {
            // SAFETY: the struct is ours, and its owner has no other copy that is
            // not marked as released.
            unsafe { release(&raw mut self.0) };
        }
    }
}
