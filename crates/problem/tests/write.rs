//! LP and MPS files say what the instance says: read back and solved by another solver, they give the brute-force values.
mod common;

use std::collections::BTreeMap;

use common::*;
use firesite_problem::write::{lp, mps, read_open_sites};
use firesite_problem::*;
use microlp::{ComparisonOp, OptimizationDirection, Problem};

/// A program as read from a file.
#[derive(Debug, Default, PartialEq)]
struct Program {
    maximise: bool,
    /// Cost, lower, upper, binary; by name.
    variables: BTreeMap<String, (f64, f64, f64, bool)>,
    /// Terms, sense, right-hand side; by name.
    lines: BTreeMap<String, (BTreeMap<String, f64>, String, f64)>,
}

fn read_lp(text: &str) -> Program {
    let mut p = Program::default();
    let mut section = "";
    let mut joined: Vec<String> = Vec::new();
    for line in text.lines() {
        match line.strip_prefix("   ") {
            Some(more) => joined.last_mut().unwrap().push_str(&format!(" {more}")),
            None => joined.push(line.to_owned()),
        }
    }
    let free = (0.0, 0.0, f64::INFINITY, false);
    for line in &joined {
        if !line.starts_with(' ') {
            section = line;
            p.maximise |= line == "Maximize";
            continue;
        }
        let words: Vec<&str> = line.split_whitespace().collect();
        match section {
            "Minimize" | "Maximize" | "Subject To" => {
                let mut terms = BTreeMap::new();
                let mut k = 1;
                let mut sign = 1.0;
                let (mut sense, mut rhs) = (String::new(), 0.0);
                while k < words.len() {
                    match words[k] {
                        "+" => sign = 1.0,
                        "-" => sign = -1.0,
                        w if [">=", "<=", "="].contains(&w) => {
                            w.clone_into(&mut sense);
                            rhs = words[k + 1].parse().unwrap();
                            break;
                        }
                        number => {
                            let a: f64 = number.parse().unwrap();
                            *terms.entry(words[k + 1].to_owned()).or_insert(0.0) += sign * a;
                            k += 1;
                        }
                    }
                    k += 1;
                }
                for name in terms.keys() {
                    p.variables.entry(name.clone()).or_insert(free);
                }
                if section == "Subject To" {
                    p.lines.insert(words[0].trim_end_matches(':').to_owned(), (terms, sense, rhs));
                } else {
                    for (name, a) in terms {
                        p.variables.get_mut(&name).unwrap().0 += a;
                    }
                }
            }
            "Bounds" if words[1] == "=" => p.variables.entry(words[0].to_owned()).or_insert(free).1 = 1.0,
            "Bounds" => p.variables.entry(words[2].to_owned()).or_insert(free).2 = words[4].parse().unwrap(),
            "Binary" => {
                let v = p.variables.entry(words[0].to_owned()).or_insert(free);
                (v.2, v.3) = (1.0, true);
            }
            _ => panic!("{line}"),
        }
    }
    p
}

fn read_mps(text: &str) -> Program {
    let mut p = Program::default();
    let (mut section, mut integer) = ("", false);
    for line in text.lines() {
        if !line.starts_with(' ') {
            section = line.split(' ').next().unwrap();
            continue;
        }
        let words: Vec<&str> = line.split_whitespace().collect();
        match section {
            "ROWS" if words[1] != "obj" => {
                let sense = [("G", ">="), ("L", "<="), ("E", "=")].iter().find(|s| s.0 == words[0]).unwrap().1;
                p.lines.insert(words[1].to_owned(), (BTreeMap::new(), sense.to_owned(), 0.0));
            }
            "COLUMNS" if words[0] == "MARKER" => integer = words[2] == "'INTORG'",
            "COLUMNS" => {
                let v = p.variables.entry(words[0].to_owned()).or_insert((0.0, 0.0, f64::INFINITY, integer));
                let a: f64 = words[2].parse().unwrap();
                if words[1] == "obj" {
                    v.0 = a;
                } else {
                    p.lines.get_mut(words[1]).unwrap().0.insert(words[0].to_owned(), a);
                }
            }
            "RHS" => p.lines.get_mut(words[1]).unwrap().2 = words[2].parse().unwrap(),
            "BOUNDS" => {
                let v = p.variables.get_mut(words[2]).unwrap();
                v.2 = words[3].parse().unwrap();
                if words[0] == "FX" {
                    v.1 = v.2;
                }
            }
            _ => {}
        }
    }
    p
}

/// Value and open sites.
fn solve(instance: &Instance, p: &Program) -> Option<(f64, Vec<u32>)> {
    let direction = if p.maximise { OptimizationDirection::Maximize } else { OptimizationDirection::Minimize };
    let mut problem = Problem::new(direction);
    let mut variables = BTreeMap::new();
    for (name, &(cost, lower, upper, binary)) in &p.variables {
        let v = if binary {
            problem.add_integer_var(cost, (lower as i32, upper as i32))
        } else {
            problem.add_var(cost, (lower, upper))
        };
        variables.insert(name.clone(), v);
    }
    for (terms, sense, rhs) in p.lines.values() {
        let op = match sense.as_str() {
            ">=" => ComparisonOp::Ge,
            "<=" => ComparisonOp::Le,
            _ => ComparisonOp::Eq,
        };
        let terms: Vec<_> = terms.iter().map(|(name, a)| (variables[name], *a)).collect();
        problem.add_constraint(&terms, op, *rhs);
    }
    let solution = problem.solve().ok()?.into_solution().ok()?;
    let lines: Vec<String> = variables.iter().map(|(name, v)| format!("{name} {}", solution.var_value(*v))).collect();
    let text = lines.join("\n");
    Some((solution.objective(), read_open_sites(instance, &text)))
}

