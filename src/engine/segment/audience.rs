//! Who of a segment may be contacted, by which channel, and why the others not
//! (受众).
//!
//! ```text
//! matched ──> excluded ──> holdout ──> for each channel: consent ──> reachable ──> capped ──> final
//! ```

use std::sync::Arc;

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::super::answers::Options;
use super::list::share;
use super::named;
use super::over::Over;
use super::reads::reads;
use crate::SEMANTICS;
use crate::error::{Code, Error, Fault, Text};
use crate::facts::{Bits, Columns, Snapshot, Type};
use crate::lang::{check_condition, quoted};
use crate::playbook::Playbook;
use crate::units::{Calendar, Decimal, Instant, bucket, nearest, shown};

/// Buckets into which customers are put for a holdout: a hundredth of a percent
/// each.
const BUCKETS: u64 = 10_000;

/// What an audience is to be.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AudienceAsked {
    /// The segment.
    pub segment: String,
    /// What they are contacted for, as consents name it.
    pub purpose: String,
    /// By which channels, the preferred first.
    pub channels: Vec<String>,
    /// Segments whose members are left out.
    pub exclude: Vec<String>,
    /// Who is kept back to be compared with.
    pub holdout: Option<Holdout>,
    /// How often anybody may be contacted.
    pub caps: Vec<Cap>,
    /// When nobody is to be disturbed.
    pub quiet: Option<Quiet>,
}

/// A part of the customers that is kept back, the same whenever it is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holdout {
    /// How many of ten thousand.
    pub of_ten_thousand: u16,
    /// With another salt another part.
    pub salt: String,
}

/// At most so many events of a kind within a period up to now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cap {
    /// The list of events, as conditions name it.
    pub list: String,
    /// From how many on nobody is contacted again.
    pub most: u32,
    /// The period, as conditions have it: `days(30)`.
    pub within: String,
}

/// Hours of the local day, in minutes from midnight: from one up to another, over
/// midnight where the first is later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quiet {
    /// The first quiet minute.
    pub from: u16,
    /// The first one that is not.
    pub until: u16,
}

/// An audience: how many are left at each step, and why each other is not.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Audience {
    /// Version of the meaning of the numbers.
    pub semantics: u32,
    /// The segment.
    pub segment: Arc<str>,
    /// As shown to people.
    pub label: Text,
    /// What they are contacted for.
    pub purpose: String,
    /// The instant of the answer.
    pub as_of: Instant,
    /// Ids that are restricted, and so in none of these numbers.
    #[serde(skip_serializing_if = "is_none")]
    pub restricted: u64,
    /// Members of the segment.
    pub matched: u64,
    /// Members of a segment that is left out.
    pub excluded: u64,
    /// Kept back to be compared with.
    pub holdout: u64,
    /// Left for the channels.
    pub eligible: u64,
    /// Each channel on its own, in the order asked for.
    pub channels: Vec<ChannelView>,
    /// Left in the end, by any channel.
    pub r#final: u64,
    /// From when on they may be contacted: now, or when the quiet hours are over.
    pub from: Instant,
    /// What the data is like.
    pub quality: Quality,
    /// What it takes to make the same audience again.
    pub frozen: Frozen,
    /// Who is contacted, by id, each by the first channel that is open.
    pub customers: Vec<Contacted>,
    /// Who is not, by id, each with the first reason.
    pub left_out: Vec<LeftOut>,
}

/// One channel: of those left for the channels, where they are lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChannelView {
    /// The channel.
    pub channel: String,
    /// Consent was withdrawn.
    pub withdrawn: u64,
    /// Nobody ever asked for consent.
    pub not_asked: u64,
    /// There is no contact.
    pub no_contact: u64,
    /// There is one that is past its limit.
    pub stale: u64,
    /// Contacted too often of late.
    pub capped: u64,
    /// Open to this channel.
    pub r#final: u64,
    /// Contacted by it, as no preferred channel is open.
    pub chosen: u64,
}

/// Somebody to contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Contacted {
    /// The customer's id.
    pub customer: Box<str>,
    /// By which channel.
    pub channel: String,
}

/// Somebody not to contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// The customer's id.
    pub customer: Box<str>,
    /// `excluded`, `holdout`, or of the preferred channel `withdrawn`,
    /// `not_asked`, `no_contact`, `stale` or `capped`.
    pub why: &'static str,
    /// The segment that excludes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

