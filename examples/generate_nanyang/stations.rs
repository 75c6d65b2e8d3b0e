//! The 38 stations that stand, and four town teams.
//!
//! Eight are named in the source with a street and no position. The other 30 are assumed by a rule that sees only the
//! people of the seats: each seat (the city core is one) has a station, the rest go by highest averages (Sainte-Laguë).
//! Within a seat, named stations first, each next station takes the main crossing that shortens the mean distance of the
//! seat's people most. Classes follow the order.

use std::{collections::BTreeSet, error::Error};

use super::{
    Built,
    facts::Facts,
    places::Places,
    plane::{Micro, Point, distance, micro},
};

/// Stations of the source that have no name there.
const UNNAMED: usize = 30;
/// A station keeps this far from the district's outline, metres.
const MARGIN: f64 = 150.0;

/// A standing station.
pub struct Station {
    pub id: String,
    pub name: String,
    pub class: &'static str,
    pub district: usize,
    pub in_service: String,
    pub counted: bool,
    pub at: Micro,
    pub basis: &'static str,
}

/// Places them all.
pub fn stand(facts: &Facts, places: &Places, built: &Built) -> Result<Vec<Station>, Box<dyn Error>> {
    let mut stations = Vec::new();
    // The core first, then the seats in the order of their districts.
    let core: Vec<usize> = (0..facts.seats.len()).filter(|&d| facts.seats[d].core).collect();
    let groups: Vec<Vec<usize>> = std::iter::once(core)
        .chain((0..facts.seats.len()).filter(|&d| !facts.seats[d].core).map(|d| vec![d]))
        .collect();
    let people: Vec<u64> = groups.iter().map(|g| g.iter().map(|&d| places.seat_people[d]).sum()).collect();
    let assumed = highest_averages(&people, UNNAMED);
    for ((group, count), area) in groups.iter().zip(&assumed).zip(&built.seats) {
        let is_core = group.len() > 1;
        let named: Vec<_> = facts
            .named_stations
            .iter()
            .filter(|s| group.iter().any(|&d| facts.seats[d].district == s["district"]))
            .collect();
        let sites: Vec<(Point, usize)> = area
            .main_crossings()
            .into_iter()
            .filter_map(|c| area.corner(c))
            .filter_map(|p| Some((p, group.iter().copied().find(|&d| places.shapes[d].contains_widely(p, MARGIN))?)))
            .collect();
        let blocks: Vec<Point> = area.blocks.iter().map(|&b| area.middle(b)).collect();
        let mut near = vec![f64::INFINITY; blocks.len()];
        let mut taken = BTreeSet::new();
        for rank in 0..named.len() + count {
            let name = named.get(rank);
            let home = name.and_then(|n| group.iter().copied().find(|&d| facts.seats[d].district == n["district"]));
            let best = (0..sites.len())
                .filter(|i| !taken.contains(i) && home.is_none_or(|d| sites[*i].1 == d))
                .map(|i| (blocks.iter().zip(&near).map(|(b, n)| n.min(distance(*b, sites[i].0))).sum::<f64>(), i))
                .min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)))
                .ok_or("a seat has no crossing left for a station")?
                .1;
            taken.insert(best);
            let (at, district) = sites[best];
            for (b, n) in blocks.iter().zip(&mut near) {
                *n = n.min(distance(*b, at));
            }
            let class = if is_core {
                ["special", "first", "second", "small"][if rank == 0 { 0 } else { 1 + (rank - 1) % 3 }]
            } else {
                ["first", "second", "small"][rank.min(2)]
            };
            let seat = &facts.seats[district];
            stations.push(Station {
                id: name.map_or_else(
                    || format!("assumed-{}-{}", seat.district, rank + 1 - named.len()),
                    |n| n["id"].clone(),
                ),
                name: name.map_or_else(
                    || {
                        format!(
                            "{}假定消防站{}",
                            if is_core { "南阳市中心城区" } else { &seat.name },
                            rank + 1 - named.len()
                        )
                    },
                    |n| n["name"].clone(),
                ),
                class,
                district,
                in_service: name.map_or_else(String::new, |n| n["in_service"].clone()),
                counted: true,
                // Beside the crossing, not on it.
                at: micro([at[0] + 12.0, at[1] + 12.0]),
                basis: if name.is_some() {
                    "name and street: source; position and class: assumed"
                } else {
                    "assumed by seat population"
                },
            });
        }
    }
    teams(facts, built, &mut stations)?;
    Ok(stations)
}

/// Seats get one each, then by highest people / (2 n + 1).
fn highest_averages(people: &[u64], total: usize) -> Vec<usize> {
    let mut counts = vec![1; people.len()];
    for _ in people.len()..total {
        let best = (0..people.len()).max_by(|&a, &b| {
            let average = |i: usize| people[i] as f64 / (2 * counts[i] + 1) as f64;
            average(a).total_cmp(&average(b)).then(b.cmp(&a))
        });
        if let Some(i) = best {
            counts[i] += 1;
        }
    }
    counts
}

/// Where a county has more key towns than the annex builds stations for, the last-named of them already have a team.
fn teams(facts: &Facts, built: &Built, stations: &mut Vec<Station>) -> Result<(), Box<dyn Error>> {
    for (district, seat) in facts.seats.iter().enumerate() {
        let towns: Vec<_> = facts.key_towns.iter().filter(|k| k["county"] == seat.name).collect();
        let row = facts.annex1.iter().find(|r| r["district"] == seat.district).ok_or("a district has no annex row")?;
        let planned: usize = row["key_towns"].parse()?;
        for town in towns.iter().skip(planned) {
            let (_, area) =
                built.towns.iter().find(|(code, _)| code == &town["code"]).ok_or("a key town has no area")?;
            let crossings = area.main_crossings();
            let nearest = crossings
                .iter()
                .filter_map(|&c| area.corner(c))
                .min_by(|a, b| distance(*a, area.centre).total_cmp(&distance(*b, area.centre)))
                .ok_or("a key town has no crossing")?;
            stations.push(Station {
                id: format!("team-{}", town["code"]),
                name: format!("{}专职消防队", town["name"]),
                class: "town_second",
                district,
                in_service: String::new(),
                counted: false,
                at: micro([nearest[0] + 12.0, nearest[1] + 12.0]),
                basis: "assumed: the annex builds fewer stations here than there are key towns",
            });
        }
    }
    Ok(())
}
