//! `solve` and `verify`: honest status, exit 1 where nothing fits, certificates that hold and that do not.

use serde_json::json;

use crate::folder::Folder;

#[test]
fn the_optimum_of_two_sites() {
    let folder = Folder::new();
    for method in ["exact", "local-search", "greedy"] {
        let answer = folder.json(0, &format!("solve p-median instance.json --method {method}"));
        assert_eq!(answer["objective"], 7, "{method}");
        assert_eq!(answer["open"], json!(["b"]), "{method}");
    }
    let answer = folder.json(0, "solve p-median instance.json");
    assert_eq!((&answer["status"], &answer["bound"], &answer["gap"]), (&json!("optimal"), &json!(7), &json!(0.0)));
}

#[test]
fn no_site_may_open() {
    let folder = Folder::new();
    let answer = folder.json(1, "solve p-median instance.json --p 0");
    assert_eq!((&answer["status"], &answer["objective"]), (&json!("infeasible"), &json!(null)));
}

#[test]
fn demand_that_nobody_covers_is_named() {
    let folder = Folder::new();
    let answer = folder.json(1, "solve set-cover instance.json --radius 1");
    assert_eq!(answer["status"], "infeasible");
    assert!(answer["reason"].as_str().unwrap().contains("demand 0"), "{answer}");
}

#[test]
fn no_time_at_all_is_an_honest_answer() {
    let folder = Folder::new();
    let answer = folder.json(0, "solve p-median instance.json --time-limit 0");
    assert!(["optimal", "feasible", "unknown"].contains(&answer["status"].as_str().unwrap()), "{answer}");
}

#[test]
fn a_true_certificate_holds_and_a_false_one_does_not() {
    let folder = Folder::new();
    folder.expect(0, "solve p-median instance.json --out s.json");
    assert_eq!(folder.json(0, "verify s.json")["valid"], true);
    let mut lie: serde_json::Value = serde_json::from_str(&folder.read("s.json")).unwrap();
    lie["objective"] = json!(6);
    lie["bound"] = json!(6);
    folder.write("lie.json", lie.to_string());
    let verdict = folder.json(1, "verify lie.json");
    assert_eq!(verdict["valid"], false);
    assert!(!verdict["reason"].as_str().unwrap().is_empty());
}

#[test]
fn a_missing_instance_is_bad_input_and_no_verdict() {
    let folder = Folder::new();
    folder.expect(0, "solve p-median instance.json --out s.json");
    std::fs::remove_file(folder.path("instance.json")).unwrap();
    folder.refused("verify s.json", "instance.json");
}

#[test]
fn the_other_models_have_their_words_and_options() {
    let folder = Folder::new();
    // Three places in a row; each covers itself and its neighbours.
    folder.write(
        "row.json",
        json!({"weights": [4, 3, 2], "sites": [{"id": "a"}, {"id": "b"}, {"id": "c"}], "p": 2, "radius": 1,
            "arcs": [[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0], [1, 2, 1], [2, 1, 1], [2, 2, 0]]})
        .to_string(),
    );
    for (command, objective) in [
        ("partial-cover row.json --share 0.5", json!(1)),
        // a and b: everything once, 4 + 3 twice.
        ("backup-cover row.json", json!(16)),
        ("weighted-backup-cover row.json --first 3/4", json!(8.5)),
        ("gradual-cover row.json --bands 0=1,1=0.5", json!(8.0)),
        // 9 at 3/4 each once, 7 more at 3/16.
        ("expected-cover row.json --busy 0.25", json!(8.0625)),
    ] {
        let answer = folder.json(0, &format!("solve {command} --out s.json"));
        assert_eq!(answer["status"], "optimal", "{command}: {answer}");
        assert_eq!(answer["objective"].as_f64(), objective.as_f64(), "{command}: {answer}");
        assert_eq!(folder.json(0, "verify s.json")["valid"], true, "{command}");
        let mut lie: serde_json::Value = serde_json::from_str(&folder.read("s.json")).unwrap();
        for field in ["objective", "bound"] {
            lie[field] = json!(lie[field].as_f64().unwrap() - 1.0);
        }
        folder.write("lie.json", lie.to_string());
        assert_eq!(folder.json(1, "verify lie.json")["valid"], false, "{command}");
    }
    folder.refused("solve expected-cover row.json", "--busy");
    folder.refused("solve max-cover row.json --busy 0.3", "expected-cover");
    folder.refused("solve weighted-backup-cover row.json --first 1/3", "1/2 to 1");
    folder.refused("solve gradual-cover row.json --bands 5:1", "TIME=WORTH");
    folder.refused("solve partial-cover row.json --share much", "0.35");
}
