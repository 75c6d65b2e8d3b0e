//! Contours of a sheet: one valid multipolygon per limit, each inside the next.
//!
//! Marching squares on whole grid units. A contour crosses a lattice edge between a point that is reached within the
//! limit and one that is not, strictly between the two; within a cell crossings are joined by straight lines; where
//! two opposite corners are reached, each is cut off for itself. So rings never touch, and since a crossing only moves
//! outward as the limit grows, every polygon lies inside that of a larger limit, on the grid, without any repair.

use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use rustc_hash::FxHashMap;

use crate::lattice::{TILE, TileId};
use crate::polygons::to_degrees;
use crate::sheet::{NEVER, Sheet};
use crate::sleeve::{Gate, shorten};

/// A gap this many times steeper than an access leg is no slope but a jump from one road to another.
const JUMP: f64 = 3.0;
/// Slope (milliseconds per metre) from which jumps are told where there is no access leg: 15 km/h.
const PLAIN_PACE: f64 = 240.0;
/// A shortened contour may pass a lattice edge this share of its length from the true crossing.
pub(crate) const SLACK: i32 = 8;
/// Crossings keep this share of a lattice edge from both its ends.
const KEEP_OFF: f64 = 1.0 / 16.0;

/// One straight line through one cell, what is inside to its left.
struct Step {
    from: u64,
    to: u64,
    gate: Gate,
}

/// A lattice edge: its lower end and direction (0 east, 1 north).
pub(crate) fn edge_key(i: i32, j: i32, direction: u64) -> u64 {
    // A lattice has fewer than 2^25 columns and rows to each side, so 31 bits hold a number.
    let biased = |v: i32| (i64::from(v) + (1 << 30)) as u64;
    (biased(j) << 32) | (biased(i) << 1) | direction
}

/// The polygons of these limits (milliseconds, ascending, no two equal).
pub(crate) fn polygons(sheet: &Sheet, limits: &[u32]) -> Vec<MultiPolygon<f64>> {
    let mut steps: Vec<Vec<Step>> = limits.iter().map(|_| Vec::new()).collect();
    let mut cells: Vec<TileId> =
        sheet.tiles.iter().flat_map(|&(i, j)| [(i, j), (i - 1, j), (i, j - 1), (i - 1, j - 1)]).collect();
    cells.sort_unstable();
    cells.dedup();
    for tile in cells {
        march(sheet, tile, limits, &mut steps);
    }
    limits.iter().zip(steps).map(|(&limit, steps)| assemble(sheet, limit, steps)).collect()
}

const WIDTH: usize = TILE as usize + 1;

/// The lattice points of a tile and the first row and column of its neighbours.
struct Window {
    times: [u32; WIDTH * WIDTH],
    distances: [f32; WIDTH * WIDTH],
}

impl Window {
    fn of(sheet: &Sheet, tile: TileId) -> Self {
        let mut window = Self { times: [NEVER; WIDTH * WIDTH], distances: [f32::INFINITY; WIDTH * WIDTH] };
        for (di, dj) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
            let Some(at) = sheet.tile((tile.0 + di, tile.1 + dj)) else { continue };
            let times = sheet.times_of(at);
            let columns = if di == 0 { 0..TILE as usize } else { 0..1 };
            for row in if dj == 0 { 0..TILE as usize } else { 0..1 } {
                for column in columns.clone() {
                    let slot = row * TILE as usize + column;
                    let place = (row + dj as usize * TILE as usize) * WIDTH + column + di as usize * TILE as usize;
                    window.times[place] = times[slot];
                    window.distances[place] = sheet.distance_of(at, slot);
                }
            }
        }
        window
    }
}

