//! What is written here is read by pyarrow, pandas, polars and DuckDB, with the kinds and values that it has; and what they write
//! is read here. Needs Python with those four; R's arrow package reads through the library that pyarrow reads through.
//!
//!     python -m venv readers && readers/bin/pip install pyarrow pandas polars duckdb
//!     TITER_READERS_PYTHON=readers/bin/python cargo test -p titer-parquet --test readers -- --ignored
//!
//! `TITER_READERS_PYTHON` is `python3` where it is not set. Last run with pyarrow 26.0.1, pandas 3.1.1, polars 2.1.0, DuckDB 2.0.1.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use titer_parquet::{Parquet, Values, write};

fn python(mode: &str, folder: &Path) {
    let python = std::env::var_os("TITER_READERS_PYTHON").unwrap_or_else(|| "python3".into());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/readers.py");
    let output = Command::new(python)
        .arg(script)
        .arg(mode)
        .arg(folder)
        .output();
    let output = output.unwrap();
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Values of every third row none.
fn of<T>(value: impl Fn(usize) -> T) -> Vec<Option<T>> {
    (0..2000).map(|n| (n % 3 != 0).then(|| value(n))).collect()
}

#[test]
#[ignore = "needs Python with pyarrow, pandas, polars and duckdb: TITER_READERS_PYTHON"]
fn others_read_what_is_written_here() {
    let folder = tempfile::tempdir().unwrap();
    let texts = of(|n| format!("é{}", n % 50));
    let whole = of(|n| n as i64 * 1_000_003 - 5_000_000);
    let numbers = of(|n| n as f64 / 7.0);
    let floats = of(|n| n as f32 / 8.0);
    let flags = of(|n| n % 2 == 0);
    let bytes = of(|n| vec![(n % 256) as u8; n % 4]);
    let lists = of(|n| vec![n as f32 / 8.0; n % 4]);
    let wide = of(|n| vec![n as f64 / 7.0; n % 4]);
    let expected = json!({
        "text": texts, "whole": whole, "number": numbers, "probability": floats, "flag": flags, "bytes": bytes, "lists": lists, "wide": wide,
    });
    let columns = [
        (
            "text",
            Values::Text(texts.iter().map(Option::as_deref).collect()),
        ),
        ("whole", Values::Whole(whole)),
        ("number", Values::Double(numbers)),
        ("probability", Values::Float(floats)),
        ("flag", Values::Flag(flags)),
        ("bytes", Values::Bytes(bytes)),
        ("lists", Values::Floats(lists)),
        ("wide", Values::Doubles(wide)),
    ];
    // In the order of the file, which a map does not keep.
    let parts: Vec<String> = columns
        .iter()
        .map(|(name, _)| format!("{name:?}: {}", expected[name]))
        .collect();
    std::fs::write(
        folder.path().join("ours.json"),
        format!("{{{}}}", parts.join(", ")),
    )
    .unwrap();
    let columns = columns.map(|(name, values)| (name.to_owned(), values));
    std::fs::write(folder.path().join("ours.parquet"), write(&columns).unwrap()).unwrap();
    python("read", folder.path());
}

#[test]
#[ignore = "needs Python with pyarrow, pandas, polars and duckdb: TITER_READERS_PYTHON"]
fn what_others_write_is_read_here() {
    let folder = tempfile::tempdir().unwrap();
    python("write", folder.path());
    let said = std::fs::read(folder.path().join("theirs.json")).unwrap();
    let said: Value = serde_json::from_slice(&said).unwrap();
    let files = said["files"].as_array().unwrap();
    assert_eq!(files.len(), 14);
    for name in files {
        let name = name.as_str().unwrap();
        let file = Parquet::open(&folder.path().join(name)).unwrap();
        let names = file.names();
        let mut rows = file.read(&names).unwrap();
        let mut start = 0;
        while let Some((height, columns)) = rows.next(333).unwrap() {
            for (column, values) in names.iter().zip(columns) {
                let texts = values.into_texts();
                let expected = &said["columns"][column].as_array().unwrap()[start..start + height];
                let expected = expected.iter().map(Value::as_str);
                assert!(texts.iter().eq(expected), "{name} {column} from {start}");
            }
            start += height;
        }
        assert_eq!(start, 1000, "{name}");
    }
}
