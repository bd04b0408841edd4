//! What of one customer's purchases matters to a model: a few numbers that
//! grow with each purchase and that two parts of a history add up to.

/// One purchase, or money given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Purchase {
    /// The number of the grain that it lies in.
    pub grain: u32,
    /// What was paid, in units of the amount's scale; negative for money given
    /// back; `None` where it is not known.
    pub amount: Option<i64>,
}

impl Purchase {
    /// Money given back is no purchase.
    pub fn is_refund(self) -> bool {
        self.amount.is_some_and(|amount| amount < 0)
    }
}

/// What was paid in some purchases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Spend {
    /// The known amounts, money given back taken off.
    pub units: i128,
    /// How many purchases are of an unknown amount.
    pub unknown: u32,
}

impl Spend {
    fn add(&mut self, other: Spend) {
        self.units += other.units;
        self.unknown = self.unknown.saturating_add(other.unknown);
    }

    fn of(amount: Option<i64>) -> Spend {
        let units = i128::from(amount.unwrap_or(0));
        Spend { units, unknown: u32::from(amount.is_none()) }
    }
}

/// The sufficient statistics of one customer's purchases.
///
/// Purchases within one grain are one. Money given back lowers what the last
/// purchase before it brought, and nothing else: the visit happened.
///
/// Histories are values that add up: [`push`](History::push) takes the next
/// purchase, [`merge`](History::merge) a whole later part, and however a
/// history is cut into parts, the same numbers come out, to the bit.
///
/// ```
/// use guanxi::value::cbs::{History, Purchase};
/// let purchase = |grain, amount| Purchase { grain, amount: Some(amount) };
/// let mut history = History::default();
/// for (grain, amount) in [(3, 1000), (3, 250), (17, 800), (17, -300), (45, 990)] {
///     history.push(purchase(grain, amount));
/// }
/// assert_eq!((history.purchases(), history.frequency()), (3, 2));
/// assert_eq!(history.span(), Some((3, 45)));
/// assert_eq!(history.repeat_spend().units, 800 - 300 + 990);
/// assert!((history.log_gaps() - (14f64.ln() + 28f64.ln())).abs() < 2e-12);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct History {
    /// How many different grains have a purchase.
    purchases: u32,
    first: u32,
    last: u32,
    /// The sum of the logarithms of the grains between one purchase and the
    /// next, in units of 2^-40: a sum of whole numbers has no order.
    log_gaps: i64,
    /// What the first purchase brought, and what the later ones did.
    first_spend: Spend,
    repeat_spend: Spend,
    /// Money given back before any purchase: it belongs to an earlier part.
    early: i128,
}

/// Units of the sum of logarithms.
const ONE: f64 = (1_u64 << 40) as f64;

impl History {
    /// Takes the next purchase, in order of time.
    ///
    /// # Cost
    ///
    /// Constant.
    #[inline]
    pub fn push(&mut self, purchase: Purchase) {
        let spend = Spend::of(purchase.amount);
        if purchase.is_refund() {
            return self.give_back(spend.units);
        }
        if self.purchases == 0 {
            (self.purchases, self.first, self.last) = (1, purchase.grain, purchase.grain);
            self.first_spend.add(spend);
            return;
        }
        if self.last < purchase.grain {
            self.log_gaps += log_of(purchase.grain - self.last);
            self.last = purchase.grain;
            self.purchases += 1;
        }
        self.last_spend().add(spend);
    }

    /// Takes a later part of the same history: none of its purchases is before
    /// one of this part's.
    ///
    /// # Cost
    ///
    /// Constant.
    pub fn merge(&mut self, later: &History) {
        self.give_back(later.early);
        if later.purchases == 0 {
            return;
        }
        if self.purchases == 0 {
            *self = History { early: self.early, ..*later };
            return;
        }
        // A cut may go through a grain: then its two parts are one purchase.
        let is_cut = later.first <= self.last;
        let to_first = is_cut && self.purchases == 1;
        let spend = if to_first { &mut self.first_spend } else { &mut self.repeat_spend };
        spend.add(later.first_spend);
        if !is_cut {
            self.log_gaps += log_of(later.first - self.last);
        }
        self.purchases += later.purchases - u32::from(is_cut);
        self.repeat_spend.add(later.repeat_spend);
        self.log_gaps += later.log_gaps;
        self.last = self.last.max(later.last);
    }

