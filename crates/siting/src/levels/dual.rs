//! The Lagrangian dual of a piece of the problem, and its ascent.
//!
//! A piece is a set of sites with the rows, groups and conditions that touch no other site. With prices `λ` of the conditions, `σ_g`
//! of covered weight of a group (`0 <= σ_g <= ω`), `φ_g >= 0` of its floor, and a discount `u_i` of each row, every plan costs at least
//!
//! ```text
//! L = Σ_c λ_c b_c + Σ_g (φ_g floor_g − (ω − σ_g) cap_g − (σ_g + φ_g) settled_g)
//!   + Σ_i w_i (base_i − u_i) + Σ_open f_j + Σ_sets min(0, min_j ρ_j),      ρ_j = f_j − Σ_i w_i max(0, base_i − c_ij − u_i)
//! ```
//!
//! with `f_j` the cost of site `j` less what the conditions pay for it, `c_ij` the price `T·t_ij` of its time less the reward
//! `σ_g + φ_g` where it covers, and `base_i` the same of the best open site (of nobody: `T·worst`). This is the dual of the
//! uncapacitated facility location problem (Erlenkotter 1978) with the other prices beside it. The ascent is the subgradient method
//! with momentum and Polyak's step, in the metric in which merging alike rows changes nothing: rows are scaled by their weight.
//!
//! Figures here are floating point and steer the search only; every bound that is claimed is recomputed in integers (`exact.rs`).

use firesite_problem::Sense;

use super::flat::{Flat, UNGROUPED, View};
use super::state::NONE;

