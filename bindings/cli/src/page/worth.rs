//! What customers are worth: models, tiers, axes; everybody in a row each.

mod moves;
mod one;

use std::io;

use guanxi::engine::ask::SaidValue;
use guanxi::engine::{
    CutSummary, KeyAccounts, ModelSummary, ProfitPoint, Shown, TierSummary, ValueSummary, Valued,
    Worth,
};
use guanxi::error::Language;
use guanxi::units::{Instant, Zone};
use guanxi::{Code, Fault, Playbook};

pub use moves::moves;
pub use one::{explained, one};

use super::Stand::{Left, Right};
use super::fit::number;
use super::{bar, by_thousands, heading, label, percent, printable, table};
use crate::lines::{Lines, cell};
use crate::speech::{counted, either, grouped};

/// A playbook that decides nothing about value.
pub fn no_section() -> Fault {
    Fault::new(
        Code::UnknownReference,
        "the playbook has no section `value`",
        "规则集没有 `value` 部分",
    )
    .hint(
        "say in it what a purchase is, and how tiers are made",
        "请在其中说明何为购买，以及如何定级",
    )
}

/// The page of everybody.
pub fn page(
    valued: &Valued,
    accounts: &KeyAccounts,
    playbook: &Playbook,
    language: Language,
) -> String {
    let zone = playbook.calendar().zone();
    let name = label(playbook.text(), playbook.id(), language);
    let mut page = super::title(name, valued.as_of, zone, language);
    page.push_str(&summary(&valued.summary, valued.customers().count() as u64, zone, language));
    page.push_str(&whale(accounts, language));
    page.push_str(&best(valued, accounts, playbook, language));
    page.push_str(either(
        language,
        "\n`--csv` prints a line for each customer, `--json` everything; `guanxi tier ID` says why.\n",
        "\n`--csv` 逐个客户输出一行，`--json` 输出全部内容；`guanxi tier 编号` 说明原因。\n",
    ));
    page
}

/// What people call a tier.
pub fn called<'a>(tier: Option<&'a str>, playbook: &'a Playbook, language: Language) -> &'a str {
    let Some(name) = tier else { return either(language, "none", "无") };
    let tiers = playbook.value().map_or(&[][..], |value| &value.tiers);
    let known = tiers.iter().find(|tier| &*tier.name == name);
    known.map_or(name, |tier| label(&tier.text, name, language))
}

/// What a review says of value: also a part of its page.
pub fn summary(value: &ValueSummary, customers: u64, zone: &Zone, language: Language) -> String {
    let mut page = String::new();
    let Some(assessed) = value.assessed else {
        page.push_str(either(
            language,
            "\nvalue: nobody has been assessed yet\n",
            "\n客户价值：尚未定级\n",
        ));
        return page;
    };
    let (at, times) = (zone.shown(assessed), grouped(value.assessments));
    page.push_str(&match language {
        Language::En => format!("\nvalue, assessed on {at} (assessment {times})\n"),
        Language::Zh => format!("\n客户价值，定级于 {at}（第 {times} 次）\n"),
    });
    tiers(&mut page, value, customers, language);
    axes(&mut page, value, language);
    for model in &value.models {
        page.push_str(&model_lines(model, language));
    }
    cuts(&mut page, &value.cuts, language);
    if let Some(fault) = &value.failed {
        let why = fault.message.say(language);
        page.push_str(&match language {
            Language::En => format!("no new fit: {why}; the parameters are older ones\n"),
            Language::Zh => format!("本次未能拟合：{why}；沿用此前的参数\n"),
        });
    }
    if value.errors > 0 {
        let errors = grouped(value.errors);
        page.push_str(&match language {
            Language::En => format!("expressions failed {errors} times, the first:\n"),
            Language::Zh => format!("求值出错 {errors} 次，首例：\n"),
        });
        for failure in value.failures.iter().take(1) {
            let (who, why) = (printable(&failure.customer), failure.fault.message.say(language));
            page.push_str(&format!("  {who}{}{why}\n", either(language, ": ", "：")));
        }
    }
    page
}

fn tiers(page: &mut String, value: &ValueSummary, customers: u64, language: Language) {
    if value.tiers.is_empty() {
        return;
    }
    let has_money = value.tiers.iter().any(|tier| tier.past_value.is_some());
    let mut header = match language {
        Language::En => vec![("tier", Left), ("customers", Right), ("share", Right)],
        Language::Zh => vec![("等级", Left), ("客户", Right), ("占比", Right)],
    };
    if has_money {
        header.extend(match language {
            Language::En => [("earned so far", Right), ("to come", Right)],
            Language::Zh => [("已创造利润", Right), ("预期利润", Right)],
        });
    }
    header.push(("", Left));
    let row = |tier: &TierSummary| {
        let mut row = vec![
            label(&tier.label, &tier.tier, language).to_owned(),
            grouped(tier.customers),
            percent(tier.customers, customers),
        ];
        if has_money {
            row.extend([worth(tier.past_value.as_ref()), worth(tier.future_value.as_ref())]);
        }
        row.push(bar(tier.customers, customers));
        row
    };
    let rows: Vec<_> = value.tiers.iter().map(row).collect();
    page.push('\n');
    page.push_str(&table(&header, &rows));
    if value.outside > 0 {
        let outside = grouped(value.outside);
        page.push_str(&match language {
            Language::En => {
                let who = counted(value.outside, "customer", "customers");
                format!("{who} in no tier, or not assessed yet\n")
            }
            Language::Zh => format!("{outside} 名客户不在任何等级，或尚未定级\n"),
        });
    }
}

