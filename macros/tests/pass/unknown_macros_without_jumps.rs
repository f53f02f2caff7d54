//! Macros that aren't known and leave nothing: a logger's `?name`, labels of its own, loops within.
#![deny(warnings)]

#[macro_use]
#[path = "../common/mod.rs"]
mod common;

use common::say;

macro_rules! log {
    ($(?$name:ident),* ; $text:literal) => {
        say(format_args!(concat!($text, $(" ", stringify!($name), "={:?}"),*), $($name),*))
    };
}
macro_rules! first_even {
    ($from:expr) => {{
        let mut found = None;
        for n in $from {
            if n % 2 == 0 {
                found = Some(n);
                break;
            }
        }
        found
    }};
}
macro_rules! bounds {
    ($($t:tt)*) => {{
        fn size<T: $($t)*>(value: &T) -> usize {
            size_of_val(value)
        }
        size
    }};
}

twice! { []
    pub fn run(from: &[u32]) -> usize {
        let mut sizes = 0;
        for n in from {
            let even = first_even!(*n..9);
            log!(?n, ?even; "got");
            sizes += bounds!(?Sized)("abc");
        }
        sizes
    }
}

fn main() {
    same!(traced, run(&[1, 4]), "got n=1 even=Some(2) | got n=4 even=Some(4) | -> 6");
}
