//! From a written KPI to one that is known to mean something.

use std::sync::Arc;

use super::definition::{Definition, Kind};
use super::score::{Better, ScoreCurve};
use super::target::Targets;
use crate::error::{Code, Fault, Text};
use crate::json::{Reader, Written, pointer_push};
use crate::lang::types::{Kinds, Type};
use crate::lang::{Checked, Nobody, Scope, Value, check, check_condition, noted};
use crate::units::{Calendar, Decimal, Unit};

/// A KPI (考核指标) that passed the check.
#[derive(Debug, Clone)]
pub struct Kpi {
    /// The name.
    pub name: Arc<str>,
    /// What people call it; empty where its author gave no label.
    pub text: Text,
    /// An explanation for people.
    pub help: Option<Text>,
    /// How it is computed.
    pub formula: Formula,
    /// Which customers it is about, as they were when the period ended;
    /// everybody where it is left out.
    pub filter: Option<Arc<Checked>>,
    /// The calendar unit that it is usually told for.
    pub every: Unit,
    /// Which way is better.
    pub better: Option<Better>,
    /// Who answers for it.
    pub owner: Option<Arc<str>>,
    /// What its author says that its values count.
    pub counts: Option<Arc<str>>,
    /// What is asked, from which day on.
    pub targets: Targets,
    /// How its values are scored; by the target where nobody drew a curve.
    pub curve: Option<ScoreCurve>,
}

/// How a KPI is computed: expressions about one customer, and what becomes of
/// them over all.
#[derive(Debug, Clone)]
pub enum Formula {
    /// The sum over customers of what happened in the period.
    Flow(Arc<Checked>),
    /// The sum over customers of what there is at its end.
    Stock(Arc<Checked>),
    /// One such sum over another, times a factor. Where both are yes or no it
    /// is a share: whoever is not in `per` takes no part, whatever `sum` says.
    Rate {
        /// Above the line.
        sum: Arc<Checked>,
        /// Below the line.
        per: Arc<Checked>,
        /// What the ratio is multiplied by.
        times: Decimal,
    },
    /// The share of those who entered in the period that went on within a time.
    Cohort {
        /// When a customer entered.
        enter: Arc<Checked>,
        /// When it went on.
        then: Arc<Checked>,
        /// How long it had.
        within: Value,
    },
    /// The value below which a share of all values lies.
    Quantile {
        /// The value, or values, of a customer.
        of: Arc<Checked>,
        /// The share.
        at: Decimal,
    },
    /// After how long a share of those who entered in the period had gone on.
    Duration {
        /// When a customer entered.
        enter: Arc<Checked>,
        /// When it went on.
        then: Arc<Checked>,
        /// When it was lost from sight, or could not go on any more.
        lost: Option<Arc<Checked>>,
        /// The share.
        at: Decimal,
    },
}

impl Formula {
    /// What the KPI is.
    pub fn kind(&self) -> Kind {
        match self {
            Formula::Flow(_) => Kind::Flow,
            Formula::Stock(_) => Kind::Stock,
            Formula::Rate { .. } => Kind::Rate,
            Formula::Cohort { .. } => Kind::Cohort,
            Formula::Quantile { .. } => Kind::Quantile,
            Formula::Duration { .. } => Kind::Duration,
        }
    }

    /// Its expressions, each with the key it is written under.
    pub fn expressions(&self) -> Vec<(&'static str, &Arc<Checked>)> {
        match self {
            Formula::Flow(sum) | Formula::Stock(sum) => vec![("sum", sum)],
            Formula::Rate { sum, per, .. } => vec![("sum", sum), ("per", per)],
            Formula::Cohort { enter, then, .. } => vec![("enter", enter), ("then", then)],
            Formula::Quantile { of, .. } => vec![("of", of)],
            Formula::Duration { enter, then, lost, .. } => {
                let lost = lost.iter().map(|lost| ("lost", lost));
                [("enter", enter), ("then", then)].into_iter().chain(lost).collect()
            }
        }
    }
}

impl Kpi {
    /// Every expression that it reads.
    pub fn expressions(&self) -> impl Iterator<Item = &Arc<Checked>> {
        let own = self.formula.expressions().into_iter().map(|(_, checked)| checked);
        own.chain(&self.filter)
    }
}

