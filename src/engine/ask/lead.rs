//! What makes leads buy, learnt from columns of the host.

use serde_json::{Value, json};

use super::Question;
use super::model::number;
use crate::error::{Code, Error, Fault, Language, Text, counted};
use crate::facts::intake::{Frame, Series};
use crate::json::Json;
use crate::stats::Open;
use crate::units::shown;
use crate::value::lead::{Lead, LeadFit, Learning, Tested, fit_leads, open_factors};

/// What there is to say of what was learnt from leads.
#[derive(Debug, Clone, Copy)]
pub struct LeadTold<'a> {
    /// What was learnt.
    pub fit: &'a LeadFit,
    /// How.
    pub how: &'a Learning,
    /// Leads who may still buy.
    pub open: u64,
}

/// How leads are to be learnt from, as a question says it.
pub(super) struct LeadAsked<'q> {
    outcome: &'q str,
    how: Learning,
}

impl<'q> LeadAsked<'q> {
    pub fn read(mut asked: Question<'q>) -> Result<LeadAsked<'q>, Error> {
        let outcome = asked.get("outcome").unwrap_or("outcome");
        let (penalty, holdout) = (asked.json("l2"), asked.json("holdout"));
        asked.close()?;
        let usual = Learning::default();
        let or = |key: &str, said: Option<&'q Json>, usual: f64| {
            said.map_or(Ok(usual), |said| number(key, said))
        };
        let how = Learning {
            penalty: or("/l2", penalty, usual.penalty)?,
            holdout: or("/holdout", holdout, usual.holdout)?,
        };
        how.check().map_err(|error| error.below("/"))?;
        Ok(LeadAsked { outcome, how })
    }

    /// Learns from columns, and says what.
    pub fn answer(&self, frames: &[Frame<'_>], language: Language) -> Result<String, Error> {
        let leads = Leads::read(frames, self.outcome)?;
        let fit = fit_leads(&leads.factors, &leads.known, &self.how)?;
        let told = LeadTold { fit: &fit, how: &self.how, open: leads.open };
        Ok(told.in_language(language).to_string())
    }
}

/// Leads in columns.
struct Leads {
    factors: Vec<String>,
    /// Of whom it is known whether they bought.
    known: Vec<Lead>,
    open: u64,
}

impl Leads {
    /// All rows of all frames, or every fault.
    fn read(frames: &[Frame<'_>], outcome: &str) -> Result<Leads, Error> {
        let mut out = Leads { factors: Vec::new(), known: Vec::new(), open: 0 };
        let (mut faults, mut rows) = (Vec::new(), 0);
        let header = frames.first().map(Frame::header).unwrap_or_default();
        for name in ["id", outcome].iter().filter(|name| !header.contains(name)) {
            let name = shown(name);
            faults.push(Fault::new(
                Code::MissingColumn,
                format!("there is no column `{name}`"),
                format!("缺少列 `{name}`"),
            ));
        }
        Error::check(std::mem::take(&mut faults))?;
        let is_factor = |name: &&str| !["id", "weight", outcome].contains(name);
        out.factors = header.into_iter().filter(is_factor).map(str::to_owned).collect();
        for frame in frames {
            let column = |name: &str| frame.columns().iter().find(|it| it.name() == name);
            let factors: Vec<_> = out.factors.iter().map(|name| column(name)).collect();
            let reading = [column("id"), column(outcome), column("weight")];
            for row in 0..frame.rows() {
                rows += 1;
                let mut row = Row { row, number: rows, faults: &mut faults };
                out.take(&factors, reading, &mut row);
            }
        }
        Error::check(faults)?;
        Ok(out)
    }

    fn take(
        &mut self,
        factors: &[Option<&Series<'_>>],
        [id, outcome, weight]: [Option<&Series<'_>>; 3],
        row: &mut Row<'_>,
    ) {
        let factors = factors.iter().map(|series| row.value(*series)).collect();
        let weight = row.whole(weight).unwrap_or(1);
        let Some(id) = id.and_then(|series| series.shown(row.row)) else {
            row.wrong("id", "an id is missing", "缺少 id");
            return;
        };
        match row.outcome(outcome) {
            Some(outcome) => self.known.push(Lead { id, factors, outcome, weight }),
            None => self.open = self.open.saturating_add(weight),
        }
    }
}

/// One row, and what is wrong with any.
struct Row<'f> {
    row: usize,
    /// From 1 on, over all frames.
    number: usize,
    faults: &'f mut Vec<Fault>,
}

impl Row<'_> {
    fn wrong(&mut self, column: &str, en: impl Into<String>, zh: impl Into<String>) {
        let fault = Fault::new(Code::BadCell, en, zh);
        self.faults.push(fault.at(format!("rows:{}/{column}", self.number)));
    }

    fn value(&mut self, series: Option<&Series<'_>>) -> Option<f64> {
        let series = series?;
        let value = series.number(self.row)?;
        if value.is_finite() {
            return Some(value);
        }
        let said = series.shown(self.row).unwrap_or_default();
        let text = shown(&said);
        let (en, zh) = (format!("`{text}` is not a number"), format!("`{text}` 不是数值"));
        self.wrong(series.name(), en, zh);
        None
    }

    fn whole(&mut self, series: Option<&Series<'_>>) -> Option<u64> {
        let value = self.value(series)?;
        if (0.0..9e15).contains(&value) && value.trunc() == value {
            return Some(value as u64);
        }
        let (en, zh) = (format!("`{value}` is not a whole number"), format!("`{value}` 不是整数"));
        self.wrong("weight", en, zh);
        None
    }

    fn outcome(&mut self, series: Option<&Series<'_>>) -> Option<bool> {
        let value = self.value(series)?;
        if value == 0.0 || value == 1.0 {
            return Some(value == 1.0);
        }
        let (en, zh) = (format!("`{value}` is not 1 or 0"), format!("`{value}` 不是 1 或 0"));
        self.wrong(series.map_or("", |series| series.name()), en, zh);
        None
    }
}

impl LeadTold<'_> {
    /// What to keep in mind.
    pub fn notes(&self) -> Vec<Text> {
        let mut notes = Vec::new();
        notes.extend(unsettled(self.fit));
        for at in &self.fit.regression.constant {
            let Some(factor) = self.fit.factors.get(*at) else { continue };
            let name = shown(&factor.name);
            notes.push(Text::new(
                format!("`{name}` is the same for everybody, and so has no weight"),
                format!("`{name}` 对所有人都相同，因此没有权重"),
            ));
        }
        if self.fit.factors.iter().any(|factor| factor.known < self.fit.learnt) {
            notes.push(Text::new(
                "a factor that is not known of a lead counts as its mean",
                "某线索的因素未知时，按该因素的均值计",
            ));
        }
        if 0 < self.open {
            let count = self.open;
            notes.push(Text::new(
                format!("left out, since it is open whether they buy: {}", counted(count, "lead")),
                format!("未计入：{count} 条线索尚无结果"),
            ));
        }
        if self.fit.tested.is_none() && self.fit.is_settled() {
            notes.push(Text::new(
                "nothing was held out in which some bought and some did not, so it cannot be told \
                 how good this is",
                "留出的部分不含成交与未成交两类，无法说明效果",
            ));
        }
        notes
    }

