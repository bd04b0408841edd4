//! Whether the segments themselves are still the right ones (细分体检).

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use super::super::answers::Options;
use super::over::Over;
use super::reads::reads;
use crate::error::Text;
use crate::facts::{Bits, Columns, Snapshot, Type, Value, fact_kinds_after};
use crate::lang::kernel::Answer;
use crate::playbook::Playbook;
use crate::segment::{Clauses, Overlaps};
use crate::units::{Decimal, Instant, Period, PeriodUnit};

/// From which likeness on two segments are nearly the same: 0.95, in ten
/// thousandths.
const ALIKE: i128 = 9_500;

/// Months over which nothing moves in a segment that is standing still.
const MONTHS: i64 = 12;

/// What a look at all segments found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SegmentReview {
    /// The instant of the answer.
    pub as_of: Instant,
    /// The instant after which nothing may be read, where one was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measured_from: Option<Instant>,
    /// Customers who were there.
    pub customers: u64,
    /// Segments that were looked at.
    pub segments: u64,
    /// What was found, by the order of the document.
    pub findings: Vec<SegmentFinding>,
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SegmentFinding {
    /// `empty`, `everybody`, `duplicate`, `static`, `dominated`, `dead_clause`,
    /// `uncovered` or `leak`.
    pub finding: &'static str,
    /// The segment; `None` for `uncovered`.
    pub segment: Option<Arc<str>>,
    /// The other segment of `duplicate`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other: Option<Arc<str>>,
    /// The clause of `dominated` and `dead_clause`; the attribute and its value of
    /// `uncovered`; the kinds of facts of `leak`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clause: Option<String>,
    /// Customers that it is about.
    pub customers: u64,
    /// How alike two segments are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jaccard: Option<Decimal>,
    /// The same in words.
    pub text: Text,
}

/// Looks at every segment.
///
/// # Inputs
///
/// `measured_from`: where segments are to measure what came of a campaign, its
/// beginning. What a segment reads of later facts is told as `leak`: it would
/// select by the outcome.
///
/// # Output
///
/// * `empty`, `everybody`: no member, all customers.
/// * `duplicate`: Jaccard's index with another is above 0.95.
/// * `static`: at none of the last twelve months' ends was anybody else in it.
/// * `dominated`: one clause of several has the same members alone.
/// * `dead_clause`: the members are the same without it.
/// * `uncovered`: a value of an enumeration that segments read, and no customer
///   with it is in any of them.
/// * `leak`: see above.
///
/// # Cost
///
/// Thirteen reviews of all segments, one pass for each clause.
pub fn segment_review(
    columns: &Columns,
    playbook: &Playbook,
    as_of: Instant,
    measured_from: Option<Instant>,
    options: Options,
) -> SegmentReview {
    let over = Over::new(columns, playbook, as_of, options);
    let now = over.at(as_of);
    let snapshot = Snapshot::new(columns, as_of);
    let population = snapshot.population();
    let look = Look { playbook, over: &over, now: &now, population, as_of };
    let mut findings = look.sizes();
    findings.extend(look.duplicates(options));
    findings.extend(look.still());
    findings.extend(look.clauses());
    findings.extend(look.uncovered(&snapshot));
    if let Some(from) = measured_from.filter(|from| *from < as_of) {
        findings.extend(look.leaks(columns, from, options));
    }
    let place = |name: &Option<Arc<str>>| {
        let place = name.as_ref().and_then(|name| {
            let listed = &playbook.written().segments;
            listed
                .iter()
                .position(|at| playbook.segments().get(*at).is_some_and(|it| it.name() == name))
        });
        place.unwrap_or(usize::MAX)
    };
    findings.sort_by_key(|finding| place(&finding.segment));
    SegmentReview {
        as_of,
        measured_from,
        customers: population.count() as u64,
        segments: playbook.segments().len() as u64,
        findings,
    }
}

struct Look<'a> {
    playbook: &'a Playbook,
    over: &'a Over<'a>,
    now: &'a BTreeMap<Arc<str>, Answer>,
    population: &'a Bits,
    as_of: Instant,
}

