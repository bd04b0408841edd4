//! How the checker words what is wrong.

use super::super::print::quoted;
use super::super::scope::Meaning;
use super::super::tree::{BinaryOp, Node, NodeId};
use super::super::types::{Kinds, Type};
use super::walk::Checker;
use crate::error::{Code, Fault, Text};
use crate::units::shown;

/// `did you mean ...?` in both languages.
pub(super) fn meant(fault: Fault, name: &str) -> Fault {
    fault.meant(name)
}

/// The same fault with a way out, if there is one.
pub(super) fn hinted(fault: Fault, hint: Option<Text>) -> Fault {
    match hint {
        Some(hint) => fault.hint(hint.en, hint.zh),
        None => fault,
    }
}

/// A value of the wrong type where only some will do.
pub(super) fn unexpected(found: &Type, expected: Kinds) -> Fault {
    let (found, expected) = (found.words(), expected.words());
    Fault::new(
        Code::TypeMismatch,
        format!("this is {}, expected {}", found.en, expected.en),
        format!("此处是{}，应为{}", found.zh, expected.zh),
    )
}

/// Two types where one is needed.
pub(super) fn unlike(a: &Type, b: &Type) -> Fault {
    if let Some(fault) = other_kind(a, b) {
        return fault;
    }
    let (a, b) = (a.words(), b.words());
    Fault::new(
        Code::TypeMismatch,
        format!("one value is {}, the other is {}, expected one type", a.en, b.en),
        format!("一处是{}，另一处是{}，类型应一致", a.zh, b.zh),
    )
}

/// Two types that are called the same, and are not.
fn other_kind(a: &Type, b: &Type) -> Option<Fault> {
    let fault = |en: String, zh: String| Some(Fault::new(Code::TypeMismatch, en, zh));
    match (a, b) {
        (Type::Decimal(x), Type::Decimal(y)) => fault(
            format!("the values have {x} and {y} decimal places, expected the same"),
            format!("两处的小数位数为 {x} 与 {y}，应一致"),
        ),
        (Type::Enum(_), Type::Enum(_)) => fault(
            "the labels are of different lists, expected the same".to_owned(),
            "两处选项不属于同一组，应一致".to_owned(),
        ),
        (Type::Text(_) | Type::Set(_), Type::Text(_) | Type::Set(_)) => Some(other_form()),
        (Type::Event(_) | Type::Events(_), Type::Event(_) | Type::Events(_)) => fault(
            "the events are of different kinds, expected the same".to_owned(),
            "两处的事件种类不同，应一致".to_owned(),
        ),
        (Type::List(a), Type::List(b)) => other_kind(a, b),
        _ => None,
    }
}

/// Two values that do not go together.
pub(super) fn apart(op: BinaryOp, left: &Type, right: &Type) -> Fault {
    if let (Type::Enum(_), Type::Enum(_)) = (left, right)
        && let Some(fault) = other_kind(left, right)
    {
        return fault;
    }
    let (a, b) = (left.words(), right.words());
    let (en, zh) = doing(op);
    Fault::new(
        Code::TypeMismatch,
        format!("{} and {} cannot be {en}", a.en, b.en),
        format!("{}与{}不能{zh}", a.zh, b.zh),
    )
}

/// Two texts that are brought into different forms.
pub(super) fn other_form() -> Fault {
    Fault::new(
        Code::TypeMismatch,
        "the two texts are compared in different forms, expected the same text profile",
        "两个文本的比较方式不同，文本规格 (profile) 应相同",
    )
}

/// An operator that a type does not have.
pub(super) fn without(op: BinaryOp, ty: &Type) -> Fault {
    let words = ty.words();
    let sign = op.symbol();
    Fault::new(
        Code::NoOverload,
        format!("`{sign}` has no meaning for {}", words.en),
        format!("`{sign}` 不能用于{}", words.zh),
    )
}

/// Two currencies.
pub(super) fn currencies(left: &Type, right: &Type) -> Fault {
    let (a, b) = (left.words(), right.words());
    Fault::new(
        Code::CurrencyMismatch,
        format!("{} meets {}, expected one currency", a.en, b.en),
        format!("{}遇到{}，币种应一致", a.zh, b.zh),
    )
}

