//! Mermaid, as many pages and editors show it.

use std::fmt::Write;

use super::picture::Picture;
use super::text::grouped;

/// The picture as a Mermaid state diagram.
pub fn mermaid(picture: &Picture<'_>) -> String {
    let mut out = String::from("stateDiagram-v2\n    direction LR\n");
    states(picture, None, 1, &mut out);
    for arrow in &picture.arrows {
        let mut words = arrow.words.join(" / ");
        if let Some(taken) = arrow.taken {
            let _ = write!(words, " · {}", grouped(taken));
        }
        let _ = writeln!(out, "    s{} --> s{} : {}", arrow.from, arrow.to, plain(&words));
    }
    out
}

fn states(picture: &Picture<'_>, outer: Option<usize>, depth: usize, out: &mut String) {
    let indent = "    ".repeat(depth);
    if let Some(entry) = picture.entry(outer) {
        let _ = writeln!(out, "{indent}[*] --> s{entry}");
    }
    for state in picture.inside(outer) {
        let mut name = picture.name(state);
        if let Some(n) = picture.numbers.as_ref().and_then(|it| it.customers.get(state)) {
            let _ = write!(name, " · {}", grouped(*n));
        }
        let _ = writeln!(out, "{indent}state \"{}\" as s{state}", plain(&name));
        if picture.inside(Some(state)).next().is_some() {
            let _ = writeln!(out, "{indent}state s{state} {{");
            states(picture, Some(state), depth + 1, out);
            let _ = writeln!(out, "{indent}}}");
        }
    }
}

/// Without what Mermaid would read as its own: quotes, ends of lines, and the
/// marks that open comments and entities.
fn plain(text: &str) -> String {
    let shown = |letter: char| match letter {
        '"' => '\'',
        ':' => '：',
        ';' => '；',
        '#' => '＃',
        '%' => '％',
        '<' => '＜',
        '>' => '＞',
        '{' => '｛',
        '}' => '｝',
        letter if letter.is_control() => ' ',
        letter => letter,
    };
    text.chars().map(shown).collect()
}
