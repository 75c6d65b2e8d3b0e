//! Branch and bound over one part: the proof that no plan of the part costs less than a target.
//!
//! A node is bounded by the Lagrangian dual (`dual.rs`), in three tries from cheap to dear: the parent's prices, all credit to the sites,
//! a full ascent. Sites whose opening would lift the bound to the target are closed. What is left is branched on the number of open
//! sites where that is fractional (it is what makes partial cover hard: 2.3 stations), else on who stands where.
//! The open node of least bound comes first, so that a limit leaves the best bound.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use firesite_problem::{Change, Node, Sense, Then};

use super::dual::{Ascent, Eval, Piece, PieceCondition, Prices, Region, ascend};
use super::exact::{Count, Frame, PartIntegers, part_state};
use super::limit::{Limit, Meter};
use super::state::NONE;

/// Nodes of one tree at most: the certificate is to stay small enough to be read. What is one part goes to another engine before that.
const MOST_NODES: u64 = 20_000;
const MOST_NODES_OF_ONE: u64 = 3_000;

/// What the search over a part may spend and wants.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wish {
    /// Entries that may be visited, and the clock.
    pub limit: Limit,
    /// Bound that suffices, in `1 / scale`.
    pub target: i128,
}

/// What came of it.
#[derive(Debug, Clone, Default)]
pub(super) struct Proof {
    /// Proven for the part, in `1 / scale`.
    pub at_least: i128,
    pub nodes: Vec<Node>,
    pub meter: Meter,
    pub count: u64,
    pub steps: u64,
    /// Whether work ran out.
    pub stopped: bool,
    /// Plans of the part that the tree came upon, below its target: sites of the instance, ascending.
    pub plans: Vec<Vec<u32>>,
}

/// Node of the tree under construction.
struct Record {
    change: Change,
    close: Vec<u32>,
    then: Then,
    children: Vec<usize>,
}

/// Node whose turn comes.
struct Waiting {
    bound: f64,
    exact: i128,
    id: usize,
    region: Region,
    counts: Vec<Count>,
    prices: Prices,
    integers: PartIntegers,
}

