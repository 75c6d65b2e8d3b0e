//! A town as blocks of about 150 m: grown from its middle to the size its people need, with jittered corners (a uniform
//! grid is all ties), a hierarchy of streets along its lines, and its outline.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    dice::Dice,
    plane::{Micro, Point, Shape, micro},
    roads::Road,
};

/// Side of a block, metres.
pub const SIDE: f64 = 150.0;

/// A corner or a block of the lattice.
pub type Cell = (i32, i32);

/// How wide the streets are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Size {
    City,
    Seat,
    Town,
}

/// The street class of a line of the lattice.
fn class(size: Size, line: i32) -> &'static str {
    match (size, line) {
        (Size::City, l) if l % 12 == 0 => "primary",
        (Size::Seat, 0) => "primary",
        (Size::City | Size::Seat, l) if l % 6 == 0 => "secondary",
        (Size::Town, 0) => "secondary",
        (_, l) if l % 3 == 0 => "tertiary",
        _ => "residential",
    }
}

/// A built-up area.
pub struct Area {
    pub size: Size,
    pub centre: Point,
    turn: (f64, f64),
    jitter: String,
    pub blocks: BTreeSet<Cell>,
    corners: BTreeMap<Cell, Point>,
}

impl Area {
    /// Grows `count` blocks where `allowed(corners of a block)` says yes, nearest first by a distance that wavers with
    /// the direction.
    pub fn grow(subject: &str, size: Size, centre: Point, count: usize, allowed: impl Fn(&[Point]) -> bool) -> Self {
        let mut dice = Dice::of(&format!("area {subject}"));
        let angle = dice.between(-0.35, 0.35);
        let waves: Vec<(f64, f64)> =
            (0..4).map(|_| (dice.between(0.0, 0.13), dice.between(0.0, std::f64::consts::TAU))).collect();
        let mut area = Self {
            size,
            centre,
            turn: (angle.cos(), angle.sin()),
            jitter: subject.to_owned(),
            blocks: BTreeSet::new(),
            corners: BTreeMap::new(),
        };
        let rank = |(i, j): Cell| {
            let (x, y) = (f64::from(i) + 0.5, f64::from(j) + 0.5);
            let theta = y.atan2(x);
            let waver: f64 =
                waves.iter().zip(1..).map(|((a, phase), k)| a * (f64::from(k) * theta + phase).cos()).sum();
            ((x.hypot(y) * (1.0 + waver)) * 1e6) as i64
        };
        let fits = |area: &Self, b: Cell| {
            allowed(&[[0, 0], [1, 0], [1, 1], [0, 1]].map(|d| area.plain((b.0 + d[0], b.1 + d[1]))))
        };
        let (mut front, mut seen): (BTreeSet<(i64, Cell)>, BTreeSet<Cell>) = (BTreeSet::new(), BTreeSet::new());
        for start in [(0, 0), (-1, 0), (0, -1), (-1, -1)] {
            front.insert((rank(start), start));
            seen.insert(start);
        }
        while let Some((_, block)) = front.pop_first() {
            if area.blocks.len() >= count {
                break;
            }
            if !fits(&area, block) {
                continue;
            }
            area.blocks.insert(block);
            for d in [(1, 0), (-1, 0), (0, 1), (0, -1)] {
                let next = (block.0 + d.0, block.1 + d.1);
                if seen.insert(next) {
                    front.insert((rank(next), next));
                }
            }
        }
        area.blocks = tidy(&area.blocks);
        for corner in area
            .blocks
            .iter()
            .flat_map(|b| [(b.0, b.1), (b.0 + 1, b.1), (b.0 + 1, b.1 + 1), (b.0, b.1 + 1)])
            .collect::<BTreeSet<Cell>>()
        {
            let mut dice = Dice::of(&format!("corner {} {corner:?}", area.jitter));
            let p = area.plain(corner);
            area.corners.insert(corner, [p[0] + dice.between(-22.0, 22.0), p[1] + dice.between(-22.0, 22.0)]);
        }
        area
    }

    fn plain(&self, (i, j): Cell) -> Point {
        let (x, y) = (f64::from(i) * SIDE, f64::from(j) * SIDE);
        [self.centre[0] + x * self.turn.0 - y * self.turn.1, self.centre[1] + x * self.turn.1 + y * self.turn.0]
    }

    /// Where a corner lies.
    pub fn corner(&self, c: Cell) -> Option<Point> {
        self.corners.get(&c).copied()
    }

    /// The middle of a block.
    pub fn middle(&self, (i, j): Cell) -> Point {
        let sum = [(0, 0), (1, 0), (1, 1), (0, 1)]
            .iter()
            .filter_map(|d| self.corner((i + d.0, j + d.1)))
            .fold([0.0; 2], |s, p| [s[0] + p[0], s[1] + p[1]]);
        [sum[0] / 4.0, sum[1] / 4.0]
    }

    /// Crossings of two wide streets, at least one of them secondary or wider: where a station may front.
    pub fn main_crossings(&self) -> Vec<Cell> {
        let wide = |l: i32| class(self.size, l) != "residential";
        let wider = |l: i32| ["primary", "secondary"].contains(&class(self.size, l));
        self.corners.keys().copied().filter(|&(i, j)| wide(i) && wide(j) && (wider(i) || wider(j))).collect()
    }

