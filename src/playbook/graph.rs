//! Which definition reads which: the order of evaluation, and circles.

use std::cmp::Reverse;
use std::collections::hash_map::Entry;
use std::collections::{BinaryHeap, HashMap, VecDeque};

/// Definitions 0 to n - 1, and for each the ones it reads.
#[derive(Debug)]
pub(super) struct Graph {
    reads: Vec<Vec<usize>>,
}

impl Graph {
    /// `reads[i]`: what definition `i` reads, each below the length.
    pub(super) fn new(reads: Vec<Vec<usize>>) -> Self {
        Graph { reads }
    }

    /// Every definition after those it reads, the lowest number first where
    /// there is a choice. Those on a circle, and what reads them, are left out.
    pub(super) fn order(&self) -> Vec<usize> {
        let mut readers = vec![Vec::new(); self.reads.len()];
        let mut waits_for: Vec<usize> = self.reads.iter().map(Vec::len).collect();
        for (reader, reads) in self.reads.iter().enumerate() {
            for &read in reads {
                if let Some(list) = readers.get_mut(read) {
                    list.push(reader);
                }
            }
        }
        let free = waits_for.iter().enumerate().filter(|(_, count)| **count == 0);
        let mut ready: BinaryHeap<Reverse<usize>> = free.map(|(node, _)| Reverse(node)).collect();
        let mut order = Vec::with_capacity(self.reads.len());
        while let Some(Reverse(node)) = ready.pop() {
            order.push(node);
            for &reader in readers.get(node).into_iter().flatten() {
                if let Some(count) = waits_for.get_mut(reader) {
                    *count = count.saturating_sub(1);
                    if *count == 0 {
                        ready.push(Reverse(reader));
                    }
                }
            }
        }
        order
    }

    /// Circles, at most `most`: a shortest one through each definition that
    /// lies on any and on none listed before. Each begins with its lowest
    /// member, and each member reads the next.
    pub(super) fn circles(&self, most: usize) -> Vec<Vec<usize>> {
        let group = self.groups();
        let mut listed = vec![false; self.reads.len()];
        let mut circles = Vec::new();
        for node in 0..self.reads.len() {
            if circles.len() >= most {
                break;
            }
            if listed.get(node) == Some(&true) {
                continue;
            }
            let Some(mut circle) = self.way_back(node, &group) else { continue };
            for &member in &circle {
                if let Some(flag) = listed.get_mut(member) {
                    *flag = true;
                }
            }
            let lowest = circle.iter().enumerate().min_by_key(|(_, member)| **member);
            let begin = lowest.map_or(0, |(position, _)| position);
            circle.rotate_left(begin);
            circles.push(circle);
        }
        circles
    }

    /// A shortest way from a definition to itself within its group.
    fn way_back(&self, start: usize, group: &[usize]) -> Option<Vec<usize>> {
        let mut from: HashMap<usize, usize> = HashMap::new();
        let mut queue = VecDeque::from([start]);
        while let Some(node) = queue.pop_front() {
            for &next in self.reads.get(node).into_iter().flatten() {
                if next == start {
                    return Some(retrace(&from, start, node));
                }
                let near = group.get(next) == group.get(start);
                if near && let Entry::Vacant(slot) = from.entry(next) {
                    slot.insert(node);
                    queue.push_back(next);
                }
            }
        }
        None
    }

    /// A number for each definition, the same for those that read each other
    /// in a circle (Tarjan 1972), without recursion.
    fn groups(&self) -> Vec<usize> {
        let mut search = Search::new(self.reads.len());
        for root in 0..self.reads.len() {
            if search.is_new(root) {
                search.explore(root, &self.reads);
            }
        }
        search.group
    }
}

fn retrace(from: &HashMap<usize, usize>, start: usize, last: usize) -> Vec<usize> {
    let mut way = vec![last];
    let mut node = last;
    while node != start
        && let Some(&before) = from.get(&node)
    {
        way.push(before);
        node = before;
    }
    way.reverse();
    way
}

/// Not reached yet.
const NEW: usize = usize::MAX;

struct Search {
    /// When each was reached.
    reached: Vec<usize>,
    /// The earliest that each can get back to.
    earliest: Vec<usize>,
    /// The group of each; [`NEW`] while undecided.
    group: Vec<usize>,
    /// Reached and without a group.
    open: Vec<usize>,
    clock: usize,
}

// INVARIANT: every node number is below the length of the vectors, which
// `Graph::new` is given.
impl Search {
    fn new(length: usize) -> Self {
        let fresh = || vec![NEW; length];
        Search { reached: fresh(), earliest: fresh(), group: fresh(), open: Vec::new(), clock: 0 }
    }

