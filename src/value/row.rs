//! One customer in the few numbers that the models read, and many of them
//! without repetition.

use std::cmp::Ordering;
use std::collections::HashMap;

use crate::error::{Code, Error, Fault};

/// How much sums of logarithms may be off through rounding, for each gap.
const ROUNDING: f64 = 1e-6;

/// What the models know of a customer: the repeats, when the last one was, and
/// for how long the customer was watched.
///
/// All times are in one unit (days or weeks, say) and count from the customer's
/// first purchase, which itself is no repeat. These numbers are sufficient:
/// whatever else happened, two customers with equal rows get equal answers.
///
/// ```
/// use guanxi::value::Row;
///
/// // Three purchases: at the start, after 4 weeks and after 10; watched for 52.
/// let gaps = [4.0_f64, 6.0];
/// let row = Row {
///     frequency: 2,
///     recency: 10.0,
///     age: 52.0,
///     log_gaps: Some(gaps.iter().map(|gap| gap.ln()).sum()),
///     monetary: Some(35.5),
///     weight: 1,
/// };
/// assert!(row.check().is_ok());
/// assert!(Row { recency: 60.0, ..row }.check().is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    /// `x`: how many repeats there were.
    pub frequency: u32,
    /// `t_x`: when the last repeat was; 0 where there was none.
    pub recency: f64,
    /// `T`: for how long the customer was watched; not below `recency`.
    pub age: f64,
    /// The sum of the natural logarithms of the times between one purchase and
    /// the next, of which there are `frequency`. Only models of regular timing
    /// read it; `None`: not known.
    pub log_gaps: Option<f64>,
    /// What a repeat brought on average; `None` where there was no repeat, or
    /// nobody knows.
    pub monetary: Option<f64>,
    /// How many customers this row stands for, at least 1.
    pub weight: u64,
}

impl Row {
    /// A customer of whom only the times are known.
    pub fn new(frequency: u32, recency: f64, age: f64) -> Row {
        Row { frequency, recency, age, log_gaps: None, monetary: None, weight: 1 }
    }

    /// The row without what only some models read, so that more rows are equal.
    pub fn timing(self) -> Row {
        Row { log_gaps: None, monetary: None, ..self }
    }

    /// The row without its times, for models of spending; `None` where there is
    /// no repeat, or nobody knows what it brought.
    pub fn money(self) -> Option<Row> {
        let is_known = self.frequency > 0 && self.monetary.is_some();
        is_known.then_some(Row { log_gaps: None, recency: 0.0, age: 0.0, ..self })
    }

    /// Whether these numbers can be those of a customer.
    ///
    /// # Errors
    ///
    /// [`Code::ImpossibleHistory`] for each thing that cannot be, with the field
    /// as its place: a time that is negative or not finite, a last purchase
    /// after the end, repeats without a time, a time without repeats, logarithms
    /// of gaps that are longer together than the time they fill (another unit,
    /// mostly), spending without repeats, a weight of 0.
    pub fn check(&self) -> Result<(), Error> {
        let mut faults = Vec::new();
        self.check_times(&mut faults);
        self.check_gaps(&mut faults);
        self.check_money(&mut faults);
        if self.weight == 0 {
            faults.push(impossible(
                "weight",
                "a row stands for no customer: weight 0",
                "权重为 0：该行不代表任何客户",
            ));
        }
        Error::check(faults)
    }

    fn check_times(&self, faults: &mut Vec<Fault>) {
        let before = faults.len();
        for (field, time) in [("recency", self.recency), ("age", self.age)] {
            if !time.is_finite() || time < 0.0 {
                faults.push(impossible(
                    field,
                    &format!("`{time}` is not a time: 0 or more is needed"),
                    &format!("`{time}` 不是有效时长：应为不小于 0 的数"),
                ));
            }
        }
        if faults.len() > before {
            return;
        }
        let (repeats, last, age) = (self.frequency, self.recency, self.age);
        if last > age {
            faults.push(impossible(
                "recency",
                &format!("the last purchase is at {last}, after the end at {age}"),
                &format!("最近一次购买在 {last}，晚于观察期结束 {age}"),
            ));
        }
        if repeats == 0 && last > 0.0 {
            faults.push(impossible(
                "recency",
                &format!("without a repeat the last purchase is the first one, at 0, not {last}"),
                &format!("没有复购时，最近一次购买即首次购买，应为 0 而不是 {last}"),
            ));
        }
        if repeats > 0 && last == 0.0 {
            faults.push(impossible(
                "recency",
                "repeats need time: the last purchase cannot be at 0, where the first one is",
                "有复购时，最近一次购买不能与首次购买同为 0",
            ));
        }
    }

