//! Candidates on their way into the sites: upgrades of what stands, classes that fit, rules about the place; what each
//! removed is counted.

use std::collections::BTreeMap;

use firesite_model::{BuildMode, Candidate, ClassId, Finding, Place, Severity, StationStatus, Zone};
use firesite_network::Snapped;
use firesite_standards::{BuiltUpFacts, Facts, Rule, RuleSeverity, SiteFacts, StationClass};
use rayon::prelude::*;

use super::{Spot, Upgrade, Who};
use crate::areas::metres;
use crate::candidates::{self, Candidates, role_word};
use crate::checks;
use crate::plan_json::CandidateCount;
use crate::site_rules;
use crate::study::Base;
use crate::study_file::StudyFile;
use crate::{Error, codes};

/// An upgrade candidate this near to a standing station, metres, is an upgrade of it.
const SAME_PLACE_M: f64 = 50.0;

/// The candidates on their way.
#[derive(Default)]
pub(super) struct Supply {
    pub(super) items: Vec<Candidate>,
    pub(super) places: Vec<Snapped>,
    pub(super) districts: Vec<Option<usize>>,
    removed: BTreeMap<String, usize>,
    found: usize,
    origin: String,
    /// Ids of the rules about the place that candidates must keep; `None`: every hard one.
    site_rules: Option<Vec<String>>,
    /// Candidates downwind of a hazardous site within so many metres are left out.
    upwind_within: Option<f64>,
    /// The candidate that is asked about; it is judged, never left out.
    asked: Option<String>,
}

impl Supply {
    pub(super) fn new(
        file: &StudyFile,
        base: &Base,
        one_more: Option<Candidate>,
        findings: &mut Vec<Finding>,
    ) -> Result<Self, Error> {
        let layers = &base.checked.loaded.layers;
        let (mut items, mut districts, origin, found, removed) = match &layers.candidates {
            Some(items) => {
                let origin = file.candidates.as_ref().and_then(|c| c.file.clone()).unwrap_or_else(|| "supplied".into());
                (items.clone(), base.checked.districts.candidates.clone(), origin, items.len(), BTreeMap::new())
            }
            None => {
                let generated = candidates::generate(file, base)?;
                (generated.items, Vec::new(), "generated".to_string(), generated.found, generated.removed)
            }
        };
        let asked_rules = match layers.candidates {
            Some(_) => Some(Vec::new()),
            None => file.candidates.as_ref().and_then(|c| c.generate.as_ref()).and_then(|g| g.site_rules.clone()),
        };
        let asked_id = one_more.as_ref().map(|c| c.id.clone());
        if let Some(candidate) = one_more {
            districts.resize(items.len(), None);
            items.push(candidate);
        }
        let tied: Vec<_> = items.par_iter().map(|c| base.snapper.snap(c.position)).collect();
        checks::f0609_candidate_unsnapped(&items, &tied, &origin, findings);
        let mut supply = Self {
            items: Vec::new(),
            places: Vec::new(),
            districts: Vec::new(),
            removed,
            found,
            origin,
            site_rules: asked_rules,
            upwind_within: match layers.candidates {
                Some(_) => None,
                None => file.candidates.as_ref().and_then(|c| c.generate.as_ref()).and_then(|g| g.upwind_within_m),
            },
            asked: asked_id,
        };
        for (at, (item, tied)) in items.into_iter().zip(tied).enumerate() {
            match tied {
                Ok(tied) => {
                    supply.items.push(item);
                    supply.places.push(tied);
                    supply.districts.push(districts.get(at).copied().flatten());
                }
                Err(_) => supply.remove("off the network", 1),
            }
        }
        Ok(supply)
    }

    pub(super) fn remove(&mut self, why: &str, count: usize) {
        if count > 0 {
            *self.removed.entry(why.to_string()).or_default() += count;
        }
    }

