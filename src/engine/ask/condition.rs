//! Questions of editors: sentences, queries of builders, what may stand where.

use serde::Serialize;
use serde::ser::{SerializeSeq, Serializer};

use super::{Question, written};
use crate::engine::segment::named;
use crate::error::{Error, Fault, Language};
use crate::json::Json;
use crate::lang::complete::{Completion, Offer, complete};
use crate::lang::rqb::{self, Bounds, Imported, Matches, Records};
use crate::lang::sentence::Sentence;
use crate::lang::{Checked, check_condition};
use crate::playbook::Playbook;

const QUESTIONS: [&str; 6] = ["authoring", "say", "complete", "import", "export", "match"];

/// Answers a question about a condition that somebody writes, as JSON.
///
/// # Inputs
///
/// The question is an object whose `ask` is one of
///
/// | `ask` | other keys; those in brackets may be left out | answer |
/// |---|---|---|
/// | `authoring` | | fields, operators, functions and names that an editor can offer |
/// | `say` | `expression` or `segment` | `text`, and `links` from its bytes to those of the expression |
/// | `complete` | `expression`, (`at`: a byte of it) | `from`, and `offers` with `text`, `what` and `help` |
/// | `import` | `query`, (`as_written`) | `expression`, `hints`, `sentence` |
/// | `export` | `expression` or `segment`, (`like`: the query it came from) | `query`, `hints` |
/// | `match` | `query`, `records`, (`as_written`) | `members`: positions, `errors`: those that cannot be judged, `hints` |
///
/// `as_written`: a range whose bounds stand the wrong way round is not turned.
///
/// # Output
///
/// What `guanxi authoring` and `guanxi rqb import --json` print; a sentence is one of
/// `guanxi check --say --json`, a `query` what `guanxi rqb export` prints.
///
/// # Errors
///
/// 2001 to 2014 for the question and for a query; 3001 to 3040 for an expression;
/// [`Code::UnknownSegment`](crate::Code::UnknownSegment).
///
/// # Cost
///
/// That of the function asked.
///
/// # Example
///
/// ```
/// use guanxi::engine::ask;
/// use guanxi::error::Language;
/// use guanxi::{Playbook, json};
///
/// let playbook = Playbook::from_json(r#"{"guanxi": 1, "id": "shop", "version": "1",
///     "calendar": {"zone": "UTC"}, "schema": {"attributes": {"age": {"type": "int"}}}}"#)?;
/// let question = json::parse(br#"{"ask": "complete", "expression": "ag"}"#)?;
/// let answer = ask::condition(&playbook, &question, Language::En)?;
/// assert!(answer.starts_with(r#"{"from":0,"offers":[{"text":"age","what":"name""#));
/// # Ok::<(), guanxi::Error>(())
/// ```
pub fn condition(
    playbook: &Playbook,
    question: &Json,
    language: Language,
) -> Result<String, Error> {
    let (ask, mut asked) = Question::of(question, &QUESTIONS)?;
    match ask {
        "authoring" => {
            asked.close()?;
            Ok(playbook.authoring(language).to_text())
        }
        "say" => {
            let checked = Named::read(&mut asked);
            asked.close()?;
            written(&SaidSentence(&playbook.say(&checked.of(playbook)?, language)))
        }
        "complete" => {
            let expression = asked.need("expression");
            let end = i64::try_from(expression.len()).unwrap_or(i64::MAX);
            let at = asked.whole("at", end);
            asked.close()?;
            let at = usize::try_from(at).unwrap_or(0).min(expression.len());
            let (from, offers) = complete(expression, at, &playbook.scope());
            let offers = offers.iter().map(|offer| SaidOffer::of(offer, language)).collect();
            written(&SaidOffers { from, offers })
        }
        "import" => {
            let query = asked.json_needed("query");
            let bounds = bounds(&mut asked);
            asked.close()?;
            let imported = rqb::import(query, &playbook.scope(), bounds)?;
            written(&SaidImport::of(&imported, Some(playbook), language))
        }
        "export" => {
            let checked = Named::read(&mut asked);
            let like = asked.json("like");
            asked.close()?;
            let exported = rqb::export(&checked.of(playbook)?, &playbook.scope(), like)?;
            let hints = written(&SaidFaults(&exported.hints, language))?;
            Ok(format!("{{\"query\":{},\"hints\":{hints}}}", exported.query.to_text()))
        }
        _ => {
            let (query, records) = (asked.json_needed("query"), asked.json_needed("records"));
            let bounds = bounds(&mut asked);
            asked.close()?;
            let records = Records::new(records).map_err(|error| error.below("/records"))?;
            let found = records.matching(query, bounds);
            let found = found.map_err(|error| error.below("/query"))?;
            written(&SaidMatches::of(&found, language))
        }
    }
}

