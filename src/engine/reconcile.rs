//! Whether the store holds what the host says it has: counts and sums, period by
//! period (对账).
//!
//! ```text
//! the host's figures ──┐
//!                      ├─> per source, kind and period: stated, held, difference
//! events that count ───┘
//! ```

use std::collections::BTreeMap;

use serde::Serialize;

use crate::error::{Code, Error, Fault};
use crate::facts::{Body, Schema, Type, Value};
use crate::playbook::Playbook;
use crate::store::Store;
use crate::units::{Calendar, Day, Decimal, Instant, Span};

/// What the host says of one kind of event in one period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stated {
    /// The source of the events.
    pub source: Box<str>,
    /// Their kind, by its position in the schema.
    pub kind: usize,
    /// The period; `None` for all time.
    pub period: Option<Span>,
    /// How many there are.
    pub count: Option<u64>,
    /// The sums of fields, by their positions in the kind.
    pub sums: Vec<(usize, Decimal)>,
}

/// A figure of the host beside that of the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Beside<T> {
    /// What the host says.
    pub stated: T,
    /// What the store holds.
    pub held: T,
}

/// What became of one statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reconciled {
    /// The source.
    pub source: Box<str>,
    /// The kind of event.
    pub kind: Box<str>,
    /// The period; `None` for all time.
    pub period: Option<Box<str>>,
    /// The number of events.
    pub count: Option<Beside<u64>>,
    /// The sums, by the names of their fields.
    pub sums: BTreeMap<Box<str>, Beside<Box<str>>>,
    /// Whether all of them agree.
    pub agrees: bool,
}

/// The host's figures beside those of the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reconciliation {
    /// In the order of the statements.
    pub figures: Vec<Reconciled>,
    /// Events of the same sources and kinds in no period that was stated: source,
    /// kind, how many, the first and the last day.
    pub unstated: Vec<Unstated>,
}

/// Events of which the host said nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unstated {
    /// The source.
    pub source: Box<str>,
    /// The kind of event.
    pub kind: Box<str>,
    /// How many there are.
    pub count: u64,
    /// The day of the first.
    pub first: Box<str>,
    /// The day of the last.
    pub last: Box<str>,
}

impl Reconciliation {
    /// Whether every figure agrees and nothing is unstated.
    pub fn agrees(&self) -> bool {
        self.unstated.is_empty() && self.figures.iter().all(|figure| figure.agrees)
    }
}

/// Compares the host's figures with what the store holds (对账).
///
/// # Inputs
///
/// `stated`: counts and sums of the host, by source, kind and period of the
/// playbook's calendar. `known_at`: what was learnt later is left out.
///
/// # Output
///
/// Every figure beside that of the store; events that were superseded or taken
/// back count as corrected. Sums are exact.
///
/// # Errors
///
/// [`InvalidArgument`](Code::InvalidArgument) where a kind or field is none, or
/// the field is no number; [`Overflow`](Code::Overflow); those of the
/// store.
///
/// # Cost
///
/// A pass over the log.
///
/// ```
/// use guanxi::engine::{Stated, reconcile};
/// use guanxi::facts::{Body, Correction, Fact, Seen, Value};
/// use guanxi::store::Store;
/// use guanxi::units::{Decimal, Instant, Span};
/// use guanxi::Playbook;
///
/// let playbook = Playbook::from_json(r#"{"guanxi": 1, "id": "shop", "version": "1",
///     "calendar": {"zone": "Asia/Shanghai"}, "schema": {"events": {"purchase": {"list": "purchases",
///     "fields": {"amount": {"type": "int"}}}}}}"#)?;
/// let mut store = Store::in_memory(playbook.schema());
/// let bought = |id: &str, at: &str, amount| Ok::<_, guanxi::Error>(Fact {
///     source: "erp".into(), id: id.into(), customer: "C-1".into(), at: Some(Instant::parse(at)?),
///     revision: None, correction: Correction::None,
///     body: Body::Event { kind: 0, fields: vec![Some(Value::Int(amount))] },
/// });
/// // The second one happened on the first of May in Shanghai.
/// let facts = vec![bought("1", "2026-04-30T12:00:00Z", 5)?, bought("2", "2026-04-30T16:00:00Z", 7)?];
/// store.append(facts, Seen::Backfill)?;
/// let april = Span::parse("2026-04", playbook.calendar())?;
/// let stated = Stated { source: "erp".into(), kind: 0, period: Some(april), count: Some(2),
///     sums: vec![(0, Decimal::parse("12")?)] };
/// let found = reconcile(&store, &playbook, &[stated], None)?;
/// let count = found.figures[0].count.as_ref().unwrap();
/// assert_eq!((count.stated, count.held), (2, 1));
/// assert_eq!(&*found.figures[0].sums["amount"].held, "5");
/// assert_eq!((found.unstated[0].count, &*found.unstated[0].first), (1, "2026-05-01"));
/// # Ok::<(), guanxi::Error>(())
/// ```
pub fn reconcile(
    store: &Store,
    playbook: &Playbook,
    stated: &[Stated],
    known_at: Option<Instant>,
) -> Result<Reconciliation, Error> {
    let schema = playbook.schema();
    stated.iter().try_for_each(|stated| check(stated, schema))?;
    let mut held = held(store, playbook, stated, known_at)?;
    let mut figures = Vec::with_capacity(stated.len());
    let mut periods = Vec::with_capacity(stated.len());
    for stated in stated {
        let days = days_of(stated.period, playbook.calendar())?;
        figures.push(compare(stated, days, &held, schema)?);
        periods.push((stated, days));
    }
    for (stated, (first, last)) in periods {
        if let Some(days) = held.get_mut(&(stated.source.clone(), stated.kind)) {
            days.retain(|day, _| *day < first || last < *day);
        }
    }
    let unstated =
        held.iter().filter_map(|((source, kind), days)| unstated(source, *kind, days, schema));
    Ok(Reconciliation { figures, unstated: unstated.collect() })
}

