//! Reading digits and signs off the front of a text.

/// What is left to read.
#[derive(Clone, Copy)]
pub(super) struct Scan<'a> {
    rest: &'a [u8],
}

impl<'a> Scan<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Scan { rest: text.as_bytes() }
    }

    pub(super) fn is_done(self) -> bool {
        self.rest.is_empty()
    }

    pub(super) fn peek(self) -> Option<u8> {
        self.rest.first().copied()
    }

    /// Takes one byte if it is one of these.
    pub(super) fn take(&mut self, any_of: &[u8]) -> Option<u8> {
        let first = self.peek().filter(|byte| any_of.contains(byte))?;
        self.rest = self.rest.get(1..).unwrap_or_default();
        Some(first)
    }

    /// Takes as many of these bytes as there are; says how many.
    pub(super) fn skip(&mut self, byte: u8) -> usize {
        let count = self.rest.iter().take_while(|&&found| found == byte).count();
        self.rest = self.rest.get(count..).unwrap_or_default();
        count
    }

    /// How many digits come next.
    pub(super) fn digits_ahead(self) -> usize {
        self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count()
    }

    /// Takes `min` to `max` (at most 9) digits as a number.
    pub(super) fn number(&mut self, min: usize, max: usize) -> Option<u32> {
        let count = self.digits_ahead().min(max);
        if count < min {
            return None;
        }
        Some(self.digits(count).iter().fold(0, |sum, byte| sum * 10 + u32::from(byte - b'0')))
    }

    /// Takes this many bytes, or what there is.
    pub(super) fn digits(&mut self, count: usize) -> &'a [u8] {
        let (head, tail) = self.rest.split_at(count.min(self.rest.len()));
        self.rest = tail;
        head
    }
}
