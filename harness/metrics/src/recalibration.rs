//! Recalibration: maps from a model's probabilities to better calibrated ones.
//!
//! What is fitted and what it is applied to are given apart. The one is the `tuning` split, the other
//! what is scored: a map fitted on what is scored shows nothing but how well it can be fitted.

mod isotonic;
mod platt;
mod temperature;

use titer_core::{Labelled, Undefined};

pub use isotonic::Isotonic;
pub use platt::{Platt, STEEPEST};
pub use temperature::{COLDEST, HOTTEST, Temperature};

/// A kind of map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RecalibrationMethod {
    /// [`Temperature`].
    Temperature,
    /// [`Platt`].
    Platt,
    /// [`Isotonic`].
    Isotonic,
}

impl RecalibrationMethod {
    /// Every kind of map.
    pub const ALL: [Self; 3] = [Self::Temperature, Self::Platt, Self::Isotonic];

    /// Its name in tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Temperature => "temperature",
            Self::Platt => "platt",
            Self::Isotonic => "isotonic",
        }
    }

    /// The map of this kind that fits best.
    ///
    /// # Errors
    /// As the map's own `fit`.
    pub fn fit(self, tuning: Labelled<'_>) -> Result<Recalibration, Undefined> {
        Ok(match self {
            Self::Temperature => Recalibration::Temperature(Temperature::fit(tuning)?),
            Self::Platt => Recalibration::Platt(Platt::fit(tuning)?),
            Self::Isotonic => Recalibration::Isotonic(Isotonic::fit(tuning)?),
        })
    }
}

/// A map that was fitted.
#[derive(Clone, Debug, PartialEq)]
pub enum Recalibration {
    /// One temperature.
    Temperature(Temperature),
    /// A line for the logit.
    Platt(Platt),
    /// A rising step function.
    Isotonic(Isotonic),
}

impl Recalibration {
    /// The recalibrated probability.
    #[must_use]
    pub fn apply(&self, probability: f64) -> f64 {
        match self {
            Self::Temperature(map) => map.apply(probability),
            Self::Platt(map) => map.apply(probability),
            Self::Isotonic(map) => map.apply(probability),
        }
    }

    /// The recalibrated probabilities, in the same order.
    #[must_use]
    pub fn apply_all(&self, probability: &[f64]) -> Vec<f64> {
        probability.iter().map(|&p| self.apply(p)).collect()
    }

    /// Whether a parameter is at the end of what it may be, so that the map is not to be trusted: the
    /// data ask for more than any sensible map gives.
    #[must_use]
    pub fn at_bound(&self) -> bool {
        match self {
            Self::Temperature(map) => map.at_bound,
            Self::Platt(map) => map.at_bound,
            Self::Isotonic(map) => map.at_bound(),
        }
    }
}

#[cfg(test)]
mod tests {
    use titer_core::Stream;

    use super::*;
    use crate::MetricName;
    use crate::logistic::{expit, logit};
    use crate::trial::Trial;

    /// Overconfident on both splits: fitted on one, every map lowers the log loss of the other.
    #[test]
    fn every_map_helps_where_it_was_not_fitted() {
        let sample = |id: &str| {
            let mut stream = Stream::new(21, "test", id);
            let mut trial = Trial::new(0, 1, 0.5, 1, 1);
            for _ in 0..4000 {
                let true_probability = stream.uniform();
                trial.truth.push(stream.uniform() < true_probability);
                trial.probability.push(expit(2.5 * logit(true_probability)));
            }
            trial
        };
        let (tuning, test) = (sample("tuning"), sample("test"));
        let loss = |probability: &[f64]| {
            let data = Labelled {
                probability,
                ..test.data()
            };
            let loss = MetricName::LogLoss.metric().prepare(data);
            loss.value(titer_core::Multiplicity::Once).unwrap()
        };
        let raw = loss(&test.probability);
        for method in RecalibrationMethod::ALL {
            let map = method.fit(tuning.data()).unwrap();
            assert!(loss(&map.apply_all(&test.probability)) < 0.9 * raw);
            if let Recalibration::Temperature(map) = map {
                assert!((map.temperature - 2.5).abs() < 0.15, "{map:?}");
                assert!(!map.at_bound);
            }
        }
    }

    #[test]
    fn order_changes_nothing_and_a_higher_probability_stays_higher() {
        let trial = Trial::new(300, 1, 0.4, 50, 2);
        for method in RecalibrationMethod::ALL {
            let map = method.fit(trial.data()).unwrap();
            assert_eq!(map, method.fit(trial.shuffled(3).data()).unwrap());
            let made: Vec<f64> = (0..=1000).map(|i| map.apply(f64::from(i) / 1e3)).collect();
            assert!(made.is_sorted(), "{}", method.name());
            assert!(made.iter().all(|p| (0.0..=1.0).contains(p)));
        }
    }

    #[test]
    fn what_cannot_be_fitted_is_said() {
        let data = |truth, probability| Labelled {
            truth,
            probability,
            threshold: 0.5,
        };
        for method in RecalibrationMethod::ALL {
            let nothing = method.fit(data(&[], &[])).unwrap_err();
            assert_eq!(nothing.0, "no examples");
            assert!(method.fit(data(&[true], &[f64::NAN])).is_err());
        }
    }
}
