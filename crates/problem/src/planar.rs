//! Covering in the plane at scale: points that the same sites cover become one row, without ever listing who covers each point.
//!
//! Twenty million points are covered by a hundred discs in a few thousand different ways. The plane is cut into square cells; a disc
//! holds a cell whole, leaves it alone, or cuts it. A point then looks only at the discs that cut its cell: its weight goes to the slot
//! of (cell, which of those discs hold it), and slots with the same sites are one row in the end.
//!
//! Coordinates are whole numbers (of any small unit), squares are exact, so nothing depends on floating point, on the size of the cells
//! or on the number of threads.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use rayon::prelude::*;

use crate::instance::Row;

/// A place in the plane, in whole units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Place {
    /// Towards the east.
    pub x: i64,
    /// Towards the north.
    pub y: i64,
}

/// A demand point of the plane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WeightedPlace {
    /// Where.
    pub place: Place,
    /// How much.
    pub weight: u32,
}

/// What "covered" means at the edge of a disc.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    /// Distance at most the radius.
    Within,
    /// Distance less than the radius.
    Strict,
}

/// Coordinates or a radius so large that squares would not be exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{what} is {value}, which is beyond ±2^60: give coordinates in a larger unit")]
pub struct TooFar {
    what: &'static str,
    value: i64,
}

const FAR: u64 = 1 << 60;
/// Cells at most.
const CELLS: u128 = 1 << 22;
/// A cell cut by more discs than this keeps no slots; its points are listed one by one.
const CUTS: usize = 8;

/// The rows of a covering problem: for each set of sites that covers some point of weight above 0, the weight of all its points.
/// Points that no site covers are a row without reach. Rows are in the order of their sites; every reach entry has time 0.
///
/// Work: about one look at each point, and per site the cells its disc touches. Memory: the cells (at most a few million) for each thread.
///
/// ```
/// use firesite_problem::planar::{Edge, Place, WeightedPlace, rows};
///
/// let sites = [Place { x: 0, y: 0 }, Place { x: 6, y: 0 }];
/// let point = |x, weight| WeightedPlace { place: Place { x, y: 0 }, weight };
/// let rows = rows(&sites, &[point(-2, 5), point(2, 1), point(3, 7), point(4, 2), point(90, 9)], 3, Edge::Within)?;
/// let found: Vec<(Vec<u32>, u64)> = rows.iter().map(|r| (r.reach.iter().map(|e| e.0).collect(), r.weight)).collect();
/// assert_eq!(found, [(vec![], 9), (vec![0], 6), (vec![0, 1], 7), (vec![1], 2)]);
/// # Ok::<(), firesite_problem::planar::TooFar>(())
/// ```
///
/// # Errors
/// A coordinate or the radius is beyond ±2^60.
pub fn rows(sites: &[Place], points: &[WeightedPlace], radius: i64, edge: Edge) -> Result<Vec<Row>, TooFar> {
    let check = |what, value: i64| if value.unsigned_abs() < FAR { Ok(()) } else { Err(TooFar { what, value }) };
    check("the radius", radius)?;
    for site in sites {
        check("a coordinate of a site", site.x)?;
        check("a coordinate of a site", site.y)?;
    }
    let Some(frame) = points.par_iter().map(|p| Frame::of(p.place)).reduce_with(Frame::with) else {
        return Ok(Vec::new());
    };
    for value in [frame.low.x, frame.low.y, frame.high.x, frame.high.y] {
        check("a coordinate of a point", value)?;
    }
    let disc = Disc { radius, edge };
    let grid = Grid::new(sites, frame, disc, points.len());
    let each = points.len().div_ceil(2 * rayon::current_num_threads()).max(1 << 14);
    let sums = points.par_chunks(each).map(|chunk| grid.sum(sites, chunk, disc)).reduce(Sums::default, Sums::with);
    Ok(grid.rows(sums))
}

/// What the discs have in common.
#[derive(Clone, Copy)]
struct Disc {
    radius: i64,
    edge: Edge,
}

