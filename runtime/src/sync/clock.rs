//! Monotonic time. Under a model checker it stands still; see `WaitWord::expire()` there.

use std::time::Duration;

/// A moment of the monotonic clock, in nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment(u64);

#[cfg(not(any(loom, shuttle)))]
pub(crate) fn now() -> Moment {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
    // The monotonic clock begins at 0 and lasts for centuries in 64 bits.
    Moment(time.tv_sec.unsigned_abs() * 1_000_000_000 + time.tv_nsec.unsigned_abs())
}

#[cfg(any(loom, shuttle))]
std::thread_local! {
    // The model checkers run all threads of a model on one real thread.
    static NOW: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

#[cfg(any(loom, shuttle))]
pub(crate) fn now() -> Moment {
    Moment(NOW.get())
}

/// Sets the model's clock.
#[cfg(any(loom, shuttle))]
pub(crate) fn set(to: Moment) {
    NOW.set(to.0);
}

/// A moment that may be some milliseconds old, and costs a fifth.
#[cfg(not(any(loom, shuttle)))]
pub(crate) fn coarse() -> Moment {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::MonotonicCoarse);
    Moment(time.tv_sec.unsigned_abs() * 1_000_000_000 + time.tv_nsec.unsigned_abs())
}

#[cfg(any(loom, shuttle))]
pub(crate) fn coarse() -> Moment {
    now()
}

impl Moment {
    /// Farther away than any clock gets.
    pub(crate) const LAST: Self = Self(i64::MAX as u64);

    /// How long it is after another.
    pub(crate) fn since(self, other: Self) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(other.0))
    }

    /// The moment `after` from now; `None` if that is so far away that it never comes.
    pub(crate) fn after(after: Duration) -> Option<Self> {
        let nanos = u64::try_from(after.as_nanos()).ok()?;
        // The kernel takes signed seconds; what is past them is for ever.
        now().0.checked_add(nanos).filter(|moment| i64::try_from(*moment).is_ok()).map(Self)
    }

    pub(crate) const fn nanos(self) -> u64 {
        self.0
    }

    pub(crate) const fn from_nanos(nanos: u64) -> Self {
        Self(nanos)
    }

    #[cfg(not(any(loom, shuttle)))]
    pub(crate) fn timespec(self) -> rustix::thread::futex::Timespec {
        rustix::thread::futex::Timespec {
            tv_sec: (self.0 / 1_000_000_000).cast_signed(),
            tv_nsec: (self.0 % 1_000_000_000).cast_signed(),
        }
    }
}
