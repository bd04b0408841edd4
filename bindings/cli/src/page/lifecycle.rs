//! Lifecycles on a page: how many are in each state, where one customer is, and
//! how they came there.

mod compare;
mod flow;
mod legacy;
mod scenarios;

use std::collections::HashMap;

use guanxi::engine::{
    CauseView, CustomerMachine, DueView, KeptView, MachineSummary, OtherView, PinnedView,
    StateSummary, StepExplained, StepView, Supposed, TroubleView, WhyNot,
};
use guanxi::error::{Language, Text};
use guanxi::lang::Explanation;
use guanxi::units::{Instant, Zone};

pub use self::compare::{compare, differing, state};
pub use self::flow::{flows, flows_in_short};
pub use self::legacy::legacy;
pub use self::scenarios::scenarios;
use super::Stand::{Left, Right};
use super::query::clauses;
use super::{bar, day, heading, percent, printable, table};
use crate::speech::{counted, either, grouped};

/// The customers in each state of each machine.
pub fn machines(machines: &[MachineSummary], customers: u64, language: Language) -> String {
    machines.iter().map(|machine| one_machine(machine, customers, language)).collect()
}

fn one_machine(machine: &MachineSummary, customers: u64, language: Language) -> String {
    let what = match (machine.keyed, language) {
        (false, Language::En) => "customers",
        (false, Language::Zh) => "客户",
        (true, Language::En) => "runs",
        (true, Language::Zh) => "件数",
    };
    let title = machine.label.say(language);
    let header = match language {
        Language::En => {
            [(title, Left), ("state", Left), (what, Right), ("share", Right), ("", Left)]
        }
        Language::Zh => [(title, Left), ("状态", Left), (what, Right), ("占比", Right), ("", Left)],
    };
    // Of a machine with runs, the shares are those of all runs.
    let outermost = machine.states.iter().filter(|state| state.inside.is_none());
    let runs = outermost.map(|state| state.customers).sum();
    let whole = if machine.keyed { runs } else { customers };
    let mut depths: HashMap<&str, usize> = HashMap::new();
    let rows: Vec<Vec<String>> = machine
        .states
        .iter()
        .map(|state| {
            let outer = state.inside.as_deref().and_then(|outer| depths.get(outer));
            let depth = outer.map_or(0, |depth| depth + 1);
            depths.insert(&state.state, depth);
            row(state, depth, whole, language)
        })
        .collect();
    let mut page = format!("\n{}", table(&header, &rows));
    page.push_str(&troubles(machine, language));
    page
}

fn row(state: &StateSummary, depth: usize, whole: u64, language: Language) -> Vec<String> {
    vec![
        format!("{}{}", "  ".repeat(depth), state.label.say(language)),
        state.state.to_string(),
        grouped(state.customers),
        percent(state.customers, whole),
        bar(state.customers, whole),
    ]
}

fn troubles(machine: &MachineSummary, language: Language) -> String {
    if machine.troubles == 0 {
        return String::new();
    }
    let name = &machine.machine;
    let mut page = match language {
        Language::En => {
            let troubles = counted(machine.troubles, "customer", "customers");
            format!("{name}: a definition failed for {troubles}, who went on without it\n")
        }
        Language::Zh => {
            let troubles = grouped(machine.troubles);
            format!("{name}：{troubles} 名客户有定义求值出错，已跳过该定义\n")
        }
    };
    for failure in &machine.failures {
        let who = printable(&failure.customer);
        let colon = either(language, ": ", "：");
        page.push_str(&format!("  {who}{colon}{}\n", failed(failure, language)));
    }
    page
}

/// Which definition failed, and why.
fn failed(failure: &TroubleView, language: Language) -> String {
    let why = failure.fault.message.say(language);
    format!("{}{}{}", failure.transition, either(language, ": ", "："), printable(why))
}

/// What failed for one customer, a line each; nothing where nothing did.
pub fn failures(machines: &[CustomerMachine], zone: &Zone, language: Language) -> String {
    // Each run of a machine tells of the same.
    let mut told: Vec<String> = Vec::new();
    for failure in machines.iter().flat_map(|machine| &machine.troubles) {
        let line = failure_line(failure, zone, language);
        if !told.contains(&line) {
            told.push(line);
        }
    }
    told.concat()
}

