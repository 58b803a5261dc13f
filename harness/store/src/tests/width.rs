//! Numbers keep their bits: in 32 where those are enough for all of a cell, else in 64.

use titer_core::{Outcome, Prediction};
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

/// What is written already has the form of what came first; what comes then may need more.
#[test]
fn a_form_that_is_too_narrow_is_widened_whatever_came_before() {
    let many = |classes: usize, list: &[f64]| predictions(classes, &vec![list; 20_000]);
    let renamed = |mut all: Vec<Prediction>, with: &str| {
        all.iter_mut().for_each(|one| one.id += with);
        all
    };
    let failed = |count: usize| -> Vec<Prediction> {
        let failed = |number: usize| Prediction {
            id: format!("failed {number}"),
            outcome: Outcome::Failed("no".to_owned()),
        };
        (0..count).map(failed).collect()
    };
    let tenth = f64::from(0.1_f32);
    let orders = [
        [many(1, &[0.5]), renamed(many(1, &[0.1]), "b"), Vec::new()],
        [
            failed(20_000),
            many(0, &[0.5]),
            renamed(many(0, &[0.1]), "b"),
        ],
        [failed(20_000), many(2, &[0.5, tenth]), failed(3)],
        [
            many(1, &[0.5]),
            renamed(many(1, &[]), "b"),
            renamed(many(2, &WIDE), "c"),
        ],
    ];
    for parts in orders {
        let (_place, folder) = folder();
        let all = parts.concat();
        let mut cell = folder.begin_cell(&key("c")).unwrap();
        parts.into_iter().for_each(|part| cell.add(part).unwrap());
        cell.finish(&record(key("c"), &all)).unwrap();
        assert!(folder.read_predictions(&key("c")).unwrap() == all);
        let left = std::fs::read_dir(folder.cell(&key("c"))).unwrap();
        assert_eq!(left.count(), 2, "predictions and record, nothing temporary");
    }
}

#[test]
fn a_cell_that_is_not_finished_leaves_what_was_there() {
    let (_place, folder) = folder();
    let (old, new) = (predictions(1, &[&[0.5]]), predictions(1, &[&[0.25]]));
    folder.write_cell(&old, &record(key("c"), &old)).unwrap();
    let mut cell = folder.begin_cell(&key("c")).unwrap();
    cell.add(vec![new[0].clone(); 20_000]).unwrap();
    drop(cell);
    assert_eq!(folder.read_predictions(&key("c")).unwrap(), old);
    let left = std::fs::read_dir(folder.cell(&key("c"))).unwrap();
    assert_eq!(left.count(), 2);
}
