//! A verdict in a sentence, and answers as JSON with reasons in one language.

use serde::Serialize;
use serde::ser::{SerializeStruct, Serializer};

use super::super::said::{In, said};
use super::super::summary::PlaybookSummary;
use super::{
    Collision, CollisionView, GroupView, MatchView, Proof, ScanView, SharedView, TogetherView,
    UnreadView, UnusableView,
};
use crate::error::{Language, Text, counted};
use crate::identity::{Answer, Verdict};
use crate::units::Instant;

impl CollisionView {
    /// The verdict as JSON with its reasons in one language.
    pub fn in_language(&self, language: Language) -> impl Serialize + '_ {
        #[derive(Serialize)]
        struct Said<'a> {
            playbook: &'a PlaybookSummary,
            as_of: Instant,
            known_at: Option<Instant>,
            #[serde(skip_serializing_if = "Option::is_none")]
            asked: Option<&'a str>,
            verdict: Verdict,
            customer: Option<&'a str>,
            split: bool,
            sentence: &'a str,
            first: Option<&'a str>,
            first_learnt: Option<&'a str>,
            matches: &'a [MatchView],
            shared: &'a [SharedView],
            unusable: Vec<In<'a, UnusableView>>,
        }
        Said {
            playbook: &self.playbook,
            as_of: self.as_of,
            known_at: self.known_at,
            asked: self.asked.as_deref(),
            verdict: self.verdict,
            customer: self.customer.as_deref(),
            split: self.split,
            sentence: self.sentence.say(language),
            first: self.first.as_deref(),
            first_learnt: self.first_learnt.as_deref(),
            matches: &self.matches,
            shared: &self.shared,
            unusable: said(&self.unusable, language),
        }
    }
}

impl ScanView {
    /// The scan as JSON with its reasons in one language.
    pub fn in_language(&self, language: Language) -> impl Serialize + '_ {
        #[derive(Serialize)]
        struct Said<'a> {
            playbook: &'a PlaybookSummary,
            as_of: Instant,
            known_at: Option<Instant>,
            customers: usize,
            attributes: &'a [std::sync::Arc<str>],
            surplus: usize,
            groups: &'a [GroupView],
            possible: &'a [TogetherView],
            shared: &'a [TogetherView],
            unread: Vec<In<'a, UnreadView>>,
        }
        Said {
            playbook: &self.playbook,
            as_of: self.as_of,
            known_at: self.known_at,
            customers: self.customers,
            attributes: &self.attributes,
            surplus: self.surplus,
            groups: &self.groups,
            possible: &self.possible,
            shared: &self.shared,
            unread: said(&self.unread, language),
        }
    }
}

impl Serialize for In<'_, UnusableView> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let In(it, language) = self;
        let fault = it.fault.as_ref().map(|fault| fault.in_language(*language));
        let mut said = serializer.serialize_struct("UnusableView", 4)?;
        said.serialize_field("attribute", &it.attribute)?;
        said.serialize_field("given", &it.given)?;
        said.serialize_field("placeholder", &fault.is_none())?;
        said.serialize_field("fault", &fault)?;
        said.end()
    }
}

impl Serialize for In<'_, UnreadView> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let In(it, language) = self;
        let first = it.first.as_ref();
        let mut said = serializer.serialize_struct("UnreadView", 5)?;
        said.serialize_field("attribute", &it.attribute)?;
        said.serialize_field("placeholders", &it.placeholders)?;
        said.serialize_field("unusable", &it.unusable)?;
        said.serialize_field("customer", &first.map(|(customer, _)| customer))?;
        let fault = first.map(|(_, fault)| fault.in_language(*language));
        said.serialize_field("fault", &fault)?;
        said.end()
    }
}

/// The verdict in a sentence. `comes`: somebody comes in, and is not there already.
pub(super) fn verdict(
    answer: &Answer,
    matches: &[MatchView],
    comes: bool,
    collision: &Collision<'_>,
) -> Text {
    match answer.verdict {
        Verdict::New => Text::new(
            "new: no customer shares a value that says anything",
            "新客户：没有客户与之共有可作依据的值",
        ),
        Verdict::Possible => possible(answer, matches),
        Verdict::Same => {
            let id = answer.customer.map(|number| collision.id(number)).unwrap_or_default();
            matches
                .iter()
                .find(|it| it.customer == id)
                .map_or_else(Text::default, |it| same(it, comes, collision))
        }
    }
}

fn possible(answer: &Answer, matches: &[MatchView]) -> Text {
    let number = matches.len() as u64;
    let ids: Vec<&str> = matches.iter().take(3).map(|it| &*it.customer).collect();
    let more = if matches.len() > ids.len() { (", ...", "等") } else { ("", "") };
    let why = match (answer.split, matches.iter().any(|it| it.against.is_some())) {
        (true, _) => ("; strong values name different customers", "；强依据指向不同的客户"),
        (_, true) => ("; another credit code speaks against it", "；信用代码不同，与之矛盾"),
        _ => ("", ""),
    };
    Text::new(
        format!(
            "possible: {} ({}{}) to be looked at by somebody{}",
            counted(number, "customer"),
            ids.join(", "),
            more.0,
            why.0
        ),
        format!("疑似：有 {number} 位客户（{}{}）须人工核对{}", ids.join("、"), more.1, why.1),
    )
}

/// `second inquiry of C-1007, held by li, first reported 2026-01-05 by wang`.
fn same(found: &MatchView, comes: bool, collision: &Collision<'_>) -> Text {
    let MatchView { customer, holder, proof, .. } = found;
    let asks = comes && collision.identity.inquiry.is_some();
    let (mut en, mut zh) = match (asks, proof.inquiries) {
        (true, 1..) => {
            let next = proof.inquiries + 1;
            (
                format!("same: inquiry {next} of {customer}"),
                format!("同一客户：{customer} 的第 {next} 次咨询"),
            )
        }
        (true, 0) => (
            format!("same: second inquiry of {customer}, which came in otherwise"),
            format!("同一客户：{customer} 的二次咨询（首次并非以咨询录入）"),
        ),
        (false, _) => (format!("same: {customer}"), format!("同一客户：{customer}")),
    };
    if let Some(holder) = holder {
        en.push_str(&format!(", held by {}", holder.owner));
        zh.push_str(&format!("，由 {} 持有", holder.owner));
    }
    let (by_en, by_zh) = reporter(proof);
    if let Some(at) = proof.first.as_ref().and_then(|it| it.at) {
        let day = collision.playbook.calendar().zone().day_of(at);
        en.push_str(&format!(", first reported {day}{by_en}"));
        zh.push_str(&format!("，首报于 {day}{by_zh}"));
    }
    Text::new(en, zh)
}

/// Who reported first: where the first fact is an inquiry that says so.
fn reporter(proof: &Proof) -> (String, String) {
    let inquiry = proof.first_inquiry.as_ref();
    let inquiry = inquiry.filter(|it| Some(&it.report) == proof.first.as_ref());
    match inquiry.and_then(|it| it.actor.as_ref()) {
        Some(actor) => (format!(" by {actor}"), format!("，报备人 {actor}")),
        None => (String::new(), String::new()),
    }
}
