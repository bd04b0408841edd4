//! A set of row numbers as bits: one bit a row, 64 rows a word.

/// One bit for each of `len` rows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bits {
    words: Vec<u64>,
    len: usize,
}

impl Bits {
    /// `len` rows, none set.
    pub fn none(len: usize) -> Self {
        Bits { words: vec![0; len.div_ceil(64)], len }
    }

    /// `len` rows, all set.
    pub fn all(len: usize) -> Self {
        let mut bits = Bits { words: vec![u64::MAX; len.div_ceil(64)], len };
        bits.trim();
        bits
    }

    /// From words of 64 rows each; bits past `len` are cleared.
    pub fn from_words(mut words: Vec<u64>, len: usize) -> Self {
        words.resize(len.div_ceil(64), 0);
        let mut bits = Bits { words, len };
        bits.trim();
        bits
    }

    /// Number of rows, set or not.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether this row is set; rows past the end are not.
    pub fn has(&self, row: usize) -> bool {
        self.words.get(row / 64).is_some_and(|word| word >> (row % 64) & 1 == 1)
    }

    /// Sets one row.
    pub fn set(&mut self, row: usize, on: bool) {
        if let Some(word) = self.words.get_mut(row / 64) {
            let bit = 1 << (row % 64);
            if on { *word |= bit } else { *word &= !bit }
        }
    }

    /// Adds a row at the end.
    pub fn push(&mut self, on: bool) {
        if self.len.is_multiple_of(64) {
            self.words.push(0);
        }
        self.len += 1;
        self.set(self.len - 1, on);
    }

    /// Makes room for a row: those from there on move up by one.
    pub(super) fn insert(&mut self, row: usize, on: bool) {
        self.push(false);
        let first = row / 64;
        for place in (first + 1..self.words.len()).rev() {
            self.words[place] = self.words[place] << 1 | self.words[place - 1] >> 63;
        }
        if let Some(word) = self.words.get_mut(first) {
            let below = (1_u64 << (row % 64)) - 1;
            *word = *word & below | (*word & !below) << 1;
        }
        self.set(row, on);
    }

    /// Number of set rows.
    pub fn count(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Whether every row is set.
    pub fn is_all(&self) -> bool {
        self.count() == self.len
    }

    /// The set rows, ascending.
    pub fn rows(&self) -> impl Iterator<Item = usize> + '_ {
        self.words.iter().enumerate().flat_map(|(position, word)| {
            let mut rest = *word;
            std::iter::from_fn(move || {
                if rest == 0 {
                    return None;
                }
                let bit = rest.trailing_zeros() as usize;
                rest &= rest - 1;
                Some(position * 64 + bit)
            })
        })
    }

    /// The 64 rows from `position * 64`; zero past the end.
    #[inline]
    pub fn word(&self, position: usize) -> u64 {
        self.words.get(position).copied().unwrap_or(0)
    }

    /// All words; bits past the length are zero.
    pub fn words(&self) -> &[u64] {
        &self.words
    }

    /// The rows that are not set.
    pub fn complement(&self) -> Bits {
        Bits::from_words(self.words.iter().map(|word| !word).collect(), self.len)
    }

    /// The rows set in both.
    pub fn and(&self, other: &Bits) -> Bits {
        let words = self.words.iter().zip(&other.words).map(|(a, b)| a & b).collect();
        Bits::from_words(words, self.len)
    }

    fn trim(&mut self) {
        let used = self.len % 64;
        if used > 0
            && let Some(last) = self.words.last_mut()
        {
            *last &= (1 << used) - 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Bits;

    #[test]
    fn complement_is_everybody_else() {
        for len in [0, 1, 63, 64, 65, 200] {
            let mut bits = Bits::none(len);
            for row in (0..len).step_by(3) {
                bits.set(row, true);
            }
            let rest = bits.complement();
            assert_eq!(bits.count() + rest.count(), len);
            assert_eq!(bits.and(&rest).count(), 0);
            assert_eq!(bits.rows().collect::<Vec<_>>(), (0..len).step_by(3).collect::<Vec<_>>());
        }
    }

    #[test]
    fn pushing_is_setting() {
        let mut pushed = Bits::default();
        for row in 0..130 {
            pushed.push(row % 5 == 0);
        }
        let mut set = Bits::none(130);
        for row in (0..130).step_by(5) {
            set.set(row, true);
        }
        assert_eq!(pushed, set);
        assert!(!set.has(1000));
    }
}
