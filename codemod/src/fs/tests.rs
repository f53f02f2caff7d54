//! Walks over trees made for the purpose.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::{FsError, Input, Problem, Survey, WalkOptions, survey};

struct Tree(TempDir);

impl Tree {
    fn new(files: &[(&str, &str)]) -> Self {
        let tree = Self(tempfile::tempdir().expect("folder"));
        for (path, text) in files {
            tree.write(path, text);
        }
        tree
    }

    fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("parent")).expect("folders");
        fs::write(path, text).expect("file");
    }

    fn options(&self, inputs: &[&str]) -> WalkOptions {
        WalkOptions {
            inputs: inputs.iter().map(|path| Input::Path(self.path(path))).collect(),
            root: Some(self.0.path().to_owned()),
            jobs: 2,
            ..WalkOptions::default()
        }
    }

    fn survey(&self, inputs: &[&str]) -> Survey {
        look(&self.options(inputs))
    }
}

fn look(options: &WalkOptions) -> Survey {
    survey(options, &["kthread_".to_owned()], &()).expect("a root")
}

fn selected(survey: &mut Survey) -> Vec<String> {
    survey.take_selected().into_iter().map(|file| file.path).collect()
}

fn more(survey: &mut Survey, name: &str) -> Vec<String> {
    let names = [name.to_owned()];
    let found = survey.look_up(&names);
    survey.load(&found, &names, 2, &|_| true).into_iter().map(|file| file.path).collect()
}

fn problem(path: &str, why: &str) -> Problem {
    Problem { path: path.to_owned(), why: why.to_owned(), unread: why.contains("cannot be read") }
}

const KTHREAD: &str = "void f(void) { kthread_run(g); }";

#[test]
fn keeps_files_with_a_trigger_and_finds_others_by_name() {
    let tree = Tree::new(&[
        ("b/one.c", KTHREAD),
        ("b/two.h", "int poll_it(void);"),
        ("a/three.c", "int x = poll_it ();"),
        ("a/four.c", "/* poll_it */ int poll_it2(void);"),
        ("a/notes.txt", "kthread_run poll_it("),
        ("a/upper.C", "kthread_run poll_it("),
    ]);
    let mut survey = tree.survey(&["."]);
    assert_eq!((survey.files_seen(), survey.files_read()), (4, 4));
    assert_eq!(selected(&mut survey), ["b/one.c"]);
    assert_eq!(selected(&mut survey), Vec::<String>::new());
    assert_eq!(more(&mut survey, "poll_it"), ["a/three.c", "b/two.h"]);
    assert_eq!(more(&mut survey, "poll_it"), ["a/three.c", "b/two.h"], "as often as asked");
    assert_eq!(more(&mut survey, "g"), Vec::<String>::new(), "it holds a trigger");
    assert_eq!(more(&mut survey, "poll_it2"), ["a/four.c"]);
    assert!(survey.take_problems().is_empty() && survey.take_errors().is_empty());
    assert!(survey.take_warnings().is_empty());
}

#[test]
fn a_given_file_is_taken_whatever_its_name_and_once() {
    let tree = Tree::new(&[("a/x.c", KTHREAD), ("a/y.inc", KTHREAD)]);
    let mut survey = tree.survey(&["a/y.inc", "a", "a/x.c", "a/../a", "."]);
    assert_eq!(selected(&mut survey), ["a/x.c", "a/y.inc"]);
    assert_eq!(survey.files_seen(), 2);
}

#[test]
fn a_text_goes_before_a_file_of_the_same_path() {
    let tree = Tree::new(&[("a/x.c", "int old(void);")]);
    let mut options = tree.options(&["a/x.c", "a"]);
    let text = b"int new(void);"[..].into();
    options.inputs.push(Input::Text { path: "a/x.c".to_owned(), text });
    let mut survey = look(&options);
    assert_eq!(survey.files_seen(), 1);
    assert_eq!(more(&mut survey, "old"), Vec::<String>::new());
    assert_eq!(more(&mut survey, "new"), ["a/x.c"]);
}

#[test]
fn what_was_given_and_is_not_there_is_an_error_and_the_rest_is_read() {
    let tree = Tree::new(&[("a.c", KTHREAD)]);
    let mut survey = tree.survey(&["gone.c", "gone/", "a.c"]);
    let errors = survey.take_errors();
    assert_eq!(errors.len(), 2);
    let FsError::Given { path, why } = &errors[0] else { panic!("{errors:?}") };
    assert_eq!(Path::new(path), tree.path("gone.c"));
    assert_eq!(why, "No such file or directory");
    assert_eq!(selected(&mut survey), ["a.c"]);
    let no_root = WalkOptions { root: Some(tree.path("gone")), ..tree.options(&["."]) };
    assert!(super::survey(&no_root, &[], &()).is_err());
}

