//! One cell: from the host's text to a typed value.

use super::format::Format;
use super::mapping::{ColumnMapping, Factor, Missing, TableMapping, Values};
use super::typed::Typed;
use super::words::{did_you_mean, listed, near};
use crate::error::{Code, Error, Fault, Text};
use crate::facts::{Type, Value};
use crate::json::pointer_push;
use crate::units::{Day, Decimal, Instant, Zone, shown};

/// The texts of a set are separated by this, unless a mapping says otherwise.
const SEPARATOR: &str = ";";

/// What a row holds in one place.
#[derive(Debug, Clone, Copy)]
pub(super) enum Cell<'a> {
    /// The row does not have this place.
    Absent,
    /// Said to be missing.
    Null,
    /// A text; numbers and truth values of JSON come as their text.
    Text(&'a str),
    /// Texts one by one, where a set is wanted.
    List(&'a [Box<str>]),
    /// Something no cell holds: an object in JSON.
    Foreign,
    /// A value of a column in memory.
    Typed(Typed<'a>),
}

impl Cell<'_> {
    /// Whether the row does not have this place.
    pub fn is_absent(&self) -> bool {
        matches!(self, Cell::Absent)
    }
}

/// How the cells that feed one target become values.
#[derive(Debug, Clone)]
pub(super) struct Reader {
    ty: Type,
    /// Decimal places of a number; 0 for everything else.
    scale: u8,
    nullable: bool,
    personal: bool,
    missing: Missing,
    trim: bool,
    values: Option<Values>,
    factor: Option<Decimal>,
    format: Option<Format>,
    zone: Zone,
    separator: Box<str>,
    /// No option changes what a typed value means.
    is_plain: bool,
}

/// What is wanted of a column.
#[derive(Debug, Clone)]
pub(super) struct Wanted<'s> {
    pub ty: &'s Type,
    pub nullable: bool,
    pub personal: bool,
}

/// What holds for the columns of a table unless they say otherwise.
#[derive(Debug, Clone)]
pub(super) struct Habits {
    missing: Missing,
    trim: bool,
    pub zone: Zone,
}

impl Habits {
    /// What a mapping says about a table; otherwise empty cells are missing,
    /// nothing is trimmed, and times are local in `zone`.
    pub fn of(table: Option<&TableMapping>, zone: &Zone) -> Habits {
        let empty = || Missing::from([Box::<str>::default()]);
        Habits {
            missing: table.and_then(|table| table.missing.clone()).unwrap_or_else(empty),
            trim: table.is_some_and(|table| table.trim),
            zone: table.and_then(|table| table.zone.clone()).unwrap_or_else(|| zone.clone()),
        }
    }
}

impl Reader {
    /// The reader of a column; options that its type has no use for are faults.
    pub fn new(
        wanted: &Wanted<'_>,
        column: Option<&ColumnMapping>,
        habits: &Habits,
        faults: &mut Vec<Fault>,
    ) -> Reader {
        let own = column.map(|column| OwnOptions { column, ty: wanted.ty });
        let mut reader = Reader {
            ty: wanted.ty.clone(),
            scale: match wanted.ty {
                Type::Decimal(scale) => *scale,
                Type::Money(currency) => currency.minor_digits(),
                _ => 0,
            },
            nullable: wanted.nullable,
            // An address on a channel always leads to a person.
            personal: wanted.personal || matches!(wanted.ty, Type::Contact(_)),
            missing: habits.missing.clone(),
            trim: habits.trim,
            values: None,
            factor: None,
            format: None,
            zone: habits.zone.clone(),
            separator: SEPARATOR.into(),
            is_plain: false,
        };
        if let Some(own) = own {
            own.check(faults);
            reader.adopt(own.column);
            reader.check_values(own.column, faults);
        }
        // An empty text is no value of another type.
        let missing_texts = reader.missing.iter().any(|missing| !missing.is_empty());
        let Reader { values, factor, format, .. } = &reader;
        let has_options = values.is_some() || factor.is_some() || format.is_some();
        reader.is_plain = !has_options && !missing_texts;
        reader
    }

    fn adopt(&mut self, column: &ColumnMapping) {
        self.values = column.values.clone();
        self.format = column.format.clone();
        self.factor = column.unit.map(|unit| match (unit, &self.ty) {
            (Factor::Times(factor), _) => factor,
            (Factor::Minor, Type::Money(currency)) => {
                Decimal::new(1, currency.minor_digits()).unwrap_or(Decimal::from_int(1))
            }
            (Factor::Minor, _) => Decimal::from_int(1),
        });
        if let Some(missing) = &column.missing {
            self.missing = missing.clone();
        }
        if let Some(zone) = &column.zone {
            self.zone = zone.clone();
        }
        if let Some(separator) = &column.separator {
            self.separator = separator.clone();
        }
    }

