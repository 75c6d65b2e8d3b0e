//! Can p sites reach every row? A plan, or a proof that they cannot.
//!
//! Essential sites and dominance to a fixpoint, a packing of rows no two of which share a site, the Lagrangian of the
//! cardinality covering problem, and at last its tree. The certificate prices rows with w ≥ 0 such that Σ w exceeds p times what
//! any site can earn.

use firesite_problem::{Multipliers, Node};

use super::setcover::Covers;
use crate::budget::Budget;
use crate::dual::{Bound, Core, MUST, Pick, Plan, Primal, Proof, Steps, Tree};
use crate::heuristic::Columns;

const SCALE: i64 = 64;

/// The answer.
pub(super) enum Decision {
    /// At most so many sites as were allowed, fixed ones included, ascending.
    Plan(Vec<u32>),
    /// No plan; prices and tree over the rows handed in.
    None(Refutation),
    /// The limits came first.
    Unknown,
}

/// Prices of rows (by position) and a tree of cases.
pub(super) struct Refutation {
    pub(super) rows: Vec<i64>,
    pub(super) nodes: Vec<Node>,
}

impl Refutation {
    fn leaf(rows: Vec<i64>) -> Decision {
        Decision::None(Refutation { rows, nodes: vec![Node::default()] })
    }

    /// One row that no site reaches.
    pub(super) fn lonely(row: usize, rows: usize, p: usize) -> Refutation {
        let mut prices = vec![0; rows];
        // More than all slots together cost.
        prices[row] = SCALE.saturating_mul(i64::try_from(p).unwrap_or(i64::MAX).saturating_add(1)).min(MUST);
        Refutation { rows: prices, nodes: vec![Node::default()] }
    }

    /// The multipliers and nodes of a certificate: rows become classes, and every slot has the price 1.
    pub(super) fn certificate(
        self,
        of_row: &[Option<u32>],
        classes: usize,
        slot: Option<u32>,
        constraints: usize,
    ) -> (i64, Multipliers, Vec<Node>) {
        let mut all = Multipliers { rows: vec![0; classes], ..Multipliers::default() };
        for (i, w) in self.rows.iter().enumerate() {
            if let Some(c) = of_row[i].filter(|_| *w != 0) {
                all.rows[c as usize] += w;
            }
        }
        if let Some(slot) = slot {
            all.constraints = vec![0; constraints];
            all.constraints[slot as usize] = -SCALE;
        }
        let mut nodes = self.nodes;
        for node in &mut nodes {
            for (i, _) in &mut node.change.rows {
                *i = of_row[*i as usize].unwrap_or(0);
            }
            node.change.rows.sort_unstable();
        }
        (SCALE, all, nodes)
    }
}

/// A matrix of bits.
struct Bits {
    words: usize,
    data: Vec<u64>,
}

impl Bits {
    fn new(rows: usize, columns: usize) -> Self {
        let words = columns.div_ceil(64).max(1);
        Bits { words, data: vec![0; rows * words] }
    }
    fn row(&self, i: usize) -> &[u64] {
        &self.data[i * self.words..(i + 1) * self.words]
    }
    fn set(&mut self, i: usize, j: usize) {
        self.data[i * self.words + j / 64] |= 1 << (j % 64);
    }
}

fn ones(n: usize) -> Vec<u64> {
    let mut bits = vec![0u64; n.div_ceil(64).max(1)];
    for i in 0..n {
        bits[i / 64] |= 1 << (i % 64);
    }
    bits
}
fn has(bits: &[u64], i: usize) -> bool {
    bits[i / 64] >> (i % 64) & 1 == 1
}
fn drop_bit(bits: &mut [u64], i: usize) {
    bits[i / 64] &= !(1 << (i % 64));
}
fn each<'a>(a: &'a [u64], b: &'a [u64]) -> impl Iterator<Item = usize> + 'a {
    a.iter().zip(b).enumerate().flat_map(|(w, (&x, &y))| {
        let mut word = x & y;
        std::iter::from_fn(move || {
            (word != 0).then(|| {
                let bit = word.trailing_zeros() as usize;
                word &= word - 1;
                w * 64 + bit
            })
        })
    })
}

/// What reduction leaves of a covering problem.
struct Reduced {
    rows: Vec<u64>,
    columns: Vec<u64>,
    /// Sites that have to be open, with the row that says so.
    essential: Vec<(u32, u32)>,
    /// Of a dominated site, the one that takes its place.
    by: Vec<u32>,
}

