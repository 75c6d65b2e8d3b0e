//! The open country: villages about their town, village roads, links to the skeleton, and all roads together.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Built,
    blocks::Area,
    dice::{Dice, split},
    facts::Facts,
    places::{Places, Town},
    plane::{Micro, Point, distance, micro, unmicro},
    roads::{Road, Skeleton, components, wind},
};

/// A village, or several together.
pub struct Village {
    pub id: String,
    pub district: usize,
    pub at: Micro,
    pub people: u64,
}

/// Roads and villages.
pub struct Country {
    pub roads: Vec<Road>,
    pub villages: Vec<Village>,
    pub notes: Vec<String>,
}

/// Ends of wide streets: where roads from outside arrive.
fn gates(streets: &[Road]) -> Vec<Micro> {
    let ends: BTreeSet<Micro> = streets
        .iter()
        .filter(|s| s.class != "residential")
        .flat_map(|s| [s.line[0], s.line[s.line.len() - 1]])
        .collect();
    ends.into_iter().collect()
}

fn nearest(places: &[Micro], p: Point) -> Option<Micro> {
    places.iter().copied().min_by(|a, b| distance(unmicro(*a), p).total_cmp(&distance(unmicro(*b), p)).then(a.cmp(b)))
}

/// Lays it all out.
pub fn lay_out(facts: &Facts, places: &Places, built: &Built) -> Country {
    let circuity = facts.city["circuity"];
    let mut skeleton = Skeleton::of(&facts.highways);
    let mut roads = Vec::new();
    let areas: Vec<&Area> = built.seats.iter().chain(built.towns.iter().map(|t| &t.1)).collect();
    let (mut all_gates, mut crossings) = (Vec::new(), 0);
    for area in &areas {
        let mut streets = area.streets();
        let doors = gates(&streets);
        let crossed = skeleton.cross(&mut streets);
        crossings += crossed;
        all_gates.push((doors, crossed));
        roads.extend(streets);
    }
    let mut links = 0;
    let mut joined: BTreeSet<(usize, usize)> = BTreeSet::new();
    let mut link = |roads: &mut Vec<Road>, class, from: Micro, to: Micro, name: String| {
        if from != to {
            roads.push(Road::new(class, wind(from, to, circuity, 400.0, &name)));
            links += 1;
        }
    };
    for (i, area) in areas.iter().enumerate() {
        let (doors, crossed) = &all_gates[i];
        let seat = i < built.seats.len();
        let key =
            !seat && places.towns.iter().any(|t| t.key.is_some() && t.code == built.towns[i - built.seats.len()].0);
        let class = if seat {
            "primary"
        } else if key {
            "secondary"
        } else {
            "tertiary"
        };
        // Seats reach the skeleton in each quadrant, towns at its nearest place; where the skeleton crosses the streets,
        // that is a way out already.
        let quadrants: &[(f64, f64)] =
            if seat { &[(1.0, 1.0), (-1.0, 1.0), (-1.0, -1.0), (1.0, -1.0)] } else { &[(0.0, 0.0)] };
        for (q, (sx, sy)) in quadrants.iter().enumerate() {
            if *crossed > 0 && !seat {
                continue;
            }
            let side = |p: Point| {
                (p[0] - area.centre[0]) * sx >= 0.0
                    && (p[1] - area.centre[1]) * sy >= 0.0
                    && (*sx == 0.0 || distance(p, area.centre) < 15_000.0)
            };
            let Some((piece, share, at)) = skeleton.nearest(area.centre, |p| {
                side(p) && (!seat || doors.iter().any(|d| distance(unmicro(*d), p) < 15_000.0))
            }) else {
                continue;
            };
            let Some(door) = nearest(doors, at) else { continue };
            if seat && distance(unmicro(door), at) < 60.0 {
                continue;
            }
            // The nearest place to the gate itself, so that the link is as short as it can be.
            let (piece, share) = skeleton.nearest(unmicro(door), side).map_or((piece, share), |n| (n.0, n.1));
            let to = skeleton.join(piece, share);
            link(&mut roads, class, door, to, format!("link {i} {q}"));
        }
        // And to its nearest neighbour.
        let neighbour = (0..areas.len())
            .filter(|&j| j != i && !joined.contains(&(i.min(j), i.max(j))))
            .min_by(|&a, &b| distance(areas[a].centre, area.centre).total_cmp(&distance(areas[b].centre, area.centre)));
        if let Some(j) = neighbour.filter(|_| !seat) {
            joined.insert((i.min(j), i.max(j)));
            if let (Some(from), Some(to)) = (nearest(doors, areas[j].centre), nearest(&all_gates[j].0, area.centre)) {
                link(&mut roads, if key { "secondary" } else { "tertiary" }, from, to, format!("neighbours {i} {j}"));
            }
        }
    }
    let villages = villages(places, built, &all_gates, circuity, &mut roads);
    let mut all = skeleton.roads();
    all.extend(roads);
    let parts = components(all.iter().map(|r| r.line.clone()));
    let mut sizes: BTreeMap<usize, usize> = BTreeMap::new();
    for part in parts.values() {
        *sizes.entry(*part).or_insert(0) += 1;
    }
    let mut sizes: Vec<usize> = sizes.into_values().collect();
    sizes.sort_unstable_by(|a, b| b.cmp(a));
    let notes = vec![
        format!("{} roads, {} places on them, parts of {sizes:?} places", all.len(), parts.len()),
        format!("{links} links, {crossings} crossings of streets with the skeleton, {} villages", villages.len()),
    ];
    Country { roads: all, villages, notes }
}

