//! The search: of all cells the one that is least like the rest, and again
//! without it.

use super::CauseSearch;
use super::cube::{Codes, Cube, Moved};
use super::report::CauseWork;

/// Causes that are looked for at most, and others told beside one.
const CAUSES: usize = 8;
const BESIDE: usize = 3;
/// Candidates among which those others are looked for.
const CANDIDATES: usize = 24;

/// The share of the change that is enough.
const ENOUGH: f64 = 0.8;

/// As many customers as these are added to each cell, who scatter as everybody
/// does: few who happen to be alike prove nothing.
const PRIOR: f64 = 10.0;

/// A combination of values: dimension and code, by dimension.
pub(super) type Cell = Vec<(usize, u8)>;

pub(super) fn holds(cell: &Cell, codes: &Codes) -> bool {
    cell.iter().all(|(dimension, code)| codes.get(*dimension) == Some(code))
}

/// A cell that stands out, and others that say much the same.
pub(super) struct Found {
    pub cell: Cell,
    pub beside: Vec<Cell>,
}

/// All customers of the searched half with the same values.
pub(super) struct Leaf {
    pub codes: Codes,
    pub moved: Moved,
}

pub(super) struct Search<'a> {
    cube: &'a Cube,
    asked: &'a CauseSearch,
    pub leaves: Vec<Leaf>,
}

/// A cell that is looked at.
#[derive(Clone)]
struct Candidate {
    score: f64,
    cell: Cell,
}

/// What a pass over all cells found.
#[derive(Default)]
struct Pass {
    best: Vec<Candidate>,
    visits: u64,
    searched: u64,
    pruned: u64,
    truncated: bool,
    unsearched: f64,
}

