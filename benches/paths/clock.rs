//! What a workload costs.

use std::time::Instant;

/// Milliseconds so far: processor time of this thread where the system tells it, so that the figures of a busy machine
/// stay comparable; else wall time.
fn processor_ms(_start: Instant) -> f64 {
    #[cfg(unix)]
    {
        let spent = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
        spent.tv_sec as f64 * 1e3 + spent.tv_nsec as f64 / 1e6
    }
    #[cfg(not(unix))]
    {
        _start.elapsed().as_secs_f64() * 1e3
    }
}

/// Milliseconds of the median round, and what the work returned.
pub(crate) fn median<T>(rounds: usize, work: impl FnMut() -> T) -> (f64, T) {
    let start = Instant::now();
    rounds_of(rounds, || processor_ms(start), work)
}

/// The same in wall time of the best round, for work on several threads: other work on the machine only ever adds.
pub(crate) fn quickest<T>(rounds: usize, mut work: impl FnMut() -> T) -> (f64, T) {
    let start = Instant::now();
    let mut round = || rounds_of(1, || start.elapsed().as_secs_f64() * 1e3, &mut work);
    let mut best = round();
    for _ in 1..rounds {
        let (ms, result) = round();
        best = (best.0.min(ms), result);
    }
    best
}

fn rounds_of<T>(rounds: usize, clock: impl Fn() -> f64, mut work: impl FnMut() -> T) -> (f64, T) {
    let mut times = Vec::new();
    loop {
        let before = clock();
        let result = work();
        times.push(clock() - before);
        if times.len() >= rounds {
            times.sort_by(f64::total_cmp);
            return (times[times.len() / 2], result);
        }
    }
}
