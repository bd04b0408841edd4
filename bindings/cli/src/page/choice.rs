//! All models of purchase times beside each other, and what they were worth.

mod data;
mod verdict;

use guanxi::error::{Language, Text};
use guanxi::stats::Group;
use guanxi::value::holdout::{TOLD_APART, Trial, Tried};
use guanxi::value::{Candidate, Choice, Fit};

use super::{Stand, fit as one, heading, table};
use crate::commands::cbs::Customers;
use crate::speech::{counted, either, grouped};

pub use data::json;

/// What there is to say.
pub struct Said<'a> {
    /// The fits.
    pub choice: &'a Choice,
    /// How they did, where there is a holdout.
    pub trial: Option<&'a Trial>,
    /// The file.
    pub customers: &'a Customers,
    /// How many repeats there were at each time, where that is known.
    pub repeats: Option<&'a [(f64, u64)]>,
    /// By how many threads tables are made.
    pub threads: usize,
}

impl Said<'_> {
    fn notes(&self) -> Vec<Text> {
        let mut notes = Vec::new();
        for candidate in &self.choice.candidates {
            notes.extend(candidate_notes(candidate));
        }
        for (name, reason) in &self.choice.left_out {
            notes.push(Text::new(
                format!("`{name}` is left out: {}", reason.en),
                format!("未拟合 `{name}`：{}", reason.zh),
            ));
        }
        if self.trial.is_none() && self.customers.bought.is_some() {
            notes.push(Text::new(
                "the file has a holdout: say how long it was with `--holdout-units`, and every \
                 model is put to the test",
                "文件含检验期：用 `--holdout-units` 给出其长度，即可检验各模型",
            ));
        }
        if !self.customers.unread.is_empty() {
            let list = self.customers.unread.join(", ");
            notes.push(Text::new(
                format!("columns that no model reads: {list}"),
                format!("未使用的列：{list}"),
            ));
        }
        notes
    }
}

fn candidate_notes(candidate: &Candidate) -> Vec<Text> {
    let fit = &candidate.fit;
    let name = name(fit);
    let mut notes = Vec::new();
    if let Some(other) = candidate.same_as {
        notes.push(Text::new(
            format!("`{}` is likeliest with one stage, and so is `{other}`", fit.model),
            format!("`{}` 在一个阶段时似然最大，即 `{other}`", fit.model),
        ));
    }
    let most = candidate.stages_tried.last().map(|(stages, _)| *stages);
    if let Some(k) = most.filter(|most| fit.stages == Some(*most) && 1 < *most) {
        notes.push(Text::new(
            format!("`{}` is likeliest with {k} stages, the most that were tried", fit.model),
            format!("`{}` 在 {k} 个阶段时似然最大，已是尝试的最大阶段数", fit.model),
        ));
    }
    if !fit.converged {
        notes.push(Text::new(
            format!("`{name}` did not come to a top, and is not compared"),
            format!("`{name}` 未收敛，不参与比较"),
        ));
    }
    if let Some(limit) = fit.limit.as_ref().filter(|_| candidate.same_as.is_none()) {
        notes.push(Text::new(
            format!("`{name}` has come to its limit `{}`: {}", limit.model, limit.reason.en),
            format!("`{name}` 已退化为 `{}`：{}", limit.model, limit.reason.zh),
        ));
        if let Some(simpler) = &limit.fit {
            let say = |language| one::beside(limit.model, simpler, language);
            notes.push(Text::new(say(Language::En), say(Language::Zh)));
        }
    }
    notes
}

/// A model with its stages.
fn name(fit: &Fit) -> String {
    full_name(fit.model, fit.stages)
}

fn full_name(model: &str, stages: Option<u32>) -> String {
    stages.map_or_else(|| model.to_owned(), |k| format!("{model} k={k}"))
}

/// As people read it.
pub fn page(said: &Said, language: Language) -> String {
    let say = |en: &'static str, zh: &'static str| either(language, en, zh);
    let mut out = heading(say("Models of purchase times", "购买时间模型"));
    if let Some(first) = said.choice.candidates.first() {
        let (customers, rows) = (grouped(first.fit.customers), grouped(first.fit.rows as u64));
        out.push_str(&match language {
            Language::En => format!("{customers} customers, {rows} of them different\n\n"),
            Language::Zh => format!("{customers} 名客户，其中互不相同的 {rows} 种\n\n"),
        });
    }
    out.push_str(&likelihoods(said.choice, language));
    if let Some(trial) = said.trial {
        out.push('\n');
        out.push_str(&tested(trial, language));
    }
    out.push('\n');
    for line in verdict::lines(said.choice, said.trial) {
        out.push_str(&format!("=> {}\n", line.say(language)));
    }
    for note in said.notes() {
        out.push_str(&format!("* {}\n", note.say(language)));
    }
    out
}

fn likelihoods(choice: &Choice, language: Language) -> String {
    let header = match language {
        Language::En => ["model", "log-likelihood", "AIC", "BIC", "AIC above", "evidence"],
        Language::Zh => ["模型", "对数似然", "AIC", "BIC", "AIC 之差", "证据权重"],
    };
    let rows: Vec<Vec<String>> = choice
        .candidates
        .iter()
        .map(|candidate| {
            let fit = &candidate.fit;
            let weight = match candidate.same_as {
                Some(other) => format!("= {other}"),
                None => share(candidate.weight),
            };
            vec![
                name(fit),
                format!("{:.3}", fit.log_likelihood),
                format!("{:.3}", fit.aic()),
                format!("{:.3}", fit.bic()),
                format!("{:.1}", candidate.behind),
                weight,
            ]
        })
        .collect();
    table(&standing(header), &rows)
}

