//! A dictionary of texts: each different text once, a number for each.
//!
//! A column of texts holds numbers into a dictionary, so that a condition on
//! text is decided once for each different text, not once for each row.

use std::collections::HashMap;

use super::schema::TextProfile;
use super::text::normalise;

/// Different texts, sorted by bytes, so that the same facts give the same
/// numbers in whatever order they came.
///
/// A text is shown as the host wrote it and compared by its *key*: the form
/// its column's [`TextProfile`] makes of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    texts: Vec<Box<str>>,
    /// Only where a profile changes texts: the key of each text, and the first
    /// code that has it.
    keys: Option<Vec<(Box<str>, u32)>>,
}

impl Words {
    /// The dictionary of texts, which may repeat, and the number of each of them
    /// that differs from those before it.
    pub fn of(texts: &[&str], profile: TextProfile) -> (Words, Vec<u32>) {
        let mut interner = Interner::default();
        for text in texts {
            interner.code(text);
        }
        interner.finish(profile)
    }

    /// Number of different texts.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// The text as the host wrote it.
    pub fn text(&self, code: u32) -> &str {
        self.texts.get(code as usize).map_or("", |text| text)
    }

    /// The form in which it is compared.
    pub fn key(&self, code: u32) -> &str {
        match &self.keys {
            Some(keys) => keys.get(code as usize).map_or("", |(key, _)| key),
            None => self.text(code),
        }
    }

    /// The same number for all texts that compare as equal.
    pub fn key_code(&self, code: u32) -> u32 {
        match &self.keys {
            Some(keys) => keys.get(code as usize).map_or(code, |(_, first)| *first),
            None => code,
        }
    }

    /// The number of a text.
    pub(super) fn code(&self, text: &str) -> Option<u32> {
        let place = self.texts.binary_search_by(|have| (**have).cmp(text)).ok()?;
        u32::try_from(place).ok()
    }

    /// Every key, by code.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        (0..self.len() as u32).map(|code| self.key(code))
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        let texts: usize = self.texts.iter().map(|text| text.len() + 16).sum();
        let keys = self.keys.as_deref().unwrap_or_default();
        texts + keys.iter().map(|(key, _)| key.len() + 24).sum::<usize>()
    }
}

/// Collects texts in the order they come, to be made into [`Words`].
#[derive(Debug, Default)]
pub(crate) struct Interner {
    codes: HashMap<Box<str>, u32>,
}

impl Interner {
    /// A provisional number for a text.
    pub(crate) fn code(&mut self, text: &str) -> u32 {
        if let Some(code) = self.codes.get(text) {
            return *code;
        }
        let code = self.codes.len() as u32;
        self.codes.insert(text.into(), code);
        code
    }

    /// The dictionary, and the final number for each provisional one.
    pub(crate) fn finish(self, profile: TextProfile) -> (Words, Vec<u32>) {
        let mut texts: Vec<(Box<str>, u32)> = self.codes.into_iter().collect();
        texts.sort_unstable();
        let mut moved = vec![0; texts.len()];
        for (code, (_, provisional)) in texts.iter().enumerate() {
            moved[*provisional as usize] = code as u32;
        }
        let texts: Vec<Box<str>> = texts.into_iter().map(|(text, _)| text).collect();
        let keys = keys(&texts, profile);
        (Words { texts, keys }, moved)
    }
}

fn keys(texts: &[Box<str>], profile: TextProfile) -> Option<Vec<(Box<str>, u32)>> {
    if profile == TextProfile::Exact {
        return None;
    }
    let mut first: HashMap<Box<str>, u32> = HashMap::new();
    let mut keys = Vec::with_capacity(texts.len());
    for (code, text) in texts.iter().enumerate() {
        let key: Box<str> = normalise(profile, text).into();
        let code = *first.entry(key.clone()).or_insert(code as u32);
        keys.push((key, code));
    }
    Some(keys)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(texts: &[&str], profile: TextProfile) -> (Words, Vec<u32>) {
        let mut interner = Interner::default();
        for text in texts {
            interner.code(text);
        }
        interner.finish(profile)
    }

    #[test]
    fn numbers_do_not_depend_on_arrival() {
        let (ab, moved_ab) = words(&["b", "a", "c"], TextProfile::Exact);
        let (ba, moved_ba) = words(&["c", "b", "a"], TextProfile::Exact);
        assert_eq!(ab, ba);
        assert_eq!((moved_ab, moved_ba), (vec![1, 0, 2], vec![2, 1, 0]));
    }

    #[test]
    fn shown_as_written_compared_by_key() {
        let (words, _) = words(&["ＡＢＣ", "abc", "x"], TextProfile::Search);
        let abc: Vec<u32> = (0..3).filter(|code| words.key(*code) == "abc").collect();
        assert_eq!(abc.len(), 2);
        assert_eq!(words.key_code(abc[0]), words.key_code(abc[1]));
        assert!(abc.iter().any(|code| words.text(*code) == "ＡＢＣ"));
    }
}
