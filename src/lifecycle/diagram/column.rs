//! In which column each box stands: after those that lead to it.

use super::layer::{Link, Node};

/// For each link whether it has to be turned round, so that none leads back.
///
/// Walks outwards from the first nodes, along links as they are listed; one that
/// leads to where the walk was earlier is turned. What is few links away from the
/// beginning so stands near it: a walk into the depth would draw a machine whose
/// states all lead to each other as one long chain.
pub(super) fn turned(nodes: &[Node], links: &[Link]) -> Vec<bool> {
    let mut turned: Vec<bool> =
        links.iter().map(|link| nodes[link.from].last || nodes[link.to].first).collect();
    let mut leads: Vec<Vec<usize>> = vec![Vec::new(); nodes.len()];
    for (link, turned) in links.iter().zip(&turned) {
        let (from, to) = if *turned { (link.to, link.from) } else { (link.from, link.to) };
        leads[from].push(to);
    }
    let met = met(nodes, &leads);
    for (link, turned) in links.iter().zip(&mut turned) {
        let end = |node: usize| nodes[node].first || nodes[node].last;
        if !end(link.from) && !end(link.to) {
            *turned = met[link.to] < met[link.from];
        }
    }
    turned
}

/// For each node how many were come to before it, from the first ones outwards.
fn met(nodes: &[Node], leads: &[Vec<usize>]) -> Vec<usize> {
    let mut met: Vec<Option<usize>> = vec![None; nodes.len()];
    let mut walk: Vec<usize> = Vec::new();
    let mut come = |node: usize, walk: &mut Vec<usize>| {
        if met[node].is_none() {
            met[node] = Some(walk.len());
            walk.push(node);
        }
    };
    let firsts = (0..nodes.len()).filter(|node| *node == 0 || nodes[*node].first);
    firsts.for_each(|node| come(node, &mut walk));
    let mut at = 0;
    for root in 0..nodes.len() {
        // Whoever nobody leads to begins by itself, after all others.
        while let Some(node) = walk.get(at).copied() {
            at += 1;
            leads[node].iter().for_each(|to| come(*to, &mut walk));
        }
        come(root, &mut walk);
    }
    met.into_iter().map(Option::unwrap_or_default).collect()
}

/// The column of each node: boxes in even ones, words between them.
pub(super) fn columns(nodes: &[Node], links: &[Link], turned: &[bool]) -> Vec<usize> {
    let mut column: Vec<usize> = nodes.iter().map(|node| usize::from(!node.first) * 2).collect();
    let has_first = nodes.iter().any(|node| node.first);
    if !has_first {
        column.iter_mut().for_each(|column| *column = 0);
    }
    // The longest way to each: as many rounds as there are nodes are enough.
    for _ in 0..nodes.len() {
        let mut moved = false;
        for (link, turned) in links.iter().zip(turned) {
            let (from, to) = if *turned { (link.to, link.from) } else { (link.from, link.to) };
            if from != to && column[to] < column[from] + 2 {
                column[to] = column[from] + 2;
                moved = true;
            }
        }
        if !moved {
            break;
        }
    }
    let end = column.iter().copied().max().unwrap_or(0);
    let inner = nodes.iter().zip(&column).filter(|(node, _)| !node.last);
    let end = end.max(inner.map(|(_, column)| column + 2).max().unwrap_or(0));
    for (node, column) in nodes.iter().zip(&mut column) {
        if node.last {
            *column = end;
        }
    }
    column
}
