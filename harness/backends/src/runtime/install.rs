//! Puts the pinned library into Titer's cache.
//!
//! Two processes may install at once: each downloads into a folder of its own and renames file by file,
//! the library last; both write the same bytes, so it does not matter who wins.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use titer_core::{Digest, ModelError};

use super::pip::Pip;
use super::{LIBRARY_SHA256, VARIABLE, VERSION, wheel};

/// Installs a release of ONNX Runtime, the pinned one where none is named, into Titer's cache through the user's own pip and
/// says where the library is. What is there and whole is left alone. Takes 5 minutes at the most.
///
/// # Errors
/// No Python, no pip, no network, no such release, a wrong digest, a cache that cannot be written, or a machine that
/// Titer knows no digest for; each with its cure.
pub fn install(
    version: Option<&str>,
    progress: &mut dyn FnMut(&str),
) -> Result<PathBuf, ModelError> {
    Installer::of(version.unwrap_or(VERSION))?.install(progress)
}

/// A release's cached library, if it is there and whole.
pub(super) fn cached(version: &str) -> Result<Option<PathBuf>, ModelError> {
    Installer::of(version)?.cached()
}

/// Whether a text is the version of a release, as in "1.32.0": it becomes part of paths.
fn is_release(version: &str) -> bool {
    let numbers: Vec<&str> = version.split('.').collect();
    let is_number = |part: &&str| {
        !part.is_empty() && part.len() < 6 && part.bytes().all(|b| b.is_ascii_digit())
    };
    numbers.len() == 3 && numbers.iter().all(is_number)
}

/// Says what lies beside it.
const DESCRIPTION: &str = "runtime.json";

struct Installer {
    pip: Pip,
    /// Titer's cache.
    cache: PathBuf,
    /// The release.
    version: String,
    /// SHA-256 of its library; `None`: Titer does not know it, and holds a copy to what it was when it was installed.
    sha256: Option<String>,
}

impl Installer {
    fn of(version: &str) -> Result<Self, ModelError> {
        if !is_release(version) {
            return Err(ModelError::Runtime(format!(
                "`{version}` is no release of ONNX Runtime: write its three numbers, as in {VERSION}"
            )));
        }
        super::new_enough(Path::new(version), version)?;
        Ok(Self {
            pip: Pip::of(version),
            cache: titer_spec::cache::folder(),
            version: version.to_owned(),
            sha256: (version == VERSION).then(|| LIBRARY_SHA256.to_owned()),
        })
    }

    /// The name of the library's file.
    fn library(&self) -> String {
        format!("libonnxruntime.so.{}", self.version)
    }

    fn folder(&self) -> PathBuf {
        self.cache
            .join("runtime")
            .join(format!("onnxruntime-{}", self.version))
    }

    fn cached(&self) -> Result<Option<PathBuf>, ModelError> {
        let path = self.folder().join(self.library());
        if !path.is_file() {
            return Ok(None);
        }
        // A damaged copy counts as absent: it is replaced.
        let expected = self.sha256.clone().or_else(|| self.recorded());
        Ok((Some(super::digest_of(&path)?.hex()) == expected).then_some(path))
    }

    /// The digest that was written down when the library was installed.
    fn recorded(&self) -> Option<String> {
        let text = std::fs::read_to_string(self.folder().join(DESCRIPTION)).ok()?;
        let description: serde_json::Value = serde_json::from_str(&text).ok()?;
        let digest = description.get("digest")?.as_str()?;
        digest.strip_prefix("sha256:").map(str::to_owned)
    }

    fn install(&self, progress: &mut dyn FnMut(&str)) -> Result<PathBuf, ModelError> {
        known_machine()?;
        if let Some(path) = self.cached()? {
            return Ok(path);
        }
        let temporary = Temporary::new(&self.cache.join("runtime"))?;
        let version = &self.version;
        progress(&format!(
            "installing ONNX Runtime {version}: {} -m pip download onnxruntime=={version}",
            self.pip.python.to_string_lossy()
        ));
        let wheel = self.pip.download(&temporary.0)?;
        let unpacked = wheel::unpack(&wheel, &self.library())
            .map_err(|reason| self.pip.failed(&format!("{}: {reason}", wheel.display())))?;
        let digest = self.check(&unpacked.library)?;
        let folder = self.folder();
        create(&folder)?;
        for (name, text) in &unpacked.licences {
            place(&temporary.0, &folder, name, text)?;
        }
        // The library comes last: whoever sees it sees its description and licences too.
        place(
            &temporary.0,
            &folder,
            DESCRIPTION,
            self.description(&digest).as_bytes(),
        )?;
        place(&temporary.0, &folder, &self.library(), &unpacked.library)?;
        let path = folder.join(self.library());
        progress(&format!("installed {}", path.display()));
        Ok(path)
    }

    /// The library's digest, once it is the expected one where one is known.
    fn check(&self, library: &[u8]) -> Result<String, ModelError> {
        let found = Digest::of(library).hex();
        match &self.sha256 {
            Some(expected) if *expected != found => Err(self.pip.failed(&format!(
                "the library in pip's wheel has the sha256 {found}, not {expected}: pip's index serves another build"
            ))),
            _ => Ok(found),
        }
    }

    fn description(&self, digest: &str) -> String {
        let (version, library) = (&self.version, self.library());
        let description = serde_json::json!({
            "name": "ONNX Runtime",
            "version": version,
            "library": library,
            "digest": format!("sha256:{digest}"),
            "licence": "MIT",
            "source": format!("PyPI onnxruntime=={version}, onnxruntime/capi/{library}"),
        });
        format!("{description:#}\n")
    }
}

fn known_machine() -> Result<(), ModelError> {
    if cfg!(all(
        target_os = "linux",
        target_arch = "x86_64",
        target_env = "gnu"
    )) {
        return Ok(());
    }
    Err(ModelError::Runtime(format!(
        "Titer installs ONNX Runtime on Linux x86_64 with glibc alone, not on {} {}: `pip install onnxruntime=={VERSION}` and set {VARIABLE} to the library in its folder onnxruntime/capi",
        std::env::consts::OS,
        std::env::consts::ARCH
    )))
}

/// Writes a file under a temporary name and renames it into its place.
fn place(temporary: &Path, folder: &Path, name: &str, bytes: &[u8]) -> Result<(), ModelError> {
    let written = temporary.join(name);
    let write = || {
        let mut file = std::fs::File::create(&written)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&written, folder.join(name))
    };
    write().map_err(|error| unwritable(folder, &error))
}

fn create(folder: &Path) -> Result<(), ModelError> {
    std::fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))
}

fn unwritable(folder: &Path, error: &std::io::Error) -> ModelError {
    ModelError::Runtime(format!(
        "ONNX Runtime could not be installed: {} cannot be written ({error}): free it, or set TITER_CACHE to another folder",
        folder.display()
    ))
}

/// A folder of this installation's own, on the cache's file system, removed at its end.
struct Temporary(PathBuf);

impl Temporary {
    fn new(parent: &Path) -> Result<Self, ModelError> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        create(parent)?;
        let path = parent.join(format!(
            ".installing-{}-{}",
            std::process::id(),
            NUMBER.fetch_add(1, Ordering::Relaxed)
        ));
        // Left behind by a killed process of the same number.
        let _ = std::fs::remove_dir_all(&path);
        create(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
#[cfg(all(target_os = "linux", target_arch = "x86_64", target_env = "gnu"))]
mod tests;
