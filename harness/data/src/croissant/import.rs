//! A descriptor made of somebody's Croissant: what it says is taken over, what it does not say is listed.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use titer_spec::dataset::FILL_IN;
use titer_spec::yaml::{inline, quoted};

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
const COMMON: [(&str, &[&str]); 5] = [
    ("id", &["id", "name"]),
    (
        "sequence",
        &["sequence", "seq", "ref_sequence", "sequence1"],
    ),
    ("second", &["alt_sequence", "sequence2"]),
    ("label", &["label", "class", "y"]),
    ("split", &["split"]),
];
/// What columns of places are commonly called.
const PLACES: [(&str, &[&str]); 7] = [
    ("chromosome", &["chromosome", "chrom", "chr"]),
    ("start", &["start", "chromstart", "chrom_start"]),
    ("end", &["end", "chromend", "chrom_end"]),
    ("strand", &["strand"]),
    ("position", &["position", "pos"]),
    ("ref_allele", &["ref", "ref_allele"]),
    ("alt_allele", &["alt", "alt_allele"]),
];
/// Fields before the files, and after them, in the order in which they are written.
const BEFORE: [&str; 4] = ["summary", "kind", "layout", "header"];
const AFTER: [&str; 13] = [
    "window", "columns", "labels", "classes", "context", "divide", "splits", "organism",
    "assembly", "licence", "sources", "changes", "caveats",
];

/// Makes a descriptor of Croissant's text. Of Croissant that `titer data croissant` wrote nothing is left open.
///
/// # Errors
/// It is no JSON, or no Croissant with files of one layout that can be read; in words with the cure.
pub fn import(text: &str) -> Result<Imported, String> {
    let value: Value = serde_json::from_str(text).map_err(|error| {
        format!("is no JSON: {error}\n  help: name the JSON-LD file that describes the dataset")
    })?;
    let version = texts(&value, "conformsTo").join(" ");
    if !version.contains("mlcommons.org/croissant/") {
        return Err("does not conform to Croissant: it has no such `conformsTo`\n  help: name a Croissant 1.0 file; older ones are brought up by mlcroissant's `migrate`".to_owned());
    }
    let all = list(&value, "distribution").into_iter();
    let mut found = Found {
        files: all.filter_map(File::of).collect(),
        genome: None,
        fields: Map::new(),
        open: Vec::new(),
    };
    match own(&value) {
        Some(own) => found.take_over(own),
        None => found.guess(&value)?,
    }
    let licence = licences(&texts(&value, "license"));
    if licence.is_empty() {
        found.open.push("licence: none is stated".to_owned());
    }
    let name = plain_name(&texts(&value, "name").join(" "));
    Ok(Imported {
        text: found.written(&name, &licence),
        name,
        open: found.open,
    })
}

/// What a descriptor is made of.
struct Found {
    files: Vec<File>,
    genome: Option<File>,
    /// Its other fields.
    fields: Map<String, Value>,
    open: Vec<String>,
}

impl Found {
    /// What we wrote ourselves.
    fn take_over(&mut self, mut own: Map<String, Value>) {
        let path = |value: &Value| value.get("path").and_then(Value::as_str).map(str::to_owned);
        for said in own.get("files").into_iter().flat_map(list_of) {
            let file = self
                .files
                .iter_mut()
                .find(|it| path(said).as_ref() == Some(&it.path));
            if let Some(file) = file {
                file.split = texts(said, "split").into_iter().next();
                file.label = texts(said, "label").into_iter().next();
            }
        }
        if let Some(genome) = own.get("genome").and_then(Value::as_str) {
            let at = self.files.iter().position(|file| file.path == genome);
            self.genome = at.map(|at| self.files.remove(at));
        }
        for name in BEFORE.into_iter().chain(AFTER) {
            if let Some(said) = own.remove(name) {
                self.fields.insert(name.to_owned(), said);
            }
        }
        self.open_files();
    }

