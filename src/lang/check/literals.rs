//! Literals become what they are compared with.
//!
//! A constant has no type of its own that anybody meant: `100` next to an
//! amount is an amount, `'Abc'` next to a column that ignores case is `'abc'`,
//! and `1.50` is read from its digits. Two constants next to each other stay
//! what they are in CEL.

use std::collections::HashSet;
use std::sync::Arc;

use super::super::bounds;
use super::super::parse::element_spans;
use super::super::tree::{Literal, Node, NodeId, Span};
use super::super::types::{Kinds, Type};
use super::faults::{cut, meant, null_here, unlike};
use super::names::listed;
use super::walk::{Checker, literal_type};
use crate::error::{Code, Fault};
use crate::facts::{Label, text::normalise};
use crate::units::{Decimal, nearest};

/// What became of a literal next to a type.
enum Adopted {
    /// Nothing: it fits as it is, or never will.
    Kept,
    /// It is this now.
    As(Literal),
    /// It fits, and is of this type now.
    Typed(Type),
    /// It should, and cannot.
    Never(Fault),
}

impl Checker<'_> {
    /// Whether a node is a constant, or chooses between nothing but constants.
    pub fn is_constant(&self, id: NodeId) -> bool {
        match self.node(id) {
            Node::Literal(_) => true,
            Node::Conditional { .. } => self.open_choices.contains(&id),
            _ => false,
        }
    }

    /// If exactly one of two neighbours is constant, it becomes what the other
    /// one is.
    pub fn meet(&mut self, left: NodeId, right: NodeId) {
        match (self.is_constant(left), self.is_constant(right)) {
            (true, false) => self.adopt_from(left, right),
            (false, true) => self.adopt_from(right, left),
            _ => {}
        }
    }

    fn adopt_from(&mut self, constant: NodeId, other: NodeId) {
        if let Some(wanted) = self.ty(other)
            && self.ty(constant) != Some(wanted)
        {
            let wanted = wanted.clone();
            self.adopt(constant, &wanted);
        }
    }

    /// Makes a constant what `wanted` is.
    pub fn adopt(&mut self, id: NodeId, wanted: &Type) {
        // The last branch of a choice may be a choice again, many times over;
        // the others nest no deeper than brackets do.
        let mut choices = Vec::new();
        let mut last = id;
        while let Node::Conditional { yes, no, .. } = self.node(last) {
            choices.push((last, *yes));
            last = *no;
        }
        self.adopt_literal(last, wanted);
        while let Some((choice, yes)) = choices.pop() {
            self.adopt(yes, wanted);
            let ty = self.widened(yes, last);
            self.set(choice, ty);
            last = choice;
        }
    }

    fn adopt_literal(&mut self, id: NodeId, wanted: &Type) {
        let Node::Literal(literal) = self.node(id) else { return };
        match adopted(literal, wanted) {
            Adopted::Kept => {}
            Adopted::Typed(ty) => self.set(id, Some(ty)),
            Adopted::As(literal) => {
                let ty = match &literal {
                    Literal::Text(_) => wanted.clone(),
                    other => literal_type(other),
                };
                self.set(id, Some(ty));
                self.patches.push((id, Node::Literal(literal)));
            }
            Adopted::Never(fault) => {
                self.refuse(self.span(id), fault);
                self.set(id, None);
            }
        }
    }

    /// A list of nothing but constants, by itself.
    pub fn constants(&mut self, id: NodeId, literals: &Arc<Vec<Literal>>) -> Option<Type> {
        let nulls = literals.iter().any(|literal| matches!(literal, Literal::Null));
        if nulls {
            self.refuse_elements(id, |index| {
                matches!(literals.get(index), Some(Literal::Null)).then(null_here)
            });
            return None;
        }
        let mut element = literals.first().map_or(Type::Null, literal_type);
        for (index, literal) in literals.iter().enumerate().skip(1) {
            let next = literal_type(literal);
            if next == element {
                continue;
            }
            let numbers = Kinds::INT.or(Kinds::DOUBLE);
            if next.is(numbers) && element.is(numbers) {
                element = Type::Double;
                continue;
            }
            let fault = unlike(&element, &next);
            self.refuse(self.element_span(id, index), fault);
            return None;
        }
        let ty = Type::List(Box::new(element));
        if ty == Type::List(Box::new(Type::Double)) {
            self.adopt_elements(id, &Type::Double)
        } else {
            Some(ty)
        }
    }

    /// Makes every element of a list of constants what `wanted` is; the type
    /// of the list then, or None after a fault.
    pub fn adopt_elements(&mut self, id: NodeId, wanted: &Type) -> Option<Type> {
        let Node::Literals(literals) = self.node(id) else { return self.ty(id).cloned() };
        if let Type::Enum(labels) = wanted {
            // What is no text at all is said by whoever compares the list.
            let texts = literals.iter().all(|literal| matches!(literal, Literal::Text(_)));
            return match texts {
                true if !self.labels_known(id, literals, labels) => None,
                true => Some(Type::List(Box::new(wanted.clone()))),
                false => self.ty(id).cloned(),
            };
        }
        let mut changed: Option<Vec<Literal>> = None;
        let mut widest: Option<Type> = None;
        let mut faults: Vec<(usize, Fault)> = Vec::new();
        for (index, literal) in literals.iter().enumerate() {
            let ty = match adopted(literal, wanted) {
                Adopted::Kept if matches!(literal, Literal::Text(_)) && wanted.is(Kinds::TEXT) => {
                    wanted.clone()
                }
                Adopted::Kept => literal_type(literal),
                Adopted::Typed(ty) => ty,
                Adopted::As(literal) => {
                    let ty = match &literal {
                        Literal::Text(_) => wanted.clone(),
                        other => literal_type(other),
                    };
                    let list = changed.get_or_insert_with(|| literals.to_vec());
                    if let Some(slot) = list.get_mut(index) {
                        *slot = literal;
                    }
                    ty
                }
                Adopted::Never(fault) => {
                    faults.push((index, fault));
                    if faults.len() == bounds::FAULTS {
                        break;
                    }
                    continue;
                }
            };
            widest = match widest {
                // What does not fit together is said by whoever compares it.
                Some(widest) => wider(&widest, &ty).or(Some(widest)),
                None => Some(ty),
            };
        }
        if !faults.is_empty() {
            let spans = self.element_spans(id);
            for (index, fault) in faults {
                let span = spans.get(index).copied().unwrap_or(self.span(id));
                self.refuse(span, fault);
            }
            return None;
        }
        if let Some(list) = changed {
            self.patches.push((id, Node::Literals(Arc::new(list))));
        }
        Some(Type::List(Box::new(widest.unwrap_or(Type::Null))))
    }

    /// Whether every element is a label that the enumeration has.
    fn labels_known(&mut self, id: NodeId, literals: &[Literal], labels: &[Label]) -> bool {
        // A scan of the labels for each element would be their product.
        let set: Option<HashSet<&str>> = (literals.len() > 8 && labels.len() > 8)
            .then(|| labels.iter().map(|label| &*label.name).collect());
        let known = |name: &str| match &set {
            Some(set) => set.contains(name),
            None => labels.iter().any(|label| &*label.name == name),
        };
        let good = |literal: &Literal| matches!(literal, Literal::Text(name) if known(name));
        if literals.iter().all(good) {
            return true;
        }
        self.refuse_elements(id, |index| match literals.get(index) {
            Some(Literal::Text(name)) if !known(name) => Some(unknown_label(name, labels)),
            _ => None,
        });
        false
    }

    /// Refuses the elements of a list of constants that `fault` has one for.
    fn refuse_elements(&mut self, id: NodeId, fault: impl Fn(usize) -> Option<Fault>) {
        for (index, span) in self.element_spans(id).into_iter().enumerate() {
            if !self.listens() {
                return;
            }
            if let Some(fault) = fault(index) {
                self.refuse(span, fault);
            }
        }
    }

    fn element_spans(&self, id: NodeId) -> Vec<Span> {
        element_spans(self.source, self.span(id))
    }

    fn element_span(&self, id: NodeId, index: usize) -> Span {
        self.element_spans(id).get(index).copied().unwrap_or(self.span(id))
    }

    /// A list with elements that are worked out.
    pub fn list(&mut self, items: &[NodeId]) -> Option<Type> {
        let anchor = items.iter().find(|item| !self.is_constant(**item));
        let wanted = self.ty(*anchor.or(items.first())?)?.clone();
        let mut fits = true;
        for item in items {
            if self.is_constant(*item) {
                self.adopt(*item, &wanted);
            }
            match self.ty(*item).cloned() {
                None => fits = false,
                Some(Type::Null) => {
                    fits = false;
                    self.refuse(self.span(*item), null_here());
                }
                Some(ty) if !ty.is(Kinds::SCALAR) => {
                    fits = false;
                    self.refuse(self.span(*item), not_in_lists(&ty));
                }
                Some(ty) if ty != wanted => {
                    fits = false;
                    self.refuse(self.span(*item), unlike(&wanted, &ty));
                }
                Some(_) => {}
            }
        }
        fits.then(|| Type::List(Box::new(wanted)))
    }

    /// `test ? yes : no`
    pub fn conditional(
        &mut self,
        id: NodeId,
        test: NodeId,
        yes: NodeId,
        no: NodeId,
    ) -> Option<Type> {
        self.expect_bool(test);
        let ty = self.alike(yes, no)?;
        if !ty.is(Kinds::OPTIONAL.or(Kinds::PERIOD).or(Kinds::EVENTS)) {
            let fault = if ty == Type::Null { null_here() } else { no_choice(&ty) };
            self.refuse(self.span(id), fault);
            return None;
        }
        if self.is_constant(yes) && self.is_constant(no) {
            self.open_choices.insert(id);
        }
        Some(ty)
    }

    /// The one type of two values of which either may be used.
    pub fn alike(&mut self, first: NodeId, second: NodeId) -> Option<Type> {
        let (Some(a), Some(b)) = (self.ty(first), self.ty(second)) else { return None };
        if *a == Type::Null || *b == Type::Null {
            let place = if *a == Type::Null { first } else { second };
            self.refuse(self.span(place), null_here());
            return None;
        }
        if a != b {
            let (a, b) = (a.clone(), b.clone());
            // Of two constants, the whole number becomes what the other is.
            let gives_way = a == Type::Int || !self.is_constant(second);
            if self.is_constant(first) && gives_way {
                self.adopt(first, &b);
            } else if self.is_constant(second) {
                self.adopt(second, &a);
            }
        }
        self.widened(first, second)
    }

    /// The type that holds the values of both; exact numbers get the places of
    /// the finer.
    fn widened(&mut self, first: NodeId, second: NodeId) -> Option<Type> {
        let (a, b) = (self.ty(first)?, self.ty(second)?);
        let ty = wider(a, b);
        if ty.is_none() {
            let fault = unlike(a, b);
            self.refuse(self.span(second), fault);
        }
        ty
    }
}

