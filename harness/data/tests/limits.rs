//! Data that nobody limits: lines, headers and fields without end, and files that are none.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::layouts::Folder;

const COLUMNS: &str =
    "columns: {sequence: sequence, label: label}\nclasses: [a]\nsplits: {test: 1}\n";

/// A gzip file of a beginning, so many times a million of a letter, and an end.
fn packed(start: &str, letter: u8, millions: usize, end: &str) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(start.as_bytes()).unwrap();
    let million = vec![letter; 1_000_000];
    (0..millions).for_each(|_| packer.write_all(&million).unwrap());
    packer.write_all(end.as_bytes()).unwrap();
    packer.finish().unwrap()
}

#[test]
fn a_line_or_record_without_end_is_refused() {
    let table = "sequence\tlabel\nACGT\ta\n";
    let quoted = "sequence,label\nACGT,\"";
    for (layout, columns, start, letter, said) in [
        (
            "tsv",
            COLUMNS,
            table,
            b'A',
            "rows:3: one line or record has more than 64 MB",
        ),
        (
            "csv",
            COLUMNS,
            quoted,
            b'\n',
            "rows:2: one line or record has more than 64 MB",
        ),
        (
            "{fasta: {label: last_field}}",
            "classes: [a]\nsplits: {test: 1}\n",
            ">x|a\n",
            b'A',
            "rows:1: one line or record has more than 64 MB",
        ),
        (
            "tsv",
            COLUMNS,
            "",
            b'A',
            "rows:1: the header line has more than 8 MB",
        ),
    ] {
        let text = format!("layout: {layout}\nfile: {{FILE:rows}}\n{columns}");
        let folder = Folder::new(&text, &[("rows", &packed(start, letter, 66, "\n"))]);
        let error = folder.error();
        assert!(error.starts_with(said), "{layout}: {error}");
        assert!(error.contains("\n  help: "), "{error}");
    }
}

#[test]
fn a_header_of_too_many_columns_is_refused() {
    let names: Vec<String> = (0..100_001).map(|number| format!("c{number}")).collect();
    let table = format!("{}\n", names.join("\t"));
    let text = format!("file: {{FILE:rows}}\n{COLUMNS}");
    let folder = Folder::new(&text, &[("rows", table.as_bytes())]);
    let error = folder.error();
    assert!(
        error.contains("the header line names 100001 columns"),
        "{error}"
    );
}

#[test]
fn messages_cut_what_they_quote() {
    let long = "x".repeat(1_000_000);
    let text = format!("file: {{FILE:rows}}\n{COLUMNS}");
    for table in [
        format!("sequence\tlabel\nACGT\t{long}\n"),
        format!("sequence\t{long}\nACGT\ta\n"),
        format!("{long},sequence,label\nACGT,a\n"),
    ] {
        let error = Folder::new(&text, &[("rows", table.as_bytes())]).error();
        assert!(error.len() < 600, "{} bytes", error.len());
        assert!(error.contains("xxx... (10000"), "{error}");
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_is_no_file() {
    let text = format!("file: {{FILE:rows}}\n{COLUMNS}");
    let folder = Folder::new(&text, &[("rows", b"")]);
    let path = folder.0.path().join("rows");
    std::fs::remove_file(&path).unwrap();
    let made = std::process::Command::new("mkfifo").arg(&path).status();
    assert!(made.unwrap().success());
    let error = folder.error();
    assert!(
        error.contains("it is a pipe, a socket or a device"),
        "{error}"
    );
}
