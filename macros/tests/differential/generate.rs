//! Random functions with a main loop: what comes before it, the loop and its head, what follows.

use crate::rng::Rng;

/// A function's text. The attribute is not in it.
pub(crate) struct Function {
    pub(crate) name: String,
    /// With marks in comments, where something else can be planted.
    pub(crate) text: String,
    /// Whether a stop is tested at the loop's head.
    pub(crate) stops: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Type {
    Unit,
    Number,
    Maybe,
    Result,
    Vec,
    Text,
    Borrowed,
    Guard,
}

impl Type {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Unit => "()",
            Self::Number => "u64",
            Self::Maybe => "Option<u64>",
            Self::Result => "Result<u64, String>",
            Self::Vec => "Vec<u64>",
            Self::Text => "String",
            Self::Borrowed => "&String",
            Self::Guard => "G",
        }
    }
}

/// What a jump may be to.
pub(crate) struct Target {
    pub(crate) label: Option<&'static str>,
    pub(crate) kind: Kind,
    /// Of a `break`.
    pub(crate) value: Type,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Main,
    Loop,
    Block,
}

/// Writes one function.
pub(crate) struct Writer {
    pub(crate) rng: Rng,
    effects: usize,
    /// The numbers in scope, and whether they can be changed.
    pub(crate) names: Vec<(&'static str, bool)>,
    pub(crate) targets: Vec<Target>,
    /// What `return` takes and `?` is of.
    pub(crate) result: Type,
    /// In a closure nothing is moved or changed.
    pub(crate) in_closure: bool,
    /// What can be moved out of at an exit.
    pub(crate) whole_vec: bool,
    pub(crate) whole_text: bool,
    pub(crate) whole_guard: bool,
    /// Statements that may still be written.
    pub(crate) fuel: usize,
    /// Within the main loop.
    pub(crate) may_test_mid: bool,
    /// Within the condition of a `while`, where a jump needs a label.
    pub(crate) in_head: bool,
}

/// A function of a number and a seed; the same for the same.
pub(crate) fn function(seed: u64, number: usize) -> Function {
    let rng = Rng::new(seed.wrapping_mul(1_000_003).wrapping_add(number as u64));
    let mut writer = Writer {
        rng,
        effects: 0,
        names: Vec::new(),
        targets: Vec::new(),
        result: Type::Unit,
        in_closure: false,
        whole_vec: true,
        whole_text: true,
        whole_guard: true,
        fuel: 0,
        may_test_mid: false,
        in_head: false,
    };
    writer.function(format!("f{number}"))
}

impl Writer {
    /// The number of a new effect.
    pub(crate) fn id(&mut self) -> usize {
        self.effects += 1;
        self.effects
    }

    pub(crate) fn once_in(&mut self, of: usize) -> bool {
        self.rng.once_in(of)
    }

    fn function(&mut self, name: String) -> Function {
        let results =
            [Type::Unit, Type::Number, Type::Maybe, Type::Result, Type::Result, Type::Vec];
        self.result = self.rng.one_of(&results);
        let stops = !self.once_in(6);
        let mut text = format!("pub fn {name}() -> {} {{\n", self.result.name());
        for line in [
            "let mut v: Vec<u64> = vec![e(900), 2];",
            "let mut s = S { name: String::from(\"s\"), n: 1 };",
            "let mut n: u64 = e(901);",
            "let mut k: u64 = 0;",
            "let m: Option<u64> = o(902);",
            "let outer = g(903);",
        ] {
            text += line;
            text += "\n";
        }
        self.names = vec![("n", true), ("k", true)];
        self.fuel = self.rng.below(4);
        text += &self.statements();
        let (value, main) = self.main_loop(stops);
        if value == self.result && self.once_in(3) {
            text += if value == Type::Unit { "" } else { self.rng.one_of(&["", "return "]) };
            text += &main;
            text += "\n";
        } else {
            text += &self.put(value, &main);
            self.fuel = 1 + self.rng.below(3);
            text += &self.statements();
            text += "say(n);\nsay(s.n);\n";
            text += &self.end();
        }
        text += "}\n";
        Function { name, text, stops }
    }

