//! `guanxi lifecycle`: where customers are in their lifecycles, how they came
//! there, and where they go.

mod compare;
mod diagram;
mod flow;
mod legacy;
mod scenarios;

use guanxi::engine::{Journey, MachineSummary, StepExplained, StepView, review};
use guanxi::lifecycle::Machine;
use guanxi::{Code, Error, Fault, Playbook};
use serde_json::{Map, Value};

use super::Manner;
use super::question::Question;
use crate::args::{If, Lifecycle, LifecycleCommand, Of, One, WhyNot};
use crate::exit::{About, Exit, Stop};
use crate::files;
use crate::lines::Lines;
use crate::page;

/// Answers one question about lifecycles.
pub fn run(args: &Lifecycle, manner: Manner) -> Result<Exit, Stop> {
    match &args.command {
        LifecycleCommand::State(of) => state(of, manner),
        LifecycleCommand::History(one) => about(one, manner, |it| Ok(history(one, it, manner))),
        LifecycleCommand::Explain(one) => about(one, manner, |it| Ok(explain(one, it, manner))),
        LifecycleCommand::Next(one) => about(one, manner, |it| Ok(next(one, it, manner))),
        LifecycleCommand::WhyNot(ask) => {
            about(&ask.one, manner, |journey| why_not(ask, journey, manner))
        }
        LifecycleCommand::If(ask) => {
            // What cannot be read is told before minutes of import.
            let supposed = files::read_text(&ask.supposed)?;
            about(&ask.one, manner, |journey| suppose(ask, &supposed, journey, manner))
        }
        LifecycleCommand::Flow(args) => flow::run(args, manner),
        LifecycleCommand::Compare(args) => compare::run(args, manner),
        LifecycleCommand::CompareLegacy(args) => legacy::run(args, manner),
        LifecycleCommand::Diagram(args) => diagram::run(args, manner),
        LifecycleCommand::Scenarios(args) => scenarios::run(args, manner),
    }
}

fn read(of: &Of, manner: Manner) -> Result<Question, Stop> {
    Question::read(&of.facts, manner, |playbook| {
        if playbook.machines().is_empty() {
            return Err(no_machines().into());
        }
        // A machine that is not there is told before minutes of import.
        if let Some(name) = &of.machine {
            playbook.machine_named(name)?;
        }
        Ok(())
    })
}

impl Question {
    fn journey(&self, id: &str) -> Result<Journey<'_>, Stop> {
        let as_of = self.asked.instant_of(&self.source.store, &self.playbook)?;
        match self.source.store.journey(&self.playbook, as_of, self.asked.known_at, id) {
            Err(error) if error.code() == Code::UnknownCustomer => {
                Err(super::unknown_customer(id, as_of, &self.playbook).into())
            }
            journey => Ok(journey?),
        }
    }
}

fn no_machines() -> Fault {
    Fault::new(Code::UnknownMachine, "the playbook has no machines", "规则集中没有生命周期")
        .hint("describe them in its section `machines`", "请在其 `machines` 一节中定义")
}

fn state(of: &Of, manner: Manner) -> Result<Exit, Stop> {
    let question = read(of, manner)?;
    let (columns, as_of) = question.columns()?;
    let (playbook, known_at) = (&question.playbook, question.asked.known_at);
    let review = review(&columns, playbook, as_of, known_at, question.options());
    let mut machines = review.machines;
    machines.retain(|it| wanted(of, &it.machine));
    let mut out = Lines::new();
    if manner.json {
        out.json(&Value::Object(machines.iter().map(counts).collect()))?;
    } else {
        out.text(&question.title(as_of))?;
        out.text(&page::lifecycle::machines(&machines, review.customers, manner.language))?;
    }
    out.finish()?;
    question.done()
}

/// The customers in each state by the names of machine and state.
fn counts(machine: &MachineSummary) -> (String, Value) {
    let states = machine.states.iter();
    let states = states.map(|it| (it.state.to_string(), it.customers.into()));
    (machine.machine.to_string(), Value::Object(states.collect::<Map<_, _>>()))
}