/// `null` where a value is needed.
pub(super) fn null_here() -> Fault {
    Fault::new(
        Code::TypeMismatch,
        "`null` can only be compared with `==` and `!=`",
        "`null` 只能用 `==` 和 `!=` 比较",
    )
    .hint("a comparison with a missing value is false by itself", "与缺失值比较的结果本来就是假")
}

/// More decimal places than an exact number has.
pub(super) fn too_fine(scale: u32) -> Fault {
    Fault::new(
        Code::TooFine,
        format!("the result has {scale} decimal places, expected at most 18"),
        format!("结果有 {scale} 位小数，最多 18 位"),
    )
}

/// A text for a message: cut when long.
pub(super) fn cut(text: &str) -> String {
    shown(text).into_owned()
}

/// What an operator does to two values: `cannot be compared`.
fn doing(op: BinaryOp) -> (&'static str, &'static str) {
    match op {
        BinaryOp::Add => ("added", "相加"),
        BinaryOp::Subtract => ("subtracted", "相减"),
        BinaryOp::Multiply => ("multiplied", "相乘"),
        BinaryOp::Divide => ("divided", "相除"),
        BinaryOp::Remainder => ("divided with a remainder", "求余"),
        _ => ("compared", "比较"),
    }
}

impl Checker<'_> {
    /// Refuses a node that is not true or false.
    pub fn expect_bool(&mut self, id: NodeId) {
        let Some(ty) = self.ty(id) else { return };
        if *ty != Type::Bool {
            let hint = self.as_condition(id, ty);
            let fault = hinted(unexpected(ty, Kinds::BOOL), hint);
            self.refuse(self.span(id), fault);
        }
    }

    /// Refuses an expression that is no condition as a whole.
    pub fn expect_condition(&mut self, root: NodeId) {
        let Some(ty) = self.ty(root) else { return };
        if *ty != Type::Bool {
            let words = ty.words();
            let fault = Fault::new(
                Code::NotACondition,
                format!("the expression is {}, expected a condition", words.en),
                format!("表达式的结果是{}，应为条件", words.zh),
            );
            let hint = self.as_condition(root, ty);
            self.refuse(self.span(root), hinted(fault, hint));
        }
    }

    /// What to write where a condition is wanted.
    fn as_condition(&self, id: NodeId, ty: &Type) -> Option<Text> {
        // Only what can be repeated without brackets.
        if matches!(
            self.node(id),
            Node::Binary { .. } | Node::Conditional { .. } | Node::Literal(_)
        ) {
            return None;
        }
        if self.meaning(id) == Some(Meaning::Now) {
            return None;
        }
        let text = cut(self.text(id));
        let any = ("to ask for any, write", "询问是否有，请写");
        let value = ("to ask for a value, write", "询问是否有值，请写");
        let compare = ("to compare it, write", "要作比较，请写");
        let ((en, zh), condition) = match ty {
            Type::Events(_) | Type::Set(_) | Type::List(_) => (any, format!("{text}.size() > 0")),
            _ if self.may_be_missing(id, ty) => (value, format!("{text} != null")),
            Type::Int | Type::Double | Type::Decimal(_) | Type::Money(..) => {
                (compare, format!("{text} > 0"))
            }
            Type::Enum(labels) => (compare, format!("{text} == {}", quoted(&labels.first()?.name))),
            Type::Text(_) => (compare, format!("{text} == '...'")),
            Type::Timestamp => (compare, format!("{text} > ago(days(30))")),
            _ => return None,
        };
        Some(Text::new(format!("{en} `{condition}`"), format!("{zh} `{condition}`")))
    }

    /// Whether asking for a value can be answered by no.
    fn may_be_missing(&self, id: NodeId, ty: &Type) -> bool {
        match (self.meaning(id), self.node(id)) {
            (Some(Meaning::Attribute(at)), _) => {
                self.scope.schema.attributes.get(at).is_some_and(|it| it.nullable)
            }
            (Some(Meaning::Field(at)), Node::Select { of, .. }) => match self.ty(*of) {
                Some(Type::Event(kind)) => {
                    let kind = self.scope.schema.kinds.get(*kind);
                    kind.and_then(|kind| kind.fields.get(at)).is_some_and(|it| it.nullable)
                }
                _ => false,
            },
            // The first of no events.
            _ => matches!(ty, Type::Event(_)),
        }
    }
}
