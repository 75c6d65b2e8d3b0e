//! A partition of the plane from a label at each lattice point, as one arrangement of shared lines.
//!
//! Between two lattice points of different label runs a border, through the middle of their lattice edge; where three or
//! four labels meet in a cell, their borders meet in its middle. Each border is built and shortened once and serves both
//! its sides, so the areas neither overlap nor leave gaps: on the grid, exactly.

use rustc_hash::FxHashMap;

use crate::bands::{SLACK, side_key};
use crate::lattice::Lattice;
use crate::polygons::UnitRing;
use crate::sleeve::{Gate, shorten};

/// Labels of a rectangle of lattice points.
pub(crate) struct Labels {
    pub(crate) lattice: Lattice,
    /// First column and row.
    pub(crate) origin: (i32, i32),
    pub(crate) columns: usize,
    pub(crate) rows: usize,
    /// Row by row.
    pub(crate) of_point: Vec<u32>,
}

/// The label of everything outside the rectangle.
const OUTSIDE: u32 = u32::MAX;

/// A place where three or four borders meet: the middle of a cell.
const MEETING: u64 = 1 << 63;

/// Half of a border line within a cell: from one crossing (or meeting) to the next, a label on its left.
#[derive(Clone, Copy)]
struct Half {
    from: u64,
    to: u64,
    left: u32,
    right: u32,
    pinned: bool,
}

/// A border between two labels: from meeting to meeting, or a ring (then the ends are equal and no meeting).
struct Border {
    from: u64,
    to: u64,
    left: u32,
    right: u32,
    points: Vec<[i32; 2]>,
}

impl Labels {
    fn label(&self, i: i32, j: i32) -> u32 {
        let (column, row) = (i - self.origin.0, j - self.origin.1);
        if column < 0 || row < 0 || column as usize >= self.columns || row as usize >= self.rows {
            return OUTSIDE;
        }
        self.of_point[row as usize * self.columns + column as usize]
    }

    /// The rings of each label below `count`, holes and shells alike; together they cover the rectangle (to half a cell
    /// beyond its outer points) once.
    pub(crate) fn rings(&self, count: usize) -> Vec<Vec<UnitRing>> {
        let borders = self.borders();
        let mut sides: Vec<Vec<(usize, bool)>> = vec![Vec::new(); count];
        for (at, border) in borders.iter().enumerate() {
            for (label, forward) in [(border.left, true), (border.right, false)] {
                if let Some(side) = sides.get_mut(label as usize) {
                    side.push((at, forward));
                }
            }
        }
        sides.iter().map(|sides| join(&borders, sides)).collect()
    }

    /// Where a border crosses a lattice edge, and how far it may move there.
    fn gate(&self, key: u64) -> Gate {
        let (i, j, axis) = place(key);
        let step = self.lattice.step;
        if key & MEETING != 0 {
            return Gate::fixed([i * step[0] + step[0] / 2, j * step[1] + step[1] / 2]);
        }
        let at = |units: i32| {
            let mut point = [i * step[0], j * step[1]];
            point[axis] += units;
            point
        };
        let (middle, slack) = (step[axis] / 2, step[axis] / SLACK * 3);
        Gate { at: at(middle), from: at(middle - slack), to: at(middle + slack), pinned: false }
    }

    fn halves(&self) -> Vec<Half> {
        let mut halves = Vec::new();
        let mut line = |from: u64, to: u64, left: u32, right: u32, pinned: bool| {
            halves.push(Half { from, to, left, right, pinned });
            halves.push(Half { from: to, to: from, left: right, right: left, pinned });
        };
        for j in self.origin.1 - 1..self.origin.1 + self.rows as i32 {
            for i in self.origin.0 - 1..self.origin.0 + self.columns as i32 {
                // Anticlockwise from the south-west, like the sides: side k runs from corner k to corner k + 1.
                let corner = [self.label(i, j), self.label(i + 1, j), self.label(i + 1, j + 1), self.label(i, j + 1)];
                if corner[0] == corner[1] && corner[1] == corner[2] && corner[2] == corner[3] {
                    continue;
                }
                let crossed = |k: usize| corner[k] != corner[(k + 1) % 4];
                let key = |k: usize| side_key((i, j), k as u8);
                let sides: Vec<usize> = (0..4).filter(|&k| crossed(k)).collect();
                match sides[..] {
                    [] => {}
                    // Entering by side a: the corner before it lies to the left.
                    [a, b] => line(key(a), key(b), corner[a], corner[(a + 1) % 4], false),
                    _ => {
                        // Opposite corners of one label stay together (the smaller label, where both pairs do).
                        let pairs = [
                            (corner[0] == corner[2]).then_some(corner[0]),
                            (corner[1] == corner[3]).then_some(corner[1]),
                        ];
                        let joined = match (sides.len(), pairs) {
                            (4, [Some(a), Some(b)]) => Some(usize::from(b < a)),
                            (4, [Some(_), None]) => Some(0),
                            (4, [None, Some(_)]) => Some(1),
                            _ => None,
                        };
                        if let Some(joined) = joined {
                            // The two other corners are cut off, each for itself.
                            for cut in [(joined + 1) % 4, (joined + 3) % 4] {
                                line(key((cut + 3) % 4), key(cut), corner[(cut + 3) % 4], corner[cut], true);
                            }
                        } else {
                            let middle = MEETING | crate::bands::edge_key(i, j, 0);
                            for k in sides {
                                line(middle, key(k), corner[(k + 1) % 4], corner[k], false);
                            }
                        }
                    }
                }
            }
        }
        halves.sort_unstable_by_key(|half| (half.from, half.left, half.to));
        halves
    }

