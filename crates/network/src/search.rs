//! Bounded one-to-many search: earliest times from a few origins to everything within a limit.

mod field;
mod pieces;
mod seeds;

pub use field::TimeField;
pub use pieces::Piece;

use firesite_model::TravelTime;

use crate::queue::{Buckets, Heap, Queue};
use crate::times::{PackedArc, TimesInner};
use crate::turns::TurnTable;
use crate::{Snapped, TravelTimes};
pub(crate) use seeds::{NodeSeed, Seed, Start, part, seeds, starts};

/// Where a search starts.
#[derive(Clone, Copy, Debug)]
pub struct Origin<'a> {
    /// The place; its access leg is added by the search.
    pub place: &'a Snapped,
    /// Time before leaving, for example turnout.
    pub offset: TravelTime,
}

impl<'a> Origin<'a> {
    /// Leaving at once.
    pub fn at(place: &'a Snapped) -> Self {
        Self { place, offset: TravelTime::ZERO }
    }
}

/// Earliest known time at a node (or, with turns, at the start of an arc) and whose it is.
///
/// The stamp of a search is smaller than those of all before it, and stands above the time in one number: what an earlier
/// search wrote is larger than anything this one can write, so that one comparison tells both "new here" and "earlier",
/// and nothing is ever cleared.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Label {
    /// Stamp and time.
    key: u64,
    pub(crate) origin: u32,
    /// Nodes: first arc out. Arcs: first arc out of the head.
    first: u32,
}

impl Label {
    #[inline]
    pub(crate) fn time(&self) -> u32 {
        self.key as u32
    }
}

/// The upper half of a key; as a stamp, that of no search.
const UNUSED: u64 = 0xffff_ffff_0000_0000;

/// Everything that a search writes to; kept between searches.
#[derive(Debug, Default)]
pub(crate) struct State {
    labels: Vec<Label>,
    /// The stamp of the last search, in the upper half.
    stamp: u64,
    pub(crate) touched: Vec<u32>,
    buckets: Buckets<(u32, u32)>,
    heap: Heap<(u32, u32)>,
    pub(crate) starts: Vec<Start>,
    pub(crate) node_seeds: Vec<NodeSeed>,
    seeds: Vec<Seed>,
}

/// Reusable state of one thread: one search at a time, never cleared in O(n).
///
/// Without turn costs and bans labels sit on nodes; with them they sit at the start of arcs, because the way into a node
/// then decides about the way out. Labels at nodes with turn costs added on the way, the textbook short cut, lose the
/// optimum where a slower approach saves a turn.
///
/// The field borrows the search, so a stale answer cannot be read:
///
/// ```compile_fail
/// # fn f(times: &firesite_network::TravelTimes, a: firesite_network::Origin<'_>, b: firesite_network::Origin<'_>) {
/// let mut search = times.search();
/// let field = search.run(&[a], None);
/// let other = search.run(&[b], None);
/// field.at_node(firesite_network::NodeId(0));
/// # }
/// ```
///
/// Memory: 16 bytes a node (with turns, an arc), and what the frontier holds.
#[derive(Debug)]
pub struct Search<'t> {
    times: &'t TravelTimes,
    state: State,
}

impl TravelTimes {
    /// A reusable search; states are kept when it is dropped and handed out again.
    pub fn search(&self) -> Search<'_> {
        let kept = self.0.pool.lock().ok().and_then(|mut pool| pool.pop());
        Search { times: self, state: kept.unwrap_or_else(|| State::new(&self.0)) }
    }
}

impl Drop for Search<'_> {
    fn drop(&mut self) {
        if let Ok(mut pool) = self.times.0.pool.lock() {
            pool.push(std::mem::take(&mut self.state));
        }
    }
}

impl Search<'_> {
    /// Earliest times from the origins, within the limit (inclusive); access leg and offset of the origin count.
    ///
    /// O(reached · log) in the worst case, in practice linear in what is reached.
    pub fn run<'s>(&'s mut self, origins: &[Origin<'_>], limit: Option<TravelTime>) -> TimeField<'s> {
        // The greatest value is kept for "closed" and "beyond".
        let limit = limit.map_or(u32::MAX - 1, |t| t.as_millis().min(u32::MAX - 1));
        let inner = &*self.times.0;
        self.state.run(inner, origins, limit);
        TimeField::new(self.times, &self.state, limit)
    }
}

impl State {
    fn new(times: &TimesInner) -> Self {
        let network = &times.network.0;
        let label = |first: u32| Label { key: u64::MAX, origin: 0, first };
        let labels = match times.turns {
            None => network.first_out.iter().map(|&first| label(first)).collect(),
            Some(_) => network.arcs.iter().map(|arc| label(network.first_out[arc.head as usize])).collect(),
        };
        Self { labels, stamp: UNUSED, ..Self::default() }
    }

