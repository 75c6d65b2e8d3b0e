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

#[test]
fn no_multipliers_give_a_bound_past_the_optimum() {
    let (mut tried, mut tight) = (0, 0);
    for seed in 0..6000 {
        let Some((mut r, instance, values, open, level)) = subject(seed) else { continue };
        let claimed = beyond(&instance, level, values[level]);
        for _ in 0..4 {
            let scale = [1, 7, 64][r.below(3) as usize];
            let multipliers = random_multipliers(&mut r, &instance, level, &values[..level], claimed, scale, &open);
            let proof = LevelProof { scale, multipliers, nodes: vec![Node::default()] };
            tried += 1;
            match flaw(verify(&instance, &claim_with(&values, &open, level, claimed, proof))) {
                Some(Flaw::Weak { bound, .. }) if instance.levels[level] == Objective::Center => assert!(bound <= 0),
                Some(Flaw::Weak { bound, .. }) => {
                    let least = if instance.levels[level].maximised() { -values[level] } else { values[level] };
                    let true_value = i128::from(least) * i128::from(scale);
                    assert!(bound <= true_value, "seed {seed}: {bound} > {true_value}");
                    tight += usize::from(bound > true_value - i128::from(scale));
                }
                other => panic!("seed {seed} level {level}: {other:?}\n{instance:#?}"),
            }
        }
    }
    println!("{tried} tried, {tight} tight");
    assert!(tried > 5000 && tight > 300);
}

#[test]
fn no_fixing_or_dominance_cuts_off_the_optimum() {
    let (mut accepted, mut dominated, mut refused) = (0, 0, 0);
    for seed in 0..800 {
        let Some((mut r, instance, values, open, level)) = subject(seed) else { continue };
        let held = &values[..level];
        let scale = 16;
        let n = instance.sites.len() as u32;
        for try_it in 0..24 {
            let mut node = Node { then: Then::Next, ..Node::default() };
            let site = r.below(u64::from(n)) as u32;
            match try_it % 3 {
                0 => node.close.push(site),
                1 => node.open.push(site),
                _ => node.dominated.push((site, r.below(u64::from(n)) as u32)),
            }
            // The true claim with this node: accepted or not, never wrong. The false one: always refused.
            let forged = beyond(&instance, level, values[level]);
            for claimed in [values[level], forged] {
                let mut proof = enumeration(&instance, Some(level), held, claimed, scale);
                proof.nodes.insert(0, node.clone());
                proof.multipliers = random_multipliers(&mut r, &instance, level, held, claimed, scale, &open);
                let result = flaw(verify(&instance, &claim_with(&values, &open, level, claimed, proof)));
                if claimed == forged {
                    assert!(result.is_some(), "seed {seed} level {level} {node:?}: forged {claimed}\n{instance:#?}");
                } else {
                    match result {
                        None if try_it % 3 == 2 => dominated += 1,
                        None => accepted += 1,
                        Some(Flaw::Fixing { .. } | Flaw::Dominance { .. }) => refused += 1,
                        // The enumeration's leaves change every multiplier that matters only where it is not zero.
                        Some(Flaw::Weak { .. } | Flaw::Sign { .. }) => {}
                        Some(other) => panic!("seed {seed}: {other:?}"),
                    }
                }
            }
        }
    }
    println!("{accepted} fixings accepted, {dominated} dominances accepted, {refused} refused");
    assert!(accepted > 100 && dominated > 50 && refused > 1000);
}

#[test]
fn branches_on_counts_and_several_sites_cover_all_cases() {
    let mut accepted = 0;
    for seed in 0..1500 {
        let Some((mut r, instance, values, open, level)) = subject(seed) else { continue };
        let held = &values[..level];
        let n = instance.sites.len() as u32;
        let sites: Vec<u32> = (0..n).filter(|_| r.chance(60)).collect();
        if sites.is_empty() {
            continue;
        }
        let forged = beyond(&instance, level, values[level]);
        for claimed in [values[level], forged] {
            let below = enumeration(&instance, Some(level), held, claimed, 64);
            let (then, children) = if r.chance(50) {
                (Then::First(sites.clone()), sites.len() + 1)
            } else {
                (Then::Count { sites: sites.clone(), at_most: r.below(4) as i64 }, 2)
            };
            let mut proof = LevelProof { scale: 64, ..LevelProof::default() };
            proof.nodes.push(Node { then, ..Node::default() });
            for _ in 0..children {
                proof.nodes.extend(below.nodes.iter().cloned());
            }
            let result = flaw(verify(&instance, &claim_with(&values, &open, level, claimed, proof.clone())));
            assert_eq!(result.is_some(), claimed == forged, "seed {seed}: {result:?}");
            accepted += usize::from(result.is_none());
            // A missing or an extra case is refused.
            proof.nodes.pop();
            assert!(flaw(verify(&instance, &claim_with(&values, &open, level, claimed, proof.clone()))).is_some());
            proof.nodes.push(Node::default());
            proof.nodes.push(Node::default());
            assert!(flaw(verify(&instance, &claim_with(&values, &open, level, claimed, proof))).is_some());
        }
    }
    println!("{accepted} accepted");
    assert!(accepted > 300);
}

