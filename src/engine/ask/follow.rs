//! Questions about a store that is followed: what time brings about, what is
//! otherwise, what is to be done, what is done.

use serde_json::json;

use super::{Question, written};
use crate::error::{Code, Error, Fault, Language};
use crate::json::Json;
use crate::playbook::Playbook;
use crate::store::Store;
use crate::units::Instant;

const QUESTIONS: [&str; 10] = [
    "advance",
    "adopt",
    "changes",
    "effects",
    "ack",
    "recompute",
    "audit_trail",
    "restrict",
    "lift_restriction",
    "restrictions",
];

/// How many are told, or looked at, where nobody says.
const PAGE: i64 = 1_000;

/// Answers a question about a store that is followed, as JSON; advances it,
/// adopts a playbook, acknowledges effects.
///
/// # Inputs
///
/// `now`: the instant up to which time passes, for `advance` and `adopt`, and at which
/// it is done, for `restrict` and `lift_restriction`. The
/// question is an object whose `ask` is one of
///
/// | `ask` | other keys; those in brackets may be left out | answer |
/// |---|---|---|
/// | `advance` | (`limit`: customers who are looked at) | what time brought about, and how many are `waiting`: then ask again |
/// | `adopt` | | how the playbook was adopted: `customers`, `effects` |
/// | `changes` | (`after`: the last sequence that was read, `limit`) | `changes`, and the `last` of them |
/// | `effects` | (`after`, `limit`) | `effects` to be carried out, and how many are `pending` |
/// | `recompute` | | everything worked out anew from the facts: how many `customers` were compared, `deviations` of what is kept, and the `first` |
/// | `audit_trail` | (`about`: a customer; `after`, `limit`; `expect`: a hash that was kept) | `check`: whether the trail adds up, with its `head`; `trail`: what was done by hand |
/// | `restrict`, `lift_restriction` | `customer`; (`actor`, `reason`, for the audit trail) | the `customers` it is about, and whether it `changed` something |
/// | `restrictions` | | `restrictions`: who is restricted, `since` when |
/// | `ack` | `ids`: effects that are carried out | `acknowledged`, those acknowledged `before`, `unknown` ids, and how many are `pending` |
///
/// # Output
///
/// What `guanxi advance`, `changes`, `effects` and `ack` print with `--json`; of
/// one step. Of `recompute`, what `guanxi verify --deep` prints as `deep`.
///
/// # Errors
///
/// 2001 to 2014 for the question; [`Code::InvalidArgument`] where `now` is needed
/// and left out; [`Code::PlaybookChanged`]; what can keep a file from being
/// written. Then nothing has changed.
///
/// # Cost
///
/// As the functions of the [`Store`] with these names.
///
/// # Example
///
/// ```
/// use guanxi::engine::ask;
/// use guanxi::error::Language;
/// use guanxi::units::Instant;
/// use guanxi::{Playbook, Store, json};
///
/// let playbook = Playbook::from_json(r#"{"guanxi": 1, "id": "shop", "version": "1",
///     "calendar": {"zone": "UTC"}}"#)?;
/// let mut store = Store::in_memory(playbook.schema());
/// let now = Instant::parse("2026-03-01T00:00:00Z")?;
/// let advance = json::parse(br#"{"ask": "advance", "limit": 100}"#)?;
/// let told = ask::follow(&mut store, &playbook, Some(now), &advance, Language::En)?;
/// assert!(told.contains(r#""waiting":0"#));
/// let effects = json::parse(br#"{"ask": "effects"}"#)?;
/// let told = ask::follow(&mut store, &playbook, None, &effects, Language::En)?;
/// assert_eq!(told, r#"{"effects":[],"pending":0}"#);
/// # Ok::<(), guanxi::Error>(())
/// ```
pub fn follow(
    store: &mut Store,
    playbook: &Playbook,
    now: Option<Instant>,
    question: &Json,
    language: Language,
) -> Result<String, Error> {
    let (ask, mut asked) = Question::of(question, &QUESTIONS)?;
    let is_page = matches!(ask, "changes" | "effects" | "audit_trail");
    let after = if is_page { natural(asked.whole("after", 0)) } else { 0 };
    let has_limit = is_page || ask == "advance";
    let limit = if has_limit { natural(asked.whole("limit", PAGE)) } else { 0 };
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let ids = if ask == "ack" { asked.need_texts("ids") } else { Vec::new() };
    let is_restriction = matches!(ask, "restrict" | "lift_restriction");
    let customer = if is_restriction { asked.need("customer") } else { "" };
    let actor = if is_restriction { asked.get("actor") } else { None };
    let reason = if is_restriction { asked.get("reason") } else { None };
    let is_trail = ask == "audit_trail";
    let about = if is_trail { asked.get("about") } else { None };
    let expected = if is_trail { asked.get("expect") } else { None };
    asked.close()?;
    let now = || now.ok_or_else(|| no_instant(ask));
    match ask {
        "advance" => {
            let settled = store.advance(playbook, now()?, limit)?;
            written(&settled.in_language(language))
        }
        "adopt" => written(&store.adopt(playbook, now()?)?),
        "restrict" | "lift_restriction" => {
            let at = now()?;
            // What the question says goes before what the host signed with.
            let before = store.sign(None);
            let mut signature = before.clone().unwrap_or_default();
            if let Some(actor) = actor {
                signature.actor = actor.into();
            }
            if let Some(reason) = reason {
                signature.reason = reason.into();
            }
            store.sign(Some(signature));
            let done = match ask {
                "restrict" => store.restrict(customer, at),
                _ => store.lift_restriction(customer, at),
            };
            store.sign(before);
            written(&done?)
        }
        "restrictions" => written(&json!({ "restrictions": store.restrictions()? })),
        "audit_trail" => {
            let (check, trail) = store.told_trail(about, (after, limit), expected)?;
            let check = check.in_language(language);
            written(&json!({ "check": json!(check), "trail": trail }))
        }
        "recompute" => written(&store.recompute(playbook)?),
        "changes" => {
            let changes = store.changes(after, limit)?;
            let last = changes.last().map_or(after, |change| change.sequence);
            written(&json!({ "changes": changes, "last": last }))
        }
        "effects" => {
            let effects = store.effects(after, limit)?;
            written(&json!({ "effects": effects, "pending": store.n_effects()? }))
        }
        _ => {
            let mut said = json!(store.ack(&ids)?);
            said["pending"] = store.n_effects()?.into();
            written(&said)
        }
    }
}

/// What is less than nothing is nothing.
fn natural(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

fn no_instant(ask: &str) -> Error {
    Fault::new(
        Code::InvalidArgument,
        format!("`{ask}` needs the instant up to which time passes"),
        format!("`{ask}` 需要给出推进到的时刻"),
    )
    .into()
}
