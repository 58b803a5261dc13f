//! Tables: every kind of column, and what is missing, of another kind or damaged.

use std::path::Path;

use crate::table::{Columns, Table, Typed};

fn written(path: &Path) {
    let list: [f32; 3] = [0.25, -0.0, f32::MAX];
    let wide = [0.1, 1e300];
    let columns = Columns::default()
        .text("text", ["a", "", "é"].into_iter())
        .maybe_text("maybe", [Some("a"), None, Some("b")].into_iter())
        .whole("whole", [0, 1, 1 << 40].into_iter())
        .maybe_whole("few", [None, None, Some(7)].into_iter())
        .signed("signed", [-1, 0, i64::MIN].into_iter())
        .maybe_number(
            "number",
            [0.1, f64::MIN_POSITIVE, -3.0].into_iter().map(Some),
        )
        .maybe_number("numbers", [None, Some(0.5), None].into_iter())
        .maybe_probability("probability", [Some(0.1), None, Some(1.0)].into_iter())
        .maybe_probabilities("lists", [Some(&list[..]), None, Some(&[])].into_iter())
        .maybe_numbers("wide", [Some(&wide[..]), None, Some(&[])].into_iter())
        .maybe_bytes("bytes", [Some(&[0, 255][..]), None, Some(&[])].into_iter())
        .flag("flag", [true, false, true].into_iter());
    columns.write(path).unwrap();
}

/// Reads all columns, each as what it is; how many of them could be read.
fn read(path: &Path) -> usize {
    let Ok(table) = Table::read(path) else {
        return 0;
    };
    let read = [
        table.text("text").is_ok(),
        table.maybe_text("maybe").is_ok(),
        table.whole("whole").is_ok(),
        table.maybe_whole("few").is_ok(),
        table.signed("signed").is_ok(),
        table.maybe_number("number").is_ok(),
        table.maybe_number("numbers").is_ok(),
        table.maybe_float("probability").is_ok(),
        table.maybe_floats("lists").is_ok(),
        table.maybe_floats("wide").is_ok(),
        table.maybe_bytes("bytes").is_ok(),
        table.flag("flag").is_ok(),
    ];
    read.into_iter().filter(|ok| *ok).count()
}

#[test]
fn what_is_not_as_expected_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.parquet");
    written(&path);
    let table = Table::read(&path).unwrap();
    assert_eq!((table.height(), table.names().len()), (3, 12));
    assert_eq!(table.maybe_floats("lists").unwrap()[2], Some(vec![]));
    for (error, expected) in [
        (
            table.text("other").unwrap_err(),
            "there is no column `other`",
        ),
        (
            table.text("maybe").unwrap_err(),
            "column `maybe` holds nulls",
        ),
        (
            table.whole("signed").unwrap_err(),
            "column `signed` holds a number below 0",
        ),
        (
            table.maybe_number("probability").unwrap_err(),
            "column `probability` holds 32-bit floats, expected 64-bit floats",
        ),
        (
            table.maybe_bytes("lists").unwrap_err(),
            "column `lists` holds lists of 32-bit floats, expected bytes",
        ),
        (
            table.flag("text").unwrap_err(),
            "column `text` holds text, expected booleans",
        ),
    ] {
        let error = error.to_string();
        assert!(
            error.contains(expected) && error.contains("table.parquet"),
            "{error}"
        );
    }
}

/// Every byte in two ways, and every length: an error or an answer, never a panic.
#[test]
fn damage_makes_no_panic() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.parquet");
    written(&path);
    assert_eq!(read(&path), 12);
    let whole = std::fs::read(&path).unwrap();
    for at in 0..whole.len() {
        for mask in [0xff, 0x80] {
            let mut damaged = whole.clone();
            damaged[at] ^= mask;
            std::fs::write(&path, &damaged).unwrap();
            read(&path);
        }
        std::fs::write(&path, &whole[..at]).unwrap();
        assert_eq!(read(&path), 0, "{at} bytes");
    }
}
