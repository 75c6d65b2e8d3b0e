//! Rows that are alike for a proof, merged in the order of their first row. A certificate has one multiplier per class.
//!
//! What "alike" means depends on what is proven: times matter only where level Time is in play, covering only where level Cover or a
//! floor is. The same rule, word for word, stands in `CERTIFICATE.md`. Complexity: linear in the reach entries, plus their sorting.
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::instance::{Instance, Objective, Row};

/// What a proof is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Goal {
    /// The level whose bound is proven; `None`: that no feasible plan exists.
    pub level: Option<usize>,
    /// Every row needs an open site within this time: the least of the held Center values and, where the level is Center, its bound - 1.
    pub within: Option<u32>,
}

impl Goal {
    /// The goal "the value of level `level` is no better than `bound`", with the values of the earlier levels held.
    #[must_use]
    pub fn level(instance: &Instance, level: usize, held: &[i64], bound: i64) -> Self {
        let mut within: Option<i64> = None;
        for (position, objective) in instance.levels.iter().enumerate().take(level.saturating_add(1)) {
            if *objective == Objective::Center {
                let value = if position == level {
                    bound.saturating_sub(1)
                } else {
                    held.get(position).copied().unwrap_or(i64::MAX)
                };
                within = Some(within.map_or(value, |w| w.min(value)));
            }
        }
        Self { level: Some(level), within: within.map(|w| u32::try_from(w.max(0)).unwrap_or(u32::MAX)) }
    }

    /// The goal "no feasible plan exists".
    #[must_use]
    pub fn infeasible() -> Self {
        Self { level: None, within: None }
    }

    /// Levels in play: the held ones and the goal's own.
    fn levels(self, instance: &Instance) -> &[Objective] {
        let count = self.level.map_or(0, |k| k.saturating_add(1)).min(instance.levels.len());
        &instance.levels[..count]
    }

    /// Whether times matter.
    #[must_use]
    pub fn timed(self, instance: &Instance) -> bool {
        self.levels(instance).contains(&Objective::Time)
    }

    /// Whether covered weight matters.
    #[must_use]
    pub fn covering(self, instance: &Instance) -> bool {
        self.levels(instance).contains(&Objective::Cover) || instance.groups.iter().any(|g| g.floor > 0)
    }
}

/// One site in the reach of a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Entry {
    /// The site.
    pub site: u32,
    /// `min(time, worst)` where times matter, else 0.
    pub time: u32,
    /// Whether the site covers the class (false where covering does not matter).
    pub covers: bool,
    /// Whether the site may serve the class. False only for a site beyond [`Goal::within`] that still adds a cover to a class with gains.
    pub serves: bool,
}

/// What the rows of a class share, apart from their entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    /// Sum of the weights (0 where neither times nor covering matter).
    pub weight: u64,
    /// Some entry must be open.
    pub hard: bool,
    /// Group (where covering matters).
    pub group: Option<u32>,
    /// Gains (where covering matters).
    pub gains: Vec<u64>,
    /// The first row of the class.
    pub first_row: u32,
}

/// The classes of an instance for a goal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Classes {
    /// The classes, by first row.
    pub classes: Vec<Class>,
    /// Class of each row; `None`: the row does not matter.
    pub of_row: Vec<Option<u32>>,
    entries: Vec<Entry>,
    start: Vec<usize>,
    most_weight: u64,
    most_time: u32,
    most_gains: usize,
}

/// Multiply and rotate; collisions are resolved by comparison, so speed alone decides.
#[derive(Default)]
struct Mix(u64);

impl Hasher for Mix {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for &b in bytes {
            self.write_u64(u64::from(b));
        }
    }
    fn write_u64(&mut self, value: u64) {
        self.0 = (self.0.rotate_left(5) ^ value).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
}

/// Sorts entries by time, covering ones first, then by site. Rows list their sites by time already, so mostly only those of equal time
/// are out of order.
fn in_order(entries: &mut [Entry]) {
    let key = |e: &Entry| (e.time, !e.covers, e.site);
    if entries.is_sorted_by_key(|e| e.time) {
        for run in entries.chunk_by_mut(|a, b| a.time == b.time).filter(|run| run.len() > 1) {
            run.sort_unstable_by_key(key);
        }
    } else {
        entries.sort_unstable_by_key(key);
    }
}

