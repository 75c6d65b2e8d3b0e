//! A coordinate as a candidate of its own, judged on the study's roads.

use firesite_model::{BuildMode, Candidate, Coord};
use firesite_standards::{self as standards, Choice as OpenStations, Met, Open};

use super::case::Case;
use super::{Broken, ExplainedPlace, Explanation, refuse, words};
use crate::difference::Relation;
use crate::plan_json::{PlanFile, Scenario, rounded};
use crate::problem::{ReachTable, formulate};
use crate::scenario::{OpenStation, located};
use crate::sites::{Sites, Who};
use crate::study::Base;
use crate::{Error, Study};

/// Explains a coordinate with the study that the plan was made from.
pub(super) fn explain(
    document: &PlanFile,
    scenario: &Scenario,
    study: &Study,
    at: Coord<f64>,
    shown: &str,
) -> Result<Explanation, Error> {
    let base = study.base()?;
    let hashes = |inputs: &[crate::plan_json::Input]| {
        inputs.iter().map(|i| (i.layer.clone(), i.blake3.clone())).collect::<Vec<_>>()
    };
    if hashes(&base.checked.loaded.inputs) != hashes(&document.inputs) {
        return Err(refuse(
            shown,
            format!("the plan was made from other files than {} names today", study.shown()),
            "name the study of this plan, or plan again",
        ));
    }
    let mut place = ExplainedPlace { status: "place".into(), lon: at.x, lat: at.y, ..ExplainedPlace::default() };
    let answer = |place: ExplainedPlace, sentences| Explanation {
        study: document.study.name.clone(),
        scenario: scenario.name.clone(),
        place,
        sentences,
        ..Explanation::default()
    };
    let snapped = match base.snapper.snap(at) {
        Ok(snapped) => snapped,
        Err(why) => return Ok(answer(place.clone(), words::off_the_road(&place, &why.to_string()))),
    };
    place.access_m = Some(rounded(snapped.distance.0, 3));
    // An id that nobody has; it sorts like any other.
    let taken =
        |id: &str| document.candidate_sites.iter().any(|c| c.id == id) || scenario.stations.iter().any(|s| s.id == id);
    place.id = "here".into();
    while taken(&place.id) {
        place.id.push('-');
    }
    let candidate = Candidate {
        feature: 0,
        id: place.id.clone(),
        district: None,
        town: None,
        classes: Vec::new(),
        build_mode: BuildMode::New,
        land: None,
        cost: None,
        earliest_year: None,
        position: at,
    };
    let sites = Sites::with_one_more(study.file(), &base, candidate)?;
    let Some(spot) = sites.facts.sites.iter().position(|s| s.id == place.id) else {
        return Ok(answer(place.clone(), words::no_class(&place)));
    };
    place.name.clone_from(&sites.facts.sites[spot].name);
    place.district =
        sites.facts.sites[spot].district.and_then(|d| sites.facts.districts.get(d)).map(|d| d.code.clone());
    place.built_up = sites.facts.sites[spot].home.and_then(|h| sites.facts.built_up.get(h)).map(|b| b.id.clone());
    let section =
        study.file().scenarios.iter().find(|s| s.name == scenario.name).cloned().unwrap_or_else(|| {
            crate::study_file::ScenarioSection { name: scenario.name.clone(), ..Default::default() }
        });
    let reach = ReachTable::new(&base, &sites);
    let formulated = formulate(&base, &sites, &reach, study.file(), &section);
    let judged = judged(&base, &sites, spot);
    let road = road_km(&base, &sites, scenario, spot);
    let case = Case::new(document, scenario, formulated.instance, Relation::Other)?;
    Ok(case.explain(place, &judged, Some(road)))
}

/// Rules about the place itself that it breaks, by class, whether the scenario obeys them or not.
fn judged(base: &Base, sites: &Sites, spot: usize) -> Vec<(String, Broken)> {
    let facts = &sites.facts;
    let mut found = Vec::new();
    for class in &facts.sites[spot].classes {
        let after = OpenStations { open: vec![Open { site: spot, class: class.clone() }], areas: Vec::new() };
        let rules = base.checked.loaded.layers.rules.rules.iter().filter(|r| r.in_force(base.checked.reference_date));
        for rule in rules.filter(|r| crate::site_rules::is_site_rule(r)) {
            for judgement in standards::judge(rule, facts, &OpenStations::default(), &after) {
                if judgement.met == Met::No {
                    let message = format!("{} ({})", judgement.sentence, rule.severity.word());
                    found.push((class.clone(), Broken { rule: rule.id.clone(), message, binding: false }));
                }
            }
        }
    }
    found
}

/// Length of road within the limit of the plan's stations and the place, minus that of the plan's stations alone.
fn road_km(base: &Base, sites: &Sites, scenario: &Scenario, spot: usize) -> f64 {
    let stands = |id: &str| {
        scenario.stations.iter().any(|s| s.id == id && ["existing", "upgraded", "new"].contains(&s.status.as_str()))
    };
    let open = |with: bool| -> Vec<OpenStation> {
        (0..sites.spots.len())
            .filter(|s| stands(&sites.facts.sites[*s].id) || (with && *s == spot))
            .map(|spot| OpenStation { spot, class: String::new(), act: crate::problem::Act::New })
            .collect()
    };
    let none = firesite_coverage::RoadAreas::new(&base.network, &[]);
    let covered = |with: bool| {
        let stations = located(base, sites, &open(with));
        firesite_coverage::road_lengths(&base.times, &stations, base.settings.limit, &none).0.covered.as_km()
    };
    debug_assert!(matches!(sites.spots[spot].who, Who::Candidate(_)));
    rounded((covered(true) - covered(false)).max(0.0), 3)
}
