//! From tree to text, with no bracket that is not needed.
//!
//! What is printed reads back as the same tree, and printing that again gives
//! the same text. Spelling is settled once: single quotes, decimal integers,
//! a blank around operators with two operands.

use std::fmt::Write;

use super::lexer::is_invisible;
use super::tree::{BinaryOp, FoldOp, Literal, Node, NodeId, Tree};

/// The expression as text.
///
/// Cost: linear in the number of nodes; long chains do not recurse.
///
/// ```
/// use guanxi::lang::{parse, print};
///
/// let tree = parse("((a)) && (b || (c)) && !(0x10 == d)")?;
/// assert_eq!(print(&tree), "a && (b || c) && !(16 == d)");
/// # Ok::<(), guanxi::Error>(())
/// ```
pub fn print(tree: &Tree) -> String {
    print_node(tree, tree.root)
}

/// One part of the expression as text, without brackets around it.
pub fn print_node(tree: &Tree, id: NodeId) -> String {
    let mut printer = Printer { tree, out: String::new() };
    printer.whole(id);
    printer.out
}

/// How tight a node holds together, loosest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Tie {
    Choice,
    Or,
    And,
    Relation,
    Sum,
    Product,
    Unary,
    Member,
}

fn tie(node: &Node) -> Tie {
    match node {
        Node::Conditional { .. } => Tie::Choice,
        Node::Binary { op, .. } => operator(*op).1,
        Node::Not { .. } | Node::Negate { .. } => Tie::Unary,
        _ => Tie::Member,
    }
}

fn operator(op: BinaryOp) -> (&'static str, Tie) {
    match op {
        BinaryOp::Or => ("||", Tie::Or),
        BinaryOp::And => ("&&", Tie::And),
        BinaryOp::Equal => ("==", Tie::Relation),
        BinaryOp::NotEqual => ("!=", Tie::Relation),
        BinaryOp::Less => ("<", Tie::Relation),
        BinaryOp::LessEqual => ("<=", Tie::Relation),
        BinaryOp::Greater => (">", Tie::Relation),
        BinaryOp::GreaterEqual => (">=", Tie::Relation),
        BinaryOp::In => ("in", Tie::Relation),
        BinaryOp::Add => ("+", Tie::Sum),
        BinaryOp::Subtract => ("-", Tie::Sum),
        BinaryOp::Multiply => ("*", Tie::Product),
        BinaryOp::Divide => ("/", Tie::Product),
        BinaryOp::Remainder => ("%", Tie::Product),
    }
}

impl BinaryOp {
    /// The operator as it is written: `&&`.
    pub fn symbol(self) -> &'static str {
        operator(self).0
    }
}

impl FoldOp {
    /// The function as it is written: `exists_one`.
    pub fn name(self) -> &'static str {
        match self {
            FoldOp::Exists => "exists",
            FoldOp::All => "all",
            FoldOp::ExistsOne => "exists_one",
            FoldOp::Filter => "filter",
            FoldOp::Map => "map",
            FoldOp::Count => "count",
            FoldOp::Sum => "sum",
            FoldOp::Avg => "avg",
            FoldOp::Min => "min",
            FoldOp::Max => "max",
            FoldOp::CountDistinct => "countDistinct",
        }
    }
}

struct Printer<'t> {
    tree: &'t Tree,
    out: String,
}

