//! Candidates: supplied, or generated along the roads.

use std::collections::{BTreeMap, BTreeSet};

use firesite_model::{BuildMode, BuiltUpRole, Candidate, Coord, Finding, Place};
use firesite_network::{RoadNetwork, Snapped};
use rustc_hash::FxHashMap;

use crate::areas::{AreaIndex, metres};
use crate::plan_json::CandidateCount;
use crate::study::Base;
use crate::study_file::{GenerateSection, StudyFile};
use crate::{Error, codes};

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
pub(crate) fn generate(file: &StudyFile, base: &Base) -> Result<Generated, Error> {
    let default = GenerateSection { every_m: DEFAULT_EVERY_M, ..GenerateSection::default() };
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
    let inside = |at: Coord<f64>| place(at).is_some();
    not_without_number(&base.network, how, &inside)?;
    let mut removed: BTreeMap<String, usize> = BTreeMap::new();
    let (mut points, no_frontage) = points_along(&base.network, how, &inside);
    removed.insert("no frontage on a road of these classes".into(), no_frontage);
    points.sort_by(|a, b| b.roads.cmp(&a.roads).then(a.at.x.total_cmp(&b.at.x)).then(a.at.y.total_cmp(&b.at.y)));
    let mut kept = thin(&points, how.every_m);
    removed.insert(format!("nearer than {} m to another", how.every_m), points.len() - kept.len());
    if let Some(setback) = how.setback_m.filter(|m| *m > 0.0) {
        let before = kept.len();
        kept = kept.into_iter().filter_map(|p| p.set_back(setback).filter(|p| inside(p.at))).collect();
        removed.insert(format!("no room {setback} m from the road"), before - kept.len());
    }
    removed.retain(|_, count| *count > 0);
    let found = kept.len() + removed.values().sum::<usize>();
    let mut kept: Vec<Coord<f64>> = kept.into_iter().map(|p| p.at).collect();
    if kept.len() > MOST_CANDIDATES {
        return Err(too_many(how, kept.len(), how.every_m * (kept.len() as f64 / MOST_CANDIDATES as f64).sqrt()));
    }
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
    Ok(Generated { items, found, removed })
}

/// Candidates along the roads, and what was left out on the way.
pub(crate) struct Generated {
    /// By id.
    pub(crate) items: Vec<Candidate>,
    /// Points looked at: crossings, and points along roads, inside the areas.
    pub(crate) found: usize,
    /// Why → how many were left out.
    pub(crate) removed: BTreeMap<String, usize>,
}

/// Points that are looked at: some hundred megabytes.
const MOST_POINTS: f64 = 1e6;
/// Candidates that a location problem can still be made of.
const MOST_CANDIDATES: usize = 20_000;

/// A road where candidates may stand.
fn suitable(network: &RoadNetwork, how: &GenerateSection, class: &str) -> bool {
    let plain = class.strip_suffix("_link").unwrap_or(class);
    if how.classes.is_empty() {
        DEFAULT_CLASSES.contains(&plain) || network.is_plain_arcs()
    } else {
        how.classes.iter().any(|c| c == class || c == plain)
    }
}

/// An error when the roads inside the areas would give more points than memory has room for; nothing is generated for it.
fn not_without_number(
    network: &RoadNetwork,
    how: &GenerateSection,
    inside: &dyn Fn(Coord<f64>) -> bool,
) -> Result<(), Error> {
    let mut length = 0.0;
    for id in network.edges() {
        let edge = network.edge(id);
        if !suitable(network, how, &edge.class.0) || edge.tunnel {
            continue;
        }
        // A road counts when its middle or an end lies inside: an estimate from above but for roads that only cross.
        let middle = edge.line.get(edge.line.len() / 2);
        if [edge.line.first(), middle, edge.line.last()].into_iter().flatten().any(|c| inside(*c)) {
            length += edge.length.0;
        }
    }
    let points = length / how.every_m;
    if points <= MOST_POINTS {
        return Ok(());
    }
    Err(too_many(how, points as usize, length / MOST_POINTS))
}

