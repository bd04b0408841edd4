//! What follows: the purchases of somebody who has not left yet.

use crate::stats::{LEGENDRE_16, ln_gamma, ln_gamma_ratio};

/// The future of a customer who is there now, from now on.
///
/// Times are in the unit of the rows. All answers hold *if the customer has not
/// left yet*; multiplied by the probability of that they hold for a customer of
/// whom nobody knows.
pub trait Ahead {
    /// How long it takes until something changes much: the scale on which
    /// [`expected`](Ahead::expected) bends.
    fn scale(&self) -> f64;

    /// The longest time that can be asked about.
    fn farthest(&self) -> f64 {
        f64::INFINITY
    }

    /// How many purchases are expected within `time`.
    fn expected(&self, time: f64) -> f64;

    /// The same to the last few digits, for those who ask again and again.
    fn looked_up(&self, time: f64) -> f64 {
        self.expected(time)
    }

    /// How many are expected at all; `None`: without bound.
    fn ever(&self) -> Option<f64>;

    /// The probability to be there still after `time`.
    fn survival(&self, time: f64) -> f64;

    /// [`survival`](Ahead::survival) and [`expected`](Ahead::expected) at once.
    fn look(&self, time: f64) -> (f64, f64) {
        (self.survival(time), self.expected(time))
    }

    /// The probabilities of 0, 1, ... `most` purchases within `time`.
    fn chances(&self, time: f64, most: usize) -> Vec<f64>;

    /// The probabilities of 0, 1, ... `most` purchases after `from` and up to
    /// `until`.
    fn between(&self, from: f64, until: f64, most: usize) -> Vec<f64>;

    /// The expected purchases up to a horizon (`None`: for ever), each worth
    /// `exp(-rate time)`; `None` where that is without bound.
    ///
    /// A purchase at time `t` counts for its value *today* at a continuous rate:
    /// with an annual rate of interest `i`, `rate` is `ln(1 + i)` over the units
    /// in a year.
    fn discounted(&self, rate: f64, horizon: Option<f64>) -> Option<f64> {
        match horizon {
            Some(horizon) => Some(up_to(self, rate, horizon)),
            None if rate == 0.0 => self.ever(),
            None => Some(without_end(self, rate)),
        }
    }
}

/// After so many mean lives of the discount, nothing is worth anything.
const FAR: f64 = 50.0;

/// What is expected up to a horizon, discounted. By parts, `e^(-δ H) E(H) + δ
/// integral of e^(-δ t) E(t)`: every term is positive, and the expectation is
/// all that is asked for.
pub(super) fn up_to<A: Ahead + ?Sized>(ahead: &A, rate: f64, horizon: f64) -> f64 {
    let rest = libm::exp(-rate * horizon) * ahead.looked_up(horizon);
    let end = if rate * horizon > FAR { FAR / rate } else { horizon };
    rest + flow(ahead, rate, end)
}

/// The same without a horizon, for a rate above zero.
pub(super) fn without_end<A: Ahead + ?Sized>(ahead: &A, rate: f64) -> f64 {
    flow(ahead, rate, FAR / rate)
}

fn flow<A: Ahead + ?Sized>(ahead: &A, rate: f64, end: f64) -> f64 {
    if rate == 0.0 {
        return 0.0;
    }
    let scale = ahead.scale().min(1.0 / rate);
    integral(scale, end, |time| rate * libm::exp(-rate * time) * ahead.looked_up(time))
}

/// The longest piece, in the logarithm of time, that one rule covers.
const PIECE: f64 = 1.5;

/// The integral of a smooth function from 0 to `end` that bends on this scale.
pub(super) fn integral(scale: f64, end: f64, function: impl Fn(f64) -> f64) -> f64 {
    let mut sum = 0.0;
    each_node(scale, end, PIECE, |time, weight| sum += weight * function(time));
    sum
}

/// Gives nodes with weights for integrals from 0 to `end`, over functions that
/// bend on this scale: in the logarithm of `scale + time` such functions are
/// smooth everywhere, and sixteen nodes serve a piece of it.
pub(super) fn each_node(scale: f64, end: f64, piece: f64, mut take: impl FnMut(f64, f64)) {
    let length = libm::log1p(end / scale);
    let pieces = (length / piece).ceil().max(1.0);
    let piece = length / pieces;
    let mut at = 0.0;
    while at < pieces {
        for &(place, weight) in LEGENDRE_16.iter() {
            let time = scale * libm::expm1(piece * (at + place));
            take(time, (scale + time) * weight * piece);
        }
        at += 1.0;
    }
}

/// The probability of `n` events of a gamma-mixed Poisson process with this
/// shape, after `odds` (time over the gamma's rate).
pub(super) fn negative_binomial(shape: f64, odds: f64, n: f64) -> f64 {
    if odds == 0.0 {
        return if n == 0.0 { 1.0 } else { 0.0 };
    }
    let none = -shape * libm::log1p(odds);
    if n == 0.0 {
        return libm::exp(none);
    }
    let ways = ln_gamma_ratio(shape, n) - ln_gamma(n + 1.0);
    libm::exp(none + ways - n * libm::log1p(1.0 / odds))
}
