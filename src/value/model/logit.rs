//! Means over a beta distribution, of functions that are smooth in the logit.
//!
//! In `v = ln (p / (1 - p))` the density of a beta distribution falls off
//! exponentially on both sides, what models ask of it has its poles at `π`
//! from the real line, and nothing grows within `π / 2`. So equal steps of 0.25
//! are exact to the last digits (Trefethen and Weideman 2014, theorem 5.1): the
//! error is about `exp(-π² / step)`. There is no exponent at which this breaks
//! down, no difference of nearly equal terms, and no pole at `a = 1`.

/// The step for a wide distribution.
const STEP: f64 = 0.25;
/// A narrow one needs steps that are small beside its width.
const OF_WIDTH: f64 = 0.65;
/// What lies so many powers of e below the top is left out.
const DEPTH: f64 = 39.0;
/// Beyond this an exponent is so large that the distribution is a bell.
const LARGE: f64 = 50.0;
/// The most nodes on one side; it bounds the time, never reached in practice.
const MOST: usize = 100_000;

/// A place, with what is left to 1 and the weight.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Node {
    /// The place, from 0 to 1.
    pub p: f64,
    /// `1 - p`, to its own last digit.
    pub rest: f64,
    /// The share of the distribution that it stands for.
    pub weight: f64,
}

/// Nodes for the mean of functions under the beta distribution of `a` and `b`,
/// which change by a factor of at most `1 + reach` near the ends.
///
/// The weights add up to 1. Where the distribution runs far into an end without
/// the functions changing any more, one node at the end stands for all of it.
pub(super) fn beta_nodes(a: f64, b: f64, reach: f64) -> Vec<Node> {
    let top = libm::log(a / b);
    let step = STEP.min(OF_WIDTH * libm::sqrt(1.0 / a + 1.0 / b));
    let highest = density(a, b, top);
    let stretch = libm::log1p(reach);
    let mut nodes = vec![at(top, 1.0)];
    // To the left `p` shrinks by `exp(-step)`, and the density by `exp(-a step)`.
    let falls = DEPTH + if a < LARGE { a * stretch } else { 0.0 };
    let ends = -(DEPTH + stretch);
    for place in 1..MOST {
        let v = top - place as f64 * step;
        let depth = highest - density(a, b, v);
        if v < ends {
            let whole = 1.0 / -libm::expm1(-a * step);
            nodes.push(Node { p: 0.0, rest: 1.0, weight: libm::exp(-depth) * whole });
            break;
        }
        nodes.push(at(v, libm::exp(-depth)));
        if depth > falls {
            break;
        }
    }
    for place in 1..MOST {
        let v = top + place as f64 * step;
        let depth = highest - density(a, b, v);
        if v > DEPTH + stretch {
            let whole = 1.0 / -libm::expm1(-b * step);
            nodes.push(Node { p: 1.0, rest: 0.0, weight: libm::exp(-depth) * whole });
            break;
        }
        nodes.push(at(v, libm::exp(-depth)));
        if depth > DEPTH {
            break;
        }
    }
    let sum: f64 = nodes.iter().map(|node| node.weight).sum();
    nodes.iter().map(|node| Node { weight: node.weight / sum, ..*node }).collect()
}

/// Nodes for a mean over the gamma distribution of this shape and rate, of
/// functions that are smooth in the logarithm: equal steps again.
pub(super) fn gamma_nodes(shape: f64, rate: f64) -> Vec<(f64, f64)> {
    let top = libm::log(shape / rate);
    let density = |v: f64| shape * v - rate * libm::exp(v);
    let highest = density(top);
    let step = STEP.min(OF_WIDTH / libm::sqrt(shape));
    let mut nodes = vec![(libm::exp(top), 1.0)];
    for side in [-step, step] {
        for place in 1..MOST {
            let v = top + side * place as f64;
            let depth = highest - density(v);
            nodes.push((libm::exp(v), libm::exp(-depth)));
            if depth > DEPTH {
                break;
            }
        }
    }
    let sum: f64 = nodes.iter().map(|(_, weight)| weight).sum();
    nodes.into_iter().map(|(value, weight)| (value, weight / sum)).collect()
}

/// The logarithm of the density in the logit, but for a constant.
fn density(a: f64, b: f64, v: f64) -> f64 {
    if v < 0.0 {
        a * v - (a + b) * libm::log1p(libm::exp(v))
    } else {
        -b * v - (a + b) * libm::log1p(libm::exp(-v))
    }
}

fn at(v: f64, weight: f64) -> Node {
    let small = 1.0 / (1.0 + libm::exp(v.abs()));
    let (p, rest) = if v < 0.0 {
        (small, 1.0 / (1.0 + libm::exp(v)))
    } else {
        (1.0 / (1.0 + libm::exp(-v)), small)
    };
    Node { p, rest, weight }
}
