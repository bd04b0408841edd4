//! What may stand at a place of an expression that somebody is writing.

use super::bounds;
use super::catalogue::{self, Argument, Function, Quoted};
use super::check::check;
use super::lexer::is_identifier;
use super::scope::Scope;
use super::types::{Kinds, Type};
use crate::error::Text;

/// Something that may stand at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// What is written.
    pub text: String,
    /// What it is.
    pub what: Offer,
    /// What it is called, or what it does.
    pub help: Text,
}

/// What is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offer {
    /// An attribute or a list of events.
    Name,
    /// A field of an event.
    Field,
    /// A parameter.
    Parameter,
    /// A function.
    Function,
    /// What stands between the quotes: a label, the name of a definition.
    Quoted,
}

/// What may stand at a byte of an expression, and from which byte on it replaces
/// what is written there.
///
/// # Inputs
///
/// `source`: an expression that need not be whole. `offset`: a byte of it; one
/// inside a character means the character's first.
///
/// # Output
///
/// Names, functions and labels that begin with what stands before the place, by
/// name; after a dot those of the value before it, between quotes the labels
/// that the comparison allows. Nothing where nobody can tell.
///
/// # Cost
///
/// One check of what stands before the place, at most once for each function.
///
/// # Example
///
/// ```
/// use guanxi::facts::Schema;
/// use guanxi::lang::{Scope, complete::complete};
///
/// let schema = Schema::from_json(r#"{"attributes": {
///     "region": {"type": "enum", "values": ["华东", "华南"]}, "age": {"type": "int"}}}"#)?;
/// let offered = |source: &str| {
///     let (from, offers) = complete(source, source.len(), &Scope::of(&schema));
///     (from, offers.into_iter().map(|offer| offer.text).collect::<Vec<_>>())
/// };
/// assert_eq!(offered("age > 3 && reg"), (11, vec!["region".to_owned()]));
/// assert_eq!(offered("region == '").1, ["华东", "华南"]);
/// # Ok::<(), guanxi::Error>(())
/// ```
pub fn complete(source: &str, offset: usize, scope: &Scope<'_>) -> (usize, Vec<Completion>) {
    let mut offset = offset.min(source.len());
    while !source.is_char_boundary(offset) {
        offset -= 1;
    }
    let before = source.get(..offset).unwrap_or_default();
    if bounds::SOURCE < before.len() {
        return (offset, Vec::new());
    }
    let completer = Completer { scope };
    if let Some(quote) = open_quote(before) {
        let (outside, inside) = before.split_at(quote);
        let part = inside.get(1..).unwrap_or_default();
        return (quote + 1, kept(completer.quoted(outside), part));
    }
    let from = before.rfind(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).map_or(0, |at| {
        at + before.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8)
    });
    let (outside, part) = before.split_at(from);
    let offers = match outside.strip_suffix('.') {
        Some(receiver) => completer.after_dot(receiver),
        None => completer.anywhere(),
    };
    (from, kept(offers, part))
}

/// What begins with the part that is written, by name.
fn kept(mut offers: Vec<Completion>, part: &str) -> Vec<Completion> {
    offers.retain(|offer| offer.text.starts_with(part));
    offers.sort_by(|a, b| a.text.cmp(&b.text));
    offers.dedup_by(|a, b| a.text == b.text);
    offers
}

/// The byte of a quote that is still open.
fn open_quote(before: &str) -> Option<usize> {
    let mut open: Option<(usize, char)> = None;
    let mut chars = before.char_indices();
    while let Some((at, c)) = chars.next() {
        match (open, c) {
            (Some(_), '\\') => {
                chars.next();
            }
            (Some((_, quote)), c) if c == quote => open = None,
            (None, '\'' | '"') => open = Some((at, c)),
            _ => {}
        }
    }
    open.map(|(at, _)| at)
}

/// The value that ends a text: names, dots, calls and what is in brackets.
fn last_value(text: &str) -> &str {
    let (mut depth, mut start) = (0_usize, text.len());
    for (at, c) in text.char_indices().rev() {
        match c {
            ')' | ']' => depth += 1,
            '(' | '[' if depth == 0 => break,
            '(' | '[' => depth -= 1,
            _ if 0 < depth || c.is_ascii_alphanumeric() || c == '_' || c == '.' => {}
            _ => break,
        }
        start = at;
    }
    text.get(start..).unwrap_or_default()
}

struct Completer<'s> {
    scope: &'s Scope<'s>,
}

