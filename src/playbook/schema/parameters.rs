//! The section `parameters`.

use super::shape::{Case, HELP, Holds, Key, LABELS, Shape, may, need};
use crate::playbook::parameter::TYPES;

const fn value(holds: Holds) -> Key {
    need("value", holds, "What it is set to.", "当前取值。")
}

const fn min(holds: Holds) -> Key {
    may("min", holds, "The lowest value that users may choose.", "允许的最小值。")
}

const fn max(holds: Holds) -> Key {
    may("max", holds, "The highest value that users may choose.", "允许的最大值。")
}

const TEXTS: &[Key] = &[value(Holds::Text), min(Holds::Text), max(Holds::Text)];

/// One parameter.
pub(super) static PARAMETER: Shape = Shape {
    cases: &[
        Case { by: "type", are: &["period", "decimal", "date"], keys: TEXTS },
        Case {
            by: "type",
            are: &["int"],
            keys: &[value(Holds::Whole), min(Holds::Whole), max(Holds::Whole)],
        },
        Case {
            by: "type",
            are: &["money"],
            keys: &[
                value(Holds::Text),
                min(Holds::Text),
                max(Holds::Text),
                need("currency", Holds::Text, "The currency, as `CNY`.", "币种，如 `CNY`。"),
            ],
        },
        Case {
            by: "type",
            are: &["text"],
            keys: &[
                value(Holds::Text),
                may(
                    "values",
                    Holds::List(&Holds::Text, 1),
                    "The texts to choose from; any where it is left out.",
                    "可选的文本，缺省为任意文本。",
                ),
            ],
        },
        Case { by: "type", are: &["bool"], keys: &[value(Holds::Flag)] },
    ],
    ..Shape::of(
        "parameter",
        (
            "A number, text or length of time that users may turn.",
            "使用者可以调整的数、文本或时长。",
        ),
        &[
            need(
                "type",
                Holds::OneOf(|| TYPES.to_vec()),
                "What kind of value it is.",
                "取值的类型。",
            ),
            LABELS,
            HELP,
        ],
    )
};
