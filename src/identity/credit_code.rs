//! The unified social credit code (统一社会信用代码) and what was there before it.
//!
//! ```text
//! 9 1 440300 192203821 6       18 characters: authority, class, district,
//! │ │ │      │         │       organisation, check character
//!     440300 192203821         15 of a legacy tax id: district, organisation
//!            192203821         9 of an organisation code, the last a check
//! ```
//!
//! Check characters by GB 32100-2015, 4.6 (modulus 31, weights powers of 3), and by
//! GB 11714-1997, 3.3 (modulus 11, weights 3 7 9 10 5 8 4 2).

use super::key::{Form, Key, Reading};
use super::mark::{Mark, is_gap, marks, text};
use crate::error::{Code, Fault};

/// The characters of a credit code in the order of their numbers: I, O, S, V and Z
/// are left out, since people take them for digits.
const LETTERS: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";

/// Weights of GB 11714.
const WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];

/// A code of an organisation, of any of the three lengths.
pub(super) fn read(written: &str) -> Reading {
    let marks = marks(written, is_gap);
    match marks.len() {
        18 => whole(&marks),
        15 => legacy(&marks),
        9 => match organisation(&marks) {
            Ok(key) => Reading::of([key]),
            Err(fault) => Reading::Unusable(*fault),
        },
        found => Reading::Unusable(Fault::new(
            Code::UnusableKey,
            format!("a credit code has 18 characters, this has {found}"),
            format!("统一社会信用代码应为 18 位，此处为 {found} 位"),
        )),
    }
}

fn whole(marks: &[Mark]) -> Reading {
    let mut numbers = Vec::with_capacity(marks.len());
    for (place, mark) in marks.iter().enumerate() {
        let is_digit = (2..8).contains(&place);
        match LETTERS.find(mark.char).filter(|number| !is_digit || *number < 10) {
            Some(number) => numbers.push(number as u32),
            None => return Reading::Unusable(wrong(mark, place + 1, is_digit)),
        }
    }
    let Some((last, front)) = marks.split_last() else { return Reading::Missing };
    let expected = check_character(numbers.iter().copied().take(front.len()));
    if last.char != expected {
        return Reading::Unusable(broken(last, 18, expected));
    }
    let own = Key { form: Form::CreditCode, text: text(marks).into() };
    let part = marks.get(8..17).map(text).unwrap_or_default();
    Reading::of([own, Key { form: Form::Organisation, text: part.into() }])
}

/// The last character that belongs to the numbers of the 17 before it.
fn check_character(numbers: impl Iterator<Item = u32>) -> char {
    let mut weight = 1;
    let mut sum = 0;
    for number in numbers {
        sum += number * weight;
        weight = weight * 3 % 31;
    }
    let number = (31 - sum % 31) % 31;
    LETTERS.chars().nth(number as usize).unwrap_or('0')
}

/// A legacy tax id holds an organisation code; one of a person, which has as many
/// digits, does not.
fn legacy(marks: &[Mark]) -> Reading {
    let (district, own) = marks.split_at(6);
    if let Some((place, mark)) =
        district.iter().enumerate().find(|(_, it)| !it.char.is_ascii_digit())
    {
        return Reading::Unusable(wrong(mark, place + 1, true));
    }
    match organisation(own) {
        Ok(key) => Reading::Keys { keys: vec![key], legacy: true },
        Err(fault) => Reading::Unusable(fault.hint(
            "a tax id of 15 characters ends with an organisation code; write the credit code of 18",
            "15 位税号以组织机构代码结尾；请填写 18 位统一社会信用代码",
        )),
    }
}

fn organisation(marks: &[Mark]) -> Result<Key, Box<Fault>> {
    let mut sum = 0;
    for ((place, mark), weight) in marks.iter().enumerate().zip(WEIGHTS) {
        let number = mark.char.to_digit(36).filter(|_| mark.char.is_ascii());
        sum += weight * number.ok_or_else(|| Box::new(wrong(mark, place + 1, false)))?;
    }
    let expected = match 11 - sum % 11 {
        10 => 'X',
        11 => '0',
        number => char::from_digit(number, 10).unwrap_or('0'),
    };
    match marks.last() {
        Some(last) if last.char != expected => Err(Box::new(broken(last, 9, expected))),
        _ => Ok(Key { form: Form::Organisation, text: text(marks).into() }),
    }
}

fn wrong(mark: &Mark, place: usize, is_digit: bool) -> Fault {
    let (kind, kind_zh) =
        if is_digit { ("a digit", "数字") } else { ("a character of it", "合法字符") };
    let fault = Fault::new(
        Code::UnusableKey,
        format!("character {place} of the code is not {kind}"),
        format!("代码第 {place} 位不是{kind_zh}"),
    );
    let fault = fault.span(mark.from, mark.until);
    match mark.char {
        'O' => fault.hint("a zero was probably meant", "可能应为数字 0"),
        'I' => fault.hint("a one was probably meant", "可能应为数字 1"),
        'S' => fault.hint("a five was probably meant", "可能应为数字 5"),
        'Z' => fault.hint("a two was probably meant", "可能应为数字 2"),
        _ => fault,
    }
}

/// The check character does not say what the others do. Which of them is wrong
/// nobody can know, so no code is proposed.
fn broken(last: &Mark, place: usize, expected: char) -> Fault {
    Fault::new(
        Code::CheckCharacter,
        format!("character {place} should be `{expected}`, by the characters before it"),
        format!("按前面各位推算，第 {place} 位应为 `{expected}`"),
    )
    .hint("some character of the code was mistyped", "代码中有字符录入有误")
    .span(last.from, last.until)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(written: &str) -> Vec<String> {
        match read(written) {
            Reading::Keys { keys, .. } => keys.iter().map(|key| key.text.to_string()).collect(),
            other => panic!("{written}: {other:?}"),
        }
    }

    #[test]
    fn one_wrong_character_never_passes() {
        let code = "91350100M000100Y43";
        assert_eq!(keys(code), [code, "M000100Y4"]);
        for place in 0..18 {
            for letter in LETTERS.chars() {
                let mut other: Vec<char> = code.chars().collect();
                if other[place] != letter {
                    other[place] = letter;
                    let other: String = other.into_iter().collect();
                    assert!(matches!(read(&other), Reading::Unusable(_)), "{other}");
                }
            }
        }
    }

    #[test]
    fn two_neighbours_that_changed_places_never_pass() {
        let code = "91440300708461136T";
        for place in 8..17 {
            let mut other: Vec<char> = code.chars().collect();
            if other[place] != other[place + 1] {
                other.swap(place, place + 1);
                let other: String = other.into_iter().collect();
                assert!(matches!(read(&other), Reading::Unusable(_)), "{other}");
            }
        }
    }
}
