//! `guanxi segment`: who belongs, since when, until when, and why.

use guanxi::engine::segment;
use guanxi::engine::segment::{AudienceAsked, Cap, Holdout, Quiet};
use guanxi::units::{Decimal, Instant};
use guanxi::{Code, Error, Fault};

use super::Manner;
use super::question::Question;
use crate::args::{
    Facts, InSegment, OfSegment, Segment, SegmentAudience, SegmentCommand, SegmentDiff,
    SegmentLeaving, SegmentOverlap, SegmentReview, SegmentWatch,
};
use crate::clock;
use crate::exit::{About, Exit, Stop};
use crate::page;

/// Answers one question about segments.
pub fn run(args: &Segment, manner: Manner) -> Result<Exit, Stop> {
    match &args.command {
        SegmentCommand::List(of) => list(of, manner),
        SegmentCommand::Members(of) => members(of, manner),
        SegmentCommand::Explain(one) => explain(one, manner),
        SegmentCommand::History(one) => history(one, manner),
        SegmentCommand::Leaving(args) => leaving(args, manner),
        SegmentCommand::Overlap(args) => overlap(args, manner),
        SegmentCommand::Diff(args) => diff(args, manner),
        SegmentCommand::Audience(args) => audience(args, manner),
        SegmentCommand::Review(args) => review(args, manner),
        SegmentCommand::Watch(args) => watch(args, manner),
    }
}

/// A segment that is not there is told before minutes of import.
fn read(of: &Facts, name: Option<&str>, manner: Manner) -> Result<Question, Stop> {
    Question::read(of, manner, |playbook| {
        name.map_or(Ok(()), |name| segment::named(playbook, name).map(drop).map_err(Stop::from))
    })
}

impl Question {
    /// One customer, by the facts of this one.
    fn about<T>(
        &self,
        one: &InSegment,
        ask: impl FnOnce(Instant) -> Result<T, guanxi::Error>,
    ) -> Result<T, Stop> {
        let as_of = self.asked.instant_of(&self.source.store, &self.playbook)?;
        match ask(as_of) {
            Err(error) if error.code() == Code::UnknownCustomer => {
                Err(super::unknown_customer(&one.id, as_of, &self.playbook).into())
            }
            Err(error) if error.code() == Code::Unforeseen => Err(self.about_condition(error, one)),
            told => Ok(told?),
        }
    }

    /// A fault of a segment's condition, beside the condition.
    fn about_condition(&self, error: guanxi::Error, one: &InSegment) -> Stop {
        let source = self.playbook.segment(&one.name).map(|it| it.source()).unwrap_or_default();
        match Err::<(), _>(error).about_expression(source) {
            Err(stop) => stop,
            Ok(()) => super::unknown_customer(&one.id, Instant::MAX, &self.playbook).into(),
        }
    }
}

fn list(of: &Facts, manner: Manner) -> Result<Exit, Stop> {
    let question = read(of, None, manner)?;
    let (columns, as_of) = question.columns()?;
    let (playbook, known_at) = (&question.playbook, question.asked.known_at);
    let told = segment::list(&columns, playbook, as_of, known_at, question.options());
    let page = page::segment::list(&told, playbook, manner.language);
    question.answer(&told.in_language(manner.language), &page)
}

fn members(of: &OfSegment, manner: Manner) -> Result<Exit, Stop> {
    let question = read(&of.of, Some(&of.name), manner)?;
    let (columns, as_of) = question.columns()?;
    let (playbook, known_at) = (&question.playbook, question.asked.known_at);
    let told = segment::members(&columns, playbook, &of.name, as_of, known_at, question.options())?;
    if !manner.json {
        page::tell(&page::segment::counted_members(&told, playbook, manner.language))?;
    }
    let ids: String = told.ids.iter().map(|id| format!("{}\n", page::printable(id))).collect();
    question.answer(&told.in_language(manner.language), &ids)
}

fn explain(one: &InSegment, manner: Manner) -> Result<Exit, Stop> {
    let question = read(&one.of, Some(&one.name), manner)?;
    let (store, playbook) = (&question.source.store, &question.playbook);
    let known_at = question.asked.known_at;
    let told = question.about(one, |as_of| {
        segment::explain(store, playbook, &one.name, &one.id, as_of, known_at)
    })?;
    let page = page::segment::explain(&told, playbook, manner.language);
    question.answer(&told.in_language(manner.language), &page)
}

fn history(one: &InSegment, manner: Manner) -> Result<Exit, Stop> {
    let question = read(&one.of, Some(&one.name), manner)?;
    let (store, playbook) = (&question.source.store, &question.playbook);
    let known_at = question.asked.known_at;
    let told = question.about(one, |as_of| {
        segment::history(store, playbook, &one.name, &one.id, as_of, known_at)
    })?;
    let page = page::segment::history(&told, playbook, manner.language);
    question.answer(&told, &page)
}

fn leaving(args: &SegmentLeaving, manner: Manner) -> Result<Exit, Stop> {
    let (name, of) = (&args.segment.name, &args.segment.of);
    let question = read(of, Some(name), manner)?;
    let playbook = &question.playbook;
    let (columns, as_of) = question.columns()?;
    let until = segment::period(playbook, &args.within, as_of).about_expression(&args.within)?;
    let source = playbook.segment(name).map(|it| it.source()).unwrap_or_default();
    let told = segment::leaving(&columns, playbook, name, as_of, until, question.options())
        .about_expression(source)?;
    let page = page::segment::leaving(&told, args.top, playbook, manner.language);
    question.answer(&told, &page)
}