/// What a literal becomes next to a type.
fn adopted(literal: &Literal, wanted: &Type) -> Adopted {
    match (literal, wanted) {
        (Literal::Int(whole), Type::Double) => {
            Adopted::As(Literal::Double(*whole as f64, whole.to_string().into()))
        }
        (Literal::Int(whole), Type::Decimal(scale) | Type::Money(_, scale)) => {
            exact(Ok(Decimal::from_int(*whole)), *scale, wanted)
        }
        (Literal::Double(_, text), Type::Decimal(scale) | Type::Money(_, scale)) => {
            exact(Decimal::parse(text).map_err(|_| text), *scale, wanted)
        }
        (Literal::Double(_, text), Type::Int) => {
            exact(Decimal::parse(text).map_err(|_| text), 0, wanted)
        }
        (Literal::Text(text), Type::Text(profile)) => {
            let normal = normalise(*profile, text);
            if normal == **text {
                Adopted::Typed(wanted.clone())
            } else {
                Adopted::As(Literal::Text(normal.into()))
            }
        }
        (Literal::Text(text), Type::Enum(labels)) => {
            if labels.iter().any(|label| label.name == *text) {
                Adopted::Typed(wanted.clone())
            } else {
                Adopted::Never(unknown_label(text, labels))
            }
        }
        _ => Adopted::Kept,
    }
}

