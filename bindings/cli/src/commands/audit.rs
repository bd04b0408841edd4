//! `guanxi kpi-history-audit`: whether KPIs are still the right ones.

use std::path::Path;

use guanxi::kpi::{History, audit_history};
use guanxi::units::{Decimal, nearest};
use guanxi::{Code, Error, Fault};

use super::plain::periods;
use super::{Manner, plain};
use crate::args::HistoryAudit;
use crate::exit::{Exit, Stop};
use crate::lines::Lines;
use crate::page;
use crate::table::header;

/// Headers that say that a column holds the period.
const PERIOD: [&str; 10] =
    ["period", "time", "date", "day", "week", "month", "quarter", "year", "期间", "月份"];

/// Reads, asks and prints.
pub fn run(args: &HistoryAudit, manner: Manner) -> Result<Exit, Stop> {
    let table = Table::read(&args.history, args.time.as_deref())?;
    let (outcome, mut kpis) = table.split(&args.outcome)?;
    if let Some(path) = &args.targets {
        targets(path, &mut kpis, args.time.as_deref(), &table.periods)?;
    }
    if let Some(path) = &args.owners {
        owners(path, &mut kpis)?;
    }
    let told = audit_history(&kpis, &outcome)?;
    let mut out = Lines::new();
    if manner.json {
        out.json(&page::spoken(&told, manner.language))?;
    } else {
        out.text(&page::audit::page(&told, &args.outcome, manner.language))?;
    }
    out.finish()?;
    Ok(Exit::Good)
}

/// A file of periods by columns.
pub(super) struct Table {
    /// The periods of the rows, by number, where a column says them.
    periods: Option<Vec<i64>>,
    /// What they are called, in their order; empty for those that are left out.
    pub names: Vec<String>,
    pub columns: Vec<(String, Vec<Option<f64>>)>,
}

impl Table {
    pub fn read(path: &Path, time: Option<&str>) -> Result<Table, Error> {
        let all: Vec<String> =
            header(path, b',', None)?.iter().map(|it| it.trim().to_owned()).collect();
        let is_period = |name: &String| match time {
            Some(time) => name == time,
            None => PERIOD.contains(&name.to_lowercase().as_str()),
        };
        let period = all.iter().find(|name| is_period(name));
        if let (Some(time), None) = (time, period) {
            return Err(no_column("--time", time, &all));
        }
        let wanted: Vec<(&str, &str)> = all
            .iter()
            .map(|name| (if Some(name) == period { "--time" } else { "the header" }, &**name))
            .collect();
        let at = all.iter().position(|name| Some(name) == period);
        let (mut times, mut places): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
        let mut values: Vec<Vec<Option<f64>>> = vec![Vec::new(); all.len()];
        plain::read(path, &wanted, |row| {
            if let Some(at) = at {
                times.extend(row.word(at).map(str::to_owned));
            }
            for (column, values) in values.iter_mut().enumerate().filter(|(it, _)| Some(*it) != at)
            {
                values.push(row.known(column).flatten().map(Decimal::to_f64));
            }
            places.push(row.place().to_owned());
        })?;
        let columns = all.into_iter().zip(values).enumerate();
        let columns = columns.filter(|(it, _)| Some(*it) != at).map(|(_, it)| it).collect();
        let names: Vec<String> = (1..=places.len()).map(|at| at.to_string()).collect();
        let mut table = Table { periods: None, names, columns };
        if at.is_some() {
            table.names.clone_from(&times);
            let times: Vec<&str> = times.iter().map(String::as_str).collect();
            table.order(periods(&times).ok_or_else(not_periods)?, &places)?;
        }
        Ok(table)
    }

    /// Puts rows in the order of their periods; those that are left out are
    /// there, and empty.
    fn order(&mut self, periods: Vec<i64>, places: &[String]) -> Result<(), Error> {
        let mut order: Vec<usize> = (0..periods.len()).collect();
        order.sort_by_key(|at| periods.get(*at));
        let twice = order.windows(2).find(|pair| periods.get(pair[0]) == periods.get(pair[1]));
        if let Some(pair) = twice {
            let place = places.get(pair[1]).cloned().unwrap_or_default();
            let (en, zh) = ("this period is there twice", "该期间重复出现");
            return Err(Fault::new(Code::DuplicateName, en, zh).at(place).into());
        }
        let last = periods.iter().max().map_or(0, |it| it + 1);
        let Some(length) =
            usize::try_from(last).ok().filter(|it| *it <= 100 * periods.len().max(1))
        else {
            let (en, zh) = ("periods lie too far apart", "期间相隔过远");
            return Err(Fault::new(Code::InvalidArgument, en, zh).into());
        };
        let place = |period: &i64| usize::try_from(*period).ok();
        let mut names = vec![String::new(); length];
        for (name, period) in self.names.iter().zip(&periods) {
            if let Some(it) = place(period).and_then(|at| names.get_mut(at)) {
                it.clone_from(name);
            }
        }
        self.names = names;
        for (_, values) in &mut self.columns {
            let mut placed = vec![None; length];
            for (value, period) in values.iter().zip(&periods) {
                if let Some(it) = place(period).and_then(|at| placed.get_mut(at)) {
                    *it = *value;
                }
            }
            *values = placed;
        }
        self.periods = Some(periods);
        Ok(())
    }

