//! The control: files broken on purpose must be reported, each for what is wrong with it.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::cache::Cache;
use crate::overlay::{Overlay, Touched};
use crate::prove::{Build, Prover, Verdict};

/// Something planted, and what must come of it.
struct Planted {
    name: &'static str,
    text: Vec<u8>,
    is_reported: fn(&Verdict) -> bool,
}

/// Breaks a converted file that passes, in every way, and says which of them went unnoticed.
pub(crate) fn unnoticed(
    prover: &Prover<'_>,
    tree: &std::path::Path,
    overlay: &Overlay,
    path: &str,
) -> Result<Vec<String>, String> {
    let touched = &overlay.files[path];
    let check = |planted: Planted| {
        let broken = Touched { after: planted.text, ..touched.clone() };
        let files = BTreeMap::from([(path.to_owned(), broken)]);
        let broken = Overlay::of_files(files, &overlay.header)?;
        let verdict = prover.with(&broken, &Cache::none()).file(path)?;
        let is_reported = (planted.is_reported)(&verdict);
        Ok((!is_reported).then(|| format!("{}: {verdict:?}", planted.name)))
    };
    let planted = planted(&tree.join(path), touched).into_par_iter().map(check);
    let unnoticed: Vec<Option<String>> = planted.collect::<Result<_, String>>()?;
    let mut unnoticed: Vec<String> = unnoticed.into_iter().flatten().collect();
    for (name, patch) in broken_patches(&touched.patch) {
        if Overlay::of_patch(tree, &patch, &overlay.header).is_ok() {
            unnoticed.push(format!("{name}: the patch applies"));
        }
    }
    Ok(unnoticed)
}

fn planted(original: &std::path::Path, touched: &Touched) -> Vec<Planted> {
    let with = |text: &str| [touched.after.as_slice(), text.as_bytes()].concat();
    let include = format!("#include \"{}\"\n", original.display());
    vec![
        Planted {
            name: "nothing",
            text: touched.after.clone(),
            is_reported: |verdict| matches!(verdict.build, Build::Compiled(_)),
        },
        Planted {
            name: "a syntax error",
            text: with("\nint planted(void) { return\n"),
            is_reported: |verdict| fails_with(verdict, "error: "),
        },
        Planted {
            name: "a warning",
            text: with("\nstatic void __used planted(void)\n{\n\tint unused_on_purpose;\n}\n"),
            is_reported: |verdict| warns_of(verdict, "unused_on_purpose"),
        },
        Planted {
            name: "a warning that only W=1 has",
            text: with("\nvoid undeclared_on_purpose(void)\n{\n}\n"),
            is_reported: |verdict| warns_of(verdict, "undeclared_on_purpose"),
        },
        Planted {
            name: "a comment that kernel-doc warns of",
            text: with(
                "\n/**\n * planted() - does nothing\n * @gone: not there\n */\n\
                 static void __used planted(void)\n{\n}\n",
            ),
            is_reported: |verdict| verdict.doc.iter().any(|it| it.contains("'gone'")),
        },
        Planted {
            name: "a blank at the end of a line",
            text: with("\n/* planted */ \n"),
            is_reported: |verdict| {
                verdict.style.iter().any(|it| it.starts_with("ERROR:TRAILING_WHITESPACE: "))
            },
        },
        Planted {
            name: "the original in place of the converted file",
            text: touched.before.clone(),
            is_reported: |verdict| fails_with(verdict, "did not read linux/kthread_iterant.h"),
        },
        Planted {
            name: "the original by way of the converted file",
            text: include.into_bytes(),
            is_reported: |verdict| fails_with(verdict, "read the original of "),
        },
        Planted {
            name: "a function that is compiled and one that is not",
            text: with(
                "\n#ifdef PLANTED\nvoid hidden_on_purpose(void)\n{\n}\n#endif\n\
                 static void __used seen_on_purpose(void)\n{\n}\n",
            ),
            is_reported: |verdict| {
                let Build::Compiled(object) = &verdict.build else { return false };
                let sees = |name: &str| object.defined.iter().any(|it| it.ends_with(name));
                sees(":seen_on_purpose") && !sees(":hidden_on_purpose")
            },
        },
    ]
}

fn fails_with(verdict: &Verdict, text: &str) -> bool {
    matches!(&verdict.build, Build::Failed(errors) if errors.iter().any(|it| it.contains(text)))
}

fn warns_of(verdict: &Verdict, text: &str) -> bool {
    matches!(
        &verdict.build,
        Build::Compiled(object) if object.warnings.iter().any(|it| it.contains(text))
    )
}

/// A patch for another text, and one that changes nothing.
fn broken_patches(patch: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let mut lines: Vec<Vec<u8>> =
        patch.split_inclusive(|&byte| byte == b'\n').map(<[u8]>::to_vec).collect();
    if let Some(context) = lines.iter_mut().find(|line| line.starts_with(b" ")) {
        context.splice(1..1, *b"other ");
    }
    vec![("another context", lines.concat()), ("an empty patch", Vec::new())]
}
