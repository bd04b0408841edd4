//! Sets of values of one quantity: intervals, points, and "nobody knows".

use std::cmp::Ordering;
use std::sync::Arc;

use crate::lang::{Duration, Timestamp, Value};
use crate::units::{Day, Decimal};

/// A value with a place in an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Point {
    Bool(bool),
    Int(i64),
    Number(Decimal),
    Text(Arc<str>),
    Day(Day),
    Time(Timestamp),
    Length(Duration),
}

impl Point {
    /// The point that a constant is.
    pub fn of(value: &Value) -> Option<Point> {
        Some(match value {
            Value::Bool(yes) => Point::Bool(*yes),
            Value::Int(whole) => Point::Int(*whole),
            Value::Decimal(number) | Value::Money(number, _) => Point::Number(*number),
            Value::Text(text) => Point::Text(text.clone()),
            Value::Date(day) => Point::Day(*day),
            Value::Timestamp(at) => Point::Time(*at),
            Value::Duration(length) => Point::Length(*length),
            _ => return None,
        })
    }

    fn rank(&self) -> u8 {
        match self {
            Point::Bool(_) => 0,
            Point::Int(_) => 1,
            Point::Number(_) => 2,
            Point::Text(_) => 3,
            Point::Day(_) => 4,
            Point::Time(_) => 5,
            Point::Length(_) => 6,
        }
    }

    /// The next point of a quantity that has steps; `None` beyond the last.
    fn step(&self) -> Step {
        let next = match self {
            Point::Int(whole) => whole.checked_add(1).map(Point::Int),
            Point::Day(day) => day.add_days(1).ok().map(Point::Day),
            Point::Bool(yes) => (!yes).then_some(Point::Bool(true)),
            _ => return Step::Dense,
        };
        next.map_or(Step::Last, Step::Next)
    }
}

enum Step {
    Next(Point),
    Last,
    Dense,
}

impl PartialOrd for Point {
    fn partial_cmp(&self, other: &Point) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Point {
    fn cmp(&self, other: &Point) -> Ordering {
        match (self, other) {
            (Point::Bool(a), Point::Bool(b)) => a.cmp(b),
            (Point::Int(a), Point::Int(b)) => a.cmp(b),
            (Point::Number(a), Point::Number(b)) => a.compare(*b),
            (Point::Text(a), Point::Text(b)) => a.cmp(b),
            (Point::Day(a), Point::Day(b)) => a.cmp(b),
            (Point::Time(a), Point::Time(b)) => a.cmp(b),
            (Point::Length(a), Point::Length(b)) => a.cmp(b),
            _ => self.rank().cmp(&other.rank()),
        }
    }
}

/// A place between values: before all, just before one, or just after it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Cut {
    Low,
    Beside(Point, Side),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Side {
    Before,
    After,
}

/// A set of values, perhaps with the missing one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Range {
    /// Ascending; at each the set begins or ends, outside before the first.
    cuts: Vec<Cut>,
    missing: bool,
}

impl Range {
    pub fn none() -> Range {
        Range { cuts: Vec::new(), missing: false }
    }

    /// Every value, and the missing one.
    pub fn all() -> Range {
        Range { cuts: vec![Cut::Low], missing: true }
    }

    pub fn missing() -> Range {
        Range { cuts: Vec::new(), missing: true }
    }

    /// What is less than a point.
    pub fn below(point: Point) -> Range {
        Range { cuts: vec![Cut::Low, Cut::Beside(point, Side::Before)], missing: false }
    }

    /// A point and what is greater.
    pub fn from(point: Point) -> Range {
        Range { cuts: vec![Cut::Beside(point, Side::Before)], missing: false }
    }

    pub fn point(point: Point) -> Range {
        let end = match point.step() {
            Step::Next(next) => Some(Cut::Beside(next, Side::Before)),
            Step::Last => None,
            Step::Dense => Some(Cut::Beside(point.clone(), Side::After)),
        };
        let start = Cut::Beside(point, Side::Before);
        Range { cuts: std::iter::once(start).chain(end).collect(), missing: false }
    }

    pub fn points(points: impl IntoIterator<Item = Point>) -> Range {
        // Joined pair by pair, so that a long list takes no quadratic time.
        let mut ranges: Vec<Range> = points.into_iter().map(Range::point).collect();
        while 1 < ranges.len() {
            let halves = ranges.chunks(2).map(|pair| match pair {
                [a, b] => a.or(b),
                _ => pair.first().cloned().unwrap_or(Range::none()),
            });
            ranges = halves.collect();
        }
        ranges.pop().unwrap_or(Range::none())
    }

    pub fn not(&self) -> Range {
        let cuts = match self.cuts.split_first() {
            Some((Cut::Low, rest)) => rest.to_vec(),
            _ => std::iter::once(Cut::Low).chain(self.cuts.iter().cloned()).collect(),
        };
        Range { cuts, missing: !self.missing }
    }

