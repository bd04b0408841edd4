//! The made-up firm: 青禾咖啡, which sells coffee machines and what goes into
//! them. Its regions, goods, people and words.

use super::rhythm::Seconds;
use super::rhythm::{DAY, Habit, Rhythm};

/// A sales region with its share of the customers.
pub const REGIONS: [(&str, u32); 6] =
    [("华东", 32), ("华南", 22), ("华北", 18), ("华中", 12), ("西南", 11), ("东北", 5)];
/// Position of 西南 in [`REGIONS`], whose new warehouse delivers late.
pub const SOUTHWEST: usize = 4;
/// The day the southwest warehouse opened: 2025-07-01.
pub const WAREHOUSE_OPENED: Seconds = 912 * DAY;
/// The day prices of consumables went up: 2025-03-01.
pub const PRICES_RAISED: Seconds = 790 * DAY;
/// The day the best salesman left: 2025-04-01.
pub const ACE_LEFT: Seconds = 821 * DAY;
/// Position of that salesman in [`STAFF`].
pub const ACE: usize = 0;

/// Where a customer first heard of the firm.
pub const SOURCES: [(&str, u32); 7] = [
    ("朋友推荐", 18),
    ("搜索引擎", 20),
    ("短视频", 24),
    ("线下门店", 14),
    ("展会", 5),
    ("老客户社群", 9),
    ("广告投放", 10),
];
/// Position of 朋友推荐.
pub const BY_REFERRAL: usize = 0;
/// Positions of 线下门店 and 展会, where people are met.
pub const MET_IN_PERSON: [usize; 2] = [3, 4];
/// Position of 广告投放, which costs money for each one it brings.
pub const BY_ADVERTISEMENT: usize = 6;

/// Occupations with their share and the factor of their income.
pub const OCCUPATIONS: [(&str, u32, f64); 8] = [
    ("企业职员", 34, 1.0),
    ("教师", 9, 0.95),
    ("公务员", 8, 1.0),
    ("医护人员", 8, 1.15),
    ("自由职业", 14, 0.9),
    ("个体经营", 12, 1.3),
    ("学生", 9, 0.25),
    ("退休", 6, 0.55),
];
/// Position of 学生.
pub const STUDENT: usize = 6;
/// Position of 退休.
pub const RETIRED: usize = 7;

/// Words for marriage, in the order of the schema.
pub const MARITAL: [&str; 3] = ["未婚", "已婚", "离异"];
/// Hobbies, written in this order, which is also their order in bytes.
pub const HOBBIES: [&str; 9] =
    ["户外", "摄影", "旅行", "烘焙", "美食", "茶道", "读书", "运动", "音乐"];
/// Departments that look after customers.
pub const DEPARTMENTS: [&str; 4] = ["市场部", "销售部", "客服部", "大客户部"];

/// What is sold.
#[derive(Debug)]
pub struct Product {
    /// Its number.
    pub id: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What group of goods it is in.
    pub category: Category,
    /// List price in fen before prices were raised.
    pub price: i64,
    /// What it costs the firm, in fen.
    pub cost: i64,
    /// How often it is chosen within its category.
    pub weight: u32,
}

/// Groups of goods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Category {
    /// Machines: bought once in years.
    Machine,
    /// Beans: bought again and again.
    Beans,
    /// Accessories.
    Accessory,
    /// Courses and extended warranties.
    Service,
}

impl Category {
    /// The label in data.
    pub fn name(self) -> &'static str {
        match self {
            Category::Machine => "设备",
            Category::Beans => "咖啡豆",
            Category::Accessory => "配件",
            Category::Service => "服务",
        }
    }
}

const fn product(
    id: &'static str,
    name: &'static str,
    category: Category,
    price: i64,
    cost: i64,
    weight: u32,
) -> Product {
    Product { id, name, category, price, cost, weight }
}