    /// What others wrote: columns are known by their names, splits by those of the files.
    fn guess(&mut self, value: &Value) -> Result<(), String> {
        let fasta = self.files.iter().position(|file| file.is_fasta);
        let fasta = fasta.map(|at| self.files.remove(at));
        self.files.retain(|file| file.layout.is_some());
        let mut layouts = self.files.iter().filter_map(|file| file.layout);
        let Some(layout) = layouts.next() else {
            return Err("names no file of CSV, TSV or Parquet\n  help: write the descriptor by hand; docs/data.md has the layouts".to_owned());
        };
        if layouts.any(|other| other != layout) {
            return Err("names files of several layouts\n  help: import one at a time, or write the descriptor by hand".to_owned());
        }
        self.open_files();
        let columns = self.columns(&columns(value), layout);
        if columns.get("place").is_some() {
            self.genome = fasta;
            if self.genome.is_none() {
                self.open
                    .push("genome: the FASTA that places lie on".to_owned());
            }
        }
        let splits = self.splits(columns.get("split").is_some());
        for (name, said) in [
            ("summary", json!(texts(value, "description").join(" "))),
            ("kind", json!("windows")),
            ("layout", json!(layout)),
            ("columns", columns),
            ("classes", json!([FILL_IN])),
            ("splits", splits),
            ("organism", json!(FILL_IN)),
            ("assembly", json!(FILL_IN)),
        ] {
            self.fields.insert(name.to_owned(), said);
        }
        for open in [
            "classes: what labels there are (`titer data pin` finds them)",
            "splits: how many examples each has (`titer data pin` counts them)",
            "organism",
            "assembly",
        ] {
            self.open.push(open.to_owned());
        }
        Ok(())
    }

    /// Which column is what.
    fn columns(&mut self, all: &[String], layout: &str) -> Value {
        let named = |common: &[(&str, &[&str])]| -> Map<String, Value> {
            let find = |known: &[&str]| {
                let is_known = |column: &&String| known.contains(&column.to_lowercase().as_str());
                all.iter().find(is_known).cloned()
            };
            let found = common.iter();
            let found =
                found.filter_map(|(field, known)| Some(((*field).to_owned(), json!(find(known)?))));
            found.collect()
        };
        let (mut columns, mut place) = (named(&COMMON), named(&PLACES));
        let has = |names: &[&str]| names.iter().all(|name| place.contains_key(*name));
        let is_interval = has(&["chromosome", "start", "end"]);
        let is_variant = has(&["chromosome", "position", "ref_allele", "alt_allele"]);
        let has_letters = columns.contains_key("sequence");
        let mut ask = |columns: &mut Map<String, Value>, field: &str| {
            columns.insert(field.to_owned(), json!(FILL_IN));
            let which = format!("columns: {field}: which of {}?", all.join(", "));
            self.open.push(which);
        };
        if !has_letters && !is_interval && !is_variant {
            ask(&mut columns, "sequence");
        }
        if !columns.contains_key("label") {
            ask(&mut columns, "label");
        }
        if !has_letters && (is_interval || is_variant) {
            if is_interval {
                for name in ["position", "ref_allele", "alt_allele"] {
                    place.remove(name);
                }
            } else {
                place.remove("start");
                place.remove("end");
                let open = "window: how many bases around a variant";
                self.open.push(open.to_owned());
            }
            if layout != "bed" {
                place.insert("counted_from".to_owned(), json!(0));
                let open = "columns: place: counted_from: 1 where the first base of a chromosome is called 1";
                self.open.push(open.to_owned());
            }
            columns.insert("place".to_owned(), Value::Object(place));
        }
        Value::Object(columns)
    }

    /// The splits of files by their names, where no column has them, still to be counted.
    fn splits(&mut self, by_column: bool) -> Value {
        if !by_column && self.files.len() > 1 {
            for file in &mut self.files {
                file.split = split_of(&file.path).map(str::to_owned);
            }
        }
        let known: BTreeSet<String> = self
            .files
            .iter()
            .filter_map(|it| it.split.clone())
            .collect();
        if known.is_empty() {
            return json!({"test": 0});
        }
        for file in self.files.iter_mut().filter(|file| file.split.is_none()) {
            file.split = Some(FILL_IN.to_owned());
            self.open.push(format!("files: split of {}", file.path));
        }
        known.into_iter().map(|split| (split, json!(0))).collect()
    }

    /// Lists files without digest or size.
    fn open_files(&mut self) {
        for file in self.files.iter().chain(&self.genome) {
            if file.digest.is_none() || file.bytes.is_none() {
                let open = match file.digest {
                    Some(_) => "bytes",
                    None => "digest and bytes",
                };
                let path = &file.path;
                self.open.push(format!(
                    "files: {open} of {path} (`titer data pin` writes them)"
                ));
            }
        }
    }

