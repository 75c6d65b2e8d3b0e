//! A part of the problem that is bounded on its own, as arrays.

use firesite_problem::Sense;

use super::super::flat::{Flat, UNGROUPED, View};
use super::super::state::NONE;

/// A condition of a piece, in its own positions.
#[derive(Debug, Clone)]
pub(in crate::levels) struct PieceCondition {
    /// Position among the flat conditions; [`NONE`] for a count of the tree.
    pub flat: u32,
    pub terms: Vec<(u32, f64)>,
    pub sense: Sense,
    pub rhs: f64,
    /// Size of a step of its price against that of a row.
    pub scale: f64,
}

/// A row of a piece.
#[derive(Debug, Clone, Copy)]
pub(in crate::levels) struct PieceRow {
    /// Position in the view.
    pub flat: u32,
    pub weight: f64,
    /// Position in the piece's groups, [`UNGROUPED`] or [`NONE`] alike where the price is `ω`.
    pub group: u32,
    pub hard: bool,
    pub base: f64,
    pub base_covered: bool,
}

/// A group of a piece.
#[derive(Debug, Clone, Copy)]
pub(in crate::levels) struct PieceGroup {
    pub flat: u32,
    pub cap: f64,
    pub floor: f64,
    pub settled: f64,
    pub weight: f64,
}

/// A part of the problem that is bounded on its own.
#[derive(Debug, Clone)]
pub(in crate::levels) struct Piece {
    /// Flat positions of the sites.
    pub sites: Vec<u32>,
    /// Effective cost of each site, prices of what spans pieces included.
    pub cost: Vec<f64>,
    pub set_of: Vec<u32>,
    pub sets: Vec<Vec<u32>>,
    pub profile: Vec<u32>,
    /// Entries of profile `p` are `start[p]..start[p + 1]`.
    pub start: Vec<u32>,
    pub row: Vec<u32>,
    pub time: Vec<f64>,
    pub covered: Vec<bool>,
    pub rows: Vec<PieceRow>,
    pub groups: Vec<PieceGroup>,
    pub conditions: Vec<PieceCondition>,
    pub conditions_of: Vec<Vec<(u32, f64)>>,
    /// Price of a weighted unit of time.
    pub time_price: f64,
    /// Reward of covered weight.
    pub omega: f64,
    /// What the piece does not see of its part: fixed sites, rows that they settle.
    pub constant: f64,
}

/// What the piece needs to know of the level.
#[derive(Debug, Clone, Default)]
pub(in crate::levels) struct LevelPrices {
    /// Price of each site of the piece.
    pub site: Vec<f64>,
    pub time_price: f64,
    pub omega: f64,
}

