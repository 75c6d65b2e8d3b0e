//! `firesite plan`: the main job.

use std::path::Path;

use firesite::plan::plan_json::{PlanFile, Scenario};
use firesite::prelude::WriteResults;

use crate::args::Lang;
use crate::commands::summary::{self, Words};
use crate::console::Console;
use crate::outcome::{Done, Outcome};

/// Runs the command.
pub fn run(console: &Console, file: &Path, main: Option<&str>, out: &Path) -> Outcome {
    let mut study = summary::open(console, file)?;
    if let Some(main) = main {
        study = study.with_main(main)?;
    }
    let bar = console.progress(format!("planning {}", file.display()));
    let plan = study.plan()?;
    bar.set_message(format!("writing {}", out.display()));
    plan.write(out)?;
    bar.finish_and_clear();
    console.findings(&study.findings());
    let words = Words::of(&plan.document.study.lang);
    console.result(|| told(&plan.document, words, out), &plan.document)?;
    Ok(if plan.met() { Done::Well } else { Done::NotMet })
}

/// The tables a planner looks at first.
fn told(plan: &PlanFile, words: Words, out: &Path) -> String {
    let mut text = summary::head(&plan.study, words);
    text.push_str(&scenarios(plan, words));
    let main = plan.scenarios.iter().find(|s| Some(&s.name) == plan.study.main.as_ref()).or(plan.scenarios.first());
    if let Some(main) = main {
        text.push_str(&format!("\n{}: {}\n", words.pick("Main scenario", "主方案"), main.name));
        text.push_str(&levels(main, words));
        text.push_str(&districts(main, words));
        text.push_str(&compliance(main, words));
        text.push_str(&by_area(main, words));
        text.push_str(&prices(main, words));
        text.push_str(&years(main, words));
        text.push_str(&towns(main, words));
        for conflict in &main.conflicts {
            text.push_str(&format!(
                "{}: {}\n",
                words.pick("cannot be met", "无法满足"),
                words.pick(&conflict.message, &conflict.message_zh)
            ));
        }
    }
    if !plan.contradictions.is_empty() {
        text.push_str(&format!("\n{}:\n", words.pick("Contradictions of the sources", "原文自相矛盾之处")));
        for c in &plan.contradictions {
            text.push_str(&format!("- {}\n", words.pick(&c.message, &c.message_zh)));
        }
    }
    text.push_str(&format!("\n{} {}\n", words.pick("written to", "结果写入"), out.display()));
    text
}

fn scenarios(plan: &PlanFile, words: Words) -> String {
    let head = match words {
        Words(Lang::En) => [
            "scenario",
            "existing",
            "new",
            "upgraded",
            "closed",
            "total",
            "covered before",
            "covered after",
            "mean after",
            "status",
            "gap",
        ],
        Words(Lang::Zh) => [
            "方案",
            "现有",
            "新建",
            "升级",
            "关闭",
            "合计",
            "规划前覆盖率",
            "规划后覆盖率",
            "规划后平均时间",
            "求解状态",
            "差距",
        ],
    };
    let mut table = summary::table(head);
    for s in &plan.scenarios {
        let l = &s.ledger;
        table.add_row(vec![
            s.name.clone(),
            l.existing.to_string(),
            l.new.to_string(),
            l.upgraded.to_string(),
            l.closed.to_string(),
            l.total.to_string(),
            summary::percent(s.coverage.before.share),
            summary::percent(s.coverage.after.share),
            summary::seconds(s.coverage.after.mean_s),
            s.optimum.status.clone(),
            s.optimum.gap.map_or("-".to_owned(), |g| format!("{:.3} %", g * 100.0)),
        ]);
    }
    format!("{table}\n")
}

fn levels(scenario: &Scenario, words: Words) -> String {
    let head = match words {
        Words(Lang::En) => ["level", "unit", "objective", "bound", "gap", "status"],
        Words(Lang::Zh) => ["目标层次", "单位", "目标值", "界", "差距", "状态"],
    };
    let mut table = summary::table(head);
    let figure = |x: Option<f64>| x.map_or("-".to_owned(), |x| format!("{x:.1}"));
    for l in &scenario.optimum.levels {
        let gap = l.gap.map_or("-".to_owned(), |g| format!("{:.3} %", g * 100.0));
        table.add_row(vec![
            format!("{} {}", l.sense, l.name),
            l.unit.clone(),
            figure(l.objective),
            figure(l.bound),
            gap,
            l.status.clone(),
        ]);
    }
    format!("{table}\n")
}

fn districts(scenario: &Scenario, words: Words) -> String {
    let head = match words {
        Words(Lang::En) => ["district", "stations before", "after", "covered before", "after", "mean before", "after"],
        Words(Lang::Zh) => ["县市区", "规划前站数", "规划后", "规划前覆盖率", "规划后", "规划前平均时间", "规划后"],
    };
    let mut table = summary::table(head);
    for d in &scenario.districts {
        let (before, after) = (&d.coverage.before, &d.coverage.after);
        table.add_row(vec![
            d.name.clone(),
            d.stations.before.to_string(),
            d.stations.after.to_string(),
            summary::percent(before.share),
            summary::percent(after.share),
            summary::seconds(before.mean_s),
            summary::seconds(after.mean_s),
        ]);
    }
    format!("{table}\n")
}

