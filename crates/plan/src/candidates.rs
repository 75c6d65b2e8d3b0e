//! Candidates: supplied, or generated along the roads.

use std::collections::{BTreeMap, BTreeSet};

use firesite_model::{BuildMode, BuiltUpRole, Candidate, Coord, Read};
use firesite_network::{RoadNetwork, Snapped};
use rustc_hash::FxHashMap;

use crate::areas::{AreaIndex, metres};
use crate::plan_json::CandidateCount;
use crate::study::Base;
use crate::study_file::{GenerateSection, StudyFile};

/// Places where a station may be built, tied to the network.
#[derive(Clone, Debug, Default)]
pub struct Candidates {
    /// By id; classes are those that may stand there.
    pub items: Vec<Candidate>,
    /// On the network.
    pub places: Vec<Snapped>,
    /// Where they came from, and what removed how many.
    pub count: CandidateCount,
}

impl Candidates {
    /// Their places on the network, in the order of `items`.
    pub fn places(&self) -> &[Snapped] {
        &self.places
    }
}

/// So that `times.reach(&study.candidates()?, …)` reads as it should.
impl std::ops::Deref for Candidates {
    type Target = [Snapped];
    fn deref(&self) -> &[Snapped] {
        &self.places
    }
}

/// Distance between generated candidates where the study does not say, metres.
const DEFAULT_EVERY_M: f64 = 400.0;
/// Road classes where the study does not say.
const DEFAULT_CLASSES: [&str; 6] = ["trunk", "primary", "secondary", "tertiary", "unclassified", "residential"];

/// The word of a role in files.
pub(crate) fn role_word(role: BuiltUpRole) -> &'static str {
    match role {
        BuiltUpRole::Seat => "seat",
        BuiltUpRole::Core => "core",
        BuiltUpRole::Town => "town",
        BuiltUpRole::Cluster => "cluster",
    }
}

/// Crossings, and points along roads of suitable class, inside the built-up areas of the given roles; no two nearer
/// than `every_m`. Crossings with more roads come first, so that they survive the thinning; ids are numbered by area
/// from west to east, so the same roads give the same ids in any order of the file.
pub(crate) fn generate(file: &StudyFile, base: &Base) -> Read<Vec<Candidate>> {
    let default = GenerateSection { every_m: DEFAULT_EVERY_M, classes: Vec::new(), within: Vec::new() };
    let how = file.candidates.as_ref().and_then(|c| c.generate.as_ref()).unwrap_or(&default);
    let areas = &base.checked.loaded.layers.built_up;
    let index = AreaIndex::new(areas.iter().map(|a| &a.outline));
    let anywhere = how.within.iter().any(|w| w == "anywhere") || (how.within.is_empty() && areas.is_empty());
    let suits = |area: usize| how.within.is_empty() || how.within.iter().any(|w| w == role_word(areas[area].role));
    let place = |at: Coord<f64>| -> Option<Option<usize>> {
        match index.holding(at).find(|a| suits(*a)) {
            Some(area) => Some(Some(area)),
            None => anywhere.then_some(None),
        }
    };
    let mut points = points_along(&base.network, how);
    points.retain(|p| place(p.at).is_some());
    points.sort_by(|a, b| b.roads.cmp(&a.roads).then(a.at.x.total_cmp(&b.at.x)).then(a.at.y.total_cmp(&b.at.y)));
    let mut kept = thin(&points, how.every_m);
    kept.sort_by(|a, b| a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y)));
    let taken: BTreeSet<&str> = base.checked.loaded.layers.stations.iter().map(|s| s.id.as_str()).collect();
    let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
    let mut items = Vec::with_capacity(kept.len());
    for at in kept {
        let area = place(at).flatten();
        let stem = area.map_or("road", |a| areas[a].id.as_str());
        let number = numbers.entry(stem.to_string()).or_default();
        let id = loop {
            *number += 1;
            let id = format!("C-{stem}-{number:03}");
            if !taken.contains(id.as_str()) {
                break id;
            }
        };
        items.push(Candidate {
            feature: items.len(),
            id,
            district: None,
            town: area.and_then(|a| areas[a].town.clone()),
            classes: Vec::new(),
            build_mode: BuildMode::New,
            land: None,
            cost: None,
            earliest_year: None,
            position: at,
        });
    }
    items.sort_by(|a, b| a.id.cmp(&b.id));
    Read::clean(items)
}

