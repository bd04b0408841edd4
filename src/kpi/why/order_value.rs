//! Why the value of an order changed: the usual suspects, one by one, those that
//! it was not among them.
//!
//! Order value falls while prices rise. Did people buy less because it became
//! dearer? Three suspects are book-keeping: prices, pieces in an order, cheaper
//! things. The fourth is a claim about people, and is tested: where prices rose
//! more, did orders lose more pieces?
//!
//! # Sources
//!
//! * Bennet (1920) for the three; for the fourth a regression of what pieces of a
//!   line did on what its price did, in logarithms, weighted by what the line
//!   brings, with the errors of MacKinnon and White (1985, HC3), as lines differ.

use serde::Serialize;

use crate::error::{Code, Error, Fault, Text};
use crate::kpi::exact;
use crate::stats::{Sum, t_at};
use crate::units::Decimal;

/// Product lines from which a reaction to prices can be told.
const LINES: usize = 8;

/// The share of the change below which a suspect is let go.
const SMALL: f64 = 0.1;

/// How often a reaction may be claimed where there is none.
const LEVEL: f64 = 0.05;

/// Places of an order's value beyond those of amounts.
const FINER: u8 = 4;

/// No amount may be further from zero.
const FURTHEST: u64 = 1 << 50;

/// A product line in both periods: before, after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrderLine {
    /// Pieces sold; not negative.
    pub quantity: [i64; 2],
    /// What they were sold for, in the smallest unit; not negative.
    pub amount: [i64; 2],
}

/// Why the value of an order changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OrderValue {
    /// The value of an order, before.
    pub before: Decimal,
    /// After.
    pub after: Decimal,
    /// By how much it changed: prices, volume and mix together, exactly.
    pub total_change: Decimal,
    /// What prices did.
    pub price: Decimal,
    /// What more or fewer pieces in an order did, at the average price.
    pub volume: Decimal,
    /// What dearer or cheaper pieces did.
    pub mix: Decimal,
    /// How many percent more pieces an order has of a line where its price is one
    /// percent higher; `None` where lines are too few or their prices moved alike.
    pub elasticity: Option<f64>,
    /// The ends of its interval.
    pub elasticity_ends: Option<(f64, f64)>,
    /// The suspects, those that it was first.
    pub suspects: Vec<Suspect>,
}

/// What may have changed the value of an order.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Suspect {
    /// Which.
    pub kind: SuspectKind,
    /// Whether it was that.
    pub verdict: SuspectVerdict,
    /// What it did to the value of an order.
    pub effect: Decimal,
    /// That as a share of the change; `None` where nothing changed.
    pub share: Option<f64>,
    /// In one sentence.
    pub sentence: Text,
}

/// The usual suspects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SuspectKind {
    /// Prices themselves.
    Price,
    /// Pieces in an order.
    Volume,
    /// Which pieces.
    Mix,
    /// People who buy less of what became dearer: what lines with raised prices
    /// did, prices and pieces together.
    PriceReaction,
}

/// Whether it was a suspect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SuspectVerdict {
    /// It was.
    Supported,
    /// The numbers do not say.
    CannotTell,
    /// It was not.
    Refuted,
}

