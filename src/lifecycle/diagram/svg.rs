//! SVG that can be shown: drawn by itself, on light and on dark.

use std::fmt::Write;

use super::nested::DOT;
use super::picture::{Arrow, PICTURED, Picture};
use super::room::{HEADER, LINE, NAME, NUMBER, WORDS, thickness, words_of};
use super::scene::{Frame, Pair, Scene};
use super::stroke::{round_trip, stroke};
use super::text::{grouped, xml};
use super::tone::Tone;
use super::turn::scene;
use crate::error::{Code, Error, Fault};

const MARGIN: f64 = 32.0;
const TITLE: f64 = 64.0;

const STYLE: &str = "\
    text{font-family:\"Noto Sans SC\",\"Source Han Sans SC\",\"PingFang SC\",\"Microsoft YaHei\",\"WenQuanYi Micro Hei\",\"Segoe UI\",system-ui,sans-serif;fill:#0f172a}\n\
    .page{fill:#ffffff}.title{font-size:22px;font-weight:600}.note,.share{font-size:12px;fill:#64748b}\n\
    .name{font-size:15px;font-weight:600}.outer-name{stroke:#ffffff;stroke-width:5px;stroke-linejoin:round;paint-order:stroke}.number{font-size:19px;font-weight:600}\n\
    .words{font-size:12px;fill:#334155;stroke:#ffffff;stroke-width:4px;stroke-linejoin:round;paint-order:stroke}\n\
    .taken{font-weight:700;fill:#0f172a}\n\
    .line{fill:none;stroke:#94a3b8;stroke-linecap:butt}.head{fill:#94a3b8}.dot{fill:#334155}\n\
    .box{stroke-width:1.5}.outer{fill-opacity:.35;stroke-width:1.5}\n\
    .plain{fill:#f1f5f9;stroke:#64748b}.early{fill:#e0f2fe;stroke:#0284c7}.asleep{fill:#ede9fe;stroke:#7c3aed}\n\
    .good{fill:#dcfce7;stroke:#16a34a}.warning{fill:#fef3c7;stroke:#d97706}.gone{fill:#ffe4e6;stroke:#e11d48}\n\
    @media (prefers-color-scheme:dark){\n\
    text{fill:#e2e8f0}.outer-name{stroke:#0f172a}.page{fill:#0f172a}.note,.share{fill:#94a3b8}.words{fill:#cbd5e1;stroke:#0f172a}.taken{fill:#f8fafc}\n\
    .line{stroke:#64748b}.head{fill:#64748b}.dot{fill:#cbd5e1}\n\
    .plain{fill:#1e293b;stroke:#94a3b8}.early{fill:#0c4a6e;stroke:#38bdf8}.asleep{fill:#3b2a6b;stroke:#a78bfa}\n\
    .good{fill:#14532d;stroke:#4ade80}.warning{fill:#6b3a0a;stroke:#fbbf24}.gone{fill:#661a2b;stroke:#fb7185}}\n";

/// The picture as an SVG document.
///
/// # Errors
///
/// [`Code::CostTooHigh`] where there are more than [`PICTURED`] states or
/// arrows: Mermaid and DOT have no such bound.
pub fn svg(picture: &Picture<'_>) -> Result<String, Error> {
    let (states, arrows) = (picture.machine.states.len(), picture.arrows.len());
    if PICTURED.0 < states || PICTURED.1 < arrows {
        return Err(Fault::new(
            Code::CostTooHigh,
            format!(
                "{states} states and {arrows} arrows are no picture: {} and {} at most",
                PICTURED.0, PICTURED.1
            ),
            format!(
                "{states} 个状态、{arrows} 条转换无法成图：至多 {} 个与 {} 条",
                PICTURED.0, PICTURED.1
            ),
        )
        .hint("take `mermaid` or `dot`", "请改用 `mermaid` 或 `dot`")
        .into());
    }
    let around = (MARGIN * 2.0, MARGIN + TITLE + MARGIN / 2.0);
    let scene = scene(picture, around);
    let note = picture.numbers.as_ref().map_or("", |numbers| &numbers.note);
    let title = picture.title();
    let wide = super::text::width(&title, 22.0).max(super::text::width(note, 12.0));
    let size = (scene.size.0.max(wide) + around.0, scene.size.1 + around.1);
    let mut out = String::new();
    let (width, height) = (n(size.0.ceil()), n(size.1.ceil()));
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\">"
    );
    let _ = writeln!(out, "  <title>{}</title>", xml(&title));
    let _ = writeln!(out, "  <style>\n{STYLE}  </style>");
    let _ = writeln!(out, "  <rect class=\"page\" width=\"{width}\" height=\"{height}\"/>");
    let _ = writeln!(
        out,
        "  <text class=\"title\" x=\"{}\" y=\"40\">{}</text>",
        n(MARGIN),
        xml(&title)
    );
    if !note.is_empty() {
        let _ = writeln!(
            out,
            "  <text class=\"note\" x=\"{}\" y=\"60\">{}</text>",
            n(MARGIN),
            xml(note)
        );
    }
    let top = TITLE + MARGIN / 2.0;
    let left = (size.0 - scene.size.0) / 2.0;
    let _ = writeln!(out, "  <g transform=\"translate({} {})\">", n(left), n(top));
    boxes(picture, &scene, true, &mut out);
    for (dot, line) in &scene.starts {
        let _ = writeln!(
            out,
            "    <circle class=\"dot\" cx=\"{}\" cy=\"{}\" r=\"{}\"/>",
            n(dot.0),
            n(dot.1),
            n(DOT)
        );
        stroke(line, thickness(picture, None), &mut out);
    }
    for (number, line) in &scene.lines {
        let arrow = &picture.arrows[*number];
        out.push_str("    <g>");
        let whole: Vec<&str> =
            arrow.words.iter().chain(&arrow.conditions).map(|it| &**it).collect();
        if !whole.is_empty() {
            let _ = write!(out, "<title>{}</title>", xml(&whole.join("\n")));
        }
        out.push('\n');
        if scene.loops.contains(number) {
            round_trip(line, thickness(picture, arrow.taken), &mut out);
        } else {
            stroke(line, thickness(picture, arrow.taken), &mut out);
        }
        out.push_str("    </g>\n");
    }
    boxes(picture, &scene, false, &mut out);
    for (number, at) in &scene.words {
        words(&picture.arrows[*number], *at, &mut out);
    }
    out.push_str("  </g>\n</svg>\n");
    Ok(out)
}

