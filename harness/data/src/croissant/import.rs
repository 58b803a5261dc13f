//! A descriptor made of somebody's Croissant: what it says is taken over, what it does not say is listed.

use std::fmt::Write as _;

use serde_json::Value;

/// A descriptor that was made of Croissant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// The dataset's name.
    pub name: String,
    /// The descriptor's text.
    pub text: String,
    /// What Croissant does not say and a person has to: each with its field.
    pub open: Vec<String>,
}

/// What columns are commonly called.
const SEQUENCE: [&str; 4] = ["sequence", "seq", "ref_sequence", "sequence1"];
const SECOND: [&str; 2] = ["alt_sequence", "sequence2"];
const LABEL: [&str; 3] = ["label", "class", "y"];
const ID: [&str; 2] = ["id", "name"];

/// Makes a descriptor of Croissant's text.
///
/// # Errors
/// It is no JSON, or no Croissant with files of one layout that can be read; in words with the cure.
pub fn import(text: &str) -> Result<Imported, String> {
    let value: Value = serde_json::from_str(text).map_err(|error| {
        format!("is no JSON: {error}\n  cure: name the JSON-LD file that describes the dataset")
    })?;
    let version = texts(&value, "conformsTo").join(" ");
    if !version.contains("mlcommons.org/croissant/") {
        return Err("does not conform to Croissant: it has no such `conformsTo`\n  cure: name a Croissant 1.0 file; older ones are brought up by mlcroissant's `migrate`".to_owned());
    }
    let name = plain_name(&texts(&value, "name").join(" "));
    let files: Vec<File> = list(&value, "distribution")
        .into_iter()
        .filter_map(File::of)
        .collect();
    let layouts: Vec<&str> = files.iter().map(|file| file.layout).collect();
    let Some(layout) = layouts.first().copied() else {
        return Err("names no file of CSV, TSV or Parquet\n  cure: write the descriptor by hand; docs/data.md has the layouts".to_owned());
    };
    if layouts.iter().any(|other| *other != layout) {
        return Err("names files of several layouts\n  cure: import one at a time, or write the descriptor by hand".to_owned());
    }
    let columns = columns(&value);
    let mut open = Vec::new();
    let mut out = String::new();
    let quoted = |text: &str| serde_json::to_string(text).unwrap_or_default();
    let summary = texts(&value, "description").join(" ");
    let _ = writeln!(
        out,
        "dataset: {name}\nsummary: {}\nkind: windows\nlayout: {layout}",
        quoted(&summary)
    );
    out += "files:\n";
    let several = files.len() > 1;
    for file in &files {
        let split = split_of(&file.path);
        let split = split
            .filter(|_| several)
            .map_or(String::new(), |split| format!(", split: {split}"));
        let _ = writeln!(
            out,
            "  - {{path: {}, digest: {}, bytes: {}{split}}}",
            quoted(&file.path),
            file.digest
                .as_deref()
                .map_or("unpinned".to_owned(), |digest| quoted(&format!(
                    "sha256:{digest}"
                ))),
            file.bytes.unwrap_or(0)
        );
        if file.digest.is_none() || file.bytes.is_none() {
            open.push(format!("files: digest and bytes of {}", file.path));
        }
    }
    let find = |known: &[&str]| {
        columns
            .iter()
            .find(|column| known.contains(&column.to_lowercase().as_str()))
    };
    let mut named = Vec::new();
    for (field, known, needed) in [
        ("id", &ID[..], false),
        ("sequence", &SEQUENCE[..], true),
        ("second", &SECOND[..], false),
        ("label", &LABEL[..], true),
        ("split", &["split"][..], false),
    ] {
        match find(known) {
            Some(column) => named.push(format!("{field}: {}", quoted(column))),
            None if needed => {
                named.push(format!("{field}: FILL_IN"));
                open.push(format!(
                    "columns: {field}: which of {}?",
                    columns.join(", ")
                ));
            }
            None => {}
        }
    }
    let _ = writeln!(out, "columns: {{{}}}", named.join(", "));
    out += "classes: [FILL_IN]\nsplits: {test: 0}\norganism: FILL_IN\nassembly: FILL_IN\n";
    open.extend(
        [
            "classes: what labels there are",
            "splits: how many examples each has",
            "organism",
            "assembly",
        ]
        .map(str::to_owned),
    );
    let licence = texts(&value, "license").join("; ");
    if licence.is_empty() {
        open.push("licence: none is stated".to_owned());
    }
    let licence = if licence.is_empty() {
        "not stated"
    } else {
        &licence
    };
    let _ = writeln!(out, "licence: {{all: {}}}", quoted(licence));
    let fetched: Vec<&File> = files.iter().filter(|file| file.url.is_some()).collect();
    if !fetched.is_empty() {
        out += "fetch:\n";
    }
    for file in fetched {
        let _ = writeln!(
            out,
            "  - {{to: {}, url: {}, digest: {}, bytes: {}, licence: {}}}",
            quoted(&file.path),
            quoted(file.url.as_deref().unwrap_or_default()),
            file.digest
                .as_deref()
                .map_or("unpinned".to_owned(), |digest| quoted(&format!(
                    "sha256:{digest}"
                ))),
            file.bytes.unwrap_or(0),
            quoted(licence)
        );
    }
    Ok(Imported {
        name,
        text: out,
        open,
    })
}