fn march(sheet: &Sheet, tile: TileId, limits: &[u32], steps: &mut [Vec<Step>]) {
    let (Some(&shortest), Some(&longest)) = (limits.first(), limits.last()) else { return };
    let window = Window::of(sheet, tile);
    let least = window.times.iter().min().copied().unwrap_or(NEVER);
    let most = window.times.iter().max().copied().unwrap_or(NEVER);
    if least > longest || most <= shortest {
        return;
    }
    for row in 0..TILE as usize {
        for column in 0..TILE as usize {
            let place = row * WIDTH + column;
            // Corners anticlockwise from the south-west.
            let corners = [place, place + 1, place + WIDTH + 1, place + WIDTH];
            let times = corners.map(|c| window.times[c]);
            let (least, most) =
                (times.iter().min().copied().unwrap_or(NEVER), times.iter().max().copied().unwrap_or(NEVER));
            if least > longest || most <= shortest {
                continue;
            }
            let cell = (tile.0 * TILE + column as i32, tile.1 * TILE + row as i32);
            for (level, &limit) in limits.iter().enumerate() {
                if least > limit || most <= limit {
                    continue;
                }
                let mask = times.iter().enumerate().fold(0usize, |mask, (k, &t)| mask | usize::from(t <= limit) << k);
                let saddle = mask == 5 || mask == 10;
                for &(from, to) in LINES[mask] {
                    let [p, q] = CORNERS_OF[from as usize].map(|c| corners[c]);
                    let ends = [p, q].map(|c| (window.times[c], f64::from(window.distances[c])));
                    let mut gate = gate(sheet, cell, from, ends, limits, level);
                    gate.pinned = saddle;
                    steps[level].push(Step { from: side_key(cell, from), to: side_key(cell, to), gate });
                }
            }
        }
    }
}

/// Sides of a cell.
const BOTTOM: u8 = 0;
const RIGHT: u8 = 1;
const TOP: u8 = 2;
const LEFT: u8 = 3;

/// The corners of each side (anticlockwise from the south-west), lower end first.
const CORNERS_OF: [[usize; 2]; 4] = [[0, 1], [1, 2], [3, 2], [0, 3]];

/// The lines of a cell by its reached corners (bit 0 south-west, then anticlockwise), what is reached to their left.
const LINES: [&[(u8, u8)]; 16] = [
    &[],
    &[(BOTTOM, LEFT)],
    &[(RIGHT, BOTTOM)],
    &[(RIGHT, LEFT)],
    &[(TOP, RIGHT)],
    &[(BOTTOM, LEFT), (TOP, RIGHT)],
    &[(TOP, BOTTOM)],
    &[(TOP, LEFT)],
    &[(LEFT, TOP)],
    &[(BOTTOM, TOP)],
    &[(RIGHT, BOTTOM), (LEFT, TOP)],
    &[(RIGHT, TOP)],
    &[(LEFT, RIGHT)],
    &[(BOTTOM, RIGHT)],
    &[(LEFT, BOTTOM)],
    &[],
];

/// Lower end and direction of a side.
pub(crate) fn side((i, j): (i32, i32), side: u8) -> (i32, i32, u64) {
    match side {
        BOTTOM => (i, j, 0),
        RIGHT => (i + 1, j, 1),
        TOP => (i, j + 1, 0),
        _ => (i, j, 1),
    }
}

pub(crate) fn side_key(cell: (i32, i32), which: u8) -> u64 {
    let (i, j, direction) = side(cell, which);
    edge_key(i, j, direction)
}

