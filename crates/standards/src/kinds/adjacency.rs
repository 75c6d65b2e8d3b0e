//! Small stations never stand alone (小型站辖区至少与一个一级站、二级站或特勤站辖区相邻).
//!
//! The relation is static: a full station that reaches the site within `limit_s` of travel. The real service areas are
//! compared afterwards and reported.

use firesite_model::TravelTime;
use serde::Deserialize;

use super::{Behaviour, Judgement, Met, Requirement, Sense, Term};
use crate::{Choice, Facts, Rule};

/// Parameters of `adjacency`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
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
    fn check(&self) -> Result<(), String> {
        match TravelTime::from_seconds_f64(self.limit_s) {
            Some(limit) if limit > TravelTime::ZERO => Ok(()),
            _ => Err(format!("limit_s is {}, wanted seconds above 0", self.limit_s)),
        }
    }

    fn judge(&self, rule: &Rule, facts: &Facts, before: &Choice, after: &Choice) -> Vec<Judgement> {
        let needs = |class: &str| facts.classes.get(class).is_some_and(|c| c.needs_neighbour);
        let full = |class: &str| facts.classes.get(class).is_some_and(|c| c.full);
        let neighbours = |choice: &Choice, site: usize| {
            let near = &facts.sites[site].near;
            choice.open.iter().filter(|o| full(&o.class) && near.iter().any(|&(s, t)| s == o.site && t <= self.limit())).count()
        };
        let stations = after.open.iter().filter(|o| needs(&o.class));
        stations
            .map(|open| {
                let site = &facts.sites[open.site];
                let found = neighbours(after, open.site);
                Judgement {
                    rule: rule.id.clone(),
                    subject: site.name.clone(),
                    district: site.district,
                    required: Some(1.0),
                    standing: Some(neighbours(before, open.site) as f64),
                    proposed: Some(found as f64),
                    unit: "stations",
                    met: if found > 0 { Met::Yes } else { Met::No },
                    sentence: format!("{}: {found} full stations within {} of travel.", site.name, self.limit()),
                    sentence_zh: format!("{}：行车{}内有{found}个一级站、二级站或特勤站。", site.name, self.limit()),
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
