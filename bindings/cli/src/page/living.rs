//! What follows from facts and from time, what changed, and what is to be done.

use guanxi::Playbook;
use guanxi::engine::{Begun, Failure, Settled};
use guanxi::error::Language;
use guanxi::store::{Acknowledged, Change, Effect, Learnt, Moved};
use guanxi::units::Instant;

use super::Stand::{Left, Right};
use super::{printable, table};
use crate::speech::{counted, either, grouped};

/// What rows, or time, brought about. `rows`: others than those whom they are about
/// may be due.
pub fn settled<T>(
    settled: &Settled<T>,
    rows: bool,
    playbook: &Playbook,
    language: Language,
) -> String {
    let Settled { now, begun, customers, changes, effects, taken_back, waiting, failures, .. } =
        settled;
    let counts = [*customers, *changes, *effects, *taken_back];
    let mut page = told(*now, begun.as_ref(), counts, playbook, language);
    if 0 < *waiting {
        page.push_str(&match (language, rows) {
            (Language::En, true) => {
                let are = counted(*waiting, "other customer is", "other customers are");
                format!("{are} due: `guanxi advance` looks at them\n")
            }
            (Language::Zh, true) => {
                format!("另有 {} 位客户已到期，由 `guanxi advance` 处理\n", grouped(*waiting))
            }
            (Language::En, false) => {
                let are = counted(*waiting, "customer is", "customers are");
                format!("{are} still due: call again to go on\n")
            }
            (Language::Zh, false) => {
                format!("还有 {} 位客户未处理，再次运行即可继续\n", grouped(*waiting))
            }
        });
    }
    page.push_str(&failed(failures, language));
    page
}

fn told(
    now: Instant,
    begun: Option<&Begun>,
    [customers, changes, effects, taken_back]: [u64; 4],
    playbook: &Playbook,
    language: Language,
) -> String {
    let zone = playbook.calendar().zone();
    let (at, zone) = (zone.shown(now), zone.name());
    let mut page = match language {
        Language::En => format!("followed up to {at} {zone}\n"),
        Language::Zh => format!("已跟踪至 {at}（{zone}）\n"),
    };
    if let Some(Begun { customers, effects }) = begun.filter(|begun| 0 < begun.customers) {
        page.push_str(&match language {
            Language::En => format!(
                "begun with {}; {} that their past asks for count as carried out\n",
                counted(*customers, "customer", "customers"),
                counted(*effects, "effect", "effects"),
            ),
            Language::Zh => format!(
                "自 {} 位客户开始跟踪；其过去所要求的 {} 个动作视为已执行\n",
                grouped(*customers),
                grouped(*effects),
            ),
        });
    }
    let names = match language {
        Language::En => ["customers looked at", "changes", "effects asked for", "taken back"],
        Language::Zh => ["处理客户", "变更", "新动作", "撤销动作"],
    };
    let rows: Vec<Vec<String>> = names
        .iter()
        .zip([customers, changes, effects, taken_back])
        .map(|(name, count)| vec![(*name).to_owned(), grouped(count)])
        .collect();
    page.push_str(table(&[("", Left), ("", Right)], &rows).trim_start_matches('\n'));
    page
}

fn failed(failures: &[Failure], language: Language) -> String {
    let line = |failure: &Failure| {
        let (id, why) = (printable(&failure.customer), failure.fault.say(language));
        match language {
            Language::En => format!("* customer {id}: {}\n", printable(&why)),
            Language::Zh => format!("* 客户 {id}：{}\n", printable(&why)),
        }
    };
    failures.iter().map(line).collect()
}

