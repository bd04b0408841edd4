//! The characters of a value that count, each with its place in the text as it was
//! written.

use unicode_normalization::UnicodeNormalization;

/// A character that counts, and the bytes of the written text it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    /// The character: narrow, and a capital where it is a letter of ASCII.
    pub char: char,
    /// Its first byte as written.
    pub from: usize,
    /// The byte after it.
    pub until: usize,
}

/// The characters of a text in their compatible form (NFKC), those left out for
/// which `skip` holds.
pub(super) fn marks(text: &str, skip: impl Fn(char) -> bool) -> Vec<Mark> {
    let places = text.char_indices();
    let marks = places.flat_map(|(from, written)| {
        let until = from + written.len_utf8();
        let narrow = std::iter::once(written).nfkc();
        narrow.map(move |char| Mark { char: char.to_ascii_uppercase(), from, until })
    });
    marks.filter(|mark| !skip(mark.char)).collect()
}

/// The text of some marks.
pub(super) fn text(marks: &[Mark]) -> String {
    marks.iter().map(|mark| mark.char).collect()
}

/// Whether a character stands between digits and letters and says nothing: spaces,
/// all dashes, points.
pub(super) fn is_gap(char: char) -> bool {
    is_dash(char)
        || char.is_whitespace()
        || matches!(char, '.' | '_' | '·' | '\u{200b}' | '\u{feff}')
}

/// Whether a character is a dash of some length.
pub(super) fn is_dash(char: char) -> bool {
    matches!(char, '-' | '\u{2212}' | 'ー') || ('\u{2010}'..='\u{2015}').contains(&char)
}