fn bounds(asked: &mut Question<'_>) -> Bounds {
    match asked.object.flag(&mut asked.reader, "as_written") {
        true => Bounds::AsWritten,
        false => Bounds::Turned,
    }
}

/// A condition, by its text or as the one of a segment.
enum Named<'q> {
    Expression(&'q str),
    Segment(&'q str),
}

impl<'q> Named<'q> {
    fn read(asked: &mut Question<'q>) -> Named<'q> {
        match asked.get("segment") {
            Some(name) => Named::Segment(name),
            None => Named::Expression(asked.need("expression")),
        }
    }

    fn of(&self, playbook: &Playbook) -> Result<Checked, Error> {
        match self {
            Named::Expression(text) => check_condition(text, &playbook.scope()),
            Named::Segment(name) => Ok((**named(playbook, name)?.condition()).clone()),
        }
    }
}

/// A sentence as JSON: `links` from its bytes to those of the expression, `text`.
#[derive(Debug, Clone, Copy)]
pub struct SaidSentence<'a>(pub &'a Sentence);

impl Serialize for SaidSentence<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Link {
            end: usize,
            from: usize,
            start: usize,
            to: usize,
        }
        #[derive(Serialize)]
        struct Said<'a> {
            links: Vec<Link>,
            text: &'a str,
        }
        let links = self.0.links.iter().map(|link| Link {
            from: link.phrase.0,
            to: link.phrase.1,
            start: link.span.0,
            end: link.span.1,
        });
        Said { text: &self.0.text, links: links.collect() }.serialize(serializer)
    }
}

/// Faults or hints as JSON, in one language.
struct SaidFaults<'a>(&'a [Fault], Language);

impl Serialize for SaidFaults<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut all = serializer.serialize_seq(Some(self.0.len()))?;
        for fault in self.0 {
            all.serialize_element(&fault.in_language(self.1))?;
        }
        all.end()
    }
}

/// An imported query as JSON: `expression`, `hints`, and with a playbook `sentence`.
#[derive(Serialize)]
pub struct SaidImport<'a> {
    expression: &'a str,
    hints: SaidFaults<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sentence: Option<serde_json::Value>,
}

impl<'a> SaidImport<'a> {
    /// What was imported, said with the labels of `playbook`, if there is one.
    pub fn of(imported: &'a Imported, playbook: Option<&Playbook>, language: Language) -> Self {
        let sentence = playbook.zip(imported.checked.as_ref());
        let sentence = sentence.map(|(playbook, checked)| playbook.say(checked, language));
        let sentence = sentence.and_then(|it| serde_json::to_value(SaidSentence(&it)).ok());
        let hints = SaidFaults(&imported.hints, language);
        SaidImport { expression: &imported.text, hints, sentence }
    }
}

#[derive(Serialize)]
struct SaidOffers<'a> {
    from: usize,
    offers: Vec<SaidOffer<'a>>,
}

#[derive(Serialize)]
struct SaidOffer<'a> {
    text: &'a str,
    what: &'static str,
    help: &'a str,
}

impl<'a> SaidOffer<'a> {
    fn of(offer: &'a Completion, language: Language) -> Self {
        let what = match offer.what {
            Offer::Name => "name",
            Offer::Field => "field",
            Offer::Parameter => "parameter",
            Offer::Function => "function",
            Offer::Quoted => "quoted",
        };
        SaidOffer { text: &offer.text, what, help: offer.help.say(language) }
    }
}

#[derive(Serialize)]
struct SaidMatches<'a> {
    members: &'a [usize],
    errors: usize,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    failures: Vec<Failed<'a>>,
    hints: SaidFaults<'a>,
}

#[derive(Serialize)]
struct Failed<'a> {
    record: usize,
    fault: SaidFault<'a>,
}

struct SaidFault<'a>(&'a Fault, Language);

impl Serialize for SaidFault<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.in_language(self.1).serialize(serializer)
    }
}

impl<'a> SaidMatches<'a> {
    fn of(found: &'a Matches, language: Language) -> Self {
        let failed = |(record, fault): &'a (usize, Fault)| Failed {
            record: *record,
            fault: SaidFault(fault, language),
        };
        SaidMatches {
            members: &found.members,
            errors: found.n_errors,
            failures: found.errors.iter().map(failed).collect(),
            hints: SaidFaults(&found.hints, language),
        }
    }
}
