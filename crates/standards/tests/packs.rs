//! What the packaged packs promise: sources, marks, quotations, and the schema they are written to.

use firesite_standards::kinds::Kind;
use firesite_standards::{Clock, ClockName, Confidence, Pack, RuleBook, RuleSeverity};

fn packs() -> Vec<Pack> {
    Pack::packaged_ids().map(|id| Pack::packaged(id).unwrap_or_else(|e| panic!("{e}"))).collect()
}

#[test]
fn every_packaged_pack_reads() {
    let packs = packs();
    assert_eq!(packs.len(), 10);
    for (pack, id) in packs.iter().zip(Pack::packaged_ids()) {
        assert_eq!(pack.id, id);
        assert!(!pack.rules.is_empty() && !pack.title.is_empty() && !pack.title_original.is_empty());
        for rule in &pack.rules {
            assert!(!rule.source.document.is_empty() && !rule.source.article.is_empty(), "{}", rule.id);
            assert!(!rule.title.is_empty() && !rule.title_zh.is_empty(), "{}", rule.id);
        }
    }
    // All of them together: no id twice, no contradiction.
    let all: Vec<String> = Pack::packaged_ids().map(str::to_owned).collect();
    RuleBook::new(&all, &[], &[], "study.toml").unwrap_or_else(|e| panic!("{e}"));
}

#[test]
fn every_figure_has_a_mark() {
    let mut marks = std::collections::BTreeMap::new();
    for rule in packs().iter().flat_map(|p| &p.rules) {
        for (figure, mark) in rule.figures() {
            marks.insert(format!("{}: {figure}", rule.id), mark);
        }
    }
    let mark = |figure: &str| *marks.get(figure).unwrap_or_else(|| panic!("{figure}: {marks:#?}"));
    assert_eq!(mark("jb152_area_first: cap_km2 = 7"), Confidence::Verified);
    assert_eq!(mark("jb152_time: limit_s = 300"), Confidence::Secondary);
    assert_eq!(mark("jb152_adjacency: limit_s = 480"), Confidence::Proposal);
    assert_eq!(mark("gbt35547_time: limit_s = 300"), Confidence::Memory);
    assert_eq!(mark("one_one_n: within_m = 1000"), Confidence::Proposal);
    // A default that decides is a proposal, too.
    assert_eq!(mark("gbt35547_key_town: within_m = 1000"), Confidence::Proposal);
    assert_eq!(mark("staffing: persons_new = 300"), Confidence::Plan);
    assert_eq!(mark("staffing: shifts = 1"), Confidence::Proposal);
    assert_eq!(mark("nfpa1710_second_company: limit_s = 360"), Confidence::Memory);
}

#[test]
fn classes_mark_what_is_from_memory() {
    let pack = Pack::packaged("cn-jb152-2017").unwrap();
    let class = |id: &str| pack.classes.iter().find(|c| c.id == id).unwrap();
    assert_eq!(class("first").mark("area_cap_km2"), Confidence::Verified);
    assert_eq!(class("first").mark("shift_persons"), Confidence::Verified);
    assert_eq!(class("first").mark("land_min_m2"), Confidence::Memory);
    assert_eq!(class("small").mark("cost_units"), Confidence::Proposal);
    assert_eq!(class("town_first").mark("land_min_m2"), Confidence::Verified);
    assert_eq!(class("town_first").mark("shift_persons"), Confidence::Secondary);
}

/// 必须, 应, 不应 bind; 宜, 不宜, 一般不宜 are preferences: the quotation shows it.
#[test]
fn severity_follows_the_wording() {
    for rule in packs().iter().flat_map(|p| &p.rules) {
        let Some(quote) = &rule.source.quote else { continue };
        if quote.contains("不宜") {
            assert_eq!(rule.severity, RuleSeverity::Soft, "{}: {quote}", rule.id);
        }
        if quote.contains("不应") {
            assert_eq!(rule.severity, RuleSeverity::Hard, "{}: {quote}", rule.id);
        }
    }
}

#[test]
fn the_quotations_of_the_plan_stand_in_it() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../seeds");
    let seed = std::fs::read_dir(path).unwrap().map(|e| std::fs::read_to_string(e.unwrap().path()).unwrap_or_default());
    let seed: String = seed.collect::<Vec<_>>().join("\n");
    let pack = Pack::packaged("cn-nanyang-145").unwrap();
    for rule in &pack.rules {
        let Some(quote) = &rule.source.quote else { continue };
        assert!(seed.contains(quote.as_str()), "{}: the plan does not say “{quote}”", rule.id);
    }
    assert!(pack.rules.iter().filter(|r| r.source.quote.is_some()).count() >= 5);
}

/// 15 minutes from the start of a fire to water on it; turnout and travel are the 5 minutes of the response rule.
#[test]
fn the_time_budget_sums_to_fifteen_minutes() {
    let pack = Pack::packaged("cn-jb152-2017").unwrap();
    let seconds = |step: &str| pack.budget.iter().find(|s| s.step == step).unwrap().seconds;
    assert_eq!(pack.budget.iter().map(|s| s.seconds).sum::<f64>(), 15.0 * 60.0);
    let Kind::Time(time) = &pack.rules.iter().find(|r| r.id == "jb152_time").unwrap().kind else { panic!() };
    assert_eq!(time.clock, Some(ClockName::Order));
    assert_eq!(seconds("turnout") + seconds("travel"), time.limit_s);
    assert_eq!(seconds("call_handling"), Clock::default().call_handling.as_seconds());
}

#[test]
fn a_pack_of_another_file_replaces_nothing_silently() {
    let twice = ["cn-jb152-2017".to_owned(), "cn-jb152-2017".to_owned()];
    let told = RuleBook::new(&twice, &[], &[], "study.toml").unwrap_err().to_string();
    assert!(told.contains("both have a rule of this id") && told.contains("name each pack once"), "{told}");
}
