//! The words of a script, and what they mean; `None` for one that isn't known.

use std::str::FromStr;
use std::time::Duration;

use kthread::{Checkpoints, Signal, TaskState};

use crate::script::{Actor, BodyStep, Condition, CreatorStep, Made, Until, Work};

const SIGNALS: [(&str, Signal); 11] = [
    ("HUP", Signal::HUP),
    ("INT", Signal::INT),
    ("QUIT", Signal::QUIT),
    ("KILL", Signal::KILL),
    ("USR1", Signal::USR1),
    ("USR2", Signal::USR2),
    ("TERM", Signal::TERM),
    ("CHLD", Signal::CHLD),
    ("CONT", Signal::CONT),
    ("STOP", Signal::STOP),
    ("URG", Signal::URG),
];

const STATES: [TaskState; 4] =
    [TaskState::Running, TaskState::Interruptible, TaskState::Uninterruptible, TaskState::Idle];

/// The name of a signal, without `SIG`.
pub(crate) fn signal_name(signal: Signal) -> &'static str {
    SIGNALS.iter().find(|(_, it)| *it == signal).map_or("other", |(name, _)| name)
}

pub(super) fn number<T: FromStr>(word: &str) -> Option<T> {
    word.parse().ok()
}

pub(super) fn rule(word: &str) -> Option<u32> {
    number(word).filter(|rule| (1..=14).contains(rule))
}

pub(super) fn millis(word: &str) -> Option<Duration> {
    number(word).map(Duration::from_millis)
}

pub(super) fn signal(word: &str) -> Option<Signal> {
    named(&SIGNALS, word)
}

pub(super) fn named<T: Copy>(table: &[(&str, T)], word: &str) -> Option<T> {
    table.iter().find(|(name, _)| *name == word).map(|(_, it)| *it)
}

pub(super) fn state(word: &str) -> Option<TaskState> {
    STATES.into_iter().find(|state| state.to_string() == word)
}

pub(super) fn iterant(words: &[&str]) -> Option<(Checkpoints, bool, bool)> {
    let (mut mask, mut test_first, mut wait_stop) = (Checkpoints::NONE, false, false);
    for word in words {
        match *word {
            "none" => {}
            "default" => mask |= Checkpoints::DEFAULT,
            "stop" => mask |= Checkpoints::STOP,
            "freeze" => mask |= Checkpoints::FREEZE,
            "park" => mask |= Checkpoints::PARK,
            "signal" => mask |= Checkpoints::SIGNAL,
            "test-first" => test_first = true,
            "wait-stop" => wait_stop = true,
            _ => return None,
        }
    }
    Some((mask, test_first, wait_stop))
}

pub(super) fn made(words: &[&str]) -> Option<Made> {
    match words {
        ["created"] => Some(Made::Created),
        ["created", "done"] => Some(Made::CreatedDone),
        ["in-place"] => Some(Made::InPlace { freezable: false }),
        ["in-place", "freezable"] => Some(Made::InPlace { freezable: true }),
        _ => None,
    }
}

pub(super) fn body_step(by: Actor, words: &[&str]) -> Option<BodyStep> {
    let init = by == Actor::Init;
    let func = matches!(by, Actor::Func(_) | Actor::AnyFunc);
    Some(match words {
        ["pass"] => BodyStep::Pass,
        ["return", result] if init => BodyStep::Return(number(result)?),
        ["sleep", name] if func => BodyStep::Sleep(state(name)?, None),
        ["sleep", name, limit] if func => BodyStep::Sleep(state(name)?, Some(millis(limit)?)),
        ["cancel"] if func => BodyStep::Cancel,
        ["stop-current", result] => BodyStep::StopCurrent(number(result)?),
        ["wake"] if func => BodyStep::Wake,
        ["raise", name] => BodyStep::Raise(signal(name)?),
        ["set", name] => BodyStep::Set(state(name)?),
        ["until", "stop"] => BodyStep::Until(Until::Stop),
        ["until", "park"] => BodyStep::Until(Until::Park),
        ["until", "freeze"] => BodyStep::Until(Until::Freeze),
        ["until", "open"] => BodyStep::Until(Until::Open),
        ["emit", word] => BodyStep::Emit((*word).to_owned()),
        ["state"] => BodyStep::State,
        ["pending"] => BodyStep::Pending,
        ["elapsed", time] if func => BodyStep::Elapsed(number(time)?),
        ["cpu"] => BodyStep::Cpu,
        _ => return None,
    })
}

pub(super) fn creator_step(words: &[&str]) -> Option<CreatorStep> {
    Some(match words {
        ["create"] => CreatorStep::Create { cpu: None, wake: false },
        ["create-on-cpu", cpu] => CreatorStep::Create { cpu: Some(number(cpu)?), wake: false },
        ["create-killed"] => CreatorStep::CreateKilled,
        ["run"] => CreatorStep::Create { cpu: None, wake: true },
        ["run-on-cpu", cpu] => CreatorStep::Create { cpu: Some(number(cpu)?), wake: true },
        ["wake"] => CreatorStep::Wake,
        ["stop"] => CreatorStep::Do(Work::Stop),
        ["park"] => CreatorStep::Do(Work::Park),
        ["suspend"] => CreatorStep::Do(Work::Suspend),
        ["begin", work] => CreatorStep::Begin(named(&Work::BEGUN, work)?),
        ["end"] => CreatorStep::End,
        ["join"] => CreatorStep::Join,
        ["unpark"] => CreatorStep::Unpark,
        ["signal", name] => CreatorStep::Signal(signal(name)?),
        ["open"] => CreatorStep::Open,
        ["freeze"] => CreatorStep::Freeze,
        ["thaw"] => CreatorStep::Thaw,
        ["settle", time] => CreatorStep::Settle(millis(time)?),
        ["await", word] if named(&Condition::ALL, word).is_some() => {
            CreatorStep::AwaitCondition(named(&Condition::ALL, word)?)
        }
        ["await", words @ ..] => CreatorStep::AwaitEvent(event(words)?),
        ["check", condition] => CreatorStep::Check(named(&Condition::ALL, condition)?),
        _ => return None,
    })
}

/// An event, as it is compared. One that no run could bring is an error too.
pub(super) fn event(words: &[&str]) -> Option<String> {
    let known = match words {
        ["init" | "destroy" | "join" | "pending"] | ["emit", _] | ["not", "pending"] => true,
        ["func", call] => number::<u64>(call).is_some(),
        ["handler", name] => signal(name).is_some(),
        ["state", name] => state(name).is_some(),
        ["elapsed", time] | ["not", "elapsed", time] => number::<u64>(time).is_some(),
        ["cpu", cpu] => number::<usize>(cpu).is_some(),
        ["create" | "stop" | "park" | "suspend", result] => number::<i32>(result).is_some(),
        [condition] | ["not", condition] => named(&Condition::ALL, condition).is_some(),
        _ => false,
    };
    known.then(|| words.join(" "))
}
