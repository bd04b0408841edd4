//! Several small campaigns as one: what none of them could tell alone.
//!
//! Each campaign has an effect of its own, as audiences and offers differ, and
//! what is asked is the mean of such effects. Campaigns are weighed by their
//! sizes and one scatter for all: a small campaign whose few buyers happen to be
//! alike would otherwise count most, and those are the ones without effect.
//!
//! # Sources
//!
//! * Paule and Mandel (1982), "Consensus values and weighting factors", J. Res.
//!   Natl. Bur. Stand. 87 (how much effects differ); Hartung and Knapp (2001), "A
//!   refined method for the meta-analysis of controlled clinical trials with
//!   binary outcome", Statistics in Medicine 20 (the interval), never shorter than
//!   that of one common effect.

use serde::Serialize;

use super::compare::effect_of;
use super::{Arm, Estimate, Question, Srm, Verdict, srm};
use crate::error::{Code, Error, Fault, Text};
use crate::kpi::Moments;
use crate::stats::{Sum, chi_square_above, t_at, t_beyond};

/// Steps after which the search for how much effects differ is given up: an `f64`
/// has no more digits.
const HALVINGS: u32 = 200;

/// A campaign: its arms, one of which was left alone.
#[derive(Debug, Clone, PartialEq)]
pub struct Campaign {
    /// What it is called.
    pub name: String,
    /// Its arms; all but the control count as one.
    pub arms: Vec<Arm>,
    /// The position of the control.
    pub control: usize,
}

/// Several campaigns as one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Pooled {
    /// Each campaign.
    pub campaigns: Vec<PooledCampaign>,
    /// The mean effect of such campaigns on a customer.
    pub effect: f64,
    /// The lower end of its interval.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// How often chance alone goes as far.
    pub p: f64,
    /// By how much the true effects of campaigns differ: a standard deviation.
    pub differ_by: f64,
    /// How often campaigns with one common effect differ as much by chance.
    pub differ_p: f64,
    /// What a customer earned, after the cost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profit_per_customer: Option<Estimate>,
    /// What that comes to.
    pub verdict: Verdict,
    /// In one sentence.
    pub sentence: Text,
}

/// A campaign among others.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PooledCampaign {
    /// Its name.
    pub name: String,
    /// Its customers who were not left alone.
    pub n: u64,
    /// Those who were.
    pub n_control: u64,
    /// Whether its arms are as large as they were planned; one whose are not is
    /// left out.
    pub srm: Srm,
    /// Its effect.
    pub effect: Option<f64>,
    /// The share that it has in the whole; 0 where it is left out.
    pub weight: f64,
}

/// A campaign that counts.
struct Counted {
    at: usize,
    effect: f64,
    /// What a scatter of one comes to for its size.
    per_scatter: f64,
    scatter: f64,
    df: f64,
}

