//! Names of places that stand before the name of a firm.
//!
//! Provinces and prefectures of the People's Republic of China as of 2024 (GB/T 2260,
//! names alone); 市, 省 and the like follow them or not.

/// Provinces with what they are.
#[rustfmt::skip]
const PROVINCES: &[&str] = &[
    "北京市", "天津市", "上海市", "重庆市", "河北省", "山西省", "辽宁省", "吉林省", "黑龙江省", "江苏省", "浙江省",
    "安徽省", "福建省", "江西省", "山东省", "河南省", "湖北省", "湖南省", "广东省", "海南省", "四川省", "贵州省",
    "云南省", "陕西省", "甘肃省", "青海省", "台湾省", "内蒙古自治区", "广西壮族自治区", "西藏自治区",
    "宁夏回族自治区", "新疆维吾尔自治区", "香港特别行政区", "澳门特别行政区",
];

/// Their short names, and those of prefectures and of the cities that are in plan
/// by themselves.
#[rustfmt::skip]
const PLACES: &[&str] = &[
    "北京", "天津", "上海", "重庆", "河北", "山西", "辽宁", "吉林", "黑龙江", "江苏", "浙江", "安徽", "福建",
    "江西", "山东", "河南", "湖北", "湖南", "广东", "海南", "四川", "贵州", "云南", "陕西", "甘肃", "青海", "台湾",
    "内蒙古", "广西", "西藏", "宁夏", "新疆", "香港", "澳门", "石家庄", "唐山", "秦皇岛", "邯郸", "邢台", "保定",
    "张家口", "承德", "沧州", "廊坊", "衡水", "太原", "大同", "阳泉", "长治", "晋城", "朔州", "晋中", "运城",
    "忻州", "临汾", "吕梁", "呼和浩特", "包头", "乌海", "赤峰", "通辽", "鄂尔多斯", "呼伦贝尔", "巴彦淖尔",
    "乌兰察布", "沈阳", "大连", "鞍山", "抚顺", "本溪", "丹东", "锦州", "营口", "阜新", "辽阳", "盘锦", "铁岭",
    "朝阳", "葫芦岛", "长春", "四平", "辽源", "通化", "白山", "松原", "白城", "延边", "哈尔滨", "齐齐哈尔", "鸡西",
    "鹤岗", "双鸭山", "大庆", "伊春", "佳木斯", "七台河", "牡丹江", "黑河", "绥化", "南京", "无锡", "徐州", "常州",
    "苏州", "南通", "连云港", "淮安", "盐城", "扬州", "镇江", "泰州", "宿迁", "昆山", "常熟", "张家港", "江阴",
    "宜兴", "杭州", "宁波", "温州", "嘉兴", "湖州", "绍兴", "金华", "衢州", "舟山", "台州", "丽水", "义乌", "慈溪",
    "余姚", "诸暨", "合肥", "芜湖", "蚌埠", "淮南", "马鞍山", "淮北", "铜陵", "安庆", "黄山", "滁州", "阜阳",
    "宿州", "六安", "亳州", "池州", "宣城", "福州", "厦门", "莆田", "三明", "泉州", "漳州", "南平", "龙岩", "宁德",
    "晋江", "石狮", "南昌", "景德镇", "萍乡", "九江", "新余", "鹰潭", "赣州", "吉安", "宜春", "抚州", "上饶",
    "济南", "青岛", "淄博", "枣庄", "东营", "烟台", "潍坊", "济宁", "泰安", "威海", "日照", "临沂", "德州", "聊城",
    "滨州", "菏泽", "郑州", "开封", "洛阳", "平顶山", "安阳", "鹤壁", "新乡", "焦作", "濮阳", "许昌", "漯河",
    "三门峡", "南阳", "商丘", "信阳", "周口", "驻马店", "济源", "武汉", "黄石", "十堰", "宜昌", "襄阳", "鄂州",
    "荆门", "孝感", "荆州", "黄冈", "咸宁", "随州", "恩施", "长沙", "株洲", "湘潭", "衡阳", "邵阳", "岳阳", "常德",
    "张家界", "益阳", "郴州", "永州", "怀化", "娄底", "湘西", "广州", "韶关", "深圳", "珠海", "汕头", "佛山",
    "江门", "湛江", "茂名", "肇庆", "惠州", "梅州", "汕尾", "河源", "阳江", "清远", "东莞", "中山", "潮州", "揭阳",
    "云浮", "顺德", "南宁", "柳州", "桂林", "梧州", "北海", "防城港", "钦州", "贵港", "玉林", "百色", "贺州",
    "河池", "来宾", "崇左", "海口", "三亚", "三沙", "儋州", "成都", "自贡", "攀枝花", "泸州", "德阳", "绵阳",
    "广元", "遂宁", "内江", "乐山", "南充", "眉山", "宜宾", "广安", "达州", "雅安", "巴中", "资阳", "阿坝", "甘孜",
    "凉山", "贵阳", "六盘水", "遵义", "安顺", "毕节", "铜仁", "黔西南", "黔东南", "黔南", "昆明", "曲靖", "玉溪",
    "保山", "昭通", "丽江", "普洱", "临沧", "楚雄", "红河", "文山", "西双版纳", "大理", "德宏", "怒江", "迪庆",
    "拉萨", "日喀则", "昌都", "林芝", "山南", "那曲", "阿里", "西安", "铜川", "宝鸡", "咸阳", "渭南", "延安",
    "汉中", "榆林", "安康", "商洛", "兰州", "嘉峪关", "金昌", "白银", "天水", "武威", "张掖", "平凉", "酒泉",
    "庆阳", "定西", "陇南", "临夏", "甘南", "西宁", "海东", "海北", "黄南", "海西", "玉树", "果洛", "银川",
    "石嘴山", "吴忠", "固原", "中卫", "乌鲁木齐", "克拉玛依", "吐鲁番", "哈密", "昌吉", "博尔塔拉", "巴音郭楞",
    "阿克苏", "喀什", "和田", "伊犁", "塔城", "阿勒泰", "台北", "新北", "桃园", "台中", "台南", "高雄", "基隆",
    "新竹", "嘉义",
];

