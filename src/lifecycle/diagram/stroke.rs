//! Lines of arrows, with their heads.

use std::fmt::Write;

use super::scene::{Axis, Point};
use super::svg::n;

/// How long a head is at least.
const HEAD: f64 = 10.0;

/// How wide a corner is.
const CORNER: f64 = 10.0;

/// A line through points, with a head at its end. It leaves each point and comes
/// to it as the point's axis says.
pub(super) fn stroke(points: &[Point], width: f64, out: &mut String) {
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return };
    let along = |point: &Point| last.axis.turn((point.x, point.y)).0;
    let before = points.iter().rev().find(|point| (along(point) - along(last)).abs() > 0.01);
    let ahead = before.is_none_or(|before| along(before) < along(last));
    let sign = if ahead { 1.0 } else { -1.0 };
    let long = HEAD.max(width * 1.1);
    let tail = moved(last, sign * (1.0 - long));
    let mut path = format!("M{} {}", n(first.x), n(first.y));
    let mut from = *first;
    for (place, point) in points.iter().enumerate().skip(1) {
        let to = if place + 1 == points.len() { tail } else { *point };
        path.push_str(&step(&from, &to));
        from = to;
    }
    let _ = writeln!(out, "    <path class=\"line\" stroke-width=\"{}\" d=\"{path}\"/>", n(width));
    head(last, sign, long, width, out);
}

/// The point further along its axis.
fn moved(point: &Point, by: f64) -> Point {
    match point.axis {
        Axis::Across => Point { x: point.x + by, ..*point },
        Axis::Down => Point { y: point.y + by, ..*point },
    }
}

/// From one point to the next.
fn step(from: &Point, to: &Point) -> String {
    let (x, y) = (n(to.x), n(to.y));
    match (from.axis, to.axis) {
        (Axis::Across, Axis::Across) if (to.y - from.y).abs() < 0.05 => format!("H{x}"),
        (Axis::Down, Axis::Down) if (to.x - from.x).abs() < 0.05 => format!("V{y}"),
        (Axis::Across, Axis::Across) => {
            let middle = n((from.x + to.x) / 2.0);
            format!("C{middle} {} {middle} {y} {x} {y}", n(from.y))
        }
        (Axis::Down, Axis::Down) => {
            let middle = n((from.y + to.y) / 2.0);
            format!("C{} {middle} {x} {middle} {x} {y}", n(from.x))
        }
        // Once round a corner.
        (Axis::Across, Axis::Down) => {
            let (wide, high) = (round(to.x - from.x), round(to.y - from.y));
            format!("H{}Q{x} {} {x} {}V{y}", n(to.x - wide), n(from.y), n(from.y + high))
        }
        (Axis::Down, Axis::Across) => {
            let (wide, high) = (round(to.x - from.x), round(to.y - from.y));
            format!("V{}Q{} {y} {} {y}H{x}", n(to.y - high), n(from.x), n(from.x + wide))
        }
    }
}

/// How far before and after its corner a turn begins and ends.
fn round(room: f64) -> f64 {
    room.clamp(-CORNER, CORNER)
}

/// A head whose point is here.
fn head(at: &Point, sign: f64, long: f64, width: f64, out: &mut String) {
    let (along, over) = at.axis.turn((at.x, at.y));
    let (back, half) = (along - sign * long, 4.5_f64.max(width * 0.75));
    let (one, other) = (at.axis.turn((back, over - half)), at.axis.turn((back, over + half)));
    let _ = writeln!(
        out,
        "    <path class=\"head\" d=\"M{} {}L{} {}L{} {}Z\"/>",
        n(at.x),
        n(at.y),
        n(one.0),
        n(one.1),
        n(other.0),
        n(other.1)
    );
}

/// An arrow from a box to itself, outwards from its side.
pub(super) fn round_trip(points: &[Point], width: f64, out: &mut String) {
    let [from, to] = points else { return };
    let (leaves, comes, end) = (moved(from, -26.0), moved(to, -26.0), moved(to, 1.0 - HEAD));
    let _ = writeln!(
        out,
        "    <path class=\"line\" stroke-width=\"{}\" d=\"M{} {}C{} {} {} {} {} {}\"/>",
        n(width),
        n(from.x),
        n(from.y),
        n(leaves.x),
        n(leaves.y),
        n(comes.x),
        n(comes.y),
        n(end.x),
        n(end.y)
    );
    head(to, 1.0, HEAD, width, out);
}
