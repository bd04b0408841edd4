//! Memory of the host, read as values.

use std::borrow::Cow;
use std::slice;

/// So many values from an address, which is used as it is where it is aligned
/// and copied where it is not.
///
/// # Safety
///
/// `len` is 0, or so many values can be read at `at`, which is not null, and do
/// not change while the result lives.
pub unsafe fn values<'a, T: Copy>(at: *const T, len: usize) -> Cow<'a, [T]> {
    if len == 0 {
        return Cow::Borrowed(&[]);
    }
    if at.is_aligned() {
        // SAFETY: aligned, and by contract.
        return Cow::Borrowed(unsafe { slice::from_raw_parts(at, len) });
    }
    // SAFETY: by contract; an unaligned read needs no alignment.
    Cow::Owned((0..len).map(|row| unsafe { at.add(row).read_unaligned() }).collect())
}
