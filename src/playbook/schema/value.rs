//! The section `value`: purchases, models, money, scores and tiers.

use super::shape::{HELP, Holds, Key, LABELS, Shape, may, need};
use crate::units::Unit;
use crate::value::model::NAMES;

const AXES: Holds = Holds::Map(&Holds::Object(&AXIS));
const FROM: Key = need("from", Holds::Expression, "What is observed.", "观测什么。");
const NAME: Key = need("name", Holds::Name, "Its name.", "名称。");
const EVENT: Key = need("event", Holds::Word, "The kind of the event.", "事件种类。");

/// The section.
pub(super) static VALUE: Shape = Shape::of(
    "value",
    ("What customers are worth, their scores and tiers.", "客户的价值、得分与等级。"),
    &[
        need("purchases", Holds::Object(&PURCHASES), "What a purchase is.", "什么算一次购买。"),
        may("model", Holds::Object(&MODEL), "How purchases will go on.", "购买将如何继续。"),
        may(
            "money",
            Holds::Object(&MONEY),
            "What purchases are worth, and what serving costs.",
            "购买的价值与服务成本。",
        ),
        may(
            "axes",
            AXES,
            "Scores from 0 to 100, by name, read as `axis('NAME')`.",
            "0 到 100 的得分，以 `axis('名称')` 引用。",
        ),
        may("favours", Holds::Object(&FAVOURS), "Favours given and received.", "人情往来。"),
        may("assess", Holds::Object(&ASSESS), "When scores and tiers are fixed.", "何时定级。"),
        may(
            "cuts",
            Holds::Map(&Holds::Object(&CUT)),
            "Where the best begin, by name, read as `cut('NAME')`.",
            "分界点，以 `cut('名称')` 引用。",
        ),
        may(
            "tiers",
            Holds::List(&Holds::Object(&TIER), 1),
            "The tiers, the best first.",
            "等级，从高到低。",
        ),
    ],
);

fn steps() -> Vec<&'static str> {
    vec!["day", "week"]
}

static PURCHASES: Shape = Shape::of(
    "purchases",
    ("What counts as a purchase.", "什么算一次购买。"),
    &[
        EVENT,
        may("amount", Holds::Word, "The field with what was paid.", "记录金额的字段。"),
        may("refunds", Holds::Object(&REFUNDS), "Events that give money back.", "退款事件。"),
        may(
            "grain",
            Holds::OneOf(steps),
            "Purchases within one of these are one; `day` where it is left out.",
            "同一时段内的购买算作一次，缺省为 `day`。",
        ),
        may(
            "unit",
            Holds::OneOf(steps),
            "What times are told in; `week` where it is left out.",
            "时间的计量单位，缺省为 `week`。",
        ),
        may(
            "day_starts",
            Holds::Form("^[0-9]{1,2}:[0-9]{2}$"),
            "When a day begins, as `4:00`.",
            "一天从几点开始，如 `4:00`。",
        ),
    ],
);

static REFUNDS: Shape = Shape::of(
    "refunds",
    ("Events that give money back.", "退款事件。"),
    &[
        EVENT,
        need("amount", Holds::Word, "The field with what was given back.", "记录退款金额的字段。"),
    ],
);

fn timings() -> Vec<&'static str> {
    NAMES.iter().copied().filter(|name| *name != "gamma-gamma").collect()
}

static MODEL: Shape = Shape {
    ways: &[
        &[
            need(
                "spend",
                Holds::OneOf(|| vec!["gamma-gamma"]),
                "The model of what purchases bring.",
                "购买金额的模型。",
            ),
            may(
                "pinned",
                Holds::Object(&PINNED),
                "Parameters that are not fitted.",
                "固定而不拟合的参数。",
            ),
        ],
        &[may(
            "pinned",
            Holds::Object(&PINNED_TIMING),
            "Parameters that are not fitted.",
            "固定而不拟合的参数。",
        )],
    ],
    ..Shape::of(
        "model",
        ("How purchases will go on.", "购买将如何继续。"),
        &[
            need(
                "timing",
                Holds::OneOf(timings),
                "The model of when purchases come.",
                "购买时间的模型。",
            ),
            may(
                "k",
                Holds::Whole,
                "How regular purchases are: the Erlang stages of the CNBD models.",
                "购买的规律程度：CNBD 模型的 Erlang 阶数。",
            ),
        ],
    )
};

const PINNED_KEY: Key =
    may("timing", Holds::Object(&TIMING), "Those of the model of times.", "购买时间模型的参数。");

