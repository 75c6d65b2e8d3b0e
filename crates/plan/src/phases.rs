//! One phase (before the plan, or after it): who is due where, and how well each place is covered.

use firesite_coverage::{
    CoverageMeasures, DemandPlace, FirstDue, Ground, HollowCore, Located, RoadAreas, hollow_core, inner_half, polygons,
    road_lengths,
};
use firesite_model::{Metres, SquareMetres, TravelTime};
use firesite_network::{Origin, Snapped};
use geo::Contains;
use geo_types::MultiPolygon;
use rayon::prelude::*;

use crate::plan_json::{ClockLine, Coverage, HollowLine, rounded};
use crate::study::{Base, Settings};

/// What coverage needs beside the base, made once for a study.
pub(crate) struct Frame {
    pub(crate) ground: Ground,
    pub(crate) district_roads: RoadAreas,
    pub(crate) area_roads: RoadAreas,
    pub(crate) districts: Vec<MultiPolygon<f64>>,
    pub(crate) built_up: Vec<MultiPolygon<f64>>,
}

impl Frame {
    pub(crate) fn new(base: &Base) -> Self {
        let layers = &base.checked.loaded.layers;
        let districts: Vec<_> = layers.districts.iter().map(|d| d.outline.clone()).collect();
        let built_up: Vec<_> = layers.built_up.iter().map(|b| b.outline.clone()).collect();
        let as_refs = |areas: &[MultiPolygon<f64>]| RoadAreas::new(&base.network, &areas.iter().collect::<Vec<_>>());
        Self {
            ground: Ground::new(&base.times, &base.snapper, base.settings.resolution),
            district_roads: as_refs(&districts),
            area_roads: as_refs(&built_up),
            districts,
            built_up,
        }
    }
}

/// First, second and third due stations with their response time.
pub(crate) type DueOrder = Vec<Vec<(usize, TravelTime)>>;

/// One phase, computed.
pub(crate) struct PhaseData {
    /// The stations, by id.
    pub(crate) stations: Vec<Located>,
    /// Due order of each demand.
    pub(crate) due: DueOrder,
    /// First due of each demand.
    pub(crate) first: Vec<Option<FirstDue>>,
    pub(crate) whole: Coverage,
    pub(crate) districts: Vec<Coverage>,
    pub(crate) built_up: Vec<Coverage>,
    /// Core against whole, of each built-up area.
    pub(crate) hollow: Vec<HollowLine>,
    pub(crate) rural: Coverage,
}

/// Computes a phase; `area` asks for the combined isochrone, whose parts give the areas of districts.
pub(crate) fn phase(
    base: &Base,
    frame: &Frame,
    demand: &[DemandPlace],
    demand_area: &[Option<usize>],
    stations: Vec<Located>,
    area: bool,
) -> PhaseData {
    let settings = &base.settings;
    let due = due_order(base, &stations, demand);
    let first: Vec<Option<FirstDue>> =
        due.iter().map(|d| d.first().map(|(station, time)| FirstDue { time: *time, station: *station })).collect();
    let within = area.then(|| together(frame, &stations, settings.limit));
    let (roads, by_district) = road_lengths(&base.times, &stations, settings.limit, &frame.district_roads);
    let (_, by_area) = road_lengths(&base.times, &stations, settings.limit, &frame.area_roads);

    let measured =
        |rows: &mut dyn Iterator<Item = usize>| CoverageMeasures::of_demand(demand, &first, rows, settings.limit);
    let part = |polygon: &MultiPolygon<f64>| {
        within.as_ref().map(|(all, _)| polygons::area(&polygons::intersection(all, polygon)))
    };
    let whole =
        coverage(settings, &measured(&mut (0..demand.len())), roads.total, roads.covered, within.as_ref().map(|w| w.1));
    let places = frame.districts.len() + usize::from(demand.iter().any(|d| d.district == Some(frame.districts.len())));
    let districts = (0..places)
        .into_par_iter()
        .map(|at| {
            let mut rows = (0..demand.len()).filter(|d| demand[*d].district == Some(at));
            let roads = by_district.get(at).copied().unwrap_or_default();
            let figures = CoverageMeasures::of_demand(demand, &first, &mut rows, settings.limit);
            coverage(settings, &figures, roads.total, roads.covered, frame.districts.get(at).and_then(&part))
        })
        .collect();
    let built_up = (0..frame.built_up.len())
        .into_par_iter()
        .map(|at| {
            let mut rows = (0..demand.len()).filter(|d| demand_area[*d] == Some(at));
            let roads = by_area.get(at).copied().unwrap_or_default();
            let figures = CoverageMeasures::of_demand(demand, &first, &mut rows, settings.limit);
            coverage(settings, &figures, roads.total, roads.covered, frame.built_up.get(at).and_then(&part))
        })
        .collect();
    let hollow = (0..frame.built_up.len())
        .into_par_iter()
        .map(|at| {
            let rows: Vec<usize> = (0..demand.len()).filter(|d| demand_area[*d] == Some(at)).collect();
            let core = inner_half(demand, &rows);
            let outline = &frame.built_up[at];
            let own: Vec<&Located> = stations.iter().filter(|s| outline.contains(&s.position)).collect();
            hollow_line(&hollow_core(demand, &first, &rows, &core, &own, settings.limit))
        })
        .collect();
    let inside = by_area.iter().fold((0.0, 0.0), |sum, r| (sum.0 + r.total.0, sum.1 + r.covered.0));
    let rural = coverage(
        settings,
        &measured(&mut (0..demand.len()).filter(|d| demand_area[*d].is_none())),
        Metres((roads.total.0 - inside.0).max(0.0)),
        Metres((roads.covered.0 - inside.1).max(0.0)),
        None,
    );
    PhaseData { stations, due, first, whole, districts, built_up, hollow, rural }
}

