//! Commands as JSON: what a host of another language sends.

use super::{Command, Request};
use crate::error::{Code, Error};
use crate::facts::{Act, Override};
use crate::json::{self, Object, Place, Reader};
use crate::units::{Day, Instant, Zone};

/// What a command can be called.
const NAMES: [&str; 8] =
    ["claim", "release", "transfer", "extend", "merge", "unmerge", "override", "retract"];

impl Command {
    /// The command that a JSON object describes.
    ///
    /// # Inputs
    ///
    /// `do` says what: `claim` and `transfer` with `customer` and `owner`,
    /// `release` and `extend` (with `until`) with `customer`, all with `actor`
    /// and where wanted `reason` and `exempt`; of a claim the owner is the actor
    /// where none is named. `merge` and `unmerge` with `from` and `into`;
    /// `override` with `customer`, `machine`, `state`, `pinned`, `until`,
    /// `actor` and `reason`; `retract` with `id` and `source`. Instants are RFC
    /// 3339, local times of `zone`, or dates for the end of their day.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it, each with its place.
    ///
    /// # Example
    ///
    /// ```
    /// use guanxi::engine::Command;
    /// use guanxi::units::Zone;
    /// let zone = Zone::named("Asia/Shanghai")?;
    /// let claim = Command::from_json(r#"{"do": "claim", "customer": "C-1", "owner": "li"}"#, &zone)?;
    /// assert_eq!(claim.customers(), ["C-1"]);
    /// assert!(Command::from_json(r#"{"do": "clam", "customer": "C-1"}"#, &zone).is_err());
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    pub fn from_json(text: &str, zone: &Zone) -> Result<Command, Error> {
        let document = json::parse(text.as_bytes())?;
        let mut reader = Reader::new();
        let command = read(&Place::root(&document), zone, &mut reader);
        let (faults, _) = reader.finish(&document);
        Error::check(faults)?;
        command.ok_or_else(super::people::unread)
    }
}

fn read(place: &Place, zone: &Zone, reader: &mut Reader) -> Option<Command> {
    let mut object = place.object(reader)?;
    let name = object.need(reader, "do")?;
    let word = name.word(reader)?;
    let command = match (Act::named(word), word) {
        (Some(act), _) => request(act, &mut object, zone, reader).map(Command::Claim),
        (None, "merge" | "unmerge") => {
            let (from, into) =
                (need(&mut object, "from", reader), need(&mut object, "into", reader));
            from.zip(into).map(|(from, into)| match word {
                "merge" => Command::Merge { from, into },
                _ => Command::Unmerge { from, into },
            })
        }
        (None, "override") => overrule(&mut object, zone, reader),
        (None, "retract") => {
            let source = get(&mut object, "source", reader);
            let source = source.unwrap_or_else(|| Command::SOURCE.into());
            need(&mut object, "id", reader).map(|id| Command::Retract { source, id })
        }
        _ => {
            let fault = name.fault(
                Code::BadValue,
                format!("`{}` is no command", crate::units::shown(word)),
                format!("没有名为 `{}` 的指令", crate::units::shown(word)),
            );
            reader.fault_near(fault, word, NAMES);
            return None;
        }
    };
    object.close(reader);
    command
}

fn request(act: Act, object: &mut Object<'_>, zone: &Zone, reader: &mut Reader) -> Option<Request> {
    let customer = need(object, "customer", reader);
    let owner = match act {
        Act::Claim | Act::Transfer => need(object, "owner", reader),
        Act::Release | Act::Extend => None,
    };
    let until = if act == Act::Extend { instant(object, zone, reader) } else { None };
    let actor = match act {
        Act::Claim => get(object, "actor", reader).or_else(|| owner.clone()),
        _ => need(object, "actor", reader),
    };
    Some(Request {
        act,
        customer: customer?,
        owner,
        until,
        exempt: act != Act::Release && object.flag(reader, "exempt"),
        actor: actor?,
        reason: get(object, "reason", reader).unwrap_or_default(),
    })
}

fn overrule(object: &mut Object<'_>, zone: &Zone, reader: &mut Reader) -> Option<Command> {
    let (customer, machine) = (need(object, "customer", reader), need(object, "machine", reader));
    let (state, until) = (get(object, "state", reader), instant(object, zone, reader));
    let pinned = object.flag(reader, "pinned");
    let (actor, reason) = (need(object, "actor", reader), need(object, "reason", reader));
    let (actor, reason) = (actor?, reason?);
    let decision = Override { machine: machine?, state, pinned, until, actor, reason };
    Some(Command::Override { customer: customer?, decision })
}

fn need(object: &mut Object<'_>, key: &'static str, reader: &mut Reader) -> Option<Box<str>> {
    object.need(reader, key).and_then(|place| place.word(reader)).map(Box::from)
}

fn get(object: &mut Object<'_>, key: &'static str, reader: &mut Reader) -> Option<Box<str>> {
    object.get(key).and_then(|place| place.text(reader)).map(Box::from)
}

/// The instant `until`; a date is the end of its day.
fn instant(object: &mut Object<'_>, zone: &Zone, reader: &mut Reader) -> Option<Instant> {
    let place = object.get("until")?;
    let text = place.text(reader)?;
    let read = match Day::parse(text).and_then(|day| day.add_days(1)) {
        Ok(next) => Ok(Instant::clamped(zone.start_of(next).micros().saturating_sub(1))),
        Err(_) => Instant::parse_in(text, zone),
    };
    read.map_err(|error| reader.error(error, &place.pointer)).ok()
}
