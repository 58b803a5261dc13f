//! ONNX Runtime: where its library is, and how it gets there.
//!
//! In order: an explicit path, `ORT_DYLIB_PATH`, Titer's cache. What is not in the cache comes from the
//! pinned `onnxruntime` wheel, through the user's own pip ([`install`]).
//!
//! Nothing here loads a library into the process: [`version`] reads the file, so that a broken one can
//! neither hang nor abort the caller. Loading happens in `onnx`, in the worker process.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use titer_core::{Digest, ModelError};

mod child;
mod elf;
mod install;
mod pip;
mod wheel;

pub use install::install;

/// The release that Titer installs.
pub const VERSION: &str = "1.32.0";

/// The oldest that will do is this minor version of 1, as the binding says (`ort::MINOR_VERSION`).
const OLDEST_MINOR: u32 = 17;

/// SHA-256 of the library in the manylinux x86_64 wheels of [`VERSION`]; the same bytes in the wheels
/// of every Python version (PyPI, `onnxruntime/capi/`).
pub const LIBRARY_SHA256: &str = "6c1585d1bbf45b0712ea4a21b705c5fcb4ba04ff2e30f1fbf81a49faf658638f";

/// The variable that names a library of the user's own.
pub const VARIABLE: &str = "ORT_DYLIB_PATH";

/// A library that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Runtime {
    /// The library.
    pub path: PathBuf,
    /// Where the path came from.
    pub origin: Origin,
    /// ONNX Runtime's version, as in "1.32.0"; `None` where the file does not tell.
    pub version: Option<String>,
}

impl Runtime {
    /// The library's digest, for a run's record (reads the whole file: 35 MB).
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn digest(&self) -> Result<Digest, ModelError> {
        digest_of(&self.path)
    }
}

/// Where a library's path came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The caller named it.
    Explicit,
    /// `ORT_DYLIB_PATH` names it.
    Environment,
    /// Titer's cache.
    Cache,
}

impl Origin {
    /// In a word, for tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Explicit => "explicit",
            Self::Environment => "ORT_DYLIB_PATH",
            Self::Cache => "cache",
        }
    }
}

/// Finds ONNX Runtime and installs it where it is not found, unless `offline`. `progress` is told what
/// is done, a line at a time, and only if something is.
///
/// # Errors
/// The library that was named is absent or broken; nothing was found and installing is forbidden or
/// failed. Every message says the cure.
pub fn ensure(
    explicit: Option<&Path>,
    offline: bool,
    progress: &mut dyn FnMut(&str),
) -> Result<Runtime, ModelError> {
    let variable = std::env::var_os(VARIABLE);
    match find_from(explicit, variable)? {
        Some(runtime) => Ok(runtime),
        None if offline => Err(absent()),
        None => {
            let path = install(None, progress)?;
            checked(path, Origin::Cache)
        }
    }
}

/// Finds ONNX Runtime and installs nothing; `None` where there is none.
///
/// # Errors
/// The library that was named is absent or broken.
pub fn find(explicit: Option<&Path>) -> Result<Option<Runtime>, ModelError> {
    find_from(explicit, std::env::var_os(VARIABLE))
}

/// A release that `titer runtime install` has put into Titer's cache.
///
/// # Errors
/// It is not there, or too old.
pub fn of_version(version: &str) -> Result<Runtime, ModelError> {
    match install::cached(version)? {
        Some(path) => checked(path, Origin::Cache),
        None => Err(ModelError::Runtime(format!(
            "ONNX Runtime {version} is not in Titer's cache: run `titer runtime install {version}`"
        ))),
    }
}

/// The version of an ONNX Runtime library, as in "1.32.0".
///
/// Reads the file and loads nothing, so it is safe in any process. The version is the name of the
/// symbol version that ONNX Runtime's Linux builds define, or else part of the file's name.
///
/// # Errors
/// The file is absent, is no library for this machine, is cut short, or is not ONNX Runtime.
pub fn version(path: &Path) -> Result<String, ModelError> {
    inspect(path)?.ok_or_else(|| {
        broken(
            path,
            "does not tell its version: use a released build of ONNX Runtime",
        )
    })
}

fn find_from(
    explicit: Option<&Path>,
    variable: Option<OsString>,
) -> Result<Option<Runtime>, ModelError> {
    if let Some(path) = explicit {
        return checked(path.to_owned(), Origin::Explicit).map(Some);
    }
    if let Some(path) = variable.filter(|value| !value.is_empty()) {
        return checked(PathBuf::from(path), Origin::Environment).map(Some);
    }
    match install::cached(VERSION)? {
        Some(path) => checked(path, Origin::Cache).map(Some),
        None => Ok(None),
    }
}

