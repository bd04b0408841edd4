//! From the bytes that a check is about to the rule that they came from.

use super::super::check::check_condition;
use super::super::parse::parse;
use super::super::print::print;
use super::super::scope::Scope;
use super::super::tree::{NodeId, Tree};
use super::Imported;
use super::group::Draft;
use crate::error::{Error, Fault};

/// Prints what was drafted, checks it, and tells everything that is wrong.
pub(super) fn settle(mut draft: Draft<'_>, scope: Option<&Scope<'_>>) -> Result<Imported, Error> {
    let tree = draft.out.tree(draft.root);
    let text = print(&tree);
    let mut checked = None;
    if let Some(scope) = scope {
        match check_condition(&text, scope) {
            Ok(found) => {
                let hints = found.hints.iter().cloned();
                draft.hints.extend(placed(hints, &draft, &tree, &text));
                checked = Some(found);
            }
            Err(error) => {
                let faults = placed(error.into_faults().into_iter(), &draft, &tree, &text);
                draft.faults.extend(faults);
            }
        }
    } else if let Err(error) = parse(&text) {
        draft.faults.extend(placed(error.into_faults().into_iter(), &draft, &tree, &text));
    }
    Error::check(draft.faults)?;
    Ok(Imported { text, tree, checked, hints: draft.hints })
}

/// The same faults, each at the rule it is about.
fn placed(
    faults: impl Iterator<Item = Fault>,
    draft: &Draft<'_>,
    tree: &Tree,
    text: &str,
) -> Vec<Fault> {
    // A text that cannot be read, being too long or too deep, has no tree; what
    // is wrong with it concerns the whole.
    let read = parse(text).ok();
    let pairs = read.as_ref().map(|read| pairs(tree, read)).unwrap_or_default();
    let at = |fault: Fault| {
        let pointer = fault.span.and_then(|span| innermost(read.as_ref()?, &pairs, span));
        let pointer = pointer.map_or("", |id| draft.out.origin(id)).to_owned();
        Fault { span: None, ..fault }.at(pointer)
    };
    faults.map(at).collect()
}

/// Which node of the draft each node that was read stands for.
fn pairs(drafted: &Tree, read: &Tree) -> Vec<Option<NodeId>> {
    let mut out = vec![None; read.nodes.len()];
    let mut below = vec![(drafted.root, read.root)];
    while let Some((ours, theirs)) = below.pop() {
        if let Some(slot) = out.get_mut(theirs.0 as usize) {
            *slot = Some(ours);
        }
        let (ours, theirs) = (drafted.node(ours).children(), read.node(theirs).children());
        below.extend(ours.into_iter().zip(theirs));
    }
    out
}

/// The smallest node around some bytes.
fn innermost(
    read: &Tree,
    pairs: &[Option<NodeId>],
    (start, end): (usize, usize),
) -> Option<NodeId> {
    let holds =
        |span: &super::super::tree::Span| span.start as usize <= start && end <= span.end as usize;
    let around = read.spans.iter().zip(pairs).filter(|(span, _)| holds(span));
    around.min_by_key(|(span, _)| span.end - span.start).and_then(|(_, id)| *id)
}
