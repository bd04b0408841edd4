//! The syntax tree: what was written, nothing expanded, a span on every node.
//!
//! Nodes live in one vector and refer to each other by number, so that a tree
//! of any shape is built, copied and dropped without recursion. Chains that
//! grow to the left (`a && b && c`, `x.y.z`, `!!!b`) may be as long as the
//! node limit allows: everything that walks a tree follows the left spine in a
//! loop and recurses only into brackets, arguments and right operands, whose
//! depth the parser bounds.

use std::sync::Arc;

use crate::units::{Currency, Decimal};

/// Half-open range of bytes in the source text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// Byte after the last.
    pub end: u32,
}

/// Number of a node in its [`Tree`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub u32);

/// A constant as written or, after the check, as what it is compared with.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// `42`, `-0x2A`
    Int(i64),
    /// `1.50`, with its text: a decimal or money column reads the text, never
    /// the binary double.
    Double(f64, Arc<str>),
    /// A quoted text, escapes resolved.
    Text(Arc<str>),
    /// Made by the checker: a number next to a decimal.
    Decimal(Decimal),
    /// Made by the checker: a number next to money.
    Money(Decimal, Currency),
}

/// Operators with two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BinaryOp {
    /// `||`
    Or,
    /// `&&`
    And,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
    /// `in`
    In,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Remainder,
}

/// Functions that bind a variable: `purchases.filter(o, o.amount > 0)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FoldOp {
    /// `exists(x, p)`
    Exists,
    /// `all(x, p)`
    All,
    /// `exists_one(x, p)`
    ExistsOne,
    /// `filter(x, p)`
    Filter,
    /// `map(x, e)` and `map(x, p, e)`
    Map,
    /// `count(x, p)`
    Count,
    /// `sum(x, e)`
    Sum,
    /// `avg(x, e)`
    Avg,
    /// `min(x, e)`
    Min,
    /// `max(x, e)`
    Max,
    /// `countDistinct(x, e)`
    CountDistinct,
}

/// One node.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// A constant.
    Literal(Literal),
    /// `[1, 2, 3]`, only constants: one node however long.
    Literals(Arc<Vec<Literal>>),
    /// `[a, b + 1]`
    List(Vec<NodeId>),
    /// `region`; `absolute` for `.region`.
    Name {
        /// The identifier.
        name: Arc<str>,
        /// Written with a leading dot.
        absolute: bool,
    },
    /// `of.field`; `has(of.field)` when `test`.
    Select {
        /// The value that has the field.
        of: NodeId,
        /// The field.
        field: Arc<str>,
        /// Asks for presence only.
        test: bool,
    },
    /// `of[index]`
    Index {
        /// The list.
        of: NodeId,
        /// The position, from 0.
        index: NodeId,
    },
    /// `f(a, b)` or `receiver.f(a, b)`
    Call {
        /// The function.
        function: Arc<str>,
        /// What it is called on.
        receiver: Option<NodeId>,
        /// The arguments.
        args: Vec<NodeId>,
    },
    /// `over.op(variable, body)`, not expanded.
    Fold {
        /// Which function.
        op: FoldOp,
        /// The list.
        over: NodeId,
        /// The variable bound to each element.
        variable: Arc<str>,
        /// `map(x, p, e)` only: the condition.
        condition: Option<NodeId>,
        /// The expression for each element.
        body: NodeId,
    },
    /// `!of`
    Not {
        /// The operand.
        of: NodeId,
    },
    /// `-of`
    Negate {
        /// The operand.
        of: NodeId,
    },
    /// `left op right`
    Binary {
        /// Which operator.
        op: BinaryOp,
        /// The left operand, which may continue the chain.
        left: NodeId,
        /// The right operand.
        right: NodeId,
    },
    /// `test ? yes : no`
    Conditional {
        /// The condition.
        test: NodeId,
        /// The value when it holds.
        yes: NodeId,
        /// The value when it does not, which may continue the chain.
        no: NodeId,
    },
}

impl Node {
    /// The operand to the left, through which a chain continues. A walker
    /// follows it in a loop: its length is bounded by the node limit alone,
    /// while every other edge is at most [`super::bounds::DEPTH`] deep.
    ///
    /// The last branch of [`Node::Conditional`] continues a chain as well, to
    /// the right; it is not what is returned here.
    pub fn chain(&self) -> Option<NodeId> {
        match self {
            Node::Select { of, .. }
            | Node::Index { of, .. }
            | Node::Not { of }
            | Node::Negate { of } => Some(*of),
            Node::Call { receiver, .. } => *receiver,
            Node::Fold { over, .. } => Some(*over),
            Node::Binary { left, .. } => Some(*left),
            Node::Literal(_)
            | Node::Literals(_)
            | Node::List(_)
            | Node::Name { .. }
            | Node::Conditional { .. } => None,
        }
    }
}

/// What a node is, apart from the nodes below it.
#[derive(PartialEq)]
enum Bare<'n> {
    Leaf(&'n Node),
    List,
    Select(&'n str, bool),
    Index,
    Call(&'n str, bool),
    Fold(FoldOp, &'n str),
    Not,
    Negate,
    Binary(BinaryOp),
    Conditional,
}

impl Node {
    /// The nodes below this one, in the order in which they are written.
    pub fn children(&self) -> Vec<NodeId> {
        let mut children = Vec::new();
        self.parts(&mut children);
        children
    }

    fn parts(&self, below: &mut Vec<NodeId>) -> Bare<'_> {
        below.extend(self.chain());
        match self {
            Node::Literal(_) | Node::Literals(_) | Node::Name { .. } => Bare::Leaf(self),
            Node::List(items) => {
                below.extend(items);
                Bare::List
            }
            Node::Select { field, test, .. } => Bare::Select(field, *test),
            Node::Index { index, .. } => {
                below.push(*index);
                Bare::Index
            }
            Node::Call { function, receiver, args } => {
                below.extend(args);
                Bare::Call(function, receiver.is_some())
            }
            Node::Fold { op, variable, condition, body, .. } => {
                below.extend(condition);
                below.push(*body);
                Bare::Fold(*op, variable)
            }
            Node::Not { .. } => Bare::Not,
            Node::Negate { .. } => Bare::Negate,
            Node::Binary { op, right, .. } => {
                below.push(*right);
                Bare::Binary(*op)
            }
            Node::Conditional { test, yes, no } => {
                below.extend([test, yes, no]);
                Bare::Conditional
            }
        }
    }
}

/// A parsed expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Tree {
    /// Every node; children come before their parents.
    pub nodes: Vec<Node>,
    /// The span of each node, brackets around it not counted.
    pub spans: Vec<Span>,
    /// The whole expression.
    pub root: NodeId,
}

impl Tree {
    /// The node with this number.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    /// The bytes of the source it was read from.
    pub fn span(&self, id: NodeId) -> Span {
        self.spans[id.0 as usize]
    }

    /// Whether two trees say the same: equal but for spans and numbering.
    ///
    /// Cost: linear in the number of nodes.
    pub fn same(&self, other: &Tree) -> bool {
        let mut pairs = vec![(self.root, other.root)];
        while let Some((a, b)) = pairs.pop() {
            let (mut left, mut right) = (Vec::new(), Vec::new());
            let a = self.node(a).parts(&mut left);
            let b = other.node(b).parts(&mut right);
            if a != b || left.len() != right.len() {
                return false;
            }
            pairs.extend(left.into_iter().zip(right));
        }
        true
    }
}
