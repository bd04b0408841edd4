//! All work with pointers that callers hand over.
//!
//! The conventions that make it sound are on the header's first page; an entry
//! vouches for them once, when it enters the guard, and asks the [`Call`] for
//! everything else.

use std::borrow::Cow;
use std::cell::Cell;
use std::ffi::{CStr, c_char};
use std::ops::{Deref, DerefMut};
use std::{ptr, slice, str};

use guanxi_core::error::Language;
use guanxi_core::units::Instant;
use guanxi_core::{Code, Error, Fault};

use crate::arrow::{Moved, Released};
use crate::handle::{self, Handle, Head, null};
use crate::memory::values;
use crate::status::{GX_EN, GX_NUL, GX_ZH};

/// Handles that one call can use.
const MOST_HANDLES: usize = 3;

/// One call while it is carried out: it turns pointers into values and
/// remembers the handles, so that they can be poisoned.
///
/// Its methods take raw pointers and are not `unsafe`, because there is no
/// `Call` outside of [`guard`](crate::guard::guard), whose caller vouches for
/// the pointers.
pub struct Call {
    handles: [Cell<Option<&'static Head>>; MOST_HANDLES],
}

/// Where an output will be written.
pub struct Out<T>(*mut T);

/// Where several values will be written.
pub struct Outs<T>(*mut T);

/// A handle that no other call can use meanwhile.
pub struct Claimed<'c, H: Handle> {
    head: &'static Head,
    body: &'c mut H::Body,
}

/// A struct of options as C hands it over.
///
/// # Safety
///
/// `repr(C)`, begins with `struct_size: u32`, and all zeroes is a value.
pub unsafe trait Options: Copy {
    /// Its size when it was first published.
    const FIRST: usize;
    /// Its name in C.
    const NAME: &'static str;
}

impl Call {
    pub(crate) fn new() -> Call {
        Call { handles: [const { Cell::new(None) }; MOST_HANDLES] }
    }

    pub(crate) fn poison(&self) {
        self.handles.iter().filter_map(Cell::get).for_each(Head::poison);
    }

    fn remember(&self, head: &'static Head) {
        if let Some(free) = self.handles.iter().find(|held| held.get().is_none()) {
            free.set(Some(head));
        }
    }

    /// The value of a handle, to look at.
    pub fn borrow<H: Handle<Body: Sync>>(&self, handle: *const H) -> Result<&H::Body, Error> {
        // SAFETY: `guard`'s caller vouches for the pointer.
        let head = unsafe { handle::head(handle)? };
        self.remember(head);
        // SAFETY: live, of this kind, never changed, and not freed during the
        // call by contract.
        Ok(unsafe { head.body::<H>() })
    }