/// What is otherwise about customers, a line for each change.
pub fn changes(
    changes: &[Change],
    next: Option<u64>,
    playbook: &Playbook,
    language: Language,
) -> String {
    if changes.is_empty() {
        return either(language, "nothing has changed\n", "没有变更\n").to_owned();
    }
    let zone = playbook.calendar().zone();
    let header = match language {
        Language::En => ["", "found", "customer", "of", "from", "to", "since", "learnt"],
        Language::Zh => ["序号", "得出时间", "客户", "项目", "原为", "现为", "自", "依据"],
    };
    let mut columns = header.map(|name| (name, Left));
    columns[0].1 = Right;
    let row = |change: &Change| {
        let [of, from, to, since, learnt] = match &change.moved {
            Moved::State { machine, key, from, to, since, learnt, .. } => [
                super::lifecycle::with_key(machine, key.as_deref()),
                from.as_deref().unwrap_or("-").to_owned(),
                to.as_deref().unwrap_or("-").to_owned(),
                since.map_or_else(|| "-".to_owned(), |since| zone.shown(since)),
                known(learnt, language),
            ],
            Moved::Segment { segment, entered, learnt } => {
                let (within, without) =
                    (either(language, "in", "在内"), either(language, "out", "不在内"));
                let (from, to) = if *entered { (without, within) } else { (within, without) };
                let learnt = known(learnt, language);
                [segment.to_string(), from.to_owned(), to.to_owned(), "-".to_owned(), learnt]
            }
        };
        let (sequence, at) = (change.sequence.to_string(), zone.shown(change.at));
        let customer = printable(&change.customer).into_owned();
        vec![sequence, at, customer, of, from, to, since, learnt]
    };
    let mut page = table(&columns, &changes.iter().map(row).collect::<Vec<_>>());
    if let Some(next) = next {
        page.push_str(&match language {
            Language::En => format!("there may be more: `--after {next}`\n"),
            Language::Zh => format!("可能还有更多：`--after {next}`\n"),
        });
    }
    page
}

/// The facts that made it known, the first by name.
fn known(learnt: &[Learnt], language: Language) -> String {
    let Some(first) = learnt.first() else {
        return either(language, "time alone", "仅因时间推移").to_owned();
    };
    let named = printable(&first.id);
    match (learnt.len() - 1, language) {
        (0, _) => named.into_owned(),
        (more, Language::En) => format!("{named} and {more} more"),
        (more, Language::Zh) => format!("{named} 等 {} 条", more + 1),
    }
}

/// What is to be carried out, a line for each effect.
pub fn effects(
    effects: &[Effect],
    pending: u64,
    playbook: &Playbook,
    language: Language,
) -> String {
    if effects.is_empty() {
        return either(language, "nothing is to be done\n", "没有待办动作\n").to_owned();
    }
    let zone = playbook.calendar().zone();
    let header = match language {
        Language::En => ["", "due", "customer", "do", "takes back", "id"],
        Language::Zh => ["序号", "时间", "客户", "动作", "撤销", "编号"],
    };
    let mut columns = header.map(|name| (name, Left));
    columns[0].1 = Right;
    let row = |effect: &Effect| {
        vec![
            effect.sequence.to_string(),
            effect.due.map_or_else(|| "-".to_owned(), |due| zone.shown(due)),
            printable(&effect.customer).into_owned(),
            action(effect, playbook, language),
            effect.compensates.as_deref().unwrap_or("-").to_owned(),
            effect.id.to_string(),
        ]
    };
    let mut page = table(&columns, &effects.iter().map(row).collect::<Vec<_>>());
    page.push_str(&waiting(pending, language));
    page
}

/// What is to be done, in the words of the playbook, and by its name.
fn action(effect: &Effect, playbook: &Playbook, language: Language) -> String {
    let name = &*effect.action;
    let ways = playbook.machines().iter().flat_map(|machine| &machine.transitions);
    let own = ways.filter(|way| *way.pointer == *effect.transition);
    let mut declared = own.flat_map(|way| &way.effects).filter(|it| *it.action == *name);
    let label = declared.next().map(|it| it.label());
    match label.as_ref().map(|label| label.say(language)) {
        Some(label) if label != name => match language {
            Language::En => format!("{label} ({name})"),
            Language::Zh => format!("{label}（{name}）"),
        },
        _ => name.to_owned(),
    }
}

/// What became of acknowledgements.
pub fn acknowledged(done: &Acknowledged, pending: u64, language: Language) -> String {
    let Acknowledged { acknowledged, before, unknown } = done;
    let mut page = match language {
        Language::En => {
            format!("acknowledged: {}, before: {}\n", grouped(*acknowledged), grouped(*before))
        }
        Language::Zh => {
            format!("已确认 {} 个，此前已确认 {} 个\n", grouped(*acknowledged), grouped(*before))
        }
    };
    for id in unknown {
        let id = printable(id);
        page.push_str(&match language {
            Language::En => format!("no effect has the id `{id}`\n"),
            Language::Zh => format!("没有编号为 `{id}` 的动作\n"),
        });
    }
    page.push_str(&waiting(pending, language));
    page
}

fn waiting(pending: u64, language: Language) -> String {
    match language {
        Language::En => format!("not acknowledged yet: {}\n", grouped(pending)),
        Language::Zh => format!("待确认 {} 个\n", grouped(pending)),
    }
}
