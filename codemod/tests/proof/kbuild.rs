//! How the kernel's own build would compile a file: its command line, taken without compiling.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use crate::kernel::{Kernel, is_c, run};

/// Read by every make before its own makefile: in place of being compiled, a C file leaves the line
/// that would have compiled it. Headers that make generates for it are generated.
const RECORD: &str = "\
override rule_cc_o_c = $(file >$(dot-target).replay,$(cmd_cc_o_c)):
unexport rule_cc_o_c
";

/// The command that compiles a file, apart from its input and output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Replay {
    pub(crate) compiler: String,
    pub(crate) flags: String,
}

/// Asks make for the commands of C files; one that it has no rule for is missing in the answer.
pub(crate) fn record(
    kernel: &Kernel,
    sources: &BTreeSet<String>,
) -> Result<BTreeMap<String, Replay>, String> {
    let record = kernel.build.join("replay.mk");
    std::fs::write(&record, RECORD).map_err(|error| format!("{}: {error}", record.display()))?;
    let mut objects = Vec::new();
    for source in sources {
        let Some(stem) = source.strip_suffix(".c") else { continue };
        let (folder, name) = stem.rsplit_once('/').unwrap_or((".", stem));
        let replay = kernel.build.join(folder).join(format!(".{name}.o.replay"));
        match std::fs::remove_file(&replay) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(format!("{}: {error}", replay.display()));
            }
            _ => objects.push((source, format!("{stem}.o"), replay)),
        }
    }
    let jobs = std::thread::available_parallelism().map_or(1, usize::from);
    let said = run(Command::new("make")
        .args(["-s", "-k", &format!("-j{jobs}"), "W=1", "-C"])
        .arg(&kernel.tree)
        .arg(format!("O={}", kernel.build.display()))
        .args(objects.iter().map(|(_, object, _)| object))
        .env("MAKEFILES", &record)
        .env_remove("MAKEFLAGS"))?;
    let mut replays = BTreeMap::new();
    for (source, _, replay) in &objects {
        if let Some(replay) =
            std::fs::read_to_string(replay).ok().and_then(|text| Replay::parse(&text))
        {
            replays.insert((*source).clone(), replay);
        }
    }
    // With -k make goes on without the targets that it can't make.
    if replays.is_empty() && !objects.is_empty() {
        return Err(format!("make gave no command at all:\n{}", said.stderr));
    }
    Ok(replays)
}

impl Replay {
    /// Reads `gcc … -c -o a.o a.c ; objtool …`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let line = text.split(" ; ").next()?.trim();
        let (head, files) = line.rsplit_once(" -c -o ")?;
        let files: Vec<_> = files.split_whitespace().collect();
        let (compiler, flags) = head.split_once(' ')?;
        let flags: Vec<_> =
            flags.split(' ').filter(|flag| !flag.starts_with("-Wp,-MMD,")).collect();
        (files.len() == 2).then(|| Self { compiler: compiler.to_owned(), flags: flags.join(" ") })
    }
}

/// The C files that may compile a file: itself, and those of its folder and of the one above that
/// include it.
pub(crate) fn compilers(tree: &Path, path: &str) -> Result<Vec<String>, String> {
    let mut found = Vec::new();
    if is_c(path) {
        found.push(path.to_owned());
    }
    let (folder, name) = path.rsplit_once('/').unwrap_or((".", path));
    let (above, last) = folder.rsplit_once('/').unwrap_or((".", folder));
    let mut includers = Vec::new();
    for (folder, included) in [(folder, name.to_owned()), (above, format!("{last}/{name}"))] {
        // The number sign may stand apart.
        let directive = format!("include \"{included}\"");
        let entries =
            std::fs::read_dir(tree.join(folder)).map_err(|error| format!("{folder}: {error}"))?;
        for entry in entries {
            let entry = entry.map_err(|error| format!("{folder}: {error}"))?;
            let other = entry.file_name();
            let Some(other) = other.to_str().filter(|other| is_c(other)) else {
                continue;
            };
            let text = std::fs::read(entry.path()).map_err(|error| format!("{other}: {error}"))?;
            if String::from_utf8_lossy(&text).contains(&directive) {
                includers.push(format!("{folder}/{other}"));
            }
        }
    }
    includers.sort();
    found.extend(includers);
    Ok(found)
}
