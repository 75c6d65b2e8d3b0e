//! The solution file of `solve --out`, and its check.
//!
//! The file says what was found, with the certificate inline and the instance by path, hash and the options it was read with, so that
//! anyone can read the instance again and check every word.
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value};

use crate::certificate::Certificate;
use crate::claim::{Claim, LevelClaim, Status, gap};
use crate::outcome::Stopped;
use crate::read::{self, Command, LocationProblem};
use crate::verify::verify;

/// What `solve` prints and writes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SolutionFile {
    /// Word of the model.
    pub problem: String,
    /// `optimal`, `feasible`, `infeasible` or `unknown`.
    pub status: String,
    /// Value of the open sites, in the units of the file.
    pub objective: Option<Number>,
    /// What no choice of sites can pass.
    pub bound: Option<Number>,
    /// `|bound - objective| / |objective|`.
    pub gap: Option<f64>,
    /// Whole units of the instance in one unit of the fields above, where that is no power of ten: `exact / scale` is the objective.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scale: Option<u64>,
    /// The objective in whole units of the instance (beside `scale`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exact: Option<i64>,
    /// The bound in whole units of the instance (beside `scale`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exact_bound: Option<i64>,
    /// Ids of the open sites; empty without a solution.
    pub open: Vec<Value>,
    /// `time`, `work` or `gap`.
    pub stopped_by: Option<String>,
    /// Wall-clock time: the only clock in any output.
    pub seconds: f64,
    /// Counters of the search.
    pub work: Map<String, Value>,
    /// Why there is no solution, in words and numbers; absent otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Proof of the bound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<Certificate>,
    /// The instance; absent on standard output.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<InstanceReference>,
}

/// Where the instance is and how it was read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InstanceReference {
    /// Path, relative to the solution file where the instance lies beside or below it, else absolute.
    pub file: String,
    /// BLAKE3 of the file's bytes, hexadecimal.
    pub blake3: String,
    /// BLAKE3 of the bytes of `options.weights`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weights_blake3: Option<String>,
    /// Options of the command.
    pub options: Command,
}

/// What `verify` prints.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Verdict {
    /// Whether everything holds.
    pub valid: bool,
    /// The checked objective (the stated one when it does not hold).
    pub objective: Option<Number>,
    /// The checked bound (likewise).
    pub bound: Option<Number>,
    /// The gap.
    pub gap: Option<f64>,
    /// What does not hold; `None` when everything does.
    pub reason: Option<String>,
}

impl SolutionFile {
    /// The file of a claim about a one-level problem, without the instance reference.
    #[must_use]
    pub fn new(problem: &LocationProblem, claim: &Claim, seconds: f64, work: Map<String, Value>) -> Self {
        let level = claim.levels.first();
        let (objective, bound) = (level.and_then(|l| l.objective), level.and_then(|l| l.bound));
        let decimal = 10_u64.checked_pow(problem.unit.max(1).ilog10()) == Some(problem.unit.max(1));
        Self {
            problem: problem.model.word.to_owned(),
            status: claim.status.word().to_owned(),
            objective: objective.map(|v| problem.number(v)),
            bound: bound.map(|v| problem.number(v)),
            gap: gap(objective, bound),
            scale: (!decimal).then_some(problem.unit),
            exact: objective.filter(|_| !decimal),
            exact_bound: bound.filter(|_| !decimal),
            open: problem.ids(claim.open.as_deref().unwrap_or(&[])),
            stopped_by: claim.stopped.and_then(Stopped::word).map(str::to_owned),
            seconds,
            work,
            reason: None,
            certificate: claim.certificate.clone(),
            instance: None,
        }
    }

    /// Adds the reference to the instance for a file that will be written at `out`.
    pub fn refer_to(&mut self, instance: &Path, options: &Command, out: &Path) -> Result<(), read::Error> {
        let mut options = options.clone();
        let weights_blake3 = match &options.weights {
            Some(path) => {
                let hash = hash(path)?;
                options.weights = Some(PathBuf::from(portable(path, out)?));
                Some(hash)
            }
            None => None,
        };
        self.instance = Some(InstanceReference {
            file: portable(instance, out)?,
            blake3: hash(instance)?,
            weights_blake3,
            options,
        });
        Ok(())
    }

    /// Compact JSON with a line end.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        // Plain structs with text keys cannot fail to be written to memory.
        let mut bytes = serde_json::to_vec(self).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }
}

fn unreadable(path: &Path, message: impl std::fmt::Display) -> read::Error {
    read::Error::File { file: path.display().to_string(), message: message.to_string() }
}

/// BLAKE3 of a file, hexadecimal.
pub fn hash(path: &Path) -> Result<String, read::Error> {
    let bytes = std::fs::read(path).map_err(|e| unreadable(path, format!("cannot be read: {e}")))?;
    Ok(blake3::hash(&bytes).to_hex().to_string())
}

