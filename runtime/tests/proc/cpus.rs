//! Affinity that is asked for at creation.

use std::collections::BTreeSet;

use kthread::{Builder, Cpus};

use crate::proc::two_cpus;
use crate::{proc, seen, until};

#[test]
fn a_thread_is_created_on_its_cpu() {
    for cpu in seen::by_itself().cpus {
        let only = BTreeSet::from([cpu]);
        assert_eq!(seen::of_new(&Builder::new("on a cpu").cpu(cpu)).cpus, only);

        let body = || (rustix::thread::sched_getcpu(), seen::by_itself().cpus);
        let thread = Builder::new("on a cpu").create_on_cpu(cpu, body).expect("a thread");
        assert_eq!(proc::cpus(thread.tid()).expect("its status"), only, "before it is woken");
        assert_eq!(thread.state(), kthread::State::New, "it is neither woken nor parked");
        thread.wake();
        until::until("its end", || thread.state() == kthread::State::Exited);
        assert_eq!(thread.stop().expect("it ran"), (cpu, only.clone()));

        let thread = Builder::new("on a cpu").run_on_cpu(cpu, body).expect("a thread");
        until::until("its end", || thread.state() == kthread::State::Exited);
        assert_eq!(thread.stop().expect("it ran"), (cpu, only));
    }
}

#[test]
fn a_thread_is_created_on_a_set_of_cpus() {
    let Some(all) = two_cpus("a set of CPUs at creation") else { return };
    let before = seen::by_itself().cpus;
    for set in [vec![all[0]], vec![all[1]], vec![all[1], all[0], all[1]], all.clone()] {
        let builder = Builder::new("on cpus").cpus(set.iter().copied().collect::<Cpus>());
        assert_eq!(seen::of_new(&builder).cpus, set.into_iter().collect());
    }
    assert_eq!(seen::by_itself().cpus, before, "the creator's are as before");
}

#[test]
fn what_is_said_last_counts() {
    let Some(all) = two_cpus("one CPU after another") else { return };
    let builder = Builder::new("on cpus").cpus(all.iter().copied().collect()).cpu(all[1]);
    assert_eq!(seen::of_new(&builder).cpus, BTreeSet::from([all[1]]));
    // A builder is as it was after it has made a thread on another CPU.
    drop(builder.create_on_cpu(all[0], || ()).expect("a thread"));
    assert_eq!(seen::of_new(&builder).cpus, BTreeSet::from([all[1]]));
}
