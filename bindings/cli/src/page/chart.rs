//! Whether KPIs are as usual.

use guanxi::error::Language;
use guanxi::kpi::{Chart, ChartVerdict};

use super::Stand::{Left, Right};
use super::fit::number;
use super::{heading, printable, table};
use crate::speech::either;

/// As people read it, the least likely first.
pub fn page(told: &[Chart], periods: &[String], language: Language) -> String {
    let say = |en: &'static str, zh: &'static str| either(language, en, zh);
    let mut out = heading(say("Is there anything to explain?", "有需要解释的变化吗？"));
    let header = match language {
        Language::En => ["KPI", "last", "usual", "from", "to", "since", "p", "verdict"],
        Language::Zh => ["指标", "最近一期", "往常", "自", "至", "起始", "p", "结论"],
    };
    let mut header = header.map(|name| (name, Right));
    (header[0].1, header[7].1) = (Left, Left);
    let mut order: Vec<&Chart> = told.iter().collect();
    let p = |it: &Chart| it.p_among_all.or(it.p).unwrap_or(2.0);
    order.sort_by(|a, b| p(a).total_cmp(&p(b)));
    let dash = |it: Option<f64>| it.map_or_else(|| "-".to_owned(), number);
    let row = |it: &&Chart| {
        let last = it.points.iter().rev().find(|point| point.value.is_some());
        let of = |which: fn(&guanxi::kpi::ChartPoint) -> Option<f64>| dash(last.and_then(which));
        let stands = matches!(it.verdict, ChartVerdict::Higher | ChartVerdict::Lower);
        let since = it.alarm.filter(|_| stands).and_then(|at| periods.get(at));
        vec![
            printable(&it.name).into_owned(),
            of(|point| point.value),
            of(|point| point.expected),
            of(|point| point.low),
            of(|point| point.high),
            since.map_or_else(|| "-".to_owned(), |it| printable(it).into_owned()),
            it.p_among_all.or(it.p).map_or_else(|| "-".to_owned(), |p| format!("{p:.4}")),
            verdict(it.verdict, language).to_owned(),
        ]
    };
    let rows: Vec<Vec<String>> = order.iter().map(row).collect();
    out.push_str(&table(&header, &rows));
    // All charts cry wolf now and then.
    let rate: f64 = told.iter().filter_map(|it| it.false_alarm_every).map(|it| 1.0 / it).sum();
    if rate > 0.0 {
        let every = format!("{:.0}", (1.0 / rate).max(1.0));
        out.push_str(&match language {
            Language::En => format!("* without the correction for many KPIs: one false alarm every {every} periods over all of them\n"),
            Language::Zh => format!("* 若不做多指标校正，全部指标合计约每 {every} 期误报一次\n"),
        });
    }
    for it in
        order.iter().filter(|it| matches!(it.verdict, ChartVerdict::Higher | ChartVerdict::Lower))
    {
        out.push_str(&format!("* {}\n", printable(it.sentence.say(language))));
    }
    out
}

fn verdict(verdict: ChartVerdict, language: Language) -> &'static str {
    match verdict {
        ChartVerdict::Higher => either(language, "higher", "偏高"),
        ChartVerdict::Lower => either(language, "lower", "偏低"),
        ChartVerdict::Usual => either(language, "as usual", "如常"),
        ChartVerdict::CannotTell => either(language, "cannot tell", "无法判断"),
    }
}
