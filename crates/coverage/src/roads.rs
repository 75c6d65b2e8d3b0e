//! Lengths of road by area and time, and the road map of first arrivals.

use firesite_model::{Coord, Metres, RoadClass, TravelTime};
use firesite_network::{EdgeId, Piece, RoadNetwork, TravelTimes};
use geo_types::{LineString, MultiPolygon};

use crate::lattice::Plane;
use crate::located::origins;
use crate::polygons::{to_degrees, to_units};
use crate::reached::{Reached, time_in};
use crate::{Located, Locator};

/// Length of road in one area.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RoadLength {
    /// All roads, each once.
    pub total: Metres,
    /// Reached within the limit.
    pub covered: Metres,
}

/// Longest part of a road that is put into one area as a whole.
const PART_M: f64 = 250.0;

/// Which part of which edge lies in which area, made once for a network and a list of areas.
#[derive(Clone, Debug, Default)]
pub struct RoadAreas {
    /// By edge and share; neighbours in the same area are one.
    parts: Vec<Part>,
    areas: usize,
}

#[derive(Clone, Copy, Debug)]
struct Part {
    edge: u32,
    from: f64,
    to: f64,
    area: Option<u32>,
}

impl RoadAreas {
    /// Cuts every edge into straight parts of at most 250 m and puts each part into the first area that holds its middle.
    pub fn new(network: &RoadNetwork, areas: &[&MultiPolygon<f64>]) -> Self {
        let locator = Locator::new(areas.iter().copied());
        let mut parts: Vec<Part> = Vec::new();
        for edge in network.edges() {
            let shape = Shape::of(network, edge);
            for (pair, shares) in shape.line.windows(2).zip(shape.shares.windows(2)) {
                let count = ((shares[1] - shares[0]) * shape.length / PART_M).ceil().clamp(1.0, 1e6);
                for k in 0..count as u32 {
                    let (from, to) = (f64::from(k) / count, f64::from(k + 1) / count);
                    let middle = between(pair[0], pair[1], f64::midpoint(from, to));
                    let share = |part: f64| shares[0] + part * (shares[1] - shares[0]);
                    let area = locator.first(middle).map(|at| at as u32);
                    match parts.last_mut() {
                        Some(last) if last.edge == edge.0 && last.area == area => last.to = share(to),
                        _ => parts.push(Part { edge: edge.0, from: share(from), to: share(to), area }),
                    }
                }
            }
        }
        Self { parts, areas: areas.len() }
    }
}

/// Length of road in the whole network and in each area, and how much of it is reached within the limit.
pub fn road_lengths(
    times: &TravelTimes,
    stations: &[Located],
    limit: TravelTime,
    areas: &RoadAreas,
) -> (RoadLength, Vec<RoadLength>) {
    let (origins, _) = origins(stations);
    let mut search = times.search();
    let reached = Reached::of(&search.run(&origins, Some(limit)), times.network());
    let network = times.network();
    let mut whole = RoadLength::default();
    for edge in network.edges() {
        let length = network.edge(edge).length;
        whole.total = whole.total + length;
        whole.covered = whole.covered + length * reached_share(reached.pieces(edge.0), limit, 0.0, 1.0);
    }
    let mut by_area = vec![RoadLength::default(); areas.areas];
    for part in &areas.parts {
        let Some(sum) = part.area.and_then(|area| by_area.get_mut(area as usize)) else { continue };
        let length = network.edge(EdgeId(part.edge)).length;
        sum.total = sum.total + length * (part.to - part.from);
        sum.covered = sum.covered + length * reached_share(reached.pieces(part.edge), limit, part.from, part.to);
    }
    (whole, by_area)
}

/// Share of the edge between two positions that is reached within the limit.
fn reached_share(pieces: &[Piece], limit: TravelTime, from: f64, to: f64) -> f64 {
    pieces.iter().filter_map(|piece| within(piece, limit)).map(|(a, b)| (b.min(to) - a.max(from)).max(0.0)).sum()
}

