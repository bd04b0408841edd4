//! Questions and answers as JSON documents: for hosts in other languages.
//!
//! ```text
//! {"ask": "leaving", "segment": "vip"} ──> read, key by key ──> the function of this
//!                                                               engine ──> its JSON
//! ```
//!
//! # What is promised
//!
//! An answer is the bytes that the command line prints with `--json`: both are made
//! here, of the same plain data. A question that is not understood has *all* its
//! faults told, each with its JSON pointer; a key that nobody asks for is one.
//!
//! # What is not here
//!
//! Answers of their own: each question is a call of a function beside this one.

mod collision;
mod condition;
mod feed;
mod fitted;
mod follow;
mod kpi;
mod lead;
mod model;
mod purchases;
mod segment;
#[cfg(test)]
mod tests;
mod value;

pub use collision::collision;
pub use condition::{SaidImport, SaidSentence, condition};
pub use feed::{Handed, feed, not_followed, synced_as_json};
pub use fitted::{FitTold, fit_as_json};
pub use follow::follow;
pub use kpi::kpi;
pub use lead::LeadTold;
pub use model::{CONVENTION, Predicted, fit, predict};
pub use purchases::{Purchases, purchases};
pub use segment::segment;
pub use value::{SaidValue, value};

use serde::Serialize;

use super::{Options, default_as_of};
use crate::error::{Code, Error, Fault, Language};
use crate::facts::Columns;
use crate::json::{Json, Object, Place, Reader};
use crate::playbook::Playbook;
use crate::store::Store;
use crate::units::{Instant, nearest, shown};

/// What a question is asked about.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    /// The facts.
    pub store: &'a Store,
    /// What was decided.
    pub playbook: &'a Playbook,
    /// The instant of the answer; the midnight after the last fact where it is left out.
    pub as_of: Option<Instant>,
    /// Facts learnt later are left out.
    pub known_at: Option<Instant>,
    /// The language of reasons.
    pub language: Language,
    /// How many threads.
    pub options: Options,
}

impl About<'_> {
    /// Everybody's facts, and the instant.
    fn columns(&self) -> Result<(Columns, Instant), Error> {
        let columns = self.store.columns(self.known_at)?;
        let as_of = self.as_of.or_else(|| default_as_of(&columns, self.playbook.calendar()));
        Ok((columns, as_of.ok_or_else(no_date)?))
    }

    /// The instant alone, where one customer's facts are enough.
    fn instant(&self) -> Result<Instant, Error> {
        match (self.as_of, self.known_at) {
            (Some(as_of), _) => Ok(as_of),
            (None, Some(_)) => Ok(self.columns()?.1),
            (None, None) => self.store.default_as_of(self.playbook)?.ok_or_else(no_date),
        }
    }
}

fn no_date() -> Error {
    Fault::new(
        Code::InvalidArgument,
        "no fact has a date that an instant could follow from, expected one as `as_of`",
        "没有带日期的事实可据以确定时刻，请给出 `as_of`",
    )
    .into()
}

/// The JSON of an answer, on one line.
fn written(answer: &impl Serialize) -> Result<String, Error> {
    serde_json::to_string(answer).map_err(|error| {
        Fault::new(
            Code::Internal,
            format!("an answer cannot be written as JSON: {error}"),
            format!("结果无法写成 JSON：{error}"),
        )
        .into()
    })
}

/// A question that is being read, key by key.
struct Question<'q> {
    reader: Reader,
    object: Object<'q>,
}

impl<'q> Question<'q> {
    /// The question, and which of these it is.
    fn of(document: &'q Json, all: &[&'static str]) -> Result<(&'static str, Self), Error> {
        let mut reader = Reader::new();
        let object = Place::root(document).object(&mut reader);
        let Some(mut object) = object else { return Err(found(reader, document)) };
        let place = object.need(&mut reader, "ask");
        let name = place.as_ref().and_then(|place| place.text(&mut reader)).zip(place.as_ref());
        let Some((name, place)) = name else {
            return Err(found(reader, document));
        };
        if let Some(known) = all.iter().find(|known| **known == name) {
            return Ok((known, Question { reader, object }));
        }
        let (given, listed) = (shown(name), all.join("`, `"));
        let fault = place.fault(
            Code::BadValue,
            format!("`{given}` is not a question, expected one of `{listed}`"),
            format!("`{given}` 不是可问的问题，应为 `{listed}` 之一"),
        );
        let near = nearest(name, all.iter().copied());
        Err(near.map_or(fault.clone(), |near| fault.meant(near)).into())
    }

    fn need(&mut self, key: &'static str) -> &'q str {
        let place = self.object.need(&mut self.reader, key);
        place.and_then(|place| place.text(&mut self.reader)).unwrap_or_default()
    }

    fn get(&mut self, key: &'static str) -> Option<&'q str> {
        self.object.get(key)?.text(&mut self.reader)
    }

    fn json(&mut self, key: &'static str) -> Option<&'q Json> {
        self.object.get(key).map(|place| place.json)
    }

    fn json_needed(&mut self, key: &'static str) -> &'q Json {
        self.object.need(&mut self.reader, key).map_or(&Json::Null, |place| place.json)
    }

    fn whole(&mut self, key: &'static str, usual: i64) -> i64 {
        self.object.get(key).map_or(Some(usual), |it| it.whole(&mut self.reader)).unwrap_or(usual)
    }

    fn texts(&mut self, key: &'static str) -> Vec<&'q str> {
        let place = self.object.get(key);
        self.items(place)
    }

    fn need_texts(&mut self, key: &'static str) -> Vec<&'q str> {
        let place = self.object.need(&mut self.reader, key);
        self.items(place)
    }

    fn items(&mut self, place: Option<Place<'q>>) -> Vec<&'q str> {
        let Some(place) = place else { return Vec::new() };
        let items = place.items(&mut self.reader).unwrap_or_default();
        items.iter().filter_map(|item| item.text(&mut self.reader)).collect()
    }

    /// Ends the reading: all faults there are.
    fn close(mut self) -> Result<(), Error> {
        self.object.close(&mut self.reader);
        Error::check(self.reader.finish(&Json::Null).0)
    }
}

/// What a reader found in a document that is no question.
fn found(reader: Reader, document: &Json) -> Error {
    let faults = reader.finish(document).0;
    Error::of(faults).unwrap_or_else(|| {
        let place = Place::root(document);
        place.fault(Code::WrongJsonType, "a question is an object", "问题应为对象").into()
    })
}
