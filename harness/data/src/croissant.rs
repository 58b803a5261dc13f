//! Croissant 1.0 (MLCommons 2024, mlcommons.org/croissant/1.0): a dataset's descriptor as JSON-LD, and back.

mod import;

use std::path::Path;

use serde_json::{Map, Value, json};
use titer_spec::file::UNPINNED;
use titer_spec::layout::DataFile;
use titer_spec::{Dataset, Document, Layout, SpecError};

use crate::descriptor;
use crate::layouts::delimited::{BED, header_line};
use crate::records;

pub use import::{Imported, import};

/// What a dataset conforms to.
pub const CONFORMS_TO: &str = "http://mlcommons.org/croissant/1.0";

/// The property that holds, as JSON in a text, what Croissant has no words for: how the files are laid out, which column is
/// what, classes, splits, the assembly.
const OWN: &str = "urn:titer:dataset";

/// What that property takes over from the descriptor; files and genome by their paths alone.
const OWN_FIELDS: [&str; 17] = [
    "summary", "kind", "layout", "header", "window", "columns", "labels", "classes", "context",
    "divide", "splits", "organism", "assembly", "licence", "sources", "changes", "caveats",
];

/// Whether all is stated that Croissant says of a dataset: digests, sizes, counts.
///
/// # Errors
/// A digest or a size is open, classes or splits are, or something is still to be filled in.
pub fn check(document: &Document<Dataset>) -> Result<(), SpecError> {
    let dataset = &document.value;
    descriptor::check_filled(document)?;
    let files = dataset.all_files();
    let all = files.iter().map(|file| (&file.digest, file.bytes));
    let genome = dataset.genome.iter();
    let mut all = all.chain(genome.map(|genome| (&genome.digest, genome.bytes)));
    if let Some((digest, _)) = all.find(|(digest, bytes)| digest.value == UNPINNED || *bytes == 0) {
        return Err(document.error(
            digest,
            "digest: it or the size is open, and Croissant states both",
            format!(
                "let `titer data pin {}` write them",
                document.path.display()
            ),
        ));
    }
    descriptor::check_counted(document)
}

/// The descriptor, whose files lie in a folder, as Croissant. Files are named as they lie beside it; those of layouts whose
/// columns have names have a record set, the others are listed without (BED where its first line is not one of names).
#[must_use]
pub fn croissant(dataset: &Dataset, folder: &Path) -> Value {
    let files = dataset.all_files();
    let mut sets = Vec::new();
    if records_in(&dataset.layout).is_some() && dataset.header.is_empty() {
        for file in &files {
            let named = match dataset.layout {
                Layout::Bed => header_line(&folder.join(&file.path.value), BED),
                _ => Some(Vec::new()),
            };
            if let Some(named) = named {
                sets.push(record_set(dataset, file, files.len() > 1, &named));
            }
        }
    }
    let mut distribution: Vec<Value> = files
        .iter()
        .map(|file| file_object(dataset, file))
        .collect();
    if let Some(genome) = &dataset.genome {
        distribution.push(object(
            &genome.path.value,
            "text/x-fasta",
            &genome.digest.value,
            genome.bytes,
        ));
    }
    let licence: Vec<String> = dataset
        .licence
        .iter()
        .map(|(what, licence)| format!("{what}: {}", one_line(licence)))
        .collect();
    let mut found = json!({
        "@context": context(),
        "@type": "sc:Dataset",
        "conformsTo": CONFORMS_TO,
        "name": dataset.dataset.value,
        "description": description(dataset),
        "license": licence,
        "distribution": distribution,
        "recordSet": sets,
        "keywords": [dataset.organism, dataset.assembly, "DNA"],
    });
    let sources: Vec<String> = dataset
        .sources
        .iter()
        .map(|source| source.name.clone())
        .collect();
    if let Some(map) = found.as_object_mut() {
        map.insert(OWN.to_owned(), json!(own(dataset).to_string()));
        if !sources.is_empty() {
            map.insert("isBasedOn".to_owned(), json!(sources));
        }
    }
    found
}