impl Disc {
    /// Whether a distance, given by the differences of the coordinates, is covered.
    fn holds(self, dx: i64, dy: i64) -> bool {
        const SMALL: u64 = 1 << 31;
        if dx.unsigned_abs() < SMALL && dy.unsigned_abs() < SMALL && self.radius.unsigned_abs() < SMALL {
            return self.compare(dx * dx + dy * dy, self.radius * self.radius);
        }
        let square = |v: i64| i128::from(v) * i128::from(v);
        self.compare(square(dx) + square(dy), square(self.radius))
    }

    fn compare<T: Ord>(self, distance: T, radius: T) -> bool {
        self.radius >= 0
            && match self.edge {
                Edge::Within => distance <= radius,
                Edge::Strict => distance < radius,
            }
    }
}

/// The box around the points.
#[derive(Clone, Copy)]
struct Frame {
    low: Place,
    high: Place,
}

impl Frame {
    fn of(place: Place) -> Self {
        Frame { low: place, high: place }
    }

    fn with(self, other: Self) -> Self {
        Frame {
            low: Place { x: self.low.x.min(other.low.x), y: self.low.y.min(other.low.y) },
            high: Place { x: self.high.x.max(other.high.x), y: self.high.y.max(other.high.y) },
        }
    }
}

/// Square cells of 2^shift units, row by row.
///
/// ```text
/// whole  sites whose discs hold the whole cell      whole_start  cells + 1
/// cut    sites whose discs cut it                   cut_start    cells + 1
/// slot   first slot of the cell: one for each subset of `cut`, or none where there are too many
/// ```
struct Grid {
    low: Place,
    shift: u32,
    columns: usize,
    whole_start: Vec<u32>,
    whole: Vec<u32>,
    cut_start: Vec<u32>,
    cut: Vec<u32>,
    slot: Vec<u32>,
}

/// A cell without slots.
const LISTED: u32 = u32::MAX;

/// Weights by slot, and by sites for the cells without slots.
#[derive(Default)]
struct Sums {
    slot: Vec<u64>,
    listed: BTreeMap<(u32, Vec<u32>), u64>,
}

impl Sums {
    fn with(mut self, other: Sums) -> Sums {
        if self.slot.is_empty() {
            return other;
        }
        for (sum, more) in self.slot.iter_mut().zip(other.slot) {
            *sum += more;
        }
        for (key, more) in other.listed {
            *self.listed.entry(key).or_default() += more;
        }
        self
    }
}

impl Grid {
    fn new(sites: &[Place], frame: Frame, disc: Disc, points: usize) -> Grid {
        let span = |low: i64, high: i64| (i128::from(high) - i128::from(low)) as u128 + 1;
        let (width, height) = (span(frame.low.x, frame.high.x), span(frame.low.y, frame.high.y));
        // About so many cells across a disc that touching them all costs less than looking at the points.
        let across = ((points / (2 * sites.len().max(1))) as f64).sqrt().clamp(2.0, 256.0);
        let wanted = ((disc.radius.max(1) as f64) * 2.0 / across).max(1.0);
        let mut shift = wanted.log2().floor() as u32;
        let cells = |shift: u32| (((width - 1) >> shift) + 1) * (((height - 1) >> shift) + 1);
        while cells(shift) > CELLS.min(4 * points as u128 + 64) {
            shift += 1;
        }
        let columns = (((width - 1) >> shift) + 1) as usize;
        let rows = (((height - 1) >> shift) + 1) as usize;
        let mut grid = Grid {
            low: frame.low,
            shift,
            columns,
            whole_start: Vec::new(),
            whole: Vec::new(),
            cut_start: Vec::new(),
            cut: Vec::new(),
            slot: Vec::new(),
        };
        // Line by line: which sites hold or cut each cell. Ascending by site, as sites are visited in order.
        let lines: Vec<Line> = (0..rows).into_par_iter().map(|line| grid.line(sites, line, disc)).collect();
        grid.whole_start.push(0);
        grid.cut_start.push(0);
        let mut slots = 0u32;
        for (whole, cut) in lines.iter().flat_map(|line| line.iter()) {
            grid.whole.extend_from_slice(whole);
            grid.whole_start.push(grid.whole.len() as u32);
            grid.cut.extend_from_slice(cut);
            grid.cut_start.push(grid.cut.len() as u32);
            if cut.len() <= CUTS && slots < 1 << 24 {
                grid.slot.push(slots);
                slots += 1 << cut.len();
            } else {
                grid.slot.push(LISTED);
            }
        }
        grid.slot.push(slots);
        grid
    }

