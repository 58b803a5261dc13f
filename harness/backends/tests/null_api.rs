//! A library that claims a version and has no such interface: an error, not the binding's assertion.
//! In a process of its own, since the library stays loaded.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

use std::process::Command;

use titer_backends::onnx;

#[test]
fn a_library_without_its_interface_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let (code, library) = (folder.path().join("null.c"), folder.path().join("null.so"));
    std::fs::write(
        &code,
        "struct base { const void *(*api)(unsigned); const char *(*version)(void); };
static const void *api(unsigned v) { (void)v; return 0; }
static const char *version(void) { return \"1.32.0\"; }
static struct base base = { api, version };
struct base *OrtGetApiBase(void) { return &base; }\n",
    )
    .unwrap();
    let built = Command::new("cc")
        .args(["-shared", "-fPIC", "-o"])
        .args([&library, &code])
        .status();
    assert!(built.unwrap().success());
    for _ in 0..2 {
        let error = onnx::probe(&library).unwrap_err().to_string();
        assert!(
            error.contains("null.so") && error.contains("does not behave"),
            "{error}"
        );
    }
}