/// N by area beside N by time.
fn by_area(scenario: &Scenario, words: Words) -> String {
    let head = match words {
        Words(Lang::En) => ["built-up area", "km2", "N by area", "N in the plan", "which binds"],
        Words(Lang::Zh) => ["建成区", "面积", "按面积N", "规划N", "控制因素"],
    };
    let mut table = summary::table(head);
    for b in &scenario.built_up {
        let Some(n) = &b.area_caps else { continue };
        table.add_row(vec![
            b.name.clone(),
            format!("{:.2}", n.built_up_km2),
            n.n_by_area.to_string(),
            n.n_in_plan.to_string(),
            words.pick(&n.sentence, &n.sentence_zh).to_owned(),
        ]);
    }
    if table.row_count() == 0 { String::new() } else { format!("{table}\n") }
}

/// The plan year by year.
fn years(scenario: &Scenario, words: Words) -> String {
    let Some(phasing) = &scenario.phasing else { return String::new() };
    let head = match words {
        Words(Lang::En) => ["year", "works", "cost", "covered at its end", "mean", "stations"],
        Words(Lang::Zh) => ["年份", "工程数", "造价", "年末覆盖率", "平均时间", "消防站"],
    };
    let mut table = summary::table(head);
    for y in &phasing.years {
        table.add_row(vec![
            y.year.to_string(),
            y.stations.len().to_string(),
            format!("{}", y.cost),
            summary::percent(y.share),
            summary::seconds(y.mean_s),
            y.stations.join(" "),
        ]);
    }
    let nature = match (phasing.nature.as_str(), words.0) {
        ("real", _) => String::new(),
        (nature, Lang::En) => format!(" (limits of the years: {nature})"),
        (_, Lang::Zh) => "（各年限额为假定）".to_owned(),
    };
    format!("{table}\n{}{nature}\n", words.pick(&phasing.message, &phasing.message_zh))
}

/// What is decided for the towns that a rule asks a station for, and how many towns nobody reaches in time.
fn towns(scenario: &Scenario, words: Words) -> String {
    let asked: Vec<_> = scenario.towns.iter().filter(|t| t.rule.is_some()).collect();
    let mut text = String::new();
    if !asked.is_empty() {
        let of = |decision: &str| asked.iter().filter(|t| t.decision == decision).count();
        let counts = [of("keep"), of("upgrade"), of("build_new"), of("none")];
        text.push_str(&match words {
            Words(Lang::En) => format!(
                "towns with a rule: {} keep, {} upgrade, {} build new, {} without (tables/towns.csv, tables/choices.csv)\n",
                counts[0], counts[1], counts[2], counts[3]
            ),
            Words(Lang::Zh) => format!(
                "有建站要求的乡镇：保留{}，升级{}，新建{}，无站{}（tables/towns.csv、tables/choices.csv）\n",
                counts[0], counts[1], counts[2], counts[3]
            ),
        });
    }
    let outside =
        |after: bool| scenario.towns.iter().filter(|t| if after { t.outside_after } else { t.outside_before }).count();
    if !scenario.towns.is_empty() {
        text.push_str(&match words {
            Words(Lang::En) => format!(
                "towns outside every station's reach: {} before, {} after, of {}\n",
                outside(false),
                outside(true),
                scenario.towns.len()
            ),
            Words(Lang::Zh) => format!(
                "超出消防站保护范围的乡镇：规划前{}个，规划后{}个，共{}个\n",
                outside(false),
                outside(true),
                scenario.towns.len()
            ),
        });
    }
    text
}

/// What each rule costs.
fn prices(scenario: &Scenario, words: Words) -> String {
    if scenario.prices.is_empty() {
        return String::new();
    }
    let head = match words {
        Words(Lang::En) => ["rule", "title", "price"],
        Words(Lang::Zh) => ["规则", "名称", "代价"],
    };
    let mut table = summary::table(head);
    for p in &scenario.prices {
        table.add_row(vec![
            p.rule.clone(),
            words.pick(&p.title, &p.title_zh).to_owned(),
            words.pick(&p.message, &p.message_zh).to_owned(),
        ]);
    }
    format!("{table}\n")
}

/// The rules that bind the plan, subject by subject; the others are counted.
fn compliance(scenario: &Scenario, words: Words) -> String {
    let head = match words {
        Words(Lang::En) => ["rule", "district", "subject", "required", "standing", "proposed", "met", "article"],
        Words(Lang::Zh) => ["规则", "县市区", "对象", "要求", "现有", "规划", "达标", "条文"],
    };
    let mut table = summary::table(head);
    let figure = |x: Option<f64>| x.map_or("-".to_owned(), |x| format!("{x}"));
    let hard = scenario.compliance.iter().filter(|c| c.severity == "hard" && c.unit == "stations");
    for c in hard {
        let met = match c.met {
            Some(true) => words.pick("yes", "是"),
            Some(false) => words.pick("NO", "否"),
            None => words.pick("not certain", "待定"),
        };
        table.add_row(vec![
            c.rule.clone(),
            c.district_name.clone().unwrap_or_default(),
            c.subject.clone(),
            figure(c.required),
            figure(c.standing),
            figure(c.proposed),
            met.to_owned(),
            format!(
                "{} [{}]{}",
                c.source,
                c.confidence,
                if c.verified { "" } else { words.pick(", unverified figures", "，含未核实数字") }
            ),
        ]);
    }
    let count = |met: Option<bool>| scenario.compliance.iter().filter(|c| c.met == met).count();
    let all = match words {
        Words(Lang::En) => format!(
            "all rules: {} met, {} not met, {} not certain (tables/compliance.csv)",
            count(Some(true)),
            count(Some(false)),
            count(None)
        ),
        Words(Lang::Zh) => format!(
            "全部规则：达标{}项，未达标{}项，待定{}项（tables/compliance.csv）",
            count(Some(true)),
            count(Some(false)),
            count(None)
        ),
    };
    format!("{table}\n{all}\n")
}