impl<'a> Search<'a> {
    pub fn of(cube: &'a Cube, asked: &'a CauseSearch) -> Search<'a> {
        let mut rows: Vec<_> = cube.rows.iter().filter(|row| row.is_searched).collect();
        rows.sort_by_key(|row| row.codes);
        let mut leaves: Vec<Leaf> = Vec::new();
        for row in rows {
            match leaves.last_mut() {
                Some(leaf) if leaf.codes == row.codes => leaf.moved.add(&row.moved),
                _ => leaves.push(Leaf { codes: row.codes, moved: row.moved }),
            }
        }
        Search { cube, asked, leaves }
    }

    pub fn run(mut self) -> (Vec<Found>, CauseWork) {
        let whole = total(&self.leaves);
        let (mut found, mut taken): (Vec<Found>, Vec<Moved>) = (Vec::new(), Vec::new());
        let mut work = CauseWork::default();
        while found.len() < CAUSES {
            let left = self.asked.budget.saturating_sub(work.visits);
            let pass = self.pass(whole.d, left);
            work.add(&pass, whole.d);
            let Some(best) = pass.best.first() else { break };
            let beside = self.beside(best, &pass.best);
            let (out, kept): (Vec<Leaf>, Vec<Leaf>) =
                self.leaves.into_iter().partition(|leaf| holds(&best.cell, &leaf.codes));
            self.leaves = kept;
            taken.push(total(&out));
            found.push(Found { cell: best.cell.clone(), beside });
            let rate = total(&self.leaves).rate();
            let explained: f64 = taken.iter().map(|it| it.d - it.x * rate).sum();
            if explained / whole.d >= ENOUGH || self.leaves.is_empty() {
                break;
            }
        }
        (found, work)
    }

    /// Looks at every cell of what is left.
    fn pass(&self, change: f64, budget: u64) -> Pass {
        let all = total(&self.leaves);
        let mut pass = Pass::default();
        if change == 0.0 {
            return pass;
        }
        let bounds = self.bounds(&all, change);
        let is_alive = |dimension: usize, code: u8| {
            let bound = bounds.get(dimension).and_then(|it| it.get(usize::from(code)));
            bound.is_some_and(|it| *it >= self.asked.min_effect * change.abs())
        };
        let alive: Vec<u16> = self
            .leaves
            .iter()
            .map(|leaf| {
                let one =
                    |at: usize| u16::from(is_alive(at, leaf.codes.get(at).copied().unwrap_or(0)));
                (0..self.cube.cards.len()).map(|at| one(at) << at).sum()
            })
            .collect();
        let dead = bounds.iter().flatten().filter(|it| **it < self.asked.min_effect * change.abs());
        pass.pruned = dead.count() as u64;
        let mut cells: Vec<Moved> = Vec::new();
        for depth in 1..=self.asked.depth.min(self.cube.cards.len()) {
            let combinations = combinations(self.cube.cards.len(), depth);
            for cuboid in &combinations {
                if depth > 1 && pass.visits + self.leaves.len() as u64 > budget {
                    pass.truncated = true;
                    let most = |at: &usize| {
                        bounds.get(*at).into_iter().flatten().copied().fold(0.0, f64::max)
                    };
                    let could = cuboid.iter().map(most).fold(f64::INFINITY, f64::min);
                    pass.unsearched = pass.unsearched.max(could);
                    continue;
                }
                self.fill(&mut cells, cuboid, &alive);
                pass.visits += self.leaves.len() as u64;
                self.judge(&cells, cuboid, combinations.len(), (&all, change), &mut pass);
            }
        }
        pass
    }

    /// By value, what any cell below it can explain at most: what its leaves did in
    /// the direction of the change, none of them against it.
    fn bounds(&self, all: &Moved, change: f64) -> Vec<Vec<f64>> {
        let rate = all.rate();
        let mut told = Vec::new();
        for (dimension, card) in self.cube.cards.iter().enumerate() {
            let mut sums = vec![(0.0_f64, 0.0_f64, 0.0_f64); *card];
            for leaf in &self.leaves {
                let code = leaf.codes.get(dimension).map_or(0, |it| usize::from(*it));
                if let Some(sum) = sums.get_mut(code) {
                    let excess = (leaf.moved.d - rate * leaf.moved.x) * change.signum();
                    *sum = (sum.0 + excess.max(0.0), sum.1 + leaf.moved.x, sum.2 + leaf.moved.n);
                }
            }
            // Against the rest, an excess counts as much more as the rest is less.
            let bound = |(excess, x, n): &(f64, f64, f64)| {
                let rest = 1.0 - x / all.x;
                let few = *n < self.asked.least as f64;
                if few {
                    0.0
                } else if rest > 0.0 {
                    excess / rest
                } else {
                    *excess
                }
            };
            told.push(sums.iter().map(bound).collect());
        }
        told
    }

    /// The cells of a combination of dimensions.
    fn fill(&self, cells: &mut Vec<Moved>, cuboid: &[usize], alive: &[u16]) {
        let card = |at: &usize| self.cube.cards.get(*at).copied().unwrap_or(1);
        cells.clear();
        cells.resize(cuboid.iter().map(card).product(), Moved::default());
        let need: u16 =
            if cuboid.len() > 1 { cuboid.iter().map(|at| 1_u16 << at).sum() } else { 0 };
        let mut steps = [(0_usize, 0_usize); 3];
        for (step, at) in steps.iter_mut().zip(cuboid) {
            *step = (*at, card(at));
        }
        let steps = steps.get(..cuboid.len()).unwrap_or_default();
        for (leaf, alive) in self.leaves.iter().zip(alive) {
            if alive & need != need {
                continue;
            }
            let place = steps.iter().fold(0, |place, (at, card)| {
                place * card + leaf.codes.get(*at).map_or(0, |it| usize::from(*it))
            });
            if let Some(cell) = cells.get_mut(place) {
                cell.add(&leaf.moved);
            }
        }
    }

    /// Keeps those cells that stand out most.
    fn judge(
        &self,
        cells: &[Moved],
        cuboid: &[usize],
        cuboids: usize,
        (all, change): (&Moved, f64),
        pass: &mut Pass,
    ) {
        let scatter = all.residual(all.rate()) / all.x.max(f64::MIN_POSITIVE);
        // The more cells there are, the further one stands out by chance.
        let price = 2.0 * libm::log((cells.len() * cuboids) as f64);
        for (place, cell) in cells.iter().enumerate() {
            if cell.n < self.asked.least as f64 {
                continue;
            }
            pass.searched += 1;
            let Some((effect, square)) = stands_out(cell, all, scatter, self.asked.least) else {
                continue;
            };
            let score = square - price;
            let is_enough = effect / change >= self.asked.min_effect && score > 0.0;
            if is_enough && pass.is_among_best(score) {
                pass.keep(Candidate { score, cell: self.cell(cuboid, place) });
            }
        }
    }

    fn cell(&self, cuboid: &[usize], mut place: usize) -> Cell {
        let mut cell: Cell = Vec::with_capacity(cuboid.len());
        for at in cuboid.iter().rev() {
            let card = self.cube.cards.get(*at).copied().unwrap_or(1).max(1);
            cell.push((*at, (place % card) as u8));
            place /= card;
        }
        cell.reverse();
        cell
    }

    /// Others that are mostly of the same customers as the best.
    fn beside(&self, best: &Candidate, candidates: &[Candidate]) -> Vec<Cell> {
        let mostly_same = |other: &Cell| {
            let (mut both, mut either) = (0.0, 0.0);
            for leaf in &self.leaves {
                let (a, b) = (holds(&best.cell, &leaf.codes), holds(other, &leaf.codes));
                both += if a && b { leaf.moved.n } else { 0.0 };
                either += if a || b { leaf.moved.n } else { 0.0 };
            }
            both >= ENOUGH * either
        };
        let others = candidates.iter().skip(1).map(|it| &it.cell);
        others.filter(|it| mostly_same(it)).take(BESIDE).cloned().collect()
    }
}

