//! What a stream gives, one array after the other.

use std::ffi::CStr;

use guanxi_core::{Code, Error, Fault};

use super::{ArrowArray, ArrowArrayStream, ArrowSchema, Moved};

/// The schema of a stream and all its arrays.
///
/// # Safety
///
/// The stream follows the interface.
pub unsafe fn collected(
    stream: &mut Moved<ArrowArrayStream>,
) -> Result<(Moved<ArrowSchema>, Vec<Moved<ArrowArray>>), Error> {
    let callbacks = (stream.get_schema, stream.get_next);
    let (false, (Some(get_schema), Some(get_next))) = (stream.is_released(), callbacks) else {
        return Err(Fault::new(
            Code::MalformedColumn,
            "the stream was released, or has no callbacks",
            "数据流已释放，或没有回调函数",
        )
        .into());
    };
    let mut schema = Moved::<ArrowSchema>::empty();
    // SAFETY: the stream is live, and the place is ours.
    let status = unsafe { get_schema(stream.as_mut_ptr(), schema.as_mut_ptr()) };
    if status != 0 {
        // SAFETY: passed on.
        return Err(unsafe { broken(stream, status) });
    }
    let mut arrays = Vec::new();
    loop {
        let mut array = Moved::<ArrowArray>::empty();
        // SAFETY: as above.
        let status = unsafe { get_next(stream.as_mut_ptr(), array.as_mut_ptr()) };
        if status != 0 {
            // SAFETY: passed on.
            return Err(unsafe { broken(stream, status) });
        }
        if array.is_released() {
            return Ok((schema, arrays));
        }
        arrays.push(array);
    }
}

/// What a stream says about its failure.
///
/// # Safety
///
/// The stream is live, and its last call failed.
unsafe fn broken(stream: &mut Moved<ArrowArrayStream>, status: i32) -> Error {
    let get = stream.get_last_error;
    // SAFETY: by contract; what it gives is null or a text until the next call.
    let said = unsafe {
        get.map(|get| get(stream.as_mut_ptr()))
            .filter(|said| !said.is_null())
            .map(|said| CStr::from_ptr(said).to_string_lossy().into_owned())
    };
    let said = said.unwrap_or_default();
    let said = guanxi_core::units::shown(&said);
    Fault::new(
        Code::Io,
        format!("the stream failed with {status}: {said}"),
        format!("数据流出错 {status}：{said}"),
    )
    .into()
}
