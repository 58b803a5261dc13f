//! Whether the numbers that an activation is applied to are probabilities already.
//!
//! Sigmoid of a probability lies between 0.5 and 0.73: every example is called positive, ranks stay, and
//! nothing fails. Only the numbers before it give it away.

use titer_core::Squashed;
use titer_spec::model::Activation;

use super::probabilities::SUM_ROUNDING;

/// What went into the activation so far.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Watch {
    examples: u64,
    smallest: f64,
    largest: f64,
    /// Whether the numbers of every position sum to 1.
    sums: bool,
    softmax: bool,
}

impl Default for Watch {
    fn default() -> Self {
        Self {
            examples: 0,
            smallest: f64::INFINITY,
            largest: f64::NEG_INFINITY,
            sums: true,
            softmax: false,
        }
    }
}

impl Watch {
    /// Looks at a batch before its activation. Of an activation that does nothing, and of one whose numbers are not finite,
    /// nothing can be said.
    pub(super) fn look(
        &mut self,
        activation: Activation,
        examples: usize,
        classes: usize,
        values: &[f64],
    ) {
        if activation == Activation::None {
            return;
        }
        self.softmax = activation == Activation::Softmax;
        self.examples += examples as u64;
        for value in values.iter().filter(|value| value.is_finite()) {
            self.smallest = self.smallest.min(*value);
            self.largest = self.largest.max(*value);
        }
        let one = |row: &[f64]| (row.iter().sum::<f64>() - 1.0).abs() <= SUM_ROUNDING;
        self.sums = self.sums && values.chunks(classes.max(1)).all(one);
    }

    /// What speaks for probabilities; `None` where nothing does.
    pub(crate) fn squashed(&self) -> Option<Squashed> {
        // Both ends are infinite where no finite number came.
        let inside = (0.0..=1.0).contains(&self.smallest) && self.largest <= 1.0;
        let fits = inside && (self.sums || !self.softmax);
        fits.then_some(Squashed {
            examples: self.examples,
            smallest: self.smallest,
            largest: self.largest,
            sums_to_one: self.softmax,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn watched(activation: Activation, classes: usize, values: &[f64]) -> Option<Squashed> {
        let mut watch = Watch::default();
        watch.look(activation, values.len() / classes, classes, values);
        watch.squashed()
    }

    #[test]
    fn probabilities_before_an_activation_are_seen() {
        let found = watched(Activation::Sigmoid, 1, &[0.02, 0.5, 0.97]).unwrap();
        assert_eq!(
            (found.examples, found.smallest, found.largest),
            (3, 0.02, 0.97)
        );
        assert!(!found.sums_to_one);
        assert!(
            watched(Activation::Softmax, 2, &[0.2, 0.8, 0.5, 0.5])
                .unwrap()
                .sums_to_one
        );
    }

    #[test]
    fn logits_are_not() {
        assert_eq!(watched(Activation::Sigmoid, 1, &[0.02, 0.5, -0.97]), None);
        assert_eq!(watched(Activation::Sigmoid, 1, &[0.02, 1.5]), None);
        assert_eq!(watched(Activation::Softmax, 2, &[0.2, 0.8, 0.5, 0.4]), None);
        assert_eq!(watched(Activation::None, 1, &[0.2, 0.8]), None);
        assert_eq!(watched(Activation::Sigmoid, 1, &[f64::NAN]), None);
    }
}
