//! Rows that sites of several parts serve: prices at which the known plan loses nothing.
//!
//! Such a row has one price `v` in all parts. At the known plan the row counts `v − Σ_open max(0, v − c)`, which is what it costs as long
//! as `v` lies between the cost of its first open site and that of its second; elsewhere the bound falls short of the plan however well
//! the parts are proven. Within these ends each part must find nothing better than what the plan has there. A plan `X` of a part that
//! beats the known one says how the prices have to move:
//!
//! ```text
//! value(X) − value(known) = L − Σ_i [Σ_{j in X} max(0, v_i − c_ij) − Σ_{j known} max(0, v_i − c_ij)]  >=  0
//! ```
//!
//! which is concave in `v`. Prices that satisfy all of these at once are looked for by projection onto one after the other [Agmon 1954;
//! Motzkin and Schoenberg 1954]; where there are some, the parts add up to a proof.

use super::super::exact::Frame;
use super::super::state::State;

/// A plan of a part, better there than the known one when it was found: sites of the instance.
pub(super) type Rival = (usize, Vec<u32>);

/// Most rounds of projections onto all conditions.
const ROUNDS: usize = 4_000;

/// A row that parts share.
struct Shared {
    class: usize,
    low: f64,
    high: f64,
}

/// What a part may not do better than: by shared row the costs at which its sites and those of the known plan serve.
struct Condition {
    local: f64,
    rows: Vec<(usize, Vec<f64>, Vec<f64>)>,
}

impl Condition {
    /// What the rival costs more than the known plan, and its slope.
    fn value(&self, v: &[f64], slope: &mut Vec<(usize, f64)>) -> f64 {
        let mut value = self.local;
        slope.clear();
        for (row, rival, known) in &self.rows {
            let mut count = 0.0;
            for c in rival.iter().filter(|c| **c < v[*row]) {
                value -= v[*row] - c;
                count -= 1.0;
            }
            for c in known.iter().filter(|c| **c < v[*row]) {
                value += v[*row] - c;
                count += 1.0;
            }
            if count != 0.0 {
                slope.push((*row, count));
            }
        }
        value
    }
}

/// Prices of the shared rows at which no rival beats the known plan, as far as there are any: positions of classes with their prices.
/// `None` where there is nothing shared, or nothing moves.
pub(super) fn agree(frame: &Frame<'_>, state: &State<'_>, rivals: &[Rival]) -> Option<Vec<(usize, i64)>> {
    let mut known = vec![false; frame.instance.sites.len()];
    for k in state.sites() {
        known[frame.flat.origin[k as usize] as usize] = true;
    }
    let mut shared: Vec<Shared> = Vec::new();
    let mut position = vec![usize::MAX; frame.classes.len()];
    for class in frame.spanning() {
        let mut open = frame.offers(class).filter(|o| known[o.0 as usize]).map(|o| o.1);
        let most = frame.highest(class);
        let low = open.next().unwrap_or(most).min(most);
        let high = open.next().unwrap_or(most).min(most);
        if low >= 1 << 61 {
            // A row that must be served, and is not: there is no plan to compare with.
            return None;
        }
        position[class] = shared.len();
        shared.push(Shared { class, low: low as f64, high: high.clamp(low, 1 << 61) as f64 });
    }
    if shared.is_empty() {
        return None;
    }
    let before: Vec<f64> = shared.iter().map(|s| frame.root.rows[s.class] as f64).collect();
    let conditions: Vec<Condition> =
        rivals.iter().filter_map(|rival| condition(frame, &known, rival, &position, &before)).collect();
    let mut v: Vec<f64> = before.iter().zip(&shared).map(|(v, s)| v.clamp(s.low, s.high)).collect();
    // Prices become whole numbers: a little more than nothing keeps the conditions.
    let margin = shared.len() as f64 + 1.0;
    let mut slope = Vec::new();
    for _ in 0..ROUNDS {
        let mut kept = true;
        for condition in &conditions {
            let short = margin - condition.value(&v, &mut slope);
            if short <= 0.0 {
                continue;
            }
            kept = false;
            // In the metric in which every row may move from one end to the other.
            let width = |row: usize| (shared[row].high - shared[row].low).powi(2);
            let square: f64 = slope.iter().map(|&(row, g)| width(row) * g * g).sum();
            if square <= 0.0 {
                continue;
            }
            for &(row, g) in &slope {
                let s = &shared[row];
                v[row] = (v[row] + 1.1 * short * width(row) * g / square).clamp(s.low, s.high);
            }
        }
        if kept {
            break;
        }
    }
    let prices: Vec<(usize, i64)> = shared.iter().zip(&v).map(|(s, &v)| (s.class, v.round() as i64)).collect();
    prices.iter().any(|&(class, v)| frame.root.rows[class] != v).then_some(prices)
}

fn condition(
    frame: &Frame<'_>,
    known: &[bool],
    (q, sites): &Rival,
    position: &[usize],
    v: &[f64],
) -> Option<Condition> {
    let part = &frame.parts[*q];
    let costs = frame.site_costs(*q);
    let mut rival = vec![false; known.len()];
    for &j in sites {
        rival[j as usize] = true;
    }
    // Fixed sites are open in every plan.
    for &j in part.sites.iter().filter(|j| frame.instance.sites[**j as usize].fixed) {
        rival[j as usize] = true;
    }
    let here = frame.part_value(*q, &costs, &rival)? - frame.part_value(*q, &costs, known)?;
    let mut rows = Vec::new();
    for &class in frame.touching(*q) {
        let row = position[class as usize];
        if row == usize::MAX {
            continue;
        }
        let (mut theirs, mut ours) = (Vec::new(), Vec::new());
        for (j, cost) in frame.offers(class as usize) {
            if frame.part_of[j as usize] as usize == *q && rival[j as usize] != known[j as usize] {
                if rival[j as usize] { &mut theirs } else { &mut ours }.push(cost as f64);
            }
        }
        if !theirs.is_empty() || !ours.is_empty() {
            rows.push((row, theirs, ours));
        }
    }
    let mut condition = Condition { local: 0.0, rows };
    // What the rows say at the present prices is in the parts' values.
    condition.local = here as f64 - condition.value(v, &mut Vec::new());
    Some(condition)
}
