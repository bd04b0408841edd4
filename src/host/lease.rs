//! A store that somebody uses, and what becomes of it afterwards.

use std::sync::Arc;
use std::thread::{self, ThreadId};

use super::desk::Asked;
use super::{Host, holding, locked, spoils, unknown};
use crate::error::Error;
use crate::playbook::Playbook;
use crate::store::{Opened, Store};

/// A store that is in use. It goes back when this is dropped: open where it was
/// found to be sound, closed otherwise, as after a panic.
pub(super) struct Lease<'h> {
    host: &'h Host,
    tenant: &'h str,
    thread: ThreadId,
    playbook: Playbook,
    open: Option<Opened>,
    is_sound: bool,
}

/// What is wanted of a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// The one that is there.
    There,
    /// One that is not there yet.
    New,
}

impl<'h> Lease<'h> {
    /// Waits until the store is free, and opens it where it is not open.
    pub fn of(host: &'h Host, tenant: &'h str, wanted: Wanted) -> Result<Self, Error> {
        let mut lease = Lease::ask(host, tenant)?;
        let schema = Arc::clone(lease.playbook.schema());
        // What no longer fits is closed before it is opened anew.
        lease.open = lease.open.take().filter(|open| {
            wanted == Wanted::There
                && open.is_in_place()
                && Arc::ptr_eq(open.store.schema(), &schema)
        });
        if lease.open.is_none() {
            let (folder, share) = (&host.folder, host.budget.share());
            lease.open = Some(match wanted {
                Wanted::There => folder.open(tenant, &schema, share)?,
                Wanted::New => folder.create(tenant, &schema, share)?,
            });
            locked(&host.desk).opened += 1;
        }
        Ok(lease)
    }

    /// The right to the store, which may be open or not.
    fn ask(host: &'h Host, tenant: &'h str) -> Result<Self, Error> {
        let thread = thread::current().id();
        let mut desk = locked(&host.desk);
        let open = loop {
            match desk.ask(tenant, thread) {
                Asked::Open(open) => break Some(open),
                Asked::Closed => break None,
                Asked::After(victim, open) => {
                    drop(desk);
                    drop(open);
                    desk = locked(&host.desk);
                    desk.made_room(&victim);
                    host.freed.notify_all();
                    break None;
                }
                Asked::Wait => desk = host.wait(desk),
                Asked::Holding => return Err(holding()),
                Asked::Unknown => return Err(unknown()),
            }
        };
        let playbook = desk.playbook(tenant).cloned().ok_or_else(unknown)?;
        Ok(Lease { host, tenant, thread, playbook, open, is_sound: false })
    }

    /// Does something with the store, and gives it back.
    pub fn work<T>(
        mut self,
        work: impl FnOnce(&mut Store, &Playbook) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let open = self.open.as_mut().ok_or_else(unknown)?;
        let done = work(&mut open.store, &self.playbook);
        self.is_sound = done.as_ref().err().is_none_or(|error| !spoils(error));
        done
    }

    /// Gives it back as it is.
    pub fn end(mut self) {
        self.is_sound = true;
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        let open = self.open.take().filter(|_| self.is_sound);
        // One that cannot even rest is closed.
        let open = open.and_then(|mut open| open.rest().is_ok().then_some(open));
        let mut desk = locked(&self.host.desk);
        match open {
            Some(open) => desk.back(self.tenant, open, self.thread),
            None => desk.closed(self.tenant, Some(self.thread)),
        }
        drop(desk);
        self.host.freed.notify_all();
    }
}
