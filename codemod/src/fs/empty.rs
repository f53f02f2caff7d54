//! Why a folder gave nothing.

use std::path::Path;

use super::options::WalkOptions;
use super::paths::is_c;
use super::walk;

/// What to tell the user of a folder in which the walk found no file of C.
pub(super) fn why(folder: &Path, options: &WalkOptions) -> String {
    let shown = folder.display();
    if options.ignore_rules && any(folder, options.hidden) {
        return format!("every file under {shown} was dropped by ignore rules; use --no-ignore");
    }
    if !options.hidden && any(folder, true) {
        let more = if options.ignore_rules { " --no-ignore" } else { "" };
        return format!("every C file under {shown} is hidden; use --hidden{more}");
    }
    format!("there is no C file (*.c, *.h) under {shown}")
}

/// Whether there is any file of C; stops at the first.
fn any(folder: &Path, hidden: bool) -> bool {
    walk::builder(folder, false, hidden).build().flatten().any(|entry| {
        entry.file_type().is_some_and(|kind| kind.is_file()) && is_c(entry.file_name().as_ref())
    })
}