/// What can be added up over customers.
const SUMMED: Kinds =
    Kinds::INT.or(Kinds::DECIMAL).or(Kinds::MONEY).or(Kinds::DURATION).or(Kinds::BOOL);

/// What can be put in order.
const RANKED: Kinds = Kinds::INT.or(Kinds::DECIMAL).or(Kinds::MONEY).or(Kinds::DURATION);

/// Half of all, where no share is said.
const HALF: &str = "0.5";

impl Definition {
    /// Checks every expression. Faults and hints are noted in `reader`, each at
    /// its bytes; `None` where there are faults.
    pub fn check(&self, scope: &Scope<'_>, reader: &mut Reader) -> Option<Kpi> {
        let scope = Scope { period: true, ..*scope };
        let mut checking = Checking { written: self, scope, reader };
        let filter = match self.expression("where") {
            Some(written) => Some(checking.condition(written)?),
            None => None,
        };
        let kpi = Kpi {
            name: self.name.clone(),
            text: self.wording.text.clone(),
            help: self.wording.help.clone(),
            formula: checking.formula()?,
            filter,
            every: self.every.unwrap_or(Unit::Month),
            better: self.better,
            owner: self.owner.clone(),
            counts: self.unit.clone(),
            targets: self.targets.clone(),
            curve: self.curve.clone(),
        };
        self.refuse_unit(&kpi, reader);
        Some(kpi)
    }

    /// A unit beside the one that the formula gives.
    fn refuse_unit(&self, kpi: &Kpi, reader: &mut Reader) {
        let (Some(own), Some(given)) = (kpi.own_unit(), &self.unit) else { return };
        let fault = Fault::new(
            Code::InvalidArgument,
            format!("the values are counted in `{own}` by their formula, not in `{given}`"),
            format!("按公式，该指标以 `{own}` 计，而非 `{given}`"),
        );
        let fault = fault.hint("leave `unit` out", "请去掉 `unit`");
        reader.fault(fault.at(pointer_push(&self.pointer, "unit")));
    }
}

impl Kpi {
    /// What its values are counted in: a currency, `share`, `days`, `per day`,
    /// else what its author says.
    pub fn unit(&self) -> Option<String> {
        self.own_unit().or_else(|| self.counts.as_deref().map(str::to_owned))
    }

    /// What they are counted in by the formula alone.
    pub(crate) fn own_unit(&self) -> Option<String> {
        let of = |ty: &Type| match ty {
            Type::Money(currency, _) => Some(currency.to_string()),
            Type::Duration => Some("days".to_owned()),
            _ => None,
        };
        match &self.formula {
            Formula::Flow(sum) | Formula::Stock(sum) => of(sum.result()),
            Formula::Rate { sum, per, times } => {
                let one = *times == Decimal::from_int(1);
                match (sum.result(), per.result()) {
                    (Type::Bool, Type::Bool) if one => Some("share".to_owned()),
                    (Type::Money(a, _), Type::Money(b, _)) if a == b && one => {
                        Some("share".to_owned())
                    }
                    (sum, Type::Duration) if one => Some(match of(sum) {
                        Some(sum) => format!("{sum}/day"),
                        None => "per day".to_owned(),
                    }),
                    (sum, Type::Int | Type::Bool | Type::Decimal(_)) => of(sum),
                    _ => None,
                }
            }
            Formula::Cohort { .. } => Some("share".to_owned()),
            Formula::Quantile { of: values, .. } => match values.result() {
                Type::List(element) => of(element),
                ty => of(ty),
            },
            Formula::Duration { .. } => Some("days".to_owned()),
        }
    }
}

struct Checking<'a, 'r> {
    written: &'a Definition,
    scope: Scope<'a>,
    reader: &'r mut Reader,
}

impl Checking<'_, '_> {
    fn formula(&mut self) -> Option<Formula> {
        let share = || Decimal::parse(HALF).ok();
        let times = self.written.times.unwrap_or(Decimal::from_int(1));
        let at = self.written.at.or_else(share)?;
        match self.written.kind? {
            Kind::Flow => self.number("sum").map(Formula::Flow),
            Kind::Stock => {
                let sum = self.number("sum")?;
                self.refuse_period("sum", &sum)?;
                Some(Formula::Stock(sum))
            }
            Kind::Rate => {
                let (sum, per) = (self.number("sum"), self.number("per"));
                Some(Formula::Rate { sum: sum?, per: per?, times })
            }
            Kind::Cohort => {
                let (enter, then) = (self.instant("enter"), self.instant("then"));
                let within = self.length("within");
                Some(Formula::Cohort { enter: enter?, then: then?, within: within? })
            }
            Kind::Quantile => Some(Formula::Quantile { of: self.values("of")?, at }),
            Kind::Duration => {
                let (enter, then) = (self.instant("enter"), self.instant("then"));
                let lost = match self.written.expression("lost") {
                    Some(_) => Some(self.instant("lost")?),
                    None => None,
                };
                Some(Formula::Duration { enter: enter?, then: then?, lost, at })
            }
        }
    }