impl Piece {
    /// The piece of these free sites (ascending) at these costs. Rows, groups and conditions belong to it when all their sites do;
    /// `member` says that of fixed sites too. `open_guess`: how many sites a good plan opens here.
    pub(in crate::levels) fn new(
        flat: &Flat,
        view: &View,
        sites: &[u32],
        member: &[bool],
        prices: LevelPrices,
        open_guess: usize,
    ) -> Self {
        let mut local = vec![NONE; flat.len()];
        for (k, &j) in sites.iter().enumerate() {
            local[j as usize] = k as u32;
        }
        // Profiles with a free site here; a row is ours when all its profiles are.
        let mut profile_local: Vec<u32> = vec![NONE; view.entries.len()];
        let mut profiles: Vec<u32> = Vec::new();
        let mut outside = vec![false; view.entries.len()];
        for (j, &here) in local.iter().enumerate() {
            let p = view.profile[j] as usize;
            if !flat.free[j] {
                continue;
            }
            if here == NONE {
                outside[p] = true;
            } else if profile_local[p] == NONE {
                profile_local[p] = profiles.len() as u32;
                profiles.push(p as u32);
            }
        }
        let mut row_local = vec![NONE; view.rows.len()];
        let mut rows = Vec::new();
        let mut group_local = vec![NONE; flat.cap.len()];
        let mut groups: Vec<PieceGroup> = Vec::new();
        let mine = group_members(flat, view, &local);
        for &p in &profiles {
            for e in &view.entries[p as usize] {
                let i = e.row as usize;
                if row_local[i] != NONE
                    || view.servers[i].iter().any(|&(_, q)| profile_local[q as usize] == NONE || outside[q as usize])
                {
                    continue;
                }
                row_local[i] = rows.len() as u32;
                let r = &view.rows[i];
                let group = if !r.counts || r.group == UNGROUPED || !mine[r.group as usize] {
                    NONE
                } else {
                    let g = r.group as usize;
                    if group_local[g] == NONE {
                        group_local[g] = groups.len() as u32;
                        groups.push(PieceGroup {
                            flat: g as u32,
                            cap: flat.cap[g] as f64,
                            floor: flat.floor[g] as f64,
                            settled: flat.settled[g] as f64,
                            weight: 0.0,
                        });
                    }
                    let k = group_local[g];
                    groups[k as usize].weight += r.weight as f64;
                    if r.base_covered {
                        // Covered by a fixed site, but faster by another: the row itself counts it.
                        groups[k as usize].settled -= r.weight as f64;
                    }
                    k
                };
                rows.push(PieceRow {
                    flat: e.row,
                    // A hard row without weight is priced per row; its times and cover are worth nothing.
                    weight: if r.weight == 0 { 1.0 } else { r.weight as f64 },
                    group,
                    hard: r.hard,
                    base: f64::from(r.base),
                    base_covered: r.base_covered,
                });
            }
        }
        let (mut start, mut row, mut time, mut covered) = (vec![0u32], Vec::new(), Vec::new(), Vec::new());
        for &p in &profiles {
            for e in &view.entries[p as usize] {
                if row_local[e.row as usize] != NONE {
                    row.push(row_local[e.row as usize]);
                    let weighs = view.rows[e.row as usize].weight > 0;
                    time.push(if weighs { f64::from(e.time) } else { 0.0 });
                    covered.push(e.covered && weighs);
                }
            }
            start.push(row.len() as u32);
        }
        let mut sets = Vec::new();
        let mut set_local = vec![NONE; flat.sets.len()];
        let mut set_of = Vec::with_capacity(sites.len());
        for (k, &j) in sites.iter().enumerate() {
            let s = flat.set_of[j as usize] as usize;
            if set_local[s] == NONE {
                set_local[s] = sets.len() as u32;
                sets.push(Vec::new());
            }
            sets[set_local[s] as usize].push(k as u32);
            set_of.push(set_local[s]);
        }
        let profile = sites.iter().map(|&j| profile_local[view.profile[j as usize] as usize]).collect();
        let mut piece = Self {
            sites: sites.to_vec(),
            cost: prices.site,
            set_of,
            sets,
            profile,
            start,
            row,
            time,
            covered,
            rows,
            groups,
            conditions: Vec::new(),
            conditions_of: vec![Vec::new(); sites.len()],
            time_price: prices.time_price,
            omega: prices.omega,
            constant: 0.0,
        };
        let weight: f64 = piece.rows.iter().map(|r| r.weight).sum::<f64>().max(1.0);
        let mut seen = vec![false; flat.conditions.len()];
        for &j in sites {
            for &(c, _) in &flat.conditions_of[j as usize] {
                if std::mem::replace(&mut seen[c as usize], true) {
                    continue;
                }
                let condition = &flat.conditions[c as usize];
                if condition.terms.iter().any(|&(k, _)| !member[k as usize]) {
                    continue;
                }
                let free = condition.terms.iter().filter(|t| local[t.0 as usize] != NONE);
                let terms: Vec<(u32, f64)> = free.map(|&(k, a)| (local[k as usize], a as f64)).collect();
                let open: i64 = condition.terms.iter().filter(|t| flat.fixed[t.0 as usize]).map(|t| t.1).sum();
                let rhs = (condition.rhs - open) as f64;
                piece.condition(c, terms, condition.sense, rhs, weight / open_guess.max(1) as f64);
            }
        }
        piece
    }

    /// Adds a condition; returns its position.
    pub(in crate::levels) fn condition(
        &mut self,
        flat: u32,
        terms: Vec<(u32, f64)>,
        sense: Sense,
        rhs: f64,
        scale: f64,
    ) -> usize {
        let square = terms.iter().map(|t| t.1 * t.1).sum::<f64>() / terms.len().max(1) as f64;
        let c = self.conditions.len();
        for &(k, a) in &terms {
            self.conditions_of[k as usize].push((c as u32, a));
        }
        self.conditions.push(PieceCondition { flat, terms, sense, rhs, scale: scale / square.max(1e-9) });
        c
    }

    pub(super) fn profiles(&self) -> usize {
        self.start.len() - 1
    }
}

/// Groups all of whose rows are served only by these sites.
fn group_members(flat: &Flat, view: &View, local: &[u32]) -> Vec<bool> {
    let mut profile_mine = vec![true; view.entries.len()];
    for j in 0..flat.len() {
        if flat.free[j] && local[j] == NONE {
            profile_mine[view.profile[j] as usize] = false;
        }
    }
    let mut mine = vec![true; flat.cap.len()];
    for (i, row) in view.rows.iter().enumerate() {
        if row.group != UNGROUPED
            && mine[row.group as usize]
            && view.servers[i].iter().any(|&(_, p)| !profile_mine[p as usize])
        {
            mine[row.group as usize] = false;
        }
    }
    mine
}