#[test]
fn a_file_that_is_gone_or_changed_meanwhile_is_a_problem() {
    let tree = Tree::new(&[
        ("changed.c", "int f(void);"),
        ("emptied.c", "int f(void);"),
        ("gone.c", "int f(void);"),
        ("kept.c", "int f(void);"),
    ]);
    let mut survey = tree.survey(&["."]);
    fs::remove_file(tree.path("gone.c")).expect("removable");
    tree.write("changed.c", "int f(int more);");
    tree.write("emptied.c", "");
    assert_eq!(more(&mut survey, "f"), ["changed.c", "kept.c"]);
    let changed = "changed while it was worked on: taken as it was last";
    assert_eq!(
        survey.take_problems(),
        [
            problem("changed.c", changed),
            problem("emptied.c", changed),
            problem("gone.c", "cannot be read: No such file or directory"),
        ]
    );
    assert_eq!(more(&mut survey, "f"), ["changed.c", "kept.c"], "what is gone is not tried again");
}

#[test]
fn too_large_a_file_is_not_read() {
    let tree = Tree::new(&[("small.c", KTHREAD)]);
    let large = fs::File::create(tree.path("large.c")).expect("file");
    large.set_len(super::LARGEST as u64 + 1).expect("a hole");
    let why = "too large: more than 64 MiB, not read";
    let mut survey = tree.survey(&["."]);
    assert_eq!(survey.take_problems(), [problem("large.c", why)]);
    assert_eq!((survey.files_seen(), survey.files_read()), (2, 1));
    let mut survey = tree.survey(&["large.c"]);
    assert_eq!(survey.take_errors()[0].to_string(), format!("large.c: {why}"));
}

#[cfg(unix)]
#[test]
fn links_inside_are_not_followed_a_given_link_is() {
    use std::os::unix::fs::symlink;
    let tree = Tree::new(&[("real/a.c", KTHREAD), ("real/sub/b.c", KTHREAD)]);
    symlink("a.c", tree.path("real/alias.c")).expect("link");
    symlink("nothing", tree.path("real/broken.c")).expect("link");
    symlink("cycle.c", tree.path("real/cycle.c")).expect("link");
    symlink("..", tree.path("real/sub/up")).expect("link");
    symlink("real", tree.path("link")).expect("link");
    symlink("nothing", tree.path("dead")).expect("link");

    let mut survey = tree.survey(&["real"]);
    assert_eq!(selected(&mut survey), ["real/a.c", "real/sub/b.c"]);
    let problems = survey.take_problems();
    assert_eq!(problems[0], problem("real/broken.c", "a broken link: it leads to nothing"));
    assert_eq!(problems[1].path, "real/cycle.c");
    assert!(problems[1].why.starts_with("a link that cannot be followed: "), "{problems:?}");
    assert_eq!(problems.len(), 2);

    let mut survey = tree.survey(&["link", "real/alias.c"]);
    assert_eq!(selected(&mut survey), ["link/a.c", "link/sub/b.c", "real/alias.c"]);
    assert_eq!(more(&mut survey, "f"), Vec::<String>::new());
    assert_eq!(tree.survey(&["dead"]).take_errors().len(), 1);
}

#[cfg(unix)]
#[test]
fn a_folder_without_permission_is_a_problem_and_an_error_when_it_was_given() {
    use std::os::unix::fs::PermissionsExt;
    let tree = Tree::new(&[("a.c", KTHREAD), ("closed/b.c", KTHREAD)]);
    let closed = tree.path("closed");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).expect("ours");
    // The superuser may read it all the same.
    let readable = fs::read_dir(&closed).is_ok();
    let mut inside = tree.survey(&["."]);
    let mut given = tree.survey(&["closed"]);
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).expect("ours");
    if readable {
        assert_eq!(selected(&mut inside), ["a.c", "closed/b.c"]);
        assert_eq!(selected(&mut given), ["closed/b.c"]);
        return;
    }
    assert_eq!(selected(&mut inside), ["a.c"]);
    assert_eq!(inside.take_problems(), [problem("closed", "cannot be read: Permission denied")]);
    assert!(inside.take_errors().is_empty());
    assert_eq!(given.take_errors().len(), 1);
    assert!(given.take_warnings().is_empty());
}

