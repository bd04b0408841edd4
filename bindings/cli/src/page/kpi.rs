//! KPIs, period by period.

use guanxi::engine::Shown;
use guanxi::engine::kpi::{
    CardNodeView, KpiCell, KpiPeriod, KpiReport, KpiTable, KpiWhy, OrderValueView, ScorecardView,
};
use guanxi::error::Language;
use guanxi::kpi::{Goal, Standing};
use guanxi::units::{Currency, Decimal};

use super::Stand::{Left, Right};
use super::{by_thousands, heading, label, printable, short, table as drawn};
use crate::speech::{counted, either, grouped};

/// Every KPI with its last value.
pub fn list(report: &KpiReport, language: Language) -> String {
    let say = |en: &'static str, zh: &'static str| either(language, en, zh);
    let header = [
        (say("KPI", "考核指标"), Left),
        (say("name", "名称"), Left),
        (say("period", "期间"), Left),
        (say("value", "数值"), Right),
        (say("before", "上期"), Right),
        (say("change", "变化"), Right),
        (say("better", "方向"), Left),
        (say("owner", "负责"), Left),
    ];
    let row = |table: &KpiTable| {
        let last = table.periods.last();
        let before = table.periods.iter().rev().nth(1);
        vec![
            printable(label(&table.label, &table.kpi, language)).into_owned(),
            table.kpi.to_string(),
            last.map(|last| last.period.clone()).unwrap_or_default(),
            last.map(|last| value(table.unit.as_deref(), &last.whole, language))
                .unwrap_or_default(),
            before
                .map(|before| value(table.unit.as_deref(), &before.whole, language))
                .unwrap_or_default(),
            last.zip(before).map(|(last, before)| change(last, before)).unwrap_or_default(),
            direction(table.better, language).to_owned(),
            table.owner.as_deref().map(|owner| printable(owner).into_owned()).unwrap_or_default(),
        ]
    };
    let rows: Vec<Vec<String>> = report.kpis.iter().map(row).collect();
    format!("{}{}", heading(say("KPIs", "考核指标")), drawn(&header, &rows))
}

/// One KPI over periods, and groups.
pub fn table(kpi: &KpiTable, language: Language) -> String {
    let say = |en: &'static str, zh: &'static str| either(language, en, zh);
    let mut out = heading(&printable(label(&kpi.label, &kpi.kpi, language)));
    if let Some(help) = &kpi.help {
        out.push_str(&format!("{}\n", printable(label(help, "", language))));
    }
    for (key, text) in &kpi.formula {
        out.push_str(&format!("{key}: {}\n", printable(text)));
    }
    let owner = kpi
        .owner
        .as_deref()
        .map(|owner| format!("{}{}", say("owner: ", "负责："), printable(owner)));
    let about: Vec<String> = [
        Some(match language {
            Language::En => format!("kind: {}", kpi.kind),
            Language::Zh => format!("类型：{}（{}）", kind(kpi.kind), kpi.kind),
        }),
        kpi.unit.as_deref().map(|unit| match (unit, language) {
            (_, Language::En) => format!("in: {unit}"),
            ("share", _) => "单位：比例".to_owned(),
            ("days", _) => "单位：天".to_owned(),
            ("per day", _) => "单位：每天".to_owned(),
            _ => format!("单位：{unit}"),
        }),
        owner,
    ]
    .into_iter()
    .flatten()
    .collect();
    out.push_str(&format!("{}\n\n", about.join("  ")));
    let grouped_by = kpi.periods.iter().any(|period| !period.groups.is_empty());
    let parts = kpi.periods.iter().any(|period| period.whole.per.is_some());
    let mut header = vec![(say("period", "期间"), Left)];
    if grouped_by {
        header.push((say("group", "分组"), Left));
    }
    header.push((say("value", "数值"), Right));
    if parts {
        header.push((say("sum", "分子"), Right));
        header.push((say("per", "分母"), Right));
    }
    header.push((say("customers", "客户数"), Right));
    let mut rows = Vec::new();
    for (period, compared) in kpi
        .periods
        .iter()
        .map(|it| (it, false))
        .chain(kpi.like_for_like.iter().map(|it| (it, true)))
    {
        let cells = std::iter::once((&period.whole, true))
            .chain(period.groups.iter().map(|it| (it, false)));
        for (cell, is_whole) in cells {
            let mut row =
                vec![if is_whole { named(period, compared, language) } else { String::new() }];
            if grouped_by {
                row.push(match (&cell.group, is_whole) {
                    (_, true) => say("(all)", "（全部）").to_owned(),
                    (Some(group), _) => printable(group).into_owned(),
                    (None, _) => say("(unknown)", "（未知）").to_owned(),
                });
            }
            row.push(value(kpi.unit.as_deref(), cell, language));
            if parts {
                row.extend(
                    [&cell.sum, &cell.per].map(|it| it.as_ref().map(shown).unwrap_or_default()),
                );
            }
            row.push(grouped(cell.customers));
            rows.push(row);
        }
    }
    out.push_str(&drawn(&header, &rows));
    out.push_str(&notes(kpi, language));
    out
}