fn overlap(args: &SegmentOverlap, manner: Manner) -> Result<Exit, Stop> {
    let question = read(&args.of, None, manner)?;
    let playbook = &question.playbook;
    let (columns, as_of) = question.columns()?;
    let names: Vec<&str> = args.names.iter().map(String::as_str).collect();
    let told = segment::overlap(&columns, playbook, &names, as_of, question.options())?;
    let page = page::segment::overlap(&told, args.top, playbook, manner.language);
    question.answer(&told, &page)
}

fn diff(args: &SegmentDiff, manner: Manner) -> Result<Exit, Stop> {
    let against = super::playbook(&args.against)?;
    let question = read(&args.of, None, manner)?;
    let (columns, as_of) = question.columns()?;
    // The same facts by the schema of the other playbook.
    let other = args.of.source(&against, manner)?;
    let others = other.store.columns(question.asked.known_at)?;
    let (old, new) = ((&*columns, &question.playbook), (&others, &against));
    let told = segment::diff(old, new, as_of, question.options());
    let page = page::segment::diff(&told, &question.playbook, manner.language);
    question.answer(&told, &page)
}

fn review(args: &SegmentReview, manner: Manner) -> Result<Exit, Stop> {
    let question = read(&args.of, None, manner)?;
    let playbook = &question.playbook;
    let zone = playbook.calendar().zone();
    let from = args.measured_from.as_deref();
    let from = from.map(|text| clock::instant("--measured-from", text, zone)).transpose()?;
    let (columns, as_of) = question.columns()?;
    let told = segment::review(&columns, playbook, as_of, from, question.options());
    let page = page::segment::review(&told, playbook, manner.language);
    question.answer(&told, &page)
}

fn watch(args: &SegmentWatch, manner: Manner) -> Result<Exit, Stop> {
    let question = read(&args.of, args.names.first().map(String::as_str), manner)?;
    let (store, playbook) = (&question.source.store, &question.playbook);
    let zone = playbook.calendar().zone();
    let from = clock::instant("--from", &args.from, zone)?;
    let to = args.to.as_deref().map(|text| clock::instant("--to", text, zone)).transpose()?;
    let last = || question.asked.instant_of(store, playbook);
    let period = (from, to.map_or_else(last, Ok)?);
    let names: Vec<&str> = args.names.iter().map(String::as_str).collect();
    let known_at = question.asked.known_at;
    let told = segment::watch(store, playbook, &names, period, known_at, question.options())?;
    let page = page::watch::watch(&told, args.top, playbook, manner.language);
    question.answer(&told, &page)
}

fn audience(args: &SegmentAudience, manner: Manner) -> Result<Exit, Stop> {
    let asked = AudienceAsked {
        segment: args.segment.name.clone(),
        purpose: args.purpose.clone(),
        channels: args.channel.clone(),
        exclude: args.exclude.clone(),
        holdout: holdout(args)?,
        caps: args.cap.iter().map(|text| cap(text)).collect::<Result<_, _>>()?,
        quiet: args.quiet.as_deref().map(quiet).transpose()?,
    };
    let question = read(&args.segment.of, Some(&args.segment.name), manner)?;
    let (columns, as_of) = question.columns()?;
    let (playbook, known_at) = (&question.playbook, question.asked.known_at);
    let data = question.source.store.version()?;
    let options = question.options();
    let told = segment::audience(&columns, playbook, &asked, (as_of, known_at, data), options)?;
    let page = match args.csv {
        true => page::segment::contacted(&told),
        false => page::segment::audience(&told, playbook, manner.language),
    };
    question.answer(&told, &page)
}

/// The part that is kept back, of a percentage with two places at most.
fn holdout(args: &SegmentAudience) -> Result<Option<Holdout>, Error> {
    let (Some(text), Some(salt)) = (&args.holdout, &args.salt) else { return Ok(None) };
    let percent = Decimal::parse(text.trim_end_matches('%')).ok().filter(|it| it.scale() <= 2);
    let of = percent.and_then(|it| it.units().checked_mul(10_i128.pow(u32::from(2 - it.scale()))));
    let of = of.and_then(|of| u16::try_from(of).ok()).filter(|of| *of <= 10_000);
    let of_ten_thousand = of.ok_or_else(|| misread("--holdout", text, "10, 2.5"))?;
    Ok(Some(Holdout { of_ten_thousand, salt: salt.clone() }))
}

fn cap(text: &str) -> Result<Cap, Error> {
    let read = || {
        let (list, rest) = text.split_once(':')?;
        let (most, within) = rest.split_once(':')?;
        let most = most.parse().ok().filter(|most| 0 < *most)?;
        Some(Cap { list: list.to_owned(), most, within: within.to_owned() })
    };
    read().ok_or_else(|| misread("--cap", text, "contacts:2:days(30)"))
}

fn quiet(text: &str) -> Result<Quiet, Error> {
    let minutes = |text: &str| {
        let (hours, minutes) = text.split_once(':')?;
        let (hours, minutes) = (hours.parse::<u16>().ok()?, minutes.parse::<u16>().ok()?);
        (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
    };
    let read = || {
        let (from, until) = text.split_once('-')?;
        Some(Quiet { from: minutes(from)?, until: minutes(until)? })
    };
    read().ok_or_else(|| misread("--quiet", text, "21:00-09:00"))
}

fn misread(argument: &str, text: &str, example: &str) -> Error {
    let given = page::printable(text);
    Fault::new(
        Code::InvalidArgument,
        format!("`{argument}` cannot be `{given}`"),
        format!("`{argument}` 不能是 `{given}`"),
    )
    .hint(format!("such as {example}"), format!("例如 {example}"))
    .into()
}
