//! Why a thread is refused: one page per code.

/// A reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReasonKind {
    /// Its code, which stays the same for ever.
    pub code: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What `explain` prints.
    pub page: &'static str,
}

macro_rules! reasons {
    ($($(#[$doc:meta])* $ident:ident = $code:literal $name:literal;)*) => {
        $(
            $(#[$doc])*
            pub const $ident: ReasonKind = ReasonKind {
                code: $code,
                name: $name,
                page: include_str!(concat!($code, "-", $name, ".md")),
            };
        )*
        /// All reasons, by code.
        pub const ALL: &[ReasonKind] = &[$($ident),*];
    };
}

reasons! {
    /// A part of the function does not parse.
    NOT_PARSED = "KR01" "not-parsed";
    /// An iteration begins in a state other than running, and a lift would sleep there.
    STATE_OVER_BACK_EDGE = "KR02" "state-over-back-edge";
    /// An iteration begins with a lock held, and a lift would sleep there.
    LOCK_OVER_BACK_EDGE = "KR03" "lock-over-back-edge";
    /// The main loop is in a function that the thread function calls.
    LOOP_IN_HELPER = "KR04" "loop-in-helper";
    /// A local that outlives an iteration has its address taken.
    ADDRESS_TAKEN = "KR05" "address-taken";
    /// A wait queue entry on the stack outlives an iteration.
    WAIT_ENTRY = "KR06" "wait-entry-on-stack";
    /// `asm goto` or a computed goto.
    ODD_JUMP = "KR08" "odd-jump";
    /// A local array whose length is computed outlives an iteration.
    VARIABLE_LENGTH = "KR09" "variable-length-array";
    /// The main loop is a label and a goto.
    GOTO_LOOP = "KR10" "goto-loop";
    /// The function does not run as a kthread of the kthread API.
    NOT_A_KTHREAD = "KR11" "not-a-kthread";
    /// `#if` decides whether, or how, there is a main loop.
    CONDITIONAL_LOOP = "KR12" "conditional-loop";
    /// The loop holds a macro with a block that nobody knows.
    UNKNOWN_BLOCK = "KR13" "unknown-block-macro";
    /// A goto from outside leads into the loop.
    JUMP_INTO_LOOP = "KR14" "jump-into-loop";
    /// A macro in the loop hides a break, continue, return or goto.
    HIDDEN_JUMP = "KR15" "hidden-jump";
    /// Another thread function calls this one.
    CALLBACK = "KR16" "callback";
    /// A jump out of the loop that can't be made from a function of its own.
    JUMP_OUT = "KR17" "jump-out-of-loop";
    /// A macro names a local that would move.
    CAPTURED_LOCAL = "KR18" "captured-local";
    /// A local's type can't be written outside of its function.
    UNNAMED_TYPE = "KR19" "unnamed-type";
    /// The loop, or the function's head, is written in a way that can't be edited safely.
    ODD_TEXT = "KR20" "odd-text";
    /// The conversion was made, and the check of it failed: a fault of this tool.
    FAILED_CHECK = "KR21" "failed-check";
    /// What the end of a scope undoes would be undone too early.
    END_OF_SCOPE = "KR22" "end-of-scope";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_sorted_and_every_page_names_its_own() {
        for pair in ALL.windows(2) {
            assert!(pair[0].code < pair[1].code);
        }
        for reason in ALL {
            assert!(
                reason.page.starts_with(&format!("# {} {}\n", reason.code, reason.name)),
                "{}",
                reason.code
            );
            assert!(reason.page.contains("## What to do"), "{}", reason.code);
        }
    }
}
