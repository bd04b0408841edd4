//! A made-up value part for [`super::world`]: every figure, axis and tier
//! drawn by chance, some of them unknown.

use std::sync::Arc;

use guanxi::Text;
use guanxi::facts::schema::Label;
use guanxi::facts::{Bits, Codes, Column, Columns, Data, Ints, TextProfile, Words};
use guanxi::lang::{Score, ScoreHistory, Scores, Timestamp, Type, Value, ValueNames};
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

/// Answers about everybody at every instant: at each assessment all of them
/// may change.
#[derive(Debug)]
pub struct Assessments {
    /// For each customer the instants at which it was assessed, ascending.
    at: Vec<Vec<i64>>,
    seed: u64,
}

const DAY: i64 = 86_400_000_000;

impl Assessments {
    /// Some at instants of events, some at others.
    pub fn random(random: &mut Random, columns: &Columns, around: Instant) -> Assessments {
        let of = |customer: usize| {
            let events = columns.kinds.iter().flat_map(|events| {
                let (from, until) = events.range(customer);
                (from..until).map(|row| events.at.micros(row))
            });
            let mut at: Vec<i64> = events.filter(|_| random.chance(60)).collect();
            let more = random.below(12);
            at.extend((0..more).map(|_| around.micros() + random.between(-80, 80) * DAY));
            at.sort_unstable();
            at.dedup();
            at
        };
        let at = (0..columns.n_customers()).map(of).collect();
        Assessments { at, seed: random.next() }
    }

    /// How many of the customer were made before this instant.
    fn made(&self, customer: usize, now: Instant) -> usize {
        self.at[customer].partition_point(|at| *at < now.micros())
    }
}

impl ScoreHistory for Assessments {
    fn ask_before(&self, customer: usize, now: Instant, asked: Score<'_>) -> Option<Value> {
        let made = self.made(customer, now);
        let Some(last) = made.checked_sub(1) else { return Some(Value::Missing) };
        let name = format!("{asked:?}")
            .bytes()
            .fold(7u64, |all, byte| all.wrapping_mul(31).wrapping_add(u64::from(byte)));
        let mut random =
            Random::new(self.seed ^ name ^ ((customer as u64) << 32) ^ ((made as u64) << 48));
        if random.chance(15) {
            return Some(Value::Missing);
        }
        let decimal = |units: i64, scale| Decimal::new(units.into(), scale).unwrap();
        Some(match asked {
            Score::Figure("future_value") => Value::Money(
                decimal(random.between(0, 2_000_000), 2),
                Currency::parse("CNY").unwrap(),
            ),
            Score::Figure("p_alive") => Value::Decimal(decimal(random.between(0, 10_000), 4)),
            Score::Axis(_) | Score::Cut(_) => {
                Value::Decimal(decimal(random.between(6_005, 6_015), 2))
            }
            Score::Tier => (*random.pick(&TIERS)).into(),
            Score::AliveUntil(_) => {
                // Now and then at the very instant of another assessment.
                let other = self.at[customer].get(last + random.below(3) as usize);
                let later = self.at[customer][last] + random.between(-2, 40) * DAY;
                let at = other.copied().filter(|_| random.chance(30)).unwrap_or(later);
                Value::Timestamp(Timestamp::from(Instant::clamped(at)))
            }
            Score::Figure(_) => return None,
        })
    }

    fn changes_after(&self, customer: usize, now: Instant) -> Option<Instant> {
        let next = *self.at[customer].get(self.made(customer, now))?;
        Instant::clamped(next).checked_add_micros(1).ok()
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
