//! What is left of facts about somebody who is erased.
//!
//! ```text
//! C-17  purchase  o-991  12.00, "for Aunt Li"  ──>  erased-1  purchase  erased-1-000002  12.00, "erased-1-text-000001"
//! C-17  attributes  a-4  mobile                ──>  erased-1  (erased)  erased-1-000001
//! ```
//!
//! A skeleton keeps its place, its instants and, of an event, its kind, what is
//! neither text nor declared personal, and which of its texts were the same. So what happened can still be
//! counted, and nobody can be told from it. Ids are given anew, in the order of
//! the old ones, so that whatever was decided by their order stays so.

use std::collections::{BTreeSet, HashMap};

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::fact::{Body, Correction, Fact, Override, Value};
use super::schema::{Field, Schema, Type};
use crate::error::{Code, Error};
use crate::json::{self, Place, Reader};
use crate::units::Instant;

/// Somebody who was erased, as the list of erasures has it: a mark from which
/// no id can be read, and since when. Whoever guesses an id can find it by its
/// mark; without that, nobody could refuse it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Erasure {
    /// By what the id is known again, in hexadecimal: SHA-256 of `guanxi erased
    /// customer`, a zero byte and the id.
    pub mark: Box<str>,
    /// From when on the customer is gone.
    pub at: Instant,
}

impl Erasure {
    /// A list of erasures as it is written in JSON: an array of objects with
    /// `mark` and `at`.
    ///
    /// ```
    /// use guanxi::facts::Erasure;
    /// let mark = "0".repeat(64);
    /// let text = format!(r#"[{{"mark": "{mark}", "at": "2026-03-01T00:00:00Z"}}]"#);
    /// let list = Erasure::list_from_json(&text)?;
    /// assert_eq!((&*list[0].mark, list.len()), (&*mark, 1));
    /// assert!(Erasure::list_from_json(r#"[{"mark": "C-17"}]"#).is_err());
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it, each with its place.
    pub fn list_from_json(text: &str) -> Result<Vec<Erasure>, Error> {
        let document = json::parse(text.as_bytes())?;
        let mut reader = Reader::new();
        let items = Place::root(&document).items(&mut reader).unwrap_or_default();
        let list = items.iter().filter_map(|place| Erasure::read(place, &mut reader)).collect();
        let (faults, _) = reader.finish(&document);
        Error::check(faults)?;
        Ok(list)
    }

    fn read(place: &Place, reader: &mut Reader) -> Option<Erasure> {
        let mut object = place.object(reader)?;
        let (mark, at) = (object.need(reader, "mark"), object.need(reader, "at"));
        let mark = mark.and_then(|place| {
            let text = place.text(reader)?;
            let digits = text.bytes().all(|it| it.is_ascii_digit() || (b'a'..=b'f').contains(&it));
            if digits && text.len() == 64 {
                return Some(text.into());
            }
            reader.fault(place.fault(
                Code::BadValue,
                "expected a mark of 64 hexadecimal digits, as `erasures` gives it",
                "应为 64 位十六进制标记，由 `erasures` 给出",
            ));
            None
        });
        let at = at.and_then(|place| {
            let text = place.text(reader)?;
            Instant::parse(text).map_err(|error| reader.error(error, &place.pointer)).ok()
        });
        object.close(reader);
        Some(Erasure { mark: mark?, at: at? })
    }
}

/// The mark of an id.
pub(crate) fn mark(id: &str) -> Box<str> {
    let mut hash = Sha256::new_with_prefix(b"guanxi erased customer\0");
    hash.update(id.as_bytes());
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect::<String>().into()
}

/// How facts are told once some ids are erased.
#[derive(Debug)]
pub(crate) struct Skeletons<'a> {
    schema: &'a Schema,
    /// What takes the place of each erased id.
    names: HashMap<&'a str, Box<str>>,
    /// What takes the place of each text of an event, so that equal ones stay
    /// equal: a run of a machine goes on by its key.
    texts: HashMap<&'a str, Box<str>>,
    /// New ids by source and old id.
    ids: HashMap<&'a str, HashMap<&'a str, Box<str>>>,
    /// Stands for an id that no fact has.
    nobody: Box<str>,
}

