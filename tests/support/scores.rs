//! A made-up value part for [`super::world`]: every figure, axis and tier
//! drawn by chance, some of them unknown.

use std::sync::Arc;

use guanxi::Text;
use guanxi::facts::schema::Label;
use guanxi::facts::{Bits, Codes, Column, Data, Ints, TextProfile, Words};
use guanxi::lang::{Score, Scores, Timestamp, Type, Value, ValueNames};
use guanxi::units::{Currency, Decimal, Instant};

use super::Random;

/// The best first, which is not their order as texts.
const TIERS: [&str; 3] = ["gold", "ab", "none"];

/// What random conditions ask for: see [`super::conditions`].
pub fn names() -> ValueNames {
    let label = |name: &str| Label { name: name.into(), text: Text::default() };
    ValueNames {
        figures: vec![("future_value".into(), money()), ("p_alive".into(), Type::Decimal(4))],
        axes: vec!["desire".into(), "loyalty".into()],
        tiers: TIERS.map(label).into(),
        cuts: vec![("gold".into(), Type::Decimal(2)), ("never".into(), money())],
        alive: true,
    }
}

fn money() -> Type {
    Type::Money(Currency::parse("CNY").unwrap(), 2)
}

/// Answers about everybody at one instant, as columns.
#[derive(Debug)]
pub struct Assessed {
    future_value: Column,
    p_alive: Column,
    desire: Column,
    loyalty: Column,
    tier: Column,
    alive_until: Column,
    /// Whether columns may be asked for, and not single answers alone.
    pub kept: bool,
}

impl Assessed {
    pub fn random(random: &mut Random, n_customers: usize, around: Instant) -> Assessed {
        let mut ints = |low: i64, high: i64| {
            let units = (0..n_customers).map(|_| random.between(low, high)).collect();
            let data = Data::Ints(Ints::narrow(units));
            Column { data, known: known(random, n_customers) }
        };
        let (future_value, p_alive) = (ints(-20_000, 5_000_000), ints(0, 10_000));
        let (desire, loyalty) = (ints(0, 10_000), ints(6_000, 6_020));
        let day = 86_400_000_000;
        let alive_until = ints(around.micros() - 90 * day, around.micros() + 90 * day);
        let texts: Vec<&str> = (0..n_customers).map(|_| random.pick(&TIERS)).collect();
        let (words, moved) = Words::of(&TIERS, TextProfile::Exact);
        let place = |text: &&str| TIERS.iter().position(|tier| tier == text).unwrap();
        let codes = texts.iter().map(|text| moved[place(text)]).collect();
        let codes = Codes::narrow(codes, words.len());
        let data = Data::Codes { codes, words: Arc::new(words) };
        let tier = Column { data, known: known(random, n_customers) };
        Assessed { future_value, p_alive, desire, loyalty, tier, alive_until, kept: true }
    }

    fn of(&self, asked: Score<'_>) -> Option<&Column> {
        Some(match asked {
            Score::Figure("future_value") => &self.future_value,
            Score::Figure("p_alive") => &self.p_alive,
            Score::Axis("desire") => &self.desire,
            Score::Axis("loyalty") => &self.loyalty,
            Score::Tier => &self.tier,
            Score::AliveUntil(chance) if chance == Decimal::parse("0.5").unwrap() => {
                &self.alive_until
            }
            _ => return None,
        })
    }
}

impl Scores for Assessed {
    fn ask(&self, customer: usize, asked: Score<'_>) -> Option<Value> {
        match asked {
            Score::Cut("gold") => return Some(Value::Decimal(Decimal::parse("60.10").unwrap())),
            Score::Cut("never") => return Some(Value::Missing),
            _ => {}
        }
        let column = self.of(asked)?;
        if !column.is_known(customer) {
            return Some(Value::Missing);
        }
        let exact = |units: i64, scale| Decimal::new(units.into(), scale).unwrap();
        Some(match (&column.data, asked) {
            (Data::Codes { codes, words }, _) => words.text(codes.get(customer)).into(),
            (Data::Ints(ints), Score::Figure("future_value")) => {
                Value::Money(exact(ints.get(customer), 2), Currency::parse("CNY").unwrap())
            }
            (Data::Ints(ints), Score::Figure(_)) => Value::Decimal(exact(ints.get(customer), 4)),
            (Data::Ints(ints), Score::Axis(_)) => Value::Decimal(exact(ints.get(customer), 2)),
            (Data::Ints(ints), _) => {
                Value::Timestamp(Timestamp::from(Instant::clamped(ints.get(customer))))
            }
            _ => return None,
        })
    }

    fn column(&self, asked: Score<'_>) -> Option<&Column> {
        self.of(asked).filter(|_| self.kept)
    }
}

/// Everybody, or all but some.
fn known(random: &mut Random, n_customers: usize) -> Option<Bits> {
    if random.chance(20) && 0 < n_customers {
        return None;
    }
    let mut known = Bits::none(n_customers);
    (0..n_customers).for_each(|customer| known.set(customer, random.chance(80)));
    Some(known)
}
