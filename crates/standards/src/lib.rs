//! Rules as data: station classes, clocks, rule packs, and compliance argued article by article.
//!
//! A pack is a TOML file (`rules/*.toml`): station classes, and rules with severity, selector, parameters with units and a
//! source. Code knows the *kinds* of rules ([`kinds`]), never a rule: each kind measures ([`judge`]) and says what it
//! demands of a location problem ([`requirements`]).
//!
//! ```
//! use firesite_standards::{ClassTable, Pack};
//!
//! let pack = Pack::packaged("cn-jb152-2017")?;
//! let classes = ClassTable::from_packs([&pack]);
//! let first = classes.resolve("一级普通消防站").unwrap();
//! assert_eq!(first.id, "first");
//! assert_eq!(first.area_cap_km2, Some(7.0));
//! # Ok::<(), firesite_standards::Error>(())
//! ```

mod class;
mod clock;
pub mod codes;
mod contradictions;
mod curve;
mod error;
mod facts;
mod faults;
mod judgement;
pub mod kinds;
mod pack;
mod rule;
mod rulebook;
mod schema;
mod source;
mod text;

pub use class::{ClassTable, StationClass};
pub use clock::{Clock, ClockName};
pub use curve::{METRES_PER_MILE, TravelCurve, implied_speed, service_area_formula};
pub use error::Error;
pub use facts::{
    Arrival, BuiltUpFacts, Choice, DemandFacts, DistrictFacts, Facts, Open, Phase, ServiceAreaFacts, SiteFacts,
    Standing, TownFacts,
};
pub use judgement::{Judgement, Met, Proof, Reason, Side, SubjectKind};
pub use kinds::{Per, Requirement, Sense, Term, judge, judge_candidates, requirements};
pub use pack::{BudgetStep, Pack};
pub use rule::{Rule, RuleSeverity, Selector};
pub use rulebook::{Override, RuleBook};
pub use schema::{rule_list_schema, rule_pack_schema};
pub use source::{Confidence, Source};