    /// The cells of a line.
    fn line(&self, sites: &[Place], line: usize, disc: Disc) -> Line {
        let mut cells: Line = vec![(Vec::new(), Vec::new()); self.columns];
        let edge = (1i64 << self.shift) - 1;
        let south = self.low.y + ((line as i64) << self.shift);
        let near = |at: i64, from: i64| (from - at).max(at - from - edge).max(0);
        let far = |at: i64, from: i64| (at - from).abs().max((from + edge - at).abs());
        for (j, site) in sites.iter().enumerate() {
            let (near_y, far_y) = (near(site.y, south), far(site.y, south));
            if !disc.holds(0, near_y) {
                continue;
            }
            let west = i128::from(site.x) - i128::from(disc.radius) - i128::from(self.low.x);
            let east = i128::from(site.x) + i128::from(disc.radius) - i128::from(self.low.x);
            if east < 0 || disc.radius < 0 {
                continue;
            }
            let first = (west.max(0) >> self.shift) as usize;
            let last = ((east >> self.shift) as usize).min(self.columns - 1);
            for (column, cell) in cells.iter_mut().enumerate().take(last + 1).skip(first) {
                let from = self.low.x + ((column as i64) << self.shift);
                if disc.holds(far(site.x, from), far_y) {
                    cell.0.push(j as u32);
                } else if disc.holds(near(site.x, from), near_y) {
                    cell.1.push(j as u32);
                }
            }
        }
        cells
    }

    fn cell(&self, place: Place) -> usize {
        let column = ((place.x - self.low.x) >> self.shift) as usize;
        let line = ((place.y - self.low.y) >> self.shift) as usize;
        line * self.columns + column
    }

    fn cuts(&self, cell: usize) -> &[u32] {
        &self.cut[self.cut_start[cell] as usize..self.cut_start[cell + 1] as usize]
    }

    /// Adds up the weights of points.
    fn sum(&self, sites: &[Place], points: &[WeightedPlace], disc: Disc) -> Sums {
        let slots = self.slot.last().copied().unwrap_or(0) as usize;
        let mut sums = Sums { slot: vec![0; slots], listed: BTreeMap::new() };
        for point in points {
            let cell = self.cell(point.place);
            let holds = |&j: &u32| {
                let site = sites[j as usize];
                disc.holds(site.x - point.place.x, site.y - point.place.y)
            };
            let cuts = self.cuts(cell);
            let first = self.slot[cell];
            if first == LISTED {
                let held: Vec<u32> = cuts.iter().copied().filter(holds).collect();
                *sums.listed.entry((cell as u32, held)).or_default() += u64::from(point.weight);
                continue;
            }
            let mut subset = 0;
            for (bit, j) in cuts.iter().enumerate() {
                subset |= usize::from(holds(j)) << bit;
            }
            sums.slot[first as usize + subset] += u64::from(point.weight);
        }
        sums
    }

    /// Slots with the same sites are one row.
    fn rows(&self, sums: Sums) -> Vec<Row> {
        let mut merged = Merged::default();
        let mut sites: Vec<u32> = Vec::new();
        for cell in 0..self.slot.len() - 1 {
            let first = self.slot[cell];
            if first == LISTED {
                continue;
            }
            let cuts = self.cuts(cell);
            for subset in 0..1usize << cuts.len() {
                let weight = sums.slot[first as usize + subset];
                if weight > 0 {
                    let held = cuts.iter().enumerate().filter(|(bit, _)| subset >> bit & 1 == 1).map(|(_, &j)| j);
                    self.all(cell, held, &mut sites);
                    merged.add(&sites, weight);
                }
            }
        }
        for ((cell, held), weight) in sums.listed {
            if weight > 0 {
                self.all(cell as usize, held.into_iter(), &mut sites);
                merged.add(&sites, weight);
            }
        }
        let mut rows: Vec<(Vec<u32>, u64)> = merged.rows;
        rows.sort_unstable();
        let reach = |sites: Vec<u32>| sites.into_iter().map(|j| (j, 0)).collect();
        rows.into_iter().map(|(sites, weight)| Row { weight, reach: reach(sites), ..Row::default() }).collect()
    }

