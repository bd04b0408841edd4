//! What to make of it, in sentences.

use guanxi::error::Text;
use guanxi::stats::Measured;
use guanxi::value::holdout::{BASELINES, Duel, Outcome, Trial, Tried};
use guanxi::value::{Candidate, Choice};

use super::{full_name, name, share};
use crate::speech::grouped;

/// Below this difference in AIC two models fit alike (Burnham and Anderson 2002,
/// section 2.6).
const ALIKE: f64 = 2.0;

/// What the numbers say.
pub fn lines(choice: &Choice, trial: Option<&Trial>) -> Vec<Text> {
    let Some(best) = choice.best() else {
        return vec![Text::new("no model has come to a top", "没有模型收敛")];
    };
    let mut lines = vec![by_likelihood(choice, best)];
    let Some(trial) = trial else { return lines };
    if trial.purchases == 0 {
        lines.push(Text::new(
            "nobody bought in the holdout, so nothing can be told from it",
            "检验期内没有任何购买，无从检验",
        ));
        return lines;
    }
    lines.extend(total(best, trial));
    lines.extend(trial.duels.iter().filter_map(|duel| against(duel, best, trial)));
    lines.extend(on_holdout(best, trial));
    lines
}

fn by_likelihood(choice: &Choice, best: &Candidate) -> Text {
    let named = name(&best.fit);
    let others = choice.candidates.iter().filter(|other| {
        other.fit.model != best.fit.model && other.same_as.is_none() && other.fit.converged
    });
    let alike: Vec<String> = others
        .filter(|other| other.behind < ALIKE)
        .map(|other| format!("{} ({:.1})", name(&other.fit), other.behind))
        .collect();
    if alike.is_empty() {
        return Text::new(
            format!("by likelihood {named} fits best, and no other model comes near"),
            format!("按似然，{named} 拟合最好，其他模型均有明显差距"),
        );
    }
    let list = alike.join(", ");
    Text::new(
        format!(
            "by likelihood {named} fits best, and as well do those whose AIC is less than 2 above: \
             {list}"
        ),
        format!("按似然，{named} 拟合最好；AIC 之差不足 2 的模型与其相当：{list}"),
    )
}

/// The word for an outcome in data.
pub fn outcome(difference: Measured) -> &'static str {
    match Duel::outcome(difference) {
        Outcome::Better => "better",
        Outcome::Worse => "worse",
        Outcome::Open => "open",
    }
}

/// What a rule is called among people.
fn rule(baseline: &str, trial: &Trial) -> Text {
    let hiatus = trial.hiatus;
    match baseline {
        "naive-rate" => Text::new("the past rate x/T", "历史频率（x/T）"),
        "hiatus" => Text::new(
            format!("the rule that who is silent for over {hiatus:.1} units is gone"),
            format!("“沉默超过 {hiatus:.1} 个单位即流失”的规则"),
        ),
        _ => Text::new("the mean of the customer's RFM cell", "客户所在 RFM 格的均值"),
    }
}

fn against(duel: &Duel, best: &Candidate, trial: &Trial) -> Option<Text> {
    let (model, other) = (trial.of(best.fit.model)?, trial.of(duel.baseline)?);
    let (named, rule) = (name(&best.fit), rule(duel.baseline, trial));
    let order = |gini: Option<f64>| gini.map_or_else(|| "-".to_owned(), |it| format!("{it:.3}"));
    let measure = |tried: &Tried| Some((share(tried.wape?), order(tried.gini)));
    let ((ours, our_order), (theirs, their_order)) = (measure(model)?, measure(other)?);
    let part = share((1.0 - model.mae / other.mae).abs());
    let en = format!("WAPE {ours} against {theirs}, Gini {our_order} against {their_order}");
    let zh = format!("WAPE {ours} 对 {theirs}，基尼 {our_order} 对 {their_order}");
    Some(match Duel::outcome(duel.absolute) {
        Outcome::Better => Text::new(
            format!(
                "{named} beats {} by {part} less error, more than chance would do: {en}",
                rule.en
            ),
            format!("{named} 胜过{}，误差少 {part}，并非偶然：{zh}", rule.zh),
        ),
        Outcome::Worse => Text::new(
            format!(
                "{named} LOSES to {} by {part} more error, more than chance would do: {en}",
                rule.en
            ),
            format!("{named} 不及{}，误差多 {part}，并非偶然：{zh}", rule.zh),
        ),
        Outcome::Open => Text::new(
            format!("whether {named} beats {} cannot be told: {en}", rule.en),
            format!("{named} 是否胜过{}尚无定论：{zh}", rule.zh),
        ),
    })
}

/// How many purchases were expected of all customers, and came.
fn total(best: &Candidate, trial: &Trial) -> Option<Text> {
    let expected = trial.of(best.fit.model)?.expected;
    let off = expected / trial.purchases as f64 - 1.0;
    let (part, named) = (share(off.abs()), name(&best.fit));
    let (expected, came) = (grouped(expected.round() as u64), grouped(trial.purchases));
    let (en, zh) = if off < 0.0 { ("too few", "偏低") } else { ("too many", "偏高") };
    Some(Text::new(
        format!(
            "of all customers {named} expected {expected} purchases, and {came} came: {part} {en}"
        ),
        format!("{named} 对全体客户预期 {expected} 次购买，实际 {came} 次：{zh} {part}"),
    ))
}

/// Which model erred least, where it is another one.
fn on_holdout(best: &Candidate, trial: &Trial) -> Option<Text> {
    let least = |of: fn(&Tried) -> Option<f64>| {
        let models = trial.tried.iter().filter(|tried| !BASELINES.contains(&tried.name));
        models.min_by(|a, b| of(a).unwrap_or(f64::MAX).total_cmp(&of(b).unwrap_or(f64::MAX)))
    };
    let first = least(|tried| tried.wape)?;
    let (named, wape) = (full_name(first.name, first.stages), share(first.wape?));
    if first.name == best.fit.model {
        return Some(Text::new(
            format!("no other model erred less in the holdout than {named}"),
            format!("检验期内没有模型的误差小于 {named}"),
        ));
    }
    let ours = share(trial.of(best.fit.model)?.wape?);
    let chosen = name(&best.fit);
    Some(Text::new(
        format!("in the holdout {named} erred least, WAPE {wape} against {ours} of {chosen}"),
        format!("检验期内误差最小的是 {named}：WAPE {wape}，{chosen} 为 {ours}"),
    ))
}
