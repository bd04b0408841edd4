//! `guanxi experiment`: what a campaign really did.

use guanxi::kpi::{Arm, Campaign, Moments, Money, Question, experiment, pool_campaigns};
use guanxi::units::{Decimal, nearest};
use guanxi::{Code, Error, Fault};

use super::{Manner, plain};
use crate::args::Experiment;
use crate::exit::{Exit, Stop};
use crate::lines::Lines;
use crate::page;

/// Places that outcomes keep.
const PLACES: u8 = 6;
/// After how many customers intervals of many looks are at their tightest.
const TIGHTEST: f64 = 5_000.0;

/// Reads, compares and prints.
pub fn run(args: &Experiment, manner: Manner) -> Result<Exit, Stop> {
    let file = File::read(args)?;
    let control = file.control(args)?;
    let money = args.margin.map(|margin| Money { margin, cost: args.cost.unwrap_or(0.0) });
    let question = Question {
        level: args.level,
        units: units(file.scale),
        units_before: args.covariate.is_some().then(|| units(file.scale_before)),
        money,
        sequential: args.sequential.then(|| args.tightest.unwrap_or(TIGHTEST)),
    };
    let mut out = Lines::new();
    if args.campaign.is_some() {
        let told = pool_campaigns(&file.campaigns(args, control)?, &question)?;
        if manner.json {
            out.json(&page::experiment::pooled_json(&told, file.unknown, manner.language))?;
        } else {
            out.text(&page::experiment::pooled(&told, manner.language))?;
        }
        out.finish()?;
        return Ok(Exit::Good);
    }
    let told = experiment(&file.arms(args, |_| true)?, control, &question)?;
    if manner.json {
        out.json(&page::experiment::json(&told, file.unknown, manner.language))?;
    } else {
        let said =
            page::experiment::Said { told: &told, question: &question, unknown: file.unknown };
        out.text(&page::experiment::page(&said, manner.language))?;
    }
    out.finish()?;
    Ok(Exit::Good)
}

fn units(scale: u8) -> f64 {
    10_f64.powi(i32::from(scale))
}

/// The customers of a file.
#[derive(Default)]
struct File {
    /// The arms, in the order in which they are met.
    names: Vec<String>,
    /// The campaigns, as they are met.
    campaigns: Vec<String>,
    rows: Vec<Row>,
    scale: u8,
    scale_before: u8,
    /// Customers of whom nothing was known before.
    unknown: u64,
}

struct Row {
    arm: usize,
    campaign: usize,
    outcome: Decimal,
    before: Option<Decimal>,
}

impl File {
    fn read(args: &Experiment) -> Result<File, Error> {
        let mut wanted = vec![("--arm", &*args.arm), ("--outcome", &*args.outcome)];
        wanted.extend(args.covariate.as_deref().map(|column| ("--covariate", column)));
        let last = wanted.len();
        wanted.extend(args.campaign.as_deref().map(|column| ("--campaign", column)));
        let mut file = File::default();
        plain::read(&args.table, &wanted, |row| {
            let arm = row.word(0).map(str::to_owned);
            let outcome = row.number(1);
            let before = if args.covariate.is_some() { row.known(2) } else { Some(None) };
            let campaign = match args.campaign {
                Some(_) => row.word(last).map(str::to_owned),
                None => Some(String::new()),
            };
            if let (Some(arm), Some(outcome), Some(before), Some(campaign)) =
                (arm, outcome, before, campaign)
            {
                let (arm, campaign) = (at(&mut file.names, arm), at(&mut file.campaigns, campaign));
                file.take(Row { arm, campaign, outcome, before });
            }
        })?;
        Ok(file)
    }

    fn take(&mut self, row: Row) {
        self.scale = self.scale.max(row.outcome.scale().min(PLACES));
        let before = row.before.map_or(0, |it| it.scale().min(PLACES));
        self.scale_before = self.scale_before.max(before);
        self.unknown += u64::from(row.before.is_none());
        self.rows.push(row);
    }

