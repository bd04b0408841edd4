//! Where chains begin: names, constants, lists, and whatever has brackets.

use std::sync::Arc;

use super::refuse::{Absent, BYTES, MAP, MESSAGE, OPTIONAL, UNSIGNED};
use super::{BRACES, GROUP, LIST, Parser, Part, binary};
use crate::error::Error;
use crate::lang::lexer::{Kind, Token};
use crate::lang::literal;
use crate::lang::tree::{Literal, Node, NodeId};

impl Parser<'_> {
    pub(super) fn primary(&mut self, minus: Option<u32>) -> Result<Part, Error> {
        let token = self.token;
        match token.kind {
            Kind::Name => self.name(),
            Kind::Dot => self.absolute(),
            Kind::OpenRound => self.group(),
            Kind::OpenSquare => self.list(),
            Kind::OpenBrace => self.map(),
            Kind::Bytes => self.placeholder(&BYTES),
            Kind::Unsigned => self.placeholder(&UNSIGNED),
            Kind::Reserved => Err(self.reserved()),
            _ => match self.constant(minus)? {
                Some((literal, start, end)) => self.push(Node::Literal(literal), start, end, 0),
                None => Err(self.expected("a value", "值")),
            },
        }
    }

    fn name(&mut self) -> Result<Part, Error> {
        let token = self.advance()?;
        if self.token.kind == Kind::OpenRound {
            return self.call(token, None);
        }
        let name = Arc::from(self.text(token));
        self.push(Node::Name { name, absolute: false }, token.start, token.end, 0)
    }

    fn absolute(&mut self) -> Result<Part, Error> {
        let dot = self.advance()?;
        if self.token.kind != Kind::Name {
            return Err(self.expected("a name", "名称"));
        }
        let token = self.advance()?;
        if self.token.kind == Kind::OpenRound {
            return self.call(token, None);
        }
        let name = Arc::from(self.text(token));
        self.push(Node::Name { name, absolute: true }, dot.start, token.end, 0)
    }

    fn group(&mut self) -> Result<Part, Error> {
        let bracket = self.advance()?;
        self.enter(bracket)?;
        let inner = self.expression()?;
        let end = self.close(Kind::CloseRound, bracket, GROUP)?.end;
        Ok(Part { start: bracket.start, end, ..inner })
    }

    /// A constant, if one stands here. `minus` is the place of its sign.
    fn constant(&mut self, minus: Option<u32>) -> Result<Option<(Literal, u32, u32)>, Error> {
        let token = self.token;
        let place = token.start as usize;
        let literal = match token.kind {
            Kind::Int => literal::int(self.text(token), minus.is_some(), place)?,
            Kind::Double => literal::double(self.text(token), minus.is_some(), place)?,
            Kind::Text => Literal::Text(literal::text(self.text(token), place)?),
            Kind::True => Literal::Bool(true),
            Kind::False => Literal::Bool(false),
            Kind::Null => Literal::Null,
            _ => return Ok(None),
        };
        self.advance()?;
        Ok(Some((literal, minus.unwrap_or(token.start), token.end)))
    }

    /// A list; one node if it holds nothing but constants.
    fn list(&mut self) -> Result<Part, Error> {
        let bracket = self.advance()?;
        self.enter(bracket)?;
        if let Some(literals) = self.constants(bracket)? {
            let end = self.close(Kind::CloseSquare, bracket, LIST)?.end;
            return self.push(Node::Literals(Arc::new(literals)), bracket.start, end, 0);
        }
        let first = self.nodes.len();
        let mut items = Vec::new();
        let mut depth = 0;
        while self.token.kind != Kind::CloseSquare {
            if self.token.kind == Kind::Question {
                let question = self.advance()?;
                self.refuse(question.start, question.end, &OPTIONAL)?;
            }
            let item = self.expression()?;
            depth = depth.max(self.below(item));
            items.push(item.id);
            if self.token.kind != Kind::Comma {
                break;
            }
            self.advance()?;
        }
        let end = self.close(Kind::CloseSquare, bracket, LIST)?.end;
        let node = self.as_constants(first, &items).unwrap_or(Node::List(items));
        self.push(node, bracket.start, end, depth)
    }

    /// The elements of a list of nothing but constants, up to its closing
    /// bracket. Anything else is left unread: such lists are usually short.
    fn constants(&mut self, bracket: Token) -> Result<Option<Vec<Literal>>, Error> {
        let (lexer, token) = (self.lexer, self.token);
        let mut literals = Vec::new();
        while self.token.kind != Kind::CloseSquare {
            if self.token.kind == Kind::End {
                return Err(self.never_closed(bracket));
            }
            let minus = match self.token.kind {
                Kind::Minus => Some(self.advance()?.start),
                _ => None,
            };
            let sign_fits = minus.is_none() || matches!(self.token.kind, Kind::Int | Kind::Double);
            let constant = if sign_fits { self.constant(minus)? } else { None };
            match (constant, self.token.kind) {
                (Some((literal, ..)), Kind::Comma) => {
                    literals.push(literal);
                    self.advance()?;
                }
                (Some((literal, ..)), Kind::CloseSquare) => literals.push(literal),
                (Some(_), Kind::End) => return Err(self.never_closed(bracket)),
                (Some(_), kind) if !continues_value(kind) => {
                    return Err(self.after_value(LIST.0, LIST.1));
                }
                _ => {
                    (self.lexer, self.token) = (lexer, token);
                    return Ok(None);
                }
            }
        }
        Ok(Some(literals))
    }

    /// The one node for elements that turned out to be constants in brackets.
    fn as_constants(&mut self, first: usize, items: &[NodeId]) -> Option<Node> {
        let tail = self.nodes.get(first..)?;
        let literals: Option<Vec<Literal>> = tail
            .iter()
            .map(
                |node| if let Node::Literal(literal) = node { Some(literal.clone()) } else { None },
            )
            .collect();
        let literals = literals.filter(|literals| literals.len() == items.len())?;
        self.nodes.truncate(first);
        self.spans.truncate(first);
        Some(Node::Literals(Arc::new(literals)))
    }
}