fn worth(worth: Option<&Worth>) -> String {
    worth.map_or_else(|| "-".to_owned(), |worth| by_thousands(&worth.sum.to_string()))
}

fn axes(page: &mut String, value: &ValueSummary, language: Language) {
    if value.axes.is_empty() {
        return;
    }
    let header = match language {
        Language::En => ["axis", "mean", "lower quartile", "median", "upper quartile", "missing"],
        Language::Zh => ["维度", "均值", "下四分位", "中位数", "上四分位", "缺失"],
    };
    let mut columns = header.map(|name| (name, Right));
    columns[0].1 = Left;
    let rows: Vec<_> = value
        .axes
        .iter()
        .map(|axis| {
            let quarter =
                |place: usize| axis.quartiles.and_then(|it| it.get(place).map(ToString::to_string));
            let dash = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
            vec![
                label(&axis.label, &axis.axis, language).to_owned(),
                dash(axis.mean.map(|mean| mean.to_string())),
                dash(quarter(0)),
                dash(quarter(1)),
                dash(quarter(2)),
                grouped(axis.missing),
            ]
        })
        .collect();
    page.push('\n');
    page.push_str(&table(&columns, &rows));
}

fn model_lines(model: &ModelSummary, language: Language) -> String {
    let stages = model.k.map(|k| format!(" k = {k}")).unwrap_or_default();
    let how = match (model.pinned, language) {
        (true, Language::En) => "pinned".to_owned(),
        (true, Language::Zh) => "参数已固定".to_owned(),
        (false, Language::En) => {
            format!("fitted to {}", counted(model.customers, "customer", "customers"))
        }
        (false, Language::Zh) => format!("据 {} 名客户拟合", grouped(model.customers)),
    };
    let parameters = model.parameters.iter().map(|it| match it.interval {
        Some((low, high)) => {
            let (value, low, high) = (number(it.value), number(low), number(high));
            format!("{} {value} [{low}, {high}]", it.name)
        }
        None => format!("{} {}", it.name, number(it.value)),
    });
    let parameters = parameters.collect::<Vec<_>>().join(either(language, ", ", "，"));
    let mut line = format!(
        "\n{}{stages}{}{how}{}\n  {parameters}\n",
        model.model,
        either(language, " (", "（"),
        either(language, ")", "）"),
    );
    if let Some(limit) = &model.limit {
        let why = limit.reason.say(language);
        line.push_str(&match language {
            Language::En => format!("  has come to its limit {}: {why}\n", limit.model),
            Language::Zh => format!("  已退化为 {}：{why}\n", limit.model),
        });
    }
    line
}

fn cuts(page: &mut String, cuts: &[CutSummary], language: Language) {
    for cut in cuts {
        let name = label(&cut.label, &cut.cut, language);
        let value = cut.value.as_ref().map_or_else(|| "-".to_owned(), Shown::to_string);
        page.push_str(&match language {
            Language::En => format!("cut point {name}: {value}\n"),
            Language::Zh => format!("切点 {name}：{value}\n"),
        });
    }
}

/// Figures that a page has room for.
const TOLD: [&str; 4] = ["p_alive", "expected_purchases", "past_value", "future_value"];

fn best(
    valued: &Valued,
    accounts: &KeyAccounts,
    playbook: &Playbook,
    language: Language,
) -> String {
    let figures = valued.figures();
    let told: Vec<usize> = TOLD
        .iter()
        .filter_map(|name| figures.iter().position(|figure| &**figure == *name))
        .collect();
    let mut header: Vec<(String, super::Stand)> =
        vec![(either(language, "customer", "客户").to_owned(), Left)];
    header.push((either(language, "tier", "等级").to_owned(), Left));
    let names = told.iter().filter_map(|place| figures.get(*place));
    header.extend(names.map(|name| (figure(name, language).to_owned(), Right)));
    header.push((either(language, "9 cases in 10 from", "九成情形 自").to_owned(), Right));
    header.push((either(language, "to", "至").to_owned(), Right));
    header.extend(valued.axes().iter().map(|name| {
        let known = valued.summary.axes.iter().find(|axis| axis.axis == *name);
        let said = known.map_or(&**name, |axis| label(&axis.label, name, language));
        (said.to_owned(), Right)
    }));
    let rows: Vec<Vec<String>> = valued
        .best(accounts.accounts.len())
        .iter()
        .map(|customer| {
            let dash = || "-".to_owned();
            let mut row = vec![
                printable(&customer.customer).into_owned(),
                called(customer.tier.as_deref(), playbook, language).to_owned(),
            ];
            row.extend(told.iter().map(|place| {
                let value = customer.figures.get(*place).and_then(Option::as_ref);
                value.map_or_else(dash, |value| by_thousands(&value.to_string()))
            }));
            let account = accounts.accounts.iter().find(|it| it.customer == customer.customer);
            let ends = account.and_then(|it| it.interval.as_ref());
            row.extend((0..2).map(|end| {
                let end = ends.and_then(|ends| ends.get(end)?.as_ref());
                end.map_or_else(dash, |end| by_thousands(&end.to_string()))
            }));
            let scores = customer.axes.iter();
            row.extend(scores.map(|score| score.map_or_else(dash, |score| score.to_string())));
            row
        })
        .collect();
    if rows.is_empty() {
        return String::new();
    }
    let header: Vec<(&str, super::Stand)> =
        header.iter().map(|(name, stand)| (name.as_str(), *stand)).collect();
    let title = either(language, "most worth", "价值最高的客户");
    format!("\n{}{}", heading(title), table(&header, &rows))
}

