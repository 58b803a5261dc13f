//! Files as the field lays them out, read with no conversion: each gives the examples that it holds, and what is wrong with
//! it is told with its place. Synthetic, in the published layouts.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use titer_core::{Example, Sequence, Target};
use titer_data::{LoadedDataset, check, open, read};
use titer_spec::file::digest_of;

/// A dataset folder; `{FILE:path}` in the descriptor becomes path, digest and size.
pub(crate) struct Folder(pub tempfile::TempDir);

impl Folder {
    pub(crate) fn new(descriptor: &str, files: &[(&str, &[u8])]) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        for (name, bytes) in files {
            let path = folder.0.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
        let mut text = format!(
            "dataset: there\nsummary: Synthetic.\nkind: windows\norganism: none\nassembly: none\nlicence: {{all: none}}\n{descriptor}"
        );
        while let Some(start) = text.find("FILE:") {
            let end = start + text[start..].find([',', '}', '\n']).unwrap();
            let path = folder.0.path().join(&text[start + 5..end]);
            let (digest, bytes) = (digest_of(&path).unwrap(), size(&path));
            let entry = format!(
                "path: {}, digest: \"{digest}\", bytes: {bytes}",
                &text[start + 5..end]
            );
            text.replace_range(start..end, &entry);
        }
        std::fs::write(folder.0.path().join("dataset.yaml"), text).unwrap();
        folder
    }

    fn open(&self) -> LoadedDataset {
        open(&self.0.path().join("dataset.yaml")).unwrap_or_else(|error| panic!("{error}"))
    }

    pub(crate) fn error(&self) -> String {
        let loaded = open(&self.0.path().join("dataset.yaml"));
        let error = match loaded {
            Ok(loaded) => check(&loaded)
                .map(|_| ())
                .and_then(|()| read(&loaded, "test", &|_| true).map(|_| ()))
                .unwrap_err(),
            Err(error) => error,
        };
        let folder = format!("{}/", self.0.path().display());
        error.to_string().replace(&folder, "")
    }

    fn read(&self, split: &str) -> Vec<Example> {
        let loaded = self.open();
        check(&loaded).unwrap_or_else(|error| panic!("{error}"));
        read(&loaded, split, &|_| true).unwrap_or_else(|error| panic!("{error}"))
    }
}