    /// The label of a node (with turns: of an arc), if this search wrote it.
    #[inline]
    pub(crate) fn label(&self, item: u32) -> Option<&Label> {
        let label = &self.labels[item as usize];
        (label.key & UNUSED == self.stamp).then_some(label)
    }

    fn run(&mut self, times: &TimesInner, origins: &[Origin<'_>], limit: u32) {
        if self.stamp == 0 {
            // Four thousand million searches: once, everything is cleared.
            self.labels.iter_mut().for_each(|l| l.key = u64::MAX);
            self.stamp = UNUSED;
        }
        self.stamp -= 1 << 32;
        self.touched.clear();
        self.starts = starts(times, origins);
        seeds(times, &self.starts, limit, &mut self.seeds, &mut self.node_seeds);
        let first = self.seeds.iter().map(|s| s.key).min().unwrap_or(0);
        let last = self.seeds.iter().map(|s| s.key).filter(|&k| k <= limit).max().unwrap_or(0);
        let span = times.longest.max(last.saturating_sub(first));
        let (mut buckets, mut heap) = (std::mem::take(&mut self.buckets), std::mem::take(&mut self.heap));
        if buckets.prepare(first, span, times.shift) {
            self.spread(times, limit, &mut buckets, origins.len() == 1);
        } else {
            self.spread(times, limit, &mut heap, origins.len() == 1);
        }
        (self.buckets, self.heap) = (buckets, heap);
    }

    fn spread(&mut self, times: &TimesInner, limit: u32, queue: &mut impl Queue<(u32, u32)>, alone: bool) {
        for i in 0..self.seeds.len() {
            let Seed { item, time, key, origin } = self.seeds[i];
            if self.improve::<false>(item, time, origin) && key <= limit {
                queue.push((key, item));
            }
        }
        match (&times.turns, alone) {
            (None, true) => self.over_nodes::<true>(&times.packed, limit, queue),
            (None, false) => self.over_nodes::<false>(&times.packed, limit, queue),
            (Some(table), true) => self.over_arcs::<true>(times, table, limit, queue),
            (Some(table), false) => self.over_arcs::<false>(times, table, limit, queue),
        }
    }

    /// Writes a better label; ties go to the smaller origin, where there are several.
    #[inline]
    fn improve<const ALONE: bool>(&mut self, item: u32, time: u32, origin: u32) -> bool {
        let key = self.stamp | u64::from(time);
        let label = &mut self.labels[item as usize];
        if key > label.key || (key == label.key && (ALONE || origin >= label.origin)) {
            return false;
        }
        if label.key & UNUSED != self.stamp {
            self.touched.push(item);
        }
        (label.key, label.origin) = (key, origin);
        true
    }

    fn over_nodes<const ALONE: bool>(&mut self, arcs: &[PackedArc], limit: u32, queue: &mut impl Queue<(u32, u32)>) {
        while let Some((time, node)) = queue.pop() {
            let label = self.labels[node as usize];
            if label.time() != time {
                continue;
            }
            let last = self.labels[node as usize + 1].first;
            for arc in &arcs[label.first as usize..last as usize] {
                let there = time.saturating_add(arc.time);
                if there <= limit && self.improve::<ALONE>(arc.head, there, label.origin) {
                    queue.push((there, arc.head));
                }
            }
        }
    }

    fn over_arcs<const ALONE: bool>(
        &mut self,
        times: &TimesInner,
        table: &TurnTable,
        limit: u32,
        queue: &mut impl Queue<(u32, u32)>,
    ) {
        let (arcs, first_out) = (&times.packed[..], &times.network.0.first_out[..]);
        while let Some((end, arc)) = queue.pop() {
            let (label, driven) = (self.labels[arc as usize], arcs[arc as usize]);
            if label.time().saturating_add(driven.time) != end {
                continue;
            }
            let last = first_out[driven.head as usize + 1];
            let costs = &table.cost[table.row[arc as usize] as usize..];
            for (next, &cost) in (label.first..last).zip(costs) {
                let (enter, time) = (end.saturating_add(cost), arcs[next as usize].time);
                // A banned turn costs the greatest value, which is beyond every limit; so is a closed arc.
                if enter <= limit && time != u32::MAX && self.improve::<ALONE>(next, enter, label.origin) {
                    let key = enter.saturating_add(time);
                    if key <= limit {
                        queue.push((key, next));
                    }
                }
            }
        }
    }
}