    fn is_new(&self, node: usize) -> bool {
        self.reached[node] == NEW
    }

    fn reach(&mut self, node: usize) {
        self.reached[node] = self.clock;
        self.earliest[node] = self.clock;
        self.clock += 1;
        self.open.push(node);
    }

    fn explore(&mut self, root: usize, reads: &[Vec<usize>]) {
        self.reach(root);
        let mut path = vec![(root, 0)];
        while let Some((node, position)) = path.last_mut() {
            let node = *node;
            match reads[node].get(*position) {
                Some(&next) => {
                    *position += 1;
                    if self.is_new(next) {
                        self.reach(next);
                        path.push((next, 0));
                    } else if self.group[next] == NEW {
                        self.earliest[node] = self.earliest[node].min(self.reached[next]);
                    }
                }
                None => {
                    path.pop();
                    if let Some(&(parent, _)) = path.last() {
                        self.earliest[parent] = self.earliest[parent].min(self.earliest[node]);
                    }
                    self.close(node);
                }
            }
        }
    }

    /// Gives a group to all that were reached since `node`, if it leads back
    /// no further than to itself.
    fn close(&mut self, node: usize) {
        if self.earliest[node] != self.reached[node] {
            return;
        }
        while let Some(member) = self.open.pop() {
            self.group[member] = node;
            if member == node {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Graph;

    fn graph(reads: &[&[usize]]) -> Graph {
        Graph::new(reads.iter().map(|list| list.to_vec()).collect())
    }

    #[test]
    fn what_is_read_comes_first_and_ties_go_by_number() {
        let diamond = graph(&[&[1, 3], &[2], &[], &[2], &[]]);
        assert_eq!(diamond.order(), [2, 1, 3, 0, 4]);
        assert!(diamond.circles(9).is_empty());
    }

    #[test]
    fn each_circle_is_listed_once_from_its_lowest_member() {
        // 0 -> 2 -> 1 -> 0, 3 -> 3, 4 only reads a circle, 5 is free.
        let circles = graph(&[&[2], &[0], &[1], &[3], &[3, 0], &[]]);
        assert_eq!(circles.circles(9), [vec![0, 2, 1], vec![3]]);
        assert_eq!(circles.circles(1), [vec![0, 2, 1]]);
        assert_eq!(circles.order(), [5]);
    }

    #[test]
    fn circles_that_share_a_member_are_both_listed() {
        let eight = graph(&[&[1, 2], &[0], &[0]]);
        assert_eq!(eight.circles(9), [vec![0, 1], vec![0, 2]]);
    }

    #[test]
    fn long_chains_do_not_use_the_stack() {
        let n = 100_000;
        let mut reads: Vec<Vec<usize>> = (1..=n).map(|next| vec![next]).collect();
        reads.push(vec![]);
        assert_eq!(Graph::new(reads.clone()).order().first(), Some(&n));
        reads[n] = vec![0];
        assert_eq!(Graph::new(reads).circles(9)[0].len(), n + 1);
    }

    #[test]
    fn agrees_with_following_every_way() {
        // Every graph of four nodes: 2^16.
        for bits in 0_u32..1 << 16 {
            let reads: Vec<Vec<usize>> =
                (0..4).map(|a| (0..4).filter(|b| bits >> (a * 4 + b) & 1 == 1).collect()).collect();
            let mut reach = [[false; 4]; 4];
            for (a, list) in reads.iter().enumerate() {
                list.iter().for_each(|&b| reach[a][b] = true);
            }
            for via in 0..4 {
                for a in 0..4 {
                    for b in 0..4 {
                        reach[a][b] |= reach[a][via] && reach[via][b];
                    }
                }
            }
            let graph = Graph::new(reads.clone());
            let circles = graph.circles(usize::MAX);
            for node in 0..4 {
                let listed = circles.iter().any(|circle| circle.contains(&node));
                assert_eq!(listed, reach[node][node], "{reads:?}");
                let in_order = graph.order().contains(&node);
                let stuck = (0..4)
                    .any(|other| reach[other][other] && (other == node || reach[node][other]));
                assert_eq!(in_order, !stuck, "{reads:?}");
            }
            for circle in circles {
                for (position, &member) in circle.iter().enumerate() {
                    let next = circle[(position + 1) % circle.len()];
                    assert!(reads[member].contains(&next), "{reads:?}");
                }
            }
        }
    }
}
