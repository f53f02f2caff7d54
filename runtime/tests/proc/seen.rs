//! What can be seen of a thread, from outside and from inside.

use std::collections::BTreeSet;

use crate::proc::{self, Sched};

/// All that `/proc` shows of a thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) comm: String,
    pub(crate) sched: Sched,
    pub(crate) cpus: BTreeSet<usize>,
}

/// What is seen of a thread that is there.
#[track_caller]
pub(crate) fn of(tid: i32) -> Seen {
    Seen {
        comm: proc::comm(tid).expect("its comm"),
        sched: proc::sched(tid).expect("its stat"),
        cpus: proc::cpus(tid).expect("its status"),
    }
}

/// What the calling thread sees of itself; a body that gives it as its result.
pub(crate) fn by_itself() -> Seen {
    of(proc::me())
}

/// Creates a thread, looks at it from outside, wakes it, and lets it look at itself as the first thing
/// that it does. Both are the same.
#[track_caller]
pub(crate) fn of_new(builder: &kthread::Builder) -> Seen {
    let thread = builder.create(by_itself).expect("a thread");
    let outside = of(thread.tid());
    thread.wake();
    crate::until::until("its end", || thread.state() == kthread::State::Exited);
    let inside = thread.stop().expect("it ran");
    assert_eq!(outside, inside, "seen from outside before the first wake-up, and from inside");
    inside
}
