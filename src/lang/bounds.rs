//! How large an expression may be.
//!
//! Generous for anything a person or a query builder writes, and small enough
//! that no text, however hostile, makes a walker run out of stack or time.

/// Bytes of source text.
pub const SOURCE: usize = 4 * 1024 * 1024;

/// Nodes of one tree. A list of constants is one node.
pub const NODES: usize = 200_000;

/// How deep brackets, lists, arguments and right operands nest. Chains that
/// grow to the left, runs of `!` and `-`, and the last branch of `?:` are flat.
pub const DEPTH: u32 = 64;

/// Faults reported for one expression; after that many it is not read on.
pub const FAULTS: usize = 100;

/// Characters of a pattern given to `matches`.
pub const PATTERN: usize = 1_000;

/// Bytes that a compiled pattern may take.
pub const PATTERN_SIZE: usize = 1024 * 1024;

/// How deep brackets nest in a pattern.
pub const PATTERN_NEST: u32 = 50;

/// Steps of one evaluation: nodes evaluated, elements passed, parts compared.
/// Far beyond what a condition over one customer takes; it ends folds within
/// folds within folds.
pub const STEPS: u64 = 10_000_000;

/// Bytes of a text made by an expression.
pub const TEXT: usize = 4 * 1024 * 1024;

/// Elements of a list made by an expression, with everything inside them.
pub const PARTS: u64 = 4_000_000;

/// Events of one kind that a condition must be able to go through for a single
/// customer within [`STEPS`]: what would take longer is refused at the check.
pub const USUAL_EVENTS: u64 = 100;

/// The same for the texts of a set.
pub const USUAL_ELEMENTS: u64 = 100;
