//! The checker in Python and `verify` agree on every claim, true or forged.
mod common;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command as Process;

use common::*;
use firesite_problem::*;
use serde_json::{Value, json};

fn python(arguments: &[&str]) -> Option<(String, i32)> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/check_certificate.py");
    match Process::new("python3").arg(script).args(arguments).output() {
        Ok(output) => {
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            let errors = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(errors.is_empty(), "{errors}");
            Some((text, output.status.code().unwrap_or(-1)))
        }
        Err(e) => {
            let _ = writeln!(std::io::stderr(), "SKIPPED: no second checker, python3 does not run ({e})");
            None
        }
    }
}

fn folder() -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("second");
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn document(instance: &Instance, claim: &Claim) -> Value {
    let instance: Value = serde_json::from_slice(&read::instance_json(instance)).unwrap();
    let levels: Vec<Value> = claim
        .levels
        .iter()
        .map(|l| json!({"objective": l.objective, "bound": l.bound, "status": l.status.word()}))
        .collect();
    json!({"instance": instance, "open": claim.open, "levels": levels, "certificate": null, "status": claim.status.word()})
}

/// The claim as text: the certificate keeps the order of its fields, which the guard depends on.
fn text(instance: &Instance, claim: &Claim) -> String {
    let certificate = serde_json::to_string(&claim.certificate).unwrap();
    document(instance, claim).to_string().replace("\"certificate\":null", &format!("\"certificate\":{certificate}"))
}

/// Claims of every kind from one seed.
fn claims(seed: u64) -> Vec<(Instance, Claim)> {
    let mut r = Random::new(seed);
    let instance = random_instance(&mut r);
    let mut result = vec![(instance.clone(), true_claim(&instance, 64))];
    let Some((values, open)) = oracle::brute_force(&instance) else { return result };
    let level = r.below(values.len() as u64) as usize;
    let held = &values[..level];
    let forged = beyond(&instance, level, values[level]);
    let mut add = |bound: i64, proof: LevelProof| {
        result.push((instance.clone(), claim_with(&values, &open, level, bound, proof)));
    };
    add(forged, enumeration(&instance, Some(level), held, forged, 64));
    for round in 0..6 {
        // A root with multipliers, a fixing or a dominance, then all cases.
        let mut proof = enumeration(&instance, Some(level), held, values[level], 16);
        let mut node = Node { then: Then::Next, ..Node::default() };
        let n = instance.sites.len() as u64;
        match round % 3 {
            0 => node.close.push(r.below(n) as u32),
            1 => node.open.push(r.below(n) as u32),
            _ => node.dominated.push((r.below(n) as u32, r.below(n) as u32)),
        }
        node.change.free_rows = r.chance(20);
        proof.nodes.insert(0, node);
        proof.multipliers = random_multipliers(&mut r, &instance, level, held, values[level], 16, &open);
        add(values[level], proof.clone());
        mutate(&mut r, &mut proof, n);
        add(values[level], proof);
    }
    let count = Then::Count { sites: (0..instance.sites.len() as u32).collect(), at_most: r.below(3) as i64 };
    let below = enumeration(&instance, Some(level), held, values[level], 64);
    let mut nodes = vec![Node { then: count, ..Node::default() }];
    nodes.extend(below.nodes.iter().cloned());
    nodes.extend(below.nodes.iter().cloned());
    add(values[level], LevelProof { scale: 64, multipliers: Multipliers::default(), nodes });
    if instance.levels[level] != Objective::Center {
        for _ in 0..3 {
            let multipliers = random_multipliers(&mut r, &instance, level, held, forged, 8, &open);
            let (mut proof, sum) = split_proof(&mut r, &instance, &values, &open, level, 8, multipliers);
            // The largest whole value that the parts prove, and one more.
            let least = i64::try_from((sum + 7).div_euclid(8)).unwrap();
            for least in [least, least + 1] {
                add(if instance.levels[level].maximised() { -least } else { least }, proof.clone());
            }
            mutate(&mut r, &mut proof, instance.sites.len() as u64);
            add(if instance.levels[level].maximised() { -least } else { least }, proof);
        }
    }
    result
}

#[test]
fn the_two_checkers_agree() {
    let all: Vec<(Instance, Claim)> = (0..150).flat_map(claims).collect();
    let path = folder().join("claims.json");
    let texts: Vec<String> = all.iter().map(|(instance, claim)| text(instance, claim)).collect();
    std::fs::write(&path, format!("[{}]", texts.join(",\n"))).unwrap();
    let Some((output, code)) = python(&["--claims", path.to_str().unwrap()]) else { return };
    assert_eq!(code, 0, "{output}");
    let lines: Vec<&str> = output.lines().collect();
    assert_eq!(lines.len(), all.len());
    let (mut held, mut refused) = (0, 0);
    for (((instance, claim), line), text) in all.iter().zip(lines).zip(&texts) {
        let ours = verify(instance, claim);
        assert_eq!(ours.is_ok(), line == "holds", "ours: {ours:?}\npython: {line}\n{text}");
        if ours.is_ok() { held += 1 } else { refused += 1 }
    }
    println!("{held} hold, {refused} refused by both");
    assert!(held > 250 && refused > 500);
}

#[test]
fn the_second_checker_reads_solution_files() {
    let folder = folder();
    let json = r#"{"weights": [1, 2.5, 3], "sites": [{"id": "a"}, {"id": 7, "fixed": true}, {"id": "c"}],
        "arcs": [[0, 0, 10], [1, 1, 20], [2, 2, 30.25], [0, 2, 40], [1, 0, 3], [2, 1, 5], [1, 2, 50]], "p": 2, "radius": 45}"#;
    let pmed = " 4 4 2\n1 2 3\n2 3 4\n3 4 5\n1 2 6\n";
    let scp = "3 4\n3 2 4 1\n2\n1 2\n2\n2 3\n1\n4\n";
    let models =
        ["p-median", "p-center", "set-cover", "max-cover", "partial-cover", "backup-cover", "weighted-backup-cover"];
    for (name, text, problems) in [
        ("a.json", json, &[&models[..], &["gradual-cover", "expected-cover"]].concat()[..]),
        ("pmed.txt", pmed, &["p-median", "p-center"]),
        ("scp.txt", scp, &["set-cover"]),
    ] {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        for problem in problems {
            let option = |models: &[&str], value: &str| models.contains(problem).then(|| value.to_owned());
            let command = Command {
                problem: (*problem).into(),
                share: option(&["partial-cover"], "0.7"),
                busy: option(&["expected-cover"], "1/3"),
                first: option(&["weighted-backup-cover"], "0.6"),
                bands: option(&["gradual-cover"], "5=1,20.5=0.75,40=0.5"),
                ..Command::default()
            };
            let location = read_location(&path, &command).unwrap();
            let claim = true_claim(&location.instance, 64);
            let out = folder.join(format!("{name}-{problem}.json"));
            write(&location, &claim, &path, &command, &out);
            assert!(verify_solution_file(&out).unwrap().valid);
            let Some((output, code)) = python(&[out.to_str().unwrap()]) else { return };
            assert_eq!(code, 0, "{name} {problem}: {output}");
        }
    }
}

fn write(location: &LocationProblem, claim: &Claim, path: &Path, command: &Command, out: &Path) {
    let mut file = SolutionFile::new(location, claim, 0.0, serde_json::Map::new());
    file.refer_to(path, command, out).unwrap();
    std::fs::write(out, file.to_json()).unwrap();
}
