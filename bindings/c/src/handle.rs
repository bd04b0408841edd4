//! Handles: what C holds instead of values.
//!
//! ```text
//! gx_playbook* ──> Head { seal: guanxi · kind · life, users, body } ──> Body
//! ```
//!
//! A handle points to a head, and the head to the body. When a handle is freed
//! the body goes and the head stays for a while, marked as freed, so that the
//! second use of a freed handle reads its own epitaph and not somebody else's
//! memory. The last [`RESTING`] freed heads rest like this; older ones serve
//! new handles.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicPtr, AtomicU32, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::{process, ptr};

use guanxi_core::{Code, Error, Fault};

/// Freed heads that are not used again yet.
const RESTING: usize = 4096;

/// The first six bytes of every head.
const SEAL: u64 = 0x6775_616e_7869_0000;

/// A handle's type as C knows it.
pub trait Handle: Sized + 'static {
    /// What it stands for. Handles move between threads, so it must be `Send`.
    type Body: Send;
    /// Its number among the kinds.
    const KIND: Kind;
}

/// The kinds of handles. Numbers are given once, so that two versions of the
/// library in one process tell each other's apart.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    Error = 1,
    Bytes = 2,
    Ids = 3,
    Playbook = 4,
    Store = 5,
    Review = 6,
}

impl Kind {
    const ALL: [Kind; 6] =
        [Kind::Error, Kind::Bytes, Kind::Ids, Kind::Playbook, Kind::Store, Kind::Review];

    /// Whether a process that was forked has a part of it only: open files are
    /// shared with the one that opened them, locks are not.
    fn is_of_process(self) -> bool {
        self == Kind::Store
    }

    fn name(self) -> &'static str {
        match self {
            Kind::Error => "gx_error",
            Kind::Bytes => "gx_bytes",
            Kind::Ids => "gx_ids",
            Kind::Playbook => "gx_playbook",
            Kind::Store => "gx_store",
            Kind::Review => "gx_review",
        }
    }
}

const LIVE: u64 = 1;
const POISONED: u64 = 2;
const FREED: u64 = 3;

/// What a handle points to.
pub struct Head {
    seal: AtomicU64,
    /// 1 while a call is using the handle that no other may use.
    users: AtomicU32,
    /// Who made it, where it is of no use to a process that was forked.
    process: AtomicU32,
    body: AtomicPtr<()>,
}

/// Heads of freed handles, the longest freed first.
static FREED_HEADS: Mutex<VecDeque<&'static Head>> = Mutex::new(VecDeque::new());

fn sealed(kind: Kind, life: u64) -> u64 {
    SEAL | u64::from(kind as u8) << 8 | life
}

/// A new handle for a value.
pub fn give<H: Handle>(body: H::Body) -> *mut H {
    let head = rested().unwrap_or_else(|| {
        Box::leak(Box::new(Head {
            seal: AtomicU64::new(0),
            users: AtomicU32::new(0),
            process: AtomicU32::new(0),
            body: AtomicPtr::new(ptr::null_mut()),
        }))
    });
    head.body.store(Box::into_raw(Box::new(body)).cast(), Ordering::Relaxed);
    head.users.store(0, Ordering::Relaxed);
    let process = if H::KIND.is_of_process() { process::id() } else { 0 };
    head.process.store(process, Ordering::Relaxed);
    head.seal.store(sealed(H::KIND, LIVE), Ordering::Release);
    ptr::from_ref(head).cast_mut().cast()
}

fn rested() -> Option<&'static Head> {
    let mut freed = FREED_HEADS.lock().unwrap_or_else(PoisonError::into_inner);
    if freed.len() < RESTING { None } else { freed.pop_front() }
}

/// The head of a live handle.
///
/// # Safety
///
/// `handle` is null, was made by [`give`], or points to at least eight
/// readable bytes.
pub unsafe fn head<H: Handle>(handle: *const H) -> Result<&'static Head, Error> {
    // SAFETY: passed on.
    let (head, life) = unsafe { found(handle)? };
    match life {
        LIVE => Ok(head),
        POISONED => Err(poisoned(H::KIND)),
        _ => Err(freed(H::KIND)),
    }
}

/// The head of a handle of this kind, in whatever state it is.
///
/// # Safety
///
/// As [`head`].
unsafe fn found<H: Handle>(handle: *const H) -> Result<(&'static Head, u64), Error> {
    if handle.is_null() {
        return Err(null(H::KIND.name()));
    }
    let handle = handle.cast::<Head>();
    if !handle.is_aligned() {
        return Err(foreign(H::KIND));
    }
    // SAFETY: the seal is the first field; heads are never unmapped, and other
    // pointers are readable by contract.
    let seal = unsafe { (*handle.cast::<AtomicU64>()).load(Ordering::Acquire) };
    if seal & !0xffff != SEAL {
        return Err(foreign(H::KIND));
    }
    let kind = (seal >> 8) & 0xff;
    if kind != u64::from(H::KIND as u8) {
        let other = Kind::ALL.into_iter().find(|other| u64::from(*other as u8) == kind);
        return Err(other.map_or_else(|| foreign(H::KIND), |other| mistaken(H::KIND, other)));
    }
    // SAFETY: what bears the seal was made by `give`, and heads live forever.
    Ok((unsafe { &*handle }, seal & 0xff))
}