struct Point {
    at: Coord<f64>,
    /// Suitable road ends that meet here; 0 along a road.
    roads: u32,
}

fn points_along(network: &RoadNetwork, how: &GenerateSection) -> Vec<Point> {
    let suitable = |class: &str| {
        let plain = class.strip_suffix("_link").unwrap_or(class);
        if how.classes.is_empty() {
            DEFAULT_CLASSES.contains(&plain) || network.is_plain_arcs()
        } else {
            how.classes.iter().any(|c| c == class || c == plain)
        }
    };
    let mut ends = vec![0u32; network.node_count()];
    let mut points = Vec::new();
    for id in network.edges() {
        let edge = network.edge(id);
        if !suitable(&edge.class.0) || edge.tunnel {
            continue;
        }
        for node in [edge.ends.0, edge.ends.1] {
            if let Some(count) = ends.get_mut(node.0 as usize) {
                *count += 1;
            }
        }
        let parts = (edge.length.0 / how.every_m).floor();
        if (2.0..1e5).contains(&parts) && !edge.bridge {
            let step = edge.length.0 / parts;
            points.extend(along(edge.line, step, parts as usize).into_iter().map(|at| Point { at, roads: 0 }));
        }
    }
    for node in network.nodes() {
        let roads = ends[node.0 as usize];
        if roads >= 3 {
            points.push(Point { at: network.position(node), roads });
        }
    }
    points
}

/// The points at 1, 2, … (parts − 1) steps from the start of a line.
fn along(line: &[Coord<f64>], step: f64, parts: usize) -> Vec<Coord<f64>> {
    let mut points = Vec::new();
    let (mut next, mut done) = (1usize, 0.0);
    for pair in line.windows(2) {
        let length = metres(pair[0], pair[1]);
        while next < parts && step * next as f64 <= done + length {
            let share = if length > 0.0 { ((step * next as f64 - done) / length).clamp(0.0, 1.0) } else { 0.0 };
            let mix = |a: f64, b: f64| ((a + (b - a) * share) * 1e7).round() / 1e7;
            points.push(Coord { x: mix(pair[0].x, pair[1].x), y: mix(pair[0].y, pair[1].y) });
            next += 1;
        }
        done += length;
    }
    points
}

/// Takes points in order, leaving out those nearer than `every` metres to one already taken.
fn thin(points: &[Point], every: f64) -> Vec<Coord<f64>> {
    let Some(first) = points.first() else { return Vec::new() };
    let cos = first.at.y.to_radians().cos().max(0.05);
    let cell =
        |c: Coord<f64>| ((c.x * 111_320.0 * cos / every).floor() as i64, (c.y * 110_950.0 / every).floor() as i64);
    let mut grid: FxHashMap<(i64, i64), Vec<Coord<f64>>> = FxHashMap::default();
    let mut kept = Vec::new();
    for point in points {
        let (i, j) = cell(point.at);
        // Two cells each way: cells are as wide as the distance at the first point's latitude, not everywhere.
        let near = (i - 2..=i + 2).any(|x| {
            (j - 2..=j + 2)
                .any(|y| grid.get(&(x, y)).is_some_and(|cell| cell.iter().any(|c| metres(*c, point.at) < every)))
        });
        if !near {
            grid.entry((i, j)).or_default().push(point.at);
            kept.push(point.at);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_stand_a_step_apart() {
        let line = [Coord { x: 112.0, y: 33.0 }, Coord { x: 112.01, y: 33.0 }];
        let length = metres(line[0], line[1]);
        let points = along(&line, length / 3.0, 3);
        assert_eq!(points.len(), 2);
        assert!((points[0].x - 112.003_333_3).abs() < 2e-7 && (points[1].x - 112.006_666_7).abs() < 2e-7);
    }

    #[test]
    fn thinning_keeps_the_larger_crossings() {
        let at = |x: f64| Coord { x, y: 33.0 };
        let points = [
            Point { at: at(112.001), roads: 4 },
            Point { at: at(112.0), roads: 3 },
            Point { at: at(112.01), roads: 0 },
        ];
        assert_eq!(thin(&points, 200.0), [at(112.001), at(112.01)]);
    }
}
