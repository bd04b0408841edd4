//! How much work an expression may be for one customer, known before it runs.
//!
//! A step is one node looked at once. What folds repeat is counted per element
//! of the list they go through, so a bound is a sum of products:
//!
//! ```text
//! age > 30 && purchases.exists(p, p.amount > 100.00)
//! 5                                                      once
//!   + 3 * purchases                                      for each purchase
//! ```
//!
//! How many events of a kind one customer has is the host's to know; with it
//! the bound is a number, and a number can be refused.

use crate::error::{Code, Error, Fault};

/// How deep iterations over events may nest. Three would be a cube of a
/// customer's history.
pub const NESTING: usize = 2;

/// A bound on the steps that one evaluation takes, for one customer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cost {
    terms: Vec<Term>,
}

/// Some steps, repeated for what is gone through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Term {
    /// The event kinds gone through inside one another.
    pub kinds: [Option<usize>; NESTING],
    /// How many sets are gone through inside one another.
    pub sets: u32,
    /// Steps for each combination of elements.
    pub steps: u64,
}

impl Cost {
    /// Sums up; terms that repeat the same things become one.
    pub fn of(mut terms: Vec<Term>) -> Cost {
        if terms.len() > 1 {
            terms.sort_unstable();
            terms.dedup_by(|later, kept| {
                let same = (later.kinds, later.sets) == (kept.kinds, kept.sets);
                if same {
                    kept.steps = kept.steps.saturating_add(later.steps);
                }
                same
            });
        }
        Cost { terms }
    }

    /// The parts of the sum, each with other repetitions.
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// The bound in steps, where `events[k]` is the most events of kind `k`
    /// that one customer has (kinds beyond the slice have none), and `elements`
    /// the most texts in one set. Saturates.
    pub fn steps(&self, events: &[u64], elements: u64) -> u64 {
        let term = |term: &Term| {
            let sets = elements.saturating_pow(term.sets);
            let kinds = term.kinds.iter().flatten();
            kinds
                .map(|kind| events.get(*kind).copied().unwrap_or(0))
                .fold(term.steps.saturating_mul(sets), u64::saturating_mul)
        };
        self.terms.iter().map(term).fold(0, u64::saturating_add)
    }

    /// Refuses a bound above `limit` steps.
    ///
    /// # Errors
    ///
    /// [`Code::CostTooHigh`], with both numbers.
    pub fn refuse_over(&self, limit: u64, events: &[u64], elements: u64) -> Result<(), Error> {
        let steps = self.steps(events, elements);
        if steps <= limit {
            return Ok(());
        }
        let fault = Fault::new(
            Code::CostTooHigh,
            format!("may take {steps} steps for one customer, expected at most {limit}"),
            format!("每位客户最多需要 {steps} 步，超过上限 {limit}"),
        )
        .hint(
            "narrow the lists with `within(...)`, or split the condition",
            "用 `within(...)` 缩小范围，或拆分条件",
        );
        Err(Error::from(fault))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn term(kinds: [Option<usize>; 2], sets: u32, steps: u64) -> Term {
        Term { kinds, sets, steps }
    }

    #[test]
    fn the_same_repetitions_add_up() {
        let cost = Cost::of(vec![
            term([None, None], 0, 2),
            term([Some(1), None], 0, 5),
            term([None, None], 0, 3),
            term([Some(1), None], 0, 1),
        ]);
        let expected = [term([None, None], 0, 5), term([Some(1), None], 0, 6)];
        assert_eq!(cost.terms(), expected);
        assert_eq!(cost.steps(&[0, 100], 7), 605);
        assert_eq!(cost.steps(&[], 7), 5);
    }

    #[test]
    fn products_saturate_and_are_refused() {
        let cost = Cost::of(vec![term([Some(0), Some(0)], 9, 1)]);
        assert_eq!(cost.steps(&[3], 2), 9 * 512);
        assert_eq!(cost.steps(&[u64::MAX], 2), u64::MAX);
        assert!(cost.refuse_over(9 * 512, &[3], 2).is_ok());
        let error = cost.refuse_over(9 * 512 - 1, &[3], 2).unwrap_err();
        assert_eq!(error.code(), Code::CostTooHigh);
    }
}
