//! Binding a thread between its creation and its first wake-up, and not later.

use std::collections::BTreeSet;
use std::sync::{Arc, Barrier, mpsc};

use kthread::{BindError, Builder, Cpus, Kthread, Options, State, Step, from_fn};

use crate::proc::two_cpus;
use crate::{proc, seen, until};

#[track_caller]
fn cpus(thread: &kthread::Task) -> BTreeSet<usize> {
    proc::cpus(thread.tid()).expect("its status")
}

/// Refused, in these words, and without an effect.
#[track_caller]
fn refused(thread: &kthread::Task, cpu: usize) {
    let before = proc::cpus(thread.tid());
    let error = thread.bind(&Cpus::one(cpu)).expect_err("it has started");
    assert!(matches!(&error, BindError::Started { name } if name == thread.name()), "{error:?}");
    let expected = format!(
        "a thread is bound before it is first woken, and {:?} no more can be; use Builder::cpus()",
        thread.name()
    );
    assert_eq!(error.to_string(), expected);
    // It may end meanwhile.
    if let (Some(before), Some(after)) = (before, proc::cpus(thread.tid())) {
        assert_eq!(after, before, "it is bound as it was");
    }
}

#[test]
fn a_created_thread_is_bound() {
    let Some(all) = two_cpus("binding") else { return };
    let thread = Builder::new("bound").create(seen::by_itself).expect("a thread");
    assert_eq!(cpus(&thread), all.iter().copied().collect());
    for set in [vec![all[0]], vec![all[1]], all.clone(), vec![all[0]]] {
        thread.bind(&set.iter().copied().collect()).expect("it has not started");
        assert_eq!(cpus(&thread), set.into_iter().collect());
        assert_eq!(thread.state(), State::New, "binding wakes nobody");
    }
    thread.wake();
    until::until("its end", || thread.state() == State::Exited);
    assert_eq!(thread.stop().expect("it ran").cpus, BTreeSet::from([all[0]]));
}

#[test]
fn binding_replaces_what_the_builder_said() {
    let Some(all) = two_cpus("binding") else { return };
    let thread = Builder::new("bound").create_on_cpu(all[0], seen::by_itself).expect("a thread");
    thread.bind(&Cpus::one(all[1])).expect("it has not started");
    thread.wake();
    until::until("its end", || thread.state() == State::Exited);
    assert_eq!(thread.stop().expect("it ran").cpus, BTreeSet::from([all[1]]));
}

/// A thread that runs until `tell` says so, or is gone.
fn waits(name: &str) -> (Kthread<()>, mpsc::Sender<()>) {
    let (tell, told) = mpsc::channel();
    let thread =
        Builder::new(name).create(move || told.recv().unwrap_or_default()).expect("a thread");
    (thread, tell)
}

#[test]
fn after_the_first_wake_up_it_is_too_late() {
    let cpu = seen::by_itself().cpus.pop_first().expect("a CPU");
    let (thread, tell) = waits("woken");
    thread.wake();
    refused(&thread, cpu);
    until::until("it runs", || thread.state() == State::Running);
    refused(&thread, cpu);
    drop(tell);
    until::until("its end", || thread.state() == State::Exited);
    refused(&thread, cpu);
    thread.stop().expect("it ran");
    refused(&thread, cpu);
}

#[test]
fn after_a_park_it_is_too_late() {
    let cpu = seen::by_itself().cpus.pop_first().expect("a CPU");
    let (thread, tell) = waits("parked");
    thread.park().expect("it is out of its function: it has not come to it");
    refused(&thread, cpu);
    thread.unpark();
    refused(&thread, cpu);
    drop(tell);
    until::until("its end", || thread.state() == State::Exited);
    thread.stop().expect("it ran, as it was unparked");

    let thread = Builder::new("slept")
        .run_iterant(Options::new(), from_fn(|_| Step::<()>::Sleep))
        .expect("a thread");
    until::until("it sleeps", || thread.state() == State::Sleeping);
    refused(&thread, cpu);
}

#[test]
fn after_a_stop_it_is_too_late() {
    let cpu = seen::by_itself().cpus.pop_first().expect("a CPU");
    let (thread, _tell) = waits("stopped");
    thread.request_stop();
    refused(&thread, cpu);
    thread.stop().expect_err("it never ran");
    refused(&thread, cpu);
}

#[test]
fn a_thread_may_not_bind_itself() {
    let cpu = seen::by_itself().cpus.pop_first().expect("a CPU");
    let thread = Builder::new("itself")
        .run(move || refused(&kthread::current().expect("a kthread").task(), cpu))
        .expect("a thread");
    until::until("its end", || thread.state() == State::Exited);
    thread.stop().expect("no panic");
}

/// Who binds a thread that is stopped meanwhile binds it, or is told that it is too late. The system
/// may give a thread's id to another once it has ended, so it must not end while it is bound.
#[test]
fn a_thread_does_not_end_while_it_is_bound() {
    let cpu = seen::by_itself().cpus.pop_first().expect("a CPU");
    let mut bound = 0;
    for spins in 0..2000 {
        let thread = Builder::new("stopped").create(|| ()).expect("a thread");
        let (task, barrier) = (thread.task(), Arc::new(Barrier::new(2)));
        let there = Arc::clone(&barrier);
        let binder = std::thread::spawn(move || {
            there.wait();
            task.bind(&Cpus::one(cpu))
        });
        barrier.wait();
        (0..spins).for_each(|_| std::hint::spin_loop());
        thread.request_stop();
        match binder.join().expect("no panic") {
            Ok(()) => bound += 1,
            Err(BindError::Started { .. }) => {}
            Err(error) => panic!("{error}"),
        }
    }
    println!("{bound} of 2000 threads were bound before they were stopped");
}
