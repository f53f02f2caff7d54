//! The verdicts by rule, what was left out, and what is wrong.

use std::collections::BTreeMap;
use std::fmt;

use super::corpus::Trace;
use super::run::Verdict;

/// Why a trace is not among those that must pass.
#[derive(Clone, Debug)]
pub(crate) struct LeftOut {
    pub(crate) word: &'static str,
    pub(crate) because: &'static str,
    pub(crate) how: Lacking,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lacking {
    /// The driver can't run it.
    NotRun,
    /// The driver runs it, and must differ: else it would be left out for no reason.
    MustDiffer,
    /// It is the machine that lacks it; elsewhere the trace runs.
    Machine,
}

/// The table.
#[derive(Debug, Default)]
pub(crate) struct Table {
    rules: BTreeMap<u32, Rule>,
    controls: usize,
    left_out: Vec<String>,
    wrong: Vec<String>,
}

#[derive(Debug, Default)]
struct Rule {
    passed: usize,
    left_out: usize,
    by_the_machine: usize,
}

impl Table {
    /// Enters a trace; no verdict if it was not run.
    pub(crate) fn enter(
        &mut self,
        trace: &Trace,
        left_out: Option<&LeftOut>,
        verdict: Option<&Verdict>,
    ) {
        let name = &trace.name;
        for rule in &trace.script.rules {
            self.rules.entry(*rule).or_default();
        }
        match (left_out, verdict) {
            (Some(left_out), verdict) => {
                let came = match (left_out.how, verdict) {
                    (Lacking::MustDiffer, Some(Verdict::Differs { .. })) => {
                        ", and it differs, as it must"
                    }
                    (Lacking::MustDiffer, _) => {
                        self.wrong.push(format!("{name} is left out for no reason: it passes"));
                        ""
                    }
                    (Lacking::NotRun | Lacking::Machine, _) => "",
                };
                let (word, because) = (left_out.word, left_out.because);
                self.left_out.push(format!("{name} needs {word}: {because}{came}"));
                for rule in &trace.script.rules {
                    let rule = self.rules.entry(*rule).or_default();
                    rule.left_out += 1;
                    rule.by_the_machine += usize::from(left_out.how == Lacking::Machine);
                }
            }
            (None, None) => self.wrong.push(format!("{name} was not run")),
            (None, Some(verdict)) if trace.script.control => {
                self.controls += 1;
                if verdict.is_same() {
                    self.wrong.push(format!("{name} is a control, and passes: {verdict}"));
                }
            }
            (None, Some(verdict)) if verdict.is_same() => {
                for rule in &trace.script.rules {
                    self.rules.entry(*rule).or_default().passed += 1;
                }
            }
            (None, Some(verdict)) => self.wrong.push(format!("{name}: {verdict}")),
        }
    }

    /// What is wrong; nothing is a pass.
    pub(crate) fn wrong(&self) -> Vec<String> {
        let mut wrong = self.wrong.clone();
        for (number, rule) in &self.rules {
            // Nobody can help what the machine lacks.
            if rule.passed == 0 && rule.by_the_machine == 0 {
                wrong.push(format!("rule {number} is covered by no trace that passes"));
            }
        }
        if self.rules.is_empty() {
            wrong.push("there are no traces".to_owned());
        }
        if self.controls == 0 {
            wrong.push("there are no controls".to_owned());
        }
        wrong
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, rule) in &self.rules {
            write!(f, "rule {number}: {} traces", rule.passed)?;
            if rule.left_out != 0 {
                write!(f, ", {} left out", rule.left_out)?;
            }
            writeln!(f)?;
        }
        writeln!(f, "control traces: {} must differ", self.controls)?;
        for left_out in &self.left_out {
            writeln!(f, "left out: {left_out}")?;
        }
        for wrong in self.wrong() {
            writeln!(f, "WRONG: {wrong}")?;
        }
        Ok(())
    }
}
