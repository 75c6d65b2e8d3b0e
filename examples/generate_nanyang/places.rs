//! Towns: which there are, how many live in their built-up areas and villages, and where they lie.

use std::{collections::BTreeMap, error::Error};

use super::{
    dice::{Dice, split},
    facts::Facts,
    outlines,
    people::{People, district_of},
    plane::{Point, Shape, distance},
};

/// A township outside the seats.
pub struct Town {
    pub code: String,
    pub name: String,
    /// Position in the list of seats.
    pub district: usize,
    /// `town`, `township` or `other`.
    pub kind: String,
    pub village_units: u64,
    pub population: u64,
    pub counted: bool,
    pub key: Option<&'static str>,
    pub nature: &'static str,
    pub source: String,
    pub at: Point,
    /// People in its built-up area, and in its villages.
    pub urban: u64,
    pub rural: u64,
}

/// Districts, seats and towns with their people.
pub struct Places {
    pub shapes: Vec<Shape>,
    /// People in each seat's built-up area, in the order of the seats; the two of the city core are filled in when its
    /// blocks are known.
    pub seat_people: Vec<u64>,
    pub towns: Vec<Town>,
    pub core_people: u64,
    pub known: (usize, usize),
    pub anchors: usize,
}

/// Whether a township is part of its seat: a street, or the town that the seat is.
fn is_seat(facts: &Facts, code: &str, kind: &str, prefix: &str) -> bool {
    kind == "subdistrict"
        || facts.seats.iter().any(|s| s.own_town == code)
        || facts.units.iter().any(|u| u["code_prefix"] == prefix && u["plan_unit"] == "高新区")
}

/// Towns that surround their seat have no built-up area of their own.
fn is_suburb(name: &str) -> bool {
    name == "城郊乡"
}

impl Places {
    pub fn of(facts: &Facts, people: &People) -> Result<Self, Box<dyn Error>> {
        let number: BTreeMap<&str, usize> =
            facts.seats.iter().enumerate().map(|(i, s)| (s.district.as_str(), i)).collect();
        let mut home = BTreeMap::new();
        for (i, t) in facts.townships.iter().enumerate() {
            let district =
                *number.get(district_of(facts, i).as_str()).ok_or_else(|| format!("{} lies in no district", t.code))?;
            home.insert(t.code.clone(), district);
        }
        let known_places = outlines::known_places(facts, &home);
        let (shapes, anchors) = outlines::draw_anchored(facts, known_places);
        let by_name: BTreeMap<&str, usize> =
            facts.seats.iter().enumerate().map(|(i, s)| (s.name.as_str(), i)).collect();
        let all_places: Vec<_> = facts
            .places
            .iter()
            .filter_map(|(county, _, p)| Some((super::plane::micro(*p), *by_name.get(county.as_str())?)))
            .collect();
        let known = outlines::misplaced(&shapes, &all_places);
        let towns = facts.townships.iter().filter(|t| !is_seat(facts, &t.code, &t.kind, &t.prefix));
        let mut towns: Vec<Town> = towns
            .map(|t| {
                let key = facts
                    .key_towns
                    .iter()
                    .find(|k| k["code"] == t.code)
                    .map(|k| if k["status"] == "inferred" { "inferred" } else { "listed" });
                let point = facts.points.get(&t.code);
                Town {
                    code: t.code.clone(),
                    name: t.name.clone(),
                    district: home[&t.code],
                    kind: t.kind.clone(),
                    village_units: t.village_units,
                    population: people.townships[&t.code],
                    counted: people.counted[&t.code],
                    key,
                    nature: point.map_or("schematic", |p| p.1),
                    source: point.map_or_else(|| "placed by the generator".to_owned(), |p| p.2.clone()),
                    at: point.map_or([0.0; 2], |p| p.0),
                    urban: 0,
                    rural: 0,
                }
            })
            .collect();
        let seat_people: Vec<u64> = facts
            .seats
            .iter()
            .map(|s| {
                if s.core {
                    0
                } else {
                    (people.districts[&s.district] as f64 * facts.city["seat_share"]).round() as u64
                }
            })
            .collect();
        let core_people = (facts.city["core_built_up"] * facts.city["urban_density"]).round() as u64;
        place(facts, &shapes, &mut towns);
        Ok(Self { shapes, seat_people, towns, core_people, known, anchors })
    }

