//! What speaks against a request, given what is known when it is made.

use crate::error::Code;
use crate::facts::{Act, Evidence};
use crate::units::Instant;

/// Where a customer stands for those who want it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It may be claimed.
    Free,
    /// Somebody holds it.
    Held,
    /// Neither: it rests in the pool, say.
    Neither,
}

/// A request, as far as it can be judged by itself.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// What is asked.
    pub act: Act,
    /// From when on it is to hold.
    pub at: Instant,
    /// Who asks.
    pub actor: &'a str,
    /// Who is to hold the customer.
    pub owner: Option<&'a str>,
    /// Until when.
    pub until: Option<Instant>,
    /// Whether limits do not count.
    pub exempt: bool,
    /// Whether the customer is in a pool.
    pub pooled: bool,
}

/// Every reason against a request, in the order of their codes; none where it
/// is granted.
///
/// # Inputs
///
/// `evidence`: counts are those before the request. What is not limited has no
/// limit there.
///
/// # Example
///
/// ```
/// use guanxi::Code;
/// use guanxi::account::{Asked, Standing, refusals};
/// use guanxi::facts::{Act, Evidence};
/// use guanxi::units::Instant;
///
/// let at = Instant::parse("2026-03-01T00:00:00Z")?;
/// let (actor, owner, until) = ("li", Some("li"), None);
/// let claim = Asked { act: Act::Claim, at, actor, owner, until, exempt: false, pooled: true };
/// let evidence = Evidence { claimed: Some(10), quota: Some(10), ..Evidence::default() };
/// assert_eq!(refusals(&claim, Standing::Free, &evidence), [Code::QuotaUsed]);
/// let exempt = Asked { exempt: true, ..claim };
/// assert!(refusals(&exempt, Standing::Free, &evidence).is_empty());
/// # Ok::<(), guanxi::Error>(())
/// ```
pub fn refusals(asked: &Asked<'_>, standing: Standing, evidence: &Evidence) -> Vec<Code> {
    // What is asked about the past cannot be judged by what came later.
    if evidence.decided.is_some() {
        return vec![Code::DecidedSince];
    }
    let mut out = match (asked.act, standing) {
        (Act::Claim, Standing::Free) => Vec::new(),
        (Act::Claim, Standing::Held) => vec![Code::Held],
        (Act::Claim, Standing::Neither) => vec![Code::Resting],
        (Act::Transfer, Standing::Held) if evidence.holder.as_deref() == asked.owner => {
            vec![Code::Held]
        }
        (_, Standing::Held) if takes_away(asked, evidence) => vec![Code::NotHeld],
        (_, Standing::Held) => Vec::new(),
        (_, Standing::Free | Standing::Neither) => vec![Code::NotHeld],
    };
    if asked.act == Act::Claim && !asked.pooled {
        out.push(Code::NoPool);
    }
    if !asked.exempt {
        out.extend(limits(asked, evidence));
    }
    out.sort_unstable_by_key(|code| code.number());
    out
}

/// Whether somebody asks for what is another's to give: a release by who does not
/// hold the customer, a transfer to oneself. Managers ask with an exemption.
fn takes_away(asked: &Asked<'_>, evidence: &Evidence) -> bool {
    let by_another = evidence.holder.as_deref().is_some_and(|holder| holder != asked.actor);
    let takes = match asked.act {
        Act::Release => true,
        Act::Transfer => asked.owner == Some(asked.actor),
        Act::Claim | Act::Extend => false,
    };
    by_another && takes && !asked.exempt
}

