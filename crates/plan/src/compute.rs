//! The main jobs: a plan, and the stations as they stand.

use std::collections::{BTreeMap, BTreeSet};

use firesite_model::{Finding, Place, Severity, TravelTime};
use firesite_standards::{Proof, ServiceAreaFacts};
use rayon::prelude::*;

use crate::compliance;
use crate::draw::{Drawing, area_facts};
use crate::map::{DemandRow, DemandTable, IsochroneFeature, MapLayers, Phase};
use crate::phases::{Frame, PhaseData};
use crate::plan::{CoverageReport, Plan};
use crate::plan_json::{
    CandidateLine, CoverageFile, Network, PlaceCoverage, PlanFile, Program, SCHEMA, Scenario, StationCount, StudyHead,
    TownLine, finding_groups, rounded,
};
use crate::problem::ReachTable;
use crate::proofs;
use crate::scenario::{self, Decided};
use crate::schedule;
use crate::sites::{Sites, Who};
use crate::statements::{Contradiction, contradictions};
use crate::study::{Base, Study};
use crate::study_file::{ALPHA_ROLES, ScenarioSection, StudyFile};
use crate::{Error, codes};
use crate::{decisions, prices};

impl Study {
    /// The plan: every scenario solved, judged and measured, and the layers of the main one.
    ///
    /// # Errors
    /// [`Error::Input`] when the study is wrong. A scenario that cannot be met is no error: see [`Plan::met`].
    pub fn plan(&self) -> Result<Plan, Error> {
        let base = self.base()?;
        let sites = self.sites()?;
        let file = self.file();
        let sections = scenario_sections(file);
        let reach = ReachTable::new(&base, &sites);
        let decided: Vec<Decided> =
            sections.par_iter().map(|s| scenario::decide(file, &base, &sites, &reach, s)).collect::<Result<_, _>>()?;
        let main = main_of(file, &sections);
        let stands = scenario::standing(&sites);
        let places = decisions::TownPlaces::new(&base);
        let towns: Vec<Vec<TownLine>> = decided
            .par_iter()
            .enumerate()
            .map(|(at, d)| decisions::towns(&base, &sites, &reach, &places, d, &stands, at == main))
            .collect();
        let renewals = decided.get(main).map_or(Vec::new(), |d| decisions::renewals(&base, &sites, &reach, d, &stands));
        drop(reach);
        let prices = match decided.get(main) {
            Some(decided) => prices::of_rules(&base, decided, &file.solve)?,
            None => Vec::new(),
        };

        let frame = Frame::new(&base);
        let drawing = Drawing::new(&base, &frame);
        let before = scenario::measure(&base, &frame, &sites, &stands, true);
        let afters: Vec<PhaseData> =
            decided.iter().map(|d| scenario::measure(&base, &frame, &sites, &d.after, true)).collect();
        let before_areas = drawing.service_areas(&base, &frame, &sites, &before);
        let before_facts = area_facts(&base, &frame, &sites, &before_areas, &stands);
        let after_areas: Vec<_> = afters.iter().map(|a| drawing.service_areas(&base, &frame, &sites, a)).collect();
        let alpha = alpha_of(file);
        let (mut scenarios, proofs): (Vec<Scenario>, Vec<Vec<Proof>>) = decided
            .par_iter()
            .enumerate()
            .zip(&afters)
            .zip(&after_areas)
            .map(|(((at, decided), after), areas)| {
                let facts: [Vec<ServiceAreaFacts>; 2] =
                    [before_facts.clone(), area_facts(&base, &frame, &sites, areas, &decided.after)];
                // Year by year the main scenario alone: a proof for every year of every scenario would take longer than the plan.
                let phases = file.phases.as_ref().filter(|_| at == main);
                let phasing = phases.and_then(|phases| schedule::schedule(&base, &sites, decided, phases));
                scenario::tell(&base, &sites, decided, &stands, &before, after, &facts, &alpha, phasing)
            })
            .unzip();

        let (compliance_of_candidates, candidate_proofs) = compliance::of_candidates(&base, &sites);
        if let Some(scenario) = scenarios.get_mut(main) {
            scenario.prices = prices;
            scenario.renewals = renewals;
        }
        for (scenario, towns) in scenarios.iter_mut().zip(towns) {
            scenario.towns = towns;
        }
        let candidate_sites = candidate_lines(&base, &sites);
        let mut candidates = sites.candidates.count.clone();
        for rule in candidate_sites.iter().flat_map(|c| &c.breaks) {
            *candidates.breaking.entry(rule.clone()).or_default() += 1;
        }

        let mut map = MapLayers::default();
        drawing.phase(&base, &frame, &sites, &before, &before_areas, Phase::Before, &mut map);
        if let (Some(after), Some(areas)) = (afters.get(main), after_areas.get(main)) {
            drawing.phase(&base, &frame, &sites, after, areas, Phase::After, &mut map);
            Drawing::roads(&base, after, Phase::After, &mut map);
            let (lines, open) = (&scenarios[main].compliance, &decided[main].after);
            map.compliance = proofs::features(&base, &frame, &sites, lines, &proofs[main], areas, open);
            let of_sites =
                proofs::features(&base, &frame, &sites, &compliance_of_candidates, &candidate_proofs, areas, open);
            map.compliance.extend(of_sites);
        }
        let demand = demand_table(&base, &sites, &decided, &before, &afters);
        let mut findings = self.findings();
        findings.extend(conflict_findings(self.shown(), &scenarios));
        let document = PlanFile {
            schema: SCHEMA,
            firesite: Program::default(),
            study: head(file, &base, sections.get(main).map(|s| s.name.clone())),
            inputs: base.checked.loaded.inputs.clone(),
            network: network(&base),
            station_count: station_count(&base),
            candidates,
            candidate_sites,
            candidate_compliance: compliance_of_candidates,
            contradictions: said(&base, &scenarios),
            scenarios,
            findings: finding_groups(&findings),
        };
        Ok(Plan { document, map, demand, instances: decided.into_iter().map(|d| d.instance_file).collect() })
    }

