//! Numbers keep their bits: in 32 where those are enough for all of a cell, else in 64.

use titer_parquet::{Parquet, Values};

use super::{assert_reads_back, folder, key, predictions, record};

/// No two of them are the same in 32 bits and in 64.
const WIDE: [f64; 6] = [
    0.1,
    0.1 + 1e-12,
    16_777_217.0,
    1e300,
    f64::MIN_POSITIVE,
    -9_007_199_254_740_991.0,
];

#[test]
fn numbers_of_64_bits_read_back_to_the_bit() {
    let odd = [&WIDE[..], &[f64::NAN, f64::INFINITY, 0.5]].concat();
    let single: Vec<&[f64]> = odd.iter().map(std::slice::from_ref).collect();
    assert_reads_back(predictions(0, &single));
    assert_reads_back(predictions(1, &single));
    assert_reads_back(predictions(3, &[&WIDE, &[], &[0.5, f64::NAN, 0.1]]));
}

/// Whether a cell's numbers stand in 32 bits.
fn is_single(classes: usize, lists: &[&[f64]], column: &str) -> bool {
    let (_place, folder) = folder();
    let written = predictions(classes, lists);
    folder
        .write_cell(&written, &record(key("c"), &written))
        .unwrap();
    assert_eq!(folder.read_predictions(&key("c")).unwrap(), written);
    let path = folder.cell(&key("c")).join("predictions.parquet");
    let file = Parquet::open(&path).unwrap();
    let values = file.column(column).unwrap();
    matches!(values, Values::Float(_) | Values::Floats(_))
}

#[test]
fn half_of_the_space_does_where_32_bits_do() {
    for (classes, column) in [(0, "value"), (1, "probability")] {
        assert!(is_single(classes, &[&[0.5], &[f64::from(0.1_f32)]], column));
        assert!(!is_single(classes, &[&[0.5], &[0.1]], column));
    }
    let tenth = f64::from(0.1_f32);
    assert!(is_single(
        2,
        &[&[0.5, 0.5, tenth, 0.9_f32.into()]],
        "probabilities"
    ));
    assert!(!is_single(2, &[&[0.5, 0.5], &[0.1, 0.9]], "probabilities"));
}
