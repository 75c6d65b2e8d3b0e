//! The answer in words, English and Chinese.

use super::{ExplainedOption, ExplainedPlace, Explanation, Forced, Sentence};
use crate::difference::Difference;
use crate::plan_json::{PlanFile, Scenario};

fn say(en: impl Into<String>, zh: impl Into<String>) -> Sentence {
    Sentence { en: en.into(), zh: zh.into() }
}

/// A figure with at most one decimal, thousands apart.
fn figure(x: f64) -> String {
    let tenths = (x.abs() * 10.0).round();
    let (whole, rest) = ((tenths / 10.0).trunc(), tenths % 10.0);
    let digits = format!("{whole:.0}");
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            text.push(' ');
        }
        text.push(digit);
    }
    let sign = if x < 0.0 && tenths > 0.0 { "-" } else { "" };
    if rest == 0.0 { format!("{sign}{text}") } else { format!("{sign}{text}.{rest:.0}") }
}

fn at(place: &ExplainedPlace) -> String {
    format!("{},{}", place.lon, place.lat)
}

/// The place cannot be tied to a road.
pub(super) fn off_the_road(place: &ExplainedPlace, why: &str) -> Vec<Sentence> {
    vec![say(
        format!("No station can stand at {}: it cannot be tied to a road that an engine may use ({why}).", at(place)),
        format!("{}处不能设站：附近没有消防车可用的道路（{why}）。", at(place)),
    )]
}

/// No class may stand there.
pub(super) fn no_class(place: &ExplainedPlace) -> Vec<Sentence> {
    vec![say(
        format!("No station can stand at {}: the rules allow no class there.", at(place)),
        format!("{}处不能设站：按规则此处不得设置任何类别的消防站。", at(place)),
    )]
}

/// The plan knows the place, the location problem does not.
pub(super) fn nothing_there(place: &ExplainedPlace) -> Vec<Sentence> {
    match place.status.as_str() {
        "closed" => vec![say(
            format!("{} is closed; the plan does not ask whether it should be.", place.name),
            format!("{}已关闭，规划不讨论其存废。", place.name),
        )],
        _ => vec![say(
            format!("{} has no part in the location problem of the scenario.", place.name),
            format!("{}不在本方案的选址模型中。", place.name),
        )],
    }
}

/// Everything known, most important first.
pub(super) fn told(e: &Explanation, document: &PlanFile, scenario: &Scenario) -> Vec<Sentence> {
    let mut said = vec![place(e, scenario)];
    // Of a station of the plan its own class is told; the others differ in what they cost.
    let chosen = e.options.iter().any(|o| o.chosen);
    for option in e.options.iter().filter(|o| o.chosen || !chosen || e.place.status == "existing") {
        said.extend(option_told(e, option));
    }
    if let Some(forced) = &e.forced {
        said.extend(forced_told(forced));
    }
    if e.place.away_m > 0.0 {
        said.push(say(
            format!(
                "The place asked about lies {} m away; the answer is for {}. With --study it is judged itself.",
                figure(e.place.away_m),
                e.place.id
            ),
            format!(
                "所问地点距{}{}米，以上为{}的结论；加上--study可直接评判该地点。",
                e.place.id,
                figure(e.place.away_m),
                e.place.id
            ),
        ));
    }
    if document.study.nature != "real" {
        said.push(say(
            format!("The study is {}: no figure is a fact about the place.", document.study.nature),
            "算例含假定或示意性数据，数字不代表当地实际。",
        ));
    }
    said
}

