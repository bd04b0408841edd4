//! What customers come to, group by group, in one period.

use super::column::{Column, units};
use super::dated::Lives;
use super::groups::{Groups, NO_GROUP};
use crate::engine::answers::Failure;
use crate::error::{Code, Error, Fault};
use crate::facts::Bits;
use crate::kpi::{Formula, Kpi, Moments};
use crate::lang::kernel::{Context, evaluate};
use crate::lang::{Type, Value};
use crate::stats::Stay;
use crate::units::{Instant, Window};

/// What a KPI comes to in one group.
#[derive(Debug, Clone, Default)]
pub(super) struct Cell {
    /// Customers who take part.
    pub customers: u64,
    /// Sums above and below the line.
    pub moments: Moments,
    /// The furthest that one customer's part above the line is from nothing.
    pub largest: i128,
    /// Values to be put in order.
    pub values: Vec<i64>,
    /// How long it took those who entered, as far as that is known.
    pub stays: Vec<Stay>,
    /// Of a cohort, who may still go on.
    pub open: u64,
}

/// All groups of a period, and the whole.
#[derive(Debug, Default)]
pub(super) struct Cells {
    pub whole: Cell,
    pub groups: Vec<Cell>,
    /// Whoever has no group.
    pub rest: Cell,
    pub errors: u64,
    pub failures: Vec<Failure>,
}

/// How many failures are told in full.
const FAILURES_TOLD: usize = 10;

/// One part of a customer.
enum Part {
    Sums(i64, i64),
    Values(Vec<i64>),
    Stay(Stay),
    /// Whether it went on, and whether it still may.
    Went(bool, bool),
}

