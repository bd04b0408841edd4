//! Why something was refused: one opaque [`Error`], made of [`Fault`]s.
//!
//! Every fallible function of the crate returns [`Error`]. It holds *all*
//! faults that were found, not the first one, each with a stable [`Code`], its
//! place and, where there is one, a way out. Everything said to a person is
//! said twice, in Chinese and in English: see [`Text`].

use std::fmt;

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

/// A short text in both languages of the library.
///
/// Messages, hints and labels are made where their facts are known, in zh-Hans
/// and en together, so that no translation can fall behind.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Text {
    /// English.
    pub en: String,
    /// Simplified Chinese.
    pub zh: String,
}

impl Text {
    /// Both wordings of one text.
    pub fn new(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Text { en: en.into(), zh: zh.into() }
    }

    /// The wording in one language.
    pub fn say(&self, language: Language) -> &str {
        match language {
            Language::En => &self.en,
            Language::Zh => &self.zh,
        }
    }

    /// The same without a gap: a wording that is missing is that of the other
    /// language, and where both are, the name.
    ///
    /// ```
    /// use guanxi::error::Text;
    /// assert_eq!(Text::new("", "大区").or_name("region"), Text::new("大区", "大区"));
    /// assert_eq!(Text::default().or_name("region"), Text::new("region", "region"));
    /// ```
    pub fn or_name(&self, name: &str) -> Text {
        let first = |wordings: [&str; 3]| {
            wordings.into_iter().find(|wording| !wording.is_empty()).unwrap_or(name).to_owned()
        };
        Text { en: first([&self.en, &self.zh, name]), zh: first([&self.zh, &self.en, name]) }
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("zh-Hans", &self.zh)?;
        map.serialize_entry("en", &self.en)?;
        map.end()
    }
}

/// A number with what is counted, as English says it: `1 event`, `2 events`.
pub(crate) fn counted(number: u64, one: &str) -> String {
    format!("{number} {one}{}", if number == 1 { "" } else { "s" })
}

/// A word after Chinese ones: a Latin one stands off.
pub(crate) fn after_chinese(word: &str) -> String {
    let blank = word.starts_with(|letter: char| letter.is_ascii_alphanumeric());
    format!("{}{word}", if blank { " " } else { "" })
}

/// The language a person is addressed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// English (`en`).
    #[default]
    En,
    /// Simplified Chinese (`zh-Hans`).
    Zh,
}

