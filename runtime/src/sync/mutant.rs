//! Mutants: the algorithm broken in one place each, for the control of the model checkers.
//!
//! A test under `tests/invariants/` runs its model on the algorithm as it is, and once more on each
//! mutant that it must find. Outside a model checker all of this is the constant `false`.

/// One broken place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(not(any(loom, shuttle)), allow(dead_code, unreachable_pub))]
pub enum Mutant {
    /// 1: a producer does not wake an idle worker.
    NoWake,
    /// 2: queueing a pending work makes a second run.
    SecondRun,
    /// 3: a worker takes a second thread.
    TwoThreads,
    /// 4: what came in last is run first.
    NewestFirst,
    /// 5: a work is pending until it has run.
    PendingUntilRun,
    /// 6, 12: a cancel does not wait for the run.
    CancelDoesNotWait,
    /// 7: what is being cancelled can be queued.
    NoCancelingGuard,
    /// 8: moving a pending work says that it was idle.
    ModSaysQueued,
    /// 10: moving a delayed work to now leaves it where it is.
    ModWaits,
    /// 11: a delayed queueing takes the locks in the other order.
    LockOrder,
    /// 12: only the first of two cancels waits.
    OneCancelWaits,
    /// 13: who waits for a work is not told that it was cancelled.
    FlushMissesCancel,
    /// 13: who waits for a work is woken, but not told so if it has not begun to wait.
    NewsUncounted,
    /// 13: a flush of a work does not wait for its run.
    FlushDoesNotWait,
    /// 14: a worker may wait for itself.
    NoSelfCheck,
    /// 15: a work that nobody else has is kept after its run.
    LeaksWork,
    /// 16: the worker says that it sleeps after it has looked, not while it looks.
    IdleLate,
    /// 17, 19: a worker that is being destroyed takes works.
    ClosedUnseen,
    /// 18: timers stay in a worker that is destroyed.
    TimersStay,
    /// 27: a work may be queued on any worker.
    AnyWorker,
    /// 28: what was left is dropped when the thread goes.
    LeftoversDropped,
    /// 30: a panic ends the worker.
    PanicEndsWorker,
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