/// Why the value of an order changed.
///
/// # Inputs
///
/// Every product line of both periods, the number of orders in them, and how many
/// places amounts have (2 for cents).
///
/// # Output
///
/// Values with four more places than amounts. That people react to prices is an
/// association over lines: what else happened to the same lines is not ruled out.
///
/// # Errors
///
/// [`Code::NoDenominator`]: no orders in a period, or with the position of the
/// line money for no pieces; [`Code::InvalidArgument`]: something negative;
/// [`Code::Overflow`].
///
/// ```
/// use guanxi::kpi::{OrderLine, SuspectKind, SuspectVerdict, explain_order_value};
/// // Ten lines; half became dearer by a tenth, and lost a third of their pieces.
/// let lines: Vec<OrderLine> = (0..10).map(|at| match at % 2 {
///     0 => OrderLine { quantity: [300 + at, 200 + at], amount: [30_000 + 100 * at, 22_000 + 110 * at] },
///     _ => OrderLine { quantity: [300, 302 - at], amount: [30_000, 30_200 - 100 * at] },
/// }).collect();
/// let told = explain_order_value(&lines, [1_000, 1_000], 2)?;
/// let of = |kind| told.suspects.iter().find(|it| it.kind == kind).map(|it| it.verdict);
/// assert_eq!(of(SuspectKind::PriceReaction), Some(SuspectVerdict::Supported));
/// assert_eq!(of(SuspectKind::Price), Some(SuspectVerdict::Refuted));
/// # Ok::<(), guanxi::Error>(())
/// ```
pub fn explain_order_value(
    lines: &[OrderLine],
    orders: [i64; 2],
    places: u8,
) -> Result<OrderValue, Error> {
    check(lines, orders)?;
    let lines: Vec<Line> = lines.iter().map(|it| Line::new(it, orders)).collect();
    let sum = |of: &dyn Fn(&Line) -> f64| lines.iter().map(of).collect::<Sum>().total();
    let price = |at: usize| {
        let pieces = sum(&|it| it.pieces[at]);
        (pieces > 0.0).then(|| sum(&|it| it.value[at]) / pieces)
    };
    let average = super::between(price(0), price(1));
    let parts = [
        sum(&Line::price_effect),
        sum(&|it| average * it.more()),
        sum(&|it| (it.price_between() - average) * it.more()),
    ];
    let unit = libm::pow(10.0, f64::from(FINER));
    let whole = |number: f64| libm::rint(number * unit) as i128;
    let (before, after) = (whole(sum(&|it| it.value[0])), whole(sum(&|it| it.value[1])));
    let settled = exact::settle(&parts.map(|it| it * unit), after - before);
    let shown = |units: i128| Decimal::new(units, places.saturating_add(FINER));
    let part = |at: usize| shown(settled.get(at).copied().unwrap_or(0));
    let reaction = reaction(&lines);
    let change = (after - before) as f64 / unit;
    let raised = sum(&|it| if it.is_raised() { it.value[1] - it.value[0] } else { 0.0 });
    let suspect = |kind, verdict, effect: Decimal| {
        let share = share(effect.units() as f64 / unit, change);
        let sentence = sentence(kind, verdict, (effect, share), reaction.is_some());
        Suspect { kind, verdict, effect, share, sentence }
    };
    let kept = |effect: Decimal| match share(effect.units() as f64 / unit, change) {
        Some(share) if share >= SMALL => SuspectVerdict::Supported,
        _ => SuspectVerdict::Refuted,
    };
    let (price, volume, mix) = (part(0)?, part(1)?, part(2)?);
    let of_raised = shown(whole(raised))?;
    let of_people = match (kept(of_raised), reaction) {
        (SuspectVerdict::Refuted, _) => SuspectVerdict::Refuted,
        (_, Some((_, (low, _)))) if low > 0.0 => SuspectVerdict::Refuted,
        (_, Some((_, (_, high)))) if high < 0.0 => SuspectVerdict::Supported,
        _ => SuspectVerdict::CannotTell,
    };
    let mut suspects = vec![
        suspect(SuspectKind::PriceReaction, of_people, of_raised),
        suspect(SuspectKind::Price, kept(price), price),
        suspect(SuspectKind::Volume, kept(volume), volume),
        suspect(SuspectKind::Mix, kept(mix), mix),
    ];
    suspects.sort_by_key(|it| it.verdict as u8);
    Ok(OrderValue {
        before: shown(before)?,
        after: shown(after)?,
        total_change: shown(after - before)?,
        price,
        volume,
        mix,
        elasticity: reaction.map(|it| it.0),
        elasticity_ends: reaction.map(|it| it.1),
        suspects,
    })
}

