//! Boxes in boxes: each level placed by itself, from the innermost outwards.
//!
//! An arrow between states of two boxes crosses their borders. On each level it
//! passes, it leads to a place at the border: on which side is decided from the
//! outermost level inwards, how high from the innermost outwards.

use std::collections::BTreeMap;

use super::column::turned;
use super::layer::{Link, Node, Placed, place, sides};
use super::picture::{Arrow, Picture};
use super::text::{width, wrapped};

/// Sizes of letters.
pub(super) const NAME: f64 = 15.0;
pub(super) const NUMBER: f64 = 19.0;
pub(super) const WORDS: f64 = 12.0;

/// Room for a line of words.
pub(super) const LINE: f64 = 16.0;

/// Room for the name of a box with others inside.
pub(super) const HEADER: f64 = 34.0;

const PADDING: f64 = 20.0;

/// Room above a box for an arrow from it to itself.
const LOOP: f64 = 22.0;

/// Half of the dot where things begin.
pub(super) const DOT: f64 = 6.0;

pub(super) type Point = (f64, f64);

/// Everything at its place.
#[derive(Debug, Clone, Default)]
pub(super) struct Scene {
    pub size: Point,
    /// State, left, top, width, height; each after the one it is inside.
    pub boxes: Vec<(usize, f64, f64, f64, f64)>,
    /// The middle of the dots where things begin, and the lines from them.
    pub starts: Vec<(Point, Vec<Point>)>,
    /// The points of each arrow, by number.
    pub lines: BTreeMap<usize, Vec<Point>>,
    /// Where the words of each arrow stand: the middle of their lowest line.
    pub words: BTreeMap<usize, Point>,
    /// Arrows from a box to itself.
    pub loops: Vec<usize>,
}

impl Scene {
    fn shift(&mut self, (x, y): Point) {
        let to = |point: &mut Point| *point = (point.0 + x, point.1 + y);
        for (_, left, top, _, _) in &mut self.boxes {
            (*left, *top) = (*left + x, *top + y);
        }
        for (dot, line) in &mut self.starts {
            to(dot);
            line.iter_mut().for_each(to);
        }
        self.lines.values_mut().flatten().for_each(to);
        self.words.values_mut().for_each(to);
    }

    fn take(&mut self, inner: Scene) {
        self.boxes.extend(inner.boxes);
        self.starts.extend(inner.starts);
        self.words.extend(inner.words);
        self.loops.extend(inner.loops);
    }
}

/// Places a picture.
pub(super) fn scene(picture: &Picture<'_>) -> Scene {
    level(picture, None, &BTreeMap::new()).0
}

/// Words at arrows are this wide at most, and take so many lines: what is long is
/// broken, so that a picture grows no wider than its states need.
const WORDS_WIDE: f64 = 132.0;
const WORDS_LINES: usize = 3;

/// The words of an arrow as they are drawn, line by line.
pub(super) fn words_of(arrow: &Arrow) -> Vec<String> {
    let lines = arrow.words.iter();
    lines.flat_map(|line| wrapped(line, WORDS, WORDS_WIDE, WORDS_LINES)).collect()
}

/// The lines that an arrow's words take, its number among them.
pub(super) fn lines_of(arrow: &Arrow) -> usize {
    words_of(arrow).len() + usize::from(arrow.taken.is_some())
}

fn room(picture: &Picture<'_>, arrow: &Arrow) -> Point {
    let widest = words_of(arrow).iter().map(|line| width(line, WORDS)).fold(0.0, f64::max);
    let number = arrow.taken.map_or(0.0, |n| width(&super::text::grouped(n), WORDS));
    let thick = super::svg::thickness(picture, arrow);
    let lines = lines_of(arrow);
    if lines == 0 {
        (0.0, 0.0)
    } else {
        (widest.max(number) + 14.0, lines as f64 * LINE + thick / 2.0 + 4.0)
    }
}

/// One end of an arrow on a level: a child, and whether it ends there or goes
/// on inside.
enum End {
    Child(usize, bool),
    Border,
}

/// For each arrow that crosses the border of a box, whether on the right.
type Crossing = BTreeMap<usize, bool>;

