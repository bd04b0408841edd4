//! Whether customers who were not searched show it, too.

use super::cube::{Cube, Row};
use super::report::Cause;
use super::search::{Cell, holds};
use crate::stats::{Sum, t_beyond};

/// A cause in numbers.
pub(super) struct Numbers {
    /// How large it was.
    pub size: f64,
    /// By how much it changed.
    pub change: f64,
    /// What of that it did beyond the rest.
    pub effect: f64,
    /// The same as the other half has it, for everybody.
    pub estimate: Option<f64>,
    /// Customers in it, of both halves.
    pub customers: usize,
    /// How often the other half shows as much by chance.
    pub p: Option<f64>,
}

pub(super) struct Split {
    pub causes: Vec<Numbers>,
    /// What everybody did alike.
    pub common: f64,
    pub rest_rate: f64,
}

/// The causes, each without those before it, and the rest without all of them.
pub(super) fn split(cube: &Cube, cells: &[Cell]) -> Split {
    let place = |row: &Row| cells.iter().position(|cell| holds(cell, &row.codes));
    let places: Vec<Option<usize>> = cube.rows.iter().map(place).collect();
    let all = Sides::of(cube, &places, cells.len(), |_| true);
    let half = Sides::of(cube, &places, cells.len(), |row| !row.is_searched);
    let causes = (0..cells.len()).map(|at| {
        let (size, change) = all.at(at);
        let errors = errors(cube, &places, at, &half);
        let estimate = half.effect_rate(at).map(|rate| rate * size);
        let p = errors.and_then(|(error, df)| {
            let t = half.effect(at) / error;
            let beyond = t_beyond(t, df) / 2.0;
            let is_same_way = half.effect(at) * cube.change > 0.0;
            (error > 0.0).then_some(if is_same_way { beyond } else { 1.0 - beyond })
        });
        let customers = customers(cube, &places, at);
        Numbers { size, change, effect: all.effect(at), estimate, customers, p }
    });
    let causes: Vec<Numbers> = causes.collect();
    // What is left when the causes are taken off: everybody, at the rate of the rest.
    let caused: Sum = causes.iter().map(|it| it.effect).collect();
    Split { common: cube.change - caused.total(), rest_rate: all.rest_rate(), causes }
}

/// Sizes and changes of each cause and of the rest, the last.
struct Sides {
    sums: Vec<(Sum, Sum)>,
}

impl Sides {
    fn of(
        cube: &Cube,
        places: &[Option<usize>],
        many: usize,
        counts: impl Fn(&Row) -> bool,
    ) -> Sides {
        let mut sums = vec![(Sum::default(), Sum::default()); many + 1];
        for (row, place) in cube.rows.iter().zip(places).filter(|(row, _)| counts(row)) {
            if let Some(sum) = sums.get_mut(place.unwrap_or(many)) {
                sum.0.add(row.moved.x);
                sum.1.add(row.moved.d);
            }
        }
        Sides { sums }
    }

    fn at(&self, at: usize) -> (f64, f64) {
        self.sums.get(at).map_or((0.0, 0.0), |(x, d)| (x.total(), d.total()))
    }

    fn rest(&self) -> (f64, f64) {
        self.at(self.sums.len().saturating_sub(1))
    }

    fn rest_rate(&self) -> f64 {
        let (x, d) = self.rest();
        if x > 0.0 { d / x } else { 0.0 }
    }

    fn effect(&self, at: usize) -> f64 {
        let (x, d) = self.at(at);
        d - x * self.rest_rate()
    }

    fn effect_rate(&self, at: usize) -> Option<f64> {
        let (x, _) = self.at(at);
        (x > 0.0).then(|| self.effect(at) / x)
    }
}

/// The standard error of a cause's effect in the half that was not searched, by
/// customers, and its degrees of freedom.
fn errors(cube: &Cube, places: &[Option<usize>], at: usize, half: &Sides) -> Option<(f64, f64)> {
    let ((x, d), (rest, _)) = (half.at(at), half.rest());
    if rest <= 0.0 {
        return None;
    }
    let (own, other, times) = (if x > 0.0 { d / x } else { 0.0 }, half.rest_rate(), x / rest);
    let mut squares = Sum::default();
    let (mut customers, mut inside) = (0_u64, 0_u64);
    let rows: Vec<(&Row, Option<usize>)> =
        cube.rows.iter().zip(places.iter().copied()).filter(|(row, _)| !row.is_searched).collect();
    for same in rows.chunk_by(|a, b| a.0.customer == b.0.customer) {
        let mut term = 0.0;
        let mut is_in = false;
        for (row, place) in same {
            let it = row.moved;
            match place {
                Some(place) if *place == at => {
                    is_in = true;
                    term += it.d - own * it.x;
                }
                None => term -= times * (it.d - other * it.x),
                Some(_) => {}
            }
        }
        squares.add(term * term);
        customers += 1;
        inside += u64::from(is_in);
    }
    if inside < 2 || customers < 3 {
        return None;
    }
    // Few inside scatter less than they should.
    let n = inside as f64;
    Some((libm::sqrt(squares.total() * n / (n - 1.0)), n - 1.0))
}

fn customers(cube: &Cube, places: &[Option<usize>], at: usize) -> usize {
    let mut inside: Vec<u32> = Vec::new();
    for (row, place) in cube.rows.iter().zip(places) {
        if *place == Some(at) && inside.last() != Some(&row.customer) {
            inside.push(row.customer);
        }
    }
    inside.len()
}

/// Of several candidates one is confirmed by chance: Benjamini and Hochberg.
pub(super) fn among_all(causes: &mut [Cause], level: f64) {
    let mut order: Vec<usize> = (0..causes.len()).collect();
    let p = |causes: &[Cause], at: usize| causes.get(at).and_then(|it| it.p).unwrap_or(1.0);
    order.sort_by(|a, b| p(causes, *a).total_cmp(&p(causes, *b)));
    let many = order.len() as f64;
    let mut least = 1.0_f64;
    for (rank, at) in order.iter().enumerate().rev() {
        least = least.min(p(causes, *at) * many / (rank + 1) as f64);
        if let Some(it) = causes.get_mut(*at) {
            it.p_among_all = it.p.map(|_| least);
            it.confirmed = it.p.is_some() && least <= level;
        }
    }
}