    /// The value of a handle that is used by one call at a time.
    pub fn claim<H: Handle>(&self, handle: *mut H) -> Result<Claimed<'_, H>, Error> {
        // SAFETY: `guard`'s caller vouches for the pointer.
        let head = unsafe { handle::head(handle.cast_const())? };
        head.claim(H::KIND)?;
        // The one who had it before may have met a defect, or freed it.
        // SAFETY: passed on.
        if let Err(error) = unsafe { handle::head(handle.cast_const()) } {
            head.release();
            return Err(error);
        }
        self.remember(head);
        // SAFETY: live, of this kind, and claimed.
        Ok(Claimed { head, body: unsafe { head.body_mut::<H>() } })
    }

    /// A place for an output, which must not be null.
    pub fn out<T>(&self, what: &str, out: *mut T) -> Result<Out<T>, Error> {
        if out.is_null() { Err(null(what)) } else { Ok(Out(out)) }
    }

    /// A place for an output that may be left out by null.
    pub fn out_if<T>(&self, out: *mut T) -> Option<Out<T>> {
        (!out.is_null()).then_some(Out(out))
    }

    /// A place for several values, which must not be null.
    pub fn outs<T: Copy>(&self, what: &str, first: *mut T) -> Result<Outs<T>, Error> {
        if first.is_null() { Err(null(what)) } else { Ok(Outs(first)) }
    }

    /// Bytes. Null is an error even where there are none.
    pub fn bytes(&self, what: &str, data: *const c_char, len: u64) -> Result<&[u8], Error> {
        if data.is_null() {
            return Err(null(what));
        }
        if len == GX_NUL {
            // SAFETY: `guard`'s caller vouches for the NUL at the end.
            return Ok(unsafe { CStr::from_ptr(data) }.to_bytes());
        }
        let len = match usize::try_from(len) {
            Ok(len) if isize::try_from(len).is_ok() => len,
            _ => return Err(too_long(what)),
        };
        // SAFETY: `guard`'s caller vouches for so many bytes.
        Ok(unsafe { slice::from_raw_parts(data.cast(), len) })
    }

    /// A text in UTF-8.
    pub fn text(&self, what: &str, data: *const c_char, len: u64) -> Result<&str, Error> {
        let bytes = self.bytes(what, data, len)?;
        str::from_utf8(bytes).map_err(|error| not_utf8(what, error.valid_up_to()))
    }

    /// A text that may be left out by null.
    pub fn text_if(
        &self,
        what: &str,
        data: *const c_char,
        len: u64,
    ) -> Result<Option<&str>, Error> {
        if data.is_null() { Ok(None) } else { self.text(what, data, len).map(Some) }
    }

    /// Options; null stands for the defaults, which are all zeroes.
    ///
    /// A caller compiled against an older header hands over a shorter struct,
    /// and means zeroes by the rest. One compiled against a newer header may
    /// hand over a longer one, as long as it asks for nothing by the rest.
    pub fn options<T: Options>(&self, options: *const T) -> Result<T, Error> {
        // SAFETY: all zeroes is a value, by the trait's contract.
        let mut read: T = unsafe { std::mem::zeroed() };
        if options.is_null() {
            return Ok(read);
        }
        // SAFETY: the first four bytes are there by the header's conventions.
        let size = unsafe { options.cast::<u32>().read_unaligned() } as usize;
        if size < T::FIRST || size > 4096 {
            return Err(wrong_size(T::NAME, size, size_of::<T>()));
        }
        let known = size.min(size_of::<T>());
        // SAFETY: `struct_size` says that so many bytes are there; they are
        // plain old data, and the two do not overlap.
        let rest = unsafe {
            ptr::copy_nonoverlapping(
                options.cast::<u8>(),
                ptr::from_mut(&mut read).cast::<u8>(),
                known,
            );
            slice::from_raw_parts(options.cast::<u8>().add(known), size - known)
        };
        if rest.iter().all(|byte| *byte == 0) {
            Ok(read)
        } else {
            Err(wrong_size(T::NAME, size, size_of::<T>()))
        }
    }

    /// So many structs, one behind the other, all of one size.
    pub fn structs<T: Options>(
        &self,
        what: &str,
        first: *const T,
        n: usize,
    ) -> Result<Vec<T>, Error> {
        if n == 0 {
            return Ok(Vec::new());
        }
        if first.is_null() {
            return Err(null(what));
        }
        // SAFETY: the first four bytes are there by the header's conventions.
        let size = unsafe { first.cast::<u32>().read_unaligned() } as usize;
        let mut read = Vec::with_capacity(n);
        for position in 0..n {
            // SAFETY: `guard`'s caller vouches for so many structs of this size.
            let at = unsafe { first.byte_add(position * size) };
            // SAFETY: as above.
            let own = unsafe { at.cast::<u32>().read_unaligned() } as usize;
            let next = if own == size { self.options(at) } else { Err(uneven(own, size)) };
            read.push(next.map_err(|error| error.below(&format!("/{what}/{position}")))?);
        }
        Ok(read)
    }

    /// So many values; null is an error unless there are none.
    pub fn values<T: Copy>(
        &self,
        what: &str,
        first: *const T,
        n: usize,
    ) -> Result<Cow<'_, [T]>, Error> {
        if n == 0 {
            return Ok(Cow::Borrowed(&[]));
        }
        if first.is_null() {
            return Err(null(what));
        }
        // SAFETY: not null, and `guard`'s caller vouches for so many values.
        Ok(unsafe { values(first, n) })
    }

    /// A struct of Arrow's, which is released when it goes.
    pub fn moved<T: Released>(&self, what: &str, from: *mut T) -> Result<Moved<T>, Error> {
        // SAFETY: `guard`'s caller vouches for the pointer.
        unsafe { Moved::take(what, from) }
    }

    /// The language of messages.
    pub fn language(&self, language: u32) -> Result<Language, Error> {
        language_of(language).ok_or_else(|| {
            Fault::new(
                Code::InvalidArgument,
                format!("there is no language {language}, expected GX_EN or GX_ZH"),
                format!("没有语言 {language}，应为 GX_EN 或 GX_ZH"),
            )
            .into()
        })
    }

    /// An instant in microseconds since 1970.
    pub fn instant(&self, micros: i64) -> Result<Instant, Error> {
        Instant::from_micros(micros)
    }
}