/// What Croissant has no words for.
fn own(dataset: &Dataset) -> Value {
    let mut said = serde_json::to_value(dataset).unwrap_or_default();
    let mut found = Map::new();
    for name in OWN_FIELDS {
        if let Some(value) = said.get_mut(name).map(Value::take).and_then(filled) {
            found.insert(name.to_owned(), value);
        }
    }
    let files = dataset.all_files().into_iter().filter_map(|file| {
        filled(json!({"path": file.path.value, "split": file.split, "label": file.label}))
    });
    found.insert("files".to_owned(), files.collect());
    if let Some(genome) = &dataset.genome {
        found.insert("genome".to_owned(), json!(genome.path.value));
    }
    Value::Object(found)
}

/// A value without what is not said in it; none where nothing is.
fn filled(value: Value) -> Option<Value> {
    match value {
        Value::Null => None,
        Value::Object(map) => {
            let said = map.into_iter();
            let said = said.filter_map(|(name, value)| Some((name, filled(value)?)));
            let said: Map<String, Value> = said.collect();
            (!said.is_empty()).then_some(Value::Object(said))
        }
        Value::Array(items) => {
            let items: Vec<Value> = items.into_iter().filter_map(filled).collect();
            (!items.is_empty()).then_some(Value::Array(items))
        }
        value => Some(value),
    }
}

/// Summary, what was changed, what is known to be wrong.
fn description(dataset: &Dataset) -> String {
    let mut text = dataset.summary.clone();
    if let Some(changes) = &dataset.changes {
        text += &format!(" Changes: {}", one_line(changes));
    }
    for caveat in &dataset.caveats {
        text += &format!(" Known defect: {}", one_line(caveat));
    }
    text
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<&str>>().join(" ")
}

/// The format that records are read from; none where Croissant has no word for the layout.
fn records_in(layout: &Layout) -> Option<&'static str> {
    match layout {
        Layout::Tsv | Layout::Bed => Some("text/tab-separated-values"),
        Layout::Csv => Some("text/csv"),
        Layout::Parquet => Some("application/x-parquet"),
        Layout::Fasta(_) | Layout::Folders | Layout::GenomicBenchmarks | Layout::Vcf => None,
    }
}

fn file_object(dataset: &Dataset, file: &DataFile) -> Value {
    let format = match &dataset.layout {
        Layout::Folders | Layout::GenomicBenchmarks => "inode/directory",
        Layout::Fasta(_) => "text/x-fasta",
        Layout::Vcf => "text/x-vcf",
        layout => records_in(layout).unwrap_or("text/plain"),
    };
    object(&file.path.value, format, &file.digest.value, file.bytes)
}

fn object(path: &str, format: &str, digest: &str, bytes: u64) -> Value {
    json!({
        "@type": "cr:FileObject",
        "@id": path,
        "name": path,
        "contentUrl": path,
        "contentSize": format!("{bytes} B"),
        "encodingFormat": format,
        "sha256": digest.strip_prefix("sha256:").unwrap_or(digest),
    })
}

/// One file's records: every column that the descriptor names, and, of BED's own place, those that the file has.
fn record_set(dataset: &Dataset, file: &DataFile, several: bool, names: &[String]) -> Value {
    let name = match (several, &file.split, &file.label) {
        (false, ..) => "examples".to_owned(),
        (true, Some(split), None) => split.clone(),
        (true, split, label) => {
            let parts = [split.as_deref(), label.as_deref()];
            let said: Vec<&str> = parts.into_iter().flatten().collect();
            match said.is_empty() {
                true => stem(&file.path.value),
                false => said.join("-"),
            }
        }
    };
    let field = |(column, what, kind): (String, String, &str)| {
        json!({
            "@type": "cr:Field",
            "@id": format!("{name}/{column}"),
            "name": format!("{name}/{column}"),
            "description": what,
            "dataType": kind,
            "source": {
                "fileObject": {"@id": file.path.value},
                "extract": {"column": column},
            },
        })
    };
    let is_there = |column: &String| names.is_empty() || names.contains(column);
    let fields: Vec<Value> = columns(dataset)
        .into_iter()
        .filter(|(column, ..)| is_there(column))
        .map(field)
        .collect();
    json!({
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "field": fields,
    })
}

fn stem(path: &str) -> String {
    let name = Path::new(path)
        .file_name()
        .unwrap_or_default()
        .to_string_lossy();
    name.split('.').next().unwrap_or_default().to_owned()
}

