//! Python with packages from pip, beside what was built.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The folder of an environment with these packages, named after the first; made once. Fails the test where pip
/// cannot install them.
pub(crate) fn environment(packages: &[&str]) -> PathBuf {
    let name = packages[0].replace("==", "-");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let done = folder.join("installed");
    if done.is_file() {
        return folder;
    }
    let _ = std::fs::remove_dir_all(&folder);
    run(
        Path::new("python3"),
        ["-m", "venv"]
            .map(OsStr::new)
            .into_iter()
            .chain([folder.as_os_str()]),
    );
    let install = ["-m", "pip", "install", "--quiet"].iter().chain(packages);
    run(&folder.join("bin/python"), install);
    std::fs::write(&done, packages.join(" ")).unwrap();
    folder
}

fn run(program: &Path, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) {
    let output = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}: {}",
        program.display(),
        String::from_utf8_lossy(&output.stderr)
    );
}
