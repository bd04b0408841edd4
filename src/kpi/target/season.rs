//! How a year usually comes about.

use crate::kpi::exact;
use crate::kpi::score::nearest;
use crate::stats::Sum;
use crate::units::Decimal;

/// Years that tell a season from chance.
const YEARS: usize = 2;

/// Places of a season's shares: billionths of the year.
const SHARES: i128 = 1_000_000_000;

/// How a year usually comes about: the share of each of its periods.
///
/// # Source
///
/// Ratios to the year, of which the median is taken over the years, so that one
/// odd month is not a season; shrunk towards equal shares with the weight
/// `n / (n + 2)` for `n` years.
///
/// ```
/// use guanxi::kpi::Season;
/// use guanxi::units::Decimal;
/// let season = Season::of(&[vec![10.0, 30.0], vec![10.0, 30.0]]).expect("two years");
/// // Two years count half: a quarter and a half make three eighths.
/// assert_eq!(season.shares().iter().map(ToString::to_string).collect::<Vec<_>>(), ["0.375000000", "0.625000000"]);
/// assert_eq!(season.part(Decimal::parse("1000.01")?, 1).expect("fits").to_string(), "625.01");
/// # Ok::<(), guanxi::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Season {
    /// In billionths; together one.
    shares: Vec<i128>,
}

impl Season {
    /// The season of whole years, each of as many periods.
    ///
    /// `None`: fewer than two years, years of different lengths, a year that does
    /// not come to more than zero, or something that is no number or below zero.
    pub fn of(years: &[Vec<f64>]) -> Option<Season> {
        let periods = years.first().map_or(0, Vec::len);
        let good = |year: &Vec<f64>| {
            year.len() == periods
                && year.iter().all(|it| it.is_finite() && *it >= 0.0)
                && year.iter().copied().collect::<Sum>().total() > 0.0
        };
        if years.len() < YEARS || periods < 2 || !years.iter().all(good) {
            return None;
        }
        let medians: Vec<f64> = (0..periods).map(|at| median_share(years, at)).collect();
        let all = medians.iter().copied().collect::<Sum>().total();
        let n = years.len() as f64;
        let weight = n / (n + 2.0);
        let even = 1.0 / periods as f64;
        let share = |median: &f64| {
            let own = if all > 0.0 { median / all } else { even };
            (weight * own + (1.0 - weight) * even) * SHARES as f64
        };
        let shares: Vec<f64> = medians.iter().map(share).collect();
        Some(Season { shares: exact::settle(&shares, SHARES) })
    }

    /// A season of equal shares; `None` for none.
    pub fn even(periods: usize) -> Option<Season> {
        Some(Season { shares: exact::split(SHARES, &vec![1; periods])? })
    }

    /// The share of each period: together one.
    pub fn shares(&self) -> Vec<Decimal> {
        self.shares.iter().filter_map(|it| Decimal::new(*it, 9).ok()).collect()
    }

    /// The part of a year's number that falls to a period. All parts have the
    /// places of the number and add up to it.
    pub fn part(&self, year: Decimal, at: usize) -> Option<Decimal> {
        let parts = exact::split(year.units(), &self.shares)?;
        Decimal::new(*parts.get(at)?, year.scale()).ok()
    }

    /// A year's level, as it usually is in a period: with four more places than
    /// the year's, 12 at most.
    pub fn level(&self, year: Decimal, at: usize) -> Option<Decimal> {
        let scale = (year.scale() + 4).min(12).max(year.scale());
        let finer = year.rescale_exact(scale).ok()?;
        let times = self.shares.get(at)?.checked_mul(self.shares.len() as i128)?;
        Decimal::new(nearest(finer.units().checked_mul(times)?, SHARES), scale).ok()
    }

    /// What is asked of the year so far: all parts before a period, and of that
    /// period the share that has passed, in the unit of the host (days worked,
    /// say): not the same number each day.
    ///
    /// `None` where there is no such period, or the share is not within 0 and 1.
    ///
    /// ```
    /// use guanxi::kpi::Season;
    /// use guanxi::units::Decimal;
    /// let season = Season::of(&[vec![10.0, 30.0], vec![10.0, 30.0]]).expect("two years");
    /// let so_far = season.to_date(Decimal::from_int(800), 1, Decimal::parse("0.5")?);
    /// assert_eq!(so_far, Some(Decimal::from_int(300 + 250)));
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    pub fn to_date(&self, year: Decimal, at: usize, passed: Decimal) -> Option<Decimal> {
        let parts = exact::split(year.units(), &self.shares)?;
        let power = 10_i128.pow(u32::from(passed.scale()));
        let within = (0..=power).contains(&passed.units());
        let of_this = parts.get(at)?.checked_mul(passed.units())?;
        let units = parts.iter().take(at).sum::<i128>() + nearest(of_this, power);
        within.then_some(())?;
        Decimal::new(units, year.scale()).ok()
    }
}

fn median_share(years: &[Vec<f64>], at: usize) -> f64 {
    let share = |year: &Vec<f64>| {
        let all = year.iter().copied().collect::<Sum>().total();
        year.get(at).map_or(0.0, |it| it / all)
    };
    let mut shares: Vec<f64> = years.iter().map(share).collect();
    shares.sort_by(f64::total_cmp);
    let half = shares.len() / 2;
    let of = |at: usize| shares.get(at).copied().unwrap_or(0.0);
    if shares.len() % 2 == 1 { of(half) } else { (of(half - 1) + of(half)) / 2.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn number(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    proptest! {
        #[test]
        fn a_season_splits_a_year_without_a_rest(years in prop::collection::vec(prop::collection::vec(0.0_f64..900.0, 12), 2..6), cents in -90_000_000_i64..900_000_000) {
            prop_assume!(years.iter().all(|year| year.iter().sum::<f64>() > 1.0));
            let season = Season::of(&years).unwrap();
            let year = Decimal::new(cents.into(), 2).unwrap();
            let parts: i128 = (0..12).map(|at| season.part(year, at).unwrap().units()).sum();
            prop_assert_eq!(parts, i128::from(cents));
            prop_assert_eq!(season.shares().iter().map(|it| it.units()).sum::<i128>(), SHARES);
            let one = Decimal::from_int(1);
            prop_assert_eq!(season.to_date(year, 11, one).unwrap().units(), i128::from(cents));
            // No month is pulled away from a twelfth by more than the years say.
            let n = years.len() as f64;
            for (at, share) in season.shares().iter().enumerate() {
                let pulled = (share.to_f64() - 1.0 / 12.0) * (n + 2.0) / n + 1.0 / 12.0;
                prop_assert!(pulled > -1e-5, "{at}");
            }
            prop_assert!(season.part(year, 12).is_none() && season.to_date(year, 3, Decimal::from_int(2)).is_none());
        }
    }

    #[test]
    fn too_little_is_no_season() {
        assert!(Season::of(&[vec![1.0, 2.0]]).is_none());
        assert!(Season::of(&[vec![1.0, 2.0], vec![1.0]]).is_none());
        assert!(Season::of(&[vec![1.0, -2.0], vec![1.0, 2.0]]).is_none());
        assert!(Season::of(&[vec![0.0, 0.0], vec![1.0, 2.0]]).is_none());
        let even = Season::even(12).unwrap();
        assert_eq!(even.level(number("0.32"), 3).unwrap().to_string(), "0.320000");
        assert_eq!(even.part(number("1.00"), 0).unwrap().to_string(), "0.09");
    }
}
