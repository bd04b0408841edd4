//! How wide words are, nearly: without the font that will show them.

/// The width of a text in letters of a size: Chinese letters are square, Latin
/// ones about half as wide.
pub(super) fn width(text: &str, size: f64) -> f64 {
    text.chars().map(ems).sum::<f64>() * size
}

fn ems(letter: char) -> f64 {
    match letter {
        // Wide by themselves, and so are their full-width marks.
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe4f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}'
        | '\u{1f300}'..='\u{1faff}'
        | '\u{20000}'..='\u{3fffd}' => 1.0,
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | 'f' | 't' | 'r'
        | '(' | ')' | ' ' => 0.34,
        'm' | 'w' | 'M' | 'W' | '@' | '%' | '…' => 0.9,
        'A'..='Z' => 0.68,
        _ => 0.57,
    }
}

/// A text in lines of a width, broken at spaces and between Chinese letters; what
/// is longer than so many lines ends in an ellipsis.
pub(super) fn wrapped(text: &str, size: f64, wide: f64, most: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for piece in pieces(text) {
        let line = lines.last_mut().map_or("", |line| line.as_str());
        if !line.is_empty() && wide < width(&format!("{line}{}", piece.trim_end()), size) {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            line.push_str(piece);
        }
    }
    let cut = most < lines.len();
    lines.truncate(most.max(1));
    lines.iter_mut().for_each(|line| line.truncate(line.trim_end().len()));
    if let Some(last) = lines.last_mut().filter(|_| cut) {
        last.push('…');
    }
    lines
}

/// What a line is not broken within: a word with the space after it, a Chinese
/// letter with the marks after it.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let mut letters = rest.char_indices().peekable();
        let (_, mut before) = letters.next()?;
        let end = letters.find_map(|(at, letter)| {
            let mark = "、，。；：）》”".contains(letter);
            let wide = |letter: char| 1.0 <= ems(letter) && !"（《“".contains(letter);
            let between = !mark && letter != ' ' && (wide(before) || 1.0 <= ems(letter));
            let breaks = before == ' ' && letter != ' ' || between;
            before = letter;
            breaks.then_some(at)
        });
        let (piece, after) = rest.split_at(end.unwrap_or(rest.len()));
        rest = after;
        Some(piece)
    })
}

/// A text as XML has it. Control characters, which XML cannot have, are
/// replaced.
pub(super) fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            letter if letter.is_control() || matches!(letter, '\u{fffe}' | '\u{ffff}') => {
                out.push('\u{fffd}');
            }
            letter => out.push(letter),
        }
    }
    out
}

/// A number with a comma between thousands.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_words_are_broken_where_people_break_them() {
        let lines = |text: &str, most: usize| wrapped(text, 10.0, 54.0, most);
        assert_eq!(lines("no purchase", 3), ["no", "purchase"]);
        assert_eq!(lines("visit", 3), ["visit"]);
        assert_eq!(lines("无购买、询价或报价。", 3), ["无购买、询", "价或报价。"]);
        assert_eq!(lines("60 天内无购买", 3), ["60 天内无", "购买"]);
        assert_eq!(lines("one two three four five six", 2), ["one two", "three four…"]);
        assert_eq!(lines("", 2), [""]);
        assert_eq!(lines("internationalisation", 2), ["internationalisation"]);
    }
}