/// The language with this number.
pub fn language_of(language: u32) -> Option<Language> {
    match language {
        GX_EN => Some(Language::En),
        GX_ZH => Some(Language::Zh),
        _ => None,
    }
}

impl<T> Out<T> {
    /// Writes the output.
    pub fn write(self, value: T) {
        // SAFETY: not null, checked by `Call::out`, and `guard`'s caller
        // vouches that it can be written.
        unsafe { self.0.write(value) }
    }
}

impl<T: Copy> Outs<T> {
    /// Writes the values, one behind the other.
    ///
    /// The entry has seen to it that there are no more than the caller has room
    /// for.
    pub fn write(self, values: &[T]) {
        // SAFETY: not null, checked by `Call::outs`; `guard`'s caller vouches that
        // so many can be written, and `values` are ours.
        unsafe { ptr::copy_nonoverlapping(values.as_ptr(), self.0, values.len()) };
    }
}

impl<H: Handle> Out<*mut H> {
    /// Writes a new handle for a value.
    pub fn give(self, body: H::Body) {
        self.write(handle::give::<H>(body));
    }
}

impl<H: Handle> Deref for Claimed<'_, H> {
    type Target = H::Body;

    fn deref(&self) -> &H::Body {
        self.body
    }
}

impl<H: Handle> DerefMut for Claimed<'_, H> {
    fn deref_mut(&mut self) -> &mut H::Body {
        self.body
    }
}

impl<H: Handle> Drop for Claimed<'_, H> {
    fn drop(&mut self) {
        // Before anybody else can claim what a defect left half done.
        if std::thread::panicking() {
            self.head.poison();
        }
        self.head.release();
    }
}

fn too_long(what: &str) -> Error {
    Fault::new(
        Code::InvalidArgument,
        format!("the length of `{what}` is more than there can be in memory"),
        format!("`{what}` 的长度超出内存可能的范围"),
    )
    .into()
}

fn not_utf8(what: &str, valid: usize) -> Error {
    Fault::new(
        Code::NotUtf8,
        format!("`{what}` is not UTF-8 from byte {valid} on"),
        format!("`{what}` 从第 {valid} 字节起不是 UTF-8"),
    )
    .into()
}

fn uneven(own: usize, first: usize) -> Error {
    Fault::new(
        Code::InvalidArgument,
        format!("`struct_size` is {own}, that of the first struct {first}"),
        format!("`struct_size` 为 {own}，而第一个结构体的为 {first}"),
    )
    .hint("set it in every struct of an array", "请在数组的每个结构体中设置")
    .into()
}

fn wrong_size(name: &str, size: usize, known: usize) -> Error {
    Fault::new(
        Code::InvalidArgument,
        format!("`struct_size` is {size}, expected sizeof({name}), here {known}"),
        format!("`struct_size` 为 {size}，应为 sizeof({name})，此处为 {known}"),
    )
    .hint(
        "a longer struct asks for what this version does not have",
        "更长的结构体要求了本版本没有的功能",
    )
    .into()
}
