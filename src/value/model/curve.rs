//! How many purchases to expect, as a curve that is computed once and looked up.
//!
//! Customers with as many repeats share the beta distribution of p and the
//! shape of λ; what tells them apart, for how long they were watched, only
//! stretches the time. So what they may expect is one function of the time over
//! that stretch, and a discounted forecast, which asks for it dozens of times,
//! need not go through all nodes each time.
//!
//! In `v = ln (1 + (1 + y) u)`, `u` being the time over the rate of λ, the
//! expectation over `u` has no singularity within `π` of the real line and grows
//! nowhere within `π / 2`. On a piece of length 1.5 a Chebyshev series of 24 terms
//! is therefore exact to the last digits: the terms fall by a factor of 4.4 each
//! (Trefethen 2013, "Approximation theory and approximation practice", theorem
//! 8.2).

use std::f64::consts::PI;
use std::sync::{Arc, LazyLock, OnceLock};

use super::logit::Node;
use super::staged::usual_nodes;

/// Terms of a piece.
const TERMS: usize = 24;
/// How much of `v` one piece covers.
const LENGTH: f64 = 1.5;
/// Pieces: they end at times of 10^26, where whoever asks has to compute.
const PIECES: usize = 40;

/// The expectation of customers with one number of repeats.
#[derive(Debug)]
pub(super) struct Curve {
    /// The shape of λ.
    shape: f64,
    nodes: Arc<[Node]>,
    pieces: [OnceLock<[f64; TERMS]>; PIECES],
}

impl Curve {
    /// A curve of which nothing is computed yet.
    pub fn new(shape: f64, a: f64, b: f64) -> Curve {
        Curve { shape, nodes: usual_nodes(a, b), pieces: std::array::from_fn(|_| OnceLock::new()) }
    }

    /// The nodes of the distribution of p that serve for most questions.
    pub fn nodes(&self) -> &Arc<[Node]> {
        &self.nodes
    }

    /// What is expected after `u`, where `exact` computes it; beyond the last
    /// piece that is what is done.
    pub fn at(&self, u: f64, exact: impl Fn(f64) -> f64) -> f64 {
        let stretch = 1.0 + self.shape;
        let place = libm::log1p(stretch * u) / LENGTH;
        // A time that is no number stays out as well.
        if !(0.0..PIECES as f64).contains(&place) {
            return exact(u);
        }
        let piece = place as usize;
        let Some(slot) = self.pieces.get(piece) else { return exact(u) };
        let terms = slot.get_or_init(|| {
            fitted(|within| {
                let u = libm::expm1((piece as f64 + within) * LENGTH) / stretch;
                // At zero itself the quotient is the slope there.
                if u == 0.0 { self.shape } else { exact(u) / u }
            })
        });
        u * sum(terms, 2.0 * (place - piece as f64) - 1.0)
    }
}

/// Where a piece is looked at, as shares of it, and the cosines that make terms
/// of what is seen there.
static PLACES: LazyLock<([f64; TERMS], Vec<f64>)> = LazyLock::new(|| {
    let angle = |place: usize| PI * (place as f64 + 0.5) / TERMS as f64;
    let places = std::array::from_fn(|place| 0.5 * (1.0 + libm::cos(angle(place))));
    let cosine = |at: usize| libm::cos((at / TERMS) as f64 * angle(at % TERMS));
    (places, (0..TERMS * TERMS).map(cosine).collect())
});

/// The terms of a function on the piece from 0 to 1.
fn fitted(function: impl Fn(f64) -> f64) -> [f64; TERMS] {
    let (places, cosines) = &*PLACES;
    let values = places.map(function);
    let mut terms = [0.0; TERMS];
    for (term, row) in terms.iter_mut().zip(cosines.chunks_exact(TERMS)) {
        let sum: f64 = row.iter().zip(&values).map(|(cosine, value)| cosine * value).sum();
        *term = 2.0 * sum / TERMS as f64;
    }
    terms[0] *= 0.5;
    terms
}

/// The series at a place from -1 to 1 (Clenshaw 1955).
fn sum(terms: &[f64; TERMS], place: f64) -> f64 {
    let (mut one, mut two) = (0.0, 0.0);
    for term in terms.iter().skip(1).rev() {
        (one, two) = (2.0 * place * one - two + term, one);
    }
    place * one - two + terms[0]
}

#[cfg(test)]
mod tests {
    use super::super::ahead::Ahead;
    use super::super::staged::Staged;
    use super::*;

    /// Near the edges of pieces, for customers of every kind: the curve is what
    /// is computed node by node.
    #[test]
    fn a_curve_is_what_is_computed() {
        for shape in [0.01, 0.24, 1.0, 7.3, 80.0, 3_000.0] {
            for (a, b) in [(0.8, 2.4), (1.0, 1.0), (0.02, 0.3), (3.5, 40.0), (900.0, 20.0)] {
                let phases = vec![(1.0, shape)];
                let staged = Staged { stages: 1, phases, alpha: 1.0, a, b, curve: None };
                let curve = Curve::new(shape, a, b);
                for step in 0..400 {
                    let u = libm::expm1(f64::from(step) * 0.0751) / (1.0 + shape);
                    let (exact, read) = (staged.expected(u), curve.at(u, |u| staged.expected(u)));
                    let off = (read - exact).abs();
                    assert!(off <= 4e-13 * exact, "{shape} {a} {b} {u}: {read}, not {exact}");
                }
            }
        }
    }

    #[test]
    fn what_is_no_time_is_left_to_the_computation() {
        let curve = Curve::new(1.0, 1.0, 1.0);
        for u in [f64::NAN, f64::INFINITY, 1e40] {
            assert_eq!(curve.at(u, |_| 7.0), 7.0, "{u}");
        }
    }
}