/// The inside of a box, and how high arrows cross its border.
fn level(
    picture: &Picture<'_>,
    outer: Option<usize>,
    crossing: &Crossing,
) -> (Scene, BTreeMap<usize, f64>) {
    let children: Vec<usize> = picture.inside(outer).collect();
    let end = |state: usize| {
        let child =
            picture.machine.path(state).find(|it| picture.machine.states[*it].parent == outer);
        match child.and_then(|child| children.iter().position(|it| *it == child)) {
            // Which stand beside it are not inside.
            Some(at) => End::Child(at, children[at] != state),
            None => End::Border,
        }
    };
    // The dot comes first, so that walks begin there.
    let mut nodes = vec![Node { width: DOT * 2.0, above: DOT, below: DOT, ..Node::default() }];
    nodes.resize(1 + children.len(), Node::default());
    let mut links: Vec<(Option<usize>, Link)> = Vec::new();
    let link = |from, to, words| Link { from, to, ports: (0.0, 0.0), words };
    let entry = picture.entry(outer).and_then(|entry| children.iter().position(|it| *it == entry));
    links.extend(entry.map(|entry| (None, link(0, 1 + entry, (0.0, 0.0)))));
    let mut loops = Vec::new();
    let mut inner: Vec<Crossing> = vec![Crossing::new(); children.len()];
    for (number, arrow) in picture.arrows.iter().enumerate() {
        let border = |nodes: &mut Vec<Node>, right: bool| {
            let node =
                Node { above: 3.0, below: 3.0, first: !right, last: right, ..Node::default() };
            nodes.push(node);
            nodes.len() - 1
        };
        let words = room(picture, arrow);
        let ends = match (end(arrow.from), end(arrow.to)) {
            (End::Child(a, false), End::Child(b, false)) if a == b => {
                loops.push((a, number));
                continue;
            }
            (End::Child(a, a_inside), End::Child(b, b_inside)) if a == b => {
                // From a box into itself, or out to itself: its own level's.
                if a_inside != b_inside {
                    inner[a].insert(number, a_inside);
                }
                continue;
            }
            (End::Child(a, _), End::Child(b, _)) => (1 + a, 1 + b, words),
            (from, to) => {
                let Some(right) = crossing.get(&number) else { continue };
                // Of an arrow from or to the box itself nobody outside has the
                // words.
                let own = outer.is_some_and(|outer| arrow.from == outer || arrow.to == outer);
                let both = outer.is_some_and(|outer| {
                    picture.machine.is_in(arrow.from, outer)
                        && picture.machine.is_in(arrow.to, outer)
                });
                let words = if own && both { words } else { (0.0, 0.0) };
                let at = border(&mut nodes, *right);
                match (from, to) {
                    (End::Child(a, _), End::Border) => (1 + a, at, words),
                    (End::Border, End::Child(b, _)) => (at, 1 + b, words),
                    _ => continue,
                }
            }
        };
        links.push((Some(number), link(ends.0, ends.1, ends.2)));
    }
    let plain: Vec<Link> = links.iter().map(|(_, link)| link.clone()).collect();
    let turns = turned(&nodes, &plain);
    for ((number, link), turned) in links.iter().zip(&turns) {
        let Some(number) = number else { continue };
        let arrow = &picture.arrows[*number];
        for (node, state, right) in
            [(link.from, arrow.from, !*turned), (link.to, arrow.to, *turned)]
        {
            let child = node.checked_sub(1).and_then(|child| Some((child, *children.get(child)?)));
            if let Some((child, at)) = child.filter(|(_, at)| *at != state) {
                debug_assert!(picture.machine.is_in(state, at));
                inner[child].insert(*number, right);
            }
        }
    }
    let mut insides = Vec::new();
    for (at, child) in children.iter().enumerate() {
        let (inside, heights) = inside(picture, *child, &inner[at]);
        let n_loops = loops.iter().filter(|(looped, _)| *looped == at).map(|(_, number)| *number);
        let lines: usize =
            n_loops.map(|number| lines_of(&picture.arrows[number])).max().unwrap_or(0);
        let extra = if lines == 0 { 0.0 } else { LOOP + lines as f64 * LINE };
        let (width, height) = inside.size;
        nodes[1 + at] =
            Node { width, above: height / 2.0 + extra, below: height / 2.0, ..Node::default() };
        insides.push((inside, heights));
    }
    for (number, link) in &mut links {
        let Some(number) = number else { continue };
        let fixed = |node: usize| {
            let (_, heights) = insides.get(node.checked_sub(1)?)?;
            heights.get(number).copied()
        };
        link.ports = (fixed(link.from).unwrap_or(0.0), fixed(link.to).unwrap_or(0.0));
    }
    let mut plain: Vec<Link> = links.iter().map(|(_, link)| link.clone()).collect();
    let is_fixed = |number: usize, node: usize| {
        let inside = node.checked_sub(1).and_then(|child| insides.get(child));
        let arrow = links[number].0;
        inside.zip(arrow).is_some_and(|((_, heights), arrow)| heights.contains_key(&arrow))
    };
    let placed = place(&nodes, &plain);
    spread(&nodes, &mut plain, &turns, &placed, &is_fixed);
    let placed = place(&nodes, &plain);
    compose(picture, &children, links, insides, placed, loops, &nodes)
}

