//! The task's state.

use super::sleeps::sleeps;

/// What a call does to the task's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateEffect {
    /// It sets the state that this argument names.
    Sets(usize),
    /// The task runs when it returns.
    Runs,
    /// Nothing.
    None,
}

/// What a call does to the task's state.
pub fn state_effect(name: &[u8]) -> StateEffect {
    match name {
        b"set_current_state" | b"__set_current_state" | b"set_special_state" => {
            StateEffect::Sets(0)
        }
        b"set_task_state" | b"__set_task_state" => StateEffect::Sets(1),
        b"prepare_to_wait"
        | b"prepare_to_wait_exclusive"
        | b"prepare_to_wait_event"
        | b"prepare_to_swait_event"
        | b"prepare_to_swait_exclusive" => StateEffect::Sets(2),
        b"finish_wait"
        | b"finish_swait"
        | b"try_to_freeze"
        | b"kthread_freezable_should_stop"
        | b"mutex_lock"
        | b"cond_resched" => {
            // The last two return running only if they slept: no claim.
            if matches!(name, b"finish_wait" | b"finish_swait") {
                StateEffect::Runs
            } else {
                StateEffect::None
            }
        }
        b"kthread_parkme" => StateEffect::Runs,
        _ if sleeps(name) => StateEffect::Runs,
        _ => StateEffect::None,
    }
}

/// Bits of task state that a name such as TASK_INTERRUPTIBLE means; 0 is running.
pub fn state_name(text: &[u8]) -> &'static str {
    match text {
        b"TASK_RUNNING" => "running",
        b"TASK_INTERRUPTIBLE" => "interruptible",
        b"TASK_UNINTERRUPTIBLE" => "uninterruptible",
        b"TASK_IDLE" => "idle",
        b"TASK_KILLABLE" => "killable",
        b"TASK_STOPPED" => "stopped",
        b"TASK_FROZEN" => "frozen",
        b"TASK_PARKED" => "parked",
        b"TASK_DEAD" => "dead",
        _ => "other",
    }
}
