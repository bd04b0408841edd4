//! How much room things take: names, numbers, the words of arrows.

use super::layer::Room;
use super::picture::{Arrow, Picture};
use super::scene::{Axis, Pair};
use super::text::{grouped, width, wrapped};

/// Sizes of letters.
pub(super) const NAME: f64 = 15.0;
const BOLD: f64 = NAME * 1.08;
pub(super) const NUMBER: f64 = 19.0;
pub(super) const WORDS: f64 = 12.0;

/// Room for a line of words.
pub(super) const LINE: f64 = 16.0;

/// Room for the name of a box with others inside.
pub(super) const HEADER: f64 = 34.0;

/// How far an arrow from a box to itself reaches out.
pub(super) const LOOP: f64 = 22.0;

/// How thick an arrow is at least, and at most.
const THIN: f64 = 1.6;
const THICK: f64 = 12.0;

/// Words at arrows are this wide at most, and take so many lines: what is long is
/// broken, so that a picture grows no wider than its states need.
const WORDS_WIDE: f64 = 132.0;
const WORDS_LINES: usize = 3;

/// How thick an arrow is: by how often it was taken, beside the one that was
/// taken most.
pub(super) fn thickness(picture: &Picture<'_>, taken: Option<u64>) -> f64 {
    let most = picture.arrows.iter().filter_map(|arrow| arrow.taken).max().unwrap_or(0);
    match taken {
        Some(taken) if 0 < most => THIN + (THICK - THIN) * (taken as f64 / most as f64),
        _ => THIN,
    }
}

/// The words of an arrow as they are drawn, line by line.
pub(super) fn words_of(arrow: &Arrow) -> Vec<String> {
    let lines = arrow.words.iter();
    lines.flat_map(|line| wrapped(line, WORDS, WORDS_WIDE, WORDS_LINES)).collect()
}

/// How wide and high an arrow's words are, its number among them.
pub(super) fn words(arrow: &Arrow) -> Pair {
    let words = words_of(arrow);
    let widest = words.iter().map(|line| width(line, WORDS)).fold(0.0, f64::max);
    let number = arrow.taken.map_or(0.0, |n| width(&grouped(n), WORDS));
    let lines = words.len() + usize::from(arrow.taken.is_some());
    (widest.max(number), lines as f64 * LINE)
}

/// The room of an arrow's words where it runs so: above it, or to its right.
pub(super) fn beside(picture: &Picture<'_>, arrow: &Arrow, axis: Axis) -> Room {
    let (width, height) = words(arrow);
    let half = thickness(picture, arrow.taken) / 2.0;
    match axis {
        _ if height == 0.0 => Room::default(),
        Axis::Across => Room { length: width + 14.0, before: height + half + 4.0, behind: 4.0 },
        Axis::Down => Room { length: height + 6.0, before: 2.0, behind: width + half + 14.0 },
    }
}

/// Where an arrow's words stand beside this place of it: the middle of their
/// lowest line.
pub(super) fn stand(picture: &Picture<'_>, arrow: &Arrow, axis: Axis, (x, y): Pair) -> Pair {
    let (width, height) = words(arrow);
    let half = thickness(picture, arrow.taken) / 2.0;
    match axis {
        Axis::Across => (x, y - half - 5.0),
        Axis::Down => (x + half + 6.0 + width / 2.0, y + height / 2.0 - 4.0),
    }
}

/// The room of an arrow from a box to itself with its words: along the side of
/// the box, and outwards.
pub(super) fn round(arrow: &Arrow, axis: Axis) -> Pair {
    let (width, height) = words(arrow);
    match axis {
        _ if height == 0.0 => (44.0, LOOP),
        Axis::Across => (width.max(44.0), LOOP + height),
        Axis::Down => (height.max(44.0), LOOP + 8.0 + width),
    }
}

/// A box with nothing inside: for its name, and its number if it has one.
pub(super) fn leaf(picture: &Picture<'_>, state: usize) -> Pair {
    let name = width(&picture.name(state), BOLD);
    let Some(numbers) = &picture.numbers else { return (name.max(64.0) + 32.0, 42.0) };
    let count = numbers.customers.get(state).copied().unwrap_or(0);
    // With its share beside it.
    let number = width(&grouped(count), NUMBER) + width("100%", WORDS) + 5.0;
    (name.max(number).max(64.0) + 32.0, 60.0)
}

/// How wide the name of a box with others inside is, with its number.
pub(super) fn head(picture: &Picture<'_>, state: usize) -> f64 {
    let number = if picture.numbers.is_some() { 90.0 } else { 0.0 };
    width(&picture.name(state), BOLD) + number + 40.0
}
