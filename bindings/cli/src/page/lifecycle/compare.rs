//! What another playbook would change, on a page.

use guanxi::Playbook;
use guanxi::engine::{CellView, ChangeView, ComparisonView, EffectView, MoveTold, PartingView};
use guanxi::error::Language;
use guanxi::lifecycle::Machine;

use super::super::Stand::{Left, Right};
use super::super::{heading, label, percent, printable, table};
use crate::speech::{counted, either, grouped};

/// Letters of a hash that tell two playbooks apart.
const HASH: usize = 12;

/// The comparison.
pub fn compare(
    found: &ComparisonView,
    old: &Playbook,
    new: &Playbook,
    language: Language,
) -> String {
    let zone = old.calendar().zone();
    let same = (&found.old.id, &found.old.version) == (&found.new.id, &found.new.version);
    let version = |playbook: &Playbook| {
        let (id, version) = (playbook.id(), playbook.version());
        // Two of one version are told apart by what they are.
        let hash = playbook.hash().get(..HASH).filter(|_| same && old.hash() != new.hash());
        hash.map_or_else(|| format!("{id} {version}"), |hash| format!("{id} {version} ({hash})"))
    };
    let (was, is) = (version(old), version(new));
    let mode = match (found.mode, found.from, language) {
        ("forward", Some(from), Language::En) => format!("going on from {}", zone.shown(from)),
        ("forward", Some(from), Language::Zh) => format!("自 {} 起改用", zone.shown(from)),
        ("shadow", _, Language::En) => "beside it, without effects".to_owned(),
        ("shadow", _, Language::Zh) => "并行运行，不产生动作".to_owned(),
        (_, _, Language::En) => "all history seen anew".to_owned(),
        (_, _, Language::Zh) => "重算全部历史".to_owned(),
    };
    let page = format!("{was} -> {is}: {mode}\n");
    page + &differing(found, (old, new), language)
}

/// The machines, one by one, and what would have to be done.
pub fn differing(
    found: &ComparisonView,
    (old, new): (&Playbook, &Playbook),
    language: Language,
) -> String {
    let mut page = String::new();
    let pair = |it: &ChangeView| {
        let names = (&*it.machine, &*it.new_machine);
        Some((old.machine(names.0)?, new.machine(names.1)?))
    };
    for change in &found.machines {
        let Some(machines) = pair(change) else { continue };
        page.push_str(&one(change, machines, old, language));
    }
    for (names, said) in [
        (&found.dropped, either(language, "no longer there: ", "不再有：")),
        (&found.added, either(language, "new: ", "新增：")),
    ] {
        if !names.is_empty() {
            let names: Vec<&str> = names.iter().map(|name| &**name).collect();
            page.push_str(&format!("\n{said}{}\n", names.join(", ")));
        }
    }
    let (done, undone) = match language {
        Language::En => ("to be done", "to be taken back"),
        Language::Zh => ("需要执行的动作", "需要撤销的动作"),
    };
    page.push_str(&effects(done, &found.effects_new, false, language));
    page.push_str(&effects(undone, &found.effects_undone, true, language));
    page
}

fn one(
    change: &ChangeView,
    (old, new): (&Machine, &Machine),
    playbook: &Playbook,
    language: Language,
) -> String {
    let all: u64 = change.matrix.iter().map(|cell| cell.count).sum();
    let (changed, parted) = (grouped(change.changed), grouped(change.parted));
    let share = percent(change.changed, all);
    let said = match language {
        Language::En => {
            let all = counted(all, "customer", "customers");
            format!("of {all} {changed} ({share}) in another state, {parted} on another way\n")
        }
        Language::Zh => {
            format!(
                "共 {} 名，状态改变 {changed} 名（{share}），经过不同 {parted} 名\n",
                grouped(all)
            )
        }
    };
    let header = match language {
        Language::En => [("now", Left), ("would be", Left), ("customers", Right), ("", Left)],
        Language::Zh => [("现在", Left), ("将为", Left), ("客户", Right), ("", Left)],
    };
    let mut cells: Vec<&CellView> = change.matrix.iter().collect();
    cells.sort_by_key(|cell| (!cell.changed, std::cmp::Reverse(cell.count)));
    let rows: Vec<Vec<String>> = cells
        .iter()
        .map(|cell| {
            let mark = if cell.changed { either(language, "changed", "改变") } else { "" };
            let (was, is) = (
                state(old, cell.old.as_deref(), language),
                state(new, cell.new.as_deref(), language),
            );
            vec![was, is, grouped(cell.count), mark.to_owned()]
        })
        .collect();
    let mut page =
        format!("\n{}{said}\n{}", heading(change.label.say(language)), table(&header, &rows));
    if !change.examples.is_empty() {
        page.push_str(&format!("\n{}\n", either(language, "examples", "示例")));
    }
    for example in &change.examples {
        page.push_str(&told(example, (old, new), playbook, language));
    }
    page
}

fn told(
    it: &PartingView,
    (old, new): (&Machine, &Machine),
    playbook: &Playbook,
    language: Language,
) -> String {
    let zone = playbook.calendar().zone();
    let at = it.at.map_or(either(language, "always", "一直").to_owned(), |at| zone.shown(at));
    let step = |machine: &Machine, step: &Option<MoveTold>| match step {
        None => either(language, "nothing", "不变").to_owned(),
        Some(step) => {
            let to = state(machine, Some(&step.to), language);
            match language {
                Language::En => format!("{to} ({})", step.because.en),
                Language::Zh => format!("{to}（{}）", step.because.zh),
            }
        }
    };
    let who = super::with_key(&printable(&it.customer), it.key.as_deref());
    let (was, is) = (step(old, &it.old_step), step(new, &it.new_step));
    match language {
        Language::En => format!("  {who}  {at}: now {was}; then {is}\n"),
        Language::Zh => format!("  {who}  {at}：现行 {was}；将为 {is}\n"),
    }
}

/// What a state is called.
pub fn state(machine: &Machine, name: Option<&str>, language: Language) -> String {
    let Some(name) = name else { return "-".to_owned() };
    let state = machine.state(name).and_then(|at| machine.states.get(at));
    state.map_or(name, |state| label(&state.text, name, language)).to_owned()
}

fn effects(title: &str, effects: &[EffectView], back: bool, language: Language) -> String {
    if effects.is_empty() {
        return String::new();
    }
    let header = match language {
        Language::En => [(title, Left), ("times", Right), ("transition", Left)],
        Language::Zh => [(title, Left), ("次数", Right), ("转换", Left)],
    };
    let rows: Vec<Vec<String>> = effects
        .iter()
        .map(|it| {
            let undo = it.undo.as_deref().filter(|_| back);
            let action =
                undo.map_or(it.action.to_string(), |undo| format!("{} -> {undo}", it.action));
            vec![action, grouped(it.count), it.transition.clone()]
        })
        .collect();
    format!("\n{}", table(&header, &rows))
}
