//! What shows each line of the compliance on a map: `compliance.geojson`.

use firesite_coverage::{ServiceArea, polygons};
use firesite_standards::Proof;
use geo_types::{Coord, Geometry, LineString, MultiLineString, MultiPoint, MultiPolygon, Point};

use crate::areas::{from_plane, metres_and_bearing};
use crate::draw::barrier_lines;
use crate::map::ComplianceFeature;
use crate::phases::Frame;
use crate::plan_json::ComplianceLine;
use crate::scenario::OpenStation;
use crate::sites::Sites;
use crate::study::Base;

/// One feature for each line that a place shows; lines about the plan as a whole have none.
pub(crate) fn features(
    base: &Base,
    frame: &Frame,
    sites: &Sites,
    lines: &[ComplianceLine],
    proofs: &[Proof],
    areas: &[ServiceArea],
    open: &[OpenStation],
) -> Vec<ComplianceFeature> {
    let place = Places { base, frame, sites, areas, open };
    let shown = lines.iter().zip(proofs);
    shown
        .filter_map(|(line, proof)| {
            let geometry = place.of(proof)?;
            Some(ComplianceFeature { line: line.clone(), geometry })
        })
        .collect()
}

struct Places<'a> {
    base: &'a Base,
    frame: &'a Frame,
    sites: &'a Sites,
    areas: &'a [ServiceArea],
    open: &'a [OpenStation],
}

impl Places<'_> {
    fn of(&self, proof: &Proof) -> Option<Geometry<f64>> {
        let layers = &self.base.checked.loaded.layers;
        let site = |at: usize| self.sites.spots.get(at).map(|s| s.position);
        let points = |found: Vec<Coord<f64>>| {
            (!found.is_empty()).then(|| Geometry::MultiPoint(MultiPoint(found.into_iter().map(Point).collect())))
        };
        match proof {
            Proof::None => None,
            Proof::Site(at) => points(site(*at).into_iter().collect()),
            Proof::Sites(list) => points(list.iter().filter_map(|at| site(*at)).collect()),
            Proof::Links { from, to } => {
                let start = site(*from)?;
                let lines = to.iter().filter_map(|at| site(*at)).map(|end| LineString(vec![start, end])).collect();
                Some(Geometry::MultiLineString(MultiLineString(lines)))
            }
            Proof::Nearest { site: at, layer } => {
                let start = site(*at)?;
                let end = match *layer {
                    "exits" => nearest(start, layers.exits.iter().map(|e| &e.geometry)),
                    _ => nearest(start, layers.hazards.iter().map(|h| &h.geometry)),
                };
                match end {
                    Some(end) if end != start => {
                        Some(Geometry::MultiLineString(MultiLineString(vec![LineString(vec![start, end])])))
                    }
                    _ => points(vec![start]),
                }
            }
            Proof::ServiceArea(at) => polygon(&self.area_of(*at)?.polygon),
            Proof::Crossing(at) => {
                let built_up = polygons::union(self.frame.built_up.iter());
                let part = polygons::intersection(&self.area_of(*at)?.polygon, &built_up);
                let inside: Vec<LineString<f64>> = barrier_lines(self.base)
                    .iter()
                    .flat_map(|line| geo::BooleanOps::clip(&part, line, false).0)
                    .collect();
                (!inside.is_empty()).then_some(Geometry::MultiLineString(MultiLineString(inside)))
            }
            Proof::BuiltUp(at) => polygon(&layers.built_up.get(*at)?.outline),
            Proof::District(at) => polygon(&layers.districts.get(*at)?.outline),
            Proof::Town(at) => match &layers.towns.get(*at)?.geometry {
                Geometry::Point(p) => points(vec![p.0]),
                Geometry::Polygon(p) => polygon(&MultiPolygon(vec![p.clone()])),
                Geometry::MultiPolygon(p) => polygon(p),
                other => points(crate::areas::stands_for(other).into_iter().collect()),
            },
            Proof::Demand(list) => {
                points(list.iter().filter_map(|at| self.sites.demand.get(*at)).map(|d| d.position).collect())
            }
        }
    }

    /// The service area of the station at a site.
    fn area_of(&self, site: usize) -> Option<&ServiceArea> {
        self.areas.iter().find(|a| a.station.and_then(|s| self.open.get(s)).is_some_and(|o| o.spot == site))
    }
}

/// The nearest place of any of these geometries.
fn nearest<'a>(from: Coord<f64>, all: impl Iterator<Item = &'a Geometry<f64>>) -> Option<Coord<f64>> {
    let (distance, bearing) =
        all.filter_map(|g| metres_and_bearing(from, g)).min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)))?;
    Some(from_plane(from, distance, bearing))
}

fn polygon(area: &MultiPolygon<f64>) -> Option<Geometry<f64>> {
    (!area.0.is_empty()).then(|| Geometry::MultiPolygon(area.clone()))
}
