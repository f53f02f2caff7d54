//! `crate = path` through a re-export.
#![deny(warnings)]

#[macro_use]
#[path = "../common/mod.rs"]
mod common;

#[allow(unused_imports)]
use common::*;

mod deep {
    pub mod reexports {
        pub use kthread as threads;
    }
}

mod kthread {
    //! Not the runtime.
}

mod used {
    use super::deep::reexports::threads::{self, kthread_iterant};

    #[kthread_iterant(crate = crate::deep::reexports::threads, spawn)]
    pub fn sums(from: Vec<&'static str>) -> Result<u32, std::num::ParseIntError> {
        let mut sum = 0;
        for text in from {
            sum += text.parse::<u32>()?;
        }
        Ok(sum)
    }

    use threads::should_stop;

    #[kthread_iterant(crate = threads)]
    pub fn bare() -> u32 {
        let mut n = 0;
        while !should_stop() && n < 4 {
            n += 1;
        }
        n
    }

    #[kthread_iterant(crate = threads)]
    pub fn counts() -> u32 {
        let mut n = 0;
        while !threads::should_stop() && n < 3 {
            n += 1;
        }
        n
    }
}

fn main() {
    assert_eq!(used::sums(vec!["1", "2"]), Ok(3));
    assert_eq!(used::spawn_sums(vec!["3"]).unwrap().join().unwrap(), Ok(3));
    assert_eq!((used::counts(), used::bare()), (3, 4));
}
