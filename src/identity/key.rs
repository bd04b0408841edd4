//! What a value says once it is read: keys, or why there are none.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{company, credit_code, email, phone};
use crate::error::Fault;
use crate::facts::{TextProfile, text::normalise};

/// What the values of an attribute are, as the playbook declares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// The unified social credit code (统一社会信用代码) of an organisation.
    CreditCode,
    /// Telephone numbers, mobile or not.
    Phone,
    /// A mail address.
    Email,
    /// The name of a firm.
    Company,
    /// An id that somebody else gave: compared as it stands, but for width and case.
    Id,
}

impl Kind {
    /// Every kind, in the order in which they are told.
    pub const ALL: [Kind; 5] =
        [Kind::CreditCode, Kind::Phone, Kind::Email, Kind::Company, Kind::Id];

    /// As the playbook writes it.
    pub fn name(self) -> &'static str {
        match self {
            Kind::CreditCode => "credit_code",
            Kind::Phone => "phone",
            Kind::Email => "email",
            Kind::Company => "company",
            Kind::Id => "id",
        }
    }

    /// The kind of this name.
    pub fn named(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// What a key is. Keys of two forms never meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// A credit code of 18 characters.
    CreditCode,
    /// The nine characters of it that say which organisation.
    Organisation,
    /// A mobile number of mainland China.
    Mobile,
    /// A landline or a hotline, with its extension.
    Landline,
    /// A number of another country.
    Abroad,
    /// A mail address.
    Email,
    /// The name of a firm, without place and legal form.
    Company,
    /// An id.
    Id,
}

impl Form {
    /// The word for it in data.
    pub fn name(self) -> &'static str {
        match self {
            Form::CreditCode => "credit_code",
            Form::Organisation => "organisation",
            Form::Mobile => "mobile",
            Form::Landline => "landline",
            Form::Abroad => "abroad",
            Form::Email => "email",
            Form::Company => "company",
            Form::Id => "id",
        }
    }

    /// Whether it can decide at all. A landline belongs to a house, and an organisation
    /// code alone comes from an old id.
    pub(super) fn can_decide(self) -> bool {
        !matches!(self, Form::Landline | Form::Organisation)
    }
}

/// What is compared: equal where people mean the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// What it is.
    pub form: Form,
    /// The text.
    pub text: Box<str>,
}

impl Key {
    /// FNV-1a of 64 bits: where in the index it is looked for. Keys that share one are
    /// told apart by their texts.
    pub(super) fn hash(&self) -> u64 {
        let bytes = std::iter::once(self.form as u8).chain(self.text.bytes());
        bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        })
    }
}

/// What a value says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// Keys, the one that says most first.
    Keys {
        /// One or more.
        keys: Vec<Key>,
        /// Whether it is a tax id of 15 characters, from before 2015.
        legacy: bool,
    },
    /// Nothing.
    Missing,
    /// Something that stands for nothing: 无, 13800138000.
    Placeholder,
    /// Something that cannot be what it should be, and why.
    Unusable(Fault),
}

impl Reading {
    pub(super) fn of(keys: impl IntoIterator<Item = Key>) -> Reading {
        Reading::Keys { keys: keys.into_iter().collect(), legacy: false }
    }

    /// The keys, where there are some.
    pub fn keys(&self) -> &[Key] {
        match self {
            Reading::Keys { keys, .. } => keys,
            _ => &[],
        }
    }
}

/// Texts that stand for nothing, whatever they are to be.
const PLACEHOLDERS: &str = "无 没有 暂无 未知 不详 不明 保密 匿名 散客 测试 待定 待补充 未填写 个人 公司 客户 有限公司 \
    none null nil na unknown test testing undefined tbd xxx 000000000000000000";

/// Texts that stand for nothing: those everybody types, and those of the playbook.
#[derive(Debug, Clone, Default)]
pub(super) struct Placeholders(BTreeSet<Box<str>>);

impl Placeholders {
    pub(super) fn new<'t>(declared: impl IntoIterator<Item = &'t str>) -> Placeholders {
        let all = PLACEHOLDERS.split_whitespace().chain(declared);
        Placeholders(all.map(|text| folded(text).into()).collect())
    }

    pub(super) fn has(&self, text: &str) -> bool {
        self.0.contains(text)
    }
}

/// A text by its letters and digits alone.
fn folded(text: &str) -> String {
    let text = normalise(TextProfile::Search, text);
    text.chars().filter(|char| char.is_alphanumeric()).collect()
}

/// An id without spaces. A mark that stood behind one is composed once it is gone.
fn id(written: &str) -> Box<str> {
    let text = normalise(TextProfile::Search, written);
    let text: String = text.chars().filter(|char| !char.is_whitespace()).collect();
    normalise(TextProfile::Search, &text).into()
}

/// Reads a value.
pub(super) fn read(
    kind: Kind,
    drop_tag: bool,
    placeholders: &Placeholders,
    written: &str,
) -> Reading {
    let plain = folded(written);
    if plain.is_empty() {
        return Reading::Missing;
    }
    if placeholders.has(&plain) {
        return Reading::Placeholder;
    }
    let reading = match kind {
        Kind::CreditCode => credit_code::read(written),
        Kind::Phone => phone::read(written),
        Kind::Email => email::read(written, drop_tag),
        Kind::Company => company::read(written),
        Kind::Id => Reading::of([Key { form: Form::Id, text: id(written) }]),
    };
    // However a declared placeholder is written, it is one.
    match &reading {
        Reading::Keys { keys, .. }
            if keys.iter().any(|key| placeholders.has(&folded(&key.text))) =>
        {
            Reading::Placeholder
        }
        _ => reading,
    }
}
