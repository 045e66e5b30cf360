//! Independent work side by side, with the error that work in order would have met first.

use rayon::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering};

/// `one` of every number below `count`, in order.
///
/// # Errors
/// That of the lowest number that has one, whatever the number of threads; what comes after it need not be done any more.
pub(crate) fn in_order<T: Send, E: Send>(
    count: usize,
    one: impl Fn(usize) -> Result<T, E> + Sync,
) -> Result<Vec<T>, E> {
    let failed = AtomicUsize::new(usize::MAX);
    let attempt = |index| {
        // Below the lowest failure nothing is left out.
        if index > failed.load(Ordering::Relaxed) {
            return None;
        }
        let done = one(index);
        if done.is_err() {
            failed.fetch_min(index, Ordering::Relaxed);
        }
        Some(done)
    };
    let all: Vec<Option<Result<T, E>>> = (0..count).into_par_iter().map(attempt).collect();
    all.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_failure_is_told_whoever_fails_sooner() {
        let fails_from = |first: usize| {
            in_order(50, |index| {
                if index == first {
                    // The others have failed long before.
                    std::thread::sleep(std::time::Duration::from_millis(20));
                }
                if index < first { Ok(index) } else { Err(index) }
            })
        };
        assert_eq!(fails_from(50).map(|all| all.len()), Ok(50));
        for first in [0, 7, 30, 49] {
            assert_eq!(fails_from(first), Err(first));
        }
    }
}
