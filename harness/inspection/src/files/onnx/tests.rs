use super::*;
use crate::files::wire::encode::{bytes, whole};

fn entry(key: &str, value: &str) -> Vec<u8> {
    bytes(
        13,
        &[bytes(1, key.as_bytes()), bytes(2, value.as_bytes())].concat(),
    )
}

/// Two numbers of f32 named `w`, in another file.
fn outside(entries: &[(&str, &str)]) -> Vec<u8> {
    let mut tensor = [whole(1, 2), whole(2, 1), bytes(8, b"w"), whole(14, 1)].concat();
    for (key, value) in entries {
        tensor.extend(entry(key, value));
    }
    tensor
}

fn model(graph: &[u8]) -> Vec<u8> {
    [whole(1, 8), bytes(7, graph)].concat()
}

fn initializer(tensor: &[u8]) -> Vec<u8> {
    model(&bytes(5, tensor))
}

struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("model")).unwrap();
        std::fs::write(folder.path().join("model/data"), [0; 16]).unwrap();
        std::fs::write(folder.path().join("model/other"), [0; 16]).unwrap();
        std::fs::write(folder.path().join("secret"), [0; 16]).unwrap();
        Self { folder }
    }

    fn said(&self, model: &[u8]) -> String {
        let folder = self.folder.path().join("model");
        let data = folder.join("data");
        check_bytes(model, &folder, &[&data])
            .err()
            .unwrap_or_default()
    }
}

#[test]
fn external_data_lie_in_declared_files_within_the_folder() {
    let place = Place::new();
    for entries in [
        &[("location", "data")][..],
        &[("location", "./data"), ("offset", "8"), ("length", "8")],
        &[("location", "data"), ("checksum", "x")],
    ] {
        assert_eq!(
            place.said(&initializer(&outside(entries))),
            "",
            "{entries:?}"
        );
    }
    let secret = place.folder.path().join("secret");
    for (entries, says) in [
        (
            &[("location", "../secret")][..],
            "leaves the model's folder",
        ),
        (
            &[("location", "../model/data")],
            "leaves the model's folder",
        ),
        (
            &[("location", secret.to_str().unwrap())],
            "leaves the model's folder",
        ),
        (&[("location", "..\\secret")], "leaves the model's folder"),
        (&[("location", "C:data")], "leaves the model's folder"),
        (&[("location", "")], "leaves the model's folder"),
        // ONNX Runtime reads its own memory from this one.
        (
            &[("location", "*/_ORT_MEM_ADDR_/*"), ("offset", "4096")],
            "cannot be read",
        ),
        (&[("location", "absent")], "`absent`, which cannot be read"),
        (
            &[("location", "other")],
            "`files` do not name: add it there",
        ),
        (&[("location", ".")], "no file within"),
        (
            &[("location", "data"), ("offset", "9")],
            "lies at 9 and has 8 bytes, and `data` has 16",
        ),
        (&[("location", "data"), ("length", "17")], "has 17 bytes"),
        (
            &[("location", "data"), ("offset", "18446744073709551615")],
            "lies at 18446744073709551615",
        ),
        (
            &[("location", "data"), ("offset", "-1")],
            "no place in a file",
        ),
        (
            &[("location", "data"), ("location", "data")],
            "two entries `location`",
        ),
        (
            &[("location", "data"), ("prepacked_0", "x")],
            "does not know",
        ),
        (&[("offset", "0")], "no `location`"),
        (&[], "no `location`"),
    ] {
        let error = place.said(&initializer(&outside(entries)));
        assert!(error.contains(says), "{entries:?}: {error}");
        assert!(error.contains("tensor `w`"), "{error}");
    }
}

/// Wherever a tensor may stand: in an attribute, a graph within a graph, a function, a sparse tensor.
#[test]
fn every_place_of_a_tensor_is_looked_at() {
    let place = Place::new();
    let tensor = outside(&[("location", "../secret")]);
    let in_attribute = |field| bytes(5, &bytes(field, &tensor));
    let node = |attribute: &[u8]| bytes(1, attribute);
    let inner = bytes(5, &tensor);
    for graph in [
        bytes(5, &tensor),
        bytes(15, &bytes(1, &tensor)),
        bytes(15, &bytes(2, &tensor)),
        node(&in_attribute(5)),
        node(&in_attribute(10)),
        node(&bytes(5, &bytes(6, &inner))),
        node(&bytes(5, &bytes(11, &inner))),
    ] {
        let error = place.said(&model(&graph));
        assert!(error.contains("leaves the model's folder"), "{error}");
    }
    let sparse = bytes(1, &tensor);
    for field in [22, 23] {
        let error = place.said(&model(&node(&bytes(5, &bytes(field, &sparse)))));
        assert!(
            error.contains("leaves the model's folder"),
            "{field}: {error}"
        );
    }
    for more in [
        bytes(25, &bytes(7, &in_attribute(5))),
        bytes(25, &bytes(11, &bytes(5, &tensor))),
        bytes(20, &bytes(2, &inner)),
    ] {
        let error = place.said(&[model(&[]), more].concat());
        assert!(error.contains("leaves the model's folder"), "{error}");
    }
}

