//! Down through the segments that conditions name, as far as a page goes.
//!
//! Segments that name each other can be taken apart without end, or nearly:
//! ten that name the next one six times each are ten million clauses. So a page
//! is filled level by level, and what has no room any more is told by its
//! outcome. What is kept follows from the conditions and their order alone.

use std::collections::BTreeMap;

use super::{Explanation, Joint, build};
use crate::lang::checked::Checked;
use crate::lang::environment::Environment;

/// Segments within segments that are taken apart; deeper ones are told by
/// their outcome.
const LEVELS: u32 = 8;

/// Bytes that one page takes, by [`build::whole`]: some thirty thousand
/// clauses.
const ROOM: usize = 8 * 1024 * 1024;

/// The same for what is taken apart to find what is lacking, of which a page
/// shows little.
const LOOKED_INTO: usize = 64 * 1024 * 1024;

/// How much may still be told on a page on which many conditions stand that are
/// not asked at one moment.
#[derive(Debug)]
pub struct Room {
    told: usize,
    looked_into: usize,
}

impl Default for Room {
    fn default() -> Self {
        Room { told: ROOM, looked_into: LOOKED_INTO }
    }
}

impl Room {
    /// [`explain_through`], in the room that is left.
    pub fn explain<'c>(
        &mut self,
        checked: &Checked,
        environment: &dyn Environment,
        named: &dyn Fn(&str) -> Option<&'c Checked>,
    ) -> Explanation {
        explain_in(&mut self.told, checked, environment, named)
    }

    /// The fewest ends that keep a condition from holding, as
    /// [`Explanation::lacking`] has them.
    pub fn lacking<'c>(
        &mut self,
        checked: &Checked,
        environment: &dyn Environment,
        named: &dyn Fn(&str) -> Option<&'c Checked>,
    ) -> Vec<Explanation> {
        let room = ROOM.min(self.looked_into);
        let mut left = room;
        let whole = explain_in(&mut left, checked, environment, named);
        self.looked_into = self.looked_into.saturating_sub(room.saturating_sub(left));
        whole.lacking().into_iter().cloned().collect()
    }
}

fn explain_in<'c>(
    room: &mut usize,
    checked: &Checked,
    environment: &dyn Environment,
    named: &dyn Fn(&str) -> Option<&'c Checked>,
) -> Explanation {
    let mut page = Page::new(environment, named, *room);
    let mut whole = page.told_or_cut(checked);
    page.go_down(vec![&mut whole]);
    *room = page.room;
    whole
}

/// Explains a condition with those of the segments it asks about.
///
/// # Inputs
///
/// `named`: the condition of the segment with a name; `None` leaves it an end.
///
/// # Output
///
/// At most some thirty thousand clauses; what is left out for lack of room is
/// marked as [`cut`](Explanation::cut).
pub fn explain_through<'c>(
    checked: &Checked,
    environment: &dyn Environment,
    named: &dyn Fn(&str) -> Option<&'c Checked>,
) -> Explanation {
    Room::default().explain(checked, environment, named)
}

/// Explains several conditions that stand on one page, each with those of the
/// segments it asks about, in the order given. All conditions are told before
/// the segments they ask about, and these before those that they ask about.
///
/// # Inputs
///
/// `named`: the condition of the segment with a name; `None` leaves it an end.
///
/// # Output
///
/// Altogether at most as much as [`explain_through`] tells of one.
///
/// # Cost
///
/// Each condition is evaluated a few times, wherever and however often it is
/// told.
pub fn explain_all<'c>(
    conditions: &[&Checked],
    environment: &dyn Environment,
    named: &dyn Fn(&str) -> Option<&'c Checked>,
) -> Vec<Explanation> {
    let mut page = Page::new(environment, named, ROOM);
    let told = conditions.iter().map(|checked| page.told_or_cut(checked));
    let mut told: Vec<Explanation> = told.collect();
    page.go_down(told.iter_mut().collect());
    told
}

