//! Rules: a field, an operator, a value.

use super::super::lexer::is_identifier;
use super::super::tree::{BinaryOp, Literal, NodeId};
use super::column::{Column, Columns, Fields};
use super::group::{Draft, wrong};
use super::operators::{self, Meaning, OPERATORS};
use super::relative::operator_for;
use crate::error::{Code, Fault};
use crate::json::{Json, pointer_push};
use crate::units::{nearest, shown};

const RULE: [&str; 13] = [
    "id",
    "path",
    "field",
    "operator",
    "value",
    "valueSource",
    "match",
    "lhs",
    "combinatorPreceding",
    "disabled",
    "muted",
    "meta",
    "valueType",
];

/// What stands for a choice that nobody has made yet.
const PLACEHOLDER: &str = "~";

/// Where the value of a rule comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    Value,
    Field,
    Parameter,
    Expression,
}

/// The left side of a rule.
pub(super) struct Subject<'a> {
    pub(super) node: NodeId,
    pub(super) column: Column<'a>,
}

/// One rule with its place.
#[derive(Clone, Copy)]
pub(super) struct Rule<'j> {
    pub(super) json: &'j Json,
    pub(super) pointer: &'j str,
}

impl Rule<'_> {
    pub(super) fn at(&self, key: &str) -> String {
        pointer_push(self.pointer, key)
    }
}

impl<'a> Draft<'a> {
    /// A rule as a condition.
    pub(super) fn rule(&mut self, json: &Json, pointer: &str) -> NodeId {
        let place = self.out.at(pointer);
        let part = self.out.parts.len();
        self.out.parts.push((place, NodeId(0)));
        self.keys(json, pointer, &RULE);
        let rule = Rule { json, pointer };
        let id = match json.get("match") {
            None | Some(Json::Null) => self.plain(rule),
            Some(mode) => self.matched(rule, mode),
        };
        if let Some(slot) = self.out.parts.get_mut(part) {
            slot.1 = id;
        }
        id
    }

    fn plain(&mut self, rule: Rule<'_>) -> NodeId {
        let operator = self.operator(rule);
        let (Some(subject), Some(operator)) = (self.subject(rule), operator) else {
            return self.out.literal(Literal::Bool(true));
        };
        match operator {
            Meaning::Presence(op) => {
                let null = self.out.literal(Literal::Null);
                self.out.binary(op, subject.node, null)
            }
            Meaning::Compare(op) => self.compare(rule, &subject, op),
            Meaning::Method(function, positive) => {
                let id = self.text_test(rule, &subject, function);
                if positive { id } else { self.out.not(id) }
            }
            Meaning::In(positive) => {
                let id = self.member_of(rule, &subject);
                if positive { id } else { self.out.not(id) }
            }
            Meaning::Between(positive) => {
                let id = self.between(rule, &subject);
                if positive { id } else { self.out.not(id) }
            }
        }
    }

    fn operator(&mut self, rule: Rule<'_>) -> Option<Meaning> {
        let pointer = rule.at("operator");
        match rule.json.get("operator") {
            Some(Json::Text(name)) if &**name == PLACEHOLDER => {
                self.fault(not_chosen("an operator", "运算符"), &pointer);
                None
            }
            Some(Json::Text(name)) => {
                let found = operators::named(name);
                if found.is_none() {
                    self.fault(unknown_operator(name), &pointer);
                }
                found
            }
            Some(other) => {
                self.fault(wrong(other, "an operator", "运算符"), &pointer);
                None
            }
            None => {
                self.fault(missing("operator"), rule.pointer);
                None
            }
        }
    }

