//! One customer: what it is worth, in which tier, and why.

use guanxi::Playbook;
use guanxi::engine::{CustomerAxis, CustomerValue, Shown, TierExplained, TreatmentView};
use guanxi::error::Language;

use super::super::Stand::{Left, Right};
use super::super::by_thousands;
use super::super::{heading, label, printable, table};
use super::{called, figure};
use crate::speech::{counted, either};

/// One customer, with the reasons.
pub fn one(value: &CustomerValue, playbook: &Playbook, language: Language) -> String {
    let say = |en: &'static str, zh: &'static str| either(language, en, zh);
    let zone = playbook.calendar().zone();
    let Some(assessed) = value.assessed else {
        return say("not assessed yet\n", "尚未定级\n").to_owned();
    };
    let at = zone.shown(assessed);
    let mut page = match (&value.tier, language) {
        (Some(tier), Language::En) => {
            let since = zone.day_of(tier.since);
            format!("tier {} since {since}, assessed on {at}\n", tier.label.en)
        }
        (Some(tier), Language::Zh) => {
            let since = zone.day_of(tier.since);
            format!("等级 {}，自 {since} 起；最近定级于 {at}\n", tier.label.zh)
        }
        (None, Language::En) => format!("assessed on {at}\n"),
        (None, Language::Zh) => format!("最近定级于 {at}\n"),
    };
    if let Some(treatment) = value.tier.as_ref().and_then(|tier| tier.treatment.as_ref()) {
        page.push_str(&treated(treatment, language));
    }
    let figures: Vec<Vec<String>> = value
        .figures
        .iter()
        .map(|it| {
            let shown = it.value.as_ref().map_or_else(|| "-".to_owned(), Shown::to_string);
            vec![figure(&it.figure, language).to_owned(), shown]
        })
        .collect();
    page.push('\n');
    page.push_str(&table(&[(say("figure", "指标"), Left), (say("value", "值"), Right)], &figures));
    for axis in &value.axes {
        page.push_str(&axis_lines(axis, language));
    }
    favours(&mut page, value, language);
    history(&mut page, value, playbook, language);
    page
}

/// What moved the customer, how sure the tier is, and what would change it.
pub fn explained(told: &TierExplained, playbook: &Playbook, language: Language) -> String {
    let say = |en: &'static str, zh: &'static str| either(language, en, zh);
    let mut page = String::new();
    if !told.moves.is_empty() {
        page.push('\n');
        page.push_str(&heading(say("what made it", "变动原因")));
    }
    for it in &told.moves {
        page.push_str(&format!("{}\n", it.sentence.say(language)));
    }
    if let Some(chances) = &told.chances {
        let tiers = chances.tiers.iter().map(|it| {
            let tier = called(it.tier.as_deref(), playbook, language);
            format!("{tier} {}%", it.percent)
        });
        let tiers = tiers.collect::<Vec<_>>().join(say(", ", "，"));
        let ends: Vec<String> = chances.both.iter().flatten().map(Shown::to_string).collect();
        page.push('\n');
        page.push_str(&heading(say("how sure", "把握")));
        page.push_str(&format!("{tiers}\n"));
        if let [low, high] = &ends[..] {
            let (low, high) = (by_thousands(low), by_thousands(high));
            page.push_str(&match language {
                Language::En => format!("future value in 9 cases of 10: {low} to {high}\n"),
                Language::Zh => format!("九成情形下的未来价值：{low} 至 {high}\n"),
            });
        }
    }
    if !told.ways.is_empty() {
        page.push('\n');
        page.push_str(&heading(say("what would change it", "如何改变")));
    }
    for way in &told.ways {
        page.push_str(&format!("{}\n", way.sentence.say(language)));
    }
    page
}

