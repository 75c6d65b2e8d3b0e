//! Instances as whole programs: what a general solver answers is what brute force finds.

use std::time::Duration;

use super::named::instance;
use firesite_problem::models::MODELS;
use firesite_problem::{oracle, write};
use firesite_siting::linear::{ByMicrolp, IntegerAnswer, IntegerProgram, IntegerSolver, IntegerStatus};

fn every_first_level_equals_brute_force(solve: impl Fn(&IntegerProgram) -> IntegerAnswer) {
    let (mut optimal, mut infeasible) = (0, 0);
    for seed in 0..12 {
        for m in 0..MODELS.len() {
            let instance = instance(m, seed + 30_000);
            let what = format!("{} seed {seed}", MODELS[m].word);
            let program = IntegerProgram::read_mps(&write::mps(&instance, 0, &[]).unwrap()).expect(&what);
            let answer = solve(&program);
            match oracle::brute_force(&instance) {
                None => {
                    assert_eq!(answer.status, IntegerStatus::Infeasible, "{what}");
                    infeasible += 1;
                }
                Some((values, _)) => {
                    assert_eq!(answer.status, IntegerStatus::Optimal, "{what}");
                    // Ties in later levels are none of its business.
                    let open = program.open_sites(&answer);
                    let found = instance.evaluate(&open).unwrap_or_else(|e| panic!("{what}: {e}"));
                    assert_eq!(found[0], values[0], "{what}");
                    let bound = answer.bound.expect("a bound");
                    assert!(
                        (bound.abs() - values[0].abs() as f64).abs() < 1e-3 * bound.abs().max(1.0),
                        "{what}: {bound}"
                    );
                    optimal += 1;
                }
            }
        }
    }
    assert!(optimal > 60 && infeasible > 5, "{optimal} optimal, {infeasible} infeasible");
}

#[test]
fn microlp_answers_as_brute_force() {
    every_first_level_equals_brute_force(|program| ByMicrolp.solve_within(program, Duration::from_secs(60)));
}

/// `cargo test -p firesite-siting --features highs --test models whole`.
#[cfg(feature = "highs")]
#[test]
fn highs_answers_as_brute_force() {
    let solver = firesite_siting::linear::ByHighs;
    every_first_level_equals_brute_force(|program| solver.solve_within(program, Duration::from_secs(60)));
}

#[test]
fn what_is_no_program_is_refused_with_its_line() {
    for (text, line, word) in [
        ("NAME a\nROWS\n Q r\n", 3, "not a kind of row"),
        ("ROWS\n N obj\nCOLUMNS\n x0 r 1\n", 4, "ROWS does not list"),
        ("ROWS\n N obj\nCOLUMNS\n x0 obj one\n", 4, "not a number"),
        ("ROWS\n N obj\nCOLUMNS\n x0\n", 4, "at least"),
        ("ROWS\n N obj\nBOUNDS\n UP bnd x0 1\n", 4, "COLUMNS does not list"),
        ("ROWS\n N obj\nRANGES\n", 3, "RANGES"),
    ] {
        let error = IntegerProgram::read_mps(text).expect_err(text);
        assert_eq!(error.line, line, "{text}: {error}");
        assert!(error.what.contains(word), "{text}: {error}");
    }
}
