//! District outlines: the cells (Voronoi) of seats and known places, merged by district. Where nothing is known the land
//! ends: points strewn outside the reach of every seat bound the outer cells.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    dice::Dice,
    facts::Facts,
    plane::{Micro, Point, Shape, along, distance, micro, unmicro},
};

/// Points outside keep this many radii of the disc of a seat's known area from it; the border lies half way.
const REACH: f64 = 1.85;
/// And so far from every known place, metres.
const PLACE_REACH: f64 = 18_000.0;
/// Distance of the points outside, metres.
const OUTSIDE: f64 = 9_000.0;

/// Known places with the district they belong to.
pub fn known_places(facts: &Facts, district_of: &BTreeMap<String, usize>) -> Vec<(Point, usize)> {
    let mut places: Vec<(Point, usize)> = facts.seats.iter().enumerate().map(|(d, s)| (s.at, d)).collect();
    places.extend(facts.points.iter().filter_map(|(code, (at, _, _))| Some((*at, *district_of.get(code)?))));
    places
}

/// A district whose cells hold less than this share of its known area gets an anchor.
const LEAST_SHARE: f64 = 0.6;

/// The outlines. Where nothing but the seat is known of a district and its cells stay far below its known area, an anchor
/// is added: the emptiest spot within 1.5 radii of the seat. Returns the shapes and the number of anchors.
pub fn draw_anchored(facts: &Facts, mut places: Vec<(Point, usize)>) -> (Vec<Shape>, usize) {
    let known = places.len();
    loop {
        let shapes = draw(facts, &places);
        let short = (0..shapes.len()).find(|&d| shapes[d].area() < LEAST_SHARE * facts.seats[d].area_km2 * 1e6);
        let Some(d) = short.filter(|_| places.len() < known + 8) else { return (shapes, places.len() - known) };
        let (seat, reach) = (facts.seats[d].at, 1.5 * (facts.seats[d].area_km2 * 1e6 / std::f64::consts::PI).sqrt());
        let steps = (-20..=20).map(|k| f64::from(k) * reach / 20.0);
        let spots = steps
            .clone()
            .flat_map(|x| steps.clone().map(move |y| [seat[0] + x, seat[1] + y]))
            .filter(|p| distance(*p, seat) <= reach);
        let room = |p: &Point| places.iter().map(|(q, _)| distance(*q, *p)).fold(f64::INFINITY, f64::min);
        let best = spots.map(|p| (room(&p), p)).max_by(|a, b| a.0.total_cmp(&b.0)).map_or(seat, |b| b.1);
        places.push((best, d));
    }
}

/// One shape per seat, in the order of the seats.
fn draw(facts: &Facts, places: &[(Point, usize)]) -> Vec<Shape> {
    let outside = facts.seats.len();
    let mut sites = places.to_vec();
    let mut dice = Dice::of("outside");
    let steps = -26_i32..=26;
    for i in steps.clone() {
        for j in steps.clone() {
            let p = [
                f64::from(i) * OUTSIDE + dice.between(-2_000.0, 2_000.0),
                f64::from(j) * OUTSIDE + dice.between(-2_000.0, 2_000.0),
            ];
            let free = facts
                .seats
                .iter()
                .all(|s| distance(s.at, p) > REACH * (s.area_km2 * 1e6 / std::f64::consts::PI).sqrt());
            if free && places.iter().all(|(q, _)| distance(*q, p) > PLACE_REACH) {
                sites.push((p, outside));
            }
        }
    }
    let cells: Vec<Vec<Point>> = (0..sites.len()).map(|i| cell(&sites, i)).collect();
    merge(&sites, &cells, outside)
}

/// The part of the plane nearer to site i than to any other, counter-clockwise.
fn cell(sites: &[(Point, usize)], i: usize) -> Vec<Point> {
    let p = sites[i].0;
    let far = 600_000.0;
    let mut ring = vec![[-far, -far], [far, -far], [far, far], [-far, far]];
    for (q, _) in sites.iter().filter(|(q, _)| *q != p) {
        let (middle, normal) = (along(p, *q, 0.5), [q[0] - p[0], q[1] - p[1]]);
        let side = |v: Point| (v[0] - middle[0]) * normal[0] + (v[1] - middle[1]) * normal[1];
        let mut kept = Vec::with_capacity(ring.len() + 1);
        for k in 0..ring.len() {
            let (a, b) = (ring[k], ring[(k + 1) % ring.len()]);
            let (sa, sb) = (side(a), side(b));
            if sa <= 0.0 {
                kept.push(a);
            }
            if (sa < 0.0 && sb > 0.0) || (sa > 0.0 && sb < 0.0) {
                kept.push(along(a, b, sa / (sa - sb)));
            }
        }
        ring = kept;
    }
    ring
}

/// Cells share their corners to the last digit, so the outlines tile: an edge is dropped when the same district lies on
/// both sides, and what is left closes to rings.
fn merge(sites: &[(Point, usize)], cells: &[Vec<Point>], outside: usize) -> Vec<Shape> {
    let mut corners: Vec<Micro> = Vec::new();
    let mut owner: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for (site, ring) in sites.iter().zip(cells) {
        let mut ids: Vec<usize> = Vec::new();
        for &p in ring.iter().filter(|p| p[0].abs() < 500_000.0 && p[1].abs() < 500_000.0) {
            let m = micro(p);
            // The same corner, computed from another cell, may differ in the last digit.
            let id =
                corners.iter().position(|c| (c.0 - m.0).abs() <= 3 && (c.1 - m.1).abs() <= 3).unwrap_or_else(|| {
                    corners.push(m);
                    corners.len() - 1
                });
            if ids.last() != Some(&id) {
                ids.push(id);
            }
        }
        for k in 0..ids.len() {
            if ids[k] != ids[(k + 1) % ids.len()] {
                owner.insert((ids[k], ids[(k + 1) % ids.len()]), site.1);
            }
        }
    }
    (0..outside)
        .map(|district| {
            let mut next: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
            for (&(a, b), _) in
                owner.iter().filter(|(e, o)| **o == district && owner.get(&(e.1, e.0)) != Some(&district))
            {
                next.entry(a).or_default().insert(b);
            }
            let mut rings = Vec::new();
            while let Some((&start, _)) = next.first_key_value() {
                let (mut ring, mut at) = (Vec::new(), start);
                while let Some(ends) = next.get_mut(&at) {
                    ring.push(corners[at]);
                    let to = ends.pop_first();
                    if ends.is_empty() {
                        next.remove(&at);
                    }
                    match to {
                        Some(to) => at = to,
                        None => break,
                    }
                }
                rings.push(ring);
            }
            Shape::of_rings(rings)
        })
        .collect()
}

/// How many places lie outside their own outline: (outside, all).
pub fn misplaced(shapes: &[Shape], places: &[(Micro, usize)]) -> (usize, usize) {
    (places.iter().filter(|(m, d)| !shapes[*d].contains(unmicro(*m))).count(), places.len())
}
