//! Libraries that are not what they should be: an error that names the library and the cure, and the
//! process lives on. Apart from the other tests, since a process keeps the first library that loads.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::{Path, PathBuf};
use std::process::Command;

use titer_backends::{onnx, runtime};

#[path = "helpers/fixtures.rs"]
mod fixtures;

const HEAD: &str = "struct base { const void *(*api)(unsigned); const char *(*version)(void); };
static const void *api(unsigned v) { (void)v; return 0; }\n";

fn exporting(version: &str) -> String {
    format!(
        "{HEAD}static const char *version(void) {{ return \"{version}\"; }}
static struct base base = {{ api, version }};
struct base *OrtGetApiBase(void) {{ return &base; }}\n"
    )
}

/// Builds a shared object with the C compiler, with a symbol version if one is named.
fn build(folder: &Path, name: &str, source: &str, version: Option<&str>) -> PathBuf {
    let code = folder.join(format!("{name}.c"));
    let library = folder.join(format!("{name}.so"));
    std::fs::write(&code, source).unwrap();
    let mut command = Command::new("cc");
    command
        .args(["-shared", "-fPIC", "-o"])
        .arg(&library)
        .arg(&code);
    if let Some(version) = version {
        let script = folder.join(format!("{name}.map"));
        std::fs::write(
            &script,
            format!("VERS_{version} {{ global: OrtGetApiBase; local: *; }};\n"),
        )
        .unwrap();
        command.arg(format!("-Wl,--version-script={}", script.display()));
    }
    assert!(command.status().unwrap().success());
    library
}

/// Both ways to it fail with these words: finding it and loading it.
fn refused(path: &Path, words: &[&str]) {
    for error in [
        runtime::ensure(Some(path), true, &mut |_| {}).unwrap_err(),
        onnx::probe(path).unwrap_err(),
    ] {
        says(&error.to_string(), path, words);
    }
}

fn says(error: &str, path: &Path, words: &[&str]) {
    assert!(error.contains(&path.display().to_string()), "{error}");
    for word in words {
        assert!(error.contains(word), "{word:?} is not in: {error}");
    }
}

#[test]
fn broken_libraries_are_refused_and_the_good_one_still_loads() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().canonicalize().unwrap();

    refused(
        &folder.join("libonnxruntime.so"),
        &["no such file", "titer runtime install"],
    );
    refused(&folder, &["no such file"]);

    let text = folder.join("text.so");
    std::fs::write(&text, "INPUT(libonnxruntime.so.1)\n").unwrap();
    refused(&text, &["not a shared library"]);
    std::fs::write(&text, "").unwrap();
    refused(&text, &["not a shared library"]);

    let foreign = build(
        &folder,
        "foreign",
        "int answer(void) { return 42; }\n",
        None,
    );
    refused(&foreign, &["not ONNX Runtime", "OrtGetApiBase"]);

    let old = build(&folder, "old", &exporting("1.10.0"), Some("1.10.0"));
    refused(&old, &["1.10.0", "1.17", "titer runtime install"]);

    // These tell their faults only once they are loaded.
    let silent = build(&folder, "silent", &exporting("1.10.0"), None);
    assert_eq!(runtime::find(Some(&silent)).unwrap().unwrap().version, None);
    says(
        &onnx::probe(&silent).unwrap_err().to_string(),
        &silent,
        &["1.10.0", "1.17"],
    );
    let needy = build(
        &folder,
        "needy",
        &format!(
            "{}extern int nowhere(void); int use(void) {{ return nowhere(); }}\n__attribute__((visibility(\"default\"))) int (*kept)(void) = nowhere;\n",
            exporting("1.32.0")
        ),
        None,
    );
    says(
        &onnx::probe(&needy).unwrap_err().to_string(),
        &needy,
        &["cannot be loaded", "nowhere"],
    );

    cut_short(&folder);
    onnx::probe(&fixtures::library()).unwrap();
}

/// A library cut anywhere is refused without a signal.
fn cut_short(folder: &Path) {
    let library = fixtures::library();
    let bytes = std::fs::read(&library).unwrap();
    let path = folder.join("short.so");
    for part in [1, 20, 100, 500, 900, 999] {
        std::fs::write(&path, &bytes[..bytes.len() / 1000 * part]).unwrap();
        refused(&path, &["cut short"]);
    }
    std::fs::write(&path, &bytes[..bytes.len() - 1]).unwrap();
    refused(&path, &["cut short"]);
}

#[test]
fn the_version_is_read_without_loading() {
    assert_eq!(runtime::version(&fixtures::library()).unwrap(), "1.32.0");
}
