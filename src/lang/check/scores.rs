//! What the value part is asked for: figures, axes, tiers, cut points.

use std::sync::Arc;

use super::super::among::SHARE_PLACES;
use super::super::scope::{Meaning, ValueNames};
use super::super::score::{ScoreName, chance};
use super::super::tree::{Literal, Node, NodeId};
use super::super::types::{Kinds, Type};
use super::faults::{cut, meant};
use super::names::listed;
use super::walk::Checker;
use crate::error::{Code, Error, Fault};
use crate::units::{Decimal, nearest};

/// The name that `tier('value')` gives: of the one scheme that there is.
pub(in crate::lang) const SCHEME: &str = "value";

impl<'t> Checker<'t> {
    /// `value('...')`
    pub fn figure(&mut self, name: &Arc<str>) -> Result<(), Error> {
        let names = self.value_names()?;
        let known = names.figures.iter().map(|(name, _)| &**name);
        one_of(known, name, ("figure of value", "价值指标"))?;
        self.uses.scores.push(ScoreName::Figure(name.clone()));
        Ok(())
    }

    /// `axis('...')`
    pub fn axis(&mut self, name: &Arc<str>) -> Result<(), Error> {
        let names = self.value_names()?;
        one_of(names.axes.iter().map(|name| &**name), name, ("axis", "维度"))?;
        self.uses.scores.push(ScoreName::Axis(name.clone()));
        Ok(())
    }

    /// `cut('...')`
    pub fn cut_point(&mut self, name: &Arc<str>) -> Result<(), Error> {
        let names = self.value_names()?;
        let known = names.cuts.iter().map(|(name, _)| &**name);
        one_of(known, name, ("cut point", "分界值"))?;
        self.uses.scores.push(ScoreName::Cut(name.clone()));
        Ok(())
    }

    /// `tier('value')`
    pub fn scheme(&mut self, name: &str) -> Result<(), Error> {
        let names = self.value_names()?;
        one_of([SCHEME].into_iter(), name, ("scheme of tiers", "定级方案"))?;
        if names.tiers.is_empty() {
            let (en, zh) = ("the section `value` has no `tiers`", "`value` 部分没有 `tiers`");
            return Err(Fault::new(Code::UnknownName, en, zh).into());
        }
        self.uses.scores.push(ScoreName::Tier);
        Ok(())
    }

    /// `alive_until(0.5)`: the chance is the same for everybody.
    pub fn alive_until(&mut self, id: NodeId) {
        let known = self.value_names().and_then(|names| {
            if names.alive {
                Ok(())
            } else {
                let fault = Fault::new(
                    Code::UnknownName,
                    "the section `value` has no model of who is still active",
                    "`value` 部分没有判断客户是否活跃的模型",
                );
                let (en, zh) = ("add `timing` to its `model`", "请在其 `model` 中加上 `timing`");
                Err(fault.hint(en, zh).into())
            }
        });
        if let Err(error) = known {
            error.into_faults().into_iter().for_each(|fault| self.refuse(self.span(id), fault));
            return;
        }
        let Some(number) = self.fixed(id) else { return };
        let Some(chance) = number.and_then(chance) else {
            let fault = Fault::new(
                Code::BadLiteral,
                "this is no chance, expected a number between 0 and 1, like `0.5`",
                "此处不是概率，应为 0 与 1 之间的数，如 `0.5`",
            );
            return self.refuse(self.span(id), fault);
        };
        self.adopt(id, &Type::Decimal(chance.scale()));
        self.uses.scores.push(ScoreName::AliveUntil(chance));
    }

    /// `topShare(e, 0.2)`: the share is the same for everybody.
    pub fn share(&mut self, id: NodeId) {
        let Some(number) = self.fixed(id) else { return };
        let (zero, one) = (Decimal::from_int(0), Decimal::from_int(1));
        let is_share = |number: &Decimal| {
            number.compare(zero).is_gt()
                && number.compare(one).is_le()
                && number.scale() <= SHARE_PLACES
        };
        let Some(share) = number.filter(is_share) else {
            let fault = Fault::new(
                Code::BadLiteral,
                format!(
                    "this is no share, expected a number above 0 and up to 1 with at most {SHARE_PLACES} places, like `0.2`"
                ),
                format!(
                    "此处不是份额，应为大于 0 且不超过 1、最多 {SHARE_PLACES} 位小数的数，如 `0.2`"
                ),
            );
            return self.refuse(self.span(id), fault);
        };
        self.adopt(id, &Type::Decimal(share.scale()));
    }

    /// A number that is written out or a parameter: `None` after a fault, and
    /// `Some(None)` where it is too long to be exact.
    fn fixed(&mut self, id: NodeId) -> Option<Option<Decimal>> {
        if !self.ty(id).is_some_and(|ty| ty.is(Kinds::DOUBLE.or(Kinds::DECIMAL))) {
            return None;
        }
        match self.node(id) {
            Node::Literal(Literal::Double(_, text)) => Some(Decimal::parse(text).ok()),
            _ => match self.meaning(id).map(|meaning| self.setting(meaning)) {
                Some(Some(number)) => Some(Some(number)),
                _ => {
                    self.refuse(self.span(id), not_the_same_for_all());
                    None
                }
            },
        }
    }

    /// The number that a parameter is.
    fn setting(&self, meaning: Meaning) -> Option<Decimal> {
        let Meaning::Parameter(position) = meaning else { return None };
        super::super::kernel::decimal(&self.scope.parameters.get(position)?.value)
    }

    /// What may be asked at all.
    fn value_names(&self) -> Result<&'t ValueNames, Error> {
        self.scope.value.ok_or_else(|| {
            let fault = Fault::new(
                Code::UnknownName,
                "the playbook has no section `value`, so nobody has figures, scores or tiers",
                "规则集没有 `value` 部分，因此没有价值指标、得分和等级",
            );
            fault.hint("add the section `value`", "请加上 `value` 部分").into()
        })
    }

    /// The type of what a call asks the value part for.
    pub fn score_type(&self, function: &str, args: &[NodeId]) -> Option<Type> {
        let names = self.scope.value?;
        let Node::Literal(Literal::Text(name)) = self.node(*args.first()?) else { return None };
        let of = |known: &[(Arc<str>, Type)]| {
            known.iter().find(|(known, _)| known == name).map(|(_, ty)| ty.clone())
        };
        match function {
            "value" => of(&names.figures),
            "cut" => of(&names.cuts),
            _ => (!names.tiers.is_empty()).then(|| Type::Enum(names.tiers.clone())),
        }
    }
}

pub(super) fn not_the_same_for_all() -> Fault {
    Fault::new(
        Code::WrongArguments,
        "expected a number that is written out, or a parameter",
        "此处应为写明的数或参数",
    )
}

/// Refuses a name that is not among the known.
fn one_of<'a>(
    known: impl Iterator<Item = &'a str> + Clone,
    name: &str,
    (en, zh): (&str, &str),
) -> Result<(), Error> {
    if known.clone().any(|known| known == name) {
        return Ok(());
    }
    let shown = cut(name);
    let fault = Fault::new(
        Code::UnknownName,
        format!("there is no {en} `{shown}`"),
        format!("没有名为 `{shown}` 的{zh}"),
    );
    let names = listed(known.clone());
    Err(match nearest(name, known) {
        Some(near) => meant(fault, near),
        None if names.is_empty() => fault,
        None => fault.hint(format!("there are {names}"), format!("已有 {names}")),
    }
    .into())
}
