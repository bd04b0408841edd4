//! Help in Chinese.

use clap::{Arg, ArgAction, Command};

/// Layout of a help page; the headings inside are set on commands and
/// arguments.
const PAGE: &str = "{about}\n\n用法：{usage}\n\n{all-args}";

/// The same commands with their help in Chinese.
pub fn translate(command: Command) -> Command {
    below("", command)
}

/// A command and those below it; `outer` is the one that it is below.
fn below(outer: &str, command: Command) -> Command {
    let name = command.get_name().to_owned();
    let mut command = command
        .about(about(outer, &name))
        .help_template(PAGE)
        .subcommand_help_heading("命令")
        .disable_help_flag(true)
        .disable_version_flag(true)
        .mut_args(|argument| word(&name, argument))
        .arg(flag("help", 'h', "显示帮助").action(ArgAction::Help));
    if name == "guanxi" {
        command = command.arg(flag("version", 'V', "显示版本").action(ArgAction::Version));
    }
    command.mut_subcommands(|inner| below(&name, inner))
}

fn flag(name: &'static str, short: char, help: &'static str) -> Arg {
    Arg::new(name).long(name).short(short).help(help).help_heading("选项")
}

fn word(command: &str, argument: Arg) -> Arg {
    let heading = if argument.is_positional() { "参数" } else { "选项" };
    let said = help(command, argument.get_id().as_str());
    argument.help(said).help_heading(heading)
}

fn about(outer: &str, command: &str) -> &'static str {
    match (outer, command) {
        ("segment", "list") => "统计各细分的客户数，并说明其依据",
        ("segment", "members") => "输出一个细分的客户编号",
        ("segment", "explain") => "说明一个客户为何属于或不属于某细分，以及如何改变",
        ("segment", "history") => "列出一个客户何时进入、离开某细分及其原因",
        ("segment", "leaving") => "若无事发生，谁将在何时离开或进入某细分",
        ("segment", "overlap") => "统计细分之间两两重叠的客户数",
        ("segment", "diff") => "另一份规则集会使谁进入、离开各细分，以及原因",
        ("segment", "audience") => "说明细分中谁可联系、用什么渠道，其余为何不可",
        ("segment", "watch") => "列出一段时期内谁进入、离开了各细分及其原因",
        ("segment", "review") => "检查细分：空的、相似的、长期不变的、多余的条件",
        ("kpi", "list") => "列出规则集的考核指标及其最近数值",
        ("kpi", "why") => "说明指标的变化来自哪些分组",
        ("kpi", "order-value") => "说明客单价为何变化：价格、件数、结构，还是顾客嫌贵",
        ("kpi", "scorecard") => "按考核表评分：目标、达成、得分及其变化原因",
        ("kpi", "value") => "按期间、按分组显示考核指标",
        ("rqb", "import") => "把查询构建器的 JSON 转为表达式",
        ("rqb", "eval") => "列出 JSON 记录中符合查询的记录",
        (_, command) => plainly(command),
    }
}

