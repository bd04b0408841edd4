//! Boxes in boxes: each level placed by itself, from the innermost outwards.
//!
//! An arrow between states of two boxes crosses their borders. On each level it
//! passes, it leads to a place at the border: on which side is decided from the
//! outermost level inwards, at which height from the innermost outwards.

use std::collections::BTreeMap;

use super::column::turned;
use super::frame::Drawing;
use super::layer::{Link, Node, Placed, Room, place, sides};
use super::room::{LOOP, beside, round, stand};
use super::scene::{Axis, Point, Scene};

/// Half of the dot where things begin.
pub(super) const DOT: f64 = 6.0;

/// For each arrow that crosses the border of a box, whether where the arrows of
/// the level around it lead to: on the right, or below.
pub(super) type Crossing = BTreeMap<usize, bool>;

/// For each arrow that crosses a border, where.
pub(super) type Places = BTreeMap<usize, f64>;

/// One end of an arrow on a level: a child, and whether it ends there or goes
/// on inside.
enum End {
    Child(usize, bool),
    Border,
}

/// What stands in a box, or outermost, before it has a place.
pub(super) struct Level<'d> {
    drawing: &'d Drawing<'d>,
    outer: Option<usize>,
    axis: Axis,
    children: Vec<usize>,
    /// The dot where things begin, the children, and places at the border.
    nodes: Vec<Node>,
    /// Arrows by number; one from the dot has none.
    links: Vec<(Option<usize>, Link)>,
    /// Children with the arrow from each to itself.
    loops: Vec<(usize, usize)>,
    /// What crosses the border of each child.
    inner: Vec<Crossing>,
}

impl<'d> Level<'d> {
    /// The inside of a box, and where arrows cross its border.
    pub fn drawn(
        drawing: &'d Drawing<'d>,
        outer: Option<usize>,
        crossing: &Crossing,
    ) -> (Scene, Places) {
        let mut level = Level::new(drawing, outer);
        level.link(crossing);
        let turns = turned(&level.nodes, &level.plain());
        level.hand_in(&turns);
        let insides = level.insides();
        let placed = place(&level.nodes, &level.plain());
        level.spread(&turns, &placed, &insides);
        let placed = place(&level.nodes, &level.plain());
        level.compose(insides, &placed)
    }

