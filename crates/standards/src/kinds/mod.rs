//! Rule kinds: what can be measured and demanded. One file each, one line in the list below.

use std::collections::BTreeMap;

use crate::{Choice, Facts, Rule};

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
            pub fn read(word: &str, parameters: toml::Table) -> Result<Self, String> {
                match word {
                    $($word => {
                        let kind: $module::$type = parameters.try_into().map_err(|e: toml::de::Error| e.message().to_owned())?;
                        kind.check()?;
                        Ok(Kind::$type(kind))
                    })*
                    _ => Err(format!("\"{word}\" is no rule kind; there are {}", WORDS.join(", "))),
                }
            }

            /// The word of the pack files.
            pub fn word(&self) -> &'static str {
                match self { $(Kind::$type(_) => $word,)* }
            }

            fn behaviour(&self) -> &dyn Behaviour {
                match self { $(Kind::$type(kind) => kind,)* }
            }
        }
    };
}

kinds! {
    "slots" => slots::Slots,
    "town_station" => town_station::TownStation,
    "adjacency" => adjacency::Adjacency,
    "time" => time::Time,
    "area_cap" => area_cap::AreaCap,
    "age" => age::Age,
    "land" => land::Land,
    "staffing" => staffing::Staffing,
    "barrier" => barrier::Barrier,
    "site_buffer" => site_buffer::SiteBuffer,
}

/// What a kind can do. A kind that only measures keeps the default for `requirements`.
trait Behaviour {
    /// Faults between parameters that types cannot show.
    fn check(&self) -> Result<(), String> {
        Ok(())
    }

    /// One judgement for each subject.
    fn judge(&self, rule: &Rule, facts: &Facts, before: &Choice, after: &Choice) -> Vec<Judgement>;

    /// What it asks of the choice of sites, linear in the open (site, class) pairs.
    fn requirements(&self, _rule: &Rule, _facts: &Facts) -> Vec<Requirement> {
        Vec::new()
    }
}

/// Whether a rule is met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Met {
    /// Yes.
    Yes,
    /// No.
    No,
    /// Cannot be said, and why: which data are missing, or that it is met only through assumed stations.
    Unknown(String),
}

/// A rule applied to one subject.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// Id of the rule.
    pub rule: String,
    /// Whom: a seat with its slot, a town, a station, the plan.
    pub subject: String,
    /// Position in [`Facts::districts`].
    pub district: Option<usize>,
    /// What is asked, in `unit`.
    pub required: Option<f64>,
    /// What stands before the plan.
    pub standing: Option<f64>,
    /// What there is after the plan, standing ones included.
    pub proposed: Option<f64>,
    /// Unit of the three figures: stations, s, km², m², persons, share, years, m.
    pub unit: &'static str,
    /// After the plan.
    pub met: Met,
    /// One sentence, English.
    pub sentence: String,
    /// One sentence, Chinese.
    pub sentence_zh: String,
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

/// Judges a rule on all its subjects, before and after.
pub fn judge(rule: &Rule, facts: &Facts, before: &Choice, after: &Choice) -> Vec<Judgement> {
    rule.kind.behaviour().judge(rule, facts, before, after)
}

/// What a rule demands of the choice of sites. Only hard rules should be made constraints.
pub fn requirements(rule: &Rule, facts: &Facts) -> Vec<Requirement> {
    rule.kind.behaviour().requirements(rule, facts)
}

/// Open stations counted where `takes` holds: all, and those that are not merely assumed.
fn count(facts: &Facts, choice: &Choice, takes: impl Fn(&crate::Open) -> bool) -> (usize, usize) {
    let taken: Vec<_> = choice.open.iter().filter(|open| takes(open)).collect();
    (taken.len(), taken.iter().filter(|open| !facts.assumed(open)).count())
}

/// `met` of a count: met only through assumed stations is unknown (DESIGN §4.12).
fn met_count(required: usize, proposed: usize, without_assumed: usize) -> Met {
    if proposed < required {
        Met::No
    } else if without_assumed < required {
        Met::Unknown("met only through stations whose place or class is assumed".to_owned())
    } else {
        Met::Yes
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
