//! Our columns as arrays, for whoever reads the interface.

use std::any::Any;
use std::ffi::{CString, c_char, c_void};
use std::ptr;

use super::{ArrowArray, ArrowSchema};
use crate::convert::Out;

/// Whether values may be missing.
const NULLABLE: i64 = 2;

/// An array that is being made, with its schema.
pub struct Array {
    name: String,
    format: String,
    length: usize,
    missing: usize,
    buffers: Vec<Buffer>,
    children: Vec<Array>,
    dictionary: Option<Box<Array>>,
    nullable: bool,
}

/// Memory that an array reads.
struct Buffer {
    at: *const c_void,
    held: Box<dyn Any + Send>,
}

impl Buffer {
    fn of<T: Send + 'static>(values: Vec<T>) -> Buffer {
        Buffer { at: values.as_ptr().cast(), held: Box::new(values) }
    }

    fn none() -> Buffer {
        Buffer { at: ptr::null(), held: Box::new(()) }
    }

    fn bits(bits: impl Iterator<Item = bool>) -> Buffer {
        let mut bytes: Vec<u8> = Vec::new();
        for (position, bit) in bits.enumerate() {
            if position % 8 == 0 {
                bytes.push(0);
            }
            if let Some(last) = bytes.last_mut() {
                *last |= u8::from(bit) << (position % 8);
            }
        }
        Buffer::of(bytes)
    }
}

impl Array {
    fn new(format: &str, length: usize, buffers: Vec<Buffer>) -> Array {
        Array {
            name: String::new(),
            format: format.to_owned(),
            length,
            missing: 0,
            buffers,
            children: Vec::new(),
            dictionary: None,
            nullable: false,
        }
    }

    /// Numbers and the like: values of one width.
    pub fn values<T: Send + 'static>(format: &str, values: Vec<T>) -> Array {
        Array::new(format, values.len(), vec![Buffer::none(), Buffer::of(values)])
    }

    /// Yes or no.
    pub fn bools(bools: impl Iterator<Item = bool> + Clone) -> Array {
        let length = bools.clone().count();
        Array::new("b", length, vec![Buffer::none(), Buffer::bits(bools)])
    }

    /// Texts.
    pub fn texts<'t>(texts: impl Iterator<Item = &'t str>) -> Array {
        let (mut offsets, mut bytes) = (vec![0_i64], Vec::new());
        for text in texts {
            bytes.extend_from_slice(text.as_bytes());
            offsets.push(bytes.len() as i64);
        }
        Array::laid_out(offsets, bytes)
    }

    /// Texts that lie one behind the other.
    pub fn laid_out(offsets: Vec<i64>, bytes: Vec<u8>) -> Array {
        let length = offsets.len() - 1;
        Array::new("U", length, vec![Buffer::none(), Buffer::of(offsets), Buffer::of(bytes)])
    }

    /// Positions among different texts.
    pub fn coded(codes: Vec<i32>, words: Array) -> Array {
        Array { dictionary: Some(Box::new(words)), ..Array::values("i", codes) }
    }

    /// Lists of what another array has.
    pub fn lists(offsets: Vec<i64>, items: Array) -> Array {
        let length = offsets.len() - 1;
        let buffers = vec![Buffer::none(), Buffer::of(offsets)];
        Array::new("+L", length, buffers).with_children(vec![items.named("item")])
    }

    /// A row for each position of columns that are equally long.
    pub fn rows(length: usize, columns: Vec<Array>) -> Array {
        Array::new("+s", length, vec![Buffer::none()]).with_children(columns)
    }

    fn with_children(self, children: Vec<Array>) -> Array {
        Array { children, ..self }
    }

    /// The same with a name.
    pub fn named(self, name: &str) -> Array {
        Array { name: name.to_owned(), ..self }
    }

    /// The same with missing values.
    pub fn known(mut self, known: &[bool]) -> Array {
        self.nullable = true;
        self.missing = known.iter().filter(|known| !**known).count();
        if let (true, Some(first)) = (0 < self.missing, self.buffers.first_mut()) {
            *first = Buffer::bits(known.iter().copied());
        }
        self
    }

    /// Writes the two structs to where their consumer wants them.
    pub fn write(self, (array, schema): (Out<ArrowArray>, Out<ArrowSchema>)) {
        schema.write(self.schema());
        array.write(self.array());
    }

    fn schema(&self) -> ArrowSchema {
        let children: Vec<_> = self.children.iter().map(Array::schema).map(owned).collect();
        let dictionary = self.dictionary.as_ref().map(|words| owned(words.schema()));
        let held = Box::new(HeldSchema {
            format: c_text(&self.format),
            name: c_text(&self.name),
            children,
            dictionary,
        });
        let held = Box::into_raw(held);
        // SAFETY: it was just made, and is reached by nobody else.
        let inside = unsafe { &mut *held };
        ArrowSchema {
            format: inside.format.as_ptr(),
            name: inside.name.as_ptr(),
            metadata: ptr::null::<c_char>(),
            flags: if self.nullable { NULLABLE } else { 0 },
            n_children: inside.children.len() as i64,
            children: pointers(&mut inside.children),
            dictionary: inside.dictionary.unwrap_or(ptr::null_mut()),
            release: Some(release_schema),
            private_data: held.cast(),
        }
    }

    fn array(self) -> ArrowArray {
        let children: Vec<_> = self.children.into_iter().map(Array::array).map(owned).collect();
        let dictionary = self.dictionary.map(|words| owned(words.array()));
        let held = Box::new(HeldArray {
            pointers: self.buffers.iter().map(|buffer| buffer.at).collect(),
            _buffers: self.buffers.into_iter().map(|buffer| buffer.held).collect(),
            children,
            dictionary,
        });
        let held = Box::into_raw(held);
        // SAFETY: it was just made, and is reached by nobody else.
        let inside = unsafe { &mut *held };
        ArrowArray {
            length: self.length as i64,
            null_count: self.missing as i64,
            offset: 0,
            n_buffers: inside.pointers.len() as i64,
            n_children: inside.children.len() as i64,
            buffers: pointers(&mut inside.pointers),
            children: pointers(&mut inside.children),
            dictionary: inside.dictionary.unwrap_or(ptr::null_mut()),
            release: Some(release_array),
            private_data: held.cast(),
        }
    }
}

