//! A stretch of time.

use serde::Serialize;

use super::Instant;

/// The time from one instant until, and without, another.
///
/// Half-open, so that adjacent windows neither overlap nor leave a gap: March
/// ends where April begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct Window {
    /// The first instant inside.
    pub from: Instant,
    /// The first instant after it.
    pub until: Instant,
}

impl Window {
    /// Whether the instant lies inside.
    pub fn contains(self, at: Instant) -> bool {
        self.from <= at && at < self.until
    }

    /// Whether no instant lies inside.
    pub fn is_empty(self) -> bool {
        self.until <= self.from
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_open() {
        let at = |micros| Instant::from_micros(micros).unwrap();
        let window = Window { from: at(10), until: at(20) };
        assert!(!window.contains(at(9)) && window.contains(at(10)));
        assert!(window.contains(at(19)) && !window.contains(at(20)));
        assert!(!window.is_empty());
        assert!(Window { from: at(10), until: at(10) }.is_empty());
        assert!(Window { from: at(11), until: at(10) }.is_empty());
    }
}