fn plainly(command: &str) -> &'static str {
    match command {
        "segment" => "查询细分：谁属于、自何时起、到何时止、为什么",
        "review" => "在一个时点评估全部客户",
        "check" => "检查规则集，列出其中所有错误",
        "import" => "把业务系统的行导入客户事实库",
        "query" => "查询满足条件的客户",
        "eval" => "单独求一个表达式的值",
        "customer" => "查看一个客户的全貌",
        "demo" => "生成一家虚构企业的数据",
        "lifecycle" => "跟踪客户的生命周期",
        "state" => "统计各状态的客户数",
        "history" => "列出一个客户的每一步转换",
        "explain" => "列出一个客户的每一步转换及其原因",
        "why-not" => "说明一个客户为何不在某状态，以及如何到达",
        "next" => "查看一个客户的现状，以及若无事发生的下一步",
        "if" => "假设发生某些事件，客户将处于何种状态",
        "flow" => "统计各状态的流入、流出与停留时间",
        "compare" => "对比另一份规则集会带来的变化",
        "compare-legacy" => "把客户现有的标签与其状态对照",
        "diagram" => "绘制生命周期状态图",
        "scenarios" => "编造若干历史，走遍每个状态的每条转换",
        "merge" => "确认两个编号为同一客户，保留后者",
        "unmerge" => "撤销两个编号的合并",
        "command" => "记入人工决定",
        "override" => "把客户改定到某一状态，或解除锁定",
        "add" => "把客户加入名单",
        "remove" => "把客户移出名单",
        "retract" => "撤回一条事实",
        "rfm" => "统计每个客户购买的频次、远近与金额",
        "collide" => "撞单查重：来者是否已是客户，已有客户中谁有重复",
        "export-person" => "以 JSON Lines 导出所持有的一个人的全部信息与决定",
        "sync" => "同步业务系统中不断变化的表：新增、修改与删除的行",
        "diff-review" => "上线之前，说明另一份规则集的结果有何不同",
        "reconcile" => "对账：业务系统的数量与合计同事实库逐期核对",
        "feeds" => "列出同步的表，以及各读到何处",
        "apply" => "记入业务系统的行，并推演相关客户的变化",
        "advance" => "推演时间带来的变化",
        "changes" => "列出某一序号之后客户的变更",
        "effects" => "列出待执行的动作",
        "ack" => "确认动作已执行",
        "verify" => "核对事实库有无损坏或缺失",
        "erase" => "清除一个客户：不保留任何个人数据",
        "restrict" => "限制处理一个客户：所持信息仅予保存，不作使用；或解除限制",
        "audit-trail" => "留痕：何人何时因何做了什么，并核对有无改动",
        "claim" => "从公海领取一个客户",
        "release" => "把一个客户释放回公海",
        "transfer" => "把一个客户转移给他人",
        "extend" => "延长一个客户的保护期",
        "fit" => "拟合客户价值模型",
        "all" => "拟合全部购买时间模型，说明哪个最合适、是否胜过经验规则",
        "lead" => "由成交与未成交的线索学习成交概率",
        "value" => "评估每个客户的价值与等级",
        "tier" => "说明一个客户的等级及其原因",
        "tiers" => "统计等级之间的变动",
        "authoring" => "以 JSON 输出条件编辑器可提供的内容",
        "schema" => "输出规则集的 JSON Schema，供编辑器使用",
        "stdio" => "逐行以 JSON 回答问题，直到输入结束",
        "rqb" => "与 react-querybuilder 交换条件",
        "export" => "把表达式转为查询构建器的 JSON",
        "predict" => "用拟合好的模型预测每位客户",
        "experiment" => "对照未做活动的客户，说明活动的真实效果",
        "kpi-history-audit" => "由历史数据检查考核指标是否仍然合适",
        "kpi" => "考核指标：逐期间说明达成了什么",
        "decompose" => "说明每个细分对变化的贡献",
        "causes" => "在各列的所有组合中查找变化来自哪些客户",
        "chart" => "由历史数据判断指标是否与往常一样",
        "evidence" => "说明一件事是否影响另一件：满意度能否带来销售",
        _ => "关系：由事实判断客户所处的阶段、细分与价值",
    }
}

