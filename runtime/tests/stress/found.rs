//! What was found here, once more and by itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use kthread::{Builder, Freezer, State};

use crate::until::until;

/// One leaves the domain while it is frozen; the others are waited for nevertheless.
#[test]
fn a_freeze_waits_for_all_though_one_leaves() {
    let freezer = Freezer::new();
    let rests = Arc::new(AtomicBool::new(false));
    let (domain, left) = (freezer.clone(), Arc::new(AtomicBool::new(false)));
    let leaves_now = Arc::clone(&left);
    let leaves = Builder::new("leaves")
        .freezer(&freezer)
        .run(move || {
            let me = kthread::current().expect("a kthread");
            me.set_freezable();
            until("the freeze", || domain.is_frozen());
            me.clear_freezable();
            leaves_now.store(true, Ordering::Release);
            kthread::wait_to_stop(kthread::Checkpoints::STOP);
        })
        .expect("a thread");
    until("it is freezable", || leaves.is_freezable());

    let is_at_rest = Arc::clone(&rests);
    let stays = Builder::new("stays")
        .freezer(&freezer)
        .run(move || {
            let me = kthread::current().expect("a kthread");
            me.set_freezable();
            until("the other has left", || left.load(Ordering::Acquire));
            std::thread::sleep(std::time::Duration::from_millis(20));
            is_at_rest.store(true, Ordering::Release);
            me.try_to_freeze();
        })
        .expect("a thread");
    until("it is freezable", || stays.is_freezable());

    freezer.freeze_all(crate::until::LIMIT).expect("both come to rest, or leave");
    assert!(rests.load(Ordering::Acquire), "it runs its function still");
    assert_eq!(stays.state(), State::Frozen);
    freezer.thaw_all();
}
