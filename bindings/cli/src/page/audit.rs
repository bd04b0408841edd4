//! Whether KPIs are still the right ones.

use guanxi::error::Language;
use guanxi::kpi::{Advice, HistoryAudit};

use super::{heading, printable};
use crate::speech::{either, grouped};

/// As people read it, the gravest first.
pub fn page(told: &HistoryAudit, outcome: &str, language: Language) -> String {
    let say = |en: &'static str, zh: &'static str| either(language, en, zh);
    let mut out = heading(say("Are these still the right KPIs?", "这些指标还合适吗？"));
    let (kpis, periods) = (grouped(told.kpis.len() as u64), grouped(told.periods));
    let outcome = printable(outcome);
    out.push_str(&match language {
        Language::En => format!("{kpis} KPIs over {periods} periods, for the outcome {outcome}\n"),
        Language::Zh => format!("{kpis} 个指标，{periods} 期，结果为 {outcome}\n"),
    });
    let sections = [
        (Advice::RepairInput, say("mend the input", "修复数据")),
        (Advice::ResolveConflict, say("settle a conflict", "化解冲突")),
        (Advice::Retarget, say("set another target", "调整目标")),
        (Advice::Merge, say("merge", "合并")),
        (Advice::Drop, say("drop, if the next audit agrees", "取消（下次体检结论一致时）")),
        (Advice::CannotTell, say("cannot tell yet", "尚无法判断")),
        (Advice::Keep, say("keep", "保留")),
    ];
    for (verdict, title) in sections {
        let all: Vec<_> = told.kpis.iter().filter(|it| it.verdict == verdict).collect();
        if all.is_empty() {
            continue;
        }
        out.push_str(&format!("\n{}", heading(title)));
        for it in all {
            out.push_str(&format!("{}\n", printable(it.sentence.say(language))));
            if let Some(counter) = &it.counter {
                let word = say("but: ", "但是：");
                out.push_str(&format!("  {word}{}\n", printable(counter.say(language))));
            }
        }
    }
    out
}