    fn borders(&self) -> Vec<Border> {
        let halves = self.halves();
        let mut first: FxHashMap<u64, u32> = FxHashMap::default();
        for (at, half) in halves.iter().enumerate() {
            first.entry(half.from).or_insert(at as u32);
        }
        // From a crossing onwards, keeping the label on the left; a crossing has one half of each label.
        let onward = |half: &Half| -> Option<usize> {
            let mut at = *first.get(&half.to)? as usize;
            while halves.get(at).is_some_and(|next| next.from == half.to) {
                if halves[at].left == half.left && halves[at].right == half.right && halves[at].to != half.from {
                    return Some(at);
                }
                at += 1;
            }
            None
        };
        let mut used = vec![false; halves.len()];
        let mut borders = Vec::new();
        // Borders that begin at a meeting first, then rings; each once, with the smaller label on its left.
        for meetings in [true, false] {
            for start in 0..halves.len() {
                let half = &halves[start];
                if used[start] || half.left > half.right || (half.from & MEETING != 0) != meetings {
                    continue;
                }
                let mut gates = vec![self.gate(half.from)];
                let mut at = start;
                loop {
                    used[at] = true;
                    let step = &halves[at];
                    if let Some(last) = gates.last_mut() {
                        last.pinned = step.pinned;
                    }
                    gates.push(self.gate(step.to));
                    match (step.to & MEETING == 0).then(|| onward(step)).flatten() {
                        Some(next) if !used[next] => at = next,
                        _ => break,
                    }
                }
                borders.push(Border {
                    from: half.from,
                    to: halves[at].to,
                    left: half.left,
                    right: half.right,
                    points: shorten(&gates),
                });
            }
        }
        borders
    }
}

/// Joins the borders of one label to rings, the label on the left. At a meeting it has one border in and one out.
fn join(borders: &[Border], sides: &[(usize, bool)]) -> Vec<UnitRing> {
    let ends = |&(at, forward): &(usize, bool)| {
        let border = &borders[at];
        if forward { (border.from, border.to) } else { (border.to, border.from) }
    };
    let start: FxHashMap<u64, usize> = sides.iter().enumerate().map(|(at, side)| (ends(side).0, at)).collect();
    let mut used = vec![false; sides.len()];
    let mut rings = Vec::new();
    for first in 0..sides.len() {
        let (mut ring, mut at) = (UnitRing::new(), first);
        while !used[at] {
            used[at] = true;
            let (border, forward) = sides[at];
            let points = &borders[border].points;
            let last = points.len() - 1;
            if forward {
                ring.extend(&points[..last]);
            } else {
                ring.extend(points[1..].iter().rev());
            }
            match start.get(&ends(&sides[at]).1) {
                Some(&next) => at = next,
                None => break,
            }
        }
        if ring.len() > 2 {
            rings.push(ring);
        }
    }
    rings
}

fn place(key: u64) -> (i32, i32, usize) {
    let (i, j) = crate::bands::key_place(key & !MEETING);
    (i, j, (key & 1) as usize)
}

#[cfg(test)]
mod tests {
    use firesite_model::Metres;
    use geo::{Area, Validation};
    use geo_types::MultiPolygon;
    use proptest::prelude::*;

    use super::*;
    use crate::polygons::{clip_rings, intersection, union};

    fn cut(columns: usize, labels: Vec<u32>) -> Vec<MultiPolygon<f64>> {
        let rows = labels.len() / columns;
        let count = labels.iter().max().map_or(0, |&l| l as usize + 1);
        let lattice = Lattice::new(Metres(50.0), 33.0);
        let labels = Labels { lattice, origin: (209_000, 73_000), columns, rows, of_point: labels };
        labels.rings(count).iter().map(|rings| clip_rings(rings, None)).collect()
    }

    fn exact(parts: &[MultiPolygon<f64>]) {
        for part in parts {
            part.check_validation().unwrap();
        }
        for (k, a) in parts.iter().enumerate() {
            for b in &parts[k + 1..] {
                assert!(intersection(a, b).0.is_empty(), "overlap {:?}", intersection(a, b));
            }
        }
        let whole = union(parts);
        assert_eq!(whole.0.len(), 1, "gaps: {whole:?}");
        assert!(whole.0[0].interiors().is_empty(), "gaps: {whole:?}");
        let (sum, total) = (parts.iter().map(Area::unsigned_area).sum::<f64>(), whole.unsigned_area());
        assert!((sum / total - 1.0).abs() < 1e-9, "{sum} of {total}");
    }

    #[test]
    fn four_labels_meet_in_a_point() {
        let parts = cut(4, vec![0, 0, 1, 1, 0, 0, 1, 1, 2, 2, 3, 3, 2, 2, 3, 3]);
        exact(&parts);
        assert!(parts.iter().all(|p| p.0.len() == 1 && p.0[0].exterior().0.len() <= 8));
    }

    #[test]
    fn an_island_is_a_hole_of_its_surroundings() {
        let parts = cut(5, vec![0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 1, 2, 1, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0]);
        exact(&parts);
        assert_eq!([0, 1, 2].map(|k: usize| parts[k].0[0].interiors().len()), [1, 1, 0]);
    }

    proptest! {
        #[test]
        fn the_areas_fill_the_plane_once(columns in 1usize..12, labels in prop::collection::vec(0u32..4, 1..140)) {
            let rows = (labels.len() / columns).max(1);
            let mut labels = labels;
            labels.resize(rows * columns, 0);
            exact(&cut(columns, labels));
        }
    }
}
