//! What makes leads buy, and how well it tells.

use guanxi::engine::ask::LeadTold;
use guanxi::error::Language;
use guanxi::value::lead::{LeadFit, Tested};

use super::fit::number;
use super::{Stand, heading, percent, printable, table};
use crate::speech::{either, grouped};

/// As people read it.
pub fn page(said: &LeadTold, language: Language) -> String {
    let fit = said.fit;
    let say = |en: &'static str, zh: &'static str| either(language, en, zh);
    let mut out = heading(say("What makes leads buy", "线索成交的影响因素"));
    let (learnt, bought) = (grouped(fit.learnt), grouped(fit.bought));
    let share = percent(fit.bought, fit.learnt);
    out.push_str(&match language {
        Language::En => {
            format!("learnt from {learnt} leads, of whom {bought} bought ({share})\n\n")
        }
        Language::Zh => format!("由 {learnt} 条线索拟合，其中 {bought} 条成交（{share}）\n\n"),
    });
    if fit.is_settled() {
        out.push_str(&weights(fit, language));
        let value = fit.regression.log_likelihood;
        let null = fit.regression.null_log_likelihood;
        out.push_str(&match language {
            Language::En => format!("\nlog-likelihood {value:.3}, without factors {null:.3}\n"),
            Language::Zh => format!("\n对数似然 {value:.3}，不含因素时 {null:.3}\n"),
        });
    }
    if let Some(tested) = &fit.tested {
        out.push('\n');
        out.push_str(&test(tested, language));
    }
    for note in said.notes() {
        out.push_str(&format!("* {}\n", note.say(language)));
    }
    if fit.is_settled() {
        out.push_str(say(
            "\n`--json` has it as an axis of the playbook (`axis`).\n",
            "\n`--json` 输出可直接写入规则集的评分维度（`axis`）。\n",
        ));
    }
    out
}

fn weights(fit: &LeadFit, language: Language) -> String {
    let header = match language {
        Language::En => {
            ["factor", "weight", "standard error", "odds, one spread more", "mean", "known"]
        }
        Language::Zh => ["因素", "权重", "标准误", "增一标准差的几率比", "均值", "已知"],
    };
    let stand = |at: usize| if at == 0 { Stand::Left } else { Stand::Right };
    let header: Vec<(&str, Stand)> =
        header.into_iter().enumerate().map(|(at, name)| (name, stand(at))).collect();
    let shown = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), number);
    let intercept = vec![
        either(language, "(intercept)", "（截距）").to_owned(),
        number(fit.intercept),
        shown(fit.intercept_error),
        String::new(),
        String::new(),
        String::new(),
    ];
    let factors = fit.factors.iter().map(|factor| {
        vec![
            printable(&factor.name).into_owned(),
            number(factor.weight),
            shown(factor.error),
            format!("x {:.2}", (factor.weight * factor.spread).exp()),
            number(factor.missing),
            percent(factor.known, fit.learnt),
        ]
    });
    let rows: Vec<Vec<String>> = std::iter::once(intercept).chain(factors).collect();
    table(&header, &rows)
}

fn test(tested: &Tested, language: Language) -> String {
    let say = |en: &'static str, zh: &'static str| either(language, en, zh);
    let mut out = heading(say("Leads that were held out", "留作检验的线索"));
    let (leads, bought) = (grouped(tested.leads), grouped(tested.bought));
    let (expected, auc) = (tested.expected, tested.auc);
    let (value, error, brier) = (auc.value, auc.error, tested.brier);
    let skill = tested.skill.map_or_else(|| "-".to_owned(), |it| format!("{:.1}%", 100.0 * it));
    let gap = 100.0 * tested.miscalibration;
    out.push_str(&match language {
        Language::En => format!(
            "{bought} of {leads} bought, {expected:.1} were expected to\n\
             AUC {value:.3} (standard error {error:.3}): how often the buyer of two had the higher score\n\
             Brier score {brier:.4}, {skill} better than the same chance for everybody\n\
             chances are {gap:.1} points off what came true, on average\n\n"
        ),
        Language::Zh => format!(
            "{leads} 条中 {bought} 条成交，预期 {expected:.1} 条\n\
             AUC {value:.3}（标准误 {error:.3}）：成交者得分高于未成交者的概率\n\
             Brier 分 {brier:.4}，较一律按平均概率好 {skill}\n\
             概率与实际平均相差 {gap:.1} 个百分点\n\n"
        ),
    });
    let header = [
        (say("chance", "概率"), Stand::Left),
        (say("leads", "线索"), Stand::Right),
        (say("expected", "预期"), Stand::Right),
        (say("bought", "实际"), Stand::Right),
    ];
    let shown = |value: f64| format!("{:.1}%", 100.0 * value);
    let rows: Vec<Vec<String>> = tested
        .bins
        .iter()
        .map(|bin| {
            let (from, to) = bin.range;
            let range = format!("{}-{}", shown(from), shown(to));
            vec![range, grouped(bin.weight), shown(bin.forecast), shown(bin.actual)]
        })
        .collect();
    out.push_str(&table(&header, &rows));
    out
}