fn size(path: &Path) -> u64 {
    if path.is_file() {
        return std::fs::metadata(path).unwrap().len();
    }
    let entries = std::fs::read_dir(path)
        .unwrap()
        .map(|it| it.unwrap().path());
    entries.map(|path| size(&path)).sum()
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

/// Id, letters, class of each example.
fn shown(examples: &[Example]) -> String {
    let mut text = String::new();
    for example in examples {
        let letters = std::str::from_utf8(example.sequence.letters()).unwrap();
        write!(text, "{} {letters}", example.id).unwrap();
        if let Some(second) = &example.second {
            let letters = std::str::from_utf8(second.letters()).unwrap();
            write!(text, " {letters}").unwrap();
        }
        match example.target {
            Target::Class(class) => writeln!(text, " {class}").unwrap(),
            Target::Value(value) => writeln!(text, " {value}").unwrap(),
            Target::Labels(_) | Target::Positions { .. } => text.push('\n'),
        }
    }
    text
}

/// GUE: a CSV for each split, `sequence,label`, no ids.
const GUE: &str = "\
layout: csv
files:
  - {FILE:train.csv, split: train}
  - {FILE:dev.csv, split: tuning}
  - {FILE:test.csv, split: test}
columns: {sequence: sequence, label: label}
labels: {\"0\": no, \"1\": yes}
classes: [no, yes]
splits: {train: 2, tuning: 1, test: 2}
";

fn gue(test: &[u8]) -> Folder {
    Folder::new(
        GUE,
        &[
            ("train.csv", b"sequence,label\nACGT,1\nAAAA,0\n"),
            ("dev.csv", b"sequence,label\r\nCCCC,0\r\n"),
            ("test.csv", test),
        ],
    )
}

#[test]
fn gue_a_table_for_each_split() {
    let text = "sequence,label\nacgtn,1\n\"GGGG\",0\n";
    for test in [text.as_bytes().to_vec(), gzip(text)] {
        let folder = gue(&test);
        assert_eq!(
            shown(&folder.read("test")),
            "test-0 ACGTN 1\ntest-1 GGGG 0\n"
        );
        assert_eq!(shown(&folder.read("tuning")), "tuning-0 CCCC 0\n");
        assert_eq!(
            shown(&folder.read("train")),
            "train-0 ACGT 1\ntrain-1 AAAA 0\n"
        );
        let summary = check(&folder.open()).unwrap();
        assert_eq!(summary.splits["test"].letters.lower_case, 1);
    }
}

#[test]
fn flaws_name_the_file_of_several() {
    for (test, said) in [
        (
            "sequence,label\nACGT,2\nAAAA,0\n",
            "test.csv:2: in column `label`: label \"2\" is not one of the classes",
        ),
        (
            "sequence,label\nACGT,1\nAA!A,0\n",
            "test.csv:3: in column `sequence`: letter '!' at position 2",
        ),
        (
            "sequence,label\nACGT\nAAAA,0\n",
            "test.csv:2: the row has 1 fields, the header 2",
        ),
        (
            "seq,label\nACGT,1\nAAAA,0\n",
            "test.csv:1: in column `sequence`: the header has no such column",
        ),
        (
            "ACGTACGTACGTACGTACGT,1\nACGT,1\nAAAA,0\n",
            "test.csv:1: the first line is no header: a sequence stands in it",
        ),
        (
            "sequence,label\nACGT,1\n",
            "split `test` has 1 examples, the descriptor says 2",
        ),
    ] {
        let error = gue(test.as_bytes()).error();
        assert!(error.contains(said), "{error}");
    }
}

/// Tables without a header line, and with one where none is expected.
#[test]
fn columns_by_place() {
    let descriptor = "\
layout: csv
header: [seq, label]
file: {FILE:test.csv}
columns: {sequence: seq, label: label}
classes: [\"0\", \"1\"]
splits: {test: 2}
";
    let folder = Folder::new(descriptor, &[("test.csv", b"ACGT,1\nAAAA,0\n")]);
    assert_eq!(
        shown(&folder.read("test")),
        "test-0 ACGT 1\ntest-1 AAAA 0\n"
    );
    let folder = Folder::new(descriptor, &[("test.csv", b"sequence,label\nACGT,1\n")]);
    assert!(
        folder
            .error()
            .contains("test.csv:1: the file has a header line, which would be read as an example"),
        "{}",
        folder.error()
    );
}

/// GFMBench: both alleles' sequences and a label.
#[test]
fn gfmbench_two_sequences_and_a_label() {
    let descriptor = "\
layout: csv
file: {FILE:test.csv}
columns: {sequence: ref_sequence, second: alt_sequence, label: label}
classes: [\"0\", \"1\"]
splits: {test: 2}
";
    let text = b"ref_sequence,alt_sequence,label\nACGT,ACTT,1\nAAAA,CAAA,0\n";
    let folder = Folder::new(descriptor, &[("test.csv", text)]);
    assert_eq!(
        shown(&folder.read("test")),
        "test-0 ACGT ACTT 1\ntest-1 AAAA CAAA 0\n"
    );
}

/// What pyarrow wrote (`fixtures/layouts/make.py`), against the table that the script wrote beside it.
#[test]
fn nucleotide_transformer_parquet() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/layouts");
    let bytes = std::fs::read(fixtures.join("nucleotide_transformer.parquet")).unwrap();
    let descriptor = "\
layout: parquet
file: {FILE:test.parquet}
columns: {id: name, sequence: sequence, label: label, strata: [task]}
classes: [\"0\", \"1\"]
splits: {test: 50}
";
    let folder = Folder::new(descriptor, &[("test.parquet", &bytes)]);
    let mut expected = String::new();
    for line in std::fs::read_to_string(fixtures.join("rows.tsv"))
        .unwrap()
        .lines()
        .skip(1)
    {
        let fields: Vec<&str> = line.split('\t').collect();
        writeln!(expected, "{} {} {}", fields[1], fields[0], fields[2]).unwrap();
    }
    let examples = folder.read("test");
    assert_eq!(shown(&examples), expected);
    assert_eq!(examples[0].strata["task"], "promoter_all");
    for cut in [0, 3, bytes.len() / 2, bytes.len() - 1] {
        let error = Folder::new(descriptor, &[("test.parquet", &bytes[..cut])]).error();
        assert!(
            error.contains("test.parquet") && error.contains("help:"),
            "{error}"
        );
    }
    let mut damaged = bytes.clone();
    for byte in &mut damaged[200..260] {
        *byte ^= 0x5a;
    }
    let error = Folder::new(descriptor, &[("test.parquet", &damaged)]).error();
    assert!(error.contains("test.parquet"), "{error}");
}

#[test]
fn labels_in_headers_of_fasta() {
    let descriptor = |label: &str| {
        format!(
            "layout: {{fasta: {{label: {label}}}}}\nfile: {{FILE:test.fna}}\ncolumns: {{id: id}}\nclasses: [\"0\", \"1\"]\nsplits: {{test: 2}}\n"
        )
    };
    let text = ">chr1:5-9|promoter|1\nAC\nGT\n>chr2:5-9|promoter|0\nAAAA\n";
    for bytes in [text.as_bytes().to_vec(), gzip(text)] {
        let folder = Folder::new(&descriptor("last_field"), &[("test.fna", &bytes)]);
        let expected = "chr1:5-9|promoter ACGT 1\nchr2:5-9|promoter AAAA 0\n";
        assert_eq!(shown(&folder.read("test")), expected);
    }
    let folder = Folder::new(
        &descriptor("last_character"),
        &[("test.fna", b">a_1\nAC\n>b 0\nGG")],
    );
    assert_eq!(shown(&folder.read("test")), "a_1 AC 1\nb GG 0\n");
    for (text, said) in [
        (
            ">chr1\nACGT\n>chr2|0\nA\n",
            "test.fna:1: sequence 1: no label follows a `|`",
        ),
        ("ACGT\n", "is no FASTA"),
        (
            ">a|1\nAC\nGT\n\n>a|0\nA\n",
            "test.fna:5: in column `id`: id \"a\" stands on an earlier line too",
        ),
        (
            ">a|1\r\nACT\r\n>b|0\r\nA=\r\n",
            "test.fna:3: in column `sequence`: letter '='",
        ),
    ] {
        let error =
            Folder::new(&descriptor("last_field"), &[("test.fna", text.as_bytes())]).error();
        assert!(error.contains(said), "{error}");
    }
}

/// Nucleotide Transformer: a FASTA for each split, whose headers repeat.
#[test]
fn headers_of_fasta_are_ids_only_where_they_are_named() {
    let descriptor = "\
layout: {fasta: {label: last_field}}
files:
  - {FILE:train.fna, split: train}
  - {FILE:test.fna, split: test}
classes: [\"0\", \"1\"]
splits: {train: 1, test: 2}
";
    let files: [(&str, &[u8]); 2] = [
        ("train.fna", b">chr1:5-9|1\nACGT\n"),
        ("test.fna", b">chr1:5-9|0\nAAAA\n>chr1:5-9|1\nCC\n"),
    ];
    let folder = Folder::new(descriptor, &files);
    assert_eq!(shown(&folder.read("train")), "train-0 ACGT 1\n");
    assert_eq!(shown(&folder.read("test")), "test-0 AAAA 0\ntest-1 CC 1\n");
    let named = format!("{descriptor}columns: {{id: id}}\n");
    let error = Folder::new(&named, &files).error();
    let said = "test.fna:1: in column `id`: id \"chr1:5-9\" stands on an earlier line too";
    assert!(error.contains(said), "{error}");
}

#[test]
fn a_folder_for_each_class() {
    let descriptor = "\
layout: folders
file: {FILE:data}
classes: [negative, positive]
splits: {train: 1, test: 2}
";
    let files: [(&str, &[u8]); 3] = [
        ("data/train/positive/1.txt", b"ACGT\n"),
        ("data/test/negative/1.txt", b">one\nAC\nGT\n"),
        ("data/test/positive/2.txt", b"acg t"),
    ];
    let folder = Folder::new(descriptor, &files);
    let expected = "test-0 ACGT 0\ntest-1 ACGT 1\n";
    assert_eq!(shown(&folder.read("test")), expected);
    // The digest is the content's.
    std::fs::write(folder.0.path().join("data/test/positive/2.txt"), "acg a").unwrap();
    assert!(folder.error().contains("digest: "), "{}", folder.error());
    let twice = [("data/test/negative/1.txt", &b">a\nA\n>b\nC\n"[..])];
    let error = Folder::new(descriptor, &twice).error();
    assert!(error.contains("1.txt: holds 2 sequences"), "{error}");
    let none = [("data/readme.txt", &b"hello"[..])];
    assert!(
        Folder::new(descriptor, &none)
            .error()
            .contains("no folder of a class")
    );
}

/// Letters in lower case are counted before they are read as capitals, in rows and in a genome.
#[test]
fn masked_letters_of_a_genome_are_counted() {
    let descriptor = "layout: bed\nfile: {FILE:test.bed}\ngenome: {FILE:genome.fa}\ncolumns: {label: name, place: {chromosome: chromosome, start: start, end: end}}\nclasses: [a, b]\nsplits: {test: 3}\n";
    let bed = b"chr1\t0\t4\ta\nchr1\t2\t6\ta\nchr1\t8\t12\tb\n";
    let genome = b">chr1\nAACCggTTAACC\n";
    let folder = Folder::new(descriptor, &[("test.bed", bed), ("genome.fa", genome)]);
    let expected = [
        "letters of split test: lower case in 1 row (read as capitals)",
        "rows whose letters an earlier row has: 1 of the same split, 0 of another",
        "sequences that stand under more than one class: 1",
    ];
    assert_eq!(check(&folder.open()).unwrap().remarks(), expected);
}

const GENOME: &[u8] = b">chr1\nAACCGGTTACGT\n>chr2\nTTTTTTTTTTTT\n";

#[test]
fn genomic_benchmarks_with_its_genome() {
    let descriptor = "\
layout: genomic_benchmarks
file: {FILE:human}
genome: {FILE:genome.fa}
classes: [no, yes]
splits: {train: 2, test: 2}
";
    let header = "id,region,start,end,strand\n";
    let one = |row: &str| format!("{header}{row}\n").into_bytes();
    let (a, b, c, d) = (
        one("0,chr1,0,4,+"),
        one("0,chr1,0,4,-"),
        one("0,1,2,6,+"),
        gzip(&format!("{header}7,chr1,6,10,-\n")),
    );
    let folder = Folder::new(
        descriptor,
        &[
            ("human/metadata.yaml", b"version: 0\n"),
            ("human/train/no.csv", &a),
            ("human/train/yes.csv", &b),
            ("human/test/no.csv", &c),
            ("human/test/yes.csv.gz", &d),
            ("genome.fa", GENOME),
        ],
    );
    assert_eq!(
        shown(&folder.read("train")),
        "train-0 AACC 0\ntrain-1 GGTT 1\n"
    );
    let test = folder.read("test");
    assert_eq!(shown(&test), "test-0 CCGG 0\ntest-1 GTAA 1\n");
    assert_eq!(
        (test[1].place.position, test[1].place.end),
        (Some(6), Some(10))
    );
}

/// BEND: intervals with a split and a label; and BED without any names.
#[test]
fn bed_with_and_without_names() {
    let descriptor = |columns: &str| {
        format!(
            "layout: bed\nfile: {{FILE:test.bed}}\ngenome: {{FILE:genome.fa}}\ncolumns: {{{columns}}}\nclasses: [\"0\", \"1\"]\nsplits: {{train: 1, test: 1}}\n"
        )
    };
    let bend = "chromosome\tstart\tend\tsplit\tlabel\nchr1\t0\t4\ttrain\t0\nchr1\t4\t8\ttest\t1\n";
    let place = "place: {chromosome: chromosome, start: start, end: end}";
    let columns = format!("label: label, split: split, {place}");
    let files = [("test.bed", bend.as_bytes()), ("genome.fa", GENOME)];
    let folder = Folder::new(&descriptor(&columns), &files);
    assert_eq!(shown(&folder.read("test")), "test-0 GGTT 1\n");

    let plain = "# a comment\ntrack name=x\nchr1\t4\t8\t1\t.\t-\nchr2\t0\t4\t0\t.\t.\n";
    let place = "place: {chromosome: chromosome, start: start, end: end, strand: strand}";
    let columns = format!("label: name, {place}");
    let divided = descriptor(&columns) + "divide: {held_out: {column: chromosome, test: [chr1]}}\n";
    let files = [("test.bed", plain.as_bytes()), ("genome.fa", GENOME)];
    let folder = Folder::new(&divided, &files);
    assert_eq!(shown(&folder.read("test")), "test-0 AACC 1\n");
    assert_eq!(shown(&folder.read("train")), "train-0 TTTT 0\n");

    for (row, said) in [
        (
            "chr1\t4\t4\t1\t.\t-",
            "test.bed:3: in column `end`: the interval from 4 to 4 holds no base",
        ),
        ("chr1\t4\t40\t1\t.\t-", "test.bed:3: chr1 has 12 bases"),
        ("chr7\t4\t8\t1\t.\t-", "the genome has no chr7"),
        ("chr1\t4\t8\t1\t.\tx", "\"x\" is not a strand"),
    ] {
        let text = plain.replace("chr1\t4\t8\t1\t.\t-", row);
        let files = [("test.bed", text.as_bytes()), ("genome.fa", GENOME)];
        let error = Folder::new(&divided, &files).error();
        assert!(error.contains(said), "{error}");
    }
}

/// BED's own columns need no names, with and without a header line, and with one that is a comment.
#[test]
fn places_of_bed_need_no_names() {
    let descriptor = |columns: &str| {
        format!(
            "layout: bed\nfile: {{FILE:test.bed}}\ngenome: {{FILE:genome.fa}}\ncolumns: {{{columns}}}\nclasses: [\"0\", \"1\"]\nsplits: {{test: 2}}\n"
        )
    };
    let of = |columns: &str, text: &str| {
        let files = [("test.bed", text.as_bytes()), ("genome.fa", GENOME)];
        Folder::new(&descriptor(columns), &files)
    };
    let rows = "chr1\t4\t8\t1\t0\t-\nchr2\t0\t4\t0\t0\t.\n";
    let expected = "test-0 AACC 1\ntest-1 TTTT 0\n";
    for comments in [
        "",
        "track name=x\n",
        "#chromosome\tstart\tend\n",
        "# chr1 is first\n",
    ] {
        let folder = of("label: name", &format!("{comments}{rows}"));
        assert_eq!(shown(&folder.read("test")), expected, "{comments}");
    }
    let header = "chromosome\tstart\tend\tclass\tscore\tstrand\n";
    for mark in ["", "#", "track name=x\n#"] {
        let folder = of("label: class", &format!("{mark}{header}{rows}"));
        assert_eq!(shown(&folder.read("test")), expected, "{mark}");
    }
    // Without a column of strands the plus strand is read; so too where a place is named without one.
    let folder = of("label: name", "chr1\t4\t8\t1\nchr2\t0\t4\t0\n");
    let plus = "test-0 GGTT 1\ntest-1 TTTT 0\n";
    assert_eq!(shown(&folder.read("test")), plus);
    let named = "label: name, place: {chromosome: chromosome, start: start, end: end}";
    assert_eq!(shown(&of(named, rows).read("test")), plus);
    // Other names are told.
    let other = format!("#chrom\tstart\tend\tclass\tscore\tstrand\n{rows}");
    let error = of("label: class", &other).error();
    assert!(
        error
            .contains("in column `chromosome`: the header has no such column, it has chrom, start")
            && error.contains("place: {chromosome: ..."),
        "{error}"
    );
    let named = "label: class, place: {chromosome: chrom, start: start, end: end, strand: strand}";
    assert_eq!(shown(&of(named, &other).read("test")), expected);
}

/// Intervals counted from 1 include both ends, in every layout of tables; `.` and nothing are no strand.
#[test]
fn intervals_are_counted_from_what_is_said() {
    let descriptor = |first: u8| {
        format!(
            "layout: csv\nfile: {{FILE:test.csv}}\ngenome: {{FILE:genome.fa}}\ncolumns: {{label: label, place: {{chromosome: c, start: s, end: e, strand: st, counted_from: {first}}}}}\nclasses: [a, b]\nsplits: {{test: 5}}\n"
        )
    };
    let of = |first: u8, rows: &str| {
        let text = format!("c,s,e,st,label\n{rows}");
        let files = [("test.csv", text.as_bytes()), ("genome.fa", GENOME)];
        Folder::new(&descriptor(first), &files)
    };
    // The genome's letters, written out: AACCGGTTACGT.
    let from_one = of(
        1,
        "chr1,1,4,+,a\nchr1,10,10,.,a\nchr1,10,10,-,a\nchr1,12,12,,b\nchr1,1,12,-,b\n",
    );
    let expected = "test-0 AACC 0\ntest-1 C 0\ntest-2 G 0\ntest-3 T 1\ntest-4 ACGTAACCGGTT 1\n";
    let examples = from_one.read("test");
    assert_eq!(shown(&examples), expected);
    let place = &examples[1].place;
    assert_eq!((place.position, place.end), (Some(9), Some(10)));
    assert_eq!(place.strand, None);
    let from_zero = of(
        0,
        "chr1,0,4,+,a\nchr1,9,10,.,a\nchr1,9,10,-,a\nchr1,11,12,,b\nchr1,0,12,-,b\n",
    );
    assert_eq!(shown(&from_zero.read("test")), expected);
    assert_ne!(from_one.open().digest, from_zero.open().digest);
    for (first, row, said) in [
        (1, "chr1,5,4,+,a", "the interval from 5 to 4 holds no base"),
        (1, "chr1,0,4,+,a", "\"0\" is not a position, counted from 1"),
        (1, "chr1,4,13,+,a", "chr1 has 12 bases"),
        (0, "chr1,4,4,+,a", "say `counted_from: 1`"),
    ] {
        let error = of(first, &format!("{row}\n")).error();
        assert!(error.contains(said), "{error}");
    }
}

/// TraitGym: positions from 1, both alleles. VCF, with several alternate alleles.
#[test]
fn variants_of_tables_and_of_vcf() {
    let descriptor = "\
layout: tsv
file: {FILE:test.tsv}
genome: {FILE:genome.fa}
window: 6
columns: {label: label, place: {chromosome: chrom, position: pos, counted_from: 1, ref_allele: ref, alt_allele: alt}}
classes: [\"False\", \"True\"]
splits: {test: 2}
";
    let table = "chrom\tpos\tref\talt\tlabel\n1\t5\tG\tT\tTrue\n1\t7\tT\tG\tFalse\n";
    let files = |table: &str| {
        Folder::new(
            descriptor,
            &[("test.tsv", table.as_bytes()), ("genome.fa", GENOME)],
        )
    };
    let folder = files(table);
    let expected = "test-0 ACCGGT ACCTGT 1\ntest-1 CGGTTA CGGGTA 0\n";
    assert_eq!(shown(&folder.read("test")), expected);
    let met = check(&folder.open()).unwrap().met;
    assert_eq!((met.variants, met.other_reference), (2, 0));
    // One of two is not what the genome has: counted. Both: another assembly.
    let one = table.replace("1\t5\tG", "1\t5\tA");
    assert_eq!(check(&files(&one).open()).unwrap().met.other_reference, 1);
    let both = one.replace("1\t7\tT", "1\t7\tA");
    let error = check(&files(&both).open()).unwrap_err().to_string();
    assert!(error.contains("2 of 2 variants"), "{error}");
    // What nobody has counted yet is not pinned either.
    let open = files(&both);
    let path = open.0.path().join("dataset.yaml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("{test: 2}", "{test: 0}")).unwrap();
    let error = titer_data::pin::pin(&path).unwrap_err().to_string();
    assert!(error.contains("2 of 2 variants"), "{error}");
    for (row, said) in [
        (
            "1\t0\tG\tT\tTrue",
            "\"0\" is not a position, counted from 1",
        ),
        (
            "1\t5\tG\t<DEL>\tTrue",
            "the allele \"<DEL>\" has no letters",
        ),
        ("1\t50\tG\tT\tTrue", "another assembly"),
    ] {
        let error = files(&table.replace("1\t5\tG\tT\tTrue", row)).error();
        assert!(
            error.contains(said) && error.contains("test.tsv:2"),
            "{error}"
        );
    }

    let descriptor = "\
layout: vcf
file: {FILE:test.vcf.gz}
genome: {FILE:genome.fa}
window: 6
columns: {label: CLASS}
classes: [benign, harmful]
splits: {test: 3}
";
    let text = "##fileformat=VCFv4.3\n##INFO=<ID=CLASS,Number=1,Type=String,Description=\"x\">\n##contig=<ID=1>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n1\t5\trs1\tG\tT,GA\t.\t.\tCLASS=harmful\n1\t7\t.\tTT\tT\t.\t.\tX;CLASS=benign\n";
    let of = |text: &str| {
        Folder::new(
            descriptor,
            &[("test.vcf.gz", &gzip(text)), ("genome.fa", GENOME)],
        )
    };
    let expected = "rs1:T ACCGGT ACCTGT 1\nrs1:GA ACCGGT ACCGAG 1\n1:7:TT:T CGGTTA CGGTAC 0\n";
    assert_eq!(shown(&of(text).read("test")), expected);
    for (from, to, said) in [
        ("1\t7\t", "1\tx\t", "test.vcf.gz:6: "),
        (
            "\tTT\tT\t",
            "\tTT\t.\t",
            "test.vcf.gz:6: it has no alternate allele",
        ),
        (
            "CLASS=benign",
            "CLASS=bad",
            "label \"bad\" is not one of the classes",
        ),
        ("##fileformat", "#fileformat", "is no VCF"),
    ] {
        let error = of(&text.replace(from, to)).error();
        assert!(error.contains(said), "{error}");
    }
}

/// INFO fields with a value for each allele give each example its own.
#[test]
fn alleles_have_values_of_their_own() {
    let descriptor = "\
layout: vcf
file: {FILE:test.vcf}
genome: {FILE:genome.fa}
window: 6
columns: {label: CL, strata: [DEPTH, NOTE]}
classes: [\"0\", \"1\"]
splits: {test: 3}
";
    let header = "##fileformat=VCFv4.3\n##INFO=<ID=CL,Number=A,Type=String,Description=\"x\">\n##INFO=<ID=DEPTH,Number=R,Type=Integer,Description=\"x\">\n##INFO=<ID=NOTE,Number=.,Type=String,Description=\"x\">\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";
    let rows = "1\t5\trs1\tG\tT,GA\t.\t.\tCL=0,1;DEPTH=9,8,.;NOTE=a,b\n1\t7\t.\tT\tG\t.\t.\tCL=1\n";
    let of = |rows: &str| {
        let text = format!("{header}{rows}");
        let files = [("test.vcf", text.as_bytes()), ("genome.fa", GENOME)];
        Folder::new(descriptor, &files)
    };
    let examples = of(rows).read("test");
    let expected = "rs1:T ACCGGT ACCTGT 0\nrs1:GA ACCGGT ACCGAG 1\n1:7:T:G CGGTTA CGGGTA 1\n";
    assert_eq!(shown(&examples), expected);
    let depths: Vec<&str> = examples.iter().map(|it| &*it.strata["DEPTH"]).collect();
    assert_eq!(depths, ["8", "", ""]);
    assert_eq!(examples[1].strata["NOTE"], "a,b");
    for wrong in ["CL=0;", "CL=0,1,1;"] {
        let error = of(&rows.replace("CL=0,1;", wrong)).error();
        let said = "and there are 2 alternate alleles";
        assert!(
            error.contains("test.vcf:6: CL of INFO is 0") && error.contains(said),
            "{error}"
        );
    }
}

/// Seeded shares of examples without ids: the letters decide, so equal ones (on either strand) are of one split, whatever the order.
#[test]
fn equal_sequences_are_never_torn_apart() {
    let mut sequences = Vec::new();
    for number in 0..200_usize {
        let letter = |at: usize| ['A', 'C', 'G', 'T'][(number >> (2 * at)) & 3];
        sequences.push(
            (0..4)
                .map(letter)
                .chain("AACGT".chars())
                .collect::<String>(),
        );
    }
    let of = |sequences: &[String]| -> (usize, BTreeSet<String>) {
        let text: String = sequences.iter().map(|it| format!("{it},a\n")).collect();
        let text = format!("sequence,label\n{text}");
        let descriptor = "layout: csv\nfile: {FILE:t.csv}\ncolumns: {sequence: sequence, label: label}\ndivide: {shares: {test: 0.3, seed: 1}}\nclasses: [a]\nsplits: {train: 0, test: 0}\n";
        let folder = Folder::new(descriptor, &[("t.csv", text.as_bytes())]);
        let path = folder.0.path().join("dataset.yaml");
        let pinned = titer_data::pin::pin(&path).unwrap();
        std::fs::write(&path, pinned.text).unwrap();
        let test = folder.read("test");
        let letters = |example: &Example| String::from_utf8(example.sequence.letters().to_vec());
        (
            test.len(),
            test.iter().map(|it| letters(it).unwrap()).collect(),
        )
    };
    let (rows, test) = of(&sequences);
    assert!((40..80).contains(&rows), "{rows}");
    let reversed: Vec<String> = sequences.iter().rev().cloned().collect();
    assert_eq!(of(&reversed), (rows, test.clone()));
    let twice: Vec<String> = sequences.iter().chain(&sequences[..90]).cloned().collect();
    assert_eq!(of(&twice).1, test);
    let other = |text: &String| {
        let sequence = Sequence::new(text).unwrap().reverse_complement();
        String::from_utf8(sequence.letters().to_vec()).unwrap()
    };
    let others: BTreeSet<String> = test.iter().map(other).collect();
    let strands: Vec<String> = sequences.iter().map(other).collect();
    assert_eq!(of(&strands).1, others);
    // Places, where there are no letters.
    let text: String = (0..200)
        .map(|at| format!("chr1,{at},{},a\n", at + 5))
        .collect();
    let text = format!("c,s,e,label\n{text}");
    let descriptor = "layout: csv\nfile: {FILE:t.csv}\ncolumns: {label: label, place: {chromosome: c, start: s, end: e}}\ndivide: {shares: {test: 0.3, seed: 1}}\nclasses: [a]\nsplits: {train: 0, test: 0}\n";
    let folder = Folder::new(descriptor, &[("t.csv", text.as_bytes())]);
    let pinned = titer_data::pin::pin(&folder.0.path().join("dataset.yaml")).unwrap();
    assert!(
        pinned.text.contains("splits: {test: ") && pinned.text.contains(", train: "),
        "{}",
        pinned.text
    );
}

/// A value that is held out and that no row has would make a split vanish.
#[test]
fn what_is_held_out_is_there() {
    let descriptor = |place: &str, test: &str| {
        format!(
            "file: {{FILE:test.tsv}}\ncolumns: {{sequence: sequence, label: label{place}}}\ndivide: {{held_out: {{column: chromosome, test: [{test}], tuning: [chrX]}}}}\nclasses: [a]\nsplits: {{test: 2, tuning: 1, train: 1}}\n"
        )
    };
    let table =
        "sequence\tlabel\tchromosome\nACGT\ta\tchr8\nACGG\ta\t8\nACGC\ta\tchrX\nACCC\ta\tchr1\n";
    let of = |place: &str, test: &str| {
        Folder::new(&descriptor(place, test), &[("test.tsv", table.as_bytes())])
    };
    let place = ", place: {chromosome: chromosome}";
    for test in ["chr8", "\"8\"", "NC_000008.11"] {
        let folder = of(place, test);
        assert_eq!(
            shown(&folder.read("test")),
            "test-0 ACGT 0\ntest-1 ACGG 0\n"
        );
    }
    // Elsewhere than in the column of chromosomes a value is what it is.
    assert_eq!(
        shown(&of("", "chr8, \"8\"").read("test")),
        "test-0 ACGT 0\ntest-1 ACGG 0\n"
    );
    let missed = table.replace("\t8\n", "\tchr8\n");
    for (place, test, said) in [
        (
            "",
            "\"8\"",
            "in column `chromosome`: no row has `8`, which `divide` holds out\n  help: did you mean `chr8`? Known: chr1, chr8, chrX",
        ),
        (
            place,
            "chr8, chr99",
            "no row has `chr99`, which `divide` holds out",
        ),
    ] {
        let text = descriptor(place, test).replace("{test: 2, tuning: 1, train: 1}", "{test: 0}");
        let folder = Folder::new(&text, &[("test.tsv", missed.as_bytes())]);
        let path = folder.0.path().join("dataset.yaml");
        let error = titer_data::pin::pin(&path).unwrap_err().to_string();
        assert!(error.contains(said), "{error}");
        let folder = Folder::new(&descriptor(place, test), &[("test.tsv", missed.as_bytes())]);
        assert!(folder.error().contains(said), "{}", folder.error());
    }
}

#[test]
fn folds_leave_one_value_out() {
    let descriptor = "\
file: {FILE:test.tsv}
columns: {id: id, sequence: sequence, label: label, place: {chromosome: chromosome, gene: gene}}
divide: {folds: {column: chromosome}}
classes: [a, b]
splits: {test: 3}
";
    let table = b"id\tsequence\tlabel\tchromosome\tgene\n1\tACGT\ta\tchr1\tG\n2\tACGT\tb\tchr2\tG\n3\tACGT\ta\tchr2\tH\n";
    let folder = Folder::new(descriptor, &[("test.tsv", table)]);
    assert_eq!(folder.read("test").len(), 3);
    let mut loaded = folder.open();
    loaded.fold = Some("chr2".to_owned());
    let ids = |split: &str| shown(&read(&loaded, split, &|_| true).unwrap());
    assert_eq!(ids("test"), "2 ACGT 1\n3 ACGT 0\n");
    assert_eq!(ids("train"), "1 ACGT 0\n");
    // Shares by gene: rows of a gene are of one split.
    let of_gene = |seed: u64| {
        let shares = format!("{{shares: {{group: gene, test: 0.5, seed: {seed}}}}}");
        let text = descriptor
            .replace("{folds: {column: chromosome}}", &shares)
            .replace("{test: 3}", "{test: 2, train: 1}");
        let folder = Folder::new(&text, &[("test.tsv", table)]);
        read(&folder.open(), "test", &|_| true).map(|examples| shown(&examples))
    };
    let found: Vec<String> = (0..20).filter_map(|seed| of_gene(seed).ok()).collect();
    assert!(found.len() > 1, "{found:?}");
    assert!(
        found.iter().all(|ids| ids == "1 ACGT 0\n2 ACGT 1\n"),
        "{found:?}"
    );
}

/// What a descriptor must and must not say, told before any file is read.
#[test]
fn descriptors_hold_together() {
    let table = ("test.tsv", &b"sequence\tlabel\nACGT\ta\n"[..]);
    let base = "file: {FILE:test.tsv}\ncolumns: {sequence: sequence, label: label}\nclasses: [a]\nsplits: {test: 1}\n";
    for (from, to, said) in [
        ("file: {FILE:test.tsv}\n", "", "file: there is none"),
        (
            "file:",
            "files: [{FILE:test.tsv}]\nfile:",
            "files: `file` names one already",
        ),
        (
            "file:",
            "layout: parquet\nheader: [a]\nfile:",
            "header: files of this layout name their columns themselves",
        ),
        (
            "{test: 1}",
            "{test: 1, train: 1}",
            "nothing says which split an example is of",
        ),
        (
            "{sequence: sequence, label",
            "{label",
            "nothing says what letters an example has",
        ),
        (
            "splits:",
            "labels: {x: b}\nsplits:",
            "labels: `b` is not one of the classes",
        ),
        (
            "splits:",
            "divide: {shares: {test: 0.8, tuning: 0.5}}\nsplits:",
            "are no shares of one whole",
        ),
        (
            "splits:",
            "window: 5\nsplits:",
            "window: it is for genetic variants",
        ),
        (
            "splits:",
            "genome: {FILE:test.tsv}\nsplits:",
            "genome: the files have letters of their own",
        ),
        (
            "label: label}",
            "label: label, split: s}\ndivide: {folds: {column: label}}",
            "more than one of a column",
        ),
        (
            "file: {FILE:test.tsv}",
            "files: [{FILE:test.tsv, split: tests}]",
            "`splits` does not count a split `tests`",
        ),
        (
            "label: label}",
            "label: label, place: {counted_from: 2}}",
            "in `counted_from`: 2 is above 1",
        ),
        ("file: {", "layout: xml\nfile: {", "layout"),
    ] {
        let text = base.replace(from, to);
        assert_ne!(text, base, "{from}");
        let error = Folder::new(&text, &[table]).error();
        assert!(error.contains(said) && error.contains("help:"), "{error}");
    }
}

/// Bytes changed, cut and put in at random, in every layout: read or refused with words, and nothing else.
#[test]
fn damaged_files_are_read_or_refused() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/layouts");
    let parquet = std::fs::read(fixtures.join("nucleotide_transformer.parquet")).unwrap();
    let vcf = "##fileformat=VCFv4.3\n##INFO=<ID=CLASS,Number=1,Type=String,Description=\"x\">\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n1\t5\trs1\tG\tT,GA\t.\t.\tCLASS=a\n2\t7\t.\tTT\tT\t.\t.\tX;CLASS=b\n";
    let table = "id,sequence,label\r\n1,\"ACGTNACG\",a\r\n2,acgt,b\r\n";
    let bed = "#c\nchr1\t0\t4\ta\t.\t-\nchr2\t5\t9\tb\t.\t+\n";
    let letters = "columns: {id: id, sequence: sequence, label: label}\n";
    let places = "genome: {FILE:genome.fa}\nwindow: 6\n";
    let intervals = "genome: {FILE:genome.fa}\ncolumns: {label: name, place: {chromosome: chromosome, start: start, end: end, strand: strand}}\n";
    let cases: [(&str, &[u8], String); 6] = [
        ("csv", table.as_bytes(), letters.to_owned()),
        ("csv", &gzip(table), letters.to_owned()),
        (
            "{fasta: {label: last_field}}",
            b">x|a\nACGT\nAC\n>y|b\nGGGT\n",
            String::new(),
        ),
        (
            "parquet",
            &parquet,
            "columns: {id: name, sequence: sequence, label: label}\n".to_owned(),
        ),
        (
            "vcf",
            vcf.as_bytes(),
            format!("{places}columns: {{label: CLASS}}\n"),
        ),
        ("bed", bed.as_bytes(), intervals.to_owned()),
    ];
    let mut state = 9_u64;
    let mut random = |bound: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) as usize % bound.max(1)
    };
    let (mut read_whole, mut refused) = (0, 0);
    for (layout, good, more) in cases {
        let descriptor = format!(
            "layout: {layout}\nfile: {{FILE:data}}\n{more}classes: [a, b, \"0\", \"1\"]\nsplits: {{test: 2}}\n"
        );
        for _ in 0..150 {
            let mut bytes = good.to_vec();
            for _ in 0..=random(3) {
                let at = random(bytes.len());
                match random(4) {
                    0 => bytes.truncate(at),
                    1 => bytes.insert(at.min(bytes.len()), random(256) as u8),
                    2 if at < bytes.len() => bytes[at] = random(256) as u8,
                    _ if at < bytes.len() => bytes[at] ^= 1 << random(8),
                    _ => {}
                }
            }
            let folder = Folder::new(&descriptor, &[("data", &bytes), ("genome.fa", GENOME)]);
            match check(&folder.open()) {
                Ok(_) => read_whole += 1,
                Err(error) => {
                    assert!(error.to_string().contains("help:"), "{error}");
                    refused += 1;
                }
            }
        }
    }
    assert!(read_whole > 10 && refused > 400, "{read_whole} {refused}");
}

/// The columns of `tests/fixtures/predictions/kinds.parquet`: what nothing names is not looked at, and what is named and of
/// no kind that is read is refused by its name.
#[test]
fn kinds_of_parquet_are_read_or_refused_by_name() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/predictions");
    let bytes = std::fs::read(fixtures.join("kinds.parquet")).unwrap();
    let of = |columns: &str| {
        let descriptor = format!(
            "layout: parquet\nfile: {{FILE:data.parquet}}\ncolumns: {{sequence: sequence, label: label, {columns}}}\nclasses: [no, yes]\nsplits: {{test: 3}}\n"
        );
        Folder::new(&descriptor, &[("data.parquet", &bytes)])
    };
    let expected = "a ACGT 0\nb GGGT 1\nc AATT 1\n";
    for id in ["id", "category", "pandas"] {
        assert_eq!(shown(&of(&format!("id: {id}")).read("test")), expected);
    }
    let strata = of("strata: [held, float32, int8, uint8, int16, number, none]").read("test");
    let shown: Vec<&str> = strata[1].strata.values().map(String::as_str).collect();
    assert_eq!(shown, ["0.5", "false", "1", "1", "", "11", "1"]);
    for (column, kind, cure) in [
        ("float16", "float16", "float64"),
        ("decimal", "decimal(10, 4)", "float64"),
        ("binary", "binary", "string"),
        ("time", "times", "string"),
    ] {
        let error = of(&format!("id: id, strata: [{column}]")).error();
        let expected = format!(
            "data.parquet: in column `{column}`: holds {kind}, which is not read\n  help: write it as {cure}, in pyarrow by table.column(...).cast(\"{cure}\")"
        );
        assert_eq!(error, expected);
    }
    let error = of("id: id, strata: [pair]").error();
    assert!(error.contains("holds structs"), "{error}");
}
