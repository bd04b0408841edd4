//! What is written out: numbers, amounts, labels, periods, dates.

use super::super::scope::Meaning;
use super::super::tree::{Literal, Node, NodeId};
use super::super::types::Type;
use super::super::value::{Value, double_text};
use super::operand::unit_words;
use super::phrase::Phrase;
use crate::units::{Currency, Decimal, Period, PeriodUnit};

/// Elements of a list that are said one by one.
const ELEMENTS: usize = 20;

impl<'c> Phrase<'c> {
    /// A constant, by what it stands next to.
    pub(super) fn literal(&mut self, literal: &Literal, beside: Option<NodeId>) {
        let said = match literal {
            Literal::Null => return self.say("unknown", "未知"),
            Literal::Bool(true) => return self.say("yes", "是"),
            Literal::Bool(false) => return self.say("no", "否"),
            Literal::Int(value) => value.to_string(),
            Literal::Double(_, text) => text.to_string(),
            Literal::Decimal(value) => plain(*value),
            Literal::Money(value, currency) => return self.amount(*value, *currency),
            Literal::Text(text) => return self.label(text, beside),
        };
        self.put(&said);
        if let Some(unit) = beside.and_then(|id| self.unit(id)) {
            self.out.push(' ');
            self.out.push_str(unit);
        }
    }

    fn amount(&mut self, value: Decimal, currency: Currency) {
        let said = match (self.is_zh(), currency.to_string().as_str()) {
            (true, "CNY") => format!("{value} 元"),
            (_, code) => format!("{value} {code}"),
        };
        self.put(&said);
    }

    /// A label in its wording, a text between quotes.
    fn label(&mut self, text: &str, beside: Option<NodeId>) {
        let labels = beside.and_then(|id| match self.ty(id) {
            Type::Enum(labels) => Some(labels.clone()),
            _ => None,
        });
        let Some(labels) = labels else { return self.quoted(text) };
        // The states of a machine are labels of its own.
        let label = labels.iter().find(|label| *label.name == *text);
        let said = label.map(|label| self.said(&label.text, text));
        self.put(&said.unwrap_or_else(|| text.to_owned()));
    }

