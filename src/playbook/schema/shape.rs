//! What a table of the document says: shapes, their keys, and what stands there.

/// An object of the document with keys of its own.
#[derive(Debug)]
pub(super) struct Shape {
    /// The name among the definitions of the schema.
    pub name: &'static str,
    /// What it is, in English and Chinese.
    pub words: Words,
    /// The keys that go with every way and every case.
    pub keys: &'static [Key],
    /// Ways to write it, of which one is taken; none: there is but one.
    pub ways: &'static [&'static [Key]],
    /// Keys that must be there in a way that has none of its own.
    pub alone: &'static [&'static str],
    /// Keys of which one at least must be there, a list with at least so many.
    pub either: &'static [(&'static str, i64)],
    /// Keys that go with some words of another key only.
    pub cases: &'static [Case],
    /// A key, and the one that it needs beside it.
    pub pairs: &'static [(&'static str, &'static str)],
}

impl Shape {
    /// A shape with these keys and no rule about them.
    pub const fn of(name: &'static str, words: Words, keys: &'static [Key]) -> Shape {
        Shape { name, words, keys, ways: &[], alone: &[], either: &[], cases: &[], pairs: &[] }
    }
}

/// A description in English and in Chinese.
pub(super) type Words = (&'static str, &'static str);

/// Keys that go with some words of another key.
#[derive(Debug)]
pub(super) struct Case {
    /// The key that decides.
    pub by: &'static str,
    /// Its words.
    pub are: &'static [&'static str],
    /// The keys that go with these.
    pub keys: &'static [Key],
}

/// A key of a shape.
#[derive(Debug)]
pub(super) struct Key {
    /// How it is written.
    pub name: &'static str,
    /// Whether it must be there.
    pub needed: bool,
    /// What stands there.
    pub holds: Holds,
    /// What it means.
    pub words: Words,
}

/// A key that must be there.
pub(super) const fn need(
    name: &'static str,
    holds: Holds,
    en: &'static str,
    zh: &'static str,
) -> Key {
    Key { name, needed: true, holds, words: (en, zh) }
}

/// A key that may be left out.
pub(super) const fn may(
    name: &'static str,
    holds: Holds,
    en: &'static str,
    zh: &'static str,
) -> Key {
    Key { name, needed: false, holds, words: (en, zh) }
}

/// What stands at a key or in a list.
#[derive(Debug)]
pub(super) enum Holds {
    /// Any text.
    Text,
    /// A text that says something.
    Word,
    /// A name that expressions can spell.
    Name,
    /// A text in the language of conditions.
    Expression,
    /// `true` or `false`.
    Flag,
    /// This whole number and no other.
    Only(i64),
    /// A whole number.
    Whole,
    /// An exact number: a number of JSON, or a text of digits.
    Number,
    /// A text of this form.
    Form(&'static str),
    /// One of these words.
    OneOf(fn() -> Vec<&'static str>),
    /// An object with keys of its own.
    Object(&'static Shape),
    /// An object whose keys are names that the author gives.
    Map(&'static Holds),
    /// An array of at least so many.
    List(&'static Holds, usize),
    /// An array of exactly these.
    Tuple(&'static [Holds]),
    /// One of them, or an array.
    OneOrMore(&'static Holds),
    /// Any of these.
    Any(&'static [Holds]),
}

/// What a definition is called: beside `help` in everything that people see.
pub(super) const LABELS: Key = may(
    "labels",
    Holds::Object(&LABELS_OF),
    "What people call it. Labels never change an answer.",
    "给人看的名称，不影响任何结果。",
);

/// An explanation for people.
pub(super) const HELP: Key = may(
    "help",
    HELP_HOLDS,
    "An explanation for people, one text or one in each language. It never changes an answer.",
    "给人看的说明，可为一段文字，也可按语言分写，不影响任何结果。",
);

const HELP_HOLDS: Holds = Holds::Any(&[Holds::Text, Holds::Object(&HELP_OF)]);

static HELP_OF: Shape = Shape::of(
    "help",
    ("An explanation in each language.", "各语言下的说明。"),
    &[
        may("zh-Hans", Holds::Text, "In simplified Chinese.", "简体中文说明。"),
        may("en", Holds::Text, "In English.", "英文说明。"),
    ],
);

static LABELS_OF: Shape = Shape::of(
    "labels",
    ("A name in each language.", "各语言下的名称。"),
    &[
        may("zh-Hans", Holds::Text, "In simplified Chinese.", "简体中文名称。"),
        may("en", Holds::Text, "In English.", "英文名称。"),
    ],
);