/// Several campaigns as one.
///
/// # Inputs
///
/// Two campaigns or more with the same outcome in the same unit. Where something
/// was known before, effects are those less it.
///
/// # Errors
///
/// [`Code::NoControl`]: a campaign without control or without other arms, with its
/// position; [`Code::NothingToFit`](crate::Code::NothingToFit): fewer than two
/// campaigns that say anything; those of [`experiment`](super::experiment).
///
/// ```
/// use guanxi::kpi::{Arm, Campaign, Moments, Question, Verdict, pool_campaigns};
/// let arm = |name: &str, buyers: i64, n: i64| {
///     let mut moments = Moments::default();
///     (0..n).try_for_each(|at| moments.add(i64::from(at < buyers), 0))?;
///     Ok::<_, guanxi::Error>(Arm { name: name.into(), moments, planned: 1.0 })
/// };
/// // Five mailings to 150, none of which tells anything alone.
/// let mut campaigns = Vec::new();
/// for (at, (mailed, left)) in [(15, 9), (14, 6), (17, 8), (12, 7), (16, 8)].into_iter().enumerate() {
///     let arms = vec![arm("left alone", left, 150)?, arm("mail", mailed, 150)?];
///     campaigns.push(Campaign { name: format!("{at}"), arms, control: 0 });
/// }
/// let told = pool_campaigns(&campaigns, &Question::usual(1.0))?;
/// assert_eq!(told.verdict, Verdict::Higher);
/// assert!(told.low > 0.01 && told.high < 0.09);
/// # Ok::<(), guanxi::Error>(())
/// ```
pub fn pool_campaigns(campaigns: &[Campaign], question: &Question) -> Result<Pooled, Error> {
    question.check()?;
    let question = &Question { sequential: None, ..question.clone() };
    let mut told = Vec::with_capacity(campaigns.len());
    let mut counted = Vec::new();
    for (at, campaign) in campaigns.iter().enumerate() {
        let Some(control) = campaign.arms.get(campaign.control).filter(|_| campaign.arms.len() > 1)
        else {
            let name = &campaign.name;
            let (en, zh) = (
                format!("campaign `{name}` has no control, or nobody else"),
                format!("活动 `{name}` 没有对照组，或除对照组外没有客户"),
            );
            return Err(Fault::new(Code::NoControl, en, zh).at(at.to_string()).into());
        };
        let treated = together(campaign);
        let srm = srm(&campaign.arms);
        let found = effect_of(&treated, control, question);
        let (n, m) = (treated.moments.n() as f64, control.moments.n() as f64);
        if let Some((effect, error)) = found.filter(|_| srm.matches) {
            let per_scatter = 1.0 / n + 1.0 / m;
            let scatter = error * error / per_scatter;
            counted.push(Counted { at, effect, per_scatter, scatter, df: n + m - 2.0 });
        }
        told.push(PooledCampaign {
            name: campaign.name.clone(),
            n: treated.moments.n(),
            n_control: control.moments.n(),
            srm,
            effect: found.map(|it| it.0),
            weight: 0.0,
        });
    }
    if counted.len() < 2 {
        return Err(Fault::new(
            Code::NothingToFit,
            "fewer than two campaigns say anything: there is nothing to pool",
            "有效的活动不足两个，无法合并",
        )
        .into());
    }
    Ok(pooled(told, &counted, question))
}

/// All arms but the control as one.
fn together(campaign: &Campaign) -> Arm {
    let mut moments = Moments::default();
    let mut planned = 0.0;
    for (at, arm) in campaign.arms.iter().enumerate() {
        if at != campaign.control {
            moments.merge(&arm.moments);
            planned += arm.planned;
        }
    }
    Arm { name: campaign.name.clone(), moments, planned }
}

fn pooled(mut told: Vec<PooledCampaign>, counted: &[Counted], question: &Question) -> Pooled {
    let sum = |of: &dyn Fn(&Counted) -> f64| counted.iter().map(of).collect::<Sum>().total();
    let scatter = sum(&|it| it.scatter * it.df) / sum(&|it| it.df);
    let variances: Vec<f64> = counted.iter().map(|it| it.per_scatter * scatter).collect();
    let effects: Vec<f64> = counted.iter().map(|it| it.effect).collect();
    let degrees = counted.len() as f64 - 1.0;
    let (_, q) = mean(&effects, &variances, 0.0);
    let between = between(&effects, &variances, degrees);
    let (effect, spread) = mean(&effects, &variances, between);
    let weights: Vec<f64> = variances.iter().map(|it| 1.0 / (it + between)).collect();
    let all = weights.iter().copied().collect::<Sum>().total();
    // Hartung and Knapp; but few campaigns that agree by chance are not that sure.
    let error = libm::sqrt((spread / degrees).max(1.0) / all);
    let critical = t_at(question.level, degrees);
    let (low, high) = (effect - critical * error, effect + critical * error);
    let p = t_beyond(effect / error, degrees);
    for (it, weight) in counted.iter().zip(&weights) {
        if let Some(told) = told.get_mut(it.at) {
            told.weight = weight / all;
        }
    }
    let verdict = match p < question.level {
        true if effect > 0.0 => Verdict::Higher,
        true => Verdict::Lower,
        false => Verdict::CannotTell,
    };
    let profit = question.money.map(|money| {
        let of = |effect: f64| money.margin * effect - money.cost;
        let (a, b) = (of(low), of(high));
        Estimate { value: of(effect), low: Some(a.min(b)), high: Some(a.max(b)) }
    });
    Pooled {
        effect,
        low,
        high,
        p,
        differ_by: libm::sqrt(between),
        differ_p: chi_square_above(q, degrees),
        profit_per_customer: profit,
        verdict,
        sentence: sentence(counted.len(), verdict, [effect, low, high]),
        campaigns: told,
    }
}

