//! Pages.

/// Page.
pub fn page(code: &str) -> Option<String> { let _ = code; None }
/// Codes.
pub fn codes() -> Vec<(&'static str, &'static str)> { Vec::new() }
