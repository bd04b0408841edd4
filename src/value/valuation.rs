//! The section `value`, known to mean something.

use std::sync::Arc;

use super::axis::Axis;
use super::cut::Cut;
use super::definition::Purchases;
use super::favour::Favours;
use super::money::{Models, Money};
use super::tier::Tier;
use crate::lang::{Score, ValueNames};
use crate::units::Unit;

/// How customers are valued, scored and put into tiers.
#[derive(Debug, Clone)]
pub struct Valuation {
    /// What a purchase is.
    pub purchases: Purchases,
    /// How purchases will go on; `None`: nobody asks.
    pub model: Option<Models>,
    /// What they are worth; `None`: nobody asks.
    pub money: Option<Money>,
    /// The axes, each after those it reads.
    pub axes: Vec<Axis>,
    /// What we did for each other.
    pub favours: Favours,
    /// At the start of each of these everybody is assessed.
    pub every: Unit,
    /// The event kinds after which one customer is, ascending.
    pub on: Vec<usize>,
    /// Where the best of everybody begin, by name.
    pub cuts: Vec<Cut>,
    /// The tiers, the best first.
    pub tiers: Vec<Tier>,
    /// What expressions may ask.
    pub names: ValueNames,
    /// The segments that any expression here reads, also through others; each
    /// after those it reads itself.
    pub segments: Vec<Arc<str>>,
}

/// The names of the figures of favours, in hundredths.
pub const FAVOURS: [&str; 3] = ["favour_balance", "favours_given", "favours_received"];

impl Valuation {
    /// Position of the axis with this name.
    pub fn axis(&self, name: &str) -> Option<usize> {
        self.axes.iter().position(|axis| &*axis.name == name)
    }

    /// Position of the tier with this name.
    pub fn tier(&self, name: &str) -> Option<usize> {
        self.tiers.iter().position(|tier| &*tier.name == name)
    }

    /// Position of the cut with this name.
    pub fn cut(&self, name: &str) -> Option<usize> {
        self.cuts.iter().position(|cut| &*cut.name == name)
    }

    /// Whether an answer is known here at all.
    pub fn knows(&self, asked: Score<'_>) -> bool {
        match asked {
            Score::Figure(name) => self.names.figures.iter().any(|(known, _)| &**known == name),
            Score::Axis(name) => self.axis(name).is_some(),
            Score::Tier => !self.tiers.is_empty(),
            Score::Cut(name) => self.cut(name).is_some(),
            Score::AliveUntil(_) => self.names.alive,
        }
    }

    /// Whether what is found over everybody is read by anything: then the facts
    /// of one customer alone do not say what that customer is worth.
    pub fn needs_everybody(&self) -> bool {
        let is_fitted = self.model.as_ref().is_some_and(|model| !model.is_pinned());
        is_fitted || !self.cuts.is_empty() || self.money.is_some()
    }
}
