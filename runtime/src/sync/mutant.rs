//! Mutants: the algorithm broken in one place each, for the control of the model checkers.
//!
//! A test under `tests/invariants/` runs its model on the algorithm as it is, and once more on each
//! mutant that it must find. Outside a model checker all of this is the constant `false`.

/// One broken place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(not(any(loom, shuttle)), allow(dead_code, unreachable_pub))]
pub enum Mutant {
    /// 20: a thread that is stopped before its first run runs.
    RunThoughStopped,
    /// 21: the word is read once more between the look at it and the wait on it.
    LookTwice,
    /// 22: a second stop waits like the first.
    StopTwice,
    /// 23: the freezer's request is acknowledged before the thread is out of its function.
    FrozenEarly,
    /// 23: a thread leaves the freezer when it is woken.
    ThawByWake,
    /// 24: the request to park is acknowledged when it is made.
    ParkedEarly,
    /// 24: who parks waits for an acknowledgement that an earlier parking may have left.
    StaleAck,
    /// 24: stop doesn't unpark.
    StopLeavesParked,
    /// 25: stop is tested before park.
    StopBeforePark,
    /// 25: a sleep begins though stop is asked for.
    SleepBeatsStop,
    /// 26: the state is set after the condition is tested.
    StateAfterTest,
    /// 29: the creator doesn't wait for the end of a thread that couldn't be set up.
    LeaveFailed,
    /// 30: a thread that panicked doesn't say that it has ended.
    SilentPanic,
    /// 31: the end is announced before the result is there.
    EndBeforeResult,
}

#[cfg(any(loom, shuttle))]
std::thread_local! {
    // The model checkers run all threads of a model on one real thread.
    static PLANTED: std::cell::Cell<Option<Mutant>> = const { std::cell::Cell::new(None) };
}

/// Whether this place is to be broken now.
#[inline]
pub(crate) fn planted(mutant: Mutant) -> bool {
    #[cfg(any(loom, shuttle))]
    return PLANTED.get() == Some(mutant);
    #[cfg(not(any(loom, shuttle)))]
    {
        let _ = mutant;
        false
    }
}

/// Breaks a place, or none.
#[cfg(any(loom, shuttle))]
pub fn plant(mutant: Option<Mutant>) {
    PLANTED.set(mutant);
}
