//! How long something lasts when some of it has not ended yet.
//!
//! Leaving out what has not ended, or taking it as ended now, makes everything
//! look short. Each stay counts here for as long as it was seen, and no longer.
//!
//! # Sources
//!
//! * Kaplan and Meier (1958), "Nonparametric estimation from incomplete
//!   observations", JASA 53, eq. 2b: `S(t) = product of (1 - d/n)` over the
//!   times up to `t`, with `d` ends among `n` still there.
//! * Greenwood (1926), "The natural duration of cancer": `Var S(t) = S(t)^2 *
//!   sum of d / (n (n - d))`.
//! * Aalen and Johansen (1978), "An empirical transition matrix for
//!   non-homogeneous Markov chains based on censored observations", Scand. J.
//!   Statist. 5: of those who leave in way `k`, `F_k(t) = sum of S(t-) d_k / n`.
//! * Rates are the maximum-likelihood estimate of a constant intensity: ends in
//!   a way over the time that was exposed to it.

/// One stay: how long it was seen, and how it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stay {
    /// How long, in any unit; not negative.
    pub time: i64,
    /// In which way it ended; `None`: it had not, when it was last seen.
    pub end: Option<usize>,
}

/// What is known of a number of stays.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Curve {
    /// How many stays there were.
    pub stays: u64,
    /// How many of them had not ended.
    pub censored: u64,
    /// How long they lasted in all, as far as they were seen.
    pub exposure: i128,
    /// The times at which some ended, ascending.
    pub points: Vec<Point>,
    /// What each way of ending comes to, by way.
    pub ends: Vec<Ended>,
}

/// A time at which stays ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// The time.
    pub time: i64,
    /// How many stays lasted at least as long, and were seen to.
    pub at_risk: u64,
    /// How many ended then.
    pub ended: u64,
    /// The share that lasts longer than this.
    pub survival: f64,
    /// Its standard error.
    pub error: f64,
}

/// One way of ending.
#[derive(Debug, Clone, PartialEq)]
pub struct Ended {
    /// Which.
    pub way: usize,
    /// How many stays ended so.
    pub ended: u64,
    /// The share of all stays that have ended so by each of the
    /// [`points`](Curve::points).
    pub incidence: Vec<f64>,
    /// How often it happens in a unit of time to one who is there; `None`
    /// where nobody was there for any time.
    pub rate: Option<f64>,
}

/// A share that a quantile is compared with may have come out a little beside
/// it, after many products.
const SLACK: f64 = 1e-9;

impl Curve {
    /// The time by which a share of all stays has ended; `None` where too many
    /// have not.
    ///
    /// The first time `t` with `S(t) <= 1 - share`.
    pub fn quantile(&self, share: f64) -> Option<i64> {
        let left = 1.0 - share + SLACK;
        self.points.iter().find(|point| point.survival <= left).map(|point| point.time)
    }

    /// The share that lasts longer than this: one before the first end.
    pub fn survival(&self, time: i64) -> f64 {
        let past = self.points.partition_point(|point| point.time <= time);
        past.checked_sub(1).map_or(1.0, |last| self.points[last].survival)
    }
}

/// How long stays last.
///
/// A stay that was last seen at the very time at which another ended was still
/// there then.
///
/// # Cost
///
/// Sorting the stays, then one pass.
///
/// # Example
///
/// ```
/// use guanxi::stats::{Stay, curve};
/// let ended = |time| Stay { time, end: Some(0) };
/// let stays = vec![ended(2), ended(4), Stay { time: 5, end: None }, ended(9)];
/// let curve = curve(stays);
/// assert_eq!(curve.survival(4), 0.5);
/// assert_eq!(curve.quantile(0.5), Some(4));
/// assert_eq!(curve.ends[0].rate, Some(3.0 / 20.0));
/// ```
pub fn curve(mut stays: Vec<Stay>) -> Curve {
    stays.sort_unstable();
    let exposure: i128 = stays.iter().map(|stay| i128::from(stay.time)).sum();
    let mut ways: Vec<usize> = stays.iter().filter_map(|stay| stay.end).collect();
    ways.sort_unstable();
    ways.dedup();
    let mut out = Curve {
        stays: stays.len() as u64,
        censored: stays.iter().filter(|stay| stay.end.is_none()).count() as u64,
        exposure,
        points: Vec::new(),
        ends: ways.iter().map(|way| Ended::new(*way)).collect(),
    };
    let (mut at_risk, mut survival, mut terms) = (stays.len() as u64, 1.0_f64, 0.0_f64);
    for same in stays.chunk_by(|a, b| a.time == b.time) {
        let ended = same.iter().filter(|stay| stay.end.is_some()).count() as u64;
        if 0 < ended {
            let (n, d) = (at_risk as f64, ended as f64);
            for end in &mut out.ends {
                let so = same.iter().filter(|stay| stay.end == Some(end.way)).count() as u64;
                end.add(so, survival * (so as f64) / n);
            }
            survival *= 1.0 - d / n;
            if ended < at_risk {
                terms += d / (n * (n - d));
            } else {
                survival = 0.0;
            }
            let error = survival * terms.sqrt();
            out.points.push(Point { time: same[0].time, at_risk, ended, survival, error });
        }
        at_risk -= same.len() as u64;
    }
    for end in &mut out.ends {
        end.rate = (0 < exposure).then(|| end.ended as f64 / exposure as f64);
    }
    out
}

impl Ended {
    fn new(way: usize) -> Ended {
        Ended { way, ended: 0, incidence: Vec::new(), rate: None }
    }

