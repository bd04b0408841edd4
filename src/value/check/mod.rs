//! From the section as it is written to one that is known to mean something.
//!
//! ```text
//! Definition ──outline──> ValueNames      what other definitions may ask
//!            └──check───> Valuation       with the segments at hand
//! ```

mod expressions;
mod order;
mod parts;

use std::cmp::Ordering;
use std::sync::Arc;

use super::axis::Axis;
use super::cut::Cut;
use super::definition::{
    AxisDefinition, Definition, FavourDefinition, Form, TierDefinition, Written,
};
use super::favour::Favours;
use super::figures;
use super::tier::Tier;
use super::valuation::{FAVOURS, Valuation};
use crate::error::{Code, Fault};
use crate::facts::Label;
use crate::json::Reader;
use crate::lang::{self, Checked, Scope, ValueNames, check};
use expressions::Checker;
use parts::RANKED;

/// Axes, cut points or tiers that there may be, and observations of an axis.
const MOST: usize = 64;

impl Definition {
    /// What expressions may ask, as far as it is written rightly; `scope` is
    /// that of the playbook without it. Cut points whose type nobody knows are
    /// left out and marked as faulty.
    pub fn outline(&self, scope: &Scope<'_>, reader: &mut Reader) -> ValueNames {
        let mut names = ValueNames {
            figures: self.figures(),
            axes: self.axes.iter().map(|axis| axis.name.clone()).collect(),
            tiers: self.tiers.iter().filter_map(label).collect(),
            cuts: Vec::new(),
            alive: self.model.is_some(),
        };
        let mut cuts = Vec::new();
        for cut in &self.cuts {
            let with_names = Scope { value: Some(&names), ..*scope };
            let of = cut.of.as_ref().and_then(|of| check(&of.text, &with_names).ok());
            match of.filter(|of| of.result().is(RANKED)) {
                Some(of) => cuts.push((cut.name.clone(), of.result().clone())),
                None => reader.spoil(&cut.name),
            }
        }
        names.cuts = cuts;
        names
    }

    /// The figures that there are, with their types.
    fn figures(&self) -> Vec<(Arc<str>, lang::Type)> {
        let money = self.purchases.as_ref().and_then(|purchases| purchases.money.clone());
        let money = match money {
            Some(lang::Type::Int) | None => lang::Type::Decimal(0),
            Some(money) => money,
        };
        let (model, has_money) = (self.model.as_ref(), self.money.is_some());
        let is_known = |name: &str| match name {
            "p_alive" | "rhythm" => model.is_some(),
            "expected_purchases" | "expected_cost" => model.is_some() && has_money,
            "past_value" => has_money,
            _ => has_money && model.is_some_and(|model| model.spend),
        };
        let ty = |name: &str| match name {
            "p_alive" | "rhythm" | "expected_purchases" => lang::Type::Decimal(figures::PLACES),
            _ => money.clone(),
        };
        let names = figures::NAMES.into_iter().filter(|name| is_known(name));
        let mut out: Vec<(Arc<str>, lang::Type)> =
            names.map(|name| (name.into(), ty(name))).collect();
        if !self.given.is_empty() || !self.received.is_empty() {
            out.extend(FAVOURS.map(|name| (name.into(), lang::Type::Decimal(2))));
        }
        out.sort_by(|a, b| a.0.cmp(&b.0));
        out
    }

    /// Checks the section. Faults and hints are noted in `reader`; `None` where
    /// any was found.
    ///
    /// # Inputs
    ///
    /// `scope`: with the names of [`outline`](Definition::outline) in it.
    /// `condition`: the condition of a segment, where it has no fault.
    pub fn check(
        &self,
        scope: &Scope<'_>,
        condition: &dyn Fn(&str) -> Option<Arc<Checked>>,
        reader: &mut Reader,
    ) -> Option<Valuation> {
        let names = scope.value?;
        let before = reader.n_faults();
        if self.refuse_many(reader) {
            return None;
        }
        self.refuse_twice(reader);
        self.refuse_unassessed(reader);
        self.refuse_better_below(reader);
        let purchases = self.purchases.as_ref().map(|purchases| purchases.kind);
        let mut on = Checker::new(scope, condition, purchases, reader);
        let favours = self.favours(&mut on);
        let axes = self.axes(&mut on);
        let cuts: Vec<Option<Cut>> = self.cuts.iter().map(|cut| on.cut(cut)).collect();
        let tiers: Vec<Option<Tier>> = self.tiers.iter().map(|tier| on.tier(tier)).collect();
        let segments = on.segments();
        if before < reader.n_faults() {
            return None;
        }
        let assess = self.assess.as_ref();
        Some(Valuation {
            purchases: self.purchases.clone()?,
            model: self.model.clone(),
            money: self.money.clone(),
            axes,
            favours,
            every: assess.and_then(|assess| assess.every)?,
            on: assess.map(|assess| assess.on.clone()).unwrap_or_default(),
            cuts: cuts.into_iter().collect::<Option<_>>()?,
            tiers: tiers.into_iter().collect::<Option<_>>()?,
            names: names.clone(),
            segments,
        })
    }

    fn favours(&self, on: &mut Checker<'_, '_>) -> Favours {
        let mut side = |written: &[FavourDefinition]| {
            written.iter().filter_map(|favour| on.favour(favour)).collect()
        };
        let (given, received) = (side(&self.given), side(&self.received));
        let all = self.given.iter().chain(&self.received);
        let all: Vec<&Written> = all.filter_map(|favour| favour.from.as_ref()).collect();
        on.know_favours(all.iter().all(|from| on.is_plain_source(&from.text)));
        Favours { given, received }
    }

