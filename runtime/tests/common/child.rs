//! A process of its own, which says line by line what it does.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::Instant;

use rustix::process::{Pid, Signal, kill_process};

use crate::until::{LIMIT, until};

pub(crate) struct Child {
    process: std::process::Child,
    lines: Receiver<String>,
    /// All that it has said so far.
    seen: Vec<String>,
    /// How many of them were asked for.
    asked: usize,
}

impl Child {
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut process = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let (tell, lines) = mpsc::channel();
        let stdout = process.stdout.take().expect("it is a pipe");
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if tell.send(line).is_err() {
                    break;
                }
            }
        });
        Self { process, lines, seen: Vec::new(), asked: 0 }
    }

    /// The next line that `is` wanted; those before it are passed over.
    #[track_caller]
    pub(crate) fn line(&mut self, what: &str, is: impl Fn(&str) -> bool) -> String {
        let end = Instant::now() + LIMIT;
        loop {
            while self.asked < self.seen.len() {
                self.asked += 1;
                let line = &self.seen[self.asked - 1];
                if is(line) {
                    return line.clone();
                }
            }
            match self.lines.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(line) => self.seen.push(line),
                Err(error) => {
                    let last = &self.seen[self.seen.len().saturating_sub(40)..];
                    panic!("{error}: no line {what:?}; the last were {last:#?}");
                }
            }
        }
    }

    /// Waits for a line.
    #[track_caller]
    pub(crate) fn says(&mut self, expected: &str) {
        self.line(expected, |line| line == expected);
    }

    #[track_caller]
    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).expect("it lives");
    }

    fn pid(&self) -> Pid {
        Pid::from_child(&self.process)
    }

    /// Lets a child go on that reads a line.
    pub(crate) fn go_on(&mut self) {
        let stdin = self.process.stdin.as_mut().expect("it is a pipe");
        stdin.write_all(b"\n").expect("it reads");
    }

    /// How it ended, and all that it said.
    #[track_caller]
    pub(crate) fn end(mut self) -> (ExitStatus, Vec<String>) {
        let mut status = None;
        until("the child's end", || {
            status = self.process.try_wait().ok().flatten();
            status.is_some()
        });
        self.seen.extend(self.lines.iter());
        (status.expect("it has ended"), std::mem::take(&mut self.seen))
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
