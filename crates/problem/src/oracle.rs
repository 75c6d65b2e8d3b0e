//! Brute force over all choices of sites: the truth for small instances.
use crate::instance::Instance;

/// Best values of all levels in order, with the lexicographically smallest sorted site positions that reach them; `None`: infeasible.
///
/// Every model and side constraint goes through this one function. Work: `2^n` evaluations; more than 20 sites give `None` at once.
#[must_use]
pub fn brute_force(instance: &Instance) -> Option<(Vec<i64>, Vec<u32>)> {
    let n = instance.sites.len();
    if n > 20 {
        return None;
    }
    let mut best: Option<(Vec<i64>, Vec<i64>, Vec<u32>)> = None;
    for choice in 0_u32..1 << n {
        let open: Vec<u32> = (0..n as u32).filter(|j| choice >> j & 1 == 1).collect();
        let Ok(values) = instance.evaluate(&open) else { continue };
        let key: Vec<i64> =
            values.iter().zip(&instance.levels).map(|(&v, level)| if level.maximised() { -v } else { v }).collect();
        let better = best.as_ref().is_none_or(|(k, _, o)| (&key, &open) < (k, o));
        if better {
            best = Some((key, values, open));
        }
    }
    best.map(|(_, values, open)| (values, open))
}
