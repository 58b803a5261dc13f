use super::*;

#[test]
fn files_are_known_by_what_they_begin_with() {
    let zip = |name: &str| {
        let mut bytes = b"PK\x03\x04".to_vec();
        bytes.resize(26, 0);
        bytes.extend((name.len() as u16).to_le_bytes());
        bytes.extend([0, 0]);
        bytes.extend(name.as_bytes());
        bytes.extend([0; 20]);
        bytes
    };
    let npy = |descr: &str| {
        let mut bytes = b"\x93NUMPY\x01\x00\x76\x00".to_vec();
        bytes.extend(
            format!("{{'descr': {descr}, 'fortran_order': False, 'shape': (2,), }}").bytes(),
        );
        bytes
    };
    for (head, last, kind) in [
        (&b""[..], 0, Kind::Empty),
        (b"\x10\0\0\0\0\0\0\0{\"a\":{}}", b'x', Kind::Safetensors),
        (b"GGUF\x03\0\0\0", 0, Kind::Gguf),
        (b"\x1c\0\0\0TFL3", 0, Kind::TfLite),
        (b"\x1c\0\0\0ORTM", 0, Kind::Ort),
        (b"\x08\x07\x12\x07pytorch", 0, Kind::MaybeOnnx),
        (b"\x0a\x1f\x0a\x01x\x12\x0bPlaceholder", 0, Kind::TensorFlow),
        // Pickles by protocol: pickle.dumps({"a": [1, 2]}, protocol) of 0 to 5.
        (b"(dp0\nVa\np1\n(lp2\nI1\naI2\nas.", b'.', Kind::Pickle),
        (
            b"}q\x00X\x01\x00\x00\x00aq\x01]q\x02(K\x01K\x02es.",
            b'.',
            Kind::Pickle,
        ),
        (
            b"\x80\x02}q\x00X\x01\x00\x00\x00aq\x01]q\x02(K\x01K\x02es.",
            b'.',
            Kind::Pickle,
        ),
        (
            b"\x80\x04\x95\x0f\0\0\0\0\0\0\0}\x94\x8c\x01a",
            b'.',
            Kind::Pickle,
        ),
        (
            b"\x80\x05\x95\x0f\0\0\0\0\0\0\0}\x94\x8c\x01a",
            b'.',
            Kind::Pickle,
        ),
        (b"cos\nsystem\n(S'true'\ntR.", b'.', Kind::Pickle),
        (b"cposix\nsystem\np0\n", b'.', Kind::Pickle),
        (
            b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.\x80\x02M\xe9\x03.",
            0,
            Kind::Pickle,
        ),
        (&zip("archive/data.pkl"), 0, Kind::TorchZip),
        (&zip("model_len70_101/data.pkl"), 0, Kind::TorchZip),
        (&zip("arr_0.npy"), 0, Kind::Npz),
        (&zip("metadata.json"), 0, Kind::KerasZip),
        (&zip("readme.txt"), 0, Kind::Zip),
        (b"\x89HDF\r\n\x1a\n\0", 0, Kind::Hdf5),
        (&npy("'<f4'"), 0, Kind::Npy),
        (&npy("'|O'"), 0, Kind::NpyObjects),
        (&npy("[('a', '|O'), ('b', '<f4')]"), 0, Kind::NpyObjects),
        (b"\x1f\x8b\x08\0", 0, Kind::Compressed),
        (b"\x7fELF\x02", 0, Kind::Program),
        (
            b"version https://git-lfs.github.com/spec/v1\noid sha256:4d\nsize 3\n",
            b'\n',
            Kind::LfsPointer,
        ),
        (b"\n<!DOCTYPE html>\n<html>", b'>', Kind::Html),
        (b"\xef\xbb\xbf<HTML lang=en>", b'>', Kind::Html),
        (
            b"<?xml version=\"1.0\"?>\n<Error><Code>AccessDenied</Code></Error>",
            b'>',
            Kind::Html,
        ),
        (b"PAR1\x15\x04", b'1', Kind::Parquet),
        (b" {\"a\": 1}\n", b'\n', Kind::Json),
        (b"[1]", b']', Kind::Json),
        (b"A\nC\nG\n", b'\n', Kind::Text),
        (b"cat dog.", b'.', Kind::Text),
        ("N\u{e9}".as_bytes(), 0, Kind::Text),
        (b"\xff\xfe\0\x01", 0, Kind::Unknown),
        (&[0; 64], 0, Kind::Unknown),
    ] {
        assert_eq!(Kind::of_bytes(head, last), kind, "{}", head.escape_ascii());
    }
}

/// A letter may be cut in two where the first part ends.
#[test]
fn text_that_is_longer_than_what_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("text");
    std::fs::write(&path, format!("a{}", "\u{e9}".repeat(5000))).unwrap();
    assert_eq!(Kind::of(&path).unwrap(), Kind::Text);
}
