//! From written match keys to some that are known to mean something.

use super::definition::{Definition, InquiryDefinition, KeyDefinition};
use super::key::{self, Kind, Placeholders, Reading};
use crate::error::{Code, Fault};
use crate::facts::{EventKind, Schema, Type, Value};
use crate::json::{Reader, Written};
use crate::units::shown;

/// How customers are recognised.
#[derive(Debug, Clone)]
pub struct Identity {
    /// The match keys, in the order of the document.
    pub keys: Vec<MatchKey>,
    /// A value that so many customers share decides nothing.
    pub shared_from: usize,
    /// What somebody's asking is recorded as.
    pub inquiry: Option<Inquiry>,
    placeholders: Placeholders,
}

/// An attribute by which customers are recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MatchKey {
    /// Position of the attribute.
    pub attribute: usize,
    /// What its values are.
    pub kind: Kind,
    /// Whether it decides.
    pub strength: Strength,
    /// Whether what follows a plus in a mail address means nothing.
    pub drop_tag: bool,
}

/// Whether a shared value decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// It makes two customers possibly one.
    Weak,
    /// It makes two customers one.
    Strong,
}

impl Strength {
    /// As the playbook writes it.
    pub fn name(self) -> &'static str {
        match self {
            Strength::Weak => "weak",
            Strength::Strong => "strong",
        }
    }
}

/// What somebody's asking is recorded as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Inquiry {
    /// Position of the event kind.
    pub kind: usize,
    /// Position of its field that says who asked.
    pub actor: Option<usize>,
}

impl Identity {
    /// What a value of a key says.
    ///
    /// # Inputs
    ///
    /// `key`: position in [`keys`](Identity::keys). `written`: the value as the host
    /// has it.
    ///
    /// # Cost
    ///
    /// About a microsecond; for the name of a firm a few.
    pub fn read(&self, key: usize, written: &str) -> Reading {
        match self.keys.get(key) {
            Some(it) => key::read(it.kind, it.drop_tag, &self.placeholders, written),
            None => Reading::Missing,
        }
    }

    /// Position of the key that an attribute is.
    pub fn key_of(&self, attribute: usize) -> Option<usize> {
        self.keys.iter().position(|key| key.attribute == attribute)
    }

    /// The texts of a value, as it is held: of a set, each.
    pub(crate) fn texts(value: &Value) -> Vec<&str> {
        match value {
            Value::Text(text) => vec![text],
            Value::Set(texts) => texts.iter().map(|text| &**text).collect(),
            _ => Vec::new(),
        }
    }
}

/// Values that so many share decide nothing, where the playbook does not say.
const SHARED_FROM: i64 = 5;
/// The most that it may say.
const SHARED_AT_MOST: i64 = 1_000;

impl Definition {
    /// Checks the section. Faults are noted in `reader`; `None` where nothing is left
    /// to go on with.
    pub fn check(&self, schema: &Schema, reader: &mut Reader) -> Option<Identity> {
        let before = reader.n_faults();
        let mut keys: Vec<MatchKey> = Vec::new();
        for written in &self.keys {
            let Some(key) = check_key(written, schema, reader) else { continue };
            if keys.iter().any(|it| it.attribute == key.attribute) {
                refuse_twice(written, reader);
            }
            keys.push(key);
        }
        let (shared_from, pointer) =
            self.shared_from.clone().unwrap_or((SHARED_FROM, String::new()));
        if !(2..=SHARED_AT_MOST).contains(&shared_from) {
            let fault = Fault::new(
                Code::BadValue,
                format!("`{shared_from}` is no number of customers from 2 to {SHARED_AT_MOST}"),
                format!("`{shared_from}` 不是 2 到 {SHARED_AT_MOST} 的客户数"),
            );
            reader.fault(fault.at(pointer));
        }
        let inquiry = self.inquiry.as_ref().and_then(|it| check_inquiry(it, schema, reader));
        (reader.n_faults() == before).then(|| Identity {
            keys,
            shared_from: usize::try_from(shared_from).unwrap_or(usize::MAX),
            inquiry,
            placeholders: Placeholders::new(self.placeholders.iter().map(|it| &*it.text)),
        })
    }
}

