//! Differences of harmonic numbers.

/// Up to here numbers are added one by one; beyond it the expansion is exact to the last bits.
const FEW: u64 = 24;

/// 1/(start + 1) + ... + 1/(start + more).
pub(crate) fn harmonic_gap(start: u64, more: u64) -> f64 {
    let one_by_one = if more <= FEW {
        more
    } else {
        FEW.saturating_sub(start).min(more)
    };
    let from = start + one_by_one;
    let mut sum = 0.0;
    for number in start + 1..=from {
        sum += 1.0 / number as f64;
    }
    if one_by_one < more {
        let (low, rest) = (from as f64, (more - one_by_one) as f64);
        sum += libm::log1p(rest / low) + correction(low + rest) - correction(low);
    }
    sum
}

/// What the n-th harmonic number is above ln(n) plus Euler's constant (Abramowitz and Stegun 1964,
/// 6.3.18).
fn correction(n: f64) -> f64 {
    let square = 1.0 / (n * n);
    0.5 / n
        - square
            * (1.0 / 12.0
                - square * (1.0 / 120.0 - square * (1.0 / 252.0 - square * (1.0 / 240.0))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_adding() {
        for start in [0u64, 1, 5, 23, 24, 25, 100, 10_000] {
            for more in [0u64, 1, 2, 24, 25, 26, 1000, 100_000] {
                let numbers: Vec<f64> =
                    (start + 1..=start + more).map(|n| 1.0 / n as f64).collect();
                let plain = titer_statistics::pairwise(&numbers);
                let distance = (harmonic_gap(start, more) - plain).abs();
                assert!(distance <= 4e-15 * plain, "{start} {more}: {distance}");
            }
        }
    }
}
