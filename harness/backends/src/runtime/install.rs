//! Puts the pinned library into Titer's cache.
//!
//! Two processes may install at once: each downloads into a folder of its own and renames file by file,
//! the library last; both write the same bytes, so it does not matter who wins.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use titer_core::{Digest, ModelError};

use super::pip::{self, Pip};
use super::{LIBRARY, LIBRARY_SHA256, VARIABLE, VERSION, wheel};

/// Installs the pinned ONNX Runtime into Titer's cache through the user's own pip and says where the
/// library is. What is there and whole is left alone. Takes 5 minutes at the most.
///
/// # Errors
/// No Python, no pip, no network, a wrong digest, a cache that cannot be written, or a machine that
/// Titer knows no digest for; each with its cure.
pub fn install(progress: &mut dyn FnMut(&str)) -> Result<PathBuf, ModelError> {
    Installer::default().install(progress)
}

/// The cached library, if it is there and whole.
pub(super) fn cached() -> Result<Option<PathBuf>, ModelError> {
    Installer::default().cached()
}

/// Says what lies beside it.
const DESCRIPTION: &str = "runtime.json";

struct Installer {
    pip: Pip,
    /// Titer's cache.
    cache: PathBuf,
    /// SHA-256 of the library.
    sha256: String,
}

impl Default for Installer {
    fn default() -> Self {
        Self {
            pip: Pip::default(),
            cache: titer_spec::cache::folder(),
            sha256: LIBRARY_SHA256.to_owned(),
        }
    }
}

impl Installer {
    fn folder(&self) -> PathBuf {
        self.cache
            .join("runtime")
            .join(format!("onnxruntime-{VERSION}"))
    }

    fn cached(&self) -> Result<Option<PathBuf>, ModelError> {
        let path = self.folder().join(LIBRARY);
        if !path.is_file() {
            return Ok(None);
        }
        // A damaged copy counts as absent: it is replaced.
        Ok((super::digest_of(&path)?.hex() == self.sha256).then_some(path))
    }

    fn install(&self, progress: &mut dyn FnMut(&str)) -> Result<PathBuf, ModelError> {
        known_machine()?;
        if let Some(path) = self.cached()? {
            return Ok(path);
        }
        let temporary = Temporary::new(&self.cache.join("runtime"))?;
        progress(&format!(
            "installing ONNX Runtime {VERSION}: {} -m pip download onnxruntime=={VERSION}",
            self.pip.python.to_string_lossy()
        ));
        let wheel = self.pip.download(&temporary.0)?;
        let unpacked = wheel::unpack(&wheel)
            .map_err(|reason| pip::failed(&format!("{}: {reason}", wheel.display())))?;
        self.check(&unpacked.library)?;
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
            self.description().as_bytes(),
        )?;
        place(&temporary.0, &folder, LIBRARY, &unpacked.library)?;
        let path = folder.join(LIBRARY);
        progress(&format!("installed {}", path.display()));
        Ok(path)
    }

    fn check(&self, library: &[u8]) -> Result<(), ModelError> {
        let found = Digest::of(library).hex();
        if found == self.sha256 {
            return Ok(());
        }
        Err(pip::failed(&format!(
            "the library in pip's wheel has the sha256 {found}, not {}: pip's index serves another build",
            self.sha256
        )))
    }

    fn description(&self) -> String {
        let description = serde_json::json!({
            "name": "ONNX Runtime",
            "version": VERSION,
            "library": LIBRARY,
            "digest": format!("sha256:{}", self.sha256),
            "licence": "MIT",
            "source": format!("PyPI onnxruntime=={VERSION}, onnxruntime/capi/{LIBRARY}"),
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
    pip::failed(&format!(
        "{} cannot be written ({error}): free it, or set TITER_CACHE to another folder",
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