/// What the data about the members of the segment is like, as shares with four
/// places; `None` of nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Quality {
    /// Members of whom every attribute that the segment reads is known (精准).
    pub precise: Option<Decimal>,
    /// Of their values that have a limit, those within it (新鲜).
    pub fresh: Option<Decimal>,
    /// Of all their attributes, those that are known (完整).
    pub complete: Option<Decimal>,
    /// Members with a fresh contact on some channel asked for (可到达).
    pub reachable: Option<Decimal>,
}

/// What an audience rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Frozen {
    /// SHA-256 over the meaning of all segments involved and what was asked.
    pub definition: String,
    /// The version of the data, where the store knows one.
    pub data: Option<String>,
    /// Facts learnt later are left out; `None` for everything known.
    pub known_at: Option<Instant>,
    /// SHA-256 over who is contacted, by which channel.
    pub customers: String,
}

/// Makes an audience.
///
/// # Inputs
///
/// `columns`: the facts known at `known_at`. `data`: the version of the data as
/// [`Store::version`](crate::Store::version) has it; both are only told.
///
/// # Errors
///
/// [`UnknownSegment`](Code::UnknownSegment), [`Code::InvalidArgument`] for a
/// purpose, a channel or a share that there is not, and the faults of a cap.
///
/// # Cost
///
/// One review, and one pass for each channel and cap.
pub fn audience(
    columns: &Columns,
    playbook: &Playbook,
    asked: &AudienceAsked,
    (as_of, known_at, data): (Instant, Option<Instant>, Option<String>),
    options: Options,
) -> Result<Audience, Error> {
    let segment = named(playbook, &asked.segment)?;
    let excluding =
        asked.exclude.iter().map(|name| named(playbook, name)).collect::<Result<Vec<_>, _>>()?;
    check(asked, playbook)?;
    let over = Over::new(columns, playbook, as_of, options);
    let members = over.at(as_of);
    let of = |name: &str| members.get(name).map(|it| it.members.clone()).unwrap_or_default();
    let matched = of(segment.name());
    let sources = sources(asked, playbook);
    let texts: Vec<&str> = sources.iter().map(|text| &**text).collect();
    let found: Vec<Bits> = over.ask(&texts, as_of).into_iter().map(|it| it.members).collect();
    let (of_channels, caps) = found.split_at(asked.channels.len() * PER_CHANNEL);
    let doors: Vec<Door<'_>> = of_channels.chunks(PER_CHANNEL).filter_map(Door::of).collect();
    let excluding: Vec<(&str, Bits)> =
        excluding.iter().map(|it| (&**it.name(), of(it.name()))).collect();
    let mut out = Waterfall::new(asked);
    for customer in matched.rows() {
        let id = columns.customers.get(customer).cloned().unwrap_or_default();
        if let Some((by, _)) = excluding.iter().find(|(_, bits)| bits.has(customer)) {
            out.leave(id, "excluded", Some((*by).to_owned()));
        } else if asked.holdout.as_ref().is_some_and(|holdout| holdout.keeps(&id)) {
            out.leave(id, "holdout", None);
        } else {
            let capped = caps.iter().any(|bits| bits.has(customer));
            out.judge(id, doors.iter().map(|door| door.closed(customer, capped)));
        }
    }
    let count = |why: &str| out.left_out.iter().filter(|it| it.why == why).count() as u64;
    let (excluded, holdout) = (count("excluded"), count("holdout"));
    let reachable = |customer: &usize| doors.iter().any(|door| door.reachable.has(*customer));
    let n_reachable = matched.rows().filter(reachable).count() as u64;
    let matched_count = matched.count() as u64;
    Ok(Audience {
        semantics: SEMANTICS,
        segment: segment.name().clone(),
        label: segment.text().or_name(segment.name()),
        purpose: asked.purpose.clone(),
        as_of,
        restricted: columns.restricted.len() as u64,
        matched: matched_count,
        excluded,
        holdout,
        eligible: matched_count - excluded - holdout,
        r#final: out.customers.len() as u64,
        from: asked.quiet.map_or(as_of, |quiet| quiet.over(as_of, playbook.calendar())),
        quality: Quality {
            reachable: share(n_reachable, matched_count),
            ..quality(&Snapshot::new(columns, as_of), playbook, &asked.segment, &matched)
        },
        frozen: Frozen {
            definition: definition(asked, playbook),
            data,
            known_at,
            customers: digest(out.customers.iter().flat_map(|it| [&*it.customer, &*it.channel])),
        },
        channels: out.channels,
        customers: out.customers,
        left_out: out.left_out,
    })
}

fn is_none(count: &u64) -> bool {
    *count == 0
}

/// Questions to each channel.
const PER_CHANNEL: usize = 4;

