//! Every place where a station stands or may stand, with the classes it may have, and the facts that rules are judged on.

mod supply;

use std::collections::BTreeMap;

use firesite_coverage::DemandPlace;
use firesite_model::{
    BuildMode, Candidate, Coord, Finding, Metres, Nature, Place, Severity, StationStatus, TravelTime,
};
use firesite_network::Snapped;
use firesite_standards::kinds::Kind;
use firesite_standards::{BuiltUpFacts, DistrictFacts, Facts, SiteFacts, Standing, StationClass, TownFacts};
use rayon::prelude::*;

use crate::areas::{AreaIndex, metres_and_bearing, stands_for};
use crate::candidates::Candidates;
use crate::homes::Homes;
use crate::study::Base;
use crate::study_file::StudyFile;
use crate::{Error, codes};
use supply::{Supply, raises, retain, upgrade_cost};

/// A station this far from the outline by road still belongs to an area, where no rule says otherwise, metres.
const DEFAULT_WITHIN_M: f64 = 1000.0;

/// What stands, or may stand, at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Who {
    /// A station of the input that stands (position in the layer).
    Standing(usize),
    /// A station of the input that is decided: new, and certain.
    Planned(usize),
    /// A candidate (position in [`Candidates::items`]).
    Candidate(usize),
}

/// A place; same position in [`Sites::spots`] and in [`Facts::sites`].
#[derive(Clone, Debug)]
pub(crate) struct Spot {
    pub(crate) who: Who,
    pub(crate) position: Coord<f64>,
    pub(crate) at: Option<Snapped>,
    pub(crate) turnout: TravelTime,
    pub(crate) nature: Nature,
    /// Town code.
    pub(crate) town: Option<String>,
    /// Classes that a standing station may be upgraded to.
    pub(crate) upgrades: Vec<Upgrade>,
}

/// An upgrade in place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Upgrade {
    pub(crate) class: String,
    pub(crate) cost: f64,
    pub(crate) mode: BuildMode,
    pub(crate) year: Option<i16>,
}

/// All places of a study.
pub(crate) struct Sites {
    pub(crate) candidates: Candidates,
    pub(crate) spots: Vec<Spot>,
    /// Without the due stations, which belong to a phase.
    pub(crate) facts: Facts,
    /// Demand with its district; one beyond the last district: outside all.
    pub(crate) demand: Vec<DemandPlace>,
    /// Built-up area of each demand.
    pub(crate) demand_area: Vec<Option<usize>>,
    pub(crate) findings: Vec<Finding>,
}

impl Sites {
    /// Standing stations and candidates.
    ///
    /// # Errors
    /// Candidates without number.
    pub(crate) fn new(file: &StudyFile, base: &Base) -> Result<Self, Error> {
        let mut findings = Vec::new();
        let supply = Supply::new(file, base, None, &mut findings)?;
        Ok(Self::build(base, Some(supply), findings))
    }

    /// The same with one more candidate.
    pub(crate) fn with_one_more(file: &StudyFile, base: &Base, candidate: Candidate) -> Result<Self, Error> {
        let mut findings = Vec::new();
        let supply = Supply::new(file, base, Some(candidate), &mut findings)?;
        Ok(Self::build(base, Some(supply), findings))
    }

    /// Standing stations alone.
    pub(crate) fn without_candidates(base: &Base) -> Self {
        Self::build(base, None, Vec::new())
    }