    /// Candidates to upgrade or rebuild what stands at their place become options of that station.
    pub(super) fn take_upgrades(&mut self, base: &Base) -> BTreeMap<usize, Vec<Upgrade>> {
        let layers = &base.checked.loaded.layers;
        let table = &layers.rules.classes;
        let mut found: BTreeMap<usize, Vec<Upgrade>> = BTreeMap::new();
        let mut keep = vec![true; self.items.len()];
        for (at, candidate) in self.items.iter().enumerate() {
            if !matches!(candidate.build_mode, BuildMode::Upgrade | BuildMode::Rebuild) {
                continue;
            }
            let standing = layers
                .stations
                .iter()
                .enumerate()
                .filter(|(_, s)| s.status == StationStatus::Existing)
                .map(|(i, s)| (metres(s.position, candidate.position), i))
                .filter(|(d, _)| *d <= SAME_PLACE_M)
                .min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            let Some((_, station)) = standing else { continue };
            keep[at] = false;
            let own = layers.stations[station].class.as_ref().map_or("", |c| c.0.as_str());
            let listed: Vec<&StationClass> = if candidate.classes.is_empty() {
                table.iter().filter(|c| !c.roles.is_empty() && !c.needs_neighbour).collect()
            } else {
                candidate.classes.iter().filter_map(|c| table.get(&c.0)).collect()
            };
            for class in listed.into_iter().filter(|c| raises(table.get(own), c)) {
                found.entry(station).or_default().push(Upgrade {
                    class: class.id.clone(),
                    cost: candidate.cost.unwrap_or_else(|| upgrade_cost(class)),
                    mode: candidate.build_mode,
                    year: candidate.earliest_year,
                });
            }
        }
        let gone = keep.iter().filter(|k| !**k).count();
        retain(&mut self.items, &keep);
        retain(&mut self.places, &keep);
        retain(&mut self.districts, &keep);
        self.remove("upgrade of a standing station", gone);
        for options in found.values_mut() {
            options.sort_by(|a, b| a.class.cmp(&b.class).then(a.cost.total_cmp(&b.cost)));
            options.dedup_by(|a, b| a.class == b.class);
        }
        found
    }

    /// The classes each candidate may host where it stands (DOMAIN I.1.4).
    pub(super) fn classes(
        &mut self,
        facts: &Facts,
        sites: &mut [SiteFacts],
        spots: &[Spot],
        findings: &mut Vec<Finding>,
    ) {
        let mut small = 0;
        let mut none = 0;
        for (site, spot) in sites.iter_mut().zip(spots) {
            let Who::Candidate(at) = spot.who else { continue };
            let candidate = &self.items[at];
            let area = site.home.and_then(|h| facts.built_up.get(h));
            let listed = !candidate.classes.is_empty();
            let wanted: Vec<&StationClass> = if listed {
                candidate.classes.iter().filter_map(|ClassId(id)| facts.classes.get(id)).collect()
            } else {
                let role = area.map(|a| role_word(a.role));
                facts
                    .classes
                    .iter()
                    .filter(|c| !c.roles.is_empty() && role.is_none_or(|role| c.roles.iter().any(|r| r == role)))
                    .collect()
            };
            for class in wanted {
                if class.needs_neighbour && !small_allowed(area) {
                    small += 1;
                    if listed {
                        findings.push(Finding::new(
                            codes::CLASS_NOT_ALLOWED,
                            Severity::Dropped,
                            Place::file(&self.origin).layer("candidates").feature(&candidate.id).property("classes"),
                            format!("{} is not allowed here: it needs an area of scarce land in a dense, old, historic or assessed zone", class.zh),
                            "flag the area in [built_up] with zones and land_scarce, or leave the class out",
                        ));
                    }
                } else if !site.classes.contains(&class.id) {
                    site.classes.push(class.id.clone());
                }
            }
            if site.classes.is_empty() {
                none += 1;
                findings.push(Finding::new(
                    codes::CANDIDATE_NO_CLASS,
                    Severity::Dropped,
                    Place::file(&self.origin).layer("candidates").feature(&candidate.id),
                    "no class may stand here",
                    "give it other classes",
                ));
            }
        }
        self.remove("small station outside its zones (class only)", small);
        self.remove("no class allowed", none);
    }

