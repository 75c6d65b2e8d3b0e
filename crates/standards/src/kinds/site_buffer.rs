//! The least distance of a new station from evacuation exits or hazardous sites (选址).

use firesite_model::Metres;
use serde::Deserialize;

use super::{Behaviour, Judgement, Met, Requirement, Sense, Term};
use crate::{Choice, Facts, Rule, SiteFacts};

/// Parameters of `site_buffer`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SiteBuffer {
    /// What to keep away from.
    pub from: From,
    /// Least distance, metres.
    pub distance_m: f64,
}

/// A layer of the study.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum From {
    /// Main evacuation exits of hospitals, schools, theatres, …
    Exits,
    /// Makers and stores of hazardous goods.
    Hazards,
}

impl SiteBuffer {
    fn distance(&self, site: &SiteFacts) -> Option<Metres> {
        match self.from {
            From::Exits => site.nearest_exit,
            From::Hazards => site.nearest_hazard.map(|(distance, _)| distance),
        }
    }

    fn layer(&self) -> &'static str {
        match self.from {
            From::Exits => "exits",
            From::Hazards => "hazards",
        }
    }
}

impl Behaviour for SiteBuffer {
    fn check(&self) -> Result<(), String> {
        if self.distance_m.is_finite() && self.distance_m > 0.0 { Ok(()) } else { Err(format!("distance_m is {}, wanted metres above 0", self.distance_m)) }
    }

    fn judge(&self, rule: &Rule, facts: &Facts, before: &Choice, after: &Choice) -> Vec<Judgement> {
        let new = after.open.iter().filter(|open| !before.open.iter().any(|b| b.site == open.site) && rule.applies.takes_class(&open.class));
        new.map(|open| {
            let site = &facts.sites[open.site];
            let distance = self.distance(site).map(|d| d.0);
            let met = match distance {
                None => Met::Unknown(format!("the study has no layer [{}]", self.layer())),
                Some(d) if d >= self.distance_m => Met::Yes,
                Some(_) => Met::No,
            };
            let told = distance.map_or("-".to_owned(), |d| format!("{d:.0}"));
            Judgement {
                rule: rule.id.clone(),
                subject: site.name.clone(),
                district: site.district,
                required: Some(self.distance_m),
                standing: None,
                proposed: distance,
                unit: "m",
                met,
                sentence: format!("{}: {told} m from the nearest of [{}], at least {} m wanted.", site.name, self.layer(), self.distance_m),
                sentence_zh: format!("{}：距最近的{}{told}米，不应小于{}米。", site.name, if self.from == From::Exits { "疏散出口" } else { "危险品场所" }, self.distance_m),
            }
        })
        .collect()
    }

    fn requirements(&self, rule: &Rule, facts: &Facts) -> Vec<Requirement> {
        let near = |site: &SiteFacts| site.standing.is_none() && self.distance(site).is_some_and(|d| d.0 < self.distance_m);
        let sites = facts.sites.iter().enumerate().filter(|(_, site)| near(site));
        sites
            .map(|(index, site)| Requirement {
                name: format!("{}: {} too near", rule.id, site.id),
                rule: rule.id.clone(),
                subject: site.name.clone(),
                district: site.district,
                terms: site.classes.iter().filter(|c| rule.applies.takes_class(c)).map(|c| Term { site: index, class: c.clone(), factor: 1 }).collect(),
                sense: Sense::AtMost,
                rhs: 0,
            })
            .collect()
    }
}
