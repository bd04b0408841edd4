//! Whether a fact is one by its schema, and the one form it is kept in.

use super::decision::{Act, Decision};
use super::fact::{Body, Correction, Fact, Override, Value};
use super::schema::{Field, Schema, Type};
use crate::error::{Code, Fault};
use crate::units::Instant;

/// Bytes of text that one fact may hold. Written as JSON a byte can take six,
/// which still fits the 32 MiB that a row of a store may have.
pub const MAX_TEXT: usize = 4 << 20;

/// Brings a fact into the one form in which facts are compared and kept.
///
/// Changed attributes in schema order, sets sorted, and a retraction without a
/// body: none of this carries meaning, and it must not make a conflict.
pub(crate) fn normalise(fact: &mut Fact) {
    if matches!(fact.correction, Correction::Retracts(_)) {
        fact.body = Body::Nothing;
    }
    match &mut fact.body {
        Body::Event { fields, .. } | Body::Reference { fields, .. } => {
            fields.iter_mut().flatten().for_each(sort_set);
        }
        Body::Attributes(changes) => {
            changes.sort_by_key(|(attribute, _)| *attribute);
            changes.iter_mut().filter_map(|(_, value)| value.as_mut()).for_each(sort_set);
        }
        Body::Consent { .. }
        | Body::Merge { .. }
        | Body::Override(_)
        | Body::Decision(_)
        | Body::Erased
        | Body::Nothing => {}
    }
}

fn sort_set(value: &mut Value) {
    if let Value::Set(members) = value
        && !members.is_sorted_by(|a, b| a < b)
    {
        members.sort_unstable();
        members.dedup();
    }
}

/// Adds what is wrong with a normalised fact, the `position`th of its batch.
pub(crate) fn check(schema: &Schema, fact: &Fact, position: usize, faults: &mut Vec<Fault>) {
    let before = faults.len();
    check_frame(fact, faults);
    check_body(schema, fact, faults);
    if MAX_TEXT < text_bytes(fact) {
        faults.push(Fault::new(
            Code::InvalidArgument,
            format!("the fact's texts are longer than {MAX_TEXT} bytes"),
            format!("该事实的文本超过 {MAX_TEXT} 字节"),
        ));
    }
    for fault in faults.iter_mut().skip(before) {
        let rest = fault.pointer.take().unwrap_or_default();
        fault.pointer = Some(format!("/{position}{rest}"));
    }
}

fn check_frame(fact: &Fact, faults: &mut Vec<Fault>) {
    for (name, text) in [("source", &fact.source), ("id", &fact.id)] {
        if text.is_empty() {
            faults.push(missing(name));
        }
    }
    match &fact.body {
        Body::Event { .. }
        | Body::Attributes(_)
        | Body::Consent { .. }
        | Body::Merge { .. }
        | Body::Override(_)
        | Body::Decision(_) => {
            if fact.customer.is_empty() {
                faults.push(missing("customer"));
            } else if is_unprintable(&fact.customer) {
                faults.push(unprintable().at("/customer"));
            }
        }
        Body::Reference { .. } => {
            if !fact.customer.is_empty() {
                faults.push(
                    Fault::new(
                        Code::InvalidArgument,
                        "a row of a reference table is about no customer",
                        "参考表的行不属于任何客户",
                    )
                    .at("/customer"),
                );
            }
        }
        Body::Erased => {
            faults.push(Fault::new(
                Code::InvalidArgument,
                "only an erasure leaves a fact that is erased",
                "已清除的事实只能由清除产生",
            ));
        }
        Body::Nothing => {
            if !matches!(fact.correction, Correction::Retracts(_)) {
                faults.push(Fault::new(
                    Code::InvalidArgument,
                    "the fact says nothing, expected a body or a retraction",
                    "该事实没有内容，应有内容或为撤回",
                ));
            }
        }
    }
    let is_dated = matches!(
        fact.body,
        Body::Event { .. } | Body::Merge { .. } | Body::Override(_) | Body::Decision(_)
    );
    if is_dated && fact.at.is_none() {
        faults.push(missing("at"));
    }
}

