//! Every YAML file that ships is sound, and none of them, however it is broken, breaks the parser.

use std::path::{Path, PathBuf};

use titer_core::Stream;
use titer_spec::document::Written;
use titer_spec::{Dataset, Document, Evaluation, ModelSpec, Suite};

/// Broken copies of each file.
const COPIES: u64 = 300;

fn files(folder: &str, name: Option<&str>) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(folder);
    let paths = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut found: Vec<PathBuf> = match name {
        Some(name) => paths
            .map(|path| path.join(name))
            .filter(|path| path.is_file())
            .collect(),
        None => paths
            .filter(|path| {
                path.extension()
                    .is_some_and(|extension| extension == "yaml")
            })
            .collect(),
    };
    found.sort();
    assert!(found.len() >= 3, "{found:?}");
    found
}

fn check<T: Written>(paths: &[PathBuf]) {
    for path in paths {
        let document = Document::<T>::read(path).unwrap_or_else(|error| panic!("{error}"));
        for copy in 0..COPIES {
            let mut stream = Stream::new(copy, "break", &path.to_string_lossy());
            let broken = broken(document.text.as_bytes(), &mut stream);
            // Taken or refused: it must come back.
            let _ = Document::<T>::parse(path, broken).map_err(|error| error.to_string());
        }
    }
}

/// Cut short, with letters replaced, or with a part doubled.
fn broken(text: &[u8], stream: &mut Stream) -> String {
    let mut bytes = text.to_vec();
    let mut below = |limit: usize| (stream.whole() % limit.max(1) as u64) as usize;
    match below(3) {
        0 => bytes.truncate(below(text.len())),
        1 => {
            for _ in 0..1 + below(8) {
                let at = below(bytes.len());
                bytes[at] = b":-[]{}\"'&*!|>%#\t\n 0a~\\\xff"[below(23)];
            }
        }
        _ => {
            let (start, length) = (below(text.len()), below(80));
            let part = text[start..text.len().min(start + length)].to_vec();
            let at = below(bytes.len());
            bytes.splice(at..at, part);
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn evaluations() {
    check::<Evaluation>(&files("evaluations", None));
}

#[test]
fn suites() {
    check::<Suite>(&files("suites", None));
}

#[test]
fn models() {
    check::<ModelSpec>(&files("models", Some("model.yaml")));
}

#[test]
fn datasets() {
    check::<Dataset>(&files("datasets", Some("dataset.yaml")));
}