/// Where a level crosses a side, and the interval it may use: halfway to the neighbouring levels, at most an eighth of
/// the side. `ends` are time and distance at the lower and upper end.
fn gate(sheet: &Sheet, cell: (i32, i32), which: u8, ends: [(u32, f64); 2], limits: &[u32], level: usize) -> Gate {
    let (i, j, direction) = side(cell, which);
    let axis = direction as usize;
    let length = sheet.lattice.step[axis];
    let upward = ends[0].0 <= ends[1].0;
    let (inner, outer) = if upward { (ends[0], ends[1]) } else { (ends[1], ends[0]) };
    // Units from the inner end.
    let crossing = |limit: u32| {
        let part = part_reached(sheet, inner, outer, limit);
        (part.clamp(KEEP_OFF, 1.0 - KEEP_OFF) * f64::from(length)).round() as i32
    };
    let crosses = |k: usize| inner.0 <= limits[k] && limits[k] < outer.0;
    let at = crossing(limits[level]);
    let mut low = (at - length / SLACK).max(1);
    let mut high = (at + length / SLACK).min(length - 1);
    if level > 0 && crosses(level - 1) {
        let before = crossing(limits[level - 1]);
        low = low.max(if before < at { i32::midpoint(before, at) + 1 } else { at });
    }
    if level + 1 < limits.len() && crosses(level + 1) {
        let after = crossing(limits[level + 1]);
        high = high.min(if after > at { i32::midpoint(at, after) } else { at });
    }
    let corner = [i * sheet.lattice.step[0], j * sheet.lattice.step[1]];
    let place = |units: i32| {
        let mut place = corner;
        place[axis] += if upward { units } else { length - units };
        place
    };
    Gate { at: place(at), from: place(low.min(at)), to: place(high.max(at)), pinned: false }
}

/// The share of the way from a reached lattice point to one that is not, which is still reached. Never falls as the
/// limit grows.
fn part_reached(sheet: &Sheet, inner: (u32, f64), outer: (u32, f64), limit: u32) -> f64 {
    let length = sheet.lattice.height();
    let rise = f64::from(limit - inner.0) + 0.5;
    let pace = if sheet.pace > 0.0 { sheet.pace } else { PLAIN_PACE };
    let gap = if outer.0 == NEVER { f64::INFINITY } else { f64::from(outer.0 - inner.0) };
    if gap <= JUMP * pace * length {
        return rise / gap;
    }
    // A jump lies at the end of the longest access leg, or else halfway.
    let cut = if inner.1 <= sheet.reach && outer.1 > sheet.reach && outer.1.is_finite() {
        (sheet.reach - inner.1) / (outer.1 - inner.1)
    } else {
        0.5
    };
    if sheet.pace > 0.0 { cut.min(rise / (sheet.pace * length)) } else { cut }
}

/// Joins the lines to rings, shortens them, and puts holes into their shells.
fn assemble(sheet: &Sheet, limit: u32, mut steps: Vec<Step>) -> MultiPolygon<f64> {
    steps.sort_unstable_by_key(|step| step.from);
    let place: FxHashMap<u64, u32> = steps.iter().enumerate().map(|(at, step)| (step.from, at as u32)).collect();
    let mut ring_of = vec![u32::MAX; steps.len()];
    let mut rings: Vec<Ring> = Vec::new();
    for start in 0..steps.len() {
        if ring_of[start] != u32::MAX {
            continue;
        }
        let mut gates = Vec::new();
        let mut west = (i32::MAX, 0, 0);
        let mut at = start;
        loop {
            ring_of[at] = rings.len() as u32;
            let step = &steps[at];
            gates.push(step.gate);
            if step.from & 1 == 0 {
                west = west.min((step.gate.at[0], step.gate.at[1], at));
            }
            match place.get(&step.to) {
                Some(&next) if ring_of[next as usize] == u32::MAX => at = next as usize,
                _ => break,
            }
        }
        gates.push(gates[0]);
        let points = shorten(&gates);
        rings.push(Ring { anticlockwise: doubled_area(&points) > 0, points, west: west.2 });
    }
    // A hole's westernmost crossing has land to the west that ends at another ring: its shell, or a hole farther west.
    let parent = |ring: &Ring| -> Option<usize> {
        let key = steps.get(ring.west)?.from;
        let (mut i, j) = key_place(key);
        while sheet.time(i - 1, j) <= limit {
            i -= 1;
        }
        let crossing = place.get(&edge_key(i - 1, j, 0))?;
        Some(ring_of[*crossing as usize] as usize)
    };
    let mut shell: Vec<Option<usize>> = vec![None; rings.len()];
    let mut holes: Vec<usize> = (0..rings.len()).filter(|&r| !rings[r].anticlockwise).collect();
    holes.sort_by_key(|&r| steps[rings[r].west].gate.at);
    for hole in holes {
        shell[hole] = parent(&rings[hole]).and_then(|p| if rings[p].anticlockwise { Some(p) } else { shell[p] });
    }
    let mut parts: FxHashMap<usize, usize> = FxHashMap::default();
    let mut polygons: Vec<Polygon<f64>> = Vec::new();
    for (at, ring) in rings.iter().enumerate().filter(|(_, ring)| ring.anticlockwise) {
        parts.insert(at, polygons.len());
        polygons.push(Polygon::new(line(&ring.points), Vec::new()));
    }
    for (hole, ring) in rings.iter().enumerate().filter(|(_, ring)| !ring.anticlockwise) {
        if let Some(part) = shell[hole].and_then(|shell| parts.get(&shell)) {
            polygons[*part].interiors_push(line(&ring.points));
        }
    }
    MultiPolygon(polygons)
}

