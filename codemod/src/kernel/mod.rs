//! What is known of the Linux kernel's interfaces, as data. No other module names a kernel function.

pub mod attributes;
pub mod calls;
pub mod creators;
pub mod iterant;
pub mod iterators;
pub mod words;
