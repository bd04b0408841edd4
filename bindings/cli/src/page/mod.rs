//! Pages for people: tables whose columns stand straight under Chinese and
//! Latin letters alike, shares with a bar, dates of the playbook's zone.

pub mod audit;
pub mod causes;
pub mod chart;
pub mod choice;
pub mod collide;
pub mod command;
pub mod customer;
pub mod decompose;
pub mod diff_review;
pub mod erase;
pub mod evidence;
pub mod experiment;
pub mod fit;
pub mod import;
pub mod kpi;
pub mod lead;
pub mod lifecycle;
pub mod living;
pub mod predict;
pub mod query;
pub mod reconcile;
pub mod restrict;
pub mod review;
pub mod rfm;
pub mod segment;
pub mod sync;
pub mod tenants;
pub mod trail;
pub mod verify;
pub mod watch;
pub mod worth;

use std::borrow::Cow;
use std::io::{self, Write};

use guanxi::error::{Language, Text};
use guanxi::lang::Value;
use guanxi::units::{Decimal, Instant, Zone};
use unicode_width::UnicodeWidthStr;

use crate::speech::grouped;

/// Cells of the bar that a share of one has.
const BAR: u128 = 20;

/// How the cells of a column stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stand {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

/// A report as JSON, each text in the language that was asked for.
pub fn spoken(report: &impl serde::Serialize, language: Language) -> serde_json::Value {
    let mut value = serde_json::to_value(report).unwrap_or_default();
    say(&mut value, language);
    value
}

fn say(value: &mut serde_json::Value, language: Language) {
    match value {
        serde_json::Value::Object(fields) => {
            let wordings = (fields.len() == 2).then(|| (fields.get("zh-Hans"), fields.get("en")));
            if let Some((Some(zh), Some(en))) = wordings {
                let said = match language {
                    Language::En => en.clone(),
                    Language::Zh => zh.clone(),
                };
                *value = said;
            } else {
                fields.values_mut().for_each(|value| say(value, language));
            }
        }
        serde_json::Value::Array(items) => items.iter_mut().for_each(|value| say(value, language)),
        _ => {}
    }
}

/// A number with six places at most, and its sign where a change is told.
pub fn short(it: Decimal, signed: bool) -> String {
    let short = it.rescale_half_even(it.scale().min(6)).unwrap_or(it);
    let sign = if signed && short.units() > 0 { "+" } else { "" };
    format!("{sign}{short}")
}

/// `1234567.80 CNY` with commas between thousands.
pub fn by_thousands(amount: &str) -> String {
    let digits = |letter: char| letter.is_ascii_digit();
    let Some(from) = amount.find(digits) else { return amount.to_owned() };
    let (sign, rest) = amount.split_at(from);
    let until = rest.find(|letter| !digits(letter)).unwrap_or(rest.len());
    let (whole, rest) = rest.split_at(until);
    match whole.parse() {
        Ok(whole) => format!("{sign}{}{rest}", grouped(whole)),
        Err(_) => amount.to_owned(),
    }
}

/// A table without lines: a header, rows, two spaces between columns.
pub fn table(header: &[(&str, Stand)], rows: &[Vec<String>]) -> String {
    let widths: Vec<usize> = header
        .iter()
        .enumerate()
        .map(|(column, (name, _))| {
            let cells = rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.width()).fold(name.width(), usize::max)
        })
        .collect();
    let names: Vec<String> = header.iter().map(|(name, _)| (*name).to_owned()).collect();
    let mut out = String::new();
    for row in std::iter::once(&names).chain(rows) {
        let mut line = String::new();
        for ((cell, width), (_, stand)) in row.iter().zip(&widths).zip(header) {
            let space = " ".repeat(width - cell.width().min(*width));
            line.push_str(&match stand {
                Stand::Left => format!("{cell}{space}  "),
                Stand::Right => format!("{space}{cell}  "),
            });
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// The first lines of a page: whom it is about, and at which instant.
pub fn title(name: &str, as_of: Instant, zone: &Zone, language: Language) -> String {
    let (moment, zone) = (zone.shown(as_of), zone.name());
    let as_of = match language {
        Language::En => format!("as of {moment} {zone}"),
        Language::Zh => format!("截至 {moment}（{zone}）"),
    };
    format!("{}{as_of}\n", heading(name))
}

/// Writes a text to standard error.
pub fn tell(text: &str) -> io::Result<()> {
    io::stderr().lock().write_all(text.as_bytes())
}

/// A value for people: texts as they are, lists in brackets.
pub fn value(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Missing => "missing".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Double(value) => value.to_string(),
        Value::Decimal(value) => value.to_string(),
        Value::Money(amount, currency) => format!("{amount} {currency}"),
        Value::Text(text) => text.to_string(),
        Value::Timestamp(at) => at.to_string(),
        Value::Duration(length) => length.to_string(),
        Value::Date(day) => day.to_string(),
        Value::Period(period) => period.to_string(),
        Value::Length(lengths) => lengths.to_string(),
        Value::List(items) => {
            format!("[{}]", items.iter().map(self::value).collect::<Vec<_>>().join(", "))
        }
        Value::Record(record) => {
            let fields = record.fields().iter();
            let said = fields.map(|(name, held)| format!("{name}: {}", self::value(held)));
            format!("{{{}}}", said.collect::<Vec<_>>().join(", "))
        }
    }
}

/// A heading with a line as wide as it below.
pub fn heading(text: &str) -> String {
    format!("{text}\n{}\n", "-".repeat(text.width()))
}

/// A share in per cent with one place; nothing of nothing is nothing.
pub fn percent(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "-".to_owned();
    }
    // In thousandths, rounded half up, without a detour through floats.
    let (part, whole) = (u128::from(part), u128::from(whole));
    let thousandths = (part * 2_000 + whole) / (whole * 2);
    format!("{}.{}%", thousandths / 10, thousandths % 10)
}

