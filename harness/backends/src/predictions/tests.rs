//! Tables in every format, sound and flawed.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;

use titer_core::{ModelError, Outcome, Place, Query, Sequence};
use titer_parquet::Values;
use titer_spec::{Document, ModelSpec};

use super::{Asked, Table, load, near_miss, none_chosen};

/// A descriptor whose one variant is a table read in some way.
fn spec(output: &str, predictions: &str) -> ModelSpec {
    let text = format!(
        "model: m\nsummary: s\ntasks: [t]\noutput: {{{output}}}\nvariants:\n  - variant: table\n    backend: predictions\n    precision: unknown\n    predictions: {{{predictions}}}\nreference: table\n"
    );
    Document::parse(std::path::Path::new("model.yaml"), text)
        .map(|document: Document<ModelSpec>| document.value)
        .unwrap()
}

struct Tables {
    folder: tempfile::TempDir,
    files: BTreeMap<String, PathBuf>,
}

impl Tables {
    fn of(scores: &[u8]) -> Self {
        let mut tables = Self {
            folder: tempfile::tempdir().unwrap(),
            files: BTreeMap::new(),
        };
        tables.add("scores", scores);
        tables
    }

    fn add(&mut self, role: &str, content: &[u8]) {
        let path = self.folder.path().join(role);
        std::fs::write(&path, content).unwrap();
        self.files.insert(role.to_owned(), path);
    }

    fn load(&self, spec: &ModelSpec, asked: Option<Asked<'_>>) -> Result<Table, ModelError> {
        load(spec, &spec.variants[0], &self.files, asked)
    }

    /// The error of loading, its folder taken out.
    #[track_caller]
    fn error(&self, spec: &ModelSpec) -> String {
        let error = self.load(spec, None).unwrap_err().to_string();
        error.replace(&format!("{}/", self.folder.path().display()), "")
    }
}

fn parquet(columns: &[(&str, Values)]) -> Vec<u8> {
    let columns = columns.iter().cloned();
    let columns: Vec<_> = columns.map(|(name, of)| (name.to_owned(), of)).collect();
    titer_parquet::write(&columns).unwrap()
}

fn texts(values: &[&str]) -> Values {
    Values::Text(values.iter().copied().map(Some).collect())
}

fn floats(values: &[f64]) -> Values {
    Values::Double(values.iter().copied().map(Some).collect())
}

fn whole(values: &[i64]) -> Values {
    Values::Whole(values.iter().copied().map(Some).collect())
}

fn ask(table: &Table, id: &str) -> Outcome {
    let sequence = Sequence::new("A").unwrap();
    table.answer(&Query {
        id,
        sequence: &sequence,
        place: None,
    })
}

