//! Headers by the line that includes them.

use std::path::Path;
use std::sync::Arc;

use super::read::Reader;
use super::survey::{Loaded, Place, Survey};

/// Folders that two paths must share for one to be taken for the other's header by its name alone.
const CLOSE: usize = 2;

impl Survey {
    /// The header that `from` includes in quotes as `name`: beside it or in an `include` folder near
    /// it, else the closest of that name among the files that the walk offered. Nothing where there is
    /// none, or it can't be read: the compiler will say so.
    pub fn header(&self, from: &str, name: &str) -> Option<Loaded> {
        let dir = from.rsplit_once('/').map_or("", |(dir, _)| dir);
        let places = [
            format!("{dir}/{name}"),
            format!("{dir}/include/{name}"),
            format!("{dir}/../include/{name}"),
        ];
        let on_disk = self.position(from).is_none_or(|at| !self.is_in_memory(at));
        for place in &places {
            let Some(path) = normal(place, dir.is_empty()) else { continue };
            if let Some(at) = self.position(&path) {
                return self.text_of(at);
            }
            if on_disk && let Some(root) = &self.root {
                let place = root.join(&path);
                if place.is_file() {
                    let text = read(&place)?;
                    return Some(Loaded { path, text });
                }
            }
        }
        let tail = format!("/{}", name.trim_start_matches("../"));
        let shared = |path: &str| {
            from.split('/').zip(path.split('/')).take_while(|(one, two)| one == two).count()
        };
        let close = self
            .files
            .iter()
            .enumerate()
            .filter(|(_, file)| file.path.ends_with(&tail) && shared(&file.path) >= CLOSE)
            .max_by_key(|(at, file)| (shared(&file.path), std::cmp::Reverse(*at)));
        self.text_of(close?.0)
    }

    fn position(&self, path: &str) -> Option<usize> {
        self.files.binary_search_by(|file| (*file.path).cmp(path)).ok()
    }

    fn is_in_memory(&self, at: usize) -> bool {
        matches!(self.files[at].place, Place::Memory(_))
    }

    fn text_of(&self, at: usize) -> Option<Loaded> {
        let file = &self.files[at];
        let path = file.path.to_string();
        let text = match &file.place {
            Place::Memory(text) => Arc::clone(text),
            Place::Exact(place) => read(place)?,
            Place::Under(folder) => read(&self.path_under(*folder, &file.path))?,
        };
        Some(Loaded { path, text })
    }
}

fn read(path: &Path) -> Option<Arc<[u8]>> {
    Reader::default().read(path).ok().map(Into::into)
}

/// A path without `.` and `..`; nothing where it leads out of where it begins.
fn normal(path: &str, relative: bool) -> Option<String> {
    let path = if relative { path.trim_start_matches('/') } else { path };
    let mut out: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "." => {}
            ".." => {
                out.pop().filter(|part| !part.is_empty())?;
            }
            _ => out.push(part),
        }
    }
    Some(out.join("/"))
}

#[cfg(test)]
mod tests {
    use super::normal;

    #[test]
    fn paths_lead_nowhere_else() {
        assert_eq!(normal("a/./b/../c.h", false).as_deref(), Some("a/c.h"));
        assert_eq!(normal("/c.h", true).as_deref(), Some("c.h"));
        assert_eq!(normal("/a/../c.h", false).as_deref(), Some("/c.h"));
        assert_eq!(normal("a/../../c.h", false), None);
        assert_eq!(normal("/../c.h", false), None);
    }
}