impl Completer<'_> {
    fn type_of(&self, text: &str) -> Option<Type> {
        check(text, self.scope).ok().map(|checked| checked.result().clone())
    }

    /// Names, parameters and functions that stand by themselves.
    fn anywhere(&self) -> Vec<Completion> {
        let schema = self.scope.schema;
        let attributes = schema.attributes.iter();
        let mut offers: Vec<Completion> =
            attributes.map(|it| offer(&it.name, Offer::Name, it.text.or_name(&it.name))).collect();
        for kind in &schema.kinds {
            offers.extend(
                kind.list.as_ref().map(|list| offer(list, Offer::Name, kind.text.or_name(list))),
            );
        }
        offers.push(offer(
            "now",
            Offer::Name,
            Text::new("the instant of the question", "提问的时间点"),
        ));
        let parameters = self.scope.parameters.iter();
        offers.extend(
            parameters
                .map(|it| offer(&format!("param.{}", it.name), Offer::Parameter, it.ty.words())),
        );
        let alone = catalogue::all().iter().filter(|row| row.receiver == Kinds::NONE);
        offers.extend(alone.map(function));
        offers
    }

    /// Fields and functions of the value before a dot.
    fn after_dot(&self, before: &str) -> Vec<Completion> {
        let value = last_value(before);
        if value == "param" {
            let parameters = self.scope.parameters.iter();
            return parameters.map(|it| offer(&it.name, Offer::Parameter, it.ty.words())).collect();
        }
        let ty = match self.variable(before, value) {
            Some(ty) => ty,
            None => match self.type_of(value) {
                Some(ty) => ty,
                None => return Vec::new(),
            },
        };
        let rows = catalogue::all().iter().filter(|row| ty.is(row.receiver));
        let mut offers: Vec<Completion> = rows.map(function).collect();
        if let Type::Event(kind) = ty {
            offers.push(offer("at", Offer::Field, Text::new("time", "时间")));
            let fields = self.scope.schema.kinds.get(kind).map(|kind| kind.fields.as_slice());
            let fields = fields.unwrap_or_default().iter();
            offers
                .extend(fields.map(|it| offer(&it.name, Offer::Field, it.text.or_name(&it.name))));
        }
        offers
    }

    /// One event where a name is bound by the fold it stands in:
    /// `purchases.exists(p, p.`.
    fn variable(&self, before: &str, name: &str) -> Option<Type> {
        if !is_identifier(name) {
            return None;
        }
        let bound = format!("({name},");
        let at = before.rfind(&bound)?;
        let call = before.get(..at)?;
        let (list, _) = last_value(call).rsplit_once('.')?;
        match self.type_of(list)? {
            Type::Events(kind) => Some(Type::Event(kind)),
            _ => None,
        }
    }

    /// What a text between quotes may be: a label of what it is compared with,
    /// or a name that the function around it takes.
    fn quoted(&self, before: &str) -> Vec<Completion> {
        let before = before.trim_end();
        let compared = before.strip_suffix("==").or_else(|| before.strip_suffix("!="));
        let listed = || {
            let (value, list) = before.rsplit_once('[')?;
            let inside = list.chars().all(|c| c != ']' && c != '(');
            value.trim_end().strip_suffix(" in").filter(|_| inside)
        };
        if let Some(value) = compared.or_else(listed) {
            return self.labels_of(value.trim_end());
        }
        let Some((call, arguments)) = before.rsplit_once('(') else { return Vec::new() };
        let name = last_value(call).rsplit('.').next().unwrap_or_default();
        let place = arguments.matches(',').count();
        let row = catalogue::functions(name).first();
        match row.and_then(|row| row.arguments.get(place)) {
            Some(Argument::Quoted(what)) => self.names_of(*what, arguments),
            _ => Vec::new(),
        }
    }

    fn labels_of(&self, before: &str) -> Vec<Completion> {
        let value = last_value(before);
        let ty = value.rsplit_once('.').and_then(|(variable, field)| {
            let Type::Event(kind) = self.variable(before, variable)? else { return None };
            let kind = self.scope.schema.kinds.get(kind)?;
            kind.fields.iter().find(|it| &*it.name == field).map(|it| Type::of(&it.ty))
        });
        match ty.or_else(|| self.type_of(value)) {
            Some(Type::Enum(labels)) => labels
                .iter()
                .map(|it| offer(&it.name, Offer::Quoted, it.text.or_name(&it.name)))
                .collect(),
            _ => Vec::new(),
        }
    }

    fn names_of(&self, what: Quoted, arguments: &str) -> Vec<Completion> {
        let scope = self.scope;
        let plain = |name: &str| offer(name, Offer::Quoted, Text::default().or_name(name));
        let machines = |keyed: bool| {
            scope.machines.iter().filter(|it| it.keyed == keyed).map(|it| plain(&it.name)).collect()
        };
        match what {
            Quoted::Segment => scope.segments.iter().map(|name| plain(name)).collect(),
            Quoted::Machine => machines(false),
            Quoted::KeyedMachine => machines(true),
            Quoted::State => {
                let machine = arguments.split(['\'', '"']).nth(1).and_then(|it| scope.machine(it));
                let states = machine.map(|machine| machine.states.as_slice()).unwrap_or_default();
                states.iter().map(|name| plain(name)).collect()
            }
            Quoted::Purpose => scope.schema.purposes.iter().map(|name| plain(name)).collect(),
            Quoted::Channel => scope.schema.channels.iter().map(|name| plain(name)).collect(),
            Quoted::Unit => crate::units::Unit::ALL.iter().map(|unit| plain(unit.name())).collect(),
            Quoted::Figure => {
                let figures = scope.value.map(|value| value.figures.as_slice());
                figures.unwrap_or_default().iter().map(|(name, _)| plain(name)).collect()
            }
            Quoted::Axis => {
                let axes = scope.value.map(|value| value.axes.as_slice());
                axes.unwrap_or_default().iter().map(|name| plain(name)).collect()
            }
            Quoted::Cut => {
                let cuts = scope.value.map(|value| value.cuts.as_slice());
                cuts.unwrap_or_default().iter().map(|(name, _)| plain(name)).collect()
            }
            _ => Vec::new(),
        }
    }
}

fn offer(text: &str, what: Offer, help: Text) -> Completion {
    Completion { text: text.to_owned(), what, help }
}

fn function(row: &Function) -> Completion {
    offer(row.name, Offer::Function, Text::new(row.en, row.zh))
}
