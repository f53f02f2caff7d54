//! The attribute `#[kthread_iterant]`.
//!
//! It will turn a Rust function with an infinite loop into an iterant of the crate `kthread`: the
//! statements before the loop run once, the loop's body becomes one iteration, the statements after
//! it run at the end, and the checkpoints move into the one common main loop. No macro is exported
//! yet; CHANGELOG.md says what has landed.
