//! When to stop: work, counted in entries and the same on every machine, or a clock where the caller asked for one.

use std::time::Instant;

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