/// Row dominance, column dominance and essential sites, to a fixpoint. Dominance by intersection: the rows that hold every
/// site of row i are found by intersecting the columns of its sites.
fn reduce(by_row: &Bits, by_column: &Bits, rows: usize, columns: usize, budget: &mut Budget) -> Reduced {
    let mut left =
        Reduced { rows: ones(rows), columns: ones(columns), essential: Vec::new(), by: vec![u32::MAX; columns] };
    let mut scratch: Vec<u64> = Vec::new();
    let mut changed = true;
    while changed && !budget.spent() {
        changed = false;
        for i in 0..rows {
            if !has(&left.rows, i) {
                continue;
            }
            let mut two = [usize::MAX; 2];
            for (slot, j) in two.iter_mut().zip(each(by_row.row(i), &left.columns)) {
                *slot = j;
            }
            let [first, second] = two;
            if first == usize::MAX {
                continue;
            }
            if second == usize::MAX {
                left.essential.push((first as u32, i as u32));
                drop_bit(&mut left.columns, first);
                for (w, word) in left.rows.iter_mut().enumerate() {
                    *word &= !by_column.row(first)[w];
                }
                changed = true;
                continue;
            }
            scratch.clone_from(&left.rows);
            let mut steps = 0;
            for j in each(by_row.row(i), &left.columns) {
                let mut count = 0;
                for (a, &b) in scratch.iter_mut().zip(by_column.row(j)) {
                    *a &= b;
                    count += a.count_ones();
                }
                steps += 1;
                if count <= 1 {
                    break;
                }
            }
            budget.charge(steps * by_column.words);
            drop_bit(&mut scratch, i);
            for (a, &b) in left.rows.iter_mut().zip(&scratch) {
                changed |= *a & b != 0;
                *a &= !b;
            }
        }
        for j in 0..columns {
            if !has(&left.columns, j) {
                continue;
            }
            scratch.clone_from(&left.columns);
            let mut steps = 0;
            for i in each(by_column.row(j), &left.rows) {
                let mut count = 0;
                for (a, &b) in scratch.iter_mut().zip(by_row.row(i)) {
                    *a &= b;
                    count += a.count_ones();
                }
                steps += 1;
                if count <= 1 {
                    break;
                }
            }
            budget.charge(steps * by_row.words);
            if steps == 0 {
                drop_bit(&mut left.columns, j);
                continue;
            }
            drop_bit(&mut scratch, j);
            if let Some(k) = each(&scratch, &scratch).next() {
                left.by[j] = k as u32;
                drop_bit(&mut left.columns, j);
                changed = true;
            }
        }
    }
    left
}