struct Page<'e, 'c> {
    environment: &'e dyn Environment,
    named: &'e dyn Fn(&str) -> Option<&'c Checked>,
    /// Bytes that are left.
    room: usize,
    /// Conditions without those they name, and their bytes, by the address of
    /// what was checked; `None` where one had no room.
    made: BTreeMap<*const Checked, Option<(Explanation, usize)>>,
}

impl<'e, 'c> Page<'e, 'c> {
    fn new(
        environment: &'e dyn Environment,
        named: &'e dyn Fn(&str) -> Option<&'c Checked>,
        room: usize,
    ) -> Self {
        Page { environment, named, room, made: BTreeMap::new() }
    }

    /// A condition, where there is room for it.
    fn told(&mut self, checked: &Checked) -> Option<Explanation> {
        let (environment, room) = (self.environment, self.room);
        let make = || build::whole(checked, environment, room);
        let made = self.made.entry(std::ptr::from_ref(checked)).or_insert_with(make);
        let (told, size) = made.as_ref()?;
        self.room = room.checked_sub(*size)?;
        Some(told.clone())
    }

    fn told_or_cut(&mut self, checked: &Checked) -> Explanation {
        self.told(checked).unwrap_or_else(|| build::outcome(checked, self.environment))
    }

    /// Takes the segments apart that explanations end with, then those that
    /// these end with, and so on.
    fn go_down(&mut self, told: Vec<&mut Explanation>) {
        let mut level = told;
        for depth in 0..=LEVELS {
            let mut next = Vec::new();
            for explanation in level {
                self.open(explanation, depth < LEVELS, &mut next);
            }
            level = next;
        }
    }