fn check(lines: &[OrderLine], orders: [i64; 2]) -> Result<(), Error> {
    let mut faults = Vec::new();
    if orders.iter().any(|it| *it <= 0) {
        let (en, zh) = ("a period without orders has no order value", "没有订单的期间没有客单价");
        faults.push(Fault::new(Code::NoDenominator, en, zh));
    }
    for (at, line) in lines.iter().enumerate() {
        let numbers = || line.quantity.iter().chain(&line.amount);
        let fault = if numbers().any(|it| *it < 0) {
            Fault::new(Code::InvalidArgument, "neither is negative", "数量与金额不能为负")
        } else if (0..2).any(|side| line.quantity[side] == 0 && line.amount[side] != 0) {
            let (en, zh) = ("money for no pieces has no price", "数量为零却有金额，无法得出单价");
            Fault::new(Code::NoDenominator, en, zh)
        } else if numbers().any(|it| it.unsigned_abs() > FURTHEST) {
            let (en, zh) = ("too large to be summed exactly", "数值过大，无法精确求和");
            Fault::new(Code::Overflow, en, zh)
        } else {
            continue;
        };
        faults.push(fault.at(at.to_string()));
    }
    Error::check(faults)
}

/// A line as part of one order.
struct Line {
    pieces: [f64; 2],
    value: [f64; 2],
    price: [f64; 2],
    sold_in_both: bool,
}

impl Line {
    fn new(line: &OrderLine, orders: [i64; 2]) -> Line {
        let of = |numbers: [i64; 2]| {
            [numbers[0] as f64 / orders[0] as f64, numbers[1] as f64 / orders[1] as f64]
        };
        let price = |at: usize| {
            let pieces = line.quantity[at];
            (pieces > 0).then(|| line.amount[at] as f64 / pieces as f64)
        };
        let prices = [price(0).or(price(1)), price(1).or(price(0))];
        Line {
            pieces: of(line.quantity),
            value: of(line.amount),
            price: prices.map(|it| it.unwrap_or(0.0)),
            sold_in_both: line.quantity[0] > 0 && line.quantity[1] > 0,
        }
    }

    fn price_effect(&self) -> f64 {
        (self.pieces[0] + self.pieces[1]) / 2.0 * (self.price[1] - self.price[0])
    }

    fn price_between(&self) -> f64 {
        (self.price[0] + self.price[1]) / 2.0
    }

    fn more(&self) -> f64 {
        self.pieces[1] - self.pieces[0]
    }

    fn is_raised(&self) -> bool {
        self.price[1] > self.price[0]
    }

    /// What the price and the pieces did, in logarithms, and how much it counts.
    fn moved(&self) -> Option<[f64; 3]> {
        let good = self.sold_in_both && self.price.iter().all(|it| *it > 0.0);
        let ln = |it: [f64; 2]| libm::log(it[1] / it[0]);
        good.then(|| [ln(self.price), ln(self.pieces), self.value[0] + self.value[1]])
    }
}

/// How pieces went with prices over the lines: the slope, and its ends.
fn reaction(lines: &[Line]) -> Option<(f64, (f64, f64))> {
    let moved: Vec<[f64; 3]> = lines.iter().filter_map(Line::moved).collect();
    if moved.len() < LINES {
        return None;
    }
    let sum = |of: &dyn Fn(&[f64; 3]) -> f64| moved.iter().map(of).collect::<Sum>().total();
    let weight = sum(&|it| it[2]);
    let (x, y) = (sum(&|it| it[2] * it[0]) / weight, sum(&|it| it[2] * it[1]) / weight);
    let spread = sum(&|it| it[2] * (it[0] - x) * (it[0] - x));
    if spread.is_nan() || spread <= weight * 1e-12 {
        return None;
    }
    let slope = sum(&|it| it[2] * (it[0] - x) * (it[1] - y)) / spread;
    let meat = sum(&|it| {
        let off = it[0] - x;
        let rest = it[1] - y - slope * off;
        let own = it[2] / weight + it[2] * off * off / spread;
        let term = it[2] * off * rest / (1.0 - own).max(0.05);
        term * term
    });
    let off = t_at(LEVEL, moved.len() as f64 - 2.0) * libm::sqrt(meat) / spread;
    Some((slope, (slope - off, slope + off)))
}

