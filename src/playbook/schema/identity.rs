//! The section `identity`: which attributes are which match key.

use super::shape::{Holds, Shape, may, need};
use crate::identity::{Kind, Strength};

/// The section.
pub(super) static IDENTITY: Shape = Shape::of(
    "identity",
    ("By which values a customer is recognised who is there already.", "凭哪些值认出已有客户。"),
    &[
        need(
            "keys",
            Holds::List(&Holds::Object(&KEY), 0),
            "The attributes by which customers are recognised.",
            "作为查重依据的属性。",
        ),
        may(
            "shared_from",
            Holds::Whole,
            "A value that so many customers share decides nothing; 5 where it is left out.",
            "同一个值被多少客户共用时不再作为依据，缺省为 5。",
        ),
        may(
            "placeholders",
            Holds::List(&Holds::Word, 0),
            "Further texts that stand for nothing, beside the usual ones.",
            "除常见占位内容之外，另有哪些文本视为未填写。",
        ),
        may(
            "inquiry",
            Holds::Object(&INQUIRY),
            "The event that records that somebody asks.",
            "记录客户来询（含二次咨询）的事件。",
        ),
    ],
);

static KEY: Shape = Shape::of(
    "match_key",
    ("An attribute by which customers are recognised.", "作为查重依据的一个属性。"),
    &[
        need("attribute", Holds::Word, "The attribute.", "属性。"),
        need(
            "as",
            Holds::OneOf(|| Kind::ALL.map(Kind::name).to_vec()),
            "What its values are, and so how they are compared.",
            "属性值是什么，据此规范化后比较。",
        ),
        may(
            "strength",
            Holds::OneOf(|| [Strength::Strong, Strength::Weak].map(Strength::name).to_vec()),
            "Whether a shared value decides; all but `company` do where it is left out.",
            "相同时能否认定为同一客户；缺省时除 `company` 外均可。",
        ),
        may(
            "drop_tag",
            Holds::Flag,
            "Of `email`: what follows a plus in the local part means nothing.",
            "仅用于 `email`：忽略 @ 前加号之后的部分。",
        ),
    ],
);

static INQUIRY: Shape = Shape::of(
    "inquiry",
    ("The event that records that somebody asks.", "记录客户来询的事件。"),
    &[
        need("event", Holds::Word, "The kind of the event.", "事件种类。"),
        may("actor", Holds::Word, "The field for who reported it.", "记录报备人的字段。"),
    ],
);