fn check_key(written: &KeyDefinition, schema: &Schema, reader: &mut Reader) -> Option<MatchKey> {
    let attribute = written.attribute.as_ref().and_then(|it| attribute(it, schema, reader));
    let kinds = Kind::ALL.map(Kind::name);
    let kind = written.kind.as_ref().and_then(|it| one_of(it, &kinds, reader));
    let kind = kind.and_then(Kind::named);
    let strengths = [Strength::Strong.name(), Strength::Weak.name()];
    let strength = written.strength.as_ref().map(|it| one_of(it, &strengths, reader));
    let (attribute, kind) = (attribute?, kind?);
    if let Some((_, pointer)) = written.drop_tag.as_ref().filter(|_| kind != Kind::Email) {
        let fault = Fault::new(
            Code::UnknownKey,
            "`drop_tag` goes with `email` only",
            "`drop_tag` 只用于 `email`",
        );
        reader.fault(fault.at(pointer.as_str()));
    }
    let strength = match strength {
        // A name is no proof: firms of two provinces may share one.
        None if kind == Kind::Company => Strength::Weak,
        None => Strength::Strong,
        Some(word) if word? == Strength::Weak.name() => Strength::Weak,
        Some(_) => Strength::Strong,
    };
    let drop_tag = written.drop_tag.as_ref().is_some_and(|(drop, _)| *drop);
    Some(MatchKey { attribute, kind, strength, drop_tag })
}

fn attribute(written: &Written, schema: &Schema, reader: &mut Reader) -> Option<usize> {
    let Some(position) = schema.attribute(&written.text) else {
        if !reader.is_spoilt(&written.text) {
            let names = schema.attributes.iter().map(|it| &*it.name);
            written.unknown(("attribute", "属性"), names, reader);
        }
        return None;
    };
    let ty = &schema.attributes.get(position)?.ty;
    let fits = matches!(ty, Type::Text(_) | Type::Contact(_) | Type::Set(_));
    if !fits {
        let name = &written.text;
        let fault = Fault::new(
            Code::TypeMismatch,
            format!("`{name}` cannot be a match key, expected an attribute of text or contact"),
            format!("`{name}` 不能作查重依据，应为文本或联系方式属性"),
        );
        reader.fault(fault.at(written.pointer.as_str()));
    }
    fits.then_some(position)
}

fn one_of<'w>(written: &Written, words: &[&'w str], reader: &mut Reader) -> Option<&'w str> {
    let found = words.iter().find(|word| **word == &*written.text).copied();
    if found.is_none() {
        let (given, listed) = (shown(&written.text), words.join("`, `"));
        let fault = Fault::new(
            Code::BadValue,
            format!("found `{given}`, expected one of `{listed}`"),
            format!("此处为 `{given}`，应为 `{listed}` 之一"),
        );
        let fault = fault.at(written.pointer.as_str());
        reader.fault_near(fault, &written.text, words.iter().copied());
    }
    found
}

fn refuse_twice(written: &KeyDefinition, reader: &mut Reader) {
    let Some(attribute) = &written.attribute else { return };
    let name = &attribute.text;
    let fault = Fault::new(
        Code::DuplicateName,
        format!("`{name}` is a match key already"),
        format!("`{name}` 已是查重依据"),
    );
    reader.fault(fault.at(attribute.pointer.as_str()));
}

fn check_inquiry(
    written: &InquiryDefinition,
    schema: &Schema,
    reader: &mut Reader,
) -> Option<Inquiry> {
    let event = written.event.as_ref()?;
    let Some(kind) = schema.kind(&event.text) else {
        if !reader.is_spoilt(&event.text) {
            let names = schema.kinds.iter().map(|kind| &*kind.name);
            event.unknown(("event kind", "事件类型"), names, reader);
        }
        return None;
    };
    let declared = schema.kinds.get(kind)?;
    let actor = written.actor.as_ref().map(|it| actor(it, declared, reader));
    let actor = match actor {
        Some(found) => Some(found?),
        None => None,
    };
    let mut others = declared.fields.iter().enumerate();
    if let Some((_, field)) = others.find(|(at, field)| Some(*at) != actor && !field.nullable) {
        let (name, kind) = (&field.name, &declared.name);
        let fault = Fault::new(
            Code::MissingKey,
            format!("`{kind}` needs the field `{name}`, and nothing here fills it"),
            format!("`{kind}` 必须有字段 `{name}`，而此处没有为其赋值"),
        );
        let fault = fault.hint("let it be nullable", "请允许其为空");
        reader.fault(fault.at(written.pointer.as_str()));
    }
    Some(Inquiry { kind, actor })
}

/// The position of a field that can say who asked.
fn actor(written: &Written, kind: &EventKind, reader: &mut Reader) -> Option<usize> {
    let Some(position) = kind.fields.iter().position(|field| field.name == written.text) else {
        let names = kind.fields.iter().map(|field| &*field.name);
        written.unknown(("field", "字段"), names, reader);
        return None;
    };
    let fits = matches!(kind.fields.get(position)?.ty, Type::Text(_));
    if !fits {
        let name = &written.text;
        let fault = Fault::new(
            Code::TypeMismatch,
            format!("`{name}` cannot hold it, expected a field of type text"),
            format!("`{name}` 的类型不符，应为文本字段"),
        );
        reader.fault(fault.at(written.pointer.as_str()));
    }
    fits.then_some(position)
}
