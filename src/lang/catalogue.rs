//! Every function of the language, in one table.
//!
//! The checker reads it to know what may be called on what; editors and the
//! reference page read it to say so. What has a name here and a row in no
//! evaluator does not exist, and the reverse: a test holds both together.

use super::types::{Kinds, Type};
use crate::facts::TextProfile;

/// One way to call a function. Functions that mean different things for
/// different receivers have several rows with the same name.
#[derive(Debug)]
pub struct Function {
    /// The name, as written.
    pub name: &'static str,
    /// What it is called on: `receiver.name(...)`. [`Kinds::NONE`] for a
    /// function that stands alone: `name(...)`.
    pub receiver: Kinds,
    /// What it takes, in order.
    pub arguments: &'static [Argument],
    /// How many arguments at the end may be left out.
    pub optional: usize,
    /// What comes out.
    pub result: Outcome,
    /// A call that is right, for messages and completion.
    pub usage: &'static str,
    /// What it does, in one line of English.
    pub en: &'static str,
    /// What it does, in one line of Chinese.
    pub zh: &'static str,
}

/// What stands at one place between the brackets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Argument {
    /// An expression of one of these types.
    Of(Kinds),
    /// A text written out between quotes, so that it can be checked at once.
    Quoted(Quoted),
    /// One or more expressions of one type, whatever it is.
    Alike,
    /// One or more expressions, each of one of these types.
    Many(Kinds),
    /// The name of a variable, bound to each element.
    Variable,
    /// An expression for each element.
    Each(Kinds),
    /// Lists of events between square brackets, one for each step.
    Steps,
    /// Values of any types between square brackets, one for each clause.
    Parts,
}

/// What a text written out must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quoted {
    /// A calendar day: `2026-03-31`.
    Date,
    /// An instant with its offset: `2026-03-31T08:00:00+08:00`.
    Timestamp,
    /// An exact length of time: `36h`, `1h30m`.
    Duration,
    /// A calendar unit: `day`, `week`, `month`, `quarter`, `year`, `fiscalYear`.
    Unit,
    /// A time zone: `Asia/Shanghai`, `+08:00`.
    Zone,
    /// A regular expression.
    Pattern,
    /// The name of a segment.
    Segment,
    /// The name of a lifecycle machine that a customer runs once.
    Machine,
    /// The name of a lifecycle machine that runs once for each key.
    KeyedMachine,
    /// The name of a state of the machine named before it.
    State,
    /// A purpose of consent.
    Purpose,
    /// A channel of contact.
    Channel,
    /// The name of a figure of the value part.
    Figure,
    /// The name of an axis.
    Axis,
    /// The name of the scheme of tiers.
    Scheme,
    /// The name of a cut point.
    Cut,
    /// Words to look for.
    Words,
    /// A text that keeps one way of dealing customers out apart from others.
    Salt,
}

/// The type of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Always this one.
    Is(Type),
    /// A text in the form of the one it is made from.
    Text,
    /// That of the receiver: a part of it.
    Receiver,
    /// A list of parts of the receiver.
    Texts,
    /// A number of the argument's type without a fraction.
    Whole,
    /// One event of the receiver.
    Event,
    /// That of the arguments.
    Alike,
    /// That of the expression for each element.
    Each,
    /// That of the expression for each element, with four more places; a
    /// decimal for whole numbers.
    Mean,
    /// A list of the expression for each element.
    List,
    /// One of the states of the machine that is named.
    State,
    /// What the value part keeps under the name.
    Score,
}

/// The rows for a name, or none.
pub fn functions(name: &str) -> &'static [Function] {
    let from = FUNCTIONS.partition_point(|function| function.name < name);
    let rest = FUNCTIONS.get(from..).unwrap_or(&[]);
    let count = rest.iter().take_while(|function| function.name == name).count();
    rest.get(..count).unwrap_or(&[])
}

/// Whether what stands between the square brackets of a function is no list,
/// but values of their own.
pub(super) fn spreads(name: &str) -> bool {
    let first = functions(name).first().and_then(|function| function.arguments.first());
    matches!(first, Some(Argument::Steps | Argument::Parts))
}

/// Every row, sorted by name.
pub fn all() -> &'static [Function] {
    FUNCTIONS
}

use Argument::{Alike, Each, Many, Of, Quoted as Written, Variable};
use Outcome::Is;