/// What a kind is called in Chinese.
fn kind(kind: &str) -> &str {
    match kind {
        "flow" => "流量",
        "stock" => "存量",
        "rate" => "比率",
        "cohort" => "同期群",
        "quantile" => "分位值",
        "duration" => "时长",
        other => other,
    }
}

fn named(period: &KpiPeriod, compared: bool, language: Language) -> String {
    let note = match (compared, period.so_far) {
        (true, _) => either(language, " (as far)", "（同期）"),
        (_, true) => either(language, " (so far)", "（至今）"),
        _ => "",
    };
    format!("{}{note}", period.period)
}

/// What a reader should know before trusting the numbers.
fn notes(kpi: &KpiTable, language: Language) -> String {
    let mut out = String::new();
    for period in &kpi.periods {
        if let Some(open) = period.open.filter(|open| *open > 0) {
            let name = &period.period;
            out.push_str(&match language {
                Language::En => format!(
                    "{name}: {} may still go on; the value can rise\n",
                    counted(open, "customer", "customers")
                ),
                Language::Zh => {
                    format!("{name}：尚有 {} 位客户未到期限，数值可能上升\n", grouped(open))
                }
            });
        }
        if period.errors > 0 {
            let name = &period.period;
            let first = period.failures.first().map(|failure| {
                format!("{}: {}", printable(&failure.customer), failure.fault.message.say(language))
            });
            let first = first.unwrap_or_default();
            out.push_str(&match language {
                Language::En => format!(
                    "{name}: an error for {}, first {first}\n",
                    counted(period.errors, "customer", "customers")
                ),
                Language::Zh => {
                    format!("{name}：{} 位客户计算出错，首个：{first}\n", grouped(period.errors))
                }
            });
        }
    }
    out
}

/// A value, or why there is none.
pub fn value(unit: Option<&str>, cell: &KpiCell, language: Language) -> String {
    if let Some(missing) = cell.missing {
        return format!("({})", missing.text().say(language));
    }
    match (&cell.shown, cell.value, unit) {
        (Some(it), _, Some(unit)) if is_counted(unit) => {
            format!("{} {}", shown(it), printable(unit))
        }
        (Some(it), ..) => shown(it),
        (None, Some(number), Some("share")) => format!("{:.1} %", number * 100.0),
        (None, Some(number), Some("days")) => {
            format!("{number:.1} {}", either(language, "days", "天"))
        }
        (None, Some(number), Some(unit)) if is_counted(unit) => {
            format!("{number:.4} {}", printable(unit))
        }
        (None, Some(number), _) => format!("{number:.4}"),
        (None, None, _) => String::new(),
    }
}

/// Whether values are counted in what their author says.
fn is_counted(unit: &str) -> bool {
    let currency = || unit.split('/').next().is_some_and(|it| Currency::parse(it).is_ok());
    !["share", "days", "per day", "days/day"].contains(&unit) && !currency()
}

fn shown(it: &Shown) -> String {
    match it {
        Shown::Int(number) => match u64::try_from(*number) {
            Ok(number) => grouped(number),
            Err(_) => number.to_string(),
        },
        other => by_thousands(&printable(&other.to_string())),
    }
}

/// By how much a value changed, in shares of what it was.
pub fn change(last: &KpiPeriod, before: &KpiPeriod) -> String {
    match (last.whole.value, before.whole.value) {
        (Some(now), Some(then)) if then > 0.0 => format!("{:+.1} %", (now / then - 1.0) * 100.0),
        _ => String::new(),
    }
}

pub fn direction(better: Option<&str>, language: Language) -> &'static str {
    match better {
        Some("up") => either(language, "more", "越高越好"),
        Some("down") => either(language, "less", "越低越好"),
        Some("band") => either(language, "between", "适中为好"),
        _ => "",
    }
}

