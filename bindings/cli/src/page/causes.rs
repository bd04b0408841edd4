//! Which customers a change comes from.

use guanxi::error::Language;
use guanxi::kpi::{Cause, CauseCell, Causes};

use super::Stand::{Left, Right};
use super::experiment::chance;
use super::fit::number;
use super::{heading, printable, table};
use crate::speech::{either, grouped};

/// As people read it.
pub fn page(told: &Causes, language: Language) -> String {
    let say = |en: &'static str, zh: &'static str| either(language, en, zh);
    let mut out = heading(say("Where the change comes from", "变化来自何处"));
    let (before, after, by) = (number(told.before), number(told.after), number(told.change));
    out.push_str(&match language {
        Language::En => format!("from {before} to {after}: {by}\n"),
        Language::Zh => format!("由 {before} 变为 {after}：{by}\n"),
    });
    out.push_str(&format!("{}\n", printable(told.sentence.say(language))));
    for problem in &told.problems {
        out.push_str(&format!("! {}\n", printable(problem.say(language))));
    }
    if !told.causes.is_empty() {
        out.push('\n');
        out.push_str(&causes(told, language));
    }
    out.push('\n');
    out.push_str(&work(told, language));
    out
}

fn causes(told: &Causes, language: Language) -> String {
    let header = match language {
        Language::En => ["who", "customers", "change", "beyond the rest", "share", "other half"],
        Language::Zh => ["客户", "人数", "变化", "超出其余", "占比", "另一半客户"],
    };
    let mut header = header.map(|name| (name, Right));
    header[0].1 = Left;
    header[5].1 = Left;
    let mut rows: Vec<Vec<String>> = Vec::new();
    for cause in &told.causes {
        rows.push(vec![
            named(&cause.cell, language),
            grouped(cause.customers as u64),
            number(cause.change),
            number(cause.effect),
            format!("{:.1}%", 100.0 * cause.share),
            seen(cause, language),
        ]);
        for other in &cause.alternatives {
            let also = either(language, "  or mostly", "  大致等同");
            let mut row = vec![format!("{also} {}", named(other, language))];
            row.resize(6, String::new());
            rows.push(row);
        }
    }
    let mut common = vec![either(language, "everybody alike", "整体变化").to_owned()];
    common.extend(["", "", &number(told.common)].map(str::to_owned));
    common.push(format!("{:.1}%", 100.0 * told.common / told.change));
    common.push(String::new());
    rows.push(common);
    table(&header, &rows)
}

fn seen(cause: &Cause, language: Language) -> String {
    let p = cause.p.map_or_else(|| "-".to_owned(), |p| chance(p, None));
    let word = match cause.confirmed {
        true => either(language, "shows it, too", "得到印证"),
        false => either(language, "does not: a pattern", "未印证，仅为规律"),
    };
    format!("{word} (p {p})")
}

fn named(cell: &[CauseCell], language: Language) -> String {
    let one = |it: &CauseCell| {
        let value = match (it.is_other, it.value.is_empty()) {
            (true, _) => either(language, "(other)", "（其他）"),
            (false, true) => either(language, "(unknown)", "（未知）"),
            (false, false) => &it.value,
        };
        format!("{} = {}", printable(&it.dimension), printable(value))
    };
    cell.iter().map(one).collect::<Vec<_>>().join(either(language, ", ", "，"))
}

fn work(told: &Causes, language: Language) -> String {
    let (searched, pruned) = (grouped(told.work.searched), grouped(told.work.pruned_by_bound));
    let mut out = match language {
        Language::En => format!(
            "searched {searched} groups of customers; {pruned} values cannot explain enough\n"
        ),
        Language::Zh => format!("共查 {searched} 个客户群；{pruned} 个取值的影响不足以解释\n"),
    };
    if told.work.truncated {
        let most = format!("{:.0}%", 100.0 * told.work.unsearched_at_most);
        out.push_str(&match language {
            Language::En => {
                format!("not all was searched: what was left could explain {most} at most\n")
            }
            Language::Zh => format!("未查完：余下部分最多可解释 {most}\n"),
        });
    }
    out
}
