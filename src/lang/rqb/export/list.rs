//! `match`: rules about the elements of a list.

use std::sync::Arc;

use super::super::super::print::print_node;
use super::super::super::tree::{BinaryOp, FoldOp, Literal, Node, NodeId};
use super::super::super::types::Kinds;
use super::super::matching::COUNTS;
use super::{Export, object, text};
use crate::json::Json;

impl Export<'_> {
    /// `exists` and `all`.
    #[allow(clippy::too_many_arguments)]
    pub(super) fn quantified(
        &mut self,
        id: NodeId,
        op: FoldOp,
        over: NodeId,
        variable: &Arc<str>,
        body: NodeId,
        positive: bool,
        level: usize,
    ) -> Option<Json> {
        let mode = match (op, positive) {
            (FoldOp::Exists, true) => "some",
            (FoldOp::Exists, false) => "none",
            (FoldOp::All, true) => "all",
            (FoldOp::ExistsOne, true) => {
                let (list, body) = (self.written(over), self.written(body));
                let instead = format!("{list}.filter({variable}, {body}).size() == 1");
                let hint = (format!("write `{instead}`"), format!("请写 `{instead}`"));
                return self.refuse(id, Some(hint));
            }
            _ => return self.refuse(id, None),
        };
        self.matched(over, variable, Some(body), mode, None, level)
    }

    /// A comparison of a number of elements; `None` where it is none.
    #[allow(clippy::option_option)]
    pub(super) fn counted(
        &mut self,
        id: NodeId,
        op: BinaryOp,
        left: NodeId,
        right: NodeId,
        level: usize,
    ) -> Option<Option<Json>> {
        let mode = COUNTS.iter().find(|(_, it)| *it == op).map(|(name, _)| *name);
        if let Some(share) = mode.and_then(|mode| self.share(left, right).map(|it| (mode, it))) {
            let (mode, ((over, variable, body), share)) = share;
            return Some(self.matched(over, &variable, Some(body), mode, Some(share), level));
        }
        let size = self.size_of(left)?;
        let n = match self.tree.node(right) {
            Node::Literal(Literal::Int(n)) if 0 <= *n => *n,
            _ => return None,
        };
        let threshold = Json::Number(n.to_string().into());
        match (self.filtered(size), mode) {
            (Some((over, variable, body)), Some(mode)) => {
                Some(self.matched(over, &variable, Some(body), mode, Some(threshold), level))
            }
            (Some(_), None) => {
                let hint = (
                    "the builder counts with `>=`, `<=` and `==`".to_owned(),
                    "查询构建器计数时只有 `>=`、`<=`、`==`".to_owned(),
                );
                Some(self.refuse(id, Some(hint)))
            }
            (None, mode) if self.field(size).is_some() && self.ty(size).is(Kinds::MANY) => {
                let x: Arc<str> = "x".into();
                match (mode, op, n) {
                    (Some(mode), ..) => {
                        Some(self.matched(size, &x, None, mode, Some(threshold), level))
                    }
                    (None, BinaryOp::Greater, 0) => {
                        Some(self.matched(size, &x, None, "some", None, level))
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// What `size()` is asked of.
    fn size_of(&self, id: NodeId) -> Option<NodeId> {
        match self.tree.node(id) {
            Node::Call { function, receiver: Some(of), args } if args.is_empty() => {
                (&**function == "size").then_some(*of)
            }
            _ => None,
        }
    }

    fn filtered(&self, id: NodeId) -> Option<(NodeId, Arc<str>, NodeId)> {
        match self.tree.node(id) {
            Node::Fold { op: FoldOp::Filter, over, variable, condition: None, body } => {
                Some((*over, variable.clone(), *body))
            }
            _ => None,
        }
    }

    /// `l.filter(x, ...).size() * 100` against `l.size() * 25`: a quarter.
    #[allow(clippy::type_complexity)]
    fn share(&self, left: NodeId, right: NodeId) -> Option<((NodeId, Arc<str>, NodeId), Json)> {
        let times = |id: NodeId| match self.tree.node(id) {
            Node::Binary { op: BinaryOp::Multiply, left, right } => match self.tree.node(*right) {
                Node::Literal(Literal::Int(n)) => Some((*left, *n)),
                _ => None,
            },
            _ => None,
        };
        let ((met, of), (all, n)) = (times(left)?, times(right)?);
        let filtered = self.filtered(self.size_of(met)?)?;
        let all = self.size_of(all)?;
        let places = (2..=6_usize).find(|places| 10_i64.pow(*places as u32) == of)?;
        let is_shortest = places == 2 || n % 10 != 0;
        let same = print_node(&self.tree, filtered.0) == print_node(&self.tree, all);
        if !(0 < n && n < of && is_shortest && same) {
            return None;
        }
        let digits = format!("{n:0places$}");
        let digits = digits.trim_end_matches('0');
        Some((filtered, Json::Number(format!("0.{digits}").into())))
    }

    fn matched(
        &mut self,
        over: NodeId,
        variable: &Arc<str>,
        body: Option<NodeId>,
        mode: &str,
        threshold: Option<Json>,
        level: usize,
    ) -> Option<Json> {
        let side = self.side(over, level);
        let group = match body {
            Some(body) => {
                self.frames.push(variable.clone());
                let group = match self.kept_as(body, true) {
                    Some(kept) => Some(kept),
                    None => self.group(body, level + 1),
                };
                self.frames.pop();
                group
            }
            None => {
                Some(object(vec![("combinator", text("and")), ("rules", Json::Array(Vec::new()))]))
            }
        };
        let (side, group) = (side?, group?);
        let mut how = vec![("mode", text(mode))];
        how.extend(threshold.map(|threshold| ("threshold", threshold)));
        let mut members = vec![
            ("field", text(&side.field)),
            ("operator", text("=")),
            ("value", group),
            ("match", object(how)),
        ];
        members.extend(side.lhs.map(|lhs| ("lhs", lhs)));
        Some(object(members))
    }
}
