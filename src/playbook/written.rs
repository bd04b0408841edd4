//! The order in which an author wrote things down.

use crate::facts::Schema;
use crate::json::Json;

/// Positions of named things in the order of the document.
///
/// Answers never depend on it. A page that lists things for people does: the
/// author put first what matters most.
///
/// ```
/// use guanxi::playbook::Playbook;
/// let playbook = Playbook::from_json(r#"{
///     "guanxi": 1, "id": "shop", "version": "1", "calendar": {"zone": "UTC"},
///     "schema": {"attributes": {"region": {"type": "text"}, "age": {"type": "int"}}}
/// }"#)?;
/// let attributes = &playbook.schema().attributes;
/// let written = playbook.written().attributes.iter().map(|at| &*attributes[*at].name);
/// assert_eq!(written.collect::<Vec<_>>(), ["region", "age"]);
/// # Ok::<(), guanxi::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Written {
    /// Positions in [`Schema::attributes`].
    pub attributes: Vec<usize>,
    /// Positions in [`Schema::kinds`].
    pub kinds: Vec<usize>,
    /// Positions in [`Playbook::segments`](super::Playbook::segments).
    pub segments: Vec<usize>,
}

impl Written {
    /// Reads it from a document; `segment` finds a segment's position.
    pub(super) fn of(
        document: &Json,
        schema: &Schema,
        segment: impl Fn(&str) -> Option<usize>,
    ) -> Written {
        Written {
            attributes: positions(document, &["schema", "attributes"], |it| schema.attribute(it)),
            kinds: positions(document, &["schema", "events"], |it| schema.kind(it)),
            segments: positions(document, &["segments"], segment),
        }
    }
}

/// The positions of the keys of the object at a path.
fn positions(
    document: &Json,
    path: &[&str],
    position: impl Fn(&str) -> Option<usize>,
) -> Vec<usize> {
    let section = path.iter().try_fold(document, |json, key| json.get(key));
    let entries = section.and_then(Json::as_object).unwrap_or_default();
    entries.iter().filter_map(|(name, _)| position(name)).collect()
}
