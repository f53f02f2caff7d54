//! The model of one function: a control-flow graph whose nodes say what they read, write and call.

pub mod cfg;
mod events;
mod goto_loops;
pub mod jumps;
mod loops;
mod lower;
pub mod member;
pub mod scoped;
mod undo;
mod uses;
mod values;

pub use lower::{Argument, Captured, IsScalar, MAX_NODES, Surroundings, Unreadable, lower};
