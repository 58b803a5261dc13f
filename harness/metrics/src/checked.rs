//! What every metric checks before it looks at the numbers.

use titer_core::{Labelled, Multiplicity, Prepared, Undefined};

/// A metric of data that cannot be scored: undefined whatever is drawn.
pub(crate) struct Unusable(pub(crate) Undefined);

impl Prepared for Unusable {
    fn value(&self, _: Multiplicity<'_>) -> Result<f64, Undefined> {
        Err(self.0.clone())
    }
}

/// Prepares checked data, or what says why they cannot be scored.
pub(crate) fn prepare<'a, P: Prepared + 'a>(
    data: Labelled<'a>,
    make: impl FnOnce(Labelled<'a>) -> P,
) -> Box<dyn Prepared + 'a> {
    match check(data) {
        Ok(()) => Box::new(make(data)),
        Err(reason) => Box::new(Unusable(reason)),
    }
}

/// Truth and probabilities of the same number, at least one, every probability in [0, 1].
pub(crate) fn check(data: Labelled<'_>) -> Result<(), Undefined> {
    let (labels, scores) = (data.truth.len(), data.probability.len());
    if labels != scores {
        return Err(Undefined::because(format!(
            "{labels} labels but {scores} probabilities"
        )));
    }
    if labels == 0 {
        return Err(no_examples());
    }
    if data.threshold.is_nan() {
        return Err(Undefined::because("the threshold is not a number"));
    }
    check_probabilities(data.probability)
}

/// Probabilities that a metric can number, every one in [0, 1].
pub(crate) fn check_probabilities(probability: &[f64]) -> Result<(), Undefined> {
    let all = probability.len();
    if u32::try_from(all).is_err() {
        return Err(Undefined::because(format!(
            "{all} examples are more than a metric takes (2^32)"
        )));
    }
    // A range holds no NaN, so this finds what is not finite too.
    let bad = |p: &&f64| !(0.0..=1.0).contains(*p);
    match probability.iter().filter(bad).count() {
        0 => Ok(()),
        count => Err(Undefined::because(format!(
            "{count} of {all} probabilities are not in [0, 1]"
        ))),
    }
}

/// The reason where nothing is left to score.
pub(crate) fn no_examples() -> Undefined {
    Undefined::because("no examples")
}

/// The reason where the truth holds one class only.
pub(crate) fn one_class(positives: u64, negatives: u64) -> Undefined {
    match (positives, negatives) {
        (0, 0) => no_examples(),
        (0, _) => Undefined::because("no positive example"),
        _ => Undefined::because("no negative example"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(truth: &[bool], probability: &[f64]) -> String {
        let data = Labelled {
            truth,
            probability,
            threshold: 0.5,
        };
        check(data).unwrap_err().0
    }

    #[test]
    fn says_what_is_wrong() {
        assert_eq!(reason(&[], &[]), "no examples");
        assert_eq!(reason(&[true], &[]), "1 labels but 0 probabilities");
        let bad = [f64::NAN, 1.1, -0.1, f64::INFINITY, 0.0, 1.0];
        assert_eq!(
            reason(&[true; 6], &bad),
            "4 of 6 probabilities are not in [0, 1]"
        );
    }
}