/// Help of an argument; empty when it has none yet, which a test forbids.
pub fn help(command: &str, argument: &str) -> &'static str {
    match (command, argument) {
        ("fit" | "predict", "model") => {
            "模型：nbd、bg-nbd、mbg-nbd、pareto-nbd、bg-cnbd、mbg-cnbd 或 gamma-gamma"
        }
        ("fit" | "predict", "rows") => {
            "CSV 文件：id,frequency,recency,T[,monetary][,log_gaps][,weight]，每行一位客户"
        }
        ("all", "rows") => {
            "CSV 文件：id,frequency,recency,T[,monetary][,log_gaps][,holdout_frequency][,weight]，每行一位客户"
        }
        ("all", "holdout_units") => {
            "检验期有多长，单位与文件一致；其间的购买次数见 `holdout_frequency` 列"
        }
        ("experiment", "table") => "客户，CSV 文件：每位入选客户一行，无论是否触达",
        ("experiment", "arm") => "表示客户抽入哪一组的列",
        ("experiment", "control") => "对照组在该列中的取值",
        ("experiment", "outcome") => "客户的结果所在的列，没有则为 0",
        ("experiment", "covariate") => "活动之前已知的数值所在的列，最好是早一期的同一结果",
        ("experiment", "margin") => "每单位结果的毛利，如销售额的 0.4",
        ("experiment", "cost") => "组内每位客户的成本，无论是否触达",
        ("experiment", "sequential") => "无论查看多少次都成立的区间，用于中途查看",
        ("experiment", "tightest") => "与 --sequential 同用：到多少客户时区间最窄，默认 5000",
        ("experiment", "planned") => "各组计划的规模之比，组名=份额，可多次给出；默认各组相同",
        ("experiment", "campaign") => "活动所在的列：若干小活动合并来看，单个活动可能都无法判断",
        ("experiment" | "evidence", "level") => "没有效果时误报的比例，默认 0.05",
        ("kpi-history-audit" | "chart", "history") => "历史，CSV 文件：每期一行，每个指标一列",
        ("kpi-history-audit", "outcome") => "指标最终要带来的结果所在的列",
        ("kpi-history-audit" | "chart", "time") => {
            "期间所在的列；默认取名为 period、month、date 等的列"
        }
        ("kpi-history-audit", "targets") => {
            "目标，CSV 文件：kpi,target[,direction]，或与历史相同的各列"
        }
        ("kpi-history-audit", "owners") => {
            "各指标的责任人，CSV 文件：kpi,owner[,direction]，方向为 up 或 down"
        }
        ("order-value", "from") => "前一期间：2026-Q1",
        ("order-value", "to") => "后一期间：2026-Q2",
        ("order-value", "of") => "作为订单（或订单行）的事件；默认 purchase",
        ("order-value", "amount") => "金额字段；默认 amount",
        ("order-value", "quantity") => "件数字段；默认 quantity",
        ("order-value", "line") => "产品线字段；缺省时全部视为一条产品线",
        ("order-value", "order") => "订单号字段，用于一张订单对应多个事件时",
        ("why", "name") => "指标名称",
        ("why", "from") => "前一期间：2026-Q1",
        ("why", "to") => "后一期间：2026-Q2",
        ("why", "by") => "按此表达式分组，取期间结束时的值；可多次给出，各为一种分解",
        ("scorecard", "names") => "考核表名称；默认全部",
        ("scorecard", "period") => "期间：2026-Q2、2026-05 等；默认为最近已结束的期间",
        ("value", "names") => "指标名称；默认全部",
        ("value", "period") => {
            "末尾期间：2026、2026-Q2、2026-05、2026-W18、2026-05-03 或 FY2026；默认为最近已结束的期间"
        }
        ("value", "from") => "起始期间",
        ("value", "periods") => "期间个数（未指定起始期间时）；默认 1",
        ("value", "every") => {
            "日历单位：day、week、month、quarter、year 或 fiscalYear；默认按指标定义"
        }
        ("value", "by") => "按此表达式分组：文本、整数或是非值，取期间结束时的值",
        ("decompose", "table") => "细分，CSV 文件：每个细分一行",
        ("decompose", "segment") => "细分名称所在的列",
        ("decompose" | "causes", "before") => "前一期的列：总量一列；比率为分子与分母两列，N,D",
        ("decompose" | "causes", "after") => "后一期的列，同上",
        ("causes", "table") => "客户，CSV 文件：每位客户一行，或每种取值组合一行",
        ("causes", "by") => "用以区分客户的列，1 至 12 列",
        ("causes", "customer") => "客户所在的列，用于一位客户有多行时",
        ("causes", "depth") => "一个原因最多由几列组成；默认 3，也是上限",
        ("causes", "min_effect") => "低于变化的这一比例则不予理会；默认 0.02",
        ("chart", "watched") => "以之前的各期判断最后几期；默认 6，历史较短时为四分之一",
        ("chart", "season") => "一年的期数，1 表示无季节；默认按月 12、按季 4、按周 52，其余为 1",
        ("evidence", "table") => "面板，CSV 文件：每个单位每期一行",
        ("evidence", "unit") => "单位所在的列：客户或门店",
        ("evidence", "time") => "期间所在的列：整数、2026-03、2026-Q1、2026-W09 或日期",
        ("evidence", "cause") => "可能的原因所在的列：不含购买的满意度",
        ("evidence", "outcome") => "结果所在的列：销售额",
        ("lead", "factors") => "CSV 文件：编号、结果（1 或 0），以及每个因素一列数值",
        ("lead", "outcome") => "表示是否成交的列，默认 outcome",
        ("lead", "l2") => "权重向零收缩的强度；默认 0，不收缩",
        ("lead", "holdout") => "留作检验的线索比例，默认 0.3",
        ("all", "repeats") => {
            "各时点的复购次数，CSV 文件：time,repeats，由 `guanxi rfm --repeats` 生成"
        }
        ("rfm", "repeats") => "以 CSV 输出各时点全体客户的复购次数",
        ("fit", "k") => "bg-cnbd 与 mbg-cnbd 中每个间隔的阶段数；默认取似然最大者",
        ("predict", "k") => "bg-cnbd 与 mbg-cnbd 中每个间隔的阶段数",
        ("predict", "params") => "参数，JSON 对象，如 {\"r\":0.243,\"alpha\":4.414}",
        ("predict", "spend") => "Gamma-Gamma 模型的参数：{\"p\":6.25,\"q\":3.74,\"v\":15.44}",
        ("predict", "horizon") => "预测多远，单位与文件一致",
        ("predict", "discount") => "每单位时间的连续贴现率；默认 0",
        ("predict", "pmf") => "同时给出购买 0 至 N 次的概率",
        ("predict", "csv") => "输出 CSV，每行一位客户",
        ("value", "top") => "页面上列出未来价值最高的客户数，默认 10",
        ("tiers", "from") => "此时点之后的变动（只写日期则为当日结束）",
        ("tiers", "to") => "截至此时点的变动；默认为最后一条事实之后的首个零点",
        ("leaving", "within") => "向前看多久：days(7)、months(1)、duration('36h')；默认 days(7)",
        ("audience", "channel") => "联系渠道，可多次给出，优先者在前",
        ("audience", "purpose") => "联系用途",
        ("audience", "exclude") => "排除此细分的客户，可多次给出",
        ("audience", "holdout") => "留作对照的百分比，如 10、2.5",
        ("audience", "salt") => "对照组的盐：不同的盐选出不同的人",
        ("audience", "cap") => "排除在期限内已有若干事件的客户：contacts:2:days(30)",
        ("audience", "quiet") => "每日免打扰时段：21:00-09:00",
        ("audience", "csv") => "以 CSV 输出联系名单及渠道",
        ("audience", "name") => "细分",
        ("overlap", "names") => "哪些细分，默认全部",
        ("overlap", "top") => "页面上列出的细分对数，默认 20",
        ("review", "measured_from") => "待评估的营销活动何时开始：指出读取了此后数据的细分",
        ("watch", "names") => "哪些细分，默认全部可跟踪的细分",
        ("watch", "from") => "此时点之后的进出（只写日期则为当日结束）",
        ("watch", "to") => "截至此时点的进出；默认与 --as-of 相同",
        ("watch", "top") => "页面上列出的进出条数，默认 50",
        ("leaving", "top") => "页面上列出的客户数，默认 20",
        ("list" | "members" | "explain" | "history" | "leaving", "name") => "细分",
        (_, "every") => "日历期间：day、week、month、quarter、year 或 fiscalYear；默认 month",
        (_, "query") => "查询（JSON）；- 表示从标准输入读取",
        ("export", "expression") => "条件，使用规则集的表达式语言",
        ("add" | "remove", "segment") => "名单：人工维护客户的细分",
        (_, "segment") => "取此细分的条件",
        ("check", "say") => "用一句话说明每个细分",
        (_, "like") => "原来的查询：意思未变的部分保留其 id",
        (_, "data") => "记录：对象的 JSON 数组，或在 `people` 下含此数组的对象",
        (_, "preserve_value_order") => "`between` 上下限颠倒时保持原样；默认对调",
        ("merge", "from") => "被并入的客户编号",
        ("unmerge", "from") => "曾被并入的客户编号",
        ("override", "until") => "锁定至此时",
        ("collide", "table") => "待查的行（CSV）：列名为查重依据的属性名",
        ("collide", "db") => "客户事实库；除非使用 --record，否则只读",
        ("collide", "playbook") => "规则集，含 `identity` 部分",
        ("collide", "company") => "公司名称",
        ("collide", "phone") => "电话号码",
        ("collide", "email") => "邮箱地址",
        ("collide", "credit_code") => "统一社会信用代码",
        ("collide", "row") => "各属性的值，JSON 对象，值为文本或文本数组",
        ("collide", "id") => "查询此客户是否还有其他编号",
        ("collide", "scan") => "查找所有重复的客户",
        ("collide", "record") => "若为已有客户，记入此次咨询",
        ("collide", "actor") => "报备人",
        ("collide", "as_of") => {
            "查询时点，写法同 `guanxi review`；默认为当前时间，--scan 默认为最后一条事实之后的首个本地零点"
        }
        ("collide", "top") => "页面上列出的组数与条数，默认 20",
        ("restrict", "id") => "客户编号；与其合并的编号一并限制",
        ("restrict", "db") => "客户事实库",
        ("restrict", "lift") => "解除限制",
        ("restrict", "list") => "列出受限制的客户",
        ("audit-trail", "db") => "客户事实库，只读",
        ("audit-trail", "about") => "只列与此客户有关的，无论其是否已被清除",
        ("audit-trail", "after") => "只列此序号之后的",
        ("audit-trail", "limit") => "最多列多少条；默认 1000",
        ("audit-trail", "expect") => "先前输出并另行保存的校验值：仍须有条目与之相符",
        ("export-person", "db") => "客户事实库，导出会记入其留痕",
        (
            "merge" | "unmerge" | "retract" | "erase" | "export-person" | "restrict" | "advance",
            "actor",
        ) => "何人所为，记入留痕",
        (
            "merge" | "unmerge" | "retract" | "erase" | "export-person" | "restrict" | "advance",
            "reason",
        ) => "为何，记入留痕",
        ("erase", "id") => "客户编号；与其合并的编号一并清除",
        ("erase", "db") => "客户事实库",
        ("erase", "at") => "自此时起该客户不复存在（只写日期则自当日零点起），默认为当前时间",
        ("erase", "dry_run") => "只说明将清除什么，不作改动",
        ("erase", "list") => "输出清除名单，应与备份一同保存",
        ("erase", "again") => "按名单再次清除，用于恢复较早的备份之后",
        ("extend", "until") => "延至此时",
        ("sync", "tables") => "映射中的表及其数据：orders=orders.csv；- 表示从标准输入读取",
        ("sync", "db") => "客户事实库，不存在则新建",
        ("sync", "mapping") => "映射：说明业务系统的列，并以 `sync` 说明文件包含哪些行",
        ("sync", "encoding") => "文件编码，如 gb18030；默认 UTF-8",
        ("sync", "seen") => "从业务系统读取各行的时间；默认为当前时间",
        ("sync", "backfill") => "新增的行视为发生时即已获知",
        ("sync", "from") => "全量数据只含自此日起（含）发生的",
        ("sync", "to") => "全量数据只含至此日止（含）发生的",
        ("sync", "most_gone") => "全量数据最多可缺少已知行的百分之几；默认 20，十行以内总可缺少",
        ("sync", "host_restored") => "业务系统已从备份恢复：以其所述为准，即使版本较旧",
        ("sync", "follow") => "同时推演由此发生的变化，如 `guanxi apply`，与各行在同一事务中",
        ("diff-review", "old") => "现行规则集；或以 --json 保存的评估结果，例如由旧版本所存",
        ("diff-review", "new") => "拟上线的规则集",
        ("reconcile", "figures") => {
            "贵方的数字（CSV）：kind、period、count 与 sum.字段，多个来源时另有 source；- 表示从标准输入读取"
        }
        ("reconcile", "db") => "客户事实库，只读",
        ("feeds", "db") => "客户事实库，只读",
        ("feeds", "cursor") => "只输出此表读到何处，供脚本使用",
        ("feeds", "or") => "此表尚未读过时输出什么",
        ("apply", "file") => "事件表（CSV 或 .jsonl）；- 表示从标准输入读取 JSON Lines",
        ("apply", "db") => "客户事实库，不存在则新建",
        ("apply", "now") => "推演的时点，也是各行的获知时间；默认为当前时间",
        ("advance" | "ack", "db") => "客户事实库",
        ("advance", "tenants") => {
            "多租户目录：每个租户一个 NAME.db；旁边若有 NAME.json，则为其自己的规则集"
        }
        ("advance", "threads") => "线程数，每个线程一次处理一个租户；默认每核一个",
        ("advance", "to") => "推演至此时点（含）；默认为当前时间",
        ("advance", "steps") => "最多走几步，每步至多 1000 位客户；下次运行接着走",
        ("advance", "adopt") => "今后改用此规则集；其对过去所要求的动作视为已执行",
        ("changes" | "effects", "after") => "只列此序号之后的",
        ("changes" | "effects", "limit") => "最多列多少条；默认 1000",
        ("verify", "deep") => "据事实重新推算全部结果，与所存结果逐一比对",
        ("ack", "ids") => "已执行的动作的编号",
        (_, "from") => "首个期间包含此时点；默认共三个期间",
        (_, "until") => "末个期间为此时点之前的期间；默认为评估时点之前",
        (_, "by") => "按此表达式分组：结果为文本、整数或是否",
        (_, "against") => "另一份规则集",
        (_, "forward") => "自此时点起改用另一份规则集；默认按其重算全部历史",
        (_, "shadow") => "与现行规则集并行运行，不产生动作",
        ("compare-legacy", "map") => {
            "标签对应哪个状态：标签=状态，或 JSON 文件 {\"标签\": \"状态\"}；可多次给出"
        }
        (_, "labels_encoding") => "标签文件的编码，如 gb18030、utf-16；默认同 --encoding",
        (_, "map") => "JSON：旧状态对应哪个新状态，{\"生命周期\": {\"旧\": \"新\"}}",
        (_, "labels") => "标签：CSV 文件，含 id 与 label 两列",
        (_, "format") => "svg、mermaid 或 dot",
        ("rfm", "events") => "购买记录（CSV）：每行一次，含 customer、at，以及可选的 amount",
        ("rfm", "kind") => "视为购买的事件类型，默认 purchase",
        ("rfm", "customer") => "客户编号所在的列，默认 customer",
        ("rfm", "at") => "日期或时间所在的列，默认 at",
        ("rfm", "amount") => "金额所在的列或字段，默认 amount（若有）",
        ("rfm", "refunds") => "退款的事件类型及金额字段，写作 类型.字段",
        (_, "calibration_end") => "计入的最后一天",
        (_, "holdout_end") => "检验期的最后一天，用以检验预测",
        (_, "unit") => "时间单位：day 或 week；默认 week",
        (_, "grain") => "同一天（day）或同一周（week）内的购买计为一次；默认 day",
        (_, "zone") => "日期所在的时区，如 Asia/Shanghai；默认 UTC，或规则集的时区",
        (_, "day_starts") => "一天从何时开始，写作 H:MM；默认 0:00",
        (_, "include_first") => {
            "首次购买也计入次数与均值：用于打分与消费金额模型，不用于购买时间模型"
        }
        (_, "score") => "为远近、频次、金额各打 1 至 N 分",
        (_, "csv") => "以 CSV 输出，每个客户一行",
        (_, "json") => "以字段稳定的 JSON 输出",
        (_, "lang") => "消息语言：zh 或 en；默认取自系统区域设置",
        ("review", "dir") => {
            "目录，内含 playbook.json、events.csv，以及可选的 mapping.json、customers.csv、ref_表名.csv"
        }
        (_, "playbook") => "规则集",
        (_, "mapping") => "映射：业务系统各列的含义",
        ("demo", "customers") => "客户数，默认 5000",
        (_, "customers") => "客户表（CSV）",
        (_, "events") => "事件表（CSV 或 JSON Lines）",
        (_, "reference") => "参照表 ref_表名.csv，可多次给出",
        (_, "encoding") => "文件编码，如 gb18030；默认 UTF-8",
        (_, "refused") => "把未记入的行及其原因写入此文件（CSV）",
        ("stdio", "db") => "客户事实库，不存在则新建；省略则只在内存中",
        ("import", "db") => "客户事实库，不存在则新建",
        (
            "merge" | "unmerge" | "override" | "add" | "remove" | "retract" | "claim" | "release"
            | "transfer" | "extend",
            "db",
        ) => "客户事实库",
        (_, "into") => "保留的客户编号",
        ("scenarios", "at") => "第一条事实发生的时间，默认 2024-01-01",
        (_, "at") => "自此时起生效（只写日期则自当日零点起），默认为当前时间",
        ("override", "machine") => "生命周期",
        ("override", "state") => "状态；省略则解除锁定",
        (_, "pin") => "锁定：无论发生什么都停留在该状态",
        ("claim", "actor") => "申请人，默认为负责人",
        ("release" | "transfer" | "extend", "actor") => "申请人",
        (_, "owner") => "负责人",
        ("release", "exempt") => "不计各项限制：非负责人也可释放",
        (_, "exempt") => "不计各项限制",
        (_, "actor") => "决定人",
        (_, "reason") => "理由",
        ("retract", "fact") => "事实编号，记入时给出",
        ("retract", "source") => "事实的来源，默认为 command",
        (
            "merge" | "unmerge" | "override" | "add" | "remove" | "retract" | "claim" | "release"
            | "transfer" | "extend",
            "dry_run",
        ) => "只显示结果，不写入",
        (_, "db") => "客户事实库，只读",
        (_, "store") => "把导入的事实保存到此库；默认为临时库",
        (_, "as_of") => {
            "评估时点：RFC 3339、规则集时区的本地时间，或日期（表示当日结束）；默认为最后一条事实之后的首个本地零点"
        }
        (_, "known_at") => "不计此时点之后才获知的事实",
        (_, "threads") => "线程数，默认每核一个",
        ("review", "report") => "把全部内容连同考核指标与考核表写成一个 HTML 页面，便于打印和转交",
        (_, "timings") => "显示各步耗时",
        (_, "seen") => "获知时间，默认为当前时间",
        (_, "backfill") => "补录历史：每行在发生时即已获知",
        (_, "dry_run") => "读取并判定每一行，但不写入",
        ("query", "sql") => {
            "把问题输出为针对您自己的表的 SQL，不读取事实：sqlite、postgresql、mysql、mariadb 或 duckdb"
        }
        ("query", "tables") => "您的表如何保存规则集所声明的内容，与 --sql 同用",
        ("query", "expression") => "条件，使用规则集的表达式语言",
        (_, "count") => "只输出满足条件的人数，供脚本使用",
        (_, "ids") => "输出满足条件的客户编号",
        (_, "explain") => "说明该客户为何满足或不满足",
        (_, "plan") => "说明各子句的求值顺序、涉及的客户数和代价",
        (_, "repeat") => "在已载入的数据上求值 N 次，并显示每次耗时",
        ("eval", "expression") => "表达式；- 表示从标准输入读取",
        (_, "bind") => {
            "各名称的值，为带类型的 JSON 对象：{\"x\":{\"type\":\"int\",\"value\":\"3\"}}"
        }
        (_, "id") => "客户编号",
        ("why-not", "state") => "状态",
        (_, "key") => "按键分别运行的生命周期中的哪一个",
        (_, "supposed") => "假设发生的事件：JSON 数组，或每行一条",
        (_, "machine") => "只看这个生命周期，默认全部",
        ("demo", "dir") => "写入的目录，应为空或尚不存在",
        (_, "events_per_customer") => "平均每个客户的事件数，默认 25",
        (_, "seed") => "种子：不同种子生成不同企业，相同种子逐字节相同",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::super::Arguments;
    use super::*;

    #[test]
    fn every_argument_has_help_in_both_languages() {
        let english = Arguments::command();
        let chinese = translate(english.clone());
        chinese.clone().debug_assert();
        let mut open: Vec<_> = english.get_subcommands().zip(chinese.get_subcommands()).collect();
        while let Some((ours, theirs)) = open.pop() {
            open.extend(ours.get_subcommands().zip(theirs.get_subcommands()));
            assert_ne!(
                theirs.get_about().map(ToString::to_string),
                ours.get_about().map(ToString::to_string)
            );
            for argument in ours.get_arguments() {
                let (command, id) = (ours.get_name(), argument.get_id().as_str());
                assert!(argument.get_help().is_some(), "{command} {id}");
                assert!(!help(command, id).is_empty(), "{command} {id}");
            }
        }
    }
}