    fn condition(&mut self, written: &Written) -> Option<Arc<Checked>> {
        noted(written, check_condition(&written.text, &self.scope), self.reader)
    }

    /// What can be added up: a number, an amount, a length of time, or yes,
    /// which counts one.
    fn number(&mut self, key: &'static str) -> Option<Arc<Checked>> {
        self.of(key, |ty| ty.is(SUMMED), SUMMED)
    }

    /// A value that can be put in order, or a list of such.
    fn values(&mut self, key: &'static str) -> Option<Arc<Checked>> {
        let fits = |ty: &Type| match ty {
            Type::List(element) => element.is(RANKED),
            _ => ty.is(RANKED),
        };
        self.of(key, fits, RANKED)
    }

    /// An instant of a customer's life, whichever period it lies in.
    fn instant(&mut self, key: &'static str) -> Option<Arc<Checked>> {
        let checked = self.of(key, |ty| ty.is(Kinds::TIMESTAMP), Kinds::TIMESTAMP)?;
        self.refuse_period(key, &checked)?;
        Some(checked)
    }

    fn of(
        &mut self,
        key: &'static str,
        fits: impl Fn(&Type) -> bool,
        wanted: Kinds,
    ) -> Option<Arc<Checked>> {
        let written = self.written.expression(key)?;
        let checked = noted(written, check(&written.text, &self.scope), self.reader)?;
        if fits(checked.result()) {
            return Some(checked);
        }
        let (found, wanted) = (checked.result().words(), wanted.words());
        let fault = Fault::new(
            Code::TypeMismatch,
            format!("found {}, expected {}", found.en, wanted.en),
            format!("此处是{}，应为{}", found.zh, wanted.zh),
        );
        self.fault(written, fault);
        None
    }

    /// A length of time that is the same for everybody.
    fn length(&mut self, key: &'static str) -> Option<Value> {
        let length = Kinds::PERIOD.or(Kinds::DURATION);
        let checked = self.of(key, |ty| ty.is(length), length)?;
        // Lengths of time are written out or parameters; no zone changes them.
        let calendar = Calendar::default();
        let nobody = Nobody { calendar: &calendar, parameters: self.scope.parameters };
        if let Ok(value @ (Value::Period(_) | Value::Duration(_))) = checked.evaluate(&nobody) {
            return Some(value);
        }
        let written = self.written.expression(key)?;
        let fault = Fault::new(
            Code::BadValue,
            "it differs between customers, expected a length of time that is the same for all",
            "因客户而异，应为对全体相同的时长",
        );
        self.fault(
            written,
            fault.hint("write `days(90)` or a parameter", "请写 `days(90)` 或参数"),
        );
        None
    }

    /// Refuses what is asked once, and not about a period.
    fn refuse_period(&mut self, key: &'static str, checked: &Checked) -> Option<()> {
        if !checked.uses.period {
            return Some(());
        }
        let written = self.written.expression(key)?;
        let fault = match key {
            "sum" => Fault::new(
                Code::BadValue,
                "a stock is counted at one instant and reads no period",
                "存量按某一时刻计数，不涉及期间",
            )
            .hint("make it a KPI of kind `flow`", "请改用 `flow` 类型"),
            _ => Fault::new(
                Code::BadValue,
                "an instant of a customer's life does not depend on the period asked about",
                "客户经历中的时间点与所询问的期间无关",
            )
            .hint(
                "leave `period` out: who entered in it is found",
                "请去掉 `period`，系统会自行找出期间内进入者",
            ),
        };
        self.fault(written, fault);
        None
    }

    fn fault(&mut self, written: &Written, fault: Fault) {
        self.reader.fault(fault.span(0, written.text.len()).at(written.pointer.as_str()));
    }
}
