//! `search(name, '上海 tea')`: whether a text has all of these words.
//!
//! Width and case do not count (NFKC, case folded), on either side. Words are
//! runs of letters and digits; one is found where a word of the text begins with
//! it. Scripts that are written without blanks have no words to see, so there
//! each two neighbours of the wanted must be neighbours in the text:
//!
//! ```text
//! 上海茶     上海 and 海茶 are found in 上海茶叶, not in 上海的茶
//! ＴＥＡ     is found in "Tea house" and in "teahouse", not in "steam"
//! ```

use crate::facts::TextProfile;
use crate::facts::text::normalise;

/// Something that must be found.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    /// The beginning of a word.
    Word(String),
    /// One or two neighbours.
    Dense(String),
}

/// Whether a text has all that is wanted; a text is never found to have nothing.
pub(super) fn has_all(text: &str, wanted: &str) -> bool {
    let wanted = pieces(wanted);
    let text = normalise(TextProfile::Search, text);
    let found = |piece: &Piece| match piece {
        Piece::Dense(pair) => text.contains(pair.as_str()),
        Piece::Word(word) => begins(&text, word),
    };
    !wanted.is_empty() && wanted.iter().all(found)
}

/// Whether anything is wanted at all.
pub(super) fn has_words(wanted: &str) -> bool {
    !pieces(wanted).is_empty()
}

fn pieces(wanted: &str) -> Vec<Piece> {
    let wanted = normalise(TextProfile::Search, wanted);
    let mut out = Vec::new();
    for run in wanted.split(|one: char| !one.is_alphanumeric()).filter(|run| !run.is_empty()) {
        let ones: Vec<char> = run.chars().collect();
        for same in ones.chunk_by(|a, b| is_dense(*a) == is_dense(*b)) {
            match same {
                [first, ..] if !is_dense(*first) => out.push(Piece::Word(same.iter().collect())),
                [one] => out.push(Piece::Dense(one.to_string())),
                same => {
                    let pairs = same.windows(2).map(|pair| Piece::Dense(pair.iter().collect()));
                    out.extend(pairs);
                }
            }
        }
    }
    out
}

/// Whether a word of the text begins so.
fn begins(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        before.is_none_or(|one| !one.is_alphanumeric() || is_dense(one))
    })
}

/// Whether a character belongs to a script without blanks between words.
fn is_dense(one: char) -> bool {
    matches!(one,
        '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_begin_and_neighbours_are_neighbours() {
        for (text, wanted, found) in [
            ("上海茶叶", "上海茶", true),
            ("上海的茶", "上海茶", false),
            ("茶叶，上海", "上海 茶", true),
            ("Tea house", "ＴＥＡ", true),
            ("ｔｅａhouse", "tea", true),
            ("steam", "tea", false),
            ("steam tea", "tea", true),
            ("茶tea", "tea", true),
            ("STRASSE 7", "straße", true),
            ("ﾃﾞｰﾀ", "データ", true),
            ("order A-17b", "a 17", true),
            ("order A-17b", "7b", false),
            ("anything", "", false),
            ("anything", " -!", false),
            ("", "a", false),
        ] {
            assert_eq!(has_all(text, wanted), found, "{text} {wanted}");
        }
        assert!(has_words("茶") && has_words(" a ") && !has_words("…"));
    }
}
