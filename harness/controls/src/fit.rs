//! Controls by name.

use titer_core::{Query, Sequence};
use titer_spec::ControlSpec;

use crate::composition::{gc, length};
use crate::kmers;
use crate::logistic::Rows;
use crate::nearest::Nearest;
use crate::number::{Chosen, Number};
use crate::place::{Chromosome, Position};
use crate::regression::Regression;
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
    Number(fn(&Sequence) -> f64, Number),
    Kmers(usize, Regression),
    Nearest(Nearest),
    Chromosome(Chromosome),
    Position(Position),
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
        ControlSpec::Gc => number(gc, training, seed),
        ControlSpec::Length => number(length, training, seed),
        ControlSpec::Kmers(kmers) => words(kmers.k, training, seed),
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

fn number(of: fn(&Sequence) -> f64, training: &Training<'_>, seed: u64) -> Control {
    let examples = training.examples();
    let values: Vec<f64> = examples.iter().map(|one| of(&one.sequence)).collect();
    let groups: Vec<&str> = examples.iter().map(Training::group).collect();
    let classes = training.prior().len();
    let fitted = Number::fit(&values, training.classes(), classes, &groups, seed);
    Control {
        chosen: Some(fitted.chosen()),
        rule: Rule::Number(of, fitted),
    }
}

fn words(k: usize, training: &Training<'_>, seed: u64) -> Control {
    let examples = training.examples();
    let shares = examples.iter().map(|one| kmers::shares(&one.sequence, k));
    let groups: Vec<&str> = examples.iter().map(Training::group).collect();
    let classes = training.prior().len();
    // Words are not centred, so that most stay zero.
    let raw = Rows::new(shares);
    let means = vec![0.0; raw.features()];
    let (fitted, chosen) = Regression::fit(raw, means, training.classes(), classes, &groups, seed);
    Control {
        rule: Rule::Kmers(k, fitted),
        chosen: Some(chosen),
    }
}

impl Control {
    /// The probability of each class; they add up to 1.
    #[must_use]
    pub fn probabilities(&self, query: &Query<'_>) -> Vec<f64> {
        match &self.rule {
            Rule::Prior(prior) => prior.clone(),
            Rule::Number(of, fitted) => fitted.probabilities(of(query.sequence)),
            Rule::Kmers(k, fitted) => fitted.probabilities(&kmers::shares(query.sequence, *k)),
            Rule::Nearest(nearest) => nearest.probabilities(query.sequence),
            Rule::Chromosome(chromosome) => chromosome.probabilities(query.place),
            Rule::Position(position) => position.probabilities(query.place),
        }
    }

    /// What cross-validation chose, where it chose anything.
    #[must_use]
    pub fn chosen(&self) -> Option<&Chosen> {
        self.chosen.as_ref()
    }
}

#[cfg(test)]
mod tests;