#[test]
fn says_why_a_folder_gave_nothing() {
    let warnings = |tree: &Tree, change: fn(&mut WalkOptions)| {
        let mut options = tree.options(&["."]);
        change(&mut options);
        look(&options).take_warnings()
    };
    let as_is = |_: &mut WalkOptions| {};
    let tree = Tree::new(&[("a/b.c", KTHREAD), (".ignore", "/*\n")]);
    let here = tree.path(".").display().to_string();
    assert_eq!(
        warnings(&tree, as_is),
        [format!("every file under {here} was dropped by ignore rules; use --no-ignore")]
    );
    assert!(warnings(&tree, |options| options.ignore_rules = false).is_empty());

    let tree = Tree::new(&[(".a/b.c", KTHREAD)]);
    let here = tree.path(".").display().to_string();
    let hidden = format!("every C file under {here} is hidden; use --hidden");
    assert_eq!(warnings(&tree, as_is), [hidden]);
    assert!(warnings(&tree, |options| options.hidden = true).is_empty());

    let tree = Tree::new(&[(".a/b.c", KTHREAD), (".ignore", "*.c")]);
    assert!(warnings(&tree, as_is)[0].ends_with("; use --hidden --no-ignore"));

    let tree = Tree::new(&[("a/b.txt", KTHREAD)]);
    let here = tree.path(".").display().to_string();
    assert_eq!(warnings(&tree, as_is), [format!("there is no C file (*.c, *.h) under {here}")]);
}

#[test]
fn collects_iterator_macros_from_around_and_inside() {
    let tree = Tree::new(&[
        (".clang-format", "ForEachMacros: ['outer']"),
        ("a/.clang-format", "ForEachMacros: ['middle']"),
        ("a/b/.clang-format", "ForEachMacros:\n  - 'inner'\n  - 'outer'\n"),
        ("a/b/x.c", ""),
        ("c/.clang-format", "ForEachMacros: ['other']"),
    ]);
    assert_eq!(tree.survey(&["a"]).iterator_macros(), ["inner", "middle", "outer"]);
    assert_eq!(tree.survey(&["a/b/x.c"]).iterator_macros(), ["inner", "middle", "outer"]);
}

#[test]
fn odd_texts_are_passed_on() {
    let tree = Tree::new(&[("empty.c", "")]);
    tree.write("latin.c", b"/* \xe9 */ kthread_run(\xe9)");
    tree.write("nul.c", b"\0\0kthread_run(\0)\0");
    tree.write("crlf.c", b"kthread_run\r\n(x)\r\n");
    tree.write("names.c", b"\xff\xfe int f\0(void) odd\r\n(\0)");
    let mut survey = tree.survey(&["."]);
    assert_eq!(selected(&mut survey), ["crlf.c", "latin.c", "nul.c"]);
    assert_eq!(more(&mut survey, "odd"), ["names.c"]);
    assert!(survey.take_problems().is_empty());
}

#[cfg(target_os = "linux")]
#[test]
fn a_name_that_is_not_utf8_is_read_again_all_the_same() {
    use std::os::unix::ffi::OsStrExt;
    let tree = Tree::new(&[]);
    let name = Path::new(std::ffi::OsStr::from_bytes(b"odd\xff.c"));
    fs::write(tree.0.path().join(name), "int f(void);").expect("file");
    let mut survey = tree.survey(&["."]);
    assert_eq!(more(&mut survey, "f"), ["odd\\xff.c"]);
}

#[test]
fn the_number_of_threads_does_not_show() {
    let files: Vec<(String, String)> = (0..200)
        .map(|at| {
            let call = if at % 7 == 0 { "kthread_run" } else { "other" };
            (format!("d{}/f{at}.c", at % 13), format!("int f{at}(void) {{ {call}(f{}); }}", at % 5))
        })
        .collect();
    let files: Vec<(&str, &str)> =
        files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let tree = Tree::new(&files);
    let run = |jobs| {
        let mut survey = look(&WalkOptions { jobs, ..tree.options(&["."]) });
        let mut seen = selected(&mut survey);
        seen.extend(more(&mut survey, "other"));
        assert_eq!(seen.len(), 200);
        seen.extend(more(&mut survey, "f3"));
        seen
    };
    let alone = run(1);
    for jobs in [2, 4, 9] {
        assert_eq!(run(jobs), alone);
    }
}