impl Classes {
    /// Merges the rows. The instance must be valid.
    #[must_use]
    pub fn new(instance: &Instance, goal: Goal) -> Self {
        let (timed, covering) = (goal.timed(instance), goal.covering(instance));
        let must_reach = instance.must_reach();
        // A row left at `worst` satisfies "within" when worst itself does.
        let within = goal.within.filter(|&r| instance.worst.is_none_or(|w| w > r));
        let mut result = Self { start: vec![0], ..Self::default() };
        let mut seen: HashMap<u64, Vec<u32>, BuildHasherDefault<Mix>> = HashMap::default();
        let mut scratch: Vec<Entry> = Vec::new();
        for (position, row) in instance.rows.iter().enumerate() {
            let hard = row.must || must_reach || within.is_some();
            scratch.clear();
            scratch.extend(row.reach.iter().filter_map(|&(site, time)| {
                let within_limit = instance.covers(time);
                let serves = (!row.must || within_limit) && within.is_none_or(|r| time <= r);
                let covers = covering && within_limit;
                let kept = serves && (hard || timed || covers) || covers && !row.gains.is_empty();
                let time = if timed { time.min(instance.worst.unwrap_or(u32::MAX)) } else { 0 };
                kept.then_some(Entry { site, time, covers, serves })
            }));
            let weight = if timed || covering { row.weight } else { 0 };
            if !hard && (weight == 0 || (!timed && scratch.is_empty())) {
                result.of_row.push(None);
                continue;
            }
            in_order(&mut scratch);
            let class = result.find(&mut seen, row, position as u32, hard, covering, &scratch);
            result.classes[class as usize].weight += weight;
            result.of_row.push(Some(class));
        }
        result.most_weight = result.classes.iter().map(|c| c.weight).max().unwrap_or(0);
        result.most_gains = result.classes.iter().map(|c| c.gains.len()).max().unwrap_or(0);
        result.most_time = result.entries.iter().map(|e| e.time).max().unwrap_or(0);
        result
    }

    /// The largest weight of a class.
    #[must_use]
    pub fn most_weight(&self) -> u64 {
        self.most_weight
    }

    /// The largest time of an entry.
    #[must_use]
    pub fn most_time(&self) -> u32 {
        self.most_time
    }

    /// The largest number of gains of a class.
    #[must_use]
    pub fn most_gains(&self) -> usize {
        self.most_gains
    }

    fn find(
        &mut self,
        seen: &mut HashMap<u64, Vec<u32>, BuildHasherDefault<Mix>>,
        row: &Row,
        position: u32,
        hard: bool,
        covering: bool,
        entries: &[Entry],
    ) -> u32 {
        let group = row.group.filter(|_| covering);
        let gains: &[u64] = if covering { &row.gains } else { &[] };
        let mut hash = Mix::default();
        hash.write_u64(u64::from(hard) | (group.map_or(0, |g| u64::from(g) + 1) << 1));
        for &gain in gains {
            hash.write_u64(gain);
        }
        // Two chains beside each other: one would wait for its own products.
        let word = |e: &Entry| {
            u64::from(e.site).rotate_left(34) ^ u64::from(e.time) << 2 ^ u64::from(e.covers) << 1 ^ u64::from(e.serves)
        };
        let mut beside = Mix::default();
        let pairs = entries.chunks_exact(2);
        pairs.remainder().iter().for_each(|e| hash.write_u64(word(e)));
        for pair in pairs {
            hash.write_u64(word(&pair[0]));
            beside.write_u64(word(&pair[1]));
        }
        hash.write_u64(beside.finish());
        let same_key = seen.entry(hash.finish()).or_default();
        for &c in same_key.iter() {
            let class = &self.classes[c as usize];
            let theirs = &self.entries[self.start[c as usize]..self.start[c as usize + 1]];
            if class.hard == hard && class.group == group && class.gains == gains && theirs == entries {
                return c;
            }
        }
        let c = self.classes.len() as u32;
        same_key.push(c);
        self.classes.push(Class { weight: 0, hard, group, gains: gains.to_vec(), first_row: position });
        self.entries.extend_from_slice(entries);
        self.start.push(self.entries.len());
        c
    }

    /// Number of classes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.classes.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.classes.is_empty()
    }

    /// The entries of a class, by time, covering ones first, then by site.
    #[must_use]
    pub fn entries(&self, class: usize) -> &[Entry] {
        &self.entries[self.start[class]..self.start[class + 1]]
    }
}
