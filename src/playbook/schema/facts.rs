//! The section `schema`: what facts look like.

use super::shape::{Case, HELP, Holds, Key, LABELS, Shape, may, need};
use crate::facts::TextProfile;

/// The section.
pub(super) static SCHEMA: Shape = Shape::of(
    "schema",
    ("What facts look like.", "事实的形式。"),
    &[
        may(
            "attributes",
            Holds::Map(&Holds::Object(&ATTRIBUTE)),
            "What is known of a customer, by name.",
            "客户的属性，按名称列出。",
        ),
        may(
            "events",
            Holds::Map(&Holds::Object(&EVENT)),
            "What may happen to a customer, by kind.",
            "客户可能发生的事件，按种类列出。",
        ),
        may(
            "references",
            Holds::Map(&Holds::Object(&REFERENCE)),
            "Tables that facts refer to, as staff or products.",
            "事实所引用的参照表，如员工、产品。",
        ),
        may(
            "consent",
            Holds::Object(&CONSENT),
            "For what and how customers may be contacted.",
            "联系许可的用途与渠道。",
        ),
        may("sources", Holds::List(&Holds::Word, 0), "Where facts come from.", "事实的来源。"),
        may(
            "unknown_customers",
            Holds::OneOf(|| vec!["create", "refuse"]),
            "What becomes of an event of somebody unknown; `create` where it is left out.",
            "遇到未知客户的事件如何处理，缺省为 `create`（创建）。",
        ),
    ],
);

const TYPE: Key = need(
    "type",
    Holds::Any(&[
        Holds::OneOf(|| {
            vec!["text", "int", "money", "bool", "date", "instant", "enum", "set<text>", "contact"]
        }),
        Holds::Form(r"^decimal\((?:[0-9]|1[0-8])\)$"),
    ]),
    "What kind of value it is; `decimal(2)` has two decimal places.",
    "取值的类型；`decimal(2)` 有两位小数。",
);
const NULLABLE: Key = may(
    "nullable",
    Holds::Flag,
    "Whether it may be unknown; `false` where it is left out.",
    "是否可以为空，缺省为 `false`。",
);
const PERSONAL: Key = may(
    "personal",
    Holds::Flag,
    "Whether it is personal data, which erasure takes away.",
    "是否为个人信息（清除时一并删除）。",
);
const UNIT: Key =
    may("unit", Holds::Word, "What numbers count, for people.", "数的单位，供人阅读。");

static CHOICE: Holds = Holds::Any(&[Holds::Word, Holds::Object(&VALUE)]);
static ONE_FIELD: Holds = Holds::Object(&FIELD);

/// Keys that go with one type each.
const OF_TYPES: &[Case] = &[
    Case {
        by: "type",
        are: &["money"],
        keys: &[need("currency", Holds::Text, "The currency, as `CNY`.", "币种，如 `CNY`。")],
    },
    Case {
        by: "type",
        are: &["enum"],
        keys: &[need("values", Holds::List(&CHOICE, 1), "What it may be.", "可以取的值。")],
    },
    Case {
        by: "type",
        are: &["contact"],
        keys: &[need("channel", Holds::Name, "The channel that it reaches.", "对应的联系渠道。")],
    },
    Case {
        by: "type",
        are: &["text", "set<text>"],
        keys: &[may(
            "text_profile",
            Holds::OneOf(|| TextProfile::ALL.map(TextProfile::name).to_vec()),
            "How texts are compared; `exact` where it is left out.",
            "文本如何比较，缺省为 `exact`（逐字）。",
        )],
    },
];

static ATTRIBUTE: Shape = Shape {
    cases: OF_TYPES,
    ..Shape::of(
        "attribute",
        ("Something known of a customer, with its history.", "客户的一项属性，保留历史。"),
        &[
            TYPE,
            NULLABLE,
            PERSONAL,
            UNIT,
            may(
                "fresh_for",
                Holds::Expression,
                "How long a value is good, as `days(180)`.",
                "取值在多长时间内有效，如 `days(180)`。",
            ),
            may(
                "verified_at",
                Holds::Text,
                "The attribute that says when it was verified.",
                "记录核实时间的属性。",
            ),
            LABELS,
            HELP,
        ],
    )
};

static FIELD: Shape = Shape {
    cases: OF_TYPES,
    ..Shape::of(
        "field",
        ("A value of an event or of a row of a table.", "事件或参照表一行中的一项。"),
        &[TYPE, NULLABLE, PERSONAL, UNIT, LABELS, HELP],
    )
};

static VALUE: Shape = Shape::of(
    "enum_value",
    ("A value of an enumeration, with its label.", "带名称的枚举值。"),
    &[need("name", Holds::Word, "The value as facts give it.", "事实中的取值。"), LABELS, HELP],
);

const FIELDS: Key =
    may("fields", Holds::Map(&ONE_FIELD), "Its values, by name.", "各项内容，按名称列出。");

static EVENT: Shape = Shape::of(
    "event",
    ("Something that happens to a customer.", "客户发生的一类事件。"),
    &[
        may(
            "list",
            Holds::Name,
            "What expressions call the events of a customer, as `purchases`.",
            "表达式中该客户此类事件列表的名称，如 `purchases`。",
        ),
        FIELDS,
        LABELS,
        HELP,
    ],
);

static REFERENCE: Shape = Shape::of(
    "reference",
    ("A table that facts refer to.", "事实所引用的表。"),
    &[FIELDS, LABELS, HELP],
);

static CONSENT: Shape = Shape::of(
    "consent",
    ("What consent is given for.", "联系许可的内容。"),
    &[
        may(
            "purposes",
            Holds::List(&Holds::Name, 0),
            "What customers are contacted for.",
            "联系的用途。",
        ),
        may(
            "channels",
            Holds::List(&Holds::Name, 0),
            "How they are contacted; those of contacts where it is left out.",
            "联系的渠道，缺省为联系方式属性所用的渠道。",
        ),
    ],
);
