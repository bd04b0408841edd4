//! What names mean: attributes, lists, variables, parameters, fields.

use super::super::catalogue;
use super::super::scope::Meaning;
use super::super::tree::{Node, NodeId, Span};
use super::super::types::{Kinds, Type};
use super::faults::{cut, hinted, meant};
use super::walk::Checker;
use crate::error::{Code, Fault, Text};
use crate::facts::schema::Named;
use crate::units::nearest;

/// A word before a dot that owns what stands after it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    /// `param.x`
    Parameters,
    /// `customer.x`
    Customer,
}

impl<'t> Checker<'t> {
    /// The owner that a node names, if it names one.
    pub fn definition(&self, id: NodeId) -> Option<Owner> {
        let Node::Name { name, absolute } = self.node(id) else { return None };
        let owner = match &**name {
            "param" => Owner::Parameters,
            "customer" => Owner::Customer,
            _ => return None,
        };
        (*absolute || self.variable(name).is_none()).then_some(owner)
    }

    /// The innermost variable of this name.
    fn variable(&self, name: &str) -> Option<usize> {
        self.bound.iter().rposition(|bound| bound.name == name)
    }

    /// A bare name.
    pub fn name(&mut self, id: NodeId, name: &str, absolute: bool) -> Option<Type> {
        let variable = if absolute { None } else { self.variable(name) };
        if let Some(bound) = variable.and_then(|at| self.bound.get(at)) {
            let (fold, element) = (bound.fold, bound.element.clone());
            self.mean(id, Meaning::Variable(fold));
            return element;
        }
        if name == "now" {
            self.mean(id, Meaning::Now);
            self.uses.now = true;
            return Some(Type::Timestamp);
        }
        if self.scope.period && matches!(name, "period" | "previous") {
            self.mean(id, Meaning::Period);
            self.uses.now = true;
            self.uses.period = true;
            return Some(Type::Timestamp);
        }
        if name == "event"
            && let Some(kind) = self.scope.event
        {
            self.mean(id, Meaning::TheEvent);
            self.uses.event = true;
            return Some(Type::Event(kind));
        }
        match self.scope.schema.named(name) {
            Some(_) if self.definition(id).is_some() => {}
            Some(named) => return self.of_customer(id, named),
            None => {}
        }
        let fault = self.unknown_name(name, self.definition(id));
        self.refuse(self.span(id), fault);
        None
    }

    fn of_customer(&mut self, id: NodeId, named: Named) -> Option<Type> {
        match named {
            Named::Attribute(position) => {
                let attribute = self.scope.schema.attributes.get(position)?;
                self.mean(id, Meaning::Attribute(position));
                self.uses.attributes.push(position);
                Some(Type::of(&attribute.ty))
            }
            Named::List(position) => {
                self.mean(id, Meaning::Events(position));
                self.uses.kinds.push(position);
                Some(Type::Events(position))
            }
        }
    }

    /// `param.x`, `customer.x`, and `has(...)` of them.
    pub fn defined(&mut self, id: NodeId, owner: Owner, name: &str) -> Option<Type> {
        let found = match owner {
            Owner::Parameters => self.scope.parameter(name).and_then(|position| {
                let parameter = self.scope.parameters.get(position)?;
                self.mean(id, Meaning::Parameter(position));
                self.uses.parameters.push(position);
                Some(parameter.ty.clone())
            }),
            Owner::Customer => {
                self.scope.schema.named(name).and_then(|named| self.of_customer(id, named))
            }
        };
        if found.is_none() {
            let fault = match owner {
                Owner::Parameters => self.unknown_parameter(name),
                Owner::Customer => self.unknown_name(name, None),
            };
            self.refuse(self.field_span(id, name), fault);
        }
        let asked = matches!(self.node(id), Node::Select { test: true, .. });
        if asked { Some(Type::Bool) } else { found }
    }

    /// A field of an event.
    pub fn select(&mut self, id: NodeId, of: NodeId, field: &str, test: bool) -> Option<Type> {
        let found = match self.ty(of)? {
            Type::Event(kind) => self.field(id, *kind, field),
            other => {
                let fault = self.no_fields(of, &other.clone(), field);
                self.refuse(self.field_span(id, field), fault);
                None
            }
        };
        if test { Some(Type::Bool) } else { found }
    }