    /// The arms of each campaign; those that it does not have are left out.
    fn campaigns(&self, args: &Experiment, control: usize) -> Result<Vec<Campaign>, Error> {
        let control = self.names.get(control);
        let one = |(at, name): (usize, &String)| {
            let mut arms = self.arms(args, |row| row.campaign == at)?;
            arms.retain(|arm| arm.moments.n() > 0);
            // One without a control is told by the library.
            let control = arms.iter().position(|arm| Some(&arm.name) == control);
            Ok(Campaign { name: name.clone(), control: control.unwrap_or(arms.len()), arms })
        };
        self.campaigns.iter().enumerate().map(one).collect()
    }

    /// Sums by arm. Who was not known before is taken to have been as all were.
    fn arms(&self, args: &Experiment, counts: impl Fn(&Row) -> bool) -> Result<Vec<Arm>, Error> {
        let whole = |number: Decimal, scale: u8| {
            let units = number.rescale_half_even(scale)?.units();
            i64::try_from(units).map_err(|_| too_large(number))
        };
        let known: Vec<i64> = self
            .rows
            .iter()
            .filter_map(|row| row.before)
            .map(|before| whole(before, self.scale_before))
            .collect::<Result<_, Error>>()?;
        let sum: i128 = known.iter().map(|it| i128::from(*it)).sum();
        let usual = (sum / known.len().max(1) as i128) as i64;
        let planned = planned(args, &self.names)?;
        let mut arms: Vec<Arm> = self
            .names
            .iter()
            .zip(planned)
            .map(|(name, planned)| Arm { name: name.clone(), moments: Moments::default(), planned })
            .collect();
        for row in self.rows.iter().filter(|row| counts(row)) {
            let Some(arm) = arms.get_mut(row.arm) else { continue };
            let before = row.before.map(|it| whole(it, self.scale_before));
            arm.moments.add(whole(row.outcome, self.scale)?, before.unwrap_or(Ok(usual))?)?;
        }
        Ok(arms)
    }

    fn control(&self, args: &Experiment) -> Result<usize, Error> {
        let found = self.names.iter().position(|name| *name == args.control);
        found.ok_or_else(|| unknown_arm("--control", &args.control, &self.names))
    }
}

/// Where a name stands, at the end where it is new.
fn at(names: &mut Vec<String>, name: String) -> usize {
    names.iter().position(|it| *it == name).unwrap_or_else(|| {
        names.push(name);
        names.len() - 1
    })
}

fn too_large(number: Decimal) -> Error {
    let en = format!("{number} is too large to be summed exactly");
    Fault::new(Code::Overflow, en, format!("{number} 过大，无法精确求和")).into()
}

fn unknown_arm(option: &str, given: &str, names: &[String]) -> Error {
    let shown = page::printable(given);
    let fault = Fault::new(
        Code::InvalidArgument,
        format!("no customer is in the arm `{shown}`"),
        format!("没有客户在 `{shown}` 组中"),
    );
    let fault = match nearest(given, names.iter().map(String::as_str)) {
        Some(near) => fault.meant(near),
        None => {
            let all = page::printable(&names.join("`, `")).into_owned();
            fault.hint(format!("there are `{all}`"), format!("已有 `{all}`"))
        }
    };
    fault.at(option).into()
}

/// How large each arm was planned.
fn planned(args: &Experiment, names: &[String]) -> Result<Vec<f64>, Error> {
    let mut out = vec![1.0; names.len()];
    for given in &args.planned {
        let share = given.rsplit_once('=').and_then(|(name, share)| {
            let share: f64 = share.parse().ok()?;
            (share.is_finite() && share > 0.0).then_some((name, share))
        });
        let Some((name, share)) = share else {
            let shown = page::printable(given);
            return Err(Fault::new(
                Code::InvalidArgument,
                format!("`{shown}` is not NAME=SHARE with a share above 0"),
                format!("`{shown}` 不是 组名=份额，份额应大于 0"),
            )
            .at("--planned")
            .into());
        };
        let at = names.iter().position(|it| it == name);
        let at = at.ok_or_else(|| unknown_arm("--planned", name, names))?;
        if let Some(planned) = out.get_mut(at) {
            *planned = share;
        }
    }
    Ok(out)
}
