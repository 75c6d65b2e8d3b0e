//! Keeps the panics of a reading library inside: the caller gets an error, and nothing is printed.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

thread_local! {
    static CONTAINED: Cell<bool> = const { Cell::new(false) };
}

/// Runs `work`; a panic inside becomes `Err(())`.
///
/// The process-wide panic hook is wrapped once, and stays silent only for threads that are inside this function.
pub(crate) fn contain<T>(work: impl FnOnce() -> T) -> Result<T, ()> {
    static WRAP: Once = Once::new();
    WRAP.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !CONTAINED.get() {
                usual(info);
            }
        }));
    });
    let outer = CONTAINED.replace(true);
    let outcome = panic::catch_unwind(AssertUnwindSafe(work));
    CONTAINED.set(outer);
    outcome.map_err(|_| ())
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_panic_stays_inside() {
        assert_eq!(super::contain(|| 7), Ok(7));
        assert_eq!(super::contain(|| -> i32 { panic!("inside") }), Err(()));
    }
}
