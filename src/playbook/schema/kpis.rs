//! The sections `kpis` and `scorecards`.

use super::shape::{Case, HELP, Holds, Key, LABELS, Shape, may, need};
use crate::kpi::{Better, Combine, Kind};
use crate::units::Unit;

fn kinds() -> Vec<&'static str> {
    Kind::ALL.into_iter().map(Kind::name).collect()
}

fn units() -> Vec<&'static str> {
    Unit::ALL.into_iter().map(Unit::name).collect()
}

fn ways() -> Vec<&'static str> {
    Better::ALL.into_iter().map(Better::name).collect()
}

/// One KPI.
pub(super) static KPI: Shape = Shape {
    cases: &[
        Case {
            by: "kind",
            are: &["flow", "stock", "rate"],
            keys: &[need(
                "sum",
                Holds::Expression,
                "What is added up over customers; yes counts one.",
                "按客户求和的内容，是计为一。",
            )],
        },
        Case {
            by: "kind",
            are: &["rate"],
            keys: &[
                need(
                    "per",
                    Holds::Expression,
                    "What the sum is divided by, added up over customers.",
                    "分母，按客户求和。",
                ),
                may(
                    "times",
                    Holds::Number,
                    "What the ratio is multiplied by; 1 where it is left out.",
                    "比率的倍数，缺省为 1。",
                ),
            ],
        },
        Case {
            by: "kind",
            are: &["cohort", "duration"],
            keys: &[
                need("enter", Holds::Expression, "When a customer entered.", "客户进入的时间点。"),
                need("then", Holds::Expression, "When it went on.", "客户继续前进的时间点。"),
            ],
        },
        Case {
            by: "kind",
            are: &["cohort"],
            keys: &[need(
                "within",
                Holds::Expression,
                "How long it had to go on.",
                "须在多长时间内前进。",
            )],
        },
        Case {
            by: "kind",
            are: &["duration"],
            keys: &[may(
                "lost",
                Holds::Expression,
                "When it could not go on any more.",
                "客户不再可能前进的时间点。",
            )],
        },
        Case {
            by: "kind",
            are: &["quantile"],
            keys: &[need(
                "of",
                Holds::Expression,
                "The value of a customer, or a list of values.",
                "客户的数值，或数值列表。",
            )],
        },
        Case {
            by: "kind",
            are: &["quantile", "duration"],
            keys: &[may(
                "at",
                Holds::Number,
                "For which share it is told; 0.5 where it is left out.",
                "分位，缺省为 0.5。",
            )],
        },
    ],
    ..Shape::of(
        "kpi",
        ("What is achieved in a period.", "一个期间内达成了什么。"),
        &[
            need("kind", Holds::OneOf(kinds), "What it is.", "指标类型。"),
            may(
                "where",
                Holds::Expression,
                "Which customers it is about, as they were when the period ended.",
                "涉及哪些客户，以期间结束时为准。",
            ),
            may(
                "every",
                Holds::OneOf(units),
                "For which calendar unit it is usually told; `month` where it is left out.",
                "通常按何种日历单位计算，缺省为 `month`。",
            ),
            may("better", Holds::OneOf(ways), "Which way is better.", "何者为优。"),
            may("owner", Holds::Word, "Who answers for it.", "由谁负责。"),
            may(
                "unit",
                Holds::Word,
                "What its values count, where that is a plain number: `orders`.",
                "数值为普通数时以何计，例如“单”。",
            ),
            may(
                "target",
                TARGET,
                "What is asked, from which day on.",
                "目标，可按生效日列出多个。",
            ),
            may(
                "curve",
                Holds::List(&Holds::Tuple(&[Holds::Number, Holds::Number]), 2),
                "Values and their scores, from the worst to the best.",
                "数值与对应分数，由差到优。",
            ),
            LABELS,
            HELP,
        ],
    )
};

const TARGET: Holds =
    Holds::Any(&[Holds::Number, Holds::Object(&AIM), Holds::List(&Holds::Object(&DATED), 1)]);

static DATED: Shape = Shape::of(
    "dated_target",
    ("A target that holds from a day on.", "自某日起生效的目标。"),
    &[
        need(
            "from",
            Holds::Form(r"^\d{4}-\d{2}-\d{2}$"),
            "The first day it holds for.",
            "生效日。",
        ),
        need("aim", Holds::Any(&[Holds::Number, Holds::Object(&AIM)]), "What is asked.", "目标。"),
        may("author", Holds::Word, "Who decided it.", "由谁决定。"),
        may("reason", Holds::Word, "Why.", "原因。"),
    ],
);

