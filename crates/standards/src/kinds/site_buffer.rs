//! The least distance of a new station from evacuation exits or hazardous sites (选址).

use firesite_model::Metres;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Behaviour, Requirement, Sense, Term, above_zero, stations_of};
use crate::faults::Fault;
use crate::text::plain;
use crate::{Choice, Facts, Judgement, Met, Proof, Rule, SiteFacts, SubjectKind};

/// Parameters of `site_buffer`.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SiteBuffer {
    /// What to keep away from.
    pub from: From,
    /// Least distance, metres.
    pub distance_m: f64,
}

/// A layer of the study.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
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

impl SiteBuffer {
    fn judge_site(&self, rule: &Rule, facts: &Facts, at: usize, kind: SubjectKind) -> Judgement {
        let site = &facts.sites[at];
        let distance = self.distance(site).map(|d| d.0);
        let met = match distance {
            None => Met::unknown(
                format!("the study has no layer [{}]", self.layer()),
                format!("本研究没有[{}]图层", self.layer()),
            ),
            Some(d) => Met::of(d >= self.distance_m),
        };
        let told = distance.map_or("-".to_owned(), |d| format!("{d:.0}"));
        let wanted = plain(self.distance_m);
        let (of, of_zh) = match self.from {
            From::Exits => ("evacuation exit", "主要疏散出口"),
            From::Hazards => ("hazardous site", "危险品场所"),
        };
        Judgement {
            required: Some(self.distance_m),
            proposed: distance,
            unit: "m",
            met,
            sentence: format!("{}: {told} m from the nearest {of}, at least {wanted} m wanted.", site.name),
            sentence_zh: format!(
                "{}：距最近的{of_zh}{told}米，{}小于{wanted}米。",
                site.name,
                rule.severity.should_not()
            ),
            proof: match distance {
                Some(_) => Proof::Nearest { site: at, layer: self.layer() },
                None => Proof::Site(at),
            },
            ..Judgement::new(rule, kind, site.name.clone(), site.district)
        }
    }
}

impl Behaviour for SiteBuffer {
    fn check(&self) -> Result<(), Fault> {
        above_zero("distance_m", self.distance_m, "metres")
    }

    fn subjects(&self, rule: &Rule) -> (String, String) {
        stations_of(rule, "new station", "新建消防站")
    }

    fn judge(&self, rule: &Rule, facts: &Facts, before: &Choice, after: &Choice) -> Vec<Judgement> {
        let new = after.open.iter().filter(|o| before.class_at(o.site).is_none() && rule.applies.takes_class(&o.class));
        new.map(|open| self.judge_site(rule, facts, open.site, SubjectKind::Station)).collect()
    }

    fn judge_candidates(&self, rule: &Rule, facts: &Facts) -> Vec<Judgement> {
        let may = |site: &SiteFacts| site.standing.is_none() && site.classes.iter().any(|c| rule.applies.takes_class(c));
        let sites = facts.sites.iter().enumerate().filter(|(_, site)| may(site));
        sites.map(|(at, _)| self.judge_site(rule, facts, at, SubjectKind::Candidate)).collect()
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