static PINNED: Shape = Shape::of(
    "pinned",
    ("Parameters that are not fitted.", "固定而不拟合的参数。"),
    &[
        PINNED_KEY,
        may(
            "spend",
            Holds::Object(&SPEND),
            "Those of the model of spending.",
            "购买金额模型的参数。",
        ),
    ],
);

static PINNED_TIMING: Shape = Shape::of(
    "pinned_timing",
    (
        "Parameters that are not fitted, without a model of spending.",
        "固定而不拟合的参数（没有购买金额模型）。",
    ),
    &[PINNED_KEY],
);

const fn parameter(name: &'static str) -> Key {
    need(name, Holds::Number, "As in the papers on the model.", "含义见该模型的论文。")
}

static TIMING: Shape = Shape {
    ways: &[&[], &[parameter("s"), parameter("beta")], &[parameter("a"), parameter("b")]],
    ..Shape::of(
        "timing_parameters",
        ("Parameters of a model of times.", "购买时间模型的参数。"),
        &[parameter("r"), parameter("alpha")],
    )
};

static SPEND: Shape = Shape::of(
    "spend_parameters",
    ("Parameters of the gamma-gamma model.", "Gamma-Gamma 模型的参数。"),
    &[parameter("p"), parameter("q"), parameter("v")],
);

static MONEY: Shape = Shape::of(
    "money",
    ("What purchases are worth, and what serving costs.", "购买的价值与服务成本。"),
    &[
        need(
            "margin",
            Holds::Any(&[Holds::Number, Holds::Object(&MARGIN)]),
            "Which part of an amount is margin, or the field that says it.",
            "毛利占金额的比例，或记录毛利的字段。",
        ),
        may(
            "discount_per_year",
            Holds::Number,
            "By how much less a year later counts.",
            "每年的折现率。",
        ),
        need(
            "horizon",
            Holds::Expression,
            "How far value is counted, as `months(24)`.",
            "价值计算到多远，如 `months(24)`。",
        ),
        may(
            "costs",
            Holds::Map(&Holds::Object(&ACTIVITY)),
            "What serving costs, by activity.",
            "各项服务活动的成本。",
        ),
    ],
);

static MARGIN: Shape = Shape::of(
    "margin",
    ("A margin that stands in a field.", "记录在字段中的毛利。"),
    &[need("field", Holds::Word, "The field.", "字段名。")],
);

static ACTIVITY: Shape = Shape {
    ways: &[
        &[need("each", Holds::Number, "Each costs as much.", "每次的成本。")],
        &[
            need(
                "minutes",
                Holds::Any(&[Holds::Number, Holds::Word]),
                "How long each takes, or the field that says it.",
                "每次花费的分钟数，或记录它的字段。",
            ),
            need("per_hour", Holds::Number, "What an hour costs.", "每小时的成本。"),
        ],
        &[need("field", Holds::Word, "The field with the cost.", "记录成本的字段。")],
        &[
            need("late", Holds::Word, "The field with the day of payment.", "记录付款日期的字段。"),
            need("amount", Holds::Word, "The field with the amount owed.", "记录应付金额的字段。"),
            may("free_days", Holds::Whole, "Days that cost nothing.", "免息天数。"),
            need("per_year", Holds::Number, "The annual rate of interest.", "年利率。"),
        ],
    ],
    ..Shape::of(
        "activity",
        ("Something that is done for customers, and its cost.", "为客户所做的一项活动及其成本。"),
        &[EVENT],
    )
};

const CURVE: Key = need(
    "curve",
    Holds::List(&Holds::Tuple(&[Holds::Number, Holds::Number]), 1),
    "Pairs of what is observed, rising, and its score.",
    "由观测值（递增）与得分组成的点。",
);
const HALF_LIFE: Key = may(
    "half_life",
    Holds::Expression,
    "After how long it weighs half as much.",
    "权重减半所需的时间。",
);
const SINCE: Key =
    may("since", Holds::Expression, "Since when that holds.", "观测值从何时起成立。");

static AXIS: Shape = Shape {
    ways: &[
        &[need(
            "points",
            Holds::List(&Holds::Object(&POINT), 1),
            "Observations that are weighed.",
            "加权的各项观测。",
        )],
        &[need("logistic", Holds::Object(&LOGISTIC), "A logistic regression.", "逻辑回归。")],
        &[FROM, CURVE, HALF_LIFE, SINCE],
    ],
    pairs: &[("half_life", "since"), ("since", "half_life")],
    ..Shape::of("axis", ("A score from 0 to 100.", "0 到 100 的得分。"), &[LABELS, HELP])
};

