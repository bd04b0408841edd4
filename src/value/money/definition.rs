//! The section `money` as it is decided.

use super::activity::Activity;
use super::read;
use crate::error::Code;
use crate::facts::{Schema, Type};
use crate::json::{Json, Place, Reader};
use crate::units::{Decimal, Period, Work};
use crate::value::cbs::Step;

/// Days of a year, on average.
const YEAR: f64 = 365.2425;

/// What `value.purchases` says, as far as money needs it.
#[derive(Debug, Clone, Copy)]
pub struct Paid<'a> {
    /// What the host declared.
    pub schema: &'a Schema,
    /// The event kind of purchases, by its position in the schema.
    pub purchases: usize,
    /// The field with what was paid, by its position in the kind.
    pub amount: Option<usize>,
}

impl<'a> Paid<'a> {
    /// The type of the amount: that of all money here.
    pub fn ty(&self) -> Option<&'a Type> {
        let kind = self.schema.kinds.get(self.purchases)?;
        Some(&kind.fields.get(self.amount?)?.ty)
    }
}

/// How much of what was paid is left when the goods are paid for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Margin {
    /// The same share of every purchase, from 0 to 1.
    Share(Decimal),
    /// A field of the purchase, in money; by its position in the kind.
    Field(usize),
}

/// What turns purchases into worth.
///
/// ```
/// use guanxi::facts::Schema;
/// use guanxi::json::{self, Place, Reader};
/// use guanxi::value::{cbs::Step, money::{Money, Paid}};
///
/// let schema = Schema::from_json(r#"{"events": {
///     "purchase": {"list": "purchases", "fields": {"amount": {"type": "money", "currency": "CNY"}}},
///     "call": {"list": "calls", "fields": {}}}}"#)?;
/// let document = json::parse(br#"{"margin": "0.35", "discount_per_year": "0.10",
///     "horizon": "months(24)", "costs": {"calls": {"event": "call", "each": "8.00"}}}"#)?;
/// let mut reader = Reader::new();
/// let paid = Paid { schema: &schema, purchases: schema.kind("purchase").unwrap(), amount: Some(0) };
/// let money = Money::read(&Place::root(&document), &mut reader, &paid).unwrap();
/// assert_eq!(money.horizon_in(Step::Week), 24.0 * 30.436875 / 7.0);
/// assert_eq!((money.activities.len(), reader.has_faults()), (1, false));
/// # Ok::<(), guanxi::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Money {
    /// The type of all amounts: `int`, `decimal` or `money`.
    pub ty: Type,
    /// The event kind of purchases, by its position in the schema.
    pub purchases: usize,
    /// The field with what was paid, by its position in the kind.
    pub amount: usize,
    /// What is left of a purchase.
    pub margin: Margin,
    /// The annual interest at which a later purchase is worth less, from 0 to 1.
    pub discount_per_year: Decimal,
    /// How far ahead value is counted.
    pub horizon: Period,
    /// What serving a customer costs, by name.
    pub activities: Vec<Activity>,
}

impl Money {
    /// Reads the section, with every fault at its place.
    ///
    /// # Cost
    ///
    /// That of the document.
    pub fn read(place: &Place, reader: &mut Reader, paid: &Paid<'_>) -> Option<Money> {
        let mut object = place.object(reader)?;
        let ty = amount_type(place, paid, reader);
        let margin = object.need(reader, "margin");
        let margin = margin.and_then(|place| margin_of(&place, paid, reader));
        let discount = match object.get("discount_per_year") {
            Some(place) => read::share(&place, 1, reader),
            None => Some(Decimal::from_int(0)),
        };
        let horizon = object.need(reader, "horizon").and_then(|place| horizon_of(&place, reader));
        let costs = match object.get("costs") {
            Some(place) => Activity::read_all(&place, reader, paid),
            None => Some(Vec::new()),
        };
        object.close(reader);
        Some(Money {
            ty: ty?.clone(),
            purchases: paid.purchases,
            amount: paid.amount?,
            margin: margin?,
            discount_per_year: discount?,
            horizon: horizon?,
            activities: costs?,
        })
    }

    /// How many decimal places the amounts have.
    pub fn scale(&self) -> u8 {
        read::scale(&self.ty)
    }

    /// The horizon in units of time.
    ///
    /// Months and years count with their mean length, 30.436875 and 365.2425
    /// days: were they those of the calendar, a customer would be worth less in
    /// February than in January with nothing having happened.
    pub fn horizon_in(&self, unit: Step) -> f64 {
        self.horizon.approximate_days() / f64::from(unit.days())
    }

    /// The continuous rate for one unit of time that comes to the same as the
    /// annual interest `i`: `ln(1 + i)` over the units of a year of 365.2425
    /// days.
    pub fn discount_in(&self, unit: Step) -> f64 {
        libm::log1p(self.discount_per_year.to_f64()) * f64::from(unit.days()) / YEAR
    }
}

fn amount_type<'a>(place: &Place, paid: &Paid<'a>, reader: &mut Reader) -> Option<&'a Type> {
    let ty = paid.ty();
    if !matches!(ty, Some(Type::Int | Type::Decimal(_) | Type::Money(_))) {
        let section = place.pointer.strip_suffix("money").unwrap_or_default();
        if reader.is_spoilt(&format!("{section}purchases/amount")) {
            return None;
        }
        let fault = place.fault(
            Code::MissingKey,
            "money needs to know what purchases brought",
            "金额需要知道每次购买带来了多少",
        );
        reader.fault(fault.hint(
            "name the field with the amount as `amount` in `purchases`",
            "请在 `purchases` 中用 `amount` 指出金额字段",
        ));
        return None;
    }
    ty
}

fn margin_of(place: &Place, paid: &Paid<'_>, reader: &mut Reader) -> Option<Margin> {
    if !matches!(place.json, Json::Object(_)) {
        return read::share(place, 1, reader).map(Margin::Share);
    }
    let mut object = place.object(reader)?;
    let field = object.need(reader, "field");
    object.close(reader);
    let (kind, ty) = (paid.schema.kinds.get(paid.purchases)?, paid.ty()?);
    let wanted = ("of the type of the amount of purchases", "与购买金额相同的类型");
    read::field(&field?, kind, |found| found == ty, wanted, reader).map(Margin::Field)
}

fn horizon_of(place: &Place, reader: &mut Reader) -> Option<Period> {
    let text = place.text(reader)?;
    let fault = match Period::parse(text) {
        Ok(period) if period.n() == 0 => place.fault(
            Code::BadValue,
            "a horizon of no time holds no purchase",
            "期限为零，不会包含任何购买",
        ),
        Ok(period) if period.unit().work() != Work::None => place.fault(
            Code::BadValue,
            format!("`{period}` counts working time, and customers buy at any"),
            format!("`{period}` 按工作时间计算，而客户随时可能购买"),
        ),
        Ok(period) => return Some(period),
        Err(error) => {
            let hinted = error.into_faults().into_iter().map(|fault| {
                fault.hint(
                    "value is counted up to a horizon: no data say what comes without end",
                    "价值只计算到某个期限为止：没有数据能说明无限远的将来",
                )
            });
            hinted.for_each(|fault| reader.fault(fault.at(place.pointer.as_str())));
            return None;
        }
    };
    reader.fault(fault.hint("`months(24)`, for example", "例如 `months(24)`"));
    None
}