    /// The streets: one line a run, in classes of the lattice line. A few residential pieces are left out, never two of
    /// one block, so that the network stays whole.
    pub fn streets(&self) -> Vec<Road> {
        let mut dice = Dice::of(&format!("streets {}", self.jitter));
        let (mut merged, mut missing) = (BTreeSet::new(), BTreeSet::new());
        for &(i, j) in &self.blocks {
            // Upward neighbour: the edge between the two runs along line j + 1.
            let up = (i, j + 1);
            if dice.unit() < 0.12
                && self.blocks.contains(&up)
                && class(self.size, j + 1) == "residential"
                && !merged.contains(&(i, j))
                && !merged.contains(&up)
            {
                merged.extend([(i, j), up]);
                missing.insert(((i, j + 1), (i + 1, j + 1)));
            }
        }
        let mut roads = Vec::new();
        for across in [false, true] {
            let mut lines: BTreeMap<i32, Vec<i32>> = BTreeMap::new();
            for &c in self.corners.keys() {
                let (line, at) = if across { (c.0, c.1) } else { (c.1, c.0) };
                lines.entry(line).or_default().push(at);
            }
            for (line, stops) in lines {
                let cell = |at: i32| if across { (line, at) } else { (at, line) };
                let mut run: Vec<Micro> = Vec::new();
                for &at in &stops {
                    let (a, b) = (cell(at), cell(at + 1));
                    let sides = if across { [(line, at), (line - 1, at)] } else { [(at, line), (at, line - 1)] };
                    let there = sides.iter().any(|s| self.blocks.contains(s)) && !missing.contains(&(a, b));
                    if let (true, Some(pa), Some(pb)) = (there, self.corner(a), self.corner(b)) {
                        if run.is_empty() {
                            run.push(micro(pa));
                        }
                        run.push(micro(pb));
                    } else if run.len() > 1 {
                        roads.push(Road::new(class(self.size, line), std::mem::take(&mut run)));
                    }
                }
                if run.len() > 1 {
                    roads.push(Road::new(class(self.size, line), run));
                }
            }
        }
        roads
    }

    /// The outline of some of its blocks.
    pub fn outline(&self, blocks: &BTreeSet<Cell>) -> Shape {
        let mut next: BTreeMap<Cell, Vec<Cell>> = BTreeMap::new();
        for &(i, j) in blocks {
            let sides = [
                ((i, j), (i + 1, j), (i, j - 1)),
                ((i + 1, j), (i + 1, j + 1), (i + 1, j)),
                ((i + 1, j + 1), (i, j + 1), (i, j + 1)),
                ((i, j + 1), (i, j), (i - 1, j)),
            ];
            for (a, b, _) in sides.into_iter().filter(|(_, _, over)| !blocks.contains(over)) {
                next.entry(a).or_default().push(b);
            }
        }
        let mut rings = Vec::new();
        while let Some((&start, _)) = next.first_key_value() {
            let (mut ring, mut at, mut from) = (Vec::new(), start, None);
            while let Some(ends) = next.get_mut(&at) {
                ring.extend(self.corner(at).map(micro));
                // Where two blocks touch at a corner, the ring stays with its own block: it turns left.
                let left =
                    |to: &Cell| from.map_or(0, |f: Cell| (at.0 - f.0) * (to.1 - at.1) - (at.1 - f.1) * (to.0 - at.0));
                let pick = (0..ends.len()).max_by_key(|&k| left(&ends[k])).unwrap_or(0);
                let to = ends.swap_remove(pick);
                if ends.is_empty() {
                    next.remove(&at);
                }
                (from, at) = (Some(at), to);
                if at == start {
                    break;
                }
            }
            rings.push(ring);
        }
        Shape::of_rings(rings)
    }
}

/// Fills holes and blocks that touch only at a corner, so that outlines are simple rings.
pub fn tidy(blocks: &BTreeSet<Cell>) -> BTreeSet<Cell> {
    let mut all = blocks.clone();
    loop {
        let mut add = BTreeSet::new();
        for &(i, j) in &all {
            for (di, dj) in [(1, 1), (1, -1)] {
                if all.contains(&(i + di, j + dj)) && !all.contains(&(i + di, j)) && !all.contains(&(i, j + dj)) {
                    add.insert((i + di, j));
                }
            }
        }
        if add.is_empty() {
            break;
        }
        all.extend(add);
    }
    // Holes: empty cells that the outside does not reach.
    let Some((least_i, most_i)) = all.iter().map(|b| b.0).min().zip(all.iter().map(|b| b.0).max()) else { return all };
    let Some((least_j, most_j)) = all.iter().map(|b| b.1).min().zip(all.iter().map(|b| b.1).max()) else { return all };
    let (mut stack, mut outside) = (vec![(least_i - 1, least_j - 1)], BTreeSet::new());
    while let Some(c) = stack.pop() {
        let inside_frame = (least_i - 1..=most_i + 1).contains(&c.0) && (least_j - 1..=most_j + 1).contains(&c.1);
        if inside_frame && !all.contains(&c) && outside.insert(c) {
            stack.extend([(1, 0), (-1, 0), (0, 1), (0, -1)].map(|d| (c.0 + d.0, c.1 + d.1)));
        }
    }
    for i in least_i..=most_i {
        for j in least_j..=most_j {
            if !outside.contains(&(i, j)) {
                all.insert((i, j));
            }
        }
    }
    all
}