#[test]
fn bounds_of_parts_add_up_and_never_pass_the_optimum() {
    let (mut tried, mut split_better) = (0, 0);
    for seed in 0..2500 {
        let Some((mut r, mut instance, values, open, level)) = subject(seed) else { continue };
        // Fixing sites of the optimum changes nothing of it, but shields rows from other parts.
        open.iter().filter(|_| seed % 2 == 0).for_each(|&j| instance.sites[j as usize].fixed = r.chance(50));
        if instance.levels[level] == Objective::Center {
            continue;
        }
        let held = &values[..level];
        let claimed = beyond(&instance, level, values[level]);
        let scale = 8;
        let multipliers = random_multipliers(&mut r, &instance, level, held, claimed, scale, &open);
        let leaf = LevelProof { scale, multipliers: multipliers.clone(), nodes: vec![Node::default()] };
        let whole = match flaw(verify(&instance, &claim_with(&values, &open, level, claimed, leaf))) {
            Some(Flaw::Weak { bound, .. }) => bound,
            other => panic!("{other:?}"),
        };
        let (_, total) = split_proof(&mut r, &instance, &values, &open, level, scale, multipliers);
        tried += 1;
        split_better += usize::from(total > whole);
        let least = if instance.levels[level].maximised() { -values[level] } else { values[level] };
        assert!(
            total <= i128::from(least) * i128::from(scale),
            "seed {seed}: {total} past {least} x {scale}\n{instance:#?}"
        );
        assert!(total >= whole, "seed {seed}: parts give {total}, the whole {whole}");
    }
    println!("{tried} tried, {split_better} better than the whole");
    assert!(tried > 500 && split_better > 100);
}

#[test]
fn mutated_certificates_never_prove_a_false_claim() {
    let mut refused = 0;
    for seed in 0..1200 {
        let Some((mut r, instance, values, open, level)) = subject(seed) else { continue };
        let claimed = beyond(&instance, level, values[level]);
        let mut proof = enumeration(&instance, Some(level), &values[..level], claimed, 64);
        for _ in 0..20 {
            mutate(&mut r, &mut proof, instance.sites.len() as u64);
            let result = verify(&instance, &claim_with(&values, &open, level, claimed, proof.clone()));
            assert!(result.is_err(), "seed {seed}");
            refused += 1;
        }
    }
    println!("{refused} refused");
}

#[test]
fn false_claims_are_refused() {
    let mut refused = 0;
    for seed in 0..600 {
        let mut r = Random::new(seed);
        let instance = random_instance(&mut r);
        let claim = true_claim(&instance, 64);
        let mut forgeries: Vec<(&str, Claim)> = Vec::new();
        let mut forge = |name, change: &dyn Fn(&mut Claim)| {
            let mut c = claim.clone();
            change(&mut c);
            forgeries.push((name, c));
        };
        forge("no certificate", &|c| c.certificate = None);
        forge("empty certificate", &|c| c.certificate = Some(Certificate::default()));
        forge("no levels", &|c| c.levels.clear());
        forge("unknown", &|c| c.status = Status::Unknown);
        forge("damaged", &|c| {
            if let Some(first) = c.certificate.as_mut().and_then(|x| x.levels.first_mut()) {
                first.scale += 1;
            }
        });
        if claim.open.is_some() {
            forge("infeasible", &|c| {
                c.status = Status::Infeasible;
                c.levels.iter_mut().for_each(|l| l.status = Status::Infeasible);
            });
            forge("infeasible without sites", &|c| {
                *c = Claim::infeasible(c.levels.len(), c.certificate.clone().unwrap_or_default());
            });
            forge("better", &|c| c.levels[0].objective = c.levels[0].objective.map(|v| v + 1));
            forge("worse", &|c| c.levels[0].objective = c.levels[0].objective.map(|v| v - 1));
            forge("feasible", &|c| c.status = Status::Feasible);
            forge("unknown site", &|c| c.open = Some(vec![999]));
            forge("a site twice", &|c| {
                if let Some(open) = &mut c.open {
                    open.push(0);
                    open.push(0);
                }
            });
        } else {
            forge("optimal", &|c| c.status = Status::Optimal);
            forge("a plan", &|c| c.open = Some(vec![]));
        }
        for (name, forged) in forgeries {
            assert!(verify(&instance, &forged).is_err(), "seed {seed}: accepted {name}\n{instance:#?}");
            refused += 1;
        }
    }
    println!("{refused} refused");
}

/// An open site serves a row at a cost (price of the held level times weight) that the certificate's own numbers could not hold.
#[test]
fn prices_times_weights_may_leave_64_bits() {
    let site = |id: &str, fixed| Site { id: id.into(), cost: 3, counted: true, exclusive: None, fixed };
    let weight = 1_000_000_000;
    let instance = Instance {
        name: "wide".into(),
        sites: vec![site("open", true), site("idle", false)],
        rows: vec![Row { weight, reach: vec![(0, 5)], group: None, must: false, gains: Vec::new() }],
        limit: Some(10),
        worst: None,
        groups: Vec::new(),
        constraints: Vec::new(),
        levels: vec![Objective::Cover, Objective::Cost],
    };
    let price = 1 << 50;
    let multipliers = Multipliers { rows: vec![i64::MIN / 2], held: vec![price], ..Multipliers::default() };
    let split = Node { then: Then::Split { part: vec![0, 0], at_least: vec![3 * 16] }, ..Node::default() };
    let leaf = Node { then: Then::Leaf, ..Node::default() };
    let proof = LevelProof { scale: 16, multipliers, nodes: vec![split, leaf] };
    let values = [weight as i64, 3];
    let judged = |bound| flaw(verify(&instance, &claim_with(&values, &[0], 1, bound, proof.clone())));
    assert_eq!(judged(3), None);
    assert!(matches!(judged(4), Some(Flaw::Weak { .. })), "{:?}", judged(4));
}
