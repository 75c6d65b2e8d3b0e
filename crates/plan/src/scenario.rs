//! One scenario from its location problem to its figures.

use std::collections::BTreeMap;

use firesite_coverage::Located;
use firesite_model::{BuildMode, StationStatus};
use firesite_problem::Claim;
use firesite_standards::{self as standards, Proof, ServiceAreaFacts};

use crate::Error;
use crate::area_caps;
use crate::candidates::role_word;
use crate::compliance::compliance;
use crate::phases::{Frame, PhaseData, phase};
use crate::plan_json::{
    AcrossBarriers, AreaCapLine, BeforeAfter, Breach, BuiltUpLine, Conflict, DistrictLine, InstanceRef, Ledger,
    Optimum, Phasing, Scenario, StationLine, StationsOf, rounded,
};
use crate::problem::{Act, COST_SCALE, Formulated, ReachTable, formulate};
use crate::search;
use crate::sites::{Sites, Who};
use crate::study::Base;
use crate::study_file::{ScenarioSection, StudyFile};

/// A station that is open in a phase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OpenStation {
    pub(crate) spot: usize,
    pub(crate) class: String,
    pub(crate) act: Act,
}

/// A scenario, solved but not yet measured.
pub(crate) struct Decided {
    pub(crate) section: ScenarioSection,
    pub(crate) rules: Vec<String>,
    pub(crate) optimum: Optimum,
    pub(crate) conflicts: Vec<Conflict>,
    /// Open after the plan, by spot.
    pub(crate) after: Vec<OpenStation>,
    /// The location problem.
    pub(crate) formulated: Formulated,
    /// What the search claims.
    pub(crate) claim: Claim,
    /// Name and content of the instance file.
    pub(crate) instance_file: (String, Vec<u8>),
}

/// The stations as they stand.
pub(crate) fn standing(sites: &Sites) -> Vec<OpenStation> {
    let facts = &sites.facts;
    let stands = sites.spots.iter().enumerate().filter(|(_, s)| matches!(s.who, Who::Standing(_)));
    stands
        .map(|(spot, _)| OpenStation {
            spot,
            class: facts.sites[spot].standing.as_ref().map_or(String::new(), |s| s.class.clone()),
            act: Act::Keep,
        })
        .collect()
}

/// Formulates and solves a scenario.
pub(crate) fn decide(
    file: &StudyFile,
    base: &Base,
    sites: &Sites,
    reach: &ReachTable,
    section: &ScenarioSection,
) -> Result<Decided, Error> {
    let formulated = formulate(base, sites, reach, file, section);
    let solved = search::solve(&formulated.instance, &file.solve)?;
    let plain = firesite_problem::read::instance_json(&formulated.instance);
    let packed =
        firesite_problem::read::instance_json_gz(&formulated.instance).map_err(|e| Error::Internal(e.to_string()))?;
    let name = format!("instance-{}.json.gz", section.name);
    let reference = InstanceRef { file: name.clone(), blake3: blake3::hash(&plain).to_hex().to_string() };
    let mut optimum = search::optimum(&formulated.instance, &solved, reference);
    (optimum.breaches, optimum.penalties) = breaches(&formulated, solved.claim.open.as_deref(), sites);
    let district_name = |d: Option<usize>| d.and_then(|d| sites.facts.districts.get(d)).map(|d| d.name.clone());
    let conflicts = match solved.claim.status {
        firesite_problem::Status::Infeasible => search::conflicts(&formulated, district_name, &|id| {
            base.checked.loaded.layers.rules.get(id).map(|rule| (rule.title.clone(), rule.title_zh.clone()))
        }),
        _ => Vec::new(),
    };
    let after = after(&formulated, solved.claim.open.as_deref(), sites);
    Ok(Decided {
        section: section.clone(),
        rules: formulated.rules.clone(),
        optimum,
        conflicts,
        after,
        formulated,
        claim: solved.claim,
        instance_file: (name, packed),
    })
}