/// What happened on a day: how many, and the sum of each field.
#[derive(Debug, Clone, Default)]
struct OfDay {
    count: u64,
    sums: Vec<i128>,
}

type Held = BTreeMap<(Box<str>, usize), BTreeMap<Day, OfDay>>;

/// What the store holds of the sources and kinds that were stated, day by day.
fn held(
    store: &Store,
    playbook: &Playbook,
    stated: &[Stated],
    known_at: Option<Instant>,
) -> Result<Held, Error> {
    let zone = playbook.calendar().zone();
    let mut held: Held =
        stated.iter().map(|it| ((it.source.clone(), it.kind), BTreeMap::new())).collect();
    store.each_standing(known_at, |fact| {
        let (Body::Event { kind, fields }, Some(at)) = (&fact.body, fact.at) else { return };
        let Some(days) = held.get_mut(&(fact.source.clone(), *kind)) else { return };
        let day: &mut OfDay = days.entry(zone.day_of(at)).or_default();
        day.count += 1;
        day.sums.resize(fields.len(), 0);
        for (sum, value) in day.sums.iter_mut().zip(fields) {
            if let Some(Value::Int(units) | Value::Exact(units)) = value {
                // Of numbers of 64 bits no store holds enough to overflow 128.
                *sum += i128::from(*units);
            }
        }
    })?;
    Ok(held)
}

fn check(stated: &Stated, schema: &Schema) -> Result<(), Error> {
    let bad = |en: &str, zh: &str| Err(Fault::new(Code::InvalidArgument, en, zh).into());
    let Some(kind) = schema.kinds.get(stated.kind) else {
        return bad("no kind of event has this position", "没有此位置的事件类型");
    };
    for (field, _) in &stated.sums {
        if kind.fields.get(*field).and_then(|field| scale(&field.ty)).is_none() {
            return bad("only numbers have sums", "只有数值才能求和");
        }
    }
    Ok(())
}

/// The decimal places of a type that has sums.
fn scale(ty: &Type) -> Option<u8> {
    match ty {
        Type::Int => Some(0),
        Type::Decimal(scale) => Some(*scale),
        Type::Money(currency) => Some(currency.minor_digits()),
        _ => None,
    }
}

/// The first and the last day of a period.
fn days_of(period: Option<Span>, calendar: &Calendar) -> Result<(Day, Day), Error> {
    let Some(period) = period else { return Ok((Day::MIN, Day::MAX)) };
    Ok((period.first(), period.after(calendar)?.first().add_days(-1)?))
}

fn compare(
    stated: &Stated,
    (first, last): (Day, Day),
    held: &Held,
    schema: &Schema,
) -> Result<Reconciled, Error> {
    let nothing = BTreeMap::new();
    let days = held.get(&(stated.source.clone(), stated.kind)).unwrap_or(&nothing);
    let within = || days.range(first..=last).map(|(_, day)| day);
    let count = stated
        .count
        .map(|count| Beside { stated: count, held: within().map(|day| day.count).sum() });
    let mut agrees = count.as_ref().is_none_or(|count| count.stated == count.held);
    let kind = schema.kinds.get(stated.kind);
    let mut sums = BTreeMap::new();
    for (field, sum) in &stated.sums {
        let Some(field_of) = kind.and_then(|kind| kind.fields.get(*field)) else { continue };
        let units = within().filter_map(|day| day.sums.get(*field)).sum();
        let own = Decimal::new(units, scale(&field_of.ty).unwrap_or_default())?;
        agrees &= sum.compare(own).is_eq();
        let beside = Beside { stated: sum.to_string().into(), held: own.to_string().into() };
        sums.insert(Box::from(&*field_of.name), beside);
    }
    Ok(Reconciled {
        source: stated.source.clone(),
        kind: kind.map(|kind| Box::from(&*kind.name)).unwrap_or_default(),
        period: stated.period.map(|period| period.to_string().into()),
        count,
        sums,
        agrees,
    })
}

fn unstated(
    source: &str,
    kind: usize,
    days: &BTreeMap<Day, OfDay>,
    schema: &Schema,
) -> Option<Unstated> {
    let ((first, _), (last, _)) = days.first_key_value().zip(days.last_key_value())?;
    Some(Unstated {
        source: source.into(),
        kind: schema.kinds.get(kind).map(|kind| Box::from(&*kind.name)).unwrap_or_default(),
        count: days.values().map(|day| day.count).sum(),
        first: first.to_string().into(),
        last: last.to_string().into(),
    })
}
