//! Exact numbers, held to arithmetic on digits that cannot overflow.

use std::cmp::Ordering;

use guanxi::Code;
use guanxi::units::{Currency, Decimal, Money, MoneySum};
use proptest::prelude::*;

/// A natural number of any length: base 10,000, lowest first, no zeros on top.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Natural(Vec<u64>);

impl Natural {
    fn new(mut number: u128) -> Natural {
        let mut parts = Vec::new();
        while number > 0 {
            parts.push((number % 10_000) as u64);
            number /= 10_000;
        }
        Natural(parts)
    }

    fn times(&self, other: &Natural) -> Natural {
        let mut parts = vec![0; self.0.len() + other.0.len()];
        for (i, a) in self.0.iter().enumerate() {
            let mut carry = 0;
            for (j, b) in other.0.iter().chain([&0]).enumerate() {
                let Some(part) = parts.get_mut(i + j) else { continue };
                let sum = *part + a * b + carry;
                (*part, carry) = (sum % 10_000, sum / 10_000);
            }
        }
        while parts.last() == Some(&0) {
            parts.pop();
        }
        Natural(parts)
    }

    fn compare(&self, other: &Natural) -> Ordering {
        let length = self.0.len().cmp(&other.0.len());
        length.then_with(|| self.0.iter().rev().cmp(other.0.iter().rev()))
    }
}

fn product(factors: &[u128]) -> Natural {
    let start = Natural::new(1);
    factors.iter().fold(start, |sum, &factor| sum.times(&Natural::new(factor)))
}

fn ten(power: u8) -> u128 {
    10_u128.pow(u32::from(power))
}

/// Compares two decimals by cross-multiplication.
fn compare(a: Decimal, b: Decimal) -> Ordering {
    match (a.units().signum(), b.units().signum()) {
        (-1, -1) => size(b, a).compare(&size(a, b)),
        (1, 1) => size(a, b).compare(&size(b, a)),
        (left, right) => left.cmp(&right),
    }
}

fn size(a: Decimal, other: Decimal) -> Natural {
    product(&[a.units().unsigned_abs(), ten(other.scale())])
}

fn any_units() -> impl Strategy<Value = i128> {
    prop_oneof![
        -1_000_i128..1_000,
        any::<i64>().prop_map(i128::from),
        any::<i128>(),
        prop::sample::select(vec![i128::MIN, i128::MIN + 1, i128::MAX, i128::MAX - 1]),
    ]
}

fn any_decimal() -> impl Strategy<Value = Decimal> {
    (any_units(), 0_u8..=18).prop_map(|(units, scale)| Decimal::new(units, scale).unwrap())
}

