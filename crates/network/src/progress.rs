//! Long preparation says how far it is, and can be called off.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};

/// Told the step, how much of it is done and of how much; the unit is the step's own. Called from any thread, and not
/// always in order.
pub type Report<'a> = &'a (dyn Fn(&str, u64, u64) + Sync);

/// Who is told how far long preparation is, and who may call it off. The default tells nobody and never stops.
///
/// No result depends on it: preparation that was called off leaves nothing behind.
///
/// ```
/// use std::sync::atomic::{AtomicBool, Ordering};
/// use firesite_network::{Cancelled, Progress};
///
/// let stop = AtomicBool::new(false);
/// let tell = |step: &str, done: u64, of: u64| eprintln!("{step}: {done} of {of}");
/// let progress = Progress::default().reporting(&tell).cancelled_by(&stop);
/// assert_eq!(progress.step("order", 1, 3), Ok(()));
/// stop.store(true, Ordering::Relaxed);
/// assert_eq!(progress.step("order", 2, 3), Err(Cancelled));
/// ```
#[derive(Clone, Copy, Default)]
pub struct Progress<'a> {
    report: Option<Report<'a>>,
    cancel: Option<&'a AtomicBool>,
}

impl<'a> Progress<'a> {
    /// Tells this function.
    #[must_use]
    pub fn reporting(self, report: Report<'a>) -> Self {
        Self { report: Some(report), ..self }
    }

    /// Stops at the next step once this flag is set.
    #[must_use]
    pub fn cancelled_by(self, flag: &'a AtomicBool) -> Self {
        Self { cancel: Some(flag), ..self }
    }

    /// One more stretch of a step is done: tells it, and says whether to go on.
    ///
    /// # Errors
    /// [`Cancelled`] when the flag is set.
    pub fn step(&self, step: &str, done: u64, of: u64) -> Result<(), Cancelled> {
        self.go_on()?;
        if let Some(report) = self.report {
            report(step, done, of);
        }
        // Who is told may call off at once.
        self.go_on()
    }

    fn go_on(&self) -> Result<(), Cancelled> {
        if self.cancel.is_some_and(|flag| flag.load(Ordering::Relaxed)) { Err(Cancelled) } else { Ok(()) }
    }
}

impl fmt::Debug for Progress<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cancelled = self.cancel.map(|flag| flag.load(Ordering::Relaxed));
        f.debug_struct("Progress").field("reports", &self.report.is_some()).field("cancelled", &cancelled).finish()
    }
}

/// Preparation was called off before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cancelled;

impl fmt::Display for Cancelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("called off before the end")
    }
}

impl std::error::Error for Cancelled {}
