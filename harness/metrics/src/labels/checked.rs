//! What every metric of several labels checks before it looks at the numbers.

use titer_core::{Labelled, MultiLabelled, Prepared, Undefined};

use crate::checked::{self, Unusable};

/// Prepares checked data, or what says why they cannot be scored.
pub(crate) fn prepare<'a, P: Prepared + 'a>(
    data: MultiLabelled<'a>,
    make: impl FnOnce(MultiLabelled<'a>) -> Result<P, Undefined>,
) -> Box<dyn Prepared + 'a> {
    match check(data).and_then(|()| make(data)) {
        Ok(prepared) => Box::new(prepared),
        Err(reason) => Box::new(Unusable(reason)),
    }
}

/// At least one label and one example, and for each pair of them a truth and a probability in [0, 1].
fn check(data: MultiLabelled<'_>) -> Result<(), Undefined> {
    if data.labels == 0 {
        return Err(Undefined::because("no labels"));
    }
    checked::check(Labelled {
        truth: data.truth,
        probability: data.probability,
        threshold: data.threshold,
    })?;
    if data.truth.len().is_multiple_of(data.labels) {
        return Ok(());
    }
    Err(Undefined::because(format!(
        "{} answers are not a multiple of {} labels",
        data.truth.len(),
        data.labels
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_is_wrong() {
        let reason = |truth: &[bool], probability: &[f64], labels| {
            let data = MultiLabelled {
                truth,
                probability,
                labels,
                threshold: 0.5,
            };
            check(data).unwrap_err().0
        };
        assert_eq!(reason(&[true], &[0.5], 0), "no labels");
        assert_eq!(reason(&[], &[], 2), "no examples");
        assert_eq!(
            reason(&[true; 3], &[0.5; 3], 2),
            "3 answers are not a multiple of 2 labels"
        );
    }
}