    /// The unit of an attribute or a field.
    fn unit(&self, id: NodeId) -> Option<&'c str> {
        let schema = self.scope.schema;
        match (self.checked.meaning(id)?, self.node(id)) {
            (Meaning::Attribute(position), _) => schema.attributes.get(position)?.unit.as_deref(),
            (Meaning::Field(position), Node::Select { of, .. }) => {
                let Type::Event(kind) = self.ty(*of) else { return None };
                schema.kinds.get(*kind)?.fields.get(position)?.unit.as_deref()
            }
            _ => None,
        }
    }

    /// The elements of a list: `A, B or C`.
    pub(super) fn one_of(&mut self, list: NodeId, beside: NodeId, any: bool) {
        let last = if any { (" or ", "或") } else { (", ", "、") };
        match self.node(list) {
            Node::Literals(literals) => {
                let n = literals.len();
                if n == 0 {
                    return self.say("of no one", "空列表");
                }
                for (position, literal) in literals.iter().take(ELEMENTS).enumerate() {
                    self.between(position, n, last);
                    self.literal(literal, Some(beside));
                }
                if ELEMENTS < n {
                    let zh = format!("……（共 {n} 项）");
                    self.say(&format!(", ... ({n} in all)"), &zh);
                }
            }
            Node::List(items) => {
                for (position, item) in items.iter().enumerate() {
                    self.between(position, items.len(), last);
                    self.operand_beside(*item, beside);
                }
            }
            _ => self.operand(list),
        }
    }

    fn between(&mut self, position: usize, n: usize, (en, zh): (&str, &str)) {
        if position == 0 {
            return;
        }
        if position + 1 == n && n <= ELEMENTS { self.say(en, zh) } else { self.say(", ", "、") }
    }

    /// `days(90)`
    pub(super) fn period(&mut self, function: &str, count: NodeId) {
        let unit = match function {
            "days" => PeriodUnit::Days,
            "weeks" => PeriodUnit::Weeks,
            "months" => PeriodUnit::Months,
            "quarters" => PeriodUnit::Quarters,
            "years" => PeriodUnit::Years,
            "workdays" => PeriodUnit::Workdays,
            "workhours" => PeriodUnit::Workhours,
            _ => PeriodUnit::Workminutes,
        };
        let one = matches!(self.node(count), Node::Literal(Literal::Int(1)));
        self.operand(count);
        self.unit_of_time(unit, one);
    }

    fn unit_of_time(&mut self, unit: PeriodUnit, one: bool) {
        let (en, zh) = match unit {
            PeriodUnit::Days => (" day", " 天"),
            PeriodUnit::Weeks => (" week", " 周"),
            PeriodUnit::Months => (" month", " 个月"),
            PeriodUnit::Quarters => (" quarter", " 个季度"),
            PeriodUnit::Years => (" year", " 年"),
            PeriodUnit::Workdays => (" working day", " 个工作日"),
            PeriodUnit::Workhours => (" working hour", " 个工作小时"),
            PeriodUnit::Workminutes => (" working minute", " 个工作分钟"),
        };
        self.say(en, zh);
        self.say(if one { "" } else { "s" }, "");
    }

    fn length(&mut self, period: Period) {
        self.put(&period.n().to_string());
        self.unit_of_time(period.unit(), period.n() == 1);
    }

    /// The value of a parameter.
    pub(super) fn given(&mut self, value: &Value) {
        let said = match value {
            Value::Period(period) => return self.length(*period),
            Value::Money(amount, currency) => return self.amount(*amount, *currency),
            Value::Bool(on) => {
                return if *on { self.say("yes", "是") } else { self.say("no", "否") };
            }
            Value::Text(text) => return self.quoted(text),
            Value::Int(value) => value.to_string(),
            Value::Double(value) => double_text(*value),
            Value::Decimal(value) => plain(*value),
            Value::Date(day) => day.to_string(),
            Value::Timestamp(at) => at.to_string(),
            Value::Duration(length) => {
                let text = length.to_string();
                return self.time("duration", &text);
            }
            Value::List(items) => {
                for (position, item) in items.iter().take(ELEMENTS).enumerate() {
                    self.between(position, items.len(), (" or ", "或"));
                    self.given(item);
                }
                return;
            }
            Value::Null | Value::Missing => return self.say("unknown", "未知"),
            Value::Record(_) | Value::Length(_) => return,
        };
        self.put(&said);
    }

    /// `date('2026-03-31')`, `duration('36h')`, as they are written.
    pub(super) fn time(&mut self, function: &str, text: &str) {
        let units = [('h', " hour", " 小时"), ('m', " minute", " 分钟"), ('s', " second", " 秒")];
        if function == "duration" {
            let plain = units.iter().find_map(|(letter, en, zh)| {
                let count = text.strip_suffix(*letter)?;
                count.parse::<u64>().ok().map(|count| (count, *en, *zh))
            });
            if let Some((count, en, zh)) = plain {
                let plural = if count == 1 { "" } else { "s" };
                return self.say(&format!("{count}{en}{plural}"), &format!("{count}{zh}"));
            }
        }
        self.put(text);
    }

    /// `startOf('month')`
    pub(super) fn edge(&mut self, function: &str, unit: &str) {
        let (en, zh) = unit_words(unit);
        let start = function == "startOf";
        let said = match (self.is_zh(), start) {
            (true, true) => match unit {
                "day" => "今天零点".to_owned(),
                _ => format!("本{zh}初"),
            },
            (true, false) => match unit {
                "day" => "今天结束".to_owned(),
                _ => format!("本{zh}末"),
            },
            (false, true) => format!("the start of this {en}"),
            (false, false) => format!("the end of this {en}"),
        };
        self.put(&said);
    }
}

/// A number without zeros that its type adds.
fn plain(value: Decimal) -> String {
    let text = value.to_string();
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}
