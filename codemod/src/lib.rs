//! Finds every kthread main loop in a C tree and says what is true of it.
//!
//! ARCHITECTURE.md at the root of the repository tells how data flows through these modules.

pub mod analysis;
pub mod annotations;
pub mod cli;
pub mod edit;
pub mod explain;
pub mod fs;
pub mod index;
pub mod kernel;
pub mod model;
pub mod pipeline;
pub mod report;
pub mod rules;
pub mod source;
pub mod syntax;
pub mod target;
pub mod transform;
pub mod verify;