impl Printer<'_> {
    /// A node and everything below it: first what opens the chain, from the
    /// outside in, then its innermost operand, then the rest inside out.
    fn whole(&mut self, id: NodeId) {
        let mut links = Vec::new();
        let mut at = id;
        while let Some(next) = self.tree.node(at).chain() {
            let bracket = self.left_bracket(at, next);
            self.open(at);
            if bracket {
                self.out.push('(');
            }
            links.push((at, bracket));
            at = next;
        }
        self.innermost(at);
        while let Some((id, bracket)) = links.pop() {
            if bracket {
                self.out.push(')');
            }
            self.rest(id);
        }
    }

    fn within(&mut self, id: NodeId, bracket: bool) {
        if bracket {
            self.out.push('(');
        }
        self.whole(id);
        if bracket {
            self.out.push(')');
        }
    }

    /// Whether the operand that continues the chain of `parent` needs brackets.
    fn left_bracket(&self, parent: NodeId, child: NodeId) -> bool {
        let held = tie(self.tree.node(child));
        match self.tree.node(parent) {
            Node::Binary { op, .. } => held < operator(*op).1,
            Node::Not { .. } => match self.tree.node(child) {
                Node::Not { .. } => false,
                _ => held <= Tie::Unary || self.first_number(child) == Some(true),
            },
            Node::Negate { .. } => match self.tree.node(child) {
                Node::Negate { .. } => false,
                _ => held <= Tie::Unary || self.first_number(child) == Some(false),
            },
            _ => held < Tie::Member,
        }
    }

    /// Whether the text of a member begins with a number, and a negative one:
    /// a sign before it would be taken for the number's.
    fn first_number(&self, mut id: NodeId) -> Option<bool> {
        loop {
            match self.tree.node(id) {
                Node::Literal(Literal::Int(value)) => return Some(*value < 0),
                Node::Literal(Literal::Double(_, text)) => return Some(text.starts_with('-')),
                Node::Literal(Literal::Decimal(value) | Literal::Money(value, _)) => {
                    return Some(value.units() < 0);
                }
                Node::Select { test: true, .. } => return None,
                node if tie(node) == Tie::Member => id = node.chain()?,
                _ => return None,
            }
        }
    }

    /// What stands before the operand that continues the chain.
    fn open(&mut self, id: NodeId) {
        match self.tree.node(id) {
            Node::Not { .. } => self.out.push('!'),
            Node::Negate { .. } => self.out.push('-'),
            Node::Select { test: true, .. } => self.out.push_str("has("),
            _ => {}
        }
    }

    /// What stands after the operand that continues the chain.
    fn rest(&mut self, id: NodeId) {
        let tree = self.tree;
        match tree.node(id) {
            Node::Binary { op, right, .. } => {
                let (symbol, ties) = operator(*op);
                // Writing to a string cannot fail.
                let _ = write!(self.out, " {symbol} ");
                self.within(*right, tie(tree.node(*right)) <= ties);
            }
            Node::Select { field, test, .. } => {
                self.out.push('.');
                self.out.push_str(field);
                if *test {
                    self.out.push(')');
                }
            }
            Node::Index { index, .. } => {
                self.out.push('[');
                self.whole(*index);
                self.out.push(']');
            }
            Node::Call { function, args, .. } => {
                self.out.push('.');
                self.call(function, args);
            }
            Node::Fold { op, variable, condition, body, .. } => {
                let _ = write!(self.out, ".{}({variable}, ", op.name());
                if let Some(condition) = condition {
                    self.whole(*condition);
                    self.out.push_str(", ");
                }
                self.whole(*body);
                self.out.push(')');
            }
            _ => {}
        }
    }

    /// A node that no chain continues through.
    fn innermost(&mut self, id: NodeId) {
        let tree = self.tree;
        match tree.node(id) {
            Node::Literal(literal) => self.literal(literal),
            Node::Literals(literals) => {
                self.out.push('[');
                for (position, literal) in literals.iter().enumerate() {
                    if position > 0 {
                        self.out.push_str(", ");
                    }
                    self.literal(literal);
                }
                self.out.push(']');
            }
            Node::List(items) => {
                self.out.push('[');
                self.separated(items);
                self.out.push(']');
            }
            Node::Name { name, absolute } => {
                if *absolute {
                    self.out.push('.');
                }
                self.out.push_str(name);
            }
            Node::Call { function, args, .. } => self.call(function, args),
            Node::Conditional { .. } => self.branches(id),
            _ => {}
        }
    }

    /// `a ? b : c ? d : e`
    fn branches(&mut self, mut id: NodeId) {
        let tree = self.tree;
        while let Node::Conditional { test, yes, no } = tree.node(id) {
            self.within(*test, tie(tree.node(*test)) == Tie::Choice);
            self.out.push_str(" ? ");
            self.within(*yes, tie(tree.node(*yes)) == Tie::Choice);
            self.out.push_str(" : ");
            id = *no;
        }
        self.whole(id);
    }

    fn call(&mut self, function: &str, args: &[NodeId]) {
        self.out.push_str(function);
        self.out.push('(');
        self.separated(args);
        self.out.push(')');
    }

    fn separated(&mut self, items: &[NodeId]) {
        for (position, item) in items.iter().enumerate() {
            if position > 0 {
                self.out.push_str(", ");
            }
            self.whole(*item);
        }
    }

    fn literal(&mut self, literal: &Literal) {
        let out = &mut self.out;
        // Writing to a string cannot fail.
        let _ = match literal {
            Literal::Null => write!(out, "null"),
            Literal::Bool(value) => write!(out, "{value}"),
            Literal::Int(value) => write!(out, "{value}"),
            Literal::Double(_, text) => write!(out, "{text}"),
            Literal::Text(text) => {
                quote(text, out);
                Ok(())
            }
            Literal::Decimal(value) | Literal::Money(value, _) => write!(out, "{value}"),
        };
    }
}

/// Writes a text as a literal of the language, in whichever quotes need fewer
/// escapes. Characters that cannot be seen are written by number.
fn quote(text: &str, out: &mut String) {
    let mark = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    out.push(mark);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ if c == mark => {
                out.push('\\');
                out.push(c);
            }
            _ if (c.is_control() || is_invisible(c)) && c != '\u{3000}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            _ => out.push(c),
        }
    }
    out.push(mark);
}

/// A text as a literal of the language: `'华东'`, `"it's"`.
pub fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    quote(text, &mut out);
    out
}