    /// The places of its numbers.
    pub fn scale(&self) -> u8 {
        self.scale
    }

    /// The zone of local times, unless an option changes what values mean.
    pub fn plain_zone(&self) -> Option<&Zone> {
        self.is_plain.then_some(&self.zone)
    }

    /// Whether a text means itself, and only an empty one is missing.
    pub fn is_plain_text(&self) -> bool {
        self.is_plain && !self.trim && self.missing.iter().any(|text| text.is_empty())
    }

    /// Whether what the value map gives are values of the type.
    fn check_values(&self, column: &ColumnMapping, faults: &mut Vec<Fault>) {
        let place = pointer_push(&column.pointer, "values");
        let mut pairs: Vec<_> = column.values.iter().flat_map(|values| values.iter()).collect();
        pairs.sort();
        for (host, ours) in pairs {
            let Some(ours) = ours else { continue };
            if let Err(fault) = self.value(ours) {
                let Fault { message, hint, .. } = *fault;
                let place = pointer_push(&place, host);
                let fault = Fault { hint, ..Fault::new(Code::BadValue, message.en, message.zh) };
                faults.push(fault.at(place));
            }
        }
    }

    /// The text of a cell, `None` when it stands for a missing value.
    fn given<'a>(&self, text: &'a str) -> Option<&'a str> {
        let text = if self.trim { text.trim() } else { text };
        let missing = self.missing.iter().any(|missing| **missing == *text);
        (!missing).then_some(text)
    }

    /// What a text stands for: `None` when it is missing, otherwise its
    /// counterpart in the value map, or itself where it has none.
    pub fn text<'a>(&'a self, text: &'a str) -> Option<&'a str> {
        let text = self.given(text)?;
        match self.values.as_ref().and_then(|values| values.get(text)) {
            Some(ours) => ours.as_deref(),
            None => Some(text),
        }
    }

    /// Whether the cell says nothing.
    pub fn is_missing(&self, cell: Cell<'_>) -> bool {
        match cell {
            Cell::Absent | Cell::Null => true,
            Cell::Text(text) => self.text(text).is_none(),
            Cell::Typed(typed) => {
                let text = typed.text(&self.ty).filter(|_| !self.is_plain);
                text.is_some_and(|text| self.text(&text).is_none())
            }
            Cell::List(_) | Cell::Foreign => false,
        }
    }

    /// The value of a cell, `None` when it is missing.
    ///
    /// # Errors
    ///
    /// A fault without place that shows the text, unless that may be personal.
    pub fn read(&self, cell: Cell<'_>) -> Result<Option<Value>, Box<Fault>> {
        let value = match cell {
            Cell::Absent | Cell::Null => None,
            Cell::Text(text) if matches!(self.ty, Type::Set(_)) => self.split(text)?,
            Cell::Text(text) => self.text(text).map(|text| self.value(text)).transpose()?,
            Cell::List(texts) => Some(self.list(texts.iter().map(|text| Some(&**text)))?),
            Cell::Typed(typed) => self.typed(typed)?,
            Cell::Foreign => return Err(self.misfit(None)),
        };
        match (value, &self.ty) {
            // Who has no hobbies is not somebody whose hobbies are unknown.
            (None, Type::Set(_)) if !self.nullable && !cell.is_absent() => {
                Ok(Some(Value::Set(Vec::new())))
            }
            (value, _) => Ok(value),
        }
    }

    fn value(&self, text: &str) -> Result<Value, Box<Fault>> {
        match &self.ty {
            Type::Text(_) | Type::Contact(_) => {
                self.plain(text).map(|text| Value::Text(text.into()))
            }
            Type::Int => self.number(text).map(Value::Int),
            Type::Decimal(_) | Type::Money(_) => self.number(text).map(Value::Exact),
            Type::Bool => self.truth(text).map(Value::Bool),
            Type::Date => self.day(text).map(Value::Date),
            Type::Instant => self.instant(text).map(Value::Instant),
            Type::Enum(labels) => match labels.iter().find(|label| *label.name == *text) {
                Some(label) => Ok(Value::Text((&*label.name).into())),
                None => Err(self.no_label(text)),
            },
            Type::Set(_) => self.set(text.split(&*self.separator)),
        }
    }

    /// The set in one cell; its texts are looked up one by one.
    fn split(&self, text: &str) -> Result<Option<Value>, Box<Fault>> {
        self.given(text).map(|text| self.set(text.split(&*self.separator))).transpose()
    }

    /// The set of some texts, all of which must be there.
    fn list<'a>(
        &self,
        texts: impl Iterator<Item = Option<&'a str>> + Clone,
    ) -> Result<Value, Box<Fault>> {
        match &self.ty {
            Type::Set(_) if texts.clone().all(|text| text.is_some()) => self.set(texts.flatten()),
            _ => Err(self.misfit(None)),
        }
    }

    /// As its text, by the short way where there is one.
    fn typed(&self, typed: Typed<'_>) -> Result<Option<Value>, Box<Fault>> {
        if self.is_plain
            && let Some(value) = typed.direct(&self.ty, self.scale, &self.zone)
        {
            return Ok(Some(value));
        }
        match (typed, typed.text(&self.ty)) {
            (Typed::Texts(items, from, until), _) => {
                self.list((from..until).map(|row| items.text(row))).map(Some)
            }
            (_, Some(text)) if matches!(self.ty, Type::Set(_)) => self.split(&text),
            (_, text) => text
                .as_deref()
                .and_then(|text| self.text(text))
                .map(|text| self.value(text))
                .transpose(),
        }
    }

    /// A text that can be stored and compared everywhere.
    pub fn plain<'a>(&self, text: &'a str) -> Result<&'a str, Box<Fault>> {
        if text.as_bytes().contains(&0) {
            return Err(bad("the text has a NUL character", "文本含有 NUL 字符"));
        }
        Ok(text)
    }

    fn set<'a>(&self, items: impl Iterator<Item = &'a str>) -> Result<Value, Box<Fault>> {
        let mut set = Vec::new();
        for item in items.map(str::trim).filter(|item| !item.is_empty()) {
            let item = self.text(item).unwrap_or_default();
            if !item.is_empty() {
                set.push(self.plain(item)?.into());
            }
        }
        set.sort_unstable();
        set.dedup();
        Ok(Value::Set(set))
    }

    /// Units of the scale, exact; zeros at the end are no places.
    fn number(&self, text: &str) -> Result<i64, Box<Fault>> {
        let units = self.units(text).map_err(|error| match error.code() {
            Code::TooFine if self.ty != Type::Int => self.too_fine(text),
            Code::Overflow => self.too_large(text),
            _ => self.misfit(Some(text)),
        })?;
        i64::try_from(units).map_err(|_| self.too_large(text))
    }

    fn units(&self, text: &str) -> Result<i128, Error> {
        let mut number = Decimal::parse(text)?;
        if let Some(factor) = self.factor {
            number = number.checked_mul(factor)?;
        }
        if number.scale() == self.scale {
            return Ok(number.units());
        }
        number.rescale_exact(self.scale).map(Decimal::units)
    }

    fn truth(&self, text: &str) -> Result<bool, Box<Fault>> {
        match text {
            "1" => Ok(true),
            "0" => Ok(false),
            _ if text.eq_ignore_ascii_case("true") => Ok(true),
            _ if text.eq_ignore_ascii_case("false") => Ok(false),
            _ => Err(self.misfit(Some(text))),
        }
    }

    fn day(&self, text: &str) -> Result<Day, Box<Fault>> {
        let day = match &self.format {
            Some(format) => format.day(text, &self.zone).ok_or(Code::MalformedValue),
            None => Day::parse(text).map_err(|error| error.code()),
        };
        day.map_err(|code| match code {
            Code::TimeOutOfRange => self.no_time(text),
            _ => self.misfit(Some(text)),
        })
    }

    fn instant(&self, text: &str) -> Result<Instant, Box<Fault>> {
        let at = match &self.format {
            Some(format) => format.instant(text, &self.zone).ok_or(Code::MalformedValue),
            None => Instant::parse_in(text, &self.zone).map_err(|error| error.code()),
        };
        at.map_err(|code| match code {
            Code::TooFine => self.about(
                text,
                "is finer than a microsecond, expected at most 6 digits of a second",
                "细于微秒，秒的小数最多 6 位",
            ),
            Code::TimeOutOfRange => self.no_time(text),
            _ => self.misfit(Some(text)),
        })
    }

    fn no_time(&self, text: &str) -> Box<Fault> {
        self.about(
            text,
            "is not in the calendar, expected a day of the years 1 to 9999",
            "不在日历中，应为公元 1 至 9999 年的日期",
        )
    }

    fn misfit(&self, text: Option<&str>) -> Box<Fault> {
        let Text { en, zh } = self.expected();
        let text = text.unwrap_or_default();
        self.about(text, &format!("is not {en}"), &format!("不是{zh}"))
    }

    fn no_label(&self, text: &str) -> Box<Fault> {
        let fault = self.misfit(Some(text));
        match &self.ty {
            // What is near to a value says what the value is.
            Type::Enum(labels) if !self.personal => {
                let near = near(text, labels.iter().map(|label| &*label.name));
                Box::new(did_you_mean(*fault, near))
            }
            _ => fault,
        }
    }

    fn too_fine(&self, text: &str) -> Box<Fault> {
        let scale = self.scale;
        self.about(
            text,
            &format!("has too many decimal places, expected at most {scale}"),
            &format!("的小数位过多，最多 {scale} 位"),
        )
    }

    fn too_large(&self, text: &str) -> Box<Fault> {
        let most = Decimal::new(i64::MAX.into(), self.scale).unwrap_or(Decimal::from_int(i64::MAX));
        self.about(
            text,
            &format!("is too large, expected at most {most}"),
            &format!("过大，最多 {most}"),
        )
    }

    /// A fault about a text, which is not shown where it may be personal.
    fn about(&self, text: &str, en: &str, zh: &str) -> Box<Fault> {
        if self.personal || text.is_empty() {
            return bad(&format!("the value {en}"), &format!("该值{zh}"));
        }
        let text = shown(text);
        bad(&format!("`{text}` {en}"), &format!("`{text}` {zh}"))
    }

    /// What the type expects, in words.
    fn expected(&self) -> Text {
        match &self.ty {
            Type::Text(_) | Type::Contact(_) => Text::new("a text", "文本"),
            Type::Int => Text::new("a whole number", "整数"),
            Type::Decimal(scale) => Text::new(
                format!("a number with at most {scale} decimal places"),
                format!("最多 {scale} 位小数的数"),
            ),
            Type::Money(currency) => {
                let digits = self.scale;
                Text::new(
                    format!("an amount in {currency} with at most {digits} decimal places"),
                    format!("最多 {digits} 位小数的 {currency} 金额"),
                )
            }
            Type::Bool => {
                Text::new("one of `true`, `false`, `1`, `0`", "`true`、`false`、`1` 或 `0`")
            }
            Type::Date => self.expected_time("a date", "日期", "2026-03-31"),
            Type::Instant => self.expected_time("a time", "时间", "2026-03-31 09:30"),
            Type::Enum(labels) => {
                let names = listed(labels.iter().map(|label| &*label.name));
                Text::new(format!("one of {}", names.en), format!("{} 之一", names.zh))
            }
            Type::Set(_) => Text::new("a list of texts", "文本的列表"),
        }
    }

    fn expected_time(&self, en: &str, zh: &str, example: &str) -> Text {
        match &self.format {
            None => {
                Text::new(format!("{en} like `{example}`"), format!("{zh}，应类似 `{example}`"))
            }
            Some(format) if format.is_number() => {
                let unit = format.as_str();
                Text::new(
                    format!("a number of {unit} since 1970"),
                    format!("1970 年以来的 {unit} 数"),
                )
            }
            Some(format) => {
                let format = format.as_str();
                Text::new(
                    format!("{en} written as `{format}`"),
                    format!("按 `{format}` 书写的{zh}"),
                )
            }
        }
    }
}