    /// The stations as they stand.
    ///
    /// # Errors
    /// [`Error::Input`] when the study is wrong.
    pub fn coverage(&self) -> Result<CoverageReport, Error> {
        let base = self.base()?;
        let sites = Sites::without_candidates(&base);
        let file = self.file();
        let frame = Frame::new(&base);
        let drawing = Drawing::new(&base, &frame);
        let stands = scenario::standing(&sites);
        let before = scenario::measure(&base, &frame, &sites, &stands, true);
        let areas = drawing.service_areas(&base, &frame, &sites, &before);
        let mut map = MapLayers::default();
        drawing.phase(&base, &frame, &sites, &before, &areas, Phase::Before, &mut map);
        Drawing::roads(&base, &before, Phase::Before, &mut map);
        let stations = scenario::station_lines(&base, &sites, &stands, Some(&before));
        let facts = &sites.facts;
        let mut findings = base.findings.clone();
        findings.extend(sites.findings.iter().cloned());
        let document = CoverageFile {
            schema: SCHEMA,
            firesite: Program::default(),
            study: head(file, &base, None),
            inputs: base.checked.loaded.inputs.clone(),
            network: network(&base),
            stations: station_count(&base),
            coverage: before.whole.clone(),
            districts: before
                .districts
                .iter()
                .enumerate()
                .map(|(at, c)| PlaceCoverage {
                    code: facts.districts.get(at).map_or(String::new(), |d| d.code.clone()),
                    name: facts.districts.get(at).map_or("outside every district".into(), |d| d.name.clone()),
                    coverage: c.clone(),
                })
                .collect(),
            built_up: before
                .built_up
                .iter()
                .zip(&facts.built_up)
                .map(|(c, b)| PlaceCoverage { code: b.id.clone(), name: b.name.clone(), coverage: c.clone() })
                .collect(),
            findings: finding_groups(&findings),
        };
        let demand = table(&base, &sites, vec![(String::new(), Phase::Before)], &[&before]);
        Ok(CoverageReport { document, map, stations, demand, study: self.clone() })
    }

    /// What each standing station, and all together (`station_id` is `None`), reach within these limits of response time.
    ///
    /// # Errors
    /// [`Error::Input`] when the study is wrong.
    pub fn isochrones(&self, limits: &[TravelTime]) -> Result<Vec<IsochroneFeature>, Error> {
        let base = self.base()?;
        let sites = Sites::without_candidates(&base);
        let stations = scenario::located(&base, &sites, &scenario::standing(&sites));
        let ground = firesite_coverage::Ground::new(&base.times, &base.snapper, base.settings.resolution);
        Ok(ground
            .isochrones(&stations, limits)
            .into_iter()
            .map(|i| IsochroneFeature {
                station_id: i.station.and_then(|s| stations.get(s)).map(|s| s.id.clone()),
                limit_s: i.limit.as_seconds(),
                area_km2: rounded(i.area.as_km2(), 6),
                phase: Phase::Before,
                polygon: i.polygon,
            })
            .collect())
    }

