//! Exit codes, and the loop that feeds the engine, from outside.

use super::{Run, program, run_in, tree};

/// Sleeps for ever, although somebody stops it.
const DEAF: &[u8] = b"static struct task_struct *task;\n\
    static int deaf(void *data)\n{\n\tfor (;;)\n\t\tmsleep(1);\n\treturn 0;\n}\n\
    void start(void)\n{\n\ttask = kthread_run(deaf, 0, \"deaf\");\n}\n\
    void stop(void)\n{\n\tkthread_stop(task);\n}\n";

const LOST: &[u8] = b"void start(void)\n{\n\tkthread_run(nowhere, 0, \"lost\");\n}\n";

#[test]
fn the_exit_code_tells_the_worst() {
    let fine: &[u8] = b"static int loop(void *data)\n{\n\twhile (!kthread_should_stop())\n\
        \t\tmsleep(1);\n\treturn 0;\n}\n\
        void start(void)\n{\n\tkthread_run(loop, 0, \"loop\");\n}\n";
    let tree = tree(&[("fine.c", fine), ("deaf.c", DEAF), ("lost.c", LOST)]);
    let code = |paths: &[&str]| run_in(tree.path(), &[&["check"], paths].concat()).code;
    assert_eq!(code(&["fine.c"]), 0);
    assert_eq!(code(&["fine.c", "deaf.c"]), 1);
    assert_eq!(code(&["deaf.c", "lost.c"]), 3);
    assert_eq!(code(&["."]), 3);
    assert_eq!(code(&[".", "gone.c"]), 2);
}

#[test]
fn what_the_engine_asks_for_is_found_wherever_it_is() {
    // No file but the first one names a primitive.
    let files: [(&str, &[u8]); 4] = [
        (
            "lib/spawn.c",
            b"void *spawn(int (*f)(void *))\n{\n\treturn kthread_run(f, 0, \"x\");\n}\n",
        ),
        ("lib/spawn.h", b"void *spawn(int (*f)(void *));\n"),
        ("drivers/user.c", b"int loop(void *);\nvoid start(void)\n{\n\tspawn(loop);\n}\n"),
        ("other/loop.c", b"int loop(void *data)\n{\n\tfor (;;)\n\t\tmsleep(1);\n}\n"),
    ];
    let tree = tree(&files);
    for jobs in ["-j1", "-j4"] {
        let run = run_in(tree.path(), &["check", "--format", "json", jobs]);
        assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
        assert_eq!(run.summary("threads"), 1);
        assert!(run.stdout.contains("\"id\":\"other/loop.c:loop\""), "{}", run.stdout);
        assert!(run.stdout.contains("\"path\":\"drivers/user.c\",\"line\":4,\"call\":\"spawn\""));
    }
}

#[test]
fn the_standard_input_is_named_in_the_records() {
    let tree = tree(&[]);
    for (arguments, path) in [(&["-"][..], "<stdin>"), (&["-", "--stdin-path", "a/b.c"], "a/b.c")] {
        let mut program = program();
        program.current_dir(tree.path()).args(["check", "--format", "json"]).args(arguments);
        let run = Run::of(program.write_stdin(DEAF));
        assert_eq!(run.code, 1);
        assert!(run.stdout.contains(&format!("\"id\":\"{path}:deaf\"")), "{}", run.stdout);
    }
}