    fn new(drawing: &'d Drawing<'d>, outer: Option<usize>) -> Level<'d> {
        let children: Vec<usize> = drawing.picture.inside(outer).collect();
        // The dot comes first, so that walks begin there.
        let mut nodes = vec![Node { width: DOT * 2.0, above: DOT, below: DOT, ..Node::default() }];
        nodes.resize(1 + children.len(), Node::default());
        let inner = vec![Crossing::new(); children.len()];
        let axis = drawing.axes.of(outer);
        Level { drawing, outer, axis, children, nodes, links: Vec::new(), loops: Vec::new(), inner }
    }

    fn plain(&self) -> Vec<Link> {
        self.links.iter().map(|(_, link)| link.clone()).collect()
    }

    /// Where an end of an arrow is on this level.
    fn end(&self, state: usize) -> End {
        let machine = self.drawing.picture.machine;
        let child = machine.path(state).find(|it| machine.states[*it].parent == self.outer);
        match child.and_then(|child| self.children.iter().position(|it| *it == child)) {
            // Which stand beside it are not inside.
            Some(at) => End::Child(at, self.children[at] != state),
            None => End::Border,
        }
    }

    /// The arrows of this level.
    fn link(&mut self, crossing: &Crossing) {
        let picture = self.drawing.picture;
        let entry = picture.entry(self.outer);
        if let Some(entry) = entry.and_then(|it| self.children.iter().position(|at| *at == it)) {
            self.links.push((None, Link::new(0, 1 + entry, Room::default())));
        }
        for (number, arrow) in picture.arrows.iter().enumerate() {
            let words = beside(picture, arrow, self.axis);
            let (from, to, words) = match (self.end(arrow.from), self.end(arrow.to)) {
                (End::Child(a, false), End::Child(b, false)) if a == b => {
                    self.loops.push((a, number));
                    continue;
                }
                (End::Child(a, a_inside), End::Child(b, b_inside)) if a == b => {
                    // From a box into itself, or out to itself: its own level's.
                    if a_inside != b_inside {
                        self.inner[a].insert(number, a_inside);
                    }
                    continue;
                }
                (End::Child(a, _), End::Child(b, _)) => (1 + a, 1 + b, words),
                (from, to) => {
                    let Some(last) = crossing.get(&number) else { continue };
                    // Of an arrow from or to the box itself nobody outside has
                    // the words.
                    let within = |outer, state| picture.machine.is_in(state, outer);
                    let own = self.outer.is_some_and(|outer| {
                        (arrow.from == outer || arrow.to == outer)
                            && within(outer, arrow.from)
                            && within(outer, arrow.to)
                    });
                    let words = if own { words } else { Room::default() };
                    let at = self.nodes.len();
                    match (from, to) {
                        (End::Child(a, _), End::Border) => {
                            self.nodes.push(Node::border(*last));
                            (1 + a, at, words)
                        }
                        (End::Border, End::Child(b, _)) => {
                            self.nodes.push(Node::border(*last));
                            (at, 1 + b, words)
                        }
                        _ => continue,
                    }
                }
            };
            self.links.push((Some(number), Link::new(from, to, words)));
        }
    }

    /// Tells children on which side arrows cross their borders.
    fn hand_in(&mut self, turns: &[bool]) {
        let picture = self.drawing.picture;
        for ((number, link), turned) in self.links.iter().zip(turns) {
            let Some(number) = number else { continue };
            let arrow = &picture.arrows[*number];
            for (node, state, last) in
                [(link.from, arrow.from, !*turned), (link.to, arrow.to, *turned)]
            {
                let child = node.checked_sub(1);
                let child = child.and_then(|child| Some((child, *self.children.get(child)?)));
                if let Some((child, at)) = child.filter(|(_, at)| *at != state) {
                    debug_assert!(picture.machine.is_in(state, at));
                    self.inner[child].insert(*number, last);
                }
            }
        }
    }

    /// The insides of children, which say how much room these take, and where
    /// some arrows have to end.
    fn insides(&mut self) -> Vec<(Scene, Places)> {
        let (picture, axis) = (self.drawing.picture, self.axis);
        let mut insides = Vec::new();
        for (at, child) in self.children.iter().enumerate() {
            let looped = self.loops.iter().find(|(looped, _)| *looped == at);
            let extra =
                looped.map_or((0.0, 0.0), |(_, number)| round(&picture.arrows[*number], axis));
            let least = axis.turn((extra.0, 0.0));
            let (inside, places) = self.drawing.inside(*child, &self.inner[at], axis, least);
            let (along, over) = axis.turn(inside.size);
            let (above, below) = (over / 2.0 + extra.1, over / 2.0);
            self.nodes[1 + at] = Node { width: along, above, below, ..Node::default() };
            insides.push((inside, places));
        }
        for (number, link) in &mut self.links {
            let Some(number) = number else { continue };
            let fixed = |node: usize| {
                let (_, places): &(Scene, Places) = insides.get(node.checked_sub(1)?)?;
                places.get(number).copied()
            };
            link.ports = (fixed(link.from).unwrap_or(0.0), fixed(link.to).unwrap_or(0.0));
        }
        insides
    }

    /// Spreads the ends of links over the sides of their boxes.
    fn spread(&mut self, turns: &[bool], placed: &Placed, insides: &[(Scene, Places)]) {
        let is_fixed = |arrow: Option<usize>, node: usize| {
            let inside = node.checked_sub(1).and_then(|child| insides.get(child));
            inside.zip(arrow).is_some_and(|((_, places), arrow)| places.contains_key(&arrow))
        };
        for ((node, _), mut ends) in sides(&self.plain(), turns) {
            ends.retain(|(number, _)| !is_fixed(self.links[*number].0, node));
            // By where the place next to the box is.
            let next = |(number, begins): &(usize, bool)| {
                let points = &placed.links[*number];
                let own = if *begins { points.first() } else { points.last() };
                let own = own.map_or(0.0, |own| own.1);
                // The first that is not level with the end itself.
                let away = |point: &&(f64, f64)| 0.05 < (point.1 - own).abs();
                let next =
                    if *begins { points.iter().find(away) } else { points.iter().rev().find(away) };
                next.map_or(own, |point| point.1)
            };
            ends.sort_by(|a, b| next(a).total_cmp(&next(b)).then(a.cmp(b)));
            let room = self.nodes[node].below * 2.0 - 16.0;
            let step = (room / ends.len().max(1) as f64).min(18.0);
            for (place, (number, begins)) in ends.iter().enumerate() {
                let offset = (place as f64 - (ends.len() as f64 - 1.0) / 2.0) * step;
                let ports = &mut self.links[*number].1.ports;
                *(if *begins { &mut ports.0 } else { &mut ports.1 }) = offset;
            }
        }
    }

    /// Puts the insides of boxes at their places, and joins lines at borders.
    fn compose(self, insides: Vec<(Scene, Places)>, placed: &Placed) -> (Scene, Places) {
        let axis = self.axis;
        let mut out = Scene { size: axis.turn(placed.size), ..Scene::default() };
        let mut pieces: Vec<BTreeMap<usize, Vec<Point>>> = Vec::new();
        for (at, (mut inside, _)) in insides.into_iter().enumerate() {
            let (begins, line) = placed.nodes[1 + at];
            inside.shift(axis.turn((begins, line - self.nodes[1 + at].below)));
            pieces.push(std::mem::take(&mut inside.lines));
            out.take(inside);
        }
        let mut places = Places::new();
        for (at, (number, link)) in self.links.iter().enumerate() {
            let points = placed.links[at].iter().map(|at| Point::on(axis, *at));
            let Some(number) = number else {
                let (begins, line) = placed.nodes[0];
                out.starts.push((axis.turn((begins + DOT, line)), points.collect()));
                continue;
            };
            let mut piece = |node: usize| {
                let child = node.checked_sub(1).and_then(|child| pieces.get_mut(child));
                child.and_then(|child| child.remove(number)).unwrap_or_default()
            };
            let mut whole = piece(link.from);
            whole.extend(points);
            whole.extend(piece(link.to));
            out.lines.insert(*number, whole);
            if 0.0 < link.words.length {
                let arrow = &self.drawing.picture.arrows[*number];
                let words = axis.turn(placed.words[at]);
                out.words.insert(*number, stand(self.drawing.picture, arrow, axis, words));
            }
            for node in [link.from, link.to] {
                if self.nodes[node].first || self.nodes[node].last {
                    places.insert(*number, placed.nodes[node].1);
                }
            }
        }
        // What begins and ends inside one child is whole already.
        pieces.into_iter().for_each(|piece| out.lines.extend(piece));
        self.round(placed, &mut out);
        (out, places)
    }

    /// Arrows from a box to itself: above it, or on its left.
    fn round(&self, placed: &Placed, out: &mut Scene) {
        let axis = self.axis;
        for (at, number) in &self.loops {
            let ((begins, line), node) = (placed.nodes[1 + at], &self.nodes[1 + at]);
            let (middle, side) = (begins + node.width / 2.0, line - node.below);
            let half = (node.width / 2.0 - 8.0).min(22.0);
            let ends = [(middle - half, side), (middle + half, side)];
            // They leave over the axis of their level.
            let end = |at| {
                let (x, y) = axis.turn(at);
                Point { x, y, axis: axis.other() }
            };
            out.lines.insert(*number, ends.map(end).to_vec());
            let (width, height) = super::room::words(&self.drawing.picture.arrows[*number]);
            let words = match axis {
                Axis::Across => (middle, side - LOOP - 4.0),
                Axis::Down => (side - LOOP - 8.0 - width / 2.0, middle + height / 2.0 - 4.0),
            };
            out.words.insert(*number, words);
            out.loops.push(*number);
        }
    }
}
