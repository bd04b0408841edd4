//! What a time was worked out from: the claim, the follow-up or the limit that
//! made it this one.

use super::super::checked::Checked;
use super::super::environment::Environment;
use super::super::scope::{Meaning, Parameter};
use super::super::tree::{BinaryOp, Node, NodeId};
use super::super::types::Type;
use super::super::value::Value;
use super::shown::{shown, written};
use crate::error::Text;
use crate::facts::Schema;

/// Steps from a time to what it counts from, at most.
const STEPS: usize = 32;

/// What the time of an expression counts from, in words: of several the one that
/// decided. `None` where it is worked out in another way than by adding lengths
/// to times, or cannot be worked out.
///
/// # Inputs
///
/// `parameters`: those that it was checked against, for their labels.
///
/// # Cost
///
/// One evaluation of each branch on the way.
///
/// # Example
///
/// ```
/// use guanxi::facts::Schema;
/// use guanxi::lang::{Bindings, Scope, Timestamp, Value, check, origin};
/// use guanxi::units::Instant;
///
/// let schema = Schema::from_json(r#"{"attributes": {
///     "signed": {"type": "instant", "labels": {"zh-Hans": "签约", "en": "contract"}},
///     "visited": {"type": "instant", "labels": {"zh-Hans": "拜访", "en": "visit"}}}}"#)?;
/// let checked = check("max(signed + days(30), visited + days(7))", &Scope::of(&schema))?;
/// let at = |day: &str| -> Result<Value, guanxi::Error> {
///     Ok(Value::Timestamp(Timestamp::from(Instant::parse(day)?)))
/// };
/// let then = Bindings::new()
///     .bind("signed", at("2026-01-01T00:00:00Z")?)
///     .bind("visited", at("2026-03-01T00:00:00Z")?);
/// let told = origin(&checked, &schema, &[], &then).unwrap_or_default();
/// assert_eq!(told.en, "visit 2026-03-01 00:00 + 7 days");
/// assert_eq!(told.zh, "拜访 2026-03-01 00:00 + 7 天");
/// # Ok::<(), guanxi::Error>(())
/// ```
pub fn origin(
    checked: &Checked,
    schema: &Schema,
    parameters: &[Parameter],
    environment: &dyn Environment,
) -> Option<Text> {
    let from = Origin { checked, schema, parameters, environment };
    from.time(checked.tree.root)
}

struct Origin<'a> {
    checked: &'a Checked,
    schema: &'a Schema,
    parameters: &'a [Parameter],
    environment: &'a dyn Environment,
}

impl Origin<'_> {
    fn value(&self, id: NodeId) -> Option<Value> {
        let value = self.checked.evaluate_at(id, self.environment).ok()?;
        (!value.is_missing()).then_some(value)
    }

    fn said(&self, id: NodeId) -> Option<Text> {
        Some(shown(&self.value(id)?, self.checked.ty(id), self.environment.calendar()))
    }

    /// A time: the branch that was taken, down to what lengths are added to.
    fn time(&self, mut id: NodeId) -> Option<Text> {
        let mut lengths: Vec<(&str, NodeId)> = Vec::new();
        for _ in 0..STEPS {
            id = match self.checked.tree.node(id) {
                Node::Conditional { test, yes, no } => match self.value(*test)? {
                    Value::Bool(true) => *yes,
                    _ => *no,
                },
                Node::Call { function, receiver: None, args } if is_choice(function) => {
                    let chosen = self.value(id)?;
                    let is_it =
                        |arg: &NodeId| self.value(*arg).is_some_and(|it| it.equals(&chosen));
                    args.iter().copied().find(is_it)?
                }
                Node::Binary { op, left, right } if self.is_time(*left) => {
                    let sign = match op {
                        BinaryOp::Add => "+",
                        BinaryOp::Subtract => "-",
                        _ => return None,
                    };
                    lengths.push((sign, *right));
                    *left
                }
                node => {
                    let from = self.beginning(id, node)?;
                    return lengths.iter().rev().try_fold(from, |sum, (sign, length)| {
                        let length = self.length(*length)?;
                        let join = |sum: String, length| format!("{sum} {sign} {length}");
                        Some(Text::new(join(sum.en, length.en), join(sum.zh, length.zh)))
                    });
                }
            };
        }
        None
    }

    fn is_time(&self, id: NodeId) -> bool {
        matches!(self.checked.ty(id), Type::Timestamp | Type::Date)
    }

    /// What nothing is added to: an attribute, the last or first of some events.
    fn beginning(&self, id: NodeId, node: &Node) -> Option<Text> {
        let value = self.said(id)?;
        let named = |name: Text| {
            Text::new(format!("{} {}", name.en, value.en), format!("{} {}", name.zh, value.zh))
        };
        if let Some(Meaning::Attribute(position)) = self.checked.meaning(id) {
            let attribute = self.schema.attributes.get(position)?;
            return Some(named(attribute.text.or_name(&attribute.name)));
        }
        let Node::Select { of, test: false, .. } = node else { return None };
        let Type::Event(kind) = self.checked.ty(*of) else { return None };
        let kind = self.schema.kinds.get(*kind)?;
        let Text { en, zh } = kind.text.or_name(&kind.name);
        let Text { en, zh } = match self.checked.tree.node(*of) {
            Node::Call { function, .. } if &**function == "last" => {
                Text::new(format!("last {en}"), format!("最近一次{zh}"))
            }
            Node::Call { function, .. } if &**function == "first" => {
                Text::new(format!("first {en}"), format!("首次{zh}"))
            }
            _ => Text::new(en, zh),
        };
        let field = match self.checked.meaning(id) {
            Some(Meaning::Field(field)) => kind.fields.get(field),
            _ => None,
        };
        Some(named(match field.map(|field| field.text.or_name(&field.name)) {
            None => Text::new(en, zh),
            Some(of) => Text::new(format!("{en}, {}", of.en), format!("{zh}的{}", of.zh)),
        }))
    }

    /// A length, with what people call it where it is a parameter: of two the one
    /// that counts for this customer.
    fn length(&self, mut id: NodeId) -> Option<Text> {
        for _ in 0..STEPS {
            let Node::Conditional { test, yes, no } = self.checked.tree.node(id) else { break };
            id = if matches!(self.value(*test), Some(Value::Bool(true))) { *yes } else { *no };
        }
        let Text { en, zh } = match self.value(id)? {
            Value::Duration(length) => written(length),
            value => shown(&value, self.checked.ty(id), self.environment.calendar()),
        };
        let parameter = match self.checked.meaning(id) {
            Some(Meaning::Parameter(position)) => self.parameters.get(position),
            _ => None,
        };
        Some(match parameter.filter(|it| it.text != Text::default()) {
            None => Text::new(en, zh),
            Some(parameter) => {
                let name = parameter.text.or_name(&parameter.name);
                Text::new(format!("{en} ({})", name.en), format!("{zh}（{}）", name.zh))
            }
        })
    }
}

/// Whether a function gives one of its arguments.
fn is_choice(function: &str) -> bool {
    matches!(function, "min" | "max")
}
