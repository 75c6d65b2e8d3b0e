//! The road network: the real skeleton, streets of the areas, links between them, village roads.

use std::collections::BTreeMap;

use super::{
    dice::Dice,
    facts::Highway,
    plane::{Micro, Point, along, crossing, distance, micro, nearest_share, unmicro},
};

/// Pieces of the skeleton of at least this length between junctions are long-distance roads.
const TRUNK_KM: f64 = 3.0;

/// One road as drawn.
pub struct Road {
    pub class: &'static str,
    pub real: bool,
    pub line: Vec<Micro>,
}

impl Road {
    /// A schematic road.
    pub fn new(class: &'static str, line: Vec<Micro>) -> Self {
        Self { class, real: false, line }
    }
}

/// One piece of the skeleton and the places where other roads meet it.
struct Piece {
    ends: (Micro, Micro),
    at: (Point, Point),
    class: &'static str,
    whole: bool,
    cuts: Vec<(f64, Micro)>,
}

/// The skeleton.
pub struct Skeleton(Vec<Piece>);

impl Skeleton {
    /// Classed by one rule: `trunk` from 3 km between junctions, else `primary`.
    pub fn of(highways: &[Highway]) -> Self {
        let mut pieces: Vec<Piece> = highways
            .iter()
            .map(|h| Piece {
                ends: h.ends,
                at: (unmicro(h.ends.0), unmicro(h.ends.1)),
                class: if h.km >= TRUNK_KM { "trunk" } else { "primary" },
                whole: false,
                cuts: Vec::new(),
            })
            .collect();
        let parts = components(pieces.iter().map(|p| [p.ends.0, p.ends.1].to_vec()));
        let mut sizes: BTreeMap<usize, usize> = BTreeMap::new();
        for part in parts.values() {
            *sizes.entry(*part).or_insert(0) += 1;
        }
        let largest =
            sizes.iter().max_by_key(|(part, size)| (**size, std::cmp::Reverse(**part))).map(|(part, _)| *part);
        for piece in &mut pieces {
            piece.whole = parts.get(&piece.ends.0).copied() == largest;
        }
        Self(pieces)
    }

    /// The nearest position on its largest part, by piece and share; only pieces `wanted` says yes to.
    pub fn nearest(&self, p: Point, wanted: impl Fn(Point) -> bool) -> Option<(usize, f64, Point)> {
        let places = self.0.iter().enumerate().filter(|(_, e)| e.whole).map(|(i, e)| {
            let t = nearest_share(e.at.0, e.at.1, p);
            (i, t, along(e.at.0, e.at.1, t))
        });
        places.filter(|(_, _, q)| wanted(*q)).min_by(|a, b| distance(a.2, p).total_cmp(&distance(b.2, p)))
    }

    /// A road meets the piece here: at the end when one is near, else at a new corner.
    pub fn join(&mut self, piece: usize, t: f64) -> Micro {
        let e = &mut self.0[piece];
        let p = along(e.at.0, e.at.1, t);
        if distance(p, e.at.0) < 40.0 {
            return e.ends.0;
        }
        if distance(p, e.at.1) < 40.0 {
            return e.ends.1;
        }
        let m = micro(p);
        e.cuts.push((t, m));
        m
    }

    /// Lets the wide streets of an area cross the skeleton at grade; how many crossings there are.
    pub fn cross(&mut self, streets: &mut [Road]) -> usize {
        let mut count = 0;
        for street in streets.iter_mut().filter(|s| s.class != "residential") {
            let mut line = Vec::with_capacity(street.line.len());
            for k in 0..street.line.len() {
                line.push(street.line[k]);
                let Some(&to) = street.line.get(k + 1) else { break };
                let (a, b) = (unmicro(street.line[k]), unmicro(to));
                let mut found: Vec<(f64, Micro)> = Vec::new();
                for e in &mut self.0 {
                    let (c, d) = e.at;
                    if c[0].min(d[0]) > a[0].max(b[0])
                        || c[0].max(d[0]) < a[0].min(b[0])
                        || c[1].min(d[1]) > a[1].max(b[1])
                        || c[1].max(d[1]) < a[1].min(b[1])
                    {
                        continue;
                    }
                    if let Some((t, u)) = crossing(a, b, c, d) {
                        let m = micro(along(a, b, t));
                        found.push((t, m));
                        e.cuts.push((u, m));
                    }
                }
                found.sort_by(|x, y| x.0.total_cmp(&y.0));
                count += found.len();
                for (_, m) in found {
                    if line.last() != Some(&m) && m != to {
                        line.push(m);
                    }
                }
            }
            street.line = line;
        }
        count
    }

