//! Bounded one-to-many search: earliest times from a few origins to everything within a limit.

mod crossing;
mod field;
mod fours;
mod over_arcs;
mod pieces;
mod seeds;
mod turned;

pub use field::TimeField;
pub use pieces::Piece;

use std::hint::select_unpredictable;

use firesite_model::TravelTime;

use crate::queue::{Buckets, Entry, entry, item_of, time_of};
use crate::times::{PackedArc, TimesInner};
use crate::{Snapped, TravelTimes};
pub(crate) use fours::Fours;
pub(crate) use seeds::{Leaving, NodeSeed, Seed, Start, part, seeds, starts};
use turned::FOUR;
pub(crate) use turned::Turned;

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

/// No search came here.
pub(crate) const FAR: u32 = u32::MAX;

/// Everything that a search writes to; kept between searches.
#[derive(Debug, Default)]
pub(crate) struct State {
    /// Earliest known time at each node; with turns, nothing.
    labels: Vec<u32>,
    /// Whose that is; only written where there are several origins.
    owners: Vec<u32>,
    /// The last search had one origin, or nobody asks whose a time is.
    alone: bool,
    /// Every label that the last search wrote, in order; an item corrected later stands there again.
    log: Vec<Entry>,
    logged: usize,
    work: Vec<Entry>,
    buckets: Buckets,
    /// With turns: before when one has to come to the end of an arc to improve anything, by rows of slots; the other
    /// one where there are several origins.
    ends: Vec<[u32; FOUR]>,
    ends_of_several: Vec<[u64; FOUR]>,
    /// What all these times are more than they mean.
    zero: u32,
    /// When the arrivals of the bucket in hand come to the ends of their ways.
    times_of: Vec<[u32; FOUR]>,
    /// For other searches.
    spare: [Vec<Entry>; 2],
    pub(crate) starts: Vec<Start>,
    pub(crate) node_seeds: Vec<NodeSeed>,
    seeds: Vec<Seed>,
}

/// Reusable state of one thread: one search at a time, never cleared in O(n).
///
/// Without turn costs and bans labels sit on nodes; with them they sit at the ends of arcs, because the way into a node
/// then decides about the way out. Labels at nodes with turn costs added on the way, the textbook short cut, lose the
/// optimum where a slower approach saves a turn. A slower approach that saves no turn worth its delay gets no label, so
/// that a search with turns hardly writes more of them than nodes.
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
/// Memory: 4 bytes a node (with turns, 16), three times that where a search had several origins, and about 9 bytes for
/// each label of the largest search. Clearing costs what the search before reached, never the size of the network. What
/// all searches of the same times share: 32 bytes a node; with turns, 64 and 4 an arc.
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
    /// In practice linear in what is reached; as in Bellman and Ford at worst, where times of one network lie many orders
    /// of magnitude apart.
    pub fn run<'s>(&'s mut self, origins: &[Origin<'_>], limit: Option<TravelTime>) -> TimeField<'s> {
        self.answer(origins, limit, origins.len() == 1)
    }

    /// The same, and nobody asks whose each time is: all origins count as the first.
    pub(crate) fn run_as_one<'s>(&'s mut self, origins: &[Origin<'_>], limit: Option<TravelTime>) -> TimeField<'s> {
        self.answer(origins, limit, true)
    }

    fn answer<'s>(&'s mut self, origins: &[Origin<'_>], limit: Option<TravelTime>, alone: bool) -> TimeField<'s> {
        // The greatest value is kept for "closed" and "beyond".
        let limit = limit.map_or(u32::MAX - 1, |t| t.as_millis().min(u32::MAX - 1));
        self.state.run(&self.times.0, origins, limit, alone);
        TimeField::new(self.times, &self.state, limit)
    }
}

/// What a search only writes to while it runs: a queue that is empty before and after, and lists of any content.
pub(crate) struct Scratch<'s> {
    pub(crate) buckets: &'s mut Buckets,
    pub(crate) work: &'s mut Vec<Entry>,
    pub(crate) log: &'s mut Vec<Entry>,
    pub(crate) starts: &'s mut Vec<Entry>,
}

impl Search<'_> {
    /// For another search over the same times.
    pub(crate) fn scratch(&mut self) -> Scratch<'_> {
        let State { buckets, work, spare: [log, starts], .. } = &mut self.state;
        Scratch { buckets, work, log, starts }
    }
}

impl State {
    fn new(times: &TimesInner) -> Self {
        if times.turns.is_none() {
            return Self { labels: vec![FAR; times.network.node_count()], ..Self::default() };
        }
        Self::default()
    }

    /// Without turns: time and origin at a node, if the search came there.
    #[inline]
    pub(crate) fn label(&self, item: u32) -> Option<(u32, u32)> {
        let time = self.labels[item as usize];
        (time != FAR).then(|| (time, if self.alone { 0 } else { self.owners[item as usize] }))
    }

    /// Items (with turns, slots of the ends of arcs) with a label. Where there are several origins, one may come more than
    /// once.
    pub(crate) fn touched(&self) -> impl Iterator<Item = u32> {
        // Times only fall, so that an item's last entry alone holds its label.
        let on_arcs = self.labels.is_empty();
        let on_node = |entry: Entry| self.labels[item_of(entry) as usize] == time_of(entry);
        let log = self.log[..self.logged].iter();
        log.filter(move |&&e| if on_arcs { self.is_last(e) } else { on_node(e) }).map(|&e| item_of(e))
    }

