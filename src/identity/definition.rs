//! Match keys as they are written.

use crate::json::{Place, Reader, Written};

/// The section `identity`, not yet checked.
#[derive(Debug, Clone)]
pub struct Definition {
    /// Which attributes are which key.
    pub keys: Vec<KeyDefinition>,
    /// How many customers share a value before it decides nothing.
    pub shared_from: Option<(i64, String)>,
    /// Further texts that stand for nothing.
    pub placeholders: Vec<Written>,
    /// The event of somebody's asking.
    pub inquiry: Option<InquiryDefinition>,
}

/// One attribute as a key.
#[derive(Debug, Clone)]
pub struct KeyDefinition {
    /// The attribute.
    pub attribute: Option<Written>,
    /// What its values are.
    pub kind: Option<Written>,
    /// Whether it decides.
    pub strength: Option<Written>,
    /// Whether what follows a plus in a mail address means nothing.
    pub drop_tag: Option<(bool, String)>,
}

/// The event of somebody's asking, and which field says who.
#[derive(Debug, Clone)]
pub struct InquiryDefinition {
    /// The kind of the event.
    pub event: Option<Written>,
    /// The field for who asked.
    pub actor: Option<Written>,
    /// Where it stands in the document.
    pub pointer: String,
}

impl Definition {
    /// The section.
    pub fn read(place: &Place, reader: &mut Reader) -> Option<Definition> {
        let mut object = place.object(reader)?;
        let keys = object.need(reader, "keys").and_then(|place| place.items(reader));
        let keys = keys.unwrap_or_default();
        let keys = keys.iter().filter_map(|place| KeyDefinition::read(place, reader)).collect();
        let shared = object.get("shared_from");
        let shared_from = shared.and_then(|it| Some((it.whole(reader)?, it.pointer)));
        let placeholders = object.get("placeholders").and_then(|place| place.items(reader));
        let placeholders = placeholders.unwrap_or_default();
        let placeholders =
            placeholders.iter().filter_map(|place| Written::read(place, reader)).collect();
        let inquiry = object.get("inquiry");
        let inquiry = inquiry.and_then(|place| InquiryDefinition::read(&place, reader));
        object.close(reader);
        Some(Definition { keys, shared_from, placeholders, inquiry })
    }
}

impl KeyDefinition {
    fn read(place: &Place, reader: &mut Reader) -> Option<KeyDefinition> {
        let mut object = place.object(reader)?;
        let attribute = Written::need(&mut object, "attribute", reader);
        let kind = Written::need(&mut object, "as", reader);
        let strength = Written::get(&mut object, "strength", reader);
        let tag = object.get("drop_tag");
        let drop_tag = tag.and_then(|it| Some((it.flag(reader)?, it.pointer)));
        object.close(reader);
        Some(KeyDefinition { attribute, kind, strength, drop_tag })
    }
}

impl InquiryDefinition {
    fn read(place: &Place, reader: &mut Reader) -> Option<InquiryDefinition> {
        let mut object = place.object(reader)?;
        let event = Written::need(&mut object, "event", reader);
        let actor = Written::get(&mut object, "actor", reader);
        object.close(reader);
        Some(InquiryDefinition { event, actor, pointer: place.pointer.clone() })
    }
}
