//! The section `segments`.

use super::shape::{HELP, Holds, LABELS, Shape, need};

/// One segment.
pub(super) static SEGMENT: Shape = Shape {
    ways: &[
        &[need("when", Holds::Expression, "The condition of its members.", "成员须满足的条件。")],
        &[need(
            "list",
            Holds::Text,
            "The kind of event that says who is a member, where members are set by hand.",
            "人工维护名单时，记录成员增减的事件种类。",
        )],
    ],
    ..Shape::of(
        "segment",
        (
            "Customers that satisfy a condition, or that stand on a list.",
            "满足条件或列入名单的客户。",
        ),
        &[LABELS, HELP],
    )
};
