//! What the tests say, in words.

use super::History;
use super::report::{Advice, AuditFinding};
use crate::error::{Text, counted};
use crate::stats::Lead;

pub(super) fn input(kpi: &History, seen: usize, since: usize, still: bool) -> Text {
    let (name, periods) = (&kpi.name, kpi.values.len());
    if still {
        return Text::new(
            format!("`{name}` is the same in every period: it tells nothing"),
            format!("`{name}` 各期始终不变，没有提供信息"),
        );
    }
    if since > 1 {
        let last = counted(since as u64, "period");
        return Text::new(
            format!("`{name}` was not measured in the last {last}"),
            format!("`{name}` 最近 {since} 期没有数据"),
        );
    }
    Text::new(
        format!("`{name}` was measured in {seen} of {periods} periods only"),
        format!("`{name}` 在 {periods} 期中只有 {seen} 期有数据"),
    )
}

pub(super) fn target(kpi: &History, hits: usize, n: usize, proposed: Option<f64>) -> Text {
    let name = &kpi.name;
    match proposed {
        Some(proposed) => Text::new(
            format!(
                "the target of `{name}` was met {hits} times of {n}, which tells nothing; one of \
                 {proposed:.4} would be met in a third of the periods"
            ),
            format!(
                "`{name}` 的目标在 {n} 期中达成 {hits} 期，已无意义；若改为 {proposed:.4}，约三分之一的期间能够达成"
            ),
        ),
        None => Text::new(
            format!("the target of `{name}` was met {hits} times of {n}"),
            format!("`{name}` 的目标在 {n} 期中达成 {hits} 期"),
        ),
    }
}

pub(super) fn redundant(merged: &History, kept: &History, r: f64, identical: bool) -> Text {
    let (merged, kept) = (&merged.name, &kept.name);
    if identical {
        return Text::new(
            format!(
                "`{merged}` is computed from `{kept}`: keep one, and show the other as its part"
            ),
            format!("`{merged}` 可由 `{kept}` 算出：保留其一，另一个作为其组成部分"),
        );
    }
    Text::new(
        format!("`{merged}` moves as `{kept}` does (rank correlation of changes {r:.2}): keep one"),
        format!("`{merged}` 与 `{kept}` 同步变动（变化的秩相关 {r:.2}）：保留其一"),
    )
}

fn ahead(found: &Lead) -> (String, String) {
    match found.periods {
        0 => ("in the same period".into(), "同期".into()),
        n => (format!("{} before", counted(n as u64, "period")), format!("提前 {n} 期")),
    }
}

pub(super) fn lead(kpi: &History, found: &Lead) -> Text {
    let ((en, zh), name, r) = (ahead(found), &kpi.name, found.r);
    Text::new(
        format!("`{name}` goes with the outcome, {en} (correlation of what is new {r:.2})"),
        format!("`{name}` {zh}与结果同向变动（新增部分的相关 {r:.2}）"),
    )
}

pub(super) fn against_outcome(kpi: &History, found: &Lead) -> Text {
    let ((en, zh), name, r) = (ahead(found), &kpi.name, found.r);
    Text::new(
        format!("the better `{name}` is, the worse the outcome, {en} (correlation {r:.2})"),
        format!("`{name}` 越好，结果越差：{zh}，相关 {r:.2}"),
    )
}

pub(super) fn no_lead(kpi: &str, power: f64, needed: usize) -> Text {
    let percent = 100.0 * power;
    if power >= 0.8 {
        return Text::new(
            format!(
                "`{kpi}` is not seen to go before the outcome, though a relation of 0.5 would have been \
                 found in {percent:.0} % of cases"
            ),
            format!("未见 `{kpi}` 先于结果变动；若相关达到 0.5，有 {percent:.0} % 的把握发现"),
        );
    }
    Text::new(
        format!(
            "whether `{kpi}` goes before the outcome cannot be told: a relation of 0.5 would be found \
             in {percent:.0} % of cases; {needed} periods are needed"
        ),
        format!(
            "无法判断 `{kpi}` 是否先于结果变动：即使相关为 0.5，也只有 {percent:.0} % 的把握发现；需要 {needed} 期"
        ),
    )
}

pub(super) fn vanished(kpi: &History, before: f64, after: f64, since: usize) -> Text {
    let name = &kpi.name;
    let last = counted(since as u64, "period");
    Text::new(
        format!(
            "`{name}` went with the outcome ({before:.2}) and has not in the last {last} ({after:.2})"
        ),
        format!("`{name}` 曾与结果相关（{before:.2}），最近 {since} 期已不相关（{after:.2}）"),
    )
}

pub(super) fn conflict(
    (kpi, owner): (&History, &str),
    (rival, other): (&History, &str),
    r: f64,
) -> Text {
    let (kpi, rival) = (&kpi.name, &rival.name);
    Text::new(
        format!(
            "when `{kpi}` ({owner}) gets better, `{rival}` ({other}) gets worse (correlation {r:.2}); \
             series alone cannot show which moves which"
        ),
        format!(
            "`{kpi}`（{owner}）变好时，`{rival}`（{other}）变差（相关 {r:.2}）；仅凭序列不能断定因果"
        ),
    )
}

/// What to do with a KPI.
pub(super) fn advice(
    kpi: &History,
    verdict: Advice,
    finding: Option<&AuditFinding>,
    periods: usize,
) -> Text {
    let name = &kpi.name;
    let why = finding.map(|it| it.message.clone()).unwrap_or_else(|| {
        Text::new(format!("{periods} periods say nothing"), format!("{periods} 期数据不足以判断"))
    });
    let (en, zh) = match verdict {
        Advice::RepairInput => ("mend how it is measured", "先修复数据"),
        Advice::ResolveConflict => ("settle the conflict", "化解冲突"),
        Advice::Retarget => ("set another target", "调整目标"),
        Advice::Merge => ("merge it", "合并"),
        Advice::Drop => {
            ("think of dropping it, if the next audit agrees", "若下次体检结论一致，可考虑取消")
        }
        Advice::CannotTell => ("wait", "继续观察"),
        Advice::Keep => ("keep it", "保留"),
    };
    Text::new(format!("{name}: {en}; {}.", why.en), format!("{name}：{zh}；{}。", why.zh))
}
