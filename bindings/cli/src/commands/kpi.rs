//! `guanxi kpi`: what was achieved, period by period.

use guanxi::engine::kpi::{
    KpiAsked, KpiPeriods, OrdersAsked, ScorecardView, kpis, order_value, scorecard, why,
};
use guanxi::units::Unit;
use guanxi::{Code, Fault};

use super::Manner;
use super::question::Question;
use crate::args::{Facts, KpiOrderValue, KpiScorecard, KpiValue, KpiWanted, KpiWhyArgs, Kpis};
use crate::exit::{Exit, Stop};
use crate::page;

/// Does what is wanted.
pub fn run(args: &Kpis, manner: Manner) -> Result<Exit, Stop> {
    match &args.what {
        KpiWanted::List(args) => list(&args.of, manner),
        KpiWanted::Value(args) => value(args, manner),
        KpiWanted::Scorecard(args) => scorecards(args, manner),
        KpiWanted::Why(args) => reasons(args, manner),
        KpiWanted::OrderValue(args) => orders(args, manner),
    }
}

fn read(of: &Facts, manner: Manner) -> Result<Question, Stop> {
    Question::read(of, manner, |playbook| {
        if !playbook.kpis().is_empty() {
            return Ok(());
        }
        let (en, zh) = ("the playbook has no `kpis`", "规则集没有 `kpis` 部分");
        let hint = (
            "a KPI is, say, `\"revenue\": {\"kind\": \"flow\", \"sum\": \"purchases.during(period).sum(p, p.amount)\"}`",
            "指标可写作 `\"revenue\": {\"kind\": \"flow\", \"sum\": \"purchases.during(period).sum(p, p.amount)\"}`",
        );
        Err(Fault::new(Code::UnknownReference, en, zh).hint(hint.0, hint.1).into())
    })
}

/// Every KPI with its last value, and the one before.
fn list(of: &Facts, manner: Manner) -> Result<Exit, Stop> {
    let question = read(of, manner)?;
    let (columns, as_of) = question.columns()?;
    let periods = KpiPeriods { count: Some(2), ..KpiPeriods::default() };
    let asked = KpiAsked { periods, ..KpiAsked::default() };
    let report = kpis(&columns, &question.playbook, &asked, as_of, question.options())?;
    let page = question.title(as_of) + &page::kpi::list(&report, manner.language);
    question.answer(&report.in_language(manner.language), &page)
}

/// KPIs period by period, and group by group.
fn value(args: &KpiValue, manner: Manner) -> Result<Exit, Stop> {
    let question = read(&args.of, manner)?;
    let (columns, as_of) = question.columns()?;
    let names: Vec<&str> = args.names.iter().map(String::as_str).collect();
    let every = args.every.as_deref().map(Unit::parse).transpose()?;
    let periods = KpiPeriods {
        every,
        from: args.from.as_deref(),
        to: args.period.as_deref(),
        count: args.periods,
    };
    let asked = KpiAsked { names: &names, periods, by: args.by.as_deref() };
    let report = kpis(&columns, &question.playbook, &asked, as_of, question.options())?;
    let tables = report.kpis.iter().map(|table| page::kpi::table(table, manner.language));
    let page = question.title(as_of) + &tables.collect::<String>();
    question.answer(&report.in_language(manner.language), &page)
}

/// Scorecards of a period.
fn scorecards(args: &KpiScorecard, manner: Manner) -> Result<Exit, Stop> {
    let question = read(&args.of, manner)?;
    let playbook = &question.playbook;
    let all = playbook.scorecards().iter().map(|card| card.name.to_string());
    let names = if args.names.is_empty() { all.collect() } else { args.names.clone() };
    if names.is_empty() {
        let (en, zh) = ("the playbook has no `scorecards`", "规则集没有 `scorecards` 部分");
        let hint = (
            "a scorecard is, say, `\"crm\": {\"nodes\": [{\"kpi\": \"revenue\", \"weight\": 2}]}`",
            "考核表可写作 `\"crm\": {\"nodes\": [{\"kpi\": \"revenue\", \"weight\": 2}]}`",
        );
        return Err(Fault::new(Code::UnknownReference, en, zh).hint(hint.0, hint.1).into());
    }
    let (columns, as_of) = question.columns()?;
    let asked = |name: &String| {
        let wanted = (name.as_str(), args.period.as_deref());
        scorecard(&columns, playbook, wanted, as_of, question.options())
    };
    let cards: Vec<ScorecardView> = names.iter().map(asked).collect::<Result<_, _>>()?;
    let pages = cards.iter().map(|card| page::kpi::scorecard(card, manner.language));
    question.answer(&cards, &(question.title(as_of) + &pages.collect::<String>()))
}

/// Which groups did how much of a change.
fn reasons(args: &KpiWhyArgs, manner: Manner) -> Result<Exit, Stop> {
    let question = read(&args.of, manner)?;
    let (columns, as_of) = question.columns()?;
    let by: Vec<&str> = args.by.iter().map(String::as_str).collect();
    let wanted = (args.name.as_str(), args.from.as_str(), args.to.as_str());
    let told = why(&columns, &question.playbook, wanted, &by, (as_of, question.options()))?;
    let page = question.title(as_of) + &page::kpi::why(&told, manner.language);
    question.answer(&told, &page)
}

/// Why the value of an order changed. It needs no KPI in the playbook.
fn orders(args: &KpiOrderValue, manner: Manner) -> Result<Exit, Stop> {
    let question = Question::read(&args.facts, manner, |_| Ok(()))?;
    let (columns, as_of) = question.columns()?;
    let usual = OrdersAsked::default();
    let asked = OrdersAsked {
        of: args.of.as_deref().unwrap_or(usual.of),
        amount: args.amount.as_deref().unwrap_or(usual.amount),
        quantity: args.quantity.as_deref().unwrap_or(usual.quantity),
        line: args.line.as_deref(),
        order: args.order.as_deref(),
    };
    let periods = (args.from.as_str(), args.to.as_str());
    let told = order_value(&columns, &question.playbook, asked, periods, as_of)?;
    let page = question.title(as_of) + &page::kpi::order_value(&told, manner.language);
    question.answer(&told, &page)
}