    /// Fills in who lives in towns and villages, once the core's people are known by district. What a seat's built-up area
    /// holds beyond its own streets is drawn from all townships of the district alike.
    pub fn settle(&mut self, facts: &Facts, people: &People) {
        let left: Vec<u64> =
            facts.seats.iter().zip(&self.seat_people).map(|(s, u)| people.districts[&s.district] - u).collect();
        let mut all = vec![0; self.towns.len()];
        for (d, rest) in left.iter().enumerate() {
            let members: Vec<usize> = (0..self.towns.len()).filter(|&i| self.towns[i].district == d).collect();
            let shares: Vec<f64> = members.iter().map(|&i| self.towns[i].population as f64).collect();
            for (&i, part) in members.iter().zip(split(*rest, &shares)) {
                all[i] = part;
            }
        }
        for (town, people) in self.towns.iter_mut().zip(&all) {
            if town.key.is_some() {
                town.urban = (*people as f64 * facts.city["key_town_share"]).round() as u64;
            }
        }
        // The ordinary towns take what is missing to the urban share.
        let wanted = (people.total as f64 * facts.city["urban_share"]).floor() as u64;
        let have: u64 = self.seat_people.iter().sum::<u64>() + self.towns.iter().map(|t| t.urban).sum::<u64>();
        let ordinary: Vec<usize> =
            (0..self.towns.len()).filter(|&i| self.towns[i].key.is_none() && self.towns[i].has_area()).collect();
        let shares: Vec<f64> = ordinary.iter().map(|&i| all[i] as f64).collect();
        for (&i, part) in ordinary.iter().zip(split(wanted.saturating_sub(have), &shares)) {
            self.towns[i].urban = part;
        }
        for (town, people) in self.towns.iter_mut().zip(&all) {
            town.rural = people - town.urban;
        }
    }
}

impl Town {
    /// Whether it has a built-up area of its own.
    pub fn has_area(&self) -> bool {
        self.kind != "other" && !is_suburb(&self.name)
    }
}

/// Towns keep this far from the middle of a seat and of the seats of the core, metres: beyond their built-up areas.
const SEAT_CLEAR: f64 = 4_500.0;
const CORE_CLEAR: f64 = 10_500.0;

/// Places the towns that no source places: of many random positions in the district the one farthest from all places so
/// far; a town that surrounds its seat lies at the seat's edge.
fn place(facts: &Facts, shapes: &[Shape], towns: &mut [Town]) {
    let mut taken: Vec<Point> = facts.seats.iter().map(|s| s.at).collect();
    taken.extend(towns.iter().filter(|t| t.nature != "schematic").map(|t| t.at));
    for town in towns.iter_mut().filter(|t| t.nature == "schematic") {
        let (shape, seat) = (&shapes[town.district], facts.seats[town.district].at);
        let mut dice = Dice::of(&format!("town {}", town.code));
        if is_suburb(&town.name) {
            town.at = (0..200)
                .map(|_| dice.in_disc(seat, 3_500.0))
                .find(|p| distance(*p, seat) > 2_800.0 && shape.contains_widely(*p, 500.0))
                .unwrap_or(seat);
            continue;
        }
        let (low, high) = shape.bounds();
        let mut best: Option<(f64, Point)> = None;
        let mut tries = 0;
        let mut margin = 2_500.0;
        while tries < 60 {
            let p = [dice.between(low[0], high[0]), dice.between(low[1], high[1])];
            let in_seat = facts.seats.iter().any(|s| distance(s.at, p) < if s.core { CORE_CLEAR } else { SEAT_CLEAR });
            if in_seat || !shape.contains_widely(p, margin) {
                margin *= 0.999;
                continue;
            }
            tries += 1;
            let room = taken.iter().map(|q| distance(*q, p)).fold(f64::INFINITY, f64::min);
            if best.is_none_or(|(r, _)| room > r) {
                best = Some((room, p));
            }
        }
        town.at = best.map_or(seat, |b| b.1);
        taken.push(town.at);
    }
}