/// A scorecard: what was asked, what was achieved, the score, and what changed
/// it.
pub fn scorecard(card: &ScorecardView, language: Language) -> String {
    let say = |en: &'static str, zh: &'static str| either(language, en, zh);
    let name = printable(label(&card.root.label, &card.root.name, language)).into_owned();
    let mut out = heading(&format!("{name} {}", card.period));
    let header = [
        (say("", ""), Left),
        (say("weight", "权重"), Right),
        (say("value", "数值"), Right),
        (say("asked", "目标"), Right),
        (say("score", "得分"), Right),
        (say("from", "最低"), Right),
        (say("to", "最高"), Right),
        (say("adds", "贡献"), Right),
        (say("before", "上期"), Right),
        (say("by value", "数值所致"), Right),
        (say("by target", "目标所致"), Right),
        (say("by weight", "权重所致"), Right),
        (say("owner", "负责"), Left),
    ];
    let mut rows = Vec::new();
    lines(&card.root, 0, &mut rows, language);
    out.push_str(&drawn(&header, &rows));
    out
}

fn lines(node: &CardNodeView, depth: usize, rows: &mut Vec<Vec<String>>, language: Language) {
    let number =
        |it: Option<Decimal>| it.map(|it| it.to_string()).unwrap_or_else(|| "-".to_owned());
    let signed = |it: Option<Decimal>| match it {
        Some(it) if it.units() > 0 => format!("+{it}"),
        Some(it) if it.units() == 0 => "0".to_owned(),
        Some(it) => it.to_string(),
        None => String::new(),
    };
    let sure = match node.judged.as_ref().map(|judged| (judged.met, judged.standing)) {
        Some((_, Standing::CannotTell)) => " ?",
        Some((true, _)) => " +",
        Some((false, _)) => " -",
        None => "",
    };
    let effects = node.effects;
    rows.push(vec![
        format!("{}{}", "  ".repeat(depth), printable(label(&node.label, &node.name, language))),
        node.weight.to_string(),
        node.value
            .as_ref()
            .map(|cell| value(node.unit.as_deref(), cell, language))
            .unwrap_or_default(),
        format!(
            "{}{sure}",
            node.goal.map(|goal| asked(goal, node.unit.as_deref())).unwrap_or_default()
        ),
        number(node.score),
        number(node.low),
        number(node.high),
        signed(node.contribution),
        number(node.score_before),
        signed(effects.map(|it| it.value)),
        signed(effects.map(|it| it.target)),
        signed(effects.map(|it| it.weight)),
        node.owner.as_deref().map(|owner| printable(owner).into_owned()).unwrap_or_default(),
    ]);
    for child in &node.children {
        lines(child, depth + 1, rows, language);
    }
}

/// What was asked, in the unit of the value.
pub fn asked(goal: Goal, unit: Option<&str>) -> String {
    let said = |it: Decimal| {
        let short = |places: u8, it: Decimal| {
            it.rescale_half_even(it.scale().min(places)).unwrap_or(it).to_string()
        };
        match (unit, it.checked_mul(Decimal::from_int(100))) {
            (Some("share"), Ok(hundred)) => format!("{} %", short(2, hundred)),
            (Some(_), _) => by_thousands(&short(2, it)),
            _ => by_thousands(&short(4, it)),
        }
    };
    match goal {
        Goal::AtLeast { value } => format!(">= {}", said(value)),
        Goal::AtMost { value } => format!("<= {}", said(value)),
        Goal::Within { low, high } => format!("{} .. {}", said(low), said(high)),
    }
}

/// By how much a value changed, in its unit: shares by points of a hundred.
pub fn by_how_much(change: Decimal, unit: Option<&str>, language: Language) -> String {
    match (unit, change.checked_mul(Decimal::from_int(100))) {
        (Some("share"), Ok(points)) => {
            let points = points.rescale_half_even(2).unwrap_or(points);
            let sign = if points.units() > 0 { "+" } else { "" };
            format!("{sign}{points} {}", either(language, "points", "个百分点"))
        }
        _ => by_thousands(&short(change, true)),
    }
}

