//! Questions about segments.

use super::{About, Question, written};
use crate::engine::diff_review;
use crate::engine::segment::{
    self, AudienceAsked, Cap, Holdout, Quiet, audience, diff, explain, history, leaving, list,
    members, overlap, period, review,
};
use crate::error::{Code, Error, Fault};
use crate::json::{Json, Place, Reader};
use crate::playbook::Playbook;
use crate::units::{Day, Decimal, Instant, shown};

const QUESTIONS: [&str; 10] = [
    "list",
    "members",
    "explain",
    "history",
    "leaving",
    "overlap",
    "diff",
    "diff_review",
    "review",
    "audience",
];

/// Answers a question about segments, as JSON.
///
/// # Inputs
///
/// `other`: the playbook that `diff` and `diff_review` compare with, of the same schema; the
/// first tells of segments, the second of everything. The question is an object whose `ask`
/// is one of
///
/// | `ask` | other keys; those in brackets may be left out |
/// |---|---|
/// | `list` | |
/// | `members` | `segment` |
/// | `explain`, `history` | `segment`, `customer` |
/// | `leaving` | `segment`, (`within`: `"days(7)"`) |
/// | `overlap` | (`segments`: names) |
/// | `diff` | |
/// | `diff_review` | |
/// | `review` | (`measured_from`: a day or an instant) |
/// | `audience` | `segment`, `purpose`, `channels`, (`exclude`: names, `holdout`: `{"percent": "10", "salt": "spring"}`, `caps`: `[{"list": "contacts", "most": 2, "within": "days(30)"}]`, `quiet`: `{"from": "21:00", "until": "09:00"}`) |
///
/// # Output
///
/// What `guanxi segment` and `guanxi diff-review` print with `--json`.
///
/// # Errors
///
/// 2001 to 2014 for the question; [`Code::UnknownSegment`], [`Code::UnknownCustomer`],
/// [`Code::InvalidArgument`]; what cannot be foreseen: [`Code::Unforeseen`].
///
/// # Cost
///
/// That of the function asked, after loading the facts: everybody's, or one customer's.
///
/// # Example
///
/// ```
/// use guanxi::engine::{Options, ask};
/// use guanxi::error::Language;
/// use guanxi::units::Instant;
/// use guanxi::{Playbook, Store, json};
///
/// let playbook = Playbook::from_json(r#"{"guanxi": 1, "id": "shop", "version": "1",
///     "calendar": {"zone": "UTC"}, "segments": {"all": {"when": "true"}}}"#)?;
/// let store = Store::in_memory(playbook.schema());
/// let about = ask::About {
///     store: &store, playbook: &playbook, as_of: Some(Instant::parse("2026-03-01T00:00:00Z")?),
///     known_at: None, language: Language::En, options: Options::default(),
/// };
/// let question = json::parse(br#"{"ask": "members", "segment": "all"}"#)?;
/// assert!(ask::segment(&about, None, &question)?.contains(r#""members":0"#));
/// # Ok::<(), guanxi::Error>(())
/// ```
pub fn segment(
    about: &About<'_>,
    other: Option<&Playbook>,
    question: &Json,
) -> Result<String, Error> {
    let (ask, mut asked) = Question::of(question, &QUESTIONS)?;
    let About { store, playbook, known_at, language, options, .. } = *about;
    match ask {
        "list" => {
            asked.close()?;
            let (columns, as_of) = about.columns()?;
            written(&list(&columns, playbook, as_of, known_at, options).in_language(language))
        }
        "members" => {
            let name = asked.need("segment");
            asked.close()?;
            segment::named(playbook, name)?;
            let (columns, as_of) = about.columns()?;
            let told = members(&columns, playbook, name, as_of, known_at, options)?;
            written(&told.in_language(language))
        }
        "explain" => {
            let (name, id) = (asked.need("segment"), asked.need("customer"));
            asked.close()?;
            let told = explain(store, playbook, name, id, about.instant()?, known_at)?;
            written(&told.in_language(language))
        }
        "history" => {
            let (name, id) = (asked.need("segment"), asked.need("customer"));
            asked.close()?;
            written(&history(store, playbook, name, id, about.instant()?, known_at)?)
        }
        "leaving" => {
            let name = asked.need("segment");
            let within = asked.get("within").unwrap_or("days(7)");
            asked.close()?;
            segment::named(playbook, name)?;
            let (columns, as_of) = about.columns()?;
            let until = period(playbook, within, as_of).map_err(|error| error.below("/within"))?;
            written(&leaving(&columns, playbook, name, as_of, until, options)?)
        }
        "overlap" => {
            let names = asked.texts("segments");
            asked.close()?;
            let (columns, as_of) = about.columns()?;
            written(&overlap(&columns, playbook, &names, as_of, options)?)
        }
        "diff" | "diff_review" => {
            asked.close()?;
            let other = other.ok_or_else(no_other)?;
            let (columns, as_of) = about.columns()?;
            let (old, new) = ((&columns, playbook), (&columns, other));
            match ask {
                "diff" => written(&diff(old, new, as_of, options)),
                _ => written(&diff_review(old, new, as_of, options)?),
            }
        }
        "review" => {
            let from = asked.get("measured_from");
            asked.close()?;
            let from = from.map(|text| instant(text, playbook)).transpose();
            let from = from.map_err(|error| error.below("/measured_from"))?;
            let (columns, as_of) = about.columns()?;
            written(&review(&columns, playbook, as_of, from, options))
        }
        _ => {
            let wanted = read_audience(&mut asked);
            asked.close()?;
            let (columns, as_of) = about.columns()?;
            let when = (as_of, known_at, store.version()?);
            written(&audience(&columns, playbook, &wanted, when, options)?)
        }
    }
}

