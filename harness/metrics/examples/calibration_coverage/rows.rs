//! What is simulated.

use rayon::iter::{IntoParallelIterator, ParallelIterator};
use titer_core::{Interval, Multiplicity, Stream, Undefined};
use titer_metrics::MetricName;
use titer_metrics::calibration_interval::Calibration;
use titer_metrics::ece::Ece;
use titer_metrics::ece_equal_width::EceEqualWidth;
use titer_metrics::ece_plug_in::EcePlugIn;
use titer_metrics::maximum_calibration_error::MaximumCalibrationError;
use titer_metrics::maximum_calibration_error::MaximumCalibrationErrorEqualMass;
use titer_metrics::squared_calibration_error::SquaredCalibrationError;
use titer_statistics::ClusterDraws;

use super::data::Source;

/// Bins of the metrics that have them.
pub(crate) const BINS: usize = 15;

pub(crate) const NAMES: [(&str, MetricName); 8] = [
    ("ece", MetricName::Ece(Ece { bins: BINS })),
    (
        "ece_plug_in",
        MetricName::EcePlugIn(EcePlugIn { bins: BINS }),
    ),
    (
        "ece_equal_width",
        MetricName::EceEqualWidth(EceEqualWidth { bins: BINS }),
    ),
    (
        "squared_calibration_error",
        MetricName::SquaredCalibrationError(SquaredCalibrationError { bins: BINS }),
    ),
    (
        "maximum_calibration_error",
        MetricName::MaximumCalibrationError(MaximumCalibrationError { bins: BINS }),
    ),
    (
        "maximum_calibration_error_equal_mass",
        MetricName::MaximumCalibrationErrorEqualMass(MaximumCalibrationErrorEqualMass {
            bins: BINS,
        }),
    ),
    ("ks_calibration_error", MetricName::KsCalibrationError),
    ("smooth_ece", MetricName::SmoothEce),
];

/// How good the predictions are: name, mean log odds, slope and shift of base and candidate.
pub(crate) const MODELS: [(&str, f64, [f64; 2], [f64; 2]); 10] = [
    ("calibrated", 0.0, [1.0, 1.0], [0.0, 0.0]),
    (
        "calibrated, then a little sharper",
        0.0,
        [1.0, 1.03],
        [0.0; 2],
    ),
    ("calibrated, then sharper", 0.0, [1.0, 1.2], [0.0; 2]),
    ("too sharp, then calibrated", 0.0, [1.25, 1.0], [0.0; 2]),
    ("too sharp, then sharper", 0.0, [1.25, 1.5], [0.0; 2]),
    (
        "too high, then a little sharper",
        0.0,
        [1.0, 1.03],
        [1.0; 2],
    ),
    ("mild", 0.0, [1.0, 1.3], [0.0, 0.2]),
    ("bad", 0.0, [1.3, 3.0], [0.2, 0.0]),
    ("few positives, calibrated", -3.5, [1.0, 1.0], [0.0, 0.0]),
    ("few positives, bad", -3.5, [1.0, 1.0], [0.0, 1.0]),
];

/// Covered, ends missed below and above, mean width.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Outcome {
    pub tried: u64,
    pub undefined: u64,
    pub below: u64,
    pub above: u64,
    pub width: f64,
    /// The reported values, added up, and their squares.
    pub values: (f64, f64),
}

impl Outcome {
    /// The mean width in units of an interval of 3.92 standard deviations of what is reported.
    pub(crate) fn of_ideal(self) -> f64 {
        let tried = (self.tried - self.undefined) as f64;
        let mean = self.values.0 / tried;
        let deviation = (self.values.1 / tried - mean * mean).sqrt();
        self.width / tried / (3.92 * deviation)
    }

    pub(crate) fn coverage(self) -> f64 {
        let tried = self.tried - self.undefined;
        (tried - self.below - self.above) as f64 / tried as f64
    }

    pub(crate) fn add(&mut self, value: f64, interval: &Result<Interval, Undefined>, truth: f64) {
        self.tried += 1;
        let Ok(interval) = interval else {
            self.undefined += 1;
            return;
        };
        // The truth is worked out on a grid.
        let near = 1e-5;
        self.above += u64::from(interval.lower > truth + near);
        self.below += u64::from(interval.upper < truth - near);
        self.width += interval.upper - interval.lower;
        self.values.0 += value;
        self.values.1 += value * value;
    }
}

/// What is reported and its interval.
type Found = (f64, Result<Interval, Undefined>);

/// The scores of the candidate and the differences from the base, for every metric of two classes.
pub(crate) fn two_classes(
    source: Source,
    names: &[(&'static str, MetricName)],
    repetitions: u64,
    replicates: usize,
) -> Vec<(&'static str, bool, Outcome)> {
    let mut rows = Vec::new();
    let truths: Vec<[f64; 2]> = names
        .iter()
        .map(|(_, name)| [0, 1].map(|variant| source.error(*name, variant).unwrap_or(f64::NAN)))
        .collect();
    for (name, _) in names {
        rows.push((*name, false, Outcome::default()));
        rows.push((*name, true, Outcome::default()));
    }
    let once = |repetition: u64| -> Vec<[Option<Found>; 2]> {
        let key = repetition.to_string();
        let drawn = source.draw(&mut Stream::new(1, "calibration coverage", &key));
        let draws = ClusterDraws::new(source.clusters(), replicates, repetition, "bootstrap");
        let (base, candidate, of) = (drawn.data(0), drawn.data(1), &drawn.cluster_of);
        // Variants that are the same have no difference to speak of.
        let differ = drawn.probability[0] != drawn.probability[1];
        let both = |&(_, name): &(&str, MetricName)| {
            let made = |data| Calibration::new(name, data, of, &draws, 0.95);
            let made = (made(candidate), made(base));
            let score = made.0.as_ref().map_err(Clone::clone);
            let score = score.and_then(Calibration::interval);
            let apart = || match &made {
                (Ok(candidate), Ok(base)) => candidate.minus(base),
                (Err(reason), _) | (_, Err(reason)) => Err(reason.clone()),
            };
            let value = |data| {
                name.metric()
                    .prepare(data)
                    .value(Multiplicity::Once)
                    .unwrap_or(f64::NAN)
            };
            let (a, b) = (value(candidate), value(base));
            [Some((a, score)), differ.then(|| (a - b, apart()))]
        };
        names.iter().map(both).collect()
    };
    let all: Vec<_> = (0..repetitions).into_par_iter().map(once).collect();
    for found in all {
        for (at, (both, [b, a])) in found.into_iter().zip(&truths).enumerate() {
            for (which, (interval, truth)) in both.into_iter().zip([*a, a - b]).enumerate() {
                if let Some((value, interval)) = interval {
                    rows[2 * at + which].2.add(value, &interval, truth);
                }
            }
        }
    }
    rows.retain(|row| row.2.tried > 0);
    rows
}