/// The weighted mean of the effects, and the sum of weighted squares around it.
fn mean(effects: &[f64], variances: &[f64], between: f64) -> (f64, f64) {
    let pairs =
        || effects.iter().zip(variances).map(|(it, variance)| (*it, 1.0 / (variance + between)));
    let all = pairs().map(|it| it.1).collect::<Sum>().total();
    let mean = pairs().map(|it| it.0 * it.1).collect::<Sum>().total() / all;
    (mean, pairs().map(|it| it.1 * (it.0 - mean) * (it.0 - mean)).collect::<Sum>().total())
}

/// The variance between campaigns at which their effects scatter just as they
/// should (Paule and Mandel): 0 where they scatter less without any.
fn between(effects: &[f64], variances: &[f64], degrees: f64) -> f64 {
    let scatters = |between: f64| mean(effects, variances, between).1;
    if scatters(0.0) <= degrees {
        return 0.0;
    }
    let (mut low, mut high) =
        (0.0, variances.iter().copied().fold(0.0, f64::max).max(f64::MIN_POSITIVE));
    for _ in 0..HALVINGS {
        if scatters(high) <= degrees {
            break;
        }
        high *= 2.0;
    }
    for _ in 0..HALVINGS {
        let middle = low + (high - low) / 2.0;
        if middle <= low || high <= middle {
            break;
        }
        if scatters(middle) > degrees { low = middle } else { high = middle }
    }
    low + (high - low) / 2.0
}

