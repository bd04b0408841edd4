//! The running hash that makes loss provable.
//!
//! Each batch has a hash over the hash of the batch before and over the full
//! text of its facts. A fact that is gone, changed, moved or added behind our
//! back leaves a chain that does not add up. Names are hashed, not their
//! numbers in the store, so the dictionaries are covered too.

use sha2::{Digest, Sha256};

/// A hash of the chain.
pub(super) type Link = [u8; 32];

/// What the first batch is chained to.
pub(super) const START: Link = [0; 32];

/// A fact as it is hashed: every column of the log, numbers replaced by names.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row<'a> {
    pub sequence: i64,
    pub source: &'a str,
    pub id: &'a str,
    pub customer: Option<&'a str>,
    pub class: &'a str,
    pub kind: &'a str,
    pub at: Option<i64>,
    pub seen: i64,
    pub revision: Option<i64>,
    pub corrects: Option<&'a str>,
    pub body: &'a str,
}

/// The hash of a batch in the making.
pub(super) struct Chain {
    hash: Sha256,
    row: Vec<u8>,
}

impl Chain {
    pub(super) fn after(previous: &Link) -> Self {
        Chain { hash: Sha256::new_with_prefix(previous), row: Vec::new() }
    }

    pub(super) fn push(&mut self, row: &Row<'_>) {
        self.row.clear();
        number(Some(row.sequence), &mut self.row);
        text(Some(row.source), &mut self.row);
        text(Some(row.id), &mut self.row);
        text(row.customer, &mut self.row);
        text(Some(row.class), &mut self.row);
        text(Some(row.kind), &mut self.row);
        number(row.at, &mut self.row);
        number(Some(row.seen), &mut self.row);
        number(row.revision, &mut self.row);
        text(row.corrects, &mut self.row);
        text(Some(row.body), &mut self.row);
        self.hash.update(&self.row);
    }

    /// Closes the batch; what follows is chained to it.
    pub(super) fn close(&mut self) -> Link {
        let link = self.hash.finalize_reset().into();
        self.hash.update(link);
        link
    }
}

// Each part says whether it is there and how long it is, so that no two rows
// have the same bytes.

fn number(number: Option<i64>, out: &mut Vec<u8>) {
    match number {
        Some(number) => {
            out.push(1);
            out.extend_from_slice(&number.to_le_bytes());
        }
        None => out.push(0),
    }
}

fn text(text: Option<&str>, out: &mut Vec<u8>) {
    number(text.map(|text| text.len() as i64), out);
    out.extend_from_slice(text.unwrap_or_default().as_bytes());
}
