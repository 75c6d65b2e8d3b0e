//! Blank spots (空白点): where uncovered demand lies together.

use firesite_model::{Coord, Metres, TravelTime};
use geo_types::MultiPolygon;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::lattice::{Lattice, Plane};
use crate::sheet::Sheet;
use crate::{DemandPlace, FirstDue, bands};

/// Uncovered demand that lies together, in one district.
#[derive(Clone, Debug, PartialEq)]
pub struct BlankSpot {
    /// `blank-1`, `blank-2`, … by falling demand.
    pub id: String,
    /// After the nearest named place, with a number from the second on where several share it; the id without names.
    pub name: String,
    /// The land within half the linking distance of its demand; seven decimals, valid.
    pub polygon: MultiPolygon<f64>,
    /// Thousandths of the unit.
    pub demand: u64,
    /// Rows of the demand, ascending.
    pub rows: Vec<usize>,
    /// The earliest arrival at any of its demand (beyond the limit); `None` where nobody arrives.
    pub nearest: Option<FirstDue>,
    /// Position of the district.
    pub district: Option<usize>,
    /// Centre of its weight.
    pub centre: Coord<f64>,
}

/// How blank spots are put together.
#[derive(Clone, Copy, Debug)]
pub struct BlankSpotOptions<'a> {
    /// Demand this close belongs to one spot.
    pub link: Metres,
    /// Named places, for the names of the spots.
    pub names: &'a [(Coord<f64>, String)],
}

impl Default for BlankSpotOptions<'_> {
    /// 500 m, no names.
    fn default() -> Self {
        Self { link: Metres(500.0), names: &[] }
    }
}

/// Puts the demand beyond the limit into spots; every such row with a weight is in exactly one, so that their demand
/// sums to the uncovered weight. Rows of one district within the linking distance of each other are together, and so on
/// from row to row (single linkage).
pub fn blank_spots(
    demand: &[DemandPlace],
    first: &[Option<FirstDue>],
    limit: TravelTime,
    options: &BlankSpotOptions<'_>,
) -> Vec<BlankSpot> {
    let uncovered: Vec<usize> = (0..demand.len())
        .filter(|&row| {
            let late = first.get(row).copied().flatten().is_none_or(|first| first.time > limit);
            late && demand[row].weight > 0
        })
        .collect();
    let mut spots: Vec<BlankSpot> = linked(demand, &uncovered, options.link)
        .into_par_iter()
        .map(|rows| {
            let weight: u64 = rows.iter().map(|&row| demand[row].weight).sum();
            let points: Vec<Coord<f64>> = rows.iter().map(|&row| demand[row].position).collect();
            BlankSpot {
                id: String::new(),
                name: String::new(),
                polygon: around(&points, options.link.0 / 2.0),
                demand: weight,
                nearest: rows.iter().filter_map(|&row| first.get(row).copied().flatten()).min(),
                district: rows.first().and_then(|&row| demand[row].district),
                centre: crate::centroid(demand, &rows).unwrap_or(points[0]),
                rows,
            }
        })
        .collect();
    spots.sort_by(|a, b| {
        let place = |s: &BlankSpot| (s.centre.x, s.centre.y);
        let ((ax, ay), (bx, by)) = (place(a), place(b));
        b.demand.cmp(&a.demand).then(ax.total_cmp(&bx)).then(ay.total_cmp(&by)).then(a.rows.cmp(&b.rows))
    });
    name(&mut spots, options.names);
    spots
}

fn name(spots: &mut [BlankSpot], names: &[(Coord<f64>, String)]) {
    let mut used: FxHashMap<&str, usize> = FxHashMap::default();
    for (at, spot) in spots.iter_mut().enumerate() {
        spot.id = format!("blank-{}", at + 1);
        let plane = Plane::around(spot.centre);
        let nearest = names.iter().min_by(|a, b| {
            plane.distance(spot.centre, a.0).total_cmp(&plane.distance(spot.centre, b.0)).then_with(|| a.1.cmp(&b.1))
        });
        spot.name = match nearest {
            None => spot.id.clone(),
            Some((_, name)) => {
                let count = used.entry(name).or_insert(0);
                *count += 1;
                if *count == 1 { name.clone() } else { format!("{name} {count}") }
            }
        };
    }
}

