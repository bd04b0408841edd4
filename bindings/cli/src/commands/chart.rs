//! `guanxi chart`: whether KPIs are as usual.

use guanxi::kpi::{Chart, ChartSeries, among_charts, chart};
use guanxi::{Code, Fault};

use super::Manner;
use super::audit::Table;
use crate::args;
use crate::exit::{Exit, Stop};
use crate::lines::Lines;
use crate::page;

/// Periods that are judged where nobody says how many.
const WATCHED: usize = 6;

/// The share of false alarms among those that stand.
const FALSE: f64 = 0.10;

/// Reads, judges and prints.
pub fn run(args: &args::Chart, manner: Manner) -> Result<Exit, Stop> {
    let table = Table::read(&args.history, args.time.as_deref())?;
    let periods = table.names.len();
    let first = table.names.iter().find(|it| !it.is_empty()).map_or("", String::as_str);
    let season = args.season.map_or_else(|| season(first), |it| it as usize);
    let usual = WATCHED.min(periods / 4).max(1);
    let watched = args.watched.map_or(usual, |it| it as usize);
    if watched == 0 || watched > periods {
        let fault = Fault::new(
            Code::InvalidArgument,
            format!("{watched} periods cannot be watched in a history of {periods}"),
            format!("历史共 {periods} 期，无法监测 {watched} 期"),
        );
        return Err(guanxi::Error::from(fault.at("--watched")).into());
    }
    let mut told = Vec::with_capacity(table.columns.len());
    for (name, values) in table.columns {
        told.push(chart(&ChartSeries { name, values, season, watched })?);
    }
    among_charts(&mut told, FALSE);
    let mut out = Lines::new();
    if manner.json {
        out.json(&json(&told, &table.names, manner))?;
    } else {
        out.text(&page::chart::page(&told, &table.names, manner.language))?;
    }
    out.finish()?;
    Ok(Exit::Good)
}

fn json(told: &[Chart], periods: &[String], manner: Manner) -> serde_json::Value {
    serde_json::json!({ "periods": periods, "charts": page::spoken(&told, manner.language) })
}

/// Periods of a year, by how the first one is written.
fn season(period: &str) -> usize {
    match period.split_once('-') {
        Some((_, rest)) if rest.starts_with(['Q', 'q']) => 4,
        Some((_, rest)) if rest.starts_with(['W', 'w']) => 52,
        Some((_, rest)) if rest.len() == 2 => 12,
        _ => 1,
    }
}