    /// The loop, with what its value is put into.
    fn main_loop(&mut self, stops: bool) -> (Type, String) {
        let form = if stops { self.rng.below(5) } else { 3 + self.rng.below(4) };
        let bare = stops && form < 3;
        let values =
            [Type::Number, Type::Maybe, Type::Vec, Type::Text, Type::Borrowed, Type::Guard];
        let valued = bare && !self.once_in(3);
        let value = if valued { self.rng.one_of(&values) } else { Type::Unit };
        let label = self.once_in(2).then(|| self.label());
        let (names, outer_fuel) = (self.names.len(), self.fuel);
        self.targets.push(Target { label, kind: Kind::Main, value });
        self.may_test_mid = true;
        let begin = match form {
            _ if bare => self.bare_head(),
            3 | 4 => self.while_head(stops),
            5 => self.while_let_head(),
            _ => self.for_head(),
        };
        let mut text = label.map_or_else(String::new, |label| format!("'{label}: "));
        text.insert_str(0, "/*main*/ ");
        text += &begin;
        text += &format!("e({}); //S\n", self.id());
        self.fuel = 3 + self.rng.below(14);
        text += &self.statements();
        // Something ends it.
        let way = self.jump_of(self.targets.len() - 1, true);
        text += &format!("if c({}, 5) {{ {way} }}\n", self.id());
        text += &self.tail(stops);
        text += "}";
        self.targets.pop();
        self.names.truncate(names);
        self.fuel = outer_fuel;
        self.may_test_mid = false;
        (value, text)
    }

    fn put(&mut self, value: Type, text: &str) -> String {
        let mut put = match value {
            Type::Unit if self.once_in(3) => format!("{text};\n"),
            Type::Unit => format!("{text}\n"),
            Type::Number if self.assignable("n") && self.once_in(2) => {
                format!("n = n.wrapping_add({text});\n")
            }
            _ if self.once_in(2) => format!("let made = {text};\n"),
            _ => format!("let made: {} = {text};\n", value.name()),
        };
        self.whole_vec = value != Type::Vec;
        self.whole_text = value != Type::Text;
        self.whole_guard = value != Type::Guard;
        put += match value {
            Type::Number if put.starts_with("let") => "say(made);\n",
            Type::Maybe => "say(made.unwrap_or(77));\n",
            Type::Vec => {
                "say(made.iter().fold(made.len() as u64, |a, b| a.wrapping_mul(3) ^ b));\n"
            }
            Type::Text | Type::Borrowed => "say(made.len() as u64);\n",
            Type::Guard => "say(made.get());\n",
            _ => "",
        };
        put
    }

    fn assignable(&self, name: &str) -> bool {
        self.names.iter().rfind(|other| other.0 == name).is_some_and(|found| found.1)
    }

    /// What stands last in the body, with or without a semicolon.
    fn tail(&mut self, stops: bool) -> String {
        let to = self.targets.len() - 1;
        match self.rng.below(12) {
            0 => format!("say(e({}))\n", self.id()),
            1 => "v.push(3)\n".to_owned(),
            2 => "continue\n".to_owned(),
            3 => format!("if c({}, 2) {{ say(1) }} else {{ say(2) }}\n", self.id()),
            4 => format!(
                "match e({}) {{ 0 => {}, 1 => {{}} _ => say(3) }}\n",
                self.id(),
                self.break_to(to)
            ),
            5 if self.assignable("n") => format!("n = e({})\n", self.id()),
            6 if stops => self.stop_test(),
            7..=9 => self.sleep(),
            _ => String::new(),
        }
    }

    /// The function's value.
    fn end(&mut self) -> String {
        match self.result {
            Type::Unit => self.rng.one_of(&["", "return;\n", "()\n"]).to_owned(),
            result => {
                let value = self.value(result, true);
                self.rng.one_of(&["", "return "]).to_owned() + &value + "\n"
            }
        }
    }
}
