//! Questions about who is there already.

use super::{About, Question, written};
use crate::engine::Collision;
use crate::error::{Code, Error};
use crate::json::{Json, Place, Reader};

const QUESTIONS: [&str; 3] = ["collide", "same", "scan"];

/// Answers a question about who is there already, as JSON.
///
/// # Inputs
///
/// The question is an object whose `ask` is one of
///
/// | `ask` | other keys | answer |
/// |---|---|---|
/// | `collide` | `row`: attributes with a text or a list of texts each; null says nothing | whether somebody with these values is there |
/// | `same` | `customer` | whether a customer is there under another id too |
/// | `scan` | | who is there twice |
///
/// # Output
///
/// What `guanxi collide` prints with `--json`.
///
/// # Errors
///
/// 2001 to 2014 for the question; [`Code::InvalidArgument`]: the playbook has no section
/// `identity`; [`Code::UnknownReference`]: attributes of the row that are no match key;
/// [`Code::UnknownCustomer`].
///
/// # Cost
///
/// Everybody's facts are loaded and their keys read; who asks more than once keeps an
/// [`engine::Collision`](crate::engine::Collision).
///
/// # Example
///
/// ```
/// use guanxi::engine::{Options, ask};
/// use guanxi::error::Language;
/// use guanxi::units::Instant;
/// use guanxi::{Playbook, Store, json};
///
/// let playbook = Playbook::from_json(r#"{"guanxi": 1, "id": "shop", "version": "1",
///     "calendar": {"zone": "UTC"}, "schema": {"attributes": {"mobile": {"type": "text"}}},
///     "identity": {"keys": [{"attribute": "mobile", "as": "phone"}]}}"#)?;
/// let store = Store::in_memory(playbook.schema());
/// let about = ask::About {
///     store: &store, playbook: &playbook, as_of: Some(Instant::parse("2026-03-01T00:00:00Z")?),
///     known_at: None, language: Language::En, options: Options::default(),
/// };
/// let question = json::parse(br#"{"ask": "collide", "row": {"mobile": "139 1234 0001"}}"#)?;
/// assert!(ask::collision(&about, &question)?.contains(r#""verdict":"new""#));
/// # Ok::<(), guanxi::Error>(())
/// ```
pub fn collision(about: &About<'_>, question: &Json) -> Result<String, Error> {
    let (ask, mut asked) = Question::of(question, &QUESTIONS)?;
    let place = (ask == "collide").then(|| asked.object.need(&mut asked.reader, "row")).flatten();
    let row = place.map(|place| row(&place, &mut asked.reader)).unwrap_or_default();
    let id = if ask == "same" { asked.need("customer") } else { "" };
    asked.close()?;
    let About { store, playbook, known_at, language, .. } = *about;
    let (columns, as_of) = about.columns()?;
    let collision = Collision::new(store, &columns, playbook, as_of, known_at)?;
    match ask {
        "collide" => {
            let told = collision.ask(&row).map_err(|error| error.below("/row"))?;
            written(&told.in_language(language))
        }
        "same" => written(&collision.ask_customer(id)?.in_language(language)),
        _ => written(&collision.scan().in_language(language)),
    }
}

/// Attributes with texts.
fn row<'q>(place: &Place<'q>, reader: &mut Reader) -> Vec<(&'q str, &'q str)> {
    let mut out = Vec::new();
    for (name, place) in place.entries(reader).unwrap_or_default() {
        match place.json {
            Json::Null => {}
            Json::Text(text) => out.push((name, &**text)),
            Json::Array(_) => {
                let items = place.items(reader).unwrap_or_default();
                out.extend(items.iter().filter_map(|it| Some((name, it.text(reader)?))));
            }
            _ => reader.fault(place.fault(
                Code::WrongJsonType,
                "expected a text, or a list of texts",
                "应为文本或文本数组",
            )),
        }
    }
    out
}
