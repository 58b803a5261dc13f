//! Which groups may be the worst.

use titer_core::Undefined;

use super::resampled::Resampled;
use super::score_interval::student_interval;

/// Of values that were resampled together, which may be the smallest one in truth: those that are not shown to lie above
/// another. The truly smallest is among them with at least this confidence (multiple comparisons with the best, Edwards and Hsu
/// 1983, J Am Stat Assoc 78:965, by Bonferroni: it is lost only if one of the others is wrongly shown to lie below it). The one
/// that is smallest here always is.
///
/// # Errors
/// The values were not resampled together, or a difference of two cannot be bounded.
pub fn contenders(values: &[&Resampled], confidence: f64) -> Result<Vec<bool>, Undefined> {
    let others = values.len().saturating_sub(1).max(1) as f64;
    // Two-sided intervals of which one end is used.
    let each = 1.0 - 2.0 * (1.0 - confidence) / others;
    let mut may_be = vec![true; values.len()];
    for (place, one) in values.iter().enumerate() {
        for other in values.iter().filter(|other| other.point < one.point) {
            if student_interval(&one.minus(other)?, each)?.lower > 0.0 {
                may_be[place] = false;
                break;
            }
        }
    }
    Ok(may_be)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ClusterDraws;
    use titer_core::{Multiplicity, Prepared, Stream};

    /// The mean of numbers of which each is a cluster.
    struct Mean<'a>(&'a [f64]);

    impl Prepared for Mean<'_> {
        fn value(&self, of: Multiplicity<'_>) -> Result<f64, Undefined> {
            let (mut sum, mut count) = (0.0, 0.0);
            for (place, value) in self.0.iter().enumerate() {
                let times = f64::from(of.of(place));
                sum += times * value;
                count += times;
            }
            Ok(sum / count)
        }
    }

    fn resampled(means: &[f64], seed: u64) -> Vec<Resampled> {
        let draws = ClusterDraws::new(60, 600, seed, "contenders");
        let cluster_of: Vec<u32> = (0..60).collect();
        let of = |(group, mean): (usize, &f64)| {
            let mut stream = Stream::new(seed, "numbers", &group.to_string());
            // Uniform, of variance 1.
            let values = (0..60).map(|_| mean + 12_f64.sqrt() * (stream.uniform() - 0.5));
            let values: Vec<f64> = values.collect();
            Resampled::new(&Mean(&values), &cluster_of, &draws).unwrap()
        };
        means.iter().enumerate().map(of).collect()
    }

    #[test]
    fn what_lies_far_above_is_no_contender_and_the_smallest_always_is() {
        let of = resampled(&[0.0, 0.05, 3.0], 1);
        let found = contenders(&of.iter().collect::<Vec<_>>(), 0.99).unwrap();
        assert_eq!(found, [true, true, false]);
        assert_eq!(contenders(&[&of[2]], 0.99).unwrap(), [true]);
    }

    /// The truly smallest of four groups that lie close together is lost in at most 5 of 100 samples.
    #[test]
    fn the_truly_smallest_is_kept() {
        let kept = |seed: u64| {
            let of = resampled(&[0.0, 0.1, 0.2, 0.6], seed);
            contenders(&of.iter().collect::<Vec<_>>(), 0.95).unwrap()
        };
        let all: Vec<Vec<bool>> = (0..300).map(kept).collect();
        let lost = all.iter().filter(|found| !found[0]).count();
        let dropped = all.iter().filter(|found| !found[3]).count();
        assert!(lost <= 15, "{lost} of 300");
        // And what lies further off is told apart in most.
        assert!(dropped > 150, "{dropped} of 300");
    }
}
