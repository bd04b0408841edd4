//! How texts are prepared so that equal ones are equal bytes.
//!
//! Comparisons are by code point and never by locale, since engines disagree
//! about locales. What should count as equal is decided once per column, by
//! its [`TextProfile`], and applied to both sides before anything is compared:
//! to the column when it is loaded, to a literal when it is checked.
//!
//! ```text
//! exact   as written
//! nfc     NFC                                    é = e + ´
//! ci      NFC(fold(NFD(x)))                      and Straße = STRASSE
//! search  NFKC(fold(NFKD(fold(NFD(x)))))         and ＡＢＣ = abc, ｶﾞ = ガ
//! ```
//!
//! `fold` is full case folding (CaseFolding.txt, status C and F). Lower-casing
//! is something else and not used: it keeps `ß` apart from `SS`, and the final
//! `ς` apart from `Σ`. The forms are canonical and compatibility caseless
//! matching of the Unicode Standard (section 3.13, D145 and D146), composed at
//! the end so that texts stay short.

use std::borrow::Cow;

use unicase::UniCase;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick, is_nfkc_quick};

use super::TextProfile;

/// The text in the form in which its profile compares it.
///
/// Normalising twice changes nothing more, so a value may safely pass through
/// here again. Nothing is trimmed, and an empty text stays empty.
///
/// # Cost
///
/// Linear; no allocation where the text is in its form already, or `Exact`.
///
/// # Example
///
/// ```
/// use guanxi::facts::{TextProfile, text::normalise};
///
/// assert_eq!(normalise(TextProfile::Exact, "Straße"), "Straße");
/// assert_eq!(normalise(TextProfile::Ci, "STRASSE"), normalise(TextProfile::Ci, "Straße"));
/// assert_eq!(normalise(TextProfile::Search, "ＡＢＣ公司"), "abc公司");
/// ```
pub fn normalise(profile: TextProfile, text: &str) -> Cow<'_, str> {
    match profile {
        TextProfile::Exact => Cow::Borrowed(text),
        TextProfile::Nfc => composed(text),
        TextProfile::Ci | TextProfile::Search if text.is_ascii() => folded_ascii(text),
        TextProfile::Ci => caseless(text),
        TextProfile::Search => compatible(text),
    }
}

fn composed(text: &str) -> Cow<'_, str> {
    match is_nfc_quick(text.chars()) {
        IsNormalized::Yes => Cow::Borrowed(text),
        _ => Cow::Owned(text.nfc().collect()),
    }
}

fn folded_ascii(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(text.to_ascii_lowercase())
    } else {
        Cow::Borrowed(text)
    }
}

fn caseless(text: &str) -> Cow<'_, str> {
    if is_nfc_quick(text.chars()) == IsNormalized::Yes && fold(text) == text {
        return Cow::Borrowed(text);
    }
    let apart: String = text.nfd().collect();
    Cow::Owned(fold(&apart).nfc().collect())
}

fn compatible(text: &str) -> Cow<'_, str> {
    if is_nfkc_quick(text.chars()) == IsNormalized::Yes && fold(text) == text {
        return Cow::Borrowed(text);
    }
    let apart: String = text.nfd().collect();
    let plain: String = fold(&apart).nfkd().collect();
    Cow::Owned(fold(&plain).nfkc().collect())
}

/// Full case folding, without normalisation.
fn fold(text: &str) -> String {
    UniCase::unicode(text).to_folded_case()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PROFILES: [TextProfile; 4] =
        [TextProfile::Exact, TextProfile::Nfc, TextProfile::Ci, TextProfile::Search];

    /// In which profiles, from the left to the right, two texts are equal.
    #[track_caller]
    fn meets(a: &str, b: &str, expected: [bool; 4]) {
        let got = PROFILES.map(|profile| normalise(profile, a) == normalise(profile, b));
        assert_eq!(got, expected, "{a:?} and {b:?}");
    }

    #[test]
    fn each_profile_joins_what_it_says() {
        meets("é", "e\u{301}", [false, true, true, true]);
        meets("Guanxi", "gUANXI", [false, false, true, true]);
        meets("Straße", "STRASSE", [false, false, true, true]);
        meets("ẞ", "ss", [false, false, true, true]);
        meets("ΣΊΣΥΦΟΣ", "σίσυφος", [false, false, true, true]);
        meets("ＡＢＣ１２３", "abc123", [false, false, false, true]);
        meets("Ａ", "ａ", [false, false, true, true]);
        meets("ｶﾞ", "ガ", [false, false, false, true]);
        meets("ﬁ", "FI", [false, false, true, true]);
        meets("㎏", "KG", [false, false, false, true]);
        meets("ᾳ", "ΑΙ", [false, false, true, true]);
    }

    #[test]
    fn what_people_tell_apart_stays_apart() {
        meets("华东", "華東", [false; 4]);
        meets("ı", "i", [false; 4]);
        meets("a", "á", [false; 4]);
        meets(" a", "a", [false; 4]);
    }

    #[test]
    fn texts_in_form_are_not_copied() {
        for profile in PROFILES {
            for text in ["", "abc 123", "华东大区", "ガ"] {
                assert!(matches!(normalise(profile, text), Cow::Borrowed(_)), "{profile:?} {text}");
            }
        }
    }

    proptest! {
        #[test]
        fn twice_is_once(text in any::<String>()) {
            for profile in PROFILES {
                let once = normalise(profile, &text).into_owned();
                prop_assert_eq!(normalise(profile, &once), once.as_str());
            }
        }

        #[test]
        fn coarser_profiles_keep_what_finer_ones_join(text in any::<String>()) {
            let composed = normalise(TextProfile::Nfc, &text).into_owned();
            for profile in [TextProfile::Ci, TextProfile::Search] {
                prop_assert_eq!(normalise(profile, &composed), normalise(profile, &text));
            }
            let caseless = normalise(TextProfile::Ci, &text).into_owned();
            let search = TextProfile::Search;
            prop_assert_eq!(normalise(search, &caseless), normalise(search, &text));
        }
    }
}