    /// What the rule is about: `lhs` where there is one, else `field`.
    pub(super) fn subject(&mut self, rule: Rule<'_>) -> Option<Subject<'a>> {
        if let Some(lhs) = rule.json.get("lhs").filter(|lhs| !matches!(lhs, Json::Null)) {
            let node = self.expression(lhs, &rule.at("lhs"))?;
            return Some(Subject { node, column: self.column_of(node) });
        }
        match rule.json.get("field") {
            Some(Json::Text(name)) => self.field(name, &rule.at("field")),
            Some(other) => {
                self.fault(wrong(other, "the name of a field", "字段名"), &rule.at("field"));
                None
            }
            None => {
                self.fault(missing("field"), rule.pointer);
                None
            }
        }
    }

    /// A field by its name, which may be dotted.
    pub(super) fn field(&mut self, name: &str, pointer: &str) -> Option<Subject<'a>> {
        if name == PLACEHOLDER {
            self.fault(not_chosen("a field", "字段"), pointer);
            return None;
        }
        let columns = self.columns;
        let inside = self.frames.last().map(|frame| (frame.variable.clone(), frame.column.clone()));
        let column = match &inside {
            Some((_, column)) if name.is_empty() => Some(column.clone()),
            Some((_, column)) => columns.field(column, name),
            None => columns.named(name, &mut self.known),
        };
        let Some(column) = column else {
            self.fault(no_field(name, &columns), pointer);
            return None;
        };
        if matches!(columns, Columns::Scope(_) | Columns::Anything)
            && !(name.split('.').all(is_identifier) || name.is_empty() && inside.is_some())
        {
            self.fault(unspellable(name), pointer);
            return None;
        }
        let node = match inside {
            Some((variable, inside_column)) => {
                let of = self.out.name(&variable);
                match &inside_column {
                    Column::Record(Fields::Of(shape)) if shape.has(name) => {
                        self.out.select(of, name)
                    }
                    _ => self.selected(of, name),
                }
            }
            None => match name.split_once('.') {
                // A record may have the dot in its name: it is looked up whole.
                _ if matches!(columns, Columns::Records(_)) => self.out.name(name),
                Some((first, rest)) => {
                    let first = self.out.name(first);
                    self.selected(first, rest)
                }
                None => self.out.name(name),
            },
        };
        Some(Subject { node, column })
    }

    fn selected(&mut self, of: NodeId, path: &str) -> NodeId {
        if path.is_empty() {
            return of;
        }
        path.split('.').fold(of, |of, field| self.out.select(of, field))
    }

    pub(super) fn source(&mut self, rule: Rule<'_>) -> Option<Source> {
        match rule.json.get("valueSource") {
            None | Some(Json::Null) => Some(Source::Value),
            Some(Json::Text(name)) => match &**name {
                "value" => Some(Source::Value),
                "field" => Some(Source::Field),
                "parameter" => Some(Source::Parameter),
                "expression" => Some(Source::Expression),
                other => {
                    let name = shown(other);
                    let fault = Fault::new(
                        Code::BadValue,
                        format!(
                            "`{name}` is no source of values, expected `value`, `field`, `parameter` or `expression`"
                        ),
                        format!(
                            "没有取值方式 `{name}`，应为 `value`、`field`、`parameter` 或 `expression`"
                        ),
                    );
                    self.fault(fault, &rule.at("valueSource"));
                    None
                }
            },
            Some(other) => {
                let fault = wrong(other, "a source of values", "取值方式");
                self.fault(fault, &rule.at("valueSource"));
                None
            }
        }
    }

    fn compare(&mut self, rule: Rule<'_>, subject: &Subject<'a>, op: BinaryOp) -> NodeId {
        let value = rule.json.get("value");
        let source = rule.json.get("valueSource").and_then(Json::as_text);
        let is_value = source.is_none_or(|source| source == "value");
        if is_value
            && op == BinaryOp::Equal
            && subject.column == Column::Bool
            && matches!(value, Some(Json::Bool(true)))
        {
            return subject.node;
        }
        if is_value
            && let Some(relative) = value.filter(|value| is_relative(value))
            && let Some(op) = operator_for(op, relative, &subject.column)
        {
            return match self.relative(relative, &subject.column, &rule.at("value")) {
                Some(value) => self.out.binary(op, subject.node, value),
                None => self.out.literal(Literal::Bool(true)),
            };
        }
        match self.value(rule, &subject.column) {
            Some(value) => self.out.binary(op, subject.node, value),
            None => self.out.literal(Literal::Bool(true)),
        }
    }

