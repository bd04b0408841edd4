//! Where two ways of one customer part.

use std::collections::BTreeSet;

use super::{Pair, Parting};
use crate::facts::Columns;
use crate::lifecycle::course::{Cause, Course, Step};

/// A key, and the run that either side has for it.
type RunPair<'a> = (Option<Box<str>>, Option<&'a Course>, Option<&'a Course>);

/// The runs of both sides, by key.
pub(super) fn runs<'a>(old: &'a [Course], new: &'a [Course]) -> Vec<RunPair<'a>> {
    let keys: BTreeSet<&Option<Box<str>>> = old.iter().chain(new).map(|it| &it.key).collect();
    let find = |courses: &'a [Course], key: &Option<Box<str>>| {
        let place = courses.binary_search_by(|course| course.key.cmp(key));
        place.ok().and_then(|place| courses.get(place))
    };
    keys.into_iter().map(|key| (key.clone(), find(old, key), find(new, key))).collect()
}

/// Where two courses part; `None`: they never do.
pub(super) fn parting(
    columns: (&Columns, &Columns),
    pair: &Pair,
    customer: usize,
    key: Option<Box<str>>,
    (old, new): (Option<&Course>, Option<&Course>),
    (skip_old, skip_new): (usize, usize),
) -> Option<Parting> {
    let moves = |course: Option<&Course>, skip: usize| -> Vec<Step> {
        let steps = course.into_iter().flat_map(|course| course.steps.iter().skip(skip));
        steps.filter(|step| step.moved()).cloned().collect()
    };
    let (before, now) = (moves(old, skip_old), moves(new, skip_new));
    let same = |(old, new): &(&Step, &Step)| {
        old.at == new.at
            && pair.stands(old.to) == Some(new.to)
            && old.from.map(|from| pair.stands(from)) == new.from.map(Some)
            && alike(columns, old.cause, new.cause)
    };
    let common = before.iter().zip(&now).take_while(same).count();
    let (first, other) = (before.get(common), now.get(common));
    let at = match (first, other) {
        (None, None) => return None,
        (Some(old), Some(new)) => old.at.min(new.at),
        (Some(step), None) | (None, Some(step)) => step.at,
    };
    // The one that comes later is not what parts them.
    let then = |step: Option<&Step>| step.filter(|step| step.at == at).cloned();
    let state = |course: Option<&Course>| course.map(|course| course.state);
    Some(Parting {
        customer,
        key,
        now: (state(old), state(new)),
        at,
        old: then(first),
        new: then(other),
    })
}

/// Whether two causes are the same event, or of the same kind.
fn alike((old, new): (&Columns, &Columns), one: Cause, other: Cause) -> bool {
    let sequence = |columns: &Columns, kind: usize, row: usize| {
        columns.kinds.get(kind).and_then(|events| events.sequence.get(row)).copied()
    };
    match (one, other) {
        (Cause::Event(kind, row), Cause::Event(other, other_row)) => {
            sequence(old, kind, row) == sequence(new, other, other_row)
        }
        (Cause::Timer(_), Cause::Timer(_)) => true,
        (one, other) => one == other,
    }
}
