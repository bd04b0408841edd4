//! What a command recorded, and where it puts the customers.

use std::sync::Arc;

use guanxi::Playbook;
use guanxi::engine::{Commanded, Decided};
use guanxi::error::Language;
use guanxi::facts::Verdict;

use super::Stand::Left;
use super::{label, lifecycle, printable, table};
use crate::commands::command::Moved;
use crate::speech::either;

/// What was decided on a request, and why not otherwise.
fn decided(decided: &Decided, language: Language) -> String {
    let mut page = match (decided.granted, language) {
        (true, Language::En) => "granted\n".to_owned(),
        (true, Language::Zh) => "同意\n".to_owned(),
        (false, Language::En) => "refused\n".to_owned(),
        (false, Language::Zh) => "拒绝\n".to_owned(),
    };
    for fault in &decided.faults {
        page.push_str(&format!("  {}\n", printable(&fault.say(language))));
    }
    let evidence = &decided.decision.evidence;
    let counts = [
        (("holds", "已持有"), evidence.holds, evidence.capacity),
        (("claimed in this period", "本期已领取"), evidence.claimed, evidence.quota),
        (("extended", "已延期"), evidence.extended, evidence.extensions),
    ];
    for ((en, zh), count, most) in counts {
        if let (Some(count), Some(most)) = (count, most) {
            page.push_str(&match language {
                Language::En => format!("  {en} before this: {count} of {most}\n"),
                Language::Zh => format!("  此前{zh}：{count} / {most}\n"),
            });
        }
    }
    page.push('\n');
    page
}

/// The facts with their ids, then the states before and after.
pub fn page(
    done: &Commanded,
    moved: &[Moved],
    playbook: &Playbook,
    is_trial: bool,
    language: Language,
) -> String {
    let mut page = String::new();
    if let Some(decision) = &done.decision {
        page.push_str(&decided(decision, language));
    }
    for fact in &done.facts {
        let (source, id) = (printable(&fact.source), printable(&fact.id));
        let word = match (fact.verdict, is_trial) {
            (Verdict::Same, _) => either(language, "recorded before", "先前已记入"),
            (Verdict::Conflict | Verdict::Refused | Verdict::Erased, _) => {
                either(language, "not recorded", "未记入")
            }
            (_, true) => either(language, "on trial, not recorded", "试行，未记入"),
            (_, false) => either(language, "recorded", "已记入"),
        };
        page.push_str(&match language {
            Language::En => format!("{id} (source {source}): {word}\n"),
            Language::Zh => format!("{id}（来源 {source}）：{word}\n"),
        });
    }
    if moved.is_empty() {
        return page;
    }
    let header = match language {
        Language::En => ["customer", "lifecycle", "before", "after"],
        Language::Zh => ["客户", "生命周期", "之前", "之后"],
    };
    let rows: Vec<Vec<String>> = moved
        .iter()
        .map(|it| {
            let machine = playbook.machines().iter().find(|machine| machine.name == it.machine);
            let state = |state: &Option<Arc<str>>| {
                let state = state.as_deref();
                let told = machine.map(|machine| lifecycle::state(machine, state, language));
                told.unwrap_or_else(|| state.unwrap_or("-").to_owned())
            };
            let name = machine.map(|machine| label(&machine.text, &machine.name, language));
            let name = lifecycle::with_key(name.unwrap_or(&it.machine), it.key.as_deref());
            let customer = printable(&it.customer).into_owned();
            vec![customer, name, state(&it.before), state(&it.after)]
        })
        .collect();
    page.push('\n');
    page.push_str(&table(&header.map(|name| (name, Left)), &rows));
    page
}