impl Look<'_> {
    fn members(&self) -> impl Iterator<Item = (&Arc<str>, &Bits)> {
        self.now.iter().map(|(name, answer)| (name, &answer.members))
    }

    fn sizes(&self) -> Vec<SegmentFinding> {
        let all = self.population.count();
        let found = self.members().filter_map(|(name, members)| {
            let count = members.count();
            if count == 0 {
                let text = Text::new("nobody is in it", "没有任何客户");
                return Some(finding("empty", name, 0, text));
            }
            let text = Text::new("everybody is in it", "包含全部客户");
            (count == all).then(|| finding("everybody", name, count, text))
        });
        found.collect()
    }

    fn duplicates(&self, options: Options) -> Vec<SegmentFinding> {
        let (names, sets): (Vec<&Arc<str>>, Vec<&Bits>) = self.members().unzip();
        let overlaps = Overlaps::of(&sets, options.threads);
        let mut out = Vec::new();
        for (one, name) in names.iter().enumerate() {
            for (other, twin) in names.iter().enumerate().skip(one + 1) {
                let jaccard = overlaps.jaccard(one, other);
                let Some(alike) = jaccard.filter(|it| ALIKE < it.units()) else { continue };
                let text = Text::new(
                    format!("nearly the same as {twin}: Jaccard's index is {alike}"),
                    format!("与 {twin} 几乎相同：Jaccard 指数为 {alike}"),
                );
                out.push(SegmentFinding {
                    other: Some((*twin).clone()),
                    jaccard,
                    ..finding("duplicate", name, overlaps.both(one, other) as usize, text)
                });
            }
        }
        out
    }

    /// Segments in which the same customers were at every month's end of a year.
    fn still(&self) -> Vec<SegmentFinding> {
        let calendar = self.playbook.calendar();
        let months = (1..=MONTHS).filter_map(|n| {
            let back = Period::new(n, PeriodUnit::Months).ok()?;
            calendar.subtract(self.as_of, back).ok()
        });
        let mut still: Vec<(&Arc<str>, &Bits)> =
            self.members().filter(|(_, members)| 0 < members.count()).collect();
        for at in months {
            if still.is_empty() {
                break;
            }
            let then = self.over.at(at);
            still.retain(|(name, members)| {
                then.get(*name).is_some_and(|answer| answer.members == **members)
            });
        }
        let text = Text::new("nobody came or went in a year", "一年内无人进出");
        let told = still.into_iter();
        told.map(|(name, members)| finding("static", name, members.count(), text.clone())).collect()
    }

    fn clauses(&self) -> Vec<SegmentFinding> {
        let mut out = Vec::new();
        for segment in self.playbook.segments() {
            let clauses = Clauses::of(segment.condition());
            let Some(answer) = self.now.get(segment.name()).filter(|_| 1 < clauses.ends().len())
            else {
                continue;
            };
            let sources: Vec<&str> = clauses.ends().iter().map(String::as_str).collect();
            let ends = self.over.ask(&sources, self.as_of).into_iter();
            // Who is an error in one clause is nobody's business here.
            let known = self.population.and(&answer.errors.complement());
            let ends: Vec<Bits> = ends.map(|answer| answer.members.and(&known)).collect();
            let members = clauses.holds(&ends).and(&known);
            let (all, count) = (known.count(), members.count());
            for (end, text) in clauses.ends().iter().enumerate() {
                let alone = ends.get(end).is_some_and(|bits| {
                    *bits == members || bits.complement().and(&known) == members
                });
                if alone && 0 < count && count < all {
                    let said = Text::new(
                        format!("`{text}` alone has the same members"),
                        format!("仅 `{text}` 即得到相同的客户"),
                    );
                    let found = finding("dominated", segment.name(), count, said);
                    out.push(SegmentFinding { clause: Some(text.clone()), ..found });
                }
                let without = clauses.without(&ends, end).map(|bits| bits.and(&known));
                if without.is_some_and(|without| without == members) {
                    let said = Text::new(
                        format!("the members are the same without `{text}`"),
                        format!("去掉 `{text}` 结果不变"),
                    );
                    let found = finding("dead_clause", segment.name(), count, said);
                    out.push(SegmentFinding { clause: Some(text.clone()), ..found });
                }
            }
        }
        out
    }

    /// Values of enumerations that segments read, of which nobody is in any.
    fn uncovered(&self, snapshot: &Snapshot<'_>) -> Vec<SegmentFinding> {
        let schema = self.playbook.schema();
        let mut out = Vec::new();
        for (position, attribute) in schema.attributes.iter().enumerate() {
            let Type::Enum(labels) = &attribute.ty else { continue };
            let reading: Vec<&Bits> = self
                .playbook
                .segments()
                .iter()
                .filter(|it| {
                    let reads = reads(it.condition(), self.playbook);
                    reads.attributes.contains(&attribute.name)
                })
                .filter_map(|it| self.now.get(it.name()).map(|answer| &answer.members))
                .collect();
            let Some(column) = snapshot.attribute(position).filter(|_| !reading.is_empty()) else {
                continue;
            };
            let mut counts: BTreeMap<Box<str>, (u64, u64)> = BTreeMap::new();
            for customer in self.population.rows() {
                let Some(Value::Text(label)) = column.value(customer, &attribute.ty) else {
                    continue;
                };
                let count = counts.entry(label).or_default();
                count.0 += 1;
                count.1 += u64::from(reading.iter().any(|members| members.has(customer)));
            }
            for label in labels.iter() {
                let Some((customers, 0)) = counts.get(&*label.name).copied() else { continue };
                let (name, value) = (&attribute.name, &label.name);
                let text = Text::new(
                    format!("no segment that reads {name} has anybody with `{value}`"),
                    format!("依据 {name} 的细分均未涵盖取值 `{value}`"),
                );
                out.push(SegmentFinding {
                    finding: "uncovered",
                    segment: None,
                    other: None,
                    clause: Some(format!("{name} == '{value}'")),
                    customers,
                    jaccard: None,
                    text,
                });
            }
        }
        out
    }

    /// Segments whose members are others without what came after an instant.
    fn leaks(&self, columns: &Columns, from: Instant, options: Options) -> Vec<SegmentFinding> {
        let before = columns.until(from);
        let then = Over::new(&before, self.playbook, self.as_of, options);
        let without = then.at(self.as_of);
        // Who came later could not have been selected, whatever is read.
        let there = Snapshot::new(columns, from).population().and(self.population);
        let mut out = Vec::new();
        for segment in self.playbook.segments() {
            let reads = reads(segment.condition(), self.playbook);
            let mut kinds = fact_kinds_after(columns, from, |name| {
                reads.events.iter().chain(&reads.attributes).any(|read| **read == *name)
            });
            kinds.extend(reads.machines.iter().map(|name| format!("state('{name}')")));
            kinds.extend(reads.scores.iter().cloned());
            if kinds.is_empty() {
                continue;
            }
            let of = |answers: &BTreeMap<Arc<str>, Answer>| {
                let answer = answers.get(segment.name());
                answer.map(|answer| answer.members.and(&there)).unwrap_or_default()
            };
            let (with, without) = (of(self.now), of(&without));
            let differ =
                with.and(&without.complement()).count() + without.and(&with.complement()).count();
            if differ == 0 {
                continue;
            }
            let listed = kinds.join(", ");
            let text = Text::new(
                format!("reads what came after the campaign began: {listed}"),
                format!("读取了活动开始之后的数据：{}", kinds.join("、")),
            );
            let found = finding("leak", segment.name(), differ, text);
            out.push(SegmentFinding { clause: Some(listed), ..found });
        }
        out
    }
}