/// What a KPI comes to in a period.
pub(super) fn cells(
    kpi: &Kpi,
    (window, context): (Window, &Context<'_>),
    (groups, lives): (Option<&Groups>, Option<&Lives<'_>>),
    threads: usize,
) -> Cells {
    let population = context.snapshot.population();
    let mut out = Cells::default();
    out.groups.resize_with(groups.map_or(0, |groups| groups.names.len()), Cell::default);
    let taking = kpi.filter.as_ref().map(|filter| evaluate(filter, context, threads));
    if let (Some(filter), Some(taking)) = (&kpi.filter, &taking) {
        for customer in taking.errors.rows() {
            let error = context.ask(filter, filter.tree.root, customer).err();
            out.fail(context, customer, error);
        }
    }
    let rows: &Bits = taking.as_ref().map_or(population, |taking| &taking.members);
    let parts = Parts::new(kpi, context, lives, threads);
    for customer in rows.rows() {
        let part = match parts.of(customer, window) {
            Ok(Some(part)) => part,
            Ok(None) => continue,
            Err(error) => {
                out.fail(context, customer, Some(error));
                continue;
            }
        };
        let group = groups.map(|groups| groups.of.get(customer).copied().unwrap_or(NO_GROUP));
        if let Err(error) = out.add(group, &part) {
            out.fail(context, customer, Some(error));
        }
    }
    out
}

impl Cells {
    fn add(&mut self, group: Option<u32>, part: &Part) -> Result<(), Error> {
        self.whole.add(part)?;
        match group {
            None => Ok(()),
            Some(group) => self.groups.get_mut(group as usize).unwrap_or(&mut self.rest).add(part),
        }
    }

    fn fail(&mut self, context: &Context<'_>, customer: usize, error: Option<Error>) {
        self.errors += 1;
        let name = context.snapshot.columns().customers.get(customer);
        let fault = error.and_then(|error| error.into_faults().into_iter().next());
        if let (Some(name), Some(fault)) = (name, fault)
            && self.failures.len() < FAILURES_TOLD
        {
            self.failures.push(Failure { customer: name.clone(), fault });
        }
    }
}

impl Cell {
    fn add(&mut self, part: &Part) -> Result<(), Error> {
        match part {
            Part::Sums(sum, per) => {
                self.moments.add(*sum, *per)?;
                self.largest = self.largest.max(i128::from(*sum).abs());
            }
            Part::Values(values) => self.values.extend(values),
            Part::Stay(stay) => self.stays.push(*stay),
            Part::Went(went, may) => {
                self.moments.add(i64::from(*went), 1)?;
                self.open += u64::from(*may);
            }
        }
        self.customers += 1;
        Ok(())
    }
}

/// How a customer's part is found.
struct Parts<'a> {
    kpi: &'a Kpi,
    columns: Vec<Column<'a>>,
    lives: Option<&'a Lives<'a>>,
}

impl<'a> Parts<'a> {
    fn new(
        kpi: &'a Kpi,
        context: &'a Context<'a>,
        lives: Option<&'a Lives<'a>>,
        threads: usize,
    ) -> Parts<'a> {
        let column = |checked| Column::new(checked, context, threads);
        let columns = match &kpi.formula {
            Formula::Flow(sum) | Formula::Stock(sum) => vec![column(sum)],
            Formula::Rate { sum, per, .. } => vec![column(sum), column(per)],
            Formula::Quantile { of, .. } => vec![column(of)],
            Formula::Cohort { .. } | Formula::Duration { .. } => Vec::new(),
        };
        Parts { kpi, columns, lives }
    }

    /// What a customer adds; `None`: it takes no part.
    fn of(&self, customer: usize, window: Window) -> Result<Option<Part>, Error> {
        match &self.kpi.formula {
            Formula::Flow(_) | Formula::Stock(_) => {
                Ok(self.number(0, customer)?.map(|sum| Part::Sums(sum, 0)))
            }
            Formula::Rate { .. } => {
                // Whoever has nothing below the line has no part above it.
                let Some(per) = self.number(1, customer)? else { return Ok(None) };
                let sum = self.number(0, customer)?.unwrap_or(0);
                let is_share = self.columns.iter().all(|it| *it.checked.result() == Type::Bool);
                if is_share && per == 0 {
                    return Ok(None);
                }
                Ok(Some(Part::Sums(sum, per)))
            }
            Formula::Quantile { .. } => {
                let values = self.values(customer)?;
                Ok((!values.is_empty()).then_some(Part::Values(values)))
            }
            Formula::Cohort { .. } | Formula::Duration { .. } => {
                let Some(lives) = self.lives else { return Ok(None) };
                let Some(life) = lives.of(customer)? else { return Ok(None) };
                if !window.contains(Instant::clamped(life.entered)) {
                    return Ok(None);
                }
                Ok(Some(match self.kpi.formula {
                    Formula::Cohort { .. } => Part::Went(life.went, life.open),
                    _ => Part::Stay(life.stay),
                }))
            }
        }
    }

    /// A number of a customer as it is summed.
    fn number(&self, position: usize, customer: usize) -> Result<Option<i64>, Error> {
        let Some(column) = self.columns.get(position) else { return Ok(None) };
        let ty = column.checked.result();
        Ok(match (column.number(customer)?, ty) {
            // What nothing is known of adds nothing: a missing answer is no.
            (None, Type::Bool) => Some(0),
            (None, _) => None,
            (Some(value), _) => Some(summed(ty, value)?),
        })
    }

    fn values(&self, customer: usize) -> Result<Vec<i64>, Error> {
        let Some(column) = self.columns.first() else { return Ok(Vec::new()) };
        let Type::List(element) = column.checked.result() else {
            return Ok(self.number(0, customer)?.into_iter().collect());
        };
        let Value::List(items) = column.value(customer)? else { return Ok(Vec::new()) };
        let known = items.iter().filter_map(|item| units(element, item).transpose());
        known.map(|value| summed(element, value?)).collect()
    }
}

/// One number as it is summed: lengths of time in whole seconds.
fn summed(ty: &Type, value: i128) -> Result<i64, Error> {
    let value = if *ty == Type::Duration { value.div_euclid(1_000_000) } else { value };
    i64::try_from(value).map_err(|_| {
        let (en, zh) = ("too large to be summed exactly", "数值过大，无法精确求和");
        Fault::new(Code::Overflow, en, zh).into()
    })
}
