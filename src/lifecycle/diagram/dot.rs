//! DOT, for Graphviz.

use std::fmt::Write;

use super::picture::Picture;
use super::text::grouped;
use super::tone::Tone;

/// The picture as a DOT graph: states with others inside are clusters.
pub fn dot(picture: &Picture<'_>) -> String {
    let mut out = String::from("digraph machine {\n");
    let _ =
        writeln!(out, "    graph [rankdir=LR, compound=true, label={}];", quoted(&picture.title()));
    out.push_str("    node [shape=box, style=\"rounded,filled\", fontname=\"sans-serif\"];\n");
    out.push_str("    edge [fontname=\"sans-serif\", fontsize=11];\n");
    states(picture, None, 1, &mut out);
    for arrow in &picture.arrows {
        let mut words = arrow.words.join("\n");
        if let Some(taken) = arrow.taken {
            let _ = write!(words, "\n{}", grouped(taken));
        }
        // An arrow ends at a node; at a cluster it is cut off.
        let leaf = |state: usize| picture.machine.states.get(state).map_or(state, |it| it.entry);
        let (from, to) = (leaf(arrow.from), leaf(arrow.to));
        let _ = write!(out, "    s{from} -> s{to} [label={}", quoted(&words));
        if from != arrow.from {
            let _ = write!(out, ", ltail=cluster_s{}", arrow.from);
        }
        if to != arrow.to {
            let _ = write!(out, ", lhead=cluster_s{}", arrow.to);
        }
        out.push_str("];\n");
    }
    out.push_str("}\n");
    out
}

fn states(picture: &Picture<'_>, outer: Option<usize>, depth: usize, out: &mut String) {
    let indent = "    ".repeat(depth);
    for state in picture.inside(outer) {
        let mut name = picture.name(state);
        if let Some(n) = picture.numbers.as_ref().and_then(|it| it.customers.get(state)) {
            let _ = write!(name, "\n{}", grouped(*n));
        }
        let (fill, line) =
            picture.machine.states.get(state).map_or(Tone::Plain, Tone::of).colours();
        if picture.inside(Some(state)).next().is_some() {
            let _ = writeln!(out, "{indent}subgraph cluster_s{state} {{");
            let _ = writeln!(out, "{indent}    label={};", quoted(&name));
            let _ = writeln!(out, "{indent}    style=rounded; color=\"{line}\";");
            states(picture, Some(state), depth + 1, out);
            let _ = writeln!(out, "{indent}}}");
        } else {
            let label = quoted(&name);
            let _ = writeln!(
                out,
                "{indent}s{state} [label={label}, fillcolor=\"{fill}\", color=\"{line}\"];"
            );
        }
    }
    if let Some(entry) = picture.entry(outer) {
        let start = outer.map_or("start".to_owned(), |outer| format!("start{outer}"));
        let leaf = picture.machine.states.get(entry).map_or(entry, |state| state.entry);
        let _ = writeln!(out, "{indent}{start} [shape=point, width=0.12];");
        let _ = writeln!(out, "{indent}{start} -> s{leaf};");
    }
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            letter if letter.is_control() => out.push(' '),
            letter => out.push(letter),
        }
    }
    out.push('"');
    out
}