#[track_caller]
fn answer(table: &Table, id: &str) -> Vec<f64> {
    match ask(table, id) {
        Outcome::Predicted(output) => output.numbers().to_vec(),
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn failure(table: &Table, id: &str) -> String {
    match ask(table, id) {
        Outcome::Failed(reason) => reason,
        other => panic!("{other:?}"),
    }
}

const BINARY: &str = "kind: binary, activation: none";
const RANKING: &str = "kind: binary, activation: none, meaning: ranking";

#[test]
fn one_table_reads_the_same_in_every_format() {
    let csv = b"\xef\xbb\xbfid,other,score\n\"a,1\",x,0.25\nb,y,1e-3\n".to_vec();
    let tsv = b"id\tother\tscore\r\na,1\tx\t0.25\r\nb\ty\t0.001\r\n".to_vec();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&csv).unwrap();
    let columns = [
        ("id", texts(&["a,1", "b"])),
        ("score", floats(&[0.25, 0.001])),
    ];
    for content in [csv.clone(), tsv, gzip.finish().unwrap(), parquet(&columns)] {
        let table = Tables::of(&content).load(&spec(BINARY, "id: id, score: score"), None);
        let table = table.unwrap();
        assert_eq!(table.rows(), 2);
        assert_eq!(answer(&table, "a,1"), [0.25]);
        assert_eq!(answer(&table, "b"), [0.001]);
        assert!(failure(&table, "c").ends_with("has no row for id \"c\""));
    }
}

#[test]
fn an_example_without_a_number_fails_by_itself_and_says_where() {
    let tables = Tables::of(b"id,score\na,0.5\nb,\nc,NaN\nd,inf\n");
    let table = tables
        .load(&spec(BINARY, "id: id, score: score"), None)
        .unwrap();
    assert_eq!(answer(&table, "a"), [0.5]);
    assert!(failure(&table, "b").ends_with("scores:3: in column `score`: no number"));
    assert!(failure(&table, "c").ends_with("scores:4: in column `score`: no number"));
    assert!(failure(&table, "d").ends_with("scores:5: in column `score`: infinite"));
    let columns = [
        ("id", whole(&[7, 8])),
        ("score", Values::Float(vec![Some(0.5), None])),
    ];
    let tables = Tables::of(&parquet(&columns));
    let table = tables
        .load(&spec(BINARY, "id: id, score: score"), None)
        .unwrap();
    assert_eq!(answer(&table, "7"), [0.5]);
    assert!(failure(&table, "8").ends_with("scores, row 2: in column `score`: no number"));
}

#[test]
fn flaws_name_file_line_column_and_cure() {
    let plain = spec(BINARY, "id: id, score: score");
    for (content, expected) in [
        (
            "id,score\na,0.5\nb,high\n",
            "scores:3: in column `score`: \"high\" is no number: write it as in 0.25 or 1e-3, or leave it empty where there is none",
        ),
        (
            "id,Score\na,0.5\n",
            "scores: has no column `score`: did you mean `Score`? Known: id, Score",
        ),
        (
            "id,score\na,0.5\nb,1.5\n",
            "scores:3: in column `score`: 1.5 is no probability: say under `predictions` what makes it one (`activation: sigmoid`, `softmax`), or `meaning: ranking` under `output` where it is none",
        ),
        (
            "id,score\na,0.5\nb,0.1\na,0.25\n",
            "scores:4: in column `id`: the same example stands on line 2 with another number: keep one row for each example, or say by `where` or `dataset` which rows are meant",
        ),
        (
            "id,score\n,0.5\n",
            "scores:2: in column `id`: it is empty: say in every row which example it is of, or take the row out",
        ),
        (
            "id,score\na,0.5,0.6\n",
            "scores:2: the row has 3 columns, the header 2: put text that holds the separator in quotes",
        ),
        (
            "id,score\n",
            "scores: has a header and no row: write a row for each example",
        ),
        (
            "id,score,id\na,0.5,b\n",
            "scores:1: in column `id`: the header names it twice: give each column its own name",
        ),
        ("", "scores: is empty: fetch or write it anew"),
    ] {
        assert_eq!(Tables::of(content.as_bytes()).error(&plain), expected);
    }
    let pickle = b"\x80\x04\x95\x0b\0\0\0\0\0\0\0]\x94(K\x01K\x02e.";
    let refused = Tables::of(pickle).error(&plain);
    assert!(refused.starts_with("scores: is no table"), "{refused}");
}

#[test]
fn damaged_files_are_errors() {
    let plain = spec(BINARY, "id: id, score: score");
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    writeln!(gzip, "id,score").unwrap();
    for row in 0..1000 {
        writeln!(gzip, "a{row},0.{row}").unwrap();
    }
    let gzip = gzip.finish().unwrap();
    let cut = Tables::of(&gzip[..gzip.len() / 2]).error(&plain);
    assert!(cut.contains("in the middle of compressed data"), "{cut}");
    let whole = parquet(&[("id", texts(&["a", "b"])), ("score", floats(&[0.1, 0.2]))]);
    let cut = Tables::of(&whole[..whole.len() - 9]).error(&plain);
    assert!(cut.contains("its end is missing"), "{cut}");
    for at in (4..whole.len() - 4).step_by(3) {
        let mut flipped = whole.clone();
        flipped[at] ^= 0xff;
        // An error or an answer, never a panic.
        let _ = Tables::of(&flipped).load(&plain, None);
    }
}

/// A quote that is never closed, in little gzip that makes much: an error at its line, not all memory.
#[test]
fn a_row_without_end_is_an_error() {
    let plain = spec(BINARY, "id: id, score: score");
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(b"id,score\na,0.5\n\"b,0.5\n").unwrap();
    for _ in 0..40 {
        gzip.write_all(&b"c,0.25\n".repeat(1 << 17)).unwrap();
    }
    let bomb = gzip.finish().unwrap();
    assert!(bomb.len() < 1 << 20, "{}", bomb.len());
    let said = Tables::of(&bomb).error(&plain);
    assert_eq!(
        said,
        "scores:3: the row that begins here is longer than 16 MiB: is a quote left open?"
    );
    let header = Tables::of(format!("\"id,score\n{}", "a,0.5\n".repeat(3 << 20)).as_bytes());
    assert!(header.error(&plain).contains("longer than 16 MiB"));
}

#[test]
fn equal_rows_are_one_and_are_counted() {
    let tables = Tables::of(b"id,score\na,0\na,-0.0\nb,0.25\nc,NA\nc,\n");
    let table = tables
        .load(&spec(BINARY, "id: id, score: score"), None)
        .unwrap();
    assert_eq!((table.rows(), table.repeated()), (3, 2));
}

#[test]
fn directions_and_activations() {
    let table = |content: &[u8], output: &str, predictions: &str| {
        let spec = spec(output, &format!("id: id, {predictions}"));
        Tables::of(content).load(&spec, None).unwrap()
    };
    let probabilities = table(b"id,score\na,0.25\n", BINARY, "score: score, direction: -1");
    assert_eq!(answer(&probabilities, "a"), [0.75]);
    let logits = b"id,score\na,2\n";
    let up = table(logits, BINARY, "score: score, activation: sigmoid");
    let down = table(
        logits,
        BINARY,
        "score: score, activation: sigmoid, direction: -1",
    );
    assert_eq!(answer(&up, "a"), [0.880_797_077_977_882_3]);
    assert!((answer(&up, "a")[0] + answer(&down, "a")[0] - 1.0).abs() < 1e-15);
    let ranking = table(
        b"id,score\na,-7.5\nb,3\n",
        RANKING,
        "score: score, direction: -1",
    );
    assert_eq!(
        (answer(&ranking, "a"), answer(&ranking, "b")),
        (vec![7.5], vec![-3.0])
    );
    let classes = "kind: classes, classes: [x, y, z], activation: none";
    let by_class = "score: {z: pz, y: py, x: px}, activation: softmax";
    let classes = table(b"id,px,py,pz\na,0,0,1000\n", classes, by_class);
    assert_eq!(answer(&classes, "a"), [0.0, 0.0, 1.0]);
}

/// 17 digits are kept, however close the numbers and however large.
#[test]
fn numbers_are_those_of_the_table() {
    let read = |content: &str, output: &str| {
        Tables::of(content.as_bytes()).load(&spec(output, "id: id, score: score"), None)
    };
    let close = read(
        "id,score\na,0.10000000000000001\nb,0.10000000000100001\n",
        BINARY,
    )
    .unwrap();
    assert_eq!(answer(&close, "a"), [0.1]);
    assert_eq!(answer(&close, "b"), [0.1 + 1e-12]);
    let ranking = read("id,score\na,16777217\nb,1e300\n", RANKING).unwrap();
    assert_eq!(answer(&ranking, "a"), [16_777_217.0]);
    assert_eq!(answer(&ranking, "b"), [1e300]);
    let columns = [
        ("id", texts(&["a", "b"])),
        ("score", Values::Whole(vec![Some(1), Some((1 << 53) + 1)])),
    ];
    let ranking = spec(RANKING, "id: id, score: score");
    for (content, place) in [
        (b"id,score\na,1\nb,9007199254740993\n".to_vec(), "scores:3"),
        (parquet(&columns), "scores, row 2"),
    ] {
        let error = Tables::of(&content).error(&ranking);
        let says = format!(
            "{place}: in column `score`: it holds 9007199254740993, a whole number beyond 2^53"
        );
        assert!(error.starts_with(&says), "{error}");
    }
}

#[test]
fn classes_that_make_no_1_are_refused() {
    let spec = spec(
        "kind: classes, classes: [x, y], activation: none",
        "id: id, score: {x: px, y: py}",
    );
    let error = Tables::of(b"id,px,py\na,0.5,0.2\n").error(&spec);
    assert!(
        error.starts_with("scores:2: the classes' probabilities make 0.7"),
        "{error}"
    );
}

#[test]
fn rows_are_chosen_by_dataset_and_by_what_columns_hold() {
    let content = b"id,assay,split,score\na,one,test,0.1\na,two,test,0.2\na,two,train,0.3\n";
    let tables = Tables::of(content);
    let chosen = spec(
        BINARY,
        "id: id, score: score, dataset: assay, where: {split: test}",
    );
    let asked = |dataset| {
        Some(Asked {
            dataset,
            split: "test",
            ids: &[],
        })
    };
    let table = |dataset| tables.load(&chosen, asked(dataset)).unwrap();
    assert_eq!(answer(&table("one"), "a"), [0.1]);
    assert_eq!(answer(&table("two"), "a"), [0.2]);
    assert_eq!(table("three").rows(), 0);
    assert!(tables.error(&chosen).contains("within a run alone"));
}

/// `TraitGym`'s predictions: a column `score` and nothing else, in the order of the dataset's rows, which
/// another file names.
#[test]
fn a_column_alone_follows_the_dataset_or_the_table_beside_it() {
    let scores = Values::Float(vec![Some(-2.5), Some(0.0), Some(9.0)]);
    let scores = parquet(&[("score", scores)]);
    let mut tables = Tables::of(&scores);
    let ordered = spec(RANKING, "row_order: {dataset: d}, score: score");
    let ids = ["p", "q", "r"].map(str::to_owned);
    let asked = |ids| {
        Some(Asked {
            dataset: "d",
            split: "test",
            ids,
        })
    };
    let table = tables.load(&ordered, asked(&ids)).unwrap();
    assert_eq!(answer(&table, "r"), [9.0]);
    for (ids, many) in [
        (&ids[..2], "more"),
        (&[ids.as_slice(), &ids[..1]].concat()[..], "3"),
    ] {
        let error = tables.load(&ordered, asked(ids)).unwrap_err().to_string();
        let expected = format!(
            "the table has {many} rows, split test of dataset d has {}",
            ids.len()
        );
        assert!(error.contains(&expected), "{error}");
    }

    tables.add(
        "rows",
        &parquet(&[
            ("chrom", texts(&["1", "1", "X"])),
            ("pos", whole(&[100, 100, 7])),
            ("ref", texts(&["A", "A", "c"])),
            ("alt", texts(&["G", "T", "CT"])),
        ]),
    );
    let placed = spec(
        RANKING,
        "place: {chromosome: chrom, position: pos, ref_allele: ref, alt_allele: alt, one_based: true}, score: score",
    );
    let table = tables.load(&placed, None).unwrap();
    let sequence = Sequence::new("A").unwrap();
    let at = |chromosome: &str, position, ref_allele: &str, alt_allele: &str| {
        let place = Place {
            chromosome: Some(chromosome.to_owned()),
            position: Some(position),
            ref_allele: Some(ref_allele.to_owned()),
            alt_allele: Some(alt_allele.to_owned()),
            ..Place::default()
        };
        table.answer(&Query {
            id: "unknown to the table",
            sequence: &sequence,
            place: Some(&place),
        })
    };
    let number = |outcome: Outcome| outcome.answer().map(|output| output.numbers()[0]);
    assert_eq!(number(at("chr1", 99, "A", "T")), Some(0.0));
    assert_eq!(number(at("X", 6, "C", "CT")), Some(9.0));
    let Outcome::Failed(reason) = at("1", 100, "A", "T") else {
        panic!("one base too far")
    };
    assert!(
        reason.ends_with("no row for chromosome 1, position 101, ref_allele A, alt_allele T"),
        "{reason}"
    );

    tables.add("rows", &parquet(&[("chrom", texts(&["1"]))]));
    let few = spec(RANKING, "id: chrom, score: score");
    assert!(tables.error(&few).starts_with("rows: 1 rows, where "));
}

/// `ProteinGym`'s tables: one for each assay, a row for each mutant, a column for each model.
#[test]
fn an_assay_with_a_column_for_each_model() {
    let content = b"mutant,mutated_sequence,DMS_score,DMS_score_bin,Site_Independent,EVE\nA1P:D2N,PN,-1.5,0,-8.125,-3.5\nA1C,CD,0.5,1,-0.5,-0.25\n";
    let spec = spec(RANKING, "id: mutant, score: EVE, direction: 1");
    let table = Tables::of(content).load(&spec, None).unwrap();
    assert_eq!(answer(&table, "A1P:D2N"), [-3.5]);
}

#[test]
fn ids_that_differ_in_spaces_or_case_are_pointed_at() {
    let tables = Tables::of(b"id,score\nx,0.5\nEx 1,0.5\n");
    let spec = spec(BINARY, "id: id, score: score");
    let near = |id| {
        near_miss(&spec.variants[0], &tables.files, None, &[id])
            .unwrap()
            .unwrap()
    };
    assert!(
        near("ex1")
            .ends_with("scores:3 has \"Ex 1\" where the example is \"ex1\": spaces and case count")
    );
    assert_eq!(near("other"), "its first id is \"x\"");
}

#[test]
fn more_rows_than_are_read_at_once() {
    let rows = (1 << 17) + 3;
    let ids: Vec<String> = (0..rows).map(|row| format!("e{row}")).collect();
    let scores: Vec<f64> = (0..rows).map(|row| row as f64 / 2e5).collect();
    let ids = ids.iter().map(|id| Some(id.as_str())).collect();
    let tables = Tables::of(&parquet(&[
        ("id", Values::Text(ids)),
        ("score", floats(&scores)),
    ]));
    let table = tables
        .load(&spec(BINARY, "id: id, score: score"), None)
        .unwrap();
    assert_eq!(table.rows(), rows);
    for row in [0, 1 << 16, (1 << 17) - 1, 1 << 17, rows - 1] {
        assert_eq!(answer(&table, &format!("e{row}")), [row as f64 / 2e5]);
    }
}

/// A target that is a number, as ProteinGym's `DMS_score`: any number is an answer, turned round where a
/// smaller one means more.
#[test]
fn numbers_of_a_value_are_answers_as_they_are() {
    let spec = spec(
        "kind: value, activation: none",
        "id: mutant, score: EVE, direction: -1",
    );
    let tables = Tables::of(b"mutant,DMS_score,EVE\nA1C,-0.5,-7.25\nA1D,2,3.5\nA1E,1,\n");
    let table = tables.load(&spec, None).unwrap();
    let value = |id: &str| match ask(&table, id) {
        Outcome::Predicted(output) => output.value(),
        other => panic!("{other:?}"),
    };
    assert_eq!((value("A1C"), value("A1D")), (Some(7.25), Some(-3.5)));
    assert!(failure(&table, "A1E").contains("no number"));
}

/// The columns of `tests/fixtures/predictions/kinds.parquet`, by what becomes of them.
#[test]
fn kinds_of_parquet_are_read_or_refused_by_name() {
    let bytes = include_bytes!("../../../../tests/fixtures/predictions/kinds.parquet");
    let tables = Tables::of(bytes);
    let of = |id: &str, score: &str| spec(BINARY, &format!("id: {id}, score: {score}"));
    for (id, score) in [
        ("id", "float64"),
        ("id", "float32"),
        ("category", "float64"),
        ("pandas", "float64"),
    ] {
        let table = tables.load(&of(id, score), None).unwrap();
        assert_eq!(answer(&table, "b"), [0.5], "{id} {score}");
    }
    for score in ["int8", "uint8", "int16"] {
        let table = tables.load(&of("id", score), None).unwrap();
        assert_eq!(answer(&table, "b"), [1.0], "{score}");
    }
    let table = tables.load(&of("number", "float64"), None).unwrap();
    assert_eq!(answer(&table, "12"), [1.0]);
    let held = spec(BINARY, "id: id, score: float64, where: {held: \"false\"}");
    assert_eq!(tables.load(&held, None).unwrap().rows(), 1);
    for (column, kind, cure) in [
        ("float16", "float16", "write it as float64"),
        ("decimal", "decimal(10, 4)", "write it as float64"),
        ("wide", "decimal(40, 4)", "write it as float64"),
        ("binary", "binary", "write it as string"),
        ("fixed", "binary", "write it as string"),
        ("day", "dates", "write it as string"),
        ("stamp", "timestamps", "write it as string"),
        ("time", "times", "write it as string"),
        ("several", "lists", "write it as text"),
        ("pair", "structs", "write it as text"),
    ] {
        let begins = format!("scores: column `{column}` holds {kind}, which is not read: {cure}");
        for spec in [of("id", column), of(column, "float64")] {
            let error = tables.error(&spec);
            assert!(error.starts_with(&begins), "{column}: {error}");
        }
    }
    let error = tables.error(&of("id", "held"));
    assert!(error.contains("\"true\" is no number"), "{error}");
}

/// Rows that are not chosen are not pointed at, and a choice of none is told by what the column does hold.
#[test]
fn a_choice_of_no_row_is_told_by_what_the_column_holds() {
    let tables = Tables::of(b"id,chrom,split,score\nx,chr1,test,0.5\nEx 1,chr2,train,0.5\n");
    let told = |filter: &str, dataset: &str| {
        let spec = spec(BINARY, &format!("id: id, score: score, {filter}"));
        let asked = Asked {
            dataset,
            split: "test",
            ids: &[],
        };
        let none = none_chosen(&spec.variants[0], &tables.files, Some(asked)).unwrap();
        none.map(|none| (none.message, none.cure, none.said.value, none.said.line))
    };
    let expected = |message: &str, cure: &str, said: &str| {
        Some((message.to_owned(), cure.to_owned(), said.to_owned(), 9))
    };
    assert_eq!(
        told("where: {chrom: chrZ}", ""),
        expected(
            "no row has chrom = chrZ",
            "did you mean `chr1`? Known: chr1, chr2",
            "chrZ"
        )
    );
    assert_eq!(
        told("dataset: split", "human"),
        expected("no row has split = human", "known: test, train", "split")
    );
    assert_eq!(
        told("where: {chrom: chr1, split: train}", ""),
        expected(
            "no row has chrom = chr1 and split = train",
            "each stands in some row: leave out what need not hold",
            "train"
        )
    );
    assert_eq!(told("where: {chrom: chr1}", ""), None);
    assert_eq!(told("activation: none", ""), None);

    let filtered = spec(BINARY, "id: id, score: score, where: {chrom: chr1}");
    let near = near_miss(&filtered.variants[0], &tables.files, None, &["ex1"]).unwrap();
    assert_eq!(near.as_deref(), Some("its first id is \"x\""));
}

/// As spreadsheets on Windows write them: one byte a letter, or UTF-16; told by line, wherever the letter stands.
#[test]
fn text_in_another_encoding_is_told_with_its_line() {
    let spec = spec(BINARY, "id: id, score: score");
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(b"id,s\xe9core\na,0.5\n").unwrap();
    let far = [&b"id,score\n"[..], &b"a,0.5\n".repeat(2000), b"\xe9,0.5\n"].concat();
    for (content, line) in [
        (b"id,score\na,0.5\n\xe9,0.5\n".to_vec(), 3),
        (b"id,sc\xf6re\na,0.5\n".to_vec(), 1),
        (b"\xff\xfei\0d\0,\0s\0\n\0".to_vec(), 1),
        (gzip.finish().unwrap(), 1),
        (far, 2002),
    ] {
        let error = Tables::of(&content).error(&spec);
        let begins = format!("scores:{line}: the line holds bytes that are no UTF-8");
        assert!(error.starts_with(&begins), "{error}");
        assert!(error.contains("iconv -f"), "{error}");
    }
    let error = Tables::of(b"id\xe9\x01\x02\x03").error(&spec);
    assert!(error.contains("is no table"), "{error}");
}
