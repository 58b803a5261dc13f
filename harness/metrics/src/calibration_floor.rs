//! What a perfectly calibrated model would show, for every calibration error.

use rayon::iter::{IntoParallelIterator, ParallelIterator};
use titer_core::{Labelled, Stream, Undefined};
use titer_statistics::normal::drawn as normal;
use titer_statistics::quantile;

use crate::MetricName;
use crate::checked::check;
use crate::ece::{DRAWS, Ece, NullFloor, folded_normal_mean};
use crate::ece_equal_width::EceEqualWidth;
use crate::ece_plug_in::EcePlugIn;
use crate::ks_calibration_error::KsCalibrationError;
use crate::maximum_calibration_error::{MaximumCalibrationError, MaximumCalibrationErrorEqualMass};
use crate::residuals::{BinResidual, Binning, CalibrationError, Form, Residual, check_bins};
use crate::smooth_ece::SmoothEce;
use crate::squared_calibration_error::SquaredCalibrationError;

/// A metric as a function of residuals.
///
/// # Errors
/// The metric is no calibration error, or no bins are asked for.
pub fn calibration_error(name: MetricName) -> Result<Box<dyn CalibrationError>, Undefined> {
    let (bins, error): (usize, Box<dyn CalibrationError>) = match name {
        MetricName::Ece(Ece { bins }) => (bins, Box::new(Ece { bins })),
        MetricName::EceEqualWidth(EceEqualWidth { bins }) => {
            (bins, Box::new(EceEqualWidth { bins }))
        }
        MetricName::EcePlugIn(EcePlugIn { bins }) => (bins, Box::new(EcePlugIn { bins })),
        MetricName::SquaredCalibrationError(SquaredCalibrationError { bins }) => {
            (bins, Box::new(SquaredCalibrationError { bins }))
        }
        MetricName::MaximumCalibrationError(MaximumCalibrationError { bins }) => {
            (bins, Box::new(MaximumCalibrationError { bins }))
        }
        MetricName::MaximumCalibrationErrorEqualMass(MaximumCalibrationErrorEqualMass { bins }) => {
            (bins, Box::new(MaximumCalibrationErrorEqualMass { bins }))
        }
        MetricName::KsCalibrationError => (1, Box::new(KsCalibrationError)),
        MetricName::SmoothEce => (1, Box::new(SmoothEce)),
        _ => {
            let name = name.metric().about().name;
            return Err(Undefined::because(format!(
                "{name} is no calibration error"
            )));
        }
    };
    check_bins(bins)?;
    Ok(error)
}

/// A calibration error under a perfectly calibrated model with the same probabilities: labels are
/// drawn from them [`DRAWS`] times. The true labels play no part.
///
/// Labels are drawn independently. Those of a cluster vary together, so that for clustered data the
/// floor is, if anything, too low: an error above it need not be more than chance.
///
/// # Errors
/// The metric is no calibration error, no bins are asked for, there are no examples, or a probability
/// is not in [0, 1].
pub fn null_floor(name: MetricName, data: Labelled<'_>, seed: u64) -> Result<NullFloor, Undefined> {
    let error = calibration_error(name)?;
    check(data)?;
    let groups = groups(data.probability);
    let form = error.form();
    // Bins are formed of the probabilities, which no draw changes.
    let parts = match form {
        Form::OfBins(binning, _) => parts(&groups, binning),
        Form::OfAll(_) => Vec::new(),
    };
    let one = |draw: u32| {
        let mut stream = Stream::new(seed, "calibration null", &draw.to_string());
        match form {
            Form::OfBins(_, of_bins) => of_bins(&binned(&parts, &mut stream)),
            Form::OfAll(of_all) => of_all(&drawn(&groups, &mut stream).collect::<Vec<_>>()),
        }
    };
    let mut errors: Vec<f64> = (0..DRAWS).into_par_iter().map(one).collect();
    let mean = errors.iter().sum::<f64>() / errors.len() as f64;
    errors.sort_unstable_by(f64::total_cmp);
    Ok(NullFloor {
        mean,
        upper: quantile(&errors, 0.95),
    })
}

/// Equal probabilities together, from low to high, before a label is drawn.
fn groups(probabilities: &[f64]) -> Vec<Residual> {
    // Adding 0 makes one zero of the two.
    let mut sorted: Vec<f64> = probabilities.iter().map(|p| p + 0.0).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let groups = || sorted.chunk_by(|a, b| a == b);
    let mut made = Vec::with_capacity(groups().count());
    made.extend(groups().map(|group| Residual {
        probability: group[0],
        weight: group.len() as f64,
        residual: 0.0,
    }));
    made
}

