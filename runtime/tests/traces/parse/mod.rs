//! Reads a script. What it doesn't know is an error, with the number of the line.

#[cfg(test)]
mod tests;
mod words;

use std::fmt;

use kthread::{Checkpoints, Signal};

pub(crate) use self::words::signal_name;
use self::words::{body_step, creator_step, event, iterant, made, number, rule, signal};
use super::script::{Actor, BodyStep, CreatorStep, Made, Script};

/// A file is smaller than this.
const MAX_TEXT: usize = 4096;

pub(crate) const NEEDS: [&str; 7] = [
    "task-state",
    "cpu",
    "killed-creator",
    "suspend",
    "reference",
    "stop-waits-for-thaw",
    "stop-ends-freeze",
];

/// The first line that can't be read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Broken {
    pub(crate) line: usize,
    text: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "broken in line {}: {}", self.line, self.text)
    }
}

/// Reads a whole script. What it lacks at its end is missed behind its last line.
pub(crate) fn parse(text: &str) -> Result<Script, Broken> {
    let broken = |line, text: &str| Broken { line, text: text.to_owned() };
    if text.len() >= MAX_TEXT {
        return Err(broken(1, "the file is too long"));
    }
    let mut draft = Draft::default();
    for (at, line) in text.lines().enumerate() {
        let words: Vec<_> = line.split([' ', '\t', '\r']).filter(|word| !word.is_empty()).collect();
        if line.starts_with('#') || words.is_empty() {
            continue;
        }
        draft.statement(&words).ok_or_else(|| broken(at + 1, line))?;
    }
    draft.finish().ok_or_else(|| broken(text.lines().count() + 1, "no rules, or no iterant"))
}

#[derive(Default)]
struct Draft {
    rules: Option<Vec<u32>>,
    control: bool,
    needs: Vec<String>,
    made: Option<Made>,
    iterant: Option<(Checkpoints, bool, bool)>,
    signals: Vec<(Signal, bool)>,
    body: Vec<(Actor, BodyStep)>,
    creator: Vec<CreatorStep>,
    expected: Vec<String>,
}

impl Draft {
    fn statement(&mut self, words: &[&str]) -> Option<()> {
        match words {
            ["rules", numbers @ ..] if !numbers.is_empty() => {
                let rules = numbers.iter().map(|it| rule(it)).collect::<Option<_>>()?;
                once(&mut self.rules, rules)?;
            }
            ["control"] if !self.control => self.control = true,
            ["needs", needs @ ..] if !needs.is_empty() => {
                let known = needs.iter().all(|need| NEEDS.contains(need));
                known.then(|| self.needs.extend(needs.iter().map(ToString::to_string)))?;
            }
            ["iterant", words @ ..] if !words.is_empty() => {
                once(&mut self.iterant, iterant(words)?)?;
            }
            ["made", words @ ..] => once(&mut self.made, made(words)?)?,
            ["allow", names @ ..] if !names.is_empty() => {
                for name in names {
                    self.allow(signal(name)?, false)?;
                }
            }
            ["init", step @ ..] => self.step(Actor::Init, step)?,
            ["func", "*", step @ ..] => self.step(Actor::AnyFunc, step)?,
            ["func", call, step @ ..] => {
                let call = number(call).filter(|call| *call > 0)?;
                self.step(Actor::Func(call), step)?;
            }
            ["destroy", step @ ..] => self.step(Actor::Destroy, step)?,
            ["handler", name, step @ ..] => {
                let signal = signal(name)?;
                self.allow(signal, true)?;
                self.step(Actor::Handler(signal), step)?;
            }
            ["do", step @ ..] => self.creator.push(creator_step(step)?),
            ["expect", words @ ..] => self.expected.push(event(words)?),
            _ => return None,
        }
        Some(())
    }

    /// A signal has a handler or the default, not both.
    fn allow(&mut self, signal: Signal, handled: bool) -> Option<()> {
        if let Some((_, before)) = self.signals.iter().find(|(it, _)| *it == signal) {
            return (*before == handled).then_some(());
        }
        self.signals.push((signal, handled));
        Some(())
    }

    fn step(&mut self, by: Actor, words: &[&str]) -> Option<()> {
        self.body.push((by, body_step(by, words)?));
        Some(())
    }

    fn finish(self) -> Option<Script> {
        let (mask, test_first, wait_stop) = self.iterant?;
        Some(Script {
            rules: self.rules?,
            control: self.control,
            needs: self.needs,
            made: self.made.unwrap_or(Made::Created),
            mask,
            test_first,
            wait_stop,
            signals: self.signals,
            body: self.body,
            creator: self.creator,
            expected: self.expected,
        })
    }
}

fn once<T>(slot: &mut Option<T>, value: T) -> Option<()> {
    slot.is_none().then(|| *slot = Some(value))
}