/// The machine that is asked about: the one that is named, else the only one.
fn the_machine<'p>(of: &Of, playbook: &'p Playbook) -> Result<&'p Machine, Error> {
    match (&of.machine, playbook.machines()) {
        (Some(name), _) => playbook.machine_named(name),
        (None, [only]) => Ok(only),
        (None, machines) => {
            let names: Vec<String> = machines.iter().map(|it| format!("`{}`", it.name)).collect();
            let names = names.join(", ");
            let fault = Fault::new(
                Code::InvalidArgument,
                "`--machine` is missing: the playbook has not one lifecycle",
                "缺少 `--machine`：规则集的生命周期不是恰好一个",
            );
            Err(fault.hint(format!("there are: {names}"), format!("现有：{names}")).into())
        }
    }
}

fn wanted(of: &Of, machine: &str) -> bool {
    of.machine.as_deref().is_none_or(|name| name == machine)
}

/// Loads one customer and prints what is asked.
fn about(
    one: &One,
    manner: Manner,
    answer: impl FnOnce(&Journey<'_>) -> Result<Said, Stop>,
) -> Result<Exit, Stop> {
    let question = read(&one.of, manner)?;
    let journey = question.journey(&one.id)?;
    let said = answer(&journey)?;
    let mut out = Lines::new();
    if manner.json {
        out.json(&said.json)?;
    } else {
        let zone = question.playbook.calendar().zone();
        let name = page::printable(journey.id());
        out.text(&page::title(&name, journey.as_of(), zone, manner.language))?;
        out.text(&said.page)?;
    }
    out.finish()?;
    question.done()
}

/// An answer for programs and for people.
struct Said {
    json: Value,
    page: String,
}

fn history(one: &One, journey: &Journey<'_>, manner: Manner) -> Said {
    let mut steps: Vec<StepView> = journey.history();
    steps.retain(|step| wanted(&one.of, &step.machine));
    let zone = journey.playbook().calendar().zone();
    let mut page = page::lifecycle::history(&steps, zone, manner.language);
    page.push_str(&failures(one, journey, manner));
    Said { json: serde_json::to_value(&steps).unwrap_or_default(), page }
}

fn explain(one: &One, journey: &Journey<'_>, manner: Manner) -> Said {
    let mut steps: Vec<StepExplained> = journey.explain();
    steps.retain(|it| wanted(&one.of, &it.step.machine));
    let said = steps.iter().map(|step| serde_json::to_value(step.in_language(manner.language)));
    let json = said.map(Result::unwrap_or_default).collect();
    let zone = journey.playbook().calendar().zone();
    let mut page = page::lifecycle::explain(&steps, zone, manner.language);
    page.push_str(&failures(one, journey, manner));
    Said { json, page }
}

/// What failed for the customer on the way.
fn failures(one: &One, journey: &Journey<'_>, manner: Manner) -> String {
    let mut states = journey.states();
    states.retain(|it| wanted(&one.of, &it.machine));
    let zone = journey.playbook().calendar().zone();
    page::lifecycle::failures(&states, zone, manner.language)
}

fn next(one: &One, journey: &Journey<'_>, manner: Manner) -> Said {
    let mut states = journey.states();
    states.retain(|it| wanted(&one.of, &it.machine));
    let zone = journey.playbook().calendar().zone();
    let page = page::lifecycle::states(&states, zone, manner.language);
    Said { json: serde_json::to_value(&states).unwrap_or_default(), page }
}

fn why_not(ask: &WhyNot, journey: &Journey<'_>, manner: Manner) -> Result<Said, Stop> {
    let machine = ask.one.of.machine.as_deref();
    let why = journey.why_not(machine, ask.key.as_deref(), &ask.state)?;
    let zone = journey.playbook().calendar().zone();
    let page = page::lifecycle::why_not(&why, zone, manner.language);
    let json = serde_json::to_value(why.in_language(manner.language));
    Ok(Said { json: json.unwrap_or_default(), page })
}

fn suppose(ask: &If, supposed: &str, journey: &Journey<'_>, manner: Manner) -> Result<Said, Stop> {
    let mut found = journey.suppose(supposed.as_bytes()).about_document(supposed)?;
    found.states.retain(|it| wanted(&ask.one.of, &it.machine));
    for steps in [&mut found.added, &mut found.dropped] {
        steps.retain(|step| wanted(&ask.one.of, &step.machine));
    }
    let zone = journey.playbook().calendar().zone();
    let page = page::lifecycle::supposed(&found, zone, manner.language);
    Ok(Said { json: serde_json::to_value(&found).unwrap_or_default(), page })
}