fn failure_line(failure: &TroubleView, zone: &Zone, language: Language) -> String {
    let (at, what) = (failure.at.map(|at| zone.shown(at)), failed(failure, language));
    match (at, language) {
        (Some(at), Language::En) => {
            format!("went on without a definition that failed, since {at}: {what}\n")
        }
        (None, Language::En) => format!("went on without a definition that failed: {what}\n"),
        (Some(at), Language::Zh) => format!("自 {at} 起有定义求值出错，已跳过：{what}\n"),
        (None, Language::Zh) => format!("有定义求值出错，已跳过：{what}\n"),
    }
}

/// ` since 2026-03-01`; nothing for what was always so.
fn since(at: Option<Instant>, zone: &Zone, language: Language) -> String {
    match (at.map(|at| zone.shown(at)), language) {
        (None, _) => String::new(),
        (Some(at), Language::En) => format!(" since {at}"),
        (Some(at), Language::Zh) => format!("，始于 {at}"),
    }
}

/// Who pinned a state, until when, and what the rules say.
fn pinned(pin: &PinnedView, zone: &Zone, language: Language) -> String {
    let until = pin.until.map(|until| zone.shown(until));
    let (actor, reason) = (printable(&pin.actor), printable(&pin.reason));
    let (rules, since) = (pin.rules_label.say(language), since(pin.rules_since, zone, language));
    match language {
        Language::En => {
            let until =
                until.map_or_else(|| "until let go of".to_owned(), |it| format!("until {it}"));
            format!("pinned {until} by {actor}: {reason}; by the rules {rules}{since}\n")
        }
        Language::Zh => {
            let until = until.map_or_else(|| "直到解除".to_owned(), |it| format!("至 {it}"));
            format!("由 {actor} 锁定，{until}：{reason}；按规则为{rules}{since}\n")
        }
    }
}

/// Where one customer is in each machine, and what is due.
pub fn states(machines: &[CustomerMachine], zone: &Zone, language: Language) -> String {
    if machines.is_empty() {
        return String::new();
    }
    let header = match language {
        Language::En => ["lifecycle", "state", "since", "next", "on"],
        Language::Zh => ["生命周期", "状态", "起始", "下一步", "到期"],
    };
    let mut rows: Vec<Vec<String>> = Vec::new();
    for it in machines {
        let (next, at) = it.next.as_ref().map_or_else(
            || ("-".to_owned(), "-".to_owned()),
            |next| (next_state(next, language), left(next, zone, language)),
        );
        let state = it.state_label.say(language).to_owned();
        rows.push(vec![named(it, language), state, day(it.since, zone), next, at]);
        rows.extend(it.leaves.iter().map(|next| {
            let blank = String::new;
            let (to, at) = (next_state(next, language), left(next, zone, language));
            vec![blank(), blank(), blank(), to, at]
        }));
    }
    let mut page = format!("\n{}", table(&header.map(|name| (name, Left)), &rows));
    for it in machines {
        let Some(pin) = &it.pinned else { continue };
        let colon = either(language, ": ", "：");
        let line = pinned(pin, zone, language);
        page.push_str(&format!("{}{colon}{line}", named(it, language)));
    }
    page.push_str(&failures(machines, zone, language));
    page
}

/// A machine, with the key of the run where it has many.
fn named(it: &CustomerMachine, language: Language) -> String {
    with_key(it.label.say(language), it.key.as_deref())
}

/// A machine's name, with the key of a run.
pub fn with_key(name: &str, key: Option<&str>) -> String {
    key.map_or_else(|| name.to_owned(), |key| format!("{name} {}", printable(key)))
}

fn listed(labels: &[Text], language: Language) -> String {
    let labels: Vec<&str> = labels.iter().map(|label| label.say(language)).collect();
    labels.join(either(language, ", ", "、"))
}

fn next_state(next: &DueView, language: Language) -> String {
    let (to, because) = (next.to_label.say(language), next.because.say(language));
    let effects = listed(&next.effect_labels, language);
    match (next.from == next.to, effects.is_empty(), language) {
        (false, true, Language::En) => format!("{to}: {because}"),
        (false, true, Language::Zh) => format!("{to}：{because}"),
        (false, false, Language::En) => format!("{to} ({effects}): {because}"),
        (false, false, Language::Zh) => format!("{to}（{effects}）：{because}"),
        (true, _, Language::En) => format!("{effects}: {because}"),
        (true, _, Language::Zh) => format!("{effects}：{because}"),
    }
}