/// Who earned us what so far, the best first.
fn whale(accounts: &KeyAccounts, language: Language) -> String {
    let Some(whale) = &accounts.whale else { return String::new() };
    let header = match language {
        Language::En => {
            [("the best customers", Right), ("earned so far", Right), ("of all", Right)]
        }
        Language::Zh => [("利润最高的客户", Right), ("已创造利润", Right), ("占全部", Right)],
    };
    let percent = |point: &ProfitPoint| {
        point.percent.map_or_else(|| "-".to_owned(), |percent| format!("{percent}%"))
    };
    let row = |point: &ProfitPoint| {
        let profit = by_thousands(&point.profit.to_string());
        vec![grouped(point.customers), profit, percent(point)]
    };
    // Of few customers several tenths are the same ones.
    let mut points: Vec<&ProfitPoint> = whale.points.iter().skip(1).collect();
    points.dedup_by_key(|point| point.customers);
    let rows: Vec<_> = points.into_iter().map(row).collect();
    let mut out = format!("\n{}", table(&header, &rows));
    if whale.losers.customers > 0 {
        let (losers, lost) =
            (whale.losers.customers, by_thousands(&whale.losers.profit.to_string()));
        out.push_str(&match language {
            Language::En => {
                let who = counted(losers, "customer costs", "customers cost");
                format!("{who} more than they earn: {lost}\n")
            }
            Language::Zh => format!("{} 名客户入不敷出：{lost}\n", grouped(losers)),
        });
    }
    out
}

/// The wording of a figure.
fn figure(name: &str, language: Language) -> &str {
    let (en, zh) = match name {
        "p_alive" => ("P(alive)", "留存概率"),
        "rhythm" => ("rhythm", "节奏概率"),
        "expected_purchases" => ("purchases to come", "预期购买次数"),
        "expected_spend" => ("a purchase brings", "预期单次金额"),
        "expected_revenue" => ("revenue to come", "预期收入"),
        "expected_cost" => ("cost to come", "预期服务成本"),
        "future_value" => ("future value", "未来价值"),
        "past_value" => ("earned so far", "已创造利润"),
        "favours_given" => ("favours given", "我方付出"),
        "favours_received" => ("favours received", "对方付出"),
        "favour_balance" => ("favour balance", "人情余额"),
        other => return other,
    };
    either(language, en, zh)
}

/// One line a customer.
pub fn csv(valued: &Valued, out: &mut Lines) -> io::Result<()> {
    let mut header = "id,assessed,tier,since".to_owned();
    for axis in valued.axes() {
        header.push_str(&format!(",{}", cell(&format!("axis_{axis}"))));
    }
    for figure in valued.figures() {
        header.push_str(&format!(",{figure}"));
    }
    out.line(&header)?;
    let instant = |at: Option<Instant>| at.map(|at| at.to_string()).unwrap_or_default();
    for customer in valued.customers() {
        let tier = customer.tier.as_deref().unwrap_or_default();
        let (assessed, since) = (instant(customer.assessed), instant(customer.since));
        let mut line = format!("{},{assessed},{},{since}", cell(&customer.customer), cell(tier));
        for score in &customer.axes {
            line.push_str(&format!(",{}", score.map(|it| it.to_string()).unwrap_or_default()));
        }
        for value in &customer.figures {
            let value = value.as_ref().map(Shown::to_string).unwrap_or_default();
            // The currency is that of the playbook.
            let amount = value.split(' ').next().unwrap_or_default();
            line.push_str(&format!(",{amount}"));
        }
        out.line(&line)?;
    }
    Ok(())
}

/// Everything.
pub fn json(
    valued: &Valued,
    accounts: &KeyAccounts,
    language: Language,
    out: &mut Lines,
) -> io::Result<()> {
    out.json(&SaidValue::of(valued, accounts, language))
}