    fn build(base: &Base, supply: Option<Supply>, mut findings: Vec<Finding>) -> Self {
        let checked = &base.checked;
        let layers = &checked.loaded.layers;
        let with_candidates = supply.is_some();
        let outlines: Vec<_> = layers.built_up.iter().map(|b| &b.outline).collect();
        let homes = Homes::new(outlines);
        let mut facts = facts(base);
        let mut supply = supply.unwrap_or_default();
        let mut upgrades = supply.take_upgrades(base);
        let districts = AreaIndex::new(layers.districts.iter().map(|d| &d.outline));

        // Places by id: standing, decided, possible.
        let mut places: Vec<(String, SiteFacts, Spot)> = Vec::new();
        for (at, station) in layers.stations.iter().enumerate() {
            if station.status == StationStatus::Closed {
                continue;
            }
            let class = station.class.as_ref().map_or(String::new(), |c| c.0.clone());
            let nature = station.nature.unwrap_or(checked.loaded.natures.stations);
            let stands = station.status == StationStatus::Existing;
            let site = SiteFacts {
                id: station.id.clone(),
                name: if station.name.is_empty() { station.id.clone() } else { station.name.clone() },
                district: checked.districts.stations.get(at).copied().flatten(),
                standing: stands.then(|| Standing {
                    class: class.clone(),
                    nature,
                    in_service: station.in_service,
                    counted: station.counted,
                }),
                classes: vec![class],
                turnout: base.settings.turnout(station),
                ..SiteFacts::default()
            };
            let spot = Spot {
                who: if stands { Who::Standing(at) } else { Who::Planned(at) },
                position: station.position,
                at: base.stations_at.get(at).copied().flatten(),
                turnout: base.settings.turnout(station),
                nature,
                town: None,
                upgrades: upgrades.remove(&at).unwrap_or_default(),
            };
            places.push((station.id.clone(), site, spot));
        }
        for (at, (candidate, tied)) in supply.items.iter().zip(&supply.places).enumerate() {
            let district = supply.districts.get(at).copied().flatten().or_else(|| districts.first(candidate.position));
            let site = SiteFacts {
                id: candidate.id.clone(),
                name: candidate.id.clone(),
                district,
                land: candidate.land,
                earliest_year: candidate.earliest_year,
                turnout: base.settings.turnout,
                ..SiteFacts::default()
            };
            let spot = Spot {
                who: Who::Candidate(at),
                position: candidate.position,
                at: Some(*tied),
                turnout: base.settings.turnout,
                nature: checked.loaded.natures.candidates,
                town: candidate.town.clone(),
                upgrades: Vec::new(),
            };
            places.push((candidate.id.clone(), site, spot));
        }
        places.sort_by(|a, b| a.0.cmp(&b.0));
        let (mut sites, mut spots): (Vec<SiteFacts>, Vec<Spot>) =
            places.into_iter().map(|(_, site, spot)| (site, spot)).unzip();

        let tolerance = tolerance(base);
        let positions: Vec<_> = spots.iter().map(|s| (s.position, s.at)).collect();
        let home = homes.of(base, &positions, tolerance, &mut findings);
        for ((site, spot), home) in sites.iter_mut().zip(&mut spots).zip(home) {
            site.home = home;
            if let Some(area) = home.and_then(|h| layers.built_up.get(h)) {
                spot.town = spot.town.take().or_else(|| area.town.clone());
            }
        }
        supply.classes(&facts, &mut sites, &spots, &mut findings);
        buffers(base, &mut sites, &spots);
        supply.site_rules(&mut facts, &mut sites, &spots, base, &mut findings);
        name_candidates(&mut sites, &spots, &facts);
        town_teams(&facts, &sites, &mut spots);
        for (site, spot) in sites.iter_mut().zip(&spots) {
            site.classes.extend(spot.upgrades.iter().map(|u| u.class.clone()));
            site.classes.dedup();
        }
        // Candidates that may host nothing are left out.
        let open: Vec<bool> = sites.iter().map(|s| !s.classes.is_empty()).collect();
        retain(&mut sites, &open);
        retain(&mut spots, &open);
        let candidates = supply.finish(&mut spots, &sites);
        neighbours(base, &facts, &mut sites, &spots);
        facts.sites = sites;

        let last = layers.districts.len();
        let demand = layers
            .demand
            .iter()
            .enumerate()
            .map(|(at, d)| DemandPlace {
                id: d.id.clone(),
                weight: base.weights.get(at).copied().unwrap_or(0),
                place: base.demand_at.get(at).copied().flatten(),
                position: d.position,
                district: checked.districts.demand.get(at).copied().flatten().or((last > 0).then_some(last)),
            })
            .collect();
        let demand_area = layers.demand.par_iter().map(|d| homes.holding(d.position)).collect();
        if with_candidates && candidates.items.is_empty() {
            findings.push(Finding::new(
                codes::NO_CANDIDATE,
                Severity::Warning,
                Place::default().layer("candidates"),
                "no candidate is left, so nothing new can be proposed",
                "give candidates, or other classes and areas in [candidates] generate",
            ));
        }
        Self { candidates, spots, facts, demand, demand_area, findings }
    }

