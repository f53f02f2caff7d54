//! What a call means to a kernel thread: sleep, checkpoint, lock, task state.

mod checkpoints;
mod effects;
mod locks;
mod sleeps;
mod state;

pub use checkpoints::{Checkpoint, checkpoints, dispatches_signals};
pub use effects::{
    declared_type, declares, declares_wait_entry, is_pure, may_be_a_macro, names_a_member,
    never_returns, only_debugs, only_masks_signals, only_reads, output_arguments, returns_twice,
    takes_from_the_stack,
};
pub use locks::{LockEffect, lock_effect, lock_family, lock_of};
pub use sleeps::{
    is_interruptible_wait, is_service, only_passes_time, only_yields, sleep_is_liftable, sleeps,
    waits_for_condition, waits_on,
};
pub use state::{StateEffect, state_effect, state_name};

/// Whether these tables say what a call does.
pub fn is_known(name: &[u8]) -> bool {
    !checkpoints(name).is_empty()
        || sleeps(name)
        || lock_effect(name) != LockEffect::None
        || state_effect(name) != StateEffect::None
        || only_yields(name)
        || is_pure(name)
        || never_returns(name)
        || super::creators::WAKERS.iter().any(|waker| waker.as_bytes() == name)
        || super::creators::QUEUE_WAKERS.iter().any(|waker| waker.as_bytes() == name)
}