/// Soft conditions that the plan misses, and their penalties in class units.
fn breaches(formulated: &Formulated, open: Option<&[u32]>, sites: &Sites) -> (Vec<Breach>, f64) {
    let Some(open) = open else { return (Vec::new(), 0.0) };
    let mut missed: BTreeMap<usize, Breach> = BTreeMap::new();
    let mut sum = 0u64;
    for (stand_in, penalty) in formulated.stand_ins.iter().zip(&formulated.penalties) {
        if open.binary_search(&stand_in.site).is_err() {
            continue;
        }
        let cause = &formulated.soft[stand_in.condition];
        let breach = missed.entry(stand_in.condition).or_insert_with(|| Breach {
            rule: cause.rule.clone(),
            subject: cause.subject.clone(),
            district: cause.district.and_then(|d| sites.facts.districts.get(d)).map(|d| d.code.clone()),
            ..Breach::default()
        });
        let cost = penalty * stand_in.units.unsigned_abs();
        sum += cost;
        breach.missing += stand_in.units;
        breach.penalty += cost as f64 / COST_SCALE;
        if !stand_in.station {
            breach.sites.push(formulated.instance.sites[stand_in.site as usize].id.clone());
        }
    }
    (missed.into_values().collect(), sum as f64 / COST_SCALE)
}

/// Without a plan, what stands stays.
fn after(formulated: &Formulated, open: Option<&[u32]>, sites: &Sites) -> Vec<OpenStation> {
    let Some(open) = open else { return standing(sites) };
    let mut after: Vec<OpenStation> = open
        .iter()
        .filter_map(|site| formulated.choices.get(*site as usize))
        .map(|c| OpenStation { spot: c.spot, class: c.class.clone(), act: c.act })
        .collect();
    after.sort_by_key(|o| o.spot);
    after
}

/// Stations as the coverage sees them; spots are in order of id, so ties go to the smaller id.
pub(crate) fn located(base: &Base, sites: &Sites, open: &[OpenStation]) -> Vec<Located> {
    open.iter()
        .map(|o| {
            let spot = &sites.spots[o.spot];
            Located {
                id: sites.facts.sites[o.spot].id.clone(),
                place: spot.at,
                offset: base.settings.clock.before_wheels(spot.turnout),
                position: spot.position,
                district: sites.district_of(o.spot),
            }
        })
        .collect()
}

/// Computes the phase after the plan.
pub(crate) fn measure(base: &Base, frame: &Frame, sites: &Sites, open: &[OpenStation], area: bool) -> PhaseData {
    phase(base, frame, &sites.demand, &sites.demand_area, located(base, sites, open), area)
}

/// Everything told of a scenario, and what shows each line of its compliance. `areas`: service areas before and after, where
/// computed.
pub(crate) fn tell(
    base: &Base,
    sites: &Sites,
    decided: &Decided,
    stands: &[OpenStation],
    before: &PhaseData,
    after: &PhaseData,
    areas: &[Vec<ServiceAreaFacts>; 2],
    alpha: &BTreeMap<String, f64>,
    phasing: Option<Phasing>,
) -> (Scenario, Vec<Proof>) {
    let mut stations = station_lines(base, sites, &decided.after, Some(after));
    for year in phasing.iter().flat_map(|p| &p.years) {
        for line in stations.iter_mut().filter(|s| year.stations.contains(&s.id)) {
            line.year = Some(year.year);
        }
    }
    let caps = area_cap_lines(base, sites, decided, stands);
    let section = &decided.section;
    let count = |open: &[OpenStation], takes: &dyn Fn(usize) -> bool| open.iter().filter(|o| takes(o.spot)).count();
    let facts = &sites.facts;
    let districts = before
        .districts
        .iter()
        .zip(&after.districts)
        .enumerate()
        .map(|(at, (b, a))| {
            let here = |spot: usize| sites.district_of(spot) == Some(at);
            DistrictLine {
                code: facts.districts.get(at).map_or(String::new(), |d| d.code.clone()),
                name: facts.districts.get(at).map_or("outside every district".into(), |d| d.name.clone()),
                coverage: BeforeAfter { before: b.clone(), after: a.clone() },
                stations: StationsOf { before: count(stands, &here), after: count(&decided.after, &here) },
            }
        })
        .collect();
    let built_up = before
        .built_up
        .iter()
        .zip(&after.built_up)
        .enumerate()
        .map(|(at, (b, a))| {
            let area = &facts.built_up[at];
            let here = |spot: usize| facts.sites[spot].home == Some(at);
            let asked = alpha.get(role_word(area.role)).copied().unwrap_or(1.0);
            BuiltUpLine {
                id: area.id.clone(),
                name: area.name.clone(),
                role: role_word(area.role).into(),
                district: area.district.and_then(|d| facts.districts.get(d)).map(|d| d.code.clone()),
                town: area.town.and_then(|t| facts.towns.get(t)).map(|t| t.code.clone()),
                alpha: asked,
                alpha_met: a.share.map(|share| share >= asked - 1e-9),
                coverage: BeforeAfter { before: b.clone(), after: a.clone() },
                stations: StationsOf { before: count(stands, &here), after: count(&decided.after, &here) },
                hollow_before: before.hollow.get(at).copied().unwrap_or_default(),
                hollow_after: after.hollow.get(at).copied().unwrap_or_default(),
                area_caps: caps.get(&at).cloned(),
            }
        })
        .collect();
    let (compliance, proofs) = compliance(base, sites, decided, stands, [before, after], areas);
    let scenario = Scenario {
        name: section.name.clone(),
        title: section.title.clone().unwrap_or_else(|| section.name.clone()),
        title_zh: section.title_zh.clone(),
        rules: decided.rules.clone(),
        optimum: decided.optimum.clone(),
        ledger: ledger(&stations),
        stations,
        coverage: BeforeAfter { before: before.whole.clone(), after: after.whole.clone() },
        districts,
        built_up,
        rural: BeforeAfter { before: before.rural.clone(), after: after.rural.clone() },
        compliance,
        conflicts: decided.conflicts.clone(),
        prices: Vec::new(),
        phasing,
        towns: Vec::new(),
        renewals: Vec::new(),
        across_barriers: across_barriers(areas),
    };
    (scenario, proofs)
}

