//! The top of a smooth function, from its exact first and second derivatives.
//!
//! # Sources
//!
//! * Moré and Sorensen (1983), "Computing a trust region step", SIAM J. Sci.
//!   Stat. Comput. 4: the best step of a given length at most, also where the
//!   function is not concave. With a handful of dimensions it is found along
//!   the principal axes.
//! * Conn, Gould and Toint (2000), "Trust-Region Methods", algorithm 6.1.1: how
//!   the length follows from how well the last step was foretold.

use super::matrix::{Matrix, axes};

/// A function at a point, with its derivatives.
#[derive(Debug, Clone, PartialEq)]
pub struct Jet {
    /// The value.
    pub value: f64,
    /// The first derivatives.
    pub gradient: Vec<f64>,
    /// The second derivatives.
    pub hessian: Matrix,
}

impl Jet {
    /// The largest first derivative, without its sign.
    pub fn steepness(&self) -> f64 {
        self.gradient.iter().fold(0.0, |most, slope| slope.abs().max(most))
    }

    fn is_finite(&self) -> bool {
        self.value.is_finite()
            && self.gradient.iter().chain(self.hessian.iter().flatten()).all(|it| it.is_finite())
    }
}

/// When to stop.
#[derive(Debug, Clone, PartialEq)]
pub struct Stopping {
    /// No first derivative is larger than this.
    pub steepness: f64,
    /// So many evaluations were made.
    pub evaluations: usize,
    /// No coordinate may leave `-bound ..= bound`: out there a function that
    /// still rises does so for ever.
    pub bound: f64,
    /// A top that is known already: whoever comes this `near` to it stops.
    pub known: Option<Vec<f64>>,
    /// How near, in every coordinate.
    pub near: f64,
}

/// Where a climb ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Summit {
    /// The point.
    pub point: Vec<f64>,
    /// The function there.
    pub jet: Jet,
    /// Steps that were tried.
    pub steps: usize,
    /// Whether the climb came to the bound.
    pub at_bound: bool,
    /// Whether the climb came near the known top and stopped.
    pub at_known: bool,
}

impl Stopping {
    /// So flat a top, wherever it is.
    pub fn flat(steepness: f64) -> Stopping {
        Stopping { steepness, evaluations: 300, bound: 40.0, known: None, near: 0.0 }
    }

    fn is_known(&self, point: &[f64]) -> bool {
        let near = |known: &Vec<f64>| {
            known.iter().zip(point).all(|(known, at)| (known - at).abs() <= self.near)
        };
        self.known.as_ref().is_some_and(near)
    }
}

/// The longest first step; one unit of a logarithm is a factor of 2.7.
const FIRST: f64 = 1.0;
const LONGEST: f64 = 4.0;
/// What rounding may do to a value of size 1, summed over a million customers.
const ROUNDING: f64 = 1e-13;

