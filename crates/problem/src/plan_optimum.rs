//! The check of one scenario of a plan: its instance, its open sites, its stated optimum.
use serde::{Deserialize, Serialize};
use serde_json::Number;

use crate::certificate::Certificate;
use crate::claim::{Claim, LevelClaim};
use crate::instance::Instance;
use crate::read::value_of;
use crate::solution_file::{Verdict, check_gap, status, stopped};
use crate::verify::verify;

/// The fields of `scenarios[].optimum` that are checked; others are left alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlanOptimum {
    /// `optimal`, `feasible`, `infeasible` or `unknown`.
    pub status: String,
    /// Of level 1, in its unit.
    pub objective: Option<Number>,
    /// Of level 1.
    pub bound: Option<Number>,
    /// Of level 1.
    pub gap: Option<f64>,
    /// The levels.
    pub levels: Vec<PlanLevel>,
    /// Proof of the bounds.
    pub certificate: Option<Certificate>,
    /// `time`, `work` or `gap`.
    #[serde(default)]
    pub stopped_by: Option<String>,
}

/// The fields of `optimum.levels[]` that are checked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlanLevel {
    /// `cover`, `cost`, `count`, `time` or `center`.
    pub name: String,
    /// `max` or `min`.
    pub sense: String,
    /// Value of the plan.
    pub objective: Option<Number>,
    /// What no plan can pass.
    pub bound: Option<Number>,
    /// Gap of the level.
    pub gap: Option<f64>,
    /// Status of the level.
    pub status: String,
    /// Whole units of the instance in one unit of the fields above: `exact / scale` is the objective.
    #[serde(default)]
    pub scale: Option<u64>,
    /// The objective in whole units of the instance.
    #[serde(default)]
    pub exact: Option<i64>,
    /// The bound in whole units of the instance.
    #[serde(default)]
    pub exact_bound: Option<i64>,
}

/// Checks a stated optimum. `open_ids`: ids of the open sites (`None` without a plan); `units[k]`: level `k` of the instance is in units
/// of `1 / units[k]` of what is stated (a power of ten), unless the level states its own scale; missing ones are 1.
#[must_use]
pub fn verify_plan_optimum(
    instance: &Instance,
    open_ids: Option<&[String]>,
    optimum: &PlanOptimum,
    units: &[u64],
) -> Verdict {
    let result = check(instance, open_ids, optimum, units);
    Verdict::of(optimum.objective.clone(), optimum.bound.clone(), optimum.gap, result)
}

/// Whether a number is `exact / unit`, up to the last digit of a float.
fn shows(number: &Number, exact: i64, unit: u64) -> bool {
    let wanted = exact as f64 / unit as f64;
    number.as_f64().is_some_and(|n| (n - wanted).abs() <= wanted.abs() * 1e-15)
}

/// Equal as numbers, however written.
fn same(a: Option<&Number>, b: Option<&Number>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a == b || a.as_f64() == b.as_f64(),
        (a, b) => a == b,
    }
}

fn check(instance: &Instance, open_ids: Option<&[String]>, optimum: &PlanOptimum, units: &[u64]) -> Result<(), String> {
    let first = optimum.levels.first().ok_or("no level is stated")?;
    for (what, a, b) in [("objective", &optimum.objective, &first.objective), ("bound", &optimum.bound, &first.bound)] {
        if !same(a.as_ref(), b.as_ref()) {
            return Err(format!("{what} differs from that of level 1"));
        }
    }
    if optimum.gap != first.gap {
        return Err("gap differs from that of level 1".to_owned());
    }
    if optimum.levels.len() != instance.levels.len() {
        return Err(format!("{} levels are stated, the instance has {}", optimum.levels.len(), instance.levels.len()));
    }
    let mut levels = Vec::new();
    for (k, (stated, objective)) in optimum.levels.iter().zip(&instance.levels).enumerate() {
        if stated.name != objective.name() || stated.sense != objective.sense() {
            return Err(format!(
                "level {} is stated as {} {}, the instance has {} {}",
                k + 1,
                stated.sense,
                stated.name,
                objective.sense(),
                objective.name()
            ));
        }
        let unit = stated.scale.or(units.get(k).copied()).unwrap_or(1).max(1);
        let value = |number: &Option<Number>, exact: Option<i64>, what: &str| {
            let level = k + 1;
            match (number, exact) {
                (None, None) => Ok(None),
                (Some(n), None) => {
                    value_of(n, unit).map(Some).ok_or_else(|| format!("{what} {n} of level {level} is not possible"))
                }
                (Some(n), Some(exact)) if shows(n, exact, unit) => Ok(Some(exact)),
                (n, Some(exact)) => {
                    let stated = n.as_ref().map_or_else(|| "none".to_owned(), ToString::to_string);
                    Err(format!("{what} of level {level} is stated as {stated}, but {exact} units of 1/{unit}"))
                }
            }
        };
        let objective = value(&stated.objective, stated.exact, "objective")?;
        let bound = value(&stated.bound, stated.exact_bound, "bound")?;
        check_gap(stated.gap, objective, bound).map_err(|e| format!("level {}: {e}", k + 1))?;
        levels.push(LevelClaim { objective, bound, status: status(&stated.status)? });
    }
    let open = open_ids.map(|ids| positions(instance, ids)).transpose()?;
    let claim = Claim {
        status: status(&optimum.status)?,
        open,
        levels,
        certificate: optimum.certificate.clone(),
        stopped: stopped(optimum.stopped_by.as_deref())?,
    };
    verify(instance, &claim).map(|_| ()).map_err(|e| e.to_string())
}

fn positions(instance: &Instance, ids: &[String]) -> Result<Vec<u32>, String> {
    let known: std::collections::HashMap<&str, u32> =
        instance.sites.iter().enumerate().map(|(j, s)| (s.id.as_str(), j as u32)).collect();
    let mut open = ids
        .iter()
        .map(|id| known.get(id.as_str()).copied().ok_or_else(|| format!("open site {id:?} is not in the instance")))
        .collect::<Result<Vec<u32>, _>>()?;
    open.sort_unstable();
    Ok(open)
}
