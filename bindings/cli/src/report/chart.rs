//! Charts as SVG that stand inside the page.

use std::ops::Range;

use guanxi::{Code, Error, Fault};
use maud::{Markup, PreEscaped};
use plotters::coord::Shift;
use plotters::prelude::*;

/// The colours of the page.
const INK: RGBColor = RGBColor(0x33, 0x3d, 0x47);
const FAINT: RGBColor = RGBColor(0xe3, 0xe7, 0xeb);
const MAIN: RGBColor = RGBColor(0x1f, 0x6f, 0xa8);
const GOOD: RGBColor = RGBColor(0x2e, 0x8b, 0x57);
const BAD: RGBColor = RGBColor(0xc0, 0x49, 0x3d);
const ASKED: RGBColor = RGBColor(0xb8, 0x86, 0x0b);

/// How numbers stand at an axis.
pub type Said<'a> = &'a dyn Fn(f64) -> String;

/// One point of a trend: the value, and the ends of its interval.
pub type Dot = (Option<f64>, Option<(f64, f64)>);

/// A value over periods with its interval, and what is asked.
pub fn trend(names: &[&str], dots: &[Dot], asked: &[f64], said: Said<'_>) -> Result<Markup, Error> {
    let ends = dots.iter().filter_map(|dot| dot.1).flat_map(|(low, high)| [low, high]);
    let values = dots.iter().filter_map(|dot| dot.0).chain(ends).chain(asked.iter().copied());
    let range = around(values);
    drawn((360, 170), |area| {
        let mut chart = ChartBuilder::on(&area)
            .margin(6)
            .x_label_area_size(20)
            .y_label_area_size(52)
            .build_cartesian_2d(-0.4..(dots.len() as f64 - 0.6), range)?;
        mesh(&mut chart, (names, said))?;
        for run in runs(dots, |dot| dot.1) {
            let low = run.iter().map(|(x, (low, _))| (*x, *low));
            let high = run.iter().rev().map(|(x, (_, high))| (*x, *high));
            let outline: Vec<(f64, f64)> = low.chain(high).collect();
            chart.draw_series([Polygon::new(outline, MAIN.mix(0.16).filled())])?;
        }
        for run in runs(dots, |dot| dot.0) {
            chart.draw_series(LineSeries::new(run.iter().copied(), MAIN.stroke_width(2)))?;
            chart.draw_series(run.into_iter().map(|at| Circle::new(at, 2, MAIN.filled())))?;
        }
        for height in asked {
            let ends = [(-0.4, *height), (dots.len() as f64 - 0.6, *height)];
            chart.draw_series(DashedLineSeries::new(ends, 5, 4, ASKED.stroke_width(2)))?;
        }
        Ok(())
    })
}

/// What there was as dots and what was expected as a line, over periods; a line
/// across stands behind the period that ended before anything was only expected.
pub fn beside(
    names: &[&str],
    (actual, expected): (&[f64], &[f64]),
    known: usize,
    said: Said<'_>,
) -> Result<Markup, Error> {
    let range = 0.0..around(actual.iter().chain(expected).copied()).end;
    drawn((720, 220), |area| {
        let last = names.len() as f64;
        let mut chart = ChartBuilder::on(&area)
            .margin(6)
            .margin_right(36)
            .x_label_area_size(20)
            .y_label_area_size(52)
            .build_cartesian_2d(-0.6..(last - 0.4), range.clone())?;
        mesh(&mut chart, (names, said))?;
        let border = [(known as f64 + 0.5, 0.0), (known as f64 + 0.5, range.end)];
        chart.draw_series(DashedLineSeries::new(border, 5, 4, INK.stroke_width(1)))?;
        let line = (0..).zip(expected).map(|(at, value)| (f64::from(at), *value));
        chart.draw_series(LineSeries::new(line, ASKED.stroke_width(2)))?;
        let dots = (0..).zip(actual).map(|(at, value)| (f64::from(at), *value));
        chart.draw_series(dots.map(|at| Circle::new(at, 3, MAIN.filled())))?;
        Ok(())
    })
}

/// What there was and what was expected as bars side by side.
pub fn pairs(
    names: &[&str],
    (actual, expected): (&[f64], &[f64]),
    said: Said<'_>,
) -> Result<Markup, Error> {
    let range = 0.0..around(actual.iter().chain(expected).copied()).end;
    drawn((720, 190), |area| {
        let mut chart = ChartBuilder::on(&area)
            .margin(6)
            .x_label_area_size(20)
            .y_label_area_size(52)
            .build_cartesian_2d(-0.6..(names.len() as f64 - 0.4), range)?;
        mesh(&mut chart, (names, said))?;
        for (values, from, colour) in [(actual, -0.32, MAIN), (expected, 0.02, ASKED)] {
            let bar = |(at, value): (u32, &f64)| {
                let left = f64::from(at) + from;
                Rectangle::new([(left, 0.0), (left + 0.3, *value)], colour.mix(0.85).filled())
            };
            chart.draw_series((0..).zip(values).map(bar))?;
        }
        Ok(())
    })
}