impl PartialEq for Waiting {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Waiting {}
impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Waiting {
    fn cmp(&self, other: &Self) -> Ordering {
        other.bound.total_cmp(&self.bound).then(other.id.cmp(&self.id))
    }
}

/// One part under search.
pub(super) struct Search<'a, 'b> {
    pub frame: &'a Frame<'b>,
    pub q: usize,
    pub piece: &'a Piece,
    /// Exact cost of each site of the part.
    pub costs: &'a [i128],
    /// Position in the piece of each flat site, and of each row of the view.
    pub piece_of: &'a [u32],
    pub row_local: &'a [u32],
    /// Position in the part of each site of the instance.
    pub local: &'a [u32],
    pub steps: usize,
}

impl Search<'_, '_> {
    /// Searches from these root prices, whose integers are the certificate's root multipliers.
    pub(super) fn run(&self, root: Prices, integers: PartIntegers, wish: Wish) -> Proof {
        let scale = self.frame.scale as f64;
        let mut proof = Proof::default();
        let mut eval = Eval::default();
        let index = Index::new(self.piece);
        let mut records: Vec<Record> = vec![blank()];
        let mut heap = BinaryHeap::new();
        let region = Region::new(self.piece);
        let start = self.exact(&integers, &[], &region, &mut eval);
        heap.push(Waiting {
            bound: start as f64 / scale,
            exact: start,
            id: 0,
            region,
            counts: Vec::new(),
            prices: root,
            integers,
        });
        let mut proven = wish.target;
        let most = if self.frame.parts.len() > 1 { MOST_NODES } else { MOST_NODES_OF_ONE };
        while let Some(mut node) = heap.pop() {
            if node.exact >= proven {
                // The parent's bound already closes it.
                continue;
            }
            if eval.meter.reached(wish.limit) || proof.count >= most {
                proof.stopped = true;
                proven = proven.min(node.exact);
                for rest in heap.drain() {
                    proven = proven.min(rest.exact);
                }
                break;
            }
            proof.count += 1;
            let state = part_state(self.frame, self.q, self.piece_of, &node.region);
            if self.frame.dead(self.q, &node.counts, &state, self.local) {
                continue;
            }
            let goal = wish.target as f64 / scale;
            node.prices.lambda.resize(self.piece.conditions.len() + node.region.counts.len(), 0.0);
            for (i, u) in node.prices.u.iter_mut().enumerate() {
                if !node.region.hard[i] {
                    *u = u.max(0.0);
                }
            }
            let margin = (goal.abs() + 1.0) * 1e-12;
            // Prices that hold: try what is cheapest to write down first.
            if let Some(best) = self.bound_node(&node, goal + margin, wish, &mut eval, &mut proof) {
                let record = &mut records[node.id];
                match best {
                    Closed::Same => {}
                    Closed::Changed(change) => record.change = change,
                }
                continue;
            }
            if node.region.state.iter().all(|&s| s != 0) {
                self.decided(&mut node, goal, &mut eval);
            }
            let how = if node.id == 0 {
                Ascent { steps: self.steps * 2, factor: 0.6, patience: 10, shrink: 0.6, rows: true }
            } else {
                Ascent { steps: self.steps, factor: 0.5, patience: 7, shrink: 0.6, rows: true }
            };
            let risen = ascend(
                self.piece,
                &node.region,
                node.prices.clone(),
                goal + margin,
                goal + margin,
                how,
                wish.limit,
                &mut eval,
            );
            proof.steps += risen.steps;
            let fresh = self.frame.integers(self.q, self.piece, &node.region, &risen.prices, self.row_local);
            eval.meter.charge(self.frame.size(self.q));
            let bound = self.frame.bound(self.q, self.costs, &fresh, &node.counts, &state, self.local);
            let Some(bound) = bound else { continue };
            let better = bound.value > node.exact;
            let (mut integers, value) = if better { (fresh, bound.value) } else { (node.integers.clone(), node.exact) };
            integers = self.frame.thrifty(self.q, &node.integers, integers, &state, self.local);
            if value >= wish.target {
                integers = self.fewest(&node, integers, wish.target, &mut eval);
            }
            records[node.id].change = self.frame.change(self.q, &node.integers, &integers);
            if value >= wish.target {
                continue;
            }
            // Fixings by reduced cost.
            let mut region = node.region.clone();
            if better {
                for set in 0..self.piece.sets.len() {
                    for &k in &self.piece.sets[set] {
                        if region.state[k as usize] != 0 {
                            continue;
                        }
                        let j = self.frame.flat.origin[self.piece.sites[k as usize] as usize];
                        let here = self.local[j as usize] as usize;
                        let s = self.frame.set_of(j);
                        if value - bound.set_value[s] + bound.reduced[here] >= wish.target {
                            records[node.id].close.push(j);
                            region.close(k);
                        }
                    }
                }
            }
            let undecided = node.region.state.contains(&0);
            if undecided && !region.state.contains(&0) {
                // The fixings decided everything: one more look with the prices that suit that.
                let id = records.len();
                records.push(blank());
                records[node.id].children.push(id);
                records[node.id].then = Then::Next;
                let (prices, counts) = (self.inherit(&risen.prices, &node.region, &region), node.counts);
                heap.push(Waiting { bound: value as f64 / scale, exact: value, id, region, counts, prices, integers });
                continue;
            }
            let agrees = (value as f64 / scale - risen.bound).abs() <= 1e-9 * (1.0 + risen.bound.abs());
            if !undecided || (risen.tight && better && agrees) {
                // Nothing lifts the bound: there is a plan below the target.
                proven = proven.min(value);
                if proof.plans.len() < 200 {
                    let origin = |k: usize| self.frame.flat.origin[self.piece.sites[k] as usize];
                    let mut plan: Vec<u32> = if undecided {
                        risen.plan.iter().map(|&k| origin(k as usize)).collect()
                    } else {
                        (0..region.state.len()).filter(|&k| region.state[k] == 1).map(origin).collect()
                    };
                    plan.sort_unstable();
                    proof.plans.push(plan);
                }
                continue;
            }
            self.branch(&index, &mut records, &mut heap, node, region, risen.average, risen.prices, integers, value);
        }
        proof.at_least = proven;
        proof.nodes = unroll(records);
        proof.meter = eval.meter;
        proof
    }