/// Climbs from `start` to a top of `function`; `None` where the function is
/// not finite at the start.
///
/// Points at which the function is not finite are stepped back from.
///
/// ```
/// use guanxi::stats::{Jet, Stopping, climb};
/// // -(x - 1)^2 - (y - 2)^4, from far away.
/// let hill = |at: &[f64]| {
///     let (x, y) = (at[0] - 1.0, at[1] - 2.0);
///     Jet {
///         value: -x * x - y.powi(4),
///         gradient: vec![-2.0 * x, -4.0 * y.powi(3)],
///         hessian: vec![vec![-2.0, 0.0], vec![0.0, -12.0 * y * y]],
///     }
/// };
/// let top = climb(&[9.0, 8.0], &Stopping::flat(1e-10), hill).unwrap();
/// assert!((top.point[0] - 1.0).abs() < 1e-10 && (top.point[1] - 2.0).abs() < 1e-3);
/// ```
pub fn climb(
    start: &[f64],
    stop: &Stopping,
    mut function: impl FnMut(&[f64]) -> Jet,
) -> Option<Summit> {
    let jet = function(start);
    if !jet.is_finite() {
        return None;
    }
    let mut here =
        Summit { point: start.to_vec(), jet, steps: 0, at_bound: false, at_known: false };
    let mut length = FIRST;
    while here.steps < stop.evaluations && here.jet.steepness() > stop.steepness {
        if stop.is_known(&here.point) {
            here.at_known = true;
            break;
        }
        let step = best_step(&here.jet, length);
        let point: Vec<f64> = here
            .point
            .iter()
            .zip(&step)
            .map(|(at, step)| (at + step).clamp(-stop.bound, stop.bound))
            .collect();
        let step: Vec<f64> = point.iter().zip(&here.point).map(|(to, from)| to - from).collect();
        let size = norm(&step);
        if size <= f64::EPSILON * (1.0 + norm(&here.point)) {
            break;
        }
        let jet = function(&point);
        here.steps += 1;
        let rise = if jet.is_finite() { jet.value - here.jet.value } else { f64::NEG_INFINITY };
        let foretold = promise(&here.jet, &step);
        // Where values differ by no more than rounding, slopes still tell.
        let blurred = foretold.abs().max(rise.abs()) <= ROUNDING * here.jet.value.abs().max(1.0);
        let better = if blurred && jet.is_finite() {
            jet.steepness() < here.jet.steepness()
        } else {
            rise > 1e-4 * foretold && rise > 0.0
        };
        if blurred && !better {
            break;
        }
        length = match rise / foretold {
            _ if blurred => length,
            ratio if ratio > 0.75 && size > 0.8 * length => (2.0 * length).min(LONGEST),
            ratio if ratio > 0.25 => length,
            _ => 0.25 * size.min(length),
        };
        if better {
            here.point = point;
            here.jet = jet;
        }
    }
    here.at_bound = here.point.iter().any(|at| at.abs() >= stop.bound);
    Some(here)
}

/// What the second-order expansion says a step brings.
fn promise(jet: &Jet, step: &[f64]) -> f64 {
    let slope: f64 = jet.gradient.iter().zip(step).map(|(slope, step)| slope * step).sum();
    slope + 0.5 * quadratic(&jet.hessian, step)
}

fn quadratic(matrix: &Matrix, step: &[f64]) -> f64 {
    let row = |row: &Vec<f64>| -> f64 { row.iter().zip(step).map(|(a, b)| a * b).sum() };
    matrix.iter().zip(step).map(|(line, step)| step * row(line)).sum()
}

fn norm(vector: &[f64]) -> f64 {
    libm::sqrt(vector.iter().map(|part| part * part).sum())
}

/// The step of at most this length that the second-order expansion likes best.
fn best_step(jet: &Jet, length: f64) -> Vec<f64> {
    let axes = axes(&jet.hessian);
    let slopes: Vec<f64> = axes
        .iter()
        .map(|(_, axis)| axis.iter().zip(&jet.gradient).map(|(a, b)| a * b).sum())
        .collect();
    let along = |damping: f64| -> Vec<f64> {
        axes.iter().zip(&slopes).map(|((bend, _), slope)| slope / (damping - bend)).collect()
    };
    let highest = axes.last().map_or(0.0, |(bend, _)| *bend);
    let free = if highest < 0.0 { along(0.0) } else { Vec::new() };
    let parts = if !free.is_empty() && norm(&free) <= length {
        free
    } else {
        damped(highest, norm(&slopes), length, along)
    };
    let mut step = vec![0.0; jet.gradient.len()];
    for ((_, axis), part) in axes.iter().zip(&parts) {
        for (step, direction) in step.iter_mut().zip(axis) {
            *step += part * direction;
        }
    }
    step
}

/// The damping that makes a step just as long as allowed, by bisection in its
/// logarithm: more damping, shorter steps.
fn damped(highest: f64, slope: f64, length: f64, along: impl Fn(f64) -> Vec<f64>) -> Vec<f64> {
    let least = highest.max(0.0);
    let (mut low, mut high) = (slope / length * 1e-12, slope / length + least - highest + 1.0);
    for _ in 0..60 {
        let middle = libm::sqrt(low * high);
        if norm(&along(least + middle)) > length {
            low = middle;
        } else {
            high = middle;
        }
    }
    along(least + high)
}
