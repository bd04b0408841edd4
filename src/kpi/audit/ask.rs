//! The tests, one question each.

use super::report::{Advice, AuditFinding};
use super::{FEWEST, History, say};
use crate::stats::{
    Lead, beta_below, correlation, fisher, lead, news, normal_at, paired, power, rank_correlation,
};

/// Claims among many tests of one kind that may be by chance.
const FALSE_CLAIMS: f64 = 0.10;
/// The level of one test.
const LEVEL: f64 = 0.05;
/// A target that is met more often says nothing.
const ALWAYS: f64 = 0.80;
/// One that is met less often neither.
const NEVER: f64 = 0.20;
/// The fewest periods in which either can be told.
const HITS: usize = 14;
/// Two that go together like this say the same.
const SAME: f64 = 0.80;
/// And at least like this, nineteen times out of twenty.
const SAME_AT_LEAST: f64 = 0.60;
/// The fewest changes from which that can be told.
const CHANGES: usize = 24;
/// Two of which one is computed from the other.
const IDENTICAL: f64 = 0.9999;
/// Below this share of measured periods the input is in disorder.
const MEASURED: f64 = 0.80;
/// A test that would find what matters less often than this says nothing.
const ENOUGH: f64 = 0.80;
/// The largest Wald statistic over break dates that chance gives in one case of
/// twenty, for one coefficient and 15 % taken off at either end (Andrews 1993,
/// table 1).
const BREAK: f64 = 8.68;

/// The histories, and what was computed of them once.
pub(super) struct Ask<'a> {
    kpis: &'a [History],
    outcome: &'a [Option<f64>],
    /// By how many periods something may go before the outcome.
    most: usize,
    /// How each goes before the outcome.
    leads: Vec<Option<Lead>>,
}

