//! Names of firms, down to what tells them apart.
//!
//! ```text
//! 华为技术（北京）有限公司        华为技术    place 北京   form 有限公司
//! 北京市海淀区華為技術有限責任公司  华为技术    place 北京   form 有限责任公司
//! 华为技术有限公司上海分公司       华为技术    branch 上海分公司
//! Apple Inc. / APPLE              apple      form inc
//! ```

use super::key::{Form, Key, Reading};
use super::region;
use super::variants::simplified;
use crate::error::{Code, Fault};
use crate::facts::{TextProfile, text::normalise};

/// Legal forms and what else says that it is a firm, longest first.
const FORMS: [&str; 18] = [
    "集团股份有限公司",
    "集团有限责任公司",
    "股份有限责任公司",
    "集团有限公司",
    "股份有限公司",
    "有限责任公司",
    "个体工商户",
    "有限公司",
    "股份公司",
    "集团公司",
    "责任公司",
    "有限合伙",
    "普通合伙",
    "合伙企业",
    "总公司",
    "集团",
    "公司",
    "股份",
];

/// What a branch is called, behind a place or a name.
const BRANCHES: [&str; 9] =
    ["分公司", "办事处", "代表处", "营业部", "营业厅", "分支机构", "分行", "支行", "分店"];

/// The same in English, as words at the end.
const LATIN_FORMS: [&str; 30] = [
    "co",
    "company",
    "ltd",
    "limited",
    "inc",
    "incorporated",
    "corp",
    "corporation",
    "llc",
    "llp",
    "lp",
    "plc",
    "gmbh",
    "ag",
    "kg",
    "se",
    "sa",
    "sas",
    "sarl",
    "srl",
    "spa",
    "bv",
    "nv",
    "pty",
    "pte",
    "oy",
    "ab",
    "as",
    "group",
    "holdings",
];

/// What firms do. A name made of nothing else tells nobody apart, so the place
/// before it stays: 北京银行, 上海汽车.
#[rustfmt::skip]
const TRADES: &[&str] = &[
    "科技", "技术", "信息", "网络", "软件", "电子", "电器", "电气", "通信", "通讯", "贸易", "商贸", "进出口",
    "实业", "发展", "开发", "投资", "管理", "咨询", "服务", "文化", "传媒", "传播", "广告", "建筑", "工程", "建设",
    "建材", "装饰", "装修", "房地产", "地产", "置业", "物业", "物流", "运输", "货运", "客运", "汽车", "机械",
    "设备", "制造", "材料", "化工", "化学", "石油", "石化", "能源", "电力", "电网", "燃气", "自来水", "水务",
    "环保", "环境", "医药", "医疗", "器械", "生物", "制药", "药业", "食品", "餐饮", "酒店", "宾馆", "旅游",
    "旅行社", "教育", "培训", "学校", "中学", "小学", "幼儿园", "大学", "学院", "医院", "农业", "农村", "商业",
    "银行", "保险", "证券", "基金", "租赁", "担保", "信托", "财务", "航空", "机场", "地铁", "轨道", "交通", "铁路",
    "港务", "烟草", "邮政", "电信", "移动", "联通", "国际", "控股", "中心", "商城", "超市", "百货", "纺织", "服装",
    "服饰", "家具", "五金", "塑料", "包装", "印刷", "钢铁", "供应链", "电子商务", "人力资源", "劳务", "企业",
    "产业", "工业", "工贸", "集团", "律师事务所", "会计师事务所", "事务所", "研究院", "研究所", "设计院", "设计",
];

/// A name, taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Name {
    /// What is left: what tells the firm apart.
    pub core: String,
    /// The places named, without 市 or 省.
    pub places: Vec<String>,
    /// The branch, where it is one.
    pub branch: Option<String>,
}

/// The name of a firm.
pub(super) fn read(written: &str) -> Reading {
    let name = apart(written);
    match name.core.chars().count() {
        0 if written.trim().is_empty() => Reading::Missing,
        0 | 1 => Reading::Unusable(
            Fault::new(
                Code::UnusableKey,
                "nothing is left of the name that could tell a firm apart",
                "除去地区与公司形式后，名称没有可区分的部分",
            )
            .span(0, written.len()),
        ),
        _ => Reading::of([Key { form: Form::Company, text: name.core.into() }]),
    }
}

