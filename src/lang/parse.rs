//! From text to tree.
//!
//! ```text
//! expression   a ? b : c ? d : e          a loop over the branches
//! operation    a || b && c == d + e * f   a stack of waiting operators
//! unary        !!!a   ---a                a loop
//! member       a.b(c)[d].exists(x, e)     a loop
//! primary      name  f(a)  (a)  [a]  1    goes back to `expression`
//! ```
//!
//! Only what stands between brackets is read by recursion, and brackets nest
//! at most [`bounds::DEPTH`] deep; so does the tree, along every edge that is
//! not the continuation of a chain.

mod member;
mod primary;
mod refuse;

use refuse::{internal, too_deep, too_many_nodes};

use super::bounds;
use super::lexer::{Kind, Lexer, Token};
use super::tree::{BinaryOp, Node, NodeId, Span, Tree};
use crate::error::{Code, Error, Fault};

/// Reads an expression.
///
/// The grammar is that of CEL. What CEL has and the profile leaves out (bytes,
/// unsigned numbers, maps, messages, optional fields, quoted field names) is
/// read to the end and refused by name and place.
///
/// # Errors
///
/// [`Code::Syntax`] and [`Code::BadLiteral`] stop at the first place that
/// cannot be read; [`Code::NotInProfile`] lists every such place before it.
/// [`Code::ExpressionTooLong`], [`Code::TooManyNodes`], [`Code::TooDeep`] are
/// the limits of [`bounds`]. No input panics, overflows the stack or takes
/// longer than one pass over the text.
///
/// ```
/// use guanxi::lang::parse;
///
/// assert!(parse("age >= 30 && region in ['华东', '华南']").is_ok());
/// assert_eq!(parse("age >= ").unwrap_err().faults()[0].span, Some((7, 7)));
/// ```
pub fn parse(source: &str) -> Result<Tree, Error> {
    check_length(source.len())?;
    Parser::new(source)?.whole()
}

/// Reads an expression from bytes that should be UTF-8.
///
/// # Errors
///
/// Those of [`parse`], and [`Code::Syntax`] at the first byte that is not
/// UTF-8.
pub fn parse_bytes(source: &[u8]) -> Result<Tree, Error> {
    check_length(source.len())?;
    match std::str::from_utf8(source) {
        Ok(text) => parse(text),
        Err(error) => {
            let start = error.valid_up_to();
            let end = start + error.error_len().unwrap_or(source.len() - start);
            let fault = Fault::new(
                Code::Syntax,
                format!("byte {start} is not UTF-8, expected text in UTF-8"),
                format!("第 {start} 字节不是 UTF-8，表达式须为 UTF-8 文本"),
            );
            Err(fault.span(start, end).into())
        }
    }
}

fn check_length(length: usize) -> Result<(), Error> {
    if length <= bounds::SOURCE {
        return Ok(());
    }
    let most = bounds::SOURCE;
    let fault = Fault::new(
        Code::ExpressionTooLong,
        format!("the expression has {length} bytes, expected at most {most}"),
        format!("表达式有 {length} 字节，最多 {most} 字节"),
    );
    Err(fault.into())
}

/// Places of the elements of a list of constants, which the tree does not keep.
///
/// `span` is that of a [`Node::Literals`] read from `source`. Cost: one pass
/// over the list; meant for faults and explanations.
pub fn element_spans(source: &str, span: Span) -> Vec<Span> {
    let list = source.get(span.start as usize..span.end as usize).unwrap_or("");
    let mut lexer = Lexer::new(list);
    let mut out = Vec::new();
    let mut open: Option<Span> = None;
    while let Ok(token) = lexer.next() {
        match token.kind {
            Kind::End => break,
            Kind::OpenSquare | Kind::CloseSquare | Kind::Comma => out.extend(open.take()),
            Kind::OpenRound | Kind::CloseRound => {}
            _ => {
                let (start, end) = (span.start + token.start, span.start + token.end);
                open = Some(Span { start: open.map_or(start, |open| open.start), end });
            }
        }
    }
    out
}