/// Service areas of both phases across barriers; nothing where no barrier is known.
fn across_barriers(areas: &[Vec<ServiceAreaFacts>; 2]) -> Option<AcrossBarriers> {
    let count = |areas: &[ServiceAreaFacts]| areas.iter().filter(|a| a.crosses_barrier == Some(true)).count();
    let known = areas.iter().flatten().any(|a| a.crosses_barrier.is_some());
    known.then(|| AcrossBarriers { before: count(&areas[0]), after: count(&areas[1]) })
}

/// N by area beside N by time, by built-up area.
fn area_cap_lines(
    base: &Base,
    sites: &Sites,
    decided: &Decided,
    stands: &[OpenStation],
) -> BTreeMap<usize, AreaCapLine> {
    let rules = &base.checked.loaded.layers.rules.rules;
    let in_force: Vec<&standards::Rule> = rules.iter().filter(|r| r.in_force(base.checked.reference_date)).collect();
    let classes = |open: &[OpenStation]| {
        let mut found: area_caps::OpenClasses = BTreeMap::new();
        for station in open {
            if let Some(home) = sites.facts.sites[station.spot].home {
                found.entry(home).or_default().push(station.class.clone());
            }
        }
        found
    };
    let binding: Vec<&standards::Rule> = in_force.iter().copied().filter(|r| decided.rules.contains(&r.id)).collect();
    let binds = area_caps::joint_id(&binding).is_some_and(|id| decided.formulated.causes.iter().any(|c| c.rule == id));
    area_caps::n_by_area(&in_force, &sites.facts, &classes(stands), &classes(&decided.after), binds)
}