impl<'a> Ask<'a> {
    pub fn new(kpis: &'a [History], outcome: &'a [Option<f64>]) -> Ask<'a> {
        let most = (outcome.len() / 6).min(6);
        let measured = |kpi: &History| kpi.values.iter().flatten().count();
        let leads = kpis.iter().map(|kpi| {
            let enough = FEWEST <= measured(kpi);
            enough.then(|| lead(&kpi.values, outcome, most)).flatten()
        });
        Ask { kpis, outcome, most, leads: leads.collect() }
    }

    /// Whether it is still being measured, and moves.
    pub fn inputs(&self) -> Vec<AuditFinding> {
        let input = |kpi: &History| {
            let periods = kpi.values.len();
            let seen = kpi.values.iter().flatten().count();
            let since = kpi.values.iter().rev().take_while(|value| value.is_none()).count();
            let share = seen as f64 / periods.max(1) as f64;
            let still = kpi
                .values
                .iter()
                .flatten()
                .all(|it| Some(it) == kpi.values.iter().flatten().next());
            let (verdict, fires) = match () {
                () if share < MEASURED || since > 1 => (Advice::RepairInput, true),
                () if still && seen >= FEWEST => (Advice::Drop, true),
                () => (Advice::Keep, false),
            };
            fires.then(|| AuditFinding {
                kpi: kpi.name.clone(),
                with: None,
                test: "input",
                statistic: share,
                p: None,
                n: periods as u64,
                power: None,
                fires,
                verdict,
                message: say::input(kpi, seen, since, still && verdict == Advice::Drop),
            })
        };
        self.kpis.iter().filter_map(input).collect()
    }

    /// Whether its target is always met, or never.
    pub fn targets(&self) -> Vec<AuditFinding> {
        let mut out: Vec<AuditFinding> = self.kpis.iter().filter_map(target).collect();
        settle(&mut out);
        out
    }

    /// Whether another one says the same.
    pub fn redundant(&self) -> Vec<AuditFinding> {
        let mut out = Vec::new();
        for (position, kpi) in self.kpis.iter().enumerate() {
            for (other, rival) in self.kpis.iter().enumerate().skip(position + 1) {
                let Some((r, n, identical)) = same(kpi, rival) else { continue };
                // The one that tells more of the outcome stays; else the first.
                let told =
                    |at: usize| self.leads.get(at).copied().flatten().map_or(0.0, |it| it.r.abs());
                let is_first = identical || told(position) >= told(other);
                let (kept, merged) = if is_first { (kpi, rival) } else { (rival, kpi) };
                out.push(AuditFinding {
                    kpi: merged.name.clone(),
                    with: Some(kept.name.clone()),
                    test: "redundancy",
                    statistic: r,
                    p: None,
                    n: n as u64,
                    power: None,
                    fires: true,
                    verdict: Advice::Merge,
                    message: say::redundant(merged, kept, r, identical),
                });
            }
        }
        out
    }

    /// Whether it goes before the outcome, and still does.
    pub fn leads(&self) -> Vec<AuditFinding> {
        let mut out = Vec::new();
        for (kpi, found) in self.kpis.iter().zip(&self.leads) {
            let Some(found) = found else {
                out.push(self.unseen(kpi));
                continue;
            };
            out.push(self.led(kpi, found));
            out.extend(self.vanished(kpi, found));
        }
        let real: Vec<bool> = discoveries(&out, |it| it.test == "lead");
        for (finding, real) in out.iter_mut().zip(real) {
            let claims = matches!(finding.verdict, Advice::Keep | Advice::ResolveConflict);
            if finding.test == "lead" && claims && !real {
                *finding = self.unclear(finding);
            }
        }
        out
    }

    fn finding(&self, kpi: &History, test: &'static str, found: &Lead) -> AuditFinding {
        AuditFinding {
            kpi: kpi.name.clone(),
            with: None,
            test,
            statistic: found.r,
            p: Some(found.p),
            n: found.n as u64,
            power: Some(found.power),
            fires: false,
            verdict: Advice::Keep,
            message: say::lead(kpi, found),
        }
    }

    fn led(&self, kpi: &History, found: &Lead) -> AuditFinding {
        let finding = self.finding(kpi, "lead", found);
        if found.p >= LEVEL {
            return self.unclear(&finding);
        }
        // Better here must be better there.
        let good = if kpi.less_is_better { -found.r } else { found.r };
        if good < 0.0 {
            let message = say::against_outcome(kpi, found);
            return AuditFinding {
                verdict: Advice::ResolveConflict,
                fires: true,
                message,
                ..finding
            };
        }
        finding
    }

    /// Nothing was shown: either there is nothing, or it could not be seen.
    fn unclear(&self, finding: &AuditFinding) -> AuditFinding {
        let power = finding.power.unwrap_or(0.0);
        let (verdict, fires) = match power >= ENOUGH {
            true => (Advice::Drop, true),
            false => (Advice::CannotTell, false),
        };
        let message = say::no_lead(&finding.kpi, power, self.needed());
        AuditFinding { verdict, fires, message, ..finding.clone() }
    }

    fn unseen(&self, kpi: &History) -> AuditFinding {
        AuditFinding {
            kpi: kpi.name.clone(),
            with: None,
            test: "lead",
            statistic: 0.0,
            p: None,
            n: kpi.values.iter().flatten().count() as u64,
            power: Some(0.0),
            fires: false,
            verdict: Advice::CannotTell,
            message: say::no_lead(&kpi.name, 0.0, self.needed()),
        }
    }

    /// Periods after which a relation of 0.5 would be found often enough.
    fn needed(&self) -> usize {
        (4..10_000).find(|n| power(0.5, *n, self.most) >= ENOUGH).map_or(10_000, |n| n + self.most)
    }

    /// Whether a relation that was there is there no longer.
    fn vanished(&self, kpi: &History, found: &Lead) -> Option<AuditFinding> {
        let pairs = paired(&news(&kpi.values), &news(self.outcome), found.periods);
        let (at, wald) = widest_break(&pairs)?;
        let (before, after) = (correlation(pairs.get(..at)?)?, correlation(pairs.get(at..)?)?);
        let (z, error) = fisher(before, at)?;
        let (z_after, error_after) = fisher(after, pairs.len() - at)?;
        let was = z.abs() - normal_at(LEVEL / 2.0) * error > 0.0;
        let is_gone = z_after.abs() < normal_at(LEVEL / 2.0) * error_after && after.abs() < 0.2;
        (wald > BREAK && was && is_gone).then(|| AuditFinding {
            test: "vanished",
            statistic: wald,
            p: None,
            n: pairs.len() as u64,
            power: None,
            fires: true,
            verdict: Advice::Drop,
            message: say::vanished(kpi, before, after, pairs.len() - at),
            ..self.finding(kpi, "vanished", found)
        })
    }

    /// Whether the gain of one owner comes with the loss of another.
    pub fn conflicts(&self) -> Vec<AuditFinding> {
        let mut out = Vec::new();
        for (position, kpi) in self.kpis.iter().enumerate() {
            for rival in self.kpis.iter().skip(position + 1) {
                let (Some(owner), Some(other)) = (&kpi.owner, &rival.owner) else { continue };
                if owner == other {
                    continue;
                }
                let ways = [
                    lead(&kpi.values, &rival.values, self.most),
                    lead(&rival.values, &kpi.values, self.most),
                ];
                let sign = if kpi.less_is_better == rival.less_is_better { 1.0 } else { -1.0 };
                let best = ways.into_iter().flatten().min_by(|a, b| a.p.total_cmp(&b.p));
                let Some(found) = best else { continue };
                // Two directions were looked at.
                let p = (2.0 * found.p).min(1.0);
                out.push(AuditFinding {
                    with: Some(rival.name.clone()),
                    p: Some(p),
                    statistic: sign * found.r,
                    fires: sign * found.r < 0.0 && p < LEVEL,
                    verdict: Advice::ResolveConflict,
                    message: say::conflict((kpi, owner), (rival, other), sign * found.r),
                    ..self.finding(kpi, "conflict", &found)
                });
            }
        }
        settle(&mut out);
        out.retain(|it| it.fires);
        out
    }
}

