//! From functions to facts about threads.
//!
//! [`function`] makes the graphs, [`helpers`] tells what a called function does, [`main_loop`] finds
//! the main loop, [`liveness`] and [`carry`] run over the graph, [`thread`] puts a record together.

pub mod arguments;
pub mod carry;
pub mod constants;
pub mod function;
pub mod helpers;
pub mod leaves;
pub mod liveness;
pub mod main_loop;
pub mod members;
pub mod points;
pub mod pure;
pub mod quiet;
pub mod thread;
