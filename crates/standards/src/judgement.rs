//! A rule applied to a subject: what was asked, what is there, whether that is enough, and what shows it.

use crate::{Confidence, Rule};

/// Whether a rule is met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Met {
    /// Yes.
    Yes,
    /// No.
    No,
    /// Cannot be said, and why: which data are missing, or that it is met only through assumed stations.
    Unknown(Reason),
}

impl Met {
    /// Yes or no.
    pub fn of(met: bool) -> Self {
        if met { Met::Yes } else { Met::No }
    }

    /// Cannot be said, for this reason in both languages.
    pub fn unknown(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Met::Unknown(Reason { en: en.into(), zh: zh.into() })
    }

    /// The word of outputs: `met`, `not met`, `not assessable`.
    pub fn word(&self) -> &'static str {
        match self {
            Met::Yes => "met",
            Met::No => "not met",
            Met::Unknown(_) => "not assessable",
        }
    }
}

/// Why something cannot be said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// English.
    pub en: String,
    /// Chinese.
    pub zh: String,
}

/// Whom a judgement is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SubjectKind {
    /// A station, standing or proposed.
    Station,
    /// A candidate site.
    Candidate,
    /// A built-up area: a seat, the core, a town's, a cluster's.
    BuiltUp,
    /// A town.
    Town,
    /// A district.
    District,
    /// The plan as a whole.
    Plan,
}

impl SubjectKind {
    /// The word of outputs.
    pub fn word(self) -> &'static str {
        match self {
            SubjectKind::Station => "station",
            SubjectKind::Candidate => "candidate",
            SubjectKind::BuiltUp => "built_up",
            SubjectKind::Town => "town",
            SubjectKind::District => "district",
            SubjectKind::Plan => "plan",
        }
    }
}

/// On which side of what is required a figure must lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// At least as much.
    AtLeast,
    /// At most as much.
    AtMost,
}

/// What shows a judgement on a map; the numbers are positions in the lists of [`Facts`](crate::Facts).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Proof {
    /// Nothing: the judgement is about the plan as a whole, or the data are missing.
    #[default]
    None,
    /// A station or candidate.
    Site(usize),
    /// Stations that were counted.
    Sites(Vec<usize>),
    /// From a station to its neighbours.
    Links {
        /// The station.
        from: usize,
        /// Its neighbours.
        to: Vec<usize>,
    },
    /// From a station to the nearest feature of a layer.
    Nearest {
        /// The station.
        site: usize,
        /// `exits` or `hazards`.
        layer: &'static str,
    },
    /// The service area of a station after the plan.
    ServiceArea(usize),
    /// Where the service area of a station crosses barriers within its built-up part.
    Crossing(usize),
    /// The outline of a built-up area.
    BuiltUp(usize),
    /// A town.
    Town(usize),
    /// A district.
    District(usize),
    /// Demand that breaks the rule.
    Demand(Vec<usize>),
}

/// A rule applied to one subject.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// Id of the rule.
    pub rule: String,
    /// Whom: a seat with its slot, a town, a station, the plan.
    pub subject: String,
    /// What it is.
    pub subject_kind: SubjectKind,
    /// Position in [`Facts::districts`](crate::Facts::districts).
    pub district: Option<usize>,
    /// What is asked, in `unit`.
    pub required: Option<f64>,
    /// On which side of it the figures must lie.
    pub side: Side,
    /// What stands before the plan.
    pub standing: Option<f64>,
    /// What there is after the plan, standing ones included.
    pub proposed: Option<f64>,
    /// Unit of the three figures: stations, crossings, km2, m2, m, persons, share, years.
    pub unit: &'static str,
    /// After the plan.
    pub met: Met,
    /// One sentence, English.
    pub sentence: String,
    /// One sentence, Chinese.
    pub sentence_zh: String,
    /// Figures beside the rule's parameters that decided it, with their marks: the least parcel of a class, …
    pub figures: Vec<(String, Confidence)>,
    /// What shows it.
    pub proof: Proof,
}

impl Judgement {
    /// A judgement without figures yet: not assessable.
    pub fn new(rule: &Rule, subject_kind: SubjectKind, subject: impl Into<String>, district: Option<usize>) -> Self {
        Self {
            rule: rule.id.clone(),
            subject: subject.into(),
            subject_kind,
            district,
            required: None,
            side: Side::AtLeast,
            standing: None,
            proposed: None,
            unit: "",
            met: Met::unknown("", ""),
            sentence: String::new(),
            sentence_zh: String::new(),
            figures: Vec::new(),
            proof: Proof::None,
        }
    }

    /// A judgement that cannot be made, with the reason.
    pub fn unknown(
        rule: &Rule,
        kind: SubjectKind,
        subject: impl Into<String>,
        district: Option<usize>,
        why: Met,
    ) -> Self {
        let mut judgement = Self::new(rule, kind, subject, district);
        if let Met::Unknown(reason) = &why {
            judgement.sentence = format!("{}: {}.", judgement.subject, reason.en);
            judgement.sentence_zh = format!("{}：{}。", judgement.subject, reason.zh);
        }
        judgement.met = why;
        judgement
    }

    /// How far a rule that is not met is missed, as a share of what is required (of the figure itself, where nothing is
    /// allowed): 0.2 is a fifth too little, or too much. `None` unless not met.
    pub fn breach(&self) -> Option<f64> {
        let (Met::No, Some(required), Some(proposed)) = (&self.met, self.required, self.proposed) else { return None };
        let missed = match self.side {
            Side::AtLeast => required - proposed,
            Side::AtMost => proposed - required,
        };
        let size = if required.abs() > 0.0 { missed / required.abs() } else { missed };
        size.is_finite().then_some(size.max(0.0))
    }

    /// What of the figures that decided it nobody has verified, each with its mark: `limit_s = 480 [P]`.
    pub fn unverified(&self, rule: &Rule) -> Vec<String> {
        let mut found: Vec<String> = rule
            .figures()
            .into_iter()
            .filter(|(_, mark)| !mark.verified())
            .map(|(figure, mark)| format!("{figure} [{}]", mark.mark()))
            .collect();
        let own = self.figures.iter().filter(|(_, mark)| !mark.verified());
        found.extend(own.map(|(figure, mark)| format!("{figure} [{}]", mark.mark())));
        if found.is_empty() && !rule.source.confidence.verified() {
            found.push(format!("{} [{}]", rule.source, rule.source.confidence.mark()));
        }
        found
    }
}
