//! An interval of a share whose units are worth fewer independent ones.

use super::beta;

/// Clopper and Pearson's limits for a share of so many independent units, which need not be a whole
/// number; each is missed with a probability of at most `tail`. A share of no units may be anything.
///
/// # Source
/// Korn and Graubard 1998, "Confidence intervals for proportions with small expected number of
/// positive counts estimated from survey data", Survey Methodology 24
#[must_use]
pub fn korn_graubard(share: f64, units: f64, tail: f64) -> (f64, f64) {
    let (hits, misses) = (share * units, (1.0 - share) * units);
    let lower = match hits > 0.0 {
        true => beta::quantile(tail, hits, misses + 1.0),
        false => 0.0,
    };
    let upper = match misses > 0.0 {
        true => beta::quantile(1.0 - tail, hits + 1.0, misses),
        false => 1.0,
    };
    (lower, upper)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clopper_pearson;

    #[test]
    fn whole_numbers_are_clopper_and_pearson() {
        for (k, n) in [(0.0, 12.0), (1.0, 12.0), (7.0, 40.0), (12.0, 12.0)] {
            let exact = clopper_pearson::upper(k, n, 0.025);
            // By symmetry the lower end is what the upper end of the misses leaves.
            let mirrored = 1.0 - clopper_pearson::upper(n - k, n, 0.025);
            let (lower, upper) = korn_graubard(k / n, n, 0.025);
            assert!((lower - mirrored).abs() < 1e-12, "{k} of {n}");
            assert!((upper - exact).abs() < 1e-12, "{k} of {n}");
        }
    }

    #[test]
    fn fewer_units_are_wider_and_none_say_nothing() {
        let (many, few) = (
            korn_graubard(0.3, 50.0, 0.025),
            korn_graubard(0.3, 7.5, 0.025),
        );
        assert!(few.0 < many.0 && few.1 > many.1, "{few:?} {many:?}");
        assert_eq!(korn_graubard(0.0, 0.0, 0.025), (0.0, 1.0));
    }
}