fn share(effect: f64, change: f64) -> Option<f64> {
    (change != 0.0).then(|| effect / change)
}

fn sentence(
    kind: SuspectKind,
    verdict: SuspectVerdict,
    (effect, share): (Decimal, Option<f64>),
    compared: bool,
) -> Text {
    let (what, what_zh) = match kind {
        SuspectKind::Price => ("Prices themselves", "价格本身"),
        SuspectKind::Volume => ("How many pieces are in an order", "每单件数"),
        SuspectKind::Mix => ("Which pieces are in an order", "商品结构"),
        SuspectKind::PriceReaction => ("Less is bought of what became dearer", "涨价后买得少了"),
    };
    let unsaid = verdict == SuspectVerdict::CannotTell && !compared;
    let (told, told_zh) = match (verdict, kind) {
        (SuspectVerdict::Supported, SuspectKind::PriceReaction) => (
            "yes: where prices rose more, more pieces were lost",
            "成立：涨价越多的商品，件数减少越多",
        ),
        (SuspectVerdict::Supported, _) => ("yes", "成立"),
        _ if unsaid => (
            "cannot tell: too few product lines were sold in both periods, or their prices moved alike",
            "无法判断：两期都有销售的产品线太少，或价格变动相同",
        ),
        (SuspectVerdict::CannotTell, _) => (
            "cannot tell: chance alone would show as much over these lines",
            "无法判断：就这些商品而言，不排除偶然",
        ),
        (SuspectVerdict::Refuted, _) if share.is_some_and(|it| it < 0.0) => {
            ("no, it worked the other way", "不成立，作用方向相反")
        }
        (SuspectVerdict::Refuted, _) => ("no, it did too little", "不成立，影响很小"),
    };
    if unsaid {
        return Text::new(format!("{what}: {told}."), format!("{what_zh}：{told_zh}。"));
    }
    let effect = effect.to_string();
    let effect = effect.trim_end_matches('0').trim_end_matches('.');
    // No zero is negative.
    let percent = share.map(|it| format!("{:.0} %", libm::rint(it * 100.0) + 0.0));
    let (of, of_zh) = match percent {
        Some(percent) => (format!(", {percent} of the change"), format!("，占变化的 {percent}")),
        None => (String::new(), String::new()),
    };
    Text::new(
        format!("{what}: {told} ({effect} of an order's value{of})."),
        format!("{what_zh}：{told_zh}（每单 {effect}{of_zh}）。"),
    )
}

#[cfg(test)]
mod tests {
    use super::super::Drawn;
    use super::*;

    fn verdict(told: &OrderValue, kind: SuspectKind) -> SuspectVerdict {
        told.suspects.iter().find(|it| it.kind == kind).unwrap().verdict
    }

    #[test]
    fn effects_add_up_in_every_case() {
        let mut drawn = Drawn(5);
        for _ in 0..100_000 {
            let lines: Vec<OrderLine> = (0..1 + drawn.below(6))
                .map(|_| {
                    let quantity = [drawn.below(700) * drawn.below(2), drawn.below(700)];
                    OrderLine { quantity, amount: quantity.map(|it| it * drawn.below(9_000)) }
                })
                .collect();
            let orders = [1 + drawn.below(900), 1 + drawn.below(900)];
            let told = explain_order_value(&lines, orders, 2).unwrap();
            let sum = told.price.units() + told.volume.units() + told.mix.units();
            assert_eq!(sum, told.total_change.units(), "{lines:?}");
            assert_eq!(told.after.units() - told.before.units(), told.total_change.units());
        }
    }

