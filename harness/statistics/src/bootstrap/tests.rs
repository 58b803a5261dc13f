use super::*;

fn reason(sorted: Result<Vec<f64>, Undefined>) -> String {
    sorted.unwrap_err().0
}

fn spread(count: u32) -> Vec<Option<f64>> {
    (0..count).map(|i| Some(f64::from(i))).collect()
}

#[test]
fn what_gives_no_interval_is_said() {
    let fine = spread(100);
    assert!(reason(usable(f64::NAN, &fine, 10, 0.95)).contains("not a number"));
    assert!(reason(usable(1.0, &fine, 9, 0.95)).starts_with("9 clusters"));
    assert!(reason(usable(1.0, &[], 10, 0.95)).contains("no replicates"));
    assert!(reason(usable(1.0, &fine, 10, 95.0)).contains("confidence"));
    let equal = vec![Some(0.25); 100];
    assert!(reason(usable(0.25, &equal, 10, 0.95)).starts_with("zero variance"));
    let mut holes = fine.clone();
    holes[..5].fill(None);
    assert!(usable(1.0, &holes, 10, 0.95).is_ok());
    holes[5] = Some(f64::NAN);
    assert_eq!(
        reason(usable(1.0, &holes, 10, 0.95)),
        "undefined in 6 of 100 replicates"
    );
}