/// The catalogue.
pub const PRODUCTS: [Product; 18] = [
    product("M01", "青禾滴滤机", Category::Machine, 39_900, 23_000, 30),
    product("M02", "青禾胶囊机", Category::Machine, 69_900, 41_000, 22),
    product("M03", "青禾半自动意式机", Category::Machine, 168_800, 99_000, 14),
    product("M04", "青禾全自动意式机", Category::Machine, 329_900, 196_000, 6),
    product("B01", "云南日晒 500g", Category::Beans, 8_800, 4_100, 26),
    product("B02", "意式拼配 500g", Category::Beans, 7_800, 3_600, 28),
    product("B03", "耶加雪菲 250g", Category::Beans, 6_800, 3_100, 18),
    product("B04", "瑰夏 100g", Category::Beans, 12_800, 7_000, 5),
    product("B05", "低因拼配 500g", Category::Beans, 9_200, 4_500, 7),
    product("B06", "胶囊 60 粒", Category::Beans, 13_900, 6_400, 16),
    product("A01", "滤纸 200 张", Category::Accessory, 1_980, 700, 30),
    product("A02", "手摇磨豆机", Category::Accessory, 19_900, 11_000, 10),
    product("A03", "电动磨豆机", Category::Accessory, 59_900, 35_000, 6),
    product("A04", "手冲壶套装", Category::Accessory, 26_800, 14_500, 9),
    product("A05", "除垢清洁片", Category::Accessory, 3_900, 1_400, 20),
    product("S01", "拉花课程", Category::Service, 29_800, 12_000, 6),
    product("S02", "咖啡师体验课", Category::Service, 19_800, 8_000, 8),
    product("S03", "延保两年", Category::Service, 19_900, 6_000, 7),
];

/// Someone who looks after customers.
#[derive(Debug)]
pub struct Staff {
    /// The number.
    pub id: &'static str,
    /// The name.
    pub name: &'static str,
    /// Position in [`DEPARTMENTS`].
    pub department: usize,
    /// Share of the customers.
    pub weight: u32,
}

const fn staff(id: &'static str, name: &'static str, department: usize, weight: u32) -> Staff {
    Staff { id, name, department, weight }
}

/// The people. The first one holds far more customers than anybody else.
pub const STAFF: [Staff; 16] = [
    staff("S01", "高志远", 1, 40),
    staff("S02", "林晓梅", 1, 14),
    staff("S03", "陈立", 1, 12),
    staff("S04", "周雅琴", 1, 11),
    staff("S05", "吴海涛", 1, 9),
    staff("S06", "郑爽", 1, 8),
    staff("S07", "黄文博", 1, 7),
    staff("S08", "赵敏", 3, 9),
    staff("S09", "孙国栋", 3, 7),
    staff("S10", "何静", 0, 8),
    staff("S11", "罗佳", 0, 7),
    staff("S12", "宋雨桐", 0, 6),
    staff("S13", "唐建华", 2, 8),
    staff("S14", "许婷", 2, 8),
    staff("S15", "韩冰", 2, 7),
    staff("S16", "曹磊", 2, 6),
];

/// Family names with their share.
pub const FAMILY_NAMES: [(&str, u32); 32] = [
    ("王", 72),
    ("李", 71),
    ("张", 68),
    ("刘", 54),
    ("陈", 46),
    ("杨", 31),
    ("黄", 23),
    ("赵", 21),
    ("吴", 20),
    ("周", 20),
    ("徐", 15),
    ("孙", 15),
    ("马", 13),
    ("朱", 12),
    ("胡", 12),
    ("郭", 11),
    ("何", 11),
    ("林", 11),
    ("高", 10),
    ("罗", 10),
    ("郑", 9),
    ("梁", 9),
    ("谢", 8),
    ("宋", 7),
    ("唐", 7),
    ("许", 7),
    ("韩", 6),
    ("邓", 6),
    ("冯", 6),
    ("曹", 6),
    ("欧阳", 2),
    ("司马", 1),
];
/// Given names of women.
pub const WOMENS_NAMES: [&str; 24] = [
    "芳", "娜", "敏", "静", "丽", "艳", "娟", "霞", "秀英", "桂兰", "婷婷", "雪梅", "晓燕", "雨桐",
    "欣怡", "梓涵", "诗琪", "佳怡", "思雨", "若曦", "春华", "玉兰", "海燕", "文静",
];
/// Given names of men.
pub const MENS_NAMES: [&str; 24] = [
    "伟", "强", "磊", "军", "勇", "杰", "涛", "明", "超", "刚", "建国", "志强", "国栋", "俊杰",
    "浩然", "子轩", "宇航", "文博", "家豪", "天佑", "德华", "永康", "海峰", "晓东",
];

