//! Builds in which the crate can't do what it promises: `panic = "abort"`, and other systems.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const CRATE: &str = env!("CARGO_MANIFEST_DIR");

/// What cargo and rustc build in; it stays, so that the next run is short.
fn work(name: &str) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&dir).expect("a folder");
    dir
}

/// Writes if it differs, so that nothing is built again for nothing.
fn write(path: &Path, text: &str) {
    if fs::read_to_string(path).ok().as_deref() != Some(text) {
        fs::write(path, text).expect("a file");
    }
}

fn text(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// Makes a thread in all the ways that matter, and says what came of it.
const PROGRAM: &str = r#"
struct Given;
impl Drop for Given {
    fn drop(&mut self) {
        println!("dropped");
    }
}

fn main() {
    let builder = kthread::Builder::new("fragile");
    let given = Given;
    match builder.create(move || drop(given)) {
        Ok(_) => println!("created"),
        Err(error @ kthread::CreateError::PanicsAbort { .. }) => println!("refused: {error}"),
        Err(error) => println!("another error: {error}"),
    }
    println!("threads: {}", std::fs::read_dir("/proc/self/task").map_or(0, Iterator::count));

    let thread = builder.panics_may_abort().run(|| 7).expect("it was accepted");
    while thread.state() != kthread::State::Exited {
        std::thread::yield_now();
    }
    println!("accepted: {:?}", thread.stop());

    let accepted = kthread::Builder::new("panics").panics_may_abort();
    let thread = accepted.run(|| -> () { panic!("in a thread") }).expect("it was accepted");
    while thread.state() != kthread::State::Exited {
        std::thread::yield_now();
    }
    println!("contained: {}", thread.stop().unwrap_err());
}
"#;

/// Builds and runs the program with a panic strategy.
fn run(panic: &str) -> Output {
    let dir = work("panics");
    write(&dir.join("main.rs"), PROGRAM);
    let manifest = format!(
        "[workspace]\n[package]\nname = \"panics\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
         [[bin]]\nname = \"panics\"\npath = \"main.rs\"\n[dependencies]\nkthread = {{ path = {CRATE:?} }}\n"
    );
    write(&dir.join("Cargo.toml"), &manifest);
    // The versions of the dependencies are those that this test was built with.
    let lock = fs::read_to_string(Path::new(CRATE).join("../Cargo.lock")).expect("a lock");
    write(&dir.join("Cargo.lock"), &lock);
    let build = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--offline", "--target-dir"])
        .arg(dir.join("target").join(panic))
        .current_dir(&dir)
        .env("CARGO_PROFILE_DEV_PANIC", panic)
        .env_remove("CARGO_BUILD_TARGET")
        .output()
        .expect("cargo");
    assert!(build.status.success(), "{}", text(&build));
    Command::new(dir.join("target").join(panic).join("debug/panics")).output().expect("it runs")
}

const REFUSED: &str = "refused: the thread \"fragile\" was not created: this program is built with panic=abort, \
    so a panic in it would end the process and could not be contained; build with panic=unwind, or accept that \
    with Builder::panics_may_abort()";

#[test]
fn panics_that_abort() {
    let lines = |output: &Output| {
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        text.lines().map(ToOwned::to_owned).collect::<Vec<_>>()
    };
    let abort = run("abort");
    let expected = ["dropped", REFUSED, "threads: 1", "accepted: Ok(7)"];
    assert_eq!(lines(&abort), expected, "{}", text(&abort));
    // Which was accepted: the panic ends the process.
    assert_eq!(abort.status.signal(), Some(libc::SIGABRT), "{}", text(&abort));
    assert!(text(&abort).contains("in a thread"), "{}", text(&abort));

    // The control: with unwinding the same program makes the thread, and survives the panic.
    let unwind = run("unwind");
    let contained = "contained: the thread \"panics\" panicked: in a thread";
    let expected = ["created", "dropped", "threads: 1", "accepted: Ok(7)", contained];
    assert_eq!(lines(&unwind), expected, "{}", text(&unwind));
    assert!(unwind.status.success(), "{}", text(&unwind));
}

const LINUX_ONLY: &str =
    "error: the crate `kthread` works on Linux only: it needs futexes and /proc/self/task";

fn rustc() -> Command {
    Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
}

fn copy(from: &Path, to: &Path, change: &dyn Fn(String) -> String) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let (path, to) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &to, change);
        } else {
            write(&to, &change(fs::read_to_string(&path).expect("a source file")));
        }
    }
}

/// What the compiler says of the crate's source, in which this system is called `linux`. Only the crate
/// itself is compiled: none of its dependencies is there.
fn compile(linux: &str) -> Vec<String> {
    let dir = work("platform").join(linux);
    let system = format!("target_os = {linux:?}");
    copy(&Path::new(CRATE).join("src"), &dir, &|text| {
        text.replace("target_os = \"linux\"", &system)
    });
    let output = rustc()
        .args(["--edition", "2024", "--crate-type", "lib", "--emit", "metadata", "--out-dir"])
        .arg(&dir)
        .arg(dir.join("lib.rs"))
        .output()
        .expect("rustc");
    assert!(!output.status.success(), "none of the dependencies is there");
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    errors.lines().filter(|line| line.starts_with("error")).map(ToOwned::to_owned).collect()
}

/// The compiler for another system needs that system's std, so here this system gets another name. Where
/// that std is installed, `another_system_for_real` does the same without a trick.
#[test]
fn another_system() {
    let errors = compile("no such system");
    assert_eq!(
        errors.first().map(String::as_str),
        Some(LINUX_ONLY),
        "it is told first: {errors:?}"
    );
    // The control: on this one it isn't told.
    let errors = compile("linux");
    assert!(!errors.is_empty(), "none of the dependencies is there");
    assert!(!errors.iter().any(|error| error.contains("Linux only")), "{errors:?}");
}

#[test]
fn another_system_for_real() {
    let sysroot = rustc().args(["--print", "sysroot"]).output().expect("rustc");
    let sysroot = String::from_utf8_lossy(&sysroot.stdout).into_owned();
    let targets = fs::read_dir(Path::new(sysroot.trim()).join("lib/rustlib"));
    let others: Vec<_> = targets
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| entry.path().join("lib").is_dir())
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|target| !target.contains("linux") && !target.contains("none"))
        .collect();
    if others.is_empty() {
        crate::proc::say("another system, for real: left out, as no std of one is installed");
    }
    for target in others {
        let output = Command::new(env!("CARGO"))
            .args(["check", "--offline", "--locked", "--target", &target, "--target-dir"])
            .arg(work("platform").join("target"))
            .current_dir(CRATE)
            .output()
            .expect("cargo");
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        let first = errors.lines().find(|line| line.starts_with("error"));
        assert_eq!(first, Some(LINUX_ONLY), "{target}: it is told first: {errors}");
    }
}