/// An instant; a bare day is its end, as everywhere.
pub(super) fn instant(text: &str, playbook: &Playbook) -> Result<Instant, Error> {
    let zone = playbook.calendar().zone();
    match Day::parse(text) {
        Ok(day) => match day.add_days(1) {
            Ok(next) => Ok(Instant::clamped(zone.start_of(next).micros() - 1)),
            Err(_) => Ok(Instant::MAX),
        },
        Err(_) => Instant::parse_in(text, zone),
    }
}

fn no_other() -> Error {
    Fault::new(
        Code::InvalidArgument,
        "a difference is between two playbooks, and the other one is missing",
        "比较需要两个规则集，缺少另一个",
    )
    .into()
}

fn read_audience(asked: &mut Question<'_>) -> AudienceAsked {
    let owned = |texts: Vec<&str>| texts.into_iter().map(str::to_owned).collect();
    AudienceAsked {
        segment: asked.need("segment").to_owned(),
        purpose: asked.need("purpose").to_owned(),
        channels: owned(asked.need_texts("channels")),
        exclude: owned(asked.texts("exclude")),
        holdout: asked.object.get("holdout").and_then(|it| holdout(&it, &mut asked.reader)),
        caps: caps(asked),
        quiet: asked.object.get("quiet").and_then(|it| quiet(&it, &mut asked.reader)),
    }
}

/// The part that is kept back: a percentage with two places at most.
fn holdout(place: &Place<'_>, reader: &mut Reader) -> Option<Holdout> {
    let mut object = place.object(reader)?;
    let percent = object.need(reader, "percent");
    let salt = object.need(reader, "salt").and_then(|place| place.word(reader));
    object.close(reader);
    let percent = percent?;
    let digits = match percent.json {
        Json::Number(digits) | Json::Text(digits) => digits,
        _ => {
            percent.text(reader);
            return None;
        }
    };
    let exact = Decimal::parse(digits).ok().and_then(|it| it.rescale_exact(2).ok());
    let of = exact.and_then(|it| u16::try_from(it.units()).ok()).filter(|of| *of <= 10_000);
    if of.is_none() {
        reader.fault(percent.fault(
            Code::BadValue,
            format!("`{}` is no percentage from 0 to 100 with two places at most", shown(digits)),
            format!("`{}` 不是 0 到 100 且至多两位小数的百分数", shown(digits)),
        ));
    }
    Some(Holdout { of_ten_thousand: of?, salt: salt?.to_owned() })
}

fn caps(asked: &mut Question<'_>) -> Vec<Cap> {
    let reader = &mut asked.reader;
    let items = asked.object.get("caps").and_then(|place| place.items(reader)).unwrap_or_default();
    items.iter().filter_map(|item| cap(item, reader)).collect()
}

fn cap(place: &Place<'_>, reader: &mut Reader) -> Option<Cap> {
    let mut object = place.object(reader)?;
    let list = object.need(reader, "list").and_then(|place| place.word(reader));
    let most = object.need(reader, "most");
    let within = object.need(reader, "within").and_then(|place| place.word(reader));
    object.close(reader);
    let number = most.as_ref().and_then(|place| place.whole(reader));
    let fits = number.and_then(|most| most.try_into().ok()).filter(|most| *most > 0);
    if let (Some(place), Some(number), None) = (&most, number, fits) {
        reader.fault(place.fault(
            Code::BadValue,
            format!("`{number}` is not a number of times from 1 on"),
            format!("`{number}` 不是从 1 起的次数"),
        ));
    }
    Some(Cap { list: list?.to_owned(), most: fits?, within: within?.to_owned() })
}

/// Hours of the local day, `21:00` to `09:00`.
fn quiet(place: &Place<'_>, reader: &mut Reader) -> Option<Quiet> {
    let mut object = place.object(reader)?;
    let places = ["from", "until"].map(|key| object.need(reader, key));
    object.close(reader);
    let [from, until] = places.map(|place| place.and_then(|place| minutes(&place, reader)));
    Some(Quiet { from: from?, until: until? })
}

fn minutes(place: &Place<'_>, reader: &mut Reader) -> Option<u16> {
    let text = place.text(reader)?;
    let read = || {
        let (hours, minutes) = text.split_once(':')?;
        let (hours, minutes) = (hours.parse::<u16>().ok()?, minutes.parse::<u16>().ok()?);
        (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
    };
    let minutes = read();
    if minutes.is_none() {
        reader.fault(place.fault(
            Code::BadValue,
            format!("`{}` is not a time of day, expected one like `21:00`", shown(text)),
            format!("`{}` 不是一天中的时刻，应写作 `21:00`", shown(text)),
        ));
    }
    minutes
}
