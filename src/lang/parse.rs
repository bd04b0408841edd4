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

use std::sync::Arc;

use super::bounds;
use super::lexer::{Kind, Lexer, Token};
use super::literal;
use super::tree::{BinaryOp, FoldOp, Literal, Node, NodeId, Span, Tree};
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
            Ok(_) => Error::check(self.faults).and_then(|()| Err(internal())),
            Err(stop) => {
                self.faults.extend(stop.into_faults());
                Error::check(self.faults).and_then(|()| Err(internal()))
            }
        }
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

/// Chains: fields, indices, calls.
impl Parser<'_> {
    fn member(&mut self, minus: Option<u32>) -> Result<Part, Error> {
        let mut part = self.primary(minus)?;
        loop {
            part = match self.token.kind {
                Kind::Dot => self.dot(part)?,
                Kind::OpenSquare => self.index(part)?,
                Kind::OpenBrace => self.message(part)?,
                Kind::OpenRound => return Err(self.not_callable(part)),
                _ => return Ok(part),
            };
        }
    }

    fn dot(&mut self, of: Part) -> Result<Part, Error> {
        let dot = self.advance()?;
        if self.token.kind == Kind::Question {
            let question = self.advance()?;
            self.refuse(dot.start, question.end, &OPTIONAL)?;
        }
        let name = self.token;
        match name.kind {
            Kind::Name | Kind::Reserved => {}
            Kind::Backtick => self.refuse(name.start, name.end, &QUOTED_FIELD)?,
            _ => return Err(self.expected("a field or function name", "字段名或函数名")),
        }
        self.advance()?;
        if self.token.kind == Kind::OpenRound {
            return self.call(name, Some(of));
        }
        let field = Arc::from(self.text(name));
        let node = Node::Select { of: of.id, field, test: false };
        let depth = self.along(of);
        self.push(node, of.start, name.end, depth)
    }

    fn index(&mut self, of: Part) -> Result<Part, Error> {
        let bracket = self.advance()?;
        self.enter(bracket)?;
        if self.token.kind == Kind::Question {
            let question = self.advance()?;
            self.refuse(question.start, question.end, &OPTIONAL)?;
        }
        let index = self.expression()?;
        let end = self.close(Kind::CloseSquare, bracket, INDEX)?.end;
        let depth = self.along(of).max(self.below(index));
        self.push(Node::Index { of: of.id, index: index.id }, of.start, end, depth)
    }

    /// A call, from its opening bracket on.
    fn call(&mut self, name: Token, receiver: Option<Part>) -> Result<Part, Error> {
        let function = self.text(name);
        let start = receiver.map_or(name.start, |receiver| receiver.start);
        let bracket = self.advance()?;
        self.enter(bracket)?;
        let fold = receiver.and_then(|_| fold(function));
        let variable = if fold.is_some() { self.variable()? } else { None };
        let mut args = Vec::new();
        let mut depth = receiver.map_or(0, |receiver| self.along(receiver));
        while self.token.kind != Kind::CloseRound {
            let arg = self.expression()?;
            depth = depth.max(self.below(arg));
            args.push(arg.id);
            if self.token.kind != Kind::Comma {
                break;
            }
            self.advance()?;
            if self.token.kind == Kind::CloseRound {
                return Err(self.expected("an argument", "参数"));
            }
        }
        let end = self.close(Kind::CloseRound, bracket, ARGUMENTS)?.end;
        if let (Some(op), Some(over)) = (fold, receiver) {
            let count = args.len() + usize::from(variable.is_some());
            if count == 2 || (count == 3 && op == FoldOp::Map) {
                return self.fold(op, over.id, variable, &args, (name, start, end), depth);
            }
            if let Some(token) = variable {
                let name = Node::Name { name: self.text(token).into(), absolute: false };
                args.insert(0, self.push(name, token.start, token.end, 0)?.id);
            }
        }
        if receiver.is_none() && function == "has" {
            return self.presence(&args, name, end, depth);
        }
        let receiver = receiver.map(|receiver| receiver.id);
        self.push(Node::Call { function: function.into(), receiver, args }, start, end, depth)
    }

    /// The variable of a fold: a plain name with a comma after it.
    fn variable(&mut self) -> Result<Option<Token>, Error> {
        if self.token.kind != Kind::Name {
            return Ok(None);
        }
        let (lexer, token) = (self.lexer, self.token);
        self.advance()?;
        if self.token.kind == Kind::Comma {
            self.advance()?;
            if self.token.kind == Kind::CloseRound {
                return Err(self.expected("an expression", "表达式"));
            }
            return Ok(Some(token));
        }
        (self.lexer, self.token) = (lexer, token);
        Ok(None)
    }

    fn fold(
        &mut self,
        op: FoldOp,
        over: NodeId,
        variable: Option<Token>,
        args: &[NodeId],
        (name, start, end): (Token, u32, u32),
        depth: u32,
    ) -> Result<Part, Error> {
        let (condition, body) = match args {
            [body] => (None, *body),
            [condition, body] => (Some(*condition), *body),
            _ => return Err(internal()),
        };
        let Some(variable) = variable else {
            let function = self.text(name);
            let fault = Fault::new(
                Code::Syntax,
                format!("`{function}` binds each element to a name, expected a plain name first"),
                format!("`{function}` 要给每个元素起名，第一个参数应为普通名称"),
            )
            .hint(
                format!("for example `{function}(x, x > 0)`"),
                format!("例如 `{function}(x, x > 0)`"),
            );
            return Err(fault.span(name.start as usize, end as usize).into());
        };
        let variable = Arc::from(self.text(variable));
        self.push(Node::Fold { op, over, variable, condition, body }, start, end, depth)
    }

    /// `has(a.b)`: the selection read as its argument becomes a question.
    fn presence(
        &mut self,
        args: &[NodeId],
        name: Token,
        end: u32,
        depth: u32,
    ) -> Result<Part, Error> {
        if let [arg] = args
            && arg.0 as usize + 1 == self.nodes.len()
            && let Some(Node::Select { of, field, test: false }) = self.nodes.last()
        {
            let node = Node::Select { of: *of, field: field.clone(), test: true };
            self.nodes.pop();
            self.spans.pop();
            return self.push(node, name.start, end, depth.saturating_sub(1));
        }
        let fault = Fault::new(
            Code::Syntax,
            "`has` asks for one field, expected `has(value.field)`",
            "`has` 只能询问一个字段，应写 `has(值.字段)`",
        )
        .hint("to ask for an attribute write `name != null`", "询问属性请写 `名称 != null`");
        Err(fault.span(name.start as usize, end as usize).into())
    }
}

