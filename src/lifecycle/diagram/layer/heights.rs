//! How high everything stands, so that arrows are as straight as fits.

use super::{GAP, Level, SWEEPS};

impl Level {
    /// The line of each node, and the height of all.
    pub(super) fn heights(&self) -> (Vec<f64>, f64) {
        let mut ys = vec![0.0; self.nodes.len()];
        for row in &self.rows {
            let mut y = 0.0;
            for node in row {
                y += self.nodes[*node].above;
                ys[*node] = y;
                y += self.nodes[*node].below + GAP;
            }
        }
        let n_columns = self.rows.len();
        for sweep in 0..SWEEPS * 4 {
            for step in 0..n_columns {
                let forwards = sweep % 2 == 0;
                let column = if forwards { step } else { n_columns - 1 - step };
                // Both sides at last, so that neither wins.
                let both = SWEEPS < sweep;
                self.settle(column, forwards || both, !forwards || both, &mut ys);
            }
        }
        let top = self.top(&ys);
        let low = |node: usize| ys[node] + self.nodes[node].below;
        let bottom = (0..self.nodes.len()).map(low).fold(top, f64::max);
        (ys, bottom - top)
    }

    pub(super) fn top(&self, ys: &[f64]) -> f64 {
        let high = |node: usize| ys[node] - self.nodes[node].above;
        (0..self.nodes.len()).map(high).reduce(f64::min).unwrap_or(0.0)
    }

    /// Moves one column to where its neighbours want it.
    fn settle(&self, column: usize, before: bool, after: bool, ys: &mut [f64]) {
        let row = &self.rows[column];
        // Least squares under an order with distances: shifted by the
        // distances, it is an order alone.
        let mut shift = 0.0;
        let mut blocks: Vec<(f64, f64, usize)> = Vec::new();
        let mut shifts = Vec::new();
        for (place, node) in row.iter().enumerate() {
            if let Some(above) = place.checked_sub(1).map(|above| row[above]) {
                shift += self.nodes[above].below + GAP + self.nodes[*node].above;
            }
            shifts.push(shift);
            let ties = [(before, &self.before[*node]), (after, &self.after[*node])];
            let ties = ties.into_iter().filter(|(wanted, _)| *wanted).flat_map(|(_, ties)| ties);
            let (mut sum, mut weight) = (ys[*node] * 0.01, 0.01);
            for tie in ties {
                sum += (ys[tie.other] - tie.offset) * tie.weight;
                weight += tie.weight;
            }
            blocks.push((sum - shift * weight, weight, 1));
            while let [.., (above, w_above, n_above), (below, w_below, n_below)] = blocks[..]
                && below / w_below < above / w_above
            {
                blocks.truncate(blocks.len() - 2);
                blocks.push((above + below, w_above + w_below, n_above + n_below));
            }
        }
        let wanted = blocks.iter().flat_map(|(sum, weight, n)| vec![sum / weight; *n]);
        for ((node, shift), y) in row.iter().zip(shifts).zip(wanted) {
            ys[*node] = y + shift;
        }
    }
}
