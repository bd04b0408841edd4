//! Comparisons of values with constants and with each other.

use super::condition::{atom, unless};
use super::exporter::{Condition, Exporter};
use super::expression::{Arithmetic, Compare, Expression, Function};
use super::operand::exact;
use super::parameter::{Kind as Bound, Parameter};
use super::tables::Stored;
use super::value::{Clock, Kind, Value, day, instant};
use crate::lang::tree::NodeId;
use crate::lang::{Type, Value as Constant};
use crate::units::{Day, Decimal, Period};

/// Texts or numbers that are written one by one; longer lists are one parameter.
const FEW: usize = 100;

impl Exporter<'_> {
    pub fn compare(
        &mut self,
        node: NodeId,
        op: Compare,
        left: NodeId,
        right: NodeId,
        exact: bool,
    ) -> Option<Condition> {
        let (of, constant, op) = match (self.constants.value(left), self.constants.value(right)) {
            (_, Some(constant)) => (left, constant, op),
            (Some(constant), None) => (right, constant, op.flipped()),
            (None, None) => return self.compare_two(node, op, left, right, exact),
        };
        let Ok(constant) = constant else {
            return Some(Condition { piece: Expression::Neither, fallible: true });
        };
        if !constant.is_known() {
            let missing = self.missing(of)?;
            if op == Compare::Equal {
                return Some(missing);
            }
            // Nothing is ordered beside a missing value, and errors stay errors.
            return Some(match missing.fallible {
                true => {
                    let error = missing.piece.null();
                    Condition { piece: unless(error, Expression::Constant(false)), fallible: true }
                }
                false => Condition::sure(Expression::Constant(false)),
            });
        }
        if let Type::Event(_) | Type::List(_) | Type::Set(_) | Type::Events(_) = self.ty(of) {
            return self.refuse(
                node,
                "lists have no order and no equals in SQL",
                "列表在 SQL 中无法比较",
            );
        }
        let value = self.value(of)?;
        let piece = self.beside(node, &value, op, &constant)?;
        if let Kind::Moved(stored, period, forward) = value.kind {
            let fails = self.moved_too_far(&value, stored, period, forward);
            return Some(atom(piece, &[&value.failing(fails)], exact));
        }
        Some(atom(piece, &[&value], exact))
    }

    /// A value beside a constant.
    fn beside(
        &mut self,
        node: NodeId,
        value: &Value,
        op: Compare,
        constant: &Constant,
    ) -> Option<Expression> {
        Some(match (value.kind, constant) {
            (Kind::Bool, Constant::Bool(yes)) if op == Compare::Equal => {
                let piece = value.piece.clone();
                if *yes { piece } else { Expression::Not(Box::new(piece)) }
            }
            (Kind::Text(false), _) => return self.unprepared(node),
            (Kind::Text(true), Constant::Text(text)) => {
                return self.beside_text(node, value, op, text);
            }
            (Kind::Instant(_), Constant::Timestamp(at)) => {
                let (micros, rest) = at.split();
                let nanos = i128::from(micros.micros()) * 1_000 + i128::from(rest);
                self.beside_number(value, op, Decimal::new(nanos, 9).ok()?)
            }
            (Kind::Duration, Constant::Duration(length)) => {
                self.beside_number(value, op, Decimal::new(length.nanos().into(), 9).ok()?)
            }
            (Kind::Day(stored), Constant::Date(of)) => {
                value.piece.clone().compare(op, Expression::Parameter(day(*of, stored)))
            }
            (Kind::Age(stored), Constant::Int(years)) => self.beside_age(value, op, *years, stored),
            (Kind::Moved(stored, period, forward), Constant::Date(of)) => {
                self.beside_moved(value, op, *of, (stored, period, forward))
            }
            (Kind::Int | Kind::Exact(_), Constant::Int(number)) => {
                self.beside_number(value, op, Decimal::from_int(*number))
            }
            (
                Kind::Int | Kind::Exact(_),
                Constant::Decimal(number) | Constant::Money(number, _),
            ) => self.beside_number(value, op, *number),
            (_, Constant::Double(_)) => return self.doubles(node),
            _ => {
                return self.refuse(
                    node,
                    "this comparison has no SQL that gives the same in every engine",
                    "此比较没有在各引擎中结果都相同的 SQL",
                );
            }
        })
    }

    fn beside_text(
        &mut self,
        node: NodeId,
        value: &Value,
        op: Compare,
        text: &str,
    ) -> Option<Expression> {
        if text.contains('\0') && !self.dialect.has_nul {
            if op == Compare::Equal {
                return Some(Expression::Constant(false));
            }
            return self.refuse(node, "this engine's texts have no NUL", "该引擎的文本不能含 NUL");
        }
        let text = Expression::Parameter(Parameter::text(text));
        Some(value.piece.clone().compare(op, text))
    }

    /// An instant beside one of whole microseconds.
    pub fn beside_micros(&self, value: &Value, op: Compare, micros: i128) -> Expression {
        match Decimal::new(micros, 6) {
            Ok(number) => self.beside_number(value, op, number),
            Err(_) => Expression::Constant(false),
        }
    }

    /// A number of units beside an exact number, without any arithmetic.
    fn beside_number(&self, value: &Value, op: Compare, number: Decimal) -> Expression {
        let scale = match value.kind {
            Kind::Instant(Clock::Native(_)) => 6,
            Kind::Instant(Clock::Text) => 0,
            _ => value.scale().unwrap_or(0),
        };
        let (floor, whole) = floor(number, scale);
        let op = match op {
            Compare::Equal if !whole => return Expression::Constant(false),
            // What is at most a fraction is at most the whole number below it.
            Compare::Less if !whole => Compare::LessEqual,
            Compare::GreaterEqual if !whole => Compare::Greater,
            op => op,
        };
        let piece = value.piece.clone();
        let (low, high) = value.range;
        let always = match op {
            _ if floor < low => Some(matches!(op, Compare::Greater | Compare::GreaterEqual)),
            _ if high < floor => Some(matches!(op, Compare::Less | Compare::LessEqual)),
            _ => None,
        };
        if let Kind::Instant(clock @ (Clock::Native(_) | Clock::Text)) = value.kind {
            let micros = if scale == 6 { floor } else { floor.saturating_mul(1_000_000) };
            let micros = i64::try_from(micros).map_or(i64::MAX, |micros| micros);
            let bound = Expression::Parameter(instant(micros, clock));
            return piece.compare(op, bound);
        }
        match always {
            Some(true) => value.is_null().negated(),
            Some(false) => Expression::Constant(false),
            // Small numbers that are no secret are easier to read in place.
            None if floor == 0 => piece.compare(op, Expression::Number(0)),
            None => piece.compare(op, Expression::whole(floor)),
        }
    }

    /// Full years to today: the days of birth for which they are so many.
    fn beside_age(&self, value: &Value, op: Compare, years: i64, stored: Stored) -> Expression {
        let calendar = self.definitions.calendar;
        let today = calendar.zone().day_of(self.now);
        let age = |of: Day| calendar.age(of, today);
        // The later the birth, the younger: the first day with at most so many.
        let at_most = |years: i64| first_day(|of| age(of) <= years);
        let born = |op: Compare, from: Option<Day>, otherwise: bool| match from {
            Some(from) => value.piece.clone().compare(op, Expression::Parameter(day(from, stored))),
            None if otherwise => value.is_null().negated(),
            None => Expression::Constant(false),
        };
        match op {
            Compare::LessEqual => born(Compare::GreaterEqual, at_most(years), false),
            Compare::Less => born(Compare::GreaterEqual, at_most(years.saturating_sub(1)), false),
            Compare::Greater => born(Compare::Less, at_most(years), true),
            Compare::GreaterEqual => born(Compare::Less, at_most(years.saturating_sub(1)), true),
            Compare::Equal => Expression::all(vec![
                born(Compare::GreaterEqual, at_most(years), false),
                born(Compare::Less, at_most(years.saturating_sub(1)), true),
            ]),
        }
    }

    /// A moved day beside another: the days that are moved there.
    fn beside_moved(
        &self,
        value: &Value,
        op: Compare,
        bound: Day,
        (stored, period, forward): (Stored, Period, bool),
    ) -> Expression {
        let moved = |of: Day| {
            let calendar = self.definitions.calendar;
            let moved = if forward {
                calendar.day_add(of, period)
            } else {
                calendar.day_subtract(of, period)
            };
            // Beyond the end of time, on the side that was aimed at.
            let beyond = if forward == (0 <= period.n()) { i32::MAX } else { i32::MIN };
            moved.map_or(beyond, Day::days)
        };
        let from = |bound: i32| first_day(|of| bound <= moved(of));
        let at = |op: Compare, from: Option<Day>, otherwise: bool| match from {
            Some(from) => value.piece.clone().compare(op, Expression::Parameter(day(from, stored))),
            None if otherwise => value.is_null().negated(),
            None => Expression::Constant(false),
        };
        let (this, next) = (from(bound.days()), from(bound.days().saturating_add(1)));
        match op {
            Compare::GreaterEqual => at(Compare::GreaterEqual, this, false),
            Compare::Greater => at(Compare::GreaterEqual, next, false),
            Compare::Less => at(Compare::Less, this, true),
            Compare::LessEqual => at(Compare::Less, next, true),
            Compare::Equal => Expression::all(vec![
                at(Compare::GreaterEqual, this, false),
                at(Compare::Less, next, true),
            ]),
        }
    }

    /// When a day cannot be moved, being too near the end of time.
    fn moved_too_far(
        &self,
        value: &Value,
        stored: Stored,
        period: Period,
        forward: bool,
    ) -> Option<Expression> {
        let calendar = self.definitions.calendar;
        let fails = |of: Day| {
            let moved = if forward {
                calendar.day_add(of, period)
            } else {
                calendar.day_subtract(of, period)
            };
            moved.is_err()
        };
        let (first, last) = (Day::clamped(i64::MIN), Day::clamped(i64::MAX));
        let bound = |of: Day| Expression::Parameter(day(of, stored));
        let piece = value.piece.clone();
        if fails(last) {
            let from = first_day(fails)?;
            return Some(piece.compare(Compare::GreaterEqual, bound(from)).truth());
        }
        if fails(first) {
            let from = first_day(|of| !fails(of))?;
            return Some(piece.compare(Compare::Less, bound(from)).truth());
        }
        None
    }

    fn compare_two(
        &mut self,
        node: NodeId,
        op: Compare,
        left: NodeId,
        right: NodeId,
        exact: bool,
    ) -> Option<Condition> {
        if let Type::Event(_) | Type::List(_) | Type::Set(_) | Type::Events(_) = self.ty(left) {
            return self.refuse(
                node,
                "lists have no order and no equals in SQL",
                "列表在 SQL 中无法比较",
            );
        }
        let (a, b) = (self.value(left), self.value(right));
        let (a, b) = (a?, b?);
        let (a, b) = self.comparable(node, a, b)?;
        let both = a.nullable && b.nullable;
        if op == Compare::Equal && both {
            // Missing equals missing.
            let piece = Expression::Same(Box::new(a.piece), Box::new(b.piece));
            let fails = super::value::either(a.fails, b.fails);
            return Some(match fails {
                Some(fails) => Condition { piece: unless(fails, piece), fallible: true },
                None => Condition::sure(piece),
            });
        }
        let piece = a.piece.clone().compare(op, b.piece.clone());
        Some(atom(piece, &[&a, &b], exact))
    }

    /// Two values counted, or kept, alike.
    fn comparable(&mut self, node: NodeId, a: Value, b: Value) -> Option<(Value, Value)> {
        match (a.kind, b.kind) {
            (Kind::Text(false), _) | (_, Kind::Text(false)) => self.unprepared(node),
            (Kind::Bool, Kind::Bool) | (Kind::Text(_), Kind::Text(_)) => Some((a, b)),
            (Kind::Instant(of_a), Kind::Instant(of_b)) if of_a == of_b => Some((a, b)),
            (Kind::Instant(_), Kind::Instant(_)) => Some((self.in_micros(a), self.in_micros(b))),
            (Kind::Day(of_a), Kind::Day(of_b)) if of_a == of_b => Some((a, b)),
            (Kind::Duration, Kind::Duration) => Some((a, b)),
            (Kind::Int | Kind::Exact(_), Kind::Int | Kind::Exact(_)) => {
                let scale = a.scale()?.max(b.scale()?);
                if a.scale() == b.scale() {
                    return Some((a, b));
                }
                Some((self.finer(a, scale), self.finer(b, scale)))
            }
            _ => self.refuse_with(
                node,
                (
                    "these two are kept or computed in different ways",
                    "这两个值的保存或计算方式不同",
                ),
                ("compare each with a constant", "请各自与常量比较"),
            ),
        }
    }

    /// A number with more decimal places, to be compared only: never an error.
    fn finer(&mut self, value: Value, scale: u8) -> Value {
        let more = scale.saturating_sub(value.scale().unwrap_or(scale));
        if more == 0 {
            return value;
        }
        let factor = Box::new(Expression::Number(10_i64.pow(more.into())));
        let wide = match self.dialect.room {
            super::dialect::Room::Bits64 => value.piece,
            _ => Expression::apply(Function::Wide, vec![value.piece]),
        };
        let mut piece = Expression::Arithmetic(Arithmetic::Multiply, Box::new(wide), factor);
        if self.dialect.room == super::dialect::Room::Bits64 {
            piece = Expression::apply(Function::Sound, vec![piece]);
        }
        Value { piece, kind: Kind::Exact(scale), ..value }
    }

    /// A value among constants.
    pub fn one_of(
        &mut self,
        node: NodeId,
        value: &Value,
        items: &[Constant],
    ) -> Option<Expression> {
        let mut parameters: Vec<Parameter> = Vec::new();
        for item in items {
            match (value.kind, item) {
                (Kind::Text(false), _) => return self.unprepared(node),
                (Kind::Text(true), Constant::Text(text)) => {
                    if self.dialect.has_nul || !text.contains('\0') {
                        parameters.push(Parameter::text(text));
                    }
                }
                (Kind::Int | Kind::Exact(_), Constant::Double(_)) => return self.doubles(node),
                (Kind::Int | Kind::Exact(_), item) => {
                    let units = exact(item, value.scale().unwrap_or(0));
                    let inside = |units: &i128| value.range.0 <= *units && *units <= value.range.1;
                    parameters.extend(units.filter(inside).map(Parameter::whole));
                }
                (Kind::Day(stored), Constant::Date(of)) => parameters.push(day(*of, stored)),
                (Kind::Bool, Constant::Bool(_)) | (Kind::Instant(_), _) => {
                    return self.each_of(node, value, items);
                }
                (_, item) if !item.is_known() => {}
                _ => return self.each_of(node, value, items),
            }
        }
        parameters.sort_by(|a, b| a.value.cmp(&b.value));
        parameters.dedup();
        let of = value.piece.clone();
        Some(match parameters.len() {
            0 => Expression::Constant(false),
            n if n <= FEW => Expression::In(Box::new(of), parameters),
            _ => {
                let texts = matches!(value.kind, Kind::Text(_) | Kind::Day(Stored::Text));
                if !texts && matches!(value.kind, Kind::Day(Stored::Date)) {
                    return self.refuse(
                        node,
                        "a list of so many days has no SQL",
                        "过长的日期列表没有对应的 SQL",
                    );
                }
                Expression::InJson(Box::new(of), json(&parameters, texts), texts)
            }
        })
    }

    fn each_of(&mut self, node: NodeId, value: &Value, items: &[Constant]) -> Option<Expression> {
        if FEW < items.len() {
            return self.refuse(
                node,
                "so long a list has no SQL for this type",
                "此类型的过长列表没有对应的 SQL",
            );
        }
        let mut any = Vec::new();
        for item in items.iter().filter(|item| item.is_known()) {
            any.push(self.beside(node, value, Compare::Equal, item)?);
        }
        Some(Expression::any(any))
    }
}

