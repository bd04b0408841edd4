//! One word out of a fixed few.

use super::nearest::nearest;
use super::shown::shown;
use crate::error::{Code, Error, Fault};

/// The value whose name is `text`, or a fault that lists the names.
pub(crate) fn choose<T: Copy, const N: usize>(
    text: &str,
    all: [T; N],
    name: fn(T) -> &'static str,
    what: (&str, &str),
) -> Result<T, Error> {
    if let Some(&found) = all.iter().find(|&&value| name(value) == text) {
        return Ok(found);
    }
    let names: Vec<&str> = all.iter().map(|&value| name(value)).collect();
    let (listed, given) = (names.join("`, `"), shown(text));
    let fault = Fault::new(
        Code::MalformedValue,
        format!("`{given}` is not a {}, expected one of `{listed}`", what.0),
        format!("`{given}` 不是{}，应为 `{listed}` 之一", what.1),
    );
    Err(match nearest(text, names) {
        Some(near) => fault.meant(near).into(),
        None => fault.into(),
    })
}
