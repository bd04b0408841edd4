//! Telephone numbers as people write them in mainland China (GB/T 15120 has none of
//! this: the rules are those of the numbering plan, 电信网编号计划, 2017).
//!
//! ```text
//! +86 139-1234-0001  ０１３９１２３４０００１  0086 139 1234 0001   mobile   13912340001
//! (010) 6655 4433 转 801  +86 10 66554433 ext 801               landline 010-66554433-801
//! +1 (415) 555-0132  001 415 555 0132                           abroad   +14155550132
//! 400-810-8888                                                  hotline  4008108888
//! ```

use super::key::{Form, Key, Reading};
use super::mark::{Mark, is_dash, is_gap, marks, text};
use crate::error::{Code, Fault};

/// What stands between several numbers of one cell.
const BETWEEN: [char; 8] = ['、', '/', ',', '，', ';', '；', '|', '\n'];

/// What stands before an extension, longest first.
const EXTENSIONS: [&str; 7] = ["分机号", "分机", "转", "EXT", "轉", "X", "#"];

/// The numbers of a cell; one that cannot be read spoils none beside it, and is told
/// where there is no other.
pub(super) fn read(written: &str) -> Reading {
    let mut keys = Vec::new();
    let (mut placeholder, mut fault) = (false, None);
    let mut from = 0;
    for part in written.split(BETWEEN) {
        let here = from;
        from += part.len();
        from += written.get(from..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        match number(part) {
            Ok(Some(key)) if is_made_up(&key) => placeholder = true,
            Ok(Some(key)) => keys.push(key),
            Ok(None) => {}
            Err(mut wrong) => {
                wrong.span = wrong.span.map(|(start, end)| (start + here, end + here));
                fault = fault.or(Some(wrong));
            }
        }
    }
    match (keys.is_empty(), fault, placeholder) {
        (false, ..) => Reading::of(keys),
        (_, Some(fault), _) => Reading::Unusable(*fault),
        (_, None, true) => Reading::Placeholder,
        (_, None, false) => Reading::Missing,
    }
}

/// One number; none where nothing is written.
fn number(written: &str) -> Result<Option<Key>, Box<Fault>> {
    let skip = |char| is_gap(char) && !is_dash(char) || matches!(char, '(' | ')');
    let all = marks(written, skip);
    // What stands before a colon says what the number is: `电话：010-...`.
    let start = all.iter().position(|mark| mark.char == ':').map_or(0, |place| place + 1);
    let marks = all.get(start..).unwrap_or_default();
    if marks.iter().all(|mark| is_dash(mark.char)) {
        return Ok(None);
    }
    let (main, extension) = split(marks);
    let plus = main.first().is_some_and(|mark| mark.char == '+');
    let main = if plus { main.get(1..).unwrap_or_default() } else { main };
    let odd = |mark: &&Mark| !mark.char.is_ascii_digit() && !is_dash(mark.char);
    if let Some(wrong) = main.iter().chain(extension).find(odd) {
        return Err(Box::new(unreadable(marks).span(wrong.from, wrong.until)));
    }
    let key = plan(&digits(main), plus, &digits(extension));
    let key = key.or_else(|| {
        // `0755-26780000-801`: the last group is an extension.
        let dash = main.iter().rposition(|mark| is_dash(mark.char))?;
        let (front, last) = main.split_at(dash);
        let last = digits(last);
        let is_whole = extension.is_empty() && (1..=6).contains(&last.len());
        plan(&digits(front), plus, &last).filter(|_| is_whole)
    });
    key.map(Some).ok_or_else(|| {
        let fault = unreadable(marks);
        Box::new(match digits(main).len() {
            7 | 8 => fault.hint("write the area code before it", "请在前面加上区号"),
            _ => fault,
        })
    })
}

fn digits(marks: &[Mark]) -> String {
    let digits: Vec<Mark> = marks.iter().filter(|mark| !is_dash(mark.char)).copied().collect();
    text(&digits)
}

/// The number, and its extension.
fn split(marks: &[Mark]) -> (&[Mark], &[Mark]) {
    for at in 1..marks.len() {
        for word in EXTENSIONS {
            let length = word.chars().count();
            let here = marks.get(at..at + length).unwrap_or_default();
            if here.iter().map(|mark| mark.char).eq(word.chars()) {
                let (main, rest) = marks.split_at(at);
                return (main, rest.get(length..).unwrap_or_default());
            }
        }
    }
    (marks, &[])
}

/// What the digits are by the numbering plan.
fn plan(digits: &str, plus: bool, extension: &str) -> Option<Key> {
    let abroad = if plus { Some(digits) } else { digits.strip_prefix("00") };
    let coded = match abroad {
        Some(number) => number.strip_prefix("86"),
        // No number within the country has so many digits without a zero before it.
        None => digits.strip_prefix("86").filter(|_| digits.len() >= 12),
    };
    let national = match (coded, abroad) {
        (Some(national), _) => national,
        (None, None) => digits,
        (None, Some(number)) => {
            let is_number = (7..=15).contains(&number.len()) && !number.starts_with('0');
            let text = joined(&format!("+{number}"), extension);
            return is_number.then_some(Key { form: Form::Abroad, text });
        }
    };
    let bare = national.strip_prefix('0').unwrap_or(national);
    if is_mobile(bare) && extension.is_empty() {
        return Some(Key { form: Form::Mobile, text: bare.into() });
    }
    let is_hotline = ["400", "800"].iter().any(|start| national.starts_with(start));
    if is_hotline && national.len() == 10 {
        return Some(Key { form: Form::Landline, text: joined(national, extension) });
    }
    // From abroad the zero of the area code is left out.
    let has_area = national.starts_with('0') || coded.is_some();
    let number = landline(bare).filter(|_| has_area)?;
    Some(Key { form: Form::Landline, text: joined(&number, extension) })
}

/// Area code and number of what follows the zero: 10 and 2x have two digits, all
/// other areas three.
fn landline(bare: &str) -> Option<String> {
    let length = if bare.starts_with(['1', '2']) { 2 } else { 3 };
    let (area, subscriber) = bare.split_at_checked(length)?;
    let is_area = match area.as_bytes() {
        [b'1', second] => *second == b'0',
        [first, ..] => (b'2'..=b'9').contains(first),
        [] => false,
    };
    let is_subscriber = (7..=8).contains(&subscriber.len()) && !subscriber.starts_with(['0', '1']);
    (is_area && is_subscriber).then(|| format!("0{area}-{subscriber}"))
}

fn is_mobile(digits: &str) -> bool {
    digits.len() == 11
        && digits.starts_with('1')
        && !matches!(digits.as_bytes().get(1), Some(b'0'..=b'2'))
}

fn joined(number: &str, extension: &str) -> Box<str> {
    if extension.is_empty() { number.into() } else { format!("{number}-{extension}").into() }
}

/// Whether a number is one that people type to get past a form.
fn is_made_up(key: &Key) -> bool {
    let end =
        |length: usize| key.text.get(key.text.len().saturating_sub(length)..).unwrap_or_default();
    match key.form {
        Form::Mobile => {
            ["00000000", "12345678", "11111111"].contains(&end(8)) || &*key.text == "13800138000"
        }
        Form::Landline => {
            let subscriber = end(7);
            let first = subscriber.chars().next();
            subscriber.chars().all(|digit| Some(digit) == first) || end(8) == "12345678"
        }
        _ => false,
    }
}

fn unreadable(marks: &[Mark]) -> Fault {
    let fault = Fault::new(Code::UnusableKey, "no telephone number", "不是电话号码");
    match (marks.first(), marks.last()) {
        (Some(first), Some(last)) => fault.span(first.from, last.until),
        _ => fault,
    }
}
