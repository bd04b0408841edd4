//! A piece of the user's text, short enough for one line of a message.

use std::borrow::Cow;

const LONGEST: usize = 60;

/// The text itself, or its beginning and an ellipsis when it is long. Control
/// characters become spaces, so that a message stays one line.
pub fn shown(text: &str) -> Cow<'_, str> {
    let fits = text.char_indices().nth(LONGEST).is_none();
    if fits && !text.contains(char::is_control) {
        return Cow::Borrowed(text);
    }
    let mut out: String = text
        .chars()
        .take(LONGEST)
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect();
    if !fits {
        out.push('…');
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn long_texts_are_cut_between_characters() {
        assert_eq!(shown("华东"), "华东");
        assert_eq!(shown("a\nb"), "a b");
        let long = "关".repeat(61);
        assert_eq!(shown(&long), format!("{}…", "关".repeat(60)));
        assert_eq!(shown(&long[..180]), long[..180]);
    }
}
