//! A decision, and why, in words.

use serde::Serialize;

use crate::error::{Code, Fault, Language};
use crate::facts::{Act, Decision};
use crate::units::{Instant, Zone, shown};

/// What was decided on a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Decided {
    /// The customer's id.
    pub customer: Box<str>,
    /// From when on it holds.
    pub at: Instant,
    /// Whether it was granted.
    pub granted: bool,
    /// The decision as it is recorded, with what it rests on.
    #[serde(flatten)]
    pub decision: Decision,
    /// Why it was refused, each reason with a way out; empty where it was not.
    pub faults: Vec<Fault>,
}

impl Decided {
    /// A recorded decision in words, with times as the clocks of a zone show them.
    pub fn of(customer: &str, at: Instant, decision: &Decision, zone: &Zone) -> Decided {
        let faults = decision.refused.iter();
        let faults = faults.map(|code| fault(*code, customer, at, decision, zone)).collect();
        Decided {
            customer: customer.into(),
            at,
            granted: decision.is_granted(),
            decision: decision.clone(),
            faults,
        }
    }

    /// The decision as JSON with its reasons in one language.
    pub fn in_language(&self, language: Language) -> impl Serialize + '_ {
        #[derive(Serialize)]
        struct Said<'a, F: Serialize> {
            customer: &'a str,
            at: Instant,
            granted: bool,
            #[serde(flatten)]
            decision: &'a Decision,
            faults: Vec<F>,
        }
        Said {
            customer: &self.customer,
            at: self.at,
            granted: self.granted,
            decision: &self.decision,
            faults: self.faults.iter().map(|fault| fault.in_language(language)).collect(),
        }
    }
}

