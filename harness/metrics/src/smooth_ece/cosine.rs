//! Sums of cosines on the grid, by a fast Fourier transform (Cooley and Tukey 1965).

use std::f64::consts::PI;
use std::sync::OnceLock;

use super::STEPS;

/// The length of the even, periodic continuation.
const LENGTH: usize = 2 * STEPS;

/// For each k from 0 to [`STEPS`], the sum over j of value j times cos(pi j k / STEPS).
pub(super) fn cosine_sums(values: &[f64]) -> Vec<f64> {
    let mut real = vec![0.0; LENGTH];
    let mut imaginary = vec![0.0; LENGTH];
    for (j, value) in values.iter().enumerate() {
        if j == 0 || j == STEPS {
            real[j] = *value;
        } else {
            real[j] = 0.5 * value;
            real[LENGTH - j] = 0.5 * value;
        }
    }
    transform(&mut real, &mut imaginary);
    real.truncate(STEPS + 1);
    real
}

/// cos and sin of 2 pi k / LENGTH for the first half of k.
fn turns() -> &'static [(f64, f64)] {
    static TURNS: OnceLock<Vec<(f64, f64)>> = OnceLock::new();
    TURNS.get_or_init(|| {
        let turn = |k| 2.0 * PI * k as f64 / LENGTH as f64;
        (0..STEPS)
            .map(|k| (libm::cos(turn(k)), libm::sin(turn(k))))
            .collect()
    })
}

fn transform(real: &mut [f64], imaginary: &mut [f64]) {
    let bits = LENGTH.trailing_zeros();
    for place in 0..LENGTH {
        let mirrored = place.reverse_bits() >> (usize::BITS - bits);
        if place < mirrored {
            // The imaginary parts are all 0 here.
            real.swap(place, mirrored);
        }
    }
    let turns = turns();
    let mut half = 1;
    while half < LENGTH {
        let step = STEPS / half;
        for start in (0..LENGTH).step_by(2 * half) {
            for k in 0..half {
                let (cos, sin) = turns[k * step];
                let (upper, lower) = (start + k, start + k + half);
                let re = real[lower] * cos + imaginary[lower] * sin;
                let im = imaginary[lower] * cos - real[lower] * sin;
                (real[lower], imaginary[lower]) = (real[upper] - re, imaginary[upper] - im);
                (real[upper], imaginary[upper]) = (real[upper] + re, imaginary[upper] + im);
            }
        }
        half *= 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_plain_sum() {
        let values: Vec<f64> = (0..=STEPS)
            .map(|j| ((j * j) % 97) as f64 / 97.0 - 0.4)
            .collect();
        let sums = cosine_sums(&values);
        assert_eq!(sums.len(), STEPS + 1);
        for k in [0, 1, 2, 3, 100, 1023, 2047, 2048] {
            let term = |(j, value): (usize, &f64)| {
                value * (PI * ((j * k) % LENGTH) as f64 / STEPS as f64).cos()
            };
            let plain: f64 = values.iter().enumerate().map(term).sum();
            assert!((sums[k] - plain).abs() < 1e-10, "{k}: {} {plain}", sums[k]);
        }
    }
}
