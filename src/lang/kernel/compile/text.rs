//! Conditions on texts: decided once for each word of a dictionary.

use super::read::Source;
use super::{Compiler, Walk};
use crate::facts::{Data, Words};
use crate::lang::kernel::condition::{Comparison, Condition};
use crate::lang::kernel::list::End;
use crate::lang::kernel::scan::Wanted;
use crate::lang::kernel::word::Word;
use crate::lang::scope::Meaning;
use crate::lang::tree::{FoldOp, Node, NodeId};
use crate::lang::value::Value;

impl<'s> Compiler<'s> {
    pub(super) fn compare_words(
        &mut self,
        comparison: Comparison,
        left: NodeId,
        right: NodeId,
        walk: Walk,
    ) -> Option<Condition<'s>> {
        for (subject, other) in [(left, right), (right, left)] {
            if let Value::Text(text) = self.constant_value(other)? {
                let holds = |key: &str| match comparison {
                    Comparison::Equal => *key == *text,
                    Comparison::Less if subject == left => *key < *text,
                    Comparison::Less => *text < *key,
                    Comparison::LessEqual if subject == left => *key <= *text,
                    Comparison::LessEqual => *text <= *key,
                };
                return self.wanted_words(subject, walk, holds);
            }
        }
        let before = self.folds.len();
        let (left, right) = (self.word(left, walk)?, self.word(right, walk)?);
        let used = (before..self.folds.len()).collect();
        Some(Condition::CompareWords(comparison, left, right, used))
    }

    /// A condition on one text, decided once for each different text.
    pub(super) fn wanted_words(
        &mut self,
        subject: NodeId,
        walk: Walk,
        holds: impl Fn(&str) -> bool,
    ) -> Option<Condition<'s>> {
        if let Some((source, column)) = self.column(subject, walk) {
            let Data::Codes { codes, words } = &column.data else { return None };
            let wanted = Wanted::of(words.keys().map(holds).collect());
            return match source {
                Source::Own => Some(Condition::Word(codes, column, wanted)),
                Source::Outer => None,
            };
        }
        let (fold, words) = self.picked_word(subject, walk)?;
        let wanted = Wanted::of(words.keys().map(holds).collect());
        Some(Condition::FoldWord(fold, wanted))
    }

    /// Whatever is asked of one text and nothing else: the reference answers
    /// once for each different text, and once for a missing one.
    pub(super) fn one_word(&mut self, node: NodeId, walk: Walk) -> Option<Condition<'s>> {
        let subject = self.only_column(node, walk)?;
        let (Source::Own, column) = self.column(subject, walk)? else { return None };
        let Data::Codes { codes, words } = &column.data else { return None };
        let answer = |key: Option<&str>| self.context.with_text(self.checked, node, subject, key);
        let table: Option<Vec<bool>> = words.keys().map(|key| answer(Some(key))).collect();
        let word = Condition::Word(codes, column, Wanted::of(table?));
        Some(if answer(None)? {
            Condition::Any(vec![word, Condition::Not(Box::new(Condition::Known(column)))])
        } else {
            word
        })
    }

    /// `hobbies.exists(h, ...)`: which texts are wanted, and who has one.
    pub(super) fn any_word(
        &mut self,
        node: NodeId,
        op: FoldOp,
        over: NodeId,
        body: NodeId,
        walk: Walk,
    ) -> Option<Condition<'s>> {
        let reads_others = |meaning| meaning != Meaning::Variable(node);
        if op != FoldOp::Exists || self.named_below(body)?.into_iter().any(|(_, m)| reads_others(m))
        {
            return None;
        }
        let (Source::Own, column) = self.column(over, walk)? else { return None };
        let Data::Sets { offsets, codes, words } = &column.data else { return None };
        let Node::Fold { variable, .. } = self.checked.tree.node(node) else { return None };
        let ask = |key: &str| self.context.with_variable(self.checked, body, variable, key);
        let table: Option<Vec<bool>> = words.keys().map(ask).collect();
        Some(Condition::HasWord(offsets, codes, column, Wanted::of(table?)))
    }

    /// The one column that everything below a node reads, if it is one.
    pub(super) fn only_column(&self, node: NodeId, walk: Walk) -> Option<NodeId> {
        let mut found: Option<NodeId> = None;
        for (name, meaning) in self.named_below(node)? {
            match (meaning, walk) {
                // The variable is named below each of its fields.
                (Meaning::Variable(fold), Walk::Events(_, have)) if fold == have => {}
                (Meaning::Attribute(_) | Meaning::Field(_), _) => {
                    let same = |have: NodeId| self.meaning(have) == Some(meaning);
                    if found.is_some_and(|have| !same(have)) {
                        return None;
                    }
                    found = Some(name);
                }
                _ => return None,
            }
        }
        found
    }

    /// Every node below that names a fact or a variable; `None` when something
    /// else is read: a list, a segment, a state.
    pub(super) fn named_below(&self, node: NodeId) -> Option<Vec<(NodeId, Meaning)>> {
        let mut open = vec![node];
        let mut found = Vec::new();
        while let Some(next) = open.pop() {
            match self.meaning(next) {
                Some(Meaning::Now | Meaning::Period | Meaning::Parameter(_)) => continue,
                Some(
                    Meaning::Segment(_)
                    | Meaning::Events(_)
                    | Meaning::TheEvent
                    | Meaning::OfCustomer,
                ) => return None,
                Some(meaning) => found.push((next, meaning)),
                None => {}
            }
            open.extend(self.checked.tree.node(next).children());
        }
        Some(found)
    }

    pub(super) fn picked_word(&mut self, node: NodeId, walk: Walk) -> Option<(usize, &'s Words)> {
        if walk != Walk::Customers {
            return None;
        }
        let Node::Select { of, test: false, .. } = self.checked.tree.node(node) else {
            return None;
        };
        let (list, position, kind) = self.picked(*of)?;
        let Meaning::Field(field) = self.meaning(node)? else { return None };
        let column = self.snapshot.columns().kinds.get(kind)?.fields.get(field)?;
        let Data::Codes { codes, words } = &column.data else { return None };
        Some((self.fold(list, End::PickWord(position, codes, column)), words))
    }

    pub(super) fn word(&mut self, node: NodeId, walk: Walk) -> Option<Word<'s>> {
        if self.is_constant(node) {
            return match self.value(node)? {
                Value::Text(text) => Some(Word::Constant(text)),
                _ => None,
            };
        }
        match self.column(node, walk) {
            Some((source, column)) => match (&column.data, source) {
                (Data::Codes { codes, words }, Source::Own) => {
                    Some(Word::Column(codes, words, column))
                }
                (Data::Codes { codes, words }, Source::Outer) => {
                    Some(Word::Outer(codes, words, column))
                }
                _ => None,
            },
            None => {
                let (fold, words) = self.picked_word(node, walk)?;
                Some(Word::Fold(fold, words))
            }
        }
    }
}
