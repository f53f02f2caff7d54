//! The same step over many items, on several threads.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Fewer items than this are not worth a thread.
const WORTH_A_THREAD: usize = 8;

/// Takes `step` over all items, with one state a thread, and hands back the states. Which item
/// meets which state is left to chance.
pub(super) fn for_each<T: Sync, S: Send>(
    jobs: usize,
    items: &[T],
    state: impl Fn() -> S + Sync,
    step: impl Fn(&mut S, &T) + Sync,
) -> Vec<S> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut state = state();
        while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
            step(&mut state, item);
        }
        state
    };
    let helpers = (items.len() / WORTH_A_THREAD).min(jobs.saturating_sub(1));
    std::thread::scope(|scope| {
        // A thread that the system refuses is one fewer: the others take its items.
        let helpers: Vec<_> = (0..helpers)
            .filter_map(|_| std::thread::Builder::new().spawn_scoped(scope, work).ok())
            .collect();
        let mut states = vec![work()];
        for helper in helpers {
            match helper.join() {
                Ok(state) => states.push(state),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        states
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_once() {
        for jobs in [0, 1, 2, 7] {
            for count in [0, 1, 100] {
                let items: Vec<usize> = (0..count).collect();
                let states = for_each(jobs, &items, Vec::new, |seen, item| seen.push(*item));
                let mut all: Vec<usize> = states.into_iter().flatten().collect();
                all.sort_unstable();
                assert_eq!(all, items);
            }
        }
    }
}