/// When something is due, and in how many days.
fn left(next: &DueView, zone: &Zone, language: Language) -> String {
    let at = zone.shown(next.at);
    match language {
        Language::En => {
            let days = counted(next.days.unsigned_abs(), "day", "days");
            format!("{at}, in {days}")
        }
        Language::Zh => format!("{at}，还有 {} 天", grouped(next.days.unsigned_abs())),
    }
}

/// Every step of one customer, a line each.
pub fn history(steps: &[StepView], zone: &Zone, language: Language) -> String {
    let header = match language {
        Language::En => ["when", "lifecycle", "from", "to", "because", "fact"],
        Language::Zh => ["时间", "生命周期", "从", "到", "原因", "事实"],
    };
    let rows: Vec<Vec<String>> = steps
        .iter()
        .map(|step| {
            vec![
                when(step.at, zone, language),
                with_key(step.label.say(language), step.key.as_deref()),
                from(step, language),
                to(step, language),
                step.because.say(language).to_owned(),
                fact(&step.cause),
            ]
        })
        .collect();
    format!("\n{}", table(&header.map(|name| (name, Left)), &rows))
}

fn when(at: Option<Instant>, zone: &Zone, language: Language) -> String {
    at.map_or_else(|| either(language, "always", "一直").to_owned(), |at| zone.shown(at))
}

fn from(step: &StepView, language: Language) -> String {
    step.from_label.as_ref().map_or("-", |label| label.say(language)).to_owned()
}

/// The state that a step leads to, with its effects; where it leads nowhere,
/// these alone.
fn to(step: &StepView, language: Language) -> String {
    let state = step.to_label.say(language);
    if step.effects.is_empty() {
        return state.to_owned();
    }
    let effects = listed(&step.effect_labels, language);
    if step.from.as_ref() == Some(&step.to) {
        return format!("({effects})");
    }
    match language {
        Language::En => format!("{state} ({effects})"),
        Language::Zh => format!("{state}（{effects}）"),
    }
}

fn fact(cause: &CauseView) -> String {
    match cause {
        CauseView::Event { event, kind, .. } => {
            format!("{kind} {}", printable(&event.join(", ")))
        }
        CauseView::Change { change, .. } => change.join(", "),
        _ => "-".to_owned(),
    }
}

/// Every step of one customer, with its reasons.
pub fn explain(steps: &[StepExplained], zone: &Zone, language: Language) -> String {
    let mut page = String::new();
    for StepExplained { step, condition, others } in steps {
        let machine = with_key(step.label.say(language), step.key.as_deref());
        let title = format!(
            "{}  {machine}  {} -> {}",
            when(step.at, zone, language),
            from(step, language),
            to(step, language)
        );
        page.push('\n');
        page.push_str(&heading(&title));
        let fact = match &step.cause {
            CauseView::Event { .. } | CauseView::Change { .. } => {
                format!(" ({})", fact(&step.cause))
            }
            _ => String::new(),
        };
        page.push_str(&format!("{}{fact}\n", step.because.say(language)));
        page.extend(condition.iter().map(|whole| clauses(whole, language)));
        for other in others {
            page.push_str(&kept(other, zone, language).unwrap_or_default());
        }
    }
    page
}

/// What kept another way out; those that waited for something that did not
/// happen go without saying.
fn kept(other: &OtherView, zone: &Zone, language: Language) -> Option<String> {
    let reason = match (&other.kept, language) {
        (KeptView::Waiting, _) => return None,
        (KeptView::Due { due: Some(due) }, Language::En) => format!("due {}", zone.shown(*due)),
        (KeptView::Due { due: Some(due) }, Language::Zh) => {
            format!("{} 到期", zone.shown(*due))
        }
        (KeptView::Due { due: None }, Language::En) => "never due".to_owned(),
        (KeptView::Due { due: None }, Language::Zh) => "不会到期".to_owned(),
        (KeptView::Done, Language::En) => "done before".to_owned(),
        (KeptView::Done, Language::Zh) => "此前已执行".to_owned(),
        (KeptView::Condition { lacks }, _) => lacks.say(language),
        (KeptView::Order, Language::En) => "open too, but later in the list".to_owned(),
        (KeptView::Order, Language::Zh) => "条件也满足，但排在后面".to_owned(),
    };
    let because = other.because.say(language);
    let to = other.to_label.say(language);
    let line = match language {
        Language::En => format!("not {to} ({because}): {reason}"),
        Language::Zh => format!("未到{to}（{because}）：{reason}"),
    };
    Some(format!("{}\n", printable(&line)))
}

