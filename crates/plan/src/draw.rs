//! The layers of the main scenario.

use firesite_coverage::{
    BlankSpotOptions, Ground, ServiceArea, Surroundings, blank_spots, polygons, roads_by_time, service_area_resolution,
};
use firesite_model::{Coord, Metres};
use firesite_standards::ServiceAreaFacts;
use geo::{BooleanOps, Length};
use geo_types::{Geometry, LineString, MultiLineString, MultiPolygon, Polygon};

use crate::areas::stands_for;
use crate::map::{IsochroneFeature, MapLayers, Phase, RoadFeature, ServiceAreaFeature, UncoveredFeature};
use crate::phases::{Frame, PhaseData};
use crate::plan_json::rounded;
use crate::scenario::OpenStation;
use crate::sites::Sites;
use crate::study::Base;

/// Uncovered demand this close belongs to one blank spot.
const BLANK_LINK_M: f64 = 800.0;
/// A service area crosses a barrier when this much of it lies inside, metres.
const CROSSING_M: f64 = 200.0;

/// What drawing needs beside the phases.
pub(crate) struct Drawing {
    ground: Option<Ground>,
    study_area: Option<MultiPolygon<f64>>,
    names: Vec<(Coord<f64>, String)>,
}

impl Drawing {
    pub(crate) fn new(base: &Base, frame: &Frame) -> Self {
        let layers = &base.checked.loaded.layers;
        let study_area = match &layers.boundary {
            Some(boundary) => Some(boundary.clone()),
            None if !frame.districts.is_empty() => Some(polygons::union(frame.districts.iter())),
            None => None,
        };
        let asked = base.settings.resolution;
        let resolution = service_area_resolution(asked, study_area.as_ref());
        let ground = (resolution.0 > asked.0).then(|| Ground::new(&base.times, &base.snapper, resolution));
        let mut names: Vec<(Coord<f64>, String)> = layers
            .built_up
            .iter()
            .filter(|b| !b.name.is_empty())
            .filter_map(|b| Some((stands_for(&Geometry::MultiPolygon(b.outline.clone()))?, b.name.clone())))
            .chain(layers.towns.iter().filter_map(|t| Some((stands_for(&t.geometry)?, t.name.clone()))))
            .collect();
        names.sort_by(|a, b| a.1.cmp(&b.1).then(a.0.x.total_cmp(&b.0.x)).then(a.0.y.total_cmp(&b.0.y)));
        Self { ground, study_area, names }
    }

    /// Service areas of a phase.
    pub(crate) fn service_areas(
        &self,
        base: &Base,
        frame: &Frame,
        sites: &Sites,
        data: &PhaseData,
    ) -> Vec<ServiceArea> {
        let last = frame.districts.len();
        let mut stations = data.stations.clone();
        for station in &mut stations {
            station.district = station.district.filter(|d| *d < last);
        }
        let mut demand = sites.demand.clone();
        for place in &mut demand {
            place.district = place.district.filter(|d| *d < last);
        }
        let around = Surroundings {
            study_area: self.study_area.as_ref(),
            districts: &frame.districts,
            built_up: &frame.built_up,
            demand: &demand,
            across_districts: base.settings.across_districts,
        };
        self.ground.as_ref().unwrap_or(&frame.ground).service_areas(&stations, &around)
    }

    /// Isochrones, blank spots, service areas and roads of one phase, added to the layers.
    pub(crate) fn phase(
        &self,
        base: &Base,
        frame: &Frame,
        sites: &Sites,
        data: &PhaseData,
        areas: &[ServiceArea],
        phase: Phase,
        into: &mut MapLayers,
    ) {
        let id = |station: Option<usize>| station.and_then(|s| data.stations.get(s)).map(|s| s.id.clone());
        for isochrone in frame.ground.isochrones(&data.stations, &base.settings.bands) {
            if isochrone.polygon.0.is_empty() {
                continue;
            }
            into.isochrones.push(IsochroneFeature {
                station_id: id(isochrone.station),
                limit_s: isochrone.limit.as_seconds(),
                area_km2: rounded(isochrone.area.as_km2(), 6),
                phase,
                polygon: isochrone.polygon,
            });
        }
        for area in areas {
            if area.polygon.0.is_empty() && area.demand == 0 {
                continue;
            }
            into.service_areas.push(ServiceAreaFeature {
                station_id: id(area.station),
                area_km2: rounded(area.area.as_km2(), 6),
                built_up_km2: rounded(area.built_up.as_km2(), 6),
                demand: area.demand as f64 / 1000.0,
                road_km: rounded(area.road.as_km(), 6),
                crosses_district: area.crosses_district.unwrap_or(false),
                phase,
                polygon: area.polygon.clone(),
            });
        }
        let options = BlankSpotOptions { link: Metres(BLANK_LINK_M), names: &self.names };
        for spot in blank_spots(&sites.demand, &data.first, base.settings.limit, &options) {
            into.uncovered.push(UncoveredFeature {
                id: format!("{}-{}", phase.word(), spot.id),
                name: spot.name,
                demand: spot.demand as f64 / 1000.0,
                nearest_s: spot.nearest.map(|n| n.time.as_seconds()),
                nearest_station: spot.nearest.and_then(|n| id(Some(n.station))),
                district: spot.district.and_then(|d| sites.facts.districts.get(d)).map(|d| d.code.clone()),
                phase,
                polygon: spot.polygon,
            });
        }
    }