    /// The axes, each after those it reads; circles are noted.
    fn axes(&self, on: &mut Checker<'_, '_>) -> Vec<Axis> {
        let axis = |name: &str| self.axes.iter().position(|axis| &*axis.name == name);
        let mut reads: Vec<Vec<usize>> = Vec::new();
        for definition in &self.axes {
            let named = definition.expressions().flat_map(|from| on.axes_of(&from.text));
            reads.push(named.filter_map(|name: Arc<str>| axis(&name)).collect());
        }
        match order::order(&reads) {
            Ok(order) => order.into_iter().filter_map(|at| on.axis(self.axes.get(at)?)).collect(),
            Err(circle) => {
                let nodes = circle.iter().filter_map(|at| self.axes.get(*at));
                let path: Vec<&str> = nodes.map(|axis| &*axis.name).collect();
                let path = path.join(" -> ");
                let first = circle.first().and_then(|at| self.axes.get(*at));
                let fault = Fault::new(
                    Code::Cycle,
                    format!("axes read each other in a circle: {path}"),
                    format!("维度相互引用成环：{path}"),
                );
                on.fault(fault.at(first.map_or("", |axis| axis.pointer.as_str())));
                self.axes.iter().filter_map(|axis| on.axis(axis)).collect()
            }
        }
    }

    /// What is too much is not looked at any closer.
    fn refuse_many(&self, reader: &mut Reader) -> bool {
        let widest = |axis: &AxisDefinition| match &axis.form {
            Some(Form::Points(points)) => points.len(),
            Some(Form::Logistic(_, factors)) => factors.len(),
            None => 0,
        };
        let counts = [self.axes.len(), self.cuts.len(), self.tiers.len()];
        let counts = counts.into_iter().chain(self.axes.iter().map(widest));
        let is_much = counts.max().is_some_and(|most| MOST < most);
        if is_much {
            let fault = Fault::new(
                Code::BadValue,
                format!("more than {MOST} axes, points, cuts or tiers"),
                format!("维度、观测点、分界点或等级超过 {MOST} 个"),
            );
            reader.fault(fault.at(self.pointer.as_str()));
        }
        is_much
    }

    /// Names within a list stand there once.
    fn refuse_twice(&self, reader: &mut Reader) {
        let tiers = self.tiers.iter().filter_map(|tier| tier.name.as_ref());
        let mut lists: Vec<Vec<&Written>> = vec![tiers.collect()];
        for axis in &self.axes {
            lists.push(match &axis.form {
                Some(Form::Points(points)) => {
                    points.iter().filter_map(|it| it.name.as_ref()).collect()
                }
                Some(Form::Logistic(_, factors)) => {
                    factors.iter().filter_map(|it| it.name.as_ref()).collect()
                }
                None => Vec::new(),
            });
        }
        for list in lists {
            for (position, name) in list.iter().enumerate() {
                if list.iter().take(position).any(|earlier| earlier.text == name.text) {
                    let shown = &name.text;
                    let fault = Fault::new(
                        Code::DuplicateName,
                        format!("two are called `{shown}`"),
                        format!("有两项都名为 `{shown}`"),
                    );
                    reader.fault(fault.at(name.pointer.as_str()));
                }
            }
        }
    }

    /// Scores and tiers are fixed at assessments: somebody must say when.
    fn refuse_unassessed(&self, reader: &mut Reader) {
        if self.assess.is_some() {
            return;
        }
        let fault = Fault::new(
            Code::MissingKey,
            "the key `assess` is missing: figures, scores and tiers are fixed at assessments",
            "缺少键 `assess`：价值、得分和等级只在定级时确定",
        );
        let fault = fault.hint(
            "`\"assess\": {\"every\": \"month\"}`, for example",
            "例如 `\"assess\": {\"every\": \"month\"}`",
        );
        reader.fault(fault.at(self.pointer.as_str()));
    }

    /// A lower tier is never served better.
    fn refuse_better_below(&self, reader: &mut Reader) {
        // The least that any tier above has, each of the two by itself.
        let (mut budget, mut contacts) = (None, None);
        for tier in &self.tiers {
            let Some(treatment) = &tier.treatment else { continue };
            let dearer = least(&mut budget, tier, treatment.budget, |a, b| a.compare(*b));
            let oftener = least(&mut contacts, tier, treatment.contacts_per_month, Ord::cmp);
            let Some(upper) = dearer.or(oftener) else { continue };
            let name = |tier: &TierDefinition| {
                tier.name.as_ref().map(|name| name.text.to_string()).unwrap_or_default()
            };
            let (upper, below) = (name(upper), name(tier));
            let fault = Fault::new(
                Code::BadValue,
                format!("the tier `{below}` is served better than `{upper}` above it"),
                format!("等级 `{below}` 的服务优于其上的 `{upper}`"),
            );
            reader.fault(fault.at(format!("{}/treatment", tier.pointer)));
        }
    }
}

/// Notes what a tier has, and gives the one above that has less.
fn least<'t, T: Copy>(
    least: &mut Option<(T, &'t TierDefinition)>,
    tier: &'t TierDefinition,
    own: Option<T>,
    order: impl Fn(&T, &T) -> Ordering,
) -> Option<&'t TierDefinition> {
    let own = own?;
    match *least {
        Some((above, upper)) if order(&above, &own).is_lt() => Some(upper),
        _ => {
            *least = Some((own, tier));
            None
        }
    }
}

/// A tier as a label; its name may be a text that expressions put in quotes.
fn label(tier: &TierDefinition) -> Option<Label> {
    let name = tier.name.as_ref()?;
    Some(Label { name: name.text.clone(), text: tier.wording.text.clone() })
}