fn too_many(how: &GenerateSection, count: usize, least: f64) -> Error {
    // A round figure, so that it is written rather than copied.
    let digits = 10f64.powf(least.log10().floor());
    let sensible = ((least / digits).ceil() * digits).max(100.0);
    Error::one(Finding::fatal(
        codes::TOO_MANY_CANDIDATES,
        Place::default().layer("candidates").property("every_m"),
        format!("every_m = {} would give about {count} candidates", how.every_m),
        format!("write every_m = {sensible} or more, or fewer classes and areas"),
    ))
}

#[derive(Clone)]
struct Point {
    at: Coord<f64>,
    /// Suitable road ends that meet here; 0 along a road.
    roads: u32,
    /// Directions in which roads leave, degrees from north clockwise.
    bearings: Vec<f64>,
}

impl Point {
    /// The same point so far from every road that meets here, in the middle of the widest gap between them.
    fn set_back(&self, metres: f64) -> Option<Self> {
        let mut bearings: Vec<f64> = self.bearings.iter().map(|b| b.rem_euclid(360.0)).collect();
        bearings.sort_by(f64::total_cmp);
        let first = *bearings.first()?;
        let gaps = bearings.iter().zip(bearings.iter().skip(1).copied().chain([first + 360.0]));
        let (start, gap) =
            gaps.map(|(a, b)| (*a, b - a)).max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.total_cmp(&a.0)))?;
        let half = (gap / 2.0).min(90.0);
        // In a gap this narrow the point would lie far from its crossing.
        if half < 15.0 {
            return None;
        }
        let away = metres / half.to_radians().sin();
        let direction = (start + gap / 2.0).to_radians();
        let round = |x: f64| (x * 1e7).round() / 1e7;
        let at = Coord {
            x: round(self.at.x + away * direction.sin() / (111_320.0 * self.at.y.to_radians().cos())),
            y: round(self.at.y + away * direction.cos() / 110_950.0),
        };
        Some(Self { at, ..self.clone() })
    }
}

/// Degrees from north clockwise.
fn bearing(from: Coord<f64>, to: Coord<f64>) -> f64 {
    let east = (to.x - from.x) * from.y.to_radians().cos();
    east.atan2(to.y - from.y).to_degrees().rem_euclid(360.0)
}

/// Crossings and points along suitable roads inside the areas; with them, how many crossings inside have no such road.
fn points_along(
    network: &RoadNetwork,
    how: &GenerateSection,
    inside: &dyn Fn(Coord<f64>) -> bool,
) -> (Vec<Point>, usize) {
    let mut ends = vec![0u32; network.node_count()];
    let mut all = vec![0u32; network.node_count()];
    let mut leaving: Vec<Vec<f64>> = vec![Vec::new(); network.node_count()];
    let mut points = Vec::new();
    for id in network.edges() {
        let edge = network.edge(id);
        let here = suitable(network, how, &edge.class.0) && !edge.tunnel;
        for (node, line) in [
            (edge.ends.0, [0, 1]),
            (edge.ends.1, [edge.line.len().saturating_sub(1), edge.line.len().saturating_sub(2)]),
        ] {
            let at = node.0 as usize;
            if let (Some(count), Some(a), Some(b)) = (all.get_mut(at), edge.line.get(line[0]), edge.line.get(line[1])) {
                *count += 1;
                leaving[at].push(bearing(*a, *b));
            }
            if let Some(count) = ends.get_mut(at).filter(|_| here) {
                *count += 1;
            }
        }
        if !here {
            continue;
        }
        let parts = (edge.length.0 / how.every_m).floor();
        if (2.0..1e7).contains(&parts) && !edge.bridge {
            let step = edge.length.0 / parts;
            let found = along(edge.line, step, parts as usize).into_iter().filter(|(at, _)| inside(*at));
            points.extend(found.map(|(at, b)| Point { at, roads: 0, bearings: vec![b, b + 180.0] }));
        }
    }
    let mut no_frontage = 0;
    for node in network.nodes() {
        let at = node.0 as usize;
        let position = network.position(node);
        if all[at] < 3 || !inside(position) {
            continue;
        }
        if ends[at] >= 3 {
            points.push(Point { at: position, roads: ends[at], bearings: std::mem::take(&mut leaving[at]) });
        } else if ends[at] == 0 {
            no_frontage += 1;
        }
    }
    (points, no_frontage)
}

