//! Who a customer is: what is true of them, and what the firm's records say.

use super::firm::{self, Firm};
use super::random::Random;
use super::rhythm::{DAY, DAYS, END, Seconds};

/// Purpose of the stream that draws a customer's traits.
const TRAITS: u64 = 1;
/// Purpose of the stream that draws what the records say of them.
const RECORDS: u64 = 2;

/// A customer as they are, whether the firm knows it or not.
#[derive(Debug, Clone)]
pub struct Customer {
    /// Number in the order of arrival, from 0.
    pub number: u32,
    /// When the firm first heard of them.
    pub arrived: Seconds,
    /// Woman or man.
    pub is_woman: bool,
    /// Year, month and date of birth.
    pub born: (i64, i64, i64),
    /// Position in [`firm::REGIONS`].
    pub region: usize,
    /// Position in [`firm::OCCUPATIONS`].
    pub occupation: usize,
    /// Yuan a month.
    pub income: i64,
    /// Position in [`firm::MARITAL`].
    pub marital: usize,
    /// Number of children.
    pub children: i64,
    /// A bit for each of [`firm::HOBBIES`].
    pub hobbies: u16,
    /// Position in [`firm::SOURCES`].
    pub heard: usize,
    /// Position in [`firm::STAFF`] of who looks after them.
    pub owner: usize,
    /// Whether they can be reached by mail and agree to it.
    pub reads_mail: bool,
    /// Whether they take part in the community.
    pub in_community: bool,
    /// Purchases a busy day while a customer: gamma distributed.
    pub pace: f64,
    /// Chance a day of leaving for good, before what happens to them.
    pub leaving: f64,
    /// How much they spend beside others.
    pub purse: f64,
    /// How much they browse, read and write beside others.
    pub curiosity: f64,
    /// How content they are at the start, 0 to 1.
    pub content: f64,
}

impl Customer {
    /// Customer `number` of `total` under a seed.
    pub fn of(firm: &Firm, seed: u64, number: u32, total: u32) -> Customer {
        let mut random = Random::stream(seed, TRAITS, u64::from(number));
        let random = &mut random;
        let arrived = arrival(firm, (f64::from(number) + random.unit()) / f64::from(total.max(1)));
        let age = (random.gamma(9.0) * 36.0).clamp(18.0, 82.0) as i64;
        let occupation = occupation_at(random, age);
        let income = income_of(random, occupation);
        let marital = marital_at(random, age);
        let children = children_of(random, marital);
        let heard = position(random, &firm::SOURCES);
        let wealth = income as f64 / 9_000.0;
        // Who reads much also buys often; a heavy tail of both.
        let curiosity = random.factor(0.9);
        let pace = random.gamma(0.75) * libm::pow(curiosity, 0.4) / 55.0;
        let purse = random.factor(0.45) * libm::pow(wealth, 0.3);
        let loyalty = if heard == firm::BY_REFERRAL { 0.6 } else { 1.0 };
        Customer {
            number,
            arrived,
            is_woman: random.chance(0.54),
            born: birth(random, arrived, age),
            region: position(random, &firm::REGIONS),
            occupation,
            income,
            marital,
            children,
            hobbies: hobbies(random),
            heard,
            owner: owner_for(random, purse * pace * 55.0),
            reads_mail: random.chance(0.45),
            in_community: random.chance(if heard == 5 { 0.7 } else { 0.16 }),
            pace,
            leaving: random.gamma(0.8) * loyalty / 420.0,
            purse,
            curiosity,
            content: (0.7 + 0.14 * random.normal()).clamp(0.05, 0.98),
        }
    }
}

/// The id of the customer with this number.
pub fn id_of(number: u32) -> String {
    format!("C{:07}", u64::from(number) + 1)
}

/// When the customer at this share of all arrives: more every year.
fn arrival(firm: &Firm, share: f64) -> Seconds {
    // The density of arrivals grows from 0.6 to 1.4 of its mean.
    let passed = (libm::sqrt(0.36 + 1.6 * share) - 0.6) / 0.8;
    firm.browsing.find(passed * DAYS as f64 * 0.9999).min(END - DAY)
}

fn position<T>(random: &mut Random, of: &[(T, u32)]) -> usize {
    let total: u32 = of.iter().map(|(_, weight)| weight).sum();
    let mut left = random.below(total as usize) as u32;
    of.iter()
        .position(|&(_, weight)| {
            let here = left < weight;
            left = left.saturating_sub(weight);
            here
        })
        .unwrap_or(0)
}

fn occupation_at(random: &mut Random, age: i64) -> usize {
    if age >= 60 && random.chance(0.85) {
        return firm::RETIRED;
    }
    if age <= 22 && random.chance(0.75) {
        return firm::STUDENT;
    }
    let total: u32 = firm::OCCUPATIONS.iter().map(|(_, weight, _)| weight).sum();
    let mut left = random.below(total as usize) as u32;
    for (position, (_, weight, _)) in firm::OCCUPATIONS.iter().enumerate() {
        if left < *weight {
            return position;
        }
        left -= weight;
    }
    0
}

