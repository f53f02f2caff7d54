//! Faces of a report: types of the JSON contract, and the printers.

pub mod conversions;
pub mod human;
pub mod json;
mod place;
pub mod schema;
pub mod short;
mod text;
mod words;