/// Which groups did how much of a change.
pub fn why(told: &KpiWhy, language: Language) -> String {
    let say = |en: &'static str, zh: &'static str| either(language, en, zh);
    let name = printable(label(&told.label, &told.kpi, language)).into_owned();
    let mut out = heading(&format!("{name} {} .. {}", told.from, told.to));
    let unit = told.unit.as_deref();
    let (before, after) = (value(unit, &told.before, language), value(unit, &told.after, language));
    let by = by_how_much(told.change, unit, language);
    out.push_str(&match language {
        Language::En => format!("from {before} to {after}: {by}\n"),
        Language::Zh => format!("由 {before} 变为 {after}：{by}\n"),
    });
    for grouping in &told.by {
        out.push_str(&format!("\n{} {}\n", say("by", "按"), printable(&grouping.by)));
        let mixes = grouping.parts.iter().any(|it| it.mix.units() != 0);
        let mut header = vec![
            (say("group", "分组"), Left),
            (say("before", "前期"), Right),
            (say("after", "后期"), Right),
        ];
        if mixes {
            header.push((say("within", "自身变化"), Right));
            header.push((say("weight", "占比变化"), Right));
        }
        header.push((say("together", "合计"), Right));
        let row = |it: &guanxi::engine::kpi::WhyPart| {
            let plain =
                |it: Option<f64>| it.map(|it| format!("{it:.4}")).unwrap_or_else(|| "-".to_owned());
            let group = it.group.as_deref().map(|group| printable(group).into_owned());
            let mut row = vec![
                group.unwrap_or_else(|| say("(unknown)", "（未知）").to_owned()),
                plain(it.before),
                plain(it.after),
            ];
            if mixes {
                row.extend([short(it.within, true), short(it.mix, true)]);
            }
            row.push(short(it.total, true));
            row
        };
        let rows: Vec<Vec<String>> = grouping.parts.iter().map(row).collect();
        out.push_str(&drawn(&header, &rows));
    }
    out
}

/// Places of parts of an order's value.
const PLACES: u8 = 4;

/// Why the value of an order changed.
pub fn order_value(told: &OrderValueView, language: Language) -> String {
    let say = |en: &'static str, zh: &'static str| either(language, en, zh);
    let title = say("value of an order", "客单价");
    let mut out = heading(&format!("{title} {} .. {}", told.from, told.to));
    let unit = told.unit.as_deref().map(|unit| format!(" {unit}")).unwrap_or_default();
    let value = &told.told;
    let shown = |it: Decimal, signed: bool| {
        by_thousands(&short(it.rescale_half_even(PLACES).unwrap_or(it), signed))
    };
    let (before, after) = (shown(value.before, false), shown(value.after, false));
    let change = shown(value.total_change, true);
    let orders = told.orders.map(grouped);
    let lines = told.lines as u64;
    out.push_str(&match language {
        Language::En => format!(
            "from {before}{unit} ({} orders) to {after}{unit} ({} orders): {change}{unit}, {}\n",
            orders[0],
            orders[1],
            counted(lines, "product line", "product lines")
        ),
        Language::Zh => format!(
            "由 {before}{unit}（{} 单）变为 {after}{unit}（{} 单）：{change}{unit}，{} 条产品线\n",
            orders[0],
            orders[1],
            grouped(lines)
        ),
    });
    if told.left_out > 0 {
        out.push_str(&match language {
            Language::En => format!(
                "{} without an amount or a quantity left out\n",
                counted(told.left_out, "event", "events")
            ),
            Language::Zh => format!("{} 个事件缺少金额或件数，未计入\n", grouped(told.left_out)),
        });
    }
    let header = [(say("because of", "来自"), Left), (say("each order", "每单"), Right)];
    let row = |name: &str, part: Decimal| vec![name.to_owned(), shown(part, true)];
    let rows = vec![
        row(say("prices", "价格"), value.price),
        row(say("pieces in an order", "每单件数"), value.volume),
        row(say("mix", "商品结构"), value.mix),
        row(say("together", "合计"), value.total_change),
    ];
    out.push('\n');
    out.push_str(&drawn(&header, &rows));
    if let (Some(slope), Some((low, high))) = (value.elasticity, value.elasticity_ends) {
        out.push_str(&match language {
            Language::En => format!(
                "where a price is 1 % higher, an order has {slope:+.2} % more pieces [{low:+.2}, {high:+.2}]\n"
            ),
            Language::Zh => {
                format!("价格每高 1 %，每单件数变化 {slope:+.2} %［{low:+.2}, {high:+.2}］\n")
            }
        });
    }
    out.push('\n');
    for suspect in &value.suspects {
        out.push_str(suspect.sentence.say(language));
        out.push('\n');
    }
    out
}
