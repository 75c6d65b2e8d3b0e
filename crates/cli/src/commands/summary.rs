//! What the study commands share: opening, words of two languages, small tables.

use std::path::Path;

use comfy_table::Table;
use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use firesite::plan::plan_json::{Coverage, StudyHead};
use firesite::prelude::Study;

use crate::args::Lang;
use crate::console::Console;
use crate::outcome::Failure;

/// Chooses between the two languages.
#[derive(Clone, Copy)]
pub struct Words(pub Lang);

impl Words {
    /// As a study says.
    pub fn of(lang: &str) -> Self {
        Self(if lang == "zh" { Lang::Zh } else { Lang::En })
    }

    /// The English or the Chinese text.
    pub fn pick<'a>(self, en: &'a str, zh: &'a str) -> &'a str {
        if self.0 == Lang::Zh { zh } else { en }
    }
}

/// Opens a study; `--lang` outranks the study file.
pub fn open(console: &Console, file: &Path) -> Result<Study, Failure> {
    let study = Study::open(file)?;
    Ok(match console.lang {
        Some(lang) => study.with_lang(if lang == Lang::Zh { "zh" } else { "en" }),
        None => study,
    })
}

/// A table with these headings.
pub fn table<const N: usize>(head: [&str; N]) -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_HORIZONTAL_ONLY).set_header(head);
    table
}

/// A share as per cent.
pub fn percent(share: Option<f64>) -> String {
    share.map_or("-".to_owned(), |s| format!("{:.1} %", s * 100.0))
}

/// Seconds as minutes and seconds.
pub fn seconds(seconds: Option<f64>) -> String {
    seconds.map_or("-".to_owned(), |s| format!("{}:{:02}", (s.round() as u64) / 60, (s.round() as u64) % 60))
}

/// Title and how real it is.
pub fn head(study: &StudyHead, words: Words) -> String {
    let title = study.title_zh.as_ref().filter(|_| words.0 == Lang::Zh).unwrap_or(&study.title);
    let nature = match (study.nature.as_str(), words.0) {
        ("schematic", Lang::En) => "SCHEMATIC: made-up inputs among them; no figure is a fact about the place",
        ("schematic", Lang::Zh) => "示意性算例：含虚构数据，结果不代表当地实际",
        ("assumed", Lang::En) => "ASSUMED: some inputs follow from assumptions",
        ("assumed", Lang::Zh) => "假定性算例：部分数据按假定推得",
        (_, Lang::En) => "real inputs",
        (_, Lang::Zh) => "实际数据",
    };
    format!("{title}\n[{nature}]\n")
}

/// The figures of coverage in one line.
pub fn coverage_line(c: &Coverage, words: Words) -> String {
    let share = percent(c.share);
    match words.0 {
        Lang::En => format!(
            "covered within {} s: {share} of {:.0}; mean {}, 90 % within {}, longest {}; unreachable {:.0}; roads {:.0} of {:.0} km",
            c.clock.limit_s,
            c.demand_total,
            seconds(c.mean_s),
            seconds(c.p90_s),
            seconds(c.max_s),
            c.unreachable,
            c.road_km_covered,
            c.road_km_total
        ),
        Lang::Zh => format!(
            "{}秒内覆盖{share}（总量{:.0}）；平均{}，90%在{}内，最长{}；无法到达{:.0}；道路覆盖{:.0}/{:.0}公里",
            c.clock.limit_s,
            c.demand_total,
            seconds(c.mean_s),
            seconds(c.p90_s),
            seconds(c.max_s),
            c.unreachable,
            c.road_km_covered,
            c.road_km_total
        ),
    }
}