/// The first column on the left, the others on the right.
fn standing<const N: usize>(names: [&str; N]) -> Vec<(&str, Stand)> {
    let place = |at: usize| if at == 0 { Stand::Left } else { Stand::Right };
    names.into_iter().enumerate().map(|(at, name)| (name, place(at))).collect()
}

fn tested(trial: &Trial, language: Language) -> String {
    let say = |en: &'static str, zh: &'static str| either(language, en, zh);
    let (units, bought) = (trial.units, grouped(trial.purchases));
    let mut out = heading(&match language {
        Language::En => format!("The {units} units after, in which nothing was learnt"),
        Language::Zh => format!("其后 {units} 个单位时间的检验期"),
    });
    let (buyers, all) = (grouped(trial.buyers), counted(trial.customers, "customer", "customers"));
    out.push_str(&match language {
        Language::En => format!("{buyers} of {all} bought, {bought} times\n\n"),
        Language::Zh => {
            format!("{} 名客户中 {buyers} 名有购买，共 {bought} 次\n\n", grouped(trial.customers))
        }
    });
    let header = match language {
        Language::En => ["forecast", "expected", "bias", "MAE", "RMSE", "WAPE", "Gini", "AUC"],
        Language::Zh => ["预测", "预期次数", "偏差", "MAE", "RMSE", "WAPE", "基尼", "AUC"],
    };
    let rows: Vec<Vec<String>> = trial.tried.iter().map(forecast_row).collect();
    out.push_str(&table(&standing(header), &rows));
    out.push_str(say(
        "bias, MAE, RMSE: for a customer; WAPE: all errors over all purchases;\n\
         Gini, AUC: how right the order of the customers is, at best 1\n",
        "偏差、MAE、RMSE：平均每位客户；WAPE：误差合计与购买合计之比；\n\
         基尼、AUC：客户排序是否正确，最好为 1\n",
    ));
    let Some(best) = trial.tried.first() else { return out };
    let name = full_name(best.name, best.stages);
    out.push_str(&match language {
        Language::En => format!("\nTenths of the customers by what {name} expected of them\n"),
        Language::Zh => format!("\n按 {name} 的预期分为十组\n"),
    });
    let header = say_all(
        language,
        ["tenth", "customers", "expected", "came"],
        ["组", "客户", "预期", "实际"],
    );
    out.push_str(&table(&standing(header), &tenths(&best.deciles)));
    let Some(chances) = &best.chances else { return out };
    out.push_str(say("\nBy repeats in the calibration\n", "\n按校准期内的复购次数\n"));
    let header = say_all(
        language,
        ["repeats", "customers", "expected", "came"],
        ["复购", "客户", "预期", "实际"],
    );
    let rows: Vec<Vec<String>> = chances
        .by_frequency
        .iter()
        .map(|row| {
            let more = if row.frequency == TOLD_APART { "+" } else { "" };
            let (expected, actual) = (row.expected, row.actual);
            let customers = grouped(row.customers);
            vec![
                format!("{}{more}", row.frequency),
                customers,
                format!("{expected:.3}"),
                format!("{actual:.3}"),
            ]
        })
        .collect();
    out.push_str(&table(&standing(header), &rows));
    out.push_str(say(
        "\nBy P(alive): who bought was alive, who did not may be; so the share that bought\n\
         should be near the chance to buy in this time, and not above P(alive)\n",
        "\n按仍活跃的概率：有购买者必活跃，无购买者未必流失；\n\
         因此购买比例应接近期内购买的概率，且不高于活跃概率\n",
    ));
    let header = say_all(
        language,
        ["P(alive)", "customers", "chance to buy", "bought"],
        ["活跃概率", "客户", "购买概率", "实际购买"],
    );
    let rows: Vec<Vec<String>> = chances
        .alive
        .iter()
        .map(|bin| {
            let shares = [bin.chance, bin.bought].map(share);
            let [chance, bought] = shares;
            vec![share(bin.alive), grouped(bin.customers), chance, bought]
        })
        .collect();
    out.push_str(&table(&standing(header), &rows));
    out
}

fn say_all<const N: usize>(
    language: Language,
    en: [&'static str; N],
    zh: [&'static str; N],
) -> [&'static str; N] {
    match language {
        Language::En => en,
        Language::Zh => zh,
    }
}

fn forecast_row(tried: &Tried) -> Vec<String> {
    let optional = |value: Option<String>| value.unwrap_or_else(|| "-".to_owned());
    vec![
        full_name(tried.name, tried.stages),
        format!("{:.0}", tried.expected),
        format!("{:+.3}", tried.bias),
        format!("{:.3}", tried.mae),
        format!("{:.3}", tried.rmse),
        optional(tried.wape.map(share)),
        optional(tried.gini.map(|gini| format!("{gini:.3}"))),
        optional(tried.auc.map(|area| format!("{:.3}", area.value))),
    ]
}

fn tenths(groups: &[Group]) -> Vec<Vec<String>> {
    let row = |(place, group): (usize, &Group)| {
        vec![
            (place + 1).to_string(),
            grouped(group.weight),
            format!("{:.3}", group.forecast),
            format!("{:.3}", group.actual),
        ]
    };
    groups.iter().enumerate().map(row).collect()
}

/// A share in per cent with one place.
fn share(value: f64) -> String {
    format!("{:.1}%", 100.0 * value)
}
