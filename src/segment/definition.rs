//! A segment as it is written.

use std::sync::Arc;

use crate::error::Code;
use crate::json::{Place, Reader, Wording, pointer_push};

/// One entry of the map of segments, not yet checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// The name that `segment('...')` gives.
    pub name: Arc<str>,
    /// The condition; `None` for a list, and when there is none to read, which is
    /// a fault noted.
    pub when: Option<Arc<str>>,
    /// Where members are set by hand: the kind of event that says who is one.
    pub list: Option<Arc<str>>,
    /// What it is called and how it is explained.
    pub wording: Wording,
    /// Where it stands in the document.
    pub pointer: String,
}

impl Definition {
    /// The segments of a map, by name. One whose name cannot be used is noted
    /// and left out; one whose condition cannot be read stays, so that others
    /// may name it.
    pub fn read_all(place: &Place, reader: &mut Reader) -> Vec<Definition> {
        let mut out = Vec::new();
        for (name, place) in place.entries(reader).unwrap_or_default() {
            let named = reader.check_name(name, &place.pointer);
            let definition = Definition::read(name, &place, reader);
            if named {
                out.push(definition);
            } else {
                reader.spoil(name);
            }
        }
        out
    }

    /// One segment.
    pub fn read(name: &str, place: &Place, reader: &mut Reader) -> Definition {
        let (name, pointer) = (name.into(), place.pointer.clone());
        let Some(mut object) = place.object(reader) else {
            return Definition {
                name,
                when: None,
                list: None,
                wording: Wording::default(),
                pointer,
            };
        };
        let list = object.get("list");
        let when = match &list {
            // Rules and lists are joined in a segment of their own, for all to see.
            Some(list) => {
                if object.get("when").is_some() {
                    let fault = list.fault(
                        Code::BadValue,
                        "a segment is a condition or a list, not both",
                        "细分或为条件，或为名单，不能兼有",
                    );
                    reader.fault(fault.hint(
                        "name both in a third one: `segment('rule') || segment('list')`",
                        "请另设一个细分同时引用两者：`segment('rule') || segment('list')`",
                    ));
                }
                None
            }
            None => object.need(reader, "when").and_then(|place| place.text(reader)),
        };
        let list = list.and_then(|list| list.text(reader)).map(Arc::from);
        let wording = object.wording(reader);
        object.close(reader);
        Definition { name, when: when.map(Arc::from), list, wording, pointer }
    }

    /// Where its condition stands in the document.
    pub fn condition_pointer(&self) -> String {
        pointer_push(&self.pointer, if self.list.is_some() { "list" } else { "when" })
    }
}
