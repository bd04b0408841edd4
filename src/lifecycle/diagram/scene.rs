//! A picture with everything at its place.

use std::collections::BTreeMap;

/// Width and height, or x and y.
pub(super) type Pair = (f64, f64);

/// How the arrows of a level run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Axis {
    /// From left to right.
    #[default]
    Across,
    /// From above.
    Down,
}

impl Axis {
    pub fn other(self) -> Axis {
        match self {
            Axis::Across => Axis::Down,
            Axis::Down => Axis::Across,
        }
    }

    /// What lies along the axis and over it as x and y, and the other way round.
    pub fn turn(self, (along, over): Pair) -> Pair {
        match self {
            Axis::Across => (along, over),
            Axis::Down => (over, along),
        }
    }
}

/// A place that an arrow passes, and how it runs there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Point {
    pub x: f64,
    pub y: f64,
    pub axis: Axis,
}

impl Point {
    /// A place on an axis.
    pub fn on(axis: Axis, at: Pair) -> Point {
        let (x, y) = axis.turn(at);
        Point { x, y, axis }
    }
}

/// The box of a state.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    pub state: usize,
    pub left: f64,
    pub top: f64,
    pub width: f64,
    pub height: f64,
    /// Where the name of a box with others inside begins, from the left.
    pub name: f64,
}

/// Everything at its place.
#[derive(Debug, Clone, Default)]
pub(super) struct Scene {
    pub size: Pair,
    /// Each after the one it is inside.
    pub boxes: Vec<Frame>,
    /// The middle of the dots where things begin, and the lines from them.
    pub starts: Vec<(Pair, Vec<Point>)>,
    /// The points of each arrow, by number.
    pub lines: BTreeMap<usize, Vec<Point>>,
    /// Where the words of each arrow stand: the middle of their lowest line.
    pub words: BTreeMap<usize, Pair>,
    /// Arrows from a box to itself.
    pub loops: Vec<usize>,
}

impl Scene {
    pub fn shift(&mut self, (x, y): Pair) {
        let to = |point: &mut Point| (point.x, point.y) = (point.x + x, point.y + y);
        for frame in &mut self.boxes {
            (frame.left, frame.top) = (frame.left + x, frame.top + y);
        }
        for (dot, line) in &mut self.starts {
            *dot = (dot.0 + x, dot.1 + y);
            line.iter_mut().for_each(to);
        }
        self.lines.values_mut().flatten().for_each(to);
        self.words.values_mut().for_each(|at| *at = (at.0 + x, at.1 + y));
    }

    /// Takes in the inside of a box, but for the lines that go on.
    pub fn take(&mut self, inner: Scene) {
        self.boxes.extend(inner.boxes);
        self.starts.extend(inner.starts);
        self.words.extend(inner.words);
        self.loops.extend(inner.loops);
    }
}
