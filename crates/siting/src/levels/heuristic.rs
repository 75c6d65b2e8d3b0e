//! Feasible plans without proof: lazy greedy, swaps, and swaps restarted from shaken plans.
//!
//! All of them look at the whole score at once: violation of side constraints, then the levels in order. So a plan is repaired,
//! covered, made cheap and made fast by the same moves.

use rand_pcg::Pcg64Mcg;
use rand_pcg::rand_core::{Rng, SeedableRng};

use super::flat::Flat;
use super::limit::Limit;
use super::state::{NONE, Score, State};

/// Sites that one move may exchange.
pub(super) struct Neighbourhoods {
    /// Neighbourhood of each site.
    pub of: Vec<u32>,
    /// Free sites of each neighbourhood.
    pub sites: Vec<Vec<u32>>,
}

impl Neighbourhoods {
    /// Sites grouped by component.
    pub(super) fn new(flat: &Flat, component: &[u32]) -> Self {
        let count = component.iter().max().map_or(0, |&m| m as usize + 1);
        let mut sites = vec![Vec::new(); count];
        for j in 0..flat.len() {
            if flat.free[j] {
                sites[component[j] as usize].push(j as u32);
            }
        }
        Self { of: component.to_vec(), sites }
    }
}

/// Greedy: first what the side constraints ask, by the most cover for the cost; then cover for its cost while it grows.
pub(super) fn greedy(state: &mut State<'_>, hoods: &Neighbourhoods) {
    let flat = state.flat;
    let free: Vec<u32> = hoods.sites.iter().flatten().copied().collect();
    // Gains of a neighbourhood stay the same until something opens in it.
    let mut kept: Vec<Option<(i64, i64)>> = vec![None; flat.len()];
    let mut stale_violation = true;
    loop {
        let mut best: Option<(i64, f64, i64, u32)> = None;
        for &j in &free {
            if state.chosen[flat.set_of[j as usize] as usize] != NONE {
                continue;
            }
            let (gain, violation) = match kept[j as usize] {
                Some(known) if !stale_violation => known,
                _ => state.gain(j),
            };
            kept[j as usize] = Some((gain, violation));
            let rate = gain as f64 / (flat.cost[j as usize] as f64 + 0.1);
            let wanted = violation < 0 || (violation == 0 && gain > 0);
            if !wanted {
                continue;
            }
            let key = (violation, -rate, flat.cost[j as usize], j);
            if best.is_none_or(|b| key.partial_cmp(&b) == Some(std::cmp::Ordering::Less)) {
                best = Some(key);
            }
        }
        let Some((_, _, _, j)) = best else { return };
        state.set(j, true);
        // A constraint may reach into every neighbourhood; only if none is touched do the other gains stay.
        stale_violation = !flat.conditions_of[j as usize].is_empty();
        if !stale_violation {
            for &k in &hoods.sites[hoods.of[j as usize] as usize] {
                kept[k as usize] = None;
            }
        }
    }
}

/// Best single move that closes `out` (or nothing) and opens one of `candidates` (or nothing). Leaves the state as it was.
fn best_move(state: &mut State<'_>, out: Option<u32>, candidates: &[u32], bar: &Score) -> Option<(Score, Option<u32>)> {
    let flat = state.flat;
    let mut best = *bar;
    let mut found = None;
    if let Some(a) = out {
        state.set(a, false);
        let score = state.score();
        if score < best {
            best = score;
            found = Some(None);
        }
    }
    for &b in candidates {
        if Some(b) == out || state.chosen[flat.set_of[b as usize] as usize] != NONE {
            continue;
        }
        if let Some(score) = state.weigh(b, &best) {
            best = score;
            found = Some(Some(b));
        }
    }
    if let Some(a) = out {
        state.set(a, true);
    }
    found.map(|b| (best, b))
}

