//! Writing the proof down while the tree is searched.

use std::sync::Arc;

use firesite_problem::{Change, Multipliers, Node, Then};

/// Multipliers at one moment: a price for every row of the root problem, and the price λ ≥ 0 of a slot.
#[derive(Debug, Clone)]
pub(crate) struct Prices {
    pub(crate) row: Arc<Vec<i64>>,
    pub(crate) slot: i64,
}

/// Nodes of the certificate, in preorder. Only differences to the parent are kept.
#[derive(Debug)]
pub(crate) struct Proof {
    pub(crate) nodes: Vec<Node>,
    /// Position of the constraint Σx ≤ p among the constraints, when the slots have a price that moves.
    slot: Option<u32>,
    /// Positions of the sites in the instance.
    site: Arc<[u32]>,
}

impl Proof {
    pub(crate) fn new(slot: Option<u32>, site: Vec<u32>) -> Self {
        Proof { nodes: Vec::new(), slot, site: site.into() }
    }

    /// A proof of the same instance without nodes.
    pub(crate) fn empty(&self) -> Self {
        Proof { nodes: Vec::new(), slot: self.slot, site: Arc::clone(&self.site) }
    }

    /// Adds a node whose multipliers were `before` at its parent.
    pub(crate) fn push(&mut self, before: &Prices, now: &Prices, close: &[u32], open: &[u32], then: Then) {
        let mut change = Change::default();
        if !Arc::ptr_eq(&before.row, &now.row) {
            let differ = before.row.iter().zip(now.row.iter()).enumerate().filter(|(_, (a, b))| a != b);
            change.rows = differ.map(|(i, (_, &b))| (i as u32, b)).collect();
        }
        if let Some(slot) = self.slot.filter(|_| before.slot != now.slot) {
            // At most p sites: the sign of the multiplier is negative.
            change.constraints.push((slot, -now.slot));
        }
        let place = |list: &[u32]| {
            let mut sites: Vec<u32> = list.iter().map(|&j| self.site[j as usize]).collect();
            sites.sort_unstable();
            sites
        };
        self.nodes.push(Node { change, dominated: Vec::new(), close: place(close), open: place(open), then });
    }

    /// A branch on one site.
    pub(crate) fn first(&self, site: u32) -> Then {
        Then::First(vec![self.site[site as usize]])
    }

    /// A branch on several sites in order.
    pub(crate) fn among(&self, sites: &[u32]) -> Then {
        Then::First(sites.iter().map(|&j| self.site[j as usize]).collect())
    }

    /// Moves every row price by a constant: the prices of the certificate may count from another zero.
    pub(crate) fn shift(&mut self, by: &[i64]) {
        if by.is_empty() {
            return;
        }
        for node in &mut self.nodes {
            for (v, s) in node.change.all_rows.iter_mut().zip(by) {
                *v += s;
            }
            for (i, v) in &mut node.change.rows {
                *v += by[*i as usize];
            }
        }
    }

    /// The multipliers at the root.
    pub(crate) fn root(prices: &Prices, slot: Option<u32>, constraints: usize) -> Multipliers {
        let mut all = Multipliers { rows: prices.row.to_vec(), ..Multipliers::default() };
        if let Some(slot) = slot {
            all.constraints = vec![0; constraints];
            all.constraints[slot as usize] = -prices.slot;
        }
        all
    }
}
