//! The bound that needs no search: every row served by the best site it has, every group covered up to its cap, nothing built.

use firesite_problem::{Classes, Goal, Instance, LevelProof, Multipliers, Node, Objective};

/// The bound of a level, in its natural direction, with its proof. `None` where its sum leaves 64 bits.
///
/// Rows cost at least what their cheapest site asks, sites at least nothing (fixed ones what they cost). With every row's multiplier at
/// that cost no site earns anything, so the bound of the whole is the sum, and needs no branch.
pub(super) fn bound(instance: &Instance, level: usize) -> Option<(i64, LevelProof)> {
    let objective = instance.levels[level];
    if instance.levels[..=level].contains(&Objective::Center) {
        // Its classes depend on the value held.
        return None;
    }
    let classes = Classes::new(instance, Goal { level: Some(level), within: None });
    let (cover, time) = (i128::from(objective == Objective::Cover), i128::from(objective == Objective::Time));
    // A group whose sites cover more than its cap counts the cap.
    let mut reachable = vec![0i128; instance.groups.len()];
    for (i, class) in classes.classes.iter().enumerate() {
        if let Some(g) = class.group
            && classes.entries(i).iter().any(|e| e.covers)
        {
            let gains = class.gains.iter().map(|&gain| i128::from(gain)).sum::<i128>();
            let gains = if class.gains.is_empty() { 1 } else { gains };
            reachable[g as usize] += i128::from(class.weight) * gains;
        }
    }
    let capped = |g: usize| {
        let cap = instance.groups[g].cap.map(i128::from);
        cap.filter(|&cap| cover > 0 && cap < reachable[g])
    };
    let mut sum: i128 = -(0..instance.groups.len()).filter_map(capped).sum::<i128>();
    let mut rows = Vec::with_capacity(classes.len());
    for (i, class) in classes.classes.iter().enumerate() {
        let weight = i128::from(class.weight);
        let reward = if class.group.is_some_and(|g| capped(g as usize).is_some()) { 0 } else { cover };
        let unserved = time * weight * i128::from(instance.worst.unwrap_or(0));
        let cheapest = classes.entries(i).iter().filter(|e| e.serves).map(|e| {
            let earns = if e.covers && class.gains.is_empty() { reward * weight } else { 0 };
            time * weight * i128::from(e.time) - earns
        });
        let cheapest = cheapest.min();
        let dual = if class.hard { cheapest.unwrap_or(0) } else { cheapest.unwrap_or(unserved).min(unserved) };
        rows.push(i64::try_from(dual).ok()?);
        sum += dual;
        sum -= class.gains.iter().map(|&gain| reward * weight * i128::from(gain)).sum::<i128>();
    }
    sum += match objective {
        Objective::Cost => instance.sites.iter().filter(|s| s.fixed).map(|s| i128::from(s.cost)).sum::<i128>(),
        Objective::Count => instance.sites.iter().filter(|s| s.fixed && s.counted).count() as i128,
        _ => 0,
    };
    let caps = (0..instance.groups.len()).map(|g| i64::from(capped(g).is_some())).collect::<Vec<_>>();
    let caps = if caps.iter().all(|&c| c == 0) { Vec::new() } else { caps };
    let multipliers = Multipliers { rows, caps, ..Multipliers::default() };
    let natural = if objective.maximised() { -sum } else { sum };
    Some((i64::try_from(natural).ok()?, LevelProof { scale: 1, multipliers, nodes: vec![Node::default()] }))
}

#[cfg(test)]
mod tests {
    use firesite_problem::{Certificate, Claim, Group, Row, Site, Stopped, verify};
    use rand_pcg::Pcg64;
    use rand_pcg::rand_core::{Rng, SeedableRng};

    use super::*;

    #[test]
    fn the_checker_accepts_it_and_no_stronger_one() {
        let mut random = Pcg64::seed_from_u64(3);
        let mut below = move |n: u64| random.next_u64() % n;
        for round in 0..500 {
            let n = 1 + below(5) as u32;
            let level = [Objective::Cover, Objective::Cost, Objective::Count, Objective::Time][round % 4];
            let mut instance =
                Instance { levels: vec![level], limit: Some(50), worst: Some(120), ..Instance::default() };
            instance.sites = (0..n).map(|j| Site::new(format!("s{j}"))).collect();
            for site in &mut instance.sites {
                (site.cost, site.fixed, site.counted) = (below(9), below(4) == 0, below(3) > 0);
            }
            instance.groups = (0..2).map(|g| Group { name: format!("g{g}"), cap: Some(below(40)), floor: 0 }).collect();
            for _ in 0..below(8) {
                let mut reach: Vec<(u32, u32)> = (0..n).map(|j| (j, below(150) as u32)).collect();
                reach.retain(|&(_, t)| t < 100);
                reach.sort_by_key(|&(j, t)| (t, j));
                let group = [None, Some(0), Some(1)][below(3) as usize];
                let gains = if below(4) == 0 { vec![2, 1] } else { Vec::new() };
                instance.rows.push(Row { weight: below(20), reach, group, gains, ..Row::default() });
            }
            let (value, proof) = bound(&instance, 0).expect("small numbers");
            let open: Vec<u32> = (0..n).filter(|&j| instance.sites[j as usize].fixed).collect();
            let objective = instance.evaluate(&open).expect("feasible")[0];
            let claim = |bound: i64| {
                let certificate = Certificate::new(vec![proof.clone()]);
                Claim::new(
                    Some(open.clone()),
                    vec![(Some(objective), Some(bound))],
                    Some(certificate),
                    Some(Stopped::Method),
                )
            };
            verify(&instance, &claim(value)).unwrap_or_else(|reason| panic!("round {round}: {reason}"));
            let better = if level.maximised() { value - 1 } else { value + 1 };
            assert!(verify(&instance, &claim(better)).is_err(), "round {round}: the proof shows more than it says");
        }
    }
}
