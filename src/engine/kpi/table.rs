//! What KPIs came to, as plain data.

use std::sync::Arc;

use serde::Serialize;
use serde::ser::Serializer;

use crate::engine::Shown;
use crate::engine::answers::Failure;
use crate::engine::said::{In, said};
use crate::engine::summary::PlaybookSummary;
use crate::error::{Language, Text};
use crate::kpi::{Caution, Missing};
use crate::units::{Decimal, Instant};

/// KPIs over periods.
#[derive(Debug, Clone)]
pub struct KpiReport {
    /// Version of the meaning of the numbers.
    pub semantics: u32,
    /// By which playbook.
    pub playbook: PlaybookSummary,
    /// The instant of the answers.
    pub as_of: Instant,
    /// Each KPI, by name.
    pub kpis: Vec<KpiTable>,
}

/// One KPI over periods.
#[derive(Debug, Clone)]
pub struct KpiTable {
    /// The KPI.
    pub kpi: Arc<str>,
    /// As shown to people: in a language without a label, as in the other, else
    /// the name.
    pub label: Text,
    /// An explanation for people.
    pub help: Option<Text>,
    /// `flow`, `stock`, `rate`, `cohort`, `quantile` or `duration`.
    pub kind: &'static str,
    /// Which way is better: `up`, `down` or `band`; `None` where nobody says.
    pub better: Option<&'static str>,
    /// Who answers for it.
    pub owner: Option<Arc<str>>,
    /// What its values are counted in: a currency, `days`, `share`; `None` for
    /// plain numbers.
    pub unit: Option<String>,
    /// How it is computed, as written, by key.
    pub formula: Vec<(&'static str, Arc<str>)>,
    /// Each period, ascending.
    pub periods: Vec<KpiPeriod>,
    /// Where the last period is not over: the one before, up to as far into it.
    pub like_for_like: Option<KpiPeriod>,
}

/// One KPI in one period.
#[derive(Debug, Clone)]
pub struct KpiPeriod {
    /// The name: `2026-05`, `2026-Q2`.
    pub period: String,
    /// Its first instant.
    pub from: Instant,
    /// The first instant after it.
    pub until: Instant,
    /// It is not over at the instant of the answers.
    pub so_far: bool,
    /// Of a cohort, how many may still go on, so that the value can rise.
    pub open: Option<u64>,
    /// Everybody together.
    pub whole: KpiCell,
    /// Each group, by name; the one without a name last.
    pub groups: Vec<KpiCell>,
    /// Customers whose part is an error; they are in no number.
    pub errors: u64,
    /// The first of these, with the reason.
    pub failures: Vec<Failure>,
}

/// One KPI in one period and group.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct KpiCell {
    /// What is said of the group; `None` for whoever has none, and for all.
    pub group: Option<Box<str>>,
    /// Customers who take part.
    pub customers: u64,
    /// The value; `None` where there is none.
    pub value: Option<f64>,
    /// The value as people read it, exactly where it is a sum.
    pub shown: Option<Shown>,
    /// The lower end of its interval; `None` where the data do not reach it.
    pub low: Option<f64>,
    /// The upper end.
    pub high: Option<f64>,
    /// How the ends were found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<&'static str>,
    /// What to be careful about.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cautions: Vec<Caution>,
    /// The value without the customer who has most of it, where one has too much.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub without_top: Option<f64>,
    /// Why there is no value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<Missing>,
    /// Of a rate and a cohort, what is above the line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sum: Option<Shown>,
    /// And below it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per: Option<Shown>,
    /// The value exactly, or to twelve places.
    #[serde(skip)]
    pub exact: Option<Decimal>,
    /// The sum above the line exactly; lengths of time in seconds.
    #[serde(skip)]
    pub above: Option<Decimal>,
    /// And below it.
    #[serde(skip)]
    pub below: Option<Decimal>,
}

impl KpiReport {
    /// The report as JSON with its reasons in one language.
    pub fn in_language(&self, language: Language) -> impl Serialize + '_ {
        #[derive(Serialize)]
        struct Said<'a> {
            semantics: u32,
            playbook: &'a PlaybookSummary,
            as_of: Instant,
            kpis: Vec<In<'a, KpiTable>>,
        }
        Said {
            semantics: self.semantics,
            playbook: &self.playbook,
            as_of: self.as_of,
            kpis: said(&self.kpis, language),
        }
    }
}

impl Serialize for In<'_, KpiTable> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Said<'a> {
            kpi: &'a Arc<str>,
            label: &'a Text,
            #[serde(skip_serializing_if = "Option::is_none")]
            help: &'a Option<Text>,
            kind: &'static str,
            better: Option<&'static str>,
            owner: &'a Option<Arc<str>>,
            unit: &'a Option<String>,
            formula: std::collections::BTreeMap<&'static str, &'a Arc<str>>,
            periods: Vec<In<'a, KpiPeriod>>,
            #[serde(skip_serializing_if = "Option::is_none")]
            like_for_like: Option<In<'a, KpiPeriod>>,
        }
        let it = self.0;
        Said {
            kpi: &it.kpi,
            label: &it.label,
            help: &it.help,
            kind: it.kind,
            better: it.better,
            owner: &it.owner,
            unit: &it.unit,
            formula: it.formula.iter().map(|(key, text)| (*key, text)).collect(),
            periods: said(&it.periods, self.1),
            like_for_like: it.like_for_like.as_ref().map(|period| In(period, self.1)),
        }
        .serialize(serializer)
    }
}

impl Serialize for In<'_, KpiPeriod> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Said<'a> {
            period: &'a str,
            from: Instant,
            until: Instant,
            so_far: bool,
            #[serde(skip_serializing_if = "Option::is_none")]
            open: Option<u64>,
            whole: &'a KpiCell,
            #[serde(skip_serializing_if = "<[_]>::is_empty")]
            groups: &'a [KpiCell],
            errors: u64,
            #[serde(skip_serializing_if = "Vec::is_empty")]
            failures: Vec<In<'a, Failure>>,
        }
        let it = self.0;
        Said {
            period: &it.period,
            from: it.from,
            until: it.until,
            so_far: it.so_far,
            open: it.open,
            whole: &it.whole,
            groups: &it.groups,
            errors: it.errors,
            failures: said(&it.failures, self.1),
        }
        .serialize(serializer)
    }
}
