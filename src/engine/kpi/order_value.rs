//! Why the value of an order changed from one period to another: prices, pieces
//! in an order, what was bought, or people who did not like the prices.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use serde::Serialize;

use crate::SEMANTICS;
use crate::engine::summary::PlaybookSummary;
use crate::error::{Code, Error, Fault};
use crate::facts::{Column, Columns, Data, EventKind, Events, Type};
use crate::kpi::{OrderLine, OrderValue, explain_order_value};
use crate::playbook::Playbook;
use crate::units::{Instant, Span, Window, nearest, shown};

/// Which events are orders, and where they say what was sold.
#[derive(Debug, Clone, Copy)]
pub struct OrdersAsked<'a> {
    /// The event kind: an order each, or a line of one.
    pub of: &'a str,
    /// The field with what was paid.
    pub amount: &'a str,
    /// The field with how many pieces were sold.
    pub quantity: &'a str,
    /// The field that says what was sold; `None`: all is one line.
    pub line: Option<&'a str>,
    /// The field with the number of the order, where an order has several events.
    pub order: Option<&'a str>,
}

impl Default for OrdersAsked<'_> {
    /// Purchases with an amount and a quantity.
    fn default() -> Self {
        OrdersAsked {
            of: "purchase",
            amount: "amount",
            quantity: "quantity",
            line: None,
            order: None,
        }
    }
}

/// Why the value of an order changed (客单价变化原因).
#[derive(Debug, Clone, Serialize)]
pub struct OrderValueView {
    /// Version of the meaning of the numbers.
    pub semantics: u32,
    /// By which playbook.
    pub playbook: PlaybookSummary,
    /// The instant of the answers.
    pub as_of: Instant,
    /// The event kind.
    pub of: Arc<str>,
    /// The first of both periods.
    pub from: String,
    /// The second.
    pub to: String,
    /// What amounts are counted in.
    pub unit: Option<String>,
    /// How many orders there were, before and after.
    pub orders: [u64; 2],
    /// How many product lines were sold in one of the periods or both.
    pub lines: usize,
    /// Events without an amount or a quantity, which count nowhere.
    pub left_out: u64,
    /// The values, what did how much of the change, and each suspect.
    #[serde(flatten)]
    pub told: OrderValue,
}

/// Why the value of an order changed from one period to another.
///
/// # Inputs
///
/// `from` and `to`: periods that are over, `2026-Q1`. Amounts and quantities that
/// are not negative; what was returned is an event of another kind.
///
/// # Output
///
/// Orders are events of the kind, or what has the same order number of one
/// customer. Prices, pieces and mix add up to the change, exactly; whether people
/// react to prices is told where there are lines enough.
///
/// # Errors
///
/// [`Code::UnknownName`] for a kind or a field, at its key;
/// [`Code::MalformedValue`] for what is no period; [`Code::InvalidArgument`] for
/// one that is not over, and for what is negative; [`Code::NoDenominator`] for a
/// period without orders.
///
/// # Cost
///
/// One pass over the events of the kind.
///
/// # Example
///
/// ```
/// use guanxi::engine::kpi::{OrdersAsked, order_value};
/// use guanxi::facts::Seen;
/// use guanxi::facts::intake::{Lines, TableKind};
/// use guanxi::units::Instant;
/// use guanxi::{Playbook, Store};
///
/// let playbook = Playbook::from_json(r#"{"guanxi": 1, "id": "shop", "version": "1",
///     "calendar": {"zone": "UTC"}, "schema": {"events": {"sale": {"list": "sales", "fields": {
///         "amount": {"type": "money", "currency": "CNY"}, "pieces": {"type": "int"}}}}}}"#)?;
/// let lines = Lines::of("new", &TableKind::Events, None, playbook.schema(), playbook.calendar().zone())?;
/// let mut store = Store::in_memory(playbook.schema());
/// let rows = br#"{"kind": "sale", "customer": "a", "at": "2026-01-05", "amount": "30.00", "pieces": 3}
/// {"kind": "sale", "customer": "a", "at": "2026-02-05", "amount": "24.00", "pieces": 2}"#;
/// store.append_lines(&lines, rows, Seen::Backfill)?;
/// let orders = OrdersAsked {
///     of: "sale", quantity: "pieces", ..OrdersAsked::default()
/// };
/// let as_of = Instant::parse("2026-03-01T00:00:00Z")?;
/// let columns = store.columns(None)?;
/// let why = order_value(&columns, &playbook, orders, ("2026-01", "2026-02"), as_of)?;
/// // Two yuan more for each of 2.5 pieces, and one piece less at 11 yuan.
/// assert_eq!(why.told.total_change.to_string(), "-6.000000");
/// assert_eq!((why.told.price.to_string(), why.told.volume.to_string()),
///     ("5.000000".to_owned(), "-11.000000".to_owned()));
/// # Ok::<(), guanxi::Error>(())
/// ```
pub fn order_value(
    columns: &Columns,
    playbook: &Playbook,
    asked: OrdersAsked<'_>,
    (from, to): (&str, &str),
    as_of: Instant,
) -> Result<OrderValueView, Error> {
    let orders = Orders::new(columns, asked)?;
    let periods = [over(from, "/from", playbook, as_of)?, over(to, "/to", playbook, as_of)?];
    let mut sold = Sold::default();
    for customer in 0..columns.n_customers() {
        orders.add(customer, [periods[0].1, periods[1].1], &mut sold)?;
    }
    let counted = sold.orders.map(|it| i64::try_from(it).unwrap_or(i64::MAX));
    let lines: Vec<OrderLine> = sold.lines.values().copied().collect();
    let told = explain_order_value(&lines, counted, orders.places());
    let names: Vec<&Option<Box<str>>> = sold.lines.keys().collect();
    let told = told.map_err(|error| named(error, &names, sold.left_out))?;
    Ok(OrderValueView {
        semantics: SEMANTICS,
        playbook: PlaybookSummary::of(playbook),
        as_of,
        of: orders.kind.name.clone(),
        from: periods[0].0.to_string(),
        to: periods[1].0.to_string(),
        unit: orders.unit(),
        orders: sold.orders,
        lines: lines.len(),
        left_out: sold.left_out,
        told,
    })
}