fn income_of(random: &mut Random, occupation: usize) -> i64 {
    let (_, _, factor) = firm::OCCUPATIONS[occupation];
    let yuan = 8_200.0 * factor * random.factor(0.5);
    (yuan / 100.0) as i64 * 100
}

fn marital_at(random: &mut Random, age: i64) -> usize {
    let married = if age < 25 {
        0.08
    } else if age < 32 {
        0.5
    } else {
        0.84
    };
    if random.chance(married) {
        1
    } else if age >= 30 && random.chance(0.45) {
        2
    } else {
        0
    }
}

fn children_of(random: &mut Random, marital: usize) -> i64 {
    match marital {
        0 => 0,
        _ => random.pick_weighted(&[(0, 28), (1, 50), (2, 20), (3, 2)]),
    }
}

fn hobbies(random: &mut Random) -> u16 {
    let several = random.pick_weighted(&[(0, 10), (1, 32), (2, 34), (3, 17), (4, 7)]);
    (0..several).fold(0, |set, _| set | 1 << random.below(firm::HOBBIES.len()))
}

fn birth(random: &mut Random, arrived: Seconds, age: i64) -> (i64, i64, i64) {
    let (year, _, _) = super::rhythm::civil(arrived / DAY);
    (year - age, random.between(1, 12), random.between(1, 28))
}

/// Good customers go to the key account department, others to anybody; the
/// best salesman gets more than his share of the good ones.
fn owner_for(random: &mut Random, promise: f64) -> usize {
    if promise > 4.0 && random.chance(0.4) {
        return 7 + random.below(2);
    }
    if promise > 2.0 && random.chance(0.35) {
        return firm::ACE;
    }
    let total: u32 = firm::STAFF.iter().map(|staff| staff.weight).sum();
    let mut left = random.below(total as usize) as u32;
    for (position, staff) in firm::STAFF.iter().enumerate() {
        if left < staff.weight {
            return position;
        }
        left -= staff.weight;
    }
    0
}

/// Consent to one use of one channel as the firm recorded it.
pub type Consent = Option<bool>;

/// One version of what the firm's records say of a customer, from a date on.
/// What nobody knows is `None`.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Since when; `None` where the old card file had no date.
    pub from: Option<Seconds>,
    /// Family and given name.
    pub name: String,
    /// Woman or man.
    pub sex: Option<&'static str>,
    /// Date of birth.
    pub born: Option<(i64, i64, i64)>,
    /// Region.
    pub region: Option<&'static str>,
    /// Yuan a month.
    pub income: Option<i64>,
    /// Occupation.
    pub occupation: Option<&'static str>,
    /// Marriage.
    pub marital: Option<&'static str>,
    /// Number of children.
    pub children: Option<i64>,
    /// A bit for each hobby.
    pub hobbies: Option<u16>,
    /// Where they first heard of the firm.
    pub heard: Option<&'static str>,
    /// Who looks after them.
    pub owner: Option<&'static str>,
    /// Which department does.
    pub department: Option<&'static str>,
    /// Telephone number.
    pub mobile: Option<String>,
    /// When the number was last confirmed, in days since the first.
    pub mobile_verified: Option<i64>,
    /// Mail address.
    pub email: Option<String>,
    /// Marketing by text message, by mail, by WeChat; service by text message.
    pub consents: [Consent; 4],
}

/// What the records say of a customer: one version, or several where something
/// changed.
pub fn records(seed: u64, customer: &Customer) -> Vec<Record> {
    let mut random = Random::stream(seed, RECORDS, u64::from(customer.number));
    let first = first_record(&mut random, customer);
    let mut all = vec![first];
    for (at, change) in changes(&mut random, customer) {
        let mut next = all[all.len() - 1].clone();
        next.from = Some(at);
        apply(&mut next, change);
        all.push(next);
    }
    all
}

fn first_record(random: &mut Random, customer: &Customer) -> Record {
    let staff = &firm::STAFF[customer.owner];
    let met = firm::MET_IN_PERSON.contains(&customer.heard);
    let mut known = |missing: f64| !random.chance(missing);
    let sex = if customer.is_woman { "女" } else { "男" };
    let (occupation, _, _) = firm::OCCUPATIONS[customer.occupation];
    let owned = known(0.15);
    let has_mobile = known(0.18);
    Record {
        from: known(0.05).then_some(customer.arrived),
        sex: known(0.12).then_some(sex),
        born: known(0.35).then_some(customer.born),
        region: known(0.1).then_some(firm::REGIONS[customer.region].0),
        income: known(0.6).then_some(customer.income),
        occupation: known(0.3).then_some(occupation),
        marital: known(0.45).then_some(firm::MARITAL[customer.marital]),
        children: known(0.5).then_some(customer.children),
        hobbies: known(0.55).then_some(customer.hobbies),
        heard: known(0.2).then_some(firm::SOURCES[customer.heard].0),
        owner: owned.then_some(staff.id),
        department: owned.then_some(firm::DEPARTMENTS[staff.department]),
        mobile: has_mobile.then(|| format!("100{:08}", customer.number)),
        mobile_verified: (has_mobile && known(if met { 0.3 } else { 0.55 }))
            .then_some(customer.arrived / DAY),
        email: (customer.reads_mail || known(0.75))
            .then(|| format!("c{:07}@example.com", u64::from(customer.number) + 1)),
        consents: consents(random, customer),
        name: name(random, customer),
    }
}

