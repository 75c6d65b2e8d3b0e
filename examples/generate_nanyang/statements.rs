//! What the source plan says, one figure a row, from the tables of its annexes and its text.

use std::error::Error;

use super::{facts::Facts, layers::plain_csv};

const HEAD: [&str; 8] = ["source", "article", "quantity", "kind", "district", "value", "quote", "note"];

/// Statements of the text beside its figures: the same matter said in more than one way.
const WORDINGS: [[&str; 8]; 12] = [
    [
        "专栏3",
        "第四章",
        "wording of the key-town stations",
        "",
        "",
        "新建改建",
        "新建改建全国重点镇消防站22个",
        "new builds and rebuilds together",
    ],
    [
        "text",
        "第四章第二节",
        "wording of the key-town stations",
        "",
        "",
        "新建",
        "全市新建消防站……24个",
        "new builds only",
    ],
    [
        "专栏3",
        "第四章",
        "deadline of the key-town stations",
        "",
        "",
        "2025年前",
        "2025年前，全市建成二级消防站2个；新建改建全国重点镇消防站22个",
        "",
    ],
    [
        "text",
        "第二章第三节",
        "deadline of the key-town stations",
        "",
        "",
        "到2025年",
        "到2025年，基本实现“两建立三提升”发展目标",
        "",
    ],
    [
        "专栏2",
        "第三章第三节",
        "which towns set up a full-time team",
        "",
        "",
        "22个全国重点镇、经济发达乡镇及有实际需求的乡镇",
        "全市22个全国重点镇、经济发达乡镇及有实际需求的乡镇……全部建成高质量的消防站",
        "the 22 may cover three kinds of town or one",
    ],
    [
        "text",
        "第五章第二节",
        "which towns set up a full-time team",
        "",
        "",
        "城市消防救援站保护范围之外的乡镇、街道",
        "推动城市消防救援站保护范围之外的乡镇、街道……建立专职消防队或志愿消防队",
        "",
    ],
    [
        "text",
        "第七章第三节",
        "which towns set up a full-time team",
        "",
        "",
        "所有乡镇",
        "所有乡镇按标准建设政府专职消防队",
        "",
    ],
    [
        "text",
        "第四章第三节",
        "registered volunteers",
        "",
        "",
        "10000",
        "全市注册消防志愿者人数不少于1万人",
        "said twice in one paragraph",
    ],
    [
        "text",
        "第四章第三节",
        "registered volunteers",
        "",
        "",
        "200000",
        "全市注册消防志愿者人数不少于20万人",
        "said twice in one paragraph",
    ],
    [
        "text",
        "附件1",
        "area of the lists",
        "",
        "",
        "全省",
        "全省消防站规划建设清单",
        "a provincial template, kept by mistake",
    ],
    ["专栏3", "第四章", "area of the lists", "", "", "全市", "2025年前，全市建成二级消防站2个", ""],
    ["annex", "附件1", "county-level units", "", "", "13", "", "rows of the table; the four zones have none"],
];

/// The table.
pub fn table(facts: &Facts) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut rows: Vec<Vec<String>> = Vec::new();
    for (key, quantity, kind) in [
        ("stations_2020", "existing", ""),
        ("new_2021_2025", "new", ""),
        ("stations_2025", "total", ""),
        ("new_second_class", "new", "second"),
        ("new_key_towns", "new", "national_key"),
        ("old_stations_to_upgrade", "renovated", ""),
        ("county_units", "county-level units", ""),
    ] {
        let target =
            facts.targets.iter().find(|t| t["key"] == key).ok_or_else(|| format!("plan_targets.csv has no {key}"))?;
        let article = target["source"].split_once(' ').map_or("", |s| s.1);
        rows.push(
            ["text", article, quantity, kind, "", &target["value"], &target["quote"], ""].map(str::to_owned).to_vec(),
        );
    }
    for row in &facts.annex1 {
        let article = format!("附件1 第{}行", row["row"]);
        let kinds = [
            ("special", "special"),
            ("first", "first"),
            ("second", "second"),
            ("small", "small"),
            ("logistics", "logistics"),
            ("key_towns", "national_key"),
            ("other_towns", "other"),
            ("total", ""),
        ];
        for (column, kind) in kinds.iter().filter(|(c, _)| !row[*c].is_empty()) {
            rows.push(
                ["annex", &article, "new", kind, &row["district"], &row[*column], "", ""].map(str::to_owned).to_vec(),
            );
        }
    }
    for row in &facts.annex2 {
        let article = format!("附件2 第{}行", row["row"]);
        rows.push(
            ["annex", &article, "renovated", "", &row["district"], "1", &row["station"], ""]
                .map(str::to_owned)
                .to_vec(),
        );
    }
    rows.extend(WORDINGS.iter().map(|r| r.map(str::to_owned).to_vec()));
    plain_csv(&HEAD, &rows)
}