/// What kind of thing went wrong, which decides who can mend it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// A call, a definition or an expression is wrong: change it.
    Definition,
    /// Some rows were refused: mend those rows, the others are in. Or what
    /// somebody asked for was, and the refusal is recorded.
    Rows,
    /// The disk, a permission, or a database that is not ours.
    Environment,
    /// A defect in guanxi.
    Internal,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $number:literal $name:literal;)*) => {
        /// Stable number of a fault, the same in Rust, in JSON, in the C header
        /// and in every binding. Numbers are given once and never reused.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        #[repr(i32)]
        pub enum Code { $($(#[$doc])* $variant = $number,)* }

        impl Code {
            /// Every code there is, in numeric order.
            pub const ALL: &'static [Code] = &[$(Code::$variant,)*];

            /// The code in words, as stable as the number: `unknown_name`.
            pub fn name(self) -> &'static str {
                match self { $(Code::$variant => $name,)* }
            }
        }
    };
}

codes! {
    /// An argument of a call is outside what its meaning allows.
    InvalidArgument = 1001 "invalid_argument";
    /// An instant or a day outside the years 1 to 9999.
    TimeOutOfRange = 1002 "time_out_of_range";
    /// A sum, product or conversion does not fit its type.
    Overflow = 1003 "overflow";
    /// Two currencies met where one is needed.
    CurrencyMismatch = 1004 "currency_mismatch";
    /// Not an ISO 4217 code.
    UnknownCurrency = 1005 "unknown_currency";
    /// Not an IANA time zone.
    UnknownZone = 1006 "unknown_zone";
    /// A text is not the instant, day, number or period it should be.
    MalformedValue = 1007 "malformed_value";
    /// No customer has this id.
    UnknownCustomer = 1008 "unknown_customer";
    /// No segment has this name.
    UnknownSegment = 1009 "unknown_segment";
    /// Exact numbers finer than their scale, or instants finer than a microsecond.
    TooFine = 1010 "too_fine";
    /// A pointer that must not be null is.
    NullPointer = 1011 "null_pointer";
    /// A handle of another kind, or something that is no handle at all.
    WrongHandle = 1012 "wrong_handle";
    /// A handle that was freed.
    FreedHandle = 1013 "freed_handle";
    /// A handle for one call at a time was used by two at once.
    HandleInUse = 1014 "handle_in_use";
    /// Bytes that should be a text are not UTF-8.
    NotUtf8 = 1015 "not_utf8";
    /// No machine has this name.
    UnknownMachine = 1016 "unknown_machine";
    /// The machine has no state of this name.
    UnknownState = 1017 "unknown_state";
    /// A keyed machine was asked about without a key, or about one that it has no
    /// run for.
    UnknownRun = 1018 "unknown_run";
    /// A day outside those that the working calendar knows.
    OutsideWorkdays = 1019 "outside_workdays";
    /// Working time is asked for, and the calendar has no working days or no
    /// hours.
    NoWorkdays = 1020 "no_workdays";
    /// No KPI has this name.
    UnknownKpi = 1021 "unknown_kpi";
    /// A store is followed by another playbook than the one at hand.
    PlaybookChanged = 1022 "playbook_changed";
    /// No tenant has this name.
    UnknownTenant = 1023 "unknown_tenant";

    /// The text is not JSON.
    JsonSyntax = 2001 "json_syntax";
    /// JSON nested deeper than 64.
    JsonTooDeep = 2002 "json_too_deep";
    /// A JSON document over 16 MiB, or an object with over 10,000 keys.
    JsonTooLarge = 2003 "json_too_large";
    /// The same key twice in one JSON object.
    DuplicateKey = 2004 "duplicate_key";
    /// A key that no definition has.
    UnknownKey = 2005 "unknown_key";
    /// A key that must be there is not.
    MissingKey = 2006 "missing_key";
    /// A JSON value of the wrong type.
    WrongJsonType = 2007 "wrong_json_type";
    /// A JSON value of the right type that its meaning does not allow.
    BadValue = 2008 "bad_value";
    /// A definition names another one that does not exist.
    UnknownReference = 2009 "unknown_reference";
    /// Definitions read each other in a circle.
    Cycle = 2010 "cycle";
    /// A format or semantics version that this library does not have.
    UnsupportedVersion = 2011 "unsupported_version";
    /// A section of the playbook that this version does not evaluate.
    UnsupportedSection = 2012 "unsupported_section";
    /// Two definitions share a name.
    DuplicateName = 2013 "duplicate_name";
    /// A name that the language cannot spell.
    BadName = 2014 "bad_name";
    /// The store was opened with a schema that contradicts the recorded one.
    SchemaMismatch = 2015 "schema_mismatch";
    /// A group of a query without any rule that counts, which would be everybody.
    EmptyGroup = 2016 "empty_group";
    /// A field, an operator or a value of a query that nobody has chosen yet.
    NotChosen = 2017 "not_chosen";

    /// The expression cannot be read.
    Syntax = 3001 "syntax";
    /// The expression is over 4 MiB.
    ExpressionTooLong = 3002 "expression_too_long";
    /// The expression has over 200,000 nodes.
    TooManyNodes = 3003 "too_many_nodes";
    /// The expression nests deeper than 64.
    TooDeep = 3004 "too_deep";
    /// Standard CEL that the profile leaves out.
    NotInProfile = 3005 "not_in_profile";
    /// No attribute, list, variable or definition has this name.
    UnknownName = 3006 "unknown_name";
    /// No function has this name.
    UnknownFunction = 3007 "unknown_function";
    /// An event kind or value has no such field.
    UnknownField = 3008 "unknown_field";
    /// A function was given the wrong number or kind of arguments.
    WrongArguments = 3009 "wrong_arguments";
    /// Types that do not go together.
    TypeMismatch = 3010 "type_mismatch";
    /// A label that the enumeration does not have.
    UnknownLabel = 3011 "unknown_label";
    /// A literal that cannot be what it is used as.
    BadLiteral = 3012 "bad_literal";
    /// A pattern that is not a regular expression, or one that is too large.
    BadPattern = 3013 "bad_pattern";
    /// An operator or function has no meaning for these values.
    NoOverload = 3014 "no_such_overload";
    /// Division or remainder by zero.
    DivisionByZero = 3015 "division_by_zero";
    /// An index outside its list.
    IndexOutOfRange = 3016 "index_out_of_range";
    /// A value that cannot be converted to the wanted type.
    BadConversion = 3017 "bad_conversion";
    /// The expression may cost more than the limit allows.
    CostTooHigh = 3018 "cost_too_high";
    /// A condition was expected, and the expression is something else.
    NotACondition = 3019 "not_a_condition";
    /// An expression over time whose next change nobody can tell.
    Unforeseen = 3020 "unforeseen";
    /// An expression that a query builder has no form for.
    NotExpressible = 3021 "not_expressible";
    /// A part of a condition that has no SQL with the same meaning.
    NotInSql = 3040 "not_in_sql";

    /// A hint: a negation also holds for those without the value.
    IncludesMissing = 3101 "includes_missing";
    /// A hint: a condition that everybody meets.
    AlwaysTrue = 3102 "always_true";
    /// A hint: a condition that nobody meets.
    AlwaysFalse = 3103 "always_false";
    /// A hint: a comparison that leaves out those who never had an event.
    ExcludesNever = 3104 "excludes_never";
    /// A hint: a part that changes nothing.
    Redundant = 3105 "redundant";
    /// A hint: capitals in a pattern for a text compared in small letters.
    FoldedPattern = 3106 "folded_pattern";
    /// A hint: a part of a query that the expression does not hold.
    LeftOut = 3107 "left_out";
    /// A hint: bounds that changed places, as the larger one stood first.
    Turned = 3108 "turned";

    /// A column that must be there is not.
    MissingColumn = 4001 "missing_column";
    /// A column that neither the mapping nor the schema knows.
    UnknownColumn = 4002 "unknown_column";
    /// The same column twice.
    DuplicateColumn = 4003 "duplicate_column";
    /// A row with more or fewer cells than the header.
    RaggedRow = 4004 "ragged_row";
    /// A cell that is not a value of its column's type.
    BadCell = 4005 "bad_cell";
    /// A required value is empty.
    MissingValue = 4006 "missing_value";
    /// An event of a kind that the schema does not declare.
    UnknownKind = 4007 "unknown_kind";
    /// A fact about a customer nobody has introduced, where policy refuses it.
    UnknownSubject = 4008 "unknown_subject";
    /// The same source and id with another content.
    Conflict = 4009 "conflict";
    /// Bytes that are not text in the declared encoding.
    BadEncoding = 4010 "bad_encoding";
    /// Bytes that are not UTF-8, and no encoding was declared.
    UndeclaredEncoding = 4011 "undeclared_encoding";
    /// `seen` is earlier than that of facts already appended.
    SeenDecreases = 4012 "seen_decreases";
    /// A value for an attribute or a field that the schema does not declare.
    UndeclaredField = 4013 "undeclared_field";
    /// A row that has values where its kind has no field.
    UnusedValue = 4014 "unused_value";
    /// A column in memory that is not laid out as it says.
    MalformedColumn = 4015 "malformed_column";
    /// Counts and times of a customer that cannot go together.
    ImpossibleHistory = 4016 "impossible_history";
    /// A value that cannot be the key that it should be: no telephone number, no code.
    UnusableKey = 4017 "unusable_key";
    /// A check character that does not follow from the characters before it.
    CheckCharacter = 4018 "check_character";
    /// A fact about a customer who was erased.
    ErasedSubject = 4020 "erased_subject";
    /// A snapshot of a table lacks more of the known rows than is believed.
    TooManyGone = 4021 "too_many_gone";
    /// A question about a customer whose data is restricted: kept, and not used.
    RestrictedSubject = 4022 "restricted_subject";

    /// The operating system refused to read or write.
    Io = 5001 "io";
    /// The file is not a guanxi store.
    NotAStore = 5002 "not_a_store";
    /// The store was written by a newer version.
    NewerStore = 5003 "newer_store";
    /// The store or its directory cannot be written.
    ReadOnly = 5004 "read_only";
    /// The disk is full.
    DiskFull = 5005 "disk_full";
    /// Another process is writing and did not finish in time.
    Busy = 5006 "busy";
    /// The store is damaged.
    Corrupt = 5007 "corrupt";
    /// The linked SQLite has a known fault.
    UnsafeSqlite = 5008 "unsafe_sqlite";

    /// A state that nobody can come to.
    UnreachableState = 6001 "unreachable_state";
    /// A state that nothing leads out of, and that is not tagged as final.
    DeadEnd = 6002 "dead_end";
    /// A state tagged as recoverable from which nobody can come to a goal.
    Trap = 6003 "trap";
    /// A hint: two ways out of a state can be open at once.
    Ambiguous = 6004 "ambiguous";
    /// A transition that is never taken, because an earlier one always is.
    Shadowed = 6005 "shadowed";
    /// States that follow each other without end while no time passes.
    Endless = 6006 "endless";
    /// A timer that another one always precedes.
    DominatedTimer = 6007 "dominated_timer";
    /// A limit that comes after the one that it should precede.
    InvertedLadder = 6008 "inverted_ladder";
    /// A hint: customers are given up because a value is missing.
    MissingDecides = 6011 "missing_decides";
    /// A hand-off that may wait for ever.
    OpenHandoff = 6013 "open_handoff";
    /// A state whose customers belong to nobody, or to two at once.
    OwnershipHole = 6014 "ownership_hole";
    /// A hint: an effect that nothing takes back.
    NoUndo = 6015 "no_undo";
    /// A contact that its condition does not tie to consent.
    ConsentLeak = 6016 "consent_leak";
    /// A hint: one event leads to another state, and the next one back.
    Flapping = 6020 "flapping";
    /// A map of states that loses customers or their timers.
    BadMigration = 6021 "bad_migration";
    /// A hint: a state without the wording that other states have.
    MissingLabel = 6022 "missing_label";
    /// A hint: two states that nothing tells apart.
    SameStates = 6023 "same_states";
    /// A hint: stages of a customer for which there is no state.
    MissingStage = 6024 "missing_stage";
    /// A hint: an event that may take very long to judge.
    Costly = 6025 "costly";
    /// A hint: something personal decides over price or access.
    Discrimination = 6028 "discrimination";
    /// A hint: something is too large for anything to be proven of it.
    Unproven = 6029 "unproven";
    /// A hint: a transition whose condition never holds where it is asked.
    NeverTaken = 6030 "never_taken";
    /// A hint: a lower limit of a time that is not below the upper one.
    InvertedLimits = 6031 "inverted_limits";
    /// A hint: a timer that another one leads away from, but for who comes late.
    LateTimer = 6032 "late_timer";

    /// Somebody holds the customer who is asked for.
    Held = 7001 "held";
    /// The pool does not give the customer out at this time.
    Resting = 7002 "resting";
    /// The former owner must wait before claiming the customer again.
    TooSoon = 7003 "too_soon";
    /// The owner holds as many customers as one may.
    AtCapacity = 7004 "at_capacity";
    /// The owner has claimed as many customers as one may in a period.
    QuotaUsed = 7005 "quota_used";
    /// The customer is in no pool.
    NoPool = 7006 "no_pool";
    /// Nobody holds the customer.
    NotHeld = 7007 "not_held";
    /// The customer is held for longer already as often as may be.
    ExtendedTooOften = 7008 "extended_too_often";
    /// A customer may not be held for so long.
    ExtendedTooFar = 7009 "extended_too_far";
    /// Something later was decided about the customer already.
    DecidedSince = 7010 "decided_since";
    /// The rules of the lifecycle do not follow the event.
    NotFollowed = 7011 "not_followed";

    /// Data that say nothing about what is to be estimated.
    NothingToFit = 8001 "nothing_to_fit";
    /// A model was asked with parameters that it does not have.
    BadParameters = 8002 "bad_parameters";
    /// Nobody was left alone, so that no effect can be told.
    NoControl = 8003 "no_control";
    /// There is nothing to divide by.
    NoDenominator = 8004 "no_denominator";

    /// A defect in guanxi itself; the host is unharmed.
    Internal = 9001 "internal";
    /// A handle that a defect was met with; it can only be freed.
    PoisonedHandle = 9002 "poisoned_handle";
}

impl Code {
    /// The stable number.
    pub fn number(self) -> i32 {
        self as i32
    }

    /// Who can mend a fault of this code.
    pub fn class(self) -> Class {
        match self.number() / 1000 {
            1..=3 | 6 | 8 => Class::Definition,
            4 | 7 => Class::Rows,
            5 => Class::Environment,
            _ => Class::Internal,
        }
    }
}

/// One thing that is wrong: what, where, and the way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The stable code.
    pub code: Code,
    /// What is wrong, in one line.
    pub message: Text,
    /// Where: a JSON pointer into a document (`/segments/vip/when`), or the row
    /// and column of a table (`events.csv:17/amount`).
    pub pointer: Option<String>,
    /// The bytes of the decoded text at the pointer that are meant, half-open.
    pub span: Option<(usize, usize)>,
    /// What to do about it.
    pub hint: Option<Text>,
}

