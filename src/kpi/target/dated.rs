//! Targets one after the other, each from a day on.

use serde::Serialize;

use super::Aim;
use crate::error::{Code, Error, Fault};
use crate::units::Day;

/// A target that holds from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Dated {
    /// The first day it holds for.
    pub from: Day,
    /// What is asked.
    pub aim: Aim,
    /// Who decided it.
    pub author: String,
    /// Why.
    pub reason: String,
}

/// The targets of a KPI, one after the other.
///
/// What was asked is never rewritten: a change holds from a later day on, and
/// says who made it and why.
///
/// ```
/// use guanxi::kpi::{Aim, Dated, Targets};
/// use guanxi::units::{Day, Decimal};
/// let dated = |day: &str, value: i64| Ok::<_, guanxi::Error>(Dated {
///     from: Day::parse(day)?, aim: Aim::Fixed { value: Decimal::from_int(value) },
///     author: "Wei".into(), reason: "the branch moved".into(),
/// });
/// let targets = Targets::new(vec![dated("2026-01-01", 100)?])?;
/// let today = Day::parse("2026-06-15")?;
/// let changed = targets.changed(dated("2026-07-01", 80)?, today)?;
/// assert_eq!(changed.at(today).map(|it| it.aim), Some(Aim::Fixed { value: Decimal::from_int(100) }));
/// assert!(changed.changed(dated("2026-03-01", 20)?, today).is_err());
/// # Ok::<(), guanxi::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Targets {
    dated: Vec<Dated>,
}

impl Targets {
    /// Targets by the day they hold from.
    ///
    /// # Errors
    ///
    /// [`Code::BadValue`]: days that do not go up; an aim that means nothing.
    /// [`Code::MissingValue`]: a later target without its author or reason. All
    /// faults, each with the position of its target, as `/1`.
    pub fn new(dated: Vec<Dated>) -> Result<Targets, Error> {
        let mut faults = Vec::new();
        for (at, it) in dated.iter().enumerate() {
            let mut found: Vec<Fault> =
                it.aim.check().err().map(Error::into_faults).unwrap_or_default();
            let before = at.checked_sub(1).and_then(|at| dated.get(at));
            if before.is_some_and(|before| before.from >= it.from) {
                let (en, zh) = ("targets go by the day they hold from", "目标须按生效日递增");
                found.push(Fault::new(Code::BadValue, en, zh));
            }
            let unsaid = it.author.trim().is_empty() || it.reason.trim().is_empty();
            if before.is_some() && unsaid {
                let (en, zh) =
                    ("a changed target says who changed it and why", "变更目标须注明变更人与原因");
                found.push(Fault::new(Code::MissingValue, en, zh));
            }
            faults.extend(found.into_iter().map(|fault| fault.at(format!("/{at}"))));
        }
        Error::check(faults)?;
        Ok(Targets { dated })
    }

    /// The target that holds on a day.
    pub fn at(&self, day: Day) -> Option<&Dated> {
        let after = self.dated.partition_point(|it| it.from <= day);
        after.checked_sub(1).and_then(|at| self.dated.get(at))
    }

    /// All of them, the earliest first.
    pub fn all(&self) -> &[Dated] {
        &self.dated
    }

    /// The targets with one more, as decided on a day. A target that was to come
    /// into force on the same day or later is replaced.
    ///
    /// # Errors
    ///
    /// As [`new`](Targets::new), and [`Code::BadValue`] where the change would hold
    /// for days that are past.
    pub fn changed(&self, to: Dated, on: Day) -> Result<Targets, Error> {
        if to.from < on {
            return Err(Fault::new(
                Code::BadValue,
                "what was asked of days that are past is not changed afterwards",
                "不得事后更改已过去日期的目标",
            )
            .hint("let it hold from today on, or later", "请自今日或之后起生效")
            .into());
        }
        let kept = self.dated.iter().take_while(|it| it.from < to.from).cloned();
        Targets::new(kept.chain(std::iter::once(to.clone())).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Decimal;

    #[test]
    fn a_change_says_who_and_why_and_holds_from_later_on() {
        let dated = |day: &str, who: &str| Dated {
            from: Day::parse(day).unwrap(),
            aim: Aim::Fixed { value: Decimal::from_int(1) },
            author: who.into(),
            reason: "r".into(),
        };
        let faults = Targets::new(vec![dated("2026-02-01", ""), dated("2026-01-01", "")]);
        let faults = faults.unwrap_err().into_faults();
        let told: Vec<_> = faults.iter().map(|it| (it.code, it.pointer.as_deref())).collect();
        assert_eq!(told, [(Code::BadValue, Some("/1")), (Code::MissingValue, Some("/1"))]);
    }
}
