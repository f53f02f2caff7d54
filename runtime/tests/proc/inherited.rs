//! What isn't said is the creator's.

use std::collections::BTreeSet;

use kthread::{Builder, Policy};
use rustix::thread::{CpuSet, sched_setaffinity};

use crate::proc::Sched;
use crate::{seen, until};

/// In a thread whose nice value is 5 and that may use one CPU only.
fn in_a_special_thread<T: Send>(call: impl FnOnce(usize) -> T + Send) -> T {
    std::thread::scope(|scope| {
        let thread = scope.spawn(|| {
            let cpu = seen::by_itself().cpus.pop_last().expect("a CPU");
            let mut set = CpuSet::new();
            set.set(cpu);
            sched_setaffinity(None, &set).expect("one of its own CPUs");
            rustix::process::setpriority_process(None, 5).expect("a higher nice value");
            call(cpu)
        });
        thread.join().expect("no panic")
    })
}

#[test]
fn what_is_not_said_is_the_creators() {
    in_a_special_thread(|cpu| {
        let mine = seen::by_itself();
        assert_eq!((mine.sched.nice, &mine.cpus), (5, &BTreeSet::from([cpu])));

        let seen = seen::of_new(&Builder::new("child"));
        assert_eq!(seen, seen::Seen { comm: "child".to_owned(), ..mine.clone() });
        let seen = seen::of_new(&Builder::new("child").nice(9));
        assert_eq!(seen.sched, Sched { nice: 9, ..mine.sched });
        assert_eq!(seen.cpus, mine.cpus);
        let seen = seen::of_new(&Builder::new("child").policy(Policy::Batch));
        assert_eq!(seen.sched, Sched { policy: libc::SCHED_BATCH, ..mine.sched });
    });
}

#[test]
fn a_kthread_is_a_creator_as_any() {
    let parent = Builder::new("parent")
        .nice(11)
        .policy(Policy::Batch)
        .run(|| {
            let child = Builder::new("child").create(seen::by_itself).expect("a thread");
            let outside = seen::of(child.tid());
            child.wake();
            until::until("its end", || child.state() == kthread::State::Exited);
            (outside, child.stop().expect("it ran"), seen::by_itself())
        })
        .expect("a thread");
    until::until("its end", || parent.state() == kthread::State::Exited);
    let (outside, inside, parent) = parent.stop().expect("it ran");
    assert_eq!(outside, inside);
    assert_eq!(inside, seen::Seen { comm: "child".to_owned(), ..parent });
}
