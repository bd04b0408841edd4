//! Which way arrows run: so that the picture is as large on a slide as can be.

use super::frame::{Axes, Drawing};
use super::picture::Picture;
use super::scene::{Axis, Scene};

/// The room for a picture on a slide of 16 to 9.
const SLIDE: (f64, f64) = (1600.0, 900.0);

/// Boxes that are turned one by one, at most.
const TURNED: usize = 16;

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
    let machine = picture.machine;
    let outers: Vec<usize> = (0..machine.states.len())
        .filter(|state| picture.inside(Some(*state)).next().is_some())
        .collect();
    let drawn = |axes: Axes| {
        let scene = Drawing { picture, axes: &axes }.scene();
        (fit(&scene, around), axes, scene)
    };
    let by_depth = |outer: Axis, by_turns: bool| {
        let depth = |state: usize| machine.path(state).count();
        let turned = |state| by_turns && depth(state) % 2 == 1;
        let inner = (0..machine.states.len())
            .map(|state| if turned(state) { outer.other() } else { outer })
            .collect();
        Axes { outer, inner }
    };
    let mut best = drawn(by_depth(Axis::Across, false));
    let try_one = |axes: Axes, best: &mut (_, Axes, Scene)| {
        let other = drawn(axes);
        if best.0 < other.0 {
            *best = other;
        }
    };
    try_one(by_depth(Axis::Down, false), &mut best);
    if !outers.is_empty() {
        try_one(by_depth(Axis::Across, true), &mut best);
        try_one(by_depth(Axis::Down, true), &mut best);
    }
    for state in outers.into_iter().take(TURNED) {
        let mut axes = best.1.clone();
        axes.inner[state] = axes.inner[state].other();
        try_one(axes, &mut best);
    }
    best.2
}
