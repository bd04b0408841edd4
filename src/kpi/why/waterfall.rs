//! What became of the revenue of those who were customers: net and gross
//! retention, customer by customer.

use serde::Serialize;

use super::overflow;
use crate::error::Error;
use crate::units::Decimal;

/// From one period's revenue to the next one's, in the unit of the amounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RevenueWaterfall {
    /// Revenue of the first period.
    pub start: WaterfallStep,
    /// Of those who bought and no longer do.
    pub churned: WaterfallStep,
    /// Of those who buy for less.
    pub contracted: WaterfallStep,
    /// Of those who buy for more.
    pub expanded: WaterfallStep,
    /// Of those who did not buy before.
    pub new: WaterfallStep,
    /// Of those who bought in neither period: refunds of what was before.
    pub other: WaterfallStep,
    /// Revenue of the second period: exactly all of the above together.
    pub end: WaterfallStep,
    /// What the buyers of the first period are worth in the second, as a share;
    /// `None` where there were none.
    pub net_retention: Option<Decimal>,
    /// The same with nobody above what they were worth: at most 1.
    pub gross_retention: Option<Decimal>,
}

/// A step: how much, and of how many customers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct WaterfallStep {
    /// How much.
    pub amount: i64,
    /// Of how many customers.
    pub customers: u64,
}

/// The revenue of each customer in two periods, as steps from one to the other.
///
/// Who has revenue above zero in a period bought in it.
///
/// # Errors
///
/// [`Code::Overflow`](crate::Code::Overflow).
///
/// ```
/// use guanxi::kpi::revenue_waterfall;
/// // (before, after) of each customer.
/// let told = revenue_waterfall([(100, 0), (200, 150), (300, 400), (0, 80)])?;
/// assert_eq!((told.churned.amount, told.contracted.amount, told.expanded.amount), (-100, -50, 100));
/// assert_eq!((told.new.amount, told.end.amount), (80, 630));
/// assert_eq!(told.net_retention.map(|it| it.to_string()).as_deref(), Some("0.916667"));
/// assert_eq!(told.gross_retention.map(|it| it.to_string()).as_deref(), Some("0.750000"));
/// # Ok::<(), guanxi::Error>(())
/// ```
pub fn revenue_waterfall(
    customers: impl IntoIterator<Item = (i64, i64)>,
) -> Result<RevenueWaterfall, Error> {
    let mut sums = [(0_i128, 0_u64); 7];
    let (mut had, mut has, mut kept) = (0_i128, 0_i128, 0_i128);
    let mut add = |step: usize, amount: i128| {
        if let Some(it) = sums.get_mut(step) {
            *it = (it.0 + amount, it.1 + 1);
        }
    };
    for (before, after) in customers {
        let (a, b) = (i128::from(before), i128::from(after));
        if before > 0 {
            (had, has) = (had + a, has + b);
            kept += a.min(b.max(0));
        }
        let step = match (before > 0, after > 0) {
            (true, false) => Some(1),
            (true, true) if b < a => Some(2),
            (true, true) if b > a => Some(3),
            (true, true) => None,
            (false, true) => Some(4),
            (false, false) => (a != b).then_some(5),
        };
        if let Some(step) = step {
            add(step, b - a);
        }
        if before != 0 {
            add(0, a);
        }
        if after != 0 {
            add(6, b);
        }
    }
    let share = |of: i128| {
        (had > 0).then(|| Decimal::new(of, 0)?.div_half_even(Decimal::new(had, 0)?, 6)).transpose()
    };
    let step = |at: usize| {
        let (amount, customers) = sums.get(at).copied().unwrap_or_default();
        let amount = i64::try_from(amount).map_err(|_| overflow())?;
        Ok::<_, Error>(WaterfallStep { amount, customers })
    };
    Ok(RevenueWaterfall {
        start: step(0)?,
        churned: step(1)?,
        contracted: step(2)?,
        expanded: step(3)?,
        new: step(4)?,
        other: step(5)?,
        end: step(6)?,
        net_retention: share(has)?,
        gross_retention: share(kept)?,
    })
}

#[cfg(test)]
mod tests {
    use super::super::Drawn;
    use super::*;

    #[test]
    fn steps_add_up_in_every_case() {
        let mut drawn = Drawn(11);
        for _ in 0..100_000 {
            let one = |drawn: &mut Drawn| drawn.below(3) * (drawn.below(900_000) - 90_000);
            let customers: Vec<(i64, i64)> =
                (0..drawn.below(7)).map(|_| (one(&mut drawn), one(&mut drawn))).collect();
            let told = revenue_waterfall(customers.iter().copied()).unwrap();
            let steps = [told.churned, told.contracted, told.expanded, told.new, told.other];
            let sum = told.start.amount + steps.iter().map(|it| it.amount).sum::<i64>();
            assert_eq!(sum, told.end.amount, "{customers:?}");
            assert_eq!(told.end.amount, customers.iter().map(|it| it.1).sum::<i64>());
            assert!(told.gross_retention.is_none_or(|it| (0..=1_000_000).contains(&it.units())));
            let is_less =
                told.net_retention.zip(told.gross_retention).is_none_or(|(net, gross)| {
                    net.units() >= gross.units() || customers.iter().any(|it| it.1 < 0)
                });
            assert!(is_less, "{customers:?}");
        }
        let huge = revenue_waterfall([(i64::MAX, 0), (i64::MAX, 0)]);
        assert_eq!(huge.unwrap_err().code(), crate::Code::Overflow);
    }
}