/// What may stand where a bracket could close.
const GROUP: (&str, &str) = ("an operator or `)`", "运算符或 `)`");
const ARGUMENTS: (&str, &str) = ("an operator, `,` or `)`", "运算符、`,` 或 `)`");
const LIST: (&str, &str) = ("an operator, `,` or `]`", "运算符、`,` 或 `]`");
const INDEX: (&str, &str) = ("an operator or `]`", "运算符或 `]`");
const BRACES: (&str, &str) = ("an operator, `,` or `}`", "运算符、`,` 或 `}`");

/// A node just read, with the bytes it takes *including* brackets around it,
/// and how deep it nests.
#[derive(Clone, Copy)]
struct Part {
    id: NodeId,
    start: u32,
    end: u32,
    depth: u32,
}

/// An operator whose right operand is still being read.
struct Waiting {
    op: BinaryOp,
    power: u8,
    left: Part,
}

struct Parser<'s> {
    lexer: Lexer<'s>,
    token: Token,
    nodes: Vec<Node>,
    spans: Vec<Span>,
    waiting: Vec<Waiting>,
    prefixes: Vec<u32>,
    open: u32,
    faults: Vec<Fault>,
}

impl<'s> Parser<'s> {
    fn new(source: &'s str) -> Result<Self, Error> {
        let mut lexer = Lexer::new(source);
        let token = lexer.next()?;
        let room = (source.len() / 4).clamp(8, 1024);
        Ok(Parser {
            lexer,
            token,
            nodes: Vec::with_capacity(room),
            spans: Vec::with_capacity(room),
            waiting: Vec::with_capacity(4),
            prefixes: Vec::new(),
            open: 0,
            faults: Vec::new(),
        })
    }

    fn whole(mut self) -> Result<Tree, Error> {
        match self.read_all() {
            Ok(root) if self.faults.is_empty() => {
                Ok(Tree { nodes: self.nodes, spans: self.spans, root })
            }
            Ok(_) => Err(self.refused(Vec::new())),
            Err(stop) => Err(self.refused(stop.into_faults())),
        }
    }

    /// Every fault in the order of the text.
    fn refused(mut self, last: Vec<Fault>) -> Error {
        self.faults.extend(last);
        self.faults.sort_by_key(|fault| fault.span);
        Error::of(self.faults).unwrap_or_else(internal)
    }

    fn read_all(&mut self) -> Result<NodeId, Error> {
        let part = self.expression()?;
        if self.token.kind != Kind::End {
            return Err(self.after_value("an operator or the end", "运算符或结尾"));
        }
        Ok(part.id)
    }

    fn advance(&mut self) -> Result<Token, Error> {
        let taken = self.token;
        self.token = self.lexer.next()?;
        Ok(taken)
    }

    fn text(&self, token: Token) -> &'s str {
        self.lexer.text(token)
    }

    fn push(&mut self, node: Node, start: u32, end: u32, depth: u32) -> Result<Part, Error> {
        if self.nodes.len() >= bounds::NODES {
            return Err(too_many_nodes(start, end));
        }
        if depth > bounds::DEPTH {
            return Err(too_deep(start, end));
        }
        let id = NodeId(self.nodes.len() as u32);
        self.nodes.push(node);
        self.spans.push(Span { start, end });
        Ok(Part { id, start, end, depth })
    }

    /// The depth of `part` seen from a node that does not continue its chain.
    fn below(&self, part: Part) -> u32 {
        match self.nodes.get(part.id.0 as usize) {
            Some(Node::Literal(_) | Node::Literals(_) | Node::Name { .. }) | None => part.depth,
            Some(_) => part.depth + 1,
        }
    }

    /// The depth of `part` seen from the node that continues its chain.
    fn along(&self, part: Part) -> u32 {
        match self.nodes.get(part.id.0 as usize) {
            Some(Node::Conditional { .. }) => part.depth + 1,
            _ => part.depth,
        }
    }

    fn enter(&mut self, bracket: Token) -> Result<(), Error> {
        self.open += 1;
        if self.open > bounds::DEPTH { Err(too_deep(bracket.start, bracket.end)) } else { Ok(()) }
    }

    /// Takes the bracket that closes `opened`; `wanted` is what may stand here.
    fn close(&mut self, kind: Kind, opened: Token, wanted: (&str, &str)) -> Result<Token, Error> {
        if self.token.kind == kind {
            self.open -= 1;
            return self.advance();
        }
        if self.token.kind == Kind::End {
            return Err(self.never_closed(opened));
        }
        Err(self.after_value(wanted.0, wanted.1))
    }
}