/// A file that can be read.
struct File {
    path: String,
    url: Option<String>,
    layout: &'static str,
    digest: Option<String>,
    bytes: Option<u64>,
}

impl File {
    fn of(value: &Value) -> Option<Self> {
        let layout = match texts(value, "encodingFormat").first()?.as_str() {
            "text/csv" => "csv",
            "text/tab-separated-values" | "text/tsv" => "tsv",
            "application/x-parquet" | "application/vnd.apache.parquet" => "parquet",
            _ => return None,
        };
        let place = texts(value, "contentUrl").into_iter().next()?;
        let is_url = place.starts_with("http://") || place.starts_with("https://");
        let last = place.split(['?', '#']).next().unwrap_or_default();
        let last = last.rsplit('/').next().unwrap_or_default();
        let digest = texts(value, "sha256").into_iter().next();
        let is_hex =
            |text: &String| text.len() == 64 && text.bytes().all(|it| it.is_ascii_hexdigit());
        Some(Self {
            path: if is_url {
                last.to_owned()
            } else {
                place.clone()
            },
            url: is_url.then_some(place),
            layout,
            digest: digest.filter(is_hex).map(|digest| digest.to_lowercase()),
            bytes: texts(value, "contentSize")
                .first()
                .and_then(|text| bytes(text)),
        })
    }
}

/// `12 B`, `12`; sizes in other units are rounded, and no size in bytes.
fn bytes(text: &str) -> Option<u64> {
    text.trim().trim_end_matches('B').trim().parse().ok()
}

/// The columns that fields are extracted from, each once.
fn columns(value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for set in list(value, "recordSet") {
        for field in list(set, "field") {
            let column = field
                .pointer("/source/extract/column")
                .and_then(Value::as_str);
            if let Some(column) = column
                && !found.iter().any(|known| known == column)
            {
                found.push(column.to_owned());
            }
        }
    }
    found
}

/// A property that may be one or several.
fn list<'a>(value: &'a Value, name: &str) -> Vec<&'a Value> {
    match value.get(name) {
        Some(Value::Array(items)) => items.iter().collect(),
        Some(Value::Null) | None => Vec::new(),
        Some(one) => vec![one],
    }
}