struct Ring {
    points: Vec<[i32; 2]>,
    anticlockwise: bool,
    /// The step that starts at the westernmost crossing of a lattice row.
    west: usize,
}

pub(crate) fn key_place(key: u64) -> (i32, i32) {
    let unbias = |v: u64| (v as i64 - (1 << 30)) as i32;
    (unbias((key & 0xffff_ffff) >> 1), unbias(key >> 32))
}

fn doubled_area(points: &[[i32; 2]]) -> i128 {
    points
        .windows(2)
        .map(|p| {
            let [a, b] = [p[0], p[1]].map(|c| c.map(i128::from));
            a[0] * b[1] - b[0] * a[1]
        })
        .sum()
}

pub(crate) fn line(points: &[[i32; 2]]) -> LineString<f64> {
    points.iter().map(|p| Coord { x: to_degrees(p[0]), y: to_degrees(p[1]) }).collect()
}

#[cfg(test)]
mod tests {
    use firesite_model::{KilometresPerHour, Metres, TravelTime};
    use firesite_network::{EdgeId, Piece};
    use geo::{Contains, Validation};
    use proptest::prelude::*;

    use super::*;
    use crate::ground::{Land, Segment};
    use crate::polygons::area;
    use crate::reached::Reached;

    const METRE: f64 = 1.0 / 111_195.079_7;

    /// A position some metres from (112, 0): on the equator a degree is a degree.
    fn at(x: f64, y: f64) -> Coord<f64> {
        Coord { x: 112.0 + x * METRE, y: y * METRE }
    }

    /// Straight roads with the times (ms) at both ends, as one edge each.
    fn contours(roads: &[([f64; 4], [u32; 2])], resolution: f64, reach: f64, limits: &[u32]) -> Vec<MultiPolygon<f64>> {
        let segments = roads
            .iter()
            .enumerate()
            .map(|(edge, (r, _))| Segment {
                edge: edge as u32,
                from: 0.0,
                to: 1.0,
                a: at(r[0], r[1]),
                b: at(r[2], r[3]),
            })
            .collect();
        let ends = (0..roads.len() as u32).map(|edge| [2 * edge, 2 * edge + 1]).collect();
        let land = Land::new(ends, segments, Metres(resolution), Metres(reach), KilometresPerHour(15.0));
        let reached = Reached::from_pieces(roads.iter().enumerate().map(|(edge, (_, t))| {
            let [time_from, time_to] = t.map(TravelTime::millis);
            (EdgeId(edge as u32), vec![Piece { from: 0.0, to: 1.0, time_from, time_to, origin: 0 }])
        }));
        let tiles = land.tiles_near(&reached, *limits.last().unwrap());
        polygons(&land.sheet(&reached, tiles), limits)
    }

