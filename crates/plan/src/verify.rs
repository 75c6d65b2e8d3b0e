//! Checking a plan from its files alone: the search is not asked.
//!
//! The open sites are taken from `scenarios[].stations` (status existing, upgraded or new), the location problem from the
//! instance file beside the plan, and everything else is recomputed by `firesite-problem`.

use std::path::Path;

use firesite_model::{Finding, Place};
use firesite_problem::{Instance, PlanOptimum, verify_plan_optimum};
use serde::{Deserialize, Serialize};

use crate::plan_json::{PlanFile, SCHEMA, Scenario};
use crate::{Error, Study, codes};

/// The verdict on a plan, as `verify` prints it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlanVerdict {
    /// Whether everything holds.
    pub valid: bool,
    /// Of level 1 of the main scenario, as stated.
    pub objective: Option<f64>,
    /// Likewise.
    pub bound: Option<f64>,
    /// Likewise.
    pub gap: Option<f64>,
    /// What does not hold; `None` when everything does.
    pub reason: Option<String>,
    /// One verdict for each scenario.
    pub scenarios: Vec<ScenarioVerdict>,
}

/// The verdict on one scenario.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScenarioVerdict {
    /// Name.
    pub name: String,
    /// Whether everything holds.
    pub valid: bool,
    /// What does not hold.
    pub reason: Option<String>,
}

/// Reads a `plan.json`.
///
/// # Errors
/// [`Error::Input`] when it cannot be read, or is no plan.
pub fn read_plan(path: &Path) -> Result<PlanFile, Error> {
    let shown = path.display().to_string();
    let refuse = |message: String| {
        Error::one(Finding::fatal(
            codes::PLAN_UNREADABLE,
            Place::file(&shown),
            message,
            "name a plan.json that firesite wrote",
        ))
    };
    let bytes = std::fs::read(path).map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound => refuse("there is no such file".into()),
        _ => refuse(e.to_string()),
    })?;
    let plan: PlanFile = serde_json::from_slice(&bytes).map_err(|e| refuse(format!("it is no plan.json: {e}")))?;
    if plan.schema != SCHEMA {
        return Err(refuse(format!("schema {} is unknown; this program reads {SCHEMA}", plan.schema)));
    }
    Ok(plan)
}

/// Checks every scenario of a plan. With a study, its location problems are built anew and compared too.
///
/// # Errors
/// [`Error::Input`] when the plan or an instance file cannot be read, or the study is wrong: no verdict then.
pub fn verify_plan(path: &Path, study: Option<&Study>) -> Result<PlanVerdict, Error> {
    let plan = read_plan(path)?;
    let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
    let hashes = study.map(Study::instance_hashes).transpose()?;
    let mut scenarios = Vec::new();
    for scenario in &plan.scenarios {
        let instance = read_instance(&folder, scenario)?;
        let mut reason = check(scenario, instance.as_ref()).err();
        if let (None, Some(hashes)) = (&reason, &hashes) {
            reason = match hashes.get(&scenario.name) {
                None => Some("the study has no such scenario".into()),
                Some(hash) if *hash != scenario.optimum.instance.blake3 => {
                    Some("the study gives another location problem than the one that was solved".into())
                }
                Some(_) => None,
            };
        }
        scenarios.push(ScenarioVerdict { name: scenario.name.clone(), valid: reason.is_none(), reason });
    }
    let main = plan.scenarios.iter().find(|s| Some(&s.name) == plan.study.main.as_ref()).or(plan.scenarios.first());
    let mut reason =
        scenarios.iter().find(|s| !s.valid).map(|s| format!("{}: {}", s.name, s.reason.clone().unwrap_or_default()));
    if plan.scenarios.is_empty() {
        reason = Some("the plan has no scenario".into());
    }
    Ok(PlanVerdict {
        valid: reason.is_none(),
        objective: main.and_then(|s| s.optimum.objective),
        bound: main.and_then(|s| s.optimum.bound),
        gap: main.and_then(|s| s.optimum.gap),
        reason,
        scenarios,
    })
}

/// The instance of a scenario; `Err` inside: it is there, and is another one.
pub(crate) fn read_instance(folder: &Path, scenario: &Scenario) -> Result<Result<Instance, String>, Error> {
    let name = &scenario.optimum.instance.file;
    let refuse = |message: String| {
        Error::one(Finding::fatal(
            codes::PLAN_UNREADABLE,
            Place::file(name).feature(format!("scenario {}", scenario.name)),
            message,
            "keep the instance files beside plan.json",
        ))
    };
    if name.is_empty() || Path::new(name).components().count() != 1 || name.starts_with('.') {
        return Err(refuse(format!("\"{name}\" is no name of a file beside the plan")));
    }
    let bytes = std::fs::read(folder.join(name)).map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound => refuse("the instance is missing".into()),
        _ => refuse(e.to_string()),
    })?;
    let plain = unpack(&bytes).map_err(|e| refuse(format!("the file is damaged: {e}")))?;
    if blake3::hash(&plain).to_hex().as_str() != scenario.optimum.instance.blake3 {
        return Ok(Err("the instance file is not the one that was solved (its hash differs)".into()));
    }
    firesite_problem::read::parse_instance(name, &plain).map(Ok).map_err(|e| refuse(e.to_string()))
}

/// More than any instance of a study unpacks to; guards against packed bombs.
const MOST_BYTES: u64 = 4 << 30;

fn unpack(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    use std::io::Read;
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(bytes.to_vec());
    }
    let mut plain = Vec::new();
    flate2::read::MultiGzDecoder::new(bytes).take(MOST_BYTES).read_to_end(&mut plain)?;
    Ok(plain)
}

fn check(scenario: &Scenario, instance: Result<&Instance, &String>) -> Result<(), String> {
    let instance = instance.map_err(Clone::clone)?;
    let optimum = &scenario.optimum;
    // The units of the levels are the program's, not the file's: another scale would tell another figure.
    for (at, level) in optimum.levels.iter().enumerate() {
        if crate::search::scale_of(&level.name) != Some(level.scale) {
            return Err(format!("level {}: {} is not told in units of 1/{}", at + 1, level.name, level.scale));
        }
    }
    let open = crate::explain::open_ids(scenario);
    if scenario.stations.iter().any(|s| !["existing", "upgraded", "new", "closed"].contains(&s.status.as_str())) {
        return Err("a station has an unknown status".into());
    }
    let claimed: PlanOptimum =
        serde_json::to_value(optimum).and_then(serde_json::from_value).map_err(|e| e.to_string())?;
    // Without a plan the stations are those that stand, and no open sites are claimed.
    let solved = optimum.status == "optimal" || optimum.status == "feasible";
    let verdict = verify_plan_optimum(instance, solved.then_some(open.as_slice()), &claimed, &[]);
    if !verdict.valid {
        return Err(verdict.reason.unwrap_or_else(|| "it does not hold".into()));
    }
    ledger_adds_up(scenario)
}

/// The ledger is what the list says.
fn ledger_adds_up(scenario: &Scenario) -> Result<(), String> {
    let counted = crate::scenario::ledger(&scenario.stations);
    if counted != scenario.ledger {
        return Err(format!("the ledger says {:?}, the stations {counted:?}", scenario.ledger));
    }
    Ok(())
}