fn place(e: &Explanation, scenario: &Scenario) -> Sentence {
    let (name, id) = (&e.place.name, &e.place.id);
    let line = scenario.stations.iter().find(|s| s.id == *id);
    let class = |zh: bool| {
        line.and_then(|l| if zh { l.class_zh.clone() } else { l.class.clone() }).unwrap_or_else(|| "-".into())
    };
    match e.place.status.as_str() {
        "new" => say(
            format!("Scenario {}: {name} ({id}) is a new station of the plan, class {}.", e.scenario, class(false)),
            format!("方案{}：{name}（{id}）为规划新建消防站，{}。", e.scenario, class(true)),
        ),
        "upgraded" => say(
            format!("Scenario {}: {name} ({id}) is upgraded to class {}.", e.scenario, class(false)),
            format!("方案{}：{name}（{id}）升级为{}。", e.scenario, class(true)),
        ),
        "existing" => {
            let alone = line.and_then(|l| l.covers_alone).unwrap_or(0.0);
            let first = line.and_then(|l| l.first_due).unwrap_or(0.0);
            say(
                format!(
                    "Scenario {}: {name} ({id}) stands and stays; it alone covers {}, and is first due for {}.",
                    e.scenario,
                    figure(alone),
                    figure(first)
                ),
                format!(
                    "方案{}：{name}（{id}）为现有消防站，予以保留；仅由其覆盖{}，由其首到{}。",
                    e.scenario,
                    figure(alone),
                    figure(first)
                ),
            )
        }
        "candidate" => say(
            format!("Scenario {}: {name} ({id}) is a candidate that the plan does not use.", e.scenario),
            format!("方案{}：{name}（{id}）为候选点，规划未选用。", e.scenario),
        ),
        _ => say(
            format!("Scenario {}: {} ({name}) as a candidate of its own.", e.scenario, at(&e.place)),
            format!("方案{}：将{}（{name}）作为候选点评判。", e.scenario, at(&e.place)),
        ),
    }
}

fn option_told(e: &Explanation, o: &ExplainedOption) -> Vec<Sentence> {
    if e.place.status == "existing" && o.chosen {
        return Vec::new();
    }
    let level = |name: &str| o.adds.iter().find(|l| l.level == name);
    let gain = level("cover").map_or(0.0, |l| l.with - l.without);
    let cost = level("cost").map_or(0.0, |l| l.with - l.without);
    let seconds = level("time").map_or(0.0, |l| l.without - l.with);
    let area = o.areas.iter().max_by(|a, b| (a.with - a.without).total_cmp(&(b.with - b.without)));
    let most = area.map_or((String::new(), String::new()), |a| {
        let name = if a.id.is_empty() {
            ("outside built-up areas", "建成区外")
        } else {
            (a.name.as_str(), a.name.as_str())
        };
        (format!(", most of it {}", name.0), format!("，主要在{}", name.1))
    });
    let road = o.road_km.map_or((String::new(), String::new()), |km| {
        (format!(" and {} km of road", figure(km)), format!("、道路{}公里", figure(km)))
    });
    let verb = if o.chosen { "adds" } else { "would add" };
    let mut said = vec![say(
        format!(
            "Class {} {verb} {} covered{most}{road}; {} of it counts towards the targets; cost {}; {} less weighted time (weight × s).",
            o.class,
            figure(o.covered),
            figure(gain),
            figure(cost),
            figure(seconds),
            most = most.0,
            road = road.0,
        ),
        format!(
            "{}：{}覆盖{}{}{}，其中计入目标{}；造价{}单位；加权响应时间减少{}（权重·秒）。",
            o.class,
            if o.chosen { "新增" } else { "可新增" },
            figure(o.covered),
            most.1,
            road.1,
            figure(gain),
            figure(cost),
            figure(seconds),
        ),
    )];
    for broken in &o.breaks {
        said.push(if o.chosen {
            say(
                format!("Without it a condition is broken: {}.", broken.message),
                format!("若无此站，将违反：{}。", broken.message),
            )
        } else if broken.binding {
            say(
                format!("Class {} breaks a condition of the scenario: {}.", o.class, broken.message),
                format!("设{}将违反本方案条件：{}。", o.class, broken.message),
            )
        } else {
            say(
                format!("Class {} breaks a rule: {}", o.class, broken.message),
                format!("设{}不符合规则：{}", o.class, broken.message),
            )
        });
    }
    if let Some(swap) = &o.instead_of {
        let change = |name: &str| swap.levels.iter().find(|l| l.level == name).map_or(0.0, |l| l.with - l.without);
        said.push(say(
            format!(
                "Class {} would best take the place of {}: {} covered towards the targets, cost {}.",
                o.class,
                swap.station,
                signed(change("cover")),
                signed(change("cost"))
            ),
            format!(
                "{}最宜替换{}：计入目标的覆盖{}，造价{}。",
                o.class,
                swap.station,
                signed(change("cover")),
                signed(change("cost"))
            ),
        ));
    }
    said
}