    /// Hashes of the location problems that this study gives, by scenario: `verify --study` compares them.
    ///
    /// # Errors
    /// As [`Study::plan`].
    pub fn instance_hashes(&self) -> Result<BTreeMap<String, String>, Error> {
        let base = self.base()?;
        let sites = self.sites()?;
        let reach = ReachTable::new(&base, &sites);
        Ok(scenario_sections(self.file())
            .iter()
            .map(|section| {
                let formulated = crate::problem::formulate(&base, &sites, &reach, self.file(), section);
                let plain = firesite_problem::read::instance_json(&formulated.instance);
                (section.name.clone(), blake3::hash(&plain).to_hex().to_string())
            })
            .collect())
    }
}

/// The scenarios, or one named `plan` with every hard rule and free counts.
fn scenario_sections(file: &StudyFile) -> Vec<ScenarioSection> {
    if file.scenarios.is_empty() {
        return vec![ScenarioSection { name: "plan".into(), ..ScenarioSection::default() }];
    }
    file.scenarios.clone()
}

fn main_of(file: &StudyFile, sections: &[ScenarioSection]) -> usize {
    file.solve.main.as_ref().and_then(|main| sections.iter().position(|s| &s.name == main)).unwrap_or(0)
}

fn alpha_of(file: &StudyFile) -> BTreeMap<String, f64> {
    ALPHA_ROLES.into_iter().map(|role| (role.to_string(), file.rules.alpha_of(role))).collect()
}

fn head(file: &StudyFile, base: &Base, main: Option<String>) -> StudyHead {
    StudyHead {
        name: file.study.name.clone(),
        title: file.study.title.clone().unwrap_or_else(|| file.study.name.clone()),
        title_zh: file.study.title_zh.clone(),
        nature: base.checked.loaded.nature.word().into(),
        reference_date: file.study.reference_date.map(|d| d.0.to_string()),
        main,
        lang: file.output.lang.clone().unwrap_or_else(|| "en".into()),
        bands_s: base.settings.bands.iter().map(|b| b.as_seconds()).collect(),
        resolution_m: base.settings.resolution.0,
        alpha: alpha_of(file),
        packs: file.rules.packs.clone(),
    }
}

pub(crate) fn network_line(summary: &firesite_network::NetworkSummary) -> Network {
    Network {
        nodes: summary.nodes,
        edges: summary.edges,
        arcs: summary.arcs,
        components: summary.components,
        largest_component_nodes: summary.largest_component_nodes,
        road_km: rounded(summary.road_km, 6),
    }
}

/// The candidates that are left, by id.
fn candidate_lines(base: &Base, sites: &Sites) -> Vec<CandidateLine> {
    let rules = &base.checked.loaded.layers.rules.rules;
    let in_force: Vec<_> = rules.iter().filter(|r| r.in_force(base.checked.reference_date)).collect();
    let broken = crate::site_rules::broken_by_site(&in_force, &sites.facts);
    let facts = &sites.facts;
    let places = sites.spots.iter().zip(&facts.sites).zip(broken);
    places
        .filter(|((spot, _), _)| matches!(spot.who, Who::Candidate(_)))
        .map(|((spot, site), breaks)| CandidateLine {
            id: site.id.clone(),
            name: site.name.clone(),
            classes: site.classes.clone(),
            district: site.district.and_then(|d| facts.districts.get(d)).map(|d| d.code.clone()),
            town: spot.town.clone(),
            built_up: site.home.and_then(|h| facts.built_up.get(h)).map(|b| b.id.clone()),
            lon: rounded(spot.position.x, 7),
            lat: rounded(spot.position.y, 7),
            access_m: spot.at.map(|at| rounded(at.distance.0, 3)),
            breaks,
        })
        .collect()
}

fn network(base: &Base) -> Network {
    network_line(&base.network.summary())
}

fn station_count(base: &Base) -> StationCount {
    let snapped = base.stations_at.iter().filter(|s| s.is_some()).count();
    StationCount { total: base.stations_at.len(), snapped, unsnapped: base.stations_at.len() - snapped }
}

