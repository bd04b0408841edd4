//! Functions that bind a variable to each element of a list.

use super::super::catalogue::SUMMED;
use super::super::cost::NESTING;
use super::super::tree::{FoldOp, Node, NodeId};
use super::super::types::{Kinds, Type};
use super::arithmetic::mean;
use super::faults::{cut, hinted, null_here, too_fine, unexpected};
use super::meter::Size;
use super::walk::{Bound, Checker};
use crate::error::{Code, Fault, Text};

impl Checker<'_> {
    /// Binds the variable of a fold, now that the type of its list is known.
    pub fn bind(&mut self, id: NodeId) {
        let Node::Fold { over, variable, .. } = self.node(id) else { return };
        let element = match self.ty(*over) {
            Some(Type::Events(kind)) => Some(Type::Event(*kind)),
            Some(Type::Set(profile)) => Some(Type::Text(*profile)),
            Some(Type::List(element)) if **element == Type::Null => None,
            Some(Type::List(element)) => Some((**element).clone()),
            Some(other) => {
                let fault = self.not_many(*over, &other.clone());
                self.refuse(self.span(*over), fault);
                None
            }
            None => None,
        };
        let size = if self.ty(*over).is_some() { self.size_of(*over) } else { Size::Items(1) };
        if !self.meter.enter(size) {
            self.nests_too_deep(id);
        }
        self.bound.push(Bound { fold: id, name: variable, element });
    }

    /// The type of a fold, its variable being let go.
    pub fn fold(
        &mut self,
        id: NodeId,
        op: FoldOp,
        over: NodeId,
        condition: Option<NodeId>,
        body: NodeId,
    ) -> Option<Type> {
        self.bound.pop();
        self.meter.leave();
        if let Some(condition) = condition {
            self.expect_bool(condition);
        }
        match op {
            FoldOp::Exists | FoldOp::All | FoldOp::ExistsOne => {
                self.expect_bool(body);
                Some(Type::Bool)
            }
            FoldOp::Count => {
                self.expect_bool(body);
                Some(Type::Int)
            }
            FoldOp::Filter => {
                self.expect_bool(body);
                let ty = self.ty(over).filter(|ty| ty.is(Kinds::MANY)).cloned();
                self.remember_list(id, over, ty.as_ref());
                ty
            }
            FoldOp::CountDistinct => {
                self.expect_kinds(body, Kinds::SCALAR);
                Some(Type::Int)
            }
            FoldOp::Map => {
                let element = self.expect_kinds(body, Kinds::SCALAR)?;
                let ty = Type::List(Box::new(element));
                self.remember_list(id, over, Some(&ty));
                Some(ty)
            }
            FoldOp::Sum => self.expect_kinds(body, SUMMED),
            FoldOp::Min | FoldOp::Max => self.expect_kinds(body, Kinds::ORDERED),
            FoldOp::Avg => {
                let ty = self.expect_kinds(body, SUMMED)?;
                match mean(&ty) {
                    Ok(mean) => Some(mean),
                    Err(scale) => {
                        self.refuse(self.span(body), too_fine(scale));
                        None
                    }
                }
            }
        }
    }

    fn remember_list(&mut self, id: NodeId, over: NodeId, ty: Option<&Type>) {
        if ty.is_some_and(|ty| ty.is(Kinds::LIST)) && self.ty(over).is_some() {
            let size = self.size_of(over);
            self.meter.remember(id, size);
        }
    }

    /// The type of a node if it is one of these; a fault otherwise.
    pub fn expect_kinds(&mut self, id: NodeId, kinds: Kinds) -> Option<Type> {
        let ty = self.ty(id)?.clone();
        if ty.is(kinds) {
            return Some(ty);
        }
        let fault = if ty == Type::Null { null_here() } else { unexpected(&ty, kinds) };
        let hint = self.one_value(id, &ty, kinds);
        self.refuse(self.span(id), if ty == Type::Null { fault } else { hinted(fault, hint) });
        None
    }

    /// A way from several values, or an event, to one value.
    fn one_value(&self, id: NodeId, ty: &Type, kinds: Kinds) -> Option<Text> {
        let text = cut(self.text(id));
        let instead = match ty {
            Type::Event(kind) => format!("{text}.{}", self.field_of(*kind, kinds)?),
            Type::Events(_) if kinds == Kinds::OPTIONAL => format!("{text}.size() > 0"),
            Type::Events(_) | Type::Set(_) | Type::List(_) if kinds.meets(Kinds::INT) => {
                format!("{text}.size()")
            }
            Type::Timestamp if kinds == Kinds::DATE => {
                return Some(Text::new(
                    "a timestamp is no date; `today()` is the day of `now`",
                    "时间点不是日期；`today()` 是 `now` 当天的日期",
                ));
            }
            _ => return None,
        };
        Some(Text::new(format!("for example `{instead}`"), format!("例如 `{instead}`")))
    }

    /// The first field of an event that is one of these types.
    fn field_of(&self, kind: usize, kinds: Kinds) -> Option<&str> {
        let declared = self.scope.schema.kinds.get(kind)?;
        let fits = declared.fields.iter().find(|field| Type::of(&field.ty).is(kinds));
        let at = kinds.meets(Kinds::TIMESTAMP).then_some("at");
        fits.map(|field| &*field.name).or(at)
    }

    fn not_many(&self, over: NodeId, ty: &Type) -> Fault {
        let (words, expected) = (ty.words(), Kinds::MANY.words());
        let fault = Fault::new(
            Code::NoOverload,
            format!("{} cannot be gone through, expected {}", words.en, expected.en),
            format!("不能逐个遍历{}，应为{}", words.zh, expected.zh),
        );
        let hint = ty.is(Kinds::EVENT).then(|| {
            let text = cut(self.text(over));
            Text::new(
                format!("it is one event; its fields are written `{text}.at`"),
                format!("它是单个事件，字段写成 `{text}.at`"),
            )
        });
        hinted(fault, hint)
    }

    /// Refuses one more list of events inside the others.
    pub fn nests_too_deep(&mut self, id: NodeId) {
        let fault = Fault::new(
            Code::CostTooHigh,
            format!(
                "lists of events are gone through inside one another, expected at most {NESTING}"
            ),
            format!("事件列表的遍历嵌套过深，最多 {NESTING} 层"),
        )
        .hint(
            "work out the inner condition outside, or as a segment of its own",
            "把内层条件移到外面，或另建一个细分",
        );
        let span = match self.node(id) {
            Node::Fold { op, over, .. } => self.name_span(id, Some(*over), op.name()),
            Node::Call { function, receiver, .. } => self.name_span(id, *receiver, function),
            _ => self.span(id),
        };
        self.refuse(span, fault);
    }
}