static POINT: Shape = Shape {
    pairs: &[("half_life", "since"), ("since", "half_life")],
    ..Shape::of(
        "point",
        ("An observation that a score rests on.", "得分所依据的一项观测。"),
        &[
            NAME,
            LABELS,
            HELP,
            may(
                "weight",
                Holds::Number,
                "How much it weighs; 1 where it is left out.",
                "权重，缺省为 1。",
            ),
            FROM,
            CURVE,
            HALF_LIFE,
            SINCE,
        ],
    )
};

static LOGISTIC: Shape = Shape::of(
    "logistic",
    ("The chance that a logistic regression gives.", "逻辑回归给出的概率。"),
    &[
        need("intercept", Holds::Number, "The constant term.", "常数项。"),
        need("factors", Holds::List(&Holds::Object(&FACTOR), 1), "The terms.", "各项因素。"),
    ],
);

static FACTOR: Shape = Shape::of(
    "factor",
    ("A term of a logistic regression.", "逻辑回归的一项。"),
    &[
        NAME,
        LABELS,
        HELP,
        FROM,
        need(
            "weight",
            Holds::Number,
            "By how much one more raises the logarithm of the odds.",
            "每增加一，对数几率增加多少。",
        ),
        may("missing", Holds::Number, "What counts where it is not known.", "未知时按多少计。"),
    ],
);

const FAVOUR_MAP: Holds = Holds::Map(&Holds::Object(&FAVOUR));

static FAVOURS: Shape = Shape::of(
    "favours",
    ("Favours given and received.", "人情往来。"),
    &[
        may(
            "given",
            FAVOUR_MAP,
            "Favours given to customers, by name.",
            "给予客户的人情，按名称列出。",
        ),
        may(
            "received",
            FAVOUR_MAP,
            "Favours received from them, by name.",
            "得自客户的人情，按名称列出。",
        ),
    ],
);

static FAVOUR: Shape = Shape::of(
    "favour",
    ("One kind of favour.", "一类人情。"),
    &[
        LABELS,
        HELP,
        need("from", Holds::Expression, "How many there were.", "有多少次。"),
        need("worth", Holds::Number, "What one is worth.", "每次值多少。"),
    ],
);

static ASSESS: Shape = Shape::of(
    "assess",
    ("When scores and tiers are fixed.", "何时定级。"),
    &[
        need(
            "every",
            Holds::OneOf(|| Unit::ALL.map(Unit::name).to_vec()),
            "At the start of each of these.",
            "每逢该期间开始时。",
        ),
        may(
            "on",
            Holds::List(&Holds::Word, 0),
            "And when one of these events happens.",
            "以及发生这些事件时。",
        ),
    ],
);

static CUT: Shape = Shape {
    ways: &[
        &[need("top", Holds::Number, "So large a share of the customers.", "客户中的前多少比例。")],
        &[need(
            "share",
            Holds::Number,
            "As few customers as have this share of the sum.",
            "合计占此比例的最少客户。",
        )],
    ],
    ..Shape::of(
        "cut",
        ("Where the best of everybody begin.", "全体客户中最好者的分界点。"),
        &[
            LABELS,
            HELP,
            need("of", Holds::Expression, "By what customers are ranked.", "按什么排序。"),
        ],
    )
};

static TIER: Shape = Shape::of(
    "tier",
    ("One tier.", "一个等级。"),
    &[
        LABELS,
        HELP,
        need(
            "name",
            Holds::Word,
            "Its name, as `tier('value')` gives it.",
            "名称，即 `tier('value')` 的取值。",
        ),
        need("when", Holds::Expression, "Who comes in.", "进入的条件。"),
        may(
            "keep",
            Holds::Expression,
            "Who may stay; as `when` where it is left out.",
            "保级的条件，缺省与 `when` 相同。",
        ),
        may("stay", Holds::Expression, "How long everybody stays at least.", "至少停留多久。"),
        may(
            "treatment",
            Holds::Object(&TREATMENT),
            "What is done for those in it.",
            "对该等级客户的待遇。",
        ),
    ],
);

static TREATMENT: Shape = Shape::of(
    "treatment",
    ("What is done for the customers of a tier.", "对某等级客户的待遇。"),
    &[
        may("action", Holds::Word, "What to do, in the host's words.", "做什么，由宿主描述。"),
        may(
            "budget",
            Holds::Number,
            "What that may cost for one customer.",
            "每位客户的费用上限。",
        ),
        may(
            "contacts_per_month",
            Holds::Number,
            "How often somebody may be contacted in a month.",
            "每月最多联系多少次。",
        ),
    ],
);