    /// District of a place; outside all of them, one beyond the last, as for the demand.
    pub(crate) fn district_of(&self, spot: usize) -> Option<usize> {
        let last = self.facts.districts.len();
        self.facts.sites[spot].district.or((last > 0).then_some(last))
    }

    /// Id of a (place, class) pair in a location problem.
    pub(crate) fn option_id(&self, site: usize, class: &str) -> String {
        option_id(&self.facts.sites[site].id, class)
    }
}

/// `place/class`; a station without a class is `place/-`.
pub(crate) fn option_id(place: &str, class: &str) -> String {
    format!("{place}/{}", if class.is_empty() { "-" } else { class })
}

/// The largest tolerance of the rules.
fn tolerance(base: &Base) -> Metres {
    let within = base.checked.loaded.layers.rules.rules.iter().filter_map(|r| match &r.kind {
        Kind::Slots(k) => Some(k.within_m),
        Kind::TownStation(k) => Some(k.within_m),
        _ => None,
    });
    Metres(within.fold(None, |most: Option<f64>, x| Some(most.map_or(x, |m| m.max(x)))).unwrap_or(DEFAULT_WITHIN_M))
}

/// Facts of the layers: classes, areas, towns, districts.
fn facts(base: &Base) -> Facts {
    let checked = &base.checked;
    let layers = &checked.loaded.layers;
    let town_at = |code: &Option<String>| code.as_ref().and_then(|c| layers.towns.iter().position(|t| &t.code == c));
    let built_up: Vec<BuiltUpFacts> = layers
        .built_up
        .iter()
        .enumerate()
        .map(|(at, b)| BuiltUpFacts {
            id: b.id.clone(),
            name: if b.name.is_empty() { b.id.clone() } else { b.name.clone() },
            role: b.role,
            district: checked.districts.built_up.get(at).copied().flatten(),
            town: town_at(&b.town),
            area: firesite_coverage::polygons::area(&b.outline),
            zones: b.zones.clone(),
            land_scarce: b.land_scarce,
        })
        .collect();
    let towns = layers
        .towns
        .iter()
        .enumerate()
        .map(|(at, t)| {
            let own = built_up.iter().enumerate().filter(|(_, b)| b.town == Some(at));
            let largest = own.max_by(|a, b| a.1.area.0.total_cmp(&b.1.area.0).then(b.0.cmp(&a.0))).map(|(i, _)| i);
            // A town that names no area stands in the area that holds its place: the seat of its county, perhaps.
            let outline = largest.or_else(|| {
                let place = stands_for(&t.geometry)?;
                let index = AreaIndex::new(layers.built_up.iter().map(|b| &b.outline));
                index.holding(place).min_by(|a, b| built_up[*a].area.0.total_cmp(&built_up[*b].area.0).then(a.cmp(b)))
            });
            TownFacts {
                code: t.code.clone(),
                name: t.name.clone(),
                district: checked.districts.towns.get(at).copied().flatten(),
                tier: t.tier,
                population: t.population,
                built_up: t.built_up.or_else(|| outline.map(|o| built_up[o].area)),
                outline,
            }
        })
        .collect();
    Facts {
        classes: layers.rules.classes.clone(),
        clock: base.settings.clock,
        call_handling: base.settings.call_handling.or(layers.rules.call_handling()),
        reference_date: checked.reference_date,
        sites: Vec::new(),
        built_up,
        towns,
        districts: layers
            .districts
            .iter()
            .map(|d| DistrictFacts { code: d.code.clone(), name: d.name.clone() })
            .collect(),
        demand: Vec::new(),
        road: BTreeMap::new(),
        water: checked.loaded.has("hydrants", !layers.hydrants.is_empty()).then(|| layers.hydrants.clone()),
    }
}