    fn exact(&self, integers: &PartIntegers, counts: &[Count], region: &Region, eval: &mut Eval) -> i128 {
        eval.meter.charge(self.frame.size(self.q));
        let state = part_state(self.frame, self.q, self.piece_of, region);
        self.frame.bound(self.q, self.costs, integers, counts, &state, self.local).map_or(i128::MAX / 4, |b| b.value)
    }

    /// Multipliers that still reach the target, with more of the parent's rows: the smallest differences go first, as many as may be.
    fn fewest(&self, node: &Waiting, integers: PartIntegers, target: i128, eval: &mut Eval) -> PartIntegers {
        let differ = integers.differences(&node.integers);
        let (mut none, mut all) = (0, differ.len() + 1);
        let mut best = integers.clone();
        while all - none > 1 + differ.len() / 50 {
            let half = usize::midpoint(none, all);
            let mixed = integers.with_rows_of(&node.integers, &differ[..half]);
            if self.exact(&mixed, &node.counts, &node.region, eval) >= target {
                (none, best) = (half, mixed);
            } else {
                all = half;
            }
        }
        best
    }

    /// Cheap ways to close a node: the parent's prices, or all credit to the sites.
    fn bound_node(
        &self,
        node: &Waiting,
        goal: f64,
        Wish { limit, target }: Wish,
        eval: &mut Eval,
        proof: &mut Proof,
    ) -> Option<Closed> {
        let value = eval.run(self.piece, &node.region, &node.prices);
        if value >= goal {
            let mut integers = node.integers.clone();
            if self.exact(&integers, &node.counts, &node.region, eval) >= target {
                return Some(Closed::Same);
            }
            integers = self.frame.integers(self.q, self.piece, &node.region, &node.prices, self.row_local);
            if self.exact(&integers, &node.counts, &node.region, eval) >= target {
                return Some(Closed::Changed(self.frame.change(self.q, &node.integers, &integers)));
            }
        }
        if self.piece.time_price > 0.0 || node.id == 0 {
            return None;
        }
        // All credit to the sites: with few sites left to open the gains themselves are a good bound, and need no row prices.
        let mut prices = node.prices.clone();
        if node.region.hard.contains(&true) {
            return None;
        }
        prices.u.iter_mut().for_each(|u| *u = 0.0);
        let how = Ascent { steps: 12, factor: 0.7, patience: 4, shrink: 0.5, rows: false };
        let risen = ascend(self.piece, &node.region, prices, goal, goal, how, limit, eval);
        proof.steps += risen.steps;
        if risen.bound >= goal {
            let integers = self.frame.free_integers(self.q, self.piece, &risen.prices);
            if self.exact(&integers, &node.counts, &node.region, eval) >= target {
                return Some(Closed::Changed(self.frame.change(self.q, &node.integers, &integers)));
            }
        }
        None
    }

    /// Where every site is decided the best prices are known: covered weight is worth its full reward below the cap, nothing above.
    fn decided(&self, node: &mut Waiting, goal: f64, eval: &mut Eval) {
        let mut covered: Vec<f64> = self.piece.groups.iter().map(|g| g.settled).collect();
        for (i, row) in self.piece.rows.iter().enumerate() {
            if row.group != NONE && node.region.base_covered[i] {
                covered[row.group as usize] += row.weight;
            }
        }
        node.prices.u.iter_mut().for_each(|u| *u = 0.0);
        node.prices.lambda.iter_mut().for_each(|l| *l = 0.0);
        for (g, group) in self.piece.groups.iter().enumerate() {
            node.prices.sigma[g] = if covered[g] < group.cap { self.piece.omega } else { 0.0 };
            node.prices.phi[g] = 0.0;
        }
        let value = eval.run(self.piece, &node.region, &node.prices);
        for (g, group) in self.piece.groups.iter().enumerate() {
            if covered[g] < group.floor {
                node.prices.phi[g] = (goal - value).max(0.0) + goal.abs() * 1e-9 + 1.0;
            }
        }
    }

