//! The same study judged under another country's standard: one line of its file, `packs`, changes.

use crate::support::*;
use firesite_model::{BuiltUpRole, TownTier};
use firesite_plan::StudyBuilder;
use firesite_plan::plan_json::{ComplianceLine, Scenario};

/// A seat around A and B with 90 of its 100 people at B, and a station at A, under these packs.
fn under(packs: &[&str], classes: [Option<&str>; 2]) -> Scenario {
    let town = street([36; 4]);
    let stand = |id: &str, at: char, class: Option<&str>| {
        let mut s = station(&town, id, at, class.unwrap_or("first"));
        s.class = class.map(|c| firesite_model::ClassId(c.into()));
        s
    };
    let mut section = scenario("as it stands", Some(0), Some(0));
    section.name = "stands".into();
    section.rules = Some(vec![]);
    let builder: StudyBuilder = study(&town)
        .districts(vec![district(&town, "D1", 'A', 'E')])
        .built_up(vec![built_up(&town, "S", BuiltUpRole::Seat, 'A', 'E')])
        .towns(vec![township(&town, "T1", 'E', TownTier::Other)])
        .stations(vec![stand("S1", 'A', classes[0]), stand("S2", 'B', classes[1])])
        .demand(vec![demand(&town, 'B', 90.0), demand(&town, 'E', 10.0)])
        .candidates(vec![candidate(&town, "X", 'E', &["first"])])
        .limit(firesite_model::TravelTime::seconds(300))
        .scenario(section);
    let plan = plan(builder.settings(|file| file.rules.packs = packs.iter().map(ToString::to_string).collect()));
    main(&plan).clone()
}

fn one<'a>(scenario: &'a Scenario, rule: &str) -> &'a ComplianceLine {
    let mut lines = scenario.compliance.iter().filter(|c| c.rule == rule);
    let line = lines.next().unwrap_or_else(|| panic!("no line of {rule}"));
    assert!(lines.next().is_none());
    line
}

#[test]
fn nfpa_1710_by_changing_one_line() {
    let chinese = under(&["cn-jb152-2017"], [Some("一级"), Some("二级")]);
    let american = under(&["us-nfpa1710"], [Some("一级"), Some("二级")]);
    // 5 min from the order: E is 120 s of travel from B.
    assert_eq!(one(&chinese, "jb152_time").met, Some(true));
    // First engine in 240 s of travel for 90 %: everyone. The second company, from A, within 360 s: everyone. No third one.
    let figures = |rule: &str| {
        let line = one(&american, rule);
        (line.met, line.required, line.proposed, line.severity.as_str(), line.verified)
    };
    assert_eq!(figures("nfpa1710_first_engine"), (Some(true), Some(0.9), Some(1.0), "hard", true));
    assert_eq!(figures("nfpa1710_second_company"), (Some(true), Some(0.9), Some(1.0), "hard", false));
    assert_eq!(figures("nfpa1710_full_alarm"), (Some(false), Some(0.9), Some(0.0), "hard", false));
    let alarm = one(&american, "nfpa1710_full_alarm");
    assert_eq!(
        alarm.reason,
        "Area S: 0.0 % of the demand has its third-due station within 480 s of travel, 0.0 % before the plan, 90.0 % wanted. \
         Unverified: due = 3 [P]."
    );
    // Plain English, whatever the stations' classes are called.
    let chinese_character = |c: char| ('\u{3400}'..='\u{9fff}').contains(&c);
    for line in &american.compliance {
        for text in [&line.reason, &line.title, &line.source, &line.subject] {
            assert!(!text.contains(chinese_character), "{}: {text}", line.rule);
        }
        assert!(line.reason_zh.contains(chinese_character));
    }
    // The rules of the one pack are gone with it.
    assert!(american.compliance.iter().all(|c| c.rule.starts_with("nfpa1710_")));
}