/// A box with what is inside, its middle line in the middle of its height.
fn inside(
    picture: &Picture<'_>,
    state: usize,
    crossing: &Crossing,
) -> (Scene, BTreeMap<usize, f64>) {
    let name = width(&picture.name(state), NAME);
    let numbered = picture.numbers.is_some();
    if picture.inside(Some(state)).next().is_none() {
        let number = picture.numbers.as_ref().and_then(|it| it.customers.get(state));
        let number = number.map_or(0.0, |n| width(&super::text::grouped(*n), NUMBER));
        let size = (name.max(number).max(64.0) + 32.0, if numbered { 60.0 } else { 42.0 });
        let boxes = vec![(state, 0.0, 0.0, size.0, size.1)];
        return (Scene { size, boxes, ..Scene::default() }, BTreeMap::new());
    }
    let (mut scene, mut heights) = level(picture, Some(state), crossing);
    let head = name + if numbered { 90.0 } else { 40.0 };
    let size = (scene.size.0.max(head) + PADDING * 2.0, scene.size.1 + HEADER + PADDING);
    let spare = (size.0 - PADDING * 2.0 - scene.size.0) / 2.0;
    scene.shift((PADDING + spare, HEADER));
    for (number, points) in &mut scene.lines {
        // On to the border.
        let Some(right) = crossing.get(number) else { continue };
        let arrow = &picture.arrows[*number];
        let border = if *right { size.0 } else { 0.0 };
        let leaves = picture.machine.is_in(arrow.from, state) && arrow.from != state;
        match (leaves, points.first().copied(), points.last().copied()) {
            (true, _, Some(last)) => points.push((border, last.1)),
            (false, Some(first), _) => points.insert(0, (border, first.1)),
            _ => {}
        }
    }
    scene.boxes.insert(0, (state, 0.0, 0.0, size.0, size.1));
    scene.size = size;
    heights.values_mut().for_each(|y| *y += HEADER - size.1 / 2.0);
    (scene, heights)
}

/// Spreads the ends of links over the sides of their boxes.
fn spread(
    nodes: &[Node],
    links: &mut [Link],
    turns: &[bool],
    placed: &Placed,
    is_fixed: &dyn Fn(usize, usize) -> bool,
) {
    for ((node, _), mut ends) in sides(links, turns) {
        ends.retain(|(number, _)| !is_fixed(*number, node));
        // By how high the place next to the box is.
        let height = |(number, begins): &(usize, bool)| {
            let points = &placed.links[*number];
            let own = if *begins { points.first() } else { points.last() }.map_or(0.0, |own| own.1);
            // The first that is not level with the end itself.
            let away = |point: &&Point| 0.05 < (point.1 - own).abs();
            let next =
                if *begins { points.iter().find(away) } else { points.iter().rev().find(away) };
            next.map_or(own, |point| point.1)
        };
        ends.sort_by(|a, b| height(a).total_cmp(&height(b)).then(a.cmp(b)));
        let room = nodes[node].below * 2.0 - 16.0;
        let step = (room / ends.len().max(1) as f64).min(18.0);
        for (place, (number, begins)) in ends.iter().enumerate() {
            let offset = (place as f64 - (ends.len() as f64 - 1.0) / 2.0) * step;
            let ports = &mut links[*number].ports;
            *(if *begins { &mut ports.0 } else { &mut ports.1 }) = offset;
        }
    }
}

/// Puts the insides of boxes at their places, and joins lines at borders.
fn compose(
    picture: &Picture<'_>,
    children: &[usize],
    links: Vec<(Option<usize>, Link)>,
    insides: Vec<(Scene, BTreeMap<usize, f64>)>,
    placed: Placed,
    loops: Vec<(usize, usize)>,
    nodes: &[Node],
) -> (Scene, BTreeMap<usize, f64>) {
    let mut out = Scene { size: placed.size, ..Scene::default() };
    let mut pieces: Vec<BTreeMap<usize, Vec<Point>>> = Vec::new();
    for (at, (mut inside, _)) in insides.into_iter().enumerate() {
        let (left, line) = placed.nodes[1 + at];
        inside.shift((left, line - inside.size.1 / 2.0));
        pieces.push(std::mem::take(&mut inside.lines));
        out.take(inside);
    }
    let mut heights = BTreeMap::new();
    for (at, (number, link)) in links.iter().enumerate() {
        let points = placed.links[at].clone();
        let Some(number) = number else {
            let (left, line) = placed.nodes[0];
            out.starts.push(((left + DOT, line), points));
            continue;
        };
        let piece = |pieces: &mut Vec<BTreeMap<usize, Vec<Point>>>, node: usize| {
            let child = node.checked_sub(1).filter(|child| *child < children.len());
            child.and_then(|child| pieces[child].remove(number)).unwrap_or_default()
        };
        let mut whole = piece(&mut pieces, link.from);
        whole.extend(points);
        whole.extend(piece(&mut pieces, link.to));
        out.lines.insert(*number, whole);
        if 0.0 < link.words.0 {
            let thick = super::svg::thickness(picture, &picture.arrows[*number]);
            let (x, y) = placed.words[at];
            out.words.insert(*number, (x, y - thick / 2.0 - 5.0));
        }
        for node in [link.from, link.to] {
            if nodes[node].first || nodes[node].last {
                heights.insert(*number, placed.nodes[node].1);
            }
        }
    }
    // What begins and ends inside one child is whole already.
    for piece in pieces {
        out.lines.extend(piece);
    }
    for (at, number) in loops {
        let (left, line) = placed.nodes[1 + at];
        let height = nodes[1 + at].below;
        let (x, top) = (left + nodes[1 + at].width / 2.0, line - height);
        out.lines.insert(number, vec![(x - 22.0, top), (x + 22.0, top)]);
        out.words.insert(number, (x, top - LOOP - 4.0));
        out.loops.push(number);
    }
    (out, heights)
}