    fn add(&mut self, ended: u64, share: f64) {
        self.ended += ended;
        self.incidence.push(self.incidence.last().copied().unwrap_or(0.0) + share);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Weeks of remission of the 21 children who got 6-MP: Freireich and
    /// others (1963), Blood 21, 699-716; negative where it went on.
    const TREATED: [i64; 21] =
        [6, 6, 6, -6, 7, -9, 10, -10, -11, 13, 16, -17, -19, -20, 22, 23, -25, -32, -32, -34, -35];

    /// And of the 21 who got nothing.
    const PLACEBO: [i64; 21] =
        [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23];

    fn of(weeks: &[i64]) -> Curve {
        let stay = |weeks: &i64| Stay { time: weeks.abs(), end: (0 < *weeks).then_some(0) };
        curve(weeks.iter().map(stay).collect())
    }

    fn close(found: f64, published: f64, within: f64) -> bool {
        (found - published).abs() <= within
    }

    #[test]
    fn the_classical_remissions_come_out_as_published() {
        let curve = of(&TREATED);
        // Time, still there, ended, share, standard error: as textbooks print it.
        let published = [
            (6, 21, 3, 0.857, 0.0764),
            (7, 17, 1, 0.807, 0.0869),
            (10, 15, 1, 0.753, 0.0963),
            (13, 12, 1, 0.690, 0.1068),
            (16, 11, 1, 0.627, 0.1141),
            (22, 7, 1, 0.538, 0.1282),
            (23, 6, 1, 0.448, 0.1346),
        ];
        assert_eq!(curve.points.len(), published.len());
        for (point, (time, at_risk, ended, survival, error)) in curve.points.iter().zip(published) {
            assert_eq!((point.time, point.at_risk, point.ended), (time, at_risk, ended));
            assert!(close(point.survival, survival, 0.0006), "{point:?}");
            assert!(close(point.error, error, 0.00006), "{point:?}");
        }
        assert_eq!(curve.quantile(0.5), Some(23));
        assert_eq!(curve.quantile(0.25), Some(13));
        assert_eq!(curve.quantile(0.75), None);
        assert_eq!((curve.censored, curve.exposure), (12, 359));
        assert_eq!(curve.ends[0].rate, Some(9.0 / 359.0));
    }

    #[test]
    fn where_all_ended_it_is_the_share_that_is_left() {
        let curve = of(&PLACEBO);
        for point in &curve.points {
            let left = PLACEBO.iter().filter(|weeks| point.time < **weeks).count() as f64 / 21.0;
            assert!(close(point.survival, left, 1e-15));
            let binomial = (left * (1.0 - left) / 21.0).sqrt();
            assert!(close(point.error, binomial, 1e-15), "{point:?}");
        }
        assert_eq!(curve.quantile(0.5), Some(8));
        assert!(close(curve.survival(10), 8.0 / 21.0, 1e-15));
        assert_eq!(curve.survival(23), 0.0);
    }

    /// Satagopan and others (2004), Br. J. Cancer 91, table 2: nine patients of
    /// 305 who were followed for less than 28 months.
    #[test]
    fn competing_ends_come_out_as_published() {
        let seen = [
            (7, None),
            (10, Some(0)),
            (14, None),
            (16, Some(0)),
            (18, Some(1)),
            (23, Some(0)),
            (24, None),
            (26, Some(1)),
            (27, Some(0)),
        ];
        let mut stays: Vec<Stay> = seen.map(|(time, end)| Stay { time, end }).to_vec();
        stays.resize(305, Stay { time: 28, end: None });
        let curve = curve(stays);
        let at_risk: Vec<u64> = curve.points.iter().map(|point| point.at_risk).collect();
        assert_eq!(at_risk, [304, 302, 301, 300, 298, 297]);
        let overall = [99.7, 99.3, 99.0, 98.7, 98.3, 98.0];
        for (point, published) in curve.points.iter().zip(overall) {
            assert!(close(point.survival * 100.0, published, 0.051), "{point:?}");
        }
        // What each time adds to the share that died of cancer, as printed.
        let mut before = 0.0;
        for (share, published) in curve.ends[0].incidence.iter().zip([0.3, 0.3, 0.0, 0.3, 0.0, 0.3])
        {
            assert!(close((share - before) * 100.0, published, 0.05), "{share}");
            before = *share;
        }
    }

    /// Computed anew by going through everybody at every time, in exact
    /// fractions of whole numbers where there are few enough.
    #[test]
    fn shares_are_those_of_counting_anew_and_add_up() {
        let mut state = 7_u64;
        let mut below = |n: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) % n
        };
        for _ in 0..300 {
            let n = below(14);
            let stays: Vec<Stay> = (0..n)
                .map(|_| Stay {
                    time: below(6) as i64,
                    end: Some(below(3) as usize).filter(|k| *k < 2),
                })
                .collect();
            let curve = curve(stays.clone());
            let (mut over, mut under) = (1_u128, 1_u128);
            for (place, point) in curve.points.iter().enumerate() {
                let n = stays.iter().filter(|stay| point.time <= stay.time).count() as u128;
                let ends = |way| {
                    let so = |stay: &&Stay| stay.time == point.time && stay.end == Some(way);
                    stays.iter().filter(so).count() as u128
                };
                let d = ends(0) + ends(1);
                assert_eq!((point.at_risk as u128, point.ended as u128), (n, d));
                (over, under) = (over * (n - d), under * n);
                assert!(close(point.survival, over as f64 / under as f64, 1e-14));
                let gone: f64 = curve.ends.iter().map(|end| end.incidence[place]).sum();
                assert!(close(gone + point.survival, 1.0, 1e-14));
            }
            let ended: u64 = curve.ends.iter().map(|end| end.ended).sum();
            assert_eq!(ended + curve.censored, stays.len() as u64);
        }
        assert_eq!(curve(Vec::new()), Curve::default());
    }
}