fn sentence(campaigns: usize, verdict: Verdict, [effect, low, high]: [f64; 3]) -> Text {
    let range = format!("{effect:.4} ({low:.4} to {high:.4})");
    let range_zh = format!("{effect:.4}（{low:.4} 至 {high:.4}）");
    match verdict {
        Verdict::Higher | Verdict::Lower => {
            let (en, zh) = match verdict {
                Verdict::Higher => ("raise", "提高"),
                _ => ("lower", "降低"),
            };
            Text::new(
                format!(
                    "{campaigns} campaigns together: such campaigns {en} it, by {range} a customer."
                ),
                format!("{campaigns} 次活动合并来看：此类活动{zh}结果，每位客户 {range_zh}。"),
            )
        }
        _ => Text::new(
            format!("{campaigns} campaigns together do not tell either: {range} a customer."),
            format!("{campaigns} 次活动合并后仍无法判断：每位客户 {range_zh}。"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kpi::Money;
    use crate::kpi::why::Drawn;

    fn campaign(drawn: &mut Drawn, n: i64, base: f64, lift: f64) -> Campaign {
        let mut arm = |name: &str, n: i64, rate: f64| {
            let mut moments = Moments::default();
            (0..n).for_each(|_| moments.add(i64::from(drawn.share() < rate), 0).unwrap());
            Arm { name: name.into(), moments, planned: n as f64 }
        };
        let arms = vec![arm("left alone", n / 2, base), arm("mail", n, base + lift)];
        Campaign { name: "c".into(), arms, control: 0 }
    }

    /// The share of worlds whose interval holds the mean effect, and that claim one.
    fn worlds(count: u64, campaigns: i64, lift: f64, differ: f64) -> [f64; 2] {
        let mut held = [0.0; 2];
        for seed in 0..count {
            let mut drawn = Drawn(seed);
            let own = |drawn: &mut Drawn| lift + differ * 3.4641 * (drawn.share() - 0.5);
            let all: Vec<Campaign> = (0..campaigns)
                .map(|_| {
                    let (n, lift) = (150 + drawn.below(500), own(&mut drawn));
                    campaign(&mut drawn, n, 0.1, lift)
                })
                .collect();
            let told = pool_campaigns(&all, &Question::usual(1.0)).unwrap();
            held[0] += f64::from(told.low <= lift && lift <= told.high);
            held[1] += f64::from(told.p < 0.05);
            let weights: f64 = told.campaigns.iter().map(|it| it.weight).sum();
            assert!((weights - 1.0).abs() < 1e-12);
        }
        held.map(|it| it / count as f64)
    }

    #[test]
    fn intervals_hold_the_mean_and_nothing_is_claimed_where_nothing_is() {
        for (lift, differ) in [(0.0, 0.0), (0.0, 0.05), (0.05, 0.03)] {
            let [held, claimed] = worlds(600, 6, lift, differ);
            // Where effects do not differ the interval is a little too long: it cannot know.
            assert!(held >= 0.93 && (differ == 0.0 || held <= 0.99), "{lift} {differ}: {held}");
            assert!(lift > 0.0 || claimed <= 0.07, "{claimed}");
        }
        // What one of them hardly tells, eight together do.
        let [_, claimed] = worlds(200, 8, 0.05, 0.01);
        assert!(claimed > 0.8, "{claimed}");
    }

    /// Cochran's data of Paule and Mandel's method, worked by hand for three
    /// campaigns of one variance: the excess of the scatter is what differs.
    #[test]
    fn what_differs_is_the_scatter_beyond_chance() {
        let (effects, variances) = ([1.0, 2.0, 6.0], [1.0, 1.0, 1.0]);
        // The variance of 1, 2, 6 is 7; one of it is chance.
        assert!((between(&effects, &variances, 2.0) - 6.0).abs() < 1e-12);
        assert_eq!(between(&[1.0, 1.1, 0.9], &variances, 2.0), 0.0);
        assert_eq!(mean(&effects, &variances, 0.0), (3.0, 14.0));
    }

    #[test]
    fn what_cannot_be_pooled_is_refused_or_left_out() {
        let mut drawn = Drawn(4);
        let good = campaign(&mut drawn, 300, 0.1, 0.1);
        let code = |campaigns: &[Campaign]| {
            pool_campaigns(campaigns, &Question::usual(1.0)).unwrap_err().into_faults().remove(0)
        };
        assert_eq!(code(std::slice::from_ref(&good)).code, Code::NothingToFit);
        let mut alone = good.clone();
        alone.arms.truncate(1);
        let fault = code(&[good.clone(), alone]);
        assert_eq!((fault.code, fault.pointer.as_deref()), (Code::NoControl, Some("1")));
        // Half of an arm is missing: it is shown, and does not count.
        let mut lacking = good.clone();
        lacking.arms[0].planned *= 4.0;
        let money = Some(Money { margin: 10.0, cost: 0.2 });
        let question = Question { money, ..Question::usual(1.0) };
        let told = pool_campaigns(&[good.clone(), good, lacking], &question).unwrap();
        assert_eq!((told.campaigns[2].weight, told.campaigns[2].srm.matches), (0.0, false));
        let profit = told.profit_per_customer.unwrap();
        assert!((profit.value - (10.0 * told.effect - 0.2)).abs() < 1e-12);
        assert!(profit.low.unwrap() < profit.value && profit.value < profit.high.unwrap());
    }
}
