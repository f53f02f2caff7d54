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
    /// 21: a thread that has run says that it has not, if it is stopped.
    HalfRun,
    /// 22: a second stop waits as the first does, for what only one gets.
    StopTwice,
    /// 23: the freezer takes its request for the acknowledgement.
    FrozenEarly,
    /// 23: a wake-up thaws.
    ThawByWake,
    /// 23: a stop that ends a freeze before the first iteration lets that one run.
    RunsFrozenFirst,
    /// 23: who takes part in a freeze from its midst on is not asked to freeze.
    JoinsAwake,
    /// 23: a stop does not end a freeze.
    StopLeavesFrozen,
    /// 24: who parks takes its request for the acknowledgement.
    ParkedEarly,
    /// 24: a thread looks, then leaves its place; somebody may have parked it again between the two.
    StaleAck,
    /// 24: a stop does not unpark.
    StopLeavesParked,
    /// 24: the word is read once more between the look at it and the wait on it.
    LookTwice,
    /// 25: the park checkpoint comes before the freeze checkpoint.
    ParkBeforeFreeze,
    /// 25: a sleep begins though a stop is asked for.
    SleepBeatsStop,
    /// 26: the state is set after the condition is tested.
    StateAfterTest,
    /// 26: setting the state does not forget earlier wake-ups, and a wake-up is not noted twice.
    WakeOnlyAsleep,
    /// 26: a wake-up that a sleep in the midst of a turn has used up is forgotten.
    SleepForgets,
    /// 29: the creator does not wait for the end of a thread that could not be set up.
    LeaveFailed,
    /// 30: a thread that panicked does not say that it has ended.
    SilentPanic,
    /// 31: the end is announced before the result is there, and taken for it.
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
