//! One file compiled as the kernel's build would, from wherever its text lies.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde::{Deserialize, Serialize};

use crate::cache::Cache;
use crate::kbuild::Replay;
use crate::kernel::{Kernel, is_c, run};
use crate::overlay::Overlay;

/// What the compiler said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Compiled {
    pub(crate) ok: bool,
    /// Warnings and errors, `path: warning: text [flag]`, in order, without lines and columns.
    pub(crate) messages: Vec<String>,
    /// Files of the overlay that were read.
    pub(crate) new: BTreeSet<String>,
    /// Files of the tree that were read: C files, and those that the patch touches.
    pub(crate) old: BTreeSet<String>,
    /// `path:function` of each function whose definition in the overlay the compiler saw.
    pub(crate) defined: BTreeSet<String>,
}

/// Compiles files of an overlay and their originals.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Compiler<'a> {
    pub(crate) kernel: &'a Kernel,
    pub(crate) overlay: &'a Overlay,
    pub(crate) cache: &'a Cache,
}

/// Where the text of a file is taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Text {
    Original,
    Converted,
}

impl Compiler<'_> {
    /// Compiles `source` by its command; `members` are the touched files that belong to it.
    pub(crate) fn compile(
        self,
        replay: &Replay,
        source: &str,
        members: &[&str],
        text: Text,
    ) -> Result<Compiled, String> {
        let Self { kernel, overlay, cache } = self;
        let place = |flags: &str, path: &Path, name: &str| {
            flags.replace(path.to_string_lossy().as_ref(), name)
        };
        let flags = place(&replay.flags, &kernel.build, "BUILD");
        let flags = place(&flags, &kernel.tree, "TREE");
        let file = kernel.tree.join(source);
        let original =
            std::fs::read(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        let mut inputs: Vec<&[u8]> = vec![
            b"compile 1",
            kernel.release.as_bytes(),
            kernel.config.as_bytes(),
            kernel.compiler.as_bytes(),
            replay.compiler.as_bytes(),
            flags.as_bytes(),
            source.as_bytes(),
            &original,
        ];
        if text == Text::Converted {
            inputs.push(&overlay.header);
        }
        // A touched header may be read by anybody.
        let headers = overlay.files.keys().filter(|path| !is_c(path));
        let mut texts: BTreeSet<&str> = headers.map(String::as_str).collect();
        texts.insert(source);
        texts.extend(members);
        for path in &texts {
            let Some(touched) = overlay.files.get(*path) else { continue };
            inputs.push(path.as_bytes());
            inputs.push(&touched.before);
            if text == Text::Converted {
                inputs.push(&touched.after);
            }
        }
        let compiled = cache.get(&inputs, || self.run(replay, source, text))?;
        // The key does not know of touched C files that are no members.
        let known =
            |path: &String| !overlay.files.contains_key(path) || texts.contains(path.as_str());
        if text == Text::Original
            || (compiled.new.iter().all(known) && compiled.old.iter().all(known))
        {
            return Ok(compiled);
        }
        self.run(replay, source, text)
    }

    fn run(self, replay: &Replay, source: &str, text: Text) -> Result<Compiled, String> {
        let Self { kernel, overlay, .. } = self;
        let scratch = tempfile::tempdir().map_err(|error| error.to_string())?;
        let (object, dependencies, functions) = (
            scratch.path().join("out.o"),
            scratch.path().join("out.d"),
            scratch.path().join("out.aux"),
        );
        // Arguments go before the recorded flags: these keep their order and their quotes.
        let mut command = Command::new("sh");
        command
            .arg("-c")
            .arg(format!("exec {} \"$@\" {}", replay.compiler, replay.flags))
            .args(["sh", "-fdiagnostics-color=never", "-fno-diagnostics-show-caret"])
            .arg(format!("-Wp,-MMD,{}", dependencies.display()))
            .arg("-aux-info")
            .arg(&functions);
        let file = match text {
            Text::Original => kernel.tree.join(source),
            Text::Converted => {
                // What is not beside the copy is beside the original.
                let folder = kernel.tree.join(source);
                command.arg("-iquote").arg(folder.parent().unwrap_or(&folder));
                command.arg("-I").arg(overlay.include());
                overlay.after().join(source)
            }
        };
        let said =
            run(command.args(["-c", "-o"]).arg(object).arg(file).current_dir(&kernel.build))?;
        let mut compiled = Compiled {
            ok: said.ok,
            messages: messages(&said.stderr).map(|message| self.without_places(message)).collect(),
            ..Compiled::default()
        };
        if !said.ok {
            if compiled.messages.is_empty() {
                let last = said.stderr.lines().last().unwrap_or("nothing");
                compiled.messages.push(format!("error: the compiler says: {last}"));
            }
            return Ok(compiled);
        }
        let read = |file: &Path| {
            let bytes =
                std::fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
            Ok::<_, String>(String::from_utf8_lossy(&bytes).into_owned())
        };
        let (new, tree) = (overlay.after(), &kernel.tree);
        let include = overlay.include();
        for path in dependencies_in(&read(&dependencies)?) {
            let path = Path::new(path);
            let is_in = |folder: &Path| {
                path.strip_prefix(folder).ok().map(|path| path.to_string_lossy().into_owned())
            };
            if let Some(path) = is_in(&new).or_else(|| is_in(&include)) {
                compiled.new.insert(path);
            } else if let Some(path) = is_in(tree)
                && (is_c(&path) || overlay.files.contains_key(&path))
            {
                compiled.old.insert(path);
            }
        }
        let prefix = format!("/* {}/", new.display());
        compiled.defined = read(&functions)?
            .lines()
            .filter_map(|line| defined(line.strip_prefix(&prefix)?))
            .collect();
        Ok(compiled)
    }

    /// The message with a path that is the same for original and copy.
    fn without_places(self, message: String) -> String {
        let mut message = message;
        for folder in [&self.overlay.after(), &self.overlay.include(), &self.kernel.tree] {
            message = message.replace(&format!("{}/", folder.display()), "");
        }
        message
    }
}

/// `path: warning: text` out of what a compiler writes, and so for errors.
pub(crate) fn messages(stderr: &str) -> impl Iterator<Item = String> {
    stderr.lines().filter_map(|line| {
        [": warning: ", ": error: ", ": fatal error: "].iter().find_map(|kind| {
            let (place, text) = line.split_once(kind)?;
            // path:line:column, or a program's name.
            let path = place.split(':').next()?;
            Some(format!("{path}{kind}{text}"))
        })
    })
}

/// The files that a makefile's rule says its target depends on.
fn dependencies_in(rule: &str) -> impl Iterator<Item = &str> {
    let files = rule.split_once(": ").map_or("", |(_, files)| files);
    files.split_whitespace().filter(|word| *word != "\\")
}

/// `path:function` out of `path:line:NF */ static int function (void *); …`; F is a definition.
pub(crate) fn defined(line: &str) -> Option<String> {
    let (place, declaration) = line.split_once(" */ ")?;
    let mut parts = place.split(':');
    let (path, code) = (parts.next()?, parts.nth(1)?);
    let name = declaration.split(" (").next()?.rsplit([' ', '*']).next()?;
    code.ends_with('F').then(|| format!("{path}:{name}"))
}
