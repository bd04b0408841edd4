//! The host's counts and sums beside those of the store.

use guanxi::engine::{Reconciled, Reconciliation, Unstated};
use guanxi::error::Language;
use guanxi::units::Decimal;

use super::Stand::{Left, Right};
use super::{by_thousands, printable, table};
use crate::speech::{counted, either, grouped};

/// A line for each figure, and what nothing was said of.
pub fn page(found: &Reconciliation, language: Language) -> String {
    let header = match language {
        Language::En => ["source", "kind", "period", "figure", "yours", "here", "difference"],
        Language::Zh => ["来源", "类型", "期间", "项目", "贵方", "本库", "差额"],
    };
    let stands = [Left, Left, Left, Left, Right, Right, Right];
    let columns: Vec<_> = header.into_iter().zip(stands).collect();
    let rows: Vec<Vec<String>> =
        found.figures.iter().flat_map(|figure| lines(figure, language)).collect();
    let mut page = table(&columns, &rows);
    page.push('\n');
    found.unstated.iter().for_each(|unstated| page.push_str(&beyond(unstated, language)));
    let wrong = found.figures.iter().filter(|figure| !figure.agrees).count() as u64;
    page.push_str(&match (language, wrong) {
        (_, 0) if found.agrees() => {
            either(language, "everything agrees\n", "全部相符\n").to_owned()
        }
        (_, 0) => either(language, "all that was stated agrees\n", "所列各项均相符\n").to_owned(),
        (Language::En, _) => format!("{} not agree\n", counted(wrong, "row does", "rows do")),
        (Language::Zh, _) => format!("有 {} 行不符\n", grouped(wrong)),
    });
    page
}

fn lines(figure: &Reconciled, language: Language) -> Vec<Vec<String>> {
    let named = |what: &str, cells: [String; 3]| {
        let period = figure.period.as_deref().unwrap_or(either(language, "all time", "全部"));
        let mut row: Vec<String> = [&*figure.source, &*figure.kind, period, what]
            .map(|it| printable(it).into_owned())
            .into();
        row.extend(cells);
        row
    };
    let mut lines = Vec::new();
    if let Some(count) = &figure.count {
        let difference = i128::from(count.held) - i128::from(count.stated);
        let cells = [grouped(count.stated), grouped(count.held), signed(&difference.to_string())];
        lines.push(named(either(language, "count", "数量"), cells));
    }
    for (field, sum) in &figure.sums {
        let read = |text: &str| Decimal::parse(text).ok();
        let difference = read(&sum.held)
            .zip(read(&sum.stated))
            .and_then(|(held, stated)| held.checked_sub(stated).ok())
            .map(|difference| signed(&difference.to_string()));
        let cells =
            [by_thousands(&sum.stated), by_thousands(&sum.held), difference.unwrap_or_default()];
        lines.push(named(field, cells));
    }
    lines
}

/// A difference with its sign; nothing where there is none.
fn signed(number: &str) -> String {
    match number {
        _ if number.trim_matches(['0', '.', '-']).is_empty() => String::new(),
        _ if number.starts_with('-') => by_thousands(number),
        _ => format!("+{}", by_thousands(number)),
    }
}

fn beyond(unstated: &Unstated, language: Language) -> String {
    let Unstated { source, kind, count, first, last } = unstated;
    let (source, kind) = (printable(source), printable(kind));
    match language {
        Language::En => {
            let events = counted(*count, "event", "events");
            format!("{source} {kind}: {events} from {first} to {last} that nothing was stated of\n")
        }
        Language::Zh => {
            let count = grouped(*count);
            format!("{source} {kind}：{first} 至 {last} 另有 {count} 条未列出\n")
        }
    }
}