/// Decides whether at most `p` sites, the fixed ones included, reach every row.
pub(super) fn decide(rows: &[&[(u32, u32)]], sites: usize, fixed: &[bool], p: usize, budget: &mut Budget) -> Decision {
    let given: Vec<u32> = (0..sites as u32).filter(|&j| fixed[j as usize]).collect();
    let Some(k) = p.checked_sub(given.len()) else { return Decision::Unknown };
    if let Some(empty) = rows.iter().position(|r| r.is_empty()) {
        let mut prices = vec![0; rows.len()];
        prices[empty] = SCALE.saturating_mul(p as i64 + 1);
        return Refutation::leaf(prices);
    }
    // Rows that the fixed sites do not reach.
    let open: Vec<usize> = (0..rows.len()).filter(|&i| !rows[i].iter().any(|e| fixed[e.0 as usize])).collect();
    let m = open.len();
    let (mut by_row, mut by_column) = (Bits::new(m, sites), Bits::new(sites, m));
    for (i, &row) in open.iter().enumerate() {
        for e in rows[row] {
            by_row.set(i, e.0 as usize);
            by_column.set(e.0 as usize, i);
        }
    }
    let left = reduce(&by_row, &by_column, m, sites, budget);
    if budget.spent() {
        return Decision::Unknown;
    }
    let representative = |mut j: u32| {
        while left.by[j as usize] != u32::MAX {
            j = left.by[j as usize];
        }
        j
    };
    let finish = |chosen: &[u32]| {
        let mut plan: Vec<u32> = given.iter().copied().chain(left.essential.iter().map(|e| e.0)).collect();
        plan.extend(chosen);
        plan.sort_unstable();
        plan.dedup();
        let reached = open.iter().all(|&row| rows[row].iter().any(|e| plan.binary_search(&e.0).is_ok()));
        if reached && plan.len() <= p { Decision::Plan(plan) } else { Decision::Unknown }
    };
    let core_rows: Vec<usize> = each(&left.rows, &left.rows).collect();
    let essential_rows: Vec<usize> = left.essential.iter().map(|e| e.1 as usize).collect();
    if core_rows.is_empty() && left.essential.len() <= k {
        return finish(&[]);
    }
    // A packing: rows no two of which share a site, those with few sites first.
    let mut order: Vec<(usize, usize)> =
        core_rows.iter().map(|&i| (each(by_row.row(i), &left.columns).count(), i)).collect();
    order.sort_unstable();
    let mut used = vec![0u64; by_row.words];
    let mut packing = essential_rows.clone();
    for &(_, i) in &order {
        let free = by_row.row(i).iter().zip(&left.columns).zip(&used).all(|((a, b), c)| a & b & c == 0);
        if free {
            packing.push(i);
            for ((u, a), b) in used.iter_mut().zip(by_row.row(i)).zip(&left.columns) {
                *u |= a & b;
            }
        }
    }
    if packing.len() > k {
        let mut prices = vec![0; rows.len()];
        for &i in &packing {
            prices[open[i]] = SCALE;
        }
        return Refutation::leaf(prices);
    }
    let k_core = k - left.essential.len();
    // The Lagrangian of the reduced problem.
    let core = covering(&core_rows, &by_row, Some(&left.columns), sites);
    let columns = Columns::of(&core);
    let mut covers = Covers::new(&core, &columns, sites, SCALE, 0.0);
    covers.enough = k_core as i64 * SCALE;
    covers.complete(&[], &core.open_cost, budget);
    if covers.best <= covers.enough {
        return finish(&covers.open);
    }
    match climb(&core, &mut covers, k_core, budget) {
        Climb::Cover => return finish(&covers.open),
        Climb::Above(mut u) => {
            repair(&core, &columns, &mut u);
            let mut prices = vec![0; rows.len()];
            for (i, &price) in u.iter().enumerate() {
                prices[open[core.row[i] as usize]] = price;
            }
            for &i in &essential_rows {
                prices[open[i]] = SCALE;
            }
            return Refutation::leaf(prices);
        }
        Climb::Between => {}
    }
    if budget.spent() {
        return Decision::Unknown;
    }
    // The tree, over all sites: dominance is no step of a proof, the remaining rows are enough.
    let mut tree_rows = core_rows;
    tree_rows.extend(&essential_rows);
    tree_rows.sort_unstable();
    let core = covering(&tree_rows, &by_row, None, sites);
    let columns = Columns::of(&core);
    let mut covers = Covers::new(&core, &columns, sites, SCALE, 0.0);
    covers.enough = k as i64 * SCALE;
    covers.complete(&[], &core.open_cost, budget);
    let u = vec![SCALE / 8; core.rows()];
    let proof = Proof::new(None, (0..sites as u32).collect());
    let plan = Plan {
        root: Steps { new: 0.3, halve_after: 20, least: 0.005, offer_every: 10, ..Steps::ROOT },
        node: Steps::NODE,
        pick: Pick::Highest,
        goals: false,
        relaxed: true,
    };
    let mut asked = Asked { covers, k: k as i64 };
    let mut tree = Tree::new(&mut asked, budget, proof, m, SCALE, plan);
    let start = tree.solve(core.clone(), u);
    let (nodes, lowest) = (std::mem::take(&mut tree.proof.nodes), tree.lowest);
    if asked.covers.best <= asked.covers.enough {
        let chosen: Vec<u32> = asked.covers.open.iter().map(|&j| representative(j)).collect();
        return finish(&chosen);
    }
    if lowest != i64::MAX {
        return Decision::Unknown;
    }
    let mut prices = vec![0; rows.len()];
    for (i, &price) in start.row.iter().enumerate() {
        prices[open[i]] = price;
    }
    let mut refutation = Refutation { rows: prices, nodes };
    for node in &mut refutation.nodes {
        for (i, _) in &mut node.change.rows {
            *i = open[*i as usize] as u32;
        }
    }
    Decision::None(refutation)
}