fn cases(number: u32) -> ProptestConfig {
    ProptestConfig { cases: number, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases(3_000))]

    #[test]
    fn reads_what_it_shows(number in any_decimal()) {
        prop_assert_eq!(Decimal::parse(&number.to_string()).unwrap(), number);
    }

    #[test]
    fn comparison_is_exact(a in any_decimal(), b in any_decimal(), scale in 0_u8..=18) {
        prop_assert_eq!(a.compare(b), compare(a, b));
        prop_assert_eq!(b.compare(a), compare(a, b).reverse());
        if let Ok(same) = a.rescale_exact(scale) {
            prop_assert_eq!(same.compare(a), Ordering::Equal);
            prop_assert_eq!(same.scale(), scale);
        }
    }

    #[test]
    fn sums_are_exact_or_refused(a in any_decimal(), b in any_decimal()) {
        match a.checked_add(b) {
            Ok(sum) => {
                prop_assert_eq!(sum.scale(), a.scale().max(b.scale()));
                prop_assert_eq!(sum.checked_sub(b).unwrap().compare(a), Ordering::Equal);
                prop_assert_eq!(b.checked_add(a).unwrap(), sum);
            }
            Err(error) => prop_assert_eq!(error.code(), Code::Overflow),
        }
    }

    #[test]
    fn products_are_exact_or_refused(a in any_decimal(), b in any_decimal()) {
        let (left, right) = (a.units().unsigned_abs(), b.units().unsigned_abs());
        match a.checked_mul(b) {
            Ok(found) => {
                let extra = a.scale() + b.scale() - found.scale();
                prop_assert_eq!(product(&[left, right]), product(&[found.units().unsigned_abs(), ten(extra)]));
                prop_assert_eq!(found.units().signum(), a.units().signum() * b.units().signum());
            }
            Err(error) if error.code() == Code::TooFine => {
                prop_assert!(a.scale() + b.scale() > 18);
            }
            Err(error) => {
                prop_assert_eq!(error.code(), Code::Overflow);
                prop_assert!(product(&[left, right]).compare(&Natural::new(i128::MAX.unsigned_abs())) == Ordering::Greater);
            }
        }
    }

    #[test]
    fn quotients_are_the_nearest(a in any_decimal(), b in any_decimal(), scale in 0_u8..=18) {
        prop_assume!(b.units() != 0);
        let (dividend, divisor) = (a.units().unsigned_abs(), b.units().unsigned_abs());
        // The quotient is up / down; doubled, so that halves are whole.
        let up = product(&[2, dividend, ten(scale), ten(b.scale())]);
        let down = [divisor, ten(a.scale())];
        match a.div_half_even(b, scale) {
            Ok(found) => {
                let size = found.units().unsigned_abs();
                prop_assume!(size < 1 << 126);
                let bar = |double: u128| product(&[double, down[0], down[1]]).compare(&up);
                let even = size % 2 == 0;
                let above = bar(2 * size + 1);
                prop_assert!(above == Ordering::Greater || even && above == Ordering::Equal);
                if size > 0 {
                    let below = bar(2 * size - 1);
                    prop_assert!(below == Ordering::Less || even && below == Ordering::Equal);
                    prop_assert_eq!(found.units().signum(), a.units().signum() * b.units().signum());
                }
            }
            Err(error) => {
                prop_assert_eq!(error.code(), Code::Overflow);
                let most = product(&[2, i128::MAX.unsigned_abs(), down[0], down[1]]);
                prop_assert!(up.compare(&most) == Ordering::Greater);
            }
        }
    }

    #[test]
    fn any_text_is_a_number_or_a_fault(text in "[-+]?[0-9]{0,42}[.]?[0-9]{0,22}[e ]?") {
        let standard = text.parse::<f64>().ok().filter(|_| !text.contains(['e', '+', ' ']));
        match Decimal::parse(&text) {
            Ok(number) => prop_assert_eq!(Some(number.to_f64()), standard.map(|double| double + 0.0)),
            Err(error) => prop_assert!(
                matches!(error.code(), Code::MalformedValue | Code::TooFine | Code::Overflow)
            ),
        }
    }

    #[test]
    fn money_sums_alike_however_it_is_split(
        amounts in prop::collection::vec(any::<i64>(), 0..40),
        cut in 0_usize..40,
    ) {
        let currency = Currency::parse("CNY").unwrap();
        let total = |minors: &[i64]| {
            let mut sum = MoneySum::new(currency);
            for &minor in minors {
                sum.add(Money { minor, currency }).unwrap();
            }
            sum
        };
        let (left, right) = amounts.split_at(cut.min(amounts.len()));
        let mut merged = total(right);
        merged.merge(total(left)).unwrap();
        prop_assert_eq!(merged, total(&amounts));
        let exact: i128 = amounts.iter().map(|&minor| i128::from(minor)).sum();
        prop_assert_eq!(merged.finish().ok().map(|money| i128::from(money.minor)), i64::try_from(exact).ok().map(i128::from));
    }

    #[test]
    fn money_reads_what_it_shows(minor in any::<i64>(), code in prop::sample::select(vec!["CNY", "JPY", "KWD", "CLF"])) {
        let money = Money { minor, currency: Currency::parse(code).unwrap() };
        let shown = money.to_string();
        let number = shown.strip_suffix(code).unwrap().trim_end();
        prop_assert_eq!(Money::parse(number, money.currency).unwrap(), money);
    }
}
