//! Which way arrows run: so that the picture is as large on a slide as can be.

use super::frame::{Axes, Drawing};
use super::picture::Picture;
use super::scene::{Axis, Scene};

/// The room for a picture on a slide of 16 to 9.
const SLIDE: (f64, f64) = (1600.0, 900.0);

/// Boxes that are turned one by one, at most.
const TURNED: usize = 16;

/// What is smaller than this nobody reads on a slide, however it is turned.
const READABLE: f64 = 0.25;

/// How well a picture fits: how small it has to be drawn, and how far its shape
/// is from the slide's.
fn fit(scene: &Scene, around: (f64, f64)) -> (f64, f64) {
    let size = (scene.size.0 + around.0, scene.size.1 + around.1);
    let scale = (SLIDE.0 / size.0).min(SLIDE.1 / size.1).min(1.0);
    let shape = libm::log(size.0 / size.1 * SLIDE.1 / SLIDE.0);
    (scale, -libm::fabs(shape))
}

/// The picture with its arrows running as fits best.
///
/// # Inputs
///
/// `around`: what the page has beside the picture.
///
/// # Cost
///
/// Up to twenty pictures: all levels one way, levels by turns, and the best of
/// these with one box after the other turned.
pub(super) fn scene(picture: &Picture<'_>, around: (f64, f64)) -> Scene {
    let n_states = picture.machine.states.len();
    let boxes: Vec<usize> =
        (0..n_states).filter(|state| picture.inside(Some(*state)).next().is_some()).collect();
    let drawn = |axes: Axes| {
        let scene = Drawing { picture, axes: &axes }.scene();
        Drawn { fit: fit(&scene, around), axes, scene }
    };
    let mut best = drawn(by_depth(picture, Axis::Across, false));
    let whole = [(Axis::Down, false), (Axis::Across, true), (Axis::Down, true)];
    for (outer, by_turns) in
        whole.into_iter().filter(|(_, by_turns)| !by_turns || !boxes.is_empty())
    {
        best = best.or(drawn(by_depth(picture, outer, by_turns)));
    }
    let turns = (READABLE..1.0).contains(&best.fit.0);
    for state in boxes.into_iter().take(if turns { TURNED } else { 0 }) {
        let mut axes = best.axes.clone();
        axes.inner[state] = axes.inner[state].other();
        best = best.or(drawn(axes));
    }
    best.scene
}

/// A picture, how its arrows run, and how well it fits.
struct Drawn {
    fit: (f64, f64),
    axes: Axes,
    scene: Scene,
}

impl Drawn {
    /// The better of two; the first where they are alike.
    fn or(self, other: Drawn) -> Drawn {
        if self.fit < other.fit { other } else { self }
    }
}

/// All levels one way, or each the other way than the one around it.
fn by_depth(picture: &Picture<'_>, outer: Axis, by_turns: bool) -> Axes {
    let machine = picture.machine;
    let turned = |state| by_turns && machine.path(state).count() % 2 == 1;
    let inner = (0..machine.states.len())
        .map(|state| if turned(state) { outer.other() } else { outer })
        .collect();
    Axes { outer, inner }
}
