//! How many stations a place, a district or the plan has: at least, at most, or both (消防站总数、每座城市必须设立一级站).

use schemars::JsonSchema;
use serde::Deserialize;

use super::places::{self, Per};
use super::{Behaviour, Counted, Requirement, Sense, count, met_count, sites_of, terms};
use crate::faults::Fault;
use crate::{Choice, Facts, Judgement, Met, Open, Proof, Rule, Side, SubjectKind};

/// Parameters of `count`: at least one of `at_least` and `at_most`. The selector's classes say which stations count.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Count {
    /// Whose stations are counted together.
    pub per: Per,
    /// So many at least.
    pub at_least: Option<u32>,
    /// So many at most.
    pub at_most: Option<u32>,
    /// A higher class counts for a lower one of the selector.
    #[serde(default)]
    pub or_above: bool,
    /// Leave out what the ledger does not count: town teams, …
    #[serde(default)]
    pub counted_only: bool,
}

/// A place whose stations are counted.
struct Subject {
    name: String,
    kind: SubjectKind,
    district: Option<usize>,
    at: usize,
    /// A town without an outline: nobody can say which stations belong to it.
    placeless: bool,
}

impl Count {
    fn takes_class(&self, rule: &Rule, facts: &Facts, class: &str) -> bool {
        if rule.applies.class.is_empty() {
            return true;
        }
        rule.applies.class.iter().any(|slot| slot == class || (self.or_above && facts.classes.fills(class, slot)))
    }

    /// Whether a station at this site, standing or new, is in the ledger's total.
    fn in_total(&self, facts: &Facts, site: usize) -> bool {
        !self.counted_only || facts.sites[site].standing.as_ref().is_none_or(|s| s.counted)
    }

    fn subjects_in(&self, rule: &Rule, facts: &Facts) -> Vec<Subject> {
        let code = |d: Option<usize>| facts.district_code(d);
        match self.per {
            Per::BuiltUp => facts
                .built_up
                .iter()
                .enumerate()
                .filter(|(_, a)| rule.applies.takes_built_up(a.role, code(a.district), &a.zones))
                .map(|(at, a)| Subject { name: a.name.clone(), kind: SubjectKind::BuiltUp, district: a.district, at, placeless: false })
                .collect(),
            Per::Town => facts
                .towns
                .iter()
                .enumerate()
                .filter(|(_, t)| rule.applies.takes_town(t.tier, code(t.district)))
                .map(|(at, t)| Subject { name: t.name.clone(), kind: SubjectKind::Town, district: t.district, at, placeless: t.outline.is_none() })
                .collect(),
            Per::District => facts
                .districts
                .iter()
                .enumerate()
                .filter(|(_, d)| rule.applies.takes_district(Some(&d.code)))
                .map(|(at, d)| Subject { name: d.name.clone(), kind: SubjectKind::District, district: Some(at), at, placeless: false })
                .collect(),
            Per::Plan => vec![Subject { name: "plan".to_owned(), kind: SubjectKind::Plan, district: None, at: 0, placeless: false }],
        }
    }

    /// Whether a site belongs to the subject.
    fn holds(&self, rule: &Rule, facts: &Facts, subject: &Subject, site: usize) -> bool {
        let place = &facts.sites[site];
        let here = match self.per {
            Per::BuiltUp => place.home == Some(subject.at),
            Per::Town => !subject.placeless && place.home == facts.towns[subject.at].outline,
            Per::District => place.district == Some(subject.at),
            Per::Plan => rule.applies.takes_district(facts.district_code(place.district)),
        };
        here && self.in_total(facts, site)
    }

    fn met(&self, counted: Counted) -> Met {
        let (least, most) = (self.at_least.unwrap_or(0) as usize, self.at_most.map_or(usize::MAX, |n| n as usize));
        match met_count(least, counted) {
            Met::Yes if counted.all > most => Met::No,
            Met::Yes if counted.all + counted.unclassed > most => Met::unknown(
                format!("{} there of no stated class may count", crate::text::stations(counted.unclassed)),
                format!("当地有{}个消防站未注明类别，可能应计入", counted.unclassed),
            ),
            other => other,
        }
    }
}

impl Behaviour for Count {
    fn check(&self) -> Result<(), Fault> {
        match (self.at_least, self.at_most) {
            (None, None) => Err(Fault::new("at_least", "neither at_least nor at_most is given", "add at_least = … or at_most = …")),
            (Some(least), Some(most)) if least > most => Err(Fault::new(
                "at_least",
                format!("contradictory counts: at least {least} and at most {most}"),
                "write at_least no higher than at_most",
            )),
            _ => Ok(()),
        }
    }

    fn subjects(&self, rule: &Rule) -> (String, String) {
        places::words(rule, Some(self.per))
    }

