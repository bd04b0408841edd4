//! What expressions of the section read of segments, by name.

use std::sync::Arc;

use crate::lang::parse;
use crate::lang::tree::{Literal, Node};

/// The segments that a source reads, whatever else is wrong with it.
pub(super) fn segments(source: &str) -> Vec<Arc<str>> {
    let Ok(tree) = parse(source) else { return Vec::new() };
    let named = |node: &Node| match node {
        Node::Call { function, receiver: None, args } if &**function == "segment" => {
            match tree.node(*args.first()?) {
                Node::Literal(Literal::Text(name)) => Some(name.clone()),
                _ => None,
            }
        }
        _ => None,
    };
    tree.nodes.iter().filter_map(named).collect()
}
