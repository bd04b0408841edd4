//! Commands as JSON, as hosts in other languages give them.

use super::Command;
use crate::engine::claim::Request;
use crate::error::{Code, Error};
use crate::facts::{Act, Override};
use crate::json::{self, Json, Object, Place, Reader};
use crate::units::{Day, Instant, Zone, shown};

/// What a command can be called.
const NAMES: [&str; 11] = [
    "merge", "unmerge", "override", "add", "remove", "retract", "claim", "release", "transfer",
    "extend", "inquiry",
];

impl Command {
    /// Reads a command: an object whose one key says what is to be done.
    ///
    /// ```json
    /// {"merge": {"from": "C-2", "into": "C-1"}}
    /// {"unmerge": {"from": "C-2", "into": "C-1"}}
    /// {"override": {"customer": "C-1", "machine": "relationship", "state": "lost",
    ///               "pinned": true, "until": "2026-06-30", "actor": "li", "reason": "moved"}}
    /// {"add": {"customer": "C-1", "segment": "pilot", "actor": "li", "reason": "asked to"}}
    /// {"remove": {"customer": "C-1", "segment": "pilot", "actor": "li", "reason": ""}}
    /// {"retract": {"source": "command", "id": "2c2ca96c8dacc965"}}
    /// {"claim": {"customer": "C-1", "owner": "li", "exempt": false, "actor": "li", "reason": ""}}
    /// {"release": {"customer": "C-1", "exempt": false, "actor": "li", "reason": ""}}
    /// {"transfer": {"customer": "C-1", "owner": "wu", "exempt": false, "actor": "li", "reason": ""}}
    /// {"extend": {"customer": "C-1", "until": "2026-06-30", "exempt": false, "actor": "li", "reason": ""}}
    /// {"inquiry": {"customer": "C-1", "actor": "li"}}
    /// ```
    ///
    /// Of an override `state`, `pinned` and `until` may be left out, of a retraction
    /// `source`, of a claim `actor` (then the owner asks), of requests `exempt`,
    /// `reason` and, of an extension, `until`. What is `null` is left out.
    ///
    /// # Inputs
    ///
    /// `zone`: of local times in `until`. A bare date is the end of that day.
    ///
    /// # Errors
    ///
    /// All faults, with JSON pointers: [`MissingKey`](Code::MissingKey),
    /// [`UnknownKey`](Code::UnknownKey), [`WrongJsonType`](Code::WrongJsonType),
    /// [`BadValue`](Code::BadValue), and those of reading instants.
    ///
    /// # Example
    ///
    /// ```
    /// use guanxi::engine::Command;
    /// use guanxi::units::Zone;
    ///
    /// let text = r#"{"merge": {"from": "C-2", "into": "C-1"}}"#;
    /// let merge = Command::from_json(text, &Zone::utc())?;
    /// assert_eq!(merge, Command::Merge { from: "C-2".into(), into: "C-1".into() });
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    pub fn from_json(text: &str, zone: &Zone) -> Result<Command, Error> {
        let document = json::parse(text.as_bytes())?;
        let mut reading = Reading { reader: Reader::new(), zone };
        let command = reading.command(&Place::root(&document));
        Error::check(reading.reader.finish(&document).0)?;
        command.ok_or_else(super::people::unread)
    }
}

/// A command while it is read: what is missing was noted.
struct Reading<'z> {
    reader: Reader,
    zone: &'z Zone,
}

