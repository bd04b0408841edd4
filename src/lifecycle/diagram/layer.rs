//! One level of a picture: boxes in columns, arrows between them.
//!
//! All is said as of arrows from left to right. Where they run from above,
//! whoever asks exchanges width and height before, and x and y after.
//!
//! ```text
//! arrows ─> without circles ─> columns ─> rows with few crossings ─> heights
//!           turn some round    longest    sweeps by barycentres     as near to
//!                              path                                 straight as
//!                                                                   fits
//! ```
//!
//! The layers are those of Sugiyama, Tagawa and Toda (1981), "Methods for
//! visual understanding of hierarchical system structures", IEEE SMC-11. Every
//! arrow passes through a place of its own in each column between its ends, and
//! its words stand in one of these, so that no words lie over others. Heights
//! are the weighted least squares that keep the order: isotonic regression by
//! pooling adjacent violators (Ayer and others, 1955).

mod heights;
mod order;

use std::collections::BTreeMap;

use super::column::{columns, turned};

/// A thing that takes room: a box, or the place of an arrow.
#[derive(Debug, Clone, Default)]
pub struct Node {
    /// How wide.
    pub width: f64,
    /// How far it reaches above its line.
    pub above: f64,
    /// And below.
    pub below: f64,
    /// Stands in the first column, as a way in from outside.
    pub first: bool,
    /// Stands in the last column, as a way out.
    pub last: bool,
}

/// An arrow between two nodes of one level.
#[derive(Debug, Clone)]
pub struct Link {
    /// From.
    pub from: usize,
    /// To.
    pub to: usize,
    /// How far above or below the line of either node it begins and ends.
    pub ports: (f64, f64),
    /// The room of its words.
    pub words: Room,
}

/// Room along an arrow, and before and behind it; nothing where there are no
/// words.
#[derive(Debug, Clone, Copy, Default)]
pub struct Room {
    /// How long.
    pub length: f64,
    /// How far it reaches above the arrow's line.
    pub before: f64,
    /// And below.
    pub behind: f64,
}

impl Node {
    /// Where an arrow comes through a border: in the first column, or in the
    /// last.
    pub fn border(last: bool) -> Node {
        Node { above: 3.0, below: 3.0, first: !last, last, ..Node::default() }
    }
}

impl Link {
    /// An arrow in the middle of both its nodes' sides.
    pub fn new(from: usize, to: usize, words: Room) -> Link {
        Link { from, to, ports: (0.0, 0.0), words }
    }
}

/// Where everything is.
#[derive(Debug, Clone, Default)]
pub struct Placed {
    /// How wide and how high.
    pub size: (f64, f64),
    /// The left end and the line of each node.
    pub nodes: Vec<(f64, f64)>,
    /// For each link the points it passes through, from its beginning.
    pub links: Vec<Vec<(f64, f64)>>,
    /// The middle of each link's words, and the line they stand on.
    pub words: Vec<(f64, f64)>,
}

/// Room between things in one column.
const GAP: f64 = 16.0;

/// Room between columns.
const AISLE: f64 = 30.0;

/// Sweeps over the columns.
const SWEEPS: usize = 24;

/// Everything of one level in its columns.
struct Level {
    /// Boxes first, then the places of arrows.
    nodes: Vec<Node>,
    column: Vec<usize>,
    /// For each column its nodes from above.
    rows: Vec<Vec<usize>>,
    /// Neighbours in the column before and after, with where the line between
    /// them meets either, and how much it wants to be straight.
    before: Vec<Vec<Tie>>,
    after: Vec<Vec<Tie>>,
    /// Where each column begins and ends.
    sides: Vec<(f64, f64)>,
    /// For each link its places, in the direction of the columns.
    ways: Vec<Vec<usize>>,
    /// For each link which of its places has the words.
    words: Vec<Option<usize>>,
}

#[derive(Debug, Clone, Copy)]
struct Tie {
    other: usize,
    /// Where the line meets this node less where it meets the other.
    offset: f64,
    weight: f64,
}

/// Places nodes and links.
///
/// # Cost
///
/// A fixed number of sweeps over the nodes and the columns that links cross.
pub fn place(nodes: &[Node], links: &[Link]) -> Placed {
    let turned = turned(nodes, links);
    let mut level = Level::new(nodes, links, &turned);
    level.order();
    let (xs, width) = level.across(nodes.len());
    let (mut ys, height) = level.heights();
    let top = level.top(&ys);
    ys.iter_mut().for_each(|y| *y -= top);
    let mut placed = Placed {
        size: (width, height),
        nodes: (0..nodes.len()).map(|node| (xs[node], ys[node])).collect(),
        ..Placed::default()
    };
    for (number, link) in links.iter().enumerate() {
        placed.links.push(level.way(number, link, turned[number], &xs, &ys));
        let words = level.words[number];
        placed.words.push(
            words.map_or((0.0, 0.0), |place| {
                (xs[place] + level.nodes[place].width / 2.0, ys[place])
            }),
        );
    }
    placed
}