    fn field(&mut self, id: NodeId, kind: usize, field: &str) -> Option<Type> {
        let declared = self.scope.schema.kinds.get(kind)?;
        let (meaning, ty) = match field {
            "at" => (Meaning::At, Type::Timestamp),
            _ => match declared.fields.iter().position(|known| &*known.name == field) {
                Some(position) => {
                    self.uses.fields.push((kind, position));
                    let ty = declared.fields.get(position).map(|known| Type::of(&known.ty))?;
                    (Meaning::Field(position), ty)
                }
                None => {
                    self.unknown_field(id, kind, field);
                    return None;
                }
            },
        };
        self.mean(id, meaning);
        Some(ty)
    }

    /// `list[i]`
    pub fn index(&mut self, of: NodeId, index: NodeId) -> Option<Type> {
        let element = match self.ty(of) {
            None => None,
            Some(Type::List(element)) => Some((**element).clone()),
            Some(other) => {
                let words = other.words();
                let fault = Fault::new(
                    Code::NoOverload,
                    format!("{} has no positions, expected a list", words.en),
                    format!("{}没有下标，应为列表", words.zh),
                );
                let hint = other.is(Kinds::EVENTS).then(|| {
                    let list = cut(self.text(of));
                    Text::new(
                        format!(
                            "`{list}.first()`, `{list}.last()` or `{list}.nth(2)` is one event"
                        ),
                        format!(
                            "取一个事件请写 `{list}.first()`、`{list}.last()` 或 `{list}.nth(2)`"
                        ),
                    )
                });
                self.refuse(self.span(of), hinted(fault, hint));
                None
            }
        };
        self.expect_kinds(index, Kinds::INT);
        element
    }

    /// The bytes of the name after the last dot of a selection.
    fn field_span(&self, id: NodeId, field: &str) -> Span {
        match self.node(id) {
            Node::Select { of, .. } => self.name_span(id, Some(*of), field),
            _ => self.span(id),
        }
    }

    fn unknown_field(&mut self, id: NodeId, kind: usize, field: &str) {
        let Some(declared) = self.scope.schema.kinds.get(kind) else { return };
        let (kind, shown) = (&declared.name, cut(field));
        let fault = Fault::new(
            Code::UnknownField,
            format!("`{kind}` has no field `{shown}`"),
            format!("事件 `{kind}` 没有字段 `{shown}`"),
        );
        let known = declared.fields.iter().map(|known| &*known.name).chain(["at"]);
        let fault = match nearest(field, known.clone()) {
            Some(near) => meant(fault, near),
            None => {
                let names = listed(known);
                fault.hint(format!("its fields are {names}"), format!("它的字段有 {names}"))
            }
        };
        self.refuse(self.field_span(id, field), fault);
    }

    fn no_fields(&self, of: NodeId, ty: &Type, field: &str) -> Fault {
        let (words, field) = (ty.words(), cut(field));
        let fault = Fault::new(
            Code::UnknownField,
            format!("{} has no field `{field}`", words.en),
            format!("{}没有字段 `{field}`", words.zh),
        );
        let hint = ty.is(Kinds::EVENTS).then(|| {
            let list = cut(self.text(of));
            Text::new(
                format!(
                    "one event: `{list}.last().{field}`; all: `{list}.exists(x, x.{field} ...)`"
                ),
                format!(
                    "一个事件：`{list}.last().{field}`；全部：`{list}.exists(x, x.{field} ...)`"
                ),
            )
        });
        hinted(fault, hint)
    }

    fn unknown_parameter(&self, name: &str) -> Fault {
        let shown = cut(name);
        let fault = Fault::new(
            Code::UnknownName,
            format!("there is no parameter `{shown}`"),
            format!("没有名为 `{shown}` 的参数"),
        );
        let known = self.scope.parameters.iter().map(|parameter| &*parameter.name);
        match nearest(name, known) {
            Some(near) => meant(fault, near),
            None => fault,
        }
    }