/// Of findings of one kind those stay that few enough would be by chance.
fn settle(findings: &mut [AuditFinding]) {
    let real = discoveries(findings, |_| true);
    for (finding, real) in findings.iter_mut().zip(real) {
        finding.fires &= real;
        if !finding.fires && finding.verdict == Advice::Retarget {
            finding.verdict = Advice::Keep;
        }
    }
}

/// Which of these are claims of which no more than one in ten is by chance.
fn discoveries(findings: &[AuditFinding], of: impl Fn(&AuditFinding) -> bool) -> Vec<bool> {
    let mut p: Vec<f64> = findings.iter().filter(|it| of(it)).filter_map(|it| it.p).collect();
    p.sort_by(f64::total_cmp);
    let many = p.len() as f64;
    let allowed = p.iter().enumerate().rev();
    let largest = allowed
        .map(|(rank, p)| (*p, FALSE_CLAIMS * (rank + 1) as f64 / many))
        .find(|(p, limit)| p <= limit)
        .map(|(p, _)| p);
    let is_real = |it: &AuditFinding| match (it.p, largest) {
        (None, _) => true,
        (Some(p), Some(largest)) => p <= largest,
        (Some(_), None) => false,
    };
    findings.iter().map(is_real).collect()
}

fn target(kpi: &History) -> Option<AuditFinding> {
    let good =
        |value: f64, target: f64| if kpi.less_is_better { target - value } else { value - target };
    let pairs = kpi.values.iter().zip(&kpi.targets);
    let mut margins: Vec<f64> =
        pairs.filter_map(|(value, target)| Some(good((*value)?, (*target)?))).collect();
    let n = margins.len();
    if n < HITS {
        return None;
    }
    let hits = margins.iter().filter(|margin| **margin >= 0.0).count();
    let (k, rest) = (hits as f64, (n - hits) as f64);
    // How often so many, or so few, would be met if the target were met as
    // often as it just may.
    let always = if hits == 0 { 1.0 } else { beta_below(k, rest + 1.0, ALWAYS, 1.0 - ALWAYS) };
    let never = if rest == 0.0 { 1.0 } else { beta_below(rest, k + 1.0, 1.0 - NEVER, NEVER) };
    let margin = median(&mut margins);
    let mut values: Vec<f64> = kpi.values.iter().flatten().copied().collect();
    let middle = median(&mut values);
    let mut apart: Vec<f64> = values.iter().map(|value| (value - middle).abs()).collect();
    let is_far = margin > median(&mut apart);
    let (p, fires) = match () {
        () if always <= LEVEL => (always, is_far),
        () if never <= LEVEL => (never, true),
        () => (always.min(never), false),
    };
    // Two in three periods below it, one above: a target that asks for something.
    let share = if kpi.less_is_better { 0.35 } else { 0.65 };
    let at = libm::floor(share * (values.len() - 1) as f64) as usize;
    let proposed = values.get(at).copied().unwrap_or(middle);
    Some(AuditFinding {
        kpi: kpi.name.clone(),
        with: None,
        test: "saturation",
        statistic: k / n as f64,
        p: Some(p),
        n: n as u64,
        power: None,
        fires,
        verdict: if fires { Advice::Retarget } else { Advice::Keep },
        message: say::target(kpi, hits, n, fires.then_some(proposed)),
    })
}

