//! The contract's words, for the formats that people read.

use super::schema::{
    Confidence, How, Lift, LoopForm, LoopHead, Role, Severity, Thread, Verdict, Where,
};

/// A value that the contract names by one word.
pub(super) trait Word: Copy {
    /// The word, as in the JSON.
    fn word(self) -> &'static str;
}

macro_rules! words {
    ($($type:ident { $($variant:ident => $word:literal),+ $(,)? })+) => {
        $(impl Word for $type {
            fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        })+

        #[cfg(test)]
        #[test]
        fn words_are_those_of_the_json() {
            $($(assert_eq!(
                serde_json::to_value($type::$variant).unwrap(),
                serde_json::Value::from($word),
            );)+)+
        }
    };
}

words! {
    Confidence { High => "high", Moderate => "moderate", Low => "low" }
    How {
        Head => "head", Body => "body", Nested => "nested",
        Helper => "helper", Setup => "setup", Outside => "outside",
    }
    Lift {
        Stop => "stop", Freeze => "freeze", Park => "park", Signal => "signal", Sleep => "sleep",
    }
    LoopForm { While => "while", DoWhile => "do-while", For => "for", Goto => "goto" }
    LoopHead {
        Stop => "stop", FreezableStop => "freezable-stop",
        Endless => "endless", Condition => "condition",
    }
    Role { Thread => "thread", Callback => "callback", Worker => "worker" }
    Severity { Error => "error", Warning => "warning", Info => "info" }
    Verdict {
        Convertible => "convertible", Already => "already", Refused => "refused",
        NoLoop => "no-loop", NotImplemented => "not-implemented",
    }
    Where { Prologue => "prologue", Body => "body", Tail => "tail", Helper => "helper" }
}

/// The words of all of `values`, with `separator` between them.
pub(super) fn join<T: Word>(values: &[T], separator: &str) -> String {
    values.iter().map(|value| value.word()).collect::<Vec<_>>().join(separator)
}

/// The function's name, with the mark that tells it from its twins.
pub(super) fn name(thread: &Thread) -> &str {
    let rest = thread.id.strip_prefix(thread.path.as_str());
    rest.and_then(|rest| rest.strip_prefix(':')).unwrap_or(&thread.function)
}

/// What a thread record is about, before its name.
pub(super) fn kind(role: Role) -> &'static str {
    match role {
        Role::Thread => "kthread",
        Role::Callback => "kthread callback",
        Role::Worker => "kthread_worker of",
    }
}