    fn check_gaps(&self, faults: &mut Vec<Fault>) {
        let Some(sum) = self.log_gaps else { return };
        let count = f64::from(self.frequency);
        // Of gaps with a given sum, equal ones have the largest product.
        let most = if self.frequency == 0 { 0.0 } else { count * libm::log(self.recency / count) };
        let slack = ROUNDING * (1.0 + count);
        let is_possible = if self.frequency == 0 { sum == 0.0 } else { sum <= most + slack };
        if !sum.is_finite() || !is_possible {
            let (repeats, last) = (self.frequency, self.recency);
            let fault = impossible(
                "log_gaps",
                &format!(
                    "{repeats} gaps that fill {last} have logarithms of {most} at most, not {sum}"
                ),
                &format!("{repeats} 个间隔共 {last}，其对数之和至多为 {most}，而不是 {sum}"),
            );
            faults.push(fault.hint(
                "natural logarithms of the gaps, in the same unit as the other times",
                "应为各间隔的自然对数之和，单位与其他时间一致",
            ));
        }
    }

    fn check_money(&self, faults: &mut Vec<Fault>) {
        let Some(mean) = self.monetary else { return };
        if !mean.is_finite() {
            faults.push(impossible(
                "monetary",
                &format!("`{mean}` is not an amount"),
                &format!("`{mean}` 不是有效金额"),
            ));
        } else if self.frequency == 0 {
            faults.push(impossible(
                "monetary",
                &format!("no repeat, and yet repeats brought {mean} on average"),
                &format!("没有复购，却有复购平均金额 {mean}"),
            ));
        }
    }

    /// The same row with one spelling of zero.
    fn plain(self) -> Row {
        let plain = |number: f64| if number == 0.0 { 0.0 } else { number };
        Row {
            recency: plain(self.recency),
            age: plain(self.age),
            log_gaps: self.log_gaps.map(plain),
            monetary: self.monetary.map(plain),
            ..self
        }
    }

    fn key(&self) -> Key {
        let bits = |number: Option<f64>| number.map(f64::to_bits);
        let (recency, age) = (self.recency.to_bits(), self.age.to_bits());
        (self.frequency, recency, age, bits(self.log_gaps), bits(self.monetary))
    }

    /// The canonical order: by everything but the weight.
    fn order(&self, other: &Row) -> Ordering {
        let option = |a: Option<f64>, b: Option<f64>| match (a, b) {
            (Some(a), Some(b)) => a.total_cmp(&b),
            (a, b) => a.is_some().cmp(&b.is_some()),
        };
        self.frequency
            .cmp(&other.frequency)
            .then_with(|| self.age.total_cmp(&other.age))
            .then_with(|| self.recency.total_cmp(&other.recency))
            .then_with(|| option(self.log_gaps, other.log_gaps))
            .then_with(|| option(self.monetary, other.monetary))
    }
}

fn impossible(field: &str, en: &str, zh: &str) -> Fault {
    Fault::new(Code::ImpossibleHistory, en, zh).at(field)
}

/// The same customers with each row once, in the canonical order.
///
/// Rows that are equal but for their weight become one with the sum of the
/// weights; nothing is rounded, nothing is lost. Whatever order the rows came
/// in, the result is the same, which is what makes everything computed from it
/// the same to the bit.
///
/// # Errors
///
/// [`Code::Overflow`]: over 2^64 customers.
///
/// # Cost
///
/// A look-up for each row, and a sort of those that differ.
///
/// ```
/// use guanxi::value::{Row, distinct};
///
/// let (once, often) = (Row::new(0, 0.0, 39.0), Row::new(2, 30.5, 39.0));
/// let rows = distinct([often, once, often])?;
/// assert_eq!(rows, [once, Row { weight: 2, ..often }]);
/// # Ok::<(), guanxi::Error>(())
/// ```
pub fn distinct(rows: impl IntoIterator<Item = Row>) -> Result<Vec<Row>, Error> {
    // Equal rows are found first, and the few that are left are sorted: the
    // order in which a table holds them is never seen.
    let mut places: HashMap<Key, usize> = HashMap::new();
    let mut out: Vec<Row> = Vec::new();
    for row in rows.into_iter().map(Row::plain) {
        let place = *places.entry(row.key()).or_insert(out.len());
        match out.get_mut(place) {
            Some(known) => {
                known.weight = known.weight.checked_add(row.weight).ok_or_else(too_many)?;
            }
            None => out.push(row),
        }
    }
    out.sort_unstable_by(Row::order);
    Ok(out)
}