/// The points at 1, 2, … (parts − 1) steps from the start of a line, with the direction of the road there.
fn along(line: &[Coord<f64>], step: f64, parts: usize) -> Vec<(Coord<f64>, f64)> {
    let mut points = Vec::new();
    let (mut next, mut done) = (1usize, 0.0);
    for pair in line.windows(2) {
        let length = metres(pair[0], pair[1]);
        while next < parts && step * next as f64 <= done + length {
            let share = if length > 0.0 { ((step * next as f64 - done) / length).clamp(0.0, 1.0) } else { 0.0 };
            let mix = |a: f64, b: f64| ((a + (b - a) * share) * 1e7).round() / 1e7;
            let at = Coord { x: mix(pair[0].x, pair[1].x), y: mix(pair[0].y, pair[1].y) };
            points.push((at, bearing(pair[0], pair[1])));
            next += 1;
        }
        done += length;
    }
    points
}

/// Takes points in order, leaving out those nearer than `every` metres to one already taken.
fn thin(points: &[Point], every: f64) -> Vec<Point> {
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
            kept.push(point.clone());
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
        assert!((points[0].0.x - 112.003_333_3).abs() < 2e-7 && (points[1].0.x - 112.006_666_7).abs() < 2e-7);
        assert!(points.iter().all(|p| (p.1 - 90.0).abs() < 1e-6));
    }

    #[test]
    fn thinning_keeps_the_larger_crossings() {
        let at = |x: f64| Coord { x, y: 33.0 };
        let points = [
            Point { at: at(112.001), roads: 4, bearings: vec![] },
            Point { at: at(112.0), roads: 3, bearings: vec![] },
            Point { at: at(112.01), roads: 0, bearings: vec![] },
        ];
        let kept: Vec<_> = thin(&points, 200.0).iter().map(|p| p.at).collect();
        assert_eq!(kept, [at(112.001), at(112.01)]);
    }

    #[test]
    fn a_setback_keeps_its_distance_from_every_road() {
        // A T crossing, roads to the east, west and north: the widest gap lies south.
        let point = Point { at: Coord { x: 112.0, y: 33.0 }, roads: 3, bearings: vec![90.0, 270.0, 0.0] };
        let moved = point.set_back(15.0).unwrap();
        assert!((metres(point.at, moved.at) - 15.0).abs() < 0.1, "{:?}", moved.at);
        assert!(moved.at.y < point.at.y && (moved.at.x - point.at.x).abs() < 1e-7);
        // A square crossing: in a quarter, 15 m from both roads, so 15 m × √2 from their middle.
        let cross = Point { at: point.at, roads: 4, bearings: vec![0.0, 90.0, 180.0, 270.0] };
        let moved = cross.set_back(15.0).unwrap();
        assert!((metres(cross.at, moved.at) - 15.0 * 2f64.sqrt()).abs() < 0.1);
    }

    #[test]
    fn too_many_candidates_are_named_with_a_round_distance() {
        let how = GenerateSection { every_m: 1.0, ..GenerateSection::default() };
        let told = too_many(&how, 27_144_000, 27.1).to_string();
        assert!(told.contains("27144000") && told.contains("every_m = 100"), "{told}");
    }
}