    /// `contains` and its kin; of a list, whether it has the value.
    fn text_test(&mut self, rule: Rule<'_>, subject: &Subject<'a>, function: &str) -> NodeId {
        let many = matches!(subject.column, Column::Many(_)) && function == "contains";
        let wanted = if many { subject.column.element() } else { Column::Text };
        let column = if subject.column == Column::Mixed { Column::Mixed } else { wanted };
        match self.value(rule, &column) {
            Some(value) if many => self.out.binary(BinaryOp::In, value, subject.node),
            Some(value) => self.out.method(subject.node, function, vec![value]),
            None => self.out.literal(Literal::Bool(true)),
        }
    }

    fn member_of(&mut self, rule: Rule<'_>, subject: &Subject<'a>) -> NodeId {
        match self.values(rule, &subject.column) {
            Some(list) => self.out.binary(BinaryOp::In, subject.node, list),
            None => self.out.literal(Literal::Bool(true)),
        }
    }

    fn between(&mut self, rule: Rule<'_>, subject: &Subject<'a>) -> NodeId {
        match self.two(rule, &subject.column) {
            // The end of a period is the beginning of the next, which is not
            // included.
            Some((low, high, true)) => {
                let again = self.out.copy(subject.node);
                let low = self.out.binary(BinaryOp::GreaterEqual, subject.node, low);
                let high = self.out.binary(BinaryOp::Less, again, high);
                self.out.binary(BinaryOp::And, low, high)
            }
            Some((low, high, false)) => self.out.call("between", vec![subject.node, low, high]),
            None => self.out.literal(Literal::Bool(true)),
        }
    }
}

/// Whether a value is an instant that moves.
pub(super) fn is_relative(value: &Json) -> bool {
    value.get("mode").and_then(Json::as_text) == Some("relative")
}

pub(super) fn is_placeholder(value: &Json) -> bool {
    value.as_text() == Some(PLACEHOLDER)
}

pub(super) fn not_chosen(en: &str, zh: &str) -> Fault {
    Fault::new(Code::NotChosen, format!("{en} is not chosen yet"), format!("尚未选择{zh}"))
        .hint("choose it, or mute the rule", "请选择，或将该规则静音")
}

pub(super) fn missing(key: &str) -> Fault {
    Fault::new(Code::MissingKey, format!("`{key}` is missing"), format!("缺少 `{key}`"))
}

fn unknown_operator(name: &str) -> Fault {
    let shown = shown(name);
    let fault = Fault::new(
        Code::UnknownFunction,
        format!("there is no operator `{shown}`"),
        format!("没有运算符 `{shown}`"),
    );
    match nearest(name, OPERATORS.iter().map(|operator| operator.name)) {
        Some(near) => fault.meant(near),
        None => fault,
    }
}

fn no_field(name: &str, columns: &Columns<'_>) -> Fault {
    let shown = shown(name);
    let fault = Fault::new(
        Code::UnknownName,
        format!("no record has a field `{shown}`"),
        format!("没有记录含字段 `{shown}`"),
    );
    match nearest(name, columns.names()) {
        Some(near) => fault.meant(near),
        None => fault,
    }
}

fn unspellable(name: &str) -> Fault {
    let shown = shown(name);
    Fault::new(
        Code::BadName,
        format!(
            "`{shown}` is not a name of the language, expected letters a to z, digits, `_` and dots"
        ),
        format!("`{shown}` 不是语言中的名称，应由英文字母、数字、`_` 和点组成"),
    )
}
