//! The operators of the builder, in one table.

use super::super::tree::BinaryOp;

/// What an operator of the builder is in the language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// `field == value`
    Compare(BinaryOp),
    /// `field.contains(value)`, or its complement.
    Method(&'static str, bool),
    /// `field == null`, `field != null`
    Presence(BinaryOp),
    /// `field in [...]`, or its complement.
    In(bool),
    /// `between(field, a, b)`, or its complement.
    Between(bool),
}

/// An operator of the builder.
#[derive(Debug)]
pub struct Operator {
    /// As it stands in `operator`.
    pub name: &'static str,
    /// What it says here.
    pub meaning: Meaning,
    /// In English, as its menu says it.
    pub en: &'static str,
    /// In Chinese.
    pub zh: &'static str,
}

const fn operator(
    name: &'static str,
    meaning: Meaning,
    en: &'static str,
    zh: &'static str,
) -> Operator {
    Operator { name, meaning, en, zh }
}

use BinaryOp::{Equal, Greater, GreaterEqual, Less, LessEqual, NotEqual};
use Meaning::{Between, Compare, In, Method, Presence};

/// The operators that react-querybuilder has by default, in its order.
#[rustfmt::skip]
pub static OPERATORS: [Operator; 18] = [
    operator("=", Compare(Equal), "=", "等于"),
    operator("!=", Compare(NotEqual), "!=", "不等于"),
    operator("<", Compare(Less), "<", "小于"),
    operator(">", Compare(Greater), ">", "大于"),
    operator("<=", Compare(LessEqual), "<=", "不大于"),
    operator(">=", Compare(GreaterEqual), ">=", "不小于"),
    operator("contains", Method("contains", true), "contains", "包含"),
    operator("beginsWith", Method("startsWith", true), "begins with", "开头是"),
    operator("endsWith", Method("endsWith", true), "ends with", "结尾是"),
    operator("doesNotContain", Method("contains", false), "does not contain", "不包含"),
    operator("doesNotBeginWith", Method("startsWith", false), "does not begin with", "开头不是"),
    operator("doesNotEndWith", Method("endsWith", false), "does not end with", "结尾不是"),
    operator("null", Presence(Equal), "is missing", "缺失"),
    operator("notNull", Presence(NotEqual), "is known", "已知"),
    operator("in", In(true), "is one of", "属于"),
    operator("notIn", In(false), "is none of", "不属于"),
    operator("between", Between(true), "between", "介于"),
    operator("notBetween", Between(false), "not between", "不介于"),
];

/// What an operator says, by its name.
pub(super) fn named(name: &str) -> Option<Meaning> {
    OPERATORS.iter().find(|operator| operator.name == name).map(|operator| operator.meaning)
}

/// The name of what says this.
pub(super) fn name_of(meaning: Meaning) -> Option<&'static str> {
    OPERATORS.iter().find(|operator| operator.meaning == meaning).map(|operator| operator.name)
}
