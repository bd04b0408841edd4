//! Why there are more or fewer of them: who came, who went, and by which way.

use serde::Serialize;

use super::{overflow, total};
use crate::error::Error;

/// How many went from one state to another in a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockMove {
    /// From which state; empty: they were not there before.
    pub from: String,
    /// To which; empty: they are no longer there.
    pub to: String,
    /// How many.
    pub count: i64,
}

/// A change of a stock, come apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StockChange {
    /// How many there were.
    pub opening: i64,
    /// How many there are.
    pub closing: i64,
    /// By which way they came and went, in the order given; moves within the
    /// stock and outside of it change nothing and are not here.
    pub edges: Vec<StockEdge>,
    /// What the ways do not explain: 0 where all moves are known.
    pub unexplained: i64,
}

/// A way into a stock or out of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StockEdge {
    /// From which state.
    pub from: String,
    /// To which.
    pub to: String,
    /// How many it added; below zero where they left.
    pub effect: i64,
}

/// By which ways the number in some states changed.
///
/// `states`: those that are counted, one or several together. All ways together
/// with what they do not explain are exactly the change; a rest means that moves
/// are missing, not that something else was the cause.
///
/// # Errors
///
/// [`Code::Overflow`](crate::Code::Overflow).
///
/// ```
/// use guanxi::kpi::{StockMove, decompose_stock};
/// let moved = |from: &str, to: &str, count| StockMove { from: from.into(), to: to.into(), count };
/// let moves = [moved("prospect", "buyer", 30), moved("buyer", "at_risk", 12), moved("at_risk", "buyer", 5)];
/// let told = decompose_stock(200, 223, &["buyer"], &moves)?;
/// assert_eq!(told.edges.iter().map(|it| it.effect).collect::<Vec<_>>(), [30, -12, 5]);
/// assert_eq!(told.unexplained, 0);
/// # Ok::<(), guanxi::Error>(())
/// ```
pub fn decompose_stock(
    opening: i64,
    closing: i64,
    states: &[&str],
    moves: &[StockMove],
) -> Result<StockChange, Error> {
    let is_in = |state: &str| states.contains(&state);
    let mut edges: Vec<StockEdge> = Vec::new();
    for it in moves {
        let effect = match (is_in(&it.from), is_in(&it.to)) {
            (false, true) => it.count,
            (true, false) => it.count.checked_neg().ok_or_else(overflow)?,
            _ => continue,
        };
        match edges.iter_mut().find(|edge| edge.from == it.from && edge.to == it.to) {
            Some(edge) => edge.effect = edge.effect.checked_add(effect).ok_or_else(overflow)?,
            None => edges.push(StockEdge { from: it.from.clone(), to: it.to.clone(), effect }),
        }
    }
    let explained = total(edges.iter().map(|it| it.effect))?;
    let change = closing.checked_sub(opening).ok_or_else(overflow)?;
    let unexplained = change.checked_sub(explained).ok_or_else(overflow)?;
    Ok(StockChange { opening, closing, edges, unexplained })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// People walk about between states; each state's count is explained.
        #[test]
        fn walks_are_explained_without_a_rest(walks in prop::collection::vec(prop::collection::vec(0_usize..5, 1..6), 0..60), counted in 1_usize..16) {
            let names = ["", "prospect", "buyer", "at_risk", "lost"];
            let states: Vec<&str> = (0..4).filter(|at| counted >> at & 1 == 1).map(|at| names[at + 1]).collect();
            let is_in = |at: usize| i64::from(states.contains(&names[at]));
            let (mut opening, mut closing, mut moves) = (0, 0, Vec::new());
            for walk in &walks {
                opening += is_in(walk[0]);
                closing += is_in(walk[walk.len() - 1]);
                for pair in walk.windows(2) {
                    moves.push(StockMove { from: names[pair[0]].into(), to: names[pair[1]].into(), count: 1 });
                }
            }
            let told = decompose_stock(opening, closing, &states, &moves).unwrap();
            prop_assert_eq!(told.unexplained, 0);
            prop_assert_eq!(told.edges.iter().map(|it| it.effect).sum::<i64>(), closing - opening);
            moves.pop();
            let lacking = decompose_stock(opening, closing, &states, &moves).unwrap();
            prop_assert_eq!(lacking.edges.iter().map(|it| it.effect).sum::<i64>() + lacking.unexplained, closing - opening);
        }
    }
}
