//! What to read.

use std::path::PathBuf;
use std::sync::Arc;

/// One thing to read.
#[derive(Debug, Clone)]
pub enum Input {
    /// A file, whatever its name; or a folder, of which every `*.c` and `*.h` is read. A link is
    /// followed; the links inside a folder are not.
    Path(PathBuf),
    /// The standard input.
    Stdin {
        /// The path to name it by in reports; `<stdin>` where there is none.
        path: Option<PathBuf>,
    },
    /// A text that is there already. One whose file name is `.clang-format` is read as such.
    Text {
        /// The path as reports name it.
        path: String,
        /// The bytes.
        text: Arc<[u8]>,
    },
}

/// What to read, and how.
#[derive(Debug, Clone)]
pub struct WalkOptions {
    /// What. A file that comes up twice is read once; a text or the standard input goes before a
    /// file of the same path.
    pub inputs: Vec<Input>,
    /// The folder to which paths in reports are relative; the current directory where none is given.
    pub root: Option<PathBuf>,
    /// Number of threads.
    pub jobs: usize,
    /// Whether `.gitignore` and its kind are heeded.
    pub ignore_rules: bool,
    /// Whether hidden files and folders are read.
    pub hidden: bool,
    /// Whether what comes out is going to be written: then every run that is not over is told of, not
    /// only one that can have left half of its files.
    pub writes: bool,
}

impl Default for WalkOptions {
    fn default() -> Self {
        Self {
            inputs: Vec::new(),
            root: None,
            jobs: 1,
            ignore_rules: true,
            hidden: false,
            writes: false,
        }
    }
}
