//! Every format, read from small texts and from published files; malformed files are refused with their name.
mod common;

use std::path::PathBuf;

use firesite_problem::read::{self, parse_location};
use firesite_problem::*;

fn command(problem: &str) -> Command {
    Command { problem: problem.into(), ..Command::default() }
}

fn read(file: &str, text: &str, command: &Command) -> Result<LocationProblem, String> {
    parse_location(file, text.as_bytes(), command).map_err(|e| e.to_string())
}

fn solved(problem: &LocationProblem) -> (String, Vec<String>) {
    let (values, open) = oracle::brute_force(&problem.instance).expect("feasible");
    (problem.number(values[0]).to_string(), problem.ids(&open).iter().map(ToString::to_string).collect())
}

#[test]
fn json_instance() {
    let text = r#"{"problem": "max-cover", "weights": [7, 5, 3], "sites": [{"id": "s0"}, {"id": 4, "cost": 1, "fixed": false, "group": null}],
        "arcs": [[0, 0, 240000], [1, 1, 240001], [1, 2, 239999], [0, 2, 500000]], "p": 1, "radius": 240000}"#;
    let inclusive = read("a.json", text, &command("max-cover")).unwrap();
    assert_eq!(solved(&inclusive), ("7".into(), vec!["\"s0\"".into()]));
    let strict = Command { strict: true, ..command("max-cover") };
    assert_eq!(solved(&read("a.json", text, &strict).unwrap()), ("3".into(), vec!["4".into()]));
    let two = Command { p: Some(2), ..command("max-cover") };
    assert_eq!(solved(&read("a.json", text, &two).unwrap()).0, "10");
    let none = Command { p: Some(0), radius: Some(0.0), ..command("max-cover") };
    assert_eq!(solved(&read("a.json", text, &none).unwrap()), ("0".into(), vec![]));
}

#[test]
fn decimals_are_kept_exactly() {
    let text = r#"{"weights": [0.1, 0.25], "sites": [{"id": "a"}, {"id": "b"}], "arcs": [[0, 0, 1.5], [1, 1, 2], [0, 1, 3]], "p": 1}"#;
    let median = read("a.json", text, &command("p-median")).unwrap();
    assert_eq!((median.unit, median.time_unit), (1000, 10));
    assert_eq!(solved(&median).0, "0.9"); // 0.1 x 1.5 + 0.25 x 3
    let cover = Command { radius: Some(1.5), ..command("max-cover") };
    assert_eq!(solved(&read("a.json", text, &cover).unwrap()).0, "0.1");
    let just_below = Command { radius: Some(1.49999), ..command("max-cover") };
    assert_eq!(solved(&read("a.json", text, &just_below).unwrap()).0, "0");
}

#[test]
fn a_group_opens_at_most_one_site() {
    let text = r#"{"weights": [1, 1], "sites": [{"id": "a", "group": "x"}, {"id": "b", "group": "x"}],
        "arcs": [[0, 0, 1], [1, 1, 1]], "p": 2, "radius": 1}"#;
    assert_eq!(solved(&read("a.json", text, &command("max-cover")).unwrap()).0, "1");
}

#[test]
fn csv_with_text_ids() {
    let text = "site;demand;time;weight\n007;d1;10;3\n007;d2;30;1\nb;d2;5;1\n";
    let p = Command { p: Some(1), ..command("p-median") };
    assert_eq!(solved(&read("x.csv", text, &p).unwrap()), ("60".into(), vec!["\"007\"".into()]));
    assert!(read("x.csv", &text.replace("b;d2;5;1", "b;d2;5;2"), &p).unwrap_err().contains("line 4"));
}

#[test]
fn orlib_files_count_from_one_and_the_last_edge_wins() {
    let text = " 3 3 1\n1 2 30\n2 3 5\n2 1 7\n";
    let median = read("pmed.txt", text, &command("p-median")).unwrap();
    assert_eq!(solved(&median), ("12".into(), vec!["2".into()]));
    let scp = read("scp.txt", "2 3\n4 5 8\n1\n1\n2\n2 3\n", &command("set-cover")).unwrap();
    assert_eq!(solved(&scp), ("9".into(), vec!["1".into(), "2".into()]));
}