/// From one value to another by steps, up and down.
pub fn waterfall(
    (from, to): ((&str, f64), (&str, f64)),
    steps: &[(String, f64)],
    said: Said<'_>,
) -> Result<Markup, Error> {
    let mut bars = vec![(0.0, from.1, MAIN)];
    let mut reached = from.1;
    for (_, step) in steps {
        bars.push((reached, reached + step, if *step < 0.0 { BAD } else { GOOD }));
        reached += step;
    }
    bars.push((0.0, to.1, MAIN));
    let names: Vec<&str> = std::iter::once(from.0)
        .chain(steps.iter().map(|(name, _)| name.as_str()))
        .chain([to.0])
        .collect();
    // A change is small beside what changed: the axis begins near it.
    let range = around(
        bars.iter().skip(1).flat_map(|bar| [bar.0, bar.1]).filter(|it| *it != 0.0).chain([from.1]),
    );
    let floor = range.start;
    drawn((720, 250), |area| {
        let mut chart = ChartBuilder::on(&area)
            .margin(6)
            .x_label_area_size(22)
            .y_label_area_size(66)
            .build_cartesian_2d(-0.6..(bars.len() as f64 - 0.4), range)?;
        mesh(&mut chart, (&names, said))?;
        let bars = bars.iter().enumerate().map(|(at, (low, high, colour))| {
            let x = at as f64;
            let corners = [(x - 0.36, low.max(floor)), (x + 0.36, high.max(floor))];
            Rectangle::new(corners, colour.mix(0.85).filled())
        });
        chart.draw_series(bars)?;
        Ok(())
    })
}

type Chart<'a, 'b> = ChartContext<
    'a,
    SVGBackend<'b>,
    Cartesian2d<plotters::coord::types::RangedCoordf64, plotters::coord::types::RangedCoordf64>,
>;

/// Lines at round heights, and names below each place that has room.
fn mesh(chart: &mut Chart<'_, '_>, (names, said): (&[&str], Said<'_>)) -> Result<(), Trouble> {
    let every = names.len().div_ceil(if names.len() > 9 { 5 } else { 9 }).max(1);
    let name = |x: &f64| {
        let at = x.round();
        let is_place = (x - at).abs() < 1e-9 && at >= 0.0;
        let name = is_place.then(|| names.get(at as usize)).flatten();
        // The last place is always named.
        let named = ((names.len().saturating_sub(1) as f64 - at) as usize).is_multiple_of(every);
        name.filter(|_| named).map(|name| (*name).to_owned()).unwrap_or_default()
    };
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(FAINT)
        .axis_style(FAINT)
        .set_tick_mark_size(LabelAreaPosition::Bottom, 4)
        .x_labels(4 * names.len() + 4)
        .y_labels(5)
        .x_label_formatter(&name)
        .y_label_formatter(&|y| said(*y))
        .label_style(("sans-serif", 11).into_font().color(&INK))
        .draw()
}

type Trouble = DrawingAreaErrorKind<std::io::Error>;

/// What a drawing is drawn on.
type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

fn drawn(
    size: (u32, u32),
    draw: impl FnOnce(Area<'_>) -> Result<(), Trouble>,
) -> Result<Markup, Error> {
    let mut svg = String::new();
    let area = SVGBackend::with_string(&mut svg, size).into_drawing_area();
    draw(area).map_err(|error| {
        let (en, zh) =
            (format!("a chart was not drawn: {error}"), format!("图表未能绘制：{error}"));
        Error::from(Fault::new(Code::Internal, en, zh))
    })?;
    // What stands before the picture belongs to files of their own.
    let begin = svg.find("<svg").unwrap_or_default();
    Ok(PreEscaped(svg.get(begin..).unwrap_or_default().to_owned()))
}

/// A range with room around what is in it.
fn around(values: impl Iterator<Item = f64>) -> Range<f64> {
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for value in values.filter(|value| value.is_finite()) {
        (low, high) = (low.min(value), high.max(value));
    }
    if low > high {
        return 0.0..1.0;
    }
    let room = if high > low { (high - low) * 0.08 } else { (high.abs() * 0.1).max(1.0) };
    // What cannot be below nothing is not drawn there.
    let floor = if low >= 0.0 { (low - room).max(0.0) } else { low - room };
    floor..(high + room)
}

/// Places in a row that have something, each run by itself.
fn runs<T>(dots: &[Dot], part: impl Fn(&Dot) -> Option<T>) -> Vec<Vec<(f64, T)>> {
    let mut out: Vec<Vec<(f64, T)>> = vec![Vec::new()];
    for (at, dot) in dots.iter().enumerate() {
        match (part(dot), out.last_mut()) {
            (Some(it), Some(run)) => run.push((at as f64, it)),
            _ => out.push(Vec::new()),
        }
    }
    out.retain(|run| !run.is_empty());
    out
}

/// A number that stands at an axis: three digits, and thousands by a letter.
pub fn at_axis(value: f64) -> String {
    let size = value.abs();
    let (by, letter) = match size {
        _ if size >= 1e9 => (1e9, "G"),
        _ if size >= 1e6 => (1e6, "M"),
        _ if size >= 1e4 => (1e3, "k"),
        _ => (1.0, ""),
    };
    let it = value / by;
    let places = match it.abs() {
        short if short >= 100.0 || (short - short.round()).abs() < 1e-6 => 0,
        short if short >= 10.0 => 1,
        short if short >= 0.1 => 2,
        _ => 4,
    };
    format!("{it:.places$}{letter}")
}
