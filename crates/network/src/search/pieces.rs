//! Earliest time along an edge: the lower envelope of what comes from either end and from origins on it.

use firesite_model::TravelTime;

use super::TimeField;
use crate::EdgeId;
use crate::network::NONE;

/// Part of an edge on which the earliest time is linear.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Piece {
    /// Start, share of the edge length from its first node.
    pub from: f64,
    /// End, share of the edge length; greater than `from`.
    pub to: f64,
    /// Earliest time at the start.
    pub time_from: TravelTime,
    /// Earliest time at the end.
    pub time_to: TravelTime,
    /// Position of the origin that is first there.
    pub origin: usize,
}

/// A time that grows along the edge or against it, on a part of the edge.
#[derive(Clone, Copy, Debug)]
struct Line {
    from: f64,
    to: f64,
    /// Time at share 0, if the line went so far.
    at_zero: f64,
    slope: f64,
    origin: u32,
}

impl Line {
    fn at(&self, x: f64) -> f64 {
        self.at_zero + self.slope * x
    }
}

/// Shares closer than this are one place (a hundredth of a millimetre on a kilometre).
const SAME: f64 = 1e-11;
/// Times closer than this, in milliseconds, are equal.
const EQUAL_MS: f64 = 1e-6;

impl TimeField<'_> {
    /// Earliest times along an edge as a piecewise linear function: the pieces in order from the edge's first node, only
    /// the parts within the limit, without access legs. Replaces the content of `pieces`.
    ///
    /// Isochrones, service areas, road lengths and roads by time all read this one function.
    pub fn pieces(&self, edge: EdgeId, pieces: &mut Vec<Piece>) {
        pieces.clear();
        let lines = self.lines(edge);
        if lines.is_empty() {
            return;
        }
        let mut cuts: Vec<f64> = lines.iter().flat_map(|l| [l.from, l.to]).collect();
        for (i, a) in lines.iter().enumerate() {
            for b in &lines[i + 1..] {
                let x = (b.at_zero - a.at_zero) / (a.slope - b.slope);
                if x > a.from.max(b.from) && x < a.to.min(b.to) {
                    cuts.push(x);
                }
            }
        }
        cuts.sort_by(f64::total_cmp);
        let mut last: Option<usize> = None;
        for pair in cuts.windows(2) {
            let (from, to) = (pair[0], pair[1]);
            if to - from <= SAME {
                continue;
            }
            let middle = f64::midpoint(from, to);
            let mut best: Option<usize> = None;
            for (i, line) in lines.iter().enumerate().filter(|(_, l)| l.from <= middle && middle <= l.to) {
                best = match best.map(|b| (b, &lines[b])) {
                    Some((b, other)) => {
                        let ahead = line.at(middle) - other.at(middle);
                        let better = ahead < -EQUAL_MS || (ahead <= EQUAL_MS && line.origin < other.origin);
                        Some(if better { i } else { b })
                    }
                    None => Some(i),
                };
            }
            let Some(line) = best.map(|b| &lines[b]) else {
                last = None;
                continue;
            };
            match pieces.last_mut() {
                Some(piece) if last == best && from - piece.to <= SAME => {
                    piece.to = to;
                    piece.time_to = self.told(line.at(to));
                }
                _ => pieces.push(Piece {
                    from,
                    to,
                    time_from: self.told(line.at(from)),
                    time_to: self.told(line.at(to)),
                    origin: line.origin as usize,
                }),
            }
            last = best;
        }
    }

    /// Rounded half up; never beyond the limit, where the piece was cut.
    fn told(&self, ms: f64) -> TravelTime {
        TravelTime::millis(((ms + 0.5).floor().max(0.0) as u32).min(self.limit))
    }

    fn lines(&self, edge: EdgeId) -> Vec<Line> {
        let record = &self.times.0.network.0.edges[edge.index()];
        let limit = f64::from(self.limit);
        let mut lines = Vec::with_capacity(2);
        // Driving on from `share` at `time`, along (k = 0) or against the edge.
        let mut add = |k: usize, share: f64, time: u32, origin: u32| {
            let arc = record.arcs[k];
            if arc == NONE || time > self.limit {
                return;
            }
            let drive = self.times.0.packed[arc as usize].time;
            if drive == u32::MAX {
                return;
            }
            let (time, drive) = (f64::from(time), f64::from(drive));
            let room = if drive > 0.0 { (limit - time) / drive } else { 1.0 };
            let (from, to, slope) = match k {
                0 => (share, (share + room).min(1.0), drive),
                _ => ((share - room).max(0.0), share, -drive),
            };
            if to - from > SAME {
                lines.push(Line { from, to, at_zero: time - slope * share, slope, origin });
            }
        };
        for (k, share) in [(0, 0.0), (1, 1.0)] {
            if let Some((time, origin)) = self.entry(record.arcs[k]) {
                add(k, share, time, origin);
            }
        }
        for start in self.starts_on(edge.0) {
            add(0, start.share, start.time, start.origin);
            add(1, start.share, start.time, start.origin);
        }
        lines
    }
}
