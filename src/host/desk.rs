//! Who has which store: those in use, those open and idle, and who must wait.
//!
//! Nothing here opens or closes anything: it says what is to be opened or
//! closed, and whoever asked does it without holding the desk.

use std::collections::{BTreeMap, HashSet};
use std::thread::ThreadId;

use crate::playbook::Playbook;

/// The stores of all tenants; `S` is an open one.
#[derive(Debug)]
pub(super) struct Desk<S> {
    /// Stores that may be open at once.
    most: usize,
    tenants: BTreeMap<Box<str>, Tenant<S>>,
    /// Idle stores by the turn at which they were given back.
    idle: BTreeMap<u64, Box<str>>,
    /// Counts what is given back, so that no clock is needed.
    turn: u64,
    /// Stores that are open, being opened or being closed.
    open: usize,
    /// Threads that hold a store.
    holders: HashSet<ThreadId>,
    pub opened: u64,
    pub evicted: u64,
}

#[derive(Debug)]
struct Tenant<S> {
    playbook: Playbook,
    place: Place<S>,
}

#[derive(Debug)]
enum Place<S> {
    Closed,
    Idle(u64, S),
    /// Somebody uses it, opens it or closes it.
    Taken,
}

/// What whoever asks for a store is told.
#[derive(Debug)]
pub(super) enum Asked<S> {
    /// It is open.
    Open(S),
    /// It is yours to open.
    Closed,
    /// It is yours to open once this one of another tenant is closed.
    After(Box<str>, S),
    /// Somebody has it, or nothing can be closed for it: ask again later.
    Wait,
    /// The thread holds a store already, and might wait for itself.
    Holding,
    /// Nobody has this name.
    Unknown,
}

impl<S> Desk<S> {
    pub fn new(most: usize) -> Self {
        Desk {
            most: most.max(1),
            tenants: BTreeMap::new(),
            idle: BTreeMap::new(),
            turn: 0,
            open: 0,
            holders: HashSet::new(),
            opened: 0,
            evicted: 0,
        }
    }

    /// A tenant goes by this playbook from now on. Gives the former one.
    pub fn enlist(&mut self, tenant: &str, playbook: Playbook) -> Option<Playbook> {
        if let Some(known) = self.tenants.get_mut(tenant) {
            return Some(std::mem::replace(&mut known.playbook, playbook));
        }
        self.tenants.insert(tenant.into(), Tenant { playbook, place: Place::Closed });
        None
    }

    /// Removes a tenant who has no open store. Gives the playbook.
    pub fn strike(&mut self, tenant: &str) -> Option<Playbook> {
        self.tenants.remove(tenant).map(|tenant| tenant.playbook)
    }

    pub fn playbook(&self, tenant: &str) -> Option<&Playbook> {
        self.tenants.get(tenant).map(|tenant| &tenant.playbook)
    }

    pub fn names(&self) -> impl ExactSizeIterator<Item = &Box<str>> {
        self.tenants.keys()
    }

    /// Stores that are open or about to be, and those of them that are idle.
    pub fn counts(&self) -> (usize, usize) {
        (self.open, self.idle.len())
    }

    /// Whether this thread holds a store.
    pub fn is_holding(&self, thread: ThreadId) -> bool {
        self.holders.contains(&thread)
    }

    /// Asks for a store. Whoever gets one says later that it is
    /// [`back`](Desk::back) or [`closed`](Desk::closed).
    pub fn ask(&mut self, tenant: &str, thread: ThreadId) -> Asked<S> {
        if self.is_holding(thread) {
            return Asked::Holding;
        }
        let Some(found) = self.tenants.get_mut(tenant) else { return Asked::Unknown };
        match std::mem::replace(&mut found.place, Place::Taken) {
            Place::Taken => return Asked::Wait,
            Place::Idle(turn, store) => {
                self.idle.remove(&turn);
                self.holders.insert(thread);
                return Asked::Open(store);
            }
            Place::Closed => {}
        }
        let asked = if self.open < self.most {
            self.open += 1;
            Asked::Closed
        } else if let Some((victim, store)) = self.oldest() {
            Asked::After(victim, store)
        } else {
            self.place(tenant, Place::Closed);
            return Asked::Wait;
        };
        self.holders.insert(thread);
        asked
    }

    /// Takes the store that nobody has used for longest, for being closed.
    fn oldest(&mut self) -> Option<(Box<str>, S)> {
        let (_, name) = self.idle.pop_first()?;
        let store = self.take_idle(&name)?;
        Some((name, store))
    }