#[test]
fn points_are_compared_with_the_radius_exactly() {
    let points = "3\n0 0\n3 4\n6 8\n";
    let cover = |radius, strict| {
        let c = Command { p: Some(1), radius: Some(radius), strict, ..command("max-cover") };
        solved(&read("points.txt", points, &c).unwrap()).0
    };
    assert_eq!((cover(5.0, false), cover(5.0, true), cover(4.999, false)), ("3".into(), "1".into(), "1".into()));
    let tsp = "NAME: x\nDIMENSION: 3\nEDGE_WEIGHT_TYPE : EUC_2D\nNODE_COORD_SECTION\n1 0 0\n2 1 1\n3 2 2.5e0\nEOF\n";
    let median = |rounding| {
        let c = Command { p: Some(1), rounding: Some(rounding), ..command("p-median") };
        solved(&read("x.tsp", tsp, &c).unwrap()).0
    };
    // 1.414 and 1.803
    assert_eq!((median(Rounding::Floor), median(Rounding::Nearest)), ("2".into(), "3".into()));
    let grid = "1 2\nF\t0\t0\t0\t9\nC\t0\t1\t0\t5\nC\t1\t9\t9\t7\n";
    let c = Command { p: Some(1), radius: Some(1.0), ..command("max-cover") };
    assert_eq!(solved(&read("grid.dat", grid, &c).unwrap()), ("5".into(), vec!["0".into()]));
}

#[test]
fn uncoverable_demand_is_named_with_the_time_it_takes() {
    let text = r#"{"weights": [1, 1, 1], "sites": [{"id": "s0"}, {"id": "s1"}], "arcs": [[0, 0, 100], [1, 1, 100], [1, 2, 305], [0, 2, 400]], "radius": 240}"#;
    assert_eq!(read("a.json", text, &command("set-cover")).unwrap().uncoverable, vec![(2, Some(305))]);
    let wider = Command { radius: Some(305.0), ..command("set-cover") };
    assert_eq!(solved(&read("a.json", text, &wider).unwrap()).0, "2");
}

