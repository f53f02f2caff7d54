//! Why a folder gave nothing.

use std::path::Path;

use super::options::WalkOptions;
use super::paths::is_c;
use super::walk;

/// What to tell the user of a folder in which the walk found no file of C.
pub(super) fn why(folder: &Path, options: &WalkOptions) -> String {
    let shown = folder.display();
    let (rules, hidden) = (options.ignore_rules, options.hidden);
    if rules && any(folder, false, hidden) {
        return format!("every file under {shown} was dropped by ignore rules; use --no-ignore");
    }
    if !hidden && any(folder, rules, true) {
        return format!("every C file under {shown} is hidden; use --hidden");
    }
    if rules && !hidden && any(folder, false, true) {
        return format!(
            "every file under {shown} is hidden and dropped by ignore rules; use --hidden --no-ignore"
        );
    }
    format!("there is no C file (*.c, *.h) under {shown}")
}

/// Whether there is any file of C; stops at the first.
fn any(folder: &Path, ignore_rules: bool, hidden: bool) -> bool {
    walk::builder(folder, ignore_rules, hidden).build().flatten().any(|entry| {
        entry.file_type().is_some_and(|kind| kind.is_file()) && is_c(entry.file_name().as_ref())
    })
}