#[test]
fn another_solver_finds_the_same_values() {
    let (mut solved, mut infeasible, mut skipped) = (0, 0, 0);
    for seed in 0..400 {
        let instance = random_instance(&mut Random::new(seed));
        let best = oracle::brute_force(&instance);
        let held = best.as_ref().map_or_else(Vec::new, |b| b.0.clone());
        let levels = if best.is_some() { instance.levels.len() } else { 1 };
        for level in 0..levels {
            let program = read_lp(&lp(&instance, level, &held).unwrap());
            let from_mps = read_mps(&mps(&instance, level, &held).unwrap());
            assert_eq!(program.lines.len(), from_mps.lines.len());
            match (&best, solve(&instance, &program)) {
                (Some((values, _)), Some((value, open))) => {
                    assert!(
                        (value - values[level] as f64).abs() < 1e-3,
                        "seed {seed} level {level}: {value} {values:?}\n{instance:?}"
                    );
                    let again = instance.evaluate(&open).unwrap();
                    assert_eq!(again[..=level], values[..=level], "seed {seed}");
                    let negated = if program.maximise { -1.0 } else { 1.0 };
                    let (other, _) = solve(&instance, &from_mps).unwrap();
                    assert!((other * negated - value).abs() < 1e-3, "seed {seed}: MPS gives {other}, LP {value}");
                    solved += 1;
                }
                (None, None) => infeasible += 1,
                (Some(_), None) => skipped += 1, // the other solver gave up, or the file is wrong
                (None, Some(found)) => panic!("seed {seed}: infeasible, but {found:?}"),
            }
        }
    }
    println!("{solved} solved, {infeasible} infeasible, {skipped} skipped");
    assert!(solved > 300 && infeasible > 50 && skipped * 50 < solved);
}

#[test]
fn another_solver_finds_the_optimum_of_every_model() {
    use firesite_problem::models::{Band, MODELS, Parameters, Ratio};
    let mut compared = 0;
    for seed in 0..12 {
        let mut r = Random::new(seed);
        let n = 4 + r.below(4) as u32;
        let sites: Vec<Site> = (0..n).map(|j| Site { cost: 1 + r.below(6), ..Site::new(j.to_string()) }).collect();
        let rows: Vec<Row> = (0..6)
            .map(|_| {
                let mut reach: Vec<(u32, u32)> = (0..n).map(|j| (j, r.below(30) as u32)).collect();
                reach.sort_by_key(|e| (e.1, e.0));
                Row { weight: 1 + r.below(9), reach, ..Row::default() }
            })
            .collect();
        let parameters = Parameters {
            p: Some(2 + r.below(2) as u32),
            limit: Some(18),
            share: Ratio::new(4, 5),
            busy: Ratio::new(1, 3),
            first: Ratio::new(2, 3),
            bands: vec![Band { within: 6, worth: 10 }, Band { within: 15, worth: 4 }],
            worst: Some(40),
        };
        for model in &MODELS {
            let instance = (model.build)(sites.clone(), rows.clone(), &parameters).unwrap().instance;
            let best = oracle::brute_force(&instance);
            let held = best.as_ref().map_or_else(Vec::new, |b| b.0.clone());
            for level in 0..if best.is_some() { instance.levels.len() } else { 1 } {
                let program = read_lp(&lp(&instance, level, &held).unwrap());
                let found = solve(&instance, &program);
                let Some((values, _)) = &best else {
                    assert!(found.is_none(), "seed {seed} {}", model.word);
                    continue;
                };
                let (value, open) = found.unwrap_or_else(|| panic!("seed {seed} {}: nothing found", model.word));
                assert!((value - values[level] as f64).abs() < 1e-3, "seed {seed} {}: {value} {values:?}", model.word);
                // The solution read back is the optimum too.
                assert_eq!(instance.evaluate(&open).unwrap()[..=level], values[..=level], "seed {seed} {}", model.word);
                compared += 1;
            }
        }
    }
    assert!(compared > 110, "{compared}");
}

#[test]
fn solutions_of_known_solvers_are_read() {
    let instance = Instance { sites: (0..12).map(|j| Site::new(j.to_string())).collect(), ..Instance::default() };
    let highs = "Model status\nOptimal\n# Columns 3\nx0 1\nx1 0\nx11 1\ny0_11 1\n";
    let cbc = "Optimal - objective value 2\n      0 x0   1   0\n      5 x11  0.9999999  0\n";
    let gurobi = "# Objective value = 2\nx0 1\nx11 1\nx99 1\n";
    let scip = "objective value:   2\nx0                 1 \t(obj:1)\nx11                1 \t(obj:1)\n";
    for text in [highs, cbc, gurobi, scip] {
        assert_eq!(read_open_sites(&instance, text), vec![0, 11], "{text}");
    }
}
