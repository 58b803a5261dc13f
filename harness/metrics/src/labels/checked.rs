//! What every metric of several labels checks before it looks at the numbers.

use titer_core::{MultiLabelled, Prepared, Undefined};

use crate::checked::{Unusable, check_probabilities, no_examples};

/// Prepares checked data, or what says why they cannot be scored.
pub(super) fn prepare<'a, P: Prepared + 'a>(
    data: MultiLabelled<'a>,
    make: impl FnOnce(MultiLabelled<'a>) -> P,
) -> Box<dyn Prepared + 'a> {
    match check(data) {
        Ok(()) => Box::new(make(data)),
        Err(reason) => Box::new(Unusable(reason)),
    }
}

/// At least one label and one example, and for each pair of them a probability in [0, 1] and perhaps a truth.
pub(super) fn check(data: MultiLabelled<'_>) -> Result<(), Undefined> {
    let (truths, probabilities) = (data.truth.len(), data.probability.len());
    if data.labels() == 0 {
        return Err(Undefined::because("no labels"));
    }
    if truths != probabilities {
        return Err(Undefined::because(format!(
            "{truths} truths but {probabilities} probabilities"
        )));
    }
    if !truths.is_multiple_of(data.labels()) {
        return Err(Undefined::because(format!(
            "{truths} answers are not a multiple of {} labels",
            data.labels()
        )));
    }
    if truths == 0 {
        return Err(no_examples());
    }
    if data.thresholds.iter().any(|threshold| threshold.is_nan()) {
        return Err(Undefined::because("a threshold is not a number"));
    }
    check_probabilities(data.probability)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_is_wrong() {
        let reason = |truth: &[Option<bool>], probability: &[f64], thresholds: &[f64]| {
            let data = MultiLabelled {
                truth,
                probability,
                thresholds,
            };
            check(data).unwrap_err().0
        };
        assert_eq!(reason(&[None], &[0.5], &[]), "no labels");
        assert_eq!(reason(&[], &[], &[0.5; 2]), "no examples");
        assert_eq!(reason(&[None], &[], &[0.5]), "1 truths but 0 probabilities");
        assert_eq!(
            reason(&[Some(true); 3], &[0.5; 3], &[0.5; 2]),
            "3 answers are not a multiple of 2 labels"
        );
        assert_eq!(
            reason(&[None], &[0.5], &[f64::NAN]),
            "a threshold is not a number"
        );
        // Of what is not known, too.
        assert_eq!(
            reason(&[None], &[1.5], &[0.5]),
            "1 of 1 probabilities are not in [0, 1]"
        );
    }
}