/// The middle of these, which are left in order.
fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    let at = |place: usize| values.get(place).copied().unwrap_or(0.0);
    match values.len() {
        0 => 0.0,
        n if n % 2 == 1 => at(n / 2),
        n => (at(n / 2 - 1) + at(n / 2)) / 2.0,
    }
}

/// How the changes of two go together, from how many, and whether one is
/// computed from the other; `None` where they do not say the same.
fn same(kpi: &History, rival: &History) -> Option<(f64, usize, bool)> {
    let levels = paired(&kpi.values, &rival.values, 0);
    let fit = correlation(&levels)?;
    if fit * fit > IDENTICAL && levels.len() >= FEWEST {
        return Some((fit, levels.len(), true));
    }
    let changes = paired(&changes(&kpi.values), &changes(&rival.values), 0);
    let r = rank_correlation(&changes).filter(|_| changes.len() >= CHANGES)?;
    let (z, error) = fisher(r.abs(), changes.len())?;
    // Ranks are a little less sure than values are.
    let least = libm::tanh(z - normal_at(LEVEL / 2.0) * 1.06 * error);
    (r.abs() >= SAME && least >= SAME_AT_LEAST).then_some((r, changes.len(), false))
}

fn changes(values: &[Option<f64>]) -> Vec<Option<f64>> {
    values.windows(2).map(|pair| Some(pair[1]? - pair[0]?)).collect()
}

/// Where the slope differs the most before and after, and by how much (Wald).
fn widest_break(pairs: &[(f64, f64)]) -> Option<(usize, f64)> {
    let n = pairs.len();
    let edge = (n * 15 / 100).max(FEWEST);
    let mut widest: Option<(usize, f64)> = None;
    for at in edge..n.checked_sub(edge)?.max(edge) {
        let (before, after) = (slope(pairs.get(..at)?)?, slope(pairs.get(at..)?)?);
        let apart = before.0 - after.0;
        let wald = apart * apart / (before.1 + after.1);
        if widest.is_none_or(|(_, most)| wald > most) {
            widest = Some((at, wald));
        }
    }
    widest
}

/// A slope and its variance, by least squares.
fn slope(pairs: &[(f64, f64)]) -> Option<(f64, f64)> {
    let n = pairs.len() as f64;
    let (x, y) = pairs.iter().fold((0.0, 0.0), |sum, pair| (sum.0 + pair.0, sum.1 + pair.1));
    let (x, y) = (x / n, y / n);
    let sum =
        |of: &dyn Fn(f64, f64) -> f64| pairs.iter().map(|it| of(it.0 - x, it.1 - y)).sum::<f64>();
    let spread = sum(&|x, _| x * x);
    let slope = sum(&|x, y| x * y) / spread;
    let left = sum(&|x, y| (y - slope * x) * (y - slope * x)) / (n - 2.0);
    (spread > 0.0 && n > 2.0 && left > 0.0).then(|| (slope, left / spread))
}