    /// The finished roads.
    pub fn roads(&self) -> Vec<Road> {
        self.0
            .iter()
            .map(|e| {
                let mut cuts = e.cuts.clone();
                cuts.sort_by(|x, y| x.0.total_cmp(&y.0).then(x.1.cmp(&y.1)));
                let mut line = vec![e.ends.0];
                line.extend(cuts.iter().map(|c| c.1));
                line.push(e.ends.1);
                line.dedup();
                Road { class: e.class, real: true, line }
            })
            .collect()
    }
}

/// A winding road: its drawn length is the straight distance times the factor.
pub fn wind(from: Micro, to: Micro, factor: f64, step: f64, subject: &str) -> Vec<Micro> {
    let (a, b) = (unmicro(from), unmicro(to));
    let straight = distance(a, b);
    if straight < 100.0 {
        return vec![from, to];
    }
    let mut dice = Dice::of(&format!("road {subject}"));
    let waves = (straight / 2_500.0).round().max(1.0);
    let count = ((straight / step).ceil() as usize).clamp(6, 60);
    let phases = [dice.between(0.0, std::f64::consts::TAU), dice.between(0.0, std::f64::consts::TAU)];
    let offsets: Vec<f64> = (0..=count)
        .map(|k| {
            let t = k as f64 / count as f64;
            let swing = (std::f64::consts::TAU * waves * t + phases[0]).sin()
                + 0.5 * (std::f64::consts::TAU * (waves + 1.0) * t + phases[1]).sin();
            (std::f64::consts::PI * t).sin() * swing
        })
        .collect();
    let (ux, uy) = ((b[0] - a[0]) / straight, (b[1] - a[1]) / straight);
    let line = |scale: f64| -> Vec<Point> {
        offsets
            .iter()
            .enumerate()
            .map(|(k, o)| (along(a, b, k as f64 / count as f64), o))
            .map(|(p, o)| [p[0] - uy * o * scale, p[1] + ux * o * scale])
            .collect()
    };
    let length = |points: &[Point]| -> f64 { points.windows(2).map(|w| distance(w[0], w[1])).sum() };
    let (mut low, mut high) = (0.0, straight);
    for _ in 0..50 {
        let middle = f64::midpoint(low, high);
        if length(&line(middle)) < factor * straight { low = middle } else { high = middle }
    }
    let mut found: Vec<Micro> = line(low).into_iter().map(micro).collect();
    found[0] = from;
    found[count] = to;
    found.dedup();
    found
}

/// Which part of the network each place belongs to, numbered.
pub fn components(lines: impl Iterator<Item = Vec<Micro>>) -> BTreeMap<Micro, usize> {
    let mut number: BTreeMap<Micro, usize> = BTreeMap::new();
    let mut parent: Vec<usize> = Vec::new();
    fn root(parent: &mut [usize], mut i: usize) -> usize {
        while parent[i] != i {
            parent[i] = parent[parent[i]];
            i = parent[i];
        }
        i
    }
    for line in lines {
        let mut before = None;
        for m in line {
            let id = *number.entry(m).or_insert_with(|| {
                parent.push(parent.len());
                parent.len() - 1
            });
            if let Some(last) = before {
                let (x, y) = (root(&mut parent, last), root(&mut parent, id));
                parent[x.max(y)] = x.min(y);
            }
            before = Some(id);
        }
    }
    number.into_iter().map(|(m, id)| (m, root(&mut parent, id))).collect()
}
