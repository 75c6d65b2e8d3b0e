//! Rule kinds: what can be measured and demanded. One file each, one line in the list below.

mod places;

use std::collections::BTreeMap;

use schemars::{Schema, SchemaGenerator};

use crate::faults::{self, Fault};
use crate::{Choice, Facts, Judgement, Met, Rule, SubjectKind};

pub use places::Per;

/// Lists the kinds: the word of the pack files, the module, the type of its parameters.
macro_rules! kinds {
    ($($word:literal => $module:ident :: $type:ident,)*) => {
        $(pub mod $module;)*

        /// A kind with its parameters.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Kind {
            $(#[doc = concat!("`", $word, "`")] $type($module::$type),)*
        }

        /// The words of all kinds.
        pub const WORDS: &[&str] = &[$($word),*];

        impl Kind {
            /// The kind of this word with these parameters; the error says which parameter is wrong and what would be right.
            pub(crate) fn read(word: &str, parameters: toml::Table) -> Result<Self, Fault> {
                match word {
                    $($word => {
                        let read: Result<$module::$type, toml::de::Error> = parameters.clone().try_into();
                        let kind = read.map_err(|e| faults::of_reader(&e, Some(&parameters), concat!("rule of kind ", $word)))?;
                        kind.check()?;
                        Ok(Kind::$type(kind))
                    })*
                    _ => Err(Fault::new(
                        "kind",
                        format!("\"{word}\" is no rule kind"),
                        format!("write one of {}{}", WORDS.join(", "), faults::nearest(word, WORDS)),
                    )),
                }
            }

            /// The word of the pack files.
            pub fn word(&self) -> &'static str {
                match self { $(Kind::$type(_) => $word,)* }
            }

            fn behaviour(&self) -> &dyn Behaviour {
                match self { $(Kind::$type(kind) => kind,)* }
            }

            /// The schema of the parameters of each kind, by word.
            pub(crate) fn schemas(generator: &mut SchemaGenerator) -> Vec<(&'static str, Schema)> {
                vec![$(($word, generator.subschema_for::<$module::$type>()),)*]
            }
        }
    };
}

kinds! {
    "slots" => slots::Slots,
    "town_station" => town_station::TownStation,
    "adjacency" => adjacency::Adjacency,
    "time" => time::Time,
    "distance" => distance::Distance,
    "count" => count::Count,
    "area_cap" => area_cap::AreaCap,
    "age" => age::Age,
    "land" => land::Land,
    "staffing" => staffing::Staffing,
    "barrier" => barrier::Barrier,
    "site_buffer" => site_buffer::SiteBuffer,
    "water" => water::Water,
}

/// What a kind can do. A kind that only measures keeps the default for `requirements`.
trait Behaviour {
    /// Faults between parameters that types cannot show.
    fn check(&self) -> Result<(), Fault> {
        Ok(())
    }

    /// Parameters that the rule may leave out and that decide all the same, with the value they then have.
    fn defaults(&self) -> Vec<(&'static str, String)> {
        Vec::new()
    }

    /// Whom the rule speaks of, for a study in which there is nobody of the kind: `a town of tier national_key`.
    fn subjects(&self, rule: &Rule) -> (String, String);

    /// One judgement for each subject.
    fn judge(&self, rule: &Rule, facts: &Facts, before: &Choice, after: &Choice) -> Vec<Judgement>;

    /// One judgement for each candidate, chosen or not, where the rule speaks of sites.
    fn judge_candidates(&self, _rule: &Rule, _facts: &Facts) -> Vec<Judgement> {
        Vec::new()
    }

    /// What it asks of the choice of sites, linear in the open (site, class) pairs.
    fn requirements(&self, _rule: &Rule, _facts: &Facts) -> Vec<Requirement> {
        Vec::new()
    }
}

/// The side of a requirement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sense {
    /// The sum is at least the right side.
    AtLeast,
    /// The sum is at most the right side.
    AtMost,
    /// The sum is exactly the right side.
    Exactly,
}

/// A term of a requirement: an open station of this class at this site counts so much.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// Position in [`Facts::sites`].
    pub site: usize,
    /// Class id.
    pub class: String,
    /// Coefficient.
    pub factor: i64,
}

/// A linear demand on the choice of sites.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// Rule, subject and slot, for messages and for the names of constraints.
    pub name: String,
    /// Id of the rule.
    pub rule: String,
    /// Subject.
    pub subject: String,
    /// Position in [`Facts::districts`].
    pub district: Option<usize>,
    /// Left side.
    pub terms: Vec<Term>,
    /// Side.
    pub sense: Sense,
    /// Right side.
    pub rhs: i64,
}

impl Kind {
    /// Parameters left to their default, with the value they have.
    pub(crate) fn defaults(&self) -> Vec<(&'static str, String)> {
        self.behaviour().defaults()
    }
}

/// Judges a rule on all its subjects, before and after. A rule without a subject in this study says so in one judgement
/// about the plan, so that no rule is left out silently.
pub fn judge(rule: &Rule, facts: &Facts, before: &Choice, after: &Choice) -> Vec<Judgement> {
    let found = rule.kind.behaviour().judge(rule, facts, before, after);
    if found.is_empty() {
        let (en, zh) = rule.kind.behaviour().subjects(rule);
        let why = Met::unknown(format!("the study has no {en}"), format!("本研究没有{zh}"));
        return vec![Judgement::unknown(rule, SubjectKind::Plan, "plan", None, why)];
    }
    found
}

