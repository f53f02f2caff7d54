//! Nice values and policies.

use kthread::{Builder, Policy};

use crate::proc::{Sched, has_the_right};
use crate::seen;

#[test]
fn a_nice_value_is_that_of_the_thread() {
    let mine = seen::by_itself().sched;
    for nice in mine.nice..=19 {
        let seen = seen::of_new(&Builder::new("nice").nice(nice));
        assert_eq!(seen.sched, Sched { nice, ..mine });
    }
    assert_eq!(seen::by_itself().sched, mine, "the creator's is as before");
}

#[test]
fn a_nice_value_below_the_creators_needs_the_right() {
    if !has_the_right("nice values below the creator's") {
        return;
    }
    let mine = seen::by_itself().sched;
    for nice in -20..mine.nice {
        let seen = seen::of_new(&Builder::new("not nice").nice(nice));
        assert_eq!(seen.sched, Sched { nice, ..mine });
    }
}

#[test]
fn the_policies_that_need_no_right() {
    let mine = seen::by_itself().sched;
    let cases = [
        (Policy::Normal, libc::SCHED_OTHER),
        (Policy::Batch, libc::SCHED_BATCH),
        (Policy::Idle, libc::SCHED_IDLE),
    ];
    for (policy, number) in cases {
        let seen = seen::of_new(&Builder::new("policy").policy(policy));
        assert_eq!(seen.sched, Sched { policy: number, ..mine }, "{policy}");
        // Together with a nice value, whichever is said first.
        let one = seen::of_new(&Builder::new("both").policy(policy).nice(7));
        let other = seen::of_new(&Builder::new("both").nice(7).policy(policy));
        assert_eq!(one.sched, Sched { policy: number, nice: 7, ..mine }, "{policy}");
        assert_eq!(one, other, "{policy}");
    }
    assert_eq!(seen::by_itself().sched, mine, "the creator's is as before");
}

#[test]
fn the_policies_of_real_time() {
    if !has_the_right("policies of real time") {
        return;
    }
    for priority in [1, 50, 99] {
        for (policy, number) in [
            (Policy::Fifo(priority), libc::SCHED_FIFO),
            (Policy::RoundRobin(priority), libc::SCHED_RR),
        ] {
            let seen = seen::of_new(&Builder::new("real time").policy(policy));
            assert_eq!(seen.sched.policy, number, "{policy}");
            assert_eq!(seen.sched.priority, i32::from(priority), "{policy}");
        }
    }
}
