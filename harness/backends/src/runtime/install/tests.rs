//! Installing with programs that stand in for Python and pip.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use titer_core::{Digest, ModelError};

use super::{DESCRIPTION, Installer, Pip, VERSION};

/// The library's name in the wheel of the pinned release.
const LIBRARY: &str = "libonnxruntime.so.1.32.0";

const CONTENT: &[u8] = b"stands in for a library";

struct Machine {
    folder: tempfile::TempDir,
}

impl Machine {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        write_wheel(&folder.path().join("onnxruntime-0-any.whl"), CONTENT);
        Self { folder }
    }

    /// An installer whose Python is a shell script; `$last` is the download folder and `$wheel` a wheel.
    fn installer(&self, script: &str) -> Installer {
        let path = self.folder.path().join("python3");
        let text = format!(
            "#!/bin/sh\nfor last; do :; done\nwheel={}\n{script}\n",
            self.folder.path().join("onnxruntime-0-any.whl").display()
        );
        // Written by another process: a file that this one holds open for writing cannot be started.
        let status = Command::new("sh")
            .args(["-c", "printf '%s' \"$1\" > \"$0\" && chmod +x \"$0\""])
            .args([path.as_os_str(), text.as_ref()])
            .status();
        assert!(status.unwrap().success());
        Installer {
            pip: Pip {
                python: path.into(),
                limit: Duration::from_secs(60),
                version: VERSION.to_owned(),
            },
            cache: self.cache(),
            version: VERSION.to_owned(),
            sha256: Some(Digest::of(CONTENT).hex()),
        }
    }

    fn cache(&self) -> PathBuf {
        self.folder.path().join("cache")
    }
}

fn write_wheel(path: &Path, library: &[u8]) {
    write_named(path, LIBRARY, library);
}

