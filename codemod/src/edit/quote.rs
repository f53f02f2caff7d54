//! Paths in the header of a diff, as git writes them and `patch` reads them.

use crate::source::path_bytes;

/// Appends `prefix` and `path`. Whatever a reader could take for something else puts quotes around
/// it.
pub(super) fn path(out: &mut Vec<u8>, prefix: &str, path: &str) {
    // `a/` stands for the root of the tree, and for that of the file system where a path is absolute.
    let path = path_bytes(path.strip_prefix('/').unwrap_or(path));
    let bytes = || prefix.bytes().chain(path.iter().copied());
    // `patch` cuts blanks off the end.
    if bytes().all(is_plain) && !path.ends_with(b" ") {
        out.extend(bytes());
        return;
    }
    out.push(b'"');
    for byte in bytes() {
        match byte {
            b'"' | b'\\' => out.extend([b'\\', byte]),
            b'\t' => out.extend(b"\\t"),
            b'\n' => out.extend(b"\\n"),
            b'\r' => out.extend(b"\\r"),
            _ if is_plain(byte) => out.push(byte),
            _ => out.extend(format!("\\{byte:03o}").bytes()),
        }
    }
    out.push(b'"');
}

fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_as_git_does() {
        let quoted = |name: &str| {
            let mut out = Vec::new();
            path(&mut out, "a/", name);
            String::from_utf8(out).expect("ASCII")
        };
        assert_eq!(quoted("fs/x.c"), "a/fs/x.c");
        assert_eq!(quoted("with space.c"), "a/with space.c");
        assert_eq!(quoted("trailing "), "\"a/trailing \"");
        assert_eq!(quoted("/usr/x.c"), "a/usr/x.c");
        assert_eq!(quoted("\\xff.c"), "\"a/\\377.c\"");
        assert_eq!(quoted("\u{e9}.c"), "\"a/\\303\\251.c\"");
        assert_eq!(quoted("\"\\\t\n\r\u{1}\u{7f}"), "\"a/\\\"\\\\\\t\\n\\r\\001\\177\"");
    }
}