    fn judge(&self, rule: &Rule, facts: &Facts, before: &Choice, after: &Choice) -> Vec<Judgement> {
        let subjects = self.subjects_in(rule, facts);
        subjects
            .into_iter()
            .map(|subject| {
                let here = |open: &Open| self.holds(rule, facts, &subject, open.site);
                let takes = |class: &str| self.takes_class(rule, facts, class);
                let standing = count(facts, before, here, takes);
                let proposed = count(facts, after, here, takes);
                let met = if subject.placeless {
                    Met::unknown("the town has no built-up area in the study", "该镇没有建成区图形")
                } else {
                    self.met(proposed)
                };
                let too_many = self.at_most.is_some_and(|most| proposed.all > most as usize);
                let (side, required) = if too_many { (Side::AtMost, self.at_most) } else { (Side::AtLeast, self.at_least.or(self.at_most)) };
                let side = if self.at_least.is_none() { Side::AtMost } else { side };
                let (asked, asked_zh) = match (self.at_least, self.at_most) {
                    (Some(least), Some(most)) => (format!("{least} to {most}"), format!("{least}至{most}个")),
                    (Some(least), None) => (format!("at least {least}"), format!("至少{least}个")),
                    (None, Some(most)) => (format!("at most {most}"), format!("至多{most}个")),
                    (None, None) => (String::new(), String::new()),
                };
                let classes: Vec<(&str, &str)> = rule.applies.class.iter().map(|c| super::class_names(facts, c)).collect();
                let join = |pick: fn(&(&str, &str)) -> String, with: &str| classes.iter().map(pick).collect::<Vec<_>>().join(with);
                let of = if classes.is_empty() { String::new() } else { format!(" of class {}", join(|c| c.0.to_owned(), ", ")) };
                let of_zh = if classes.is_empty() { "消防站".to_owned() } else { join(|c| c.1.to_owned(), "、") };
                let taken = sites_of(after, |open| here(open) && takes(&open.class));
                Judgement {
                    required: required.map(f64::from),
                    side,
                    standing: Some(standing.all as f64),
                    proposed: Some(proposed.all as f64),
                    unit: "stations",
                    sentence: format!("{}: {}{of}, {asked} wanted, {} before the plan.", subject.name, crate::text::stations(proposed.all), standing.all),
                    sentence_zh: format!("{}：{of_zh}{}个，要求{asked_zh}，规划前{}个。", subject.name, proposed.all, standing.all),
                    proof: if taken.is_empty() { subject_proof(&subject) } else { Proof::Sites(taken) },
                    met,
                    ..Judgement::new(rule, subject.kind, subject.name.clone(), subject.district)
                }
            })
            .collect()
    }

    fn requirements(&self, rule: &Rule, facts: &Facts) -> Vec<Requirement> {
        let mut found = Vec::new();
        for subject in self.subjects_in(rule, facts).iter().filter(|s| !s.placeless) {
            let takes = |site: usize, class: &str| self.holds(rule, facts, subject, site) && self.takes_class(rule, facts, class);
            for (word, sense, rhs) in [("at least", Sense::AtLeast, self.at_least), ("at most", Sense::AtMost, self.at_most)] {
                let Some(rhs) = rhs else { continue };
                found.push(Requirement {
                    name: format!("{}: {} {word} {rhs}", rule.id, subject.name),
                    rule: rule.id.clone(),
                    subject: subject.name.clone(),
                    district: subject.district,
                    terms: terms(facts, 1, takes),
                    sense,
                    rhs: i64::from(rhs),
                });
            }
        }
        found
    }
}

fn subject_proof(subject: &Subject) -> Proof {
    match subject.kind {
        SubjectKind::BuiltUp => Proof::BuiltUp(subject.at),
        SubjectKind::Town => Proof::Town(subject.at),
        SubjectKind::District => Proof::District(subject.at),
        SubjectKind::Plan | SubjectKind::Station | SubjectKind::Candidate => Proof::None,
    }
}

impl Count {
    /// Whether this rule's least count exceeds another's most, on the same places and on classes that the other counts too.
    pub(crate) fn contradicts(&self, classes: &[String], other: &Count, other_classes: &[String]) -> Option<(u32, u32)> {
        let inside = other_classes.is_empty() || (!classes.is_empty() && classes.iter().all(|c| other_classes.contains(c)));
        // What one counts, the other must count too: `or_above` and uncounted stations widen a count.
        let wider = (!self.or_above || other.or_above || other_classes.is_empty()) && (self.counted_only || !other.counted_only);
        let (least, most) = (self.at_least?, other.at_most?);
        (self.per == other.per && inside && wider && least > most).then_some((least, most))
    }
}