fn name(random: &mut Random, customer: &Customer) -> String {
    let family = random.pick_weighted(&firm::FAMILY_NAMES);
    let given =
        random.pick(if customer.is_woman { &firm::WOMENS_NAMES } else { &firm::MENS_NAMES });
    format!("{family}{given}")
}

fn consents(random: &mut Random, customer: &Customer) -> [Consent; 4] {
    let mut asked = |known: f64, yes: f64| random.chance(known).then(|| random.chance(yes));
    let by_text = asked(0.7, 0.6);
    let by_mail = if customer.reads_mail { Some(true) } else { asked(0.4, 0.2) };
    [by_text, by_mail, asked(0.55, 0.75), asked(0.8, 0.95)]
}

/// Something that changed in a customer's record.
#[derive(Debug, Clone, Copy)]
enum Change {
    Region(usize),
    Married,
    Income(i64),
    Owner(Option<usize>),
    ConsentWithdrawn(usize),
    MobileVerified(i64),
}

fn changes(random: &mut Random, customer: &Customer) -> Vec<(Seconds, Change)> {
    let mut all = Vec::new();
    let mut some_day = |random: &mut Random, chance: f64, change: Change| {
        let at = customer.arrived + DAY + (random.exponential() * 300.0) as i64 * DAY;
        if random.chance(chance) && at < END {
            all.push((at, change));
        }
    };
    let region = random.below(firm::REGIONS.len());
    some_day(random, 0.02, Change::Region(region));
    if customer.marital == 0 {
        some_day(random, 0.03, Change::Married);
    }
    let raise = customer.income + customer.income / 1_000 * 100;
    some_day(random, 0.03, Change::Income(raise));
    let channel = random.below(2);
    some_day(random, 0.03, Change::ConsentWithdrawn(channel));
    let verified = customer.arrived / DAY + random.between(60, 400);
    if random.chance(0.06) && verified < DAYS {
        all.push((verified * DAY, Change::MobileVerified(verified)));
    }
    if customer.owner == firm::ACE && customer.arrived < firm::ACE_LEFT {
        let next = random.chance(0.55).then(|| 1 + random.below(6));
        all.push((firm::ACE_LEFT, Change::Owner(next)));
    }
    all.sort_by_key(|(at, _)| *at);
    all
}

/// Writes a change down. What was never known stays unknown.
fn apply(record: &mut Record, change: Change) {
    match change {
        Change::Region(to) => {
            record.region = record.region.map(|_| firm::REGIONS[to].0);
        }
        Change::Married => record.marital = record.marital.map(|_| firm::MARITAL[1]),
        Change::Income(to) => record.income = record.income.map(|_| to),
        Change::ConsentWithdrawn(which) => {
            record.consents[which] = record.consents[which].map(|_| false);
        }
        Change::MobileVerified(day) => {
            record.mobile_verified = record.mobile.as_ref().map(|_| day);
        }
        Change::Owner(to) if record.owner.is_some() => {
            let staff = to.map(|position| &firm::STAFF[position]);
            record.owner = staff.map(|staff| staff.id);
            record.department =
                staff.map(|staff| firm::DEPARTMENTS[staff.department]).or(record.department);
        }
        Change::Owner(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn customers_arrive_in_the_order_of_their_numbers() {
        let firm = Firm::new();
        let arrivals: Vec<_> = (0..500).map(|n| Customer::of(&firm, 7, n, 500).arrived).collect();
        assert!(arrivals.is_sorted());
        assert!(arrivals[0] < 30 * DAY && arrivals[499] > END - 30 * DAY);
    }

    #[test]
    fn a_tenth_to_six_tenths_of_each_attribute_is_missing() {
        let firm = Firm::new();
        let people: Vec<_> =
            (0..4_000).map(|n| records(7, &Customer::of(&firm, 7, n, 4_000)).remove(0)).collect();
        let missing = |known: fn(&Record) -> bool| {
            people.iter().filter(|record| !known(record)).count() as f64 / people.len() as f64
        };
        let shares = [
            ("sex", missing(|r| r.sex.is_some())),
            ("birth", missing(|r| r.born.is_some())),
            ("region", missing(|r| r.region.is_some())),
            ("income", missing(|r| r.income.is_some())),
            ("occupation", missing(|r| r.occupation.is_some())),
            ("marital", missing(|r| r.marital.is_some())),
            ("children", missing(|r| r.children.is_some())),
            ("hobbies", missing(|r| r.hobbies.is_some())),
            ("source", missing(|r| r.heard.is_some())),
            ("owner", missing(|r| r.owner.is_some())),
            ("mobile", missing(|r| r.mobile.is_some())),
            ("email", missing(|r| r.email.is_some())),
        ];
        for (attribute, share) in shares {
            assert!((0.08..0.63).contains(&share), "{attribute} {share}");
        }
    }
}
