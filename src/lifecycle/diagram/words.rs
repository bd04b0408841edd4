//! What a way waits for, in a few words.

use crate::error::{Language, Text};
use crate::facts::Schema;
use crate::lang::{Checked, Environment, Value, World, worded};
use crate::lifecycle::machine::{Due, Kinds, Transition, Trigger};
use crate::units::Calendar;

/// Letters of an expression that are shown; a longer one is cut.
const LETTERS: usize = 28;

/// What a transition waits for: `purchase`, `120 days without purchase`.
pub(super) fn awaited(way: &Transition, world: World<'_>, language: Language) -> String {
    let schema = &world.columns.schema;
    let text = match &way.trigger {
        Trigger::Event(kinds) => kinds_of(kinds, schema)
            .unwrap_or_else(|| Text::new("any event", "任何事件")),
        Trigger::Change(attributes) => {
            let names = attributes.iter().filter_map(|at| schema.attributes.get(*at));
            let names = listed(names.map(|it| it.text.or_name(&it.name)));
            Text::new(format!("{} changes", names.en), format!("{}变更", names.zh))
        }
        Trigger::Due(due) => timer(due, world),
        Trigger::Condition => {
            return way.when.as_deref().map_or_else(String::new, |when| cut(&when.source));
        }
    };
    let words = text.say(language).to_owned();
    match (&way.when, language) {
        (None, _) => words,
        (Some(_), Language::En) => format!("{words}, if"),
        (Some(_), Language::Zh) => format!("{words}（有条件）"),
    }
}

fn timer(due: &Due, world: World<'_>) -> Text {
    let source = cut(&due.expression().source);
    let length = worded(due.expression(), &Nobody(world));
    let Text { en, zh } = length.unwrap_or_else(|| Text::new(source.clone(), source));
    match due {
        Due::After(_) => Text::new(format!("after {en}"), format!("满 {zh}")),
        Due::At(_) => Text::new(format!("on {en}"), format!("到 {zh}")),
        Due::Silent(_, kinds) => match kinds_of(kinds, &world.columns.schema) {
            None => Text::new(format!("silent for {en}"), format!("沉默 {zh}")),
            Some(kinds) => {
                Text::new(format!("no {} for {en}", kinds.en), format!("{zh}未{}", kinds.zh))
            }
        },
    }
}

fn kinds_of(kinds: &Kinds, schema: &Schema) -> Option<Text> {
    let Kinds::Some(kinds) = kinds else { return None };
    let kinds = kinds.iter().filter_map(|kind| schema.kinds.get(*kind));
    Some(listed(kinds.map(|kind| kind.text.or_name(&kind.name))))
}

fn listed(texts: impl Iterator<Item = Text>) -> Text {
    let (en, zh): (Vec<String>, Vec<String>) = texts.map(|text| (text.en, text.zh)).unzip();
    Text::new(en.join(" or "), zh.join("或"))
}

/// The beginning of an expression.
fn cut(source: &str) -> String {
    let mut letters = source.chars();
    let shown: String = letters.by_ref().take(LETTERS).collect();
    if letters.next().is_some() { format!("{shown}…") } else { shown }
}

/// The condition of a way, as it is written.
pub(super) fn condition(way: &Transition) -> Option<&str> {
    let when: &Checked = way.when.as_deref()?;
    Some(&when.source)
}

/// No customer in particular: parameters have values, and nothing else has.
#[derive(Debug)]
struct Nobody<'a>(World<'a>);

impl Environment for Nobody<'_> {
    fn name(&self, _: &str) -> Option<Value> {
        None
    }

    fn calendar(&self) -> &Calendar {
        self.0.calendar
    }

    fn parameter(&self, name: &str) -> Option<Value> {
        crate::lang::scope::value_of(self.0.parameters, name)
    }
}