const ALONE: Kinds = Kinds::NONE;
const NUMERIC: Kinds = Kinds::INT.or(Kinds::DOUBLE).or(Kinds::DECIMAL);
const FRACTIONAL: Kinds = Kinds::DOUBLE.or(Kinds::DECIMAL);
const LENGTH: Kinds = Kinds::PERIOD.or(Kinds::DURATION);
/// What can be ranked, exactly.
const RANKED: Kinds = Kinds::INT.or(Kinds::DECIMAL).or(Kinds::MONEY).or(Kinds::DURATION).or(DATED);
/// What there are shares of, exactly.
const SHARED: Kinds = Kinds::INT.or(Kinds::DECIMAL).or(Kinds::MONEY).or(Kinds::DURATION);
/// What can be added up.
pub(super) const SUMMED: Kinds = Kinds::NUMBER.or(Kinds::DURATION);
const SIZED: Kinds = Kinds::MANY.or(Kinds::TEXT);
const CLOCK: Kinds = Kinds::TIMESTAMP.or(Kinds::DURATION);
const DATED: Kinds = Kinds::TIMESTAMP.or(Kinds::DATE);
pub(super) const ZONE: &[Argument] = &[Written(Quoted::Zone)];

/// A row without optional arguments.
const fn row(
    name: &'static str,
    receiver: Kinds,
    arguments: &'static [Argument],
    result: Outcome,
    usage: &'static str,
    en: &'static str,
    zh: &'static str,
) -> Function {
    Function { name, receiver, arguments, optional: 0, result, usage, en, zh }
}

/// A row whose last argument may be left out.
const fn optional(
    name: &'static str,
    receiver: Kinds,
    arguments: &'static [Argument],
    result: Outcome,
    usage: &'static str,
    en: &'static str,
    zh: &'static str,
) -> Function {
    Function { name, receiver, arguments, optional: 1, result, usage, en, zh }
}

/// A fold: binds a variable to each element.
const fn fold(
    name: &'static str,
    body: &'static [Argument],
    result: Outcome,
    usage: &'static str,
    en: &'static str,
    zh: &'static str,
) -> Function {
    Function { name, receiver: Kinds::MANY, arguments: body, optional: 0, result, usage, en, zh }
}

const FOR_EACH_BOOL: &[Argument] = &[Variable, Each(Kinds::BOOL)];
const FOR_EACH_AMOUNT: &[Argument] = &[Variable, Each(SUMMED)];
const FOR_EACH_ORDERED: &[Argument] = &[Variable, Each(Kinds::ORDERED)];
const FOR_EACH_SCALAR: &[Argument] = &[Variable, Each(Kinds::SCALAR)];

