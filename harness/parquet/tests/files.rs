//! Files that others wrote, in every encoding and codec (`fixtures/make.py`), and what is written here.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::{Path, PathBuf};

use titer_parquet::{Fault, Parquet, Values, write};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(format!("{name}.parquet"))
}

/// What `fixtures/make.py` puts into a column.
fn expected(column: &str, rows: std::ops::Range<i64>) -> Values {
    fn of<T>(rows: std::ops::Range<i64>, value: impl Fn(i64) -> T) -> Vec<Option<T>> {
        rows.map(|n| (n % 7 != 0).then(|| value(n))).collect()
    }
    let few = ["a", "bb", "", "dddd", "é"];
    let byte = |n: i64| u8::try_from(n).unwrap();
    let text =
        |texts: Vec<Option<String>>| Values::Text(texts.iter().map(Option::as_deref).collect());
    match column {
        "text" => text(of(rows, |n| format!("t{n}").repeat(3))),
        "few" => text(of(rows, |n| few[n as usize % 5].to_owned())),
        "whole" => Values::Whole(of(rows, |n| 3 * n * n - 500)),
        "short" => Values::Whole(of(rows, |n| 7 * n - 1000)),
        "double" => Values::Double(of(rows, |n| n as f64 / 8.0)),
        "float" => Values::Float(of(rows, |n| n as f32 / 8.0)),
        "flag" => Values::Flag(of(rows, |n| n % 3 == 0)),
        "bytes" => Values::Bytes(of(rows, |n| vec![byte(n), 255])),
        "floats" => Values::Floats(of(rows, |n| vec![n as f32 / 2.0; n as usize % 4])),
        other => panic!("{other}"),
    }
}

const FILES: [&str; 8] = [
    "none",
    "snappy",
    "gzip",
    "lz4",
    "brotli",
    "zstd",
    "encodings",
    "paged",
];

#[test]
fn every_encoding_and_codec_is_read() {
    for name in FILES {
        let file = Parquet::open(&fixture(name)).unwrap();
        assert_eq!((file.rows(), file.names().len()), (60, 9), "{name}");
        for column in file.names() {
            let found = file.column(&column).unwrap();
            assert_eq!(found, expected(&column, 0..60), "{name} {column}");
            for most in [1, 7, 40, 41] {
                let mut rows = file.rows_of(std::slice::from_ref(&column)).unwrap();
                let mut start = 0;
                while let Some((height, columns)) = rows.next(most).unwrap() {
                    let end = start + i64::try_from(height).unwrap();
                    let expected = [expected(&column, start..end)];
                    assert_eq!(columns, expected, "{name} {column} {most}");
                    start = end;
                }
                assert_eq!(start, 60);
            }
        }
    }
}

#[test]
fn rows_come_some_at_a_time_and_only_what_is_asked_for() {
    for name in FILES {
        let file = Parquet::open(&fixture(name)).unwrap();
        for most in [1, 7, 40, 41, 1000] {
            let asked = ["flag", "text", "double", "few"].map(str::to_owned);
            let mut rows = file.read(&asked).unwrap();
            let mut start = 0;
            while let Some((height, columns)) = rows.next(most).unwrap() {
                let end = start + i64::try_from(height).unwrap();
                let expected: Vec<Values> = asked
                    .iter()
                    .map(|name| expected(name, start..end))
                    .collect();
                assert_eq!(columns, expected, "{name} {most}");
                start = end;
            }
            assert_eq!(start, 60);
            let mut none = file.read(&[]).unwrap();
            assert_eq!(none.next(most).unwrap(), Some((most.min(60), Vec::new())));
        }
        let refused = |name: &str| match file.read(&[name.to_owned()]).map(|_| ()) {
            Err(Fault::Kind { kind, .. }) => kind,
            other => panic!("{other:?}"),
        };
        assert_eq!(
            (refused("bytes"), refused("floats")),
            ("binary".into(), "lists".into())
        );
        assert!(file.read(&["other".to_owned()]).is_err());
    }
}

