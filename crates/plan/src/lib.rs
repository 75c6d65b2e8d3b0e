//! Study in, plan out: the only place where all parts meet.
//!
//! ```no_run
//! use firesite_plan::Study;
//!
//! let study = Study::open("study.toml")?;
//! let plan = study.plan()?;
//! let main = plan.main().expect("a study has a scenario");
//! println!("{}: {} new stations, {:?} covered", main.name, main.ledger.new, main.coverage.after.share);
//! # Ok::<(), firesite_plan::Error>(())
//! ```
//!
//! The way of a study, one module a step:
//!
//! | step | module | what it gives |
//! |---|---|---|
//! | [`study_file`] | `study.toml` as plain structs | every key, every fault with its line |
//! | [`input`] | the layers through `firesite-formats` | sorted by id, with everything that was odd |
//! | [`checks`] | layers against each other | one function per check, its code in its name |
//! | [`candidates`], `homes`, `sites` | every place and the classes it may have | the facts that rules are judged on |
//! | `problem` | a scenario as a location problem | integers, constraints named after rule and subject |
//! | `search` | solved by `firesite-siting` | values, bounds, certificate, or why it cannot be met |
//! | `phases`, `scenario` | before and after | coverage, ledger, stations |
//! | `compliance`, `proofs` | every rule on every subject | lines, and the places that show them |
//! | [`statements`] | what the sources say | contradictions, computed |
//! | [`plan_json`], [`map`] | the result as plain structs | what `firesite-report` writes |
//! | `schedule` | the plan year by year | the best next stations of each year, and what phasing costs |
//! | `decisions` | keep, upgrade, relocate, build new | town by town, and for stations too old |
//! | `prices` | each rule taken away in turn | what it costs, exactly or as an interval |
//! | [`verify`], [`mod@compare`], [`mod@explain`] | plans read again | checked without the search; side by side; why here, why not there |

mod area_caps;
mod areas;
pub mod candidates;
mod check_report;
pub mod checks;
pub mod codes;
pub mod compare;
mod compliance;
mod compute;
mod decisions;
mod difference;
mod draw;
mod error;
pub mod explain;
mod homes;
pub mod input;
mod json;
pub mod map;
mod phases;
mod plan;
pub mod plan_json;
mod prices;
mod problem;
mod proofs;
mod scenario;
mod schedule;
mod schema;
mod search;
mod site_rules;
mod sites;
mod soft;
pub mod statements;
mod study;
pub mod study_file;
pub mod verify;
mod weights;

pub use candidates::Candidates;
pub use check_report::{CheckReport, Estimate, FindingLine, LayerLine};
pub use compare::{Comparison, compare};
pub use difference::Difference;
pub use error::Error;
pub use explain::{Asked, Explanation, explain};
pub use plan::{CoverageReport, Plan};
pub use schema::study_schema;
pub use study::{Study, StudyBuilder};
pub use study_file::StudyFile;
pub use verify::{PlanVerdict, ScenarioVerdict, read_plan, verify_plan};
