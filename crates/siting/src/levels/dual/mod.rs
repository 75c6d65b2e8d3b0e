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

mod ascent;
mod eval;
mod piece;

pub(super) use ascent::{Ascended, Ascent, ascend};
pub(super) use eval::Eval;
pub(super) use piece::{LevelPrices, Piece, PieceCondition};

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
