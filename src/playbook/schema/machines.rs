//! The section `machines`: lifecycles.

use super::shape::{HELP, Holds, LABELS, Shape, may, need};
use crate::units::Unit;

const KINDS: Holds = Holds::Any(&[Holds::Word, Holds::List(&Holds::Word, 1)]);

/// One machine.
pub(super) static MACHINE: Shape = Shape::of(
    "machine",
    (
        "A lifecycle: states, and what leads from one to another.",
        "一个生命周期：各状态以及状态之间的转换。",
    ),
    &[
        LABELS,
        HELP,
        need("initial", Holds::Word, "The state that a life begins in.", "初始状态。"),
        may(
            "key",
            Holds::Word,
            "The event field whose values each get a run of their own, as a case or a contract.",
            "按哪个事件字段分别运行，如工单号、合同号。",
        ),
        may(
            "opening",
            Holds::Object(&OPENING),
            "How customers arrive who have a state already.",
            "已有状态的客户如何接入。",
        ),
        may(
            "effects_from",
            Holds::Form("^[0-9]{4}-[0-9]{2}-[0-9]{2}"),
            "Effects before this day are not handed out.",
            "在此日期之前的效果不发出。",
        ),
        need(
            "states",
            Holds::Map(&Holds::Object(&STATE)),
            "The outermost states, by name.",
            "最外层的状态，按名称列出。",
        ),
    ],
);

static OPENING: Shape = Shape::of(
    "opening",
    (
        "The event that says in which state somebody is taken over.",
        "说明接入时处于哪个状态的事件。",
    ),
    &[
        need("event", Holds::Word, "The kind of the event.", "事件种类。"),
        need("field", Holds::Word, "The field that names the state.", "写明状态名的字段。"),
    ],
);

static STATE: Shape = Shape::of(
    "state",
    ("A state, with those inside it.", "一个状态及其子状态。"),
    &[
        LABELS,
        HELP,
        may(
            "tags",
            Holds::OneOrMore(&Holds::Word),
            "What it stands for, as `stranger`, `churned`, `final`.",
            "状态的含义，如 `stranger`、`churned`、`final`。",
        ),
        may("initial", Holds::Word, "The state inside that is entered first.", "先进入的子状态。"),
        may(
            "history",
            Holds::Flag,
            "Whether the state inside that was left last is entered again.",
            "是否回到上次离开的子状态。",
        ),
        may(
            "states",
            Holds::Map(&Holds::Object(&STATE)),
            "The states inside, by name.",
            "子状态，按名称列出。",
        ),
        may(
            "on",
            Holds::List(&Holds::Object(&TRANSITION), 0),
            "What leads out of it; the first that fits is taken.",
            "离开它的转换，以第一个符合者为准。",
        ),
    ],
);

static TRANSITION: Shape = Shape {
    alone: &["when", "to"],
    either: &[("to", 0), ("effects", 1)],
    ways: &[
        &[],
        &[need(
            "event",
            KINDS,
            "When an event of a kind happens; `*` is any.",
            "发生某类事件时，`*` 为任意事件。",
        )],
        &[need("changes", KINDS, "When an attribute changes.", "属性变化时。")],
        &[need(
            "after",
            Holds::Expression,
            "So long after the state was entered.",
            "进入状态多久之后。",
        )],
        &[
            need(
                "silent",
                Holds::Expression,
                "So long after the last event.",
                "最近一次事件之后多久。",
            ),
            may(
                "of",
                KINDS,
                "Of these kinds; of every kind where it is left out.",
                "哪些种类的事件，缺省为全部。",
            ),
        ],
        &[need("at", Holds::Expression, "At a time or on a day.", "到某一时刻或日期。")],
        &[
            need(
                "every",
                Holds::OneOf(|| Unit::ALL.map(Unit::name).to_vec()),
                "At the start of each of these.",
                "每逢该期间开始时。",
            ),
            may("offset", Holds::Expression, "So long after that start.", "在期间开始之后多久。"),
        ],
    ],
    ..Shape::of(
        "transition",
        (
            "A way out of a state; it waits for one thing, or for its condition alone.",
            "离开状态的一种方式，等待一件事，或仅等待条件成立。",
        ),
        &[
            LABELS,
            HELP,
            may("when", Holds::Expression, "The condition.", "条件。"),
            may("to", Holds::Word, "The state that it leads to.", "目标状态。"),
            may(
                "restart",
                Holds::Flag,
                "Whether a way back into the same state begins it anew.",
                "回到同一状态时是否重新开始。",
            ),
            may(
                "effects",
                Holds::List(&Holds::Object(&EFFECT), 0),
                "What the host should do.",
                "宿主应做的事。",
            ),
        ],
    )
};

static EFFECT: Shape = Shape {
    pairs: &[("purpose", "channel"), ("channel", "purpose")],
    ..Shape::of(
        "effect",
        ("Something that the host should do.", "宿主应做的一件事。"),
        &[
            LABELS,
            HELP,
            need("do", Holds::Word, "What.", "做什么。"),
            may("undo", Holds::Word, "What takes it back.", "如何撤销。"),
            may(
                "purpose",
                Holds::Word,
                "For which purpose it contacts the customer.",
                "联系客户的用途。",
            ),
            may("channel", Holds::Word, "By which channel.", "联系客户的渠道。"),
            may(
                "with",
                Holds::Map(&Holds::Expression),
                "Values that go with it, by name.",
                "随之给出的值，按名称列出。",
            ),
        ],
    )
};