/// Everything but the weight, bit by bit.
type Key = (u32, u64, u64, Option<u64>, Option<u64>);

pub(super) fn too_many() -> Error {
    Fault::new(Code::Overflow, "more customers than can be counted", "客户数超出可计范围").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults_of(row: Row) -> Vec<String> {
        let faults = row.check().err().map(Error::into_faults).unwrap_or_default();
        assert!(faults.iter().all(|fault| fault.code == Code::ImpossibleHistory));
        faults.into_iter().filter_map(|fault| fault.pointer).collect()
    }

    #[test]
    fn what_can_be_is_let_pass() {
        for row in [
            Row::new(0, 0.0, 0.0),
            Row::new(0, 0.0, 39.0),
            Row::new(1, 39.0, 39.0),
            Row { log_gaps: Some(0.0), ..Row::new(0, 0.0, 5.0) },
            Row { log_gaps: Some(3.0 * 4.0_f64.ln()), ..Row::new(3, 12.0, 14.0) },
            Row { monetary: Some(-5.0), ..Row::new(3, 12.0, 14.0) },
        ] {
            assert_eq!(faults_of(row), [""; 0], "{row:?}");
        }
    }

    #[test]
    fn what_cannot_be_is_told_at_its_place() {
        let good = Row::new(2, 10.0, 20.0);
        for (row, places) in [
            (Row { recency: -1.0, ..good }, vec!["recency"]),
            (Row { recency: f64::NAN, age: f64::INFINITY, ..good }, vec!["recency", "age"]),
            (Row { recency: 20.5, ..good }, vec!["recency"]),
            (Row { frequency: 0, ..good }, vec!["recency"]),
            (Row { recency: 0.0, age: 0.0, ..good }, vec!["recency"]),
            (Row { log_gaps: Some(2.0 * 35.0_f64.ln()), ..good }, vec!["log_gaps"]),
            (Row { log_gaps: Some(f64::NEG_INFINITY), ..good }, vec!["log_gaps"]),
            (Row { log_gaps: Some(-1.0), ..Row::new(0, 0.0, 5.0) }, vec!["log_gaps"]),
            (Row { monetary: Some(f64::NAN), ..good }, vec!["monetary"]),
            (Row { monetary: Some(3.0), ..Row::new(0, 0.0, 5.0) }, vec!["monetary"]),
            (Row { weight: 0, ..good }, vec!["weight"]),
        ] {
            assert_eq!(faults_of(row), places, "{row:?}");
        }
    }

    #[test]
    fn equal_rows_become_one_in_any_order() {
        let rows = [
            Row::new(2, 10.0, 20.0),
            Row::new(0, -0.0, 20.0),
            Row { weight: 3, ..Row::new(2, 10.0, 20.0) },
            Row { monetary: Some(1.0), ..Row::new(2, 10.0, 20.0) },
            Row::new(0, 0.0, 20.0),
        ];
        let forward = distinct(rows).unwrap();
        let backward = distinct(rows.into_iter().rev()).unwrap();
        assert_eq!(forward, backward);
        let weights: Vec<u64> = forward.iter().map(|row| row.weight).collect();
        assert_eq!(weights, [2, 4, 1]);
        assert_eq!(distinct(rows.map(Row::timing)).unwrap().len(), 2);
        let full = Row { weight: u64::MAX, ..Row::new(0, 0.0, 1.0) };
        assert_eq!(distinct([full, full]).unwrap_err().code(), Code::Overflow);
    }
}
