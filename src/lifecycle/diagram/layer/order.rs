//! Which stands above which, so that few arrows cross.

use super::{Level, SWEEPS};

impl Level {
    /// Brings the nodes of each column into an order with few crossings.
    pub(super) fn order(&mut self) {
        let mut best = (self.crossings(), self.rows.clone());
        for sweep in 0..SWEEPS {
            let n_columns = self.rows.len();
            for step in 1..n_columns {
                let forwards = sweep % 2 == 0;
                let column = if forwards { step } else { n_columns - 1 - step };
                let ties = if forwards { &self.before } else { &self.after };
                let mut place = vec![0.0; self.nodes.len()];
                for row in &self.rows {
                    for (position, node) in row.iter().enumerate() {
                        // Columns differ in how many they hold.
                        place[*node] = (position as f64 + 0.5) / row.len() as f64;
                    }
                }
                let mut keyed: Vec<(f64, usize, usize)> = Vec::new();
                for (position, node) in self.rows[column].iter().enumerate() {
                    let ties = &ties[*node];
                    let sum: f64 =
                        ties.iter().map(|tie| place[tie.other] - tie.offset * 1e-6).sum();
                    let wanted =
                        if ties.is_empty() { place[*node] } else { sum / ties.len() as f64 };
                    keyed.push((wanted, position, *node));
                }
                keyed.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
                self.rows[column] = keyed.into_iter().map(|(_, _, node)| node).collect();
            }
            self.exchange();
            let crossings = self.crossings();
            if crossings < best.0 {
                best = (crossings, self.rows.clone());
            }
        }
        self.rows = best.1;
    }

    /// Changes places of neighbours wherever fewer arrows then cross: what means of
    /// places do not see.
    fn exchange(&mut self) {
        let mut place = vec![0; self.nodes.len()];
        for row in &self.rows {
            row.iter().enumerate().for_each(|(position, node)| place[*node] = position);
        }
        for column in 0..self.rows.len() {
            for position in 1..self.rows[column].len() {
                let (above, below) = (self.rows[column][position - 1], self.rows[column][position]);
                let (crossing, exchanged) = self.between(above, below, &place);
                if exchanged < crossing {
                    self.rows[column].swap(position - 1, position);
                    place.swap(above, below);
                }
            }
        }
    }

    /// How many arrows of two neighbours cross, and would if these changed places.
    fn between(&self, above: usize, below: usize, place: &[usize]) -> (usize, usize) {
        let (mut crossing, mut exchanged) = (0, 0);
        for ties in [&self.before, &self.after] {
            for one in &ties[above] {
                for other in &ties[below] {
                    let (one, other) = (place[one.other], place[other.other]);
                    crossing += usize::from(other < one);
                    exchanged += usize::from(one < other);
                }
            }
        }
        (crossing, exchanged)
    }

    fn crossings(&self) -> usize {
        let mut place = vec![0; self.nodes.len()];
        for row in &self.rows {
            row.iter().enumerate().for_each(|(position, node)| place[*node] = position);
        }
        let mut count = 0;
        for row in &self.rows {
            let ties = row.iter().flat_map(|a| {
                self.after[*a].iter().map(|tie| (place[*a], tie.offset, place[tie.other]))
            });
            let ties: Vec<_> = ties.collect();
            for (at, one) in ties.iter().enumerate() {
                for other in &ties[at + 1..] {
                    let leaves = one.0.cmp(&other.0);
                    count += usize::from(
                        leaves != std::cmp::Ordering::Equal
                            && one.2 != other.2
                            && leaves != one.2.cmp(&other.2),
                    );
                }
            }
        }
        count
    }
}
