//! Expressions of a document: what is found is noted where they stand.

use std::sync::Arc;

use super::checked::Checked;
use crate::error::Error;
use crate::json::{Reader, Written};

/// The expression, or nothing where it has faults; these and hints are noted in
/// `reader`, each at its bytes of what is written. A fault that only follows
/// from another one is left out.
pub fn noted(
    written: &Written,
    checked: Result<Checked, Error>,
    reader: &mut Reader,
) -> Option<Arc<Checked>> {
    match checked {
        Ok(checked) => {
            for hint in &checked.hints {
                reader.hint(hint.clone().at(written.pointer.as_str()));
            }
            Some(Arc::new(checked))
        }
        Err(error) => {
            for fault in error.into_faults() {
                if !reader.follows(&fault, &written.text) {
                    reader.fault(fault.at(written.pointer.as_str()));
                }
            }
            None
        }
    }
}
