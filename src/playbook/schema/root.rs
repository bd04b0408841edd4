//! The document as a whole: a row for each section.

use super::shape::{HELP, Holds, LABELS, Shape, may, need};
use super::{calendar, claims, facts, identity, kpis, machines, parameters, segments, value};
use crate::playbook::SEMANTICS;

/// The document.
pub(super) static ROOT: Shape = Shape::of(
    "playbook",
    (
        "Everything that was decided about customers: a playbook of guanxi.",
        "关于客户的全部决定：guanxi 的规则集。",
    ),
    &[
        may(
            "$schema",
            Holds::Text,
            "Where an editor finds this schema. It never changes an answer.",
            "编辑器据此找到本模式，不影响任何结果。",
        ),
        need("guanxi", Holds::Only(1), "The version of the format.", "格式版本。"),
        may(
            "semantics",
            Holds::Only(SEMANTICS as i64),
            "The version of the meaning of answers that the author relied on.",
            "作者所依据的语义版本。",
        ),
        need("id", Holds::Word, "What the host calls the playbook.", "规则集的标识，由宿主指定。"),
        need(
            "version",
            Holds::Word,
            "Which edition it is, as the host counts.",
            "版次，由宿主编号。",
        ),
        LABELS,
        HELP,
        need(
            "calendar",
            Holds::Object(&calendar::CALENDAR),
            "By which zone, weeks, years and working days time is told.",
            "时区、每周与财年的起始，以及工作日。",
        ),
        may(
            "parameters",
            Holds::Map(&Holds::Object(&parameters::PARAMETER)),
            "The numbers that users may turn, read as `param.NAME`.",
            "使用者可以调整的参数，以 `param.名称` 引用。",
        ),
        may(
            "schema",
            Holds::Object(&facts::SCHEMA),
            "What facts look like: attributes, events, reference tables, consent.",
            "事实的形式：属性、事件、参照表与联系许可。",
        ),
        may(
            "segments",
            Holds::Map(&Holds::Object(&segments::SEGMENT)),
            "Conditions and lists by name, read as `segment('NAME')`.",
            "具名的条件与名单，以 `segment('名称')` 引用。",
        ),
        may(
            "machines",
            Holds::Map(&Holds::Object(&machines::MACHINE)),
            "Lifecycles by name, read as `state('NAME')`.",
            "具名的生命周期，以 `state('名称')` 引用。",
        ),
        may(
            "claims",
            Holds::Object(&claims::CLAIMS),
            "Who may have which customer: pools and their limits.",
            "谁可以持有哪些客户：公海及其限制。",
        ),
        may(
            "identity",
            Holds::Object(&identity::IDENTITY),
            "By which values a customer is recognised who is there already.",
            "查重依据：凭哪些值认出已有客户。",
        ),
        may(
            "value",
            Holds::Object(&value::VALUE),
            "What customers are worth, their scores and tiers.",
            "客户的价值、得分与等级。",
        ),
        may(
            "kpis",
            Holds::Map(&Holds::Object(&kpis::KPI)),
            "What is to be achieved, by name.",
            "考核指标，按名称。",
        ),
        may(
            "scorecards",
            Holds::Map(&Holds::Object(&kpis::CARD)),
            "KPIs that are scored together, by name.",
            "考核表，按名称。",
        ),
    ],
);