/// Swaps, additions and removals inside neighbourhoods until none improves. `only` restricts it to one neighbourhood.
pub(super) fn descend(state: &mut State<'_>, hoods: &Neighbourhoods, only: Option<u32>, limit: Limit) -> u64 {
    let flat = state.flat;
    let mut moves = 0;
    let mut improved = true;
    while improved && !state.meter.reached(limit) {
        improved = false;
        let mine: Vec<u32> = match only {
            Some(h) => vec![h],
            None => (0..hoods.sites.len() as u32).collect(),
        };
        for h in mine {
            let sites = &hoods.sites[h as usize];
            loop {
                let bar = state.score();
                let mut done = true;
                if let Some((_, Some(b))) = best_move(state, None, sites, &bar) {
                    state.set(b, true);
                    moves += 1;
                    done = false;
                }
                let open: Vec<u32> = sites.iter().copied().filter(|&j| state.open[j as usize]).collect();
                for a in open {
                    if !state.open[a as usize] || flat.fixed[a as usize] {
                        continue;
                    }
                    let bar = state.score();
                    if let Some((_, b)) = best_move(state, Some(a), sites, &bar) {
                        state.set(a, false);
                        if let Some(b) = b {
                            state.set(b, true);
                        }
                        moves += 1;
                        done = false;
                    }
                    if state.meter.reached(limit) {
                        return moves;
                    }
                }
                if done {
                    break;
                }
                improved = true;
            }
        }
    }
    moves
}

/// Swaps across neighbourhoods, for constraints that couple them (exactly so many new stations in all). One pass.
pub(super) fn across(state: &mut State<'_>, hoods: &Neighbourhoods, limit: Limit) -> bool {
    let all: Vec<u32> = hoods.sites.iter().flatten().copied().collect();
    let open: Vec<u32> = all.iter().copied().filter(|&j| state.open[j as usize]).collect();
    let mut improved = false;
    for a in open {
        if state.meter.reached(limit) {
            break;
        }
        let bar = state.score();
        if let Some((_, b)) = best_move(state, Some(a), &all, &bar) {
            state.set(a, false);
            if let Some(b) = b {
                state.set(b, true);
            }
            improved = true;
        }
    }
    improved
}

/// Descents inside and across until neither improves.
pub(super) fn settle(state: &mut State<'_>, hoods: &Neighbourhoods, coupled: bool, limit: Limit) {
    loop {
        descend(state, hoods, None, limit);
        if !coupled && state.feasible() || state.meter.reached(limit) || !across(state, hoods, limit) {
            return;
        }
    }
}

/// Iterated local search: in turn, one neighbourhood is shaken and descends; worse results are taken back.
pub(super) fn shake(state: &mut State<'_>, hoods: &Neighbourhoods, rounds: usize, seed: u64, limit: Limit) {
    let flat = state.flat;
    let mut random = Pcg64Mcg::seed_from_u64(seed);
    for _ in 0..rounds {
        for h in 0..hoods.sites.len() as u32 {
            if state.meter.reached(limit) {
                return;
            }
            let sites = &hoods.sites[h as usize];
            let open: Vec<u32> = sites.iter().copied().filter(|&j| state.open[j as usize]).collect();
            if open.is_empty() || sites.len() < 3 {
                continue;
            }
            let before = state.score();
            let kicks = 1 + (random.next_u32() as usize % 2).min(open.len() - 1);
            for _ in 0..kicks {
                let a = open[random.next_u32() as usize % open.len()];
                let b = sites[random.next_u32() as usize % sites.len()];
                if state.open[a as usize] {
                    state.set(a, false);
                }
                if state.chosen[flat.set_of[b as usize] as usize] == NONE {
                    state.set(b, true);
                }
            }
            descend(state, hoods, Some(h), limit);
            if state.score() > before {
                for &j in sites {
                    let was = open.binary_search(&j).is_ok();
                    if state.open[j as usize] && !was {
                        state.set(j, false);
                    }
                }
                for &j in &open {
                    if !state.open[j as usize] {
                        state.set(j, true);
                    }
                }
            }
        }
    }
}