/// The conditions that are asked of everybody: of each channel whether consent
/// is given, whether it is withdrawn, whether there is a contact, and whether one
/// is fresh; then each cap.
fn sources(asked: &AudienceAsked, playbook: &Playbook) -> Vec<String> {
    let purpose = quoted(&asked.purpose);
    let of_channel = |channel: &String| {
        let contacts = playbook
            .schema()
            .attributes
            .iter()
            .filter(|it| matches!(&it.ty, Type::Contact(on) if **on == **channel));
        let known: Vec<String> = contacts.map(|it| format!("{} != null", it.name)).collect();
        let known = if known.is_empty() { "false".to_owned() } else { known.join(" || ") };
        let channel = quoted(channel);
        [
            format!("consent({purpose}, {channel})"),
            format!("consent({purpose}, {channel}) == false"),
            known,
            format!("reachable({channel})"),
        ]
    };
    let caps = asked.caps.iter().map(Cap::condition);
    asked.channels.iter().flat_map(of_channel).chain(caps).collect()
}

impl Cap {
    fn condition(&self) -> String {
        format!("{}.within({}).size() >= {}", self.list, self.within, self.most)
    }
}

impl Holdout {
    /// Whether a customer is kept back: `bucket(salt, 10000) < of_ten_thousand`.
    fn keeps(&self, id: &str) -> bool {
        bucket(&self.salt, id, BUCKETS) < u64::from(self.of_ten_thousand)
    }
}

impl Quiet {
    /// When it is quiet no longer: the instant itself, or the end of the hours
    /// that it lies in.
    fn over(self, at: Instant, calendar: &Calendar) -> Instant {
        const MINUTE: i64 = 60_000_000;
        let (day, micros) = calendar.zone().local(at);
        let (now, from, until) =
            (micros, i64::from(self.from) * MINUTE, i64::from(self.until) * MINUTE);
        let (is_quiet, next_day) = if from <= until {
            (from <= now && now < until, false)
        } else {
            (from <= now || now < until, from <= now)
        };
        if !is_quiet {
            return at;
        }
        let day = if next_day { day.add_days(1).unwrap_or(day) } else { day };
        calendar.zone().instant(day, until).max(at)
    }
}

/// Refuses what the playbook does not have.
fn check(asked: &AudienceAsked, playbook: &Playbook) -> Result<(), Error> {
    let schema = playbook.schema();
    let mut faults = Vec::new();
    let mut have = |names: &[Arc<str>], name: &str, (en, zh): (&str, &str)| {
        if names.iter().any(|have| **have == *name) {
            return;
        }
        let given = shown(name);
        let fault = Fault::new(
            Code::InvalidArgument,
            format!("there is no {en} `{given}`"),
            format!("没有{zh} `{given}`"),
        );
        faults.push(match nearest(name, names.iter().map(|name| &**name)) {
            Some(near) => fault.meant(near),
            None => fault,
        });
    };
    have(&schema.purposes, &asked.purpose, ("purpose", "用途"));
    for channel in &asked.channels {
        have(&schema.channels, channel, ("channel", "渠道"));
    }
    if asked.channels.is_empty() {
        let fault = Fault::new(Code::InvalidArgument, "no channel is named", "未指定渠道");
        faults.push(fault);
    }
    if asked.holdout.as_ref().is_some_and(|it| BUCKETS < u64::from(it.of_ten_thousand)) {
        faults.push(Fault::new(
            Code::InvalidArgument,
            "the holdout is more than everybody",
            "对照组比例超过 100%",
        ));
    }
    for cap in &asked.caps {
        if let Err(error) = check_condition(&cap.condition(), &playbook.scope()) {
            faults.extend(error.into_faults());
        }
    }
    Error::check(faults)
}

/// One channel as everybody finds it.
struct Door<'a> {
    consented: &'a Bits,
    withdrawn: &'a Bits,
    contact: &'a Bits,
    reachable: &'a Bits,
}

impl<'a> Door<'a> {
    fn of(found: &'a [Bits]) -> Option<Door<'a>> {
        let [consented, withdrawn, contact, reachable] = found else { return None };
        Some(Door { consented, withdrawn, contact, reachable })
    }

    /// What closes it for a customer, first things first.
    fn closed(&self, customer: usize, capped: bool) -> Option<&'static str> {
        match () {
            () if self.withdrawn.has(customer) => Some("withdrawn"),
            () if !self.consented.has(customer) => Some("not_asked"),
            () if !self.contact.has(customer) => Some("no_contact"),
            () if !self.reachable.has(customer) => Some("stale"),
            () if capped => Some("capped"),
            () => None,
        }
    }
}