/// Groups of rows, each ascending.
///
/// Cells whose diagonal is the linking distance: rows in one cell and district belong together without asking, and only
/// cells nearby need be compared.
fn linked(demand: &[DemandPlace], rows: &[usize], link: Metres) -> Vec<Vec<usize>> {
    let latitude = |pick: fn(f64, f64) -> f64, start: f64| {
        rows.iter().map(|&row| demand[row].position.y.abs()).filter(|y| y.is_finite()).fold(start, pick)
    };
    let (near_equator, near_pole) = (latitude(f64::min, 85.0), latitude(f64::max, 0.0));
    let link = link.0.max(1.0);
    let lattice = Lattice::new(Metres(link * 0.7), near_equator);
    // Columns are narrower towards the poles.
    let squeeze = near_equator.to_radians().cos() / near_pole.min(85.0).to_radians().cos();
    let (columns, lines) = ((2.0 * squeeze).ceil() as i32, 2);
    let mut cells: FxHashMap<(i32, i32, Option<usize>), Vec<usize>> = FxHashMap::default();
    for &row in rows {
        let (i, j) = lattice.cell(demand[row].position);
        cells.entry((i, j, demand[row].district)).or_default().push(row);
    }
    let mut keys: Vec<(i32, i32, Option<usize>)> = cells.keys().copied().collect();
    keys.sort_unstable();
    let number: FxHashMap<(i32, i32, Option<usize>), usize> =
        keys.iter().enumerate().map(|(at, &key)| (key, at)).collect();
    let mut parent: Vec<usize> = (0..keys.len()).collect();
    for (at, &(i, j, district)) in keys.iter().enumerate() {
        for dj in 0..=lines {
            for di in -columns..=columns {
                let Some(&other) = number.get(&(i + di, j + dj, district)) else { continue };
                let (a, b) = (root(&mut parent, at), root(&mut parent, other));
                if a != b && close(demand, &cells[&keys[at]], &cells[&keys[other]], link) {
                    parent[a.max(b)] = a.min(b);
                }
            }
        }
    }
    let mut groups: FxHashMap<usize, Vec<usize>> = FxHashMap::default();
    for (at, key) in keys.iter().enumerate() {
        groups.entry(root(&mut parent, at)).or_default().extend(&cells[key]);
    }
    let mut groups: Vec<Vec<usize>> = groups.into_values().collect();
    for group in &mut groups {
        group.sort_unstable();
    }
    groups.sort_unstable();
    groups
}

fn root(parent: &mut [usize], mut at: usize) -> usize {
    while parent[at] != at {
        parent[at] = parent[parent[at]];
        at = parent[at];
    }
    at
}

fn close(demand: &[DemandPlace], a: &[usize], b: &[usize], link: f64) -> bool {
    a.iter().any(|&a| {
        b.iter().any(|&b| {
            let (a, b) = (demand[a].position, demand[b].position);
            let middle = Coord { x: a.x, y: f64::midpoint(a.y, b.y) };
            Plane::around(middle).distance(a, b) <= link
        })
    })
}

/// The land within a distance of some points.
fn around(points: &[Coord<f64>], radius: f64) -> MultiPolygon<f64> {
    let radius = radius.max(1.0);
    let lattice = Lattice::new(Metres(radius / 4.0), points.first().map_or(0.0, |p| p.y));
    let sheet = Sheet::of_distances(lattice, points, radius + 3.0 * lattice.height());
    bands::polygons(&sheet, &[(radius * 1000.0) as u32]).pop().unwrap_or(MultiPolygon(Vec::new()))
}

