//! To which built-up area a station belongs: the one it lies in, else the nearest by road within the tolerance.

use firesite_model::{Coord, Finding, KilometresPerHour, Metres, Place, Severity, TravelTime};
use firesite_network::{Origin, Snapped, TravelTimes};
use geo::{BoundingRect, Intersects};
use geo_types::{Coord as Point, LineString, MultiPolygon, Rect};
use rayon::prelude::*;

use crate::areas::{AreaIndex, metres_to};
use crate::codes;
use crate::study::Base;

/// At this speed a millisecond is a centimetre, so that times are lengths.
const TEN_METRES_A_SECOND: KilometresPerHour = KilometresPerHour(36.0);

/// The built-up area of each position; of several that hold it, the smallest.
pub(crate) struct Homes<'a> {
    index: AreaIndex<'a>,
    outlines: Vec<&'a MultiPolygon<f64>>,
    sizes: Vec<f64>,
}

impl<'a> Homes<'a> {
    pub(crate) fn new(outlines: Vec<&'a MultiPolygon<f64>>) -> Self {
        let sizes = outlines.iter().map(|o| firesite_coverage::polygons::area(o).0).collect();
        Self { index: AreaIndex::new(outlines.iter().copied()), outlines, sizes }
    }

    /// The smallest area that holds the position.
    pub(crate) fn holding(&self, position: Coord<f64>) -> Option<usize> {
        self.index.holding(position).min_by(|a, b| self.sizes[*a].total_cmp(&self.sizes[*b]).then(a.cmp(b)))
    }

    /// The home of each position: the area that holds it, else the nearest by road within the tolerance.
    pub(crate) fn of(
        &self,
        base: &Base,
        positions: &[(Coord<f64>, Option<Snapped>)],
        tolerance: Metres,
        findings: &mut Vec<Finding>,
    ) -> Vec<Option<usize>> {
        let mut homes: Vec<Option<usize>> = positions.par_iter().map(|(at, _)| self.holding(*at)).collect();
        let outside: Vec<(usize, Vec<usize>)> = positions
            .iter()
            .enumerate()
            .filter(|(at, _)| homes[*at].is_none())
            .map(|(at, (position, _))| (at, self.near(*position, tolerance)))
            .filter(|(_, near)| !near.is_empty())
            .collect();
        if outside.is_empty() {
            return homes;
        }
        let Some(lengths) = lengths(base) else {
            findings.push(Finding::new(
                codes::STRAIGHT_LINE,
                Severity::Warning,
                Place::default().layer("roads"),
                format!(
                    "{} places lie outside but near a built-up area, and a graph of plain arcs has no lengths",
                    outside.len()
                ),
                "the straight line decides whether they belong to it; roads with geometry would tell the way",
            ));
            for (at, near) in outside {
                let position = positions[at].0;
                homes[at] = near.into_iter().min_by(|a, b| {
                    metres_to(position, self.outlines[*a])
                        .total_cmp(&metres_to(position, self.outlines[*b]))
                        .then(a.cmp(b))
                });
            }
            return homes;
        };
        let limit = TEN_METRES_A_SECOND.time(tolerance);
        let found: Vec<(usize, Option<usize>)> = outside
            .par_iter()
            .map_init(
                || lengths.search(),
                |search, (at, near)| {
                    let Some(mut place) = positions[*at].1 else { return (*at, None) };
                    place.access = TEN_METRES_A_SECOND.time(place.distance);
                    let field = search.run(&[Origin { place: &place, offset: TravelTime::ZERO }], Some(limit));
                    let mut pieces = Vec::new();
                    let mut best: Option<(TravelTime, usize)> = None;
                    for edge in field.reached_edges() {
                        field.pieces(edge, &mut pieces);
                        let line = base.network.edge(edge).line;
                        for piece in &pieces {
                            let part = part_of(line, piece.from, piece.to);
                            for &area in near {
                                if let Some(share) =
                                    first_inside(&part, self.outlines[area], piece.time_from <= piece.time_to)
                                {
                                    let (from, to) =
                                        (f64::from(piece.time_from.as_millis()), f64::from(piece.time_to.as_millis()));
                                    let length = TravelTime::millis((from + (to - from) * share) as u32);
                                    best = Some(best.map_or((length, area), |b| b.min((length, area))));
                                }
                            }
                        }
                    }
                    (*at, best.map(|b| b.1))
                },
            )
            .collect();
        for (at, home) in found {
            homes[at] = home;
        }
        homes
    }

    /// Areas within the tolerance in a straight line, ascending.
    fn near(&self, position: Coord<f64>, tolerance: Metres) -> Vec<usize> {
        (0..self.outlines.len()).filter(|a| metres_to(position, self.outlines[*a]) <= tolerance.0 * 1.005).collect()
    }
}

/// Times that are lengths: 10 m a second on every road the vehicle drives, turns free. `None` for plain arcs.
fn lengths(base: &Base) -> Option<TravelTimes> {
    if base.network.is_plain_arcs() {
        return None;
    }
    let mut profile = base.checked.loaded.layers.profile.clone()?;
    for speed in profile.speed.values_mut() {
        *speed = TEN_METRES_A_SECOND;
    }
    profile.turns = firesite_network::TurnCosts::default();
    profile.respect_maxspeed = false;
    base.network.times(&profile).ok().map(|read| read.value)
}

/// The part of a line between two shares of its length.
fn part_of(line: &[Point<f64>], from: f64, to: f64) -> Vec<Point<f64>> {
    let lengths: Vec<f64> = line.windows(2).map(|p| crate::areas::metres(p[0], p[1])).collect();
    let whole: f64 = lengths.iter().sum();
    let (start, end) = (from * whole, to * whole);
    let mut part = Vec::new();
    let mut done = 0.0;
    for (pair, length) in line.windows(2).zip(&lengths) {
        let (low, high) = (done, done + length);
        done = high;
        if high < start || low > end || *length <= 0.0 {
            continue;
        }
        let at = |metres: f64| {
            let share = ((metres - low) / length).clamp(0.0, 1.0);
            Point { x: pair[0].x + (pair[1].x - pair[0].x) * share, y: pair[0].y + (pair[1].y - pair[0].y) * share }
        };
        if part.is_empty() {
            part.push(at(start.max(low)));
        }
        part.push(at(end.min(high)));
    }
    part
}

/// Where along a line (0 to 1) an area is first met, to a 64th of its length; from its end when `forward` is false.
fn first_inside(line: &[Point<f64>], area: &MultiPolygon<f64>, forward: bool) -> Option<f64> {
    if line.len() < 2 {
        return None;
    }
    let string = LineString(line.to_vec());
    let box_of_line: Option<Rect<f64>> = string.bounding_rect();
    let box_of_area = area.bounding_rect()?;
    if !box_of_line.is_some_and(|b| b.intersects(&box_of_area)) || !string.intersects(area) {
        return None;
    }
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..6 {
        let middle = f64::midpoint(low, high);
        let part = if forward { part_of(line, 0.0, middle) } else { part_of(line, 1.0 - middle, 1.0) };
        if part.len() >= 2 && LineString(part).intersects(area) { high = middle } else { low = middle }
    }
    Some(if forward { high } else { 1.0 - high })
}
