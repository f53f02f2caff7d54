//! The model of one function: a control-flow graph whose nodes say what they read, write and call.

pub mod cfg;
mod events;
mod goto_loops;
pub mod jumps;
mod loops;
mod lower;
mod member;
mod uses;

pub use lower::{Captured, MAX_NODES, Surroundings, Unreadable, lower};