    pub fn and(&self, other: &Range) -> Range {
        self.join(other, |a, b| a && b)
    }

    pub fn or(&self, other: &Range) -> Range {
        self.join(other, |a, b| a || b)
    }

    pub fn minus(&self, other: &Range) -> Range {
        self.join(other, |a, b| a && !b)
    }

    fn join(&self, other: &Range, keep: impl Fn(bool, bool) -> bool) -> Range {
        let (mut a, mut b) = (self.cuts.iter().peekable(), other.cuts.iter().peekable());
        let (mut in_a, mut in_b, mut inside) = (false, false, false);
        let mut cuts = Vec::new();
        loop {
            let cut = match (a.peek(), b.peek()) {
                (Some(x), Some(y)) => (*x).min(*y).clone(),
                (Some(one), None) | (None, Some(one)) => (*one).clone(),
                (None, None) => break,
            };
            in_a ^= a.next_if(|next| **next == cut).is_some();
            in_b ^= b.next_if(|next| **next == cut).is_some();
            if keep(in_a, in_b) != inside {
                inside = !inside;
                cuts.push(cut);
            }
        }
        Range { cuts, missing: keep(self.missing, other.missing) }
    }

    pub fn is_empty(&self) -> bool {
        self.cuts.is_empty() && !self.missing
    }

    pub fn has_missing(&self) -> bool {
        self.missing
    }

    /// Whether a value that is known is among them.
    pub fn has_known(&self) -> bool {
        !self.cuts.is_empty()
    }

    pub fn has(&self, point: &Point) -> bool {
        self.and(&Range::point(point.clone())).has_known()
    }

    /// The least whole number among them that is not below `least`.
    pub fn least_from(&self, least: i64) -> Option<i64> {
        let rest = self.and(&Range::from(Point::Int(least)));
        match rest.cuts.first()? {
            Cut::Beside(Point::Int(first), _) => Some(*first),
            _ => None,
        }
    }

    /// How many pieces it has: what a set costs to work with.
    pub fn size(&self) -> usize {
        self.cuts.len()
    }

    /// Some known values, at the ends of its pieces.
    pub fn ends(&self) -> Vec<Point> {
        let beside = |cut: &Cut| match cut {
            Cut::Beside(point, _) => Some(point.clone()),
            Cut::Low => None,
        };
        let near = self.cuts.iter().filter_map(beside);
        let mut ends: Vec<Point> = near
            .flat_map(|point| [Some(point.clone()), lower(&point), higher(&point)])
            .flatten()
            .filter(|point| self.has(point))
            .collect();
        ends.dedup();
        ends
    }
}

fn lower(point: &Point) -> Option<Point> {
    beside(point, -1)
}

fn higher(point: &Point) -> Option<Point> {
    beside(point, 1)
}

/// A point a little further along its order.
fn beside(point: &Point, by: i64) -> Option<Point> {
    Some(match point {
        Point::Int(whole) => Point::Int(whole.checked_add(by)?),
        Point::Number(number) => {
            let step = Decimal::new(i128::from(by), number.scale()).ok()?;
            Point::Number(number.checked_add(step).ok()?)
        }
        Point::Day(day) => Point::Day(day.add_days(by).ok()?),
        Point::Bool(yes) => Point::Bool(!yes),
        Point::Text(text) if 0 < by => Point::Text(format!("{text}_").into()),
        Point::Text(_) | Point::Time(_) | Point::Length(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ints(from: i64, until: i64) -> Range {
        Range::from(Point::Int(from)).and(&Range::below(Point::Int(until)))
    }

    #[test]
    fn whole_numbers_have_nothing_between_them() {
        let between = ints(4, 5).minus(&Range::point(Point::Int(4)));
        assert!(between.is_empty());
        assert_eq!(ints(3, 9).minus(&ints(3, 7)).least_from(0), Some(7));
        assert_eq!(Range::point(Point::Int(i64::MAX)).not().least_from(i64::MAX), None);
    }

    #[test]
    fn what_is_not_among_them_includes_the_missing() {
        let five = Range::point(Point::Int(5));
        assert!(five.not().has_missing() && !five.not().has(&Point::Int(5)));
        assert_eq!(five.not().not(), five);
        assert_eq!(five.or(&five.not()), Range::all());
        assert!(Range::all().not().is_empty());
    }

    #[test]
    fn texts_are_points() {
        let text = |text: &str| Point::Text(text.into());
        let range = Range::points([text("b"), text("a"), text("b")]);
        assert!(range.has(&text("a")) && !range.has(&text("ab")));
        assert!(range.minus(&Range::points([text("a"), text("b")])).is_empty());
        assert_eq!(Range::point(text("a")).not().ends(), [text("a_")]);
    }
}