/// What the profile leaves out, read over.
impl Parser<'_> {
    /// Stands where something refused was, so that reading can go on.
    fn placeholder(&mut self, what: &Absent) -> Result<Part, Error> {
        let token = self.advance()?;
        self.refuse(token.start, token.end, what)?;
        self.push(Node::Literal(Literal::Null), token.start, token.end, 0)
    }

    fn map(&mut self) -> Result<Part, Error> {
        let start = self.token.start;
        let end = self.braces()?;
        self.refuse(start, end, &MAP)?;
        self.push(Node::Literal(Literal::Null), start, end, 0)
    }

    pub(super) fn message(&mut self, name: Part) -> Result<Part, Error> {
        let end = self.braces()?;
        self.refuse(name.start, end, &MESSAGE)?;
        self.push(Node::Literal(Literal::Null), name.start, end, 0)
    }

    /// Reads over `{key: value, ...}`.
    fn braces(&mut self) -> Result<u32, Error> {
        let bracket = self.advance()?;
        self.enter(bracket)?;
        while self.token.kind != Kind::CloseBrace {
            if self.token.kind == Kind::Question {
                self.advance()?;
            }
            self.expression()?;
            if self.token.kind != Kind::Colon {
                return Err(self.expected("`:`", "`:`"));
            }
            self.advance()?;
            self.expression()?;
            if self.token.kind != Kind::Comma {
                break;
            }
            self.advance()?;
        }
        Ok(self.close(Kind::CloseBrace, bracket, BRACES)?.end)
    }
}

/// Whether a token can follow a value inside an expression.
fn continues_value(kind: Kind) -> bool {
    use Kind::{Dot, OpenBrace, OpenRound, OpenSquare, Question};
    binary(kind).is_some() || matches!(kind, Dot | OpenSquare | OpenRound | OpenBrace | Question)
}
