//! Did you mean: the candidate closest to a misspelt word.

/// The candidate most like `wanted`, or `None` when nothing is close.
///
/// Close means: after ignoring case, at most a third of the longer word's
/// characters must be inserted, dropped, replaced or swapped with their
/// neighbour; words of two characters, as is usual in Chinese, may differ in
/// one. Among equally close candidates the first in text order wins, so the
/// answer does not depend on the order in which they come.
///
/// Cost: the product of the lengths, for each candidate of similar length.
///
/// ```
/// use guanxi::units::nearest;
/// assert_eq!(nearest("purchase", ["purchases", "visits"]), Some("purchases"));
/// assert_eq!(nearest("华动", ["华东", "西南"]), Some("华东"));
/// assert_eq!(nearest("zebra", ["purchases", "visits"]), None);
/// ```
pub fn nearest<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = folded(wanted);
    if wanted.is_empty() || wanted.len() > LONGEST {
        return None;
    }
    let mut rows = Rows::default();
    let mut best: Option<(usize, &'a str)> = None;
    for candidate in candidates {
        let within = best.map_or(usize::MAX, |(distance, _)| distance);
        let close = close(&wanted, &folded(candidate), within, &mut rows);
        let Some(distance) = close else { continue };
        let better = best.is_none_or(|held| (distance, candidate) < held);
        if better {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Longer words are not names somebody mistyped.
const LONGEST: usize = 200;

fn folded(word: &str) -> Vec<char> {
    word.chars().flat_map(char::to_lowercase).collect()
}

/// The distance when it is at most `within` and the limit for words of these
/// lengths.
fn close(a: &[char], b: &[char], within: usize, rows: &mut Rows) -> Option<usize> {
    let longer = a.len().max(b.len());
    let limit = (longer / 3).max(1).min(within);
    if a.len().abs_diff(b.len()) > limit {
        return None;
    }
    let distance = rows.distance(a, b, limit);
    // A word replaced as a whole is another word, not a misspelling.
    (distance <= limit && distance < longer).then_some(distance)
}

/// More than any distance between two words.
const FAR: usize = usize::MAX / 2;

/// The last three rows of the table of distances, kept from word to word.
#[derive(Default)]
struct Rows {
    before: Vec<usize>,
    last: Vec<usize>,
    row: Vec<usize>,
}

impl Rows {
    /// Optimal string alignment: insertions, deletions, replacements and swaps
    /// of neighbours, no part edited twice. Exact up to `limit`: only cells
    /// that near the diagonal are looked at.
    fn distance(&mut self, a: &[char], b: &[char], limit: usize) -> usize {
        self.last.clear();
        self.last.extend(0..=b.len());
        for (i, &left) in a.iter().enumerate() {
            self.row.clear();
            self.row.resize(b.len() + 1, FAR);
            self.row[0] = i + 1;
            let until = i.saturating_add(limit).saturating_add(1).min(b.len());
            for j in i.saturating_sub(limit)..until {
                let right = b[j];
                let replaced = self.last[j] + usize::from(left != right);
                let mut cheapest = replaced.min(self.last[j + 1] + 1).min(self.row[j] + 1);
                let swapped = i > 0 && j > 0 && left == b[j - 1] && a[i - 1] == right;
                if swapped {
                    cheapest = cheapest.min(self.before[j - 1] + 1);
                }
                self.row[j + 1] = cheapest;
            }
            std::mem::swap(&mut self.before, &mut self.last);
            std::mem::swap(&mut self.last, &mut self.row);
        }
        self.last.last().copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn between(a: &str, b: &str) -> usize {
        Rows::default().distance(&folded(a), &folded(b), usize::MAX)
    }

    #[test]
    fn counts_edits() {
        assert_eq!(between("", "abc"), 3);
        assert_eq!(between("kitten", "sitting"), 3);
        assert_eq!(between("amuont", "amount"), 1);
        assert_eq!(between("ca", "abc"), 3);
        assert_eq!(between("回访", "回方"), 1);
    }

    #[test]
    fn what_is_left_out_of_the_table_is_too_far_anyway() {
        let words = ["", "a", "ab", "ba", "abc", "cab", "acb", "bacd", "abcd", "dcba", "abcabc"];
        for a in words.map(folded) {
            for b in words.map(folded) {
                let exact = Rows::default().distance(&a, &b, usize::MAX);
                for limit in 0..7 {
                    let found = Rows::default().distance(&a, &b, limit);
                    assert!(found == exact || (exact > limit && found > limit), "{a:?} {b:?}");
                }
            }
        }
    }

    #[test]
    fn suggests_only_what_is_close() {
        let names = ["region", "birth", "income", "hobbies"];
        assert_eq!(nearest("regoin", names), Some("region"));
        assert_eq!(nearest("REGION", names), Some("region"));
        assert_eq!(nearest("incomes", names), Some("income"));
        assert_eq!(nearest("department", names), None);
        assert_eq!(nearest("", names), None);
        assert_eq!(nearest("x", ["y"]), None);
        assert_eq!(nearest("x", ["xs"]), Some("xs"));
    }

    #[test]
    fn chinese_words_of_two_characters() {
        let regions = ["华东", "华南", "西南"];
        assert_eq!(nearest("华栋", regions), Some("华东"));
        assert_eq!(nearest("东北", regions), None);
        assert_eq!(nearest("华", regions), Some("华东"));
    }

    #[test]
    fn order_of_candidates_does_not_matter() {
        assert_eq!(nearest("caat", ["cart", "cast", "coat"]), Some("cart"));
        assert_eq!(nearest("caat", ["coat", "cast", "cart"]), Some("cart"));
    }

    #[test]
    fn absurd_lengths_are_not_compared() {
        let long = "a".repeat(100_000);
        assert_eq!(nearest(&long, [long.as_str()]), None);
    }
}
