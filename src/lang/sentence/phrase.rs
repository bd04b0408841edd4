//! A sentence while it grows: conditions, brackets, links.

use std::sync::Arc;

use super::super::checked::Checked;
use super::super::scope::Scope;
use super::super::tree::{BinaryOp, FoldOp, Literal, Node, NodeId};
use super::super::types::Type;
use super::{Link, Sentence, Words};
use crate::error::{Language, Text};
use crate::units::shown;

/// Levels that are said in words; deeper ones are shown as they are written.
const DEPTH: u32 = 48;

pub(super) struct Phrase<'c> {
    pub(super) checked: &'c Checked,
    pub(super) scope: &'c Scope<'c>,
    pub(super) names: &'c dyn Words,
    pub(super) language: Language,
    pub(super) out: String,
    /// Variables of the lists around, the innermost last, with what one element
    /// is called.
    pub(super) elements: Vec<(Arc<str>, String)>,
    links: Vec<Link>,
    depth: u32,
}

impl<'c> Phrase<'c> {
    pub(super) fn new(
        checked: &'c Checked,
        scope: &'c Scope<'c>,
        names: &'c dyn Words,
        language: Language,
    ) -> Self {
        let (out, elements, links) = (String::new(), Vec::new(), Vec::new());
        Phrase { checked, scope, names, language, out, elements, links, depth: 0 }
    }

    pub(super) fn finish(self) -> Sentence {
        let mut links = self.links;
        links.sort_by_key(|link| (link.phrase.0, std::cmp::Reverse(link.phrase.1)));
        Sentence { text: self.out, links }
    }

