use titer_core::ModelError;

use super::*;

fn said(backend: Backend, role: &str, content: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    // The name says nothing.
    let path = folder.path().join("model.onnx");
    std::fs::write(&path, content).unwrap();
    let files = [(role.to_owned(), path.clone())].into();
    let error = check(backend, &files).unwrap_err();
    assert_eq!((error.role.as_str(), &error.path), (role, &path));
    let ModelError::File { path: named, .. } = ModelError::from(error.clone()) else {
        panic!("{error}")
    };
    assert_eq!(named, path.display().to_string());
    error.to_string()
}

/// Every role of every backend that Titer itself loads: what it is and how to convert it.
#[test]
fn what_is_never_loaded_is_told_with_the_cure() {
    let torch = [
        b"PK\x03\x04".as_slice(),
        &[0; 22],
        b"\x10\0\0\0archive/data.pkl",
        &[0; 8],
    ]
    .concat();
    let objects = b"\x93NUMPY\x01\0\x76\0{'descr': '|O', 'fortran_order': False, 'shape': (2,)}";
    for (content, what, cure) in [
        (
            &b"\x80\x04\x95\x0f\0\0\0\0\0\0\0}\x94\x8c\x01a."[..],
            "pickled Python",
            "save_file",
        ),
        (&torch, "PyTorch checkpoint", "torch.onnx.export"),
        (b"\x89HDF\r\n\x1a\n\0\0", "HDF5", "tf2onnx"),
        (
            objects,
            "NumPy array of Python objects",
            "save it as an array of numbers",
        ),
        (b"\x7fELF\x02\x01", "a program", "name the model's file"),
        (
            b"version https://git-lfs.github.com/spec/v1\noid sha256:4d\n",
            "Git LFS pointer",
            "git lfs pull",
        ),
        (
            b"<!doctype html><title>Sign in</title>",
            "a web page",
            "fetch it anew",
        ),
        (b"", "is empty", "fetch it anew"),
    ] {
        for (backend, roles) in [
            (
                Backend::Onnx,
                &["model", "data", "vocabulary", "tokenizer", "head"][..],
            ),
            (Backend::Candle, &["weights", "config"]),
        ] {
            for role in roles {
                let error = said(backend, role, content);
                assert!(
                    error.contains(what) && error.contains(cure),
                    "{role}: {error}"
                );
            }
        }
    }
}

#[test]
fn another_format_is_named() {
    for (backend, role, content, says) in [
        (
            Backend::Onnx,
            "model",
            &b"GGUF\x03\0\0\0"[..],
            "GGUF: weights without a graph: export the model as ONNX",
        ),
        (Backend::Onnx, "model", b"\x1c\0\0\0ORTM", "the .onnx file"),
        (Backend::Onnx, "model", b"\x1c\0\0\0TFL3", "--tflite"),
        (Backend::Onnx, "model", b"{\"a\": 1}", "is text"),
        (Backend::Onnx, "model", b"\x1f\x8b\x08\0", "unpack it first"),
        (
            Backend::Onnx,
            "model",
            b"\xff\xfe\0\x01",
            "is no ONNX model",
        ),
        (
            Backend::Candle,
            "weights",
            b"\x08\x07\x12\x07pytorch",
            "looks like ONNX: write the weights",
        ),
        (
            Backend::Candle,
            "weights",
            b"\x93NUMPY\x01\0\x04\0{}  ",
            "NumPy arrays: write the weights",
        ),
        (Backend::Candle, "config", b"\xff\xfe\0\x01", "is no JSON"),
        (
            Backend::Candle,
            "weights",
            b"\x10\0\0\0\0\0\0\0{\"a\":{}}",
            "no whole safetensors file",
        ),
    ] {
        let error = said(backend, role, content);
        assert!(error.contains(says), "{role}: {error}");
    }
}
