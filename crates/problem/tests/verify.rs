//! True claims are accepted, false ones refused, on thousands of small instances with every feature.
mod common;

use common::*;
use firesite_problem::*;

#[test]
fn every_true_claim_is_accepted() {
    let (mut infeasible, mut optimal) = (0, 0);
    for seed in 0..3000 {
        let mut r = Random::new(seed);
        let instance = random_instance(&mut r);
        let claim = true_claim(&instance, [1, 64, 100][(seed % 3) as usize]);
        match verify(&instance, &claim) {
            Ok(Outcome::Optimal(_)) => optimal += 1,
            Ok(Outcome::Infeasible(_)) => infeasible += 1,
            other => panic!("seed {seed}: {other:?}\n{instance:#?}\n{:?}", claim.levels),
        }
    }
    println!("{optimal} optimal, {infeasible} infeasible");
    assert!(infeasible > 100 && optimal > 500);
}
