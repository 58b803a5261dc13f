//! What is said about entries that name something to fetch, with one mistake each.

use std::path::Path;

use schemars::JsonSchema;
use serde::Deserialize;
use titer_spec::fetch::check;
use titer_spec::{Document, Fetch};

#[derive(Deserialize, JsonSchema)]
struct Entries {
    fetch: Vec<Fetch>,
}

titer_spec::written!(Entries);

const SOUND: &str = "\
fetch:
  - to: data/train.csv
    url: https://data.example.org/train.zip
    digest: \"sha256:0000000000000000000000000000000000000000000000000000000000000000\"
    bytes: 10
    licence: CC0 1.0
    unpack: {member: train.csv, digest: \"sha256:0000000000000000000000000000000000000000000000000000000000000000\", bytes: 20}
  - to: hub.parquet
    hub: {repo: org/name, revision: main, path: data/train.parquet, kind: dataset}
    digest: \"sha256:0000000000000000000000000000000000000000000000000000000000000000\"
    bytes: 10
    licence: CC0 1.0
";

fn said(text: String) -> String {
    let document = Document::<Entries>::parse(Path::new("dataset.yaml"), text);
    let checked = document.and_then(|document| check(&document, &document.value.fetch));
    match checked {
        Ok(()) => "TAKEN".to_owned(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn entries() {
    assert_eq!(said(SOUND.to_owned()), "TAKEN");
    let mistakes = [
        ("to: data/train.csv", "to: ../train.csv"),
        ("to: data/train.csv", "to: /train.csv"),
        ("to: data/train.csv", "to: hub.parquet"),
        ("to: data/train.csv", "to: hub.parquet/train.csv"),
        ("to: data/train.csv", "to: \"a\\e[2Jb\""),
        ("https://data", "ftp://data"),
        ("https://data", "https://me:sesame@data"),
        ("https://data.example.org/train.zip", "https://"),
        ("    url: https://data.example.org/train.zip\n", ""),
        ("    hub: {", "    url: https://a.org/b\n    hub: {"),
        ("url: https", "urls: https"),
        ("\"sha256:0000", "\"sha256:000"),
        ("\"sha256:0000", "\"md5:0000"),
        ("bytes: 10", "bytes: 0"),
        ("bytes: 10", "bytes: 10 MB"),
        ("    bytes: 10\n", ""),
        ("    licence: CC0 1.0\n", ""),
        ("licence: CC0 1.0", "licence: \"\""),
        ("member: train.csv", "member: ../train.csv"),
        ("bytes: 20", "bytes: 0"),
        ("repo: org/name", "repo: ../name"),
        ("repo: org/name", "repo: a/b/c"),
        ("repo: org/name", "repo: org--a/name"),
        ("revision: main", "revision: ../main"),
        ("revision: main", "revision: \"main?x\""),
        ("path: data/train.parquet", "path: /etc/passwd"),
        ("path: data/train.parquet", "path: data/../../x"),
        ("kind: dataset", "kind: space"),
    ];
    let mut all = String::new();
    for (old, new) in mistakes {
        assert!(SOUND.contains(old), "{old}");
        let (shown, answer) = (new.escape_debug(), said(SOUND.replacen(old, new, 1)));
        assert!(
            !answer.lines().next().unwrap().contains("sesame"),
            "{answer}"
        );
        all.push_str(&format!(
            "# {} -> {shown}\n{answer}\n\n",
            old.escape_debug()
        ));
    }
    insta::assert_snapshot!(all);
}