/// The limits that are reached.
fn limits(asked: &Asked<'_>, evidence: &Evidence) -> Vec<Code> {
    let reached = |count: Option<u32>, most: Option<u32>| matches!((count, most), (Some(count), Some(most)) if most <= count);
    let holds = reached(evidence.holds, evidence.capacity).then_some(Code::AtCapacity);
    match asked.act {
        Act::Claim => {
            let waits = evidence.again_from.is_some_and(|from| asked.at < from);
            let used = reached(evidence.claimed, evidence.quota).then_some(Code::QuotaUsed);
            [waits.then_some(Code::TooSoon), holds, used].into_iter().flatten().collect()
        }
        Act::Transfer => holds.into_iter().collect(),
        Act::Extend => {
            let often = reached(evidence.extended, evidence.extensions);
            let far = matches!((asked.until, evidence.latest),
                (Some(until), Some(latest)) if latest < until);
            let often = often.then_some(Code::ExtendedTooOften);
            often.into_iter().chain(far.then_some(Code::ExtendedTooFar)).collect()
        }
        Act::Release => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(act: Act) -> Asked<'static> {
        let at = Instant::clamped(1_000);
        let (actor, owner) = ("li", Some("li"));
        Asked { act, at, actor, owner, until: None, exempt: false, pooled: true }
    }

    #[test]
    fn a_limit_is_reached_when_nothing_is_left_of_it() {
        for (act, count, code) in [
            (Act::Claim, "holds", Code::AtCapacity),
            (Act::Claim, "claimed", Code::QuotaUsed),
            (Act::Transfer, "holds", Code::AtCapacity),
            (Act::Extend, "extended", Code::ExtendedTooOften),
        ] {
            let standing = if act == Act::Claim { Standing::Free } else { Standing::Held };
            for number in 0..5 {
                let mut evidence = Evidence::default();
                match count {
                    "holds" => (evidence.holds, evidence.capacity) = (Some(number), Some(3)),
                    "claimed" => (evidence.claimed, evidence.quota) = (Some(number), Some(3)),
                    _ => (evidence.extended, evidence.extensions) = (Some(number), Some(3)),
                }
                let expected: &[Code] = if number < 3 { &[] } else { &[code] };
                assert_eq!(
                    refusals(&asked(act), standing, &evidence),
                    expected,
                    "{act:?} {number}"
                );
            }
        }
    }

    #[test]
    fn nobody_takes_a_customer_from_its_holder() {
        let held_by =
            |holder: &str| Evidence { holder: Some(holder.into()), ..Evidence::default() };
        for (act, actor, owner, holder, granted) in [
            (Act::Release, "li", None, "li", true),
            (Act::Release, "li", None, "wang", false),
            (Act::Transfer, "li", Some("wu"), "li", true),
            (Act::Transfer, "chief", Some("wu"), "li", true),
            (Act::Transfer, "wu", Some("wu"), "li", false),
            (Act::Extend, "chief", None, "li", true),
        ] {
            let asked = Asked { actor, owner, ..asked(act) };
            let expected: &[Code] = if granted { &[] } else { &[Code::NotHeld] };
            let evidence = held_by(holder);
            assert_eq!(refusals(&asked, Standing::Held, &evidence), expected, "{act:?} {actor}");
            let exempt = Asked { exempt: true, ..asked };
            assert!(refusals(&exempt, Standing::Held, &evidence).is_empty());
        }
    }

    #[test]
    fn a_wait_ends_at_its_instant() {
        for (from, waits) in [(999, false), (1_000, false), (1_001, true)] {
            let again_from = Some(Instant::clamped(from));
            let evidence = Evidence { again_from, ..Evidence::default() };
            let found = refusals(&asked(Act::Claim), Standing::Free, &evidence);
            assert_eq!(found == [Code::TooSoon], waits, "{from}");
        }
    }

    #[test]
    fn every_reason_is_told_and_an_exemption_lifts_limits_alone() {
        let evidence = Evidence {
            holder: Some("wang".into()),
            holds: Some(9),
            capacity: Some(5),
            claimed: Some(1),
            quota: Some(1),
            ..Evidence::default()
        };
        let claim = asked(Act::Claim);
        let all = [Code::Held, Code::AtCapacity, Code::QuotaUsed];
        assert_eq!(refusals(&claim, Standing::Held, &evidence), all);
        let exempt = Asked { exempt: true, ..claim };
        assert_eq!(refusals(&exempt, Standing::Held, &evidence), [Code::Held]);
        let transfer = Asked { owner: Some("wang"), exempt: true, ..asked(Act::Transfer) };
        assert_eq!(refusals(&transfer, Standing::Held, &evidence), [Code::Held]);
        assert_eq!(refusals(&asked(Act::Release), Standing::Free, &evidence), [Code::NotHeld]);
    }
}
