//! The section `claims`: pools, and the events that carry out what is granted.

use super::shape::{HELP, Holds, Key, LABELS, Shape, may, need};

/// The section.
pub(super) static CLAIMS: Shape = Shape::of(
    "claims",
    ("Who may have which customer.", "谁可以持有哪些客户。"),
    &[
        need(
            "machine",
            Holds::Word,
            "The lifecycle that says who is free and who is held.",
            "表示客户空闲或被持有的生命周期。",
        ),
        need(
            "free",
            Holds::Word,
            "The state in which a customer may be claimed.",
            "可以领取时所处的状态。",
        ),
        need(
            "held",
            Holds::Word,
            "The state in which somebody holds the customer.",
            "被持有时所处的状态。",
        ),
        need("claim", Holds::Object(&TAKE), "The event of taking a customer.", "领取客户的事件。"),
        may(
            "release",
            Holds::Object(&RELEASE),
            "The event of giving one back.",
            "释放客户的事件。",
        ),
        may("transfer", Holds::Object(&TAKE), "The event of handing one over.", "转移客户的事件。"),
        may(
            "extend",
            Holds::Object(&EXTEND),
            "The event of holding one for longer.",
            "延长持有的事件。",
        ),
        need(
            "pools",
            Holds::List(&Holds::Object(&POOL), 0),
            "The pools; the first that fits counts.",
            "公海，以第一个符合者为准。",
        ),
    ],
);

const EVENT: Key = need("event", Holds::Word, "The kind of the event.", "事件种类。");
const OWNER: Key =
    need("owner", Holds::Word, "The field for who is to hold the customer.", "记录持有人的字段。");
const ACTOR: Key = may("actor", Holds::Word, "The field for who asked.", "记录申请人的字段。");
const REASON: Key = may("reason", Holds::Word, "The field for why.", "记录原因的字段。");

static TAKE: Shape = Shape::of(
    "claim",
    ("Somebody is to hold a customer.", "由某人持有客户。"),
    &[EVENT, OWNER, ACTOR, REASON],
);

static RELEASE: Shape = Shape::of(
    "release",
    ("Nobody is to hold a customer.", "不再由任何人持有客户。"),
    &[EVENT, ACTOR, REASON],
);

static EXTEND: Shape = Shape::of(
    "extend",
    ("A customer is held for longer.", "延长持有客户的期限。"),
    &[
        EVENT,
        may("until", Holds::Word, "The field for how long.", "记录期限的字段。"),
        ACTOR,
        REASON,
    ],
);

/// A number, or an expression that gives one.
const COUNT: Holds = Holds::Any(&[Holds::Whole, Holds::Expression]);

static POOL: Shape = Shape {
    pairs: &[("quota", "per"), ("per", "quota"), ("counts", "capacity")],
    ..Shape::of(
        "pool",
        ("Some customers, and the limits by which they are given out.", "一部分客户及其分配限制。"),
        &[
            need("name", Holds::Name, "Its name.", "名称。"),
            LABELS,
            HELP,
            may(
                "when",
                Holds::Expression,
                "Who is in it; everybody where it is left out.",
                "哪些客户属于它，缺省为所有客户。",
            ),
            may(
                "capacity",
                COUNT,
                "How many customers an owner may hold.",
                "每人最多持有多少客户。",
            ),
            may(
                "counts",
                Holds::Expression,
                "Which customers count for that.",
                "哪些客户计入持有数。",
            ),
            may(
                "quota",
                COUNT,
                "How many customers an owner may claim in a period.",
                "每人每期最多领取多少客户。",
            ),
            may(
                "per",
                Holds::Word,
                "The period, as `day` or `week`.",
                "期间，如 `day` 或 `week`。",
            ),
            may(
                "again_after",
                Holds::Expression,
                "How long a former owner waits for the same customer.",
                "原持有人须等待多久才能再次领取。",
            ),
            may("extensions", COUNT, "How often a hold may be extended.", "最多可以延期多少次。"),
            may(
                "longest",
                Holds::Expression,
                "How long a hold may last when it is extended.",
                "延期后最长可持有多久。",
            ),
        ],
    )
};
