//! In which column each box stands: after those that lead to it.

use super::layer::{Link, Node};

/// For each link whether it has to be turned round, so that none leads back.
///
/// Walks from the first node on, along links as they are listed; one that leads
/// to where the walk came from is turned.
pub(super) fn turned(nodes: &[Node], links: &[Link]) -> Vec<bool> {
    let mut turned: Vec<bool> =
        links.iter().map(|link| nodes[link.from].last || nodes[link.to].first).collect();
    // Not begun, being walked, done.
    let mut seen = vec![0_u8; nodes.len()];
    for root in 0..nodes.len() {
        if seen[root] != 0 {
            continue;
        }
        seen[root] = 1;
        let mut path = vec![(root, 0)];
        while let Some((node, next)) = path.last_mut() {
            let (here, at) = (*node, *next);
            *next += 1;
            match links.get(at) {
                None => {
                    seen[here] = 2;
                    path.pop();
                }
                Some(link) => {
                    let (from, to) =
                        if turned[at] { (link.to, link.from) } else { (link.from, link.to) };
                    if from != here || from == to {
                        continue;
                    }
                    match seen[to] {
                        0 => {
                            seen[to] = 1;
                            path.push((to, 0));
                        }
                        1 => turned[at] = !turned[at],
                        _ => {}
                    }
                }
            }
        }
    }
    turned
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