    /// The outcome, and the KPIs.
    fn split(&self, outcome: &str) -> Result<(Vec<Option<f64>>, Vec<History>), Error> {
        let found = self.columns.iter().find(|(name, _)| name == outcome);
        let names: Vec<String> = self.columns.iter().map(|(name, _)| name.clone()).collect();
        let found = found.ok_or_else(|| no_column("--outcome", outcome, &names))?;
        let others = self.columns.iter().filter(|(name, _)| name != outcome);
        let kpis = others.map(|(name, values)| History {
            name: name.clone(),
            values: values.clone(),
            less_is_better: false,
            targets: Vec::new(),
            owner: None,
        });
        Ok((found.1.clone(), kpis.collect()))
    }
}

fn no_column(option: &str, name: &str, all: &[String]) -> Error {
    let shown = page::printable(name);
    let fault = Fault::new(
        Code::MissingColumn,
        format!("there is no column `{shown}`, which {option} names"),
        format!("没有 {option} 所指的列 `{shown}`"),
    );
    match nearest(name, all.iter().map(String::as_str)) {
        Some(near) => fault.meant(near),
        None => {
            let all = page::printable(&all.join("`, `")).into_owned();
            fault.hint(format!("there are `{all}`"), format!("已有 `{all}`"))
        }
    }
    .into()
}

fn not_periods() -> Error {
    Fault::new(Code::BadCell, "periods are not written alike", "各行期间的写法不一致")
        .hint(
            "all as whole numbers, 2026-03, 2026-Q1, 2026-W09, or days as 2026-03-01",
            "请统一写成整数、2026-03、2026-Q1、2026-W09 或日期 2026-03-01",
        )
        .into()
}

/// What was to be reached: `kpi,target[,direction]`, or the same columns as the
/// history.
fn targets(
    path: &Path,
    kpis: &mut [History],
    time: Option<&str>,
    own: &Option<Vec<i64>>,
) -> Result<(), Error> {
    let all = header(path, b',', None)?;
    if all.iter().any(|name| name.trim() == "kpi") {
        return by_name(path, kpis, "target", &all);
    }
    let table = Table::read(path, time)?;
    if table.periods != *own {
        return Err(Fault::new(
            Code::InvalidArgument,
            "targets are of other periods than the history",
            "目标的期间与历史不一致",
        )
        .hint("or give one target a KPI: kpi,target", "也可每个指标一个目标：kpi,target")
        .at("--targets")
        .into());
    }
    let names: Vec<String> = kpis.iter().map(|kpi| kpi.name.clone()).collect();
    for (name, values) in table.columns {
        let Some(kpi) = kpis.iter_mut().find(|kpi| kpi.name == name) else {
            return Err(no_column("--targets", &name, &names));
        };
        if values.len() == kpi.values.len() {
            kpi.targets = values;
        }
    }
    Ok(())
}

/// Who answers for what: `kpi,owner[,direction]`.
fn owners(path: &Path, kpis: &mut [History]) -> Result<(), Error> {
    by_name(path, kpis, "owner", &header(path, b',', None)?)
}

/// One row a KPI: its name, a target or an owner, and where better is.
fn by_name(path: &Path, kpis: &mut [History], what: &str, all: &[String]) -> Result<(), Error> {
    let mut wanted = vec![("the header", "kpi"), ("the header", what)];
    let has_direction = all.iter().any(|name| name.trim() == "direction");
    wanted.extend(has_direction.then_some(("the header", "direction")));
    let names: Vec<String> = kpis.iter().map(|kpi| kpi.name.clone()).collect();
    plain::read(path, &wanted, |row| {
        let Some(name) = row.word(0) else { return };
        let Some(kpi) = kpis.iter_mut().find(|kpi| kpi.name == name) else {
            let shown = page::printable(name);
            let fault = Fault::new(
                Code::UnknownReference,
                format!("there is no KPI `{shown}`"),
                format!("没有名为 `{shown}` 的指标"),
            );
            let near = nearest(name, names.iter().map(String::as_str));
            row.fault(0, near.map_or(fault.clone(), |near| fault.meant(near)));
            return;
        };
        if what == "owner" {
            kpi.owner = row.word(1).map(str::to_owned);
        } else if let Some(target) = row.number(1) {
            kpi.targets = vec![Some(target.to_f64()); kpi.values.len()];
        }
        if has_direction {
            match row.text(2) {
                "" | "up" | "higher" => {}
                "down" | "dn" | "lower" => kpi.less_is_better = true,
                other => {
                    let shown = page::printable(other);
                    let fault = Fault::new(
                        Code::BadCell,
                        format!("`{shown}` is not a direction, expected `up` or `down`"),
                        format!("`{shown}` 不是方向，应为 `up` 或 `down`"),
                    );
                    row.fault(2, fault);
                }
            }
        }
    })
}