impl Level {
    fn new(nodes: &[Node], links: &[Link], turned: &[bool]) -> Level {
        let column = columns(nodes, links, turned);
        let n_columns = column.iter().max().map_or(0, |last| last + 1);
        let mut level = Level {
            nodes: nodes.to_vec(),
            column,
            rows: vec![Vec::new(); n_columns],
            before: vec![Vec::new(); nodes.len()],
            after: vec![Vec::new(); nodes.len()],
            sides: Vec::new(),
            ways: Vec::new(),
            words: Vec::new(),
        };
        for (link, turned) in links.iter().zip(turned) {
            level.add(link, *turned);
        }
        for node in 0..level.nodes.len() {
            let column = level.column[node];
            level.rows[column].push(node);
        }
        level
    }

    /// A link with a place in each column that it crosses.
    fn add(&mut self, link: &Link, turned: bool) {
        let (mut from, mut to) = (link.from, link.to);
        let (mut leaves, mut meets) = link.ports;
        if turned {
            (from, to, leaves, meets) = (to, from, meets, leaves);
        }
        if from == to {
            self.ways.push(Vec::new());
            self.words.push(None);
            return;
        }
        let (first, last) = (self.column[from], self.column[to]);
        // In the middle, and between two columns of boxes.
        let middle = (first + last) / 2;
        let middle = if middle % 2 == 0 { middle + 1 } else { middle }.min(last - 1);
        let mut way = vec![from];
        let mut words = None;
        for column in first + 1..last {
            let has_words = column == middle && 0.0 < link.words.length;
            let bare = Room { length: 0.0, before: 2.0, behind: 4.0 };
            let room = if has_words { link.words } else { bare };
            words = if has_words { Some(self.nodes.len()) } else { words };
            way.push(self.nodes.len());
            let Room { length: width, before: above, behind: below } = room;
            self.nodes.push(Node { width, above, below, ..Node::default() });
            self.column.push(column);
            self.before.push(Vec::new());
            self.after.push(Vec::new());
        }
        way.push(to);
        for (place, pair) in way.windows(2).enumerate() {
            let (a, b) = (pair[0], pair[1]);
            let starts = if place == 0 { leaves } else { 0.0 };
            let ends = if place + 2 == way.len() { meets } else { 0.0 };
            let inner = place != 0 && place + 2 != way.len();
            let weight = if inner { 16.0 } else { 1.0 };
            self.after[a].push(Tie { other: b, offset: starts - ends, weight });
            self.before[b].push(Tie { other: a, offset: ends - starts, weight });
        }
        self.ways.push(way);
        self.words.push(words);
    }

    /// The left end of each node, and the width of all. Arrows run level
    /// through the whole of a column, so that they turn in the aisles alone.
    fn across(&mut self, n_boxes: usize) -> (Vec<f64>, f64) {
        let mut xs = vec![0.0; self.nodes.len()];
        let mut x = 0.0;
        for (column, row) in self.rows.iter().enumerate() {
            let width = row.iter().map(|node| self.nodes[*node].width).fold(0.0, f64::max);
            for node in row {
                let own = &mut self.nodes[*node];
                if n_boxes <= *node {
                    own.width = width;
                }
                xs[*node] = match (own.first, own.last) {
                    (true, _) => x,
                    (_, true) => x + width - own.width,
                    _ => x + (width - own.width) / 2.0,
                };
            }
            self.sides.push((x, x + width));
            x += width + if column + 1 < self.rows.len() { AISLE } else { 0.0 };
        }
        (xs, x)
    }

    /// The points of a link, from its own beginning.
    fn way(
        &self,
        number: usize,
        link: &Link,
        turned: bool,
        xs: &[f64],
        ys: &[f64],
    ) -> Vec<(f64, f64)> {
        let way = &self.ways[number];
        let mut points = Vec::new();
        let (leaves, meets) = if turned { (link.ports.1, link.ports.0) } else { link.ports };
        for (place, node) in way.iter().enumerate() {
            let (left, y) = (xs[*node], ys[*node]);
            let right = left + self.nodes[*node].width;
            let (begins, ends) = self.sides[self.column[*node]];
            if place == 0 {
                points.push((right, y + leaves));
                if right < ends {
                    points.push((ends, y + leaves));
                }
            } else if place + 1 == way.len() {
                if begins < left {
                    points.push((begins, y + meets));
                }
                points.push((left, y + meets));
            } else {
                points.push((left, y));
                if left < right {
                    points.push((right, y));
                }
            }
        }
        if turned {
            points.reverse();
        }
        points
    }
}

/// How the links of each side of each node are spread over it, from above: by
/// where they lead, so that they need not cross.
pub fn sides(links: &[Link], turned: &[bool]) -> BTreeMap<(usize, bool), Vec<(usize, bool)>> {
    let mut out: BTreeMap<(usize, bool), Vec<(usize, bool)>> = BTreeMap::new();
    for (number, (link, turned)) in links.iter().zip(turned).enumerate() {
        if link.from != link.to {
            out.entry((link.from, !*turned)).or_default().push((number, true));
            out.entry((link.to, *turned)).or_default().push((number, false));
        }
    }
    out
}