#[rustfmt::skip]
static FUNCTIONS: &[Function] = &[
    row("activePeriods", ALONE, &[Of(Kinds::EVENTS), Written(Quoted::Unit), Of(Kinds::INT)], Is(Type::Int),
        "activePeriods(purchases, 'month', 6)", "in how many of the last calendar units, the one running now included, there is an event", "最近若干个日历单位（含当前单位）中有事件的单位数"),
    row("age", ALONE, &[Of(Kinds::DATE)], Is(Type::Int),
        "age(birth)", "full years from a date to today", "从某日到今天的周岁数"),
    row("ago", ALONE, &[Of(LENGTH)], Is(Type::Timestamp),
        "ago(days(30))", "the instant a period before now", "现在往前一段时间的时间点"),
    row("alive_until", ALONE, &[Of(Kinds::DOUBLE.or(Kinds::DECIMAL))], Is(Type::Timestamp),
        "alive_until(0.5)", "when the chance that the customer is still active falls below this, if nothing is bought until then", "若不再购买，客户仍活跃的概率降到该值以下的时间点"),
    fold("all", FOR_EACH_BOOL, Is(Type::Bool),
        "purchases.all(p, p.amount > 0)", "whether the condition holds for every element", "是否每个元素都满足条件"),
    row("any_in_state", ALONE, &[Written(Quoted::KeyedMachine), Written(Quoted::State)], Is(Type::Bool),
        "any_in_state('case', 'open')", "whether a run of the machine is in this state", "是否有某一实例处于该状态"),
    fold("avg", FOR_EACH_AMOUNT, Outcome::Mean,
        "purchases.avg(p, p.amount)", "the mean; missing for an empty list", "平均值；列表为空时缺失"),
    row("axis", ALONE, &[Written(Quoted::Axis)], Is(Type::Decimal(2)),
        "axis('loyalty')", "the score on an axis, 0 to 100, at the last assessment", "最近一次定级时该维度的得分（0 至 100）"),
    row("between", ALONE, &[Of(Kinds::ORDERED), Of(Kinds::ORDERED), Of(Kinds::ORDERED)], Is(Type::Bool),
        "between(income, 5000, 9000)", "whether the value is at least the second and at most the third", "该值是否不小于第二个值且不大于第三个值"),
    row("bool", ALONE, &[Of(Kinds::BOOL.or(Kinds::TEXT))], Is(Type::Bool),
        "bool(text)", "reads `true` or `false`", "把文本转换为是非值"),
    row("bucket", ALONE, &[Written(Quoted::Salt), Of(Kinds::INT)], Is(Type::Int),
        "bucket('spring', 100)", "one of so many buckets, from 0, that the customer always falls into: the first 15 hexadecimal digits of MD5(salt:id) modulo their number", "客户固定落入的分桶编号，从 0 起：MD5(盐:客户编号) 的前 15 位十六进制数对桶数取余"),
    row("charAt", Kinds::TEXT, &[Of(Kinds::INT)], Outcome::Text,
        "name.charAt(0)", "the character at this place, from 0", "该位置的字符，从 0 起"),
    row("coalesce", ALONE, &[Alike], Outcome::Alike,
        "coalesce(income, 0)", "the first value that is not missing", "第一个不缺失的值"),
    row("consent", ALONE, &[Written(Quoted::Purpose), Written(Quoted::Channel)], Is(Type::Bool),
        "consent('marketing', 'sms')", "whether consent is given; missing where nobody asked", "是否已同意；未曾征询时缺失"),
    row("contains", Kinds::TEXT, &[Of(Kinds::TEXT)], Is(Type::Bool),
        "name.contains('part')", "whether the text has this part", "文本是否包含该片段"),
    fold("count", FOR_EACH_BOOL, Is(Type::Int),
        "purchases.count(p, p.amount > 100)", "how many elements meet the condition", "满足条件的元素个数"),
    fold("countDistinct", FOR_EACH_SCALAR, Is(Type::Int),
        "purchases.countDistinct(p, p.product)", "how many different values there are", "不同取值的个数"),
    row("count_in_state", ALONE, &[Written(Quoted::KeyedMachine), Written(Quoted::State)], Is(Type::Int),
        "count_in_state('case', 'open')", "how many runs of the machine are in this state", "处于该状态的实例个数"),
    row("cut", ALONE, &[Written(Quoted::Cut)], Outcome::Score,
        "cut('gold')", "the cut point that was found over everybody, at the last assessment", "最近一次定级时按全体客户算出的分界值"),
    row("date", ALONE, &[Written(Quoted::Date)], Is(Type::Date),
        "date('2026-03-31')", "a calendar day", "日历日期"),
    row("days", ALONE, &[Of(Kinds::INT)], Is(Type::Period),
        "days(90)", "a period of calendar days", "若干个日历日"),
    row("double", ALONE, &[Of(NUMERIC.or(Kinds::TEXT))], Is(Type::Double),
        "double(text)", "the nearest floating-point number", "转换为浮点数"),
    row("duration", ALONE, &[Written(Quoted::Duration)], Is(Type::Duration),
        "duration('36h')", "an exact length of time", "精确时长"),
    optional("during", Kinds::EVENTS, &[Of(Kinds::TIMESTAMP), Of(Kinds::TIMESTAMP)], Outcome::Receiver,
        "purchases.during(startOf('year'))", "the events from an instant on, up to now or to before another instant; in a KPI `during(period)`", "自某时间点起的事件，至今或至另一时间点之前；考核指标中写作 `during(period)`"),
    optional("endOf", ALONE, &[Written(Quoted::Unit), Of(Kinds::INT)], Is(Type::Timestamp),
        "endOf('month')", "the end of this calendar unit, or of the one so many further", "本单位（或偏移若干单位后）的结束时间点"),
    row("endsWith", Kinds::TEXT, &[Of(Kinds::TEXT)], Is(Type::Bool),
        "name.endsWith('part')", "whether the text ends with this part", "文本是否以该片段结尾"),
    row("entered", ALONE, &[Written(Quoted::Machine), Written(Quoted::State)], Is(Type::Timestamp),
        "entered('relationship', 'buyer')", "in a KPI: when the state was first entered", "考核指标中：首次进入该状态的时间点"),
    optional("entries", ALONE, &[Written(Quoted::Machine), Written(Quoted::State), Written(Quoted::State)], Is(Type::Int),
        "entries('relationship', 'buyer')", "in a KPI: how often the state was entered in the period, from outside it, or from the one named last", "考核指标中：期间内（从该状态之外，或从最后所写状态）进入该状态的次数"),
    row("exactlyOne", ALONE, &[Many(Kinds::BOOL)], Is(Type::Bool),
        "exactlyOne(income > 5000, income == null)", "whether exactly one of the conditions holds", "是否恰有一个条件成立"),
    fold("exists", FOR_EACH_BOOL, Is(Type::Bool),
        "purchases.exists(p, p.amount > 100)", "whether the condition holds for some element", "是否有元素满足条件"),
    fold("exists_one", FOR_EACH_BOOL, Is(Type::Bool),
        "purchases.exists_one(p, p.amount > 100)", "whether the condition holds for exactly one element", "是否恰有一个元素满足条件"),
    row("faded", ALONE, &[Of(Kinds::EVENTS), Of(LENGTH)], Is(Type::Decimal(4)),
        "faded(complaints, days(180))", "how many events there are, each counting half after every such period", "事件个数，每经过该时长一次事件的权重减半"),
    fold("filter", FOR_EACH_BOOL, Outcome::Receiver,
        "purchases.filter(p, p.amount > 100)", "the elements that meet the condition", "满足条件的元素"),
    row("first", Kinds::EVENTS, &[], Outcome::Event,
        "purchases.first()", "the earliest event; missing for an empty list", "最早的事件；列表为空时缺失"),
    row("format", Kinds::TEXT, &[Argument::Parts], Is(Type::Text(TextProfile::Exact)),
        "'%s: %d'.format([name, 3])", "the text with values put in: `%s` any, `%d` whole, `%.2f` with a point, `%e`, `%b`, `%o`, `%x`", "把值代入文本：`%s` 任意值，`%d` 整数，`%.2f` 定点，另有 `%e`、`%b`、`%o`、`%x`"),
    row("gap_ratio", ALONE, &[Of(Kinds::EVENTS)], Is(Type::Decimal(4)),
        "gap_ratio(purchases)", "the time since the last event over the median gap; missing with fewer than two, or where that is nothing", "距最近一次事件的时间与间隔中位数之比；不足两个事件或中位数为零时缺失"),
    optional("getDate", DATED, ZONE, Is(Type::Int),
        "at.getDate()", "day of the month, from 1", "当月第几日，从 1 起"),
    optional("getDayOfMonth", DATED, ZONE, Is(Type::Int),
        "at.getDayOfMonth()", "day of the month, from 0", "当月第几日，从 0 起"),
    optional("getDayOfWeek", DATED, ZONE, Is(Type::Int),
        "at.getDayOfWeek()", "day of the week, Sunday is 0", "星期几，星期日为 0"),
    optional("getDayOfYear", DATED, ZONE, Is(Type::Int),
        "at.getDayOfYear()", "day of the year, from 0", "当年第几日，从 0 起"),
    optional("getFullYear", DATED, ZONE, Is(Type::Int),
        "at.getFullYear()", "the year", "年份"),
    optional("getHours", CLOCK, ZONE, Is(Type::Int),
        "at.getHours()", "hour of the day, or whole hours of a duration", "小时，或时长的整小时数"),
    optional("getMilliseconds", CLOCK, ZONE, Is(Type::Int),
        "at.getMilliseconds()", "milliseconds of the second", "毫秒"),
    optional("getMinutes", CLOCK, ZONE, Is(Type::Int),
        "at.getMinutes()", "minute of the hour, or whole minutes of a duration", "分钟，或时长的整分钟数"),
    optional("getMonth", DATED, ZONE, Is(Type::Int),
        "at.getMonth()", "month of the year, January is 0", "月份，一月为 0"),
    optional("getSeconds", CLOCK, ZONE, Is(Type::Int),
        "at.getSeconds()", "second of the minute, or whole seconds of a duration", "秒，或时长的整秒数"),
    row("in_state", ALONE, &[Written(Quoted::Machine), Written(Quoted::State)], Is(Type::Bool),
        "in_state('relationship', 'buyer')", "whether the machine is in this state or in one inside it", "是否处于该状态或其子状态"),
    optional("indexOf", Kinds::TEXT, &[Of(Kinds::TEXT), Of(Kinds::INT)], Is(Type::Int),
        "name.indexOf('part')", "where this part first begins, from 0, or -1; from a place on, if one is given", "该片段首次出现的位置，从 0 起，没有则为 -1；可指定从何处找起"),
    row("int", ALONE, &[Of(NUMERIC.or(Kinds::TEXT).or(Kinds::TIMESTAMP))], Is(Type::Int),
        "int(text)", "a whole number, towards zero", "转换为整数（向零取整）"),
    row("is_known", ALONE, &[Of(Kinds::OPTIONAL)], Is(Type::Bool),
        "is_known(income)", "whether the value is not missing", "该值是否不缺失"),
    row("is_workday", ALONE, &[Of(DATED)], Is(Type::Bool),
        "is_workday(today())", "whether the day is worked, by the working calendar", "该日是否为工作日（按工作日历，含调休）"),
    optional("join", Kinds::LIST.or(Kinds::SET), &[Of(Kinds::TEXT)], Is(Type::Text(TextProfile::Exact)),
        "hobbies.join(', ')", "the texts as one, with this between them", "把各文本连成一个，以该文本分隔"),
    row("last", Kinds::EVENTS, &[], Outcome::Event,
        "purchases.last()", "the latest event; missing for an empty list", "最近的事件；列表为空时缺失"),
    optional("lastIndexOf", Kinds::TEXT, &[Of(Kinds::TEXT), Of(Kinds::INT)], Is(Type::Int),
        "name.lastIndexOf('part')", "where this part last begins, from 0, or -1; at a place or before it, if one is given", "该片段最后出现的位置，从 0 起，没有则为 -1；可指定最迟从何处开始"),
    row("lower", Kinds::TEXT, &[], Outcome::Text,
        "name.lower()", "the text in small letters", "转换为小写"),
    row("lowerAscii", Kinds::TEXT, &[], Outcome::Text,
        "name.lowerAscii()", "the text with A to Z in small letters", "把 A 至 Z 转换为小写"),
    fold("map", FOR_EACH_SCALAR, Outcome::List,
        "purchases.map(p, p.product)", "the expression for each element", "由每个元素算出的值组成的列表"),
    row("matches", ALONE, &[Of(Kinds::TEXT), Written(Quoted::Pattern)], Is(Type::Bool),
        "matches(name, '^A[0-9]+$')", "whether the pattern is found in the text", "文本中是否出现该模式"),
    row("matches", Kinds::TEXT, &[Written(Quoted::Pattern)], Is(Type::Bool),
        "name.matches('^A[0-9]+$')", "whether the pattern is found in the text", "文本中是否出现该模式"),
    row("math.abs", ALONE, &[Alike], Outcome::Alike,
        "math.abs(-3)", "the number without its sign", "绝对值"),
    row("math.ceil", ALONE, &[Of(FRACTIONAL)], Outcome::Whole,
        "math.ceil(1.2)", "the next whole number above", "向上取整"),
    row("math.floor", ALONE, &[Of(FRACTIONAL)], Outcome::Whole,
        "math.floor(-1.2)", "the next whole number below", "向下取整"),
    row("math.greatest", ALONE, &[Alike], Outcome::Alike,
        "math.greatest(age(birth), 18)", "the greatest number; missing where one is", "最大的数；有缺失时缺失"),
    row("math.isFinite", ALONE, &[Of(Kinds::DOUBLE)], Is(Type::Bool),
        "math.isFinite(1.5)", "whether it is neither infinite nor no number", "是否为有限的数"),
    row("math.isInf", ALONE, &[Of(Kinds::DOUBLE)], Is(Type::Bool),
        "math.isInf(1.5)", "whether it is infinite", "是否为无穷大"),
    row("math.isNaN", ALONE, &[Of(Kinds::DOUBLE)], Is(Type::Bool),
        "math.isNaN(1.5)", "whether it is no number", "是否不是数"),
    row("math.least", ALONE, &[Alike], Outcome::Alike,
        "math.least(age(birth), 18)", "the least number; missing where one is", "最小的数；有缺失时缺失"),
    row("math.round", ALONE, &[Of(FRACTIONAL)], Outcome::Whole,
        "math.round(2.5)", "the nearest whole number, half away from zero", "四舍五入取整（五入远离零）"),
    row("math.sign", ALONE, &[Alike], Outcome::Alike,
        "math.sign(-3)", "-1, 0 or 1", "符号：-1、0 或 1"),
    row("math.sqrt", ALONE, &[Of(Kinds::INT.or(Kinds::DOUBLE))], Is(Type::Double),
        "math.sqrt(2)", "the square root", "平方根"),
    row("math.trunc", ALONE, &[Of(FRACTIONAL)], Outcome::Whole,
        "math.trunc(-1.7)", "the number without its fraction", "去掉小数部分"),
    row("max", ALONE, &[Alike], Outcome::Alike,
        "max(birth, joined)", "the greatest of the known values; of lengths of time the longest where it is added", "已知值中的最大者；若为时间长度，则以相加时最长者为准"),
    fold("max", FOR_EACH_ORDERED, Outcome::Each,
        "purchases.max(p, p.amount)", "the greatest; missing for an empty list", "最大值；列表为空时缺失"),
    row("median_gap", ALONE, &[Of(Kinds::EVENTS)], Is(Type::Duration),
        "median_gap(purchases)", "the median time from one event to the next; missing with fewer than two", "相邻事件间隔的中位数；不足两个事件时缺失"),
    row("min", ALONE, &[Alike], Outcome::Alike,
        "min(birth, joined)", "the least of the known values; of lengths of time the shortest where it is added", "已知值中的最小者；若为时间长度，则以相加时最短者为准"),
    fold("min", FOR_EACH_ORDERED, Outcome::Each,
        "purchases.min(p, p.amount)", "the smallest; missing for an empty list", "最小值；列表为空时缺失"),
    row("months", ALONE, &[Of(Kinds::INT)], Is(Type::Period),
        "months(12)", "a period of calendar months", "若干个日历月"),
    row("nth", Kinds::EVENTS, &[Of(Kinds::INT)], Outcome::Event,
        "purchases.nth(2)", "the event at this place, from 1; missing beyond the end", "第几个事件，从 1 起；超出时缺失"),
    row("opening", ALONE, &[Alike], Outcome::Alike,
        "opening(in_state('relationship', 'buyer'))", "in a KPI: what it was just before the period began; missing for who was not there yet", "考核指标中：期间开始前一刻的值；当时尚不存在的客户则缺失"),
    optional("percentRank", ALONE, &[Of(RANKED), Written(Quoted::Segment)], Is(Type::Decimal(6)),
        "percentRank(income)", "the share of all others that have less, 0 to 1; missing without a value; of a segment alone where one is named", "在其他客户中比其低者所占比例，0 至 1；无值时缺失；写明细分时只在该细分内比较"),
    row("quarters", ALONE, &[Of(Kinds::INT)], Is(Type::Period),
        "quarters(2)", "a period of calendar quarters", "若干个季度"),
    row("reachable", ALONE, &[Written(Quoted::Channel)], Is(Type::Bool),
        "reachable('sms')", "whether there is a fresh contact on the channel", "该渠道是否有有效且未过期的联系方式"),
    optional("replace", Kinds::TEXT, &[Of(Kinds::TEXT), Of(Kinds::TEXT), Of(Kinds::INT)], Outcome::Text,
        "name.replace('part', 'whole')", "the text with the first part replaced by the second, everywhere or so many times", "把前一片段替换为后一片段，可指定次数"),
    row("reverse", Kinds::TEXT, &[], Is(Type::Text(TextProfile::Exact)),
        "name.reverse()", "the characters from the last to the first", "字符倒序"),
    row("search", ALONE, &[Of(Kinds::TEXT), Written(Quoted::Words)], Is(Type::Bool),
        "search(name, '李 part')", "whether the text has all these words, whatever their width and case; Chinese by neighbouring characters", "文本是否含有所有词语，不计全半角和大小写；中文按相邻字匹配"),
    row("segment", ALONE, &[Written(Quoted::Segment)], Is(Type::Bool),
        "segment('vip')", "whether the customer is in this segment", "客户是否属于该细分"),
    optional("sequence", ALONE, &[Argument::Steps, Of(LENGTH), Of(LENGTH)], Is(Type::Int),
        "sequence([purchases, complaints], days(30))", "how many of the steps were reached one after the other, the last before the window that begins at the first has passed; with a third argument each before that time has passed since the one before it", "依次到达的步数，末步须在自首步起算的时间窗内；有第三个参数时，每步距上一步也须不足该时长"),
    optional("sequenceStrict", ALONE, &[Argument::Steps, Of(LENGTH), Of(LENGTH)], Is(Type::Int),
        "sequenceStrict([purchases, complaints], days(30))", "the same, with no other event of the listed lists between two steps", "同上，且相邻两步之间没有所列列表中的其他事件"),
    optional("sequenceWithout", ALONE, &[Argument::Steps, Of(Kinds::EVENTS), Of(LENGTH), Of(LENGTH)], Is(Type::Int),
        "sequenceWithout([purchases, complaints], seminars, days(30))", "the same, with no event of the other list between two steps", "同上，且相邻两步之间没有另一列表的事件"),
    row("size", ALONE, &[Of(SIZED)], Is(Type::Int),
        "size(hobbies)", "how many elements, or characters of a text", "元素个数，或文本的字符数"),
    row("size", SIZED, &[], Is(Type::Int),
        "purchases.size()", "how many elements, or characters of a text", "元素个数，或文本的字符数"),
    optional("split", Kinds::TEXT, &[Of(Kinds::TEXT), Of(Kinds::INT)], Outcome::Texts,
        "name.split(' ')", "the pieces between this part, at most so many", "以该片段分开的各段，可指定最多段数"),
    optional("startOf", ALONE, &[Written(Quoted::Unit), Of(Kinds::INT)], Is(Type::Timestamp),
        "startOf('month')", "the start of this calendar unit, or of the one so many further", "本单位（或偏移若干单位后）的开始时间点"),
    row("startsWith", Kinds::TEXT, &[Of(Kinds::TEXT)], Is(Type::Bool),
        "name.startsWith('part')", "whether the text begins with this part", "文本是否以该片段开头"),
    row("state", ALONE, &[Written(Quoted::Machine)], Outcome::State,
        "state('relationship')", "the state that the machine is in", "该生命周期所处的状态"),
    row("state_age", ALONE, &[Written(Quoted::Machine)], Is(Type::Duration),
        "state_age('relationship')", "how long the machine has been in its state", "处于当前状态的时长"),
    row("state_since", ALONE, &[Written(Quoted::Machine)], Is(Type::Timestamp),
        "state_since('relationship')", "since when the machine has been in its state", "进入当前状态的时间点"),
    row("string", ALONE, &[Of(NUMERIC.or(Kinds::BOOL).or(Kinds::TEXT).or(Kinds::ENUM).or(DATED).or(Kinds::DURATION))],
        Outcome::Text,
        "string(age)", "the value as a text", "转换为文本"),
    row("strings.quote", ALONE, &[Of(Kinds::TEXT)], Is(Type::Text(TextProfile::Exact)),
        "strings.quote(name)", "the text between double quotes, with escapes", "加双引号并转义的文本"),
    optional("substring", Kinds::TEXT, &[Of(Kinds::INT), Of(Kinds::INT)], Outcome::Text,
        "name.substring(0, 1)", "the text from a place on, up to another", "从某位置起、到另一位置前的文本"),
    fold("sum", FOR_EACH_AMOUNT, Outcome::Each,
        "purchases.sum(p, p.amount)", "the sum; zero for an empty list", "总和；列表为空时为零"),
    row("tier", ALONE, &[Written(Quoted::Scheme)], Outcome::Score,
        "tier('value')", "the tier, at the last assessment", "最近一次定级所定的等级"),
    row("time_in", ALONE, &[Written(Quoted::Machine), Written(Quoted::State)], Is(Type::Duration),
        "time_in('relationship', 'buyer')", "in a KPI: how much of the period was spent in the state", "考核指标中：期间内处于该状态的时长"),
    row("timestamp", ALONE, &[Written(Quoted::Timestamp)], Is(Type::Timestamp),
        "timestamp('2026-03-31T08:00:00+08:00')", "a point in time", "时间点"),
    row("today", ALONE, &[], Is(Type::Date),
        "today()", "the calendar day of now", "今天的日期"),
    optional("topN", ALONE, &[Of(RANKED), Of(Kinds::INT), Written(Quoted::Segment)], Is(Type::Bool),
        "topN(income, 100)", "whether fewer than so many customers have more; ties are in or out together", "是否只有少于该数的客户比其更高；并列者同进同出"),
    optional("topShare", ALONE, &[Of(SHARED), Of(Kinds::DOUBLE.or(Kinds::DECIMAL)), Written(Quoted::Segment)], Is(Type::Bool),
        "topShare(purchases.sum(p, p.amount), 0.8)", "whether the customer is one of the fewest that make up this share of the sum over all", "是否属于合计达到总和该份额的最少客户之一"),
    row("trim", Kinds::TEXT, &[], Outcome::Text,
        "name.trim()", "the text without blanks at both ends", "去掉两端空白"),
    row("upper", Kinds::TEXT, &[], Is(Type::Text(TextProfile::Exact)),
        "name.upper()", "the text in capitals", "转换为大写"),
    row("upperAscii", Kinds::TEXT, &[], Is(Type::Text(TextProfile::Exact)),
        "name.upperAscii()", "the text with a to z in capitals", "把 a 至 z 转换为大写"),
    row("value", ALONE, &[Written(Quoted::Figure)], Outcome::Score,
        "value('future_value')", "a figure of the customer's value, at the last assessment", "最近一次定级时的客户价值指标"),
    row("was_in", ALONE, &[Written(Quoted::Machine), Written(Quoted::State)], Is(Type::Bool),
        "was_in('relationship', 'churned')", "whether the machine has ever been in this state", "是否曾处于该状态"),
    row("weeks", ALONE, &[Of(Kinds::INT)], Is(Type::Period),
        "weeks(2)", "a period of weeks", "若干周"),
    row("within", Kinds::EVENTS, &[Of(LENGTH)], Outcome::Receiver,
        "purchases.within(days(90))", "the events of the last period up to now", "最近一段时间内的事件"),
    row("workdays", ALONE, &[Of(Kinds::INT)], Is(Type::Period),
        "workdays(3)", "a period of working days", "若干个工作日"),
    row("workdays_between", ALONE, &[Of(DATED), Of(DATED)], Is(Type::Int),
        "workdays_between(purchases.last().at, today())", "how many working days come after the first day, up to the second", "第一日之后至第二日（含）的工作日数"),
    row("workhours", ALONE, &[Of(Kinds::INT)], Is(Type::Period),
        "workhours(8)", "a period of hours within opening hours", "若干个工作小时（只计营业时段）"),
    row("workminutes", ALONE, &[Of(Kinds::INT)], Is(Type::Period),
        "workminutes(30)", "a period of minutes within opening hours", "若干个工作分钟（只计营业时段）"),
    row("worktime_between", ALONE, &[Of(Kinds::TIMESTAMP), Of(Kinds::TIMESTAMP)], Is(Type::Duration),
        "worktime_between(purchases.last().at, now)", "the time within opening hours from the first instant to the second", "两个时间点之间的营业时长"),
    row("years", ALONE, &[Of(Kinds::INT)], Is(Type::Period),
        "years(1)", "a period of calendar years", "若干年"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_so_that_names_are_found() {
        assert!(all().windows(2).all(|pair| pair[0].name <= pair[1].name));
        for function in all() {
            assert!(functions(function.name).iter().any(|found| std::ptr::eq(found, function)));
        }
        assert_eq!(functions("size").len(), 2);
        assert!(functions("sizes").is_empty());
    }

    #[test]
    fn every_row_is_explained() {
        for Function { name, receiver, usage, en, zh, arguments, optional, .. } in all() {
            assert!(usage.contains(&format!("{name}(")), "{usage}");
            assert_eq!(usage.contains(&format!(".{name}(")), *receiver != Kinds::NONE, "{usage}");
            assert!(!en.is_empty() && !zh.is_ascii() && *optional <= arguments.len(), "{name}");
        }
    }
}