/// Takes the value back from a handle, live or poisoned.
///
/// # Safety
///
/// As [`head`], and no other thread uses the handle.
pub unsafe fn retire<H: Handle>(handle: *mut H) -> Result<Box<H::Body>, Error> {
    // SAFETY: passed on.
    let (head, life) = unsafe { found(handle.cast_const())? };
    if life == FREED {
        return Err(freed(H::KIND));
    }
    head.claim(H::KIND)?;
    // The one who changes the seal has the body, should two try at once.
    let before = head.seal.swap(sealed(H::KIND, FREED), Ordering::AcqRel);
    if before & 0xff == FREED {
        return Err(freed(H::KIND));
    }
    let body = head.body.swap(ptr::null_mut(), Ordering::AcqRel).cast::<H::Body>();
    FREED_HEADS.lock().unwrap_or_else(PoisonError::into_inner).push_back(head);
    // SAFETY: `give` put a box of this kind there, and the swap took it once.
    Ok(unsafe { Box::from_raw(body) })
}

impl Head {
    /// The value, to look at.
    ///
    /// # Safety
    ///
    /// The head is of a live `H` that is not freed while the reference lives,
    /// and nobody holds it [for change](Head::body_mut).
    pub unsafe fn body<'a, H: Handle>(&self) -> &'a H::Body {
        // SAFETY: a live head has a body of its kind.
        unsafe { &*self.body.load(Ordering::Acquire).cast::<H::Body>() }
    }

    /// The value, to change.
    ///
    /// # Safety
    ///
    /// As [`body`](Head::body), and the caller has [claimed](Head::claim) it.
    pub unsafe fn body_mut<'a, H: Handle>(&self) -> &'a mut H::Body {
        // SAFETY: a live head has a body of its kind, and one claim at a time.
        unsafe { &mut *self.body.load(Ordering::Acquire).cast::<H::Body>() }
    }

    /// Claims the handle for one call.
    pub fn claim(&self, kind: Kind) -> Result<(), Error> {
        if kind.is_of_process() && self.process.load(Ordering::Relaxed) != process::id() {
            return Err(forked(kind));
        }
        match self.users.compare_exchange(0, 1, Ordering::Acquire, Ordering::Relaxed) {
            Ok(_) => Ok(()),
            Err(_) => Err(in_use(kind)),
        }
    }

    /// Ends a claim.
    pub fn release(&self) {
        self.users.store(0, Ordering::Release);
    }

    /// Keeps the handle from ever being used again; it can be freed.
    pub fn poison(&self) {
        let poisoned = |seal| (seal & 0xff == LIVE).then_some(seal & !0xff | POISONED);
        let _ = self.seal.fetch_update(Ordering::AcqRel, Ordering::Relaxed, poisoned);
    }
}

/// A pointer that must not be null is.
pub fn null(what: &str) -> Error {
    Fault::new(
        Code::NullPointer,
        format!("the pointer to `{what}` is null"),
        format!("指向 `{what}` 的指针为空"),
    )
    .into()
}

fn foreign(wanted: Kind) -> Error {
    let wanted = wanted.name();
    Fault::new(
        Code::WrongHandle,
        format!("this is not a handle, expected a `{wanted}`"),
        format!("这不是句柄，应为 `{wanted}`"),
    )
    .into()
}

fn mistaken(wanted: Kind, found: Kind) -> Error {
    let (wanted, found) = (wanted.name(), found.name());
    Fault::new(
        Code::WrongHandle,
        format!("this is a `{found}`, expected a `{wanted}`"),
        format!("这是 `{found}`，应为 `{wanted}`"),
    )
    .into()
}

fn freed(kind: Kind) -> Error {
    let kind = kind.name();
    Fault::new(Code::FreedHandle, format!("this `{kind}` was freed"), format!("此 `{kind}` 已释放"))
        .into()
}

fn poisoned(kind: Kind) -> Error {
    let kind = kind.name();
    Fault::new(
        Code::PoisonedHandle,
        format!("an earlier call met a defect with this `{kind}`"),
        format!("此前的调用在此 `{kind}` 上遇到内部缺陷"),
    )
    .hint("free it and make it anew", "请释放后重新创建")
    .into()
}

fn forked(kind: Kind) -> Error {
    let kind = kind.name();
    Fault::new(
        Code::HandleInUse,
        format!("another process made this `{kind}`"),
        format!("此 `{kind}` 由另一进程创建"),
    )
    .hint("after a fork, open it in the new process too", "fork 之后请在新进程中重新打开")
    .into()
}

fn in_use(kind: Kind) -> Error {
    let kind = kind.name();
    Fault::new(
        Code::HandleInUse,
        format!("another thread is using this `{kind}`"),
        format!("此 `{kind}` 正被另一线程使用"),
    )
    .hint(
        "one call at a time; open one for each thread",
        "同一时刻只能有一个调用；请为每个线程各开一个",
    )
    .into()
}
