//! What the search with turns needs of arcs and of the crossings at their ends.

use rustc_hash::FxHashMap;

use super::crossing::{Crossing, Crossings};
use crate::network::{Inner, NONE};
use crate::times::TimesInner;
use crate::turns::{BANNED, TurnTable};

/// Four to a row or a line.
pub(super) const FOUR: usize = 4;

/// Arcs by the slots of their ends: each node has a row of four for the arcs that end there, further ones have rows
/// after those of all nodes.
///
/// Memory: 64 bytes for each node, 4 for each arc, and lines of costs and allowances that nodes of the same turns share.
#[derive(Debug)]
pub(crate) struct Turned {
    /// The first four ways out of each node.
    pub(super) ways: Vec<Ways>,
    /// Nodes with more than four ways out, ascending, and where the fifth to eighth of them are.
    wide: Vec<(u32, u32)>,
    further_ways: Vec<Ways>,
    /// Nodes of the rows after those of all nodes, and where the costs of what ends there start.
    further_rows: Vec<(u32, u32)>,
    /// By arc: the slot of its end, 4 · row + place in the row.
    slots: Vec<u32>,
    /// For each four ways out of a node, for each of four arcs that end there: what the turns cost.
    pub(super) costs: Vec<[u32; FOUR]>,
    /// For an arc: how much later than it those that end in the same row may arrive and still improve anything.
    pub(super) allowances: Vec<[u32; FOUR]>,
}

/// Four ways out of a node; those that are missing or closed take the greatest time.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub(super) struct Ways {
    pub(super) times: [u32; FOUR],
    /// Slots of their ends, and the lines of their allowances there.
    pub(super) slots: [u32; FOUR],
    pub(super) allowances: [u32; FOUR],
    /// Where the costs start of what ends in the node's first row, marked where the node has more than four ways out.
    costs: u32,
}

/// The mark of costs. There are fewer: each stands for several bytes of input.
const FURTHER: u32 = 1 << 31;

impl Ways {
    /// The line of costs of an arc by its place in the row, and whether the node has more than four ways out.
    #[inline(always)]
    pub(super) fn costs(&self, place: usize) -> (usize, bool) {
        ((self.costs & !FURTHER) as usize + place, self.costs & FURTHER != 0)
    }
}

/// Rows of one kind have the same costs and allowances.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Kind {
    turns: u32,
    first_in: u32,
    ins: u32,
    outs: u32,
    backs: [u32; FOUR],
    needed: [u32; FOUR],
    /// A bit for each way out.
    closed: u64,
}

/// What is there already.
#[derive(Default)]
struct Known {
    /// Costs and allowances of the arcs that end in a row.
    kinds: FxHashMap<Kind, (u32, [u32; FOUR])>,
    costs: FxHashMap<Vec<[u32; FOUR]>, u32>,
    allowances: FxHashMap<[u32; FOUR], u32>,
}

impl Turned {
    /// O(turns · ways into a node).
    pub(crate) fn new(times: &TimesInner, table: &TurnTable) -> Self {
        let network = &*times.network.0;
        let nodes = network.positions.len();
        assert!(nodes + network.arcs.len() / FOUR < 1 << 30, "{nodes} nodes: at most a thousand million");
        let crossings = Crossings::new(times, table);
        let needed = crossings.backs_needed();
        let mut turned = Self {
            ways: Vec::with_capacity(nodes),
            wide: Vec::new(),
            further_ways: Vec::new(),
            further_rows: Vec::new(),
            slots: vec![0; network.arcs.len()],
            costs: Vec::new(),
            allowances: Vec::new(),
        };
        let (mut known, mut costs, mut allowances) =
            (Known::default(), Vec::with_capacity(nodes), vec![0; network.arcs.len()]);
        for node in 0..nodes as u32 {
            let crossing = crossings.at(node);
            for first_in in (0..crossing.ins.len().max(1)).step_by(FOUR) {
                let (cost, allowed) = turned.kind(&crossing, &needed, &mut known, first_in);
                let row = match first_in {
                    0 => {
                        costs.push(cost);
                        node
                    }
                    _ => {
                        turned.further_rows.push((node, cost));
                        (nodes + turned.further_rows.len() - 1) as u32
                    }
                };
                for (place, &arc) in crossing.ins.iter().skip(first_in).take(FOUR).enumerate() {
                    turned.slots[arc as usize] = row * FOUR as u32 + place as u32;
                    allowances[arc as usize] = allowed[place];
                }
            }
        }
        for node in 0..nodes as u32 {
            let out = network.out(node);
            let mark = if out.len() > FOUR { FURTHER } else { 0 };
            let four = |first| turned.four(times, &allowances, node, first, costs[node as usize] | mark);
            let (four, further): (Ways, Vec<Ways>) =
                (four(out.start), out.clone().skip(FOUR).step_by(FOUR).map(four).collect());
            turned.ways.push(four);
            if out.len() > FOUR {
                turned.wide.push((node, turned.further_ways.len() as u32));
                turned.further_ways.extend(further);
            }
        }
        turned
    }

