//! Playbooks that tenants share: each is compiled once.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use crate::playbook::Playbook;

/// Compiled playbooks, found by their text and by their hash.
#[derive(Debug, Default)]
pub(super) struct Shelf {
    /// Texts that were compiled, with the hash of the playbook.
    texts: HashMap<[u8; 32], Box<str>>,
    kept: HashMap<Box<str>, Kept>,
}

#[derive(Debug)]
struct Kept {
    playbook: Playbook,
    /// How many tenants go by it.
    tenants: usize,
}

impl Shelf {
    /// The playbook that was compiled from this text.
    pub fn of_text(&self, text: &str) -> Option<Playbook> {
        let hash = self.texts.get(&digest(text))?;
        self.kept.get(hash).map(|kept| kept.playbook.clone())
    }

    /// Keeps what was compiled from a text, and gives the one to be shared.
    pub fn keep(&mut self, text: &str, playbook: &Playbook) -> Playbook {
        // What no tenant took meanwhile is let go of.
        self.kept.retain(|_, kept| 0 < kept.tenants);
        let shared = self.shared(playbook);
        self.texts.retain(|_, hash| self.kept.contains_key(hash));
        self.texts.insert(digest(text), shared.hash().into());
        shared
    }

    /// A tenant goes by this playbook from now on; gives the one to be shared.
    pub fn take(&mut self, playbook: &Playbook) -> Playbook {
        let shared = self.shared(playbook);
        if let Some(kept) = self.kept.get_mut(playbook.hash()) {
            kept.tenants += 1;
        }
        shared
    }

    /// A tenant no longer goes by this playbook.
    pub fn give_back(&mut self, playbook: &Playbook) {
        let Some(kept) = self.kept.get_mut(playbook.hash()) else { return };
        kept.tenants = kept.tenants.saturating_sub(1);
        if kept.tenants == 0 {
            self.kept.remove(playbook.hash());
            self.texts.retain(|_, hash| **hash != *playbook.hash());
        }
    }

    /// How many different ones tenants go by.
    pub fn in_use(&self) -> usize {
        self.kept.values().filter(|kept| 0 < kept.tenants).count()
    }

    fn shared(&mut self, playbook: &Playbook) -> Playbook {
        let new = || Kept { playbook: playbook.clone(), tenants: 0 };
        self.kept.entry(playbook.hash().into()).or_insert_with(new).playbook.clone()
    }
}

fn digest(text: &str) -> [u8; 32] {
    Sha256::digest(text).into()
}