    /// As JSON, with its words in a language.
    pub fn in_language(&self, language: Language) -> Value {
        let fit = self.fit;
        let regression = &fit.regression;
        let settled = fit.is_settled();
        let factors = fit.factors.iter().map(|it| {
            json!({"name": it.name, "weight": settled.then_some(it.weight), "standard_error": it.error,
                "mean": it.missing, "spread": it.spread, "known": it.known})
        });
        json!({
            "axis": settled.then(|| axis(fit)),
            "learnt": fit.learnt,
            "bought": fit.bought,
            "undecided": self.open,
            "l2": self.how.penalty,
            "holdout": self.how.holdout,
            "intercept": settled.then_some(fit.intercept),
            "intercept_standard_error": fit.intercept_error,
            "factors": factors.collect::<Vec<_>>(),
            "covariance": regression.covariance,
            "log_likelihood": regression.log_likelihood,
            "null_log_likelihood": regression.null_log_likelihood,
            "iterations": regression.iterations,
            "gradient_norm": regression.gradient_norm,
            "converged": regression.converged,
            "open": regression.open.as_ref().map(|open| json!({
                "reason": match open {
                    Open::Separated { complete: true, .. } => "separated",
                    Open::Separated { complete: false, .. } => "quasi_separated",
                    Open::Collinear { .. } => "collinear",
                },
                "factors": open_factors(fit),
            })),
            "tested": fit.tested.as_ref().map(tested),
            "notes": self.notes().iter().map(|note| note.say(language)).collect::<Vec<_>>(),
        })
    }
}

/// Why there are no weights.
fn unsettled(fit: &LeadFit) -> Option<Text> {
    let names = open_factors(fit).join("`, `");
    let names = shown(&names);
    match &fit.regression.open {
        Some(Open::Separated { complete: true, .. }) => Some(Text::new(
            format!(
                "`{names}` tell who bought without an error, so that their weights grow without \
                 end: more leads, or an `l2` of 1"
            ),
            format!(
                "`{names}` 能毫无差错地区分成交与否，其权重趋于无穷：请增加线索，或令 `l2` 为 1"
            ),
        )),
        Some(Open::Separated { complete: false, .. }) => Some(Text::new(
            format!(
                "for some leads `{names}` leave no doubt who bought, so that their weights grow \
                 without end: more leads, or an `l2` of 1"
            ),
            format!(
                "对部分线索，`{names}` 足以断定是否成交，其权重趋于无穷：请增加线索，或令 `l2` 为 1"
            ),
        )),
        Some(Open::Collinear { .. }) => Some(Text::new(
            format!(
                "`{names}` say the same in other words, so that their weights are open: leave one \
                 out, or an `l2` of 1"
            ),
            format!("`{names}` 表达的是同一信息，其权重无法确定：请去掉其一，或令 `l2` 为 1"),
        )),
        None if fit.is_settled() => None,
        None => Some(Text::new("the search did not come to a top", "拟合未收敛")),
    }
}

/// What was learnt as an axis of a playbook.
fn axis(fit: &LeadFit) -> Value {
    let factors = fit.factors.iter().map(
        |it| json!({"name": it.name, "weight": plain(it.weight), "missing": plain(it.missing)}),
    );
    let factors: Vec<Value> = factors.collect();
    json!({"logistic": {"intercept": plain(fit.intercept), "factors": factors}})
}

/// A number as an axis has it: nine places at most, no zeros at the end.
fn plain(value: f64) -> String {
    let text = format!("{value:.9}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

fn tested(tested: &Tested) -> Value {
    let bins = tested.bins.iter().map(|bin| {
        json!({"leads": bin.weight, "from": bin.range.0, "to": bin.range.1,
            "expected": bin.forecast, "actual": bin.actual})
    });
    json!({
        "leads": tested.leads,
        "bought": tested.bought,
        "expected": tested.expected,
        "auc": tested.auc.value,
        "auc_standard_error": tested.auc.error,
        "brier": tested.brier,
        "skill": tested.skill,
        "miscalibration": tested.miscalibration,
        "bins": bins.collect::<Vec<_>>(),
    })
}