impl Reading<'_> {
    fn command(&mut self, place: &Place<'_>) -> Option<Command> {
        let entries = place.entries(&mut self.reader)?;
        let [(name, inside)] = &*entries else {
            let (found, names) = (entries.len(), NAMES.join("`, `"));
            self.reader.fault(place.fault(
                Code::BadValue,
                format!("a command has one key and here are {found}, expected one of `{names}`"),
                format!("指令只有一个键，此处有 {found} 个，应为 `{names}` 之一"),
            ));
            return None;
        };
        if !NAMES.contains(name) {
            let given = shown(name);
            let fault = inside.fault(
                Code::UnknownKey,
                format!("there is no command `{given}`"),
                format!("没有指令 `{given}`"),
            );
            self.reader.fault_near(fault, name, NAMES);
            return None;
        }
        let mut object = inside.object(&mut self.reader)?;
        let command = self.named(name, &mut object);
        object.close(&mut self.reader);
        command
    }

    fn named(&mut self, name: &str, object: &mut Object<'_>) -> Option<Command> {
        Some(match name {
            "merge" => {
                let (from, into) = (self.text(object, "from"), self.text(object, "into"));
                Command::Merge { from: from?, into: into? }
            }
            "unmerge" => {
                let (from, into) = (self.text(object, "from"), self.text(object, "into"));
                Command::Unmerge { from: from?, into: into? }
            }
            "override" => {
                let customer = self.text(object, "customer");
                let decision = self.decision(object);
                Command::Override { customer: customer?, decision: decision? }
            }
            "inquiry" => {
                let (customer, actor) = (self.text(object, "customer"), self.text(object, "actor"));
                Command::Inquiry { customer: customer?, actor: actor? }
            }
            "add" | "remove" => {
                let (customer, segment) =
                    (self.text(object, "customer"), self.text(object, "segment"));
                let actor = self.text(object, "actor");
                let reason = self.text_if(object, "reason").unwrap_or_default();
                let (customer, segment, actor) = (customer?, segment?, actor?);
                Command::List { customer, segment, member: name == "add", actor, reason }
            }
            "retract" => {
                let (source, id) = (self.text_if(object, "source"), self.text(object, "id"));
                Command::Retract { source: source.unwrap_or(Command::SOURCE.into()), id: id? }
            }
            act => Command::Claim(self.request(Act::named(act)?, object)?),
        })
    }

    fn decision(&mut self, object: &mut Object<'_>) -> Option<Override> {
        let (machine, state) = (self.text(object, "machine"), self.text_if(object, "state"));
        let pinned = self.flag(object, "pinned");
        let until = self.instant(object, "until");
        if pinned && state.is_none() {
            self.lone(object, "pinned", "state");
        }
        if until.is_some() && !pinned {
            self.lone(object, "until", "pinned");
        }
        let (actor, reason) = (self.text(object, "actor"), self.text(object, "reason"));
        let (machine, actor, reason) = (machine?, actor?, reason?);
        Some(Override { machine, state, pinned, until, actor, reason })
    }

    fn request(&mut self, act: Act, object: &mut Object<'_>) -> Option<Request> {
        let customer = self.text(object, "customer");
        let owner = match act {
            Act::Claim | Act::Transfer => Some(self.text(object, "owner")),
            Act::Release | Act::Extend => None,
        };
        let until = match act {
            Act::Extend => self.instant(object, "until"),
            _ => None,
        };
        let exempt = self.flag(object, "exempt");
        // Whoever claims asks, unless it is said who does.
        let actor = match act {
            Act::Claim => self.text_if(object, "actor").or_else(|| owner.clone().flatten()),
            _ => self.text(object, "actor"),
        };
        let reason = self.text_if(object, "reason").unwrap_or_default();
        let owner = match owner {
            Some(named) => Some(named?),
            None => None,
        };
        let (customer, actor) = (customer?, actor?);
        Some(Request { act, customer, owner, until, exempt, actor, reason })
    }

    fn text(&mut self, object: &mut Object<'_>, key: &'static str) -> Option<Box<str>> {
        object.need(&mut self.reader, key)?.text(&mut self.reader).map(Box::from)
    }

    fn text_if(&mut self, object: &mut Object<'_>, key: &'static str) -> Option<Box<str>> {
        given(object, key)?.text(&mut self.reader).map(Box::from)
    }

    fn flag(&mut self, object: &mut Object<'_>, key: &'static str) -> bool {
        given(object, key).and_then(|place| place.flag(&mut self.reader)).unwrap_or(false)
    }

    /// An instant, or a bare date for the end of that day.
    fn instant(&mut self, object: &mut Object<'_>, key: &'static str) -> Option<Instant> {
        let place = given(object, key)?;
        let text = place.text(&mut self.reader)?;
        let read = match Day::parse(text) {
            Ok(day) => day.add_days(1).map(|next| before(self.zone.start_of(next))),
            Err(_) => Instant::parse_in(text, self.zone),
        };
        read.map_err(|error| self.reader.error(error, &place.pointer)).ok()
    }

    /// A key that means nothing without another one.
    fn lone(&mut self, object: &mut Object<'_>, key: &'static str, other: &str) {
        let Some(place) = object.get(key) else { return };
        self.reader.fault(place.fault(
            Code::BadValue,
            format!("`{key}` goes with `{other}` only"),
            format!("`{key}` 须与 `{other}` 一起使用"),
        ));
    }
}

/// The value of a key that may be absent or `null`.
fn given<'a>(object: &mut Object<'a>, key: &'static str) -> Option<Place<'a>> {
    object.get(key).filter(|place| *place.json != Json::Null)
}

fn before(at: Instant) -> Instant {
    Instant::clamped(at.micros().saturating_sub(1))
}