/// The list of stations, by id: standing, upgraded, new and closed ones.
pub(crate) fn station_lines(
    base: &Base,
    sites: &Sites,
    after: &[OpenStation],
    data: Option<&PhaseData>,
) -> Vec<StationLine> {
    let facts = &sites.facts;
    let layers = &base.checked.loaded.layers;
    let class_zh = |id: &str| facts.classes.get(id).map(|c| c.zh.clone());
    let some = |id: &str| (!id.is_empty()).then(|| id.to_string());
    let shares = data.map(|d| station_shares(base, sites, d));
    let mut lines: Vec<StationLine> = Vec::new();
    for (row, open) in after.iter().enumerate() {
        let (spot, site) = (&sites.spots[open.spot], &facts.sites[open.spot]);
        let (status, mode, year, counted) = match (spot.who, open.act) {
            (Who::Standing(at), Act::Upgrade(option)) => {
                let upgrade = spot.upgrades.get(option);
                let year = upgrade.and_then(|u| u.year);
                let mode = upgrade.map_or(BuildMode::Upgrade, |u| u.mode);
                (
                    "upgraded",
                    Some(mode.word().to_string()),
                    year.or(year_of(layers.stations.get(at))),
                    layers.stations[at].counted,
                )
            }
            (Who::Standing(at), _) => ("existing", None, year_of(layers.stations.get(at)), layers.stations[at].counted),
            (Who::Planned(at), _) => {
                ("new", Some("new".to_string()), year_of(layers.stations.get(at)), layers.stations[at].counted)
            }
            (Who::Candidate(at), _) => {
                let candidate = sites.candidates.items.get(at);
                (
                    "new",
                    candidate.map(|c| c.build_mode.word().to_string()),
                    candidate.and_then(|c| c.earliest_year),
                    true,
                )
            }
        };
        lines.push(StationLine {
            id: site.id.clone(),
            name: site.name.clone(),
            class: some(&open.class),
            class_zh: class_zh(&open.class),
            class_before: site.standing.as_ref().and_then(|s| some(&s.class)),
            district: site.district.and_then(|d| facts.districts.get(d)).map(|d| d.code.clone()),
            town: spot.town.clone(),
            built_up: site.home.and_then(|h| facts.built_up.get(h)).map(|b| b.id.clone()),
            status: status.into(),
            replaces: None,
            build_mode: mode,
            year,
            lon: rounded(spot.position.x, 7),
            lat: rounded(spot.position.y, 7),
            nature: spot.nature.word().into(),
            counted,
            turnout_s: spot.turnout.as_seconds(),
            access_m: spot.at.map(|at| rounded(at.distance.0, 3)),
            covers_alone: shares.as_ref().map(|s| s[row].0),
            first_due: shares.as_ref().map(|s| s[row].1),
        });
    }
    for (at, station) in layers.stations.iter().enumerate().filter(|(_, s)| s.status == StationStatus::Closed) {
        let class = station.class.as_ref().map_or("", |c| c.0.as_str());
        let district = base.checked.districts.stations.get(at).copied().flatten();
        lines.push(StationLine {
            id: station.id.clone(),
            name: station.name.clone(),
            class: some(class),
            class_zh: class_zh(class),
            class_before: some(class),
            district: district.and_then(|d| facts.districts.get(d)).map(|d| d.code.clone()),
            town: None,
            built_up: None,
            status: "closed".into(),
            replaces: None,
            build_mode: None,
            year: year_of(Some(station)),
            lon: rounded(station.position.x, 7),
            lat: rounded(station.position.y, 7),
            nature: station.nature.unwrap_or(base.checked.loaded.natures.stations).word().into(),
            counted: station.counted,
            turnout_s: base.settings.turnout(station).as_seconds(),
            access_m: None,
            covers_alone: None,
            first_due: None,
        });
    }
    lines.sort_by(|a, b| a.id.cmp(&b.id));
    lines
}

fn year_of(station: Option<&firesite_model::Station>) -> Option<i16> {
    station.and_then(|s| s.in_service).map(firesite_model::Date::year)
}

/// Of each station of a phase: weight that it alone covers, and weight for which it is first due.
fn station_shares(base: &Base, sites: &Sites, data: &PhaseData) -> Vec<(f64, f64)> {
    let limit = base.settings.limit;
    let mut shares = vec![(0u64, 0u64); data.stations.len()];
    for (due, demand) in data.due.iter().zip(&sites.demand) {
        let Some((first, time)) = due.first() else { continue };
        let Some(share) = shares.get_mut(*first) else { continue };
        share.1 += demand.weight;
        if *time <= limit && due.get(1).is_none_or(|(_, second)| *second > limit) {
            share.0 += demand.weight;
        }
    }
    shares.into_iter().map(|(alone, first)| (alone as f64 / 1000.0, first as f64 / 1000.0)).collect()
}

/// total = existing + new − closed; an upgrade adds nothing.
pub(crate) fn ledger(stations: &[StationLine]) -> Ledger {
    let of = |status: &str| stations.iter().filter(|s| s.status == status).count();
    let existing = stations.iter().filter(|s| s.status != "new" && s.counted).count();
    let (new, closed) = (of("new"), of("closed"));
    Ledger {
        existing,
        new,
        upgraded: of("upgraded"),
        closed,
        total: (existing + new).saturating_sub(closed),
        upgraded_uncounted: stations.iter().filter(|s| s.status == "upgraded" && !s.counted).count(),
        uncounted: stations.iter().filter(|s| s.status != "new" && s.status != "closed" && !s.counted).count(),
    }
}
