//! What may become of a customer's tier: by chance, and by one order more.

use super::super::chance::{KeyAccount, Prospects};
use super::super::figures::Figures;
use super::super::money::Margin;
use super::super::tier::Standing;
use super::ground::Ground;
use super::mixed::Mix;
use super::outcome::Assessments;
use super::report::Round;
use super::why::cuts_of;
use crate::error::Error;
use crate::facts::Columns;
use crate::lang::World;
use crate::units::{Day, Instant};

/// How probable each tier is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TierChances {
    /// In how many of 10,000 cases what really comes would bring the customer
    /// into each tier.
    pub tiers: Vec<i64>,
    /// And into none.
    pub outside: i64,
    /// What is left of what comes, and how sure that is.
    pub future_value: KeyAccount,
}

/// What would become of a customer at the next assessment of everybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coming {
    /// That assessment.
    pub at: Instant,
    /// The tier then if nothing more happens.
    pub without: Option<usize>,
    /// The tier that is asked about.
    pub wanted: usize,
    /// An order that keeps or reaches it; `None` where none is needed, and
    /// where no single order does.
    pub order: Option<Order>,
}

/// An order that does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    /// The least that it must bring, in units of the amount's smallest, if it is
    /// placed at once; `None` where purchases have no amounts.
    pub amount: Option<i64>,
    /// The last day on which one of that amount still does.
    pub latest: Day,
    /// The tier that it leads to.
    pub tier: usize,
}

/// The largest order that is tried, in units of the amount's smallest.
const LARGEST: i64 = 1 << 40;

impl Assessments {
    /// How probable each tier is for a customer, as of the last assessment:
    /// figures are those of then, but for `future_value`, which may be anything
    /// that may come, and the axes that read it. Nobody is held in a tier by
    /// having been in it.
    ///
    /// `None`: never assessed, or nothing is known of future value.
    ///
    /// # Errors
    ///
    /// As [`Assessor`](super::Assessor).
    ///
    /// # Cost
    ///
    /// As [`Prospects::spread`], and one assessment for each value that may come.
    pub fn tier_chances(
        &self,
        world: World<'_>,
        customer: usize,
    ) -> Result<Option<TierChances>, Error> {
        let Some(at) = self.at(customer) else { return Ok(None) };
        let valuation = self.valuation();
        let ground = Ground::new(valuation, world, at)?;
        let round = self.round_of(customer);
        let (teller, cuts) = (ground.teller_of(round)?, cuts_of(round, valuation));
        let ends = ground.all_ends(customer, at);
        let mix = Mix { at, known: at, ends, teller: teller.as_ref(), cuts: &cuts };
        let (Some(known), Some(teller)) = (ground.known_in(customer, &mix), &teller) else {
            return Ok(None);
        };
        let Some(prospects) = self.prospects(&ground, customer)? else { return Ok(None) };
        let spread = prospects.spread(&known)?.zip(prospects.key_account(&known)?);
        let Some((spread, future_value)) = spread else { return Ok(None) };
        let figures = teller.customer(&known)?;
        let none = valuation.tiers.len();
        let mut tiers = spread.chances(none + 1, |value| {
            let figures = Figures { future_value: Some(value), ..figures };
            let judged = ground.judged(customer, &mix, figures, None);
            Ok::<_, Error>(judged.standing.tier.unwrap_or(none))
        })?;
        let outside = tiers.pop().unwrap_or_default();
        Ok(Some(TierChances { tiers, outside, future_value }))
    }

    /// The future value of a customer as of the last assessment, and how sure it
    /// is; `None`: never assessed, or not known.
    ///
    /// # Errors
    ///
    /// As [`Assessor`](super::Assessor).
    ///
    /// # Cost
    ///
    /// As [`Prospects::key_account`].
    pub fn key_account(
        &self,
        world: World<'_>,
        customer: usize,
    ) -> Result<Option<KeyAccount>, Error> {
        let Some(at) = self.at(customer) else { return Ok(None) };
        let ground = Ground::new(self.valuation(), world, at)?;
        let (ends, cuts) = (ground.all_ends(customer, at), &[][..]);
        let known = ground.known_in(customer, &Mix { at, known: at, ends, teller: None, cuts });
        match (known, self.prospects(&ground, customer)?) {
            (Some(known), Some(prospects)) => prospects.key_account(&known),
            _ => Ok(None),
        }
    }

