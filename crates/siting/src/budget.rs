//! Limits and counters: one budget runs through a whole solve.

use std::time::{Duration, Instant};

use firesite_problem::Stopped;

use crate::Options;

/// What stopped a search before its proof was complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoppedBy {
    /// The wall-clock limit.
    Time,
    /// The work limit.
    Work,
    /// The gap that was asked for is reached.
    Gap,
}

impl From<StoppedBy> for Stopped {
    fn from(by: StoppedBy) -> Self {
        match by {
            StoppedBy::Time => Stopped::Time,
            StoppedBy::Work => Stopped::Work,
            StoppedBy::Gap => Stopped::Gap,
        }
    }
}

impl StoppedBy {
    /// The word used in results: `time`, `work` or `gap`.
    pub fn name(self) -> &'static str {
        match self {
            StoppedBy::Time => "time",
            StoppedBy::Work => "work",
            StoppedBy::Gap => "gap",
        }
    }
}

/// Counters of a search. They depend on the instance and the options alone, never on the machine (unless a time limit
/// stopped the run).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Work {
    /// Nodes of search trees, roots included.
    pub nodes: u64,
    /// Steps of multiplier ascent and of the simplex method.
    pub iterations: u64,
    /// Swaps carried out by local search.
    pub swaps: u64,
    /// Row entries visited; the work limit counts these in millions.
    pub entries: u64,
    /// Most row entries visited between two looks at the limits: how late a stop can be.
    pub longest_stretch: u64,
}

impl Work {
    /// What two searches, one after the other, have spent together.
    pub(crate) fn and(self, other: Work) -> Work {
        Work {
            nodes: self.nodes + other.nodes,
            iterations: self.iterations + other.iterations,
            swaps: self.swaps + other.swaps,
            entries: self.entries + other.entries,
            longest_stretch: self.longest_stretch.max(other.longest_stretch),
        }
    }
}

/// Counters and limits. Ask [`Budget::spent`] inside every loop that can take more than a few milliseconds.
#[derive(Debug)]
pub struct Budget {
    started: Instant,
    time_limit: Option<Duration>,
    entries_limit: Option<u64>,
    stopped: Option<StoppedBy>,
    /// Entries at the last look at the limits.
    looked: u64,
    /// The counters.
    pub work: Work,
}

impl Budget {
    /// A budget that starts now.
    pub fn new(options: &Options) -> Self {
        Budget {
            started: Instant::now(),
            time_limit: options.time_limit,
            entries_limit: options.work_limit.map(|units| units.saturating_mul(1_000_000)),
            stopped: None,
            looked: 0,
            work: Work::default(),
        }
    }

    /// Counts visited row entries.
    pub fn charge(&mut self, entries: usize) {
        self.work.entries += entries as u64;
    }

    /// Whether a limit has been passed; once true it stays true.
    pub fn spent(&mut self) -> bool {
        self.work.longest_stretch = self.work.longest_stretch.max(self.work.entries.saturating_sub(self.looked));
        self.looked = self.work.entries;
        if self.stopped.is_none() {
            if self.entries_limit.is_some_and(|limit| self.work.entries > limit) {
                self.stopped = Some(StoppedBy::Work);
            } else if self.time_limit.is_some_and(|limit| self.started.elapsed() >= limit) {
                self.stopped = Some(StoppedBy::Time);
            }
        }
        self.stopped.is_some()
    }

    /// What has been spent and what is left, in seconds under a time limit, else in entries; `None` left: no limit.
    pub fn spending(&self) -> (f64, Option<f64>) {
        if let Some(limit) = self.time_limit {
            let spent = self.started.elapsed().as_secs_f64();
            return (spent, Some(limit.as_secs_f64() - spent));
        }
        let spent = self.work.entries as f64;
        (spent, self.entries_limit.map(|limit| limit as f64 - spent))
    }

    /// A budget that ends after a share of what is left, with counters at what is spent already.
    pub fn share(&self, share: f64) -> Budget {
        let elapsed = self.started.elapsed();
        let share = share.clamp(0.0, 1.0);
        let spent = self.work.entries;
        Budget {
            time_limit: self.time_limit.map(|limit| elapsed + limit.saturating_sub(elapsed).mul_f64(share)),
            entries_limit: self.entries_limit.map(|limit| spent + (limit.saturating_sub(spent) as f64 * share) as u64),
            ..*self
        }
    }

    /// A budget for a part of the work that may run beside others: the same limits, counters at what is spent already.
    pub fn fork(&self) -> Budget {
        Budget { ..*self }
    }

    /// Adds what a [`Budget::fork`] of this budget, taken when the counters stood at `then`, has spent.
    pub fn join(&mut self, part: &Budget, then: Work) {
        self.work.nodes += part.work.nodes - then.nodes;
        self.work.iterations += part.work.iterations - then.iterations;
        self.work.swaps += part.work.swaps - then.swaps;
        self.work.entries += part.work.entries - then.entries;
        self.work.longest_stretch = self.work.longest_stretch.max(part.work.longest_stretch);
        self.looked = self.work.entries;
        self.stopped = self.stopped.or(part.stopped);
    }

    /// Adds the work of a search that had a budget of its own.
    pub(crate) fn absorb(&mut self, work: Work) {
        self.work = self.work.and(work);
        self.looked = self.work.entries;
    }

    /// A budget that allows so many entries more whatever the limits say, for what is wanted even from a search that is stopped at once.
    pub(crate) fn little(&self, entries: u64) -> Budget {
        let end = self.work.entries.saturating_add(entries);
        Budget { time_limit: None, entries_limit: Some(end), stopped: None, ..*self }
    }

    /// Counts what such a budget has spent.
    pub(crate) fn joined(&mut self, little: &Budget) {
        self.work = little.work;
        self.looked = self.work.entries;
    }

    /// What stopped the search, if anything did.
    pub fn stopped(&self) -> Option<StoppedBy> {
        self.stopped
    }

    /// Why the search ended, in the words of a claim: the limit that was passed, else what is given.
    pub(crate) fn ended(&self, otherwise: Stopped) -> Stopped {
        self.stopped.map_or(otherwise, Stopped::from)
    }
}
