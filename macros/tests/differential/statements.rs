//! What stands in a function: statements, expressions and jumps.

use crate::generate::{Kind, Target, Type, Writer};

impl Writer {
    pub(crate) fn label(&mut self) -> &'static str {
        self.rng.one_of(&["a", "b", "c"])
    }

    /// As many as there is fuel for.
    pub(crate) fn statements(&mut self) -> String {
        let mut text = String::new();
        while self.fuel > 0 {
            self.fuel -= 1;
            text += &self.statement();
        }
        text
    }

    /// The same for a stop's action, in which a `continue` would make something else of it.
    pub(crate) fn statements_no_continue(&mut self) -> String {
        let before = self.names.len();
        let mid = std::mem::replace(&mut self.may_test_mid, false);
        let mut text = self.statements();
        while text.contains("continue") {
            self.names.truncate(before);
            self.fuel = self.rng.below(3);
            text = self.statements();
        }
        self.names.truncate(before);
        self.may_test_mid = mid;
        text
    }

    /// Some of the statements that are left, in braces.
    fn block(&mut self) -> String {
        let names = self.names.len();
        let here = self.fuel.min(1 + self.rng.below(4));
        let rest = self.fuel - here;
        self.fuel = here;
        let text = self.statements();
        self.fuel = rest;
        self.names.truncate(names);
        format!("{{\n{text}}}")
    }

    fn statement(&mut self) -> String {
        match self.rng.below(27) {
            0 | 1 => format!("e({}); //S\n", self.id()),
            2 => format!("say({});\n", self.number(2)),
            3 | 4 => self.let_(),
            5 => self.assign(),
            6 => {
                let value = self.number(2);
                if self.in_closure {
                    return format!("say({value});\n");
                }
                let push = if self.whole_vec { "v.push(pushed); //S" } else { "" };
                format!("let pushed = {value};\n{push}\n")
            }
            7 | 8 => self.if_(),
            9 => self.match_(),
            10 | 11 => format!("let _held = g({});\n", self.id()),
            12 => format!("let _ = g({});\n", self.id()),
            13 => {
                let (condition, id) = (self.condition(2), self.id());
                format!("if {condition} || g({id}).get() % 2 == 0 {}\n", self.block())
            }
            14..=16 => self.inner_loop(),
            17 => self.labelled_block(),
            18 => self.closure(),
            19 => self.macro_(),
            20 if self.may_test_mid => self.stop_test(),
            21 => format!("let _ = {};\n", self.number(3)),
            22 => format!("{}\n", self.block()),
            23 => self.let_else(),
            24 => format!("{}.max(3);\n", self.call_number()),
            25 if self.may_test_mid => self.checkpoint(),
            _ => self.conditional_jump(),
        }
    }

    fn let_(&mut self) -> String {
        let value = self.number(3);
        let name = self.rng.one_of(&["x", "y", "n", "value", "z"]);
        let mutable = self.once_in(2);
        self.names.push((name, mutable));
        let keyword = if mutable { "mut " } else { "" };
        format!("let {keyword}{name}: u64 = {value};\n")
    }

    fn let_else(&mut self) -> String {
        if self.targets.is_empty() && self.result == Type::Unit {
            return String::new();
        }
        let jump = self.jump();
        let id = self.id();
        self.names.push(("y", false));
        format!("let Some(y) = o({id}) else {{ {jump} }};\n")
    }

    fn assign(&mut self) -> String {
        let value = self.number(2);
        if self.in_closure {
            return format!("say({value});\n");
        }
        let usable = |at: &usize, names: &[(&str, bool)]| {
            let (name, mutable) = names[*at];
            mutable && names[at + 1..].iter().all(|later| later.0 != name)
        };
        let all: Vec<usize> = (0..self.names.len()).filter(|at| usable(at, &self.names)).collect();
        if all.is_empty() || self.once_in(4) {
            return format!("s.n = {value};\n");
        }
        let name = self.names[self.rng.one_of(&all)].0;
        format!("{name} = {value}; //S\n")
    }

    fn if_(&mut self) -> String {
        let condition = self.condition(2);
        let mut text = format!("if {condition} {}", self.block());
        if self.once_in(2) {
            text += &format!(" else {}", self.block());
        }
        text + "\n"
    }

    fn match_(&mut self) -> String {
        let on = self.number(2);
        let (one, two) = (self.block(), self.block());
        let jump = self.jump();
        let id = self.id();
        format!(
            "match {on} % 4 {{\n0 => {one}\n1 if c({id}, 2) => {{ {jump} }}\n2 => {two}\n_ => {{}}\n}}\n"
        )
    }

    fn conditional_jump(&mut self) -> String {
        let (id, one_of) = (self.id(), 2 + self.rng.below(4));
        let jump = self.jump();
        let semicolon = self.rng.one_of(&[";", ""]);
        format!("if c({id}, {one_of}) {{ {jump}{semicolon} }}\n")
    }

    fn inner_loop(&mut self) -> String {
        let label = self.once_in(2).then(|| self.label());
        let valued = self.once_in(4);
        let names = self.names.len();
        let head = match self.rng.below(5) {
            _ if valued => "loop".to_owned(),
            0 => "loop".to_owned(),
            1 => {
                let before = std::mem::replace(&mut self.in_head, true);
                let condition = self.condition(1);
                self.in_head = before;
                format!("while {condition}")
            }
            2 => {
                self.names.push(("x", false));
                format!("while let Some(x) = o({})", self.id())
            }
            3 => {
                self.names.push(("x", false));
                format!("for x in It(g({}), 3)", self.id())
            }
            _ => format!("for _ in 0..e({}) % 4", self.id()),
        };
        let value = if valued { Type::Number } else { Type::Unit };
        self.targets.push(Target { label, kind: Kind::Loop, value });
        let id = self.id();
        let block = self.block();
        let block = block.strip_prefix("{\n").unwrap_or(&block);
        let way = self.break_to(self.targets.len() - 1);
        self.targets.pop();
        self.names.truncate(names);
        let label = label.map_or_else(String::new, |label| format!("'{label}: "));
        let text = format!("{label}{head} {{\nif c({id}, 3) {{ {way} }}\n{block}");
        if valued { format!("let _ = {text};\n") } else { text + "\n" }
    }

    fn labelled_block(&mut self) -> String {
        let label = self.label();
        let value = self.rng.one_of(&[Type::Unit, Type::Number]);
        self.targets.push(Target { label: Some(label), kind: Kind::Block, value });
        let block = self.block();
        let end = self.number(1);
        self.targets.pop();
        if value == Type::Unit {
            return format!("'{label}: {block}\n");
        }
        let block = block.trim_end_matches('}');
        self.names.push(("x", false));
        format!("let x = '{label}: {block}{end}\n}};\n")
    }

    /// A closure has jumps of its own; it is called at once.
    fn closure(&mut self) -> String {
        let result = self.rng.one_of(&[Type::Number, Type::Maybe, Type::Result]);
        let targets = std::mem::take(&mut self.targets);
        let outer = (self.result, self.in_closure, self.may_test_mid);
        (self.result, self.in_closure, self.may_test_mid) = (result, true, false);
        let names = self.names.len();
        self.names.push(("x", false));
        let block = self.block();
        let end = self.value(result, false);
        self.names.truncate(names);
        self.targets = targets;
        (self.result, self.in_closure, self.may_test_mid) = outer;
        let argument = self.number(1);
        let block = block.trim_end_matches('}');
        let ty = result.name();
        let call = format!("called({argument})");
        let used = match result {
            Type::Number => format!("say({call});\n"),
            _ => format!(
                "if {call} == {} {{ {} }}\n",
                if result == Type::Maybe { "None" } else { "Ok(4)" },
                self.jump()
            ),
        };
        format!("{{\nlet called = |x: u64| -> {ty} {block}{end}\n}};\n{used}}}\n")
    }

    fn macro_(&mut self) -> String {
        let (one, two) = (self.number(2), self.number(2));
        let id = self.id();
        match self.rng.below(6) {
            0 => format!("assert!({one} < u64::MAX);\n"),
            1 => format!("say(format!(\"{{}} {{:?}}\", {one}, {two}).len() as u64);\n"),
            2 => format!("say(vec![{one}, {two}, 1].len() as u64);\n"),
            3 => format!("say(vec![{one}; 2][0]);\n"),
            4 => format!("if matches!({one}, y if y > 3 && c({id}, 2)) {{ {} }}\n", self.jump()),
            _ => format!("assert_ne!({one}, u64::MAX, \"{{}}\", {two});\n"),
        }
    }

    /// One that the driver may pass instead, wherever it is. Nobody freezes or parks the thread.
    fn checkpoint(&mut self) -> String {
        let id = self.id();
        match self.rng.below(6) {
            0 => "kthread::try_to_freeze();\n".to_owned(),
            1 => format!("if kthread::try_to_freeze() {{ e({id}); }}\n"),
            2 => "if kthread::should_park() { let _ = kthread::park_me(); }\n".to_owned(),
            3 => "kthread::park_me().unwrap();\n".to_owned(),
            _ => self.sleep(),
        }
    }

    /// One that comes to an end by itself.
    pub(crate) fn sleep(&mut self) -> String {
        let id = self.id();
        let sleep = match self.rng.below(3) {
            0 => "wake_me();\nkthread::sleep()".to_owned(),
            1 => format!("wake_me();\nlet _held = g({id});\nkthread::sleep()"),
            _ => format!("kthread::sleep_timeout(std::time::Duration::from_nanos(e({id})))"),
        };
        let (before, sleep) = sleep.rsplit_once('\n').unwrap_or(("", &sleep));
        let sleep = match self.rng.below(4) {
            0 => format!("let _ = {sleep}"),
            1 => format!("{sleep}.unwrap()"),
            2 => format!("{sleep}.expect(\"a kthread\")"),
            _ => format!("{sleep}.ok()"),
        };
        format!("{before}\n{sleep};\n")
    }

    /// A stop test that is not the loop's first statement.
    pub(crate) fn stop_test(&mut self) -> String {
        let mid = std::mem::replace(&mut self.may_test_mid, false);
        let fuel = std::mem::replace(&mut self.fuel, 1);
        let names = self.names.len();
        let action = if self.once_in(2) { self.statements() } else { String::new() };
        self.names.truncate(names);
        let jump = if self.once_in(5) { String::new() } else { self.jump() + ";" };
        (self.may_test_mid, self.fuel) = (mid, fuel);
        let otherwise = if self.once_in(6) { " else { say(5) }" } else { "" };
        format!("if kthread::should_stop() {{\n{action}{jump}\n}}{otherwise}\n")
    }
}
