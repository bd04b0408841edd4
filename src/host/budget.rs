//! What all tenants together may cost, and what they cost.

/// The least of pages that a store can work with.
const LEAST: u64 = 64 << 10;

/// What the stores of all tenants together may cost.
///
/// ```
/// use guanxi::host::Budget;
/// let budget = Budget { stores: 100, ..Budget::default() };
/// assert_eq!((budget.files(), budget.threads), (300, 1));
/// assert_eq!(Budget::of_files(1024).stores, 325);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Stores that are open at once, at least one. By default 256.
    pub stores: usize,
    /// Bytes for pages of all open stores together, an equal share for each, at
    /// least 64 KiB. By default 512 MiB, which is what a store of its own holds for
    /// each of 256. What else a store holds comes on top, a few hundred KiB.
    pub memory: u64,
    /// Threads of [`each`](super::Host::each) and [`night`](super::Host::night).
    /// By default one. No number changes a result.
    pub threads: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Budget { stores: 256, memory: 512 << 20, threads: 1 }
    }
}

impl Budget {
    /// A budget for a process that may open so many files (`ulimit -n`): three
    /// for each store, and 48 for everything else.
    pub fn of_files(files: usize) -> Budget {
        Budget { stores: (files.saturating_sub(48) / 3).max(1), ..Budget::default() }
    }

    /// The file descriptors that open stores take: the file, its log of changes,
    /// and the index of the log. A store that the process opens beside its host takes
    /// more, until both have closed it.
    pub fn files(&self) -> usize {
        self.stores.max(1).saturating_mul(3)
    }

    /// Bytes of pages that one store may hold.
    pub(super) fn share(&self) -> u64 {
        let stores = u64::try_from(self.stores).unwrap_or(u64::MAX).max(1);
        (self.memory / stores).max(LEAST)
    }
}

/// What a host spends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Usage {
    /// Tenants that are known.
    pub tenants: usize,
    /// Different playbooks that they go by.
    pub playbooks: usize,
    /// Stores that are open, or about to be.
    pub open: usize,
    /// Those of them that somebody uses just now.
    pub in_use: usize,
    /// How often a store was opened.
    pub opened: u64,
    /// How often one was closed because another needed its place.
    pub evicted: u64,
}
