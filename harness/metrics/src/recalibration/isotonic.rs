//! Isotonic regression.

use titer_core::{Labelled, Multiplicity, Undefined};

use crate::checked::check;
use crate::residuals::Tied;

/// Isotonic regression: the rising function with the least squared error, found by pooling adjacent
/// violators. It is constant where neighbours were pooled, a line in between, and constant beyond
/// the lowest and highest probability that it was fitted on.
///
/// Sources: Ayer et al. 1955, doi:10.1214/aoms/1177728423; Zadrozny and Elkan 2002,
/// doi:10.1145/775047.775151
#[derive(Clone, Debug, PartialEq)]
pub struct Isotonic {
    levels: Vec<Level>,
}

/// Neighbours that share a value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Level {
    /// The lowest probability.
    pub lowest: f64,
    /// The highest probability.
    pub highest: f64,
    /// What it becomes: the share of positives.
    pub value: f64,
}

struct Pool {
    lowest: f64,
    highest: f64,
    examples: u64,
    positives: u64,
}

impl Isotonic {
    /// The function of the least squared error.
    ///
    /// # Errors
    /// There are no examples, or a probability is not in [0, 1].
    pub fn fit(tuning: Labelled<'_>) -> Result<Self, Undefined> {
        check(tuning)?;
        let pools = Tied::new(tuning).counts(Multiplicity::Once, |count| Pool {
            lowest: count.probability,
            highest: count.probability,
            examples: count.examples,
            positives: count.positives,
        })?;
        let level = |pool: &Pool| Level {
            lowest: pool.lowest,
            highest: pool.highest,
            value: pool.positives as f64 / pool.examples as f64,
        };
        Ok(Self {
            levels: pooled(pools).iter().map(level).collect(),
        })
    }

    /// The levels, from low to high.
    #[must_use]
    pub fn levels(&self) -> &[Level] {
        &self.levels
    }

    /// Whether a level is 0 or 1: a probability that no number of examples can show, and that makes
    /// one error infinitely bad.
    #[must_use]
    pub fn at_bound(&self) -> bool {
        let sure = |level: &Level| level.value == 0.0 || level.value == 1.0;
        self.levels.iter().any(sure)
    }

    /// The recalibrated probability.
    #[must_use]
    pub fn apply(&self, probability: f64) -> f64 {
        let above = self
            .levels
            .partition_point(|level| level.lowest <= probability);
        let (below, next) = (above.checked_sub(1), self.levels.get(above));
        match (below.and_then(|below| self.levels.get(below)), next) {
            (Some(level), Some(next)) if probability > level.highest => {
                let part = (probability - level.highest) / (next.lowest - level.highest);
                level.value + part * (next.value - level.value)
            }
            (Some(level), _) => level.value,
            (None, next) => next.map_or(probability, |next| next.value),
        }
    }
}

/// Joins neighbours until shares rise from each to the next. In whole numbers, so without rounding.
fn pooled(pools: Vec<Pool>) -> Vec<Pool> {
    let mut rising: Vec<Pool> = Vec::new();
    for mut pool in pools {
        while let Some(last) = rising.pop_if(|last| !is_below(last, &pool)) {
            pool.lowest = last.lowest;
            pool.examples += last.examples;
            pool.positives += last.positives;
        }
        rising.push(pool);
    }
    rising
}

fn is_below(a: &Pool, b: &Pool) -> bool {
    u128::from(a.positives) * u128::from(b.examples)
        < u128::from(b.positives) * u128::from(a.examples)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn violators_are_pooled_and_gaps_are_lines() {
        let map = Isotonic::fit(Labelled {
            truth: &[false, true, false, true, true, false],
            probability: &[0.1, 0.2, 0.3, 0.5, 0.7, 0.7],
            threshold: 0.5,
        })
        .unwrap();
        let values: Vec<f64> = map.levels().iter().map(|level| level.value).collect();
        assert_eq!(values, [0.0, 0.5, 2.0 / 3.0]);
        assert_eq!(map.apply(0.0), 0.0);
        assert_eq!(map.apply(0.25), 0.5);
        assert!((map.apply(0.15) - 0.25).abs() < 1e-15);
        assert_eq!(map.apply(0.5), 2.0 / 3.0);
        assert_eq!(map.apply(1.0), 2.0 / 3.0);
        assert!(map.at_bound());
    }

    #[test]
    fn one_level_is_not_at_its_bound() {
        let map = Isotonic::fit(Labelled {
            truth: &[true, false],
            probability: &[0.1, 0.2],
            threshold: 0.5,
        })
        .unwrap();
        assert_eq!(map.apply(0.9), 0.5);
        assert!(!map.at_bound());
    }
}