    /// Takes an idle store out, its name being off the list already.
    fn take_idle(&mut self, tenant: &str) -> Option<S> {
        let found = self.tenants.get_mut(tenant)?;
        match std::mem::replace(&mut found.place, Place::Taken) {
            Place::Idle(turn, store) => {
                self.idle.remove(&turn);
                Some(store)
            }
            other => {
                found.place = other;
                None
            }
        }
    }

    /// Takes a store that is idle, for being closed: `None` where somebody has
    /// it. A tenant without an open store has nothing to be closed.
    pub fn retire(&mut self, tenant: &str) -> Option<Option<S>> {
        match self.tenants.get(tenant).map(|tenant| &tenant.place) {
            Some(Place::Taken) => None,
            Some(Place::Idle(..)) => Some(self.take_idle(tenant)),
            Some(Place::Closed) | None => Some(None),
        }
    }

    /// A store is given back.
    pub fn back(&mut self, tenant: &str, store: S, thread: ThreadId) {
        self.holders.remove(&thread);
        self.turn += 1;
        self.idle.insert(self.turn, tenant.into());
        self.place(tenant, Place::Idle(self.turn, store));
    }

    /// A store could not be opened, or is closed.
    pub fn closed(&mut self, tenant: &str, thread: Option<ThreadId>) {
        if let Some(thread) = thread {
            self.holders.remove(&thread);
        }
        self.open = self.open.saturating_sub(1);
        self.place(tenant, Place::Closed);
    }

    /// The store that made room is closed; its room has gone to another.
    pub fn made_room(&mut self, tenant: &str) {
        self.evicted += 1;
        self.place(tenant, Place::Closed);
    }

    fn place(&mut self, tenant: &str, place: Place<S>) {
        if let Some(tenant) = self.tenants.get_mut(tenant) {
            tenant.place = place;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::thread::{self, ThreadId};

    use super::{Asked, Desk};
    use crate::playbook::Playbook;

    fn desk(most: usize) -> Desk<u32> {
        let text = r#"{"guanxi": 1, "id": "p", "version": "1", "calendar": {"zone": "UTC"}}"#;
        let playbook = Playbook::from_json(text).unwrap();
        let mut desk = Desk::new(most);
        for name in ["a", "b", "c", "d"] {
            assert!(desk.enlist(name, playbook.clone()).is_none());
        }
        desk
    }

    fn other() -> ThreadId {
        thread::spawn(|| thread::current().id()).join().unwrap()
    }

    /// What is asked for is opened, whatever must be closed for it.
    fn visit(desk: &mut Desk<u32>, name: &str, thread: ThreadId) -> Option<Box<str>> {
        let victim = match desk.ask(name, thread) {
            Asked::Open(_) | Asked::Closed => None,
            Asked::After(victim, _) => {
                desk.made_room(&victim);
                Some(victim)
            }
            other => panic!("{other:?}"),
        };
        desk.back(name, 1, thread);
        victim
    }

    #[test]
    fn whoever_was_not_used_for_longest_makes_room() {
        let (mut desk, me) = (desk(2), thread::current().id());
        assert_eq!(visit(&mut desk, "a", me), None);
        assert_eq!(visit(&mut desk, "b", me), None);
        assert_eq!(visit(&mut desk, "a", me), None);
        assert_eq!(visit(&mut desk, "c", me).as_deref(), Some("b"));
        assert_eq!(visit(&mut desk, "b", me).as_deref(), Some("a"));
        assert_eq!(desk.counts(), (2, 2));
        assert_eq!(desk.evicted, 2);
    }

    #[test]
    fn what_is_in_use_is_neither_given_nor_closed() {
        let (mut desk, me, other) = (desk(1), thread::current().id(), other());
        assert!(matches!(desk.ask("a", me), Asked::Closed));
        assert!(matches!(desk.ask("a", other), Asked::Wait));
        assert!(matches!(desk.ask("b", other), Asked::Wait));
        assert!(matches!(desk.ask("b", me), Asked::Holding));
        assert!(desk.retire("a").is_none());
        desk.back("a", 1, me);
        assert!(matches!(desk.ask("b", other), Asked::After(victim, 1) if &*victim == "a"));
        // While it is being closed nobody may open it a second time.
        assert!(matches!(desk.ask("a", me), Asked::Wait));
        desk.made_room("a");
        desk.closed("b", Some(other));
        assert_eq!(desk.counts(), (0, 0));
        assert!(matches!(desk.ask("a", me), Asked::Closed));
        assert!(matches!(desk.ask("nobody", other), Asked::Unknown));
    }
}
