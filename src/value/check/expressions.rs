//! Expressions of the section: what each may be and may ask.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::super::definition::Written;
use super::super::valuation::FAVOURS;
use crate::error::{Code, Fault};
use crate::json::Reader;
use crate::lang::types::Kinds;
use crate::lang::{
    Checked, Nobody, Scope, ScoreName, Value, about_everybody, check, check_condition, noted,
};
use crate::units::Calendar;

/// What an expression may ask of the section that it stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct MayAsk(u8);

/// Facts alone.
pub(super) const MAY_ASK_NOTHING: MayAsk = MayAsk(0);
/// Figures and axes, too.
pub(super) const MAY_ASK_SCORES: MayAsk = MayAsk(1);
/// And cut points.
pub(super) const MAY_ASK_CUTS: MayAsk = MayAsk(2);

/// Checks the expressions of the section, one after the other.
pub(super) struct Checker<'a, 'r> {
    scope: &'a Scope<'a>,
    condition: &'a dyn Fn(&str) -> Option<Arc<Checked>>,
    /// The event kind of purchases.
    purchases: Option<usize>,
    reader: &'r mut Reader,
    /// Segments that were read, each after those it reads.
    segments: Vec<Arc<str>>,
    /// Whether the axes known so far say something without purchases.
    axes: BTreeMap<Arc<str>, bool>,
    favours: bool,
}

impl<'a, 'r> Checker<'a, 'r> {
    pub fn new(
        scope: &'a Scope<'a>,
        condition: &'a dyn Fn(&str) -> Option<Arc<Checked>>,
        purchases: Option<usize>,
        reader: &'r mut Reader,
    ) -> Self {
        let (segments, axes) = (Vec::new(), BTreeMap::new());
        Checker { scope, condition, purchases, reader, segments, axes, favours: true }
    }

    pub fn fault(&mut self, fault: Fault) {
        self.reader.fault(fault);
    }

    /// The segments that were read, each after those it reads.
    pub fn segments(self) -> Vec<Arc<str>> {
        self.segments
    }

    /// Remembers whether an axis says something without purchases.
    pub fn know_axis(&mut self, name: &Arc<str>, plain: bool) {
        self.axes.insert(name.clone(), plain);
    }

    /// Remembers whether favours do.
    pub fn know_favours(&mut self, plain: bool) {
        self.favours = plain;
    }

    /// The value of an expression that reads no fact.
    pub fn constant(&self, checked: &Checked) -> Option<Value> {
        // Lengths of time are written out or parameters; no zone changes them.
        let calendar = Calendar::default();
        let nobody = Nobody { calendar: &calendar, parameters: self.scope.parameters };
        checked.evaluate(&nobody).ok()
    }

    /// The axes that a source reads.
    pub fn axes_of(&self, source: &str) -> Vec<Arc<str>> {
        let Ok(checked) = check(source, self.scope) else { return Vec::new() };
        let axis = |asked: &ScoreName| match asked {
            ScoreName::Axis(name) => Some(name.clone()),
            _ => None,
        };
        checked.uses.scores.iter().filter_map(axis).collect()
    }

    /// A condition that holds or does not.
    pub fn condition(
        &mut self,
        written: Option<&Written>,
        may_ask: MayAsk,
    ) -> Option<Arc<Checked>> {
        let written = written?;
        let checked = self.noted(written, check_condition(&written.text, self.scope))?;
        self.allowed(written, &checked, may_ask).then_some(checked)
    }

    /// An expression of one of these types.
    pub fn value(
        &mut self,
        written: Option<&Written>,
        wanted: Kinds,
        may_ask: MayAsk,
    ) -> Option<Arc<Checked>> {
        let written = written?;
        let checked = self.noted(written, check(&written.text, self.scope))?;
        if !checked.result().is(wanted) {
            let (found, wanted) = (checked.result().words(), wanted.words());
            let fault = Fault::new(
                Code::TypeMismatch,
                format!("found {}, expected {}", found.en, wanted.en),
                format!("此处是{}，应为{}", found.zh, wanted.zh),
            );
            self.fault(fault.span(0, written.text.len()).at(written.pointer.as_str()));
            return None;
        }
        self.allowed(written, &checked, may_ask).then_some(checked)
    }

