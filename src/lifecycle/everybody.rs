//! One customer after the other, on as many threads as are given.

use super::course::Life;
use super::replay::{Replay, Scratch};
use crate::stats::shared;
use crate::units::Instant;

/// The life of one customer up to an instant, itself included; `None`: nothing
/// of it had happened.
///
/// The one place from which flows and comparisons get their lives.
pub(super) fn life(
    replay: &Replay<'_>,
    customer: usize,
    until: Instant,
    scratch: &mut Scratch,
) -> Option<Life> {
    let there = replay.world().columns.is_known(customer, until);
    there.then(|| replay.life(customer, until, scratch))
}

/// Adds up over `0..n_customers`: parts of consecutive customers, in their
/// order.
///
/// What is made of the parts must not depend on where one ends and the next
/// begins; then the number of threads never changes an answer.
pub(super) fn everybody<T: Send>(
    n_customers: usize,
    threads: usize,
    start: impl Fn() -> T + Sync,
    add: impl Fn(&mut T, usize) + Sync,
) -> Vec<T> {
    let share = n_customers.div_ceil(threads.max(1)).max(1);
    let part = |from: usize| {
        let mut part = start();
        for customer in from..n_customers.min(from + share) {
            add(&mut part, customer);
        }
        part
    };
    let starts = (0..n_customers).step_by(share);
    if threads <= 1 { starts.map(part).collect() } else { shared(starts, part) }
}
