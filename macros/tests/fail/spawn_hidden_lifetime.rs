//! A lifetime that is not written: of a type, and of the impl.
use kthread::{kthread_iterant, should_stop};

struct View<'a>(&'a str);

#[kthread_iterant(spawn)]
fn hidden(view: View) -> usize {
    while !should_stop() {}
    view.0.len()
}

impl<'a> View<'a> {
    #[kthread_iterant(spawn)]
    fn owned(self) -> usize {
        while !should_stop() {}
        self.0.len()
    }
}

fn main() {
    hidden(View(""));
    View("").owned();
}
