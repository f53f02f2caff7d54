//! The pages for users: each file in `tests/rules/` with what the attribute makes of its functions.
//!
//! `BLESS=1 cargo test -p kthread-macros pages` writes them anew.

use std::fmt::Write as _;
use std::path::Path;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Item, Meta};

/// A function as it is written, and as it is expanded.
fn functions(file: &syn::File) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for item in &file.items {
        let Item::Fn(function) = item else { continue };
        let Some(at) =
            function.attrs.iter().position(|attr| attr.path().is_ident("kthread_iterant"))
        else {
            continue;
        };
        let given = match &function.attrs[at].meta {
            Meta::List(list) => list.tokens.clone(),
            _ => TokenStream::new(),
        };
        let mut bare = function.clone();
        bare.attrs.remove(at);
        let expanded = crate::expand::attribute(given, &bare.to_token_stream());
        let expanded = syn::parse2(expanded).expect("an expansion is Rust");
        let written = syn::File {
            items: vec![item.clone()],
            attrs: vec![],
            shebang: None,
            frontmatter: None,
        };
        all.push((prettyplease::unparse(&written), prettyplease::unparse(&expanded)));
    }
    all
}

#[test]
fn pages_are_current() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut rules: Vec<_> = std::fs::read_dir(root.join("tests/rules"))
        .expect("they are there")
        .map(|entry| entry.expect("it can be read").path())
        .collect();
    rules.sort();
    assert!(rules.len() >= 12, "{rules:?}");
    let mut stale = Vec::new();
    let mut index = String::from("# What `#[kthread_iterant]` does, rule by rule\n\n");
    index += "Made from the files in `tests/rules`, which are compiled and run.\n\n";
    let mut write = |name: &str, text: &str| {
        let path = root.join("docs").join(name);
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(&path, text).expect("it can be written");
        }
        if std::fs::read_to_string(&path).unwrap_or_default() != text {
            stale.push(name.to_owned());
        }
    };
    for rule in &rules {
        let text = std::fs::read_to_string(rule).expect("it can be read");
        let name = rule.file_stem().expect("it has a name").to_string_lossy().into_owned();
        let about: Vec<_> = text
            .lines()
            .take_while(|line| line.starts_with("//!"))
            .map(|line| line.trim_start_matches("//!").trim_start())
            .collect();
        let title = about[0].trim_start_matches("# ");
        let file = syn::parse_file(&text).expect("it is Rust");
        let mut page = about.join("\n");
        let mut both = String::new();
        for (before, after) in functions(&file) {
            let _ = write!(
                page,
                "\n\nBefore:\n\n```ignore\n{before}```\n\nAfter:\n\n```ignore\n{after}```"
            );
            both += &after;
        }
        assert!(!both.is_empty(), "{name} has no function with the attribute");
        page.push('\n');
        write(&format!("{name}.md"), &page);
        let _ = writeln!(index, "- [{title}]({name}.md)");
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../snapshots"));
        settings.set_prepend_module_to_snapshot(false);
        settings.bind(|| insta::assert_snapshot!(format!("expanded_{name}"), both));
    }
    write("README.md", &index);
    assert!(stale.is_empty(), "stale: {stale:?}; run this test with BLESS=1");
}
