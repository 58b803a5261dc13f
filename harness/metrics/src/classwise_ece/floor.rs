//! What a perfectly calibrated model would show.

use rayon::iter::{IntoParallelIterator, ParallelIterator};
use titer_core::{Classified, Stream, Undefined};
use titer_statistics::quantile;

use super::check;
use crate::ece::{DRAWS, NullFloor};
use crate::residuals::{check_bins, equal_width};

/// The class-wise error under a perfectly calibrated model with the same probabilities: each example's
/// class is drawn from its own, [`DRAWS`] times. The true classes play no part. Probabilities that do
/// not add up to 1 are drawn from as if they did.
///
/// Classes are drawn independently, so that for clustered data the floor is, if anything, too low.
///
/// # Errors
/// As the metric; further where every probability of an example is 0.
pub fn null_floor(data: Classified<'_>, bins: usize, seed: u64) -> Result<NullFloor, Undefined> {
    check(data)?;
    check_bins(bins)?;
    let sheet = Sheet::new(data, bins)?;
    let mut errors: Vec<f64> = (0..DRAWS)
        .into_par_iter()
        .map(|draw| sheet.error(seed, draw))
        .collect();
    let mean = errors.iter().sum::<f64>() / errors.len() as f64;
    errors.sort_unstable_by(f64::total_cmp);
    Ok(NullFloor {
        mean,
        upper: quantile(&errors, 0.95),
    })
}

/// Rows of probabilities in an order that does not depend on that of the examples, and in each bin of
/// each class the sum of its probabilities.
struct Sheet<'a> {
    rows: Vec<&'a [f64]>,
    bins: usize,
    expected: Vec<f64>,
}

impl<'a> Sheet<'a> {
    fn new(data: Classified<'a>, bins: usize) -> Result<Self, Undefined> {
        let mut rows: Vec<&[f64]> = data.probability.chunks_exact(data.classes).collect();
        let order = |a: &&[f64], b: &&[f64]| {
            // Adding 0 makes one zero of the two.
            let pairs = a.iter().zip(b.iter());
            let mut unequal = pairs.map(|(a, b)| (a + 0.0).total_cmp(&(b + 0.0)));
            unequal
                .find(|order| order.is_ne())
                .unwrap_or(std::cmp::Ordering::Equal)
        };
        rows.sort_unstable_by(order);
        if let Some(row) = rows.first().filter(|row| row.iter().all(|&p| p == 0.0)) {
            return Err(Undefined::because(format!(
                "an example gives 0 to each of its {} classes",
                row.len()
            )));
        }
        let mut expected = vec![0.0; data.classes * bins];
        for row in &rows {
            for (class, &p) in row.iter().enumerate() {
                expected[class * bins + equal_width(p, bins)] += p;
            }
        }
        Ok(Self {
            rows,
            bins,
            expected,
        })
    }

    fn error(&self, seed: u64, draw: u32) -> f64 {
        let mut stream = Stream::new(seed, "class-wise calibration null", &draw.to_string());
        let mut seen = vec![0u64; self.expected.len()];
        for row in &self.rows {
            let class = drawn(row, stream.uniform());
            seen[class * self.bins + equal_width(row[class], self.bins)] += 1;
        }
        let apart = seen.iter().zip(&self.expected);
        let sum: f64 = apart.map(|(&seen, p)| (seen as f64 - p).abs()).sum();
        let classes = self.expected.len() / self.bins;
        (sum / (self.rows.len() * classes) as f64).min(1.0)
    }
}

/// The class at a place from 0 to below 1 along the probabilities.
fn drawn(row: &[f64], place: f64) -> usize {
    let mut rest = place * row.iter().sum::<f64>();
    let mut last = 0;
    for (class, &p) in row.iter().enumerate().filter(|&(_, &p)| p > 0.0) {
        if rest < p {
            return class;
        }
        rest -= p;
        last = class;
    }
    // Rounding may leave a rest behind the last class.
    last
}

#[cfg(test)]
mod tests {
    use titer_core::{ClassesMetric, Multiplicity};

    use super::*;
    use crate::classwise_ece::ClasswiseEce;

    fn rows(examples: usize) -> Vec<f64> {
        let mut stream = Stream::new(4, "test", "rows");
        let row = |_| {
            let parts = [(); 3].map(|()| stream.uniform());
            let sum: f64 = parts.iter().sum();
            parts.map(|part| part / sum)
        };
        (0..examples).flat_map(row).collect()
    }

    fn classified<'a>(truth: &'a [u32], probability: &'a [f64]) -> Classified<'a> {
        Classified {
            truth,
            probability,
            classes: 3,
        }
    }

    #[test]
    fn a_calibrated_model_sits_on_its_floor() {
        let probability = rows(300);
        let floor = null_floor(classified(&[0; 300], &probability), 15, 1).unwrap();
        let (mut sum, mut above) = (0.0, 0);
        for repetition in 0..400 {
            let mut stream = Stream::new(5, "test", &repetition.to_string());
            let class = |row: &[f64]| {
                let place = stream.uniform();
                u32::from(place >= row[0]) + u32::from(place >= row[0] + row[1])
            };
            let truth: Vec<u32> = probability.chunks_exact(3).map(class).collect();
            let metric = ClasswiseEce::USUAL;
            let value = metric
                .prepare(classified(&truth, &probability))
                .value(Multiplicity::Once)
                .unwrap();
            sum += value / 400.0;
            above += u32::from(value > floor.upper);
        }
        assert!(
            (sum - floor.mean).abs() < 0.25 * (floor.upper - floor.mean),
            "{sum} {floor:?}"
        );
        assert!((4..=44).contains(&above), "{above}");
    }

    #[test]
    fn order_and_true_classes_change_nothing() {
        let probability = rows(100);
        let backwards: Vec<f64> = probability.rchunks_exact(3).flatten().copied().collect();
        let floor = |truth: u32, rows: &[f64]| null_floor(classified(&[truth; 100], rows), 15, 1);
        assert_eq!(floor(0, &probability), floor(2, &backwards));
        assert!(floor(0, &[0.0; 300]).is_err());
        let sure = null_floor(classified(&[0; 2], &[0.0, 1.0, 0.0, 1.0, 0.0, 0.0]), 15, 1);
        assert_eq!(sure.unwrap().upper, 0.0);
    }
}
