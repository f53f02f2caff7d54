//! Expressions and jumps.

use crate::generate::{Kind, Type, Writer};

impl Writer {
    pub(crate) fn condition(&mut self, depth: usize) -> String {
        let id = self.id();
        match self.rng.below(7) {
            0 if depth > 0 => format!("{} > 4", self.number(depth - 1)),
            1 if depth > 0 => {
                format!("!c({id}, 3) && ({})", self.condition(depth - 1))
            }
            2 => format!("g({id}).get() % 3 != 0"),
            3 => format!("(o({id}).is_some())"),
            _ => format!("c({id}, {})", self.rng.one_of(&[2, 3])),
        }
    }

    /// One that has an effect.
    pub(crate) fn call_number(&mut self) -> String {
        let id = self.id();
        if self.once_in(3) { format!("g({id}).get()") } else { format!("e({id})") }
    }

    /// A `u64`.
    pub(crate) fn number(&mut self, depth: usize) -> String {
        let id = self.id();
        if depth == 0 {
            return match self.rng.below(5) {
                0 => "3u64".to_owned(),
                1 => format!("e({id})"),
                2 => "s.n".to_owned(),
                3 => "m.unwrap_or(6)".to_owned(),
                _ => self.name(),
            };
        }
        let below = depth - 1;
        match self.rng.below(15) {
            13 => format!("({{ {} & 7 }})", self.question()),
            14 => format!(
                "(match e({id}) % 2 {{ 0 => {} ^ 1, _ => {} as u64 }})",
                self.question(),
                self.question()
            ),
            0 => format!("{}.wrapping_add({})", self.call_number(), self.number(below)),
            1 => {
                let (condition, one, two) =
                    (self.condition(below), self.number(below), self.number(below));
                format!("(if {condition} {{ {one} }} else {{ {two} }})")
            }
            2 => {
                let (one, two, jump) = (self.number(below), self.number(below), self.jump());
                format!("(match e({id}) % 5 {{ 0 => {one}, 1 => {{ {jump} }} _ => {two} }})")
            }
            3 => {
                let (value, jump) = (self.number(below), self.jump());
                format!("(if c({id}, 4) {{ {jump} }} else {{ {value} }})")
            }
            4 | 5 => self.question(),
            6 => {
                format!("{{ let x = {}; say(x); x }}", self.number(below)).replacen('{', "({", 1)
                    + ")"
            }
            7 => format!("o({id}).unwrap_or_else(|| e({}))", self.id()),
            8 => format!("g({id}).get().wrapping_mul({})", self.number(below)),
            9 if self.whole_vec => "(v.len() as u64)".to_owned(),
            10 => format!("(if let Some(y) = o({id}) {{ y }} else {{ {} }})", self.number(below)),
            11 => {
                // What it is given is dropped when the second leaves.
                let (jump, two) = (self.jump(), self.number(below));
                format!("(g({id}), if c({}, 4) {{ {jump} }} else {{ {two} }}).1", self.id())
            }
            _ => self.number(0),
        }
    }

    fn name(&mut self) -> String {
        if self.names.is_empty() {
            return "7u64".to_owned();
        }
        let at = self.rng.below(self.names.len());
        self.names[at].0.to_owned()
    }

    fn question(&mut self) -> String {
        let id = self.id();
        match self.result {
            Type::Maybe => format!("o({id})?"),
            Type::Result => format!("{}({id})?", self.rng.one_of(&["r", "q"])),
            _ => format!("e({id})"),
        }
    }