/// The part of a piece that is reached within the limit.
fn within(piece: &Piece, limit: TravelTime) -> Option<(f64, f64)> {
    let [from, to] = [piece.time_from, piece.time_to].map(|t| f64::from(t.as_millis()));
    let limit = f64::from(limit.as_millis());
    let cut = || piece.from + (limit - from) / (to - from) * (piece.to - piece.from);
    match (from <= limit, to <= limit) {
        (true, true) => Some((piece.from, piece.to)),
        (true, false) => Some((piece.from, cut())),
        (false, true) => Some((cut(), piece.to)),
        (false, false) => None,
    }
}

/// Length of road for which each station is first, in the order of the stations; `keep` says which stations count on
/// a part of an edge in an area.
pub(crate) fn owned_lengths(
    network: &RoadNetwork,
    reached: &Reached,
    station_of: &[usize],
    within: Option<(&RoadAreas, Option<u32>)>,
    owned: &mut [Metres],
) {
    let mut add = |edge: EdgeId, pieces: &[Piece], from: f64, to: f64| {
        let length = network.edge(edge).length;
        for piece in pieces {
            let share = (piece.to.min(to) - piece.from.max(from)).max(0.0);
            if let Some(sum) = station_of.get(piece.origin).and_then(|&station| owned.get_mut(station)) {
                *sum = *sum + length * share;
            }
        }
    };
    match within {
        None => reached.iter().for_each(|(edge, pieces)| add(edge, pieces, 0.0, 1.0)),
        Some((areas, area)) => {
            for part in areas.parts.iter().filter(|part| part.area == area) {
                add(EdgeId(part.edge), reached.pieces(part.edge), part.from, part.to);
            }
        }
    }
}

/// A stretch of road reached within one band by one station.
#[derive(Clone, Debug, PartialEq)]
pub struct RoadByTime {
    /// The edge it is part of.
    pub edge: EdgeId,
    /// Geometry along the edge, seven decimals.
    pub line: LineString<f64>,
    /// Arrival at its later end.
    pub time: TravelTime,
    /// Position of the station that is first there.
    pub station: usize,
    /// `highway`.
    pub class: RoadClass,
}

/// The roads reached within the last band, cut where a band ends and where the first-due station changes. In the order of
/// the edges and along them.
pub fn roads_by_time(times: &TravelTimes, stations: &[Located], bands: &[TravelTime]) -> Vec<RoadByTime> {
    let (origins, station_of) = origins(stations);
    let mut bands = bands.to_vec();
    bands.sort_unstable();
    bands.dedup();
    let Some(&last) = bands.last() else { return Vec::new() };
    let mut search = times.search();
    let reached = Reached::of(&search.run(&origins, Some(last)), times.network());
    let network = times.network();
    let mut roads = Vec::new();
    for (edge, pieces) in reached.iter() {
        let shape = Shape::of(network, edge);
        for stretch in stretches(pieces, &bands) {
            let Some(&station) = station_of.get(stretch.origin) else { continue };
            let line = shape.between(stretch.from, stretch.to);
            if line.0.len() < 2 {
                continue;
            }
            roads.push(RoadByTime {
                edge,
                line,
                time: TravelTime::millis(stretch.time),
                station,
                class: network.edge(edge).class.clone(),
            });
        }
    }
    roads
}

/// A stretch within one band and of one origin.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Stretch {
    from: f64,
    to: f64,
    /// The later of the arrivals at its ends, and at a bend within.
    time: u32,
    band: usize,
    origin: usize,
}

fn stretches(pieces: &[Piece], bands: &[TravelTime]) -> Vec<Stretch> {
    let mut found: Vec<Stretch> = Vec::new();
    for piece in pieces {
        let mut cuts = vec![piece.from];
        let inner = bands.iter().filter_map(|&band| match within(piece, band)? {
            (from, to) if from > piece.from => Some((from, to).0),
            (_, to) if to < piece.to => Some(to),
            _ => None,
        });
        let mut inner: Vec<f64> = inner.filter(|&cut| cut > piece.from && cut < piece.to).collect();
        inner.sort_by(f64::total_cmp);
        cuts.extend(inner);
        cuts.push(piece.to);
        for pair in cuts.windows(2) {
            let middle = time_in(piece, f64::midpoint(pair[0], pair[1]));
            let band = bands.partition_point(|band| band.as_millis() < middle);
            if band == bands.len() || pair[0] >= pair[1] {
                continue;
            }
            // Rounding may carry an end a millisecond past its band.
            let time = time_in(piece, pair[0]).max(time_in(piece, pair[1])).min(bands[band].as_millis());
            match found.last_mut() {
                Some(last) if last.band == band && last.origin == piece.origin && last.to >= pair[0] => {
                    last.to = pair[1];
                    last.time = last.time.max(time);
                }
                _ => found.push(Stretch { from: pair[0], to: pair[1], time, band, origin: piece.origin }),
            }
        }
    }
    found
}

