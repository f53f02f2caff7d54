//! What a tree's owner can tell the tool: the annotation file (TOML).

use serde::Deserialize;

use crate::kernel::words::is_keyword;
use crate::syntax::lex::is_ident_byte;

/// The annotation file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Annotations {
    /// Functions and macros that make a thread of one of their arguments.
    pub forwarder: Vec<Forwarder>,
    /// Macros that are loops over the block behind them.
    pub iterator_macros: Vec<String>,
    /// Functions without an effect, which may be called again.
    pub pure_functions: Vec<String>,
    /// Functions that do not return.
    pub noreturn_functions: Vec<String>,
}

/// A forwarder.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Forwarder {
    /// Its name.
    pub name: String,
    /// Which argument is the thread function, from 0.
    pub function_argument: usize,
}

/// An annotation file that can't be used.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}")]
pub struct AnnotationError {
    /// What is wrong, in the parser's words.
    pub message: String,
    /// Where in the text, in bytes.
    pub span: Option<std::ops::Range<usize>>,
}

impl Annotations {
    /// Reads an annotation file's text.
    ///
    /// # Errors
    /// Where it is not TOML, or names a key that there is not; the span says where.
    pub fn parse(text: &str) -> Result<Self, AnnotationError> {
        let annotations: Self = toml::from_str(text).map_err(|error| AnnotationError {
            message: error.message().to_owned(),
            span: error.span(),
        })?;
        annotations.check(text)?;
        Ok(annotations)
    }

    /// Every name must be one that C can have.
    fn check(&self, text: &str) -> Result<(), AnnotationError> {
        let forwarders = self.forwarder.iter().map(|forwarder| &forwarder.name);
        let names = self
            .iterator_macros
            .iter()
            .chain(&self.pure_functions)
            .chain(&self.noreturn_functions)
            .chain(forwarders);
        for name in names {
            let starts =
                name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
            let plain = name.bytes().all(is_ident_byte);
            if !(starts && plain) || is_keyword(name.as_bytes()) {
                return Err(AnnotationError {
                    message: format!("`{name}` is not a name that a function or macro can have"),
                    span: text.find(&format!("\"{name}\"")).map(|at| at..at + name.len() + 2),
                });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_all_keys_and_refuses_others() {
        let text = "iterator-macros = [\"my_walk\"]\npure-functions = [\"to_x\"]\n\
                    noreturn-functions = [\"die\"]\n[[forwarder]]\nname = \"spawn\"\n\
                    function-argument = 2\n";
        let all = Annotations::parse(text).expect("parses");
        assert_eq!(all.forwarder[0].function_argument, 2);
        let error = Annotations::parse("pure = []").expect_err("unknown key");
        assert!(error.span.is_some());
        for name in ["", "while", "a b", "1a"] {
            let text = format!("iterator-macros = [\"{name}\"]\n");
            assert!(Annotations::parse(&text).is_err_and(|error| error.span.is_some()), "{name}");
        }
    }
}
