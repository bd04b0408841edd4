//! Expressions on either side of a rule: fields, values, parameters and
//! functions of them.
//!
//! Functions have the names of the language; what is called on a value has a
//! dot before its name and that value as its first argument: `.size`,
//! `.within`. Arithmetic is `+`, `-`, `*`, `/`, `%`. What is worked out for each
//! element of a list (`.sum`, `.max`) takes the list and an expression over the
//! fields of an element.

use super::super::catalogue::{self, Argument};
use super::super::check::check;
use super::super::print::print;
use super::super::tree::{BinaryOp, FoldOp, Literal, Node, NodeId};
use super::super::types::Kinds;
use super::column::{Column, Columns};
use super::group::{Draft, Frame, wrong};
use super::rule::{is_placeholder, missing, not_chosen};
use super::values::number;
use crate::error::{Code, Fault};
use crate::json::{Json, pointer_push};
use crate::units::{nearest, shown};

/// Operators of two, by the name they have as a function.
pub(super) const ARITHMETIC: [(&str, BinaryOp); 5] = [
    ("+", BinaryOp::Add),
    ("-", BinaryOp::Subtract),
    ("*", BinaryOp::Multiply),
    ("/", BinaryOp::Divide),
    ("%", BinaryOp::Remainder),
];

/// What is worked out for each element, by the name it has as a function.
pub(super) const FOLDS: [(&str, FoldOp); 6] = [
    (".sum", FoldOp::Sum),
    (".avg", FoldOp::Avg),
    (".min", FoldOp::Min),
    (".max", FoldOp::Max),
    (".countDistinct", FoldOp::CountDistinct),
    (".map", FoldOp::Map),
];

impl<'a> Draft<'a> {
    /// An expression, as deep as the document that holds it.
    pub(super) fn expression(&mut self, json: &Json, pointer: &str) -> Option<NodeId> {
        match json.get("kind").and_then(Json::as_text) {
            Some("field") => {
                let name = self.word(json, "field", pointer)?;
                self.field(&name, &pointer_push(pointer, "field")).map(|subject| subject.node)
            }
            Some("parameter") => {
                let name = self.word(json, "parameter", pointer)?;
                self.parameter(&name, &pointer_push(pointer, "parameter"))
            }
            Some("value") => self.written(json, pointer),
            Some("func") => self.function(json, pointer),
            _ => {
                let fault = Fault::new(
                    Code::BadValue,
                    "expected `kind`: one of `field`, `value`, `parameter`, `func`",
                    "应有 `kind`，为 `field`、`value`、`parameter`、`func` 之一",
                );
                self.fault(fault, &pointer_push(pointer, "kind"));
                None
            }
        }
    }

    fn word(&mut self, json: &Json, key: &str, pointer: &str) -> Option<String> {
        match json.get(key) {
            Some(Json::Text(text)) => Some(text.to_string()),
            Some(other) => {
                self.fault(wrong(other, "a name", "名称"), &pointer_push(pointer, key));
                None
            }
            None => {
                self.fault(missing(key), pointer);
                None
            }
        }
    }

    /// A value that is written out; `valueType` `number` reads a text as one.
    fn written(&mut self, json: &Json, pointer: &str) -> Option<NodeId> {
        let at = pointer_push(pointer, "value");
        let Some(value) = json.get("value") else {
            self.fault(missing("value"), pointer);
            return None;
        };
        if is_placeholder(value) {
            self.fault(not_chosen("a value", "值"), &at);
            return None;
        }
        let as_number = json.get("valueType").and_then(Json::as_text) == Some("number");
        let literal = match value {
            Json::Text(_) if as_number => number(value),
            Json::Text(text) => Some(Literal::Text((**text).into())),
            Json::Bool(on) => Some(Literal::Bool(*on)),
            Json::Null => Some(Literal::Null),
            Json::Array(items) => return self.written_list(items, &at),
            other => number(other),
        };
        match literal {
            Some(literal) => Some(self.out.literal(literal)),
            None => {
                let fault = wrong(value, "a text, a number, true or false", "文本、数或真假值");
                self.fault(fault, &at);
                None
            }
        }
    }

    fn written_list(&mut self, items: &[Json], pointer: &str) -> Option<NodeId> {
        let mut nodes = Vec::with_capacity(items.len());
        for (position, item) in items.iter().enumerate() {
            let literal = match item {
                Json::Text(text) => Some(Literal::Text((**text).into())),
                Json::Bool(on) => Some(Literal::Bool(*on)),
                other => number(other),
            };
            match literal {
                Some(literal) => nodes.push(self.out.literal(literal)),
                None => {
                    let fault = wrong(item, "a text, a number, true or false", "文本、数或真假值");
                    self.fault(fault, &format!("{pointer}/{position}"));
                    return None;
                }
            }
        }
        Some(self.out.list(nodes))
    }

