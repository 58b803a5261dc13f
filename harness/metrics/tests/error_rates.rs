//! The short simulation of error rates: every row of the long one
//! (`examples/error_rates.rs`, its results in `examples/error_rates.txt`), fewer repetitions.

#[path = "../examples/error_rates/data.rs"]
mod data;
#[allow(dead_code)] // What the long simulation alone reads.
#[path = "../examples/error_rates/rows.rs"]
mod rows;

#[test]
fn error_rates_are_within_noise() {
    let mut misses = Vec::new();
    for row in rows::rows() {
        let repetitions = if row.slow { 200 } else { 400 };
        let outcome = row.run(repetitions);
        assert!(outcome.undefined * 10 < repetitions, "{}", row.what);
        if !row.wanted.within_noise(outcome.rate(), repetitions) {
            misses.push(format!(
                "{:.4} {}; {}",
                outcome.rate(),
                row.what,
                row.setting
            ));
        }
    }
    assert!(misses.is_empty(), "{misses:#?}");
}
