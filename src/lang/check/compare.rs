//! `==`, `<` and their kin, and `in`.

use super::super::tree::{BinaryOp, Literal, Node, NodeId};
use super::super::types::{Kinds, Type};
use super::faults::{apart, currencies, cut, hinted, null_here, other_form, without};
use super::meter::Size;
use super::walk::Checker;
use crate::error::{Code, Fault, Text};

/// Whether two values may be compared.
enum Fit {
    Yes,
    No,
    Currencies,
    Forms,
}

impl Checker<'_> {
    /// A comparison; its type is known, whatever is wrong with it.
    pub fn compare(&mut self, id: NodeId, op: BinaryOp, left: NodeId, right: NodeId) {
        let (Some(a), Some(b)) = (self.ty(left), self.ty(right)) else { return };
        if *a == Type::Null || *b == Type::Null {
            return self.compare_null(op, left, right);
        }
        let ordering = !matches!(op, BinaryOp::Equal | BinaryOp::NotEqual);
        let allowed = if ordering { Kinds::ORDERED } else { EQUAL };
        if let Some((place, ty)) = self.outside(allowed, left, right) {
            return self.refuse_operand(id, op, place, &ty);
        }
        self.meet_or_list(left, right);
        let (Some(a), Some(b)) = (self.ty(left), self.ty(right)) else { return };
        let fault = match fit(a, b) {
            Fit::Yes => return,
            Fit::Currencies => currencies(a, b),
            Fit::Forms => other_form(),
            Fit::No => apart(op, a, b),
        };
        let hint = self.bridge(left, right);
        self.refuse(self.span(id), hinted(fault, hint));
    }

    /// The operand whose type the operator does not have.
    fn outside(&self, allowed: Kinds, left: NodeId, right: NodeId) -> Option<(NodeId, Type)> {
        [left, right].into_iter().find_map(|id| {
            let ty = self.ty(id)?;
            (!ty.is(allowed)).then(|| (id, ty.clone()))
        })
    }

    fn refuse_operand(&mut self, id: NodeId, op: BinaryOp, place: NodeId, ty: &Type) {
        let hint = self.for_operand(id, op, place, ty);
        self.refuse(self.span(id), hinted(without(op, ty), hint));
    }

    fn compare_null(&mut self, op: BinaryOp, left: NodeId, right: NodeId) {
        if !matches!(op, BinaryOp::Equal | BinaryOp::NotEqual) {
            let place = if self.ty(left) == Some(&Type::Null) { left } else { right };
            return self.refuse(self.span(place), null_here());
        }
        for id in [left, right] {
            if self.ty(id).is_some_and(|ty| !ty.is(Kinds::OPTIONAL) && *ty != Type::Null) {
                let text = cut(self.text(id));
                let fault = Fault::new(
                    Code::TypeMismatch,
                    format!("`{text}` is never missing, and cannot be compared with `null`"),
                    format!("`{text}` 不会缺失，不能与 `null` 比较"),
                )
                .hint(
                    format!("to ask whether it is empty, write `{text}.size() == 0`"),
                    format!("询问是否为空，请写 `{text}.size() == 0`"),
                );
                self.refuse(self.span(id), fault);
            }
        }
    }

    fn meet_or_list(&mut self, left: NodeId, right: NodeId) {
        for (constant, other) in [(left, right), (right, left)] {
            if matches!(self.node(constant), Node::Literals(_))
                && !matches!(self.node(other), Node::Literals(_))
                && let Some(Type::List(element)) = self.ty(other).cloned()
            {
                let ty = self.adopt_elements(constant, &element);
                return self.set(constant, ty);
            }
        }
        self.meet(left, right);
    }

    /// `left in right`
    pub fn member(&mut self, id: NodeId, left: NodeId, right: NodeId) {
        let (Some(a), Some(b)) = (self.ty(left), self.ty(right)) else { return };
        if *a == Type::Null {
            return self.refuse(self.span(left), null_here());
        }
        match b {
            Type::Set(profile) => {
                let texts = Type::Text(*profile);
                if self.is_constant(left) {
                    self.adopt(left, &texts);
                }
                self.go_through(id, right);
                self.expect_member(id, left, &texts);
            }
            Type::List(element) if **element == Type::Null => {}
            Type::List(element) => {
                let element = (**element).clone();
                let ty = match self.node(right) {
                    Node::Literals(_) if !self.is_constant(left) => {
                        let wanted = a.clone();
                        let ty = self.adopt_elements(right, &wanted);
                        self.set(right, ty.clone());
                        match ty {
                            Some(Type::List(element)) => *element,
                            _ => return,
                        }
                    }
                    Node::Literals(_) => element,
                    _ => {
                        if self.is_constant(left) {
                            self.adopt(left, &element);
                        }
                        self.go_through(id, right);
                        element
                    }
                };
                self.expect_member(id, left, &ty);
            }
            other => {
                let fault = without(BinaryOp::In, &other.clone());
                let hint = self.instead_of_in(left, right);
                self.refuse(self.span(right), hinted(fault, hint));
            }
        }
    }

    /// Refuses `left` where the elements are of another type.
    fn expect_member(&mut self, id: NodeId, left: NodeId, element: &Type) {
        let Some(ty) = self.ty(left) else { return };
        let fault = match fit(ty, element) {
            Fit::Yes => return,
            Fit::Currencies => currencies(ty, element),
            Fit::Forms => other_form(),
            Fit::No => apart(BinaryOp::In, ty, element),
        };
        let text = cut(self.text(left));
        let hint = between(ty, element, &text).or_else(|| between(element, ty, &text));
        self.refuse(self.span(id), hinted(fault, hint));
    }

    /// Counts the work of looking through what `list` holds.
    pub fn go_through(&mut self, id: NodeId, list: NodeId) {
        let size = self.size_of(list);
        if !self.meter.go_through(size) {
            self.nests_too_deep(id);
        }
    }

    /// How many elements a node has at most.
    pub fn size_of(&self, id: NodeId) -> Size {
        match (self.ty(id), self.node(id)) {
            (Some(Type::Events(kind)), _) => Size::Events(*kind),
            (_, Node::Literals(literals)) => Size::Items(literals.len() as u64),
            (_, Node::List(items)) => Size::Items(items.len() as u64),
            _ => self.meter.list(id).unwrap_or(Size::Set),
        }
    }

    fn instead_of_in(&self, left: NodeId, right: NodeId) -> Option<Text> {
        let (a, b) = (cut(self.text(left)), cut(self.text(right)));
        let text = match self.ty(right)? {
            Type::Text(_) => format!("{b}.contains({a})"),
            Type::Events(_) => format!("{b}.exists(x, ...)"),
            ty if self.ty(left).is_some_and(|left| matches!(fit(left, ty), Fit::Yes)) => {
                format!("{a} == {b}")
            }
            _ => return None,
        };
        Some(write(&text))
    }

    /// A way out for an operand that an operator does not have.
    fn for_operand(&self, id: NodeId, op: BinaryOp, place: NodeId, ty: &Type) -> Option<Text> {
        let text = cut(self.text(place));
        match ty {
            Type::Events(_) => Some(write(&format!("{text}.size()"))),
            Type::Event(_) => Some(Text::new(
                format!("compare a field of it, as in `{text}.at`"),
                format!("请比较它的字段，如 `{text}.at`"),
            )),
            Type::Set(_) => Some(write(&format!("'...' in {text}"))),
            Type::Bool => Some(Text::new(
                format!("a yes or no is a condition by itself: `{text}` or `!{text}`"),
                format!("是非值本身就是条件：`{text}` 或 `!{text}`"),
            )),
            Type::Enum(_) => Some(Text::new(
                "labels have no order; list those that are meant: `... in ['...', '...']`",
                "选项没有大小之分，请列出所需选项：`... in ['...', '...']`",
            )),
            Type::Period => Some(Text::new(
                "how long a period is depends on where it starts; compare instants: `at > ago(days(30))`",
                "日历周期的长短取决于起点，请比较时间点：`at > ago(days(30))`",
            )),
            Type::List(_) if op != BinaryOp::Equal => self.as_in(id),
            _ => None,
        }
    }

    fn as_in(&self, id: NodeId) -> Option<Text> {
        match self.node(id) {
            Node::Binary { left, right, .. } => {
                Some(write(&format!("{} in {}", cut(self.text(*left)), cut(self.text(*right)))))
            }
            _ => None,
        }
    }

    /// A way out for two operands that do not go together.
    fn bridge(&self, left: NodeId, right: NodeId) -> Option<Text> {
        let (a, b) = (self.ty(left)?, self.ty(right)?);
        for (literal, other) in [(right, a), (left, b)] {
            if let Node::Literal(Literal::Text(text)) = self.node(literal) {
                let text = cut(text);
                match other {
                    Type::Date => return Some(write(&format!("date('{text}')"))),
                    Type::Timestamp => return Some(write(&format!("timestamp('{text}')"))),
                    Type::Duration => return Some(write(&format!("duration('{text}')"))),
                    _ if other.is(Kinds::NUMBER) && text.parse::<f64>().is_ok() => {
                        return Some(Text::new(
                            format!("write the number without quotes: `{text}`"),
                            format!("数字不加引号：`{text}`"),
                        ));
                    }
                    Type::Bool if matches!(text.as_str(), "true" | "false") => {
                        return Some(write(&text));
                    }
                    _ => {}
                }
            }
        }
        between(a, b, &cut(self.text(left))).or_else(|| between(b, a, &cut(self.text(right))))
    }
}

