//! `?` on Result, Option, ControlFlow and Poll, with conversions of errors.
#![deny(warnings)]

#[macro_use]
#[path = "../common/mod.rs"]
mod common;

#[allow(unused_imports)]
use common::*;

use std::error::Error;
use std::fmt;
use std::num::ParseIntError;
use std::ops::ControlFlow;
use std::task::Poll;

#[derive(Debug)]
pub enum Failed {
    Parse(ParseIntError),
    TooMuch(u32),
}
impl From<ParseIntError> for Failed {
    fn from(error: ParseIntError) -> Self {
        Self::Parse(error)
    }
}
impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}
impl Error for Failed {}

mod own {
    use super::*;
    twice! { []
        pub fn run(texts: &[&str]) -> Result<u32, Failed> {
            let mut sum = 0;
            for text in texts {
                let _guard = Guard("text");
                let n: u32 = text.parse()?;
                sum += n;
                if sum > 9 {
                    Err(Failed::TooMuch(sum))?;
                }
            }
            Ok(sum)
        }
    }
    pub fn check() {
        same!(traced, run(&["1", "2"]), "drop text | drop text | -> Ok(3)");
        same!(traced, run(&["x"]), "drop text | -> Err(Parse(ParseIntError { kind: InvalidDigit }))");
        same!(traced, run(&["10", "1"]), "drop text | -> Err(TooMuch(10))");
    }
}

mod boxed {
    use super::*;
    twice! { []
        pub fn run(texts: &[&str]) -> Result<u32, Box<dyn Error>> {
            let mut sum = 0;
            for text in texts {
                let n: u32 = text.parse()?;
                if n == 3 {
                    return Err("three".into());
                }
                if n == 4 {
                    Err(Failed::TooMuch(n))?;
                }
                sum += n;
            }
            Ok(sum)
        }
    }
    pub fn check() {
        same!(traced, run(&["1", "2"]), "-> Ok(3)");
        same!(traced, run(&["1", "3"]), "-> Err(\"three\")");
        same!(traced, run(&["4"]), "-> Err(TooMuch(4))");
        same!(traced, run(&["y"]), "-> Err(ParseIntError { kind: InvalidDigit })");
    }
}

mod option {
    twice! { []
        pub fn run(mut from: Vec<u32>) -> Option<u32> {
            loop {
                if kthread::should_stop() {
                    return None;
                }
                let n = from.pop()?;
                let half = n.checked_sub(2)?;
                if half == 0 {
                    return Some(n);
                }
            }
        }
    }
}

mod flow {
    use super::*;
    twice! { []
        pub fn run(from: &[u32]) -> ControlFlow<u32, &'static str> {
            for n in from {
                (if *n > 5 { ControlFlow::Break(*n) } else { ControlFlow::Continue(()) })?;
                say(n);
            }
            ControlFlow::Continue("all")
        }
    }
}

mod poll {
    #[allow(unused_imports)]
    use super::*;
    twice! { []
        pub fn run(from: Vec<Poll<Result<u32, String>>>) -> Result<u32, String> {
            let mut sum = 0;
            for poll in from {
                if let Poll::Ready(n) = poll? {
                    sum += n;
                }
            }
            Ok(sum)
        }
    }
}

mod streamed {
    #[allow(unused_imports)]
    use super::*;
    twice! { []
        pub fn run(from: Vec<Poll<Option<Result<u32, &'static str>>>>) -> Poll<Option<Result<u32, String>>> {
            let mut sum = 0;
            for poll in from {
                if let Poll::Ready(Some(n)) = poll? {
                    sum += n;
                }
            }
            Poll::Ready(Some(Ok(sum)))
        }

        pub fn polled(from: Vec<Result<u32, &'static str>>) -> Poll<Result<u32, String>> {
            let mut sum = 0;
            for n in from {
                sum += n?;
            }
            Poll::Ready(Ok(sum))
        }
    }
}

fn main() {
    own::check();
    boxed::check();
    {
        #[allow(unused_imports)]
        use option::{driven, plain};
        same!(traced, run(vec![2, 9]), "-> Some(2)");
        same!(traced, run(vec![9]), "-> None");
    }
    {
        use flow::{driven, plain};
        same!(traced, run(&[1, 2]), "1 | 2 | -> Continue(\"all\")");
        same!(traced, run(&[1, 7, 2]), "1 | -> Break(7)");
    }
    {
        use poll::{driven, plain};
        same!(traced, run(vec![Poll::Pending, Poll::Ready(Ok(2))]), "-> Ok(2)");
        same!(traced, run(vec![Poll::Ready(Err("no".to_owned()))]), "-> Err(\"no\")");
    }
    {
        use streamed::{driven, plain};
        let some = Poll::Ready(Some(Ok(2)));
        same!(traced, run(vec![Poll::Pending, some, Poll::Ready(None)]), "-> Ready(Some(Ok(2)))");
        same!(traced, run(vec![some, Poll::Ready(Some(Err("no")))]), "-> Ready(Some(Err(\"no\")))");
        same!(traced, polled(vec![Ok(1), Ok(3)]), "-> Ready(Ok(4))");
        same!(traced, polled(vec![Ok(1), Err("no")]), "-> Ready(Err(\"no\"))");
    }
}