/// A path as it is written into a file at `out`.
fn portable(path: &Path, out: &Path) -> Result<String, read::Error> {
    let absolute = std::path::absolute(path).map_err(|e| unreadable(path, e))?;
    let real = absolute.canonicalize().map_err(|e| unreadable(path, e))?;
    let folder = std::path::absolute(out).ok().and_then(|o| o.parent().and_then(|p| p.canonicalize().ok()));
    let relative = folder.and_then(|f| real.strip_prefix(f).ok().map(Path::to_path_buf));
    Ok(relative.unwrap_or(absolute).to_string_lossy().into_owned())
}

/// Checks a solution file. `Err`: the file or its instance cannot be read (no verdict).
pub fn verify_solution_file(path: &Path) -> Result<Verdict, read::Error> {
    let bytes = read::read_bytes(path)?;
    let solution: SolutionFile = serde_json::from_slice(&bytes).map_err(|e| read::Error::Line {
        file: path.display().to_string(),
        line: e.line(),
        message: format!("is no solution file: {e}"),
    })?;
    let Some(reference) = &solution.instance else {
        return Err(unreadable(path, "names no instance; only a file of solve --out can be checked"));
    };
    let beside = |file: &Path| path.parent().unwrap_or(Path::new("")).join(file);
    let instance_path = beside(Path::new(&reference.file));
    let mut options = reference.options.clone();
    options.weights = options.weights.as_deref().map(beside);
    let mut changed = hash(&instance_path)? != reference.blake3;
    if let Some(weights) = &options.weights {
        changed |= Some(hash(weights)?) != reference.weights_blake3;
    }
    let verdict = |reason: Option<String>| Verdict {
        valid: reason.is_none(),
        objective: solution.objective.clone(),
        bound: solution.bound.clone(),
        gap: solution.gap,
        reason,
    };
    if changed {
        return Ok(verdict(Some(format!("the instance {} has changed since", reference.file))));
    }
    let problem = read::read_location(&instance_path, &options)?;
    Ok(verdict(check(&problem, &solution).err()))
}

/// Everything the file says, against its instance.
fn check(problem: &LocationProblem, solution: &SolutionFile) -> Result<(), String> {
    if solution.problem != problem.model.word {
        return Err(format!(
            "problem {} is stated, the instance was read for {}",
            solution.problem, problem.model.word
        ));
    }
    if solution.scale.is_some_and(|s| s != problem.unit) {
        return Err(format!("scale {:?} is stated, the instance has {}", solution.scale, problem.unit));
    }
    let value = |number: &Option<Number>, exact: Option<i64>, what: &str| match (number, exact) {
        (None, None) => Ok(None),
        (Some(n), Some(v)) if solution.scale.is_some() && problem.number(v).as_f64() == n.as_f64() => Ok(Some(v)),
        (_, Some(v)) => Err(format!("exact {what} {v} is not {number:?} in units of the scale")),
        (Some(n), None) => {
            problem.value(n).map(Some).ok_or_else(|| format!("{what} {n} is not possible in this instance"))
        }
    };
    let objective = value(&solution.objective, solution.exact, "objective")?;
    let bound = value(&solution.bound, solution.exact_bound, "bound")?;
    let status = status(&solution.status)?;
    let mut open = Vec::new();
    for id in &solution.open {
        let site = problem.site_ids.iter().position(|s| s == id);
        open.push(site.ok_or_else(|| format!("open site {id} is not in the instance"))? as u32);
    }
    open.sort_unstable();
    let levels = vec![LevelClaim { objective, bound, status }];
    let claim = Claim {
        status,
        open: if objective.is_none() && open.is_empty() { None } else { Some(open) },
        levels,
        certificate: solution.certificate.clone(),
        stopped: stopped(solution.stopped_by.as_deref())?,
    };
    check_gap(solution.gap, objective, bound)?;
    verify(&problem.instance, &claim).map(|_| ()).map_err(|e| e.to_string())
}

pub(crate) fn status(word: &str) -> Result<Status, String> {
    [Status::Optimal, Status::Feasible, Status::Infeasible, Status::Unknown]
        .into_iter()
        .find(|s| s.word() == word)
        .ok_or_else(|| format!("status {word:?} is not known"))
}

pub(crate) fn stopped(word: Option<&str>) -> Result<Option<Stopped>, String> {
    match word {
        None => Ok(None),
        Some("time") => Ok(Some(Stopped::Time)),
        Some("work") => Ok(Some(Stopped::Work)),
        Some("gap") => Ok(Some(Stopped::Gap)),
        Some(other) => Err(format!("stopped_by {other:?} is not known")),
    }
}

pub(crate) fn check_gap(stated: Option<f64>, objective: Option<i64>, bound: Option<i64>) -> Result<(), String> {
    let wanted = gap(objective, bound);
    let same = match (stated, wanted) {
        (Some(a), Some(b)) => (a - b).abs() <= 1e-9 * b.abs().max(1e-3),
        (a, b) => a == b,
    };
    if same { Ok(()) } else { Err(format!("gap {stated:?} is stated, objective and bound give {wanted:?}")) }
}

impl Verdict {
    /// The verdict on a claim, with numbers as stated.
    pub(crate) fn of(
        objective: Option<Number>,
        bound: Option<Number>,
        gap: Option<f64>,
        result: Result<(), String>,
    ) -> Self {
        Self { valid: result.is_ok(), objective, bound, gap, reason: result.err() }
    }
}
