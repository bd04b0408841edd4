//! Faults as people read them: what, where, a line with a caret, a way out.

use std::io::{self, Write};

use guanxi::engine::Failure;
use guanxi::error::Language;
use guanxi::json::{self, Json};
use guanxi::{Error, Fault};
use serde::Serialize;
use serde_json::json;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::exit::Source;
use crate::speech::either;

/// Columns of source text shown at most.
const WIDTH: usize = 72;
/// Columns shown before a fault in a long line.
const BEFORE: usize = 24;
/// Faults printed at most; the rest is counted.
const MOST: usize = 100;

/// Writes every fault of an error for a person.
pub fn write_all(
    out: &mut dyn Write,
    error: &Error,
    source: &Source,
    language: Language,
) -> io::Result<()> {
    let document = match source {
        Source::Document(text) => document(text),
        _ => None,
    };
    let faults = error.faults();
    for fault in faults.iter().take(MOST) {
        let text = match source {
            Source::Expression(text) => Some(text.as_str()),
            _ => fault.pointer.as_deref().and_then(|pointer| at(document.as_ref()?, pointer)),
        };
        out.write_all(render(fault, text, language).as_bytes())?;
    }
    if faults.len() > MOST {
        let more = faults.len() - MOST;
        match language {
            Language::En => writeln!(out, "and {more} more faults")?,
            Language::Zh => writeln!(out, "另有 {more} 处错误")?,
        }
    }
    Ok(())
}

/// A document in which faults are to be shown, keys that stand twice included.
fn document(text: &str) -> Option<Json> {
    json::read(text.as_bytes()).ok().map(|(document, _)| document)
}

/// The faults of an error as JSON, in one language: `error` is the first of
/// them, `faults` are all.
pub fn to_json(error: &Error, language: Language) -> serde_json::Value {
    let faults: Vec<_> = error.faults().iter().map(|fault| said(fault, language)).collect();
    json!({ "error": faults.first(), "faults": faults })
}

/// One fault as JSON, in one language.
pub fn said(fault: &Fault, language: Language) -> serde_json::Value {
    serde_json::to_value(fault.in_language(language)).unwrap_or_default()
}

/// A list of faults as JSON, in one language.
pub fn list(faults: &[Fault], language: Language) -> impl Serialize {
    listed(faults, language)
}

/// The same as a value.
pub fn listed(faults: &[Fault], language: Language) -> serde_json::Value {
    faults.iter().map(|fault| said(fault, language)).collect()
}

/// A hint of a check: what is allowed and probably not meant.
pub fn render_hint(hint: &Fault, document: &str, language: Language) -> String {
    let document = self::document(document);
    let text = hint.pointer.as_deref().and_then(|pointer| at(document.as_ref()?, pointer));
    lines(hint, text, either(language, "hint", "提示"), language)
}

/// The same of an expression.
pub fn render_hint_of(hint: &Fault, expression: &str, language: Language) -> String {
    lines(hint, Some(expression), either(language, "hint", "提示"), language)
}

/// Customers for whom a condition is an error as JSON, in one language.
pub fn failures(failures: &[Failure], language: Language) -> serde_json::Value {
    let said = failures.iter().map(
        |failure| json!({ "customer": failure.customer, "fault": said(&failure.fault, language) }),
    );
    said.collect()
}

/// One fault, over several lines.
pub fn render(fault: &Fault, text: Option<&str>, language: Language) -> String {
    lines(fault, text, either(language, "error", "错误"), language)
}

fn lines(fault: &Fault, text: Option<&str>, word: &str, language: Language) -> String {
    let colon = either(language, ": ", "：");
    let (number, name) = (fault.code.number(), fault.code.name());
    let message = fault.message.say(language);
    let mut out = format!("{word} {number} {name}{colon}{message}\n");
    if let Some(pointer) = fault.pointer.as_deref().filter(|pointer| !pointer.is_empty()) {
        out.push_str(&format!("  --> {pointer}\n"));
    }
    if let (Some((start, end)), Some(text)) = (fault.span, text) {
        out.push_str(&excerpt(text, start, end));
    }
    if let Some(hint) = &fault.hint {
        out.push_str(&format!("   = {}\n", hint.say(language)));
    }
    out
}