#[test]
fn what_is_written_reads_back() {
    let rows = 0..1000;
    let names = ["text", "few", "whole", "double", "float", "flag", "floats"];
    let mut columns: Vec<(String, Values)> = names
        .iter()
        .map(|name| ((*name).to_owned(), expected(name, rows.clone())))
        .collect();
    let big = (0..1000)
        .map(|n| (n % 3 != 0).then_some(u64::MAX - n))
        .collect();
    let bytes = (0..1000)
        .map(|n| (n % 3 != 0).then(|| vec![n as u8; n % 5]))
        .collect();
    let nothing = Values::Text([None; 1000].into_iter().collect());
    let odd = [f64::NAN, f64::INFINITY, -0.0, 5e-324, f64::MAX];
    columns.push(("big".to_owned(), Values::Unsigned(big)));
    columns.push(("bytes".to_owned(), Values::Bytes(bytes)));
    columns.push(("nothing".to_owned(), nothing));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.parquet");
    std::fs::write(&path, write(&columns).unwrap()).unwrap();
    let file = Parquet::open(&path).unwrap();
    assert_eq!(file.rows(), 1000);
    for (name, values) in &columns {
        assert_eq!(file.column(name).unwrap(), *values, "{name}");
    }
    let values = Values::Double(odd.map(Some).to_vec());
    std::fs::write(&path, write(&[("odd".to_owned(), values)]).unwrap()).unwrap();
    let Values::Double(read) = Parquet::open(&path).unwrap().column("odd").unwrap() else {
        panic!("no doubles");
    };
    let bits = |value: Option<f64>| value.map(f64::to_bits);
    assert_eq!(
        read.into_iter().map(bits).collect::<Vec<_>>(),
        odd.map(|it| bits(Some(it)))
    );
}

#[test]
fn tables_without_rows_or_columns() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.parquet");
    let empty = [
        ("a".to_owned(), Values::Whole(Vec::new())),
        ("b".to_owned(), Values::Floats(Vec::new())),
    ];
    for columns in [&empty[..], &[]] {
        std::fs::write(&path, write(columns).unwrap()).unwrap();
        let file = Parquet::open(&path).unwrap();
        assert_eq!((file.rows(), file.names().len()), (0, columns.len()));
        for (name, values) in columns {
            assert_eq!(file.column(name).unwrap(), *values);
        }
        assert_eq!(file.read(&[]).unwrap().next(5).unwrap(), None);
    }
    let uneven = [
        ("a".to_owned(), Values::Whole(vec![None])),
        empty[1].clone(),
    ];
    assert!(
        write(&uneven)
            .unwrap_err()
            .to_string()
            .contains("`b` has 0 rows, the first column 1")
    );
}

/// As the columns of labels that polars cast to text read: any change here changes what a dataset's classes are called.
#[test]
fn numbers_as_text() {
    let text = |values: Values| -> Vec<String> {
        let texts = values.into_texts();
        texts
            .iter()
            .map(|it| it.unwrap_or("null").to_owned())
            .collect()
    };
    for (number, said) in [
        (1.0, "1.0"),
        (0.1, "0.1"),
        (-0.0, "-0.0"),
        (123_456.789, "123456.789"),
        (1e15, "1000000000000000.0"),
        (1e16, "1e+16"),
        (1e300, "1e+300"),
        (1e-5, "0.00001"),
        (1e-7, "1e-7"),
        (f64::NAN, "NaN"),
        (f64::NEG_INFINITY, "-inf"),
    ] {
        assert_eq!(text(Values::Double(vec![Some(number)])), [said]);
    }
    let floats = [Some(0.1), Some(16_777_216.0), None];
    assert_eq!(
        text(Values::Float(floats.to_vec())),
        ["0.1", "16777216.0", "null"]
    );
    assert_eq!(text(Values::Whole(vec![Some(-12)])), ["-12"]);
    assert_eq!(
        text(Values::Unsigned(vec![Some(u64::MAX)])),
        ["18446744073709551615"]
    );
    assert_eq!(
        text(Values::Flag(vec![Some(true), Some(false)])),
        ["true", "false"]
    );
}
