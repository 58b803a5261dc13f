//! Controls by name.

use titer_core::Query;
use titer_spec::ControlSpec;

use crate::composition::{gc, log_length};
use crate::kmers;
use crate::logistic::choose::{self, Chosen};
use crate::logistic::{Logistic, Rows};
use crate::nearest::Nearest;
use crate::place::{Chromosome, Position};
use crate::training::{Training, TrainingError};

/// A fitted control.
#[derive(Clone, Debug)]
pub struct Control {
    rule: Rule,
    chosen: Option<Chosen>,
}

#[derive(Clone, Debug)]
enum Rule {
    Prior(Vec<f64>),
    Regression {
        features: Features,
        fitted: Logistic,
        means: Vec<f64>,
        scales: Vec<f64>,
    },
    Nearest(Nearest),
    Chromosome(Chromosome),
    Position(Position),
}

/// What a regression looks at.
#[derive(Clone, Copy, Debug)]
enum Features {
    Gc,
    Length,
    Kmers(usize),
}

impl Features {
    fn of(self, query: &Query<'_>) -> Vec<(u32, f64)> {
        // A share and a length may matter in the middle of their range: hence the squares.
        let squared = |value: f64| vec![(0, value), (1, value * value)];
        match self {
            Self::Gc => squared(gc(query.sequence)),
            Self::Length => squared(log_length(query.sequence)),
            Self::Kmers(k) => kmers::shares(query.sequence, k),
        }
    }

    /// Few features are centred; k-mers are not, so that most stay zero.
    fn means(self, rows: &Rows) -> Vec<f64> {
        let mut means = vec![0.0; rows.features()];
        if matches!(self, Self::Kmers(_)) {
            return means;
        }
        for row in 0..rows.len() {
            for (feature, value) in rows.row(row) {
                means[*feature as usize] += value / rows.len() as f64;
            }
        }
        means
    }
}

/// Fits a control; `seed` deals groups to the folds of cross-validation.
///
/// # Errors
/// The control looks at what the examples do not say, such as their place.
pub fn fit(
    control: &ControlSpec,
    training: &Training<'_>,
    seed: u64,
) -> Result<Control, TrainingError> {
    let plain = |rule: Rule| Control { rule, chosen: None };
    Ok(match control {
        ControlSpec::Majority => plain(Rule::Prior(training.prior().to_vec())),
        ControlSpec::Gc => regression(Features::Gc, training, seed),
        ControlSpec::Length => regression(Features::Length, training, seed),
        ControlSpec::Kmers(kmers) => regression(Features::Kmers(kmers.k), training, seed),
        ControlSpec::Nearest(nearest) => plain(Rule::Nearest(Nearest::fit(training, nearest.k))),
        ControlSpec::Chromosome => plain(Rule::Chromosome(Chromosome::fit(training)?)),
        ControlSpec::Position => plain(Rule::Position(Position::fit(training)?)),
        ControlSpec::Shuffled | ControlSpec::RandomWeights => {
            return Err(TrainingError::Unknown(format!(
                "{} is the model itself: nothing is fitted",
                control.name()
            )));
        }
    })
}

fn regression(features: Features, training: &Training<'_>, seed: u64) -> Control {
    let examples = training.examples();
    let raw = Rows::new(examples.iter().map(|example| features.of(&example.into())));
    let (means, scales) = (features.means(&raw), raw.scales());
    let rows = Rows::new((0..raw.len()).map(|row| standard(raw.row(row), &means, &scales)));
    let groups: Vec<&str> = examples.iter().map(Training::group).collect();
    let number = training.prior().len();
    let (fitted, chosen) = choose::fit(&rows, training.classes(), number, &groups, seed);
    Control {
        rule: Rule::Regression {
            features,
            fitted,
            means,
            scales,
        },
        chosen: Some(chosen),
    }
}

/// A row in units of standard deviations; a feature that did not vary, or was not seen, is left out.
fn standard(row: &[(u32, f64)], means: &[f64], scales: &[f64]) -> Vec<(u32, f64)> {
    row.iter()
        .filter_map(|(feature, value)| {
            let mean = means.get(*feature as usize)?;
            let scale = scales.get(*feature as usize)?;
            (*scale > 0.0).then_some((*feature, (value - mean) * scale))
        })
        .collect()
}

impl Control {
    /// The probability of each class; they add up to 1.
    #[must_use]
    pub fn probabilities(&self, query: &Query<'_>) -> Vec<f64> {
        match &self.rule {
            Rule::Prior(prior) => prior.clone(),
            Rule::Regression {
                features,
                fitted,
                means,
                scales,
            } => fitted.probabilities(&standard(&features.of(query), means, scales)),
            Rule::Nearest(nearest) => nearest.probabilities(query.sequence),
            Rule::Chromosome(chromosome) => chromosome.probabilities(query.place),
            Rule::Position(position) => position.probabilities(query.place),
        }
    }

    /// The penalty that was chosen and whether the fit converged, for regressions.
    #[must_use]
    pub fn chosen(&self) -> Option<&Chosen> {
        self.chosen.as_ref()
    }
}

#[cfg(test)]
mod tests;