/// What campaigns are called, in turn.
pub const CAMPAIGNS: [&str; 8] =
    ["新豆上市", "会员日", "老客有礼", "咖啡课堂", "换季保养", "以旧换新", "节日礼盒", "社群拼单"];
/// What seminars are about.
pub const SEMINARS: [&str; 4] = ["手冲入门", "拉花体验", "产地分享", "门店品鉴会"];
/// What complaints are about: late delivery first, faults second.
pub const COMPLAINTS: [&str; 5] = ["配送延误", "机器故障", "口味不符", "客服态度", "包装破损"];
/// What tickets are about.
pub const TICKETS: [&str; 5] = ["漏水", "不出咖啡", "研磨异常", "使用咨询", "发票"];
/// What the community talks about.
pub const POSTS: [&str; 5] = ["晒单", "配方分享", "使用求助", "新手提问", "活动讨论"];
/// What customers suggest.
pub const SUGGESTIONS: [&str; 5] = ["小包装", "更低噪音", "企业采购", "积分规则", "门店营业时间"];
/// Pages of the web site.
pub const PAGES: [(&str, u32); 7] = [
    ("首页", 30),
    ("商品详情", 34),
    ("活动", 12),
    ("购物车", 10),
    ("教程", 8),
    ("售后", 4),
    ("门店", 3),
];
/// Where purchases are made.
pub const SHOPS: [(&str, u32); 5] =
    [("官网", 18), ("天猫", 34), ("京东", 22), ("门店", 14), ("企业微信", 12)];
/// Position of 门店, whose goods need no delivery.
pub const IN_STORE: usize = 3;
/// How staff reach customers.
pub const TOUCHES: [(&str, u32); 4] = [("电话", 40), ("企业微信", 42), ("短信", 10), ("上门", 8)];

/// `ref_product.csv`.
pub fn products_table() -> String {
    let mut out = "id,name,category,price,cost\n".to_owned();
    for Product { id, name, category, price, cost, .. } in &PRODUCTS {
        let yuan = |fen: i64| format!("{}.{:02}", fen / 100, fen % 100);
        let line = [id, name, category.name(), &yuan(*price), &yuan(*cost)].join(",");
        out.push_str(&line);
        out.push('\n');
    }
    out
}

/// `ref_staff.csv`.
pub fn staff_table() -> String {
    let mut out = "id,name,department,left_on\n".to_owned();
    for (position, Staff { id, name, department, .. }) in STAFF.iter().enumerate() {
        let left = if position == ACE { "2025-04-01" } else { "" };
        let line = [id, name, DEPARTMENTS[*department], left].join(",");
        out.push_str(&line);
        out.push('\n');
    }
    out
}

/// The firm with its clocks.
#[derive(Debug)]
pub struct Firm {
    /// When people buy.
    pub buying: Rhythm,
    /// When people browse and write.
    pub browsing: Rhythm,
    /// When people work.
    pub office: Rhythm,
}

impl Firm {
    /// The firm.
    pub fn new() -> Firm {
        Firm {
            buying: Rhythm::of(Habit::Buying),
            browsing: Rhythm::of(Habit::Browsing),
            office: Rhythm::of(Habit::Office),
        }
    }
}

/// The times at which campaigns go out: every second Tuesday at ten.
pub fn mailings() -> impl Iterator<Item = (usize, Seconds)> {
    (0..)
        .map(|n| (n as usize, (9 + 14 * n) * DAY + 10 * 3_600))
        .take_while(|(_, at)| *at < 1_094 * DAY)
}

#[cfg(test)]
mod tests {
    use super::super::rhythm::civil;
    use super::*;

    #[test]
    fn days_of_note_are_the_days_they_say() {
        assert_eq!(civil(WAREHOUSE_OPENED / DAY), (2025, 7, 1));
        assert_eq!(civil(PRICES_RAISED / DAY), (2025, 3, 1));
        assert_eq!(civil(ACE_LEFT / DAY), (2025, 4, 1));
        assert_eq!(civil(mailings().next().unwrap().1 / DAY), (2023, 1, 10));
    }

    #[test]
    fn hobbies_are_written_in_the_order_of_a_set() {
        assert!(HOBBIES.is_sorted());
        assert_eq!(REGIONS[SOUTHWEST].0, "西南");
        assert_eq!(SOURCES[BY_REFERRAL].0, "朋友推荐");
        assert_eq!(SHOPS[IN_STORE].0, "门店");
    }
}