/// A share as a bar; anything above nothing shows. Block letters are wide on
/// some terminals, so a bar stands at the end of its line.
pub fn bar(part: u64, whole: u64) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    if whole == 0 {
        return String::new();
    }
    let eighths = (u128::from(part.min(whole)) * BAR * 8).div_ceil(u128::from(whole));
    let rest = EIGHTHS.get((eighths % 8) as usize).copied().unwrap_or_default();
    format!("{}{rest}", "█".repeat((eighths / 8) as usize))
}

/// A text of the host as it can be printed: a control character in it would
/// move the cursor, so it is shown as it is written in JSON.
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.contains(char::is_control) {
        return Cow::Borrowed(text);
    }
    let shown = |letter: char| match letter {
        '\n' => "\\n".to_owned(),
        '\r' => "\\r".to_owned(),
        '\t' => "\\t".to_owned(),
        _ if letter.is_control() => format!("\\u{:04x}", u32::from(letter)),
        _ => letter.to_string(),
    };
    text.chars().map(shown).collect()
}

/// The wording in a language, else in the other, else a name.
pub fn label<'a>(text: &'a Text, name: &'a str, language: Language) -> &'a str {
    let other = match language {
        Language::En => Language::Zh,
        Language::Zh => Language::En,
    };
    [text.say(language), text.say(other), name]
        .into_iter()
        .find(|wording| !wording.is_empty())
        .unwrap_or(name)
}

/// The day of an instant in a zone.
pub fn day(at: Option<Instant>, zone: &Zone) -> String {
    at.map_or_else(|| "-".to_owned(), |at| zone.day_of(at).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_straight_under_wide_letters() {
        let rows =
            [vec!["华东大区".to_owned(), "1".to_owned()], vec!["x".to_owned(), "1,000".to_owned()]];
        let page = table(&[("大区", Stand::Left), ("人数", Stand::Right)], &rows);
        assert_eq!(page, "大区       人数\n华东大区      1\nx         1,000\n");
    }

    #[test]
    fn control_characters_are_shown_and_not_obeyed() {
        assert_eq!(printable("华东 é"), "华东 é");
        assert_eq!(printable("a\x1b[2J\nb\t\u{85}"), "a\\u001b[2J\\nb\\t\\u0085");
    }

    #[test]
    fn shares_are_rounded_half_up() {
        assert_eq!(percent(1, 3), "33.3%");
        assert_eq!(percent(1, 2_000), "0.1%");
        assert_eq!(percent(0, 0), "-");
        assert_eq!(percent(u64::MAX, u64::MAX), "100.0%");
    }

    #[test]
    fn a_bar_shows_that_there_is_something() {
        assert_eq!(bar(0, 100), "");
        assert_eq!(bar(0, 0), "");
        assert_eq!(bar(1, 1_000_000), "▏");
        assert_eq!(bar(11, 100), "██▎");
        assert_eq!(bar(u64::MAX, u64::MAX), "█".repeat(20));
    }

    #[test]
    fn amounts_are_read_by_thousands() {
        for (amount, read) in [
            ("1234567.80 CNY", "1,234,567.80 CNY"),
            ("-999.00 USD", "-999.00 USD"),
            ("-1000 JPY", "-1,000 JPY"),
            ("0.2794", "0.2794"),
            ("true", "true"),
        ] {
            assert_eq!(by_thousands(amount), read);
        }
    }
}