fn check_body(schema: &Schema, fact: &Fact, faults: &mut Vec<Fault>) {
    match &fact.body {
        Body::Event { kind, fields } => match schema.kinds.get(*kind) {
            Some(kind) => check_fields(&kind.fields, fields, faults),
            None => faults.push(out_of_schema("event kind", "事件类型", *kind)),
        },
        Body::Reference { table, key, fields } => match schema.references.get(*table) {
            Some(table) => {
                if key.is_empty() {
                    faults.push(missing("id"));
                }
                check_fields(&table.fields, fields, faults);
            }
            None => faults.push(out_of_schema("reference table", "参考表", *table)),
        },
        Body::Attributes(changes) => check_changes(schema, changes, faults),
        Body::Consent { purpose, channel, .. } => {
            if schema.purposes.len() <= *purpose {
                faults.push(out_of_schema("purpose", "用途", *purpose));
            }
            if schema.channels.len() <= *channel {
                faults.push(out_of_schema("channel", "渠道", *channel));
            }
        }
        Body::Merge { .. } | Body::Override(_) | Body::Decision(_) => check_statement(fact, faults),
        Body::Erased | Body::Nothing => {}
    }
}

/// Adds what is wrong with a merge or a decision, each with the field as its
/// place.
pub(crate) fn check_statement(fact: &Fact, faults: &mut Vec<Fault>) {
    match &fact.body {
        Body::Merge { into } => check_merge(&fact.customer, into, faults),
        Body::Override(decision) => check_override(decision, fact.at, faults),
        Body::Decision(decision) => check_decision(decision, faults),
        _ => {}
    }
}

fn check_merge(customer: &str, into: &str, faults: &mut Vec<Fault>) {
    if into.is_empty() {
        faults.push(missing("into"));
    } else if is_unprintable(into) {
        faults.push(unprintable().at("/into"));
    } else if into == customer {
        let fault = Fault::new(
            Code::InvalidArgument,
            "a customer cannot be merged into itself",
            "客户不能合并到自身",
        );
        faults.push(fault.at("/into"));
    }
}

fn check_override(decision: &Override, at: Option<Instant>, faults: &mut Vec<Fault>) {
    if decision.machine.is_empty() {
        faults.push(missing("machine"));
    }
    if decision.state.as_ref().is_some_and(|state| state.is_empty()) {
        faults.push(missing("state"));
    }
    if decision.until.is_some() && !decision.pinned {
        let fault = Fault::new(
            Code::InvalidArgument,
            "only a pinned state has an end",
            "只有锁定的状态才有截止时间",
        );
        faults.push(fault.at("/until"));
    }
    if let (Some(at), Some(until)) = (at, decision.until)
        && until <= at
    {
        let fault = Fault::new(
            Code::InvalidArgument,
            "the state is pinned until before it begins",
            "锁定的截止时间不晚于开始时间",
        );
        faults.push(fault.at("/until"));
    }
}

fn check_decision(decision: &Decision, faults: &mut Vec<Fault>) {
    let needs_owner = matches!(decision.act, Act::Claim | Act::Transfer);
    if needs_owner && decision.owner.as_deref().is_none_or(str::is_empty) {
        faults.push(missing("owner"));
    }
    if decision.actor.is_empty() {
        faults.push(missing("actor"));
    }
}

fn check_fields(declared: &[Field], values: &[Option<Value>], faults: &mut Vec<Fault>) {
    if declared.len() != values.len() {
        let (found, expected) = (values.len(), declared.len());
        faults.push(Fault::new(
            Code::InvalidArgument,
            format!("{found} values, expected {expected}, one for each declared field"),
            format!("有 {found} 个值，应为 {expected} 个，每个声明的字段一个"),
        ));
        return;
    }
    for (field, value) in declared.iter().zip(values) {
        match value {
            Some(value) => check_value(&field.name, &field.ty, value, faults),
            None if field.nullable => {}
            None => faults.push(missing(&field.name)),
        }
    }
}

fn check_changes(schema: &Schema, changes: &[(usize, Option<Value>)], faults: &mut Vec<Fault>) {
    let mut previous = None;
    for (position, value) in changes {
        let Some(attribute) = schema.attributes.get(*position) else {
            faults.push(out_of_schema("attribute", "属性", *position));
            continue;
        };
        let name = &attribute.name;
        if previous.replace(*position) == Some(*position) {
            faults.push(
                Fault::new(
                    Code::InvalidArgument,
                    format!("`{name}` is changed twice in one fact"),
                    format!("同一事实中两次更改 `{name}`"),
                )
                .at(format!("/{name}")),
            );
        }
        match value {
            Some(value) => check_value(name, &attribute.ty, value, faults),
            None if attribute.nullable => {}
            None => faults.push(missing(name)),
        }
    }
}