/// Contradictions of the sources, with what each scenario has of the same.
fn said(base: &Base, scenarios: &[Scenario]) -> Vec<Contradiction> {
    let layers = &base.checked.loaded.layers;
    let counters: Vec<(&str, Box<crate::statements::Computed<'_>>)> = scenarios
        .iter()
        .map(|scenario| {
            let count = move |quantity: &str, kind: &str, district: &str| {
                let code =
                    layers.districts.iter().find(|d| d.code == district || d.name == district).map(|d| d.code.as_str());
                if !district.is_empty() && code.is_none() {
                    return None;
                }
                let tier = |code: &Option<String>| {
                    let town = layers.towns.iter().find(|t| Some(&t.code) == code.as_ref())?;
                    Some(match town.tier {
                        firesite_model::TownTier::NationalKey => "national_key",
                        firesite_model::TownTier::Developed => "developed",
                        firesite_model::TownTier::Other => "other",
                    })
                };
                let known_tier = ["national_key", "developed", "other"].contains(&kind);
                if !kind.is_empty() && !known_tier && layers.rules.classes.get(kind).is_none() {
                    return None;
                }
                let taken =
                    scenario.stations.iter().filter(|s| code.is_none() || s.district.as_deref() == code).filter(|s| {
                        kind.is_empty()
                            || if known_tier {
                                tier(&s.town) == Some(kind)
                            } else {
                                s.class.as_deref() == Some(kind) && tier(&s.town).is_none()
                            }
                    });
                let total = |status: &[&str], counted: bool| {
                    taken.clone().filter(|s| status.contains(&s.status.as_str()) && (!counted || s.counted)).count()
                        as f64
                };
                match quantity {
                    "existing" => Some(total(&["existing", "upgraded", "closed"], true)),
                    "new" => Some(total(&["new"], false)),
                    "upgraded" => Some(total(&["upgraded"], false)),
                    "closed" => Some(total(&["closed"], false)),
                    "total" => Some(total(&["existing", "upgraded"], true) + total(&["new"], false)),
                    _ => None,
                }
            };
            (scenario.name.as_str(), Box::new(count) as Box<crate::statements::Computed<'_>>)
        })
        .collect();
    let refs: Vec<(&str, &crate::statements::Computed<'_>)> =
        counters.iter().map(|(name, f)| (*name, f.as_ref())).collect();
    contradictions(&layers.statements, &refs)
}

/// Scenarios that cannot be met are findings too.
fn conflict_findings(study: &str, scenarios: &[Scenario]) -> Vec<Finding> {
    let mut seen = BTreeSet::new();
    scenarios
        .iter()
        .flat_map(|s| s.conflicts.iter().map(move |c| (s, c)))
        .filter(|(s, c)| seen.insert((s.name.clone(), c.message.clone())))
        .map(|(scenario, conflict)| {
            Finding::new(
                codes::CANNOT_BE_MET,
                Severity::Warning,
                Place::file(study).feature(format!("scenario {}", scenario.name)).property("rules"),
                conflict.message.clone(),
                "give up or relax one of these rules or counts, or give more candidates there",
            )
        })
        .collect()
}

fn demand_table(
    base: &Base,
    sites: &Sites,
    decided: &[Decided],
    before: &PhaseData,
    afters: &[PhaseData],
) -> DemandTable {
    let mut columns = Vec::new();
    let mut data: Vec<&PhaseData> = Vec::new();
    for (decided, after) in decided.iter().zip(afters) {
        columns.push((decided.section.name.clone(), Phase::Before));
        data.push(before);
        columns.push((decided.section.name.clone(), Phase::After));
        data.push(after);
    }
    table(base, sites, columns, &data)
}

fn table(base: &Base, sites: &Sites, columns: Vec<(String, Phase)>, data: &[&PhaseData]) -> DemandTable {
    let layers = &base.checked.loaded.layers;
    let rows = layers
        .demand
        .iter()
        .enumerate()
        .map(|(at, d)| DemandRow {
            id: d.id.clone(),
            weight: sites.demand[at].weight as f64 / 1000.0,
            kind: d.kind.clone(),
            district: sites.demand[at].district.and_then(|d| sites.facts.districts.get(d)).map(|d| d.code.clone()),
            built_up: sites.demand_area[at].and_then(|a| sites.facts.built_up.get(a)).map(|b| b.id.clone()),
            position: d.position,
            due: data
                .iter()
                .map(|phase| {
                    let mut due = [None, None, None];
                    for (slot, (station, time)) in due.iter_mut().zip(&phase.due[at]) {
                        *slot = phase.stations.get(*station).map(|s| (s.id.clone(), time.as_seconds()));
                    }
                    due
                })
                .collect(),
        })
        .collect();
    DemandTable { columns, rows }
}