    /// A value; one that leaves the main loop or the function may be moved out of what is outside.
    pub(crate) fn value(&mut self, ty: Type, leaves: bool) -> String {
        let moves = leaves && !self.in_closure;
        let depth = self.rng.below(3);
        match (ty, self.rng.below(4)) {
            (Type::Unit, _) => "()".to_owned(),
            (Type::Number, 0) => self.rng.one_of(&["s.n", "9", "9u64"]).to_owned(),
            (Type::Number, 1) => self.name(),
            (Type::Number, _) => self.number(depth),
            (Type::Maybe, 0) => self.rng.one_of(&["m", "None"]).to_owned(),
            (Type::Maybe, 1) => format!("o({})", self.id()),
            (Type::Maybe, 2) => format!("Some({})", self.name()),
            (Type::Maybe, _) => format!("Some({})", self.number(depth)),
            (Type::Result, 0) if moves && self.whole_text => "Err(s.name)".to_owned(),
            (Type::Result, 1) => format!("r({})", self.id()),
            (Type::Result, 2) => format!("Ok({})", self.name()),
            (Type::Result, 3) => format!("Err(format!(\"{{}} {{n}}\", {}))", self.number(depth)),
            (Type::Result, _) => format!("Ok({})", self.number(depth)),
            (Type::Vec, 0 | 1) if moves && self.whole_vec => "v".to_owned(),
            (Type::Vec, 2) if self.whole_vec => "v.clone()".to_owned(),
            (Type::Vec, _) => format!("vec![{}, {}]", self.number(depth), self.name()),
            (Type::Text, 0 | 1) if moves && self.whole_text => "s.name".to_owned(),
            (Type::Text, _) => format!("format!(\"{{}}\", {})", self.number(depth)),
            (Type::Borrowed, _) => "&s.name".to_owned(),
            (Type::Guard, 0 | 1) if moves && self.whole_guard => "outer".to_owned(),
            (Type::Guard, _) => format!("g({})", self.id()),
        }
    }

    pub(crate) fn return_(&mut self) -> String {
        if self.result == Type::Unit {
            return "return".to_owned();
        }
        format!("return {}", self.value(self.result, true))
    }

    /// A jump to anything around; without a semicolon.
    pub(crate) fn jump(&mut self) -> String {
        if self.targets.is_empty() || self.once_in(6) {
            return self.return_();
        }
        let count = self.targets.len();
        let to = if self.once_in(2) { count - 1 } else { self.rng.below(count) };
        self.jump_of(to, false)
    }

    /// A jump to one of the targets; only `break` if it has to end.
    pub(crate) fn jump_of(&mut self, to: usize, ends: bool) -> String {
        let block = self.targets[to].kind == Kind::Block;
        if ends || block || self.once_in(2) {
            return self.break_to(to);
        }
        let main = self.targets[to].kind == Kind::Main;
        match self.label_for(to) {
            Some(label) => {
                let mark = if main { self.mark(to, &label) } else { String::new() };
                format!("continue{label}{mark}")
            }
            None => self.return_(),
        }
    }

    /// What may be planted in place of a `continue`.
    fn mark(&self, to: usize, label: &str) -> String {
        match self.targets[to].value {
            Type::Unit => format!("/*or break{label}*/"),
            Type::Number => format!("/*or break{label} 5*/"),
            Type::Maybe => format!("/*or break{label} None*/"),
            Type::Vec => format!("/*or break{label} Vec::new()*/"),
            _ => String::new(),
        }
    }

    pub(crate) fn break_to(&mut self, to: usize) -> String {
        let (kind, value) = (self.targets[to].kind, self.targets[to].value);
        let Some(label) = self.label_for(to) else { return self.return_() };
        match value {
            Type::Unit => format!("break{label}"),
            value => format!("break{label} {}", self.value(value, kind == Kind::Main)),
        }
    }

    /// How a jump names a target: not at all if it is the innermost loop. None if a label of the same
    /// name hides it, or it can't be reached without one.
    fn label_for(&mut self, to: usize) -> Option<String> {
        let inner = &self.targets[to + 1..];
        let target = &self.targets[to];
        let unlabelled = inner.is_empty() && target.kind != Kind::Block && !self.in_head;
        if unlabelled && !self.rng.once_in(3) {
            return Some(String::new());
        }
        match target.label {
            Some(label) if inner.iter().all(|other| other.label != Some(label)) => {
                Some(format!(" '{label}"))
            }
            None if unlabelled => Some(String::new()),
            _ => None,
        }
    }
}
