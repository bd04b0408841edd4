//! Work that is shared among threads, as far as there are any to be had.

use std::panic::resume_unwind;
use std::sync::{Mutex, PoisonError};
use std::thread;

/// What our threads are called. Where a host keeps our panics from its standard
/// error, it knows by this which threads are ours.
pub const THREAD: &str = "guanxi";

/// What `work` makes of each share, in the order of the shares, by this thread and
/// as many others as there are shares, if they can be had.
///
/// A host that is out of threads gets its answer by this one alone. A share that
/// meets a defect would be a missing number: the defect goes on in this thread.
pub(crate) fn shared<S: Send, T: Send>(
    shares: impl IntoIterator<Item = S>,
    work: impl Fn(S) -> T + Sync,
) -> Vec<T> {
    let shares: Vec<S> = shares.into_iter().collect();
    let others = shares.len().saturating_sub(1);
    if others == 0 {
        return shares.into_iter().map(work).collect();
    }
    let queue = Mutex::new(shares.into_iter().enumerate());
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
    let serve = || -> Vec<(usize, T)> {
        std::iter::from_fn(next).map(|(at, share)| (at, work(share))).collect()
    };
    let mut done = thread::scope(|scope| {
        let start = |_| thread::Builder::new().name(THREAD.into()).spawn_scoped(scope, serve).ok();
        let running: Vec<_> = (0..others).filter_map(start).collect();
        let mut done = serve();
        for thread in running {
            done.extend(thread.join().unwrap_or_else(|defect| resume_unwind(defect)));
        }
        done
    });
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, made)| made).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_share_is_done_once_and_in_its_place() {
        for n in [0, 1, 2, 7, 40] {
            let mut numbers: Vec<usize> = (0..n).collect();
            let doubled = shared(numbers.chunks_mut(3), |share| {
                share.iter_mut().for_each(|number| *number *= 2);
                share.len()
            });
            assert_eq!(doubled.iter().sum::<usize>(), n);
            assert_eq!(numbers, (0..n).map(|number| number * 2).collect::<Vec<_>>());
        }
        assert_eq!(shared(0..9, |share| share * share), [0, 1, 4, 9, 16, 25, 36, 49, 64]);
    }

    #[test]
    fn a_defect_in_any_share_goes_on() {
        for bad in 0..5 {
            let run = || shared(0..5, |share| assert_ne!(share, bad));
            assert!(std::panic::catch_unwind(run).is_err());
        }
    }
}