    /// The sites that hold the whole cell and those of its cuts that hold a part.
    fn all(&self, cell: usize, held: impl Iterator<Item = u32>, sites: &mut Vec<u32>) {
        sites.clear();
        sites.extend_from_slice(&self.whole[self.whole_start[cell] as usize..self.whole_start[cell + 1] as usize]);
        sites.extend(held);
        sites.sort_unstable();
    }
}

/// Sites that hold, and that cut, each cell of a line.
type Line = Vec<(Vec<u32>, Vec<u32>)>;

/// Weights by site list; equal hashes are compared.
#[derive(Default)]
struct Merged {
    rows: Vec<(Vec<u32>, u64)>,
    at: std::collections::HashMap<u64, Vec<u32>>,
}

impl Merged {
    fn add(&mut self, sites: &[u32], weight: u64) {
        let mut hash = DefaultHasher::new();
        sites.hash(&mut hash);
        let same = self.at.entry(hash.finish()).or_default();
        for &row in same.iter() {
            let (theirs, sum) = &mut self.rows[row as usize];
            if theirs == sites {
                *sum += weight;
                return;
            }
        }
        same.push(self.rows.len() as u32);
        self.rows.push((sites.to_vec(), weight));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every pair looked at.
    fn plain(sites: &[Place], points: &[WeightedPlace], radius: i64, edge: Edge) -> BTreeMap<Vec<u32>, u64> {
        let mut rows = BTreeMap::new();
        for point in points.iter().filter(|p| p.weight > 0) {
            let near = |s: &Place| {
                let square = i128::from(s.x - point.place.x).pow(2) + i128::from(s.y - point.place.y).pow(2);
                let limit = i128::from(radius).pow(2);
                radius >= 0 && (square < limit || edge == Edge::Within && square == limit)
            };
            let sites: Vec<u32> = (0..sites.len() as u32).filter(|&j| near(&sites[j as usize])).collect();
            *rows.entry(sites).or_default() += u64::from(point.weight);
        }
        rows
    }

    #[test]
    fn rows_are_those_of_every_pair() {
        let mut state = 7u64;
        let mut below = move |n: u64| {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (state >> 33) % n
        };
        for round in 0..400 {
            let span = [3, 20, 1_000, 40_000_000][round % 4];
            let place = |below: &mut dyn FnMut(u64) -> u64| Place {
                x: below(span) as i64 - (span / 2) as i64,
                y: below(span) as i64 - (span / 3) as i64,
            };
            let sites: Vec<Place> = (0..below(30)).map(|_| place(&mut below)).collect();
            let points: Vec<WeightedPlace> =
                (0..below(300)).map(|_| WeightedPlace { place: place(&mut below), weight: below(4) as u32 }).collect();
            let radius = below(span) as i64 - i64::from(round % 7 == 0);
            let edge = if round % 2 == 0 { Edge::Within } else { Edge::Strict };
            let found = rows(&sites, &points, radius, edge).expect("near");
            let found: BTreeMap<Vec<u32>, u64> =
                found.into_iter().map(|r| (r.reach.iter().map(|e| e.0).collect(), r.weight)).collect();
            assert_eq!(found, plain(&sites, &points, radius, edge), "round {round}");
        }
    }

    #[test]
    fn far_away_is_refused_and_large_numbers_are_exact() {
        let at = |x| Place { x, y: 0 };
        let point = |x| WeightedPlace { place: at(x), weight: 1 };
        assert!(rows(&[at(1 << 60)], &[point(0)], 1, Edge::Within).is_err());
        assert!(rows(&[at(0)], &[point(i64::MIN)], 1, Edge::Within).is_err());
        let large = 1i64 << 40;
        let found = rows(&[at(0)], &[point(large), point(large + 1)], large, Edge::Within).expect("near");
        assert_eq!(found.iter().map(|r| (r.reach.len(), r.weight)).collect::<Vec<_>>(), [(0, 1), (1, 1)]);
    }
}
