//! What a call of the binary is to do.

use crate::harness::Result;

/// How much is measured.
#[derive(Debug)]
pub(crate) struct Plan {
    /// Figures are wanted; else one tiny round of everything.
    pub(crate) full: bool,
    pub(crate) runs: usize,
    selected: Vec<String>,
}

impl Plan {
    pub(crate) fn from_args(args: &[String], names: &[&str]) -> Result<Self> {
        let has = |wanted: &str| args.iter().any(|arg| arg == wanted);
        let mut plan = Self { full: has("--bench") && !has("--test"), runs: 1, selected: vec![] };
        if !plan.full {
            // As a test it may be given what is meant for other tests.
            return Ok(plan);
        }
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            match arg.as_str() {
                "--bench" => {}
                "--runs" => {
                    let number = args.next().ok_or("--runs wants a number")?;
                    plan.runs =
                        number.parse().map_err(|_| format!("--runs {number}: no number"))?;
                }
                name if names.contains(&name) => plan.selected.push(name.to_owned()),
                _ => return Err(format!("no {arg}; there are: {}", names.join(", ")).into()),
            }
        }
        Ok(plan)
    }

    pub(crate) fn selects(&self, name: &str) -> bool {
        self.selected.is_empty() || self.selected.iter().any(|selected| selected == name)
    }

    /// A size: the one for figures, or the one that only shows that it runs.
    pub(crate) fn size<T>(&self, full: T, tiny: T) -> T {
        if self.full { full } else { tiny }
    }
}