/// The texts of a property, of `{"@value": ...}` and `{"@id": ...}` too.
fn texts(value: &Value, name: &str) -> Vec<String> {
    let text = |item: &Value| match item {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Object(map) => ["@value", "@id", "name"]
            .iter()
            .find_map(|key| map.get(*key).and_then(Value::as_str).map(str::to_owned)),
        _ => None,
    };
    list(value, name).into_iter().filter_map(text).collect()
}

/// A name as folders have it.
fn plain_name(name: &str) -> String {
    let letter = |c: char| match c {
        c if c.is_ascii_alphanumeric() || c == '-' || c == '_' || c == '.' => {
            c.to_ascii_lowercase()
        }
        _ => '-',
    };
    let name: String = name.chars().map(letter).collect();
    let name = name.trim_matches(['-', '.']).to_owned();
    if name.is_empty() {
        "imported".to_owned()
    } else {
        name
    }
}

/// The split that a file's name tells.
fn split_of(path: &str) -> Option<&'static str> {
    let name = path.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    match () {
        () if has(&["train"]) => Some("train"),
        () if has(&["valid", "dev", "tuning", "val."]) => Some("tuning"),
        () if has(&["test"]) => Some("test"),
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_is_taken_over_and_what_is_not_is_listed() {
        let text = r#"{"conformsTo": "http://mlcommons.org/croissant/1.0", "name": "My Set", "description": "Some.",
            "license": {"@id": "https://spdx.org/licenses/MIT"},
            "distribution": [
              {"@type": "cr:FileObject", "contentUrl": "https://x.org/a/train.csv?download=1", "encodingFormat": "text/csv", "sha256": "AA00000000000000000000000000000000000000000000000000000000000000", "contentSize": "12 B"},
              {"@type": "cr:FileObject", "contentUrl": "test.csv", "encodingFormat": ["text/csv"], "contentSize": "3.2 KB"},
              {"@type": "cr:FileObject", "contentUrl": "readme.md", "encodingFormat": "text/markdown"}],
            "recordSet": {"field": [
              {"source": {"extract": {"column": "Sequence"}}}, {"source": {"extract": {"column": "answer"}}}]}}"#;
        let found = import(text).unwrap();
        assert_eq!(found.name, "my-set");
        let expected = "\
dataset: my-set
summary: \"Some.\"
kind: windows
layout: csv
files:
  - {path: \"train.csv\", digest: \"sha256:aa00000000000000000000000000000000000000000000000000000000000000\", bytes: 12, split: train}
  - {path: \"test.csv\", digest: unpinned, bytes: 0, split: test}
columns: {sequence: \"Sequence\", label: FILL_IN}
classes: [FILL_IN]
splits: {test: 0}
organism: FILL_IN
assembly: FILL_IN
licence: {all: \"https://spdx.org/licenses/MIT\"}
fetch:
  - {to: \"train.csv\", url: \"https://x.org/a/train.csv?download=1\", digest: \"sha256:aa00000000000000000000000000000000000000000000000000000000000000\", bytes: 12, licence: \"https://spdx.org/licenses/MIT\"}
";
        assert_eq!(found.text, expected);
        assert!(
            found
                .open
                .contains(&"columns: label: which of Sequence, answer?".to_owned())
        );
        assert!(
            found
                .open
                .contains(&"files: digest and bytes of test.csv".to_owned())
        );
    }

    #[test]
    fn what_is_no_croissant_is_refused() {
        for (text, said) in [
            ("{", "is no JSON"),
            ("{}", "does not conform"),
            (
                r#"{"conformsTo": "http://mlcommons.org/croissant/1.0"}"#,
                "names no file",
            ),
            (
                r#"{"conformsTo": "http://mlcommons.org/croissant/1.0", "distribution": [{"contentUrl": "a", "encodingFormat": "text/csv"}, {"contentUrl": "b", "encodingFormat": "application/x-parquet"}]}"#,
                "several layouts",
            ),
        ] {
            let error = import(text).unwrap_err();
            assert!(error.contains(said) && error.contains("cure:"), "{error}");
        }
    }
}