#[cfg(unix)]
#[test]
fn links_are_followed_before_the_folder_is_looked_at() {
    let place = Place::new();
    let folder = place.folder.path().join("model");
    std::os::unix::fs::symlink(place.folder.path().join("secret"), folder.join("link")).unwrap();
    let error = check_bytes(
        &initializer(&outside(&[("location", "link")])),
        &folder,
        &[&folder.join("link")],
    )
    .unwrap_err();
    assert!(error.contains("once links are followed"), "{error}");
}

#[test]
fn tensors_have_as_many_bytes_as_they_claim() {
    let place = Place::new();
    let tensor = |sizes: &[i64], kind: i64, raw: usize| {
        let mut tensor = whole(2, kind);
        for size in sizes {
            tensor.extend(whole(1, *size));
        }
        initializer(&[tensor, bytes(9, &vec![0; raw])].concat())
    };
    for (sizes, kind, raw) in [
        (&[2, 3][..], 1, 24),
        (&[3], 22, 2),
        (&[], 11, 8),
        (&[0], 1, 0),
    ] {
        assert_eq!(
            place.said(&tensor(sizes, kind, raw)),
            "",
            "{sizes:?} {kind}"
        );
    }
    for (sizes, kind, raw) in [
        (&[2, 3][..], 1, 23),
        (&[2, 3], 1, 28),
        (&[127], 7, 8),
        (&[3], 22, 1),
    ] {
        let error = place.said(&tensor(sizes, kind, raw));
        assert!(error.contains("claims"), "{error}");
    }
    let typed = |size: i64| initializer(&[whole(2, 7), whole(1, size), bytes(7, &[1, 2])].concat());
    assert_eq!(place.said(&typed(2)), "");
    assert!(place.said(&typed(100)).contains("claims 100 numbers"));
    let huge = [[1 << 3, 0xff].as_slice(), &[0xff; 8], &[0x01]].concat();
    let error = place.said(&initializer(&[huge, whole(2, 1)].concat()));
    assert!(error.contains("no machine holds"), "{error}");
    let sizes = [0xff, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0x7f];
    let sparse = place.said(&model(&bytes(15, &bytes(3, &sizes))));
    assert!(sparse.contains("sparse"), "{sparse}");
}

#[test]
fn what_is_no_model_is_told() {
    let place = Place::new();
    let says = |bytes: &[u8], words: &str| {
        let error = place.said(bytes);
        assert!(error.contains(words), "{error}");
    };
    assert_eq!(place.said(&model(&[])), "");
    says(&whole(1, 8), "no ONNX model");
    says(&bytes(7, &[]), "no ONNX model");
    says(&model(&bytes(5, &[0x0a, 0x7f])), "cut short");
    says(&[0x08, 0x08, 0x3a, 0x50, 0x01], "cut short");
    says(
        &model(&bytes(1, &bytes(4, b"EPContext"))),
        "compiled engine",
    );
    let mut graph = bytes(2, b"deepest");
    for _ in 0..100 {
        graph = bytes(1, &bytes(5, &bytes(6, &graph)));
    }
    says(&model(&graph), "graphs within graphs");
}

#[test]
fn graphs_that_ship_are_taken() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut checked = 0;
    for place in [
        "../backends/fixtures",
        "../backends/fixtures/foreign",
        "../../models/mmsplice-donor",
        "../../models/cispliceai-member",
    ] {
        for file in std::fs::read_dir(folder.join(place)).unwrap() {
            let path = file.unwrap().path();
            if path.extension().is_some_and(|end| end == "onnx") {
                let data = path.with_extension("onnx_data");
                check(&path, &[&data])
                    .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
                checked += 1;
            }
        }
    }
    assert!(checked > 20, "{checked}");
}