fn write_named(path: &Path, name: &str, library: &[u8]) {
    let mut archive = zip::ZipWriter::new(fs::File::create(path).unwrap());
    for (name, bytes) in [
        ("onnxruntime/LICENSE".to_owned(), &b"MIT"[..]),
        ("onnxruntime/ThirdPartyNotices.txt".to_owned(), b"others"),
        (format!("onnxruntime/capi/{name}"), library),
        ("onnxruntime/other.py".to_owned(), b"not kept"),
    ] {
        let options = zip::write::SimpleFileOptions::default();
        archive.start_file(name, options).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap();
}

fn quiet(installer: &Installer) -> Result<PathBuf, ModelError> {
    installer.install(&mut |_| {})
}

fn failure(machine: &Machine, installer: &Installer) -> String {
    let error = quiet(installer).unwrap_err().to_string();
    for cure in ["ORT_DYLIB_PATH", "titer runtime install", "pip install"] {
        assert!(error.contains(cure), "{cure}: {error}");
    }
    assert_eq!(left_over(machine), 0, "temporary folders are left");
    assert!(installer.cached().unwrap().is_none());
    error
}

fn left_over(machine: &Machine) -> usize {
    let runtime = machine.cache().join("runtime");
    fs::read_dir(runtime).map_or(0, |entries| {
        entries
            .filter(|entry| {
                let name = entry.as_ref().unwrap().file_name();
                name.to_string_lossy().starts_with('.')
            })
            .count()
    })
}

#[test]
fn the_library_its_licences_and_its_description_are_kept() {
    let machine = Machine::new();
    let installer = machine.installer("cp $wheel $last");
    let mut said = Vec::new();
    let path = installer
        .install(&mut |line| said.push(line.to_owned()))
        .unwrap();
    assert_eq!(fs::read(&path).unwrap(), CONTENT);
    assert_eq!(said.len(), 2, "{said:?}");
    let folder = path.parent().unwrap();
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let mut expected = ["LICENSE", "ThirdPartyNotices.txt", LIBRARY, DESCRIPTION];
    expected.sort_unstable();
    assert_eq!(names, expected);
    let text = fs::read_to_string(folder.join(DESCRIPTION)).unwrap();
    let description: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(description["licence"], "MIT");
    assert_eq!(description["digest"], Digest::of(CONTENT).to_string());
    assert_eq!(left_over(&machine), 0);
    // A second time pip is not asked, and nothing is said.
    let broken = machine.installer("exit 9");
    assert_eq!(broken.install(&mut |line| panic!("{line}")).unwrap(), path);
}

#[test]
fn another_release_is_held_to_what_it_was_when_it_was_installed() {
    let machine = Machine::new();
    let older = |script: &str| {
        let mut installer = machine.installer(script);
        (installer.version, installer.sha256) = ("1.30.0".to_owned(), None);
        installer.pip.version = "1.30.0".to_owned();
        installer
    };
    let wheel = machine.folder.path().join("onnxruntime-0-any.whl");
    write_named(&wheel, "libonnxruntime.so.1.30.0", b"an older one");
    let installer =
        older("case \"$*\" in *onnxruntime==1.30.0*) cp $wheel $last;; *) exit 9;; esac");
    let path = quiet(&installer).unwrap();
    assert!(path.ends_with("onnxruntime-1.30.0/libonnxruntime.so.1.30.0"));
    assert_eq!(installer.cached().unwrap().as_ref(), Some(&path));
    fs::write(&path, "changed").unwrap();
    assert_eq!(installer.cached().unwrap(), None);
    let refused = older("exit 9");
    let error = quiet(&refused).unwrap_err().to_string();
    assert!(error.contains("titer runtime install 1.30.0`"), "{error}");
}

#[test]
fn what_is_no_release_is_no_path_either() {
    for wrong in [
        "",
        "1.2",
        "1.30.0.1",
        "../../x",
        "1.x.0",
        "1..0",
        "1.300000.0",
    ] {
        let error = Installer::of(wrong).err().unwrap().to_string();
        assert!(error.contains("is no release of ONNX Runtime"), "{error}");
    }
    let error = Installer::of("1.10.0").err().unwrap().to_string();
    assert!(error.contains("Titer needs 1.17"), "{error}");
    let named = Installer::of("1.30.1").unwrap();
    assert!(named.folder().ends_with("runtime/onnxruntime-1.30.1"));
    assert_eq!(named.sha256, None);
}

#[test]
fn another_pythons_wheel_will_do() {
    let machine = Machine::new();
    let script = "case \"$*\" in *--abi\\ cp312*) cp $wheel $last;; \
        *) echo 'ERROR: No matching distribution found for onnxruntime' >&2; exit 1;; esac";
    assert!(quiet(&machine.installer(script)).is_ok());
}

#[test]
fn what_pip_complains_of_is_told() {
    for (script, words) in [
        (
            "echo '/usr/bin/python3: No module named pip' >&2; exit 1",
            "has no pip",
        ),
        (
            "echo 'WARNING: Retrying after connection broken by NewConnectionError' >&2; echo 'ERROR: No matching distribution found' >&2; exit 1",
            "network",
        ),
        (
            "echo 'ERROR: No matching distribution found' >&2; exit 1",
            "no wheel",
        ),
        (
            "echo 'noise'; echo 'ERROR: disk quota exceeded' >&2; exit 2",
            "disk quota exceeded",
        ),
        ("exit 3", "said nothing"),
        ("exit 0", "left no wheel"),
        ("echo 'not a zip' > $last/a.whl", "a.whl"),
    ] {
        let machine = Machine::new();
        let error = failure(&machine, &machine.installer(script));
        assert!(error.contains(words), "{words}: {error}");
    }
}

#[test]
fn no_python_is_told() {
    let machine = Machine::new();
    let mut installer = machine.installer("exit 0");
    installer.pip.python = "python3-that-is-not-there".into();
    let error = failure(&machine, &installer);
    assert!(
        error.contains("python3-that-is-not-there was not found"),
        "{error}"
    );
}

#[test]
fn a_download_that_hangs_is_stopped() {
    let machine = Machine::new();
    let mut installer = machine.installer("sleep 60");
    installer.pip.limit = Duration::from_millis(200);
    let begin = Instant::now();
    let error = failure(&machine, &installer);
    assert!(error.contains("stopped"), "{error}");
    assert!(begin.elapsed() < Duration::from_secs(30));
}

#[test]
fn another_build_is_refused() {
    let machine = Machine::new();
    let mut installer = machine.installer("cp $wheel $last");
    installer.sha256 = Some(Digest::of(b"the right one").hex());
    let error = failure(&machine, &installer);
    assert!(
        error.contains("sha256") && error.contains(&Digest::of(CONTENT).hex()),
        "{error}"
    );
    assert!(!installer.folder().exists());
}

#[test]
fn a_damaged_copy_is_replaced() {
    let machine = Machine::new();
    let installer = machine.installer("cp $wheel $last");
    let path = quiet(&installer).unwrap();
    fs::write(&path, &CONTENT[..5]).unwrap();
    assert!(installer.cached().unwrap().is_none());
    assert_eq!(quiet(&installer).unwrap(), path);
    assert_eq!(fs::read(&path).unwrap(), CONTENT);
}

#[test]
fn a_cache_that_cannot_be_written_is_told() {
    let machine = Machine::new();
    fs::write(machine.cache(), "a file where the cache should be").unwrap();
    let error = quiet(&machine.installer("cp $wheel $last"))
        .unwrap_err()
        .to_string();
    assert!(error.contains("TITER_CACHE"), "{error}");
}

#[test]
fn many_may_install_at_once() {
    let machine = Machine::new();
    let installer = machine.installer("cp $wheel $last");
    std::thread::scope(|scope| {
        let all: Vec<_> = (0..8).map(|_| scope.spawn(|| quiet(&installer))).collect();
        for one in all {
            let path = one.join().unwrap().unwrap();
            assert_eq!(fs::read(path).unwrap(), CONTENT);
        }
    });
    assert_eq!(left_over(&machine), 0);
}