/// Labels of a calibrated model, drawn from low to high probability, so that the order of the
/// examples changes nothing.
fn drawn(groups: &[Residual], stream: &mut Stream) -> impl Iterator<Item = Residual> {
    groups.iter().map(|group| {
        let examples = 0..group.weight as u64;
        let positive = examples.filter(|_| stream.uniform() < group.probability);
        let positives = positive.count() as f64;
        Residual {
            residual: positives - group.weight * group.probability,
            ..*group
        }
    })
}

/// The labels of a bin whose number of positives varies by more than this (squared) are not drawn one by one:
/// their sum is normal but for less than what 200 draws leave unknown.
const MANY: f64 = 10_000.0;

/// A bin of probabilities with what its number of positives varies by, squared.
struct Part<'a> {
    bin: BinResidual,
    variance: f64,
    groups: &'a [Residual],
}

/// The bins of probabilities.
fn parts(groups: &[Residual], binning: Binning) -> Vec<Part<'_>> {
    let members = binning.members(groups);
    let part = |(bin, groups)| {
        let variance = |one: &Residual| one.weight * one.probability * (1.0 - one.probability);
        Part {
            bin,
            variance: <[Residual]>::iter(groups).map(variance).sum(),
            groups,
        }
    };
    binning
        .bins(groups)
        .into_iter()
        .zip(members)
        .map(part)
        .collect()
}

/// Residuals drawn in their bins.
fn binned(parts: &[Part<'_>], stream: &mut Stream) -> Vec<BinResidual> {
    let one = |part: &Part<'_>| BinResidual {
        residual: match part.variance > MANY {
            true => part.variance.sqrt() * normal(stream),
            false => drawn(part.groups, stream).map(|one| one.residual).sum(),
        },
        ..part.bin
    };
    parts.iter().map(one).collect()
}

impl CalibrationError for Ece {
    fn form(&self) -> Form {
        Form::OfBins(Binning::EqualMass(self.bins), debiased)
    }
}

fn debiased(bins: &[BinResidual]) -> f64 {
    let debiased = |bin: &BinResidual| {
        let (gap, share) = (bin.gap(), bin.share());
        let deviation = (share * (1.0 - share) / bin.weight).sqrt();
        bin.weight * (2.0 * gap - folded_normal_mean(gap, deviation))
    };
    let examples: f64 = bins.iter().map(|bin| bin.weight).sum();
    bins.iter().map(debiased).sum::<f64>() / examples
}

#[cfg(test)]
mod tests {
    use titer_core::Multiplicity;

    use super::*;
    use crate::residuals::Tied;
    use crate::trial::Trial;

    fn bare<'a>(truth: &'a [bool], probability: &'a [f64]) -> Labelled<'a> {
        Labelled {
            truth,
            probability,
            threshold: 0.5,
        }
    }

    fn calibration_errors() -> impl Iterator<Item = MetricName> {
        MetricName::ALL
            .iter()
            .copied()
            .filter(|&name| calibration_error(name).is_ok())
    }

    #[test]
    fn every_error_is_the_same_from_residuals() {
        let trial = Trial::new(400, 7, 0.3, 300, 8);
        let counts = [2, 0, 1, 1, 3, 0, 1];
        for multiplicity in [
            Multiplicity::Once,
            Multiplicity::PerCluster {
                counts: &counts,
                cluster_of: &trial.cluster_of,
            },
        ] {
            let residuals = Tied::new(trial.data()).residuals(multiplicity).unwrap();
            for name in calibration_errors() {
                let made = calibration_error(name).unwrap().error(&residuals);
                let known = name.metric().prepare(trial.data()).value(multiplicity);
                assert!((made - known.unwrap()).abs() < 1e-14, "{name:?}");
            }
        }
        assert_eq!(calibration_errors().count(), 8);
    }