/// An edge's geometry with the share of its length at every point.
struct Shape<'a> {
    line: &'a [Coord<f64>],
    shares: Vec<f64>,
    length: f64,
}

impl<'a> Shape<'a> {
    fn of(network: &'a RoadNetwork, edge: EdgeId) -> Self {
        let edge = network.edge(edge);
        let plane = Plane::around(edge.line.first().copied().unwrap_or_default());
        let mut along = vec![0.0];
        let mut sum = 0.0;
        for pair in edge.line.windows(2) {
            sum += plane.distance(pair[0], pair[1]);
            along.push(sum);
        }
        let shares = along.iter().map(|&at| if sum > 0.0 { at / sum } else { 0.0 }).collect();
        Self { line: edge.line, shares, length: edge.length.0 }
    }

    fn at(&self, share: f64) -> Coord<f64> {
        let next = self.shares.partition_point(|&s| s < share).clamp(1, self.line.len().max(2) - 1);
        let (Some(&a), Some(&b)) = (self.line.get(next - 1), self.line.get(next)) else {
            return self.line.first().copied().unwrap_or_default();
        };
        let width = self.shares[next] - self.shares[next - 1];
        between(a, b, if width > 0.0 { ((share - self.shares[next - 1]) / width).clamp(0.0, 1.0) } else { 0.0 })
    }

    /// The line between two shares, on the grid; fewer than two points where it is shorter than a grid unit.
    fn between(&self, from: f64, to: f64) -> LineString<f64> {
        let mut points = vec![self.at(from)];
        points
            .extend(self.line.iter().zip(&self.shares).filter(|&(_, &s)| s > from && s < to).map(|(&point, _)| point));
        points.push(self.at(to));
        let mut rounded: Vec<Coord<f64>> =
            points.iter().map(|p| Coord { x: to_degrees(to_units(p.x)), y: to_degrees(to_units(p.y)) }).collect();
        rounded.dedup();
        LineString(rounded)
    }
}

fn between(a: Coord<f64>, b: Coord<f64>, part: f64) -> Coord<f64> {
    Coord { x: a.x + part * (b.x - a.x), y: a.y + part * (b.y - a.y) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(from: f64, to: f64, times: [u32; 2], origin: usize) -> Piece {
        let [time_from, time_to] = times.map(TravelTime::millis);
        Piece { from, to, time_from, time_to, origin }
    }

    #[test]
    fn stretches_end_at_bands_and_where_the_owner_changes() {
        let pieces = [piece(0.0, 0.5, [0, 100], 0), piece(0.5, 1.0, [100, 50], 1)];
        let bands = [60, 100].map(TravelTime::millis);
        let found: Vec<(f64, f64, u32, usize)> =
            stretches(&pieces, &bands).iter().map(|s| (s.from, s.to, s.time, s.origin)).collect();
        assert_eq!(found, [(0.0, 0.3, 60, 0), (0.3, 0.5, 100, 0), (0.5, 0.9, 100, 1), (0.9, 1.0, 60, 1)]);
    }

    #[test]
    fn what_lies_beyond_the_last_band_is_left_out() {
        let found = stretches(&[piece(0.0, 1.0, [0, 100], 0)], &[TravelTime::millis(50)]);
        assert_eq!(found, [Stretch { from: 0.0, to: 0.5, time: 50, band: 0, origin: 0 }]);
    }

    #[test]
    fn the_reached_share_ends_within_a_piece() {
        let pieces = [piece(0.0, 0.5, [0, 100], 0), piece(0.5, 1.0, [100, 0], 0)];
        assert!((reached_share(&pieces, TravelTime::millis(25), 0.0, 1.0) - 0.25).abs() < 1e-12);
        assert!((reached_share(&pieces, TravelTime::millis(100), 0.2, 0.6) - 0.4).abs() < 1e-12);
    }
}
