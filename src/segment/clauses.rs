//! A condition as what it is made of, asked about everybody: which of its ends
//! decides for whom, and which for nobody.

use crate::facts::Bits;
use crate::lang::Checked;
use crate::lang::tree::{BinaryOp, Node, NodeId};

/// A condition as `&&`, `||` and `!` of ends.
#[derive(Debug, Clone)]
pub struct Clauses {
    shape: Shape,
    /// The ends as they are written, in their order.
    ends: Vec<String>,
}

#[derive(Debug, Clone)]
enum Shape {
    All(Vec<Shape>),
    Any(Vec<Shape>),
    Not(Box<Shape>),
    End(usize),
}

/// One end that is taken for true, or for false, whoever it is about.
type Forced = Option<(usize, bool)>;

impl Clauses {
    /// What a condition is made of.
    ///
    /// ```
    /// use guanxi::facts::Schema;
    /// use guanxi::lang::{Scope, check_condition};
    /// use guanxi::segment::Clauses;
    /// let source = r#"{"attributes": {"age": {"type": "int"}, "vip": {"type": "bool"}}}"#;
    /// let schema = Schema::from_json(source)?;
    /// let checked = check_condition("!(vip || age < 18) && age < 60", &Scope::of(&schema))?;
    /// assert_eq!(Clauses::of(&checked).ends(), ["vip", "age < 18", "age < 60"]);
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    pub fn of(checked: &Checked) -> Clauses {
        let mut ends = Vec::new();
        let shape = shape(checked, checked.tree.root, &mut ends);
        Clauses { shape, ends }
    }

    /// The ends as they are written, in their order.
    pub fn ends(&self) -> &[String] {
        &self.ends
    }

    /// For whom the condition holds, where it is known for whom each end does.
    pub fn holds(&self, ends: &[Bits]) -> Bits {
        self.with(ends, None)
    }

    /// For whom an end decides: it would come out otherwise for them if that end
    /// did.
    pub fn decides(&self, ends: &[Bits], end: usize) -> Bits {
        let (yes, no) = (self.with(ends, Some((end, true))), self.with(ends, Some((end, false))));
        joined(&yes, &no, |yes, no| yes ^ no)
    }

    /// For whom the condition would hold if an end were left out; `None` where it
    /// is the only one.
    pub fn without(&self, ends: &[Bits], end: usize) -> Option<Bits> {
        let neutral = neutral(&self.shape, end, None)?;
        Some(self.with(ends, Some((end, neutral))))
    }

    fn with(&self, ends: &[Bits], forced: Forced) -> Bits {
        let n = ends.first().map_or(0, Bits::len);
        evaluate(&self.shape, ends, forced, n)
    }
}

fn shape(checked: &Checked, id: NodeId, ends: &mut Vec<String>) -> Shape {
    match checked.tree.node(id) {
        Node::Binary { op: op @ (BinaryOp::And | BinaryOp::Or), .. } => {
            // Chains are as long as a text, brackets no deeper than a parser goes.
            let (mut parts, mut below) = (Vec::new(), vec![id]);
            while let Some(next) = below.pop() {
                match checked.tree.node(next) {
                    Node::Binary { op: have, left, right } if have == op => {
                        below.extend([*right, *left]);
                    }
                    _ => parts.push(shape(checked, next, ends)),
                }
            }
            if *op == BinaryOp::And { Shape::All(parts) } else { Shape::Any(parts) }
        }
        Node::Not { .. } => {
            let (mut odd, mut inner) = (false, id);
            while let Node::Not { of } = checked.tree.node(inner) {
                (odd, inner) = (!odd, *of);
            }
            let inner = shape(checked, inner, ends);
            if odd { Shape::Not(Box::new(inner)) } else { inner }
        }
        _ => {
            ends.push(checked.text(id).to_owned());
            Shape::End(ends.len() - 1)
        }
    }
}