    /// Takes from generated candidates the classes that a rule about the place forbids there, and counts them by rule. Supplied
    /// candidates are the planner's own: what forbids them is a condition of the scenarios.
    pub(super) fn site_rules(
        &mut self,
        facts: &mut Facts,
        sites: &mut Vec<SiteFacts>,
        spots: &[Spot],
        base: &Base,
        findings: &mut Vec<Finding>,
    ) {
        let rules: Vec<&Rule> = base
            .checked
            .loaded
            .layers
            .rules
            .rules
            .iter()
            .filter(|r| site_rules::is_site_rule(r) && r.in_force(base.checked.reference_date))
            .filter(|r| match &self.site_rules {
                Some(named) => named.contains(&r.id),
                None => r.severity == RuleSeverity::Hard,
            })
            .collect();
        let candidate = |site: &SiteFacts, at: usize| {
            matches!(spots[at].who, Who::Candidate(_)) && self.asked.as_ref() != Some(&site.id)
        };
        let free: Vec<bool> = sites.iter().enumerate().map(|(at, s)| candidate(s, at)).collect();
        if let (Some(within), Some(wind)) = (self.upwind_within, base.settings.prevailing_wind) {
            let hazards = &base.checked.loaded.layers.hazards;
            let mut downwind = 0;
            for (at, site) in sites.iter_mut().enumerate().filter(|(at, _)| free[*at]) {
                if !site.classes.is_empty() && site_rules::downwind(spots[at].position, hazards, within, wind) {
                    site.classes.clear();
                    downwind += 1;
                }
            }
            self.remove(&format!("downwind of a hazardous site within {within} m"), downwind);
        }
        if rules.is_empty() {
            return;
        }
        std::mem::swap(&mut facts.sites, sites);
        let forbidden: Vec<Vec<(usize, String)>> = (0..facts.sites.len())
            .into_par_iter()
            .map(|site| {
                if !free[site] {
                    return Vec::new();
                }
                let classes = facts.sites[site].classes.iter();
                classes
                    .filter_map(|c| {
                        Some((rules.iter().position(|r| site_rules::breaks(r, facts, site, c))?, c.clone()))
                    })
                    .collect()
            })
            .collect();
        std::mem::swap(&mut facts.sites, sites);
        for (site, gone) in sites.iter_mut().zip(&forbidden) {
            site.classes.retain(|c| !gone.iter().any(|(_, g)| g == c));
        }
        for (at, rule) in rules.iter().enumerate() {
            let hit: Vec<usize> =
                (0..sites.len()).filter(|s| forbidden[*s].first().is_some_and(|(first, _)| *first == at)).collect();
            let whole = hit.iter().filter(|s| sites[**s].classes.is_empty()).count();
            self.remove(&rule.id, whole);
            self.remove(&format!("{} (class only)", rule.id), hit.len() - whole);
            if !hit.is_empty() {
                findings.push(Finding::new(
                    codes::SITE_RULE,
                    Severity::Dropped,
                    Place::file(&self.origin).layer("candidates").property(&rule.id),
                    format!("{}: {whole} candidates left out, {} more without a class", rule.title, hit.len() - whole),
                    "name fewer rules in [candidates] generate.site_rules to keep them",
                ));
            }
        }
    }

    /// The candidates that are left; positions in the spots follow.
    pub(super) fn finish(self, spots: &mut [Spot], sites: &[SiteFacts]) -> Candidates {
        let mut out = Candidates::default();
        let mut options = 0;
        for (spot, site) in spots.iter_mut().zip(sites) {
            let Who::Candidate(at) = spot.who else { continue };
            let mut item = self.items[at].clone();
            item.classes = site.classes.iter().cloned().map(ClassId).collect();
            options += item.classes.len();
            spot.who = Who::Candidate(out.items.len());
            out.items.push(item);
            out.places.push(self.places[at]);
        }
        out.count = CandidateCount {
            origin: self.origin,
            found: self.found,
            kept: out.items.len(),
            removed: self.removed,
            options,
            breaking: BTreeMap::new(),
        };
        out
    }
}

/// A small station wants scarce land in a zone that allows it.
fn small_allowed(area: Option<&BuiltUpFacts>) -> bool {
    area.is_some_and(|a| {
        let zone = |z: &Zone| {
            matches!(
                z,
                Zone::CommercialDense | Zone::LowFireResistance | Zone::OldTown | Zone::Historic | Zone::RiskAssessed
            )
        };
        a.land_scarce && a.zones.iter().any(zone)
    })
}

/// Whether a class is more than another.
pub(super) fn raises(own: Option<&StationClass>, to: &StationClass) -> bool {
    match (own.and_then(|c| c.rank), to.rank) {
        (Some(own), Some(to)) => to > own,
        (None, Some(_)) => own.is_none_or(|own| own.cost_units < to.cost_units),
        _ => own.is_some_and(|own| own.rank.is_none() && own.cost_units < to.cost_units),
    }
}

pub(super) fn upgrade_cost(class: &StationClass) -> f64 {
    class.upgrade_cost_units.unwrap_or(class.cost_units)
}

pub(super) fn retain<T>(items: &mut Vec<T>, keep: &[bool]) {
    let mut at = 0;
    items.retain(|_| {
        at += 1;
        keep[at - 1]
    });
}