impl Fault {
    /// A fault with its message in English and Chinese, and no place yet.
    pub fn new(code: Code, en: impl Into<String>, zh: impl Into<String>) -> Self {
        Fault { code, message: Text::new(en, zh), pointer: None, span: None, hint: None }
    }

    /// The same fault at a place in a document or table.
    pub fn at(mut self, pointer: impl Into<String>) -> Self {
        self.pointer = Some(pointer.into());
        self
    }

    /// The same fault at these bytes of the text.
    pub fn span(mut self, start: usize, end: usize) -> Self {
        self.span = Some((start, end));
        self
    }

    /// The same fault with a way out.
    pub fn hint(mut self, en: impl Into<String>, zh: impl Into<String>) -> Self {
        self.hint = Some(Text::new(en, zh));
        self
    }

    /// The same fault with what was probably meant as the way out.
    ///
    /// ```
    /// use guanxi::{Code, Fault};
    /// let fault = Fault::new(Code::UnknownName, "no `regoin`", "没有 `regoin`").meant("region");
    /// assert_eq!(fault.hint.map(|hint| hint.en).as_deref(), Some("did you mean `region`?"));
    /// ```
    pub fn meant(self, name: &str) -> Self {
        self.hint(format!("did you mean `{name}`?"), format!("是否指 `{name}`？"))
    }