/// A condition of a piece, in its own positions.
#[derive(Debug, Clone)]
pub(super) struct PieceCondition {
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
pub(super) struct PieceRow {
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
pub(super) struct PieceGroup {
    pub flat: u32,
    pub cap: f64,
    pub floor: f64,
    pub settled: f64,
    pub weight: f64,
}

/// A part of the problem that is bounded on its own.
#[derive(Debug, Clone)]
pub(super) struct Piece {
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
pub(super) struct LevelPrices {
    /// Price of each site of the piece.
    pub site: Vec<f64>,
    pub time_price: f64,
    pub omega: f64,
}

impl Piece {
    /// The piece of these free sites (ascending) at these costs. Rows, groups and conditions belong to it when all their sites do;
    /// `member` says that of fixed sites too. `open_guess`: how many sites a good plan opens here.
    pub(super) fn new(
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
    pub(super) fn condition(&mut self, flat: u32, terms: Vec<(u32, f64)>, sense: Sense, rhs: f64, scale: f64) -> usize {
        let square = terms.iter().map(|t| t.1 * t.1).sum::<f64>() / terms.len().max(1) as f64;
        let c = self.conditions.len();
        for &(k, a) in &terms {
            self.conditions_of[k as usize].push((c as u32, a));
        }
        self.conditions.push(PieceCondition { flat, terms, sense, rhs, scale: scale / square.max(1e-9) });
        c
    }

    fn profiles(&self) -> usize {
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

/// The multipliers.
#[derive(Debug, Clone, Default)]
pub(super) struct Prices {
    /// Discount of each row, per unit of weight.
    pub u: Vec<f64>,
    pub lambda: Vec<f64>,
    pub sigma: Vec<f64>,
    pub phi: Vec<f64>,
}

impl Prices {
    /// All credit to the sites, covered weight worth `sigma`.
    pub(super) fn full_credit(piece: &Piece, sigma: f64) -> Self {
        Self {
            u: vec![0.0; piece.rows.len()],
            lambda: vec![0.0; piece.conditions.len()],
            sigma: vec![sigma.min(piece.omega); piece.groups.len()],
            phi: vec![0.0; piece.groups.len()],
        }
    }
}

/// What is decided at a node: sites open or closed, and what the open ones leave of the rows.
#[derive(Debug, Clone)]
pub(super) struct Region {
    /// 0 free, 1 open, -1 closed.
    pub state: Vec<i8>,
    pub base: Vec<f64>,
    pub base_covered: Vec<bool>,
    pub hard: Vec<bool>,
    /// Counts of the tree in force here (positions of conditions beyond the instance's).
    pub counts: Vec<PieceCondition>,
}

impl Region {
    /// Everything free.
    pub(super) fn new(piece: &Piece) -> Self {
        Self {
            state: vec![0; piece.sites.len()],
            base: piece.rows.iter().map(|r| r.base).collect(),
            base_covered: piece.rows.iter().map(|r| r.base_covered).collect(),
            hard: piece.rows.iter().map(|r| r.hard).collect(),
            counts: Vec::new(),
        }
    }

    /// Opens a site: its set is decided and rows it serves may improve.
    pub(super) fn open(&mut self, piece: &Piece, k: u32) {
        for &other in &piece.sets[piece.set_of[k as usize] as usize] {
            self.state[other as usize] = -1;
        }
        self.state[k as usize] = 1;
        let p = piece.profile[k as usize] as usize;
        for e in piece.start[p] as usize..piece.start[p + 1] as usize {
            let i = piece.row[e] as usize;
            let better = self.hard[i] || piece.time[e] < self.base[i] || (piece.covered[e] && !self.base_covered[i]);
            if better {
                self.hard[i] = false;
                self.base[i] = piece.time[e];
                self.base_covered[i] = piece.covered[e];
            }
        }
    }

    pub(super) fn close(&mut self, k: u32) {
        self.state[k as usize] = -1;
    }
}

/// Room for one evaluation, and its results.
#[derive(Debug, Clone, Default)]
pub(super) struct Eval {
    pub bound: f64,
    pub rho: Vec<f64>,
    /// Least of 0 and the `ρ` of each set.
    pub set_value: Vec<f64>,
    /// Sites that the relaxed plan opens, decided ones included.
    pub chosen: Vec<u32>,
    saving: Vec<f64>,
    active: Vec<bool>,
    q: Vec<f64>,
    served: Vec<f64>,
    grad_sigma: Vec<f64>,
    grad_lambda: Vec<f64>,
    fixed_cost: Vec<f64>,
    pub visited: u64,
}

impl Eval {
    /// Evaluates `L`.
    pub(super) fn run(&mut self, piece: &Piece, region: &Region, prices: &Prices) -> f64 {
        let own = piece.conditions.len();
        let mut total = 0.0;
        for (c, condition) in piece.conditions.iter().chain(&region.counts).enumerate() {
            total += prices.lambda[c] * condition.rhs;
        }
        let mut bound = total + piece.constant;
        for (g, group) in piece.groups.iter().enumerate() {
            bound += prices.phi[g] * group.floor
                - (piece.omega - prices.sigma[g]) * group.cap
                - (prices.sigma[g] + prices.phi[g]) * group.settled;
        }
        // Rows: what nobody (or the open sites) leaves, and the credit each further site may take.
        self.q.clear();
        self.q.resize(piece.rows.len(), 0.0);
        let timed = piece.time_price > 0.0;
        for (i, row) in piece.rows.iter().enumerate() {
            let s = reward(piece, prices, row.group);
            let base = piece.time_price * region.base[i] - if region.base_covered[i] { s } else { 0.0 };
            bound += row.weight * (base - prices.u[i]);
            self.q[i] = if timed {
                base - prices.u[i]
            } else if region.base_covered[i] {
                0.0
            } else {
                row.weight * (s - prices.u[i]).max(0.0)
            };
        }
        // Profiles with a free site.
        self.active.clear();
        self.active.resize(piece.profiles(), false);
        for (k, &state) in region.state.iter().enumerate() {
            if state == 0 {
                self.active[piece.profile[k] as usize] = true;
            }
        }
        self.saving.clear();
        self.saving.resize(piece.profiles(), 0.0);
        for p in 0..piece.profiles() {
            if !self.active[p] {
                continue;
            }
            let range = piece.start[p] as usize..piece.start[p + 1] as usize;
            self.visited += range.len() as u64;
            let mut sum = 0.0;
            if timed {
                for e in range {
                    let i = piece.row[e] as usize;
                    let row = &piece.rows[i];
                    let c = piece.time_price * piece.time[e]
                        - if piece.covered[e] { reward(piece, prices, row.group) } else { 0.0 };
                    let d = self.q[i] - c;
                    if d > 0.0 {
                        sum += row.weight * d;
                    }
                }
            } else {
                for e in range {
                    let i = piece.row[e] as usize;
                    if piece.covered[e] {
                        sum += self.q[i];
                    } else if region.hard[i] {
                        sum += piece.rows[i].weight * (-prices.u[i]).max(0.0);
                    }
                }
            }
            self.saving[p] = sum;
        }
        self.fixed_cost.clear();
        self.fixed_cost.extend_from_slice(&piece.cost);
        for (k, cost) in self.fixed_cost.iter_mut().enumerate() {
            for &(c, a) in &piece.conditions_of[k] {
                *cost -= prices.lambda[c as usize] * a;
            }
        }
        for (m, count) in region.counts.iter().enumerate() {
            let price = prices.lambda[own + m];
            if price != 0.0 {
                for &(k, a) in &count.terms {
                    self.fixed_cost[k as usize] -= price * a;
                }
            }
        }
        self.rho.clear();
        self.rho.resize(piece.sites.len(), 0.0);
        self.set_value.clear();
        self.chosen.clear();
        for set in &piece.sets {
            let mut least = 0.0;
            let mut who = NONE;
            for &k in set {
                let ku = k as usize;
                match region.state[ku] {
                    1 => {
                        self.rho[ku] = self.fixed_cost[ku];
                        bound += self.fixed_cost[ku];
                        self.chosen.push(k);
                    }
                    0 => {
                        let rho = self.fixed_cost[ku] - self.saving[piece.profile[ku] as usize];
                        self.rho[ku] = rho;
                        if rho < least {
                            least = rho;
                            who = k;
                        }
                    }
                    _ => self.rho[ku] = f64::INFINITY,
                }
            }
            self.set_value.push(least);
            bound += least;
            if who != NONE {
                self.chosen.push(who);
            }
        }
        self.bound = bound;
        bound
    }

    /// Subgradients of the last evaluation: `served` (times each row takes credit), of `σ` (and `φ` by its own constant), of `λ`.
    fn gradients(&mut self, piece: &Piece, region: &Region, prices: &Prices) {
        let own = piece.conditions.len();
        self.served.clear();
        self.served.resize(piece.rows.len(), 0.0);
        self.grad_sigma.clear();
        self.grad_sigma.extend(piece.groups.iter().map(|g| -g.settled));
        for (i, row) in piece.rows.iter().enumerate() {
            if row.group != NONE && region.base_covered[i] {
                self.grad_sigma[row.group as usize] -= row.weight;
            }
        }
        self.grad_lambda.clear();
        self.grad_lambda.extend(piece.conditions.iter().chain(&region.counts).map(|c| c.rhs));
        for &k in &self.chosen {
            for &(c, a) in &piece.conditions_of[k as usize] {
                self.grad_lambda[c as usize] -= a;
            }
            if region.state[k as usize] == 1 {
                continue;
            }
            let p = piece.profile[k as usize] as usize;
            for e in piece.start[p] as usize..piece.start[p + 1] as usize {
                let i = piece.row[e] as usize;
                let row = &piece.rows[i];
                let s = reward(piece, prices, row.group);
                let base = piece.time_price * region.base[i] - if region.base_covered[i] { s } else { 0.0 };
                let c = piece.time_price * piece.time[e] - if piece.covered[e] { s } else { 0.0 };
                if base - prices.u[i] - c > 0.0 || (region.hard[i] && base - prices.u[i] - c >= 0.0) {
                    self.served[i] += 1.0;
                    if row.group != NONE {
                        self.grad_sigma[row.group as usize] -= row.weight
                            * (f64::from(u8::from(piece.covered[e])) - f64::from(u8::from(region.base_covered[i])));
                    }
                }
            }
        }
        if region.counts.is_empty() {
            return;
        }
        let mut open = vec![false; piece.sites.len()];
        for &k in &self.chosen {
            open[k as usize] = true;
        }
        for (m, count) in region.counts.iter().enumerate() {
            self.grad_lambda[own + m] -= count.terms.iter().filter(|t| open[t.0 as usize]).map(|t| t.1).sum::<f64>();
        }
    }
}

/// Worth of a unit of covered weight of a group.
#[inline]
fn reward(piece: &Piece, prices: &Prices, group: u32) -> f64 {
    if group == NONE { piece.omega } else { prices.sigma[group as usize] + prices.phi[group as usize] }
}

/// How an ascent is carried out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ascent {
    pub steps: usize,
    /// First factor of Polyak's step.
    pub factor: f64,
    /// Steps without gain before the factor shrinks.
    pub patience: usize,
    pub shrink: f64,
    /// Whether the discounts of the rows move; else only the few prices of conditions and groups.
    pub rows: bool,
}

/// What an ascent found.
#[derive(Debug, Clone, Default)]
pub(super) struct Ascended {
    pub bound: f64,
    pub prices: Prices,
    /// Average opening of each site over the relaxed plans, later ones counting more.
    pub average: Vec<f64>,
    /// `ρ` at the best prices.
    pub rho: Vec<f64>,
    pub set_value: Vec<f64>,
    pub steps: u64,
    /// The relaxed plan keeps every condition and serves every row once: the bound is its value, nothing better is there.
    pub tight: bool,
    /// That plan.
    pub plan: Vec<u32>,
}

/// Raises `L` from `start` until it passes `goal` or the steps end. `ceiling` is a value the optimum is thought not to pass (for the
/// step length).
pub(super) fn ascend(
    piece: &Piece,
    region: &Region,
    start: Prices,
    goal: f64,
    ceiling: f64,
    how: Ascent,
    eval: &mut Eval,
) -> Ascended {
    let mut prices = start;
    let rows = piece.rows.len();
    let mut best = Ascended { bound: f64::NEG_INFINITY, average: vec![0.0; piece.sites.len()], ..Ascended::default() };
    let mut factor = how.factor;
    let mut stalled = 0;
    let keep = 0.7;
    let mut du = vec![0.0; rows];
    let mut dl = vec![0.0; prices.lambda.len()];
    let mut ds = vec![0.0; piece.groups.len()];
    let mut df = vec![0.0; piece.groups.len()];
    for step in 0..how.steps.max(1) {
        let bound = eval.run(piece, region, &prices);
        best.steps += 1;
        let rate = if step == 0 { 1.0 } else { 0.12 };
        for a in &mut best.average {
            *a *= 1.0 - rate;
        }
        for &k in &eval.chosen {
            best.average[k as usize] += rate;
        }
        let noticeable = best.bound + (ceiling - best.bound).abs().max(1e-12) * 1e-4;
        if bound > best.bound {
            stalled = if bound > noticeable { 0 } else { stalled + 1 };
            best.bound = bound;
            best.prices.clone_from(&prices);
            best.rho.clone_from(&eval.rho);
            best.set_value.clone_from(&eval.set_value);
        } else {
            stalled += 1;
        }
        if best.bound >= goal || step + 1 == how.steps.max(1) {
            break;
        }
        if stalled >= how.patience {
            stalled = 0;
            factor *= how.shrink;
            if factor < 1e-4 {
                break;
            }
            prices.clone_from(&best.prices);
            eval.run(piece, region, &prices);
        }
        eval.gradients(piece, region, &prices);
        let mut norm = 0.0;
        for (i, row) in piece.rows.iter().enumerate() {
            if !how.rows {
                break;
            }
            let g = eval.served[i] - 1.0;
            // A discount that is already nil cannot fall.
            let g = if g < 0.0 && prices.u[i] <= 0.0 && !region.hard[i] { 0.0 } else { g };
            du[i] = (1.0 - keep) * g + keep * du[i];
            norm += row.weight * g * g;
        }
        for (c, condition) in piece.conditions.iter().chain(&region.counts).enumerate() {
            let g = eval.grad_lambda[c];
            let g = if prices.lambda[c] == 0.0
                && (condition.sense == Sense::AtLeast && g < 0.0 || condition.sense == Sense::AtMost && g > 0.0)
            {
                0.0
            } else {
                g
            };
            dl[c] = (1.0 - keep) * g + keep * dl[c];
            norm += condition.scale * g * g;
        }
        for (g, group) in piece.groups.iter().enumerate() {
            let weight = group.weight.max(1.0);
            let slope = eval.grad_sigma[g] + group.cap;
            let slope = if (prices.sigma[g] >= piece.omega && slope > 0.0) || (prices.sigma[g] <= 0.0 && slope < 0.0) {
                0.0
            } else {
                slope
            };
            ds[g] = (1.0 - keep) * slope / weight + keep * ds[g];
            norm += slope * slope / weight;
            if group.floor > 0.0 {
                let slope = eval.grad_sigma[g] + group.floor;
                let slope = if prices.phi[g] <= 0.0 && slope < 0.0 { 0.0 } else { slope };
                df[g] = (1.0 - keep) * slope / weight + keep * df[g];
                norm += slope * slope / weight;
            }
        }
        if norm <= 0.0 {
            best.tight = how.rows && bound >= best.bound;
            best.plan.clone_from(&eval.chosen);
            break;
        }
        let t = factor * (ceiling - bound).max((ceiling.abs() + 1.0) * 1e-9) / norm;
        for (i, u) in prices.u.iter_mut().enumerate() {
            *u += t * du[i];
            if *u < 0.0 && !region.hard[i] {
                *u = 0.0;
            }
        }
        for (c, condition) in piece.conditions.iter().chain(&region.counts).enumerate() {
            let l = prices.lambda[c] + t * condition.scale * dl[c];
            prices.lambda[c] = match condition.sense {
                Sense::AtLeast => l.max(0.0),
                Sense::AtMost => l.min(0.0),
                Sense::Exactly => l,
            };
        }
        for g in 0..piece.groups.len() {
            prices.sigma[g] = (prices.sigma[g] + t * ds[g]).clamp(0.0, piece.omega);
            prices.phi[g] = (prices.phi[g] + t * df[g]).max(0.0);
        }
    }
    best
}