fn fault(code: Code, customer: &str, at: Instant, decision: &Decision, zone: &Zone) -> Fault {
    let evidence = &decision.evidence;
    let customer = shown(customer);
    let owner = shown(decision.owner.as_deref().unwrap_or_default());
    let holder = evidence.holder.as_deref().map(shown);
    let state = &evidence.state;
    let count = |number: Option<u32>| number.unwrap_or_default();
    let local = |at: Option<Instant>| zone.written(at.unwrap_or(Instant::MAX));
    let at = zone.written(at);
    let say = |en: String, zh: String| Fault::new(code, en, zh);
    match code {
        Code::Held if decision.act == Act::Transfer => say(
            format!("`{owner}` holds `{customer}` already"),
            format!("`{customer}` 已由 `{owner}` 负责"),
        ),
        Code::Held => {
            let (en, zh) = match (&holder, evidence.held_since.map(|since| zone.written(since))) {
                (Some(holder), Some(since)) => (
                    format!("`{customer}` is held by `{holder}` since {since}"),
                    format!("`{customer}` 自 {since} 起由 `{holder}` 负责"),
                ),
                (Some(holder), None) => (
                    format!("`{customer}` is held by `{holder}`"),
                    format!("`{customer}` 由 `{holder}` 负责"),
                ),
                _ => (
                    format!("`{customer}` is held by somebody"),
                    format!("`{customer}` 已有负责人"),
                ),
            };
            say(en, zh).hint(
                "it can be claimed when it is released or recycled, or be transferred",
                "待其释放或收回后方可领取，或由负责人转移",
            )
        }
        Code::Resting => {
            let fault = say(
                format!("`{customer}` is `{state}`, and is not given out"),
                format!("`{customer}` 处于 `{state}`，暂不可领取"),
            );
            match evidence.free_from.map(|free| zone.written(free)) {
                Some(free) => fault
                    .hint(format!("it may be claimed from {free}"), format!("{free} 起可以领取")),
                None => fault,
            }
        }
        Code::TooSoon => {
            let again = local(evidence.again_from);
            let fault = say(
                format!("`{owner}` held `{customer}` before and must wait"),
                format!("`{owner}` 曾负责 `{customer}`，尚在冷却期内"),
            );
            let (mut en, mut zh) =
                (format!("may be claimed again from {again}"), format!("{again} 起可再次领取"));
            // Unless nobody may, for another reason.
            if decision.refused.iter().all(|it| !matches!(it, Code::Held | Code::Resting)) {
                en.push_str("; others may claim it now");
                zh.push_str("；其他人现在即可领取");
            }
            fault.hint(en, zh)
        }
        Code::AtCapacity => {
            let (holds, most) = (count(evidence.holds), count(evidence.capacity));
            say(
                format!("`{owner}` holds {holds} customers, at most {most}"),
                format!("`{owner}` 已持有 {holds} 个客户，上限 {most} 个"),
            )
            .hint("release or transfer one first", "请先释放或转移一个客户")
        }
        Code::QuotaUsed => {
            let (claimed, most) = (count(evidence.claimed), count(evidence.quota));
            let next = local(evidence.quota_from);
            say(
                format!("`{owner}` has claimed {claimed} customers in this period, at most {most}"),
                format!("`{owner}` 本期已领取 {claimed} 个客户，上限 {most} 个"),
            )
            .hint(
                format!("the next period begins {next}; releasing gives no claim back"),
                format!("下一期自 {next} 起；释放客户不返还领取次数"),
            )
        }
        Code::NoPool => {
            say(format!("`{customer}` is in no pool"), format!("`{customer}` 不属于任何公海")).hint(
                "no `when` of `claims`/`pools` holds for it",
                "`claims`/`pools` 中没有一个公海的条件对其成立",
            )
        }
        Code::NotHeld if holder.is_some() => {
            let (holder, actor) = (holder.unwrap_or_default(), shown(&decision.actor));
            say(
                format!("`{customer}` is held by `{holder}`, not by `{actor}`"),
                format!("`{customer}` 由 `{holder}` 负责，而非 `{actor}`"),
            )
            .hint(
                "its holder may ask, or somebody whom limits do not bind (`exempt`)",
                "应由负责人提出，或由不受限制者（`exempt`）提出",
            )
        }
        Code::NotHeld => say(
            format!("nobody holds `{customer}`: it is `{state}`"),
            format!("`{customer}` 没有负责人：处于 `{state}`"),
        ),
        Code::ExtendedTooOften => {
            let (extended, most) = (count(evidence.extended), count(evidence.extensions));
            say(
                format!("`{customer}` was extended {extended} times, at most {most}"),
                format!("`{customer}` 已延期 {extended} 次，上限 {most} 次"),
            )
            .hint("release it, or transfer it", "请释放或转移该客户")
        }
        Code::ExtendedTooFar => {
            let latest = local(evidence.latest);
            say(
                format!("`{customer}` may be held until {latest} at most"),
                format!("`{customer}` 最多只能负责到 {latest}"),
            )
            .hint(format!("ask until {latest} or earlier"), format!("请延至不晚于 {latest}"))
        }
        Code::DecidedSince => {
            let decided = local(evidence.decided);
            say(
                format!("something was done with `{customer}` at {decided}, later than {at}"),
                format!("`{customer}` 在 {decided} 已有操作，晚于 {at}"),
            )
            .hint(format!("ask for {decided} or later"), format!("请改用不早于 {decided} 的时点"))
        }
        Code::NotFollowed if decision.act == Act::Extend => longer(decision, zone, say, &customer),
        _ => say(
            format!("the lifecycle does not follow: `{customer}` would stay `{state}`"),
            format!("生命周期不接受：`{customer}` 仍会处于 `{state}`"),
        )
        .hint(
            "look for a condition on the way, or for a pinned state",
            "请检查相应转换的条件，或是否有锁定的状态",
        ),
    }
}

/// Why an extension is of no use.
fn longer(
    decision: &Decision,
    zone: &Zone,
    say: impl Fn(String, String) -> Fault,
    customer: &str,
) -> Fault {
    let until = decision.until.unwrap_or(Instant::MAX);
    let is_shorter = |ends: Instant| until <= ends;
    let ends = decision.evidence.held_until.map(|ends| (is_shorter(ends), zone.written(ends)));
    let until = zone.written(until);
    match ends {
        None => say(
            format!("`{customer}` is held without end already"),
            format!("`{customer}` 的持有本无期限"),
        ),
        Some((true, ends)) => say(
            format!("`{customer}` is held until {ends} already"),
            format!("`{customer}` 本来就可以持有到 {ends}"),
        )
        .hint(format!("ask for later than {ends}"), format!("请延至晚于 {ends} 的时点")),
        Some((false, ends)) => say(
            format!("the lifecycle would not hold `{customer}` until {until}"),
            format!("生命周期不会让 `{customer}` 被持有到 {until}"),
        )
        .hint(
            format!("without it the hold ends {ends}; look for a cap in its timer"),
            format!("不延期时持有到 {ends}；请检查定时条件中的上限"),
        ),
    }
}