/// A period that is over, with its instants.
fn over(
    text: &str,
    place: &str,
    playbook: &Playbook,
    as_of: Instant,
) -> Result<(Span, Window), Error> {
    let calendar = playbook.calendar();
    let span = Span::parse(text, calendar).map_err(|error| error.below(place))?;
    let window = span.window(calendar)?;
    if as_of < super::period::just_before(window.until) {
        let (en, zh) = (format!("{span} is not over"), format!("{span} 尚未结束"));
        return Err(Fault::new(Code::InvalidArgument, en, zh).at(place).into());
    }
    Ok((span, window))
}

/// Names lines where faults have their positions, and says how many events were
/// left out where there seem to be none.
fn named(error: Error, lines: &[&Option<Box<str>>], left_out: u64) -> Error {
    let line = |fault: &Fault| lines.get(fault.pointer.as_deref()?.parse::<usize>().ok()?).copied();
    let told = error.into_faults().into_iter().map(|fault| match line(&fault) {
        Some(line) => fault.at(format!("/line/{}", line.as_deref().unwrap_or_default())),
        None if 0 < left_out && fault.code == Code::NoDenominator => fault.hint(
            format!("{left_out} events have no amount or no quantity, and count nowhere"),
            format!("{left_out} 个事件缺少金额或件数，未计入"),
        ),
        None => fault,
    });
    Error::check(told.collect()).err().unwrap_or_else(|| {
        Fault::new(Code::Internal, "no fault to tell", "没有可报告的错误").into()
    })
}

/// What was sold in both periods.
#[derive(Default)]
struct Sold {
    lines: BTreeMap<Option<Box<str>>, OrderLine>,
    orders: [u64; 2],
    left_out: u64,
}