    /// The fault as one line for a person: place, message, way out.
    pub fn say(&self, language: Language) -> String {
        let mut out = String::new();
        if let Some(pointer) = &self.pointer {
            out.push_str(pointer);
        }
        if let Some((start, end)) = self.span {
            let lead = if out.is_empty() { "" } else { " " };
            out.push_str(&format!("{lead}[{start}..{end}]"));
        }
        if !out.is_empty() {
            out.push_str(": ");
        }
        out.push_str(self.message.say(language));
        if let Some(hint) = &self.hint {
            let (open, close) = match language {
                Language::En => (" (", ")"),
                Language::Zh => ("（", "）"),
            };
            out.push_str(open);
            out.push_str(hint.say(language));
            out.push_str(close);
        }
        out
    }

    /// The fault as JSON with its texts in one language; absent parts are left
    /// out. The keys are `code`, `name`, `message`, `pointer`, `start`, `end`
    /// and `hint`.
    pub fn in_language(&self, language: Language) -> impl Serialize + '_ {
        Said { fault: self, language }
    }
}

impl Serialize for Fault {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.in_language(Language::En).serialize(serializer)
    }
}

struct Said<'a> {
    fault: &'a Fault,
    language: Language,
}

impl Serialize for Said<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Fault { code, message, pointer, span, hint } = self.fault;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("code", &code.number())?;
        map.serialize_entry("name", code.name())?;
        map.serialize_entry("message", message.say(self.language))?;
        if let Some(pointer) = pointer {
            map.serialize_entry("pointer", pointer)?;
        }
        if let Some((start, end)) = span {
            map.serialize_entry("start", start)?;
            map.serialize_entry("end", end)?;
        }
        if let Some(hint) = hint {
            map.serialize_entry("hint", hint.say(self.language))?;
        }
        map.end()
    }
}

