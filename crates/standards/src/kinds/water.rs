//! Water for fire fighting: a share of the demand within the protection radius of a usable hydrant (市政消火栓保护半径), or
//! another water point.
//!
//! Usable is what works and, where the rule asks for a pressure, has it. The radius is a straight line on the ground.

use firesite_model::Hydrant;
use geo::{Distance as _, Geodesic};
use geo_types::Point;
use rstar::{RTree, primitives::GeomWithData};
use schemars::JsonSchema;
use serde::Deserialize;

use super::places::{self, PlaceOf, enough, places, share};
use super::{Behaviour, a_percentile, above_zero, not_below_zero};
use crate::faults::Fault;
use crate::text::{percent, plain};
use crate::{Choice, Facts, Judgement, Met, Per, Proof, Rule};

/// Parameters of `water`.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Water {
    /// Farthest from a usable water point, metres.
    pub radius_m: f64,
    /// Least pressure, MPa; a point whose pressure is not known then does not count. Absent: any that works.
    pub pressure_min_mpa: Option<f64>,
    /// Kinds of water points that count, as the layer names them; absent: all.
    #[serde(default)]
    pub kinds: Vec<String>,
    /// Share of the demand, per cent; absent: all of it.
    pub percentile: Option<f64>,
    /// Whose demand is judged together; absent: each built-up area, without any the whole study.
    pub per: Option<Per>,
}

/// Radius of the earth; only neighbours are found with it, distances are measured on the ellipsoid.
const EARTH_M: f64 = 6_371_000.0;

type Tree = RTree<GeomWithData<[f64; 3], usize>>;

/// A place on the unit sphere: neighbours there are neighbours on the ground, across ±180° too.
fn on_sphere(p: firesite_model::Coord<f64>) -> [f64; 3] {
    let (lon, lat) = (p.x.to_radians(), p.y.to_radians());
    [lat.cos() * lon.cos(), lat.cos() * lon.sin(), lat.sin()]
}

impl Water {
    fn usable(&self, point: &Hydrant) -> bool {
        let pressed = self.pressure_min_mpa.is_none_or(|least| point.pressure_mpa.is_some_and(|p| p >= least));
        point.working && pressed && (self.kinds.is_empty() || self.kinds.contains(&point.kind))
    }

    /// Whether any of these points lies within the radius.
    fn near(&self, tree: &Tree, points: &[Hydrant], at: firesite_model::Coord<f64>) -> bool {
        // The chord of the radius, a percent longer: the sphere is not the ellipsoid.
        let chord = self.radius_m * 1.01 / EARTH_M;
        tree.locate_within_distance(on_sphere(at), chord * chord)
            .any(|found| Geodesic.distance(Point(at), Point(points[found.data].position)) <= self.radius_m)
    }
}

impl Behaviour for Water {
    fn check(&self) -> Result<(), Fault> {
        above_zero("radius_m", self.radius_m, "metres")?;
        not_below_zero("pressure_min_mpa", self.pressure_min_mpa.unwrap_or(0.0), "megapascals")?;
        a_percentile(self.percentile)
    }

    fn subjects(&self, rule: &Rule) -> (String, String) {
        places::words(rule, self.per)
    }

    fn judge(&self, rule: &Rule, facts: &Facts, _before: &Choice, _after: &Choice) -> Vec<Judgement> {
        let found = match places(rule, facts, self.per) {
            Err(judgement) => return vec![*judgement],
            Ok(found) => found,
        };
        let Some(points) = &facts.water else {
            let why = Met::unknown("the study has no layer [hydrants]", "本研究没有[hydrants]图层");
            let unknown = |p: PlaceOf| Judgement {
                proof: p.proof,
                ..Judgement::unknown(rule, p.kind, p.subject, p.district, why.clone())
            };
            return found.into_iter().map(unknown).collect();
        };
        let usable = points.iter().enumerate().filter(|(_, p)| self.usable(p));
        let tree: Tree = RTree::bulk_load(usable.map(|(i, p)| GeomWithData::new(on_sphere(p.position), i)).collect());
        let wanted = self.percentile.map_or(1.0, |p| p / 100.0);
        let radius = plain(self.radius_m);
        found
            .into_iter()
            .map(|place| {
                let covered = share(facts, &place.demand, |at| Some(self.near(&tree, points, facts.demand[at].position)));
                let figure = covered.as_ref().map(|s| s.least);
                let met = enough(covered.as_ref(), wanted, || Met::No);
                Judgement {
                    required: Some(wanted),
                    standing: figure,
                    proposed: figure,
                    unit: "share",
                    sentence: format!("{}: {} of the demand within {radius} m of a usable water point, {} wanted.", place.subject, percent(figure), percent(Some(wanted))),
                    sentence_zh: format!("{}：可用消防水源{radius}米内覆盖{}，要求{}。", place.subject, percent(figure), percent(Some(wanted))),
                    proof: match covered {
                        Some(share) if matches!(met, Met::No) && !share.beyond.is_empty() => Proof::Demand(share.beyond),
                        _ => place.proof,
                    },
                    met,
                    ..Judgement::new(rule, place.kind, place.subject.clone(), place.district)
                }
            })
            .collect()
    }
}
