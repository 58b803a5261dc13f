use super::*;

struct Case {
    rows: Rows,
    labels: Vec<usize>,
    classes: usize,
    l2: f64,
    expected: Vec<Vec<f64>>,
}

fn cases() -> Vec<Case> {
    let text = include_str!("../../fixtures/logistic.json");
    let fixture: serde_json::Value = serde_json::from_str(text).unwrap();
    let number = |value: &serde_json::Value| value.as_f64().unwrap();
    let table = |value: &serde_json::Value| -> Vec<Vec<f64>> {
        let row = |row: &serde_json::Value| row.as_array().unwrap().iter().map(number).collect();
        value.as_array().unwrap().iter().map(row).collect()
    };
    let case = |case: &serde_json::Value| Case {
        rows: Rows::new(
            table(&case["rows"])
                .into_iter()
                .map(|row| (0..).zip(row).collect()),
        ),
        labels: case["labels"]
            .as_array()
            .unwrap()
            .iter()
            .map(|label| label.as_u64().unwrap() as usize)
            .collect(),
        classes: case["classes"].as_u64().unwrap() as usize,
        l2: number(&case["l2"]),
        expected: table(&case["probabilities"]),
    };
    fixture["cases"]
        .as_array()
        .unwrap()
        .iter()
        .map(case)
        .collect()
}

#[test]
fn the_optimum_is_scikit_learns() {
    for case in cases() {
        let fitted = Logistic::fit(&case.rows, &case.labels, case.classes, case.l2, None);
        assert!(fitted.converged, "{} classes", case.classes);
        let mut largest = 0.0_f64;
        for (row, expected) in case.expected.iter().enumerate() {
            let found = fitted.probabilities(case.rows.row(row));
            assert_eq!(found.len(), expected.len());
            for (found, expected) in found.iter().zip(expected) {
                largest = largest.max((found - expected).abs());
            }
        }
        assert!(largest < 1e-5, "{} classes: {largest}", case.classes);
    }
}

#[test]
fn a_warm_start_and_any_number_of_threads_end_at_the_same_place() {
    let case = &cases()[2];
    let fit = |start: Option<&Logistic>| {
        Logistic::fit(&case.rows, &case.labels, case.classes, case.l2, start)
    };
    let cold = fit(None);
    let one = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .unwrap();
    assert_eq!(one.install(|| fit(None)).weights, cold.weights);
    let strong = Logistic::fit(&case.rows, &case.labels, case.classes, 1.0, None);
    let warm = fit(Some(&strong));
    for (cold, warm) in cold.weights.iter().zip(&warm.weights) {
        assert!((cold - warm).abs() < 1e-4, "{cold} {warm}");
    }
}

#[test]
fn separable_classes_stay_finite() {
    let rows = Rows::new([vec![(0, -1.0)], vec![(0, 1.0)], vec![], vec![(0, 2.0)]]);
    let fitted = Logistic::fit(&rows, &[0, 1, 0, 1], 2, 1e-5, None);
    assert!(fitted.probabilities(&[(0, 1e6)])[1] > 0.999);
    assert!(fitted.log_loss(&rows, &[0, 1, 0, 1]).is_finite());
    // A feature that was never seen counts nothing.
    assert_eq!(fitted.probabilities(&[(9, 5.0)]), fitted.probabilities(&[]));
}