/// What `==` can compare.
const EQUAL: Kinds = Kinds::SCALAR.or(Kinds::LIST);

fn fit(a: &Type, b: &Type) -> Fit {
    use Type::{Bool, Date, Decimal, Double, Duration, Enum, Int, List, Money, Timestamp};
    let fits = match (a, b) {
        (Int | Double, Int | Double) => true,
        (Int | Decimal(_), Int | Decimal(_)) => true,
        (Money(x, _), Money(y, _)) if x != y => return Fit::Currencies,
        (Money(..), Money(..)) => true,
        (Type::Text(x), Type::Text(y)) if x != y => return Fit::Forms,
        (Type::Text(_), Type::Text(_)) => true,
        (Enum(x), Enum(y)) => x == y,
        (List(x), List(y)) => **x == Type::Null || **y == Type::Null || x == y,
        (Bool, Bool) | (Timestamp, Timestamp) | (Date, Date) | (Duration, Duration) => true,
        _ => false,
    };
    if fits { Fit::Yes } else { Fit::No }
}

/// A way from one type to the other, where there is one; `text` is of type `a`.
fn between(a: &Type, b: &Type, text: &str) -> Option<Text> {
    let hint = match (a, b) {
        (Type::Date, Type::Timestamp) => Text::new(
            "a day is no instant: compare with `today()`, `today() - days(30)` or `date('2026-03-31')`",
            "日期不是时间点：请与 `today()`、`today() - days(30)` 或 `date('2026-03-31')` 比较",
        ),
        (Type::Enum(_), Type::Text(_) | Type::Set(_)) => write(&format!("string({text})")),
        (Type::Decimal(_) | Type::Int, Type::Double) if text.parse::<f64>().is_err() => {
            write(&format!("double({text})"))
        }
        (Type::Int | Type::Decimal(_) | Type::Double, Type::Money(..)) => Text::new(
            "an amount is compared with an amount: a parameter of type money, or one number as in `100.00`",
            "金额只能与金额比较：可用金额类型的参数，或直接写一个数，如 `100.00`",
        ),
        (Type::Duration, Type::Period) => Text::new(
            "a duration is compared with a duration, as in `duration('36h')`",
            "时长只能与时长比较，如 `duration('36h')`",
        ),
        (Type::Date, Type::Text(_)) => write("date('2026-03-31')"),
        (Type::Timestamp, Type::Text(_)) => write("timestamp('2026-03-31T08:00:00+08:00')"),
        (Type::Int | Type::Double, Type::Text(_)) if text.parse::<f64>().is_ok() => Text::new(
            format!("write the text in quotes: `'{text}'`"),
            format!("文本要加引号：`'{text}'`"),
        ),
        _ => return None,
    };
    Some(hint)
}

fn write(text: &str) -> Text {
    Text::new(format!("write `{text}`"), format!("请写 `{text}`"))
}