/// The options of a column, against the type they are for.
struct OwnOptions<'a> {
    column: &'a ColumnMapping,
    ty: &'a Type,
}

impl OwnOptions<'_> {
    fn check(&self, faults: &mut Vec<Fault>) {
        let ColumnMapping { unit, format, zone, separator, .. } = self.column;
        let money = matches!(self.ty, Type::Money(_));
        let number = money || matches!(self.ty, Type::Int | Type::Decimal(_));
        let time = matches!(self.ty, Type::Date | Type::Instant);
        let set = matches!(self.ty, Type::Set(_));
        match unit {
            Some(Factor::Minor) if !money => faults.push(self.useless("unit", "money", "金额")),
            Some(_) if !number => faults.push(self.useless("unit", "numbers", "数")),
            _ => {}
        }
        if format.is_some() && !time {
            faults.push(self.useless("format", "dates and times", "日期和时间"));
        }
        if zone.is_some() && !time {
            faults.push(self.useless("zone", "dates and times", "日期和时间"));
        }
        if separator.is_some() && !set {
            faults.push(self.useless("separator", "sets of texts", "文本集合"));
        }
    }

    fn useless(&self, key: &str, en: &str, zh: &str) -> Fault {
        let target = &self.column.target;
        Fault::new(
            Code::BadValue,
            format!("`{target}` has no use for `{key}`, which is for {en}"),
            format!("`{target}` 用不到 `{key}`，它只用于{zh}"),
        )
        .at(pointer_push(&self.column.pointer, key))
    }
}

fn bad(en: &str, zh: &str) -> Box<Fault> {
    Box::new(Fault::new(Code::BadCell, en, zh))
}
