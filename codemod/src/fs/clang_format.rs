//! The names of iterator macros in a tree's `.clang-format`.

use std::path::Path;

/// The names under `ForEachMacros:`, from a block list (`- name` a line) or from one in brackets.
/// Whatever is not a C identifier is left out; there is no more YAML than that in this key.
pub fn for_each_macros(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut inside = false;
    let mut bracket = false;
    for line in text.lines() {
        let line = line.split_once('#').map_or(line, |(before, _)| before).trim_end();
        let mut rest = line.trim_start();
        if let Some(value) = rest.strip_prefix("ForEachMacros:") {
            inside = true;
            rest = value.trim_start();
            bracket = rest.starts_with('[');
        } else if rest.starts_with("---") || !(bracket || rest.is_empty() || rest.starts_with('-'))
        {
            inside = false;
        }
        if !inside {
            continue;
        }
        let items = rest.trim_start_matches(['[', '-', ' ', '\t']);
        names.extend(items.split([',', ']']).map(unquote).filter(|name| is_name(name)));
        if bracket && rest.contains(']') {
            inside = false;
        }
    }
    names
}

fn unquote(item: &str) -> String {
    item.trim().trim_matches(['\'', '"']).to_owned()
}

fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|first| first == b'_' || first.is_ascii_alphabetic())
        && bytes.all(|byte| byte == b'_' || byte.is_ascii_alphanumeric())
}

/// The names in the `.clang-format` of a folder; none where it has none.
pub(super) fn of_folder(folder: &Path) -> Vec<String> {
    let text = std::fs::read(folder.join(".clang-format")).unwrap_or_default();
    for_each_macros(&String::from_utf8_lossy(&text))
}

/// The names in a folder and in the folders around it, up to `last`.
pub(super) fn around(folder: &Path, last: Option<&Path>) -> Vec<String> {
    let Ok(folder) = folder.canonicalize() else { return Vec::new() };
    let mut names = Vec::new();
    for ancestor in folder.ancestors() {
        names.extend(of_folder(ancestor));
        if last == Some(ancestor) {
            break;
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_kernels_form() {
        let text = "# SPDX\nColumnLimit: 80\n\n# Taken from:\n#   git grep\nForEachMacros:\n  \
                    - 'ata_for_each_dev'\n  - 'list_for_each'\n\nIncludeBlocks: Preserve\n  - 'x'\n";
        assert_eq!(for_each_macros(text), ["ata_for_each_dev", "list_for_each"]);
    }

    #[test]
    fn reads_other_forms() {
        assert_eq!(for_each_macros("ForEachMacros: ['a', \"b\", c]\nX: ['d']\n"), ["a", "b", "c"]);
        assert_eq!(for_each_macros("ForEachMacros: ['a',\n   b,\n  'c']\nX: y\n"), ["a", "b", "c"]);
        assert_eq!(for_each_macros("ForEachMacros:\r\n- a # why\r\n- \"b\"\r\nX:\r\n"), ["a", "b"]);
        assert_eq!(for_each_macros("ForEachMacros: []\nX: y"), Vec::<String>::new());
        let two = "Language: C\nForEachMacros: [a]\n---\nLanguage: Cpp\nForEachMacros:\n  - b\n";
        assert_eq!(for_each_macros(two), ["a", "b"]);
    }

    #[test]
    fn leaves_out_what_is_no_name() {
        assert_eq!(for_each_macros("ForEachMacros:\n  - 'a b'\n  - 9\n  - ok_1\n"), ["ok_1"]);
        assert_eq!(for_each_macros("IfMacros:\n  - 'a'\n"), Vec::<String>::new());
    }

    #[test]
    fn goes_up_to_the_root() {
        let folder = tempfile::tempdir().expect("folder");
        let top = folder.path().canonicalize().expect("real");
        let deep = top.join("a/b");
        std::fs::create_dir_all(&deep).expect("folders");
        for (place, name) in [(&top, "outer"), (&top.join("a"), "middle"), (&deep, "inner")] {
            let text = format!("ForEachMacros: ['{name}']\n");
            std::fs::write(place.join(".clang-format"), text).expect("file");
        }
        assert_eq!(around(&deep, Some(&top.join("a"))), ["inner", "middle"]);
        assert_eq!(around(&deep, Some(&top)), ["inner", "middle", "outer"]);
    }
}