/// A number with at least the places of the column it stands next to, so that
/// a choice between several has one type.
fn exact(number: Result<Decimal, &Arc<str>>, scale: u8, wanted: &Type) -> Adopted {
    let raised = match number {
        Ok(number) => number.rescale_exact(number.scale().max(scale)).ok(),
        Err(text) => return Adopted::Never(not_exact(text)),
    };
    match (raised, wanted) {
        (None, _) => Adopted::Never(Fault::new(
            Code::BadLiteral,
            "the number is too large for an exact one",
            "数值过大，无法精确表示",
        )),
        (Some(number), Type::Money(currency, _)) => Adopted::As(Literal::Money(number, *currency)),
        (Some(number), _) => Adopted::As(Literal::Decimal(number)),
    }
}

fn not_exact(text: &str) -> Fault {
    let text = cut(text);
    Fault::new(
        Code::BadLiteral,
        format!("`{text}` cannot be read exactly, expected a number like `12.50`"),
        format!("`{text}` 无法精确表示，应写成 `12.50` 这样的数"),
    )
    .hint(
        "write the number without an exponent, with at most 18 places",
        "不用指数写法，小数不超过 18 位",
    )
}

fn unknown_label(name: &str, labels: &[Label]) -> Fault {
    let shown = cut(name);
    let fault = Fault::new(
        Code::UnknownLabel,
        format!("`{shown}` is not one of the labels"),
        format!("`{shown}` 不是声明过的选项"),
    );
    let names = labels.iter().map(|label| &*label.name);
    match nearest(name, names.clone()) {
        Some(near) => meant(fault, near),
        // Without labels there is a fault where they should be.
        None if labels.is_empty() => fault,
        None => {
            let names = listed(names);
            fault.hint(format!("expected one of {names}"), format!("应为 {names} 之一"))
        }
    }
}

fn not_in_lists(ty: &Type) -> Fault {
    let words = ty.words();
    Fault::new(
        Code::TypeMismatch,
        format!("{} cannot be in a list, expected a single value", words.en),
        format!("{}不能放入列表，应为单个值", words.zh),
    )
}

fn no_choice(ty: &Type) -> Fault {
    let words = ty.words();
    Fault::new(
        Code::TypeMismatch,
        format!("`?:` cannot give {}, expected a single value", words.en),
        format!("`?:` 的结果不能是{}，应为单个值", words.zh),
    )
    .hint("choose between whole conditions instead", "请改为在完整的条件之间选择")
}

/// The type that holds both: the same, or the exact one with more places.
fn wider(a: &Type, b: &Type) -> Option<Type> {
    match (a, b) {
        (Type::Decimal(x), Type::Decimal(y)) => Some(Type::Decimal(*x.max(y))),
        (Type::Int, Type::Decimal(_)) => Some(b.clone()),
        (Type::Decimal(_), Type::Int) => Some(a.clone()),
        (Type::Money(p, x), Type::Money(q, y)) if p == q => Some(Type::Money(*p, *x.max(y))),
        _ => (a == b).then(|| a.clone()),
    }
}
