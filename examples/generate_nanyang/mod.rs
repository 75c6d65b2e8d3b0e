//! From facts to layers, in this order: people, outlines and towns, blocks and streets, roads, stations, demand, files.

#![allow(unreachable_pub, reason = "one program, no library")]

mod blocks;
mod country;
mod dice;
mod facts;
mod layers;
mod outlines;
mod people;
mod places;
mod plane;
mod roads;
mod statements;
mod stations;

use std::{
    collections::{BTreeMap, BTreeSet},
    error::Error,
    path::Path,
};

use blocks::{Area, SIDE, Size};
use facts::Facts;
use people::People;
use places::Places;
use plane::{Point, along, distance};

/// The files by name, and what the generator has to say about them.
pub struct Made {
    pub files: BTreeMap<&'static str, Vec<u8>>,
    pub notes: Vec<String>,
}

/// Built-up areas: the core and the seats in the order of the groups of `stations`, and towns by code.
pub struct Built {
    pub seats: Vec<Area>,
    /// Blocks of the core by district.
    pub core: BTreeMap<usize, BTreeSet<blocks::Cell>>,
    pub towns: Vec<(String, Area)>,
}

/// Reads `facts/` and makes every layer.
pub fn generate(folder: &Path) -> Result<Made, Box<dyn Error>> {
    let facts = Facts::read(folder)?;
    let people = People::of(&facts)?;
    let mut places = Places::of(&facts, &people)?;
    let built = build(&facts, &people, &mut places);
    let country = country::lay_out(&facts, &places, &built);
    let stations = stations::stand(&facts, &places, &built)?;
    let mut notes = vec![
        format!("known places outside their own outline: {} of {}", places.known.0, places.known.1),
        format!("anchors for districts of which only the seat is known: {}", places.anchors),
        format!("land in the outlines: {:.0} km2", places.shapes.iter().map(plane::Shape::area).sum::<f64>() / 1e6),
        format!(
            "people in built-up areas: {} of {}",
            places.seat_people.iter().sum::<u64>() + places.towns.iter().map(|t| t.urban).sum::<u64>(),
            people.total
        ),
    ];
    notes.extend(country.notes.iter().cloned());
    let files = layers::write(&facts, &people, &places, &built, &country, &stations)?;
    Ok(Made { files, notes })
}

fn blocks_for(people: u64, density: f64) -> usize {
    ((people as f64 / density / (SIDE * SIDE / 1e6)).round() as usize).max(9)
}

/// Land already built on, to keep areas apart.
#[derive(Default)]
struct Taken(BTreeSet<(i64, i64)>);

impl Taken {
    fn square(p: Point) -> (i64, i64) {
        ((p[0] / SIDE).floor() as i64, (p[1] / SIDE).floor() as i64)
    }
    fn add(&mut self, area: &Area) {
        self.0.extend(area.blocks.iter().map(|&b| Self::square(area.middle(b))));
    }
    fn free(&self, p: Point, gap: i64) -> bool {
        let (x, y) = Self::square(p);
        !(-gap..=gap).any(|i| (-gap..=gap).any(|j| self.0.contains(&(x + i, y + j))))
    }
}

fn build(facts: &Facts, people: &People, places: &mut Places) -> Built {
    let density = facts.city["urban_density"];
    let mut taken = Taken::default();
    // The core, round the middle of its seats, over the districts of both.
    let core: Vec<usize> = (0..facts.seats.len()).filter(|&d| facts.seats[d].core).collect();
    let middle = core.iter().map(|&d| facts.seats[d].at).reduce(|a, b| along(a, b, 0.5)).unwrap_or([0.0; 2]);
    let shapes = &places.shapes;
    let grow = |centre: Point| {
        Area::grow("core", Size::City, centre, blocks_for(places.core_people, density), |corners| {
            corners.iter().all(|c| core.iter().any(|&d| shapes[d].contains(*c)))
        })
    };
    let share = |area: &Area| {
        area.blocks.iter().filter(|&&b| shapes[core[0]].contains(area.middle(b))).count() as f64
            / area.blocks.len() as f64
    };
    let wanted = people.districts[&facts.seats[core[0]].district] as f64
        / core.iter().map(|&d| people.districts[&facts.seats[d].district]).sum::<u64>() as f64;
    // Its centre is the spot nearest to the middle at which the districts share the core as they share their people.
    let mut spots: Vec<Point> = (-8..=8)
        .flat_map(|i| (-8..=8).map(move |j| [middle[0] + 500.0 * f64::from(i), middle[1] + 500.0 * f64::from(j)]))
        .collect();
    spots.sort_by(|a, b| distance(*a, middle).total_cmp(&distance(*b, middle)));
    let city =
        spots.iter().map(|&p| grow(p)).find(|a| (share(a) - wanted).abs() < 0.01).unwrap_or_else(|| grow(middle));
    taken.add(&city);
    let mut by_district: BTreeMap<usize, BTreeSet<blocks::Cell>> = BTreeMap::new();
    for &b in &city.blocks {
        if let Some(&d) = core.iter().find(|&&d| shapes[d].contains(city.middle(b))) {
            by_district.entry(d).or_default().insert(b);
        }
    }
    let shares: Vec<f64> = core.iter().map(|d| by_district.get(d).map_or(0, BTreeSet::len) as f64).collect();
    for (&d, part) in core.iter().zip(dice::split(places.core_people, &shares)) {
        places.seat_people[d] = part;
    }
    places.settle(facts, people);
    let mut seats = vec![city];
    for (d, seat) in facts.seats.iter().enumerate().filter(|(_, s)| !s.core) {
        let area =
            Area::grow(&seat.district, Size::Seat, seat.at, blocks_for(places.seat_people[d], density), |corners| {
                corners.iter().all(|c| places.shapes[d].contains_widely(*c, 120.0))
            });
        taken.add(&area);
        seats.push(area);
    }
    let mut towns = Vec::new();
    let mut order: Vec<usize> = (0..places.towns.len()).filter(|&i| places.towns[i].has_area()).collect();
    order.sort_by_key(|&i| (places.towns[i].key.is_none(), i));
    for i in order {
        let town = &places.towns[i];
        let area = Area::grow(&town.code, Size::Town, town.at, blocks_for(town.urban, density), |corners| {
            corners.iter().all(|c| places.shapes[town.district].contains_widely(*c, 120.0) && taken.free(*c, 2))
        });
        if area.blocks.len() < 4 {
            // No room: its people stay with its villages.
            let town = &mut places.towns[i];
            town.rural += std::mem::take(&mut town.urban);
            continue;
        }
        taken.add(&area);
        towns.push((town.code.clone(), area));
    }
    Built { seats, core: by_district, towns }
}