/// All constants of a list as one parameter.
fn json(parameters: &[Parameter], texts: bool) -> Parameter {
    let mut out = String::from("[");
    for (at, parameter) in parameters.iter().enumerate() {
        if 0 < at {
            out.push(',');
        }
        if texts {
            out.push_str(&crate::json::quote(&parameter.value));
        } else {
            out.push_str(&parameter.value);
        }
    }
    out.push(']');
    Parameter::new(Bound::Json, out)
}

/// A number in units of a scale, rounded down, and whether that is exact.
fn floor(number: Decimal, scale: u8) -> (i128, bool) {
    if number.scale() <= scale {
        let factor = 10_i128.pow(u32::from(scale - number.scale()));
        // Far outside of what any column holds.
        return (number.units().saturating_mul(factor), true);
    }
    let factor = 10_i128.pow(u32::from(number.scale() - scale));
    (number.units().div_euclid(factor), number.units().rem_euclid(factor) == 0)
}

/// The first day for which a question that turns once from no to yes is yes.
fn first_day(yes: impl Fn(Day) -> bool) -> Option<Day> {
    let (mut low, mut high) =
        (i64::from(Day::clamped(i64::MIN).days()), i64::from(Day::clamped(i64::MAX).days()));
    if !yes(Day::clamped(high)) {
        return None;
    }
    while low < high {
        let middle = low + (high - low).div_euclid(2);
        if yes(Day::clamped(middle)) { high = middle } else { low = middle + 1 }
    }
    Some(Day::clamped(low))
}