    fn noted(
        &mut self,
        written: &Written,
        checked: Result<Checked, crate::Error>,
    ) -> Option<Arc<Checked>> {
        let checked = noted(written, checked, self.reader)?;
        let reached = self.reached(&checked);
        let faults = about_everybody(&checked, reached.iter().map(|(_, it)| &**it));
        if faults.is_empty() {
            return Some(checked);
        }
        for fault in faults {
            self.reader.fault(fault.at(written.pointer.as_str()));
        }
        None
    }

    /// Whether an expression asks nothing that it may not, and remembers the
    /// segments that it reads.
    fn allowed(&mut self, written: &Written, checked: &Checked, may_ask: MayAsk) -> bool {
        let reached = self.reached(checked);
        let mut machines: BTreeSet<Arc<str>> = checked.uses.machines.iter().cloned().collect();
        for (name, condition) in reached {
            machines.extend(condition.uses.machines.iter().cloned());
            if !self.segments.contains(&name) {
                self.segments.push(name);
            }
        }
        let mut good = true;
        if let Some(machine) = machines.first() {
            let fault = Fault::new(
                Code::BadValue,
                format!("values do not depend on the states of `{machine}`"),
                format!("价值不能依赖生命周期 `{machine}` 的状态"),
            )
            .hint(
                "machines may read tiers, scores and figures; say here what happened, in events",
                "生命周期可以读取等级、得分和价值；此处请直接用事件来表达",
            );
            self.fault(fault.span(0, written.text.len()).at(written.pointer.as_str()));
            good = false;
        }
        for asked in &checked.uses.scores {
            let (least, en, zh) = match asked {
                ScoreName::Figure(_) => (MAY_ASK_SCORES, "a figure of value", "价值指标"),
                ScoreName::Axis(_) => (MAY_ASK_SCORES, "an axis", "维度"),
                ScoreName::Cut(_) => (MAY_ASK_CUTS, "a cut point", "分界点"),
                ScoreName::Tier => (MayAsk(u8::MAX), "the tier", "等级"),
                ScoreName::AliveUntil(_) => (MayAsk(u8::MAX), "`alive_until`", "`alive_until`"),
            };
            if may_ask < least {
                let fault = Fault::new(
                    Code::BadValue,
                    format!("{en} cannot be read here: it is known only after this"),
                    format!("此处不能读取{zh}：它在此之后才确定"),
                );
                self.fault(fault.span(0, written.text.len()).at(written.pointer.as_str()));
                good = false;
            }
        }
        good
    }

    /// The segments that an expression reads, also through others, each after
    /// those it reads itself.
    fn reached(&self, checked: &Checked) -> Vec<(Arc<str>, Arc<Checked>)> {
        let mut out: Vec<(Arc<str>, Arc<Checked>)> = Vec::new();
        let mut seen: BTreeSet<Arc<str>> = BTreeSet::new();
        // Each is opened once and closed when those it reads are done.
        let mut open: Vec<(Arc<str>, bool)> =
            checked.uses.segments.iter().map(|name| (name.clone(), false)).collect();
        while let Some((name, is_done)) = open.pop() {
            let Some(condition) = (self.condition)(&name) else { continue };
            if is_done {
                out.push((name, condition));
            } else if seen.insert(name.clone()) {
                open.push((name, true));
                let inner = condition.uses.segments.iter().map(|name| (name.clone(), false));
                open.extend(inner);
            }
        }
        out
    }

    /// Whether an expression says something without knowing of any purchase.
    pub fn is_plain(&self, checked: &Checked) -> bool {
        let reads_purchases =
            |checked: &Checked| checked.uses.kinds.iter().any(|kind| Some(*kind) == self.purchases);
        let is_plain = |asked: &ScoreName| match asked {
            ScoreName::Axis(name) => self.axes.get(name) == Some(&true),
            ScoreName::Figure(name) => FAVOURS.contains(&&**name) && self.favours,
            _ => false,
        };
        let reached = self.reached(checked);
        let all = std::iter::once(checked).chain(reached.iter().map(|(_, it)| &**it));
        all.into_iter().all(|it| !reads_purchases(it) && it.uses.scores.iter().all(is_plain))
    }

    /// The same of a source; faulty ones say nothing.
    pub fn is_plain_source(&self, source: &str) -> bool {
        check(source, self.scope).is_ok_and(|checked| self.is_plain(&checked))
    }
}
