//! The text of a decision about who holds a customer.
//!
//! What is empty is left out, keys are in byte order, instants are
//! microseconds: one decision has one text.

use serde::{Deserialize, Serialize, de};

use crate::error::Code;
use crate::facts::{Act, Decision, Evidence};
use crate::units::Instant;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    act: String,
    actor: Box<str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<Box<str>>,
    evidence: Seen,
    #[serde(default, skip_serializing_if = "is_false")]
    exempt: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<Box<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pool: Option<Box<str>>,
    #[serde(default, skip_serializing_if = "str::is_empty")]
    reason: Box<str>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    refused: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<i64>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Seen {
    #[serde(skip_serializing_if = "Option::is_none")]
    again_from: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    capacity: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    claimed: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    decided: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    extended: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    extensions: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    free_from: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    held_since: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    held_until: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    holder: Option<Box<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    holds: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    latest: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    quota: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    quota_from: Option<i64>,
    state: Box<str>,
}

fn is_false(flag: &bool) -> bool {
    !flag
}

/// Writes a decision after what `out` holds.
pub(super) fn write(decision: &Decision, out: &mut String) {
    let micros = |at: Option<Instant>| at.map(Instant::micros);
    let Evidence { state, holder, holds, capacity, claimed, quota, extended, extensions, .. } =
        decision.evidence.clone();
    let seen = &decision.evidence;
    let written = Written {
        act: decision.act.name().to_owned(),
        actor: decision.actor.clone(),
        event: decision.event.clone(),
        evidence: Seen {
            again_from: micros(seen.again_from),
            capacity,
            claimed,
            decided: micros(seen.decided),
            extended,
            extensions,
            free_from: micros(seen.free_from),
            held_since: micros(seen.held_since),
            held_until: micros(seen.held_until),
            holder,
            holds,
            latest: micros(seen.latest),
            quota,
            quota_from: micros(seen.quota_from),
            state,
        },
        exempt: decision.exempt,
        owner: decision.owner.clone(),
        pool: decision.pool.clone(),
        reason: decision.reason.clone(),
        refused: decision.refused.iter().map(|code| code.name().to_owned()).collect(),
        until: micros(decision.until),
    };
    // Texts and numbers alone: nothing that JSON could not say.
    out.push_str(&serde_json::to_string(&written).unwrap_or_default());
}

/// Reads a decision that [`write`] wrote.
pub(super) fn read<'de>(
    json: &mut serde_json::Deserializer<serde_json::de::StrRead<'de>>,
) -> Result<Decision, serde_json::Error> {
    let Written { act, actor, event, evidence, exempt, owner, pool, reason, refused, until } =
        Written::deserialize(json)?;
    let instant = |micros: Option<i64>| {
        let read = micros.map(Instant::from_micros).transpose();
        read.map_err(|_| <serde_json::Error as de::Error>::custom("not an instant"))
    };
    let code = |name: String| {
        let found = Code::ALL.iter().copied().find(|code| code.name() == name);
        found.ok_or_else(|| <serde_json::Error as de::Error>::custom("not a code"))
    };
    let act = Act::named(&act);
    Ok(Decision {
        act: act.ok_or_else(|| <serde_json::Error as de::Error>::custom("not an act"))?,
        owner,
        until: instant(until)?,
        exempt,
        actor,
        reason,
        pool,
        refused: refused.into_iter().map(code).collect::<Result<_, _>>()?,
        evidence: Evidence {
            state: evidence.state,
            holder: evidence.holder,
            held_since: instant(evidence.held_since)?,
            held_until: instant(evidence.held_until)?,
            free_from: instant(evidence.free_from)?,
            again_from: instant(evidence.again_from)?,
            holds: evidence.holds,
            capacity: evidence.capacity,
            claimed: evidence.claimed,
            quota: evidence.quota,
            quota_from: instant(evidence.quota_from)?,
            extended: evidence.extended,
            extensions: evidence.extensions,
            latest: instant(evidence.latest)?,
            decided: instant(evidence.decided)?,
        },
        event,
    })
}