    /// By drawing labels, one after the other, and asking the metric.
    #[test]
    fn the_floor_is_that_of_drawn_labels() {
        let trial = Trial::new(400, 7, 0.3, 300, 8);
        let mut probability = trial.probability;
        probability.sort_unstable_by(f64::total_cmp);
        let name = MetricName::Ece(Ece { bins: 15 });
        let one = |draw: u32| {
            let mut stream = Stream::new(3, "calibration null", &draw.to_string());
            let truth: Vec<bool> = probability.iter().map(|&p| stream.uniform() < p).collect();
            let prepared = name.metric().prepare(bare(&truth, &probability));
            prepared.value(Multiplicity::Once).unwrap()
        };
        let mut errors: Vec<f64> = (0..DRAWS).map(one).collect();
        errors.sort_unstable_by(f64::total_cmp);
        let made = null_floor(name, bare(&[true; 400], &probability), 3).unwrap();
        let mean = errors.iter().sum::<f64>() / f64::from(DRAWS);
        assert!((made.mean - mean).abs() < 1e-14);
        assert!((made.upper - quantile(&errors, 0.95)).abs() < 1e-14);
    }

    #[test]
    fn a_floor_keeps_to_its_seed_and_not_to_the_order() {
        let floor = |probability: &[f64], seed: u64| {
            let truth = vec![true; probability.len()];
            null_floor(
                MetricName::Ece(Ece { bins: 15 }),
                bare(&truth, probability),
                seed,
            )
            .unwrap()
        };
        let few: Vec<f64> = (0..300).map(|i| (f64::from(i) + 0.5) / 300.0).collect();
        let many: Vec<f64> = (0..30_000).map(|i| (f64::from(i) + 0.5) / 3e4).collect();
        let (small, large) = (floor(&few, 1), floor(&many, 1));
        assert!(large.upper < 0.2 * small.upper, "{small:?} {large:?}");
        assert_ne!(small, floor(&few, 2));
        let backwards: Vec<f64> = few.iter().rev().copied().collect();
        assert_eq!(small, floor(&backwards, 1));
        let sure = floor(&[0.0, 1.0, 1.0, 0.0], 1);
        assert_eq!((sure.mean, sure.upper), (0.0, 0.0));
    }

    /// Over fresh labels, so that a floor made of the wrong labels or probabilities would be seen.
    #[test]
    fn a_calibrated_model_sits_on_its_floor() {
        let probability: Vec<f64> = (0..500).map(|i| (f64::from(i) + 0.5) / 500.0).collect();
        let repetitions = 400;
        for name in calibration_errors() {
            let floor = null_floor(name, bare(&[true; 500], &probability), 1).unwrap();
            let mut above = 0;
            let mut sum = 0.0;
            for repetition in 0..repetitions {
                let mut stream = Stream::new(9, "test", &repetition.to_string());
                let truth: Vec<bool> = probability.iter().map(|&p| stream.uniform() < p).collect();
                let value = name
                    .metric()
                    .prepare(bare(&truth, &probability))
                    .value(Multiplicity::Once);
                let value = value.unwrap();
                above += u32::from(value > floor.upper);
                sum += value / f64::from(repetitions);
            }
            // 5 % of 400 are 20; the quantile of 200 draws is itself unsure by about as much.
            assert!((4..=44).contains(&above), "{name:?}: {above}");
            let spread = floor.upper - floor.mean;
            assert!(
                (sum - floor.mean).abs() < 0.25 * spread,
                "{name:?}: {sum} {floor:?}"
            );
        }
    }

    /// Of so many examples that sums are drawn in place of labels: the floor is that of labels.
    #[test]
    fn the_floor_of_very_many_is_that_of_their_labels() {
        let trial = Trial::new(200_000, 7, 0.3, 1 << 40, 8);
        let data = trial.data();
        let of_sums = null_floor(MetricName::EcePlugIn(EcePlugIn { bins: 2 }), data, 3).unwrap();
        // Each of 2 bins has a gap of mean 0.8 standard errors.
        let groups = data.probability.iter().map(|p| p * (1.0 - p)).sum::<f64>();
        let about = 2.0 * 0.797_884_56 * (0.5 * groups).sqrt() / 200_000.0;
        assert!(
            (of_sums.mean / about - 1.0).abs() < 0.15,
            "{of_sums:?} {about}"
        );
    }

    #[test]
    fn what_has_no_floor_says_so() {
        let trial = Trial::new(40, 7, 0.3, 300, 8);
        let reason = null_floor(MetricName::Auroc, trial.data(), 1).unwrap_err();
        assert_eq!(reason.0, "auroc is no calibration error");
        assert!(
            null_floor(
                MetricName::EcePlugIn(EcePlugIn { bins: 0 }),
                trial.data(),
                1
            )
            .is_err()
        );
    }
}
