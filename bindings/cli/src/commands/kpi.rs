//! `guanxi kpi`: what was achieved, period by period.

use guanxi::engine::Options;
use guanxi::engine::kpi::{KpiAsked, KpiPeriods, KpiReport, ScorecardView, kpis, scorecard, why};
use guanxi::facts::Columns;
use guanxi::units::{Instant, Unit};
use guanxi::{Code, Fault, Playbook};

use super::sources::{Asked, Source, store_or_files};
use super::{Manner, import};
use crate::args::{KpiList, KpiOf, KpiScorecard, KpiValue, KpiWanted, KpiWhyArgs, Kpis};
use crate::exit::{Exit, Stop};
use crate::lines::Lines;
use crate::page;

/// Does what is wanted.
pub fn run(args: &Kpis, manner: Manner) -> Result<Exit, Stop> {
    match &args.what {
        KpiWanted::List(args) => list(args, manner),
        KpiWanted::Value(args) => value(args, manner),
        KpiWanted::Scorecard(args) => scorecards(args, manner),
        KpiWanted::Why(args) => reasons(args, manner),
    }
}

/// The facts of a question, and what it is asked by.
struct Question {
    playbook: Playbook,
    source: Source,
    columns: Columns,
    as_of: Instant,
    options: Options,
}

impl Question {
    fn read(of: &KpiOf, manner: Manner) -> Result<Question, Stop> {
        let playbook = super::playbook(&of.playbook)?;
        if playbook.kpis().is_empty() {
            let (en, zh) = ("the playbook has no `kpis`", "规则集没有 `kpis` 部分");
            let hint = (
                "a KPI is, say, `\"revenue\": {\"kind\": \"flow\", \"sum\": \"purchases.during(period).sum(p, p.amount)\"}`",
                "指标可写作 `\"revenue\": {\"kind\": \"flow\", \"sum\": \"purchases.during(period).sum(p, p.amount)\"}`",
            );
            return Err(Fault::new(Code::UnknownReference, en, zh).hint(hint.0, hint.1).into());
        }
        let asked = Asked::of(&of.when, &playbook)?;
        let source = store_or_files(of.db.as_deref(), &of.files, None, &playbook, manner)?;
        let columns = source.store.columns(asked.known_at)?;
        let as_of = asked.instant(&columns, &playbook);
        let options = Options { threads: asked.threads };
        Ok(Question { playbook, source, columns, as_of, options })
    }

    fn ask(&self, asked: &KpiAsked<'_>) -> Result<KpiReport, Stop> {
        Ok(kpis(&self.columns, &self.playbook, asked, self.as_of, self.options)?)
    }

    /// Tells what became of the rows, where some were imported.
    fn done(&self, manner: Manner) -> Result<Exit, Stop> {
        let Some(report) = &self.source.report else { return Ok(Exit::Good) };
        page::tell(&page::import::rows(report, manner.language))?;
        Ok(import::exit(report))
    }

    fn title(&self, manner: Manner) -> String {
        let name = page::label(self.playbook.text(), self.playbook.id(), manner.language);
        let zone = self.playbook.calendar().zone();
        page::title(name, self.as_of, zone, manner.language)
    }
}

/// Every KPI with its last value, and the one before.
fn list(args: &KpiList, manner: Manner) -> Result<Exit, Stop> {
    let question = Question::read(&args.of, manner)?;
    let periods = KpiPeriods { count: Some(2), ..KpiPeriods::default() };
    let report = question.ask(&KpiAsked { periods, ..KpiAsked::default() })?;
    let mut out = Lines::new();
    if manner.json {
        out.json(&report.in_language(manner.language))?;
    } else {
        out.text(&question.title(manner))?;
        out.text(&page::kpi::list(&report, manner.language))?;
    }
    out.finish()?;
    question.done(manner)
}

/// KPIs period by period, and group by group.
fn value(args: &KpiValue, manner: Manner) -> Result<Exit, Stop> {
    let question = Question::read(&args.of, manner)?;
    let names: Vec<&str> = args.names.iter().map(String::as_str).collect();
    let every = args.every.as_deref().map(Unit::parse).transpose()?;
    let periods = KpiPeriods {
        every,
        from: args.from.as_deref(),
        to: args.period.as_deref(),
        count: args.periods,
    };
    let report = question.ask(&KpiAsked { names: &names, periods, by: args.by.as_deref() })?;
    let mut out = Lines::new();
    if manner.json {
        out.json(&report.in_language(manner.language))?;
    } else {
        out.text(&question.title(manner))?;
        for table in &report.kpis {
            out.text(&page::kpi::table(table, manner.language))?;
        }
    }
    out.finish()?;
    question.done(manner)
}

/// Scorecards of a period.
fn scorecards(args: &KpiScorecard, manner: Manner) -> Result<Exit, Stop> {
    let question = Question::read(&args.of, manner)?;
    let all = question.playbook.scorecards().iter().map(|card| card.name.to_string());
    let names = if args.names.is_empty() { all.collect() } else { args.names.clone() };
    if names.is_empty() {
        let (en, zh) = ("the playbook has no `scorecards`", "规则集没有 `scorecards` 部分");
        let hint = (
            "a scorecard is, say, `\"crm\": {\"nodes\": [{\"kpi\": \"revenue\", \"weight\": 2}]}`",
            "考核表可写作 `\"crm\": {\"nodes\": [{\"kpi\": \"revenue\", \"weight\": 2}]}`",
        );
        return Err(Fault::new(Code::UnknownReference, en, zh).hint(hint.0, hint.1).into());
    }
    let asked = |name: &String| {
        let wanted = (name.as_str(), args.period.as_deref());
        scorecard(&question.columns, &question.playbook, wanted, question.as_of, question.options)
    };
    let cards: Vec<ScorecardView> = names.iter().map(asked).collect::<Result<_, _>>()?;
    let mut out = Lines::new();
    if manner.json {
        out.json(&page::spoken(&cards, manner.language))?;
    } else {
        out.text(&question.title(manner))?;
        for card in &cards {
            out.text(&page::kpi::scorecard(card, manner.language))?;
        }
    }
    out.finish()?;
    question.done(manner)
}

/// Which groups did how much of a change.
fn reasons(args: &KpiWhyArgs, manner: Manner) -> Result<Exit, Stop> {
    let question = Question::read(&args.of, manner)?;
    let by: Vec<&str> = args.by.iter().map(String::as_str).collect();
    let wanted = (args.name.as_str(), args.from.as_str(), args.to.as_str());
    let told = why(
        &question.columns,
        &question.playbook,
        wanted,
        &by,
        (question.as_of, question.options),
    )?;
    let mut out = Lines::new();
    if manner.json {
        out.json(&page::spoken(&told, manner.language))?;
    } else {
        out.text(&question.title(manner))?;
        out.text(&page::kpi::why(&told, manner.language))?;
    }
    out.finish()?;
    question.done(manner)
}