    /// The descriptor's text.
    fn written(&self, name: &str, licence: &Map<String, Value>) -> String {
        let mut out = format!("dataset: {}\n", quoted(name));
        let write = |out: &mut String, field: &str| {
            if let Some(said) = self.fields.get(field) {
                let _ = writeln!(out, "{field}: {}", inline(said));
            }
        };
        for field in BEFORE {
            write(&mut out, field);
        }
        out += "files:\n";
        for file in &self.files {
            let _ = writeln!(out, "  - {{{}}}", file.entry());
        }
        if let Some(genome) = &self.genome {
            let _ = writeln!(out, "genome: {{{}}}", genome.entry());
        }
        let stated: Vec<&str> = licence.values().filter_map(Value::as_str).collect();
        let stated = match stated.is_empty() {
            true => "not stated".to_owned(),
            false => stated.join("; "),
        };
        for field in AFTER {
            match field {
                "licence" if licence.is_empty() => out += "licence: {all: not stated}\n",
                "licence" => {
                    let _ = writeln!(out, "licence: {}", inline(&Value::Object(licence.clone())));
                }
                field => write(&mut out, field),
            }
        }
        let all = self.files.iter().chain(&self.genome);
        let all: Vec<(&File, &String)> = all
            .filter_map(|file| Some((file, file.url.as_ref()?)))
            .collect();
        if !all.is_empty() {
            out += "fetch:\n";
        }
        for (file, url) in all {
            let _ = writeln!(
                out,
                "  - {{to: {}, url: {}, {}, licence: {}}}",
                quoted(&file.path),
                quoted(url),
                file.downloaded(),
                quoted(&stated)
            );
        }
        out
    }
}

/// What `titer data croissant` wrote beside Croissant's own words.
fn own(value: &Value) -> Option<Map<String, Value>> {
    let text = value.get(super::OWN)?.as_str()?;
    match serde_json::from_str(text) {
        Ok(Value::Object(map)) => Some(map),
        _ => None,
    }
}

/// Licences by what they are of, as `sequence: CC0`; `all` where nothing is said.
fn licences(stated: &[String]) -> Map<String, Value> {
    let mut found: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    let is_word = |text: &str| {
        !text.is_empty() && text.bytes().all(|it| it.is_ascii_lowercase() || it == b'_')
    };
    for one in stated {
        let (what, licence) = match one.split_once(": ") {
            Some((what, licence)) if is_word(what) => (what, licence),
            _ => ("all", one.as_str()),
        };
        found.entry(what.to_owned()).or_default().push(licence);
    }
    let joined = found.into_iter();
    joined
        .map(|(what, all)| (what, json!(all.join("; "))))
        .collect()
}

/// A file that can be read.
struct File {
    path: String,
    url: Option<String>,
    /// None of FASTA and of what others alone can read.
    layout: Option<&'static str>,
    is_fasta: bool,
    digest: Option<String>,
    bytes: Option<u64>,
    split: Option<String>,
    label: Option<String>,
}

impl File {
    fn of(value: &Value) -> Option<Self> {
        let format = texts(value, "encodingFormat").into_iter().next()?;
        let place = texts(value, "contentUrl").into_iter().next()?;
        let is_url = place.starts_with("http://") || place.starts_with("https://");
        let last = place.split(['?', '#']).next().unwrap_or_default();
        let last = last.rsplit('/').next().unwrap_or_default();
        let is_bed = last
            .trim_end_matches(".gz")
            .to_lowercase()
            .ends_with(".bed");
        let layout = match format.as_str() {
            "text/csv" => Some("csv"),
            "text/tab-separated-values" | "text/tsv" if is_bed => Some("bed"),
            "text/tab-separated-values" | "text/tsv" => Some("tsv"),
            "application/x-parquet" | "application/vnd.apache.parquet" => Some("parquet"),
            _ => None,
        };
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
            is_fasta: format == "text/x-fasta",
            digest: digest.filter(is_hex).map(|digest| digest.to_lowercase()),
            bytes: texts(value, "contentSize")
                .first()
                .and_then(|text| bytes(text)),
            split: None,
            label: None,
        })
    }

    /// Its entry in a descriptor, without the braces.
    fn entry(&self) -> String {
        let mut text = format!("path: {}, {}", quoted(&self.path), self.pinned());
        for (field, said) in [("split", &self.split), ("label", &self.label)] {
            if let Some(said) = said {
                let _ = write!(text, ", {field}: {}", quoted(said));
            }
        }
        text
    }

    /// What is downloaded: without a size nothing is held to its digest until it is pinned.
    fn downloaded(&self) -> String {
        match self.bytes {
            Some(_) => self.pinned(),
            None => "digest: unpinned, bytes: 0".to_owned(),
        }
    }

    fn pinned(&self) -> String {
        // Hexadecimal digits are fit for quotes as they are.
        let digest = self.digest.as_ref();
        let digest = digest.map_or("unpinned".to_owned(), |it| format!("\"sha256:{it}\""));
        format!("digest: {digest}, bytes: {}", self.bytes.unwrap_or(0))
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
    value.get(name).map(list_of).unwrap_or_default()
}