/// Why an operation was refused: one or more faults.
///
/// Opaque, so that causes can be reworded or split without a breaking release;
/// what is promised is the code of each fault and the order: as they stand in
/// the input, the one that decided the refusal first.
#[derive(Clone, PartialEq, Eq)]
pub struct Error {
    // Boxed so that `Result<f64, Error>` stays small on hot paths.
    #[expect(clippy::box_collection)]
    faults: Box<Vec<Fault>>,
}

impl Error {
    /// An error of several faults, or `None` when there are none.
    pub fn of(faults: Vec<Fault>) -> Option<Error> {
        if faults.is_empty() { None } else { Some(Error { faults: Box::new(faults) }) }
    }

    /// `Ok` when no fault was found, otherwise all of them.
    pub fn check(faults: Vec<Fault>) -> Result<(), Error> {
        Error::of(faults).map_or(Ok(()), Err)
    }

    /// The first fault's code.
    pub fn code(&self) -> Code {
        self.faults.first().map_or(Code::Internal, |fault| fault.code)
    }

    /// Every fault, at least one.
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// Every fault, given away.
    pub fn into_faults(self) -> Vec<Fault> {
        *self.faults
    }

    /// The same error with every fault's pointer moved below `prefix`.
    pub fn below(mut self, prefix: &str) -> Error {
        for fault in self.faults.iter_mut() {
            let rest = fault.pointer.take().unwrap_or_default();
            fault.pointer = Some(format!("{prefix}{rest}"));
        }
        self
    }

    /// All faults for a person, a line each.
    pub fn say(&self, language: Language) -> String {
        let lines: Vec<String> = self.faults.iter().map(|fault| fault.say(language)).collect();
        lines.join("\n")
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        Error { faults: Box::new(vec![fault]) }
    }
}

impl std::error::Error for Error {}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.say(Language::En))
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Error({})", self.say(Language::En))
    }
}