    fn sound(bands: &[MultiPolygon<f64>]) {
        for polygon in bands {
            polygon.check_validation().unwrap();
        }
        for pair in bands.windows(2) {
            let outside = crate::polygons::difference(&pair[0], &pair[1]);
            assert!(outside.0.is_empty(), "not nested: {outside:?}");
        }
    }

    #[test]
    fn a_line_of_known_length_is_a_stadium() {
        // 1,000 m reached at once, 25 m of access leg left at 15 km/h. Degrees are 0.4 % apart from the sphere here.
        let (perimeter, wanted) = (2157.0, 1000.0 * 50.0 + std::f64::consts::PI * 25.0 * 25.0);
        for resolution in [10.0, 5.0, 2.5, 1.25] {
            let bands = contours(&[([0.0, 0.0, 1000.0, 0.0], [0, 0])], resolution, 500.0, &[6_000]);
            sound(&bands);
            let off = (area(&bands[0]).0 - wanted).abs();
            assert!(off < 0.15 * resolution * perimeter + 0.005 * wanted, "{off} off at {resolution} m");
        }
    }

    #[test]
    fn the_longest_access_leg_ends_the_polygon() {
        let bands = contours(&[([0.0, 0.0, 2000.0, 0.0], [0, 0])], 10.0, 200.0, &[600_000]);
        let wanted = 2000.0 * 400.0 + std::f64::consts::PI * 200.0 * 200.0;
        assert!((area(&bands[0]).0 / wanted - 1.0).abs() < 0.01, "{} against {wanted}", area(&bands[0]).0);
    }

    #[test]
    fn a_ring_road_keeps_its_hole_and_an_island_in_it() {
        let circle = |k: f64| {
            (1500.0 * (k / 40.0 * std::f64::consts::TAU).cos(), 1500.0 * (k / 40.0 * std::f64::consts::TAU).sin())
        };
        let mut roads: Vec<([f64; 4], [u32; 2])> = (0..40)
            .map(|k| {
                let (a, b) = (circle(f64::from(k)), circle(f64::from(k) + 1.0));
                ([a.0, a.1, b.0, b.1], [0, 0])
            })
            .collect();
        roads.push(([-50.0, 0.0, 50.0, 0.0], [0, 0]));
        let bands = contours(&roads, 25.0, 500.0, &[60_000]);
        sound(&bands);
        assert_eq!(bands[0].0.len(), 2);
        assert_eq!(bands[0].iter().map(|p| p.interiors().len()).sum::<usize>(), 1);
        assert!(bands[0].contains(&geo_types::Point(at(0.0, 0.0))));
        assert!(!bands[0].contains(&geo_types::Point(at(0.0, 700.0))));
        assert!(bands[0].contains(&geo_types::Point(at(0.0, 1450.0))));
    }

    #[test]
    fn a_reach_shorter_than_a_cell_is_a_small_polygon() {
        let bands = contours(&[([3.0, 4.0, 8.0, 9.0], [0, 1_000])], 30.0, 500.0, &[100, 1_000]);
        sound(&bands);
        assert!(bands[0].contains(&geo_types::Point(at(3.1, 4.1))));
        assert!(area(&bands[1]).0 < 10_000.0);
    }

    #[test]
    fn nobody_arrives_nowhere() {
        assert!(contours(&[([0.0, 0.0, 90.0, 0.0], [5_000, 6_000])], 25.0, 100.0, &[1_000])[0].0.is_empty());
    }

    proptest! {
        #[test]
        fn contours_are_valid_and_nested(
            roads in prop::collection::vec((prop::array::uniform4(-900.0..900.0f64), prop::array::uniform2(0u32..200_000)), 1..30),
            reach in 20.0..400.0f64,
            resolution in 10.0..60.0f64,
        ) {
            sound(&contours(&roads, resolution, reach, &[30_000, 31_000, 60_000, 120_000, 120_001]));
        }
    }
}
