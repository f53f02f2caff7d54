//! Every model compiles as strictly after a conversion as before, in every configuration.

use std::path::Path;
use std::process::{Command, Output};

use super::{Changed, conversions, each, root};

const FLAGS: [&str; 6] = [
    "-std=gnu11",
    "-O2",
    "-Wall",
    "-Wdeclaration-after-statement",
    "-Wunused-but-set-variable",
    "-Werror",
];

/// Compiles a text as if it stood where the model stands.
pub(super) fn compile(text: &[u8], path: &str, define: Option<&str>) -> Output {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("model.c");
    std::fs::write(&file, text).expect("writes");
    let model = root().join(path);
    Command::new("cc")
        .args(FLAGS)
        .arg("-I")
        .arg(root().join("corpus/include"))
        .arg("-iquote")
        .arg(model.parent().unwrap_or(Path::new(".")))
        .args(define)
        .arg("-c")
        .arg(&file)
        .arg("-o")
        .arg(folder.path().join("model.o"))
        .output()
        .expect("a C compiler")
}

/// A text compiles without a warning in every configuration.
#[track_caller]
pub(super) fn compiles(text: &[u8], path: &str) {
    for define in CONFIGURATIONS {
        let run = compile(text, path, define);
        let said = String::from_utf8_lossy(&run.stderr);
        assert!(run.status.success(), "{said}\n{}", String::from_utf8_lossy(text));
    }
}

pub(super) const CONFIGURATIONS: [Option<&str>; 2] = [None, Some("-DCONFIG_MODEL")];

fn changed() -> Vec<Changed> {
    conversions().flat_map(|(_, _, converted)| converted.changed).collect()
}

#[test]
fn original_and_result_compile_without_warning() {
    let changed = changed();
    assert!(changed.len() > 60, "only {}", changed.len());
    each(&changed, |Changed { path, before, after }| {
        for text in [before, after] {
            for define in CONFIGURATIONS {
                let run = compile(text, path, define);
                let said = String::from_utf8_lossy(&run.stderr);
                assert!(run.status.success(), "{path} {define:?}: {said}");
            }
        }
    });
}

/// The control of the test above: a result that lacks something must not compile.
#[test]
fn a_broken_result_does_not_compile() {
    let changed = changed();
    let Changed { path, after, .. } = changed
        .iter()
        .find(|changed| changed.text().contains("context.streak = streak;"))
        .expect("a carried local");
    let text = String::from_utf8_lossy(after);
    assert!(compile(text.as_bytes(), path, None).status.success());
    for (from, to) in [
        ("\tunsigned int streak;\n", ""),
        ("#include <linux/kthread_iterant.h>\n", ""),
        (".data = &context,", ".data = context,"),
        ("context.streak = streak;", "context.streak = streak; int late;"),
    ] {
        let broken = text.replacen(from, to, 1);
        assert_ne!(broken, text);
        assert!(!compile(broken.as_bytes(), path, None).status.success(), "without {from}");
    }
}