/// The rows as a covering problem of unit costs. Rows keep their positions as identity.
fn covering(rows: &[usize], by_row: &Bits, alive: Option<&[u64]>, sites: usize) -> Core {
    let mut core = Core { start: vec![0], slots: usize::MAX, ..Core::default() };
    let mut local = vec![u32::MAX; sites];
    for &i in rows {
        let row = by_row.row(i);
        for j in each(row, alive.unwrap_or(row)) {
            if local[j] == u32::MAX {
                local[j] = core.id.len() as u32;
                core.id.push(j as u32);
                core.open_cost.push(SCALE);
            }
            core.site.push(local[j]);
        }
        core.cost.resize(core.site.len(), 0);
        core.start.push(core.site.len());
        core.cap.push(MUST);
        core.row.push(i as u32);
    }
    core
}

/// Covers of which at most `k` sites are wanted: anything larger is no plan.
struct Asked<'a> {
    covers: Covers<'a>,
    k: i64,
}

impl Primal for Asked<'_> {
    fn upper(&self) -> i64 {
        self.covers.best.min((self.k + 1) * SCALE)
    }
    fn target(&self) -> i64 {
        if self.covers.best <= self.k * SCALE { i64::MIN } else { self.k * SCALE + 1 }
    }
    fn offer(&mut self, core: &Core, u: &[i64], bound: &Bound, budget: &mut Budget) {
        self.covers.offer(core, u, bound, budget);
    }
    fn improve(&mut self, _: &mut Budget) {}
    fn plan(&mut self, open: &[u32]) {
        self.covers.plan(open);
    }
}

enum Climb {
    Cover,
    Above(Vec<i64>),
    Between,
}

/// A short ascent on the reduced problem.
fn climb(core: &Core, covers: &mut Covers<'_>, k: usize, budget: &mut Budget) -> Climb {
    let target = k as i64 * SCALE + 1;
    let m = core.rows();
    let mut degree = vec![0i64; core.sites()];
    for &j in &core.site {
        degree[j as usize] += 1;
    }
    let mut u: Vec<i64> =
        (0..m).map(|i| core.row(i).0.iter().map(|&j| SCALE / degree[j as usize].max(1)).min().unwrap_or(0)).collect();
    let mut direction = vec![0.0f64; m];
    let (mut best, mut best_u) = (i64::MIN, u.clone());
    let mut bound = Bound::default();
    let (mut factor, mut stall) = (1.0, 0);
    for iteration in 0..400 {
        let visited = bound.evaluate(core, &u);
        bound.counts(core);
        budget.charge(2 * visited);
        budget.work.iterations += 1;
        if bound.value > best {
            best = bound.value;
            best_u.copy_from_slice(&u);
            stall = 0;
        } else {
            stall += 1;
        }
        if best >= target {
            return Climb::Above(best_u);
        }
        if budget.spent() {
            return Climb::Between;
        }
        if iteration % 20 == 10 {
            covers.offer(core, &u, &bound, budget);
            if covers.best <= covers.enough {
                return Climb::Cover;
            }
        }
        if stall >= 15 {
            factor *= 0.5;
            stall = 0;
            if factor < 0.01 {
                break;
            }
            u.copy_from_slice(&best_u);
            bound.evaluate(core, &u);
            bound.counts(core);
        }
        let mut norm = 0.0;
        for i in 0..m {
            let g = 1.0 - f64::from(bound.count[i]);
            let g = if g < 0.0 && u[i] <= 0 { 0.0 } else { g };
            direction[i] = 0.3 * g + 0.7 * direction[i];
            norm += direction[i] * direction[i];
        }
        let step = factor * ((target + SCALE / 2 - bound.value) as f64).max(1.0) / norm.max(1e-9);
        for i in 0..m {
            u[i] = ((u[i] as f64 + step * direction[i]).round() as i64).max(0);
        }
    }
    Climb::Between
}

/// Lowers prices until no site earns more than its slot costs. The bound does not fall: a price lowered by one costs one and
/// frees at least one. Sites that were dominated earn no more than those that took their place, so they are served as well.
fn repair(core: &Core, columns: &Columns, u: &mut [i64]) {
    for j in 0..core.sites() as u32 {
        let rows = columns.column(j).0;
        let mut over = rows.iter().map(|&i| u[i as usize]).sum::<i64>() - core.open_cost[j as usize];
        for &i in rows {
            if over <= 0 {
                break;
            }
            let cut = over.min(u[i as usize]);
            u[i as usize] -= cut;
            over -= cut;
        }
    }
}
