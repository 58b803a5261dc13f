//! A file's path as another folder sees it.

use std::path::{Component, Path, PathBuf};

/// The way from a folder to a file, both absolute and without links; the file's own path where they share nothing.
pub(crate) fn relative(from: &Path, to: &Path) -> PathBuf {
    let (mut from, mut rest) = (from.components(), to.components());
    loop {
        let (here, there) = (from.clone().next(), rest.clone().next());
        if here != there || here.is_none() {
            break;
        }
        from.next();
        rest.next();
    }
    if matches!(
        rest.clone().next(),
        Some(Component::RootDir | Component::Prefix(_))
    ) {
        return to.to_owned();
    }
    let up = from.map(|_| Component::ParentDir);
    up.chain(rest).collect()
}

/// A path for people: from the folder that the program runs in, where it lies below.
pub(crate) fn shown(path: &Path) -> String {
    let here = std::env::current_dir().and_then(|here| here.canonicalize());
    let short = here
        .ok()
        .and_then(|here| path.strip_prefix(here).ok().map(Path::to_owned));
    short.as_deref().unwrap_or(path).display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_leads_up_and_down() {
        for (from, to, way) in [
            ("/a/b", "/a/b/c.csv", "c.csv"),
            ("/a/b/suites", "/a/b/c.csv", "../c.csv"),
            ("/a/b", "/x/c.csv", "../../x/c.csv"),
        ] {
            assert_eq!(relative(Path::new(from), Path::new(to)), Path::new(way));
        }
    }
}