    /// Where the costs of a row of arcs start, and the line of allowances of each.
    fn kind(
        &mut self,
        crossing: &Crossing<'_>,
        needed: &[u32],
        known: &mut Known,
        first_in: usize,
    ) -> (u32, [u32; FOUR]) {
        let ins = crossing.ins.len().saturating_sub(first_in).min(FOUR);
        let mut kind = Kind {
            turns: crossing.turns,
            first_in: first_in as u32,
            ins: ins as u32,
            outs: crossing.outs as u32,
            backs: [NONE; FOUR],
            needed: [0; FOUR],
            closed: 0,
        };
        for place in 0..ins {
            kind.backs[place] = crossing.back(first_in + place).map_or(NONE, |way| way as u32);
            kind.needed[place] = needed[crossing.ins[first_in + place] as usize];
        }
        let shared = crossing.outs <= 64;
        for way in (0..crossing.outs.min(64)).filter(|&way| !crossing.is_open(way)) {
            kind.closed |= 1 << way;
        }
        if let Some(&found) = known.kinds.get(&kind).filter(|_| shared) {
            return found;
        }
        let mut allowances = [0; FOUR];
        for sooner in 0..ins {
            let mut line = [BANNED; FOUR];
            for later in 0..ins {
                line[later] = crossing.allowance(first_in + sooner, first_in + later, kind.needed[sooner]);
            }
            let lines = &mut self.allowances;
            allowances[sooner] = *known.allowances.entry(line).or_insert_with(|| {
                lines.push(line);
                lines.len() as u32 - 1
            });
        }
        let mut lines = Vec::with_capacity(FOUR);
        for first in (0..crossing.outs.max(1)).step_by(FOUR) {
            for place in 0..FOUR {
                let mut line = [BANNED; FOUR];
                for (i, line) in line.iter_mut().enumerate() {
                    let way = first + i;
                    if place < ins && way < crossing.outs {
                        let cost = crossing.cost(first_in + place, way);
                        if kind.backs[place] != way as u32 || kind.needed[place] > cost {
                            *line = cost;
                        }
                    }
                }
                lines.push(line);
            }
        }
        let costs = &mut self.costs;
        let cost = *known.costs.entry(lines).or_insert_with_key(|lines| {
            costs.extend(lines);
            (costs.len() - lines.len()) as u32
        });
        if shared {
            known.kinds.insert(kind, (cost, allowances));
        }
        (cost, allowances)
    }

    fn four(&self, times: &TimesInner, allowances: &[u32], node: u32, first: u32, costs: u32) -> Ways {
        let mut ways = Ways { times: [BANNED; FOUR], slots: [node * FOUR as u32; FOUR], allowances: [0; FOUR], costs };
        for (i, arc) in (first..times.network.0.out(node).end).take(FOUR).enumerate() {
            ways.times[i] = times.packed[arc as usize].time;
            ways.slots[i] = self.slots[arc as usize];
            ways.allowances[i] = allowances[arc as usize];
        }
        ways
    }

    /// Rows of all nodes.
    pub(super) fn rows(&self) -> usize {
        self.ways.len() + self.further_rows.len()
    }

    /// The node of a row, and where the costs of what ends there start.
    pub(super) fn row(&self, row: usize) -> (u32, usize) {
        match row.checked_sub(self.ways.len()) {
            None => (row as u32, self.ways[row].costs(0).0),
            Some(further) => (self.further_rows[further].0, self.further_rows[further].1 as usize),
        }
    }

    /// Ways out of a node beyond the fourth, of which there are so many.
    pub(super) fn further(&self, node: u32, count: usize) -> &[Ways] {
        let Ok(at) = self.wide.binary_search_by_key(&node, |w| w.0) else { return &[] };
        let first = self.wide[at].1 as usize;
        &self.further_ways[first..first + count.div_ceil(FOUR)]
    }

    /// The rows of what ends at a node.
    pub(super) fn rows_into(&self, network: &Inner, node: u32) -> impl Iterator<Item = u32> {
        let further = network.arcs_into(node).iter().skip(FOUR).step_by(FOUR).map(|&arc| self.slot(arc) / FOUR as u32);
        std::iter::once(node).chain(further)
    }

    /// The slots of what ends where an arc starts, and what turning from there into it costs.
    pub(super) fn turns_into<'t>(
        &'t self,
        times: &'t TimesInner,
        table: &'t TurnTable,
        arc: u32,
    ) -> impl Iterator<Item = (u32, u32)> + 't {
        let network = &times.network.0;
        let node = network.arcs[arc as usize].tail;
        let (ins, out) = (network.arcs_into(node), network.out(node));
        let start = ins.first().map_or(0, |&first| table.row[first as usize]);
        let (width, way) = (out.len(), (start + arc - out.start) as usize);
        ins.iter().enumerate().map(move |(place, &into)| {
            let slot = if place < FOUR { node * FOUR as u32 + place as u32 } else { self.slot(into) };
            (slot, table.cost[way + place * width])
        })
    }

    /// The slot of the end of an arc.
    pub(super) fn slot(&self, arc: u32) -> u32 {
        self.slots[arc as usize]
    }
}