fn list_of(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().collect(),
        Value::Null => Vec::new(),
        one => vec![one],
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
    // As long as a name may be.
    let name: String = name.chars().take(200).map(letter).collect();
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
summary: Some.
kind: windows
layout: csv
files:
  - {path: train.csv, digest: \"sha256:aa00000000000000000000000000000000000000000000000000000000000000\", bytes: 12, split: train}
  - {path: test.csv, digest: unpinned, bytes: 0, split: test}
columns: {label: FILL_IN, sequence: Sequence}
classes: [FILL_IN]
splits: {test: 0, train: 0}
organism: FILL_IN
assembly: FILL_IN
licence: {all: https://spdx.org/licenses/MIT}
fetch:
  - {to: train.csv, url: https://x.org/a/train.csv?download=1, digest: \"sha256:aa00000000000000000000000000000000000000000000000000000000000000\", bytes: 12, licence: https://spdx.org/licenses/MIT}
";
        assert_eq!(found.text, expected);
        assert!(
            found
                .open
                .contains(&"columns: label: which of Sequence, answer?".to_owned())
        );
        assert!(found.open.contains(
            &"files: digest and bytes of test.csv (`titer data pin` writes them)".to_owned()
        ));
    }

    /// A record set with these columns, of a file beside a genome.
    fn placed(columns: &[&str], format: &str, path: &str) -> Imported {
        let field = |column: &&str| json!({"source": {"extract": {"column": column}}});
        let fields: Vec<Value> = columns.iter().map(field).collect();
        let text = json!({
            "conformsTo": "http://mlcommons.org/croissant/1.0", "name": "places", "license": "sequence: CC0",
            "distribution": [
                {"contentUrl": "g.fa", "encodingFormat": "text/x-fasta", "contentSize": "3 B"},
                {"contentUrl": path, "encodingFormat": format, "contentSize": "3 B"}],
            "recordSet": {"field": fields},
        });
        import(&text.to_string()).unwrap()
    }

    #[test]
    fn places_and_genomes_are_known_by_what_they_are_called() {
        let found = placed(&["chrom", "Start", "end", "y"], "text/csv", "a.csv");
        for line in [
            "columns: {label: \"y\", place: {chromosome: chrom, counted_from: 0, end: end, start: Start}}\n",
            "genome: {path: g.fa, digest: unpinned, bytes: 3}\n",
            "licence: {sequence: CC0}\n",
            "splits: {test: 0}\n",
        ] {
            assert!(found.text.contains(line), "{}", found.text);
        }
        assert!(
            found
                .open
                .iter()
                .any(|open| open.contains("counted_from: 1"))
        );
        let format = "text/tab-separated-values";
        let found = placed(&["chromosome", "start", "end", "label"], format, "a.bed.gz");
        assert!(found.text.contains("layout: bed\n") && !found.text.contains("counted_from"));
        let found = placed(
            &["chrom", "pos", "ref", "alt", "label"],
            "text/csv",
            "a.csv",
        );
        assert!(found.text.contains(
            "alt_allele: alt, chromosome: chrom, counted_from: 0, position: pos, ref_allele: ref"
        ));
        assert!(found.open.iter().any(|open| open.starts_with("window: ")));
        // With letters of their own no genome is asked for.
        let found = placed(
            &["chrom", "start", "end", "label", "seq"],
            "text/csv",
            "a.csv",
        );
        assert!(!found.text.contains("genome") && found.text.contains("sequence: seq"));
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
            assert!(error.contains(said) && error.contains("help:"), "{error}");
        }
    }
}
