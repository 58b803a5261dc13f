//! How sure a model is of an answer, by what it outputs: what tells foreign data from data like the
//! training data, if anything does.
//!
//! Each kind gives a number per example, larger where the model is surer. [`by_rank`] makes of them what
//! metrics of a binary question take, so that AUROC, average precision and the false positive rate at
//! 95 % true positives can be asked of in- (positive) against out-of-distribution examples.

use titer_core::Undefined;

/// What a model's answer is judged by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sureness {
    /// The largest probability (Hendrycks and Gimpel 2017, arXiv:1610.02136).
    MaximumProbability,
    /// The largest probability less the second one.
    Margin,
    /// The entropy of the probabilities, negated.
    Entropy,
}

impl Sureness {
    /// Every kind that probabilities give. Of two classes all rank examples alike.
    pub const ALL: [Self; 3] = [Self::MaximumProbability, Self::Margin, Self::Entropy];

    /// Its name in tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::MaximumProbability => "maximum_probability",
            Self::Margin => "margin",
            Self::Entropy => "entropy",
        }
    }

    /// How sure a model is of each example; `probability` holds, example after example, that of each of
    /// `classes` classes.
    ///
    /// # Errors
    /// There are fewer than two classes, or the probabilities are not a row of so many for each example.
    pub fn of(self, probability: &[f64], classes: usize) -> Result<Vec<f64>, Undefined> {
        if classes < 2 || !probability.len().is_multiple_of(classes) {
            return Err(Undefined::because(format!(
                "{} probabilities are no rows of {classes} classes (at least 2)",
                probability.len()
            )));
        }
        Ok(probability
            .chunks(classes)
            .map(|row| self.of_row(row))
            .collect())
    }

    fn of_row(self, row: &[f64]) -> f64 {
        let mut sorted = row.to_vec();
        // Sorted, so that the order of classes changes no bit of the entropy.
        sorted.sort_unstable_by(|a, b| b.total_cmp(a));
        match self {
            Self::MaximumProbability => sorted[0],
            Self::Margin => sorted[0] - sorted[1],
            Self::Entropy => sorted
                .iter()
                .filter(|&&p| p > 0.0)
                .map(|&p| p * libm::log(p))
                .sum(),
        }
    }
}

/// Numbers in the same order between 0 and 1, equal where they are equal: metrics of ranks see no
/// difference.
///
/// # Errors
/// A number is NaN.
pub fn by_rank(numbers: &[f64]) -> Result<Vec<f64>, Undefined> {
    if numbers.iter().any(|number| number.is_nan()) {
        return Err(Undefined::because("a number to rank is not a number"));
    }
    // Adding 0 makes one zero of the two.
    let mut known: Vec<f64> = numbers.iter().map(|number| number + 0.0).collect();
    known.sort_unstable_by(f64::total_cmp);
    known.dedup();
    let count = known.len() as f64;
    let place = |number: &f64| {
        let number = number + 0.0;
        let below = known.partition_point(|other| *other < number);
        (below as f64 + 0.5) / count
    };
    Ok(numbers.iter().map(place).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use titer_core::Stream;

    #[test]
    fn kinds_by_hand() {
        let rows = [0.7, 0.2, 0.1, 0.5, 0.5, 0.0];
        let of = |kind: Sureness| kind.of(&rows, 3).unwrap();
        assert_eq!(of(Sureness::MaximumProbability), [0.7, 0.5]);
        assert_eq!(of(Sureness::Margin)[1], 0.0);
        assert!((of(Sureness::Margin)[0] - 0.5).abs() < 1e-15);
        let entropy = of(Sureness::Entropy);
        assert!((entropy[1] + std::f64::consts::LN_2).abs() < 1e-15);
        let first: f64 = [0.7, 0.2, 0.1f64].iter().map(|p| p * p.ln()).sum();
        assert!((entropy[0] - first).abs() < 1e-15);
    }

    #[test]
    fn of_two_classes_all_kinds_rank_alike() {
        let mut stream = Stream::new(1, "sureness", "");
        let rows: Vec<f64> = (0..200)
            .map(|_| stream.uniform())
            .flat_map(|p| [p, 1.0 - p])
            .collect();
        let ranks = |kind: Sureness| by_rank(&kind.of(&rows, 2).unwrap()).unwrap();
        let first = ranks(Sureness::MaximumProbability);
        assert_eq!(ranks(Sureness::Margin), first);
        assert_eq!(ranks(Sureness::Entropy), first);
    }

    #[test]
    fn ranks_keep_order_and_ties() {
        assert_eq!(
            by_rank(&[3.0, -1e300, 3.0, 0.0, -0.0]).unwrap(),
            [2.5 / 3.0, 0.5 / 3.0, 2.5 / 3.0, 0.5, 0.5]
        );
        assert!(by_rank(&[f64::NAN]).is_err());
        assert_eq!(by_rank(&[]).unwrap(), Vec::<f64>::new());
    }

    #[test]
    fn rows_must_fit() {
        assert!(Sureness::Margin.of(&[0.1, 0.2, 0.7], 2).is_err());
        assert!(Sureness::Margin.of(&[1.0], 1).is_err());
    }
}