    /// What may come, by what the last assessment of a customer knew of
    /// everybody.
    fn prospects<'a>(
        &self,
        ground: &Ground<'a>,
        customer: usize,
    ) -> Result<Option<Prospects<'a>>, Error> {
        let round = self.round_of(customer);
        let parameters = round.and_then(|round| round.parameters.as_ref().map(|it| (round, it)));
        let (Some((round, parameters)), Some(money)) = (parameters, &ground.valuation.money) else {
            return Ok(None);
        };
        Prospects::new(ground.scales(), parameters, money, round.everybody).map(Some)
    }

    /// What would keep or bring a customer into a tier at the next assessment of
    /// everybody: the smallest single order.
    ///
    /// # Inputs
    ///
    /// `world`: the facts that were assessed. `as_of`: up to when they were; what
    /// is known to happen later plays no part. `wanted`: the position of a tier;
    /// a better one is good too.
    ///
    /// # Output
    ///
    /// By what was found over everybody last: parameters and cut points of the
    /// next assessment are not known yet. The smallest amount is found by halving,
    /// as a larger order is taken to be no worse: where a playbook punishes large
    /// orders, another amount may be smaller. `None`: never assessed.
    ///
    /// # Errors
    ///
    /// As [`Assessor`](super::Assessor).
    ///
    /// # Cost
    ///
    /// Some eighty assessments of one customer, and one for each day up to the
    /// next assessment of everybody.
    pub fn order_for(
        &self,
        world: World<'_>,
        customer: usize,
        as_of: Instant,
        wanted: usize,
    ) -> Result<Option<Coming>, Error> {
        let valuation = self.valuation();
        let everybody = Ground::new(valuation, world, as_of)?;
        let next = everybody.next(as_of);
        let (Some(present), Some(next)) = (self.standing(customer), next) else { return Ok(None) };
        let round = self.rounds().last();
        let alone = world.columns.alone(customer, as_of);
        let what_if = WhatIf { made: self, world, alone: &alone, round, present, as_of, next };
        let without = what_if.tier(None)?;
        let does = |tier: Option<usize>| tier.is_some_and(|tier| tier <= wanted);
        let order = if does(without) { None } else { what_if.order(does)? };
        Ok(Some(Coming { at: next, without, wanted, order }))
    }
}

/// One customer, to whom something more may happen.
struct WhatIf<'a> {
    made: &'a Assessments,
    world: World<'a>,
    alone: &'a Columns,
    round: Option<&'a Round>,
    present: Standing,
    as_of: Instant,
    next: Instant,
}

impl WhatIf<'_> {
    /// The smallest order that does, and until when.
    fn order(&self, does: impl Fn(Option<usize>) -> bool) -> Result<Option<Order>, Error> {
        // Right after what is known.
        let at_once = Instant::clamped(self.as_of.micros() + 1);
        let amount = match self.made.valuation().purchases.amount {
            None => None,
            Some(_) => {
                let mut most = 1;
                while !does(self.tier(Some((at_once, Some(most))))?) {
                    if most >= LARGEST {
                        return Ok(None);
                    }
                    most *= 2;
                }
                let mut least = most / 2;
                while most - least > 1 {
                    let middle = least + (most - least) / 2;
                    if does(self.tier(Some((at_once, Some(middle))))?) {
                        most = middle;
                    } else {
                        least = middle;
                    }
                }
                Some(most)
            }
        };
        let Some(tier) = self.tier(Some((at_once, amount)))?.filter(|tier| does(Some(*tier)))
        else {
            return Ok(None);
        };
        let zone = self.world.calendar.zone();
        let today = zone.day_of(at_once);
        let mut day = zone.day_of(self.next);
        while today < day {
            let start = zone.start_of(day);
            if self.as_of < start && start < self.next && does(self.tier(Some((start, amount)))?) {
                break;
            }
            day = day.add_days(-1)?;
        }
        Ok(Some(Order { amount, latest: day, tier }))
    }

    /// The tier at the next assessment of everybody, with an order more.
    fn tier(&self, order: Option<(Instant, Option<i64>)>) -> Result<Option<usize>, Error> {
        let valuation = self.made.valuation();
        let kind = valuation.purchases.kind;
        let more =
            order.map(|(at, amount)| self.alone.clone().and_then(kind, at, &self.fields(amount)));
        let world = World { columns: more.as_ref().unwrap_or(self.alone), ..self.world };
        let ground = Ground::new(valuation, world, self.next)?;
        let teller = ground.teller_of(self.round)?;
        let cuts = cuts_of(self.round, valuation);
        // An order may be assessed at once, and hold the customer where it leads.
        let at_once = order.map(|(at, _)| at).filter(|_| valuation.on.contains(&kind));
        let mut standing = self.present;
        for at in at_once.into_iter().chain([self.next]) {
            let ends = ground.all_ends(0, at);
            let (known, teller) = (self.as_of, teller.as_ref());
            let mix = Mix { at, known, ends, teller, cuts: &cuts };
            standing = ground.mixed(0, &mix, Some(standing)).standing;
        }
        Ok(standing.tier)
    }

    /// The fields of an order: its amount, and the margin that everybody's
    /// purchases have.
    fn fields(&self, amount: Option<i64>) -> Vec<Option<i64>> {
        let valuation = self.made.valuation();
        let kind = self.alone.schema.kinds.get(valuation.purchases.kind);
        let mut fields = vec![None; kind.map_or(0, |kind| kind.fields.len())];
        let mut fill = |place: usize, number: Option<i64>| {
            if let Some(slot) = fields.get_mut(place) {
                *slot = number;
            }
        };
        if let Some(place) = valuation.purchases.amount {
            fill(place, amount);
        }
        let margin = valuation.money.as_ref().map(|money| money.margin);
        if let (Some(Margin::Field(place)), Some(amount), Some(round)) =
            (margin, amount, self.round)
        {
            let (all, left) = (round.everybody.amount, round.everybody.margin);
            let share = (all > 0).then(|| super::super::money::ratio(amount.into(), left, all));
            fill(place, share.flatten().and_then(|left| i64::try_from(left).ok()));
        }
        fields
    }
}