#[test]
fn a_scenario_may_name_rules_of_the_pack_that_was_there() {
    let town = street([36; 4]);
    let mut section = scenario("old", Some(0), Some(0));
    section.rules = Some(vec!["key_town".into(), "jb152_adjacency".into()]);
    let with = |rule: &str| {
        let mut section = section.clone();
        section.rules.as_mut().unwrap().push(rule.into());
        study(&town)
            .stations(vec![station(&town, "S1", 'A', "first")])
            .demand(vec![demand(&town, 'B', 90.0)])
            .candidates(vec![candidate(&town, "X", 'E', &["first"])])
            .scenario(section)
            .settings(|file| file.rules.packs = vec!["us-nfpa1710".into()])
    };
    let plan = self::plan(with("nfpa1710_first_engine"));
    assert_eq!(main(&plan).rules, ["nfpa1710_first_engine"]);
    let warned: Vec<_> = plan.document.findings.iter().filter(|f| f.code == "F0107").collect();
    assert!(warned.len() == 1 && warned[0].severity == "warning" && warned[0].count == 2, "{warned:?}");
    assert!(warned[0].examples[0].contains("it binds nobody"), "{warned:?}");
    // A misspelt one is a fault.
    let fault = with("nfpa1710_first_enginne").build().unwrap().plan().unwrap_err().to_string();
    assert!(fault.contains("nearest: nfpa1710_first_engine"), "{fault}");
}

#[test]
fn stations_without_a_class_are_judged_by_time_all_the_same() {
    let american = under(&["us-nfpa1710"], [None, None]);
    assert_eq!(one(&american, "nfpa1710_first_engine").met, Some(true));
    // What asks for a class cannot be said of them.
    let chinese = under(&["cn-jb152-2017", "cn-nanyang-145"], [None, None]);
    let caps: Vec<&ComplianceLine> = chinese.compliance.iter().filter(|c| c.rule == "jb152_area_first").collect();
    assert_eq!(caps.len(), 2);
    assert!(caps.iter().all(|c| c.met.is_none() && c.reason == "the study does not state the class of the station"));
    let slots: Vec<&ComplianceLine> = chinese.compliance.iter().filter(|c| c.rule == "one_one_n").collect();
    assert!(slots.iter().all(|c| c.status == "not assessable"), "{slots:?}");
}

#[test]
fn a_pack_of_the_study_s_own() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("demand.csv", "id,weight,lon,lat\na,1,112.5,33.0\n");
    write("study.toml", "[study]\nname = \"own\"\n[demand]\nfile = \"demand.csv\"\n[rules]\npacks = [\"our.toml\"]\n");
    let pack = |parameters: &str| {
        format!(
            "[pack]\nid = \"our\"\ntitle = \"o\"\ntitle_original = \"o\"\n[[rule]]\nid = \"o1\"\ntitle = \"t\"\ntitle_zh = \"t\"\nseverity = \"soft\"\nkind = \"time\"\nparameters = {{ {parameters} }}\nsource = {{ document = \"d\", article = \"a\", confidence = \"V\" }}\n"
        )
    };
    let check = || {
        let report = firesite_plan::Study::open(folder.path().join("study.toml")).unwrap().check();
        report
            .findings
            .iter()
            .filter(|f| f.severity == "fatal")
            .map(|f| format!("{} {}", f.code, f.message))
            .collect::<Vec<_>>()
    };
    assert!(check()[0].contains("does not exist"), "{:?}", check());
    write("our.toml", &pack("limit_s = 240, percentile = 90"));
    assert_eq!(check(), Vec::<String>::new());
    write("our.toml", &pack("limit_min = 4"));
    assert_eq!(check(), ["F0703 limit_min = 4 is in minutes (min): limit is given in seconds (s)"]);
}

#[test]
fn every_packaged_standard_judges_the_same_study() {
    for pack in firesite_standards::Pack::packaged_ids() {
        let judged = under(&[pack], [Some("first"), Some("second")]);
        let rules: std::collections::BTreeSet<&str> = judged.compliance.iter().map(|c| c.rule.as_str()).collect();
        // No rule of the pack is left out: each has a line, if only one that says why it cannot be judged.
        assert_eq!(rules.len(), firesite_standards::Pack::packaged(pack).unwrap().rules.len(), "{pack}: {rules:?}");
        for line in &judged.compliance {
            assert!(!line.reason.is_empty() && !line.reason_zh.is_empty(), "{pack}: {line:?}");
            assert_eq!(line.met.is_none(), line.status != "met" && line.status != "not met");
        }
    }
}