/// `to do: call at once; up to 50.00 each; 4 contacts a month at most`
fn treated(treatment: &TreatmentView, language: Language) -> String {
    let action = treatment.action.as_deref().map(str::to_owned);
    let budget = treatment.budget.map(|budget| match language {
        Language::En => format!("up to {budget} each"),
        Language::Zh => format!("每户不超过 {budget}"),
    });
    let contacts = treatment.contacts_per_month.map(|most| match language {
        Language::En => {
            format!("{} a month at most", counted(most.unsigned_abs(), "contact", "contacts"))
        }
        Language::Zh => format!("每月联系至多 {most} 次"),
    });
    let parts: Vec<String> = action.into_iter().chain(budget).chain(contacts).collect();
    let (word, between) = (either(language, "to do: ", "应对："), either(language, "; ", "；"));
    format!("{word}{}\n", printable(&parts.join(between)))
}

fn axis_lines(axis: &CustomerAxis, language: Language) -> String {
    let say = |en: &'static str, zh: &'static str| either(language, en, zh);
    let dash = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    let score = dash(axis.score.map(|score| score.to_string()));
    let name = label(&axis.label, &axis.axis, language);
    let mut out = format!("\n{name}{}{score}", say(": ", "："));
    if let Some(without) = axis.without_purchases.filter(|it| Some(*it) != axis.score) {
        let word = say(" (without purchases ", "（不计购买 ");
        out.push_str(&format!("{word}{without}{}", say(")", "）")));
    }
    out.push('\n');
    if !axis.points.is_empty() {
        let header = [
            (say("point", "观测点"), Left),
            (say("observed", "观测值"), Right),
            (say("score", "得分"), Right),
            (say("weight %", "权重 %"), Right),
            (say("gives", "贡献"), Right),
        ];
        let rows: Vec<Vec<String>> = axis
            .points
            .iter()
            .map(|point| {
                vec![
                    label(&point.label, &point.point, language).to_owned(),
                    dash(point.observed.as_ref().map(Shown::to_string)),
                    dash(point.score.map(|it| it.to_string())),
                    dash(point.weight.map(|it| it.to_string())),
                    point.gives.to_string(),
                ]
            })
            .collect();
        out.push_str(&table(&header, &rows));
    }
    if !axis.factors.is_empty() {
        let header = [
            (say("factor", "因素"), Left),
            (say("observed", "观测值"), Right),
            (say("gives (log odds)", "贡献（对数几率）"), Right),
        ];
        let rows: Vec<Vec<String>> = axis
            .factors
            .iter()
            .map(|factor| {
                vec![
                    factor.label.say(language).to_owned(),
                    dash(factor.observed.as_ref().map(Shown::to_string)),
                    factor.gives.to_string(),
                ]
            })
            .collect();
        out.push_str(&table(&header, &rows));
    }
    out
}

fn favours(page: &mut String, value: &CustomerValue, language: Language) {
    let Some(favours) = &value.favours else { return };
    let say = |en: &'static str, zh: &'static str| either(language, en, zh);
    let sides = [
        (say("given", "我方付出"), &favours.given),
        (say("received", "对方付出"), &favours.received),
    ];
    let rows: Vec<Vec<String>> = sides
        .iter()
        .flat_map(|(side, all)| all.iter().map(move |it| (*side, it)))
        .map(|(side, it)| {
            vec![
                side.to_owned(),
                label(&it.label, &it.favour, language).to_owned(),
                it.many.map_or_else(|| "-".to_owned(), |many| many.to_string()),
                it.worth.to_string(),
            ]
        })
        .collect();
    let header = [
        (say("favours", "人情账"), Left),
        ("", Left),
        (say("times", "次数"), Right),
        (say("worth", "分量"), Right),
    ];
    page.push('\n');
    page.push_str(&table(&header, &rows));
    page.push_str(&format!("{}{}\n", say("balance ", "余额 "), favours.balance));
}

fn history(page: &mut String, value: &CustomerValue, playbook: &Playbook, language: Language) {
    let zone = playbook.calendar().zone();
    if value.history.is_empty() {
        return;
    }
    page.push('\n');
    page.push_str(&heading(either(language, "tiers so far", "等级变化")));
    for change in &value.history {
        let from = called(change.from.as_deref(), playbook, language);
        let to = called(change.to.as_deref(), playbook, language);
        page.push_str(&format!("{}  {from} -> {to}\n", zone.shown(change.at)));
    }
}
