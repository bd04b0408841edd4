//! A defect on demand, for those who test that nothing is lost by one.

use std::cell::Cell;

thread_local! {
    static AT_NEXT_COMMIT: Cell<bool> = const { Cell::new(false) };
}

/// Makes this thread panic when it is about to commit, once, or takes that back;
/// whether it was still to come.
pub fn at_next_commit(panics: bool) -> bool {
    AT_NEXT_COMMIT.replace(panics)
}

/// What is about to be committed is written, and nothing of it is kept yet.
pub(super) fn committing() {
    assert!(!AT_NEXT_COMMIT.take(), "injected");
}