fn check_value(name: &str, ty: &Type, value: &Value, faults: &mut Vec<Fault>) {
    let fits = match (ty, value) {
        (Type::Text(_) | Type::Contact(_), Value::Text(_))
        | (Type::Int, Value::Int(_))
        | (Type::Decimal(_) | Type::Money(_), Value::Exact(_))
        | (Type::Bool, Value::Bool(_))
        | (Type::Date, Value::Date(_))
        | (Type::Instant, Value::Instant(_))
        | (Type::Set(_), Value::Set(_)) => true,
        (Type::Enum(labels), Value::Text(text)) => {
            if !labels.iter().any(|label| *label.name == **text) {
                faults.push(
                    Fault::new(
                        Code::UnknownLabel,
                        format!("the value of `{name}` is none of its labels"),
                        format!("`{name}` 的值不在其枚举标签中"),
                    )
                    .at(format!("/{name}")),
                );
            }
            true
        }
        _ => false,
    };
    if !fits {
        faults.push(
            Fault::new(
                Code::TypeMismatch,
                format!("the value of `{name}` is not of its declared type"),
                format!("`{name}` 的值与声明的类型不符"),
            )
            .at(format!("/{name}")),
        );
    }
}

/// Whether an id holds what no list can print: a line end would make two ids
/// of it, and an escape moves the cursor of whoever reads it.
pub(crate) fn is_unprintable(id: &str) -> bool {
    id.contains(char::is_control)
}

/// What is wrong with such an id.
pub(crate) fn unprintable() -> Fault {
    Fault::new(
        Code::InvalidArgument,
        "the customer's id holds a control character, such as a line end or an escape",
        "客户编号中含有控制字符，例如换行或转义符",
    )
}

fn missing(name: &str) -> Fault {
    Fault::new(Code::MissingValue, format!("`{name}` is missing"), format!("缺少 `{name}`"))
        .at(format!("/{name}"))
}

fn out_of_schema(what: &str, what_zh: &str, position: usize) -> Fault {
    Fault::new(
        Code::InvalidArgument,
        format!("the schema has no {what} at position {position}"),
        format!("声明中没有第 {position} 个{what_zh}（从 0 数起）"),
    )
}

/// The bytes of text in a fact, at most [`MAX_TEXT`] in one that is recorded.
pub(crate) fn text_bytes(fact: &Fact) -> usize {
    let target = match &fact.correction {
        Correction::None => 0,
        Correction::Supersedes(target) | Correction::Retracts(target) => target.len(),
    };
    let body = match &fact.body {
        Body::Event { fields, .. } => fields.iter().flatten().map(value_bytes).sum(),
        Body::Reference { key, fields, .. } => {
            key.len() + fields.iter().flatten().map(value_bytes).sum::<usize>()
        }
        Body::Attributes(changes) => {
            changes.iter().filter_map(|(_, value)| value.as_ref()).map(value_bytes).sum()
        }
        Body::Merge { into } => into.len(),
        Body::Override(decision) => {
            let state = decision.state.as_ref().map_or(0, |state| state.len());
            decision.machine.len() + state + decision.actor.len() + decision.reason.len()
        }
        Body::Decision(decision) => decision_bytes(decision),
        Body::Consent { .. } | Body::Erased | Body::Nothing => 0,
    };
    fact.source.len() + fact.id.len() + fact.customer.len() + target + body
}

fn decision_bytes(decision: &Decision) -> usize {
    let Decision { owner, pool, event, evidence, .. } = decision;
    let some = [owner, pool, event, &evidence.holder];
    let some = some.into_iter().flatten().map(|text| text.len()).sum::<usize>();
    decision.actor.len() + decision.reason.len() + evidence.state.len() + some
}

fn value_bytes(value: &Value) -> usize {
    match value {
        Value::Text(text) => text.len(),
        // A member of a set is written with two quotes and a comma.
        Value::Set(members) => members.iter().map(|member| member.len() + 3).sum(),
        _ => 0,
    }
}