/// A name without what many share.
pub(super) fn apart(written: &str) -> Name {
    let folded: String = normalise(TextProfile::Search, written).chars().map(simplified).collect();
    let mut name = Name::default();
    let mut text = words(&unbracketed(&folded, &mut name));
    branch(&mut text, &mut name);
    forms(&mut text);
    places(&mut text, &mut name);
    name.core = text;
    name.places.sort_unstable();
    name.places.dedup();
    name
}

/// The text without brackets: places and legal forms in them are taken out, anything
/// else is part of the name.
fn unbracketed(folded: &str, name: &mut Name) -> String {
    let mut out = String::with_capacity(folded.len());
    let mut rest = folded;
    while let Some(open) = rest.find(OPEN) {
        let (before, bracket) = rest.split_at(open);
        out.push_str(before);
        let inner =
            bracket.get(bracket.chars().next().map_or(0, char::len_utf8)..).unwrap_or_default();
        let Some(close) = inner.find(CLOSE) else {
            rest = inner;
            break;
        };
        let (inner, after) = inner.split_at(close);
        let plain = words(inner);
        if region::is_place(&plain) {
            name.places.push(region::short(&plain).to_owned());
        } else if !FORMS.contains(&plain.as_str()) {
            out.push_str(inner);
        }
        rest = after.get(after.chars().next().map_or(0, char::len_utf8)..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

const OPEN: [char; 7] = ['(', '[', '{', '【', '〔', '《', '<'];
const CLOSE: [char; 7] = [')', ']', '}', '】', '〕', '》', '>'];

/// Letters and digits alone, without the legal forms of English names.
fn words(text: &str) -> String {
    let text: String = text.chars().filter(|char| !matches!(char, '\'' | '’' | '.')).collect();
    let mut words: Vec<&str> =
        text.split(|char: char| !char.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    while words.len() > 1 && words.last().is_some_and(|word| LATIN_FORMS.contains(word)) {
        words.pop();
    }
    if words.len() > 1 && words.first() == Some(&"the") {
        words.remove(0);
    }
    words.retain(|word| *word != "and");
    words.concat()
}

/// Takes off `上海分公司` behind a name, or `分公司` behind a name with its place.
fn branch(text: &mut String, name: &mut Name) {
    let Some(word) = BRANCHES.iter().find(|word| text.ends_with(**word)) else { return };
    let end = text.len() - word.len();
    // Behind the legal form of the firm all the rest is the branch.
    let form = FORMS.iter().filter(|form| form.ends_with("公司"));
    let form = form.filter_map(|form| Some(text.get(..end)?.rfind(form)? + form.len())).max();
    let start = form.or_else(|| {
        let starts = text.char_indices().map(|(at, _)| at).filter(|at| 0 < *at && *at < end);
        starts.into_iter().find(|at| text.get(*at..end).is_some_and(region::is_place))
    });
    let start = start.unwrap_or(end);
    if start < "甲乙".len() {
        return;
    }
    name.branch = text.get(start..).map(str::to_owned);
    text.truncate(start);
}

/// Takes legal forms off the end, as long as something is left.
fn forms(text: &mut String) {
    while let Some(form) = FORMS.iter().find(|form| text.ends_with(**form)) {
        if text.len() <= form.len() {
            return;
        }
        text.truncate(text.len() - form.len());
    }
}

/// Takes places off the start, as long as what is left tells firms apart.
fn places(text: &mut String, name: &mut Name) {
    let (mut from, mut found) = (0, Vec::new());
    loop {
        let rest = text.get(from..).unwrap_or_default();
        let length = region::length(rest, from > 0);
        let left = rest.get(length..).unwrap_or_default();
        if length == 0 || left.chars().count() < 2 || is_trade(left) {
            break;
        }
        found.push(region::short(rest.get(..length).unwrap_or_default()).to_owned());
        from += length;
    }
    text.drain(..from);
    // The nearest names of one place are its province and city: the last tells most.
    name.places.extend(found);
}

/// Whether a text is made of trades alone.
fn is_trade(text: &str) -> bool {
    let mut rest = text;
    while !rest.is_empty() {
        let trades = TRADES.iter().filter(|trade| rest.starts_with(**trade));
        match trades.map(|trade| trade.len()).max() {
            Some(length) => rest = rest.get(length..).unwrap_or_default(),
            None => return false,
        }
    }
    true
}