    /// Takes the segments apart that one explanation ends with, if that is
    /// wanted and there is room, and adds what they are made of to `next`.
    fn open<'x>(
        &mut self,
        explanation: &'x mut Explanation,
        wanted: bool,
        next: &mut Vec<&'x mut Explanation>,
    ) {
        let mut below = vec![explanation];
        while let Some(clause) = below.pop() {
            let segment = clause.leaf.as_ref().and_then(|leaf| leaf.segment.as_deref());
            let Some(condition) = segment.and_then(self.named) else {
                below.extend(clause.parts.iter_mut().rev());
                continue;
            };
            match if wanted { self.told(condition) } else { None } {
                Some(inner) => {
                    clause.joint = Joint::Segment;
                    clause.parts = vec![inner];
                    next.extend(&mut clause.parts);
                }
                None => clause.cut = true,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::error::Error;
    use crate::facts::Schema;
    use crate::lang::explain::{Outcome, explain};
    use crate::lang::{Scope, Value, check_condition};
    use crate::units::Calendar;

    /// Segments by name, each with its condition.
    struct Segments {
        calendar: Calendar,
        conditions: BTreeMap<Arc<str>, Checked>,
    }

    impl Segments {
        fn of(sources: &[(&str, &str)]) -> Self {
            let schema = Schema::from_json(r#"{"attributes": {"n": {"type": "int"}}}"#).unwrap();
            let names: Vec<Arc<str>> = sources.iter().map(|(name, _)| (*name).into()).collect();
            let scope = Scope { segments: &names, ..Scope::of(&schema) };
            let check = |source: &str| check_condition(source, &scope).unwrap();
            let conditions = sources.iter().map(|(name, source)| ((*name).into(), check(source)));
            Segments { calendar: Calendar::default(), conditions: conditions.collect() }
        }

        fn condition(&self, name: &str) -> Option<&Checked> {
            self.conditions.get(name)
        }

        /// All of them on one page.
        fn page(&self, room: usize) -> Vec<Explanation> {
            let named = |name: &str| self.condition(name);
            let mut page = Page::new(self, &named, room);
            let told = self.conditions.values().map(|condition| page.told_or_cut(condition));
            let mut told: Vec<Explanation> = told.collect();
            page.go_down(told.iter_mut().collect());
            told
        }

        /// The same the obvious way, without any end to the page.
        fn plainly(&self, condition: &Checked, levels: u32) -> Explanation {
            let mut whole = explain(condition, self);
            let mut open = vec![&mut whole];
            while let Some(clause) = open.pop() {
                let segment = clause.leaf.as_ref().and_then(|leaf| leaf.segment.as_deref());
                match segment.and_then(|name| self.condition(name)) {
                    Some(inner) if 0 < levels => {
                        clause.joint = Joint::Segment;
                        clause.parts = vec![self.plainly(inner, levels - 1)];
                    }
                    Some(_) => clause.cut = true,
                    None => open.extend(&mut clause.parts),
                }
            }
            whole
        }
    }

    impl Environment for Segments {
        fn name(&self, name: &str) -> Option<Value> {
            (name == "n").then_some(Value::Int(3))
        }

        fn calendar(&self) -> &Calendar {
            &self.calendar
        }

        fn segment(&self, name: &str) -> Option<Result<bool, Error>> {
            Some(self.condition(name)?.holds(self))
        }
    }

    /// Diamonds on diamonds, a choice, a fault, and a chain over nine levels.
    fn segments() -> Segments {
        Segments::of(&[
            ("a", "segment('b') && (segment('c') || !segment('d')) && segment('b')"),
            ("b", "segment('d') || segment('e') || n > 2"),
            ("c", "n > 5 ? segment('d') : segment('e')"),
            ("d", "segment('e') && 10 / (n - 3) > 1"),
            ("e", "!(n in [1, 2]) && n > 0"),
            ("f0", "segment('f1')"),
            ("f1", "segment('f2')"),
            ("f2", "segment('f3')"),
            ("f3", "segment('f4')"),
            ("f4", "segment('f5')"),
            ("f5", "segment('f6')"),
            ("f6", "segment('f7')"),
            ("f7", "segment('f8')"),
            ("f8", "segment('f9') && segment('a')"),
            ("f9", "n > 0"),
        ])
    }

    #[test]
    fn what_has_room_is_told_as_if_there_were_no_end() {
        let segments = segments();
        let all = segments.conditions.values();
        let plainly: Vec<Explanation> = all.map(|it| segments.plainly(it, LEVELS)).collect();
        assert!(segments.page(ROOM) == plainly);
        // Nine levels and more, `a` being four.
        let names = segments.conditions.keys().zip(&plainly);
        let cut = names.filter(|(_, told)| told.is_cut()).map(|(name, _)| &**name);
        assert_eq!(cut.collect::<Vec<_>>(), ["f0", "f1", "f2", "f3"]);
    }

    #[test]
    fn a_smaller_page_is_the_larger_one_with_less_of_it_and_says_so() {
        let segments = segments();
        let full = segments.page(usize::MAX);
        for room in (0..60_000).step_by(250) {
            let page = segments.page(room);
            let told: usize = page.iter().zip(&full).map(|(told, whole)| held(told, whole)).sum();
            assert!(told <= page.len() + room / 256, "{room}: {told}");
        }
        assert!(full == segments.page(ROOM));
    }

    /// Holds what a small page tells to what a large one does, and counts it.
    fn held(told: &Explanation, whole: &Explanation) -> usize {
        assert_eq!((&told.text, told.span), (&whole.text, whole.span));
        assert_eq!(told.outcome, whole.outcome, "{}", told.text);
        if told.cut {
            assert!(told.parts.is_empty());
            return 1;
        }
        assert_eq!(told.joint, whole.joint);
        assert_eq!(told.parts.len(), whole.parts.len());
        let parts = told.parts.iter().zip(&whole.parts);
        1 + parts.map(|(told, whole)| held(told, whole)).sum::<usize>()
    }

    #[test]
    fn without_room_there_is_the_outcome() {
        let segments = segments();
        for (told, condition) in segments.page(0).iter().zip(segments.conditions.values()) {
            assert!(told.cut && told.leaf.is_none());
            let outcome = match condition.holds(&segments) {
                Ok(true) => Outcome::Yes,
                Ok(false) => Outcome::No,
                Err(error) => Outcome::Error(error.faults()[0].clone()),
            };
            assert_eq!(told.outcome, outcome);
        }
    }
}