/// Boxes with others inside, or the innermost.
fn boxes(picture: &Picture<'_>, scene: &Scene, outer: bool, out: &mut String) {
    let whole: u64 = picture.numbers.as_ref().map_or(0, |numbers| {
        picture.inside(None).filter_map(|state| numbers.customers.get(state)).sum()
    });
    for Frame { state, left, top, width, height, name: begins } in &scene.boxes {
        if picture.inside(Some(*state)).next().is_some() != outer {
            continue;
        }
        let tone = picture.machine.states.get(*state).map_or(Tone::Plain, Tone::of).class();
        let class = if outer { "outer" } else { "box" };
        let (x, y, w, h) = (n(*left), n(*top), n(*width), n(*height));
        let radius = if outer { 16 } else { 10 };
        let _ = writeln!(
            out,
            "    <rect class=\"{class} {tone}\" x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" rx=\"{radius}\"/>"
        );
        let name = xml(&picture.name(*state));
        let customers = picture.numbers.as_ref().and_then(|it| it.customers.get(*state));
        if outer {
            let y = n(top + HEADER / 2.0 + NAME * 0.36);
            let count = customers.map_or(String::new(), |count| {
                format!(
                    "  <tspan class=\"share\" dx=\"6\">{} · {}</tspan>",
                    grouped(*count),
                    share(*count, whole)
                )
            });
            let _ = writeln!(
                out,
                "    <text class=\"name outer-name\" x=\"{}\" y=\"{y}\">{name}{count}</text>",
                n(left + begins)
            );
            continue;
        }
        let middle = n(left + width / 2.0);
        let Some(count) = customers else {
            let y = n(top + height / 2.0 + NAME * 0.36);
            let _ = writeln!(
                out,
                "    <text class=\"name\" x=\"{middle}\" y=\"{y}\" text-anchor=\"middle\">{name}</text>"
            );
            continue;
        };
        let (first, second) = (n(top + 23.0), n(top + 24.0 + NUMBER + 4.0));
        let _ = writeln!(
            out,
            "    <text class=\"name\" x=\"{middle}\" y=\"{first}\" text-anchor=\"middle\">{name}</text>"
        );
        let _ = writeln!(
            out,
            "    <text class=\"number\" x=\"{middle}\" y=\"{second}\" text-anchor=\"middle\">{}<tspan class=\"share\" font-weight=\"400\" dx=\"5\">{}</tspan></text>",
            grouped(*count),
            share(*count, whole)
        );
    }
}

/// A share in per cent, rounded half up.
fn share(part: u64, whole: u64) -> String {
    if whole == 0 {
        return String::new();
    }
    let (part, whole) = (u128::from(part), u128::from(whole));
    format!("{}%", (part * 200 + whole) / (whole * 2))
}

fn words(arrow: &Arrow, (x, y): Pair, out: &mut String) {
    let number = arrow.taken.map(grouped);
    let drawn = words_of(arrow);
    let n_lines = drawn.len() + usize::from(number.is_some());
    let lines = drawn.iter().map(|line| (line.as_str(), "words"));
    let lines = lines.chain(number.as_deref().map(|number| (number, "words taken")));
    for (place, (line, class)) in lines.enumerate() {
        let up = (n_lines - 1 - place) as f64 * LINE;
        let _ = writeln!(
            out,
            "    <text class=\"{class}\" x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
            n(x),
            n(y - up),
            xml(line)
        );
    }
}

/// A number with one place: the same bytes everywhere.
pub(super) fn n(value: f64) -> String {
    let tenths = (value * 10.0).round() as i64;
    let (whole, rest) = (tenths / 10, (tenths % 10).abs());
    let sign = if tenths < 0 && whole == 0 { "-" } else { "" };
    if rest == 0 { format!("{whole}") } else { format!("{sign}{whole}.{rest}") }
}

/// Letters of words are this high; kept beside the style sheet, which says so
/// too.
const _: () = assert!(WORDS == 12.0 && NAME == 15.0 && NUMBER == 19.0);
