//! The section `value` as it is written.
//!
//! Reading takes what is written apart and keeps the places; what can only be
//! known with the whole playbook at hand is left to the check.

mod axes;
mod purchases;
mod tiers;

use std::sync::Arc;

pub use crate::json::Written;
pub use axes::{AxisDefinition, FactorDefinition, Form, PointDefinition};
pub use purchases::Purchases;
pub use tiers::{
    AssessDefinition, CutDefinition, FavourDefinition, TierDefinition, Treatment, Wanted,
};

use super::figures;
use super::money::{Models, Money, Paid};
use crate::facts::Schema;
use crate::json::{Place, Reader};

/// The section `value`, its expressions not yet checked.
#[derive(Debug, Clone)]
pub struct Definition {
    /// What a purchase is.
    pub purchases: Option<Purchases>,
    /// How purchases will go on.
    pub model: Option<Models>,
    /// What they are worth.
    pub money: Option<Money>,
    /// The axes, by name.
    pub axes: Vec<AxisDefinition>,
    /// Favours given to a customer, by name.
    pub given: Vec<FavourDefinition>,
    /// Favours received from one, by name.
    pub received: Vec<FavourDefinition>,
    /// When scores and tiers are fixed.
    pub assess: Option<AssessDefinition>,
    /// Where the best of everybody begin, by name.
    pub cuts: Vec<CutDefinition>,
    /// The tiers, the best first.
    pub tiers: Vec<TierDefinition>,
    /// Where the section stands in the document.
    pub pointer: String,
}

/// What others call a key of the section, and its name here.
const ELSEWHERE: [(&str, &str); 9] = [
    ("scores", "axes"),
    ("dimensions", "axes"),
    ("orders", "purchases"),
    ("schedule", "assess"),
    ("assessments", "assess"),
    ("thresholds", "cuts"),
    ("levels", "tiers"),
    ("grades", "tiers"),
    ("costs", "money"),
];

impl Definition {
    /// The section. Kinds and fields are looked up in `schema` at once.
    pub fn read(place: &Place, schema: &Schema, reader: &mut Reader) -> Option<Definition> {
        let mut object = place.object(reader)?;
        let before = reader.n_faults();
        let purchases = object.need(reader, "purchases");
        let purchases = purchases.and_then(|place| Purchases::read(&place, schema, reader));
        let model = object.get("model").and_then(|place| Models::read(&place, reader));
        let money = object.get("money").zip(purchases.as_ref());
        let money = money.and_then(|(place, on)| {
            let paid = Paid { schema, purchases: on.kind, amount: on.amount };
            Money::read(&place, reader, &paid)
        });
        if before < reader.n_faults() {
            // Which figures there would be is not known then.
            figures::NAMES.into_iter().for_each(|name| reader.spoil(name));
        }
        let axes = object.get("axes").map(|place| AxisDefinition::read_all(&place, reader));
        let (given, received) = match object.get("favours") {
            Some(place) => FavourDefinition::read_both(&place, reader),
            None => (Vec::new(), Vec::new()),
        };
        let assess = object.get("assess");
        let assess = assess.and_then(|place| AssessDefinition::read(&place, schema, reader));
        let cuts = object.get("cuts").map(|place| CutDefinition::read_all(&place, reader));
        let tiers = object.get("tiers").map(|place| TierDefinition::read_all(&place, reader));
        object.close_naming(reader, &ELSEWHERE);
        Some(Definition {
            purchases,
            model,
            money,
            axes: axes.unwrap_or_default(),
            given,
            received,
            assess,
            cuts: cuts.unwrap_or_default(),
            tiers: tiers.unwrap_or_default(),
            pointer: place.pointer.clone(),
        })
    }

    /// The names of the segments that the expressions of the section read,
    /// faulty or not, so that a circle is found along with whatever else is
    /// wrong.
    pub fn segments(&self) -> Vec<Arc<str>> {
        let mut out: Vec<Arc<str>> =
            self.expressions().flat_map(|written| super::asked::segments(&written.text)).collect();
        out.sort();
        out.dedup();
        out
    }

    /// Every expression of the section.
    fn expressions(&self) -> impl Iterator<Item = &Written> {
        let axes = self.axes.iter().flat_map(AxisDefinition::expressions);
        let favours = self.given.iter().chain(&self.received).filter_map(|it| it.from.as_ref());
        let cuts = self.cuts.iter().filter_map(|cut| cut.of.as_ref());
        let tiers = self.tiers.iter();
        let tiers = tiers.flat_map(|tier| tier.when.iter().chain(&tier.keep).chain(&tier.stay));
        axes.chain(favours).chain(cuts).chain(tiers)
    }
}
