//! A box with what is inside, and how arrows come through its border.
//!
//! Where the arrows inside run as those outside, they go straight on. Otherwise
//! each turns once, on a track of its own between the border and what is inside:
//!
//! ```text
//! ┌─────────────────┐
//! │ name            │
//! ──────────────┐   │
//! ─────────┐    │   │
//! │        v    v   │
//! ```

use std::collections::BTreeMap;

use super::nested::{Crossing, Level, Places};
use super::picture::Picture;
use super::room::{HEADER, head, leaf, thickness};
use super::scene::{Axis, Frame, Pair, Point, Scene};

const PADDING: f64 = 20.0;

/// Room beside an arrow that turns at a border.
const TRACK: f64 = 8.0;

/// How the arrows run in each box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Axes {
    /// Outermost.
    pub outer: Axis,
    /// In the box of each state.
    pub inner: Vec<Axis>,
}

impl Axes {
    /// How the arrows directly inside a box run.
    pub fn of(&self, state: Option<usize>) -> Axis {
        state.map_or(self.outer, |state| self.inner[state])
    }
}

/// A picture, and how its arrows run.
pub(super) struct Drawing<'a> {
    pub picture: &'a Picture<'a>,
    pub axes: &'a Axes,
}

/// The tracks of a box, which lie before what is inside and behind it.
#[derive(Default)]
struct Tracks {
    /// The room of those before it, and behind it.
    first: f64,
    last: f64,
    /// For each arrow whether it is behind, and how far out.
    of: BTreeMap<usize, (bool, f64)>,
}

impl Tracks {
    /// Those that run on tracks by which they do not cross one another: of two
    /// that come from the left, the one that turns down further left lies nearer
    /// to what is inside.
    fn new(picture: &Picture<'_>, crossing: &Crossing, places: &Places) -> Tracks {
        let mut tracks = Tracks::default();
        let mut ordered: Vec<(usize, f64)> = places.iter().map(|(n, at)| (*n, *at)).collect();
        ordered.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
        let is_last = |number: &usize| crossing.get(number).copied().unwrap_or(false);
        let first = ordered.iter().filter(|(number, _)| !is_last(number));
        let last = ordered.iter().rev().filter(|(number, _)| is_last(number));
        for (number, _) in first.chain(last) {
            let last = is_last(number);
            let room = TRACK + thickness(picture, picture.arrows[*number].taken);
            let whole = if last { &mut tracks.last } else { &mut tracks.first };
            tracks.of.insert(*number, (last, *whole + room / 2.0));
            *whole += room;
        }
        tracks
    }

    /// Where an arrow's track lies, along the axis of the inside.
    fn place(&self, number: usize, begins: f64, ends: f64) -> Option<f64> {
        let (last, out) = self.of.get(&number)?;
        Some(if *last { ends + out } else { begins - out })
    }
}

impl Drawing<'_> {
    /// The whole picture.
    pub fn scene(&self) -> Scene {
        Level::drawn(self, None, &Crossing::new()).0
    }

    /// The box of a state of a level with an axis, at least so large; and where
    /// arrows cross its border, from the middle of its side.
    pub fn inside(
        &self,
        state: usize,
        crossing: &Crossing,
        axis: Axis,
        least: Pair,
    ) -> (Scene, Places) {
        let picture = self.picture;
        if picture.inside(Some(state)).next().is_none() {
            let size = leaf(picture, state);
            let size = (size.0.max(least.0), size.1.max(least.1));
            let (width, height) = size;
            let frame = Frame { state, left: 0.0, top: 0.0, width, height, name: 0.0 };
            return (Scene { size, boxes: vec![frame], ..Scene::default() }, Places::new());
        }
        let (mut scene, mut places) = Level::drawn(self, Some(state), crossing);
        let own = self.axes.of(Some(state));
        let turn = own != axis;
        let tracks = if turn { Tracks::new(picture, crossing, &places) } else { Tracks::default() };
        let Tracks { first, last, .. } = tracks;
        // From the left and from above, and on the right and below.
        let (left, top) = match own {
            Axis::Across => (PADDING + first, HEADER),
            Axis::Down => (PADDING, HEADER + first),
        };
        let (right, bottom) = match own {
            Axis::Across => (PADDING + last, PADDING),
            Axis::Down => (PADDING, PADDING + last),
        };
        let name = if axis == Axis::Down && turn { left.max(16.0) } else { 16.0 };
        let wide = (scene.size.0 + left + right).max(head(picture, state) + name - 16.0);
        let width = wide.max(least.0);
        let height = (scene.size.1 + top + bottom).max(least.1);
        let corner = (
            left + (width - left - right - scene.size.0) / 2.0,
            top + (height - top - bottom - scene.size.1) / 2.0,
        );
        scene.shift(corner);
        let shift = own.turn(corner);
        let (begins, ends) = (shift.0, shift.0 + own.turn(scene.size).0);
        places.values_mut().for_each(|at| *at += shift.1);
        for (number, at) in &mut places {
            *at = tracks.place(*number, begins, ends).unwrap_or(*at);
        }
        let size = (width, height);
        for (number, points) in &mut scene.lines {
            // On to the border.
            let (Some(last), Some(at)) = (crossing.get(number), places.get(number)) else {
                continue;
            };
            let border = Point::on(axis, (if *last { axis.turn(size).0 } else { 0.0 }, *at));
            let arrow = &picture.arrows[*number];
            if picture.machine.is_in(arrow.from, state) && arrow.from != state {
                points.push(border);
            } else {
                points.insert(0, border);
            }
        }
        scene.boxes.insert(0, Frame { state, left: 0.0, top: 0.0, width, height, name });
        scene.size = size;
        let middle = axis.turn(size).1 / 2.0;
        places.values_mut().for_each(|at| *at -= middle);
        (scene, places)
    }
}
