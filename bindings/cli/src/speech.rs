//! Which language people are addressed in, and the words of the command line.

use std::ffi::OsString;

use guanxi::error::Language;

/// The language that the arguments ask for, else that of the locale, else
/// English.
///
/// Looks at the arguments as they stand, so that a mistake in them is told in
/// the right language too.
pub fn language(arguments: &[OsString]) -> Language {
    asked(arguments).unwrap_or_else(|| {
        let locale = sys_locale::get_locale().unwrap_or_default();
        if is_chinese(&locale) { Language::Zh } else { Language::En }
    })
}

fn asked(arguments: &[OsString]) -> Option<Language> {
    let words =
        || arguments.iter().filter_map(|word| word.to_str()).take_while(|word| *word != "--");
    let apart = words().zip(words().skip(1)).find(|(word, _)| *word == "--lang");
    let joined = words().find_map(|word| word.strip_prefix("--lang="));
    match joined.or(apart.map(|(_, value)| value))? {
        "zh" => Some(Language::Zh),
        "en" => Some(Language::En),
        _ => None,
    }
}

fn is_chinese(locale: &str) -> bool {
    let mut parts = locale.split(['-', '_', '.']);
    parts.next().is_some_and(|language| language.eq_ignore_ascii_case("zh"))
}

/// One of two wordings.
pub fn either<'a>(language: Language, en: &'a str, zh: &'a str) -> &'a str {
    match language {
        Language::En => en,
        Language::Zh => zh,
    }
}

/// A number of things in English, the noun by the number.
pub fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

/// A number with a comma between thousands.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
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

    fn words(text: &str) -> Vec<OsString> {
        text.split(' ').map(OsString::from).collect()
    }

    #[test]
    fn the_arguments_decide_wherever_they_stand() {
        assert_eq!(asked(&words("guanxi --lang zh check p.json")), Some(Language::Zh));
        assert_eq!(asked(&words("guanxi check p.json --lang=en")), Some(Language::En));
        assert_eq!(asked(&words("guanxi eval -- --lang zh")), None);
        assert_eq!(asked(&words("guanxi check --lang fr")), None);
    }

    #[test]
    fn locales_are_read_in_any_spelling() {
        assert!(["zh", "zh_CN.UTF-8", "zh-Hans-CN", "ZH"].into_iter().all(is_chinese));
        assert!(["", "C", "en_US.UTF-8", "zhx"].into_iter().all(|locale| !is_chinese(locale)));
    }

    #[test]
    fn thousands_are_set_apart() {
        let said = [0, 999, 1_000, 23_570, 1_234_567].map(grouped);
        assert_eq!(said, ["0", "999", "1,000", "23,570", "1,234,567"]);
    }
}