    pub(super) fn node(&self, id: NodeId) -> &'c Node {
        self.checked.tree.node(id)
    }

    pub(super) fn ty(&self, id: NodeId) -> &'c Type {
        self.checked.ty(id)
    }

    pub(super) fn is_zh(&self) -> bool {
        self.language == Language::Zh
    }

    /// Adds a text; in Chinese with a blank where letters or digits meet
    /// characters, and nowhere else.
    pub(super) fn put(&mut self, text: &str) {
        if !self.is_zh() {
            return self.out.push_str(text);
        }
        let text = text.trim_matches(' ');
        let narrow = |c: char| c.is_ascii_alphanumeric() || c == '%';
        let wide = |c: char| '\u{2e80}' <= c && !"，、：；（）“”…".contains(c);
        if let (Some(last), Some(first)) = (self.out.chars().next_back(), text.chars().next())
            && (narrow(last) && wide(first) || wide(last) && narrow(first))
        {
            self.out.push(' ');
        }
        self.out.push_str(text);
    }

    /// Whichever wording is that of the language.
    pub(super) fn say(&mut self, en: &str, zh: &str) {
        self.put(if self.is_zh() { zh } else { en });
    }

    /// `a ` or `an `, by what comes after it.
    pub(super) fn article(word: &str) -> &'static str {
        if word.starts_with(['a', 'e', 'i', 'o']) { "an " } else { "a " }
    }

    pub(super) fn said(&self, text: &Text, name: &str) -> String {
        text.or_name(name).say(self.language).to_owned()
    }

    /// What is said of a node inside, with its link.
    pub(super) fn linked(&mut self, id: NodeId, inside: impl FnOnce(&mut Self)) {
        if DEPTH <= self.depth {
            return self.as_written(id);
        }
        let from = self.out.len();
        self.depth += 1;
        inside(self);
        self.depth -= 1;
        let span = self.checked.tree.span(id);
        let blank = self.out.get(from..).is_some_and(|phrase| phrase.starts_with(' '));
        let phrase = (from + usize::from(blank), self.out.len());
        self.links.push(Link { phrase, span: (span.start as usize, span.end as usize) });
    }

    /// A node as it stands in the expression.
    pub(super) fn as_written(&mut self, id: NodeId) {
        let text = shown(self.checked.text(id)).into_owned();
        self.put(&format!("`{text}`"));
    }

    /// A condition.
    pub(super) fn condition(&mut self, id: NodeId) {
        self.linked(id, |phrase| match phrase.node(id) {
            Node::Binary { op: op @ (BinaryOp::And | BinaryOp::Or), .. } => phrase.chain(id, *op),
            Node::Not { .. } => phrase.not(id),
            Node::Conditional { .. } => phrase.choice(id),
            Node::Call { function, args, .. } if &**function == "exactlyOne" => {
                phrase.exactly_one(args);
            }
            _ => phrase.atom(id, true),
        });
    }

    /// A condition in brackets, wherever it is made of others.
    pub(super) fn bracketed(&mut self, id: NodeId) {
        let joined = match self.node(id) {
            Node::Binary { op: BinaryOp::And | BinaryOp::Or, .. } | Node::Conditional { .. } => {
                true
            }
            Node::Call { function, .. } => &**function == "exactlyOne",
            _ => false,
        };
        if !joined {
            return self.condition(id);
        }
        self.say("(", "（");
        self.condition(id);
        self.say(")", "）");
    }

    fn in_brackets(&mut self, id: NodeId) {
        self.say("(", "（");
        self.condition(id);
        self.say(")", "）");
    }

    fn chain(&mut self, id: NodeId, op: BinaryOp) {
        let mut operands = Vec::new();
        let mut next = id;
        while let Node::Binary { op: have, left, right } = self.node(next)
            && *have == op
        {
            operands.push(*right);
            next = *left;
        }
        operands.push(next);
        for (position, operand) in operands.into_iter().rev().enumerate() {
            if 0 < position {
                match op {
                    BinaryOp::And => self.say(", and ", "，且"),
                    _ => self.say(", or ", "，或"),
                }
            }
            self.bracketed(operand);
        }
    }

    fn not(&mut self, id: NodeId) {
        let (mut inner, mut odd) = (id, false);
        while let Node::Not { of } = self.node(inner) {
            (inner, odd) = (*of, !odd);
        }
        if !odd {
            return self.condition(inner);
        }
        if self.has_opposite(inner) {
            return self.linked(inner, |phrase| phrase.atom(inner, false));
        }
        self.say("not ", "并非");
        self.in_brackets(inner);
    }

    /// Whether the opposite of a question has a wording of its own.
    fn has_opposite(&self, id: NodeId) -> bool {
        match self.node(id) {
            Node::Binary { op: BinaryOp::In, .. } => true,
            Node::Call { function, .. } => matches!(
                &**function,
                "contains"
                    | "startsWith"
                    | "endsWith"
                    | "matches"
                    | "between"
                    | "segment"
                    | "in_state"
                    | "was_in"
                    | "any_in_state"
                    | "consent"
                    | "reachable"
                    | "is_workday"
                    | "is_known"
            ),
            Node::Fold { op: FoldOp::Exists, .. } => true,
            Node::Name { .. } | Node::Select { .. } => true,
            _ => false,
        }
    }

    fn choice(&mut self, id: NodeId) {
        let mut at = id;
        while let Node::Conditional { test, yes, no } = self.node(at) {
            self.say("if ", "若");
            self.in_brackets(*test);
            self.say(" then ", "则");
            self.in_brackets(*yes);
            self.say(", otherwise ", "，否则");
            at = *no;
        }
        self.in_brackets(at);
    }

    fn exactly_one(&mut self, args: &[NodeId]) {
        self.say("exactly one of these: ", "以下条件恰有一个成立：");
        for (position, arg) in args.iter().enumerate() {
            if 0 < position {
                self.say(", ", "、");
            }
            self.in_brackets(*arg);
        }
    }

    /// A text that is written out.
    pub(super) fn written(&self, id: NodeId) -> Option<&'c str> {
        match self.node(id) {
            Node::Literal(Literal::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// What is between names: `“...”` in Chinese, `"..."` in English.
    pub(super) fn quoted(&mut self, text: &str) {
        let text = shown(text);
        let said = if self.is_zh() { format!("“{text}”") } else { format!("\"{text}\"") };
        self.out.push_str(&said);
    }
}
