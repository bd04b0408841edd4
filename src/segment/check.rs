//! From a written segment to one that is known to mean something.

use std::sync::Arc;

use super::Definition;
use crate::error::Text;
use crate::json::Reader;
use crate::lang::tree::{Literal, Node};
use crate::lang::{Checked, Scope, check_condition, parse};

/// A segment that passed the check.
#[derive(Debug, Clone)]
pub struct Segment {
    name: Arc<str>,
    text: Text,
    help: Option<Arc<str>>,
    condition: Arc<Checked>,
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
    pub fn help(&self) -> Option<&str> {
        self.help.as_deref()
    }

    /// The condition as written.
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
        let source = self.when.as_deref()?;
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
        })
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
