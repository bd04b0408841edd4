//! What makes leads buy, and how well it tells.

use guanxi::error::{Language, Text};
use guanxi::stats::Open;
use guanxi::value::lead::{LeadFit, Learning, Tested, open_factors};
use serde_json::{Value, json};

use super::fit::number;
use super::{Stand, heading, percent, printable, table};
use crate::speech::{either, grouped};

/// What there is to say.
pub struct Said<'a> {
    /// What was learnt.
    pub fit: &'a LeadFit,
    /// How.
    pub how: &'a Learning,
    /// Leads who may still buy.
    pub open: u64,
}

impl Said<'_> {
    fn notes(&self) -> Vec<Text> {
        let mut notes = Vec::new();
        notes.extend(unsettled(self.fit));
        for at in &self.fit.regression.constant {
            let Some(factor) = self.fit.factors.get(*at) else { continue };
            let name = printable(&factor.name);
            notes.push(Text::new(
                format!("`{name}` is the same for everybody, and so has no weight"),
                format!("`{name}` 对所有人都相同，因此没有权重"),
            ));
        }
        if self.fit.factors.iter().any(|factor| factor.known < self.fit.learnt) {
            notes.push(Text::new(
                "a factor that is not known of a lead counts as its mean",
                "某线索的因素未知时，按该因素的均值计",
            ));
        }
        if 0 < self.open {
            let count = grouped(self.open);
            notes.push(Text::new(
                format!("left out, since it is open whether they buy: {count} leads"),
                format!("未计入：{count} 条线索尚无结果"),
            ));
        }
        if self.fit.tested.is_none() && self.fit.is_settled() {
            notes.push(Text::new(
                "nothing was held out in which some bought and some did not, so it cannot be told \
                 how good this is",
                "留出的部分不含成交与未成交两类，无法说明效果",
            ));
        }
        notes
    }
}

/// Why there are no weights.
fn unsettled(fit: &LeadFit) -> Option<Text> {
    let names = open_factors(fit).join("`, `");
    let names = printable(&names);
    match &fit.regression.open {
        Some(Open::Separated { complete: true, .. }) => Some(Text::new(
            format!(
                "`{names}` tell who bought without an error, so that their weights grow without end: more leads, or `--l2 1`"
            ),
            format!(
                "`{names}` 能毫无差错地区分成交与否，其权重趋于无穷：请增加线索，或使用 `--l2 1`"
            ),
        )),
        Some(Open::Separated { complete: false, .. }) => Some(Text::new(
            format!(
                "for some leads `{names}` leave no doubt who bought, so that their weights grow without end: more leads, or `--l2 1`"
            ),
            format!(
                "对部分线索，`{names}` 足以断定是否成交，其权重趋于无穷：请增加线索，或使用 `--l2 1`"
            ),
        )),
        Some(Open::Collinear { .. }) => Some(Text::new(
            format!(
                "`{names}` say the same in other words, so that their weights are open: leave one out, or `--l2 1`"
            ),
            format!("`{names}` 表达的是同一信息，其权重无法确定：请去掉其一，或使用 `--l2 1`"),
        )),
        None if fit.is_settled() => None,
        None => Some(Text::new("the search did not come to a top", "拟合未收敛")),
    }
}

/// As people read it.
pub fn page(said: &Said, language: Language) -> String {
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

/// A number as an axis has it: nine places at most, no zeros at the end.
fn plain(value: f64) -> String {
    let text = format!("{value:.9}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// As `--json` prints it.
pub fn json(said: &Said, language: Language) -> Value {
    let fit = said.fit;
    let regression = &fit.regression;
    let settled = fit.is_settled();
    let factors = fit.factors.iter().map(|it| {
        json!({"name": it.name, "weight": settled.then_some(it.weight), "standard_error": it.error,
            "mean": it.missing, "spread": it.spread, "known": it.known})
    });
    let axis = settled.then(|| {
        let factors = fit.factors.iter().map(
            |it| json!({"name": it.name, "weight": plain(it.weight), "missing": plain(it.missing)}),
        );
        let factors: Vec<Value> = factors.collect();
        json!({"logistic": {"intercept": plain(fit.intercept), "factors": factors}})
    });
    json!({
        "axis": axis,
        "learnt": fit.learnt,
        "bought": fit.bought,
        "undecided": said.open,
        "l2": said.how.penalty,
        "holdout": said.how.holdout,
        "intercept": settled.then_some(fit.intercept),
        "intercept_standard_error": fit.intercept_error,
        "factors": factors.collect::<Vec<_>>(),
        "covariance": regression.covariance,
        "log_likelihood": regression.log_likelihood,
        "null_log_likelihood": regression.null_log_likelihood,
        "iterations": regression.iterations,
        "gradient_norm": regression.gradient_norm,
        "converged": regression.converged,
        "open": regression.open.as_ref().map(|open| json!({
            "reason": match open {
                Open::Separated { complete: true, .. } => "separated",
                Open::Separated { complete: false, .. } => "quasi_separated",
                Open::Collinear { .. } => "collinear",
            },
            "factors": open_factors(fit),
        })),
        "tested": fit.tested.as_ref().map(tested_json),
        "notes": said.notes().iter().map(|note| note.say(language)).collect::<Vec<_>>(),
    })
}

fn tested_json(tested: &Tested) -> Value {
    let bins = tested.bins.iter().map(|bin| {
        json!({"leads": bin.weight, "from": bin.range.0, "to": bin.range.1,
            "expected": bin.forecast, "actual": bin.actual})
    });
    json!({
        "leads": tested.leads,
        "bought": tested.bought,
        "expected": tested.expected,
        "auc": tested.auc.value,
        "auc_standard_error": tested.auc.error,
        "brier": tested.brier,
        "skill": tested.skill,
        "miscalibration": tested.miscalibration,
        "bins": bins.collect::<Vec<_>>(),
    })
}