/// Places whose bare name begins names that have nothing to do with them: only with
/// 市 or the like behind it.
#[rustfmt::skip]
const OTHERWISE: &[&str] = &[
    "朝阳", "阿里", "中山", "大理", "白银", "黄山", "东营", "日照", "海西", "海东", "和田", "吉安", "安顺", "广安",
    "泰安", "保定", "安康", "德州",
];

/// What may follow a place.
const KINDS: [&str; 7] = ["特别行政区", "自治区", "自治州", "地区", "省", "市", "盟"];

/// Words that end in 市 and name no city.
const NO_CITIES: &str = "超城门都夜集股上花菜楼房车";

/// How much of a text is a place at its start, in bytes: the name, and what it is.
/// Nothing: 0.
///
/// `inside`: a place stands before, so that a district or county may follow.
pub(super) fn length(text: &str, inside: bool) -> usize {
    let longest = |names: &[&str]| {
        let names = names.iter().filter(|name| text.starts_with(**name));
        names.map(|name| name.len()).max().unwrap_or(0)
    };
    let province = longest(PROVINCES);
    let name = longest(PLACES);
    let after = text.get(name..).unwrap_or_default();
    let kind = KINDS.iter().find(|kind| after.starts_with(**kind)).map_or(0, |kind| kind.len());
    let bare = name > 0 && kind == 0;
    let named = text.get(..name).unwrap_or_default();
    let name = if bare && OTHERWISE.contains(&named) { 0 } else { name + kind };
    match province.max(name) {
        0 => pattern(text, inside),
        found => found,
    }
}

/// A city or county that no list has, by what follows its name of two or three
/// characters; after a place a district too.
fn pattern(text: &str, inside: bool) -> usize {
    let mut before = None;
    for (place, (from, char)) in text.char_indices().enumerate().take(4) {
        let fits = match char {
            '市' => before.is_some_and(|before| !NO_CITIES.contains(before)),
            '县' => true,
            '区' => inside,
            _ => false,
        };
        if place >= 2 && fits {
            return from + char.len_utf8();
        }
        before = Some(char);
    }
    0
}

/// The name of a place without what it is, so that 北京市 and 北京 are one.
pub(super) fn short(place: &str) -> &str {
    KINDS.iter().find_map(|kind| place.strip_suffix(kind)).unwrap_or(place)
}

/// Whether a text is nothing but a place, or the country.
pub(super) fn is_place(text: &str) -> bool {
    matches!(text, "中国" | "中华人民共和国" | "china" | "cn" | "prc")
        || (!text.is_empty() && length(text, false) == text.len())
}