static AIM: Shape = Shape {
    ways: &[
        &[need("fixed", Holds::Number, "A number.", "固定数值。")],
        &[need(
            "growth",
            Holds::Object(&GROWTH),
            "So much more than a year before.",
            "较上年同期增长。",
        )],
        &[need(
            "seasonal",
            Holds::Object(&SEASONAL),
            "A year's number, as the year usually comes about.",
            "按季节分解的全年目标。",
        )],
        &[need(
            "peers",
            Holds::Object(&PEERS),
            "As good as this share of the others.",
            "达到同类中的某一分位。",
        )],
        &[need("history", Holds::Object(&HISTORY), "Better than its own past.", "优于自身历史。")],
        &[need("band", Holds::Object(&BAND), "Between two numbers.", "介于两数之间。")],
        &[need("maintain", Holds::Object(&MAINTAIN), "Not worse than before.", "不差于以前。")],
    ],
    ..Shape::of("aim", ("Where a target comes from.", "目标的来源。"), &[])
};

static GROWTH: Shape = Shape::of(
    "growth",
    ("So much more than a year before.", "较上年同期增长。"),
    &[need("by", Holds::Number, "By which share: 0.1 for a tenth.", "增长比例，0.1 为一成。")],
);
static SEASONAL: Shape = Shape::of(
    "seasonal",
    ("A year's number, as the year usually comes about.", "按季节分解的全年目标。"),
    &[need("year", Holds::Number, "The number of the year.", "全年数值。")],
);
static PEERS: Shape = Shape::of(
    "peers",
    ("As good as this share of the others.", "达到同类中的某一分位。"),
    &[need("share", Holds::Number, "Between 0 and 1.", "0 与 1 之间。")],
);
static HISTORY: Shape = Shape::of(
    "own_history",
    ("The median of its own past, and so much better.", "自身历史中位数，并有所提高。"),
    &[need(
        "deviations",
        Holds::Number,
        "How many median absolute deviations.",
        "高出多少个绝对中位差。",
    )],
);
static BAND: Shape = Shape::of(
    "band",
    ("Neither less nor more than these.", "不低于且不高于。"),
    &[
        need("low", Holds::Number, "The least.", "下限。"),
        need("high", Holds::Number, "The most.", "上限。"),
    ],
);
static MAINTAIN: Shape = Shape::of(
    "maintain",
    ("Not worse than before by more than a margin.", "较以前不差于某一余量。"),
    &[need("margin", Holds::Number, "The margin, in the unit of the KPI.", "余量，与指标同单位。")],
);

fn combines() -> Vec<&'static str> {
    Combine::ALL.into_iter().map(Combine::name).collect()
}

const COMBINE: Key = may(
    "combine",
    Holds::OneOf(combines),
    "How scores become one; `sum`, the weighted mean, where it is left out.",
    "分数的汇总方式，缺省为加权平均 `sum`。",
);

/// One scorecard.
pub(super) static CARD: Shape = Shape::of(
    "scorecard",
    ("KPIs as one score.", "多个指标汇总为一个分数。"),
    &[
        may(
            "every",
            Holds::OneOf(units),
            "For which calendar unit it is told; `month` where it is left out.",
            "按何种日历单位考核，缺省为 `month`。",
        ),
        COMBINE,
        need("nodes", Holds::List(&Holds::Object(&NODE), 1), "What counts.", "计入的项目。"),
        LABELS,
        HELP,
    ],
);

static NODE: Shape = Shape {
    ways: &[
        &[
            need("kpi", Holds::Word, "Which KPI.", "哪个指标。"),
            may(
                "missing_is_failure",
                Holds::Flag,
                "Not to be measured scores 0.",
                "未能计量即为零分。",
            ),
        ],
        &[
            need("name", Holds::Word, "Its name.", "名称。"),
            COMBINE,
            need("nodes", Holds::List(&Holds::Object(&NODE), 1), "What counts.", "计入的项目。"),
        ],
    ],
    ..Shape::of(
        "scorecard_node",
        ("A KPI, or several as one.", "一个指标，或多个指标的汇总。"),
        &[
            may(
                "weight",
                Holds::Number,
                "How much it counts beside its siblings; 1 where it is left out.",
                "相对于同级的权重，缺省为 1。",
            ),
            LABELS,
            HELP,
        ],
    )
};
