//! How reports name a file: relative to the root, with `/`; absolute outside it.

use std::fmt::Write;
use std::path::{Component, MAIN_SEPARATOR, Path, PathBuf};

use super::error::FsError;

/// The folder to which paths in reports are relative.
#[derive(Debug)]
pub(super) struct Root {
    /// As it was given, made absolute.
    given: PathBuf,
    /// Without links.
    real: PathBuf,
}

impl Root {
    /// # Errors
    /// Where the folder is not there.
    pub(super) fn new(root: Option<&Path>) -> Result<Self, FsError> {
        let Some(path) = root else {
            let here = std::env::current_dir().map_err(FsError::CurrentDir)?;
            let real = here.canonicalize().map_err(FsError::CurrentDir)?;
            return Ok(Self { given: here, real });
        };
        let refuse = |source| FsError::Root { path: path.to_owned(), source };
        let real = path.canonicalize().map_err(refuse)?;
        if !real.is_dir() {
            return Err(refuse(std::io::ErrorKind::NotADirectory.into()));
        }
        Ok(Self { given: absolute(path), real })
    }

    /// The folder itself, without links.
    pub(super) fn real(&self) -> &Path {
        &self.real
    }

    /// The name of a path in reports; empty for the root itself.
    pub(super) fn name(&self, path: &Path) -> String {
        let full = absolute(path);
        if let Ok(inside) = full.strip_prefix(&self.given) {
            return text(inside);
        }
        // The way here may lead over a link on either side.
        if let Ok(real) = full.canonicalize()
            && let Ok(inside) = real.strip_prefix(&self.real)
        {
            return text(inside);
        }
        text(&full)
    }

    /// The root as seen from a folder around it, with a `/` behind it; nothing where the folder is
    /// the root itself or does not hold it.
    pub(super) fn inside(&self, folder: &Path) -> Option<String> {
        let full = absolute(folder);
        let real = full.canonicalize().ok();
        let inner = self
            .given
            .strip_prefix(&full)
            .ok()
            .or_else(|| self.real.strip_prefix(real.as_deref()?).ok())
            .filter(|inner| !inner.as_os_str().is_empty())?;
        Some(text(inner) + "/")
    }
}

/// Absolute and without `.` and `..`. Links stay as they are, unless a `..` makes it depend on
/// where they lead.
fn absolute(path: &Path) -> PathBuf {
    let full = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    if full.components().any(|part| part == Component::ParentDir) {
        return full.canonicalize().unwrap_or(full);
    }
    full.components().collect()
}

/// A path as text, with `/`. Bytes that are not UTF-8 become `\xNN`, so that two names stay two.
pub(super) fn text(path: &Path) -> String {
    let mut text = String::new();
    for chunk in path.as_os_str().as_encoded_bytes().utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            let _ = write!(text, "\\x{byte:02x}");
        }
    }
    if MAIN_SEPARATOR != '/' {
        text = text.replace(MAIN_SEPARATOR, "/");
    }
    text
}

/// Whether a file name is one of C: `*.c` or `*.h`.
pub(super) fn is_c(name: &Path) -> bool {
    let name = name.as_os_str().as_encoded_bytes();
    name.ends_with(b".c") || name.ends_with(b".h")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inside_relative_outside_absolute() {
        let folder = tempfile::tempdir().expect("folder");
        let real = folder.path().canonicalize().expect("real");
        std::fs::create_dir_all(real.join("tree/sub")).expect("folders");
        let root = Root::new(Some(&real.join("tree"))).expect("root");
        assert_eq!(root.name(&real.join("tree/sub/a.c")), "sub/a.c");
        assert_eq!(root.name(&real.join("tree/./sub/../sub")), "sub");
        assert_eq!(root.name(&real.join("tree")), "");
        assert_eq!(root.name(&real.join("b.c")), text(&real.join("b.c")));
        assert_eq!(root.name(&real.join("treetop/b.c")), text(&real.join("treetop/b.c")));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_to_the_root_leads_inside() {
        let folder = tempfile::tempdir().expect("folder");
        let real = folder.path().canonicalize().expect("real");
        std::fs::create_dir_all(real.join("tree/sub")).expect("folders");
        std::fs::write(real.join("tree/sub/a.c"), "").expect("file");
        std::os::unix::fs::symlink(real.join("tree"), real.join("link")).expect("link");
        let root = Root::new(Some(&real.join("tree"))).expect("root");
        assert_eq!(root.name(&real.join("link/sub/a.c")), "sub/a.c");
        let root = Root::new(Some(&real.join("link"))).expect("root");
        assert_eq!(root.name(&real.join("tree/sub/a.c")), "sub/a.c");
        assert_eq!(root.name(&real.join("link/sub/a.c")), "sub/a.c");
    }

    #[cfg(unix)]
    #[test]
    fn odd_bytes_stay_apart() {
        use std::os::unix::ffi::OsStrExt;
        let name = |bytes: &[u8]| text(Path::new(std::ffi::OsStr::from_bytes(bytes)));
        assert_eq!(name(b"a\xffb.c"), "a\\xffb.c");
        assert_ne!(name(b"\xfe.c"), name(b"\xff.c"));
    }

    #[test]
    fn a_folder_around_the_root_knows_it() {
        let folder = tempfile::tempdir().expect("folder");
        let real = folder.path().canonicalize().expect("real");
        std::fs::create_dir_all(real.join("tree/sub")).expect("folders");
        let root = Root::new(Some(&real.join("tree/sub"))).expect("root");
        assert_eq!(root.inside(&real).as_deref(), Some("tree/sub/"));
        assert_eq!(root.inside(&real.join("tree")).as_deref(), Some("sub/"));
        assert_eq!(root.inside(&real.join("tree/sub")), None);
        assert_eq!(root.inside(&real.join("tree/sub/below")), None);
    }

    #[test]
    fn a_root_that_is_no_folder_is_refused() {
        let file = tempfile::NamedTempFile::new().expect("file");
        assert!(Root::new(Some(file.path())).is_err());
        assert!(Root::new(Some(&file.path().join("x"))).is_err());
    }
}
