//! What makes two playbooks the same, or the same but for their wording.

use sha2::{Digest, Sha256};

use super::SEMANTICS;
use crate::json::{Json, Reader};

/// The canonical text of a document and its two hashes.
#[derive(Debug)]
pub(super) struct Identity {
    pub(super) canonical: Box<str>,
    pub(super) hash: Box<str>,
    pub(super) semantic_hash: Box<str>,
    /// The document without its wording.
    pub(super) meaning: Json,
}

impl Identity {
    /// `reader` has learnt, while it read, which parts are wording.
    pub(super) fn of(document: &Json, reader: &Reader) -> Identity {
        let canonical = document.to_canonical();
        let meaning = with_semantics(reader.meaning(document));
        Identity {
            hash: sha256(&canonical),
            semantic_hash: sha256(&meaning.to_canonical()),
            canonical: canonical.into(),
            meaning,
        }
    }
}

/// A document that names no version of the semantics means this library's:
/// under another it may mean something else, so it counts as said.
fn with_semantics(mut meaning: Json) -> Json {
    if meaning.get("semantics").is_none()
        && let Json::Object(entries) = &mut meaning
    {
        entries.push(("semantics".into(), Json::Number(SEMANTICS.to_string().into())));
    }
    meaning
}

pub(super) fn sha256(text: &str) -> Box<str> {
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into()
}