    fn unknown_name(&self, name: &str, owner: Option<Owner>) -> Fault {
        let shown = cut(name);
        let fault = Fault::new(
            Code::UnknownName,
            format!("nothing is called `{shown}`"),
            format!("没有名为 `{shown}` 的属性或事件列表"),
        );
        let hint = match owner {
            Some(Owner::Parameters) => {
                Some(Text::new("a parameter is written `param.name`", "参数写成 `param.名称`"))
            }
            Some(Owner::Customer) => {
                Some(Text::new("an attribute is written `region`", "属性直接写名称，如 `region`"))
            }
            None if name == "event" => Some(Text::new(
                "`event` can be read where one kind of event leads from one state to another",
                "只有在由一种事件触发的状态转换中才能使用 `event`",
            )),
            None if name == "period" || name == "previous" => Some(Text::new(
                "`period` can be read where a KPI asks about one",
                "只有在按期间计算的考核指标中才能使用 `period`",
            )),
            None => self.instead(name),
        };
        if hint.is_some() {
            return hinted(fault, hint);
        }
        match nearest(name, self.names()) {
            Some(near) => meant(fault, near),
            None => fault,
        }
    }

    /// Every name that may stand here.
    fn names(&self) -> impl Iterator<Item = &str> {
        let schema = self.scope.schema;
        let variables = self.bound.iter().map(|bound| bound.name);
        let attributes = schema.attributes.iter().map(|attribute| &*attribute.name);
        let lists = schema.kinds.iter().filter_map(|kind| kind.list.as_deref());
        let words = ["now", "null", "true", "false", "param", "customer"];
        variables.chain(attributes).chain(lists).chain(words)
    }

    /// What to write for a name that exists, but not as a name by itself.
    fn instead(&self, name: &str) -> Option<Text> {
        self.as_field(name)
            .or_else(|| self.as_list(name))
            .or_else(|| self.as_definition(name))
            .or_else(|| self.as_label(name))
    }

    fn as_field(&self, name: &str) -> Option<Text> {
        let owner = self.bound.iter().rev().find(|bound| match bound.element {
            Some(Type::Event(kind)) => self.scope.schema.kinds.get(kind).is_some_and(|kind| {
                name == "at" || kind.fields.iter().any(|field| &*field.name == name)
            }),
            _ => false,
        })?;
        let text = format!("{}.{name}", owner.name);
        Some(Text::new(format!("write `{text}`"), format!("请写 `{text}`")))
    }

    fn as_list(&self, name: &str) -> Option<Text> {
        let schema = self.scope.schema;
        let kind = schema.kinds.get(schema.kind(name)?)?;
        Some(match &kind.list {
            Some(list) => Text::new(
                format!("`{name}` is one event; all of them are `{list}`"),
                format!("`{name}` 是单个事件，它们的列表是 `{list}`"),
            ),
            None => Text::new(
                format!("events of `{name}` can be asked about once the kind has a `list` name"),
                format!("事件 `{name}` 尚未声明列表名 `list`，不能在表达式中使用"),
            ),
        })
    }

    fn as_definition(&self, name: &str) -> Option<Text> {
        let text = if self.scope.parameter(name).is_some() {
            format!("param.{name}")
        } else if self.scope.segment(name).is_some() {
            format!("segment('{name}')")
        } else if catalogue::functions(name).iter().any(|row| row.arguments.is_empty()) {
            format!("{name}()")
        } else {
            return None;
        };
        Some(Text::new(format!("write `{text}`"), format!("请写 `{text}`")))
    }

    fn as_label(&self, name: &str) -> Option<Text> {
        let has_label = |ty: &crate::facts::Type| match ty {
            crate::facts::Type::Enum(labels) => labels.iter().any(|label| &*label.name == name),
            _ => false,
        };
        let schema = self.scope.schema;
        let attributes = schema.attributes.iter().map(|attribute| &attribute.ty);
        let fields = schema.kinds.iter().flat_map(|kind| kind.fields.iter().map(|field| &field.ty));
        attributes.chain(fields).any(has_label).then(|| {
            Text::new(
                format!("a label is written in quotes: `'{name}'`"),
                format!("选项要加引号：`'{name}'`"),
            )
        })
    }
}

/// The first names of a list, in backticks.
pub(super) fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    const MOST: usize = 8;
    let mut quoted: Vec<String> =
        names.take(MOST + 1).map(|name| format!("`{}`", cut(name))).collect();
    if quoted.len() > MOST {
        quoted.truncate(MOST);
        quoted.push("…".to_owned());
    }
    quoted.join(", ")
}