/// Operators.
impl Parser<'_> {
    fn expression(&mut self) -> Result<Part, Error> {
        let first = self.operation()?;
        if self.token.kind != Kind::Question {
            return Ok(first);
        }
        let mut branches = Vec::new();
        let mut last = first;
        while self.token.kind == Kind::Question {
            let question = self.advance()?;
            let yes = self.operation()?;
            if self.token.kind != Kind::Colon {
                return Err(self.no_colon(question));
            }
            self.advance()?;
            branches.push((last, yes));
            last = self.operation()?;
        }
        while let Some((test, yes)) = branches.pop() {
            let no_depth = match self.nodes.get(last.id.0 as usize) {
                Some(Node::Conditional { .. }) => last.depth,
                _ => self.below(last),
            };
            let depth = self.below(test).max(self.below(yes)).max(no_depth);
            let node = Node::Conditional { test: test.id, yes: yes.id, no: last.id };
            last = self.push(node, test.start, last.end, depth)?;
        }
        Ok(last)
    }

    /// Everything that binds tighter than `?:`, by operator precedence.
    fn operation(&mut self) -> Result<Part, Error> {
        let base = self.waiting.len();
        let mut part = self.unary()?;
        while let Some((op, power)) = binary(self.token.kind) {
            part = self.settle(base, power, part)?;
            self.waiting.push(Waiting { op, power, left: part });
            self.advance()?;
            part = self.unary()?;
        }
        self.settle(base, 0, part)
    }

    /// Joins the waiting operators that bind at least as tight as `power`.
    fn settle(&mut self, base: usize, power: u8, mut right: Part) -> Result<Part, Error> {
        while self.waiting.len() > base {
            match self.waiting.pop_if(|waiting| waiting.power >= power) {
                None => break,
                Some(Waiting { op, left, .. }) => {
                    let depth = self.along(left).max(self.below(right));
                    let node = Node::Binary { op, left: left.id, right: right.id };
                    right = self.push(node, left.start, right.end, depth)?;
                }
            }
        }
        Ok(right)
    }

    /// A run of `!` or of `-`; the last `-` before a number belongs to it.
    fn unary(&mut self) -> Result<Part, Error> {
        let sign = self.token.kind;
        if sign != Kind::Not && sign != Kind::Minus {
            return self.member(None);
        }
        let base = self.prefixes.len();
        while self.token.kind == sign {
            if self.prefixes.len() - base > bounds::NODES {
                return Err(too_many_nodes(self.token.start, self.token.end));
            }
            let taken = self.advance()?;
            self.prefixes.push(taken.start);
        }
        if matches!(self.token.kind, Kind::Not | Kind::Minus) {
            return Err(self.mixed_signs());
        }
        let number = matches!(self.token.kind, Kind::Int | Kind::Double);
        let minus = if sign == Kind::Minus && number { self.prefixes.pop() } else { None };
        let mut part = self.member(minus)?;
        while self.prefixes.len() > base {
            let Some(start) = self.prefixes.pop() else { break };
            let of = part.id;
            let node = if sign == Kind::Not { Node::Not { of } } else { Node::Negate { of } };
            let depth = self.along(part);
            part = self.push(node, start, part.end, depth)?;
        }
        Ok(part)
    }
}

fn binary(kind: Kind) -> Option<(BinaryOp, u8)> {
    Some(match kind {
        Kind::Or => (BinaryOp::Or, 1),
        Kind::And => (BinaryOp::And, 2),
        Kind::Equal => (BinaryOp::Equal, 3),
        Kind::NotEqual => (BinaryOp::NotEqual, 3),
        Kind::Less => (BinaryOp::Less, 3),
        Kind::LessEqual => (BinaryOp::LessEqual, 3),
        Kind::Greater => (BinaryOp::Greater, 3),
        Kind::GreaterEqual => (BinaryOp::GreaterEqual, 3),
        Kind::In => (BinaryOp::In, 3),
        Kind::Plus => (BinaryOp::Add, 4),
        Kind::Minus => (BinaryOp::Subtract, 4),
        Kind::Star => (BinaryOp::Multiply, 5),
        Kind::Slash => (BinaryOp::Divide, 5),
        Kind::Percent => (BinaryOp::Remainder, 5),
        _ => return None,
    })
}
