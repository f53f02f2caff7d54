//! Builds the corpus into the program: a table of paths and texts.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

const CORPUS: &str = "corpus/patterns";

fn main() {
    if let Err(why) = build() {
        println!("cargo::error={why}");
    }
}

fn build() -> Result<(), String> {
    let variable = |name| env::var_os(name).ok_or(format!("cargo did not set {name}"));
    let root = Path::new(&variable("CARGO_MANIFEST_DIR")?).join("..");
    let mut files = Vec::new();
    walk(&root.join(CORPUS), &mut files).map_err(|error| {
        format!("the corpus at ../{CORPUS} cannot be read ({error}): it is part of the sources")
    })?;
    files.sort();

    let mut table = String::from(
        "/// Every file of the corpus: its path and its text, sorted by path.\n\
         pub static CORPUS: &[(&str, &[u8])] = &[\n",
    );
    for file in &files {
        let name = file.strip_prefix(&root).map_err(|error| error.to_string())?;
        let name = name.to_str().ok_or(format!("{}: not UTF-8", name.display()))?;
        let name = name.replace('\\', "/");
        let path = file.canonicalize().map_err(|error| format!("{name}: {error}"))?;
        let path = path.to_str().ok_or(format!("{}: not UTF-8", path.display()))?;
        let _ = writeln!(table, "    ({name:?}, include_bytes!({path:?})),");
    }
    table.push_str("];\n");
    let out = Path::new(&variable("OUT_DIR")?).join("corpus.rs");
    fs::write(&out, table).map_err(|error| format!("{}: {error}", out.display()))
}

/// Collects the files that belong to the table, and has cargo look at each file and folder.
fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    println!("cargo::rerun-if-changed={}", folder.display());
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        let name = entry.file_name();
        let is_c = path.extension().is_some_and(|end| end == "c" || end == "h");
        if entry.file_type()?.is_dir() {
            walk(&path, files)?;
        } else if is_c || name == ".clang-format" {
            println!("cargo::rerun-if-changed={}", path.display());
            files.push(path);
        }
    }
    Ok(())
}
