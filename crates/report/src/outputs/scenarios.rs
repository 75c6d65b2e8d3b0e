//! `tables/scenarios.csv`: the scenarios side by side, a row a figure, a column a scenario.

use firesite_plan::plan_json::Scenario;

use super::Drawn;
use crate::table::{Table, figure, maybe};

/// A figure of a scenario.
type Figure = fn(&Scenario) -> String;

const FIGURES: &[(&str, &str, &str, Figure)] = &[
    ("existing stations", "现有消防站", "stations", |s| s.ledger.existing.to_string()),
    ("new stations", "新建消防站", "stations", |s| s.ledger.new.to_string()),
    ("upgraded stations", "升级消防站", "stations", |s| s.ledger.upgraded.to_string()),
    ("closed stations", "关闭消防站", "stations", |s| s.ledger.closed.to_string()),
    ("stations in all", "消防站总数", "stations", |s| s.ledger.total.to_string()),
    ("stations in all with uncounted upgraded teams", "计入升级的乡镇队后总数", "stations", |s| {
        (s.ledger.total + s.ledger.upgraded_uncounted).to_string()
    }),
    ("cost", "造价", "class units", |s| {
        maybe(s.optimum.levels.iter().find(|l| l.name == "cost").and_then(|l| l.objective))
    }),
    ("demand covered before", "规划前覆盖量", "weight", |s| figure(s.coverage.before.demand_covered)),
    ("demand covered after", "规划后覆盖量", "weight", |s| figure(s.coverage.after.demand_covered)),
    ("covered before", "规划前覆盖率", "share", |s| maybe(s.coverage.before.share)),
    ("covered after", "规划后覆盖率", "share", |s| maybe(s.coverage.after.share)),
    ("mean response time after", "规划后平均响应时间", "s", |s| maybe(s.coverage.after.mean_s)),
    ("90 % within after", "规划后90%响应时间", "s", |s| maybe(s.coverage.after.p90_s)),
    ("seats and towns that reach their target", "达到目标的建成区", "areas", |s| {
        s.built_up.iter().filter(|b| b.alpha_met == Some(true)).count().to_string()
    }),
    ("towns outside every station's reach after", "规划后超出保护范围的乡镇", "towns", |s| {
        s.towns.iter().filter(|t| t.outside_after).count().to_string()
    }),
    ("service areas across a barrier after", "规划后跨越障碍的辖区", "stations", |s| {
        s.across_barriers.map(|b| b.after.to_string()).unwrap_or_default()
    }),
    ("hard rules not met", "未达标的强制性条目", "subjects", |s| {
        s.compliance.iter().filter(|c| c.severity == "hard" && c.met == Some(false)).count().to_string()
    }),
    ("soft rules not met", "未达标的推荐性条目", "subjects", |s| {
        s.compliance.iter().filter(|c| c.severity == "soft" && c.met == Some(false)).count().to_string()
    }),
    ("status of the search", "求解状态", "", |s| s.optimum.status.clone()),
    ("gap of the first level", "第一层差距", "share", |s| maybe(s.optimum.gap)),
];

pub(super) fn draw(drawn: &Drawn<'_>) -> Option<Vec<u8>> {
    let plan = drawn.plan?;
    let head = ["figure", "figure_zh", "unit"].map(str::to_owned);
    let mut table = Table::new(head.into_iter().chain(plan.scenarios.iter().map(|s| s.name.clone())));
    for (name, name_zh, unit, of) in FIGURES {
        let head = [(*name).to_owned(), (*name_zh).to_owned(), (*unit).to_owned()];
        table.row(head.into_iter().chain(plan.scenarios.iter().map(of)).collect());
    }
    table.finish()
}