    /// Lines whose prices move at random; pieces react as told, and have noise.
    fn world(seed: u64, lines: i64, elasticity: f64, rise: f64) -> Vec<OrderLine> {
        let mut drawn = Drawn(seed);
        (0..lines)
            .map(|_| {
                let (price, pieces) =
                    (500.0 + 4_000.0 * drawn.share(), 2_000.0 + 4_000.0 * drawn.share());
                let moved = rise * (0.2 + drawn.share());
                let noise = 0.06 * (drawn.share() + drawn.share() + drawn.share() - 1.5);
                let after = pieces * libm::exp(elasticity * moved + noise);
                let quantity = [pieces as i64, after as i64];
                let prices = [price, price * libm::exp(moved)];
                let amount = |at: usize| (quantity[at] as f64 * prices[at]) as i64;
                OrderLine { quantity, amount: [amount(0), amount(1)] }
            })
            .collect()
    }

    #[test]
    fn a_price_rise_that_drives_buyers_off_is_told_from_one_that_does_not() {
        use SuspectKind::{Price, PriceReaction, Volume};
        let (mut found, mut wrong) = (0, 0);
        for seed in 0..200 {
            let told =
                explain_order_value(&world(seed, 30, -2.2, 0.15), [9_000, 9_000], 2).unwrap();
            assert!(told.total_change.units() < 0);
            assert_eq!(verdict(&told, Price), SuspectVerdict::Refuted);
            assert_eq!(verdict(&told, Volume), SuspectVerdict::Supported);
            found += i32::from(verdict(&told, PriceReaction) == SuspectVerdict::Supported);
            let (low, high) = told.elasticity_ends.unwrap();
            assert!(low < -1.5 && high > -2.9, "{low} {high}");
            // As many orders fewer pieces, whatever the price did.
            let mut lines = world(seed, 30, 0.0, 0.15);
            lines.iter_mut().for_each(|it| {
                let kept = it.quantity[1] * 7 / 10;
                it.amount[1] = (it.amount[1] as f64 / it.quantity[1] as f64 * kept as f64) as i64;
                it.quantity[1] = kept;
            });
            let told = explain_order_value(&lines, [9_000, 9_000], 2).unwrap();
            assert!(told.total_change.units() < 0);
            wrong += i32::from(verdict(&told, PriceReaction) == SuspectVerdict::Supported);
        }
        assert!(found >= 190, "{found}");
        assert!(wrong <= 15, "{wrong}");
    }

    #[test]
    fn where_no_price_rose_it_was_no_price_rise() {
        let line = OrderLine { quantity: [100, 80], amount: [1_000, 800] };
        let told = explain_order_value(&[line, line], [10, 10], 2).unwrap();
        assert_eq!(verdict(&told, SuspectKind::PriceReaction), SuspectVerdict::Refuted);
        assert_eq!(told.suspects[0].kind, SuspectKind::Volume);
        assert_eq!(told.suspects[0].share, Some(1.0));
        // Three dearer lines cannot say whether people minded.
        let dearer = OrderLine { quantity: [100, 50], amount: [1_000, 600] };
        let told = explain_order_value(&[dearer; 3], [10, 10], 2).unwrap();
        assert_eq!(verdict(&told, SuspectKind::PriceReaction), SuspectVerdict::CannotTell);
        let bad = |line: OrderLine| explain_order_value(&[line], [1, 1], 2).unwrap_err().code();
        assert_eq!(bad(OrderLine { quantity: [0, 1], amount: [1, 1] }), Code::NoDenominator);
        assert_eq!(bad(OrderLine { quantity: [-1, 1], amount: [1, 1] }), Code::InvalidArgument);
        assert_eq!(explain_order_value(&[], [0, 1], 2).unwrap_err().code(), Code::NoDenominator);
    }
}