fn evaluate(shape: &Shape, ends: &[Bits], forced: Forced, n: usize) -> Bits {
    let parts = |parts: &[Shape], join: fn(u64, u64) -> u64, begin: Bits| {
        parts
            .iter()
            .fold(begin, |whole, part| joined(&whole, &evaluate(part, ends, forced, n), join))
    };
    match (shape, forced) {
        (Shape::All(all), _) => parts(all, |a, b| a & b, Bits::all(n)),
        (Shape::Any(any), _) => parts(any, |a, b| a | b, Bits::none(n)),
        (Shape::Not(inner), _) => evaluate(inner, ends, forced, n).complement(),
        (Shape::End(end), Some((meant, yes))) if *end == meant => {
            if yes {
                Bits::all(n)
            } else {
                Bits::none(n)
            }
        }
        (Shape::End(end), _) => ends.get(*end).cloned().unwrap_or_default(),
    }
}

/// What an end is taken for where it is to say nothing: what `&&` and `||` do
/// not mind.
fn neutral(shape: &Shape, end: usize, minds: Option<bool>) -> Option<bool> {
    match shape {
        Shape::All(parts) => parts.iter().find_map(|part| neutral(part, end, Some(true))),
        Shape::Any(parts) => parts.iter().find_map(|part| neutral(part, end, Some(false))),
        Shape::Not(inner) => neutral(inner, end, minds.map(|minds| !minds)),
        Shape::End(own) if *own == end => minds,
        Shape::End(_) => None,
    }
}

fn joined(a: &Bits, b: &Bits, join: fn(u64, u64) -> u64) -> Bits {
    let words = a.words().iter().zip(b.words()).map(|(a, b)| join(*a, *b));
    Bits::from_words(words.collect(), a.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Schema;
    use crate::lang::{Scope, check_condition};

    fn clauses(source: &str) -> Clauses {
        let attribute = |name| format!(r#""{name}": {{"type": "bool"}}"#);
        let attributes: Vec<String> = ["a", "b", "c"].map(attribute).into();
        let schema = format!(r#"{{"attributes": {{{}}}}}"#, attributes.join(", "));
        let schema = Schema::from_json(&schema).unwrap();
        Clauses::of(&check_condition(source, &Scope::of(&schema)).unwrap())
    }

    /// Every way in which three ends can come out, a customer each.
    fn ways() -> Vec<Bits> {
        let of = |end: usize| {
            let mut bits = Bits::none(8);
            (0..8).for_each(|row| bits.set(row, row >> end & 1 == 1));
            bits
        };
        (0..3).map(of).collect()
    }

    fn rows(bits: &Bits) -> Vec<usize> {
        bits.rows().collect()
    }

    #[test]
    fn an_end_decides_for_whom_it_matters() {
        let either = clauses("a && (b || !c)");
        let ways = ways();
        assert_eq!(rows(&either.holds(&ways)), [1, 3, 7]);
        // `a` matters where the rest holds: b, or not c.
        assert_eq!(rows(&either.decides(&ways, 0)), [0, 1, 2, 3, 6, 7]);
        // `b` matters where `a` holds and `c` too.
        assert_eq!(rows(&either.decides(&ways, 1)), [5, 7]);
        assert_eq!(rows(&either.decides(&ways, 2)), [1, 5]);
    }

    #[test]
    fn leaving_an_end_out_is_leaving_it_out_of_the_text() {
        let ways = ways();
        let whole = clauses("a && (b || !c)");
        for (end, text) in ["b || !c", "a && !c", "a && b"].into_iter().enumerate() {
            let others = ways.iter().enumerate().filter(|(at, _)| *at != end);
            let others: Vec<Bits> = others.map(|(_, bits)| bits.clone()).collect();
            let shorter = clauses(text).holds(&others);
            assert_eq!(whole.without(&ways, end), Some(shorter), "{text}");
        }
        assert!(clauses("!a").without(&ways, 0).is_none());
    }
}
