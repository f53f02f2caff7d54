//! C text: tokens, preprocessor regions, the items of a file, and one function at a time as a tree.
//!
//! Files are read as tokens, which no macro can break; tree-sitter sees one function at a time, with
//! its comments, directives and macros blanked at the same length, so that every offset stays an
//! offset of the original.

pub mod blank;
pub mod cond;
pub mod expr;
pub mod lex;
pub mod skeleton;
pub mod tree;
