//! A review that was kept, as by an earlier version of the library.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::super::review::Review;
use super::super::summary::PlaybookSummary;
use crate::error::{Code, Error, Fault};
use crate::units::Instant;

/// What is read again of a review that was written as JSON: its counts.
///
/// Every version of the library writes these keys; whatever else it wrote is
/// passed over.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SavedReview {
    /// Version of the meaning of its numbers.
    pub semantics: u32,
    /// By which playbook.
    pub playbook: SavedPlaybook,
    /// The instant of its answers.
    pub as_of: Instant,
    /// What was learnt later was left out; `None` for nothing.
    #[serde(default)]
    pub known_at: Option<Instant>,
    customers: u64,
    #[serde(default)]
    kinds: Vec<SavedKind>,
    #[serde(default)]
    machines: Vec<SavedMachine>,
    #[serde(default)]
    segments: Vec<SavedSegment>,
    #[serde(default)]
    value: Option<SavedValue>,
}

/// The playbook of a review that was kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedPlaybook {
    /// Its id.
    pub id: Box<str>,
    /// Its version.
    pub version: Box<str>,
    /// The hash of what it means.
    pub semantic_hash: Box<str>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct SavedKind {
    kind: Box<str>,
    events: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct SavedMachine {
    machine: Box<str>,
    states: Vec<SavedState>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct SavedState {
    state: Box<str>,
    customers: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct SavedSegment {
    segment: Box<str>,
    members: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct SavedValue {
    tiers: Vec<SavedTier>,
    outside: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct SavedTier {
    tier: Box<str>,
    customers: u64,
}

/// Counts of now that are not those of a review that was kept.
#[derive(Debug, Clone, Serialize)]
pub struct CountsDiff {
    /// Version of the meaning of the kept numbers.
    pub old_semantics: u32,
    /// Version of the meaning of those of now.
    pub new_semantics: u32,
    /// The playbook of the kept ones.
    pub old: SavedPlaybook,
    /// The playbook of now.
    pub new: PlaybookSummary,
    /// The instant of the kept answers.
    pub old_as_of: Instant,
    /// The instant of those of now.
    pub as_of: Instant,
    /// The counts that differ: customers, events by kind, states, segments, tiers.
    pub changes: Vec<CountChange>,
    /// How many counts are the same.
    pub same: u64,
}

/// One count that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CountChange {
    /// `customers`, `events`, `state`, `segment`, `tier` or `no_tier`.
    pub of: &'static str,
    /// Of a state, its machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub machine: Option<Box<str>>,
    /// Which one, where there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Box<str>>,
    /// The kept count; `None`: it was not there.
    pub old: Option<u64>,
    /// The count of now; `None`: it is no longer there.
    pub new: Option<u64>,
}

type Place = (&'static str, Option<Box<str>>, Option<Box<str>>);

impl SavedReview {
    /// Reads a review that was written as JSON.
    ///
    /// # Errors
    ///
    /// [`Code::BadValue`] for what is no review.
    pub fn read(text: &str) -> Result<SavedReview, Error> {
        serde_json::from_str(text).map_err(|error| {
            let fault = Fault::new(
                Code::BadValue,
                format!("this is no review as it is written in JSON: {error}"),
                format!("这不是以 JSON 写出的评估结果：{error}"),
            );
            fault
                .hint("keep a review as the JSON it is answered in", "请原样保存评估给出的 JSON")
                .into()
        })
    }

    /// Which counts of a review of now are others (跨版本核对).
    ///
    /// # Output
    ///
    /// Counts alone: a review that was kept does not say who was in a segment.
    ///
    /// # Errors
    ///
    /// None that is known of: the review of now is read as it is written.
    ///
    /// # Cost
    ///
    /// None to speak of.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use guanxi::engine::{Options, SavedReview, review};
    /// use guanxi::facts::{Seen, intake::{Lines, TableKind}};
    /// use guanxi::store::Store;
    /// use guanxi::units::{Instant, Zone};
    ///
    /// let playbook = guanxi::Playbook::from_json(r#"{"guanxi": 1, "id": "shop", "version": "1",
    ///     "calendar": {"zone": "UTC"}, "schema": {"events": {"purchase": {"list": "purchases"}}},
    ///     "segments": {"once": {"when": "purchases.size() == 1"}}}"#)?;
    /// let lines = Lines::of("shop", &TableKind::Events, None, playbook.schema(), &Zone::utc())?;
    /// let mut store = Store::in_memory(playbook.schema());
    /// let as_of = Instant::parse("2026-03-01T00:00:00Z")?;
    /// let mut reviewed = |text: &str| {
    ///     store.append_lines(&lines, text.as_bytes(), Seen::Backfill)?;
    ///     let columns = Arc::new(store.columns(None)?);
    ///     Ok::<_, guanxi::Error>(review(&columns, &playbook, as_of, None, Options::default()))
    /// };
    /// let first = reviewed(r#"{"kind": "purchase", "customer": "ann", "at": "2026-01-10"}"#)?;
    /// let kept = SavedReview::read(&serde_json::to_string(&first).unwrap())?;
    /// assert!(kept.against(&first)?.changes.is_empty());
    ///
    /// let second = reviewed(r#"{"kind": "purchase", "customer": "ann", "at": "2026-01-11"}"#)?;
    /// let changes = kept.against(&second)?.changes;
    /// let of: Vec<&str> = changes.iter().map(|change| change.of).collect();
    /// assert_eq!(of, ["events", "segment"]);
    /// assert_eq!((changes[1].old, changes[1].new), (Some(1), Some(0)));
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    pub fn against(&self, review: &Review) -> Result<CountsDiff, Error> {
        let written = serde_json::to_string(review).unwrap_or_default();
        let (was, is) = (self.counts(), SavedReview::read(&written)?.counts());
        let mut places: Vec<&Place> = was.keys().chain(is.keys()).collect();
        places.sort();
        places.dedup();
        let all = places.len();
        let change = |place: &Place| CountChange {
            of: place.0,
            machine: place.1.clone(),
            name: place.2.clone(),
            old: was.get(place).copied(),
            new: is.get(place).copied(),
        };
        let all_changes = places.into_iter().map(change);
        let changes: Vec<CountChange> = all_changes.filter(|it| it.old != it.new).collect();
        Ok(CountsDiff {
            old_semantics: self.semantics,
            new_semantics: review.semantics,
            old: self.playbook.clone(),
            new: review.playbook.clone(),
            old_as_of: self.as_of,
            as_of: review.as_of,
            same: (all - changes.len()) as u64,
            changes,
        })
    }

    fn counts(&self) -> BTreeMap<Place, u64> {
        let mut out = BTreeMap::from([(("customers", None, None), self.customers)]);
        for it in &self.kinds {
            out.insert(("events", None, Some(it.kind.clone())), it.events);
        }
        for it in &self.machines {
            out.extend(it.states.iter().map(|state| {
                (("state", Some(it.machine.clone()), Some(state.state.clone())), state.customers)
            }));
        }
        for it in &self.segments {
            out.insert(("segment", None, Some(it.segment.clone())), it.members);
        }
        if let Some(value) = &self.value {
            out.insert(("no_tier", None, None), value.outside);
            for it in &value.tiers {
                out.insert(("tier", None, Some(it.tier.clone())), it.customers);
            }
        }
        out
    }
}