    /// Roads of one phase by arrival, in an order that does not depend on the network's numbering.
    pub(crate) fn roads(base: &Base, data: &PhaseData, phase: Phase, into: &mut MapLayers) {
        let mut roads: Vec<RoadFeature> = roads_by_time(&base.times, &data.stations, &base.settings.bands)
            .into_iter()
            .map(|road| RoadFeature {
                time_s: road.time.as_seconds(),
                station_id: data.stations.get(road.station).map(|s| s.id.clone()),
                highway: road.class.0,
                phase,
                line: road.line,
            })
            .collect();
        roads.sort_by(|a, b| {
            (&a.station_id, &a.highway).cmp(&(&b.station_id, &b.highway)).then(a.time_s.total_cmp(&b.time_s)).then_with(
                || {
                    let points = |r: &RoadFeature| r.line.0.iter().flat_map(|c| [c.x, c.y]).collect::<Vec<_>>();
                    points(a)
                        .iter()
                        .zip(&points(b))
                        .map(|(x, y)| x.total_cmp(y))
                        .find(|o| o.is_ne())
                        .unwrap_or(std::cmp::Ordering::Equal)
                },
            )
        });
        into.roads_by_time.extend(roads);
    }
}

/// What the rules see of the service areas.
pub(crate) fn area_facts(
    base: &Base,
    frame: &Frame,
    sites: &Sites,
    areas: &[ServiceArea],
    open: &[OpenStation],
) -> Vec<ServiceAreaFacts> {
    let lines = barrier_lines(base);
    let built_up = (!lines.is_empty()).then(|| polygons::union(frame.built_up.iter()));
    areas
        .iter()
        .filter_map(|area| {
            let open = open.get(area.station?)?;
            let suburban = sites.facts.sites[open.spot]
                .home
                .and_then(|h| sites.facts.built_up.get(h))
                .is_some_and(|b| b.zones.contains(&firesite_model::Zone::Suburban));
            let crosses_barrier = built_up.as_ref().map(|built_up| {
                let part = polygons::intersection(&area.polygon, built_up);
                lines.iter().any(|line| {
                    let inside = part.clip(line, false);
                    inside.0.iter().map(|l| geo::Geodesic.length(l)).sum::<f64>() >= CROSSING_M
                })
            });
            Some(ServiceAreaFacts {
                site: open.spot,
                area: area.area,
                built_up: area.built_up,
                crosses_barrier,
                suburban,
            })
        })
        .collect()
}

/// The barriers of a study as lines.
pub(crate) fn barrier_lines(base: &Base) -> Vec<MultiLineString<f64>> {
    base.checked.loaded.layers.barriers.iter().filter_map(|b| as_lines(&b.geometry)).collect()
}

/// Lines of a barrier; of a polygon its outline.
fn as_lines(geometry: &Geometry<f64>) -> Option<MultiLineString<f64>> {
    let rings = |p: &Polygon<f64>| -> Vec<LineString<f64>> {
        std::iter::once(p.exterior().clone()).chain(p.interiors().iter().cloned()).collect()
    };
    match geometry {
        Geometry::LineString(line) => Some(MultiLineString(vec![line.clone()])),
        Geometry::MultiLineString(lines) => Some(lines.clone()),
        Geometry::Polygon(p) => Some(MultiLineString(rings(p))),
        Geometry::MultiPolygon(p) => Some(MultiLineString(p.0.iter().flat_map(rings).collect())),
        _ => None,
    }
}