/// Teams of towns (classes without a rank) may be upgraded in place to any ranked class that may stand in a town.
fn town_teams(facts: &Facts, sites: &[SiteFacts], spots: &mut [Spot]) {
    for (site, spot) in sites.iter().zip(spots) {
        let Some(standing) = &site.standing else { continue };
        let in_town =
            site.home.and_then(|h| facts.built_up.get(h)).is_some_and(|a| a.role == firesite_model::BuiltUpRole::Town);
        let own = facts.classes.get(&standing.class);
        if !in_town || own.is_none_or(|c| c.rank.is_some()) || !spot.upgrades.is_empty() {
            continue;
        }
        let classes = facts
            .classes
            .iter()
            .filter(|c| c.roles.iter().any(|r| r == "town") && raises(own, c) && !c.needs_neighbour);
        spot.upgrades = classes
            .map(|c| Upgrade { class: c.id.clone(), cost: upgrade_cost(c), mode: BuildMode::Upgrade, year: None })
            .collect();
    }
}

/// A candidate has no name of its own: it is called after its area.
fn name_candidates(sites: &mut [SiteFacts], spots: &[Spot], facts: &Facts) {
    for (site, spot) in sites.iter_mut().zip(spots) {
        if !matches!(spot.who, Who::Candidate(_)) {
            continue;
        }
        let area = site.home.and_then(|h| facts.built_up.get(h)).map(|a| a.name.as_str());
        let district = site.district.and_then(|d| facts.districts.get(d)).map(|d| d.name.as_str());
        if let Some(near) = area.or(district) {
            site.name = format!("{near} {}", site.id);
        }
    }
}

/// Full stations that reach a site whose class needs one beside it.
fn neighbours(base: &Base, facts: &Facts, sites: &mut [SiteFacts], spots: &[Spot]) {
    let Some(limit) = base.checked.loaded.layers.rules.adjacency_limit() else { return };
    let has = |site: &SiteFacts, what: fn(&StationClass) -> bool| {
        site.classes.iter().any(|c| facts.classes.get(c).is_some_and(what))
    };
    let wanting: Vec<usize> = (0..sites.len()).filter(|s| has(&sites[*s], |c| c.needs_neighbour)).collect();
    let full: Vec<usize> = (0..sites.len()).filter(|s| has(&sites[*s], |c| c.full) && spots[*s].at.is_some()).collect();
    if wanting.is_empty() {
        return;
    }
    let from: Vec<Snapped> = full.iter().filter_map(|s| spots[*s].at).collect();
    let to: Vec<Option<Snapped>> = wanting.iter().map(|s| spots[*s].at).collect();
    let reach = base.times.reach(&from, &to, limit);
    for (row, site) in full.iter().enumerate() {
        for (column, time) in reach.row(row) {
            sites[wanting[*column as usize]].near.push((*site, *time));
        }
    }
}

/// Distances to exits and hazardous sites, where the study has such layers.
fn buffers(base: &Base, sites: &mut [SiteFacts], spots: &[Spot]) {
    let layers = &base.checked.loaded.layers;
    sites.par_iter_mut().zip(spots).for_each(|(site, spot)| {
        let nearest = |geometries: &mut dyn Iterator<Item = &geo_types::Geometry<f64>>| {
            geometries
                .filter_map(|g| metres_and_bearing(spot.position, g))
                .min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)))
        };
        site.nearest_exit = nearest(&mut layers.exits.iter().map(|e| &e.geometry)).map(|(d, _)| Metres(d));
        site.nearest_hazard = nearest(&mut layers.hazards.iter().map(|h| &h.geometry)).map(|(d, b)| (Metres(d), b));
    });
}