/// The figures of the demand alone, of any stations.
pub(crate) fn measures_of(base: &Base, stations: &[Located], demand: &[DemandPlace]) -> CoverageMeasures {
    let due = due_order(base, stations, demand);
    let first: Vec<Option<FirstDue>> =
        due.iter().map(|d| d.first().map(|(station, time)| FirstDue { time: *time, station: *station })).collect();
    CoverageMeasures::of_demand(demand, &first, 0..demand.len(), base.settings.limit)
}

/// As `plan.json` tells it.
fn hollow_line(index: &HollowCore) -> HollowLine {
    HollowLine {
        share: index.share.map(|x| rounded(x, 6)),
        mean_s: index.mean_ms.map(|x| rounded(x / 1000.0, 3)),
        offset_m: index.offset.map(|m| rounded(m.0, 1)),
    }
}

/// First, second and third due of each demand: least response time, ties to the smaller station id.
fn due_order(base: &Base, stations: &[Located], demand: &[DemandPlace]) -> DueOrder {
    if base.settings.across_districts {
        let all: Vec<usize> = (0..demand.len()).collect();
        return due_among(base, stations, demand, &all, |_| true);
    }
    let mut districts: Vec<Option<usize>> = demand.iter().map(|d| d.district).collect();
    districts.sort_unstable();
    districts.dedup();
    let parts: Vec<(Vec<usize>, DueOrder)> = districts
        .par_iter()
        .map(|district| {
            let rows: Vec<usize> = (0..demand.len()).filter(|d| demand[*d].district == *district).collect();
            let due = due_among(base, stations, demand, &rows, |s| s.district == *district);
            (rows, due)
        })
        .collect();
    let mut all: DueOrder = vec![Vec::new(); demand.len()];
    for (rows, due) in parts {
        for (row, due) in rows.into_iter().zip(due) {
            all[row] = due;
        }
    }
    all
}

fn due_among(
    base: &Base,
    stations: &[Located],
    demand: &[DemandPlace],
    rows: &[usize],
    takes: impl Fn(&Located) -> bool,
) -> DueOrder {
    let (origins, of): (Vec<Origin<'_>>, Vec<usize>) = stations
        .iter()
        .enumerate()
        .filter(|(_, s)| takes(s))
        .filter_map(|(at, s)| Some((Origin { place: s.place.as_ref()?, offset: s.offset }, at)))
        .unzip();
    let places: Vec<Option<Snapped>> = rows.iter().map(|d| demand[*d].place).collect();
    if origins.is_empty() {
        return vec![Vec::new(); rows.len()];
    }
    let mut due = base.times.due_order(&origins, 3, &places, None);
    for order in &mut due {
        for (origin, _) in order.iter_mut() {
            *origin = of[*origin];
        }
    }
    due
}

/// The clock of a study as written into every coverage.
pub(crate) fn clock_line(settings: &Settings) -> ClockLine {
    ClockLine {
        name: settings.clock.name.word().into(),
        counts: settings.clock.counts().iter().map(ToString::to_string).collect(),
        limit_s: settings.limit.as_seconds(),
    }
}

fn coverage(
    settings: &Settings,
    m: &CoverageMeasures,
    road_total: Metres,
    road_covered: Metres,
    area: Option<SquareMetres>,
) -> Coverage {
    let seconds = |t: Option<TravelTime>| t.map(TravelTime::as_seconds);
    Coverage {
        clock: clock_line(settings),
        demand_total: m.demand_total as f64 / 1000.0,
        demand_covered: m.demand_covered as f64 / 1000.0,
        share: m.share.map(|x| rounded(x, 9)),
        mean_s: m.mean_ms.map(|x| rounded(x / 1000.0, 6)),
        median_s: seconds(m.median),
        p90_s: seconds(m.p90),
        max_s: seconds(m.max),
        unreachable: m.unreachable as f64 / 1000.0,
        road_km_total: rounded(road_total.as_km(), 6),
        road_km_covered: rounded(road_covered.as_km(), 6),
        area_km2: area.map(|a| rounded(a.as_km2(), 6)),
    }
}

/// Everything within the limit of any station, with its area.
fn together(frame: &Frame, stations: &[Located], limit: TravelTime) -> (MultiPolygon<f64>, SquareMetres) {
    let mut found = frame.ground.isochrones_together(stations, &[limit]);
    found.pop().map_or((MultiPolygon(Vec::new()), SquareMetres(0.0)), |i| (i.polygon, i.area))
}
