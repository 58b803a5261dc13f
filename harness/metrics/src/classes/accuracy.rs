//! Accuracy.

use titer_core::{About, ClassesMetric, Classified, Direction, Prepared, Undefined};

use super::counted;
use crate::margins::Margins;

/// Accuracy.
///
/// # What it measures
/// The share of examples whose most probable class is the true one. The same number as micro-
/// averaged F1, precision and recall, and as weighted recall.
///
/// # Range and direction
/// 0 to 1, higher is better. Calling everything the commonest class already earns its share.
///
/// # Undefined when
/// There are no examples.
///
/// # Source
/// Fawcett 2006, doi:10.1016/j.patrec.2005.10.010
#[derive(Clone, Copy, Debug)]
pub struct Accuracy;

impl ClassesMetric for Accuracy {
    fn about(&self) -> About {
        About {
            name: "accuracy",
            title: "Accuracy",
            measures: "The share of examples whose most probable class is the true one.",
            direction: Direction::HigherIsBetter,
            range: (0.0, 1.0),
            undefined_when: "there are no examples",
            source: "Fawcett 2006, doi:10.1016/j.patrec.2005.10.010",
            smooth: true,
        }
    }

    fn prepare<'a>(&self, data: Classified<'a>) -> Box<dyn Prepared + 'a> {
        counted::prepare(data, formula)
    }
}

fn formula(margins: &Margins) -> Result<f64, Undefined> {
    Ok(margins.hits() as f64 / margins.examples as f64)
}
