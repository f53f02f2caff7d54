//! Results by the hash of everything that they depend on.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;

use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};

/// A directory of results, or none: then everything is done again.
#[derive(Debug, Clone)]
pub(crate) struct Cache {
    pub(crate) directory: Option<PathBuf>,
}

impl Cache {
    /// The one that `KERNEL_RESULTS` names.
    pub(crate) fn of_environment() -> Self {
        Self { directory: std::env::var_os("KERNEL_RESULTS").map(PathBuf::from) }
    }

    /// One that forgets.
    pub(crate) const fn none() -> Self {
        Self { directory: None }
    }

    /// The result of these inputs: that of an earlier run, or a new one, which is kept.
    pub(crate) fn get<T: Serialize + DeserializeOwned>(
        &self,
        inputs: &[&[u8]],
        make: impl FnOnce() -> Result<T, String>,
    ) -> Result<T, String> {
        let Some(directory) = &self.directory else {
            return make();
        };
        let key = key(inputs);
        let folder = directory.join(&key[..2]);
        let file = folder.join(&key[2..]);
        if let Some(value) =
            std::fs::read(&file).ok().and_then(|text| serde_json::from_slice(&text).ok())
        {
            return Ok(value);
        }
        let value = make()?;
        let text = serde_json::to_vec(&value).map_err(|error| error.to_string())?;
        // A rename is one step: another run sees a whole result or none.
        std::fs::create_dir_all(&folder)
            .and_then(|()| tempfile::NamedTempFile::new_in(&folder))
            .and_then(|mut scratch| scratch.write_all(&text).map(|()| scratch))
            .and_then(|scratch| scratch.persist(&file).map_err(std::io::Error::from))
            .map_err(|error| format!("{}: {error}", file.display()))?;
        Ok(value)
    }
}

/// Each input with its length before it, so that no two lists read the same.
fn key(inputs: &[&[u8]]) -> String {
    let mut all = Vec::new();
    for input in inputs {
        all.extend_from_slice(format!("{}:", input.len()).as_bytes());
        all.extend_from_slice(input);
    }
    sha256(&all)
}

/// SHA-256 in hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in Sha256::digest(bytes) {
        // Writing to a String can't fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
