//! The progress bar on stderr.

use std::io;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::output;
use crate::fs::{Phase, Progress};

/// What is over sooner needs no bar.
const PATIENCE: Duration = Duration::from_millis(300);
const TICK: Duration = Duration::from_millis(100);

/// Shows how far the work is, when it takes long enough and a person watches.
pub(super) struct Bar {
    shown: ProgressBar,
    /// Dropped when the work is over.
    over: Option<Sender<()>>,
    waker: Option<JoinHandle<()>>,
}

impl Bar {
    pub(super) fn new() -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        if !output::is_capable(&io::stderr()) {
            return Self { shown: bar, over: None, waker: None };
        }
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} ({human_pos} files read)")
        {
            bar.set_style(style);
        }
        let (over, wait) = mpsc::channel();
        let shown = bar.clone();
        let show = move || {
            if wait.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                shown.set_draw_target(ProgressDrawTarget::stderr());
                shown.enable_steady_tick(TICK);
            }
        };
        let waker = std::thread::Builder::new().spawn(show).ok();
        Self { shown: bar, over: Some(over), waker }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        drop(self.over.take());
        if let Some(waker) = self.waker.take() {
            let _ = waker.join();
        }
        self.shown.finish_and_clear();
    }
}

impl Progress for Bar {
    fn phase(&self, phase: Phase) {
        self.shown.set_message(match phase {
            Phase::Scan => "reading the tree",
            Phase::Index => "looking up names",
            Phase::Analyse => "analysing",
        });
    }

    fn read(&self, files: usize) {
        self.shown.inc(files as u64);
    }
}
