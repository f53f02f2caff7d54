//! How a main loop begins.

use crate::generate::Writer;

impl Writer {
    fn stop_call(&mut self) -> &'static str {
        self.rng.one_of(&[
            "should_stop()",
            "(should_stop())",
            "should_stop()",
            "freezable_should_stop()",
        ])
    }

    /// `loop`, its checkpoints, and the stop test first.
    pub(crate) fn bare_head(&mut self) -> String {
        let mut text = String::from("loop {\n");
        if self.once_in(8) {
            text += "kthread::try_to_freeze();\n";
        }
        text += &format!("if {} {{ //head\n", self.stop_call());
        if self.once_in(2) {
            text += &format!("e({}); //A\n", self.id());
            self.fuel = self.rng.below(4);
            text += &self.statements_no_continue();
        }
        let to = self.targets.len() - 1;
        text += &if self.once_in(4) { self.return_() } else { self.break_to(to) };
        text += self.rng.one_of(&[";", ""]);
        text + "\n}\n"
    }

    pub(crate) fn while_head(&mut self, stops: bool) -> String {
        let mut parts = Vec::new();
        self.in_head = true;
        for _ in 0..self.rng.below(3) {
            let condition = self.condition(2);
            parts.push(format!("({condition})"));
        }
        self.in_head = false;
        if self.once_in(4) {
            let id = self.id();
            self.names.push(("z", false));
            parts.push(match self.rng.below(3) {
                0 => format!("let Some(z) = o({id})"),
                1 => format!("let Some(z) = g({id}).opt()"),
                _ => format!("let Ok(z) = r({id})"),
            });
        }
        if stops {
            parts.insert(0, format!("!{}", self.stop_call()));
        }
        if parts.is_empty() {
            parts.push(format!("!c({}, 9)", self.id()));
        }
        format!("while {} {{\n", parts.join(" && "))
    }

    pub(crate) fn while_let_head(&mut self) -> String {
        let id = self.id();
        self.names.push(("z", true));
        match self.rng.below(4) {
            0 => format!("while let Some(mut z) = o({id}) {{\n"),
            1 => format!("while let Some(mut z) = g({id}).opt() {{\n"),
            2 => "while let Some(mut z) = v.pop() {\n".to_owned(),
            _ => format!("while let Ok(mut z) | Err(mut z) = r({id}).map_err(|_| 4u64) {{\n"),
        }
    }

    pub(crate) fn for_head(&mut self) -> String {
        let (id, other) = (self.id(), self.id());
        self.names.push(("z", true));
        match self.rng.below(5) {
            0 => format!("for mut z in 0..e({id}) {{\n"),
            1 => format!("for mut z in It(g({id}), 9) {{\n"),
            2 => format!("for mut z in vec![e({id}), e({other}), 4, 5] {{\n"),
            3 => format!("for (mut z, _held) in [(1, g({id})), (2, g({other}))] {{\n"),
            _ => format!("for mut z in std::iter::repeat(g({id}).get()).take(7) {{\n"),
        }
    }
}
