//! From a written segment to one that is known to mean something.

use std::sync::Arc;

use super::Definition;
use crate::error::{Code, Fault, Text};
use crate::facts::Type;
use crate::json::Reader;
use crate::lang::tree::{Literal, Node};
use crate::lang::{Checked, Scope, check_condition, parse, quoted};
use crate::units::shown;

/// A segment that passed the check.
#[derive(Debug, Clone)]
pub struct Segment {
    name: Arc<str>,
    text: Text,
    help: Option<Text>,
    condition: Arc<Checked>,
    list: Option<usize>,
}

impl Segment {
    /// The name that `segment('...')` gives.
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// What people call it; empty where its author gave no label.
    pub fn text(&self) -> &Text {
        &self.text
    }

    /// An explanation for people.
    pub fn help(&self) -> Option<&Text> {
        self.help.as_ref()
    }

    /// Where members are set by hand: position of the kind of event that says so.
    pub fn list(&self) -> Option<usize> {
        self.list
    }

    /// The condition as written; of a list, what it comes to.
    pub fn source(&self) -> &str {
        &self.condition.source
    }

    /// The condition, checked against the schema and parameters of its
    /// playbook.
    pub fn condition(&self) -> &Arc<Checked> {
        &self.condition
    }
}

impl Definition {
    /// Checks the condition. Faults and hints are noted in `reader`, each at
    /// its bytes of the condition.
    pub fn check(&self, scope: &Scope<'_>, reader: &mut Reader) -> Option<Segment> {
        let (list, written) = match &self.list {
            Some(kind) => {
                let (list, source) = self.of_list(kind, scope, reader)?;
                (Some(list), Some(source))
            }
            None => (None, None),
        };
        let source = written.as_deref().or(self.when.as_deref())?;
        let pointer = self.condition_pointer();
        let condition = match check_condition(source, scope) {
            Ok(condition) => condition,
            Err(error) => {
                for fault in error.into_faults() {
                    if !reader.follows(&fault, source) {
                        reader.fault(fault.at(pointer.as_str()));
                    }
                }
                return None;
            }
        };
        for hint in &condition.hints {
            reader.hint(hint.clone().at(pointer.as_str()));
        }
        Some(Segment {
            name: self.name.clone(),
            text: self.wording.text.clone(),
            help: self.wording.help.clone(),
            condition: Arc::new(condition),
            list,
        })
    }

    /// The kind of a list, and its condition: whoever the last event about it
    /// says is a member is one.
    fn of_list(
        &self,
        kind: &str,
        scope: &Scope<'_>,
        reader: &mut Reader,
    ) -> Option<(usize, String)> {
        let schema = scope.schema;
        let declared = schema.kind(kind).and_then(|at| Some((at, schema.kinds.get(at)?)));
        let fits = declared.and_then(|(at, declared)| {
            let has = |name: &str, fits: fn(&Type) -> bool| {
                declared.fields.iter().any(|field| &*field.name == name && fits(&field.ty))
            };
            let whole = has("segment", |ty| matches!(ty, Type::Text(_)))
                && has("member", |ty| *ty == Type::Bool);
            declared.list.clone().filter(|_| whole).map(|list| (at, list))
        });
        let Some((at, list)) = fits else {
            let kind = shown(kind);
            let fault = Fault::new(
                Code::BadValue,
                format!("`{kind}` is no kind of event that can keep a list"),
                format!("`{kind}` 不是可记录名单的事件"),
            )
            .hint(
                "it needs a `list` and the fields `segment` (text) and `member` (bool)",
                "它须有 `list`，以及字段 `segment`（text）与 `member`（bool）",
            );
            reader.fault(fault.at(self.condition_pointer()));
            return None;
        };
        let name = quoted(&self.name);
        Some((at, format!("{list}.filter(l, l.segment == {name}).last().member")))
    }

    /// The names of the segments that the condition reads, faulty or not, so
    /// that a circle is found along with whatever else is wrong.
    pub fn reads(&self) -> Vec<Arc<str>> {
        let Some(tree) = self.when.as_deref().and_then(|source| parse(source).ok()) else {
            return Vec::new();
        };
        let named = |node: &Node| match node {
            Node::Call { function, receiver: None, args } if &**function == "segment" => {
                match tree.node(*args.first()?) {
                    Node::Literal(Literal::Text(name)) => Some(name.clone()),
                    _ => None,
                }
            }
            _ => None,
        };
        let mut out: Vec<Arc<str>> = tree.nodes.iter().filter_map(named).collect();
        out.sort();
        out.dedup();
        out
    }
}