    fn function(&mut self, json: &Json, pointer: &str) -> Option<NodeId> {
        let name = self.word(json, "fn", pointer)?;
        let args = match json.get("args") {
            Some(Json::Array(args)) => args.as_slice(),
            None => &[],
            Some(other) => {
                self.fault(
                    wrong(other, "a list of arguments", "参数列表"),
                    &pointer_push(pointer, "args"),
                );
                return None;
            }
        };
        let below = pointer_push(pointer, "args");
        if let (Some((_, op)), [list, body]) = (FOLDS.iter().find(|(it, _)| *it == name), args) {
            return self.for_each(*op, (list, body), &below);
        }
        let mut nodes = Vec::with_capacity(args.len());
        let mut good = true;
        for (position, arg) in args.iter().enumerate() {
            match self.expression(arg, &format!("{below}/{position}")) {
                Some(node) => nodes.push(node),
                None => good = false,
            }
        }
        if !good {
            return None;
        }
        self.applied(&name, nodes, pointer)
    }

    fn applied(&mut self, name: &str, mut nodes: Vec<NodeId>, pointer: &str) -> Option<NodeId> {
        let op = ARITHMETIC.iter().find(|(it, _)| *it == name).map(|(_, op)| *op);
        match (op, nodes.as_slice(), name.strip_prefix('.')) {
            (Some(op), [left, right], _) => Some(self.out.binary(op, *left, *right)),
            (Some(BinaryOp::Subtract), [of], _) => Some(self.out.push(Node::Negate { of: *of })),
            (None, [receiver, ..], Some(method)) if is_callable(method, true) => {
                let receiver = *receiver;
                let args = nodes.split_off(1);
                Some(self.out.method(receiver, method, args))
            }
            (None, _, None) if is_callable(name, false) => Some(self.out.call(name, nodes)),
            _ => {
                self.fault(unknown_function(name), &pointer_push(pointer, "fn"));
                None
            }
        }
    }

    fn for_each(
        &mut self,
        op: FoldOp,
        (list, body): (&Json, &Json),
        below: &str,
    ) -> Option<NodeId> {
        let list = self.expression(list, &format!("{below}/0"))?;
        let column = self.column_of(list).element();
        let variable = self.variable(list);
        self.frames.push(Frame { variable: variable.clone(), column });
        let body = self.expression(body, &format!("{below}/1"));
        self.frames.pop();
        Some(self.out.fold(op, list, &variable, body?))
    }

    /// What an expression holds, as far as it can be told before the check.
    pub(super) fn column_of(&mut self, id: NodeId) -> Column<'a> {
        let Columns::Scope(scope) = self.columns else {
            return match self.out.node(id) {
                Some(Node::Name { name, .. }) if self.frames.is_empty() => {
                    let name = name.to_string();
                    self.columns.named(&name, &mut self.known).unwrap_or(Column::Unknown)
                }
                _ => Column::Unknown,
            };
        };
        // A variable has no meaning outside its list.
        if !self.frames.is_empty() {
            return self.column_inside(id);
        }
        let text = print(&self.out.part(id));
        check(&text, scope).map_or(Column::Unknown, |checked| Column::of(checked.result()))
    }

    fn column_inside(&self, id: NodeId) -> Column<'a> {
        let Some(Node::Select { of, field, .. }) = self.out.node(id) else {
            return Column::Unknown;
        };
        let frame = match self.out.node(*of) {
            Some(Node::Name { name, .. }) => {
                self.frames.iter().rev().find(|frame| frame.variable == *name)
            }
            _ => None,
        };
        let column = frame.and_then(|frame| self.columns.field(&frame.column, field));
        column.unwrap_or(Column::Unknown)
    }
}

/// Whether the language has a function of this shape that binds no variable.
fn is_callable(name: &str, on_a_value: bool) -> bool {
    catalogue::functions(name).iter().any(|row| {
        (row.receiver != Kinds::NONE) == on_a_value
            && row.arguments.first() != Some(&Argument::Variable)
    })
}

fn unknown_function(name: &str) -> Fault {
    let shown = shown(name);
    let fault = Fault::new(
        Code::UnknownFunction,
        format!("there is no function `{shown}` here"),
        format!("此处没有函数 `{shown}`"),
    );
    let methods = catalogue::all().iter().filter(|row| row.receiver != Kinds::NONE);
    let methods: Vec<String> = methods.map(|row| format!(".{}", row.name)).collect();
    if let Some(method) = methods.iter().find(|method| method[1..] == *name) {
        return fault.meant(method);
    }
    let alone = catalogue::all().iter().filter(|row| row.receiver == Kinds::NONE);
    let names = alone.map(|row| row.name).chain(methods.iter().map(String::as_str));
    match nearest(name, names) {
        Some(near) => fault.meant(near),
        None => fault,
    }
}
