//! What every metric of several classes checks before it looks at the numbers.

use titer_core::{Classified, Prepared, Undefined};

use crate::checked::Unusable;

/// Prepares checked data, or what says why they cannot be scored.
pub(crate) fn prepare<'a, P: Prepared + 'a>(
    data: Classified<'a>,
    make: impl FnOnce(Classified<'a>) -> Result<P, Undefined>,
) -> Box<dyn Prepared + 'a> {
    match check(data).and_then(|()| make(data)) {
        Ok(prepared) => Box::new(prepared),
        Err(reason) => Box::new(Unusable(reason)),
    }
}

/// At least two classes and one example, classes below their number, a probability in [0, 1] for each.
pub(crate) fn check(data: Classified<'_>) -> Result<(), Undefined> {
    let (examples, classes) = (data.truth.len(), data.classes);
    if classes < 2 {
        return Err(Undefined::because(format!("{classes} classes are too few")));
    }
    if Some(data.probability.len()) != examples.checked_mul(classes) {
        return Err(Undefined::because(format!(
            "{} probabilities for {examples} examples and {classes} classes",
            data.probability.len()
        )));
    }
    if examples == 0 {
        return Err(crate::checked::no_examples());
    }
    if u32::try_from(examples).is_err() {
        return Err(Undefined::because(format!(
            "{examples} examples are more than a metric takes (2^32)"
        )));
    }
    if let Some(class) = data.truth.iter().find(|&&class| class as usize >= classes) {
        return Err(Undefined::because(format!(
            "true class {class} of {classes} classes"
        )));
    }
    let bad = |p: &&f64| !(0.0..=1.0).contains(*p);
    match data.probability.iter().filter(bad).count() {
        0 => Ok(()),
        count => Err(Undefined::because(format!(
            "{count} of {} probabilities are not in [0, 1]",
            data.probability.len()
        ))),
    }
}

/// Probabilities of an example may miss a sum of 1 by this much: low precision rounds.
const SUM_TOLERANCE: f64 = 1e-3;

/// What a proper score of the whole distribution needs beyond [`check`]: probabilities that sum to 1.
pub(crate) fn check_sums(data: Classified<'_>) -> Result<(), Undefined> {
    let off = |row: &&[f64]| (row.iter().sum::<f64>() - 1.0).abs() > SUM_TOLERANCE;
    match data
        .probability
        .chunks_exact(data.classes)
        .filter(off)
        .count()
    {
        0 => Ok(()),
        count => Err(Undefined::because(format!(
            "the probabilities of {count} of {} examples do not sum to 1",
            data.truth.len()
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data<'a>(truth: &'a [u32], probability: &'a [f64], classes: usize) -> Classified<'a> {
        Classified {
            truth,
            probability,
            classes,
        }
    }

    #[test]
    fn says_what_is_wrong() {
        let reason = |truth: &[u32], probability: &[f64], classes| {
            check(data(truth, probability, classes)).unwrap_err().0
        };
        assert_eq!(reason(&[0], &[1.0], 1), "1 classes are too few");
        assert_eq!(reason(&[], &[], 2), "no examples");
        let short = "1 probabilities for 1 examples and 2 classes";
        assert_eq!(reason(&[0], &[1.0], 2), short);
        assert_eq!(reason(&[2], &[0.5, 0.5], 2), "true class 2 of 2 classes");
        let bad = "1 of 2 probabilities are not in [0, 1]";
        assert_eq!(reason(&[1], &[f64::NAN, 0.5], 2), bad);
    }

    #[test]
    fn probabilities_sum_to_1() {
        assert!(check_sums(data(&[0, 0], &[0.5, 0.4995, 0.0, 1.0], 2)).is_ok());
        let off = check_sums(data(&[0, 0], &[0.5, 0.4, 0.0, 1.0], 2));
        let reason = "the probabilities of 1 of 2 examples do not sum to 1";
        assert_eq!(off, Err(Undefined::because(reason)));
    }
}
