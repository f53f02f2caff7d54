//! What every file says, and how the files belong together.
//!
//! [`facts`] reads one file by itself. [`db`] holds all of them. [`flow`] follows a value back to
//! where it comes from inside one function; [`resolve`] does so across functions, macros, fields and
//! files until nothing new is found, and asks for files by identifier. [`tasks`] follows the created
//! task forward to whoever stops and wakes it.

pub mod callbacks;
pub mod db;
pub mod facts;
mod fields;
pub mod flow;
pub mod params;
pub mod parts;
pub mod resolve;
mod sinks;
pub mod tasks;
pub mod types;