/// The line of a text that a span begins in, with carets below the span.
fn excerpt(text: &str, start: usize, end: usize) -> String {
    let start = floor(text, start);
    let end = floor(text, end).max(start);
    let line_start = text[..start].rfind('\n').map_or(0, |position| position + 1);
    let line_end = text[start..].find('\n').map_or(text.len(), |position| start + position);
    let line = &text[line_start..line_end];
    let window = Window::around(line, start - line_start);
    let before = &line[window.from..start - line_start];
    let marked_end = (end.min(line_end) - line_start).min(window.until);
    let marked = &line[start - line_start..marked_end.max(start - line_start)];
    let carets = shown_width(marked).max(1);
    let (open, close) = (dots(window.from > 0), dots(window.until < line.len()));
    let space = " ".repeat(open.width() + shown_width(before));
    let shown = printable(&line[window.from..window.until]);
    format!("   | {open}{shown}{close}\n   | {space}{}\n", "^".repeat(carets))
}

fn dots(is_cut: bool) -> &'static str {
    if is_cut { "..." } else { "" }
}

/// The part of a long line that is shown.
struct Window {
    from: usize,
    until: usize,
}

impl Window {
    fn around(line: &str, place: usize) -> Window {
        if shown_width(line) <= WIDTH {
            return Window { from: 0, until: line.len() };
        }
        let mut width = 0;
        let from = line[..place]
            .char_indices()
            .rev()
            .take_while(|(_, letter)| {
                width += char_width(*letter);
                width <= BEFORE
            })
            .last()
            .map_or(place, |(position, _)| position);
        let mut width = 0;
        let until = line[from..]
            .char_indices()
            .find(|(_, letter)| {
                width += char_width(*letter);
                width > WIDTH
            })
            .map_or(line.len(), |(position, _)| from + position);
        Window { from, until }
    }
}

/// The nearest boundary between letters at or before a byte.
fn floor(text: &str, byte: usize) -> usize {
    let byte = byte.min(text.len());
    (0..=byte).rev().find(|position| text.is_char_boundary(*position)).unwrap_or(0)
}

fn char_width(letter: char) -> usize {
    if letter.is_control() { 1 } else { letter.width().unwrap_or(0) }
}

fn shown_width(text: &str) -> usize {
    text.chars().map(char_width).sum()
}

/// A tab or another control character would move the carets, or the cursor.
fn printable(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

/// The text at a JSON pointer.
fn at<'a>(document: &'a Json, pointer: &str) -> Option<&'a str> {
    let mut here = document;
    for step in pointer.split('/').skip(1) {
        let key = step.replace("~1", "/").replace("~0", "~");
        here = match here.as_array() {
            Some(elements) => elements.get(key.parse::<usize>().ok()?)?,
            None => here.get(&key)?,
        };
    }
    here.as_text()
}

#[cfg(test)]
mod tests {
    use guanxi::Code;

    use super::*;

    fn fault(start: usize, end: usize) -> Fault {
        Fault::new(Code::UnknownName, "nothing is called `x`", "没有名为 `x` 的东西")
            .span(start, end)
            .hint("did you mean `y`?", "是否指 `y`？")
    }

    #[test]
    fn carets_stand_below_wide_letters() {
        let text = "region == '华东' && xx > 1";
        let start = text.find("xx").unwrap();
        assert_eq!(
            render(&fault(start, start + 2), Some(text), Language::Zh),
            "错误 3006 unknown_name：没有名为 `x` 的东西\n   \
             | region == '华东' && xx > 1\n   \
             |                     ^^\n   = 是否指 `y`？\n"
        );
    }

    #[test]
    fn only_the_line_of_the_fault_is_shown() {
        let text = "a == 1 &&\n\tb == 2 &&\nc == 3";
        let start = text.find('b').unwrap();
        assert_eq!(excerpt(text, start, start + 30), "   |  b == 2 &&\n   |  ^^^^^^^^^\n");
    }

    #[test]
    fn long_lines_are_cut_around_the_fault() {
        let text = format!("{}xx{}", "长".repeat(100), "尾".repeat(100));
        let shown = excerpt(&text, 300, 302);
        let lines: Vec<&str> = shown.lines().collect();
        assert!(lines[0].starts_with("   | ...长") && lines[0].ends_with("尾..."));
        assert_eq!(lines[0].split("xx").next().unwrap().width(), lines[1].find('^').unwrap());
        assert!(lines[0].width() <= WIDTH + 11);
    }

    #[test]
    fn spans_that_fit_nothing_do_no_harm() {
        for (start, end) in [(0, 0), (5, 2), (99, 100), (1, 2), (usize::MAX, usize::MAX)] {
            assert!(excerpt("华", start, end).contains('^'));
            assert!(excerpt("", start, end).contains('^'));
        }
    }

    #[test]
    fn pointers_find_the_text_of_a_document() {
        let document = json::parse(r#"{"a/b": ["x", {"~": "here"}]}"#.as_bytes()).unwrap();
        assert_eq!(at(&document, "/a~1b/1/~0"), Some("here"));
        assert_eq!(at(&document, "/a~1b/7/~0"), None);
    }
}
