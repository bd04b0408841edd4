//! Chains: fields, indices, calls, and functions that bind a variable.

use std::sync::Arc;

use super::refuse::{OPTIONAL, QUOTED_FIELD, internal};
use super::{ARGUMENTS, INDEX, Parser, Part};
use crate::error::{Code, Error, Fault};
use crate::lang::catalogue;
use crate::lang::lexer::{Kind, Token};
use crate::lang::tree::{FoldOp, Node, NodeId};

impl Parser<'_> {
    pub(super) fn member(&mut self, minus: Option<u32>) -> Result<Part, Error> {
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
    pub(super) fn call(&mut self, name: Token, receiver: Option<Part>) -> Result<Part, Error> {
        let start = receiver.map_or(name.start, |receiver| receiver.start);
        let whole = receiver.and_then(|of| self.in_library(of, self.text(name)));
        let receiver = match whole {
            Some(_) => {
                self.nodes.pop();
                self.spans.pop();
                None
            }
            None => receiver,
        };
        let function = whole.unwrap_or(self.text(name));
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

    /// The function of a library of which nothing but the name stands before
    /// the dot: `math.abs`.
    fn in_library(&self, of: Part, function: &str) -> Option<&'static str> {
        let Some(Node::Name { name, absolute: false }) = self.nodes.last() else { return None };
        let is_last = of.id.0 as usize + 1 == self.nodes.len();
        if !is_last || !matches!(&**name, "math" | "strings") {
            return None;
        }
        catalogue::functions(&format!("{name}.{function}")).first().map(|row| row.name)
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
