//! Random expressions: any shape the grammar has, types disregarded.

use std::sync::Arc;

use guanxi::lang::tree::{BinaryOp, FoldOp, Literal, Node, NodeId, Span, Tree};

/// A small generator of numbers; the same seed gives the same run.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % below
    }

    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.roll(from.len())]
    }
}

const OPERATORS: [BinaryOp; 14] = [
    BinaryOp::Or,
    BinaryOp::And,
    BinaryOp::Equal,
    BinaryOp::NotEqual,
    BinaryOp::Less,
    BinaryOp::LessEqual,
    BinaryOp::Greater,
    BinaryOp::GreaterEqual,
    BinaryOp::In,
    BinaryOp::Add,
    BinaryOp::Subtract,
    BinaryOp::Multiply,
    BinaryOp::Divide,
    BinaryOp::Remainder,
];

const FOLDS: [FoldOp; 11] = [
    FoldOp::Exists,
    FoldOp::All,
    FoldOp::ExistsOne,
    FoldOp::Filter,
    FoldOp::Map,
    FoldOp::Count,
    FoldOp::Sum,
    FoldOp::Avg,
    FoldOp::Min,
    FoldOp::Max,
    FoldOp::CountDistinct,
];

const TEXTS: [&str; 10] =
    ["", "华东", "it's", "\"", "'\"", "a\\b\n", "\t\r\u{7}", "\u{200b}x", "🐱", "`?"];

/// Builds a tree of about `size` nodes.
pub fn tree(dice: &mut Dice, size: usize) -> Tree {
    let mut tree = Tree { nodes: Vec::new(), spans: Vec::new(), root: NodeId(0) };
    tree.root = node(dice, &mut tree, size, 0);
    tree
}

fn push(tree: &mut Tree, node: Node) -> NodeId {
    tree.nodes.push(node);
    tree.spans.push(Span::default());
    NodeId(tree.nodes.len() as u32 - 1)
}

fn name(dice: &mut Dice) -> Arc<str> {
    dice.pick(&["a", "b", "x_1", "_", "region", "type", "inn", "trueish", "r", "b2"]).into()
}

fn literal(dice: &mut Dice) -> Literal {
    match dice.roll(6) {
        0 => Literal::Null,
        1 => Literal::Bool(dice.roll(2) == 0),
        2 => Literal::Int(dice.pick(&[0, 1, 7, -1, 1234, i64::MIN, i64::MAX])),
        3 => {
            let text = dice.pick(&["1.5", "-0.25", ".5", "-.5", "1e3", "-2E-7", "0.0", "-0.0"]);
            Literal::Double(text.parse().unwrap(), text.into())
        }
        _ => Literal::Text(dice.pick(&TEXTS).into()),
    }
}

fn leaf(dice: &mut Dice, tree: &mut Tree) -> NodeId {
    let made = match dice.roll(8) {
        0..3 => Node::Literal(literal(dice)),
        3 => {
            let count = dice.roll(4);
            Node::Literals(Arc::new((0..count).map(|_| literal(dice)).collect()))
        }
        4 => Node::Name { name: name(dice), absolute: true },
        _ => Node::Name { name: name(dice), absolute: false },
    };
    push(tree, made)
}

fn node(dice: &mut Dice, tree: &mut Tree, size: usize, depth: usize) -> NodeId {
    // Half the depth that the parser allows: brackets count there as well.
    if size <= 1 || depth > 28 {
        return leaf(dice, tree);
    }
    let share = 1 + dice.roll(size - 1).min(size - 1);
    let rest = size - share;
    let below = |dice: &mut Dice, tree: &mut Tree, size| node(dice, tree, size, depth + 1);
    let made = match dice.roll(17) {
        0..6 => {
            let left = below(dice, tree, share);
            let right = below(dice, tree, rest);
            Node::Binary { op: dice.pick(&OPERATORS), left, right }
        }
        6 => Node::Not { of: below(dice, tree, size - 1) },
        7 => Node::Negate { of: negatable(dice, tree, size - 1, depth) },
        8 | 9 => {
            let of = below(dice, tree, size - 1);
            Node::Select { of, field: name(dice), test: dice.roll(4) == 0 }
        }
        10 => {
            let of = below(dice, tree, share);
            Node::Index { of, index: below(dice, tree, rest) }
        }
        11 => {
            let receiver = (dice.roll(2) == 0).then(|| below(dice, tree, share));
            let args = (0..dice.roll(4)).map(|_| below(dice, tree, rest / 3)).collect();
            Node::Call { function: "f".into(), receiver, args }
        }
        12 | 13 => {
            let op = dice.pick(&FOLDS);
            let over = below(dice, tree, share);
            let three = op == FoldOp::Map && dice.roll(2) == 0;
            let condition = three.then(|| below(dice, tree, rest / 2));
            let body = below(dice, tree, rest);
            Node::Fold { op, over, variable: name(dice), condition, body }
        }
        14 => {
            // A list of nothing but constants is another node.
            let mut items = vec![push(tree, Node::Name { name: name(dice), absolute: false })];
            items.extend((0..dice.roll(3)).map(|_| below(dice, tree, rest / 2)));
            Node::List(items)
        }
        _ => {
            let test = below(dice, tree, share);
            let yes = below(dice, tree, rest / 2);
            Node::Conditional { test, yes, no: below(dice, tree, rest) }
        }
    };
    push(tree, made)
}

/// Any node: `-(1)` is a negation, `-1` a number, and both can be written.
fn negatable(dice: &mut Dice, tree: &mut Tree, size: usize, depth: usize) -> NodeId {
    node(dice, tree, size, depth + 1)
}
