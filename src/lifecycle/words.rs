//! What a transition waits for, in words.

use super::course::Cause;
use super::machine::{Due, Kinds, Transition, Trigger};
use crate::error::{Text, after_chinese};
use crate::facts::Schema;
use crate::lang::{Environment, Value, World, origin, worded_length};
use crate::units::{Instant, Unit};

/// Kinds of events that are named one by one.
const KINDS: usize = 4;

impl Transition {
    /// What it waits for, of no customer in particular: where a length is that
    /// of each customer, it is shown as it is written.
    pub fn waits_for(&self, world: World<'_>) -> Text {
        self.awaits(world, &world.nobody())
    }

    /// What it waits for, in the words of its author where they gave a label;
    /// otherwise `purchase`, `no purchase for 90 days`, in the wording of the
    /// schema's labels. A time says what it was worked out from.
    ///
    /// # Inputs
    ///
    /// `environment`: the customer and moment for which the length of a timer
    /// is worked out; an expression that fails is said as a sentence, or shown
    /// as it is written.
    pub fn awaits(&self, world: World<'_>, environment: &dyn Environment) -> Text {
        let schema = &world.columns.schema;
        if self.text != Text::default() {
            return labelled(self, world, environment);
        }
        match &self.trigger {
            Trigger::Event(kinds) => match kinds_text(kinds, schema) {
                None => Text::new("anything happens", "发生任何事件"),
                Some(kinds) => kinds,
            },
            Trigger::Change(attributes) => {
                let names = attributes.iter().filter_map(|at| schema.attributes.get(*at));
                let names = listed(names.map(|it| it.text.or_name(&it.name)));
                let Text { zh, en } = names;
                Text::new(format!("{en} changes"), format!("{zh}变更"))
            }
            Trigger::Due(due) => timer(self, due, world, environment),
            Trigger::Condition => {
                let whole = || Text::new("its condition holds", "满足条件");
                self.condition.clone().unwrap_or_else(whole)
            }
        }
    }

    /// What it waited for when it was taken: for a timer that was due before,
    /// and whose condition came true only now, the condition too.
    pub(super) fn awaited(
        &self,
        cause: Cause,
        now: Instant,
        world: World<'_>,
        environment: &dyn Environment,
    ) -> Text {
        let whole = self.awaits(world, environment);
        match (cause, &self.condition) {
            (Cause::Timer(due), Some(condition)) if due < now => Text::new(
                format!("{}, and {}", whole.en, condition.en),
                format!("{}，且{}", whole.zh, condition.zh),
            ),
            _ => whole,
        }
    }
}

/// The label, for a time what it was worked out from, and for a length that is
/// that of each customer which it is.
fn labelled(transition: &Transition, world: World<'_>, environment: &dyn Environment) -> Text {
    let Text { en, zh } = transition.text.or_name("");
    let more = match &transition.trigger {
        Trigger::Due(Due::At(time)) => {
            origin(time, &world.columns.schema, world.parameters, environment)
        }
        Trigger::Due(Due::After(length) | Due::Silent(length, _)) if length.uses.is_personal() => {
            worded_length(length, environment)
        }
        _ => None,
    };
    match more {
        None => Text::new(en, zh),
        Some(more) => Text::new(format!("{en}: {}", more.en), format!("{zh}：{}", more.zh)),
    }
}

fn timer(
    transition: &Transition,
    due: &Due,
    world: World<'_>,
    environment: &dyn Environment,
) -> Text {
    let (expression, schema) = (due.expression(), &world.columns.schema);
    let Text { en, zh } = worded_length(expression, environment)
        .or_else(|| transition.time.clone())
        .unwrap_or_else(|| {
            let source = crate::units::shown(&expression.source).into_owned();
            Text::new(format!("`{source}`"), format!("`{source}`"))
        });
    match due {
        Due::After(_) => Text::new(format!("{en} {} passed", has(&en)), format!("满 {zh}")),
        Due::At(time) => match origin(time, schema, world.parameters, environment) {
            None => Text::new(format!("it is {en}"), format!("到 {zh}")),
            Some(from) => {
                Text::new(format!("it is {en}: {}", from.en), format!("到 {zh}：{}", from.zh))
            }
        },
        Due::Every(unit, offset) => {
            let (each, of_each) = unit_text(*unit);
            let at_once = match offset.evaluate(environment) {
                Ok(Value::Period(offset)) => offset.n() == 0,
                Ok(Value::Duration(offset)) => offset.nanos() == 0,
                _ => false,
            };
            if at_once {
                Text::new(format!("a {each} begins"), format!("每{of_each}开始"))
            } else {
                let en = format!("{en} of a {each} {} passed", has(&en));
                Text::new(en, format!("每{of_each}开始后满 {zh}"))
            }
        }
        Due::Silent(_, kinds) => match kinds_text(kinds, schema) {
            None => {
                Text::new(format!("nothing has happened for {en}"), format!("{zh}内无任何事件"))
            }
            Some(kinds) => {
                let zh = format!("{zh}内无{}", after_chinese(&kinds.zh));
                Text::new(format!("no {} for {en}", kinds.en), zh)
            }
        },
    }
}

/// `1 working day has passed`, `2 days have passed`.
fn has(length: &str) -> &'static str {
    let is_number = |letter: char| letter.is_ascii_digit();
    let is_one = length.strip_prefix("1 ").is_some_and(|unit| !unit.contains(is_number));
    if is_one { "has" } else { "have" }
}

fn unit_text(unit: Unit) -> (&'static str, &'static str) {
    match unit {
        Unit::Day => ("day", "日"),
        Unit::Week => ("week", "周"),
        Unit::Month => ("month", "月"),
        Unit::Quarter => ("quarter", "季"),
        Unit::Year => ("year", "年"),
        Unit::FiscalYear => ("business year", "财年"),
    }
}

/// Their wordings; `None` for every kind.
fn kinds_text(kinds: &Kinds, schema: &Schema) -> Option<Text> {
    let Kinds::Some(kinds) = kinds else { return None };
    let named = kinds.iter().filter_map(|kind| schema.kinds.get(*kind));
    let mut named = named.map(|kind| kind.text.or_name(&kind.name));
    if kinds.len() <= KINDS {
        return Some(listed(named));
    }
    let (first, n) = (named.next()?, kinds.len());
    let en = format!("{} or {} other kinds of events", first.en, n - 1);
    Some(Text::new(en, format!("{}等 {n} 类事件", first.zh)))
}

fn listed(texts: impl Iterator<Item = Text>) -> Text {
    let (mut en, mut zh): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    for text in texts {
        en.push(text.en);
        zh.push(text.zh);
    }
    Text::new(en.join(" or "), zh.join("或"))
}

#[cfg(test)]
mod tests {
    use super::has;

    #[test]
    fn one_of_something_has_passed() {
        for one in ["1 day", "1 month", "1 h", "1 working day"] {
            assert_eq!(has(one), "has", "{one}");
        }
        for more in ["2 days", "11 days", "1 h 30 min", "1.5 h", "`a + b`"] {
            assert_eq!(has(more), "have", "{more}");
        }
    }
}
