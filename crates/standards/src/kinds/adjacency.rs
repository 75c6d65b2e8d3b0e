//! Small stations never stand alone (小型站辖区至少与一个一级站、二级站或特勤站辖区相邻).
//!
//! The relation is static: a full station that reaches the site within `limit_s` of travel. The real service areas are
//! compared afterwards and reported.

use firesite_model::TravelTime;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Behaviour, Requirement, Sense, Term, a_time};
use crate::faults::Fault;
use crate::{Choice, Facts, Judgement, Met, Proof, Rule, SubjectKind};

/// Parameters of `adjacency`.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Adjacency {
    /// Longest travel time from a full station, seconds: twice the travel time of the response standard.
    pub limit_s: f64,
}

impl Adjacency {
    /// The limit as a time.
    pub fn limit(&self) -> TravelTime {
        TravelTime::from_seconds_f64(self.limit_s).unwrap_or(TravelTime::MAX)
    }
}

impl Behaviour for Adjacency {
    fn check(&self) -> Result<(), Fault> {
        a_time("limit_s", self.limit_s)
    }

    fn subjects(&self, _rule: &Rule) -> (String, String) {
        ("station of a class that needs a neighbour".to_owned(), "须与其他站相邻的消防站（小型站）".to_owned())
    }

    fn judge(&self, rule: &Rule, facts: &Facts, before: &Choice, after: &Choice) -> Vec<Judgement> {
        let needs = |class: &str| facts.classes.get(class).is_some_and(|c| c.needs_neighbour);
        let full = |class: &str| facts.classes.get(class).is_some_and(|c| c.full);
        let neighbours = |choice: &Choice, site: usize| -> Vec<usize> {
            let near = &facts.sites[site].near;
            let beside = |o: usize| o != site && near.iter().any(|&(s, t)| s == o && t <= self.limit());
            choice.open.iter().filter(|o| full(&o.class) && beside(o.site)).map(|o| o.site).collect()
        };
        let stations = after.open.iter().filter(|o| needs(&o.class));
        stations
            .map(|open| {
                let site = &facts.sites[open.site];
                let found = neighbours(after, open.site);
                let count = found.len();
                Judgement {
                    required: Some(1.0),
                    standing: Some(neighbours(before, open.site).len() as f64),
                    proposed: Some(count as f64),
                    unit: "stations",
                    met: Met::of(count > 0),
                    sentence: format!("{}: {count} full stations within {} of travel, at least 1 wanted.", site.name, self.limit()),
                    sentence_zh: format!("{}：行车{}内有{count}个一级站、二级站或特勤站，至少应有1个。", site.name, self.limit()),
                    proof: if found.is_empty() { Proof::Site(open.site) } else { Proof::Links { from: open.site, to: found } },
                    ..Judgement::new(rule, SubjectKind::Station, site.name.clone(), site.district)
                }
            })
            .collect()
    }

    fn requirements(&self, rule: &Rule, facts: &Facts) -> Vec<Requirement> {
        let mut found = Vec::new();
        for (index, site) in facts.sites.iter().enumerate() {
            // A small station that already stands and fails is reported, never infeasible.
            if site.standing.is_some() {
                continue;
            }
            for class in site.classes.iter().filter(|c| facts.classes.get(c).is_some_and(|c| c.needs_neighbour)) {
                let mut terms: Vec<Term> = Vec::new();
                for &(near, time) in &site.near {
                    if near != index && time <= self.limit() {
                        let full = facts.sites[near].classes.iter().filter(|c| facts.classes.get(c).is_some_and(|c| c.full));
                        terms.extend(full.map(|class| Term { site: near, class: class.clone(), factor: 1 }));
                    }
                }
                terms.push(Term { site: index, class: class.clone(), factor: -1 });
                found.push(Requirement {
                    name: format!("{}: {} beside a full station", rule.id, site.id),
                    rule: rule.id.clone(),
                    subject: site.name.clone(),
                    district: site.district,
                    terms,
                    sense: Sense::AtLeast,
                    rhs: 0,
                });
            }
        }
        found
    }
}
