//! What is said of names that stand for nothing and of files that are not the ones described.

use std::path::Path;

use tempfile::TempDir;
use titer_core::Digest;
use titer_spec::{Dataset, Document, Evaluation, Kind, Located, Resolver, SpecError, Suite};

const EVALUATION: &str = "evaluation: own\nsuites: [owm]\nmodels:\n  - model: owm\n";
const SUITE: &str = "\
suite: own
summary: Is it a site?
task: own-site
question: {binary: {positive: site, negative: decoy}}
in_distribution:
  - dataset: splice-yaest
  - dataset: naer
";
const TABLE: &[u8] = b"id\tsequence\n";

/// A folder with an evaluation, and a model, a suite and a dataset of its own.
fn world() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in [
        ("own.yaml", EVALUATION),
        ("models/own/model.yaml", "model: own\n"),
        ("suites/own.yaml", SUITE),
        ("datasets/near/dataset.yaml", "dataset: near\n"),
        ("notes.yaml", "anything: 1\n"),
    ] {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

/// An error without the name of the temporary folder and the list of all that ships.
fn plain(folder: &TempDir, error: &SpecError) -> String {
    let folder = folder.path().display().to_string();
    let said = error.to_string().replace(&format!("{folder}/"), "");
    let said = said.replace(&folder, ".");
    said.split(" Known: ").next().unwrap().to_owned()
}

#[test]
fn names_that_stand_for_nothing() {
    let folder = world();
    let resolver = Resolver::default();
    let evaluation = Document::<Evaluation>::read(&folder.path().join("own.yaml")).unwrap();
    let suite = Document::<Suite>::read(&folder.path().join("suites/own.yaml")).unwrap();
    let mut said = vec![
        resolver.resolve(Kind::Suite, &evaluation.value.suites[0], &evaluation),
        resolver.resolve(Kind::Model, &of_model(&evaluation), &evaluation),
    ];
    let above = Resolver {
        folders: vec![folder.path().to_owned()],
    };
    for entry in &suite.value.in_distribution {
        said.push(above.resolve(Kind::Dataset, &entry.dataset, &suite));
    }
    let said: Vec<String> = said
        .into_iter()
        .map(|found| plain(&folder, &found.unwrap_err()))
        .collect();
    insta::assert_snapshot!(said.join("\n\n"));
}

fn of_model(evaluation: &Document<Evaluation>) -> Located<String> {
    let at = &evaluation.value.models[0].model;
    Located {
        value: "owm".to_owned(),
        line: at.line,
        column: at.column,
    }
}

#[test]
fn names_that_are_no_names() {
    let folder = world();
    for name in [
        "",
        ".",
        "..",
        "/",
        "../models/../own",
        "own/",
        "\u{0}",
        "notes",
    ] {
        for kind in [Kind::Evaluation, Kind::Suite, Kind::Dataset, Kind::Model] {
            let found = Resolver::default().find(kind, name, folder.path());
            // A path that leads to a descriptor is one: nothing else may be found.
            if let Ok(path) = found {
                assert!(path.is_file(), "{name:?}: {path:?}");
                let text = std::fs::read_to_string(path).unwrap();
                assert!(text.starts_with(kind.word()), "{name:?} as {kind:?}");
            }
        }
    }
}

#[test]
fn what_lies_in_a_folder_is_found_by_its_name() {
    let folder = world();
    let find = |kind, name| Resolver::default().find(kind, name, folder.path());
    let inside = |path: &str| folder.path().join(path);
    assert_eq!(find(Kind::Evaluation, "own"), Ok(inside("own.yaml")));
    assert_eq!(find(Kind::Suite, "own"), Ok(inside("suites/own.yaml")));
    assert_eq!(
        find(Kind::Model, "own"),
        Ok(inside("models/own/model.yaml"))
    );
}

/// A dataset whose table is `TABLE`, described as said.
fn described(folder: &TempDir, path: &str, digest: &str, bytes: usize) -> Document<Dataset> {
    let file = folder.path().join("datasets/near/dataset.yaml");
    std::fs::write(file.with_file_name("windows.tsv"), TABLE).unwrap();
    let text = format!(
        "dataset: near
summary: Windows.
kind: windows
file:
  path: {path}
  digest: \"{digest}\"
  bytes: {bytes}
columns: {{id: id, sequence: sequence, label: label, split: split}}
classes: [site, decoy]
splits: {{test: 2}}
organism: Homo sapiens
assembly: GRCh37
licence: {{sequence: public}}
"
    );
    Document::parse(&file, text).unwrap()
}

#[test]
fn files_that_are_not_the_ones_described() {
    let folder = world();
    let right = Digest::of(TABLE).to_string();
    let other = Digest::of(b"another").to_string();
    let verify = |path: &str, digest: &str, bytes: usize| {
        let document = described(&folder, path, digest, bytes);
        document.value.file.as_ref().unwrap().verify(&document)
    };
    let sound = verify("windows.tsv", &right, TABLE.len()).unwrap();
    assert_eq!(std::fs::read(sound).unwrap(), TABLE);
    let said: Vec<String> = [
        ("window.tsv", right.as_str(), TABLE.len()),
        ("../near/windows.tsv", &right, TABLE.len()),
        ("/etc/hostname", &right, TABLE.len()),
        ("windows.tsv", &right, TABLE.len() + 1),
        ("windows.tsv", &other, TABLE.len()),
        ("windows.tsv", "md5:00", TABLE.len()),
        ("windows.tsv", "", TABLE.len()),
        ("windows.tsv", &right[..right.len() - 1], TABLE.len()),
    ]
    .into_iter()
    .map(|(path, digest, bytes)| plain(&folder, &verify(path, digest, bytes).unwrap_err()))
    .collect();
    insta::assert_snapshot!(said.join("\n\n"));
}

#[test]
fn a_folder_is_no_file() {
    let folder = world();
    std::fs::create_dir(folder.path().join("datasets/near/inner")).unwrap();
    let document = described(&folder, "inner", &Digest::of(TABLE).to_string(), 4096);
    assert!(
        document
            .value
            .file
            .as_ref()
            .unwrap()
            .verify(&document)
            .is_err()
    );
}

#[test]
fn the_folder_of_a_bare_file_name_is_here() {
    let parsed = Document::<Evaluation>::parse(Path::new("own.yaml"), EVALUATION.to_owned());
    assert_eq!(parsed.unwrap().folder(), Path::new("."));
}
