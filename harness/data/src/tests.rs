use std::io::Write;
use std::path::{Path, PathBuf};

use titer_core::{Digest, Target};

use super::*;

const ROWS: &str = "id\tsequence\tlabel\tsplit\tlocus\n\
    a\tACGT\tyes\ttest\t1\n\
    b\tacgn\tno\ttest\t1\n\
    c\tACGA\tno\ttuning\t2\n";

fn descriptor(file: &str, bytes: &[u8], splits: &str) -> String {
    format!(
        "dataset: small\nsummary: s\nkind: windows\n\
         file: {{path: {file}, digest: \"{}\", bytes: {}}}\n\
         columns: {{id: id, sequence: sequence, label: label, split: split, clusters: [locus]}}\n\
         classes: [yes_, \"yes\", \"no\"]\nsplits: {splits}\norganism: o\nassembly: a\nlicence: {{}}\n",
        Digest::of(bytes),
        bytes.len()
    )
}

fn write(folder: &Path, bytes: &[u8], splits: &str) -> PathBuf {
    std::fs::write(folder.join("rows.tsv"), bytes).unwrap();
    let path = folder.join("dataset.yaml");
    std::fs::write(&path, descriptor("rows.tsv", bytes, splits)).unwrap();
    path
}

fn load(bytes: &[u8], splits: &str) -> Result<Vec<titer_core::Example>, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = write(folder.path(), bytes, splits);
    let read = open(&path).and_then(|dataset| read(&dataset, "test", &|_| true));
    read.map_err(|error| {
        error
            .to_string()
            .replace(&format!("{}/", folder.path().display()), "")
    })
}

#[test]
fn rows_become_examples() {
    let examples = load(ROWS.as_bytes(), "{test: 2, tuning: 1}").unwrap();
    assert_eq!(examples.len(), 2);
    assert_eq!(examples[1].sequence.letters(), b"ACGN");
    assert_eq!(examples[1].target, Target::Class(2));
    assert_eq!(examples[0].clusters["locus"], "1");
}

#[test]
fn gzip_is_recognised_by_content() {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(ROWS.as_bytes()).unwrap();
    let bytes = gzip.finish().unwrap();
    assert_eq!(load(&bytes, "{test: 2, tuning: 1}").unwrap().len(), 2);
    let error = load(&bytes[..bytes.len() - 12], "{test: 2, tuning: 1}").unwrap_err();
    assert!(
        error.contains("rows.tsv") && error.contains("cannot be read"),
        "{error}"
    );
}

#[test]
fn a_check_counts_what_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = write(folder.path(), ROWS.as_bytes(), "{test: 2, tuning: 1}");
    let summary = check(&open(&path).unwrap()).unwrap();
    assert_eq!(summary.counts[&("test".to_owned(), "no".to_owned())], 1);
    assert_eq!(summary.lengths, Some((4, 4)));
    assert_eq!((summary.clusters["test"], summary.straddling), (1, 0));
}

/// Each way to be wrong, with the message that names line, column and cure.
#[test]
fn bad_rows_are_named() {
    let cases = [
        (
            ROWS.replace("ACGT\tyes", "ACGT\tyess"),
            "rows.tsv:2: in column `label`: label `yess` is not among the classes\n  \
             cure: did you mean `yes_`? Known: yes_, yes, no",
        ),
        (
            ROWS.replace("acgn", "ac!n"),
            "rows.tsv:3: in column `sequence`: letter '!' at position 2 is not a nucleotide (IUPAC code)\n  \
             cure: use A, C, G, T, N or another IUPAC letter",
        ),
        (
            ROWS.replace("\nb\t", "\na\t"),
            "rows.tsv:3: in column `id`: id `a` stands in the table twice\n  \
             cure: give every example a unique id",
        ),
        (
            ROWS.replace("label", "lable"),
            "rows.tsv:1: in column `label`: the table has no such column\n  \
             cure: did you mean `lable`? Known: id, sequence, lable, split, locus",
        ),
        (
            ROWS.replace("\ttuning\t", "\ttunning\t"),
            "rows.tsv:4: in column `split`: split `tunning` is not among those of the descriptor\n  \
             cure: did you mean `tuning`? Known: test, tuning",
        ),
        (
            ROWS.replace("\tno\ttest\t1", "\tno\ttest"),
            "rows.tsv:3: cannot be read: the row has 4 fields, the header 5\n  \
             cure: check that the file is whole and every row has as many fields as the header",
        ),
    ];
    for (rows, expected) in cases {
        assert_eq!(
            load(rows.as_bytes(), "{test: 2, tuning: 1}").unwrap_err(),
            expected
        );
    }
}

#[test]
fn bad_descriptors_are_named() {
    let count = load(ROWS.as_bytes(), "{test: 5, tuning: 1}").unwrap_err();
    assert!(count.contains("`test` holds 2 examples, not 5"), "{count}");
    let split = load(ROWS.as_bytes(), "{tests: 5}").unwrap_err();
    assert!(
        split.contains("`tests` is not a split") && split.contains("did you mean `test`"),
        "{split}"
    );
    let empty = load(b"id\tsequence\tlabel\tsplit\tlocus\n", "{test: 0}").unwrap_err();
    assert!(empty.contains("the dataset is empty"), "{empty}");
}

#[test]
fn a_changed_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = write(folder.path(), ROWS.as_bytes(), "{test: 2, tuning: 1}");
    std::fs::write(folder.path().join("rows.tsv"), ROWS.replace("ACGT", "TTTT")).unwrap();
    let digest = open(&path).unwrap_err().to_string();
    assert!(
        digest.contains("digest:") && digest.contains("dataset.yaml:4"),
        "{digest}"
    );
    std::fs::write(folder.path().join("rows.tsv"), "short").unwrap();
    let size = open(&path).unwrap_err().to_string();
    assert!(size.contains("has 5 bytes"), "{size}");
    std::fs::remove_file(folder.path().join("rows.tsv")).unwrap();
    assert!(
        open(&path)
            .unwrap_err()
            .to_string()
            .contains("cannot be read")
    );
}

#[test]
fn a_file_outside_the_folder_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dataset.yaml");
    std::fs::write(&path, descriptor("../rows.tsv", b"x", "{test: 1}")).unwrap();
    assert!(
        open(&path)
            .unwrap_err()
            .to_string()
            .contains("leaves the descriptor's folder")
    );
}

#[test]
fn truth_per_base_is_read_and_checked() {
    assert_eq!(positions::offsets("1, 3", 4), Ok(vec![1, 3]));
    assert!(
        positions::offsets("4", 4)
            .unwrap_err()
            .contains("outside the stretch")
    );
    assert!(positions::offsets("x", 4).is_err());
    assert_eq!(positions::ranges("0-2,3-4", 4), Ok(vec![0..2, 3..4]));
    assert!(
        positions::ranges("0-3,2-4", 4)
            .unwrap_err()
            .contains("overlaps")
    );
    assert!(positions::ranges("2-5", 4).is_err());
    assert!(
        positions::ranges("", 4)
            .unwrap_err()
            .contains("nothing is scored")
    );
}