    /// How many items have a label.
    pub(crate) fn touched_count(&self) -> usize {
        if self.alone {
            return self.touched().count();
        }
        let mut items: Vec<u32> = self.touched().collect();
        items.sort_unstable();
        items.dedup();
        items.len()
    }

    fn run(&mut self, times: &TimesInner, origins: &[Origin<'_>], limit: u32, alone: bool) {
        starts(times, origins, &mut self.starts);
        if let Some(table) = &times.turns {
            self.clear_arcs();
            self.alone = alone;
            self.over_arcs(times, times.turned(table), limit);
            return;
        }
        for &entry in &self.log[..self.logged] {
            self.labels[item_of(entry) as usize] = FAR;
        }
        self.logged = 0;
        self.alone = alone;
        if !self.alone {
            self.owners.resize(self.labels.len(), 0);
        }
        seeds(times, &self.starts, limit, &mut self.seeds, &mut self.node_seeds);
        let times_of_seeds = || self.seeds.iter().map(|seed| seed.time);
        let (first, last) = (times_of_seeds().min().unwrap_or(0), times_of_seeds().max().unwrap_or(0));
        let span = times.longest.min(limit - first).max(last - first);
        self.buckets.prepare(first, span, times.shift);
        self.seed();
        if self.alone {
            self.over_nodes::<true>(times.fours(), limit);
        } else {
            self.over_nodes::<false>(times.fours(), limit);
        }
    }

    fn seed(&mut self) {
        for i in 0..self.seeds.len() {
            let Seed { item, time, origin, .. } = self.seeds[i];
            let better = match self.label(item) {
                None => true,
                Some(known) => (time, origin) < known,
            };
            if !better {
                continue;
            }
            self.labels[item as usize] = time;
            if !self.alone {
                self.owners[item as usize] = origin;
            }
            room(&mut self.log, self.logged, 1);
            self.log[self.logged] = entry(time, item);
            self.logged += 1;
            self.buckets.push(entry(time, item));
        }
    }

    /// Labels at nodes: bucket by bucket, pruned at the limit.
    ///
    /// The inner loop has no branch that depends on the times: each arc writes its label back and its entry to the end
    /// of the log, and whether the label fell decides only how far the log moves on. Guessing wrong about every third
    /// arc would cost more than all the rest. Ties go to the smaller origin, where there are several.
    fn over_nodes<const ALONE: bool>(&mut self, fours: &Fours, limit: u32) {
        let limit = u64::from(limit);
        let (mut log, mut work) = (std::mem::take(&mut self.log), std::mem::take(&mut self.work));
        let (labels, owners) = (&mut self.labels[..], &mut self.owners[..]);
        let arcs = &fours.arcs()[..labels.len()];
        let (mut end, mut wide) = (self.logged, Vec::new());
        while self.buckets.next(&mut work) {
            let from = end;
            room(&mut log, end, 4 * work.len());
            let out = &mut log[..];
            for &waiting in &work {
                let (time, node) = (u64::from(time_of(waiting)), item_of(waiting) as usize);
                if u64::from(labels[node]) != time {
                    continue;
                }
                let owner = if ALONE { 0 } else { owners[node] };
                let [first, second, third, fourth] = arcs[node].0;
                let (fourth, more) = Fours::fourth(fourth);
                for arc in [first, second, third, fourth] {
                    end = relax::<ALONE>(arc, time, owner, limit, labels, owners, out, end);
                }
                if more {
                    wide.push(waiting);
                }
            }
            for waiting in wide.drain(..) {
                let (time, node) = (u64::from(time_of(waiting)), item_of(waiting));
                let owner = if ALONE { 0 } else { owners[node as usize] };
                let further = fours.further(node);
                room(&mut log, end, further.len());
                for &arc in further {
                    end = relax::<ALONE>(arc, time, owner, limit, labels, owners, &mut log, end);
                }
            }
            work.clear();
            log[from..end].iter().for_each(|&entry| self.buckets.push(entry));
        }
        (self.log, self.work, self.logged) = (log, work, end);
    }
}

/// Drives one arc from a node that is reached at `time`; where the log then ends.
#[inline(always)]
fn relax<const ALONE: bool>(
    arc: PackedArc,
    time: u64,
    owner: u32,
    limit: u64,
    labels: &mut [u32],
    owners: &mut [u32],
    log: &mut [Entry],
    end: usize,
) -> usize {
    let (there, head) = (time + u64::from(arc.time), arc.head as usize);
    let known = labels[head];
    let lower = if ALONE {
        there < u64::from(known)
    } else {
        (there << 32 | u64::from(owner)) < (u64::from(known) << 32 | u64::from(owners[head]))
    };
    // A sum beyond u32 is beyond every limit, whatever the shift made of it.
    let better = (there <= limit) & lower;
    labels[head] = select_unpredictable(better, there as u32, known);
    if !ALONE {
        owners[head] = select_unpredictable(better, owner, owners[head]);
    }
    log[end] = there << 32 | u64::from(arc.head);
    end + usize::from(better)
}

/// Makes sure that `more` may follow the first `used` of a list that is written before its end is known.
#[inline]
pub(crate) fn room<T: Clone + Default>(list: &mut Vec<T>, used: usize, more: usize) {
    if list.len() < used + more {
        list.resize((used + more).next_power_of_two(), T::default());
    }
}