fn signed(x: f64) -> String {
    if x >= 0.05 { format!("+{}", figure(x)) } else { figure(x) }
}

/// `12`, `between 3 and 12`, or what is known of it.
pub(crate) fn interval(d: &Difference) -> (String, String) {
    match (d.at_least, d.at_most) {
        (Some(a), Some(b)) if a == b => (figure(a), figure(a)),
        (Some(a), Some(b)) => {
            (format!("between {} and {}", figure(a), figure(b)), format!("{}至{}之间", figure(a), figure(b)))
        }
        (Some(a), None) => (format!("at least {}", figure(a)), format!("至少{}", figure(a))),
        (None, Some(b)) => (format!("at most {}", figure(b)), format!("至多{}", figure(b))),
        (None, None) => ("an unknown amount".into(), "数量未知".into()),
    }
}

pub(crate) fn level_words(level: &str) -> (&'static str, &'static str) {
    match level {
        "cover" => ("covered weight", "覆盖量"),
        "cost" => ("class units of cost", "造价（单位）"),
        "count" => ("new stations", "新建站数"),
        _ => ("weighted time", "加权时间"),
    }
}

fn forced_told(f: &Forced) -> Vec<Sentence> {
    let (forced, forced_zh) =
        if f.how == "in" { ("Forced in", "若必须在此设站") } else { ("Left out", "若不在此设站") };
    if f.status == "infeasible" {
        return vec![say(
            format!("{forced}, no plan exists: {} cannot hold together.", f.conflict.join("; ")),
            format!("{forced_zh}，则无可行方案：{}不能同时成立。", f.conflict.join("；")),
        )];
    }
    if f.status == "unknown" {
        return vec![say(
            format!("{forced}, no plan was found within the work limit; that does not mean there is none."),
            format!("{forced_zh}，在计算量限制内未找到方案，但不等于不存在。"),
        )];
    }
    let mut said = Vec::new();
    // The first level at which something is lost decides; the later ones are read beside it.
    let first = f.loses.iter().position(|d| !d.none());
    match first {
        None => said.push(say(
            format!(
                "{forced}, the plan loses nothing: covered weight, cost and number of new stations stay as they are."
            ),
            format!("{forced_zh}，规划没有损失：覆盖量、造价与新建站数均不变。"),
        )),
        Some(first) => {
            for d in f.loses.iter().skip(first) {
                let (words, words_zh) = level_words(&d.level);
                // A place of its own may also be better than every candidate of the plan.
                let gains = d.at_most.is_some_and(|x| x < 0.0);
                let turned = |x: Option<f64>| x.map(|x| if x == 0.0 { 0.0 } else { -x });
                let shown = if gains {
                    Difference { at_least: turned(d.at_most), at_most: turned(d.at_least), ..d.clone() }
                } else {
                    d.clone()
                };
                let (lost, lost_zh) = interval(&shown);
                let (verb, verb_zh) = match (d.sense.as_str(), gains) {
                    ("max", false) => ("loses", "损失"),
                    ("max", true) => ("gains", "增加"),
                    (_, false) => ("needs more, by", "增加"),
                    (_, true) => ("saves", "减少"),
                };
                let held = if d.earlier_proven {
                    ("", "")
                } else {
                    (" (at the earlier values found, which are not proven)", "（前面各层取已得值，尚未证明最优）")
                };
                said.push(say(
                    format!("{forced}, the plan {verb} {lost} {words}{}.", held.0),
                    format!("{forced_zh}，规划{verb_zh}{words_zh}{lost_zh}{}。", held.1),
                ));
            }
        }
    }
    if !f.closes.is_empty() || !f.opens.is_empty() {
        let list = |ids: &[String]| if ids.is_empty() { "-".to_string() } else { ids.join(", ") };
        said.push(say(
            format!("The new plan gives up {} and opens {}.", list(&f.closes), list(&f.opens)),
            format!("相应地取消{}，改设{}。", list(&f.closes), list(&f.opens)),
        ));
    }
    said
}

#[cfg(test)]
mod tests {
    #[test]
    fn figures_are_grouped() {
        assert_eq!(super::figure(1_234_567.04), "1 234 567");
        assert_eq!(super::figure(-12.34), "-12.3");
        assert_eq!(super::figure(-0.01), "0");
        assert_eq!(super::signed(3.0), "+3");
    }
}
