//! Names: cut in `/proc`, whole here.

use kthread::Builder;

use crate::seen;

/// A name, and what `/proc` shows of it: 15 bytes at most, in whole characters.
const NAMES: [(&str, &str); 12] = [
    ("kswapd0", "kswapd0"),
    ("", ""),
    (" ", " "),
    ("exactly15bytes_", "exactly15bytes_"),
    ("exactly15bytes_and_more", "exactly15bytes_"),
    ("fourteen_bytesü", "fourteen_bytes"),
    ("ßßßßßßßßßß", "ßßßßßßß"),
    ("日本語日本語", "日本語日本"),
    ("🦀🦀🦀🦀🦀", "🦀🦀🦀"),
    ("flusher/8:16", "flusher/8:16"),
    ("of two\nlines", "of two\nlines"),
    ("a) S 1 2 (b", "a) S 1 2 (b"),
];

#[test]
fn a_name_is_cut_in_proc_and_whole_here() {
    for (name, comm) in NAMES {
        let builder = Builder::new(name);
        assert_eq!(seen::of_new(&builder).comm, comm, "of {name:?}");
        let thread = builder
            .create(|| {
                let here = kthread::current().expect("a kthread").task().name().to_owned();
                (here, std::thread::current().name().map(ToOwned::to_owned))
            })
            .expect("a thread");
        assert_eq!(thread.name(), name);
        assert_eq!(thread.task().name(), name);
        thread.wake();
        crate::until::until("its end", || thread.state() == kthread::State::Exited);
        assert_eq!(thread.name(), name, "also after its end");
        assert_eq!(thread.stop().expect("it ran"), (name.to_owned(), Some(name.to_owned())));
    }
}

#[test]
fn a_name_may_be_formatted() {
    let thread = Builder::new(format_args!("kworker/{}:{}", 1, 2)).create(|| ()).expect("a thread");
    assert_eq!(thread.name(), "kworker/1:2");
    assert_eq!(seen::of(thread.tid()).comm, "kworker/1:2");
}

#[test]
fn the_creator_keeps_its_name() {
    let before = seen::by_itself();
    let thread = Builder::new("another").create(|| ()).expect("a thread");
    assert_eq!(seen::of(thread.tid()).comm, "another");
    assert_eq!(seen::by_itself(), before);
}