fn checked(path: PathBuf, origin: Origin) -> Result<Runtime, ModelError> {
    let version = inspect(&path)?;
    if let Some(version) = &version {
        new_enough(&path, version)?;
    }
    Ok(Runtime {
        path,
        origin,
        version,
    })
}

/// Checks a library without loading it; its version where it tells.
pub(crate) fn inspect(path: &Path) -> Result<Option<String>, ModelError> {
    if !path.is_file() {
        return Err(broken(
            path,
            "no such file: name ONNX Runtime's library itself (libonnxruntime.so), or leave the path out and run `titer runtime install`",
        ));
    }
    let from_name = version_in_name(path);
    if !cfg!(target_os = "linux") {
        return Ok(from_name);
    }
    let facts = elf::read(path).map_err(|reason| broken(path, &reason))?;
    Ok(facts.version.or(from_name))
}

pub(crate) fn new_enough(path: &Path, version: &str) -> Result<(), ModelError> {
    let mut numbers = version.split('.').map(|part| part.parse::<u32>().ok());
    let (major, minor) = (numbers.next().flatten(), numbers.next().flatten());
    match (major, minor) {
        (Some(1), Some(minor)) if minor < OLDEST_MINOR => Err(broken(
            path,
            &format!(
                "is ONNX Runtime {version}, Titer needs 1.{OLDEST_MINOR} or newer: run `titer runtime install`, or set {VARIABLE} to a newer one"
            ),
        )),
        _ => Ok(()),
    }
}

/// The version in a name such as `libonnxruntime.so.1.32.0` or `libonnxruntime.1.32.0.dylib`, links
/// followed.
fn version_in_name(path: &Path) -> Option<String> {
    let real = path.canonicalize().ok()?;
    let name = real.file_name()?.to_str()?;
    let start = name.find(|letter: char| letter.is_ascii_digit())?;
    let rest = name.get(start..)?;
    let end = rest
        .find(|letter: char| !letter.is_ascii_digit() && letter != '.')
        .unwrap_or(rest.len());
    let version = rest.get(..end)?.trim_matches('.');
    (version.split('.').count() >= 2).then(|| version.to_owned())
}

fn digest_of(path: &Path) -> Result<Digest, ModelError> {
    std::fs::File::open(path)
        .and_then(Digest::of_reader)
        .map_err(|error| broken(path, &format!("cannot be read: {error}")))
}

pub(crate) fn absent() -> ModelError {
    ModelError::Runtime(format!(
        "the onnx backend needs ONNX Runtime: run `titer runtime install`, or set {VARIABLE}"
    ))
}

pub(crate) fn broken(path: &Path, reason: &str) -> ModelError {
    ModelError::Runtime(format!("ONNX Runtime at {}: {reason}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_named_library_comes_first_and_must_be_there() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("libonnxruntime.so");
        for (explicit, variable) in [
            (Some(missing.as_path()), None),
            (None, Some(missing.clone().into_os_string())),
            (Some(folder.path()), None),
        ] {
            let error = find_from(explicit, variable).unwrap_err().to_string();
            assert!(error.contains("no such file"), "{error}");
            assert!(error.contains("titer runtime install"), "{error}");
        }
    }

    #[test]
    fn old_versions_are_refused() {
        let path = Path::new("x.so");
        let error = new_enough(path, "1.10.0").unwrap_err().to_string();
        assert!(
            error.contains("1.10.0") && error.contains("1.17"),
            "{error}"
        );
        assert!(new_enough(path, "1.17.0").is_ok());
        #[cfg(feature = "onnx")]
        assert_eq!(OLDEST_MINOR, ort::MINOR_VERSION);
        assert!(new_enough(path, "1.32.0").is_ok());
    }

    #[test]
    fn versions_in_names() {
        let folder = tempfile::tempdir().unwrap();
        for (name, version) in [
            ("libonnxruntime.so.1.32.0", Some("1.32.0")),
            ("libonnxruntime.1.30.1.dylib", Some("1.30.1")),
            ("libonnxruntime.so.1", None),
            ("libonnxruntime.so", None),
        ] {
            let path = folder.path().join(name);
            std::fs::write(&path, "").unwrap();
            assert_eq!(version_in_name(&path).as_deref(), version, "{name}");
        }
    }
}