/// What an exported schema holds until it is released.
struct HeldSchema {
    format: CString,
    name: CString,
    children: Vec<*mut ArrowSchema>,
    dictionary: Option<*mut ArrowSchema>,
}

/// What an exported array holds until it is released.
struct HeldArray {
    pointers: Vec<*const c_void>,
    _buffers: Vec<Box<dyn Any + Send>>,
    children: Vec<*mut ArrowArray>,
    dictionary: Option<*mut ArrowArray>,
}

fn owned<T>(value: T) -> *mut T {
    Box::into_raw(Box::new(value))
}

fn pointers<T>(all: &mut [T]) -> *mut T {
    if all.is_empty() { ptr::null_mut() } else { all.as_mut_ptr() }
}

fn c_text(text: &str) -> CString {
    CString::new(text.replace('\0', "\u{fffd}")).unwrap_or_default()
}

/// # Safety
///
/// `schema` was made by [`Array::write`], perhaps moved, and not released.
unsafe extern "C" fn release_schema(schema: *mut ArrowSchema) {
    // SAFETY: by contract; a consumer may have moved children out, which are
    // marked as released then.
    unsafe {
        let held = Box::from_raw((*schema).private_data.cast::<HeldSchema>());
        for child in held.children.iter().copied().chain(held.dictionary) {
            if let Some(release) = (*child).release {
                release(child);
            }
            drop(Box::from_raw(child));
        }
        (*schema).release = None;
    }
}

/// # Safety
///
/// As [`release_schema`].
unsafe extern "C" fn release_array(array: *mut ArrowArray) {
    // SAFETY: as in `release_schema`.
    unsafe {
        let held = Box::from_raw((*array).private_data.cast::<HeldArray>());
        for child in held.children.iter().copied().chain(held.dictionary) {
            if let Some(release) = (*child).release {
                release(child);
            }
            drop(Box::from_raw(child));
        }
        (*array).release = None;
    }
}
