//! Answers as documents.

use guanxi_core::{Code, Error, Fault};
use serde::Serialize;

/// The JSON of an answer, on one line.
pub fn bytes(answer: &impl Serialize) -> Result<Vec<u8>, Error> {
    serde_json::to_vec(answer).map_err(|error| unwritten(&error))
}

/// The JSON of an answer that becomes a part of another one.
pub fn value(answer: &impl Serialize) -> Result<serde_json::Value, Error> {
    serde_json::to_value(answer).map_err(|error| unwritten(&error))
}

fn unwritten(error: &serde_json::Error) -> Error {
    Fault::new(
        Code::Internal,
        format!("an answer cannot be written as JSON: {error}"),
        format!("结果无法写成 JSON：{error}"),
    )
    .into()
}