#[test]
fn malformed_files_are_refused_with_their_name() {
    let sound = r#""sites": [{"id": "a"}, {"id": "b"}], "arcs": [[0, 0, 5], [1, 0, 5]], "p": 1"#;
    let (median, cover) = (command("p-median"), command("set-cover"));
    let deep = "[".repeat(300_000);
    let files: Vec<(&str, String, &Command)> = vec![
        ("cut-pmed.txt", " 100 199 5\n 1 2 30\n 2 3".into(), &median),
        ("huge-pmed.txt", "2000000000 1 5\n1 2 30\n".into(), &median),
        ("edges-pmed.txt", "5 4000000000 5\n1 2 30\n".into(), &median),
        ("vertex-pmed.txt", "3 1 1\n1 9 30\n".into(), &median),
        ("negative-pmed.txt", "2 1 1\n1 2 -30\n".into(), &median),
        ("big-pmed.txt", "2 1 1\n1 2 30000000000\n".into(), &median),
        ("cut-scp.txt", "200 1000\n1 1 1 1".into(), &cover),
        ("huge-scp.txt", "4000000000 4000000000\n1\n".into(), &cover),
        ("column-scp.txt", "1 2\n1 1\n1\n7\n".into(), &cover),
        ("count-scp.txt", "1 2\n1 1\n4000000000\n1\n".into(), &cover),
        ("site-out-of-range.json", format!(r#"{{"weights": [1], {}}}"#, sound.replace("[1, 0", "[99, 0")), &median),
        ("demand-out-of-range.json", format!(r#"{{"weights": [], {sound}}}"#), &median),
        ("negative-weight.json", format!(r#"{{"weights": [-1], {sound}}}"#), &median),
        ("huge-weight.json", format!(r#"{{"weights": [1e308], {sound}}}"#), &median),
        ("many-weights.json", format!(r#"{{"weights": [4e18, 4e18], {sound}}}"#), &median),
        ("negative-p.json", format!(r#"{{"weights": [1], {}}}"#, sound.replace("\"p\": 1", "\"p\": -1")), &median),
        ("site-twice.json", format!(r#"{{"weights": [1], {}}}"#, sound.replace("\"b\"", "\"a\"")), &median),
        ("arc-twice.json", format!(r#"{{"weights": [1], {}}}"#, sound.replace("[1, 0", "[0, 0")), &median),
        ("time-as-text.json", format!(r#"{{"weights": [1], {}}}"#, sound.replace("0, 5]]", "0, \"soon\"]]")), &median),
        ("negative-time.json", format!(r#"{{"weights": [1], {}}}"#, sound.replace("0, 5]]", "0, -5]]")), &median),
        ("nan.json", r#"{"weights": [NaN]}"#.into(), &median),
        ("cut.json", format!(r#"{{"weights": [1], {sound}"#), &median),
        ("nested.json", deep, &median),
        ("empty.json", "{}".into(), &median),
        ("list.json", "[]".into(), &median),
        ("nothing.txt", "  \n".into(), &median),
        ("no-radius.json", format!(r#"{{"weights": [1], {sound}}}"#), &cover),
        ("words.txt", "this is nothing known\n".into(), &median),
        ("short.csv", "site,demand,time\na,b\n".into(), &median),
        ("negative.csv", "site,demand,time\na,b,-1\n".into(), &median),
        ("heading.csv", "site,demand\na,b\n".into(), &median),
        ("cut.tsp", "NODE_COORD_SECTION\n1 2\n".into(), &median),
        ("dimension.tsp", "DIMENSION : 7\nNODE_COORD_SECTION\n1 2 3\n".into(), &median),
        ("geo.tsp", "EDGE_WEIGHT_TYPE : GEO\nNODE_COORD_SECTION\n1 2 3\n".into(), &median),
        ("cut-points.txt", "3\n0 0\n3".into(), &median),
        ("huge-points.txt", "4000000000\n0 0\n3".into(), &median),
    ];
    for (file, text, command) in files {
        let command = if file.contains("points") || file.contains(".csv") || file.contains(".tsp") {
            &Command { p: Some(1), ..command.clone() }
        } else {
            command
        };
        match read(file, &text, command) {
            Err(message) => assert!(message.starts_with(file), "{file}: {message}"),
            // Set cover without a radius is allowed: any arc covers.
            Ok(_) => assert_eq!(file, "no-radius.json"),
        }
    }
    assert!(parse_location("latin.txt", b"caf\xe9", &median).unwrap_err().to_string().contains("latin.txt, line 1"));
}

#[test]
fn damaged_files_never_panic() {
    let sources = [
        r#"{"weights": [1, 2], "sites": [{"id": "a"}, {"id": "b"}], "arcs": [[0, 0, 5], [1, 0, 5.5]], "p": 1, "radius": 3}"#,
        "3 3 1\n1 2 30\n2 3 5\n2 1 7\n",
        "2 3\n4 5 8\n1\n1\n2\n2 3\n",
        "3\n0 0\n3.5 4\n6 8\n",
        "site,demand,time,weight\na,b,1,2\n",
        "DIMENSION : 2\nNODE_COORD_SECTION\n1 2.5 3\n2 3 4e1\n",
        "1 1\nF 0 1 2 3\nC 0 1 2 3\n",
    ];
    let mut r = common::Random::new(7);
    for round in 0..4000 {
        let mut bytes = sources[round % sources.len()].as_bytes().to_vec();
        for _ in 0..=r.below(4) {
            let at = r.below(bytes.len() as u64) as usize;
            match r.below(3) {
                0 => bytes[at] = b"0123456789-.e,\n \"{[]}"[r.below(21) as usize],
                1 => bytes.truncate(at.max(1)),
                _ => bytes.insert(at, b"09-.e,\n \x00\xff"[r.below(10) as usize]),
            }
        }
        for problem in ["p-median", "p-center", "set-cover", "max-cover"] {
            let c = Command { p: Some(1), radius: problem.ends_with("cover").then_some(4.0), ..command(problem) };
            let _ = parse_location("damaged", &bytes, &c);
        }
    }
}

fn data() -> PathBuf {
    std::env::var_os("FIRESITE_DATA")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")), PathBuf::from)
}

#[test]
fn published_files_are_read() {
    let files = [
        ("orlib/pmed1.txt", "p-median", 100, 100),
        ("orlib/pmed40.txt", "p-median", 900, 900),
        ("orlib/scp41.txt", "set-cover", 1000, 200),
        ("orlib/scpd1.txt", "set-cover", 4000, 400),
        ("siting/rl1304.tsp", "p-median", 1304, 1304),
        ("siting/SJC324.txt", "max-cover", 324, 324),
        ("siting/GRID_INST_n100_m1000_d1_100_f10_100_s1.dat", "max-cover", 100, 1000),
    ];
    for (file, problem, sites, rows) in files {
        let path = data().join(file);
        if !path.exists() {
            println!("SKIPPED: {} is absent", path.display());
            continue;
        }
        let c = Command {
            p: (!file.contains("pmed")).then_some(5),
            radius: problem.ends_with("max-cover").then_some(800.0),
            weights: file.contains("SJC").then(|| data().join("siting/demand-SJC324.dat")),
            ..command(problem)
        };
        let problem = read_location(&path, &c).unwrap();
        assert_eq!((problem.instance.sites.len(), problem.instance.rows.len()), (sites, rows), "{file}");
        if file.contains("SJC") {
            let all: u64 = problem.instance.rows.iter().map(|r| r.weight).sum();
            assert_eq!(all, 12_152);
            // p = 1: the best single site.
            let best = (0..324).filter_map(|j| problem.instance.evaluate(&[j]).ok()).map(|v| v[0]).max();
            assert_eq!(best, Some(5461));
        }
    }
}

#[test]
fn levelled_instances_come_back_whole() {
    for seed in 0..300 {
        let instance = common::random_instance(&mut common::Random::new(seed));
        let plain = read::instance_json(&instance);
        assert_eq!(read::parse_instance("x", &plain).unwrap(), instance, "seed {seed}");
        assert_eq!(read::instance_json_gz(&instance).unwrap(), read::instance_json_gz(&instance).unwrap());
    }
    let folder = tempfolder("levelled");
    let instance = common::random_instance(&mut common::Random::new(3));
    let path = folder.join("instance-a.json.gz");
    std::fs::write(&path, read::instance_json_gz(&instance).unwrap()).unwrap();
    assert_eq!(read::read_instance(&path).unwrap(), instance);
}

fn tempfolder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn solution_files_are_checked_from_the_file_alone() {
    let folder = tempfolder("solutions");
    let mut r = common::Random::new(11);
    let (mut accepted, mut refused) = (0, 0);
    for seed in 0..120 {
        let problem = ["p-median", "p-center", "set-cover", "max-cover"][seed % 4];
        let n = 2 + r.below(5);
        let arcs: Vec<String> = (0..n)
            .flat_map(|j| (0..6).map(move |i| (j, i)))
            .filter(|_| r.chance(70))
            .collect::<Vec<_>>()
            .iter()
            .map(|(j, i)| format!("[{j}, {i}, {}]", r.below(100)))
            .collect();
        let sites: Vec<String> = (0..n).map(|j| format!(r#"{{"id": "s{j}", "cost": {}}}"#, 1 + r.below(9))).collect();
        let text = format!(
            r#"{{"weights": [1, 2, 3, 4.5, 5, 6], "sites": [{}], "arcs": [{}], "p": {}, "radius": 70}}"#,
            sites.join(","),
            arcs.join(","),
            1 + r.below(3)
        );
        let path = folder.join(format!("{seed}.json"));
        std::fs::write(&path, text).unwrap();
        let c = command(problem);
        let location = read_location(&path, &c).unwrap();
        let claim = common::true_claim(&location.instance, 64);
        let out = folder.join(format!("{seed}-solution.json"));
        let mut file = SolutionFile::new(&location, &claim, 0.1, serde_json::Map::new());
        file.refer_to(&path, &c, &out).unwrap();
        std::fs::write(&out, file.to_json()).unwrap();
        let verdict = verify_solution_file(&out).unwrap();
        assert!(verdict.valid, "{verdict:?}");
        accepted += 1;
        let sound: serde_json::Value = serde_json::from_slice(&file.to_json()).unwrap();
        let mut lie = |key: &str, value: serde_json::Value| {
            let mut changed = sound.clone();
            changed[key] = value;
            if changed == sound {
                return;
            }
            std::fs::write(&out, serde_json::to_vec(&changed).unwrap()).unwrap();
            let result = verify_solution_file(&out);
            assert!(
                result.as_ref().is_ok_and(|v| !v.valid && v.reason.is_some()) || result.is_err(),
                "{key}: {result:?}"
            );
            refused += 1;
        };
        if let Some(objective) = file.objective.as_ref().and_then(serde_json::Number::as_f64) {
            lie("objective", (objective + 1.0).into());
            lie("objective", (objective - 1.0).into());
            lie("objective", objective.to_string().into());
            lie("bound", (objective + 1.0).into());
            lie("bound", (objective - 1.0).into());
            lie("gap", 0.25.into());
        }
        lie("status", "feasible".into());
        lie("status", "unknown".into());
        lie("status", "infeasible".into());
        lie("open", serde_json::json!([]));
        lie("open", serde_json::json!(["s0", "s0"]));
        lie("open", serde_json::json!([1_000_000_000]));
        lie("certificate", serde_json::Value::Null);
        lie("certificate", serde_json::json!({}));
        lie("problem", if problem == "p-center" { "p-median" } else { "p-center" }.into());
        lie("instance", serde_json::Value::Null);
        // A changed instance is refused; a missing one is no verdict.
        std::fs::write(&out, file.to_json()).unwrap();
        let mut text = std::fs::read_to_string(&path).unwrap();
        text.push(' ');
        std::fs::write(&path, text).unwrap();
        assert!(!verify_solution_file(&out).unwrap().valid);
        std::fs::remove_file(&path).unwrap();
        assert!(verify_solution_file(&out).is_err());
        for text in ["", "[]", "{\"a\"", &"[".repeat(200_000)] {
            std::fs::write(&out, text).unwrap();
            assert!(verify_solution_file(&out).is_err());
        }
    }
    println!("{accepted} accepted, {refused} refused");
}