fn fold(function: &str) -> Option<FoldOp> {
    Some(match function {
        "exists" => FoldOp::Exists,
        "all" => FoldOp::All,
        "exists_one" => FoldOp::ExistsOne,
        "filter" => FoldOp::Filter,
        "map" => FoldOp::Map,
        "count" => FoldOp::Count,
        "sum" => FoldOp::Sum,
        "avg" => FoldOp::Avg,
        "min" => FoldOp::Min,
        "max" => FoldOp::Max,
        "countDistinct" => FoldOp::CountDistinct,
        _ => return None,
    })
}

/// Where chains begin.
impl Parser<'_> {
    fn primary(&mut self, minus: Option<u32>) -> Result<Part, Error> {
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
        if let Some(literals) = self.constants()? {
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
    fn constants(&mut self) -> Result<Option<Vec<Literal>>, Error> {
        let (lexer, token) = (self.lexer, self.token);
        let mut literals = Vec::new();
        while self.token.kind != Kind::CloseSquare {
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

/// A part of CEL that the profile leaves out.
struct Absent {
    en: &'static str,
    zh: &'static str,
    hint: Option<(&'static str, &'static str)>,
}

const BYTES: Absent = Absent { en: "bytes", zh: "字节串", hint: None };
const UNSIGNED: Absent = Absent {
    en: "unsigned numbers",
    zh: "无符号数",
    hint: Some(("leave out the `u`", "请去掉 `u`")),
};
const MAP: Absent = Absent { en: "maps", zh: "映射", hint: None };
const MESSAGE: Absent = Absent { en: "messages", zh: "消息构造", hint: None };
const OPTIONAL: Absent = Absent {
    en: "optional fields and elements",
    zh: "可选字段和可选元素",
    hint: Some((
        "a missing value needs no care: a comparison with it is false",
        "缺失值无需特别处理：与它比较的结果为假",
    )),
};
const QUOTED_FIELD: Absent =
    Absent { en: "quoted field names", zh: "带引号的字段名", hint: None };

/// Refusals.
impl Parser<'_> {
    fn refuse(&mut self, start: u32, end: u32, what: &Absent) -> Result<(), Error> {
        let mut fault = Fault::new(
            Code::NotInProfile,
            format!("{} are not part of the language", what.en),
            format!("语言不包含{}", what.zh),
        )
        .span(start as usize, end as usize);
        if let Some((en, zh)) = what.hint {
            fault = fault.hint(en, zh);
        }
        if self.faults.len() + 1 >= bounds::FAULTS {
            return Err(fault.into());
        }
        self.faults.push(fault);
        Ok(())
    }

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

    fn message(&mut self, name: Part) -> Result<Part, Error> {
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

    /// `found X, expected WHAT` at the current token.
    fn expected(&self, en: &str, zh: &str) -> Error {
        let token = self.token;
        let fault = match token.kind {
            Kind::End => Fault::new(
                Code::Syntax,
                format!("the expression ends, expected {en}"),
                format!("表达式到此结束，应有{zh}"),
            ),
            _ => {
                let found = self.shown(token);
                Fault::new(
                    Code::Syntax,
                    format!("found `{found}`, expected {en}"),
                    format!("遇到 `{found}`，应为{zh}"),
                )
            }
        };
        fault.span(token.start as usize, token.end as usize).into()
    }

    /// The token for a message; long ones are cut.
    fn shown(&self, token: Token) -> String {
        let text = self.text(token);
        match text.char_indices().nth(30) {
            Some((at, _)) => format!("{}…", text.get(..at).unwrap_or("")),
            None => text.to_owned(),
        }
    }

    /// Something stands after a complete value that does not continue it.
    fn after_value(&self, en: &str, zh: &str) -> Error {
        let error = self.expected(en, zh);
        let instead = match self.text(self.token) {
            "and" | "AND" | "And" => "&&",
            "or" | "OR" | "Or" => "||",
            "is" | "IS" => "==",
            "IN" | "In" => "in",
            _ => return error,
        };
        let hinted = error
            .into_faults()
            .into_iter()
            .map(|fault| fault.hint(format!("write `{instead}`"), format!("请写 `{instead}`")));
        Error::of(hinted.collect()).unwrap_or_else(internal)
    }

    fn never_closed(&self, opened: Token) -> Error {
        let bracket = self.text(opened);
        let fault = Fault::new(
            Code::Syntax,
            format!("`{bracket}` is not closed"),
            format!("`{bracket}` 没有对应的右括号"),
        );
        fault.span(opened.start as usize, opened.end as usize).into()
    }

    fn no_colon(&self, question: Token) -> Error {
        let error = self.expected("`:` and the value otherwise", "`:` 以及条件不成立时的值");
        let hint = if self.token.kind == Kind::Question {
            ("put brackets around the inner `?:`", "请给内层的 `?:` 加括号")
        } else {
            ("a choice is written `condition ? value : other`", "选择写成 `条件 ? 值 : 另一值`")
        };
        let hinted = error.into_faults().into_iter().map(|mut fault| {
            if self.token.kind == Kind::End {
                fault.span = Some((question.start as usize, question.end as usize));
            }
            fault.hint(hint.0, hint.1)
        });
        Error::of(hinted.collect()).unwrap_or_else(internal)
    }

    fn mixed_signs(&self) -> Error {
        let error = self.expected("a value", "值");
        let hinted = error
            .into_faults()
            .into_iter()
            .map(|fault| fault.hint("put brackets around it: `!(-x)`", "请加括号，例如 `!(-x)`"));
        Error::of(hinted.collect()).unwrap_or_else(internal)
    }

    fn not_callable(&self, part: Part) -> Error {
        let fault = Fault::new(
            Code::Syntax,
            "this is no function name, expected an operator before `(`",
            "这里不是函数名，`(` 前应有运算符",
        );
        fault.span(part.start as usize, self.token.end as usize).into()
    }

    fn reserved(&self) -> Error {
        let word = self.shown(self.token);
        let fault = Fault::new(
            Code::Syntax,
            format!("`{word}` is a reserved word, expected a value"),
            format!("`{word}` 是保留字，此处应为值"),
        );
        fault.span(self.token.start as usize, self.token.end as usize).into()
    }
}

fn too_many_nodes(start: u32, end: u32) -> Error {
    let most = bounds::NODES;
    let fault = Fault::new(
        Code::TooManyNodes,
        format!("the expression has too many parts, expected at most {most}"),
        format!("表达式的组成部分太多，最多 {most} 个"),
    )
    .hint("a list of constants counts as one part", "常量列表只算一个部分");
    fault.span(start as usize, end as usize).into()
}

fn too_deep(start: u32, end: u32) -> Error {
    let most = bounds::DEPTH;
    let fault = Fault::new(
        Code::TooDeep,
        format!("the expression nests too deep here, expected at most {most} levels"),
        format!("表达式在此处嵌套过深，最多 {most} 层"),
    );
    fault.span(start as usize, end as usize).into()
}

fn internal() -> Error {
    Fault::new(Code::Internal, "the parser contradicts itself", "解析器内部矛盾").into()
}