/// Each column that the descriptor names, once: its name, what it is, its type.
fn columns(dataset: &Dataset) -> Vec<(String, String, &'static str)> {
    let columns = &dataset.columns;
    let mut found: Vec<(String, String, &'static str)> = Vec::new();
    let mut add = |column: Option<&String>, what: String, kind: &'static str| {
        if let Some(column) = column
            && found.iter().all(|(known, ..)| known != column)
        {
            found.push((column.clone(), what, kind));
        }
    };
    let named = |column: &'_ Option<titer_spec::Located<String>>| {
        column.as_ref().map(|column| column.value.clone())
    };
    let classes = dataset.classes.join(", ");
    for (column, what, kind) in [
        (named(&columns.id), "unique id".to_owned(), "sc:Text"),
        (
            named(&columns.sequence),
            "DNA, IUPAC letters".to_owned(),
            "sc:Text",
        ),
        (
            named(&columns.second),
            "second sequence, DNA".to_owned(),
            "sc:Text",
        ),
        (
            named(&columns.label),
            format!("class, one of: {classes}"),
            "sc:Text",
        ),
        (
            named(&columns.target),
            "the number that is true".to_owned(),
            "sc:Float",
        ),
        (
            named(&columns.split),
            "split: train, tuning or test".to_owned(),
            "sc:Text",
        ),
        (
            named(&columns.scored),
            "ranges that are scored, 0-based and half open".to_owned(),
            "sc:Text",
        ),
    ] {
        add(column.as_ref(), what, kind);
    }
    add(
        named(&columns.label_list).as_ref(),
        format!("labels that are true, of: {classes}"),
        "sc:Text",
    );
    for (label, column) in &columns.labels.0 {
        let what = format!("label {label}: 1 true, 0 not, empty not known");
        add(Some(column), what, "sc:Text");
    }
    for (class, column) in columns.sites.iter().flatten() {
        add(
            Some(column),
            format!("offsets of sites of class {class}"),
            "sc:Text",
        );
    }
    let place = records::place(dataset);
    let [position, start, end] = match place.counted_from {
        1 => [
            "position, from 1",
            "first base, from 1",
            "last base, from 1",
        ],
        _ => [
            "position, from 0",
            "first base, from 0",
            "one past the last base, from 0",
        ],
    };
    for (column, what) in [
        (&place.chromosome, "chromosome"),
        (&place.position, position),
        (&place.start, start),
        (&place.end, end),
        (&place.strand, "strand"),
        (&place.gene, "gene"),
        (&place.ref_allele, "reference allele"),
        (&place.alt_allele, "alternate allele"),
    ] {
        add(column.as_ref(), what.to_owned(), "sc:Text");
    }
    for column in &columns.strata {
        add(
            Some(column),
            "scores may be broken down by it".to_owned(),
            "sc:Text",
        );
    }
    for column in &columns.clusters.columns {
        add(
            Some(column),
            "examples that share it are not independent".to_owned(),
            "sc:Text",
        );
    }
    found
}

/// The context that Croissant 1.0 asks for.
fn context() -> Value {
    const WORDS: [&str; 20] = [
        "citeAs",
        "column",
        "extract",
        "field",
        "fileProperty",
        "fileObject",
        "fileSet",
        "format",
        "includes",
        "isLiveDataset",
        "jsonPath",
        "key",
        "md5",
        "parentField",
        "path",
        "recordSet",
        "references",
        "regex",
        "repeated",
        "replace",
    ];
    const MORE: [&str; 6] = [
        "equivalentProperty",
        "separator",
        "source",
        "subField",
        "transform",
        "samplingRate",
    ];
    let mut context = Map::new();
    for name in WORDS.into_iter().chain(MORE) {
        context.insert(name.to_owned(), json!(format!("cr:{name}")));
    }
    for (name, value) in [
        ("@language", json!("en")),
        ("@vocab", json!("https://schema.org/")),
        ("cr", json!("http://mlcommons.org/croissant/")),
        ("rai", json!("http://mlcommons.org/croissant/RAI/")),
        ("dct", json!("http://purl.org/dc/terms/")),
        ("sc", json!("https://schema.org/")),
        ("conformsTo", json!("dct:conformsTo")),
        ("data", json!({"@id": "cr:data", "@type": "@json"})),
        ("examples", json!({"@id": "cr:examples", "@type": "@json"})),
        ("dataType", json!({"@id": "cr:dataType", "@type": "@vocab"})),
    ] {
        context.insert(name.to_owned(), value);
    }
    Value::Object(context)
}
