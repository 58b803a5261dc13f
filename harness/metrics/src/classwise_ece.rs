//! Class-wise expected calibration error.

mod floor;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use titer_core::{
    About, Chance, ClassesMetric, Classified, Direction, IntervalKind, Multiplicity, Prepared,
    Sees, Undefined,
};

pub use floor::null_floor;

use crate::classes::checked::check;
use crate::ece_equal_width::EceEqualWidth;
use crate::parameters::{BINS, usual_bins};
use crate::residuals::{CalibrationError, Tied, check_bins};

/// Class-wise expected calibration error.
///
/// # What it measures
/// For each class, the expected calibration error of its probability, that class against all others
/// ([`EceEqualWidth`]: plug-in, bins of equal width); then the mean over classes. A class that never
/// occurs counts as any other.
///
/// # Range and direction
/// 0 to 1, lower is better. Chance alone lifts it above 0 ([`null_floor`]).
///
/// # Undefined when
/// There are no examples, or no bins are asked for.
///
/// # Source
/// Kull et al. 2019, "Beyond temperature scaling", arXiv:1910.12656
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"bins": 15}]))]
pub struct ClasswiseEce {
    /// How many bins.
    #[serde(default = "usual_bins")]
    #[schemars(range(min = 2, max = 1000), extend("$comment" = "10 to 20 are usual"))]
    pub bins: usize,
}

impl ClasswiseEce {
    /// What is usual.
    pub const USUAL: Self = Self { bins: BINS };
}

impl ClassesMetric for ClasswiseEce {
    fn about(&self) -> About {
        About {
            name: "classwise_ece",
            title: "Class-wise expected calibration error",
            measures: "The mean over classes of the distance between a class's probability and how \
                       often it is true, over bins of equal width; chance alone lifts it above 0.",
            direction: Direction::LowerIsBetter,
            range: (0.0, 1.0),
            undefined_when: "there are no examples",
            source: "Kull et al. 2019, arXiv:1910.12656",
            interval: IntervalKind::None,
            sees: Sees::Probability,
            mixes_classes: true,
            chance: Chance::Unknown,
        }
    }

    fn prepare<'a>(&self, data: Classified<'a>) -> Box<dyn Prepared + 'a> {
        Box::new(Ready {
            classes: check(data).map(|()| sorted(data)),
            bins: self.bins,
        })
    }
}

struct Ready {
    classes: Result<Vec<Tied>, Undefined>,
    bins: usize,
}

impl Prepared for Ready {
    fn value(&self, multiplicity: Multiplicity<'_>) -> Result<f64, Undefined> {
        let classes = self.classes.as_ref().map_err(Clone::clone)?;
        check_bins(self.bins)?;
        let error = EceEqualWidth { bins: self.bins };
        let mut sum = 0.0;
        for class in classes {
            sum += error.error(&class.residuals(multiplicity)?);
        }
        Ok((sum / classes.len() as f64).min(1.0))
    }
}

fn sorted(data: Classified<'_>) -> Vec<Tied> {
    let of = |class: usize| {
        let rows = data.probability.chunks_exact(data.classes);
        let pair = move |(row, &truth): (&[f64], &u32)| (row[class], truth as usize == class);
        Tied::sorted(rows.zip(data.truth).map(pair))
    };
    (0..data.classes).map(of).collect()
}

#[cfg(test)]
mod tests {
    use titer_core::Metric;

    use super::*;
    use crate::trial::Trial;

    fn value(truth: &[u32], probability: &[f64], classes: usize) -> Result<f64, Undefined> {
        let data = Classified {
            truth,
            probability,
            classes,
        };
        let metric = ClasswiseEce::USUAL;
        metric.prepare(data).value(Multiplicity::Once)
    }

    #[test]
    fn three_classes_by_hand() {
        // A class in one bin each: |1 - 0.8| / 2 + |0 - 0.5| / 2 and so on.
        let error = value(&[0, 2], &[0.8, 0.1, 0.1, 0.5, 0.3, 0.2], 3).unwrap();
        let expected = ((0.1 + 0.25) + (0.05 + 0.15) + (0.05 + 0.4)) / 3.0;
        assert!((error - expected).abs() < 1e-15, "{error}");
    }

    #[test]
    fn two_classes_are_the_mean_of_both_sides_and_counting_is_replicating() {
        let trial = Trial::new(200, 6, 0.4, 1000, 3);
        let counts = [2, 0, 1, 1, 3, 1];
        let both = |trial: &Trial| -> (Vec<u32>, Vec<f64>) {
            let truth = trial.truth.iter().map(|&t| u32::from(t)).collect();
            let row = |&p: &f64| [1.0 - p, p];
            (truth, trial.probability.iter().flat_map(row).collect())
        };
        let (truth, probability) = both(&trial);
        let data = Classified {
            truth: &truth,
            probability: &probability,
            classes: 2,
        };
        let drawn = Multiplicity::PerCluster {
            counts: &counts,
            cluster_of: &trial.cluster_of,
        };
        let counted = ClasswiseEce::USUAL.prepare(data).value(drawn).unwrap();
        let copies = trial.replicated(&counts);
        let (truth, probability) = both(&copies);
        assert_eq!(value(&truth, &probability, 2), Ok(counted));
        let positive = EceEqualWidth { bins: 15 }
            .prepare(copies.data())
            .value(Multiplicity::Once)
            .unwrap();
        let flipped: Vec<bool> = copies.truth.iter().map(|t| !t).collect();
        let mirrored: Vec<f64> = copies.probability.iter().map(|p| 1.0 - p).collect();
        let negative = EceEqualWidth { bins: 15 }
            .prepare(titer_core::Labelled {
                truth: &flipped,
                probability: &mirrored,
                threshold: 0.5,
            })
            .value(Multiplicity::Once)
            .unwrap();
        assert!((counted - 0.5 * (positive + negative)).abs() < 1e-15);
    }

    #[test]
    fn what_does_not_fit_is_said() {
        let reason = |truth: &[u32], probability: &[f64], classes| {
            value(truth, probability, classes).unwrap_err().0
        };
        assert_eq!(reason(&[], &[], 3), "no examples");
        assert_eq!(reason(&[0], &[1.0], 1), "1 classes are too few");
        assert_eq!(reason(&[2], &[0.5, 0.5], 2), "true class 2 of 2 classes");
        assert_eq!(
            reason(&[0], &[0.5, f64::NAN], 2),
            "1 of 2 probabilities are not in [0, 1]"
        );
        assert_eq!(
            reason(&[0], &[0.5], 2),
            "1 probabilities for 1 examples and 2 classes"
        );
    }
}