#[cfg(test)]
mod tests {
    use geo::Validation;

    use super::*;
    use crate::polygons::area;

    fn row(x: f64, y: f64, weight: u64, district: usize) -> DemandPlace {
        let position = Coord { x: 112.0 + x / 111_195.0, y: y / 111_195.0 };
        DemandPlace { id: String::new(), weight, place: None, position, district: Some(district) }
    }

    fn due(seconds: impl Into<Option<u32>>) -> Option<FirstDue> {
        Some(FirstDue { time: TravelTime::seconds(seconds.into()?), station: 7 })
    }

    #[test]
    fn spots_hold_exactly_what_is_not_covered() {
        let demand = [
            row(0.0, 0.0, 10, 0),
            row(400.0, 0.0, 20, 0),   // linked to the first
            row(800.0, 0.0, 30, 0),   // linked through the second
            row(1400.0, 0.0, 5, 0),   // too far
            row(600.0, 0.0, 50, 1),   // near, but another district
            row(200.0, 0.0, 1000, 0), // covered
            row(5000.0, 0.0, 0, 0),   // nothing there
        ];
        let first = [due(300), due(241), due(400), due(None), due(250), due(240), due(None)];
        let spots = blank_spots(&demand, &first, TravelTime::seconds(240), &BlankSpotOptions::default());
        let told: Vec<(u64, Vec<usize>)> = spots.iter().map(|s| (s.demand, s.rows.clone())).collect();
        assert_eq!(told, [(60, vec![0, 1, 2]), (50, vec![4]), (5, vec![3])]);
        assert_eq!(spots[0].nearest, due(241));
        assert_eq!(spots[2].nearest, None);
        assert_eq!((spots[0].id.as_str(), spots[1].name.as_str()), ("blank-1", "blank-2"));
        for spot in &spots {
            spot.polygon.check_validation().unwrap();
            assert_eq!(spot.polygon.0.len(), 1);
        }
        let circle = std::f64::consts::PI * 250.0 * 250.0;
        assert!((area(&spots[2].polygon).0 / circle - 1.0).abs() < 0.05);
    }

    #[test]
    fn spots_are_named_after_the_nearest_place() {
        let demand = [row(0.0, 0.0, 10, 0), row(3000.0, 0.0, 5, 0), row(90_000.0, 0.0, 1, 0)];
        let names =
            [(row(1000.0, 0.0, 0, 0).position, "Mill".into()), (row(80_000.0, 0.0, 0, 0).position, "Ford".into())];
        let options = BlankSpotOptions { names: &names, ..BlankSpotOptions::default() };
        let spots = blank_spots(&demand, &[None, None, None], TravelTime::ZERO, &options);
        assert_eq!(spots.iter().map(|s| s.name.as_str()).collect::<Vec<_>>(), ["Mill", "Mill 2", "Ford"]);
    }

    #[test]
    fn linking_equals_brute_force() {
        let mut seed = 7u64;
        let mut random = || {
            seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (seed >> 33) as f64 / f64::from(1u32 << 31)
        };
        let demand: Vec<DemandPlace> = (0..300).map(|_| row(random() * 12_000.0, random() * 12_000.0, 1, 0)).collect();
        let rows: Vec<usize> = (0..demand.len()).collect();
        let found = linked(&demand, &rows, Metres(500.0));
        let mut parent = rows.clone();
        for a in 0..demand.len() {
            for b in 0..a {
                if close(&demand, &[a], &[b], 500.0) {
                    let (a, b) = (root(&mut parent, a), root(&mut parent, b));
                    parent[a.max(b)] = a.min(b);
                }
            }
        }
        for group in &found {
            for &member in group {
                assert_eq!(root(&mut parent, member), root(&mut parent, group[0]));
            }
        }
        let roots: std::collections::BTreeSet<usize> = rows.iter().map(|&row| root(&mut parent, row)).collect();
        assert_eq!(found.len(), roots.len());
    }
}