/// What a cell did beyond what it would have done like the rest, and the square of
/// how many standard errors that is.
pub(super) fn stands_out(
    cell: &Moved,
    all: &Moved,
    scatter: f64,
    least: usize,
) -> Option<(f64, f64)> {
    let rest = all.less(cell);
    // What rounding leaves of nothing is not a rest.
    if rest.n < least as f64 || rest.x <= 1e-9 * all.x {
        return None;
    }
    let (own, other) = (cell.rate(), rest.rate());
    let effect = cell.d - cell.x * other;
    let within =
        cell.n / (cell.n + PRIOR) * (cell.residual(own) + PRIOR * scatter * cell.x / cell.n);
    let times = cell.x / rest.x;
    let variance = within + times * times * rest.residual(other);
    let least_variance = 1e-18 * (effect * effect + all.d * all.d);
    Some((effect, effect * effect / variance.max(least_variance).max(f64::MIN_POSITIVE)))
}

impl Pass {
    fn is_among_best(&self, score: f64) -> bool {
        self.best.len() < CANDIDATES || self.best.last().is_some_and(|it| score > it.score)
    }

    /// By score; of equal ones the earlier, which has fewer dimensions.
    fn keep(&mut self, it: Candidate) {
        let at = self.best.partition_point(|other| other.score >= it.score);
        self.best.insert(at, it);
        self.best.truncate(CANDIDATES);
    }
}

impl CauseWork {
    fn add(&mut self, pass: &Pass, change: f64) {
        if self.visits == 0 {
            (self.searched, self.pruned_by_bound) = (pass.searched, pass.pruned);
        }
        self.visits += pass.visits;
        self.truncated |= pass.truncated;
        let could = if change == 0.0 { 0.0 } else { pass.unsearched / change.abs() };
        self.unsearched_at_most = self.unsearched_at_most.max(could);
    }
}

fn total(leaves: &[Leaf]) -> Moved {
    let mut all = Moved::default();
    leaves.iter().for_each(|leaf| all.add(&leaf.moved));
    all
}

/// All sets of so many of the dimensions, in order.
pub(super) fn combinations(dimensions: usize, depth: usize) -> Vec<Vec<usize>> {
    let mut told: Vec<Vec<usize>> = vec![Vec::new()];
    for _ in 0..depth {
        let longer = |set: &Vec<usize>| {
            let from = set.last().map_or(0, |last| last + 1);
            let set = set.clone();
            (from..dimensions).map(move |next| [set.clone(), vec![next]].concat())
        };
        told = told.iter().flat_map(longer).collect();
    }
    told
}
