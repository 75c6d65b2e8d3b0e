//! What was planned is accepted; what was changed afterwards is refused.

use std::path::Path;

use firesite_plan::plan_json::PlanFile;
use firesite_plan::{Plan, Study, compare, verify_plan};
use tempfile::TempDir;

use crate::files::{folder, plan, study_file, write};

pub(crate) fn written(plan: &Plan) -> TempDir {
    let out = tempfile::tempdir().unwrap();
    write(out.path(), "plan.json", plan.json().as_bytes());
    for (name, bytes) in &plan.instances {
        write(out.path(), name, bytes);
    }
    out
}

pub(crate) fn verdict(out: &Path) -> Result<(), String> {
    let verdict = verify_plan(&out.join("plan.json"), None).map_err(|e| e.to_string())?;
    assert_eq!(verdict.valid, verdict.reason.is_none());
    verdict.reason.map_or(Ok(()), Err)
}

#[test]
fn true_plans_hold_and_lies_do_not() {
    let study = folder();
    let plan = plan(&study).unwrap();
    let out = written(&plan);
    verdict(out.path()).unwrap();
    let opened = Study::open(study_file(&study)).unwrap();
    assert!(verify_plan(&out.path().join("plan.json"), Some(&opened)).unwrap().valid);

    type Lie = fn(&mut PlanFile);
    let lies: [(&str, Lie); 10] = [
        ("objective better", |p| p.scenarios[0].optimum.objective = p.scenarios[0].optimum.objective.map(|x| x + 1.0)),
        ("objective better in the level too", |p| {
            let o = &mut p.scenarios[0].optimum;
            o.objective = o.objective.map(|x| x + 1.0);
            o.levels[0].objective = o.objective;
        }),
        ("objective and exact better", |p| {
            let o = &mut p.scenarios[0].optimum;
            o.objective = o.objective.map(|x| x + 1.0);
            o.levels[0].objective = o.objective;
            o.levels[0].exact = o.levels[0].exact.map(|x| x + 1000);
        }),
        ("told in another unit", |p| {
            let o = &mut p.scenarios[0].optimum;
            o.levels[0].scale = 1;
            o.levels[0].objective = o.levels[0].exact.map(|x| x as f64);
            o.levels[0].bound = o.levels[0].exact_bound.map(|x| x as f64);
            (o.objective, o.bound) = (o.levels[0].objective, o.levels[0].bound);
        }),
        ("bound tighter", |p| p.scenarios[0].optimum.bound = p.scenarios[0].optimum.bound.map(|x| x - 1.0)),
        ("no certificate", |p| p.scenarios[0].optimum.certificate = None),
        ("a new station left out", |p| {
            let at = p.scenarios[0].stations.iter().position(|s| s.status == "new").unwrap();
            p.scenarios[0].stations.remove(at);
        }),
        ("a new station called existing", |p| {
            let station = p.scenarios[0].stations.iter_mut().find(|s| s.status == "new").unwrap();
            station.status = "existing".into();
        }),
        ("another class", |p| p.scenarios[0].stations[0].class = Some("special".into())),
        ("a ledger of one more", |p| p.scenarios[0].ledger.total += 1),
    ];
    for (name, lie) in lies {
        let mut changed = plan.clone();
        lie(&mut changed.document);
        assert!(verdict(written(&changed).path()).is_err(), "accepted: {name}");
    }
}

#[test]
fn a_missing_or_changed_instance_is_no_plan() {
    let plan = plan(&folder()).unwrap();
    let out = written(&plan);
    let file = out.path().join(&plan.instances[0].0);
    std::fs::write(&file, b"{}").unwrap();
    assert!(!verify_plan(&out.path().join("plan.json"), None).is_ok_and(|v| v.valid));
    std::fs::remove_file(&file).unwrap();
    assert_eq!(verify_plan(&out.path().join("plan.json"), None).unwrap_err().exit_code(), 2);
    for text in ["", "[]", "{", "[[[["] {
        write(out.path(), "plan.json", text.as_bytes());
        assert_eq!(verify_plan(&out.path().join("plan.json"), None).unwrap_err().exit_code(), 2, "{text}");
    }
}

#[test]
fn another_study_is_noticed() {
    let study = folder();
    let out = written(&plan(&study).unwrap());
    let text = crate::files::STUDY.replace("limit_s = 240", "limit_s = 200");
    write(study.path(), "study.toml", text.as_bytes());
    let opened = Study::open(study_file(&study)).unwrap();
    let verdict = verify_plan(&out.path().join("plan.json"), Some(&opened)).unwrap();
    assert!(!verdict.valid && verdict.reason.unwrap().contains("another location problem"));
}

#[test]
fn two_plans_that_differ_in_their_main_scenario() {
    // Everything is computed alike; which scenario the council looks at is all that differs.
    let study = folder();
    let both = crate::files::STUDY
        .replace("[solve]", "[[scenarios]]\nname = \"three\"\ntitle = \"Three more\"\ncounts = { new = 3 }\n\n[solve]");
    write(study.path(), "study.toml", both.as_bytes());
    let two = plan(&study).unwrap();
    write(study.path(), "study.toml", both.replace("main = \"two\"", "main = \"three\"").as_bytes());
    let three = plan(&study).unwrap();
    for scenario in ["two", "three"] {
        let of = |plan: &Plan| plan.document.scenarios.iter().find(|s| s.name == scenario).unwrap().ledger;
        assert_eq!(of(&two), of(&three));
    }
    let found = compare(&two.document, &three.document);
    assert!(found.a.ends_with("/ two") && found.b.ends_with("/ three"), "{} {}", found.a, found.b);
    let figure = |name: &str| {
        let line = found.figures.iter().find(|f| f.name == name).unwrap_or_else(|| panic!("{name}"));
        (line.a.unwrap(), line.b.unwrap())
    };
    assert_eq!(figure("new"), (2.0, 3.0));
    assert!(figure("after demand_covered").1 >= figure("after demand_covered").0);
    let cost = |plan: &Plan| plan.main().unwrap().optimum.levels.iter().find(|l| l.name == "cost").unwrap().objective;
    assert_eq!(figure("level 2 cost"), (cost(&two).unwrap(), cost(&three).unwrap()));
    let unmet = |plan: &Plan| {
        let lines = &plan.main().unwrap().compliance;
        lines.iter().filter(|c| c.severity == "hard" && c.met == Some(false)).count() as f64
    };
    assert_eq!(figure("hard rules not met"), (unmet(&two), unmet(&three)));
    assert!(!found.stations.is_empty() && found.inputs.is_empty() && found.scenarios.is_empty());
}

#[test]
fn two_plans_side_by_side() {
    let study = folder();
    let two = plan(&study).unwrap();
    write(study.path(), "study.toml", crate::files::STUDY.replace("new = 2", "new = 3").as_bytes());
    let three = plan(&study).unwrap();
    let found = compare(&two.document, &three.document);
    let new = found.figures.iter().find(|f| f.name == "new").unwrap();
    assert_eq!((new.a, new.b), (Some(2.0), Some(3.0)));
    assert!(!found.stations.is_empty() && found.inputs.is_empty() && found.scenarios.is_empty());
    let same = compare(&two.document, &two.document);
    assert!(same.stations.is_empty() && same.compliance.is_empty());
}
