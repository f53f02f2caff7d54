//! What needs a right that the creator doesn't have.

use kthread::{Builder, CreateError, Policy, SetupError};
use rustix::process::{Resource, getrlimit};
use rustix::thread::{CapabilitySet, capabilities, set_capabilities};

use crate::{left, proc};

/// Runs `call` in a thread that may not raise its priority. Also limits may allow that: then `what` is
/// left out, and says so.
fn without_the_right(what: &str, resource: Resource, call: impl FnOnce() + Send) {
    if getrlimit(resource).current != Some(0) {
        proc::say(&format!("{what}: left out, as a limit of this process allows it"));
        return;
    }
    std::thread::scope(|scope| {
        let thread = scope.spawn(|| {
            let mut mine = capabilities(None).expect("its own");
            mine.effective.remove(CapabilitySet::SYS_NICE);
            set_capabilities(None, mine).expect("fewer than before");
            call();
        });
        thread.join().expect("no panic");
    });
}

#[test]
fn a_nice_value_without_the_right() {
    without_the_right("a nice value without the right", Resource::Nice, || {
        let mine = proc::sched(proc::me()).expect("its stat").nice;
        for nice in [-20, -1, mine - 1] {
            let nice = nice.clamp(-20, mine - 1);
            left::refused(&Builder::new("no right").nice(nice), "no right", |error| {
                let text = format!(
                    "the thread \"no right\" was not created: it can't have the nice value {nice}: Permission denied \
                     (os error 13); less than now needs CAP_SYS_NICE or RLIMIT_NICE"
                );
                assert_eq!(error.to_string(), text);
                let CreateError::Setup { source: SetupError::Nice { nice: named, source }, .. } =
                    error
                else {
                    panic!("{error:?}")
                };
                assert_eq!(*named, nice);
                assert_eq!(source.kind(), std::io::ErrorKind::PermissionDenied);
            });
        }
        // What needs no right is given.
        let thread = Builder::new("nicer").nice(19).create(|| ()).expect("a thread");
        assert_eq!(proc::sched(thread.tid()).expect("its stat").nice, 19);
    });
}

#[test]
fn real_time_without_the_right() {
    without_the_right("real time without the right", Resource::Rtprio, || {
        for (policy, shown) in [
            (Policy::Fifo(1), "SCHED_FIFO with priority 1"),
            (Policy::RoundRobin(99), "SCHED_RR with priority 99"),
        ] {
            left::refused(&Builder::new("no real time").policy(policy), "no real time", |error| {
                let text = format!(
                    "the thread \"no real time\" was not created: it can't have the policy {shown}: Operation not \
                     permitted (os error 1); real time needs CAP_SYS_NICE or RLIMIT_RTPRIO"
                );
                assert_eq!(error.to_string(), text);
            });
        }
        let thread = Builder::new("idle").policy(Policy::Idle).create(|| ()).expect("a thread");
        assert_eq!(proc::sched(thread.tid()).expect("its stat").policy, libc::SCHED_IDLE);
    });
}

/// The control: with the right the same is given.
#[test]
fn the_same_with_the_right() {
    if !proc::has_the_right("the control of what needs a right") {
        return;
    }
    let thread = Builder::new("a right").nice(-20).create(|| ()).expect("a thread");
    assert_eq!(proc::sched(thread.tid()).expect("its stat").nice, -20);
    drop(Builder::new("a right").policy(Policy::Fifo(1)).create(|| ()).expect("a thread"));
}