/// Who is left, and who is not.
struct Waterfall {
    channels: Vec<ChannelView>,
    customers: Vec<Contacted>,
    left_out: Vec<LeftOut>,
}

impl Waterfall {
    fn new(asked: &AudienceAsked) -> Waterfall {
        let channel = |channel: &String| ChannelView {
            channel: channel.clone(),
            withdrawn: 0,
            not_asked: 0,
            no_contact: 0,
            stale: 0,
            capped: 0,
            r#final: 0,
            chosen: 0,
        };
        let channels = asked.channels.iter().map(channel).collect();
        Waterfall { channels, customers: Vec::new(), left_out: Vec::new() }
    }

    fn leave(&mut self, customer: Box<str>, why: &'static str, by: Option<String>) {
        self.left_out.push(LeftOut { customer, why, by });
    }

    fn judge(&mut self, customer: Box<str>, doors: impl Iterator<Item = Option<&'static str>>) {
        let (mut chosen, mut first) = (None, None);
        for (number, (view, closed)) in self.channels.iter_mut().zip(doors).enumerate() {
            let count = match closed {
                Some("withdrawn") => &mut view.withdrawn,
                Some("not_asked") => &mut view.not_asked,
                Some("no_contact") => &mut view.no_contact,
                Some("stale") => &mut view.stale,
                Some(_) => &mut view.capped,
                None => &mut view.r#final,
            };
            *count += 1;
            match closed {
                None => chosen = chosen.or(Some(number)),
                Some(why) => first = first.or(Some(why)),
            }
        }
        match chosen.and_then(|number| self.channels.get_mut(number)) {
            Some(view) => {
                view.chosen += 1;
                self.customers.push(Contacted { customer, channel: view.channel.clone() });
            }
            None => self.leave(customer, first.unwrap_or("no_contact"), None),
        }
    }
}

/// What the data about some customers is like, reachability apart.
fn quality(snapshot: &Snapshot<'_>, playbook: &Playbook, segment: &str, members: &Bits) -> Quality {
    let read = playbook.segment(segment).map(|it| reads(it.condition(), playbook));
    let read = read.unwrap_or_default().attributes;
    let count = members.count() as u64;
    let schema = playbook.schema();
    let (mut known, mut all, mut fresh, mut limited) = (0, 0, 0, 0);
    let mut precise = members.clone();
    for (position, attribute) in schema.attributes.iter().enumerate() {
        let Some(column) = snapshot.attribute(position) else { continue };
        let have = match &column.known {
            Some(have) => have.and(members),
            None => members.clone(),
        };
        all += count;
        known += have.count() as u64;
        if read.contains(&attribute.name) {
            precise = precise.and(&have);
        }
        let Some(period) = attribute.fresh_for else { continue };
        let calendar = playbook.calendar();
        for customer in have.rows() {
            let confirmed = super::super::freshness::confirmed(
                snapshot, calendar, position, attribute, customer,
            );
            // Nobody knows how old: then nobody may call it fresh.
            limited += 1;
            let until = confirmed.and_then(|since| calendar.add(since, period).ok());
            fresh += u64::from(until.is_some_and(|until| snapshot.as_of() < until));
        }
    }
    Quality {
        precise: share(precise.count() as u64, count),
        fresh: share(fresh, limited),
        complete: share(known, all),
        reachable: None,
    }
}

/// SHA-256 over the meaning of all segments involved and what was asked.
fn definition(asked: &AudienceAsked, playbook: &Playbook) -> String {
    let mut parts = vec![SEMANTICS.to_string(), asked.purpose.clone()];
    for name in std::iter::once(&asked.segment).chain(&asked.exclude) {
        parts.push(name.clone());
        parts.push(playbook.segment_hash(name).unwrap_or_default().into());
    }
    parts.push(asked.channels.join("\u{1f}"));
    if let Some(holdout) = &asked.holdout {
        parts.push(format!("holdout {} {}", holdout.of_ten_thousand, holdout.salt));
    }
    parts.extend(asked.caps.iter().map(Cap::condition));
    parts.extend(asked.quiet.map(|quiet| format!("quiet {} {}", quiet.from, quiet.until)));
    digest(parts.iter().map(String::as_str))
}

/// SHA-256 over texts, each with its length, in hexadecimal.
fn digest<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let mut sum = Sha256::new();
    for text in texts {
        sum.update((text.len() as u64).to_le_bytes());
        sum.update(text.as_bytes());
    }
    sum.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
