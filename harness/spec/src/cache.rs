//! Where Titer keeps what it can make again.

use std::path::PathBuf;

/// The cache folder: `TITER_CACHE`, else `XDG_CACHE_HOME/titer`, else `~/.cache/titer`, else a folder
/// in the system's temporary folder.
#[must_use]
pub fn folder() -> PathBuf {
    let set = |name: &str| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    set("TITER_CACHE")
        .or_else(|| set("XDG_CACHE_HOME").map(|path| path.join("titer")))
        .or_else(|| set("HOME").map(|path| path.join(".cache").join("titer")))
        .unwrap_or_else(|| std::env::temp_dir().join("titer-cache"))
}