/// The events that are orders, and their fields.
struct Orders<'a> {
    kind: &'a EventKind,
    events: &'a Events,
    amount: (usize, &'a Column),
    quantity: (usize, &'a Column),
    line: Option<&'a Column>,
    order: Option<&'a Column>,
}

impl<'a> Orders<'a> {
    fn new(columns: &'a Columns, asked: OrdersAsked<'_>) -> Result<Orders<'a>, Error> {
        let kinds = &columns.schema.kinds;
        let found = columns.schema.kind(asked.of);
        let found = found.and_then(|at| Some((kinds.get(at)?, columns.kinds.get(at)?)));
        let Some((kind, events)) = found else {
            let fault = Fault::new(
                Code::UnknownName,
                format!("the playbook declares no event kind `{}`", shown(asked.of)),
                format!("规则集没有声明事件类型 `{}`", shown(asked.of)),
            );
            return Err(near(fault, asked.of, kinds.iter().map(|it| &*it.name)).at("/of").into());
        };
        let field =
            |name: &str, key: &str, fits: fn(&Type) -> bool| find(kind, events, (name, key), fits);
        let is_number = |ty: &Type| matches!(ty, Type::Int | Type::Decimal(_));
        let is_amount = |ty: &Type| matches!(ty, Type::Int | Type::Decimal(_) | Type::Money(_));
        let is_word = |ty: &Type| matches!(ty, Type::Int | Type::Text(_) | Type::Enum(_));
        let word = |name: Option<&str>, key: &str| {
            name.map(|name| field(name, key, is_word).map(|it| it.1)).transpose()
        };
        Ok(Orders {
            kind,
            events,
            amount: field(asked.amount, "/amount", is_amount)?,
            quantity: field(asked.quantity, "/quantity", is_number)?,
            line: word(asked.line, "/line")?,
            order: word(asked.order, "/order")?,
        })
    }

    fn amount_type(&self) -> Option<&'a Type> {
        self.kind.fields.get(self.amount.0).map(|field| &field.ty)
    }

    fn places(&self) -> u8 {
        match self.amount_type() {
            Some(Type::Money(currency)) => currency.minor_digits(),
            Some(Type::Decimal(scale)) => *scale,
            _ => 0,
        }
    }

    fn unit(&self) -> Option<String> {
        match self.amount_type() {
            Some(Type::Money(currency)) => Some(currency.to_string()),
            _ => self.kind.fields.get(self.amount.0)?.unit.as_deref().map(str::to_owned),
        }
    }

    /// Adds what one customer bought.
    fn add(&self, customer: usize, periods: [Window; 2], sold: &mut Sold) -> Result<(), Error> {
        let mut seen: [HashSet<Box<str>>; 2] = Default::default();
        let (first, end) = self.events.range(customer);
        for row in first..end {
            let at = Instant::clamped(self.events.at.micros(row));
            let is_in = |window: &Window| window.from <= at && at < window.until;
            for side in (0..2).filter(|side| is_in(&periods[*side])) {
                let numbers = number(self.amount.1, row).zip(number(self.quantity.1, row));
                let Some((amount, quantity)) = numbers else {
                    sold.left_out += 1;
                    continue;
                };
                let number = self.order.and_then(|order| word(order, row));
                sold.orders[side] += u64::from(number.is_none_or(|it| seen[side].insert(it)));
                let line = self.line.and_then(|line| word(line, row));
                let nothing = OrderLine { quantity: [0; 2], amount: [0; 2] };
                let line = sold.lines.entry(line).or_insert(nothing);
                let sums = (
                    line.amount[side].checked_add(amount),
                    line.quantity[side].checked_add(quantity),
                );
                let (Some(amount), Some(quantity)) = sums else { return Err(too_large()) };
                (line.amount[side], line.quantity[side]) = (amount, quantity);
            }
        }
        Ok(())
    }
}

fn too_large() -> Error {
    Fault::new(Code::Overflow, "too large to be summed exactly", "数值过大，无法精确求和").into()
}

fn number(column: &Column, row: usize) -> Option<i64> {
    match &column.data {
        Data::Ints(numbers) if column.is_known(row) => Some(numbers.get(row)),
        _ => None,
    }
}

/// What a field says, as a word.
fn word(column: &Column, row: usize) -> Option<Box<str>> {
    match &column.data {
        Data::Codes { codes, words } if column.is_known(row) => {
            Some(words.key(codes.get(row)).into())
        }
        _ => number(column, row).map(|number| number.to_string().into()),
    }
}

/// A field of a kind, of a type that fits.
fn find<'a>(
    kind: &EventKind,
    events: &'a Events,
    (name, key): (&str, &str),
    fits: fn(&Type) -> bool,
) -> Result<(usize, &'a Column), Error> {
    let at = kind.fields.iter().position(|field| &*field.name == name);
    let found = at.and_then(|at| Some((at, kind.fields.get(at)?, events.fields.get(at)?)));
    let fault = match found {
        Some((at, field, column)) if fits(&field.ty) => return Ok((at, column)),
        Some(_) => Fault::new(
            Code::InvalidArgument,
            format!("the field `{}` of `{}` is of a type that does not do", shown(name), kind.name),
            format!("`{}` 的字段 `{}` 类型不符", kind.name, shown(name)),
        )
        .hint(
            "amounts and quantities are numbers, product lines and order numbers texts, labels or whole numbers",
            "金额与数量应为数值，产品线与订单号应为文本、枚举或整数",
        ),
        None => near(
            Fault::new(
                Code::UnknownName,
                format!("events of kind `{}` have no field `{}`", kind.name, shown(name)),
                format!("`{}` 类事件没有字段 `{}`", kind.name, shown(name)),
            ),
            name,
            kind.fields.iter().map(|field| &*field.name),
        ),
    };
    Err(fault.at(key).into())
}

fn near<'n>(fault: Fault, name: &str, names: impl Iterator<Item = &'n str>) -> Fault {
    match nearest(name, names) {
        Some(near) => fault.meant(near),
        None => fault,
    }
}
