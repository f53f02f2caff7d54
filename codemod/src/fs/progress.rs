//! What a host of the engine hears while it works.

/// A part of the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// The tree is walked and every file scanned.
    Scan,
    /// Files that hold names which others use are looked for.
    Index,
    /// Verdicts are reached.
    Analyse,
}

/// Hears how far the work is. Called from several threads.
pub trait Progress: Sync {
    /// A part begins.
    fn phase(&self, phase: Phase) {
        let _ = phase;
    }

    /// So many more files were read.
    fn read(&self, files: usize) {
        let _ = files;
    }
}

/// Nobody listens.
impl Progress for () {}
