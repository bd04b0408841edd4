//! Which playbook gave an answer.

use serde::Serialize;

use crate::playbook::Playbook;

/// Which playbook a review was made by.
#[derive(Debug, Clone, Serialize)]
pub struct PlaybookSummary {
    /// Its id.
    pub id: Box<str>,
    /// Its version.
    pub version: Box<str>,
    /// SHA-256 of its canonical form.
    pub hash: Box<str>,
    /// The same without labels and help.
    pub semantic_hash: Box<str>,
}

impl PlaybookSummary {
    /// What identifies a playbook.
    pub(super) fn of(playbook: &Playbook) -> Self {
        PlaybookSummary {
            id: playbook.id().into(),
            version: playbook.version().into(),
            hash: playbook.hash().into(),
            semantic_hash: playbook.semantic_hash().into(),
        }
    }
}