fn finding(
    finding: &'static str,
    segment: &Arc<str>,
    customers: usize,
    text: Text,
) -> SegmentFinding {
    SegmentFinding {
        finding,
        segment: Some(segment.clone()),
        other: None,
        clause: None,
        customers: customers as u64,
        jaccard: None,
        text,
    }
}

/// How many came into a segment and went over a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SegmentMoves {
    /// The segment.
    pub segment: Arc<str>,
    /// Members at the end who were none at the beginning.
    pub joined: u64,
    /// Members at the beginning who are none at the end.
    pub left: u64,
}

/// Who came into segments and went since an earlier instant, counted; each by
/// name. Who was merged since is left out, being neither who was there before.
///
/// # Cost
///
/// Two reviews of all segments.
pub fn moves(
    columns: &Columns,
    playbook: &Playbook,
    (from, as_of): (Instant, Instant),
    options: Options,
) -> Vec<SegmentMoves> {
    let over = Over::new(columns, playbook, as_of, options);
    let (before, after) = (over.at(from), over.at(as_of));
    let mut same = Bits::all(columns.n_customers());
    for (customer, (begin, end)) in columns.spans.iter().enumerate() {
        same.set(customer, *begin <= from.micros() && as_of.micros() < *end);
    }
    let moved = after.into_iter().map(|(segment, after)| {
        let before = before.get(&segment).map(|it| it.members.clone()).unwrap_or_default();
        SegmentMoves {
            segment,
            joined: after.members.and(&before.complement()).and(&same).count() as u64,
            left: before.and(&after.members.complement()).and(&same).count() as u64,
        }
    });
    moved.collect()
}