    fn branch(
        &self,
        index: &Index,
        records: &mut Vec<Record>,
        heap: &mut BinaryHeap<Waiting>,
        node: Waiting,
        region: Region,
        average: Vec<f64>,
        prices: Prices,
        integers: PartIntegers,
        value: i128,
    ) {
        let node_counts = node.counts.clone();
        let origin = |k: u32| self.frame.flat.origin[self.piece.sites[k as usize] as usize];
        let bound = value as f64 / self.frame.scale as f64;
        let parent = &node.region;
        let mut add = |records: &mut Vec<Record>, region: Region, counts: Vec<Count>| {
            let id = records.len();
            records.push(blank());
            records[node.id].children.push(id);
            let prices = self.inherit(&prices, parent, &region);
            heap.push(Waiting { bound, exact: value, id, region, counts, prices, integers: integers.clone() });
        };
        if let Some((sites, at_most)) = self.count_to_branch(&region, &average) {
            let listed: Vec<u32> = sites.iter().map(|&k| origin(k)).collect();
            records[node.id].then = Then::Count { sites: listed.clone(), at_most };
            for sense in [Sense::AtMost, Sense::AtLeast] {
                let rhs = if sense == Sense::AtMost { at_most } else { at_most + 1 };
                let mut region = region.clone();
                let weight: f64 = self.piece.rows.iter().map(|r| r.weight).sum::<f64>().max(1.0);
                region.counts.push(PieceCondition {
                    flat: NONE,
                    terms: sites.iter().map(|&k| (k, 1.0)).collect(),
                    sense,
                    rhs: rhs as f64,
                    scale: weight / (at_most + 1) as f64,
                });
                let mut counts = node_counts.clone();
                counts.push(Count { sites: listed.clone(), sense, rhs });
                add(records, region, counts);
            }
            return;
        }
        let order = self.sites_to_branch(index, &region, &average);
        records[node.id].then = Then::First(order.iter().map(|&k| origin(k)).collect());
        let mut rest = region;
        for &k in &order {
            let mut child = rest.clone();
            child.open(self.piece, k);
            add(records, child, node_counts.clone());
            rest.close(k);
        }
        add(records, rest, node_counts);
    }

    /// The parent's duals as discounts from what the child's open sites leave.
    fn inherit(&self, prices: &Prices, parent: &Region, child: &Region) -> Prices {
        let mut prices = prices.clone();
        let time = self.piece.time_price;
        for (i, u) in prices.u.iter_mut().enumerate() {
            let same = parent.base[i] == child.base[i]
                && parent.base_covered[i] == child.base_covered[i]
                && parent.hard[i] == child.hard[i];
            if same {
                continue;
            }
            let group = self.piece.rows[i].group;
            let s = if group == NONE {
                self.piece.omega
            } else {
                prices.sigma[group as usize] + prices.phi[group as usize]
            };
            let base = |r: &Region| {
                if r.hard[i] { 0.0 } else { time * r.base[i] - if r.base_covered[i] { s } else { 0.0 } }
            };
            *u += base(child) - base(parent);
            if !child.hard[i] {
                *u = u.max(0.0);
            }
        }
        prices
    }

    /// The number of open sites, if clearly fractional: of all, of each price, of a condition that asks for some.
    fn count_to_branch(&self, region: &Region, average: &[f64]) -> Option<(Vec<u32>, i64)> {
        let consider = |sites: &mut dyn Iterator<Item = u32>| {
            let sites: Vec<u32> = sites.filter(|&k| region.state[k as usize] == 0).collect();
            if sites.len() < 3 {
                return None;
            }
            let total: f64 = sites.iter().map(|&k| average[k as usize]).sum();
            let part = total - total.floor();
            if !(0.1..=0.9).contains(&part) {
                return None;
            }
            let at_most = total.floor() as i64;
            // Not again what the tree has asked above.
            let known = region.counts.iter().any(|c| {
                c.rhs as i64 == if c.sense == Sense::AtMost { at_most } else { at_most + 1 }
                    && sites.iter().all(|&k| c.terms.binary_search_by_key(&k, |t| t.0).is_ok())
            });
            (!known).then_some((sites, at_most))
        };
        let flat = self.frame.flat;
        let price = |k: u32| {
            let j = self.piece.sites[k as usize] as usize;
            (flat.cost[j], flat.counted[j])
        };
        let all = 0..self.piece.sites.len() as u32;
        let mut kinds: Vec<(i64, bool)> = all.clone().map(price).collect();
        kinds.sort_unstable();
        kinds.dedup();
        consider(&mut all.clone())
            .or_else(|| {
                if kinds.len() > 8 {
                    return None;
                }
                kinds.iter().find_map(|&kind| consider(&mut all.clone().filter(|&k| price(k) == kind)))
            })
            .or_else(|| {
                self.piece
                    .conditions
                    .iter()
                    .filter(|c| c.rhs > 0.0 && c.terms.iter().all(|t| t.1 == 1.0))
                    .find_map(|c| consider(&mut c.terms.iter().map(|t| t.0)))
            })
    }

