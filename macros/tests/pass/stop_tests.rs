//! Stop tests at the head, in the middle and at the end, with their actions.
#![deny(warnings)]

#[macro_use]
#[path = "../common/mod.rs"]
mod common;

#[allow(unused_imports)]
use common::*;

use kthread::should_stop;

macro_rules! case {
    ($name:ident, $n:ident, $stop_at:ident, $($body:tt)*) => {
        mod $name {
            #[allow(unused_imports)]
            use super::*;
            twice! { []
                pub fn run($stop_at: u32) -> u32 {
                    let _outer = Guard("outer");
                    let mut $n = 0;
                    let _ = $stop_at;
                    $($body)*
                }
            }
        }
    };
}

case!(head, n, stop_at,
    loop {
        if should_stop() {
            say("action");
            break n;
        }
        let _round = Guard("round");
        n += 1;
        if n == stop_at {
            stop_me();
        }
    }
);
case!(tail, n, stop_at,
    loop {
        let _round = Guard("round");
        n += 1;
        if n == stop_at {
            stop_me();
        }
        if should_stop() {
            say("action");
            break n;
        }
    }
);
case!(middle, n, stop_at,
    loop {
        let _round = Guard("round");
        n += 1;
        if n == stop_at {
            stop_me();
        }
        if should_stop() {
            say("action");
            return n;
        }
        say("rest");
    }
);
case!(behind_middle, n, stop_at,
    loop {
        let _round = Guard("round");
        n += 1;
        if should_stop() {
            say("action");
            return n;
        }
        say("rest");
        if n == stop_at {
            stop_me();
        }
    }
);
case!(quiet_middle, n, stop_at,
    loop {
        let _round = Guard("round");
        n += 1;
        if should_stop() {
            return n;
        }
        say("rest");
        if n == stop_at {
            stop_me();
        }
    }
);
case!(block, n, stop_at,
    let got = loop {
        if should_stop() {
            if n > 1 {
                break n + 100;
            }
            for _ in 0..3 {
                break;
            }
            say("few");
            break n;
        }
        n += 1;
        if n == stop_at {
            stop_me();
        }
    };
    say("epilogue");
    got
);

fn main() {
    use head::{driven, plain};
    same!(stopped, run(2), "drop round | drop round | action | drop outer | -> 2");
    {
        use tail::{driven, plain};
        // At the boundary the round's guards are gone.
        assert_eq!(stopped(|| plain::run(2)), "drop round | action | drop round | drop outer | -> 2");
        assert_eq!(stopped(|| driven::run(2)), "drop round | action | drop round | drop outer | -> 2");
    }
    {
        use middle::{driven, plain};
        same!(stopped, run(2), "rest | drop round | action | drop round | drop outer | -> 2");
    }
    {
        use behind_middle::{driven, plain};
        // What it does may belong to what stands before it: it is done there, and nowhere else.
        same!(stopped, run(2), "rest | drop round | rest | drop round | action | drop round | drop outer | -> 3");
    }
    {
        use quiet_middle::{driven, plain};
        assert_eq!(stopped(|| plain::run(2)), "rest | drop round | rest | drop round | drop round | drop outer | -> 3");
        // The driver sees it first, and leaves without that round.
        assert_eq!(stopped(|| driven::run(2)), "rest | drop round | rest | drop round | drop outer | -> 2");
    }
    {
        use block::{driven, plain};
        same!(stopped, run(1), "few | epilogue | drop outer | -> 1");
        same!(stopped, run(2), "epilogue | drop outer | -> 102");
    }
}