    /// Lowers what the last purchase brought.
    fn give_back(&mut self, units: i128) {
        if self.purchases == 0 {
            self.early += units;
        } else {
            self.last_spend().units += units;
        }
    }

    fn last_spend(&mut self) -> &mut Spend {
        if self.purchases <= 1 { &mut self.first_spend } else { &mut self.repeat_spend }
    }

    /// In how many grains something was bought.
    pub fn purchases(&self) -> u32 {
        self.purchases
    }

    /// How many purchases came after the first: x of the models.
    pub fn frequency(&self) -> u32 {
        self.purchases.saturating_sub(1)
    }

    /// The grains of the first and of the last purchase.
    pub fn span(&self) -> Option<(u32, u32)> {
        (0 < self.purchases).then_some((self.first, self.last))
    }

    /// What the purchases after the first brought.
    pub fn repeat_spend(&self) -> Spend {
        self.repeat_spend
    }

    /// What all purchases brought.
    pub fn spend(&self) -> Spend {
        let mut all = self.first_spend;
        all.add(self.repeat_spend);
        all
    }

    /// Money given back before any purchase, a number not above 0.
    pub fn early_refunds(&self) -> i128 {
        self.early
    }

    /// The sum of the natural logarithms of the grains between one purchase
    /// and the next, to 2^-41 a gap.
    pub fn log_gaps(&self) -> f64 {
        self.log_gaps as f64 / ONE
    }
}

/// The logarithm of a number of grains, in units of 2^-40.
fn log_of(grains: u32) -> i64 {
    (libm::log(f64::from(grains)) * ONE).round_ties_even() as i64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn whole(purchases: &[Purchase]) -> History {
        let mut history = History::default();
        purchases.iter().for_each(|purchase| history.push(*purchase));
        history
    }

    fn purchases() -> impl Strategy<Value = Vec<Purchase>> {
        let amount = prop::option::weighted(0.8, -500i64..2000);
        let one = (0u32..60, amount).prop_map(|(grain, amount)| Purchase { grain, amount });
        prop::collection::vec(one, 0..14).prop_map(|mut all| {
            all.sort_by_key(|purchase| purchase.grain);
            all
        })
    }

    proptest! {
        #[test]
        fn parts_add_up_to_the_whole(all in purchases(), cuts in prop::collection::vec(0usize..15, 0..4)) {
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(all.len())).collect();
            cuts.extend([0, all.len()]);
            cuts.sort_unstable();
            let parts: Vec<History> =
                cuts.windows(2).map(|pair| whole(&all[pair[0]..pair[1]])).collect();
            // From the left and from the right.
            let mut left = History::default();
            parts.iter().for_each(|part| left.merge(part));
            let right = parts.iter().rev().fold(History::default(), |later, part| {
                let mut part = *part;
                part.merge(&later);
                part
            });
            prop_assert_eq!(left, whole(&all));
            prop_assert_eq!(right, whole(&all));
        }

        #[test]
        fn the_numbers_are_those_of_the_purchases(all in purchases()) {
            let history = whole(&all);
            let bought: Vec<&Purchase> = all.iter().filter(|it| !it.is_refund()).collect();
            let mut grains: Vec<u32> = bought.iter().map(|it| it.grain).collect();
            grains.dedup();
            prop_assert_eq!(history.purchases() as usize, grains.len());
            let ends = grains.first().copied().zip(grains.last().copied());
            prop_assert_eq!(history.span(), ends);
            let logs: f64 = grains.windows(2).map(|pair| f64::from(pair[1] - pair[0]).ln()).sum();
            prop_assert!((history.log_gaps() - logs).abs() < 1e-10);
            let all_units: i128 = all.iter().filter_map(|it| it.amount).map(i128::from).sum();
            prop_assert_eq!(history.spend().units + history.early_refunds(), all_units);
            let unknown = all.iter().filter(|it| it.amount.is_none()).count();
            prop_assert_eq!(history.spend().unknown as usize, unknown);
            // The first purchase's share: up to the first of another grain.
            let until = all
                .iter()
                .position(|it| !it.is_refund() && Some(&it.grain) != grains.first())
                .unwrap_or(all.len());
            let later: i128 = all[until..].iter().filter_map(|it| it.amount).map(i128::from).sum();
            prop_assert_eq!(history.repeat_spend().units, later);
        }
    }
}
