//! Signals by number and name.

use std::fmt;

/// A signal: a number from 1 to 64, with the meaning that Linux gives it on most machines.
///
/// The signals of kthreads are not those of the process: nothing that the operating system delivers
/// becomes one of these, unless a bridge does that, which the feature `os-signals` has.
///
/// ```
/// use kthread::Signal;
///
/// assert_eq!(Signal::HUP.to_string(), "SIGHUP");
/// assert_eq!(Signal::new(15), Some(Signal::TERM));
/// assert_eq!(Signal::new(0), None);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Signal(u8);

/// The standard signals: number and name without `SIG`.
const NAMES: [(u8, &str); 31] = [
    (1, "HUP"),
    (2, "INT"),
    (3, "QUIT"),
    (4, "ILL"),
    (5, "TRAP"),
    (6, "ABRT"),
    (7, "BUS"),
    (8, "FPE"),
    (9, "KILL"),
    (10, "USR1"),
    (11, "SEGV"),
    (12, "USR2"),
    (13, "PIPE"),
    (14, "ALRM"),
    (15, "TERM"),
    (16, "STKFLT"),
    (17, "CHLD"),
    (18, "CONT"),
    (19, "STOP"),
    (20, "TSTP"),
    (21, "TTIN"),
    (22, "TTOU"),
    (23, "URG"),
    (24, "XCPU"),
    (25, "XFSZ"),
    (26, "VTALRM"),
    (27, "PROF"),
    (28, "WINCH"),
    (29, "IO"),
    (30, "PWR"),
    (31, "SYS"),
];

macro_rules! constants {
    ($($number:literal $name:ident)*) => {
        impl Signal {
            $(
                #[doc = concat!("`SIG", stringify!($name), "`.")]
                pub const $name: Self = Self($number);
            )*
        }
    };
}

constants! {
    1 HUP 2 INT 3 QUIT 4 ILL 5 TRAP 6 ABRT 7 BUS 8 FPE 9 KILL 10 USR1 11 SEGV 12 USR2 13 PIPE 14 ALRM 15 TERM
    16 STKFLT 17 CHLD 18 CONT 19 STOP 20 TSTP 21 TTIN 22 TTOU 23 URG 24 XCPU 25 XFSZ 26 VTALRM 27 PROF 28 WINCH 29 IO
    30 PWR 31 SYS
}

impl Signal {
    /// The signal with this number; `None` if there is none, as for 0 and what is above 64.
    pub const fn new(number: i32) -> Option<Self> {
        if 1 <= number && number <= 64 { Some(Self(number.to_le_bytes()[0])) } else { None }
    }

    /// Its number.
    pub const fn number(self) -> i32 {
        self.0 as i32
    }

    pub(super) const fn bit(self) -> u64 {
        1 << (self.0 - 1)
    }

    pub(super) const fn of_bit(bit: u32) -> Self {
        Self(bit as u8 + 1)
    }
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match NAMES.iter().find(|(number, _)| *number == self.0) {
            Some((_, name)) => write!(f, "SIG{name}"),
            None => write!(f, "signal {}", self.0),
        }
    }
}

impl fmt::Debug for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