    /// Sites to open one by one, the least likely first: those that cover the row that the fewest can cover among those the relaxed
    /// plan covers; without such a row, the sites of an undecided set.
    fn sites_to_branch(&self, index: &Index, region: &Region, average: &[f64]) -> Vec<u32> {
        let by_average = |sites: &mut Vec<u32>| {
            sites.sort_by(|&a, &b| average[a as usize].total_cmp(&average[b as usize]).then(a.cmp(&b)));
        };
        if self.piece.time_price == 0.0 && self.piece.omega > 0.0 {
            let profile: Vec<(f64, usize)> = index
                .sites
                .iter()
                .map(|sites| {
                    let free = sites.iter().filter(|&&k| region.state[k as usize] == 0);
                    free.fold((0.0, 0), |(mass, n), &k| (mass + average[k as usize], n + 1))
                })
                .collect();
            let mut best: Option<(f64, usize)> = None;
            for (i, servers) in index.profiles.iter().enumerate() {
                if region.base_covered[i] {
                    continue;
                }
                let (mass, n) = servers
                    .iter()
                    .fold((0.0, 0), |(mass, n), &p| (mass + profile[p as usize].0, n + profile[p as usize].1));
                if n == 0 || mass < 0.5 {
                    continue;
                }
                let score = n as f64 * (0.3 + (mass - 1.0).abs());
                if best.is_none_or(|(b, _)| score < b) {
                    best = Some((score, i));
                }
            }
            if let Some((_, i)) = best {
                let mut sites: Vec<u32> = index.profiles[i]
                    .iter()
                    .flat_map(|&p| index.sites[p as usize].iter().copied())
                    .filter(|&k| region.state[k as usize] == 0)
                    .collect();
                by_average(&mut sites);
                return sites;
            }
        }
        let mut best: Option<(f64, usize)> = None;
        for (s, set) in self.piece.sets.iter().enumerate() {
            let free: Vec<u32> = set.iter().copied().filter(|&k| region.state[k as usize] == 0).collect();
            if free.is_empty() {
                continue;
            }
            let mass: f64 = free.iter().map(|&k| average[k as usize]).sum();
            let score = (mass - 0.6).abs();
            if best.is_none_or(|(b, _)| score < b) {
                best = Some((score, s));
            }
        }
        let Some((_, s)) = best else { return Vec::new() };
        let mut sites: Vec<u32> =
            self.piece.sets[s].iter().copied().filter(|&k| region.state[k as usize] == 0).collect();
        by_average(&mut sites);
        sites.reverse();
        sites
    }
}

/// Who covers a row, and who shares a profile.
struct Index {
    /// Profiles that cover each row.
    profiles: Vec<Vec<u32>>,
    /// Sites of each profile.
    sites: Vec<Vec<u32>>,
}

impl Index {
    fn new(piece: &Piece) -> Self {
        let count = piece.start.len() - 1;
        let mut index = Self { profiles: vec![Vec::new(); piece.rows.len()], sites: vec![Vec::new(); count] };
        for (k, &p) in piece.profile.iter().enumerate() {
            index.sites[p as usize].push(k as u32);
        }
        for p in 0..count {
            for e in piece.start[p] as usize..piece.start[p + 1] as usize {
                if piece.covered[e] {
                    index.profiles[piece.row[e] as usize].push(p as u32);
                }
            }
        }
        index
    }
}

enum Closed {
    Same,
    Changed(Change),
}

fn blank() -> Record {
    Record { change: Change::default(), close: Vec::new(), then: Then::Leaf, children: Vec::new() }
}

/// The records in preorder.
fn unroll(records: Vec<Record>) -> Vec<Node> {
    let mut records: Vec<Option<Record>> = records.into_iter().map(Some).collect();
    let mut nodes = Vec::with_capacity(records.len());
    let mut stack = vec![0usize];
    while let Some(id) = stack.pop() {
        let Some(record) = records[id].take() else { continue };
        stack.extend(record.children.iter().rev());
        nodes.push(Node { change: record.change, close: record.close, then: record.then, ..Node::default() });
    }
    nodes
}
