//! The only place that reads and writes files: walk, prefilter, postings, the loop that feeds the
//! engine, and the writer of its edits.
//!
//! [`survey`] walks the inputs and scans every file once, while it is hot in the cache: for the
//! triggers, whose files are kept, and for the names that it calls, defines or assigns, of which a
//! short list of hashes is kept. [`Survey::look_up`] and [`Survey::load`] then find the few more
//! files that the engine asks for, without a second pass over the tree. [`host::run`] is all of it
//! together with the engine. [`commit::commit`] writes what was edited.
//!
//! Whatever can't be read is a value: an [`FsError`] where the user named it, a [`Problem`] where it
//! was only met. Nothing depends on the number of threads.

mod clang_format;
pub mod commit;
mod empty;
mod error;
mod gather;
mod headers;
pub mod host;
mod names;
mod options;
mod parallel;
mod paths;
mod postings;
mod progress;
mod read;
mod scan;
mod survey;
#[cfg(test)]
mod tests;
mod trigger;
mod walk;

pub use clang_format::for_each_macros;
pub use error::{FsError, Problem};
pub use gather::survey;
pub use options::{Input, WalkOptions};
pub use progress::{Phase, Progress};
pub use read::LARGEST;
pub use survey::{FileIndex, Loaded, Survey};