/// Villages lie about their town, clear of streets and of each other, and are joined by the shortest tree of roads.
fn villages(
    places: &Places,
    built: &Built,
    all_gates: &[(Vec<Micro>, usize)],
    circuity: f64,
    roads: &mut Vec<Road>,
) -> Vec<Village> {
    let mut streets: BTreeSet<(i64, i64)> = BTreeSet::new();
    let square = |p: Point| ((p[0] / 300.0).floor() as i64, (p[1] / 300.0).floor() as i64);
    for area in built.seats.iter().chain(built.towns.iter().map(|t| &t.1)) {
        streets.extend(area.blocks.iter().map(|&b| square(area.middle(b))));
    }
    let clear = |p: Point| {
        let (x, y) = square(p);
        !(-1..=1).any(|i| (-1..=1).any(|j| streets.contains(&(x + i, y + j))))
    };
    let count_by_district: BTreeMap<usize, usize> = places.towns.iter().fold(BTreeMap::new(), |mut m, t| {
        *m.entry(t.district).or_insert(0) += usize::from(t.kind != "other");
        m
    });
    let mut found = Vec::new();
    for town in &places.towns {
        let mut dice = Dice::of(&format!("villages {}", town.code));
        let shape = &places.shapes[town.district];
        let radius =
            1.1 * (shape.area() / count_by_district[&town.district].max(1) as f64 / std::f64::consts::PI).sqrt();
        let mut spots: Vec<Point> = Vec::new();
        for _ in 0..town.village_units {
            let mut best: Option<(f64, Point)> = None;
            for _ in 0..12 {
                let p = (0..60)
                    .map(|_| dice.in_disc(town.at, radius))
                    .find(|p| shape.contains_widely(*p, 200.0) && clear(*p));
                let Some(p) = p else { continue };
                let room = spots.iter().map(|q| distance(*q, p)).fold(radius, f64::min);
                if best.is_none_or(|(r, _)| room > r) {
                    best = Some((room, p));
                }
            }
            spots.extend(best.map(|b| b.1));
        }
        let shares: Vec<f64> = spots.iter().map(|_| dice.between(0.6, 1.4)).collect();
        let people = split(town.rural, &shares);
        let doors = doors_of(town, places, built, all_gates);
        let nodes: Vec<Micro> = spots.iter().map(|p| micro(*p)).collect();
        for (a, b) in tree(&spots, &nodes, &doors) {
            roads.push(Road::new("unclassified", wind(a, b, circuity, 450.0, &format!("village {a:?} {b:?}"))));
        }
        for (k, (at, people)) in nodes.iter().zip(people).enumerate() {
            found.push(Village {
                id: format!("V{}-{:02}", town.code, k + 1),
                district: town.district,
                at: *at,
                people,
            });
        }
    }
    found
}

/// Where a town's village roads start: its own gates, else those of the nearest area of its district.
fn doors_of(town: &Town, places: &Places, built: &Built, all_gates: &[(Vec<Micro>, usize)]) -> Vec<Micro> {
    let seats = built.seats.len();
    let own = built.towns.iter().position(|(code, _)| code == &town.code);
    let of_district =
        |i: &usize| places.towns.iter().any(|t| t.district == town.district && t.code == built.towns[*i].0);
    let nearest = (0..built.towns.len()).filter(of_district).min_by(|&a, &b| {
        distance(built.towns[a].1.centre, town.at).total_cmp(&distance(built.towns[b].1.centre, town.at))
    });
    let seat = (0..seats)
        .min_by(|&a, &b| distance(built.seats[a].centre, town.at).total_cmp(&distance(built.seats[b].centre, town.at)));
    let closest = match (nearest, seat) {
        (Some(t), Some(s)) if distance(built.seats[s].centre, town.at) < distance(built.towns[t].1.centre, town.at) => {
            Some(s)
        }
        (Some(t), _) => Some(seats + t),
        (None, s) => s,
    };
    own.map(|i| seats + i).or(closest).map_or_else(Vec::new, |i| all_gates[i].0.clone())
}

/// Prim's tree from the gates over the villages.
fn tree(spots: &[Point], nodes: &[Micro], doors: &[Micro]) -> Vec<(Micro, Micro)> {
    let mut best: Vec<(f64, Option<Micro>)> = spots
        .iter()
        .map(|p| nearest(doors, *p).map_or((f64::INFINITY, None), |d| (distance(unmicro(d), *p), Some(d))))
        .collect();
    let (mut done, mut edges) = (vec![false; spots.len()], Vec::new());
    for _ in 0..spots.len() {
        let Some(i) =
            (0..spots.len()).filter(|&i| !done[i]).min_by(|&a, &b| best[a].0.total_cmp(&best[b].0).then(a.cmp(&b)))
        else {
            break;
        };
        done[i] = true;
        if let Some(from) = best[i].1.filter(|f| *f != nodes[i]) {
            edges.push((from, nodes[i]));
        }
        for j in 0..spots.len() {
            let d = distance(spots[i], spots[j]);
            if !done[j] && d < best[j].0 {
                best[j] = (d, Some(nodes[i]));
            }
        }
    }
    edges
}
