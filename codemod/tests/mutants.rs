//! Damaged inputs: whatever is done to a model, the engine ends with a report.

#![allow(clippy::expect_used, clippy::panic, reason = "a test may fail")]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use kthread_codemod::pipeline::{Engine, Options};
use kthread_codemod::report::{human, json, short};

/// Mutants of each model.
const PER_FILE: u64 = 40;

/// A small generator of our own, so that a failure is the same everywhere.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % (sides.max(1) as u64)).expect("small")
    }
}

const SPLICES: &[&str] = &[
    "{",
    "}",
    "(",
    ")",
    "\"",
    "'",
    ";",
    "#if X\n",
    "\n#else\n",
    "\n#endif\n",
    "/*",
    "*/",
    "\\\n",
    "goto ",
    "case 1:",
    "do",
    "else",
    "for(",
    "\0",
    "\u{e9}",
    "##",
    "...",
    "?",
    ":",
    "asm goto(",
    "({",
    "list_for_each_entry(a, b, c)",
    "#define Q(x) break; x\n",
    "\r\n",
    "while",
    "[",
];

fn mutate(text: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut out = text.to_vec();
    for _ in 0..=dice.roll(4) {
        let at = dice.roll(out.len());
        let end = (at + dice.roll(60)).min(out.len());
        match dice.roll(6) {
            0 => drop(out.drain(at..end)),
            1 => out.truncate(at),
            2 => {
                let piece = out[at..end].to_vec();
                let to = dice.roll(out.len());
                out.splice(to..to, piece);
            }
            3 => {
                if let Some(byte) = out.get_mut(at) {
                    *byte = u8::try_from(dice.roll(256)).expect("a byte");
                }
            }
            _ => {
                let splice = SPLICES[dice.roll(SPLICES.len())];
                out.splice(at..at, splice.bytes());
            }
        }
    }
    out
}

fn models(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("the corpus") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            models(&path, out);
        } else if path.extension().is_some_and(|extension| extension == "c") {
            out.push(path);
        }
    }
}

fn analyse(text: &[u8]) {
    let mut engine = Engine::new(Options { jobs: 1, ..Options::default() });
    engine.add("mutant.c".into(), text.into()).expect("small");
    while !engine.wants().is_empty() {}
    let (report, sources) = engine.finish();
    let mut out = Vec::new();
    json::write(&report, &mut out).expect("writes");
    short::write(&report, &sources, &mut out).expect("writes");
    let options = human::HumanOptions { color: false, width: 80 };
    human::write(&report, &sources, options, &mut out).expect("writes");
}

#[test]
fn no_damage_makes_it_panic() {
    let mut files = Vec::new();
    models(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../corpus/patterns"), &mut files);
    files.sort();
    assert!(files.len() > 40);
    for (index, file) in files.iter().enumerate() {
        let text = std::fs::read(file).expect("reads");
        let mut dice = Dice(0x9e37_79b9_7f4a_7c15 ^ (index as u64 + 1));
        for round in 0..PER_FILE {
            let mutant = mutate(&text, &mut dice);
            let ended = catch_unwind(AssertUnwindSafe(|| analyse(&mutant)));
            assert!(
                ended.is_ok(),
                "{} round {round}:\n{}",
                file.display(),
                String::from_utf8_lossy(&mutant)
            );
        }
    }
}

/// Deep or long inputs end, and what could not be read is told.
#[test]
fn depth_and_size_are_bounded() {
    let thread = |body: &str| {
        format!(
            "static int t(void *d)\n{{\n{body}\n}}\nvoid s(void) {{ kthread_run(t, 0, \"t\"); }}\n"
        )
    };
    let deep = [
        thread(&format!("{}{}", "{".repeat(100_000), "}".repeat(100_000))),
        thread(&format!("x = {}1{};", "(".repeat(100_000), ")".repeat(100_000))),
        thread(&format!("x = {}1;", "1 + ".repeat(100_000))),
        thread(&format!("x = {}1;", "a ? b : ".repeat(50_000))),
        thread(&format!("x = {}1;", "!".repeat(100_000))),
        thread(&"if (x) y(); else ".repeat(20_000)),
        thread(&"if (x) ".repeat(20_000)),
        thread(&"#if A\n".repeat(20_000)),
        thread(&format!("{} x(); {}", "#ifdef A\n#else\n".repeat(300), "#endif\n".repeat(300))),
        thread(&"a:b:c:".repeat(20_000)),
        thread(&"x(y, ".repeat(50_000)),
        thread(&"while (1) ".repeat(20_000)),
        "{".repeat(3_000_000),
        "(".repeat(3_000_000),
        "kthread_run(".repeat(100_000),
        "#define kthread_run(a) kthread_run(a)\n".repeat(10_000),
    ];
    for (index, text) in deep.iter().enumerate() {
        // Shown by --nocapture: which one takes long.
        println!("{index}");
        analyse(text.as_bytes());
    }
}
