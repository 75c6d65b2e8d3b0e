//! When to stop: work, counted in entries and the same on every machine, or a clock where the caller asked for one.

use std::time::Instant;

use crate::budget::Budget;

/// A limit that every loop asks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limit {
    /// Entries that may be visited.
    pub work: u64,
    /// The end by the clock, if there is one.
    pub until: Option<Instant>,
}

impl Limit {
    /// The same clock, other work.
    pub(super) fn with_work(self, work: u64) -> Self {
        Self { work, ..self }
    }

    /// Whether the clock has run out.
    pub(super) fn late(self) -> bool {
        self.until.is_some_and(|end| Instant::now() >= end)
    }

    /// Whether no more may be done after so many entries.
    pub(super) fn reached(self, visited: u64) -> bool {
        visited >= self.work || self.late()
    }
}

/// Counts the entries that a search visits, and how many of them between two looks at the limits.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Meter {
    /// Entries visited so far.
    pub visited: u64,
    looked: u64,
    /// Most entries between two looks.
    pub stretch: u64,
}

impl Meter {
    /// Counts visited entries.
    pub(super) fn charge(&mut self, entries: usize) {
        self.visited += entries as u64;
    }

    /// Whether no more may be done.
    pub(super) fn reached(&mut self, limit: Limit) -> bool {
        self.stretch = self.stretch.max(self.visited - self.looked);
        self.looked = self.visited;
        limit.reached(self.visited)
    }

    /// Adds what another one counted.
    pub(super) fn join(&mut self, other: Meter) {
        self.visited += other.visited;
        self.looked = self.visited;
        self.stretch = self.stretch.max(other.stretch).max(other.visited - other.looked);
    }
}

impl Budget {
    /// Adds what a part of a search counted.
    pub(super) fn took(&mut self, meter: Meter) {
        self.work.entries += meter.visited;
        self.work.longest_stretch = self.work.longest_stretch.max(meter.stretch).max(meter.visited - meter.looked);
    }
}
