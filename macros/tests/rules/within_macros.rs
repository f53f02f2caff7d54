//! # Within std's macros jumps are seen
//!
//! The arguments of std's macros that print, format, assert and build are expressions, so a `?` there is
//! found. In another macro a jump that can be seen is an error that asks to do it before; one that is hidden
//! in the macro's own text does not compile.

use kthread::kthread_iterant;

#[kthread_iterant]
fn shout(texts: &[Option<&str>]) -> Option<Vec<String>> {
    let mut all = Vec::new();
    for text in texts {
        all.push(format!("{}!", (*text)?));
    }
    Some(all)
}

fn main() {
    assert_eq!(shout(&[Some("ho")]), Some(vec!["ho!".to_owned()]));
    assert_eq!(shout(&[Some("ho"), None]), None);
}
