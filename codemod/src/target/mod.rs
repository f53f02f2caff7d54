//! Where a thread can move to, and what stands against it.

pub mod iterant;
pub mod reasons;