/// Why somebody is not in a state, and how they could come there.
pub fn why_not(why: &WhyNot, zone: &Zone, language: Language) -> String {
    let (target, state) = (why.target_label.say(language), why.state_label.say(language));
    let since = since(why.since, zone, language);
    let mut page = match (why.there, language) {
        (true, Language::En) => format!("\nis there: {state}{since}\n"),
        (true, Language::Zh) => format!("\n已在该状态：{state}{since}\n"),
        (false, Language::En) => format!("\nnot {target}: {state}{since}\n"),
        (false, Language::Zh) => format!("\n不是“{target}”：现为“{state}”{since}\n"),
    };
    page.extend(why.pinned.iter().map(|pin| pinned(pin, zone, language)));
    page.extend(why.troubles.iter().map(|it| failure_line(it, zone, language)));
    if why.there {
        return page;
    }
    if let Some(earliest) = why.earliest {
        let earliest = zone.shown(earliest);
        page.push_str(&match language {
            Language::En => format!("if nothing happens, only time is missing: {earliest}\n"),
            Language::Zh => format!("若无事发生，只差时间：{earliest}\n"),
        });
    }
    if let Some(before) = &why.before {
        let (to, at) = (next_state(before, language), left(before, zone, language));
        page.push_str(&match language {
            Language::En => format!("before that, if nothing happens: {to}, {at}\n"),
            Language::Zh => format!("若无事发生，在此之前：{to}，{at}\n"),
        });
    }
    if why.ways.is_empty() && why.pinned.is_none() {
        page.push_str(either(language, "no way leads there\n", "没有转换通往该状态\n"));
    }
    for (number, way) in (1..).zip(&why.ways) {
        page.push_str(&match language {
            Language::En => format!("\nway {number}\n"),
            Language::Zh => format!("\n途径 {number}\n"),
        });
        for hop in &way.hops {
            let (to, because) = (hop.to_label.say(language), hop.because.say(language));
            let due = hop.due.map(|due| zone.shown(due)).map(|due| match language {
                Language::En => format!(", due {due}"),
                Language::Zh => format!("，{due} 到期"),
            });
            page.push_str(&format!("  -> {to}  {because}{}\n", due.unwrap_or_default()));
            for end in &hop.lacks {
                page.push_str(&format!("       {}\n", printable(&lack(end, language))));
            }
        }
    }
    page
}

/// An end that keeps a condition from holding. Where a value is missing, as that
/// of an event to come, what is wanted of it says more than that it is.
fn lack(end: &Explanation, language: Language) -> String {
    let said = end.say(language);
    if end.missing {
        let unknown = unknown(end).map(|name| match language {
            Language::En => format!("; `{name}` is not known"),
            Language::Zh => format!("；`{name}` 未知"),
        });
        let needed = either(language, "needed: ", "要求：");
        return format!("{needed}{}{}", end.text, unknown.unwrap_or_default());
    }
    // What holds, and keeps the whole from holding, is what must not.
    match (end.holds(), language) {
        (false, _) => said,
        (true, Language::En) => {
            format!("must not hold, and does: {}", said.trim_start_matches("yes: "))
        }
        (true, Language::Zh) => {
            format!("要求不成立，现已成立：{}", said.trim_start_matches("满足："))
        }
    }
}

/// What nobody knows of the customer. Of an event to come nobody can know.
fn unknown(end: &Explanation) -> Option<&str> {
    let leaf = end.leaf.as_ref()?;
    let missing = leaf.left.iter().chain(&leaf.right).find(|shown| shown.missing)?;
    missing.name.as_deref().filter(|name| !name.starts_with("event."))
}

/// What would be if something happened.
pub fn supposed(found: &Supposed, zone: &Zone, language: Language) -> String {
    let until = zone.shown(found.until);
    let mut page = match language {
        Language::En => format!("supposed, until {until}\n"),
        Language::Zh => format!("假设，至 {until}\n"),
    };
    page.push_str(&states(&found.states, zone, language));
    let parts = [
        (&found.added, either(language, "steps that it would bring about", "因此发生的转换")),
        (&found.dropped, either(language, "steps that it would prevent", "因此不再发生的转换")),
    ];
    for (steps, title) in parts {
        if !steps.is_empty() {
            page.push_str(&format!("\n{}", heading(title).trim_end()));
            page.push_str(&history(steps, zone, language));
        }
    }
    if found.added.is_empty() && found.dropped.is_empty() {
        page.push_str(either(language, "\nit would change nothing\n", "\n不会改变任何状态\n"));
    }
    page
}