/// Judges a rule on every candidate site, chosen or not: empty unless the rule speaks of sites (`land`, `site_buffer`).
pub fn judge_candidates(rule: &Rule, facts: &Facts) -> Vec<Judgement> {
    rule.kind.behaviour().judge_candidates(rule, facts)
}

/// What a rule demands of the choice of sites. Only hard rules should be made constraints.
pub fn requirements(rule: &Rule, facts: &Facts) -> Vec<Requirement> {
    rule.kind.behaviour().requirements(rule, facts)
}

/// Open stations counted where `takes` holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counted {
    /// All.
    all: usize,
    /// Those that are not merely assumed.
    sure: usize,
    /// Stations in the same place whose class the study does not state.
    unclassed: usize,
}

/// Counts the open stations of a place that `takes` holds for. What stands there without a class counts apart: it may be one.
fn count(facts: &Facts, choice: &Choice, here: impl Fn(&crate::Open) -> bool, takes: impl Fn(&str) -> bool) -> Counted {
    let mut counted = Counted::default();
    for open in choice.open.iter().filter(|open| here(open)) {
        if takes(&open.class) {
            counted.all += 1;
            counted.sure += usize::from(!facts.assumed(open));
        } else if open.class.is_empty() {
            counted.unclassed += 1;
        }
    }
    counted
}

/// `met` of a least count: met only through assumed stations is unknown (DESIGN §4.12), and so is missed where stations
/// without a class might fill it.
fn met_count(required: usize, proposed: Counted) -> Met {
    if proposed.all < required && proposed.all + proposed.unclassed >= required {
        let n = proposed.unclassed;
        Met::unknown(
            format!("{} there {} no class in the study", crate::text::stations(n), if n == 1 { "has" } else { "have" }),
            format!("当地有{n}个消防站未注明类别"),
        )
    } else if proposed.all < required {
        Met::No
    } else if proposed.sure < required {
        Met::unknown(
            "met only through stations whose place or class is assumed",
            "仅依靠位置或类别为假定的消防站才能满足",
        )
    } else {
        Met::Yes
    }
}

/// The open stations of a place, for the map.
fn sites_of(choice: &Choice, takes: impl Fn(&crate::Open) -> bool) -> Vec<usize> {
    choice.open.iter().filter(|open| takes(open)).map(|open| open.site).collect()
}

/// English and Chinese name of a class; the id where the packs know none.
fn class_names<'a>(facts: &'a Facts, class: &'a str) -> (&'a str, &'a str) {
    facts.classes.get(class).map_or((class, class), |c| (c.en.as_str(), c.zh.as_str()))
}

/// A judgement on a station whose class the study does not state, for a rule that speaks of classes.
fn unclassed(rule: &Rule, facts: &Facts, site: usize) -> Judgement {
    let place = &facts.sites[site];
    let why = Met::unknown("the study does not state the class of the station", "未注明消防站类别");
    Judgement {
        proof: crate::Proof::Site(site),
        ..Judgement::unknown(rule, SubjectKind::Station, place.name.clone(), place.district, why)
    }
}

/// Whether a rule asks for the class of a station that has none.
fn asks_class(rule: &Rule, class: &str) -> bool {
    class.is_empty() && !rule.applies.class.is_empty()
}

/// Words of the stations that a rule speaks of.
fn stations_of(rule: &Rule, en: &str, zh: &str) -> (String, String) {
    if rule.applies.class.is_empty() {
        (en.to_owned(), zh.to_owned())
    } else {
        let classes = rule.applies.class.join(", ");
        (format!("{en} of class {classes}"), format!("{zh}（{classes}）"))
    }
}

/// Every (site, class) pair that a filter takes, as terms with one factor.
fn terms(facts: &Facts, factor: i64, takes: impl Fn(usize, &str) -> bool) -> Vec<Term> {
    let mut found = BTreeMap::new();
    for (site, facts) in facts.sites.iter().enumerate() {
        for class in &facts.classes {
            if takes(site, class) {
                found.insert((site, class.clone()), factor);
            }
        }
    }
    found.into_iter().map(|((site, class), factor)| Term { site, class, factor }).collect()
}

/// A figure that must be above 0.
fn above_zero(key: &str, x: f64, unit: &str) -> Result<(), Fault> {
    if x.is_finite() && x > 0.0 {
        Ok(())
    } else {
        Err(Fault::new(key, format!("{key} is {x}"), format!("write {unit} above 0")))
    }
}

/// A time in seconds that must be above 0 and fit into 46 days.
fn a_time(key: &str, x: f64) -> Result<(), Fault> {
    above_zero(key, x, "seconds")?;
    match firesite_model::TravelTime::from_seconds_f64(x) {
        Some(time) if time > firesite_model::TravelTime::ZERO => Ok(()),
        _ => Err(Fault::new(key, format!("{key} is {x}"), "write seconds between 0.001 and 4000000")),
    }
}

/// A tolerance from 0 upwards.
fn not_below_zero(key: &str, x: f64, unit: &str) -> Result<(), Fault> {
    if x.is_finite() && x >= 0.0 {
        Ok(())
    } else {
        Err(Fault::new(key, format!("{key} is {x}"), format!("write {unit} from 0 upwards")))
    }
}

/// A share of the demand in per cent.
fn a_percentile(percentile: Option<f64>) -> Result<(), Fault> {
    match percentile.filter(|p| !(*p > 0.0 && *p <= 100.0)) {
        None => Ok(()),
        Some(p) => Err(Fault::new(
            "percentile",
            format!("percentile is {p}"),
            "write a number above 0 and at most 100, or leave it out for all of the demand",
        )),
    }
}