impl<'a> Skeletons<'a> {
    /// Names facts anew: `names` are the erased ids with what takes their
    /// places, `facts` all that were ever recorded about them.
    pub(crate) fn new(
        schema: &'a Schema,
        names: &[(&'a str, Box<str>)],
        facts: impl Iterator<Item = &'a Fact>,
    ) -> Self {
        let (mut keys, mut texts) = (BTreeSet::new(), BTreeSet::new());
        for fact in facts {
            keys.insert((&*fact.source, &*fact.id));
            texts.extend(event_texts(schema, &fact.body));
        }
        let prefix = names.first().map_or("", |(_, name)| name);
        let texts = (1_u64..).zip(texts);
        let texts = texts.map(|(number, text)| (text, format!("{prefix}-text-{number:06}").into()));
        let mut ids: HashMap<&str, HashMap<&str, Box<str>>> = HashMap::new();
        for (number, (source, id)) in (1_u64..).zip(keys) {
            let new = format!("{prefix}-{number:06}").into();
            ids.entry(source).or_default().insert(id, new);
        }
        Skeletons {
            schema,
            texts: texts.collect(),
            ids,
            names: names.iter().cloned().collect(),
            nobody: format!("{prefix}-none").into(),
        }
    }

    /// What takes the place of an erased id.
    pub(crate) fn name(&self, id: &str) -> Option<&str> {
        self.names.get(id).map(|name| &**name)
    }

    /// The new id of a fact about somebody erased.
    pub(crate) fn id(&self, source: &str, id: &str) -> Option<&str> {
        self.ids.get(source)?.get(id).map(|id| &**id)
    }

    /// What is left of a fact about somebody erased. `stands` says whether a
    /// fact of this source and id is recorded about anybody.
    pub(crate) fn of(&self, fact: &Fact, stands: impl Fn(&str, &str) -> bool) -> Fact {
        let id = self.id(&fact.source, &fact.id).unwrap_or(&self.nobody);
        let target = |target: &str| -> Box<str> {
            match self.id(&fact.source, target) {
                Some(new) => new.into(),
                None if stands(&fact.source, target) => target.into(),
                None => self.nobody.clone(),
            }
        };
        Fact {
            source: fact.source.clone(),
            id: id.into(),
            customer: self.name(&fact.customer).unwrap_or(&self.nobody).into(),
            at: fact.at,
            revision: fact.revision,
            correction: match &fact.correction {
                Correction::None => Correction::None,
                Correction::Supersedes(id) => Correction::Supersedes(target(id)),
                Correction::Retracts(id) => Correction::Retracts(target(id)),
            },
            body: self.body(&fact.body),
        }
    }

    fn body(&self, body: &Body) -> Body {
        match body {
            Body::Event { kind, fields } => {
                let declared = self.schema.kinds.get(*kind);
                let declared = declared.map(|kind| kind.fields.as_slice()).unwrap_or_default();
                let kept = |(field, value): (&Field, &Option<Value>)| match value {
                    Some(Value::Text(text)) if is_text(field) => {
                        self.texts.get(&**text).map(|token| Value::Text(token.clone()))
                    }
                    value => value.clone().filter(|_| is_impersonal(field)),
                };
                let fields = declared.iter().zip(fields).map(kept).collect();
                Body::Event { kind: *kind, fields }
            }
            Body::Merge { into } => match self.name(into) {
                Some(name) => Body::Merge { into: name.into() },
                None => Body::Erased,
            },
            Body::Override(decision) => {
                Body::Override(Override { actor: "".into(), reason: "".into(), ..decision.clone() })
            }
            Body::Nothing => Body::Nothing,
            Body::Attributes(_)
            | Body::Consent { .. }
            | Body::Decision(_)
            | Body::Reference { .. }
            | Body::Erased => Body::Erased,
        }
    }

    /// A fact about somebody else, where it names what is erased: a merge with
    /// an erased id that was taken back, or a correction of a fact about one.
    pub(crate) fn of_other(&self, fact: &Fact) -> Option<Fact> {
        let target = fact.correction.target().and_then(|target| self.id(&fact.source, target));
        let names = matches!(&fact.body, Body::Merge { into } if self.name(into).is_some());
        if target.is_none() && !names {
            return None;
        }
        let mut fact = fact.clone();
        if let (Correction::Supersedes(id) | Correction::Retracts(id), Some(new)) =
            (&mut fact.correction, target)
        {
            *id = new.into();
        }
        if names {
            fact.body = Body::Erased;
        }
        Some(fact)
    }
}

/// The texts of an event that are not declared personal.
fn event_texts<'f>(schema: &Schema, body: &'f Body) -> Vec<&'f str> {
    let Body::Event { kind, fields } = body else { return Vec::new() };
    let declared = schema.kinds.get(*kind).map(|kind| kind.fields.as_slice()).unwrap_or_default();
    let texts = declared.iter().zip(fields).filter_map(|(field, value)| match value {
        Some(Value::Text(text)) if is_text(field) => Some(&**text),
        _ => None,
    });
    texts.collect()
}

/// Whether a field holds texts that are not declared personal.
fn is_text(field: &Field) -> bool {
    !field.personal && matches!(field.ty, Type::Text(_))
}

/// Whether a field says nothing that could tell a person.
fn is_impersonal(field: &Field) -> bool {
    !field.personal && !matches!(field.ty, Type::Text(_) | Type::Set(_) | Type::Contact(_))
}

/// Whether a fact about somebody else holds an id as one of its texts. What it
/// means there nobody can know.
pub(crate) fn mentions(body: &Body, id: &str) -> bool {
    let is = |value: &Value| match value {
        Value::Text(text) => **text == *id,
        Value::Set(members) => members.iter().any(|member| **member == *id),
        _ => false,
    };
    match body {
        Body::Event { fields, .. } | Body::Reference { fields, .. } => {
            fields.iter().flatten().any(is)
        }
        Body::Attributes(changes) => changes.iter().filter_map(|(_, value)| value.as_ref()).any(is),
        _ => false,
    }
}
